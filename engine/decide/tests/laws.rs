//! Laws that hold for every policy set and request, whatever the rules in detail: deny wins, an
//! Allow never takes access away, a limit never gives any, and order, duplicates and letter case of
//! keys and actions mean nothing.
//!
//! Cases are drawn from one small pool of constants, so that they collide.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail, in its helpers too"
)]

use polsim_decide::case::{Case, CaseReader, NoFiles};
use polsim_decide::eval::{Decision, Scratch};
use polsim_decide::formula::{FormulaId, Formulas, Node, World};
use polsim_decide::request::{PrincipalKind, Request};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "ArnLike",
    "ArnNotEquals",
    "NumericLessThan",
    "NumericNotEquals",
    "NumericGreaterThanEquals",
    "DateLessThan",
    "DateNotEquals",
    "Bool",
    "IpAddress",
    "NotIpAddress",
    "BinaryEquals",
];

/// Pairs of a positive operator and its negation.
const NEGATIONS: &[(&str, &str)] = &[
    ("StringEquals", "StringNotEquals"),
    ("StringLike", "StringNotLike"),
    ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
    ("ArnLike", "ArnNotLike"),
    ("ArnEquals", "ArnNotEquals"),
    ("NumericEquals", "NumericNotEquals"),
    ("DateEquals", "DateNotEquals"),
    ("IpAddress", "NotIpAddress"),
];

const KEYS: &[&str] = &["aws:SourceIp", "aws:SourceVpce", "aws:PrincipalArn", "aws:TagKeys", "k:n"];
const ACTIONS: &[&str] =
    &["s3:GetObject", "s3:PutObject", "s3:DeleteBucketPolicy", "kms:Decrypt", "sts:AssumeRole"];
const PATTERNS: &[&str] = &[
    "s3:*",
    "s3:Get*",
    "s3:PutO*",
    "S3:getobject",
    "S3:deleteB*",
    "*",
    "kms:*",
    "s3:?etObject",
    "sts:AssumeRole",
];
/// Patterns that match none of the actions.
const OTHER_ACTIONS: &[&str] = &[
    "ec2:*",
    "s3:GetB*",
    "s3:GetObjectA*",
    "s3:PutB*",
    "kms:Encrypt",
    "kms:D?",
    "sts:AssumeRoleWith*",
    "S3:deletebucket",
];
const RESOURCES: &[&str] = &[
    "arn:aws:s3:::b/k",
    "arn:aws:s3:::c",
    "arn:aws:kms:eu-west-1:111122223333:key/1",
    "arn:aws:iam::111122223333:role/R",
    "*",
];
const RESOURCE_PATTERNS: &[&str] =
    &["*", "arn:aws:s3:::b/*", "arn:aws:s3:::*", "arn:aws:kms:*:*:key/*"];
const PRINCIPALS: &[&str] = &[
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:sts::111122223333:assumed-role/R/s",
    "arn:aws:iam::111122223333:role/R",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::444455556666:user/bob",
    "arn:aws:sts::111122223333:federated-user/fed",
    "lambda.amazonaws.com",
    "anonymous",
];
const NAMED: &[&str] = &[
    "*",
    "111122223333",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::111122223333:role/R",
    "arn:aws:sts::111122223333:assumed-role/R/s",
    "arn:aws:iam::444455556666:user/bob",
];

/// A value that the operator can read.
fn value_for(operator: &str) -> BoxedStrategy<Value> {
    let texts: &[&str] = match operator {
        it if it.starts_with("Numeric") => &["1", "2.0", "10", "-3"],
        it if it.starts_with("Date") => &["2026-01-01T00:00:00Z", "1767225600", "2026-02"],
        it if it.ends_with("IpAddress") => &["203.0.113.0/24", "203.0.113.9", "2001:db8::/32"],
        it if it.starts_with("Arn") => {
            &["arn:aws:iam::111122223333:role/*", "arn:aws:iam::*:user/alice"]
        }
        "Bool" => &["true", "false"],
        "BinaryEquals" => &["QmluQQ==", "AAAA"],
        _ => &["vpce-1", "vpce-2", "vpce-*", "a", "A", "${aws:username}"],
    };
    select(texts).prop_map(|text| json!(text)).boxed()
}

fn context_text() -> impl Strategy<Value = &'static str> {
    select(
        &[
            "203.0.113.9",
            "192.0.2.1",
            "2001:db8::1",
            "vpce-1",
            "vpce-2",
            "a",
            "A",
            "1",
            "10",
            "true",
            "",
            "2026-01-01",
            "arn:aws:iam::111122223333:role/R",
            "arn:aws:iam::111122223333:user/alice",
            "QmluQQ==",
            "not a number",
        ][..],
    )
}

fn condition() -> impl Strategy<Value = (String, &'static str, Value)> {
    (
        select(OPERATORS),
        select(&["", "ForAnyValue:", "ForAllValues:"][..]),
        any::<bool>(),
        select(KEYS),
    )
        .prop_flat_map(|(base, set, if_exists, key)| {
            let suffix = if if_exists { "IfExists" } else { "" };
            let values = prop::collection::vec(value_for(base), 1..3);
            (Just(format!("{set}{base}{suffix}")), Just(key), values.prop_map(Value::from))
        })
}

fn conditions() -> impl Strategy<Value = Value> {
    prop::collection::vec(condition(), 0..3).prop_map(|all| {
        let mut block = json!({});
        for (operator, key, values) in all {
            block[operator][key] = values;
        }
        block
    })
}

/// A statement of a type that has principals or not.
fn statement(with_principal: bool) -> impl Strategy<Value = Value> {
    let action = prop::collection::vec(select(PATTERNS), 1..3);
    let resource = prop::collection::vec(select(RESOURCE_PATTERNS), 1..3);
    let principal = prop::collection::vec(select(NAMED), 1..3);
    (any::<bool>(), any::<bool>(), action, resource, any::<bool>(), principal, conditions())
        .prop_map(
            move |(deny, not_action, action, resource, not_resource, principal, condition)| {
                let mut it =
                    json!({"Effect": if deny { "Deny" } else { "Allow" }, "Condition": condition});
                it[if not_action { "NotAction" } else { "Action" }] = json!(action);
                it[if not_resource { "NotResource" } else { "Resource" }] = json!(resource);
                if with_principal {
                    it["Principal"] = json!({"AWS": principal});
                }
                it
            },
        )
}

fn document(with_principal: bool) -> impl Strategy<Value = Value> {
    prop::collection::vec(statement(with_principal), 1..4)
        .prop_map(|statements| json!({"Version": "2012-10-17", "Statement": statements}))
}

/// A policy of any type whose grammar has no further restrictions.
fn policy() -> impl Strategy<Value = Value> {
    select(&["identity", "boundary", "session", "scp", "resource", "endpoint"][..]).prop_flat_map(
        |it| {
            let document = document(matches!(it, "resource" | "endpoint"));
            (document, 0..2_u32).prop_map(move |(document, level)| {
            json!({"type": it, "document": document, "level": if it == "scp" { level } else { 0 }})
        })
        },
    )
}

fn request() -> impl Strategy<Value = Value> {
    let values = prop_oneof![
        4 => context_text().prop_map(|text| json!(text)),
        1 => prop::collection::vec(context_text(), 0..3).prop_map(|texts| json!(texts)),
    ];
    let context = prop::collection::btree_map(select(KEYS), values, 0..4);
    (select(PRINCIPALS), select(ACTIONS), select(RESOURCES), context, any::<bool>()).prop_map(
        |(principal, action, resource, context, complete)| {
            json!({"principal": principal, "action": action, "resource": resource,
                   "context": context, "complete": complete})
        },
    )
}

/// Policies that mostly include a broad Allow, so that much is allowed before a law is tried.
fn world() -> impl Strategy<Value = (Vec<Value>, Value)> {
    let broad = json!({"type": "identity", "document": {"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}});
    (prop::collection::vec(policy(), 0..4), any::<bool>(), request()).prop_map(
        move |(mut policies, with_broad, request)| {
            if with_broad {
                policies.push(broad.clone());
            }
            (policies, request)
        },
    )
}

fn read(policies: &[Value], request: &Value) -> Case {
    let text = json!({"policies": policies, "request": request}).to_string();
    match CaseReader::new("law", NoFiles).read(&text, 1) {
        Ok(case) => case,
        Err(refused) => {
            panic!("the generator wrote a case that is refused: {}\n{text}", refused.diagnostics[0])
        }
    }
}

thread_local! {
    /// One memory for every set and request, as a caller with many of them has.
    static SCRATCH: std::cell::RefCell<Scratch> = std::cell::RefCell::default();
}

/// The decision, which the formula and its compiled code agree on.
fn decide(policies: &[Value], request: &Value) -> Decision {
    let case = read(policies, request);
    let plain = case.set.decide(&case.request);
    let compiled = SCRATCH.with_borrow_mut(|it| case.set.decide_with(&case.request, it));
    assert_eq!(compiled, plain, "compiled and plain: {policies:?} {request}");
    plain
}

fn is_federated(request: &Value) -> bool {
    read(&[], request).request.principal().kind() == PrincipalKind::FederatedUser
}

fn of_type(policy_type: &str, statement: &Value) -> Value {
    json!({"type": policy_type, "document": {"Version": "2012-10-17", "Statement": [statement]}})
}

/// The formula read as it stands, without index and memory.
fn naive(formulas: &Formulas, id: FormulaId, request: &Request) -> bool {
    match formulas.node(id) {
        Node::All(parts) => parts.iter().all(|part| naive(formulas, *part, request)),
        Node::Any(parts) => parts.iter().any(|part| naive(formulas, *part, request)),
        Node::Atom(atom) => formulas.atom_of(*atom).unwrap().test(request, &World::default()),
        Node::Not(inner) => !naive(formulas, *inner, request),
        Node::Truth(value) => *value,
    }
}

proptest! {
    // What a law does not speak of is passed over, however many cases it is given.
    #![proptest_config(ProptestConfig { failure_persistence: None, max_global_rejects: u32::MAX, ..ProptestConfig::default() })]

    #[test]
    fn a_matching_deny_wins((mut policies, request) in world()) {
        policies.push(of_type("resource", &json!({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"})));
        let rescued = request["principal"].as_str().unwrap().ends_with(":root")
            && request["action"] == "s3:DeleteBucketPolicy";
        prop_assume!(!rescued);
        // What AWS refuses before any policy is denied by none.
        prop_assume!(read(&policies, &request).request.refusal().is_none());
        prop_assert_eq!(decide(&policies, &request), Decision::ExplicitDeny);
    }

    #[test]
    fn an_allow_never_takes_access_away((policies, request) in world(), extra in statement(true), at in 0..4_usize) {
        let before = decide(&policies, &request);
        let mut extra = extra;
        extra["Effect"] = json!("Allow");
        let mut after = policies;
        if let Some(policy) = after.get_mut(at) {
            let has_principal = matches!(policy["type"].as_str(), Some("resource" | "endpoint"));
            if !has_principal {
                extra.as_object_mut().unwrap().remove("Principal");
            }
            policy["document"]["Statement"].as_array_mut().unwrap().push(extra);
        } else {
            after.push(of_type("resource", &extra));
        }
        if before == Decision::Allowed {
            prop_assert_eq!(decide(&after, &request), Decision::Allowed);
        }
    }

    #[test]
    fn a_deny_never_grants((policies, request) in world(), extra in statement(true), kind in select(&["identity", "resource", "scp"][..])) {
        let mut extra = extra;
        extra["Effect"] = json!("Deny");
        if kind != "resource" {
            extra.as_object_mut().unwrap().remove("Principal");
        }
        // An SCP that only denies also lacks an Allow: at a level of its own it still never grants.
        let mut after = policies.clone();
        after.push(of_type(kind, &extra));
        if decide(&after, &request) == Decision::Allowed {
            prop_assert_eq!(decide(&policies, &request), Decision::Allowed);
        }
    }

    #[test]
    fn a_limit_never_grants((mut policies, request) in world(), document in document(false), with in document(true), kind in select(&["boundary", "session", "scp", "endpoint"][..])) {
        // A federated user without session policy has no permissions at all: its first one grants.
        let kind = if is_federated(&request) && kind == "session" { "boundary" } else { kind };
        // Only the first document of a kind is a new limit; a second one is united with it.
        policies.retain(|policy| policy["type"] != kind);
        let document = if kind == "endpoint" { with } else { document };
        let mut after = policies.clone();
        after.push(json!({"type": kind, "document": document}));
        if decide(&after, &request) == Decision::Allowed {
            prop_assert_eq!(decide(&policies, &request), Decision::Allowed);
        }
    }

    #[test]
    fn an_scp_level_more_never_grants((policies, request) in world(), document in document(false)) {
        let mut after = policies.clone();
        after.push(json!({"type": "scp", "level": 7, "document": document}));
        if decide(&after, &request) == Decision::Allowed {
            prop_assert_eq!(decide(&policies, &request), Decision::Allowed);
        }
    }

    #[test]
    fn a_longer_not_action_covers_less(request in request(), list in prop::collection::vec(select(PATTERNS), 1..3), more in select(PATTERNS), deny in any::<bool>()) {
        let identity = |list: &[&str]| of_type("identity", &json!({"Effect": if deny { "Deny" } else { "Allow" }, "NotAction": list, "Resource": "*"}));
        let broad = of_type("identity", &json!({"Effect": "Allow", "Action": "*", "Resource": "*"}));
        let with = |list: &[&str]| if deny { vec![broad.clone(), identity(list)] } else { vec![identity(list)] };
        let longer: Vec<&str> = list.iter().copied().chain([more]).collect();
        let (short, long) = (decide(&with(&list), &request), decide(&with(&longer), &request));
        if deny {
            prop_assert!(long != Decision::ExplicitDeny || short == Decision::ExplicitDeny);
        } else {
            prop_assert!(long != Decision::Allowed || short == Decision::Allowed);
        }
    }

    #[test]
    fn if_exists_changes_nothing_where_the_key_is((base, values) in select(OPERATORS).prop_flat_map(|it| (Just(it), prop::collection::vec(value_for(it), 1..3))), set in select(&["", "ForAnyValue:", "ForAllValues:"][..]), texts in prop::collection::vec(context_text(), 1..3)) {
        let request = json!({"principal": PRINCIPALS[0], "action": ACTIONS[0], "resource": RESOURCES[0], "context": {"k:n": texts}});
        let with = |suffix: &str| {
            let operator = format!("{set}{base}{suffix}");
            decide(&[of_type("identity", &json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {operator: {"k:n": values}}}))], &request)
        };
        prop_assert_eq!(with(""), with("IfExists"));
    }

    #[test]
    fn a_negated_operator_is_the_complement_for_one_value((positive, negated, values) in select(NEGATIONS).prop_flat_map(|(yes, no)| (Just(yes), Just(no), prop::collection::vec(value_for(yes), 1..3))), text in context_text()) {
        let request = json!({"principal": PRINCIPALS[0], "action": ACTIONS[0], "resource": RESOURCES[0], "context": {"k:n": text}});
        let with = |operator: &str| decide(&[of_type("identity", &json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {operator: {"k:n": values}}}))], &request);
        prop_assert!((with(positive) == Decision::Allowed) != (with(negated) == Decision::Allowed));
    }

    #[test]
    fn several_values_satisfy_no_plain_operator(base in select(OPERATORS), if_exists in any::<bool>(), texts in prop::collection::vec(context_text(), 2..4)) {
        // Neither an operator nor its negation (policy language §3.4, U-16).
        let value = match base {
            it if it.starts_with("Numeric") => "1",
            it if it.starts_with("Date") => "2026-01-01",
            it if it.ends_with("IpAddress") => "203.0.113.9",
            it if it.starts_with("Arn") => "arn:aws:iam::111122223333:role/R",
            "Bool" => "true",
            "BinaryEquals" => "AAAA",
            _ => "a",
        };
        let operator = format!("{base}{}", if if_exists { "IfExists" } else { "" });
        let request = json!({"principal": PRINCIPALS[0], "action": ACTIONS[0], "resource": RESOURCES[0], "context": {"k:n": texts}});
        let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {operator: {"k:n": value}}});
        prop_assert_eq!(decide(&[of_type("identity", &statement)], &request), Decision::ImplicitDeny);
    }

    #[test]
    fn order_and_duplicates_mean_nothing((policies, request) in world(), rotate in 0..4_usize) {
        let mut other = policies.clone();
        if !other.is_empty() {
            let by = rotate.checked_rem(other.len()).unwrap_or(0);
            other.rotate_left(by);
        }
        for policy in &mut other {
            let statements = policy["document"]["Statement"].as_array_mut().unwrap();
            statements.reverse();
            let again = statements[0].clone();
            statements.push(again);
            for statement in statements {
                for element in ["Action", "NotAction", "Resource", "NotResource"] {
                    if let Some(list) = statement.get_mut(element).and_then(Value::as_array_mut) {
                        list.reverse();
                        let again = list[0].clone();
                        list.push(again);
                    }
                }
            }
        }
        prop_assert_eq!(decide(&policies, &request), decide(&other, &request));
    }

    #[test]
    fn statements_about_other_actions_mean_nothing((policies, request) in world(), front in any::<bool>()) {
        // Enough of them that statements are looked up by action instead of read one by one.
        let others = |effect: &str| OTHER_ACTIONS.iter().map(|action| json!({"Effect": effect, "Action": action, "Resource": "*"})).collect::<Vec<_>>();
        let mut many = policies.clone();
        for policy in &mut many {
            let with_principal = matches!(policy["type"].as_str(), Some("resource" | "endpoint"));
            let statements = policy["document"]["Statement"].as_array_mut().unwrap();
            let mut more: Vec<Value> = others("Allow").into_iter().chain(others("Deny")).collect();
            for statement in more.iter_mut().filter(|_| with_principal) {
                statement["Principal"] = json!("*");
            }
            if front {
                std::mem::swap(statements, &mut more);
            }
            statements.append(&mut more);
        }
        prop_assert_eq!(decide(&policies, &request), decide(&many, &request));
    }

    #[test]
    fn letter_case_of_keys_and_actions_means_nothing((policies, request) in world()) {
        let mut other = request.clone();
        other["action"] = json!(request["action"].as_str().unwrap().to_ascii_uppercase());
        let context = request["context"].as_object().unwrap();
        other["context"] = context.iter().map(|(key, value)| (key.to_ascii_uppercase(), value.clone())).collect();
        prop_assert_eq!(decide(&policies, &request), decide(&policies, &other));
    }

    #[test]
    fn every_reader_of_a_set_says_the_same((policies, request) in world()) {
        let case = read(&policies, &request);
        let mut scratch = Scratch::default();
        let decision = case.set.decide_with(&case.request, &mut scratch);
        let lowered = case.set.lowered();
        let holds = |id| naive(&lowered.formulas, id, &case.request);
        let plain = if case.request.refusal().is_some() {
            Decision::ImplicitDeny
        } else if holds(lowered.always_allowed) {
            Decision::Allowed
        } else if holds(lowered.explicit_deny) {
            Decision::ExplicitDeny
        } else if holds(lowered.allowed) {
            Decision::Allowed
        } else {
            Decision::ImplicitDeny
        };
        prop_assert_eq!(decision, plain);
        let explanation = case.set.explain_with(&case.request, &mut scratch);
        prop_assert_eq!(explanation.decision, decision);
        let (by_decision, by) = case.set.decide_by(&case.request, &mut scratch);
        prop_assert_eq!(by_decision, decision);
        prop_assert!(explanation.by.iter().eq(by.iter().copied()));
        let nobody = decision == Decision::ImplicitDeny || explanation.needs_no_permission;
        prop_assert!(by.is_empty() == nobody || is_root(&request));
        let refused = case.request.refusal().is_some();
        let lacks = decision == Decision::ImplicitDeny && !refused;
        prop_assert_eq!(!explanation.missing.is_empty(), lacks);
        prop_assert_eq!(explanation.remedies.is_empty(), decision == Decision::Allowed || refused);
    }
}

/// A root user is allowed without any statement.
fn is_root(request: &Value) -> bool {
    request["principal"].as_str().unwrap().ends_with(":root")
}
