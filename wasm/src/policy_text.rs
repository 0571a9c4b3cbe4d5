//! Policies as the caller has them: text, and what it is attached to.

use polsim::{case, lower, policy, text};
use serde::{Deserialize, Serialize};
use tsify::Tsify;

/// A policy document and what it is attached to.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyText {
    /// Kind of the policy.
    #[serde(rename = "type")]
    pub policy_type: PolicyType,
    /// The name by which answers speak of it; for an endpoint policy the id of the endpoint.
    pub name: String,
    /// Text of the document.
    pub text: String,
    /// Level in the organization that an SCP or RCP is attached to: 0 (or left out) the root, then the organizational units, the
    /// account last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u32>,
    /// Carriers of a policy that is not asked about every request: the ARNs of users and roles
    /// (identity, boundary, session), of resources (resource, key, trust; wildcards allowed), or
    /// the id of the VPC endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carriers: Option<Vec<String>>,
}

/// The kind of a policy, by what it is attached to.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum PolicyType {
    /// A user, group or role.
    Identity,
    /// A user or role, as its permissions boundary.
    Boundary,
    /// A session, passed when it was made.
    Session,
    /// An organization's root, unit or account, as a service control policy.
    Scp,
    /// An organization's root, unit or account, as a resource control policy.
    Rcp,
    /// A resource: bucket, queue, topic, function, secret, …
    Resource,
    /// A KMS key (`key`).
    Key,
    /// A role, as its trust policy.
    Trust,
    /// A VPC endpoint of the map.
    Endpoint,
}

impl PolicyText {
    /// The member of a scenario's policy that names its carriers; none for organization policies.
    pub(crate) fn carrier_member(&self) -> Option<&'static str> {
        match self.policy_type {
            PolicyType::Identity | PolicyType::Boundary | PolicyType::Session => Some("principal"),
            PolicyType::Resource | PolicyType::Key | PolicyType::Trust => Some("resource"),
            PolicyType::Endpoint => Some("endpoint"),
            PolicyType::Scp | PolicyType::Rcp => None,
        }
    }

    /// The policy for requests whose `resource` documents are read as `target`.
    pub(crate) fn read(
        &self,
        target: policy::PolicyType,
    ) -> Result<lower::AttachedPolicy, text::Diagnostics> {
        let source = text::Source::new(self.name.as_str(), self.text.as_str());
        let parsed = case::parse_for(&source, self.policy_type.into(), target)?;
        let level = self.level.unwrap_or_default();
        Ok(lower::AttachedPolicy { level, ..lower::AttachedPolicy::new(parsed.policy) })
    }
}

impl From<PolicyType> for policy::PolicyType {
    fn from(policy_type: PolicyType) -> Self {
        match policy_type {
            PolicyType::Identity => Self::Identity,
            PolicyType::Boundary => Self::Boundary,
            PolicyType::Session => Self::Session,
            PolicyType::Scp => Self::Scp,
            PolicyType::Rcp => Self::Rcp,
            PolicyType::Resource => Self::Resource,
            PolicyType::Key => Self::Key,
            PolicyType::Trust => Self::Trust,
            PolicyType::Endpoint => Self::Endpoint,
        }
    }
}
