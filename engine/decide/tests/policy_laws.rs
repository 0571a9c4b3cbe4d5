//! Laws of policies: what is written back says the same, and no text makes the parser panic.
#![expect(clippy::indexing_slicing, reason = "a test may fail")]

use polsim_decide::policy::{BaseOperator, ConditionOperator, Policy, PolicyType};
use polsim_decide::text::Source;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

/// A single value, or a list of several.
fn one_or_more(values: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    vec(values, 1..4).prop_flat_map(|list| {
        let whole = Value::Array(list.clone());
        let single = list.into_iter().next().unwrap_or_default();
        prop_oneof![Just(whole), Just(single)]
    })
}

fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = Value> {
    select(texts).prop_map(Value::from)
}

fn actions(policy_type: PolicyType) -> BoxedStrategy<Value> {
    let texts: &[&str] = match policy_type {
        PolicyType::Trust => &["sts:AssumeRole", "STS:tagsession", "sts:*"],
        PolicyType::Rcp => &["s3:*", "kms:De?rypt", "sagemaker:CreateModel", "*s:Send*"],
        PolicyType::Identity | PolicyType::Boundary | PolicyType::Session => {
            &["*", "s3:Get*", "S3:getobject", "iam: asdf", "a.b-c:${aws}", "ec2:"]
        }
        _ => &["*", "s3:Get*", "*:*", "s?:*", "kms:**"],
    };
    one_or_more(one_of(texts)).boxed()
}

/// The part of an ARN where wildcards, variables and escapes stand.
fn resource_part() -> impl Strategy<Value = String> {
    let pieces = [
        "*",
        "?",
        "a",
        "B",
        "/",
        ":",
        "é",
        "$",
        "{",
        "}",
        "${*}",
        "${?}",
        "${$}",
        "${$}{a}",
        "${aws:username}",
        "${aws:PrincipalTag/a b}",
        "${aws:PrincipalTag/t, 'x*}y'}",
        "${k, ''}",
        "[",
        "\\",
        "\"",
    ];
    vec(select(pieces.to_vec()), 1..7).prop_map(|pieces| pieces.concat())
}

fn resources() -> impl Strategy<Value = Value> {
    let whole = (
        select(vec!["aws", "aws-cn", "*"]),
        select(vec!["sqs", "s3", "iam", "ec2", "s*"]),
        select(vec!["", "", "*", "us-*", "eu-west-1", "us-?ast-1", "${a", "**"]),
        select(vec!["", "*", "111122223333", "1111*", "aws"]),
        resource_part(),
    )
        .prop_map(|(partition, service, region, account, resource)| {
            format!("arn:{partition}:{service}:{region}:{account}:{resource}")
        });
    let incomplete = select(vec![
        "arn:aws:sqs",
        "arn:aws:s3",
        "arn:aws:iam",
        "arn:aws:sqs:us-*",
        "arn:aws:sqs:*:queue",
        "arn:aws:sqs:*",
        "arn:aws:sqs:*:*",
        "arn:*",
        "arn:aws:s*",
        "arn:aws:sqs:eu-west-1",
        "arn:aws:sqs:us-*:1*",
        "arn:aws",
        "arn:*:*",
        "arn:aws:sqs:a?",
    ]);
    let text = prop_oneof![
        4 => whole,
        2 => incomplete.prop_map(str::to_owned),
        1 => select(vec!["*", "**"]).prop_map(str::to_owned),
    ];
    one_or_more(text.prop_map(Value::from))
}

fn principals(policy_type: PolicyType) -> BoxedStrategy<Value> {
    if policy_type == PolicyType::Rcp {
        return Just(json!("*")).boxed();
    }
    let aws = one_of(&[
        "*",
        "111122223333",
        "arn:aws:iam::111122223333:root",
        "arn:aws-cn:iam::111122223333:user/path/alice",
        "arn:aws:iam::111122223333:role/App",
        "arn:aws:sts::111122223333:assumed-role/App/session",
        "arn:aws:sts::111122223333:federated-user/bob",
        "arn:aws:iam::111122223333:user/al*",
        "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1",
        "AIDAJQABLZS4A3QDU576Q",
        "AROAJQABLZS4A3QDU576Q",
    ]);
    let service = one_of(&["ec2.amazonaws.com", "*.amazonaws.com", "logs.eu-west-1.amazonaws.com"]);
    let federated = one_of(&[
        "accounts.google.com",
        "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
        "arn:aws:iam::111122223333:saml-provider/P",
    ]);
    let canonical = one_of(&["79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"]);
    let kinds = (
        proptest::option::of(one_or_more(aws)),
        proptest::option::of(one_or_more(service)),
        proptest::option::of(one_or_more(federated)),
        proptest::option::of(one_or_more(canonical)),
    );
    let object = kinds.prop_map(|(aws, service, federated, canonical)| {
        let named = [
            ("Service", service),
            ("AWS", aws),
            ("CanonicalUser", canonical),
            ("Federated", federated),
        ];
        let members =
            named.into_iter().filter_map(|(kind, values)| Some((kind.to_owned(), values?)));
        Value::Object(members.collect())
    });
    prop_oneof![1 => Just(json!("*")), 3 => object].boxed()
}

/// Values that the operator takes, and some that it takes and cannot read.
fn values(base: BaseOperator) -> BoxedStrategy<Value> {
    let name = base.as_str();
    if name.contains("Date") {
        one_of(&["2026-01-02", "2026-01-02T03:04:05Z", "1420070400", "01T"]).boxed()
    } else if name.contains("IpAddress") {
        one_of(&["203.0.113.77/24", "::/0", "10.0.0.1"]).boxed()
    } else if name.contains("Numeric") {
        prop_oneof![one_of(&["10.0", "-1", "ten"]), Just(json!(10)), Just(json!(1.5e3))].boxed()
    } else if matches!(base, BaseOperator::Bool | BaseOperator::Null) {
        prop_oneof![one_of(&["true", "FALSE", "maybe"]), any::<bool>().prop_map(Value::from)]
            .boxed()
    } else if base == BaseOperator::BinaryEquals {
        one_of(&["QmluQQ==", "", "no"]).boxed()
    } else if name.contains("Arn") {
        let arn = resource_part().prop_map(|part| Value::from(format!("arn:aws:sqs:*::{part}")));
        prop_oneof![3 => arn, 1 => one_of(&["*", "arn:aws:sqs"])].boxed()
    } else {
        resource_part().prop_map(Value::from).boxed()
    }
}

fn conditions() -> impl Strategy<Value = Value> {
    let operators: Vec<ConditionOperator> = ConditionOperator::all().collect();
    let entry = select(operators).prop_flat_map(|operator| {
        let keys = select(vec!["aws:SourceIp", "aws:PrincipalTag/é", "s3:prefix", "odd"]);
        let list = vec(values(operator.base), 0..3).prop_map(Value::from);
        (Just(operator.to_string()), keys, prop_oneof![list, values(operator.base)])
    });
    vec(entry, 0..4).prop_map(|entries| {
        let mut block: Map<String, Value> = Map::new();
        for (operator, key, values) in entries {
            block.entry(operator).or_insert_with(|| json!({}))[key] = values;
        }
        Value::Object(block)
    })
}

fn statement(policy_type: PolicyType) -> impl Strategy<Value = Value> {
    let not = (any::<bool>(), any::<bool>(), any::<bool>());
    (not, any::<bool>(), actions(policy_type), resources(), principals(policy_type), conditions())
        .prop_map(move |(not, allow, actions, resources, principals, conditions)| {
            let mut statement = Map::new();
            let allow = allow && policy_type != PolicyType::Rcp;
            statement.insert("Effect".into(), json!(if allow { "Allow" } else { "Deny" }));
            let not_action = not.0 && !matches!(policy_type, PolicyType::Rcp);
            statement.insert(if not_action { "NotAction" } else { "Action" }.into(), actions);
            if policy_type != PolicyType::Trust {
                let not = not.1 && policy_type != PolicyType::Key;
                statement.insert(if not { "NotResource" } else { "Resource" }.into(), resources);
            }
            if policy_type.has_principal() {
                let not = not.2 && !matches!(policy_type, PolicyType::Rcp | PolicyType::Trust);
                statement.insert(if not { "NotPrincipal" } else { "Principal" }.into(), principals);
            }
            statement.insert("Condition".into(), conditions);
            Value::Object(statement)
        })
}

/// Documents that are mostly accepted: what is refused in some types is common in others.
fn document() -> impl Strategy<Value = (PolicyType, String)> {
    select(PolicyType::ALL.to_vec()).prop_flat_map(|policy_type| {
        let versions =
            select(vec![Some("2012-10-17"), Some("2012-10-17"), Some("2008-10-17"), None]);
        (versions, vec(statement(policy_type), 1..3)).prop_map(move |(version, mut statements)| {
            for (at, statement) in statements.iter_mut().enumerate() {
                statement["Sid"] = json!(format!("S{at}"));
            }
            let mut document = json!({"Statement": statements, "Id": "an \"id\""});
            if let Some(version) = version {
                document["Version"] = json!(version);
            }
            if policy_type == PolicyType::Rcp {
                document["Version"] = json!("2012-10-17");
            }
            (policy_type, document.to_string())
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_back_says_the_same((policy_type, text) in document()) {
        let parsed = Policy::parse(&Source::new("p", text), policy_type);
        prop_assume!(parsed.is_ok());
        let policy = parsed.unwrap().policy;
        let written = Source::new("written", policy.to_json());
        let again = match Policy::parse(&written, policy_type) {
            Ok(parsed) => parsed.policy,
            Err(refused) => return Err(TestCaseError::fail(format!("{}\n{refused:#?}", written.text()))),
        };
        prop_assert!(policy.same_meaning(&again), "{:#?}\n{}\n{:#?}", policy, written.text(), again);
        prop_assert_eq!(again.to_json(), written.text());
        prop_assert_eq!(policy.context_keys().len(), again.context_keys().len());
    }

    #[test]
    fn a_damaged_document_is_read_or_refused(
        (policy_type, text) in document(),
        damage in vec((any::<Index>(), select("\"{}[]:,*$\\ \u{0}éa1-".chars().collect::<Vec<_>>()), 0..3_usize), 1..4),
    ) {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, c, removed) in damage {
            let at = at.index(chars.len());
            let end = at.saturating_add(removed).min(chars.len());
            chars.splice(at..end, [c]);
        }
        let source = Source::new("p", chars.into_iter().collect::<String>());
        for other in [policy_type, PolicyType::Identity] {
            if let Err(refused) = Policy::parse(&source, other) {
                prop_assert!(!refused.is_empty());
                for complaint in refused {
                    let range = complaint.span.range();
                    prop_assert!(source.text().get(range).is_some(), "{complaint}");
                }
            }
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>(), at in 0..9_usize) {
        let policy_type = PolicyType::ALL[at];
        prop_assert!(Policy::parse(&Source::new("p", text.as_str()), policy_type).is_err());
        let string = Value::from(text);
        let statement = json!({
            "Sid": string, "Effect": "Deny", "Principal": {"AWS": string, "Service": string},
            "Action": string, "Resource": string, "Condition": {"StringLike": {"a:b": string}},
        });
        let document = json!({"Version": "2012-10-17", "Id": string, "Statement": statement});
        let parsed = Policy::parse(&Source::new("p", document.to_string()), policy_type);
        prop_assert_eq!(parsed.is_ok() || parsed.is_err_and(|refused| !refused.is_empty()), true);
    }

    #[test]
    fn the_order_of_members_does_not_matter((policy_type, text) in document()) {
        // `serde_json` sorts members; the other order is as good.
        fn reversed(value: &Value) -> String {
            match value {
                Value::Object(members) => {
                    let members: Vec<String> = members
                        .iter()
                        .rev()
                        .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), reversed(value)))
                        .collect();
                    format!("{{{}}}", members.join(","))
                }
                Value::Array(items) => {
                    let items: Vec<String> = items.iter().map(reversed).collect();
                    format!("[{}]", items.join(" ,\n"))
                }
                other => other.to_string(),
            }
        }
        let value: Value = serde_json::from_str(&text).unwrap();
        let parse = |text: String| Policy::parse(&Source::new("p", text), policy_type);
        match (parse(text), parse(reversed(&value))) {
            (Ok(one), Ok(other)) => {
                let codes = |warnings: Vec<polsim_decide::text::Diagnostic>| {
                    let mut codes: Vec<_> = warnings.into_iter().map(|w| (w.code, w.message)).collect();
                    codes.sort();
                    codes
                };
                prop_assert_eq!(codes(one.warnings), codes(other.warnings));
                prop_assert_eq!(one.policy.statements.len(), other.policy.statements.len());
            }
            (Err(one), Err(other)) => prop_assert_eq!(one.len(), other.len()),
            (one, other) => prop_assert!(false, "{:?}\n{:?}", one, other),
        }
    }
}

#[test]
fn most_generated_documents_are_accepted_in_some_type() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut accepted = [0; 9];
    for _ in 0..900 {
        let (policy_type, text) = document().new_tree(&mut runner).unwrap().current();
        if Policy::parse(&Source::new("p", text), policy_type).is_ok() {
            let at = PolicyType::ALL.iter().position(|known| *known == policy_type).unwrap();
            accepted[at] += 1;
        }
    }
    assert!(accepted.iter().all(|count| *count >= 5), "{accepted:?} of about 100 each");
}
