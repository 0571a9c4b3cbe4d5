//! Facts about the organisation and its network that records do not tell.

use std::collections::{BTreeMap, BTreeSet};

use polsim_decide::policy::PolicyType;
use serde::Deserialize;
use serde_json::Value;

/// The facts that `--options` gives; all of them may be missing.
///
/// ```
/// use polsim_replay::Options;
/// let options = Options::read(r#"{"managementAccount": "999900001111"}"#)?;
/// assert_eq!(options.management_account.as_deref(), Some("999900001111"));
/// assert!(Options::read(r#"{"managment": "1"}"#).is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Options {
    /// The context keys that are asked about besides those of the policies.
    pub keys: Vec<String>,
    /// The id of our organisation.
    pub organization_id: Option<String>,
    /// The accounts of our organisation; none where they are not known.
    pub organization_accounts: Option<BTreeSet<String>>,
    /// The management account of our organisation.
    pub management_account: Option<String>,
    /// The VPC endpoints of our network.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// The trust policies of roles, by the role's ARN.
    pub trust: BTreeMap<String, Value>,
    /// The type of the policy in question.
    pub asks: Option<String>,
    /// True if nothing is assumed that a record does not say.
    pub strict: bool,
    /// The assumptions that are not made.
    pub no_assume: Vec<String>,
}

/// A VPC endpoint of our network.
///
/// ```
/// use polsim_replay::Options;
/// let text = r#"{"endpoints": {"vpce-1": {"vpc": "vpc-1", "account": "111122223333"}}}"#;
/// let options = Options::read(text)?;
/// assert_eq!(options.endpoints["vpce-1"].vpc.as_deref(), Some("vpc-1"));
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Endpoint {
    /// The VPC in which it stands.
    pub vpc: Option<String>,
    /// The account that owns it.
    pub account: Option<String>,
    /// The service that it leads to.
    pub service: Option<String>,
}

impl Options {
    /// The options in a JSON text.
    ///
    /// # Errors
    /// The reason, with the place, where the text is not of the form.
    pub fn read(text: &str) -> Result<Self, String> {
        let options: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if let Some(asks) = &options.asks {
            asks.parse::<PolicyType>().map_err(|error| error.to_string())?;
        }
        Ok(options)
    }

    /// The assumptions that an answer may rest on.
    pub const ASSUMPTIONS: [(&str, &str); 5] = [
        ("public-path", "a record that could name a VPC endpoint does"),
        ("service-path", "the call of a service does not come through one of our endpoints"),
        ("no-private-console", "a console call without an endpoint came through none"),
        ("catalogue", "a key that AWS does not list for an action was not in its request"),
        ("event-time", "the time of a record is that of its decision"),
    ];

    /// True if an assumption is made.
    pub(crate) fn assumes(&self, name: &str) -> bool {
        !self.strict && !self.no_assume.iter().any(|it| it == name)
    }

    /// True if an account is known to be ours, false if it is known not to be.
    pub(crate) fn is_ours(&self, account: &str) -> Option<bool> {
        self.organization_accounts.as_ref().map(|it| it.contains(account))
    }
}
