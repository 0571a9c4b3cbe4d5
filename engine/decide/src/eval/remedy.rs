//! Remedies: the changes with which a denied request would go through.

use serde::Serialize;

use crate::lower::Layer;
use crate::policy::Effect;
use crate::request::Request;

use super::{ConditionTrace, Decision, LayerOutcome, LayerTrace, StatementRef, StatementTrace};

/// A change that a denied request needs. A request needs every one of its remedies; within one, any
/// of the ways is enough.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{Decision, PolicySet, Remedy};
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
/// let [Remedy::NeedAllow { layer, nearest, .. }] = &explanation.remedies[..] else {
///     panic!("one remedy")
/// };
/// assert_eq!((*layer, nearest.len()), (Layer::Identity, 1));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Remedy {
    /// A Deny statement matches; it would not if one of these conditions did not hold.
    #[serde(rename_all = "camelCase")]
    AvoidDeny {
        /// The Deny statement that matches.
        statement: StatementRef,
        /// The conditions of the statement, all of which hold; none if the statement has no condition, so that only
        /// another action, resource or principal escapes it.
        unless: Vec<ConditionTrace>,
    },
    /// No Allow of the layer matches.
    #[serde(rename_all = "camelCase")]
    NeedAllow {
        /// The layer without an Allow.
        layer: Layer,
        /// The Allow statements that come nearest: all their elements match, and these conditions
        /// fail.
        nearest: Vec<NearMiss>,
        /// The action that an Allow would have to cover.
        action: Box<str>,
        /// The resource that it would have to cover.
        resource: Box<str>,
    },
}

/// An Allow statement that matches but for conditions.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{Decision, PolicySet, Remedy};
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
/// let Remedy::NeedAllow { nearest, .. } = &explanation.remedies[0] else { panic!("a remedy") };
/// assert_eq!(&*nearest[0].failing[0].key, "aws:SecureTransport");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NearMiss {
    /// The statement, by name.
    pub statement: StatementRef,
    /// The layer that it speaks in: that of a resource's policy may grant what an identity policy
    /// does not.
    pub layer: Layer,
    /// The conditions that fail.
    pub failing: Vec<ConditionTrace>,
}

/// The remedies for a decision; none for an allowed request.
pub(super) fn remedies(
    decision: Decision,
    missing: &[Layer],
    layers: &[LayerTrace],
    request: &Request,
) -> Vec<Remedy> {
    match decision {
        Decision::Allowed => Vec::new(),
        Decision::ExplicitDeny => layers
            .iter()
            .filter(|layer| layer.outcome == LayerOutcome::Denies)
            .flat_map(|layer| &layer.statements)
            .filter(|it| it.matches && it.statement.effect == Effect::Deny)
            .map(|it| Remedy::AvoidDeny {
                statement: it.statement.clone(),
                unless: it.conditions.clone(),
            })
            .collect(),
        Decision::ImplicitDeny => missing
            .iter()
            .map(|layer| Remedy::NeedAllow {
                layer: *layer,
                nearest: nearest(*layer, missing, layers, request),
                action: request.action().as_str().into(),
                resource: request.resource().as_str().into(),
            })
            .collect(),
    }
}

/// The Allow statements that come nearest for want of an Allow in a layer. Within an account the
/// policy of the resource may grant what no identity policy does (policy language §5.3): its
/// statements come first.
fn nearest(
    layer: Layer,
    missing: &[Layer],
    layers: &[LayerTrace],
    request: &Request,
) -> Vec<NearMiss> {
    let near = |wanted: Layer| {
        let silent = layers
            .iter()
            .filter(move |it| it.layer == wanted && it.outcome == LayerOutcome::Silent);
        silent.flat_map(move |it| it.statements.iter().filter_map(move |it| near_miss(it, wanted)))
    };
    let own = request.principal().account();
    let one_is_enough = layer == Layer::Identity
        && !missing.contains(&Layer::Resource)
        && own.is_some()
        && own == request.resource_account();
    let mut found: Vec<NearMiss> =
        if one_is_enough { near(Layer::Resource).collect() } else { Vec::new() };
    found.extend(near(layer));
    found.sort_by_key(|it| it.failing.len());
    found
}

/// The statement, if it is an Allow whose elements all match and whose conditions do not.
fn near_miss(it: &StatementTrace, layer: Layer) -> Option<NearMiss> {
    let elements_match = it.elements.iter().all(|element| element.matches);
    (it.statement.effect == Effect::Allow && elements_match && !it.matches).then(|| NearMiss {
        statement: it.statement.clone(),
        layer,
        failing: it.conditions.iter().filter(|condition| !condition.matches).cloned().collect(),
    })
}
