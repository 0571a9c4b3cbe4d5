//! The parameters of a call.

use serde_json::{Map, Value};

use super::path::member;
use super::{Call, Calls};
use crate::text::nearest;

/// The parameters of a call, as the SDK takes them or as CloudTrail records them.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::Parameters;
/// assert!(Parameters::read(r#"{"Bucket": "lake", "Key": "a"}"#).is_ok());
/// let refused = Parameters::read("[1]").unwrap_err();
/// assert_eq!(refused.to_string(), "parameters are one JSON object as the SDK takes it, found a list");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters {
    pub(super) members: Map<String, Value>,
    pub(super) incomplete: bool,
}

/// The error of reading parameters.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::{Calls, Parameters, ParametersError};
/// # #[cfg(feature = "catalog")] {
/// let calls = Calls::embedded();
/// let call = calls.find("sagemaker:CreateTrainingJob").expect("a call of the table");
/// let misspelt = Parameters::read(r#"{"TraningJobName": "churn"}"#).unwrap();
/// let refused: ParametersError = misspelt.check(&calls, &call).unwrap_err();
/// assert_eq!(
///     refused.to_string(),
///     "`TraningJobName` is no parameter of sagemaker:CreateTrainingJob (did you mean TrainingJobName?)"
/// );
/// # }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ParametersError {
    /// The text is no JSON; the words of the reader.
    NoJson(String),
    /// The text is another JSON value than an object; its kind.
    NoObject(&'static str),
    /// A member that the call does not have.
    Unknown {
        /// The member's name.
        name: Box<str>,
        /// The call.
        api: Box<str>,
        /// The nearest parameter of the call.
        meant: Option<Box<str>>,
    },
}

impl Parameters {
    /// The parameters in a JSON text.
    ///
    /// # Errors
    /// Where the text is no JSON object.
    pub fn read(text: &str) -> Result<Self, ParametersError> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| ParametersError::NoJson(error.to_string()))?;
        Self::of(value)
    }

    /// The parameters in a JSON value.
    ///
    /// # Errors
    /// Where it is no object.
    pub fn of(value: Value) -> Result<Self, ParametersError> {
        let kind = match value {
            Value::Object(members) => return Ok(Self { members, incomplete: false }),
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
        };
        Err(ParametersError::NoObject(kind))
    }

    /// The same, of which members may be missing: what is not there is unknown.
    #[must_use]
    pub fn incomplete(mut self) -> Self {
        self.incomplete = true;
        self
    }

    /// The required parameters of the call that are missing.
    ///
    /// # Errors
    /// The first member that is no parameter of the call.
    pub fn check(&self, calls: &Calls<'_>, call: &Call) -> Result<Vec<String>, ParametersError> {
        let Some(known) = calls.parameters(&call.api) else { return Ok(Vec::new()) };
        let names = || known.iter().map(|(name, _)| *name);
        if let Some(name) = self.members.keys().find(|it| !names().any(|known| known == *it)) {
            return Err(ParametersError::Unknown {
                name: name.as_str().into(),
                api: call.api.clone(),
                meant: nearest(name, names()).map(Box::from),
            });
        }
        let missing = |name: &&str| member(&self.members, name).is_none_or(Value::is_null);
        let required = known.iter().filter(|(_, required)| *required).map(|(name, _)| *name);
        Ok(required.filter(missing).map(str::to_owned).collect())
    }
}

impl std::fmt::Display for ParametersError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoJson(reason) => {
                write!(f, "parameters are one JSON object as the SDK takes it: {reason}")
            }
            Self::NoObject(kind) => {
                write!(f, "parameters are one JSON object as the SDK takes it, found {kind}")
            }
            Self::Unknown { name, api, meant } => {
                write!(f, "`{name}` is no parameter of {api}")?;
                match meant {
                    Some(meant) => write!(f, " (did you mean {meant}?)"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl std::error::Error for ParametersError {}
