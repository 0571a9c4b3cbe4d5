//! The words of the policy language that the engine knows, for completion.

use std::collections::BTreeSet;

use polsim::catalog::sagemaker;
use polsim::catalog::{Actions, ContextKey, EndpointService, FilledFrom, ValueType};
use polsim::policy::BaseOperator;
use serde::Serialize;
use tsify::Tsify;

/// The words that the engine knows.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Vocabulary {
    /// Condition operators, without set operator and suffix.
    pub operators: Vec<String>,
    /// Condition keys that the engine knows.
    pub keys: Vec<KeyWord>,
    /// Actions, and patterns of whole services.
    pub actions: Vec<String>,
}

/// A condition key for completion.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct KeyWord {
    /// Name of the key; one that ends in a slash goes on with the name of a tag.
    pub name: String,
    /// Type of its values in a word or two; empty if the engine does not know.
    pub about: String,
}

/// The words that the engine knows.
pub fn vocabulary() -> Vocabulary {
    let operators = BaseOperator::ALL.iter().map(|operator| operator.as_str().to_owned());
    let global = ContextKey::of_prefix("aws");
    let (tagged, others): (Vec<_>, Vec<_>) = global.into_iter().partition(|row| row.is_family());
    let global = others.into_iter().chain(tagged);
    let global = global.map(|row| KeyWord { name: row.name().to_owned(), about: String::new() });
    let sagemaker = ContextKey::of_prefix("sagemaker").into_iter().map(KeyWord::from);
    Vocabulary {
        operators: operators.collect(),
        keys: global.chain(sagemaker).collect(),
        actions: actions(),
    }
}

fn actions() -> Vec<String> {
    let rows = ContextKey::of_prefix("sagemaker").into_iter();
    let listed = rows.filter_map(|row| match row.from {
        FilledFrom::Parameters(Actions::Only(names)) => Some(names),
        _ => None,
    });
    let lists = [sagemaker::KEYED, sagemaker::UNKEYED, sagemaker::ENTRY].into_iter();
    let sagemaker = lists.chain(listed).flatten().map(|name| format!("sagemaker:{name}"));
    let services = EndpointService::all().iter().flat_map(|service| service.actions);
    let all: BTreeSet<String> = services.map(|it| (*it).to_owned()).chain(sagemaker).collect();
    all.into_iter().collect()
}

impl From<&ContextKey> for KeyWord {
    fn from(key: &ContextKey) -> Self {
        let kind = match key.value {
            ValueType::Arn => "ARN",
            ValueType::Boolean => "true or false",
            ValueType::Number => "number",
            _ => "text",
        };
        let about = match (key.replaced_by(), key.multivalued) {
            (Some(other), _) => format!("deprecated: {other}"),
            (None, true) => format!("{kind}, several"),
            (None, false) => kind.to_owned(),
        };
        Self { name: key.name().to_owned(), about }
    }
}

#[cfg(test)]
mod tests {
    use polsim::request::Action;

    #[test]
    fn every_action_is_one_that_a_policy_may_name() {
        let words = super::vocabulary();
        assert!(
            words.actions.iter().any(|it| it == "sagemaker:CreatePresignedNotebookInstanceUrl")
        );
        for action in &words.actions {
            assert!(action.parse::<Action>().is_ok(), "{action}");
        }
    }
}
