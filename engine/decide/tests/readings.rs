//! The readings of accepted policies: the elements as types.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may fail")]

use PolicyType::{Boundary, Endpoint, Identity, Key, Rcp, Resource, Scp, Trust};
use polsim_decide::policy::{
    ActionPattern, Operand, Parsed, Polarity, Policy, PolicyType, PrincipalValue, ResourcePattern,
    Statement, Version,
};
use polsim_decide::text::{Instant, Pattern, Source, json, yaml};

fn parse(policy_type: PolicyType, text: &str) -> Parsed {
    Policy::parse(&Source::new("p.json", text), policy_type).unwrap()
}

/// The one statement with these members, in version 2012-10-17.
fn statement(policy_type: PolicyType, members: &str) -> Statement {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny",{members}}}}}"#);
    parse(policy_type, &text).policy.statements.remove(0)
}

fn resource_in(version: &str, policy_type: PolicyType, text: &str) -> ResourcePattern {
    let principal = if policy_type.has_principal() { r#""Principal":"*","# } else { "" };
    let text = format!(
        r#"{{"Version":"{version}","Statement":{{"Effect":"Deny",{principal}"Action":"s3:*","Resource":"{text}"}}}}"#
    );
    let mut statement = parse(policy_type, &text).policy.statements.remove(0);
    statement.resource.as_mut().unwrap().values.remove(0).value
}

/// The components, and the whole where it stretches.
fn arn_of(policy_type: PolicyType, text: &str) -> (Vec<String>, Option<String>) {
    match resource_in("2012-10-17", policy_type, text) {
        ResourcePattern::Arn { components, crosses_colons } => (
            components.iter().map(ToString::to_string).collect(),
            crosses_colons.as_ref().map(ToString::to_string),
        ),
        other => panic!("{text} is {other:?}"),
    }
}

fn is_arn(policy_type: PolicyType, text: &str, components: [&str; 6], stretches: bool) {
    let (read, crosses_colons) = arn_of(policy_type, text);
    assert_eq!(read, components, "{text} in {policy_type}");
    assert_eq!(crosses_colons.as_deref(), stretches.then_some(text), "{text} in {policy_type}");
}

#[test]
fn incomplete_arns_are_completed_as_their_type_says() {
    for policy_type in [Identity, Boundary] {
        is_arn(policy_type, "arn:aws:sqs", ["arn", "aws", "sqs", "*", "*", "*"], false);
        is_arn(policy_type, "arn:aws:fdsasf", ["arn", "aws", "fdsasf", "*", "*", "*"], false);
    }
    for policy_type in [Resource, Endpoint, Key] {
        is_arn(policy_type, "arn:aws:s3*", ["arn", "aws", "s3*", "*", "*", "*"], false);
        is_arn(policy_type, "arn:aws:s?:x", ["arn", "aws", "s?", "x", "*", "*"], false);
        assert_eq!(resource_in("2012-10-17", policy_type, "arn:aws:s3"), ResourcePattern::Never);
    }
    is_arn(Scp, "arn:*", ["arn", "*", "*", "*", "*", "*"], false);
    is_arn(Scp, "arn:aws:sqs:us-*", ["arn", "aws", "sqs", "us-*", "*", "*"], false);
}

#[test]
fn an_asterisk_that_ends_a_written_component_before_the_last_stretches() {
    is_arn(Identity, "arn:aws:sqs:*:queue", ["arn", "aws", "sqs", "*", "queue", "*"], true);
    is_arn(
        Identity,
        "arn:aws:ec2:*:*:instance/i",
        ["arn", "aws", "ec2", "*", "*", "instance/i"],
        true,
    );
    is_arn(Identity, "arn:*:s3:::b", ["arn", "*", "s3", "", "", "b"], true);
    is_arn(
        Identity,
        "arn:aws:sns:us-?ast-1:*:t",
        ["arn", "aws", "sns", "us-?ast-1", "*", "t"],
        true,
    );
    // The last written component is no component before the last, and `*` inside ends nothing.
    is_arn(Identity, "arn:aws:sqs:us-*", ["arn", "aws", "sqs", "us-*", "*", "*"], false);
    is_arn(Identity, "arn:aws:sqs:u*s:1*2:q", ["arn", "aws", "sqs", "u*s", "1*2", "q"], false);
    is_arn(Identity, "arn:aws:s3:::b*:c", ["arn", "aws", "s3", "", "", "b*:c"], false);
}

#[test]
fn variables_stand_after_the_fifth_colon_of_version_2012() {
    let text = "arn:aws:s3:::${aws:username}/${*}*";
    let ResourcePattern::Arn { components, .. } = resource_in("2012-10-17", Identity, text) else {
        panic!("{text} is an ARN")
    };
    assert_eq!(components[5], Pattern::with_variables("${aws:username}/${*}*", true).unwrap());
    let ResourcePattern::Arn { components, .. } = resource_in("2008-10-17", Identity, text) else {
        panic!("{text} is an ARN")
    };
    assert_eq!(components[5], Pattern::wildcard("${aws:username}/${*}*"));
    // Before it the text is literal, its colon included.
    let (components, _) = arn_of(Identity, "arn:aws:sqs:${aws:RequestedRegion}:111122223333:q");
    assert_eq!(components, ["arn", "aws", "sqs", "${aws", "RequestedRegion}", "111122223333:q"]);
}

#[test]
fn every_resource_is_one_asterisk_or_several() {
    assert_eq!(resource_in("2012-10-17", Identity, "*"), ResourcePattern::Any);
    assert_eq!(resource_in("2012-10-17", Endpoint, "**"), ResourcePattern::Any);
}

#[test]
fn actions_are_split_at_their_colon() {
    let action =
        statement(Identity, r#""NotAction":["*","iam: asdf","S3:Get?*"],"Resource":"*""#).action;
    assert_eq!(action.polarity, Polarity::AllBut);
    let of = |service, name| ActionPattern::Of {
        service: Pattern::wildcard(service),
        name: Pattern::wildcard(name),
    };
    let values: Vec<_> = action.values.into_iter().map(|action| action.value).collect();
    assert_eq!(values, [ActionPattern::Any, of("iam", " asdf"), of("S3", "Get?*")]);
}

fn principals(element: &str) -> Vec<PrincipalValue> {
    let statement = statement(Resource, &format!(r#"{element},"Action":"*","Resource":"*""#));
    statement.principal.unwrap().values.into_iter().map(|value| value.value).collect()
}

#[test]
fn every_form_of_a_principal() {
    use PrincipalValue as P;
    assert_eq!(principals(r#""Principal":"*""#), [P::Everyone]);
    assert_eq!(principals(r#""NotPrincipal":{"AWS":["*"]}"#), [P::EveryAws]);
    assert_eq!(principals(r#""Principal":{}"#), []);
    let account = |partition: Option<&str>| P::Account {
        partition: partition.map(Into::into),
        account: "111122223333".into(),
    };
    let arn = |text: &str| text.parse().unwrap();
    let user = "arn:aws:iam::111122223333:user/path/Bob";
    let role = "arn:aws-cn:iam::111122223333:role/R";
    let session = "arn:aws:sts::111122223333:assumed-role/R/s";
    let federated = "arn:aws:sts::111122223333:federated-user/f";
    let origin = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1";
    let list = format!(
        r#""Principal":{{"AWS":["111122223333","arn:aws-us-gov:iam::111122223333:root","{user}",
        "{role}","{session}","{federated}","{origin}","AIDA1","AROA1","arn:aws:iam::1*:root"]}}"#
    );
    let expected = [
        account(None),
        account(Some("aws-us-gov")),
        P::User(arn(user)),
        P::Role(arn(role)),
        P::RoleSession(arn(session)),
        P::FederatedUser(arn(federated)),
        P::User(arn(origin)),
        P::UniqueId("AIDA1".into()),
        P::UniqueId("AROA1".into()),
        P::Nobody("arn:aws:iam::1*:root".into()),
    ];
    assert_eq!(principals(&list), expected);
    let id = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
    let others = format!(
        r#""Principal":{{"Service":["s3.amazonaws.com","s3*.amazonaws.com"],"CanonicalUser":"{id}",
        "Federated":"graph.facebook.com"}}"#
    );
    let expected = [
        P::Service("s3.amazonaws.com".into()),
        P::Nobody("s3*.amazonaws.com".into()),
        P::CanonicalUser(id.into()),
        P::Provider("graph.facebook.com".into()),
    ];
    assert_eq!(principals(&others), expected);
}

fn operands(version: &str, operator: &str, values: &str) -> Vec<(String, Operand)> {
    let text = format!(
        r#"{{"Version":"{version}","Statement":{{"Effect":"Deny","Action":"*","Resource":"*",
        "Condition":{{"{operator}":{{"aws:k":{values}}}}}}}}}"#
    );
    let mut statement = parse(Identity, &text).policy.statements.remove(0);
    let values = statement.conditions.remove(0).values.into_iter();
    values.map(|value| (value.value.text.into(), value.value.operand)).collect()
}

fn operand(operator: &str, value: &str) -> Operand {
    operands("2012-10-17", operator, value).remove(0).1
}

#[test]
fn string_operators_read_wildcards_and_variables() {
    let text = "\"a*${aws:k}${?}\"";
    let pattern = |wildcards| Pattern::with_variables(text.trim_matches('"'), wildcards).unwrap();
    for like in ["StringLike", "ForAnyValue:StringNotLikeIfExists"] {
        assert_eq!(operand(like, text), Operand::String(pattern(true)));
        let old = operands("2008-10-17", like, text).remove(0).1;
        assert_eq!(old, Operand::String(Pattern::wildcard(text.trim_matches('"'))));
    }
    for equals in ["StringEquals", "StringNotEqualsIgnoreCase"] {
        assert_eq!(operand(equals, text), Operand::String(pattern(false)));
        let old = operands("2008-10-17", equals, text).remove(0).1;
        assert_eq!(old, Operand::String(Pattern::literal(text.trim_matches('"'))));
    }
}

#[test]
fn arn_operators_read_six_components() {
    let Operand::Arn(components) = operand("ArnEquals", "\"arn:aws:sns:*::${aws:k}:x:*\"") else {
        panic!("an ARN")
    };
    assert_eq!(components[5].to_string(), "${aws:k}:x:*");
    // A variable cannot bring colons with it.
    for short in ["\"*\"", "\"${aws:PrincipalArn}\"", "\"arn:aws:sns:*:${a:b}\""] {
        assert_eq!(operand("ArnLike", short), Operand::Malformed, "{short}");
    }
}

#[test]
fn other_operators_read_their_own_values() {
    assert_eq!(operand("NumericEquals", "1.50e1"), Operand::Numeric("15".parse().unwrap()));
    assert_eq!(operand("NumericEquals", "\"1.50e1\""), Operand::Malformed);
    let epoch = Operand::Date(Instant { seconds: 1_420_070_400, nanoseconds: 0 });
    assert_eq!(operand("DateLessThan", "\"2015-01-01T00:00:00Z\""), epoch);
    assert_eq!(operand("DateLessThan", "1420070400"), epoch);
    assert_eq!(operand("Bool", "true"), Operand::Bool(true));
    assert_eq!(operand("Null", "\"False\""), Operand::Bool(false));
    assert_eq!(operand("Bool", "\"${aws:k}\""), Operand::Malformed);
    assert_eq!(operand("BinaryEquals", "\"QmluQQ==\""), Operand::Binary((*b"BinA").into()));
    assert_eq!(operand("BinaryEquals", "\"QmluQQ\""), Operand::Malformed);
    let range = Operand::Address("203.0.113.0/24".parse().unwrap());
    assert_eq!(operand("NotIpAddress", "\"203.0.113.77/24\""), range);
}

#[test]
fn numbers_and_booleans_are_compared_by_their_canonical_text() {
    let read = operands("2012-10-17", "StringEquals", "[10.0, 1e2, true, \"10.0\"]");
    let texts: Vec<&str> = read.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(texts, ["10", "100", "true", "10.0"]);
    assert_eq!(read[0].1, Operand::String(Pattern::literal("10")));
}

#[test]
fn oddities_that_aws_accepts() {
    let odd = statement(
        Identity,
        r#""Action":"*","Resource":"*","Condition":{"StringEquals":{},"Bool":{"aws:k":[]},"Nope":{}}"#,
    );
    let [only] = &*odd.conditions else { panic!("{odd:?}") };
    assert_eq!((only.operator.value.to_string().as_str(), only.values.len()), ("Bool", 0));
    assert!(
        statement(Identity, r#""Action":"*","Resource":"*","Condition":{}"#).conditions.is_empty()
    );
}

#[test]
fn a_missing_version_is_that_of_2008() {
    let text = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    assert_eq!(parse(Identity, text).policy.version, Version::V2008);
}

#[test]
fn the_rcp_that_aws_attaches_is_accepted() {
    let members = r#""Principal":"*","Action":"*","Resource":"*""#;
    let whole = |members: &str| {
        format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{members}}}]}}"#)
    };
    assert_eq!(parse(Rcp, &whole(members)).policy.statements[0].action.values.len(), 1);
    for narrowed in [
        r#""Principal":"*","Action":"s3:*","Resource":"*""#,
        r#""Principal":"*","Action":"*","Resource":"arn:aws:s3:::b""#,
        r#""Principal":"*","Action":"*","Resource":"*","Condition":{}"#,
    ] {
        assert!(Policy::parse(&Source::new("p", whole(narrowed)), Rcp).is_err(), "{narrowed}");
    }
}

#[test]
fn repositories_imply_their_resource() {
    let implied =
        statement(Resource, r#""Principal":"*","Action":["ecr:GetAuthorizationToken","ECR:*"]"#);
    let resource = implied.resource.unwrap();
    assert_eq!((resource.polarity, resource.values.len()), (Polarity::Listed, 1));
    assert_eq!(resource.values[0].value, ResourcePattern::Any);
    for action in [r#""Action":["ecr:*","s3:*"]"#, r#""Action":"*""#, r#""NotAction":"ecr:*""#] {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Principal":"*",{action}}}}}"#
        );
        assert!(Policy::parse(&Source::new("p", text), Resource).is_err(), "{action}");
    }
    let trust = statement(Trust, r#""Principal":"*","Action":"sts:AssumeRole""#);
    assert!(trust.resource.is_none());
}

#[test]
fn places_cover_names_and_values() {
    let text = r#"{"Version":"2012-10-17","Statement":[ {"Sid":"S","Effect":"Deny",
        "Action":["s3:*"],"Resource":"*","Condition":{"Bool" : {"aws:k" : [true ]}}} ]}"#;
    let parsed = parse(Identity, text);
    let Policy { source, statements, span, .. } = &parsed.policy;
    let statement = &statements[0];
    assert_eq!(source.slice(*span), text);
    assert!(source.slice(statement.span).starts_with(r#"{"Sid""#));
    assert_eq!(source.slice(statement.sid.as_ref().unwrap().span), r#""S""#);
    assert_eq!(source.slice(statement.effect.span), r#""Deny""#);
    assert_eq!(source.slice(statement.action.span), r#""Action":["s3:*"]"#);
    assert_eq!(source.slice(statement.action.values[0].span), r#""s3:*""#);
    let condition = &statement.conditions[0];
    assert_eq!(source.slice(condition.span), r#""aws:k" : [true ]"#);
    assert_eq!(source.slice(condition.operator.span), r#""Bool""#);
    assert_eq!(source.slice(condition.key.span), r#""aws:k""#);
    assert_eq!(source.slice(condition.values[0].span), "true");
}

#[test]
fn context_keys_come_in_the_order_of_the_text() {
    let text = r#"{"Version":"2012-10-17","Statement":[
        {"Condition":{"StringLike":{"aws:B":["${aws:C}${AWS:a}","${aws:D, 'x'}"]}},
         "Effect":"Allow","Action":"*","Resource":["arn:aws:s3:::${aws:E}","arn:aws:s3:::${aws:b}"]},
        {"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::${aws:A}",
         "Condition":{"ArnLike":{"aws:f":"arn:aws:s3:::${aws:G}"},"Null":{"aws:e":"true"}}}]}"#;
    let policy = parse(Identity, text).policy;
    let keys: Vec<&str> = policy.context_keys().iter().map(|key| key.as_str()).collect();
    assert_eq!(keys, ["aws:B", "aws:C", "AWS:a", "aws:D", "aws:E", "aws:f", "aws:G"]);
}

#[test]
fn meaning_is_neither_place_nor_order_of_values() {
    let policy = |members: &str| {
        let text =
            format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny",{members}}}}}"#);
        parse(Identity, &text).policy
    };
    let first = policy(r#""Action":["s3:Get*","s3:Put*"],"Resource":"*""#);
    assert!(
        first.same_meaning(&policy(r#""Resource":["*"],"Action":["s3:Put*","s3:Get*","s3:Put*"]"#))
    );
    for other in [
        r#""Action":"s3:Get*","Resource":"*""#,
        r#""NotAction":["s3:Get*","s3:Put*"],"Resource":"*""#,
        r#""Action":["s3:Get*","s3:Put*"],"Resource":"arn:aws:s3:::b""#,
        r#""Sid":"S","Action":["s3:Get*","s3:Put*"],"Resource":"*""#,
        r#""Action":["s3:Get*","s3:Put*"],"Resource":"*","Condition":{"Bool":{"a:b":"true"}}"#,
    ] {
        assert!(!first.same_meaning(&policy(other)), "{other}");
    }
}

#[test]
fn a_policy_in_yaml_is_the_policy_in_json() {
    let text = "Version: '2012-10-17' # ☃ is no part of the policy\nStatement:\n  - Effect: Allow\n    Action: [s3:GetObject]\n    Resource: '*'\n    Condition: {Bool: {aws:SecureTransport: true}}\n";
    let source = Source::new("p.yaml", text);
    let node = yaml::parse(&source).unwrap();
    let parsed = Policy::from_node(&source, &node, Identity).unwrap();
    let written = Source::new("p.json", parsed.policy.to_json());
    let node = json::parse(&written).unwrap();
    let again = Policy::from_node(&written, &node, Identity).unwrap();
    assert!(parsed.policy.same_meaning(&again.policy));
    assert_eq!(parsed.policy.size(), written.text().len());
    assert!(parsed.warnings.is_empty());
}
