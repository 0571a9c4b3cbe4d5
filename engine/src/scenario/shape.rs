//! The members of a scenario file, as data.

use super::request_shape::{ASKERS, REQUEST_SHAPE};
use crate::network::NETWORK_SHAPE as NETWORK;
use crate::text::shape::{Field, Kind, Shape, ShapeCodes};

pub(super) const CODES: ShapeCodes =
    ShapeCodes { unknown: "S0001", missing: "S0002", kind: "S0003" };

/// The words of `type`.
const TYPES: &[&str] =
    &["identity", "boundary", "session", "scp", "rcp", "resource", "key", "trust", "endpoint"];

/// The words of `expect`.
const EXPECTATIONS: &[&str] = &["allowed", "explicitDeny", "implicitDeny", "denied", "depends"];

pub(super) static SCENARIO: Shape = Shape {
    name: "scenario",
    doc: "Policies, a network, tests and properties in one document.",
    members: &[
        Field::optional("why", Kind::Text, "What the scenario shows, for readers."),
        Field::optional(
            "extends",
            Kind::Text,
            "A scenario file whose network, policies, sets and request defaults this one takes over.",
        ),
        Field::optional(
            "network",
            Kind::ObjectOrText(&NETWORK),
            "The network, written here or in a file; its endpoints' policies belong to every set.",
        ),
        Field::optional(
            "policies",
            Kind::Items(&POLICY),
            "The policies of every test and property that names no others; a name stands for a set.",
        ),
        Field::optional("sets", Kind::ItemsByName(&POLICY), "Named policy sets."),
        Field::optional(
            "request",
            Kind::Object(&REQUEST),
            "What every test's request has unless it says otherwise; contexts are united.",
        ),
        Field::optional(
            "resources",
            Kind::Any,
            "Resources with what their ARNs do not tell: account, region, tags, abac, manager, key, accessPointOf.",
        ),
        Field::optional("tests", Kind::List(&TEST), "Requests and the decisions they must get."),
        Field::optional(
            "assume",
            Kind::Any,
            "Which facts about requests the properties may rely on.",
        ),
        Field::optional(
            "readings",
            Kind::Any,
            "How to read what AWS leaves open: sides by reading, a list of those to leave open, `all` or `default`.",
        ),
        Field::optional(
            "properties",
            Kind::ListReadLater(&PROPERTY),
            "What must hold for every request.",
        ),
    ],
};

pub(super) static POLICY: Shape = Shape {
    name: "policy",
    doc: "A policy and what it is attached to.",
    members: &[
        Field::required("type", Kind::Choice(TYPES), "What kind of policy it is."),
        Field::optional("name", Kind::Text, "How results call it; its file or its type otherwise."),
        Field::optional("file", Kind::Text, "The document's file, relative to this one."),
        Field::optional("document", Kind::Any, "The document itself."),
        Field::optional(
            "level",
            Kind::Number,
            "Where an SCP or RCP hangs: 0 the root, then the units, the account last.",
        ),
        Field::optional(
            "principal",
            Kind::Texts,
            "The users and roles that carry an identity, boundary or session policy; every requester otherwise.",
        ),
        Field::optional(
            "resource",
            Kind::Texts,
            "The resources that carry a resource, key or trust policy, wildcards allowed; the request's otherwise.",
        ),
        Field::optional("endpoint", Kind::Text, "The VPC endpoint that carries the policy."),
        Field::optional(
            "account",
            Kind::Text,
            "The account that owns the resources that carry it.",
        ),
    ],
};

pub(super) static REQUEST: Shape = Shape {
    name: "request",
    doc: "A request, or the parts of one.",
    members: &[
        Field::optional(
            "principal",
            Kind::Text,
            "An ARN, a service principal, federated:<provider> or anonymous.",
        ),
        Field::optional("action", Kind::Text, "service:Name."),
        Field::optional("resource", Kind::Text, "An ARN, or * for actions without a resource."),
        Field::optional("resourceAccount", Kind::Text, "The account that owns the resource."),
        Field::optional("issuer", Kind::Text, "The user behind a federated user session."),
        Field::optional("region", Kind::Text, "The region that is called."),
        Field::optional("now", Kind::Text, "The time of the call, 2026-01-02T03:04:05Z."),
        Field::optional("via", Kind::Texts, "The services that forward the call, in order."),
        Field::optional("roleArn", Kind::Text, "The ARN of a session's role, with its path."),
        Field::optional(
            "credentials",
            Kind::Text,
            "longTerm, session, mfa, console, assumeRoot, webIdentity, saml or instance.",
        ),
        Field::optional("absent", Kind::Texts, "Context keys that the request does not have."),
        Field::optional(
            "unknown",
            Kind::Any,
            "Context keys that are not known: names, or {key, like, among, present}.",
        ),
        Field::optional("context", Kind::Any, "Context keys and their values."),
        Field::optional(
            "complete",
            Kind::Bool,
            "Nothing is filled in: a key not listed is absent.",
        ),
        Field::optional(
            "managementAccount",
            Kind::Bool,
            "The requester lives in the organization's management account.",
        ),
    ],
};

static TEST: Shape = Shape {
    name: "test",
    doc: "A request and the decision it must get.",
    members: &[
        Field::required("name", Kind::Text, "What is tested, one sentence."),
        Field::optional("why", Kind::Text, "Why the decision is what it is."),
        Field::optional(
            "policies",
            Kind::Items(&POLICY),
            "The policies of this test: names of sets, or policies.",
        ),
        Field::optional(
            "from",
            Kind::Texts,
            "Origins of the network; the decision must be the same from each, however it arrives.",
        ),
        Field::optional(
            "service",
            Kind::Text,
            "The endpoint service that is called, where the action does not tell: sagemaker.notebook.",
        ),
        Field::optional("region", Kind::Text, "The region that is called."),
        Field::optional("request", Kind::Object(&REQUEST), "The request."),
        Field::required("expect", Kind::Choice(EXPECTATIONS), "The decision."),
        Field::optional(
            "depends-on",
            Kind::Texts,
            "The unknown keys that the decision depends on, all of them.",
        ),
        Field::optional(
            "by",
            Kind::Texts,
            "Statements that must be among those that decide: a Sid, or type:Sid, or policy:Sid.",
        ),
    ],
};

static BOUND: Shape = Shape {
    name: "noMoreThan",
    doc: "The policies that set the bound, and which requests are compared.",
    members: &[
        Field::required("policies", Kind::Any, "The policies that set the bound."),
        Field::optional("of", Kind::Object(&REQUEST_SHAPE), "The requests that are compared."),
    ],
};

pub(super) static PROPERTY: Shape = Shape {
    name: "property",
    doc: "What must hold for every request.",
    members: &[
        Field::optional("name", Kind::Text, "How results call it."),
        Field::optional("why", Kind::Text, "Why it must hold, for readers."),
        Field::optional("policies", Kind::Any, "The policies it is about."),
        Field::optional("deny", Kind::Object(&REQUEST_SHAPE), "No such request is allowed."),
        Field::optional("allow", Kind::Object(&REQUEST_SHAPE), "Some such request is allowed."),
        Field::optional("always", Kind::Object(&REQUEST_SHAPE), "Every such request is allowed."),
        Field::optional(
            "guard",
            Kind::Object(&REQUEST_SHAPE),
            "Every such request is explicitly denied, so that no later grant opens it.",
        ),
        Field::optional(
            "no-more-than",
            Kind::Object(&BOUND),
            "Nothing is allowed that other policies do not allow.",
        ),
        Field::optional(
            "by",
            Kind::Choice(ASKERS),
            "Whose requests: `holder`, only those of principals that carry policies here; `anyone`, everybody's.",
        ),
        Field::optional(
            "ways",
            Kind::Choice(&["plain", "every"]),
            "Of what nobody may do: `plain` leaves out ways that only a caller's choice takes, `every` counts them in a `not`, too.",
        ),
        Field::optional(
            "expect",
            Kind::Choice(&["proved", "violated", "depends", "unknown", "vacuous"]),
            "The verdict that is wanted; `proved` if it is left out.",
        ),
        Field::optional(
            "depends-on",
            Kind::Texts,
            "The choices that the verdict depends on, exactly.",
        ),
    ],
};
