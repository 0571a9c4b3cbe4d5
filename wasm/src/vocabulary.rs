//! The words of the policy language, for completion.

use polsim::policy::BaseOperator;
use serde::Serialize;
use tsify::Tsify;

/// The words that the engine knows.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Vocabulary {
    /// Condition operators, without set operator and suffix.
    pub operators: Vec<String>,
}

/// The words that the engine knows.
pub fn vocabulary() -> Vocabulary {
    Vocabulary {
        operators: BaseOperator::ALL.iter().map(|operator| operator.as_str().to_owned()).collect(),
    }
}
