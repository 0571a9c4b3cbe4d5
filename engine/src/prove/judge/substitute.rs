//! Values put in for policy variables, and tests weakened where the values are not known.

use super::meaning::Linked;
use crate::formula::{KeyTest, Predicate};
use crate::text::{KeyName, Pattern, Piece, Variable};

impl Linked {
    /// The key whose value the test asks for, if it asks for just that: the whole value, exactly.
    pub(super) fn whole_value(&self) -> Option<&KeyName> {
        match &*self.any_of {
            [Predicate::Text(pattern, crate::text::CaseRule::Exact)] if self.hit => {
                match pattern.pieces() {
                    // With a default it is the key's value only if the key has one.
                    [Piece::Variable(Variable { key, default: None })] => Some(key),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The one pattern of the test, if it is about one.
    pub(super) fn one_pattern(&self) -> Option<&Pattern> {
        match &*self.any_of {
            [Predicate::Text(pattern, crate::text::CaseRule::Exact)] if self.hit => Some(pattern),
            _ => None,
        }
    }

    /// The test where each key has the value that `value` gives.
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

    /// A test without variables that holds (`value` true) or fails (`value` false) wherever this one
    /// does, whatever the keys are.
    pub(super) fn weakened(&self, value: bool) -> KeyTest {
        // Where a value is said to hit, it may hit more; where all are said to miss, they may miss
        // less.
        let widen = self.hit == value;
        let any_run = |piece: &Piece| match piece {
            Piece::Variable(_) => Some(Piece::AnyRun),
            other => Some(other.clone()),
        };
        let any_of: Vec<Predicate> = if widen {
            self.any_of.iter().filter_map(|predicate| in_predicate(predicate, &any_run)).collect()
        } else {
            let plain = |predicate: &&Predicate| {
                predicate.patterns().iter().all(|it| it.variables().next().is_none())
            };
            self.any_of.iter().filter(plain).cloned().collect()
        };
        KeyTest::Some { any_of: any_of.into(), hit: self.hit }
    }
}

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
