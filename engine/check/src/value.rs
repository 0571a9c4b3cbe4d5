//! Is there one value of a key that fulfils all of these constraints?

use super::breakpoints::{self, Kind};
use super::lexical;
use super::nfa::{self, Nfa};
use crate::budget::{Exhausted, Steps};
use crate::key_shape::ValueShape;
use polsim_decide::formula::{Predicate, Relation};
use polsim_decide::request::is_account_id;
use polsim_decide::text::{
    Arn, CaseRule, Decimal, Instant, NoVariables, decode_base64, parse_address,
};

/// Predicates, and whether the value is to satisfy one of them, or none.
pub(super) type Constraint<'a> = (&'a [Predicate], bool);

/// Numbers of more digits are not spelt out.
const MAX_DIGITS: usize = 200;

/// How many texts that turn out not to fulfil the constraints are left out.
const TRIES: usize = 16;

/// Whether surely no value of the shape that is among all of the words fulfils all constraints; `empty`
/// says whether it is to be the empty text or is not to be.
pub(super) fn is_impossible(
    constraints: &[Constraint<'_>],
    empty: Option<bool>,
    (shape, within): (ValueShape, &[Nfa]),
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    let case = Case { constraints, empty, shape, within };
    if constraints.iter().any(|(any_of, _)| any_of.iter().any(has_variable)) {
        return Ok(false);
    }
    // Each way of choosing a kind of predicate for each constraint to hit one.
    let hits: Vec<(usize, Vec<Kind>)> = constraints
        .iter()
        .enumerate()
        .filter(|(_, (_, hit))| *hit)
        .map(|(at, (any_of, _))| {
            let mut kinds: Vec<Kind> = Vec::new();
            for kind in any_of.iter().filter_map(Kind::of) {
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
            (at, kinds)
        })
        .collect();
    let mut choice = Vec::new();
    case.each_choice(&hits, &mut choice, budget)
}

/// How operators read the texts of an enclosure.
#[derive(Clone, Copy)]
struct Reads {
    /// It holds digits alone, which a date operator reads as seconds.
    epochs: bool,
    /// It holds IPv4 addresses alone.
    ipv4: bool,
}

struct Case<'c> {
    constraints: &'c [Constraint<'c>],
    empty: Option<bool>,
    shape: ValueShape,
    within: &'c [Nfa],
}

impl Case<'_> {
    /// Whether no choice of kinds for the hits that are left leads to a value.
    fn each_choice(
        &self,
        hits: &[(usize, Vec<Kind>)],
        choice: &mut Vec<(usize, Kind)>,
        budget: &mut Steps,
    ) -> Result<bool, Exhausted> {
        let Some(((at, kinds), rest)) = hits.split_first() else {
            return self.fails(choice, budget);
        };
        for kind in kinds {
            choice.push((*at, *kind));
            let fails = self.each_choice(rest, choice, budget)?;
            choice.pop();
            if !fails {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether no value hits each constraint of `choice` by a predicate of the chosen kind.
    fn fails(&self, choice: &[(usize, Kind)], budget: &mut Steps) -> Result<bool, Exhausted> {
        // The constraints with only the predicates of the chosen kind.
        let narrowed: Vec<(Vec<Predicate>, bool)> = self
            .constraints
            .iter()
            .enumerate()
            .map(|(at, (any_of, hit))| {
                let kind = choice.iter().find(|(own, _)| *own == at).map(|(_, kind)| *kind);
                let keep = |it: &&Predicate| kind.is_none() || Kind::of(it) == kind;
                (any_of.iter().filter(keep).cloned().collect(), *hit)
            })
            .collect();
        let constraints: Vec<Constraint<'_>> =
            narrowed.iter().map(|(any_of, hit)| (&**any_of, *hit)).collect();
        if self.empty == Some(true) {
            return Ok(!self.fulfils("", &constraints, budget)?);
        }
        if self.shape == ValueShape::Boolean {
            return self.none_of(["true", "false"].map(String::from), &constraints, budget);
        }
        let is = |kind| choice.iter().any(|(_, own)| *own == kind);
        let few = choice.iter().find(|(_, kind)| *kind == Kind::Few);
        if let Some((at, _)) = few
            && let Some((any_of, _)) = constraints.get(*at)
        {
            let texts: Vec<String> = any_of.iter().flat_map(spellings).collect();
            return self.none_of(texts, &constraints, budget);
        }
        let address = is(Kind::Address) || self.shape == ValueShape::Address;
        let number = is(Kind::Number) || self.shape == ValueShape::Number;
        let dated = matches!(self.shape, ValueShape::Date | ValueShape::Epoch);
        let date = is(Kind::Date) || dated;
        if address && (number || date) {
            return Ok(true);
        }
        if (address && !breakpoints::some_address(&constraints, budget)?)
            || (number && !breakpoints::some_number(&constraints, budget)?)
            || (date && !breakpoints::some_instant(&constraints, budget)?)
        {
            return Ok(true);
        }
        // The texts that may be values of the kinds, in one list of enclosures after the other.
        let enclosures = match (address, number, date) {
            (true, _, _) => vec![lexical::any_ipv4(), with_colon()],
            // A date with more than digits in it has a dash behind its year, which no number has.
            (_, true, true) => vec![lexical::digits()],
            (_, true, false) => vec![lexical::any_number()],
            (_, false, true) => vec![lexical::digits(), lexical::date_time()],
            (_, false, false) => vec![Nfa::anything()],
        };
        for (at, enclosure) in enclosures.iter().enumerate() {
            let reads = Reads { epochs: date && at == 0, ipv4: address && at == 0 };
            if !self.no_text(&constraints, enclosure, reads, budget)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether no text of the enclosure fulfils the constraints.
    fn no_text(
        &self,
        constraints: &[Constraint<'_>],
        enclosure: &Nfa,
        reads: Reads,
        budget: &mut Steps,
    ) -> Result<bool, Exhausted> {
        let mut literals: Vec<(Nfa, bool)> = vec![(enclosure.clone(), true)];
        literals.extend(shape_words(self.shape).map(|words| (words, true)));
        literals.extend(self.within.iter().map(|words| (words.clone(), true)));
        if self.empty == Some(false) {
            literals.push((Nfa::text("", CaseRule::Exact), false));
        }
        for (any_of, hit) in constraints {
            let read = |it: &Predicate| match it {
                // A range of the other family has none of the texts.
                Predicate::Address(range) if reads.ipv4 => Some(lexical::ipv4(range)),
                _ => as_words(it, reads.epochs),
            };
            if *hit {
                // A predicate that has no words may be hit by anything.
                if let Some(words) = any_of.iter().map(read).collect::<Option<Vec<_>>>() {
                    literals.push((Nfa::OneOf(words), true));
                }
            } else {
                literals.extend(any_of.iter().filter_map(read).map(|words| (words, false)));
            }
        }
        for _ in 0..TRIES {
            let question: Vec<(&Nfa, bool)> =
                literals.iter().map(|(words, sign)| (words, *sign)).collect();
            let Some(text) = nfa::find(&question, budget)? else { return Ok(true) };
            if self.fulfils(&text, constraints, budget)? {
                return Ok(false);
            }
            literals.push((Nfa::text(&text, CaseRule::Exact), false));
        }
        Ok(false)
    }

    fn none_of(
        &self,
        texts: impl IntoIterator<Item = String>,
        constraints: &[Constraint<'_>],
        budget: &mut Steps,
    ) -> Result<bool, Exhausted> {
        for text in texts {
            if self.fulfils(&text, constraints, budget)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn fulfils(
        &self,
        text: &str,
        constraints: &[Constraint<'_>],
        budget: &mut Steps,
    ) -> Result<bool, Exhausted> {
        let satisfies = |any_of: &[Predicate]| any_of.iter().any(|it| it.test(text, &NoVariables));
        for words in self.within {
            if !words.holds(text, budget)? {
                return Ok(false);
            }
        }
        Ok(self.empty.is_none_or(|empty| text.is_empty() == empty)
            && has_shape(text, self.shape)
            && constraints.iter().all(|(any_of, hit)| satisfies(any_of) == *hit))
    }
}

pub(super) fn has_variable(predicate: &Predicate) -> bool {
    predicate.patterns().iter().any(|pattern| pattern.variables().next().is_some())
}

fn has_shape(text: &str, shape: ValueShape) -> bool {
    match shape {
        ValueShape::AccountId => is_account_id(text),
        ValueShape::Address => parse_address(text).is_some(),
        ValueShape::Arn => text.parse::<Arn>().is_ok(),
        ValueShape::Boolean => text == "true" || text == "false",
        ValueShape::Date => text.parse::<Instant>().is_ok(),
        ValueShape::Epoch => {
            text.parse::<Instant>().is_ok() && text.chars().all(|c| c.is_ascii_digit())
        }
        ValueShape::Number => text.parse::<Decimal>().is_ok(),
        ValueShape::Text => true,
    }
}

/// The words of the shape, if it can be said so.
pub(super) fn shape_words(shape: ValueShape) -> Option<Nfa> {
    match shape {
        ValueShape::AccountId => {
            let digit = Nfa::One(nfa::Letter::Of(|c| c.is_ascii_digit()));
            Some(Nfa::Sequence(vec![digit; 12]))
        }
        ValueShape::Arn => Some(Nfa::any_arn()),
        ValueShape::Epoch => Some(lexical::digits()),
        ValueShape::Address
        | ValueShape::Boolean
        | ValueShape::Date
        | ValueShape::Number
        | ValueShape::Text => None,
    }
}

/// What satisfies a predicate, as words, where that can be said exactly.
pub(super) fn as_words(predicate: &Predicate, epochs: bool) -> Option<Nfa> {
    match predicate {
        Predicate::Address(range) => {
            matches!(range.net(), ipnet::IpNet::V4(_)).then(|| lexical::ipv4(range))
        }
        Predicate::Arn(components) => Nfa::components(components),
        Predicate::Binary(_) | Predicate::Bool(_) => Some(Nfa::OneOf(
            spellings(predicate).iter().map(|text| Nfa::text(text, CaseRule::Exact)).collect(),
        )),
        Predicate::Date(relation, instant) if epochs => epoch_words(*relation, *instant),
        Predicate::Date(..) => None,
        Predicate::Never => Some(Nfa::OneOf(Vec::new())),
        Predicate::Number(relation, number) => {
            let digits = number.whole_digits().len().max(number.fraction_digits().len());
            (digits <= MAX_DIGITS).then(|| lexical::number(*relation, number))
        }
        Predicate::Text(pattern, case) => Nfa::pattern(pattern, *case, nfa::any),
    }
}

/// The epoch seconds that stand in the relation to the instant.
fn epoch_words(relation: Relation, instant: Instant) -> Option<Nfa> {
    let Instant { seconds, nanoseconds } = instant;
    if seconds < 0 {
        // Every epoch second is later.
        let later = relation.holds(std::cmp::Ordering::Greater);
        return Some(if later { Nfa::anything() } else { Nfa::OneOf(Vec::new()) });
    }
    let bound: Decimal = format!("{seconds}.{nanoseconds:09}").parse().ok()?;
    Some(lexical::number(relation, &bound))
}

/// All texts that satisfy a predicate that few texts satisfy.
fn spellings(predicate: &Predicate) -> Vec<String> {
    match predicate {
        Predicate::Bool(truth) => {
            let plain = truth.to_string();
            let count = 1_u32 << u32::try_from(plain.len()).unwrap_or(0);
            let spelling = |bits: u32| -> String {
                let upper = |at: usize| u32::try_from(at).is_ok_and(|at| (bits >> at) & 1 == 1);
                let one = |(at, c): (usize, char)| {
                    if upper(at) { c.to_ascii_uppercase() } else { c }
                };
                plain.chars().enumerate().map(one).collect()
            };
            (0..count).map(spelling).collect()
        }
        Predicate::Binary(bytes) => spellings_of_bytes(bytes),
        _ => Vec::new(),
    }
}

/// Digit by digit: whichever digits decode to the bytes so far.
fn spellings_of_bytes(bytes: &[u8]) -> Vec<String> {
    let digits = || ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']);
    let mut heads = vec![String::new()];
    for (index, group) in bytes.chunks(3).enumerate() {
        let padding = 3_usize.saturating_sub(group.len());
        let from = index.saturating_mul(3);
        let wanted = bytes.get(..from.saturating_add(group.len())).unwrap_or(bytes);
        let mut next = Vec::new();
        for head in &heads {
            let mut partial = vec![head.clone()];
            for place in 0..4_usize.saturating_sub(padding) {
                // So many whole bytes are settled after this digit.
                let settled = from.saturating_add(place);
                let filler = "A".repeat(3_usize.saturating_sub(place));
                partial = partial
                    .iter()
                    .flat_map(|text| digits().map(move |digit| format!("{text}{digit}")))
                    .filter(|text| {
                        decode_base64(&format!("{text}{filler}")).is_some_and(|decoded| {
                            decoded.get(from..settled) == wanted.get(from..settled)
                        })
                    })
                    .collect();
            }
            let padded = partial.into_iter().map(|text| format!("{text}{}", "=".repeat(padding)));
            next.extend(padded.filter(|text| decode_base64(text).as_deref() == Some(wanted)));
        }
        heads = next;
    }
    heads
}

/// Texts that hold a colon, as every IPv6 address does, and only its characters.
fn with_colon() -> Nfa {
    let run = || Nfa::Run(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.'));
    let before = Nfa::Run(|c| c.is_ascii_hexdigit());
    Nfa::Sequence(vec![before, Nfa::text(":", CaseRule::Exact), run()])
}
