//! The small grammars: ARNs, patterns, variables, dates, numbers, addresses.

use polsim::text::{
    AddressRange, Arn, CaseRule, Decimal, Instant, KeyName, Pattern, Piece, Variables,
    decode_base64, parse_address,
};

use crate::text_of;

/// Every small parser on the same text: what parses prints, and what it prints parses to the same.
///
/// # Panics
/// Where polsim is wrong.
pub fn grammars(data: &[u8]) {
    let Some(text) = text_of(data) else { return };
    if let Ok(arn) = text.parse::<Arn>() {
        assert_eq!(arn.to_string(), text);
        assert_eq!(arn.components().join(":"), text);
    }
    if let Ok(number) = text.parse::<Decimal>() {
        assert_eq!(number.to_string().parse(), Ok(number.clone()));
        assert_eq!(number.compare_text(text), Some(std::cmp::Ordering::Equal));
    }
    if let Some(number) = Decimal::from_json(text) {
        assert_eq!(number.to_string().parse(), Ok(number));
    }
    if let Ok(range) = text.parse::<AddressRange>() {
        assert_eq!(range.to_string().parse(), Ok(range));
        assert!(range.contains(range.net().network()), "a range holds its own first address");
    }
    if let Some(address) = parse_address(text) {
        assert_eq!(parse_address(&address.to_string()), Some(address));
    }
    if let Ok(instant) = text.parse::<Instant>() {
        assert!(instant.nanoseconds < 1_000_000_000);
        if (0..253_402_300_800).contains(&instant.seconds) {
            assert_eq!(instant.to_string().parse(), Ok(instant));
        }
    }
    let _bytes = decode_base64(text);
    for wildcards in [false, true] {
        if let Ok(pattern) = Pattern::with_variables(text, wildcards) {
            assert_eq!(Pattern::from_pieces(pattern.pieces().iter().cloned()), pattern);
            assert_eq!(pattern.split_components(6).len().min(6), pattern.split_components(6).len());
        }
    }
    assert_eq!(KeyName::new(text), KeyName::new(&text.to_ascii_uppercase()));
}

struct Keys(Vec<Box<str>>);

impl Variables for Keys {
    fn values(&self, _key: &KeyName) -> &[Box<str>] {
        &self.0
    }
}

/// A pattern and a text, parted by a line break, a third line being the value of every policy
/// variable: the matcher agrees with the slow obvious one under every rule of case.
///
/// # Panics
/// Where polsim is wrong.
pub fn wildcards(data: &[u8]) {
    let Some(text) = text_of(data) else { return };
    let mut lines = text.splitn(3, '\n');
    let (Some(pattern), Some(subject)) = (lines.next(), lines.next()) else { return };
    if pattern.len() > 64 || subject.len() > 64 {
        return;
    }
    let keys = Keys(lines.next().map(Box::from).into_iter().collect());
    let Ok(pattern) = Pattern::with_variables(pattern, true) else { return };
    for case in [CaseRule::Exact, CaseRule::AsciiFolded, CaseRule::Folded] {
        let slow = pieces(&pattern, &keys).is_some_and(|pieces| slow(&pieces, subject, case));
        assert_eq!(
            pattern.matches(subject, case, &keys),
            slow,
            "{pattern} on {subject:?} {case:?}"
        );
    }
}

/// The pattern with its variables put in; `None` where one has no value.
fn pieces(pattern: &Pattern, keys: &Keys) -> Option<Vec<Piece>> {
    let put_in = |piece: &Piece| match piece {
        Piece::Variable(variable) => variable.resolve(keys).map(|value| Piece::Text(value.into())),
        other => Some(other.clone()),
    };
    pattern.pieces().iter().map(put_in).collect()
}

/// Which prefixes of the text the pieces so far can have consumed: a table, nothing clever.
fn slow(pieces: &[Piece], text: &str, case: CaseRule) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut reached: Vec<bool> = std::iter::once(true).chain(text.iter().map(|_| false)).collect();
    for piece in pieces {
        let atoms: Vec<Option<char>> = match piece {
            Piece::Text(literal) => literal.chars().map(Some).collect(),
            Piece::AnyOne => vec![None],
            Piece::AnyRun => {
                let mut any = false;
                for slot in &mut reached {
                    any |= *slot;
                    *slot = any;
                }
                continue;
            }
            Piece::Variable(_) => return false,
        };
        for atom in atoms {
            let stepped = text
                .iter()
                .zip(&reached)
                .map(|(c, from)| *from && atom.is_none_or(|want| same(want, *c, case)));
            reached = std::iter::once(false).chain(stepped).collect();
        }
    }
    reached.last().copied().unwrap_or(false)
}

fn same(left: char, right: char, case: CaseRule) -> bool {
    match case {
        CaseRule::Exact => left == right,
        CaseRule::AsciiFolded => left.eq_ignore_ascii_case(&right),
        CaseRule::Folded => polsim::text::fold_char(left) == polsim::text::fold_char(right),
    }
}
