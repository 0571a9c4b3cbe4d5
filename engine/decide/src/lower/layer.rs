//! The layers of the decision.

use crate::formula::FormulaId;
use crate::policy::PolicyType;

/// A layer of policies that takes part in the decision. The order is the one in which a denied
/// request is reported (policy language §5.10).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::lower::Layer;
/// # use polsim::policy::PolicyType;
/// assert_eq!(Layer::of(PolicyType::Trust), Layer::Resource);
/// assert!(Layer::Scp < Layer::Identity);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Service control policies (SCPs).
    Scp,
    /// Resource control policies (RCPs).
    Rcp,
    /// The policy of the VPC endpoint that the request crosses.
    Endpoint,
    /// The policy of the resource: bucket, key, trust and all others.
    Resource,
    /// The principal's identity-based policies.
    Identity,
    /// The principal's permissions boundary.
    Boundary,
    /// The policies of the session.
    Session,
}

/// A layer as formulas: the requests that it is asked about, allows and denies.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::lower::{AttachedPolicy, Layer, Lowered};
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::text::Source;
/// # let source = Source::new("identity.json", r#"{"Version": "2012-10-17",
/// #   "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#);
/// # let policy = Policy::parse(&source, PolicyType::Identity).expect("a valid policy").policy;
/// let lowered = Lowered::new([AttachedPolicy::new(policy)]);
/// let [identity] = &lowered.layers[..] else { panic!("one layer") };
/// assert_eq!(identity.layer, Layer::Identity);
/// assert_eq!(identity.denies, lowered.formulas.truth(false));
/// ```
#[derive(Clone, Debug)]
pub struct LayerFormulas {
    /// The layer of the policies.
    pub layer: Layer,
    /// The level of an SCP or RCP layer.
    pub level: Option<u32>,
    /// The policies in it, by index.
    pub policies: Vec<usize>,
    /// The requests that the layer is asked about.
    pub applies: FormulaId,
    /// The requests that one of its Allow statements matches.
    pub allows: FormulaId,
    /// The requests that one of its Deny statements matches.
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
