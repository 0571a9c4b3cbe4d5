//! The parts of an explanation: what each layer, statement, element and condition said about the
//! request.

use serde::Serialize;

use crate::lower::Layer;

use super::{Place, StatementRef, ValueTrace};

/// A layer of policies beside the request.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{Decision, PolicySet};
/// # use polsim::lower::{AttachedPolicy, Layer};
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::request::{Request, RequestParts};
/// # use polsim::text::Source;
/// # let source = Source::new("identity.json", r#"{"Version": "2012-10-17", "Statement":
/// #   {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*",
/// #    "Condition": {"Bool": {"aws:SecureTransport": "true"}}}}"#);
/// # let policy = Policy::parse(&source, PolicyType::Identity).expect("a valid policy").policy;
/// # let request = Request::new(RequestParts {
/// #     principal: "arn:aws:iam::111122223333:user/alice",
/// #     action: "s3:GetObject",
/// #     resource: "arn:aws:s3:::bucket/key",
/// #     ..RequestParts::default()
/// # }).expect("a valid request");
/// // One statement: allows `s3:Get*` if `aws:SecureTransport` is true, which the request leaves out.
/// let set = PolicySet::new([AttachedPolicy::new(policy)]);
/// let explanation = set.explain(&request);
/// assert_eq!(explanation.layers[0].layer, Layer::Identity);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerTrace {
    /// The layer of the policies.
    pub layer: Layer,
    /// The level of an SCP or RCP layer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u32>,
    /// The outcome of the layer.
    pub outcome: LayerOutcome,
    /// The reason why it is not asked, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// The names of its policies, each with its file where that is another.
    pub policies: Vec<Box<str>>,
    /// The statements of the layer's policies.
    pub statements: Vec<StatementTrace>,
}

/// The outcome of one layer.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{Decision, PolicySet, LayerOutcome};
/// # use polsim::lower::{AttachedPolicy, Layer};
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::request::{Request, RequestParts};
/// # use polsim::text::Source;
/// # let source = Source::new("identity.json", r#"{"Version": "2012-10-17", "Statement":
/// #   {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*",
/// #    "Condition": {"Bool": {"aws:SecureTransport": "true"}}}}"#);
/// # let policy = Policy::parse(&source, PolicyType::Identity).expect("a valid policy").policy;
/// # let request = Request::new(RequestParts {
/// #     principal: "arn:aws:iam::111122223333:user/alice",
/// #     action: "s3:GetObject",
/// #     resource: "arn:aws:s3:::bucket/key",
/// #     ..RequestParts::default()
/// # }).expect("a valid request");
/// // One statement: allows `s3:Get*` if `aws:SecureTransport` is true, which the request leaves out.
/// let set = PolicySet::new([AttachedPolicy::new(policy)]);
/// let explanation = set.explain(&request);
/// assert_eq!(explanation.layers[0].outcome, LayerOutcome::Silent);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LayerOutcome {
    /// An Allow matches and no Deny.
    Allows,
    /// A Deny of the layer matches.
    Denies,
    /// The layer is not asked about this requester or resource (policy language §5.2).
    NotAsked,
    /// Neither an Allow nor a Deny matches.
    Silent,
}

/// A statement beside the request.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{Decision, PolicySet};
/// # use polsim::lower::{AttachedPolicy, Layer};
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::request::{Request, RequestParts};
/// # use polsim::text::Source;
/// # let source = Source::new("identity.json", r#"{"Version": "2012-10-17", "Statement":
/// #   {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*",
/// #    "Condition": {"Bool": {"aws:SecureTransport": "true"}}}}"#);
/// # let policy = Policy::parse(&source, PolicyType::Identity).expect("a valid policy").policy;
/// # let request = Request::new(RequestParts {
/// #     principal: "arn:aws:iam::111122223333:user/alice",
/// #     action: "s3:GetObject",
/// #     resource: "arn:aws:s3:::bucket/key",
/// #     ..RequestParts::default()
/// # }).expect("a valid request");
/// // One statement: allows `s3:Get*` if `aws:SecureTransport` is true, which the request leaves out.
/// let set = PolicySet::new([AttachedPolicy::new(policy)]);
/// let explanation = set.explain(&request);
/// assert!(!explanation.layers[0].statements[0].matches);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementTrace {
    /// The statement, by name.
    #[serde(flatten)]
    pub statement: StatementRef,
    /// The index of its policy in the set.
    pub policy_index: usize,
    /// True if it applies to the request.
    pub matches: bool,
    /// The elements Principal, Action and Resource, in this order, as far as it has them.
    pub elements: Vec<ElementTrace>,
    /// The conditions, in the order of the text.
    pub conditions: Vec<ConditionTrace>,
}

/// A Principal, Action or Resource element beside the request.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{Decision, PolicySet};
/// # use polsim::lower::{AttachedPolicy, Layer};
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::request::{Request, RequestParts};
/// # use polsim::text::Source;
/// # let source = Source::new("identity.json", r#"{"Version": "2012-10-17", "Statement":
/// #   {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*",
/// #    "Condition": {"Bool": {"aws:SecureTransport": "true"}}}}"#);
/// # let policy = Policy::parse(&source, PolicyType::Identity).expect("a valid policy").policy;
/// # let request = Request::new(RequestParts {
/// #     principal: "arn:aws:iam::111122223333:user/alice",
/// #     action: "s3:GetObject",
/// #     resource: "arn:aws:s3:::bucket/key",
/// #     ..RequestParts::default()
/// # }).expect("a valid request");
/// // One statement: allows `s3:Get*` if `aws:SecureTransport` is true, which the request leaves out.
/// let set = PolicySet::new([AttachedPolicy::new(policy)]);
/// let explanation = set.explain(&request);
/// let [action, resource] = &explanation.layers[0].statements[0].elements[..] else {
///     panic!("no principal")
/// };
/// assert_eq!((action.element, resource.element), ("Action", "Resource"));
/// assert!(action.matches && resource.matches);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ElementTrace {
    /// The name of the element: `Principal`, `NotAction`, …
    pub element: &'static str,
    /// True if it covers the request.
    pub matches: bool,
    /// The request's own principal, action or resource.
    pub request: Box<str>,
    /// The values in the policy.
    pub values: Vec<ValueTrace>,
    /// The place in the policy.
    pub span: Place,
}

/// A condition beside the request, with the values on both sides.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{Decision, PolicySet};
/// # use polsim::lower::{AttachedPolicy, Layer};
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::request::{Request, RequestParts};
/// # use polsim::text::Source;
/// # let source = Source::new("identity.json", r#"{"Version": "2012-10-17", "Statement":
/// #   {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*",
/// #    "Condition": {"Bool": {"aws:SecureTransport": "true"}}}}"#);
/// # let policy = Policy::parse(&source, PolicyType::Identity).expect("a valid policy").policy;
/// # let request = Request::new(RequestParts {
/// #     principal: "arn:aws:iam::111122223333:user/alice",
/// #     action: "s3:GetObject",
/// #     resource: "arn:aws:s3:::bucket/key",
/// #     ..RequestParts::default()
/// # }).expect("a valid request");
/// // One statement: allows `s3:Get*` if `aws:SecureTransport` is true, which the request leaves out.
/// let set = PolicySet::new([AttachedPolicy::new(policy)]);
/// let explanation = set.explain(&request);
/// let condition = &explanation.layers[0].statements[0].conditions[0];
/// assert_eq!(condition.wanted(true), "`aws:SecureTransport` would have to be `true`");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConditionTrace {
    /// The operator as it is written.
    pub operator: Box<str>,
    /// The key as it is written.
    pub key: Box<str>,
    /// True if the condition holds.
    pub matches: bool,
    /// The values in the request; none where the key is absent.
    pub request: Vec<Box<str>>,
    /// The values in the policy.
    pub values: Vec<ValueTrace>,
    /// The place in the policy.
    pub span: Place,
}
