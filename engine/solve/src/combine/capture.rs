//! Policy variables inside patterns: what a text that fills the pattern says about the variable.
//!
//! A text in `home/${aws:username}/*` that is also in `home/b*/x*` has a user name in `b*`, if user
//! names have no slash; in general, in one of the finitely many pieces that the second pattern can
//! have at the variable's place. That is a lemma over ordinary atoms, true of every request, and the
//! search goes on with it.

use super::cross_field::{CrossField, single};
use super::field_id::{FieldId, FieldName};
use super::field_query::Requirement;
use super::meaning::CrossFieldAtom;
use super::{AtomGroups, Theories};
use crate::search::AtomValue;
use crate::theory::Steps;
use crate::theory::pattern_set::PatternSet;
use crate::theory::relation;
use polsim_check::fields;
use polsim_decide::formula::{Atom, AtomId, FormulaId, Formulas, KeyTest, Predicate};
use polsim_decide::text::{CaseRule, KeyName, NoVariables, Pattern, Piece, Token, Variable};

/// A variable's place is cut out in so many ways at most.
const MAX_CUTS: usize = 32;

/// The pattern around its only variable.
struct Capture {
    before: Vec<Token<FieldId>>,
    after: Vec<Token<FieldId>>,
    key: KeyName,
}

fn tokens(
    pattern: &Pattern,
    field_of: impl Fn(&KeyName) -> Option<FieldId>,
) -> Option<Vec<Token<FieldId>>> {
    let mut tokens = Vec::new();
    for piece in pattern.pieces() {
        match piece {
            Piece::AnyOne => tokens.push(Token::One),
            Piece::AnyRun => tokens.push(Token::Run),
            Piece::Text(text) => tokens.extend(text.chars().map(Token::Char)),
            // With a default it is the key's value only if the key has one.
            Piece::Variable(Variable { default: Some(_), .. }) => return None,
            Piece::Variable(variable) => tokens.push(Token::Variable(field_of(&variable.key)?)),
        }
    }
    Some(tokens)
}

fn pattern_of(tokens: &[Token<FieldId>]) -> Pattern {
    Pattern::from_pieces(tokens.iter().filter_map(|token| match token {
        Token::Char(c) => Some(Piece::Text(c.to_string().into())),
        Token::One => Some(Piece::AnyOne),
        Token::Run => Some(Piece::AnyRun),
        Token::Variable(_) => None,
    }))
}

/// The atoms from which it follows that every text of `narrower` is one of `wider`, whatever the
/// variables are, if that can be read off the patterns.
pub(super) fn covers(
    theories: &Theories,
    links: &CrossField,
    wider: &CrossFieldAtom,
    narrower: &CrossFieldAtom,
) -> Option<Vec<AtomValue>> {
    let mut because = links.classes().explain(wider.place, narrower.place)?;
    let representative =
        |key: &KeyName| Some(links.classes().representative(theories.places.known(key)?));
    let wide = tokens(wider.one_pattern()?, representative)?;
    let narrow = tokens(narrower.one_pattern()?, representative)?;
    if !reads(&wide, &narrow) {
        return None;
    }
    for one in &wider.places {
        for other in &narrower.places {
            because.extend(links.classes().explain(*one, *other).into_iter().flatten());
        }
    }
    Some(because)
}

/// Whether `wide` accepts `narrow` read as a word, in which only a run absorbs a run.
fn reads(wide: &[Token<FieldId>], narrow: &[Token<FieldId>]) -> bool {
    let close = |positions: &mut Vec<usize>| {
        let mut at = 0;
        while let Some(position) = positions.get(at).copied() {
            let next = position.saturating_add(1);
            if wide.get(position) == Some(&Token::Run) && !positions.contains(&next) {
                positions.push(next);
            }
            at = at.saturating_add(1);
        }
    };
    let mut positions = vec![0];
    close(&mut positions);
    for token in narrow {
        let mut next = Vec::new();
        for position in positions {
            let to = match (wide.get(position), token) {
                (Some(Token::Run), _) => position,
                (Some(Token::One), Token::Char(_) | Token::One) => position.saturating_add(1),
                (Some(own), token) if own == token && *token != Token::Run => {
                    position.saturating_add(1)
                }
                _ => continue,
            };
            if !next.contains(&to) {
                next.push(to);
            }
        }
        positions = next;
        close(&mut positions);
    }
    positions.contains(&wide.len())
}

/// The texts that the variable of a linked test would be if the place were `text`, plain ones first.
pub(super) fn captures(linked: &CrossFieldAtom, text: &str) -> Vec<String> {
    let Some(pattern) = linked.one_pattern() else { return Vec::new() };
    let mut parts = pattern.pieces().split(|piece| matches!(piece, Piece::Variable(_)));
    let (Some(before), Some(after), None) = (parts.next(), parts.next(), parts.next()) else {
        return Vec::new();
    };
    let before = Pattern::from_pieces(before.iter().cloned());
    let after = Pattern::from_pieces(after.iter().cloned());
    let fits = |pattern: &Pattern, text: Option<&str>| {
        text.is_some_and(|text| pattern.matches(text, CaseRule::Exact, &NoVariables))
    };
    let places = || (0..=text.len()).filter(|at| text.is_char_boundary(*at));
    let ends: Vec<usize> = places().filter(|at| fits(&after, text.get(*at..))).collect();
    let starts = places().filter(|at| fits(&before, text.get(..*at)));
    let mut found: Vec<String> = starts
        .flat_map(|start| ends.iter().filter_map(move |end| text.get(start..*end)))
        .map(str::to_owned)
        .collect();
    found.sort_by_key(|it| (it.is_empty(), it.contains(['/', ':']), it.len()));
    found.dedup();
    found.truncate(8);
    found
}

/// What the linked atoms say about their variables, each pair of atoms once.
pub(super) fn lemmas(
    theories: &mut Theories,
    links: &CrossField,
    groups: &AtomGroups,
    formulas: &mut Formulas,
) -> Vec<FormulaId> {
    let mut lemmas = Vec::new();
    for ((atom, _), linked) in groups.cross_field.iter().filter(|((_, value), _)| *value) {
        let Some(capture) = capture(theories, linked) else { continue };
        for place in &groups.places {
            let Some(way) = links.classes().explain(linked.place, *place) else { continue };
            let Some(single) = single(theories, groups, *place) else { continue };
            let constraints = groups.constraints.get(place.index()).cloned().unwrap_or_default();
            for constraint in constraints {
                let (Requirement::Passes(reading), [(other, value)]) =
                    (&constraint.requirement, &*constraint.because)
                else {
                    continue;
                };
                let Some(patterns) = patterns(&reading.test) else { continue };
                if theories.lemmas.contains(&(*atom, *other)) {
                    continue;
                }
                theories.lemmas.push((*atom, *other));
                let premises: Vec<AtomValue> = std::iter::once((*atom, true))
                    .chain(way.iter().copied())
                    .chain(single.iter().copied())
                    .collect();
                let about = (&capture, &*patterns);
                for clause in lemmas_of(theories, about, (*other, *value), &premises, formulas) {
                    lemmas.push(formulas.any(clause));
                }
            }
        }
    }
    lemmas
}

/// The patterns of a test that looks for a text in one of them.
fn patterns(test: &KeyTest) -> Option<Vec<&Pattern>> {
    let KeyTest::Some { any_of, hit: true } = test else { return None };
    any_of
        .iter()
        .map(|predicate| match predicate {
            Predicate::Text(pattern, CaseRule::Exact) => Some(pattern),
            _ => None,
        })
        .collect()
}

fn capture(theories: &Theories, linked: &CrossFieldAtom) -> Option<Capture> {
    let [key] = &*linked.keys else { return None };
    let tokens = tokens(linked.one_pattern()?, |key| theories.places.known(key))?;
    let mut parts = tokens.split(|token| matches!(token, Token::Variable(_)));
    let (before, after) = (parts.next()?.to_vec(), parts.next()?.to_vec());
    parts.next().is_none().then(|| Capture { before, after, key: key.clone() })
}

/// The lemmas of a slot and another test of the same place.
fn lemmas_of(
    theories: &Theories,
    (capture, patterns): (&Capture, &[&Pattern]),
    (other, value): AtomValue,
    premises: &[AtomValue],
    formulas: &mut Formulas,
) -> Vec<Vec<FormulaId>> {
    let field =
        theories.places.known(&capture.key).and_then(|place| match theories.places.name(place) {
            FieldName::Part(field) => Some(*field),
            _ => None,
        });
    let mut cuts: Vec<(Pattern, Vec<Token<FieldId>>)> = Vec::new();
    for pattern in patterns {
        let Some(tokens) = tokens(pattern, |_| None) else { return Vec::new() };
        for (from, to) in pieces(capture, &tokens) {
            let Some(piece) = tokens.get(from..to) else { continue };
            let piece_pattern = pattern_of(piece);
            let fits = field.is_none_or(|field| fields::may_match(field, &piece_pattern));
            if fits && !cuts.iter().any(|(known, _)| *known == piece_pattern) {
                cuts.push((piece_pattern, piece.to_vec()));
            }
        }
    }
    if cuts.len() > MAX_CUTS {
        return Vec::new();
    }
    let not_premises: Vec<FormulaId> =
        premises.iter().map(|(atom, value)| literal(formulas, *atom, !*value)).collect();
    let in_slot = |formulas: &mut Formulas, pattern: &Pattern| {
        let predicate = Predicate::Text(pattern.clone(), CaseRule::Exact);
        let test = KeyTest::Some { any_of: [predicate].into(), hit: true };
        formulas.atom(Atom::Key(capture.key.clone(), test))
    };
    if value {
        if cuts.iter().any(|(pattern, _)| pattern.is_any()) {
            return Vec::new();
        }
        let mut clause = not_premises;
        clause.push(literal(formulas, other, false));
        for (pattern, _) in &cuts {
            clause.push(in_slot(formulas, pattern));
        }
        return vec![clause];
    }
    // The other test fails: the variable is in no piece that would make it pass.
    let mut lemmas = Vec::new();
    for (pattern, piece) in cuts.iter().filter(|(pattern, _)| !pattern.is_any()) {
        let whole: Vec<Token<FieldId>> =
            capture.before.iter().chain(piece).chain(&capture.after).copied().collect();
        let Ok(narrow) = PatternSet::text(&pattern_of(&whole), CaseRule::Exact) else { continue };
        let covered = patterns.iter().any(|wide| {
            PatternSet::text(wide, CaseRule::Exact).is_ok_and(|wide| {
                relation::covers(&wide, &narrow, &mut Steps::new(10_000)) == Some(true)
            })
        });
        if covered {
            let mut clause = not_premises.clone();
            clause.push(literal(formulas, other, true));
            let inside = in_slot(formulas, pattern);
            clause.push(formulas.not(inside));
            lemmas.push(clause);
        }
    }
    lemmas
}

/// The formula that an atom has a value.
fn literal(formulas: &mut Formulas, atom: AtomId, value: bool) -> FormulaId {
    let Some(known) = formulas.atom_of(atom).cloned() else { return formulas.truth(true) };
    let id = formulas.atom(known);
    if value { id } else { formulas.not(id) }
}

/// The pieces of `tokens` that the slot's variable may take: from where to where. A run at the end of
/// a piece may go on behind it.
fn pieces(capture: &Capture, tokens: &[Token<FieldId>]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for from in reach(&capture.before, tokens, 0) {
        for end in from..=tokens.len() {
            let goes_on = tokens.get(end) == Some(&Token::Run);
            let said = end > from && tokens.get(end.saturating_sub(1)) == Some(&Token::Run);
            if said || !reach(&capture.after, tokens, end).contains(&tokens.len()) {
                continue;
            }
            let to = if goes_on { end.saturating_add(1) } else { end };
            found.push((from, to));
        }
    }
    found
}

/// Where `tokens`, begun at `start`, can be after some text of `pattern`.
fn reach(pattern: &[Token<FieldId>], tokens: &[Token<FieldId>], start: usize) -> Vec<usize> {
    let mut seen: Vec<(usize, usize)> = vec![(0, start)];
    let mut at = 0;
    while let Some((own, other)) = seen.get(at).copied() {
        at = at.saturating_add(1);
        let (own_next, other_next) = (own.saturating_add(1), other.saturating_add(1));
        let mut add = |state: (usize, usize)| {
            if !seen.contains(&state) {
                seen.push(state);
            }
        };
        if tokens.get(other) == Some(&Token::Run) {
            add((own, other_next));
        }
        match (pattern.get(own), tokens.get(other)) {
            (Some(Token::Run), Some(Token::Char(_) | Token::One)) => {
                add((own_next, other));
                add((own, other_next));
            }
            (Some(Token::Run), _) | (Some(Token::Char(_) | Token::One), Some(Token::Run)) => {
                add((own_next, other));
            }
            (Some(Token::Char(a)), Some(Token::Char(b))) if a == b => add((own_next, other_next)),
            (Some(Token::Char(_)), Some(Token::One))
            | (Some(Token::One), Some(Token::Char(_) | Token::One)) => add((own_next, other_next)),
            _ => (),
        }
    }
    let mut found: Vec<usize> =
        seen.into_iter().filter(|(own, _)| *own == pattern.len()).map(|(_, other)| other).collect();
    found.sort_unstable();
    found.dedup();
    found
}
