//! Validation of a policy while it is being written.

use polsim::policy::{self, Policy};
use polsim::text;
use serde::Serialize;
use tsify::Tsify;

use crate::{Answer, Diagnostic, Effect, PolicyText, PolicyType, TextRange};

/// The validation of the text of one policy.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Validation {
    /// Errors and warnings in the order of the text. With an error AWS refuses the policy.
    pub diagnostics: Vec<Diagnostic>,
    /// Statements of the policy; none while it has errors.
    pub statements: Vec<StatementOutline>,
}

/// A statement of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct StatementOutline {
    /// Sid, or the index from 0 in brackets, as decisions name it.
    pub statement: String,
    /// Effect of the statement.
    pub effect: Effect,
    /// Range in UTF-16 units.
    pub range: TextRange,
}

/// The mistakes in `text` as a policy of this type, and its statements.
pub fn validate(policy_type: PolicyType, text: &str) -> Validation {
    let source = text::Source::new("policy", text);
    match Policy::parse(&source, policy_type.into()) {
        Ok(policy::Parsed { policy, warnings }) => Validation {
            diagnostics: warnings.iter().map(Diagnostic::from).collect(),
            statements: outline(&policy),
        },
        Err(errors) => Validation {
            diagnostics: errors.iter().map(Diagnostic::from).collect(),
            statements: Vec::new(),
        },
    }
}

fn outline(policy: &Policy) -> Vec<StatementOutline> {
    let statements = policy.statements.iter().enumerate();
    statements
        .map(|(index, statement)| {
            let sid = statement.sid.as_ref().map(|sid| &*sid.value).filter(|sid| !sid.is_empty());
            StatementOutline {
                statement: sid.map_or_else(|| format!("[{index}]"), str::to_owned),
                effect: statement.effect.value.into(),
                range: TextRange::of(&policy.source, statement.span),
            }
        })
        .collect()
}

/// The context keys that the policies read, in the order of their texts, each once.
pub fn context_keys(policies: &[PolicyText]) -> Answer<Vec<String>> {
    let mut keys: Vec<String> = Vec::new();
    let mut refused = Vec::new();
    for policy in policies {
        match policy.read(policy::PolicyType::Resource) {
            Ok(attached) => {
                for key in attached.policy.context_keys() {
                    if !keys.iter().any(|known| key.is(known)) {
                        keys.push(key.as_str().to_owned());
                    }
                }
            }
            Err(errors) => refused.extend(errors),
        }
    }
    if refused.is_empty() { Answer::Answered { value: keys } } else { Answer::refused(&refused) }
}
