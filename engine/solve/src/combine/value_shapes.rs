//! Shapes of the values of fields: the texts that a part of a request can be, and the documented
//! formats of context keys.

use std::sync::Arc;

use crate::theory::pattern_set::PatternSet;
use crate::value_language;
use polsim_check::fields::field::Field;
use polsim_check::key_facts::KeyFacts;
use polsim_check::key_shape;
use polsim_check::key_shape::{KeyShape, ValueType};
use polsim_decide::text::KeyName;

/// The shapes of fields, under a set of documented facts.
#[derive(Debug)]
pub(super) struct ValueShapes {
    documented: KeyFacts,
    /// The texts of each part of a request, built when first asked for.
    parts: Vec<Option<Arc<PatternSet>>>,
}

impl ValueShapes {
    /// The shapes under these documented facts.
    pub(super) fn new(documented: KeyFacts) -> Self {
        Self { documented, parts: Vec::new() }
    }

    /// The texts that a part of a request can be.
    pub(super) fn part(&mut self, part: Field) -> Arc<PatternSet> {
        let at = Field::ALL.iter().position(|it| *it == part).unwrap_or(0);
        if self.parts.len() <= at {
            self.parts.resize(at.saturating_add(1), None);
        }
        let documented = &self.documented;
        let make = || Arc::new(PatternSet::union(&value_language::languages(part, documented)));
        match self.parts.get_mut(at) {
            Some(known) => known.get_or_insert_with(make).clone(),
            None => make(),
        }
    }

    /// The shape of a key's values.
    pub(super) fn key(&self, key: &KeyName) -> KeyShape {
        key_shape::shape(key, &self.documented)
    }

    /// Tests texts against the shapes of all these parts and keys.
    pub(super) fn admit(&mut self, parts: &[Field], keys: &[KeyName], texts: &[Box<str>]) -> bool {
        texts.iter().all(|text| {
            parts.iter().all(|part| self.part(*part).contains(text))
                && keys.iter().all(|key| self.key(key).values.admits(text))
        })
    }

    /// Tests for parts and keys that may have one text in common; never wrongly false.
    pub(super) fn are_compatible(&self, parts: &[Field], keys: &[KeyName]) -> bool {
        let account = parts.iter().any(|part| part.is_account()).then_some(ValueFormat::Number);
        let of_keys = keys.iter().filter_map(|key| ValueFormat::of(self.key(key).values));
        let mut formats = of_keys.chain(account).collect::<Vec<ValueFormat>>();
        formats.dedup();
        formats.len() < 2
    }

    /// The shape of keys that are equal: a fact about any of them is a fact about all.
    pub(super) fn of_equal_keys(&self, keys: &[KeyName]) -> KeyShape {
        let shapes = || keys.iter().map(|key| self.key(key));
        let values = shapes().map(|shape| shape.values).find(|it| *it != ValueType::Text);
        KeyShape {
            values: values.unwrap_or(ValueType::Text),
            single: keys.len() > 1 || shapes().any(|shape| shape.single),
        }
    }
}

/// Mutually exclusive value formats.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum ValueFormat {
    Address,
    Arn,
    Boolean,
    /// An account id, a number or a date.
    Number,
}

impl ValueFormat {
    fn of(shape: ValueType) -> Option<Self> {
        match shape {
            ValueType::Address => Some(Self::Address),
            ValueType::Arn => Some(Self::Arn),
            ValueType::Boolean => Some(Self::Boolean),
            ValueType::AccountId | ValueType::Date | ValueType::Epoch | ValueType::Number => {
                Some(Self::Number)
            }
            ValueType::Text => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_incompatible_only_where_no_text_is_of_both_formats() {
        let shapes = ValueShapes::new(KeyFacts::all());
        let compatible = |keys: &[&str]| {
            shapes.are_compatible(&[], &keys.iter().map(|it| KeyName::new(it)).collect::<Vec<_>>())
        };
        assert!(compatible(&["aws:MultiFactorAuthAge", "aws:EpochTime", "aws:SourceAccount"]));
        assert!(compatible(&["aws:SourceIp", "aws:PrincipalTag/x", "aws:VpcSourceIp"]));
        assert!(!compatible(&["aws:SourceIp", "aws:PrincipalTag/x", "aws:EpochTime"]));
        assert!(!compatible(&["aws:SourceArn", "aws:SecureTransport"]));
        let arn = [KeyName::new("aws:SourceArn")];
        assert!(!shapes.are_compatible(&[Field::Account], &arn));
        assert!(shapes.are_compatible(&[Field::Provider], &arn));
    }
}
