//! Policy variables inside patterns: what a text that matches the pattern says about the variable.
//!
//! A text in `home/${aws:username}/*` that is also in `home/b*/x*` has a user name in `b*`, if user
//! names have no slash; in general, the variable captures one of finitely many pieces of the second
//! pattern. That is a lemma over ordinary atoms, true of every request, and the search goes on with
//! it. Where letters are folded in the second pattern, they are in the lemma.

use super::classes::EqualityClasses;
use super::field_id::{FieldId, FieldName, FieldTable};
use super::field_solver::FieldSolver;
use super::groups::AtomGroups;
use super::inclusion;
use super::lemmas::GivenLemmas;
use super::meaning::CrossFieldAtom;
use crate::search::AtomValue;
use crate::theory::pattern_set::PatternSet;
use crate::theory::strings;
use polsim_check::budget::Steps;
use polsim_check::fields;
use polsim_check::fields::field::Field;
use polsim_decide::formula::{Atom, AtomId, FormulaId, Formulas, KeyTest, Predicate};
use polsim_decide::text::{
    CaseRule, KeyName, NoVariables, Pattern, Piece, Token, Variable, fold_char,
};

/// The number of pieces that a variable may capture before a lemma is given up.
const MAX_PIECES: usize = 32;

/// The number of captured texts that are tried as values of a variable.
const MAX_CAPTURED_TEXTS: usize = 8;

/// The steps that one comparison of a piece with a pattern may take.
const COVER_STEPS: u64 = 10_000;

/// A pattern around its only variable.
struct Capture {
    before: Vec<Token<FieldId>>,
    after: Vec<Token<FieldId>>,
    key: KeyName,
}

/// A piece of another pattern that a variable may capture.
struct CapturedPiece {
    pattern: Pattern,
    /// The case rule of the other pattern.
    case: CaseRule,
    tokens: Vec<Token<FieldId>>,
}

/// The tokens of a pattern, its variables as fields; `None` if one has a default or no field.
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
/// variables are, if pattern inclusion shows it.
pub(super) fn covers(
    classes: &EqualityClasses,
    table: &FieldTable,
    wider: &CrossFieldAtom,
    narrower: &CrossFieldAtom,
) -> Option<Vec<AtomValue>> {
    let mut because = classes.explain(wider.field, narrower.field)?;
    let class = |key: &KeyName| Some(classes.representative(table.known(key)?));
    let wide = tokens(wider.one_pattern()?, class)?;
    let narrow = tokens(narrower.one_pattern()?, class)?;
    let is_same = |one: char, other: char| one == other;
    if !inclusion::reads(wide.iter().copied(), narrow.iter().copied(), is_same) {
        return None;
    }
    for one in &wider.variables {
        for other in &narrower.variables {
            because.extend(classes.explain(*one, *other).into_iter().flatten());
        }
    }
    Some(because)
}

/// The texts that the variable of an atom captures if its field is `text`, plain ones first.
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
    let offsets = || (0..=text.len()).filter(|at| text.is_char_boundary(*at));
    let ends: Vec<usize> = offsets().filter(|at| fits(&after, text.get(*at..))).collect();
    let starts = offsets().filter(|at| fits(&before, text.get(..*at)));
    let mut found: Vec<String> = starts
        .flat_map(|start| ends.iter().filter_map(move |end| text.get(start..*end)))
        .map(str::to_owned)
        .collect();
    found.sort_by_key(|it| (it.is_empty(), it.contains(['/', ':']), it.len()));
    found.dedup();
    found.truncate(MAX_CAPTURED_TEXTS);
    found
}

/// The capture lemmas of the true cross-field atoms with tests of the same field, each pair of atoms
/// once.
pub(super) fn lemmas(
    groups: &AtomGroups,
    classes: &EqualityClasses,
    fields: &FieldSolver,
    given: &mut GivenLemmas,
    formulas: &mut Formulas,
) -> Vec<FormulaId> {
    let mut lemmas = Vec::new();
    for (atom, linked) in groups.true_cross_field() {
        let Some(capture) = Capture::of(linked, fields.table()) else { continue };
        let part = part_of(&capture.key, fields.table());
        for field in &groups.constrained {
            let Some(equal) = classes.explain(linked.field, *field) else { continue };
            let Some(single) = groups.at_most_one(*field, fields) else { continue };
            for (test, other) in groups.tests(*field) {
                let Some(patterns) = text_patterns(&test.test) else { continue };
                if !given.insert(atom, other.0) {
                    continue;
                }
                let premises: Vec<AtomValue> =
                    [vec![(atom, true)], equal.clone(), single.clone()].concat();
                let clauses = capture.lemmas(&patterns, part, other, &premises, formulas);
                lemmas.extend(clauses.into_iter().map(|clause| formulas.any(clause)));
            }
        }
    }
    lemmas
}

/// The part of a request that a key stands for.
fn part_of(key: &KeyName, table: &FieldTable) -> Option<Field> {
    match table.name(table.known(key)?) {
        FieldName::Part(part) => Some(*part),
        _ => None,
    }
}

/// A pattern with its case rule.
type TextPattern<'p> = (&'p Pattern, CaseRule);

/// The patterns of a test for a text in one of them.
fn text_patterns(test: &KeyTest) -> Option<Vec<TextPattern<'_>>> {
    let KeyTest::Some { any_of, hit: true } = test else { return None };
    any_of
        .iter()
        .map(|predicate| match predicate {
            Predicate::Text(pattern, case) if *case != CaseRule::AsciiFolded => {
                Some((pattern, *case))
            }
            _ => None,
        })
        .collect()
}

impl Capture {
    /// The capture of an atom with one pattern and one variable.
    fn of(linked: &CrossFieldAtom, table: &FieldTable) -> Option<Self> {
        let [key] = &*linked.keys else { return None };
        let tokens = tokens(linked.one_pattern()?, |key| table.known(key))?;
        let mut parts = tokens.split(|token| matches!(token, Token::Variable(_)));
        let (before, after) = (parts.next()?.to_vec(), parts.next()?.to_vec());
        parts.next().is_none().then(|| Self { before, after, key: key.clone() })
    }

    /// The lemmas of the capture and another test of the same field, as clauses. The premises say
    /// that the atom holds and that both speak of one value.
    fn lemmas(
        &self,
        patterns: &[TextPattern<'_>],
        part: Option<Field>,
        (other, value): AtomValue,
        premises: &[AtomValue],
        formulas: &mut Formulas,
    ) -> Vec<Vec<FormulaId>> {
        let Some(pieces) = self.pieces_of_all(patterns, part) else { return Vec::new() };
        let not_premises: Vec<FormulaId> =
            premises.iter().map(|(atom, value)| literal(formulas, *atom, !*value)).collect();
        if value {
            let clause = self.lemma_of_success(&pieces, other, not_premises, formulas);
            return clause.into_iter().collect();
        }
        self.lemmas_of_failure(&pieces, patterns, other, &not_premises, formulas)
    }

    /// The pieces of all patterns that the variable may capture, each once; `None` if they are too
    /// many, or a pattern has variables itself.
    fn pieces_of_all(
        &self,
        patterns: &[TextPattern<'_>],
        part: Option<Field>,
    ) -> Option<Vec<CapturedPiece>> {
        let mut found: Vec<CapturedPiece> = Vec::new();
        for (pattern, case) in patterns {
            let (tokens, case) = (tokens(pattern, |_| None)?, *case);
            for (from, to) in self.pieces(&tokens, case) {
                let Some(piece) = tokens.get(from..to) else { continue };
                let pattern = pattern_of(piece);
                // A part may have a text in another case than the pattern's.
                let fits = case != CaseRule::Exact
                    || part.is_none_or(|part| fields::may_match(part, &pattern));
                let is_known = |it: &CapturedPiece| it.pattern == pattern && it.case == case;
                if fits && !found.iter().any(is_known) {
                    found.push(CapturedPiece { pattern, case, tokens: piece.to_vec() });
                }
            }
        }
        (found.len() <= MAX_PIECES).then_some(found)
    }

    /// The lemma where the other test passes: the variable is in one of the pieces.
    fn lemma_of_success(
        &self,
        pieces: &[CapturedPiece],
        other: AtomId,
        not_premises: Vec<FormulaId>,
        formulas: &mut Formulas,
    ) -> Option<Vec<FormulaId>> {
        if pieces.iter().any(|piece| piece.pattern.is_any()) {
            return None;
        }
        let mut clause = not_premises;
        clause.push(literal(formulas, other, false));
        for piece in pieces {
            clause.push(self.captures_in(piece, formulas));
        }
        Some(clause)
    }

    /// The lemmas where the other test fails: the variable is in no piece with which it passes.
    fn lemmas_of_failure(
        &self,
        pieces: &[CapturedPiece],
        patterns: &[TextPattern<'_>],
        other: AtomId,
        not_premises: &[FormulaId],
        formulas: &mut Formulas,
    ) -> Vec<Vec<FormulaId>> {
        let mut lemmas = Vec::new();
        for piece in pieces.iter().filter(|piece| !piece.pattern.is_any()) {
            let whole = [&*self.before, &*piece.tokens, &*self.after].concat();
            // With the text around the variable in any case, too: at least all texts of the capture.
            let Ok(narrow) = PatternSet::text(&pattern_of(&whole), piece.case) else { continue };
            let passes = patterns.iter().any(|(wide, case)| {
                PatternSet::text(wide, *case).is_ok_and(|wide| {
                    strings::covers(&wide, &narrow, &mut Steps::new(COVER_STEPS)) == Some(true)
                })
            });
            if passes {
                let mut clause = not_premises.to_vec();
                clause.push(literal(formulas, other, true));
                let inside = self.captures_in(piece, formulas);
                clause.push(formulas.not(inside));
                lemmas.push(clause);
            }
        }
        lemmas
    }

    /// The atom that the variable's key has a value in a piece.
    fn captures_in(&self, piece: &CapturedPiece, formulas: &mut Formulas) -> FormulaId {
        let predicate = Predicate::Text(piece.pattern.clone(), piece.case);
        let test = KeyTest::Some { any_of: [predicate].into(), hit: true };
        formulas.atom(Atom::Key(self.key.clone(), test))
    }

    /// The ranges of `tokens` that the variable may capture. A run at the end of a piece may go on
    /// behind it.
    fn pieces(&self, tokens: &[Token<FieldId>], case: CaseRule) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for from in reach(&self.before, tokens, 0, case) {
            for end in from..=tokens.len() {
                let goes_on = tokens.get(end) == Some(&Token::Run);
                let is_known = end > from && tokens.get(end.saturating_sub(1)) == Some(&Token::Run);
                if is_known || !reach(&self.after, tokens, end, case).contains(&tokens.len()) {
                    continue;
                }
                let to = if goes_on { end.saturating_add(1) } else { end };
                found.push((from, to));
            }
        }
        found
    }
}

/// The formula that an atom has a value.
fn literal(formulas: &mut Formulas, atom: AtomId, value: bool) -> FormulaId {
    let Some(known) = formulas.atom_of(atom).cloned() else { return formulas.truth(true) };
    let id = formulas.atom(known);
    if value { id } else { formulas.not(id) }
}

/// The positions in `tokens` that some text of `pattern`, read from `start` on, leads to; `case` is
/// the case rule of `tokens`.
fn reach(
    pattern: &[Token<FieldId>],
    tokens: &[Token<FieldId>],
    start: usize,
    case: CaseRule,
) -> Vec<usize> {
    let is_same =
        |a: char, b: char| a == b || case == CaseRule::Folded && fold_char(a) == fold_char(b);
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
            (Some(Token::Char(a)), Some(Token::Char(b))) if is_same(*a, *b) => {
                add((own_next, other_next));
            }
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
