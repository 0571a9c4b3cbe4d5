//! Substitution of policy variables by values, and weakening where the values are not known.

use super::meaning::CrossFieldAtom;
use polsim_decide::formula::{KeyTest, Predicate};
use polsim_decide::text::{CaseRule, KeyName, Pattern, Piece, Variable};

impl CrossFieldAtom {
    /// The key of an equality: the test asks for its whole value, letter for letter.
    pub(super) fn whole_value(&self) -> Option<&KeyName> {
        self.one_pattern().and(self.value_like())
    }

    /// The key of an equality up to letter case: the test asks for its whole value, letters perhaps
    /// folded.
    pub(super) fn value_like(&self) -> Option<&KeyName> {
        let [Predicate::Text(pattern, _)] = &*self.any_of else { return None };
        match pattern.pieces() {
            // With a default it is the key's value only if the key has one.
            [Piece::Variable(Variable { key, default: None })] if self.hit => Some(key),
            _ => None,
        }
    }

    /// The pattern of a test of one pattern, compared letter for letter.
    pub(super) fn one_pattern(&self) -> Option<&Pattern> {
        match &*self.any_of {
            [Predicate::Text(pattern, CaseRule::Exact)] if self.hit => Some(pattern),
            _ => None,
        }
    }

    /// The texts before and after the only variable of the one pattern, if both are fixed.
    pub(super) fn fixed_around(&self) -> Option<(&[Piece], &[Piece])> {
        // With a default it is the key's value only if the key has one.
        let is_variable =
            |piece: &Piece| matches!(piece, Piece::Variable(Variable { default: None, .. }));
        let mut parts = self.one_pattern()?.pieces().split(is_variable);
        let (before, after, end) = (parts.next()?, parts.next()?, parts.next());
        let is_text = |piece: &Piece| matches!(piece, Piece::Text(_));
        let is_fixed = end.is_none() && before.iter().chain(after).all(is_text);
        is_fixed.then_some((before, after))
    }

    /// Tests for variables that are only compared without letter case.
    pub(super) fn folds(&self) -> bool {
        let folds = |predicate: &Predicate| match predicate {
            Predicate::Text(_, case) => *case == CaseRule::Folded,
            _ => false,
        };
        let has_variable = |it: &&Predicate| {
            it.patterns().iter().any(|pattern| pattern.variables().next().is_some())
        };
        self.any_of.iter().filter(has_variable).all(folds)
    }

    /// The test with the values that `value` gives to all keys.
    pub(super) fn with_values<'v>(
        &self,
        value: impl Fn(&KeyName) -> Option<&'v str>,
    ) -> Option<KeyTest> {
        let put_in = |piece: &Piece| match piece {
            Piece::Variable(variable) => value(&variable.key).map(|text| Piece::Text(text.into())),
            other => Some(other.clone()),
        };
        let any_of: Option<Vec<Predicate>> =
            self.any_of.iter().map(|predicate| in_predicate(predicate, &put_in)).collect();
        Some(KeyTest::Some { any_of: any_of?.into(), hit: self.hit })
    }

    /// A weaker test without variables: it holds (`value` true) or fails (`value` false) wherever
    /// this one does, if keys have the values that `known` gives, and whatever the others have.
    pub(super) fn weakened<'v>(
        &self,
        value: bool,
        known: impl Fn(&KeyName) -> Option<&'v str>,
    ) -> KeyTest {
        // A value that has to hit may hit more; values that all have to miss may miss less.
        let widen = self.hit == value;
        let put_in = |piece: &Piece| match piece {
            Piece::Variable(variable) => match known(&variable.key) {
                Some(text) => Some(Piece::Text(text.into())),
                None => widen.then_some(Piece::AnyRun),
            },
            other => Some(other.clone()),
        };
        let any_of: Vec<Predicate> =
            self.any_of.iter().filter_map(|predicate| in_predicate(predicate, &put_in)).collect();
        KeyTest::Some { any_of: any_of.into(), hit: self.hit }
    }
}

/// The predicate with `put_in` applied to its pieces; `None` if one has no replacement.
fn in_predicate(
    predicate: &Predicate,
    put_in: &impl Fn(&Piece) -> Option<Piece>,
) -> Option<Predicate> {
    let pattern = |pattern: &Pattern| -> Option<Pattern> {
        let pieces: Option<Vec<Piece>> = pattern.pieces().iter().map(put_in).collect();
        Some(Pattern::from_pieces(pieces?))
    };
    match predicate {
        Predicate::Text(text, case) => Some(Predicate::Text(pattern(text)?, *case)),
        Predicate::Arn(components) => {
            let six: Option<Vec<Pattern>> = components.iter().map(pattern).collect();
            let six = <[Pattern; 6]>::try_from(six?).ok()?;
            Some(Predicate::Arn(six.into()))
        }
        other => Some(other.clone()),
    }
}
