//! The documented type of a context key's values, as far as facts about keys are assumed (policy
//! language §6.1, §6.2; perimeter §3.1).

use crate::key_facts::{Fact, KeyFacts};
use polsim_decide::catalog::ContextKey;
use polsim_decide::text::KeyName;

pub use polsim_decide::catalog::ValueType;

/// The documented shape of a key's values, known before any test.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeyShape {
    /// The shape of each value.
    pub values: ValueType,
    /// True for a key that never has more than one value.
    pub single: bool,
}

/// The shape of a key's values, as far as the documented facts tell. A key that is not documented
/// can have any texts.
pub fn shape(key: &KeyName, key_facts: &KeyFacts) -> KeyShape {
    let KeyShape { values, single } = documented_shape(key);
    KeyShape {
        values: if key_facts.has(Fact::Types) { values } else { ValueType::Text },
        single: single && key_facts.has(Fact::Single),
    }
}

fn documented_shape(key: &KeyName) -> KeyShape {
    match ContextKey::find(key.as_str()) {
        Some(row) => KeyShape { values: row.value, single: !row.multivalued },
        None => KeyShape { values: ValueType::Text, single: false },
    }
}
