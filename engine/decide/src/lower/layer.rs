//! The layers of the decision.

use crate::formula::FormulaId;
use crate::policy::PolicyType;

/// A layer of policies that takes part in the decision. The order is the one in which a denied
/// request is reported (policy language §5.10).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Service control policies.
    Scp,
    /// Resource control policies.
    Rcp,
    /// The policy of the VPC endpoint that the request crosses.
    Endpoint,
    /// The policy of the resource: bucket, key, trust and all others.
    Resource,
    /// Identity-based policies.
    Identity,
    /// The permissions boundary.
    Boundary,
    /// Session policies.
    Session,
}

/// What one layer says about a request.
#[derive(Clone, Debug)]
pub struct LayerFormulas {
    /// Which layer.
    pub layer: Layer,
    /// The level of an SCP or RCP layer.
    pub level: Option<u32>,
    /// The policies in it, by index.
    pub policies: Vec<usize>,
    /// The request is one that the layer is asked about.
    pub applies: FormulaId,
    /// One of its Allow statements matches.
    pub allows: FormulaId,
    /// One of its Deny statements matches.
    pub denies: FormulaId,
}

impl Layer {
    /// The layer that policies of this type belong to.
    pub fn of(policy_type: PolicyType) -> Self {
        match policy_type {
            PolicyType::Identity => Self::Identity,
            PolicyType::Boundary => Self::Boundary,
            PolicyType::Session => Self::Session,
            PolicyType::Scp => Self::Scp,
            PolicyType::Rcp => Self::Rcp,
            PolicyType::Resource | PolicyType::Key | PolicyType::Trust => Self::Resource,
            PolicyType::Endpoint => Self::Endpoint,
        }
    }

    /// The word for it in results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scp => "scp",
            Self::Rcp => "rcp",
            Self::Endpoint => "endpoint",
            Self::Resource => "resource",
            Self::Identity => "identity",
            Self::Boundary => "boundary",
            Self::Session => "session",
        }
    }

    /// The words for it in AWS's own messages.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Scp => "service control policy",
            Self::Rcp => "resource control policy",
            Self::Endpoint => "VPC endpoint policy",
            Self::Resource => "resource-based policy",
            Self::Identity => "identity-based policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
        }
    }
}

impl std::fmt::Display for Layer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
