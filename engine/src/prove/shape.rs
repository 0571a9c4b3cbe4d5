//! Request shapes: which requests a property is about.
//!
//! A shape is an object; all of its members must hold, and within a member that lists values one of
//! them. `not`, `all` and `any` combine shapes.
//!
//! ```yaml
//! from: off-network                     # origins of the scenario's network
//! actions: ["sagemaker:*"]
//! resources: ["arn:aws:sagemaker:*:111122223333:*"]
//! principals: ["arn:aws:iam::111122223333:role/*"]
//! when: {StringNotEquals: {"aws:PrincipalTag/team": "ml"}}
//! not: {when: {Bool: {"aws:ViaAWSService": "true"}}}
//! ```

mod caveats;
mod lower;
mod principal;
mod read;

use crate::policy::{ActionPattern, Condition, ResourcePattern};
use crate::text::shape::{Field, Kind, Shape, ShapeCodes};
use crate::text::{Diagnostic, Node, Source, Span};
pub(crate) use lower::{Lowering, Requests};
use principal::PrincipalPattern;

/// The codes of complaints about properties.
pub(crate) const CODES: ShapeCodes =
    ShapeCodes { unknown: "V0001", missing: "V0002", kind: "V0003" };

/// The words of `by`.
pub(crate) const BY: &[&str] = &["holder", "anyone"];

/// The members of a shape.
pub(crate) static REQUEST_SHAPE: Shape = Shape {
    name: "requestShape",
    doc: "Which requests: all members must hold, of a list one value.",
    members: &[
        Field::optional("from", Kind::Texts, "Origins of the network that the request comes from."),
        Field::optional("actions", Kind::Texts, "Actions, as in a policy's Action."),
        Field::optional("resources", Kind::Texts, "Resources, as in a policy's Resource."),
        Field::optional(
            "principals",
            Kind::Texts,
            "Who asks: ARNs of users, roles and sessions, accounts, services, `anonymous`, `*`; with wildcards.",
        ),
        Field::optional("when", Kind::Any, "A condition block, as in a policy's Condition."),
        Field::optional("not", Kind::Object(&REQUEST_SHAPE), "Requests that are not meant."),
        Field::optional("all", Kind::List(&REQUEST_SHAPE), "Shapes that must all hold."),
        Field::optional("any", Kind::List(&REQUEST_SHAPE), "Shapes of which one must hold."),
        Field::optional(
            "by",
            Kind::Choice(BY),
            "Whether the principal that carries the policies asks, or anyone.",
        ),
    ],
};

/// A set of requests, as it is written.
#[derive(Clone, Debug)]
pub(crate) struct RequestShape {
    source: Source,
    span: Span,
    from: Option<Vec<(Box<str>, Span)>>,
    actions: Option<Vec<ActionPattern>>,
    resources: Option<Vec<ResourcePattern>>,
    principals: Option<Vec<PrincipalPattern>>,
    when: Vec<Condition>,
    not: Option<Box<Self>>,
    all: Vec<Self>,
    any: Option<Vec<Self>>,
}

impl RequestShape {
    /// The shape that `node` of `source` writes, whose structure has been checked.
    pub(crate) fn read(source: &Source, node: &Node, found: &mut Vec<Diagnostic>) -> Self {
        read::shape(source, node, found)
    }

    /// The actions that it lists, as they are written.
    pub(crate) fn action_texts(&self) -> Option<Vec<String>> {
        Some(self.actions.as_ref()?.iter().map(ToString::to_string).collect())
    }

    /// All requests for the actions that it lists.
    pub(crate) fn only_actions(&self) -> Self {
        Self {
            source: self.source.clone(),
            span: self.span,
            from: None,
            actions: self.actions.clone(),
            resources: None,
            principals: None,
            when: Vec::new(),
            not: None,
            all: Vec::new(),
            any: None,
        }
    }

    /// Whether it says nothing: every request is meant.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { from, actions, resources, principals, when, not, all, any, .. } = self;
        let lists = from.is_none() && actions.is_none() && resources.is_none() && any.is_none();
        lists && principals.is_none() && when.is_empty() && not.is_none() && all.is_empty()
    }
}
