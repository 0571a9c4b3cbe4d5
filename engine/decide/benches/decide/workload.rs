//! Policy sets of three sizes and requests that they allow, deny and do not mention.
//!
//! Every set has the statements of everyday policies: a guard that denies every action from off the
//! network, Allow statements on literal and wildcard actions, conditions on addresses, ARNs,
//! endpoints and tags, resources with policy variables. The larger sets have more of the same about
//! other services, as an account's policies do.

use polsim_decide::eval::{Decision, PolicySet};
use polsim_decide::lower::AttachedPolicy;
use polsim_decide::policy::{Policy, PolicyType};
use polsim_decide::request::{ContextValue, Request, RequestParts};
use polsim_decide::text::{KeyName, Source};
use serde_json::{Value, json};

/// How large a policy set is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Size {
    /// Its name in the figures.
    pub(crate) name: &'static str,
    /// How many statements.
    pub(crate) statements: usize,
    /// How many action patterns, in all.
    pub(crate) patterns: usize,
}

/// The three sizes.
pub(crate) const SIZES: [Size; 3] = [
    Size { name: "small", statements: 3, patterns: 5 },
    Size { name: "medium", statements: 30, patterns: 150 },
    Size { name: "large", statements: 300, patterns: 2_000 },
];

/// A request and the decision that the policies make on it.
#[derive(Debug)]
pub(crate) struct Question {
    /// Its name in the figures.
    pub(crate) name: &'static str,
    /// The request.
    pub(crate) request: Request,
    /// The decision, by reading the policies.
    pub(crate) decision: Decision,
}

/// Documents hold about as many statements as fit into a managed policy.
const STATEMENTS_EACH: usize = 8;

/// The policy set of a size.
pub(crate) fn policy_set(size: Size) -> PolicySet {
    let statements = statements(size);
    let patterns: usize = statements.iter().map(|it| as_list(&it["Action"]).len()).sum();
    assert_eq!(statements.len(), size.statements);
    assert_eq!(patterns, size.patterns);
    let documents = statements.chunks(STATEMENTS_EACH).enumerate().map(|(index, statements)| {
        let document = json!({"Version": "2012-10-17", "Statement": statements});
        let name = format!("{}-{index}.json", size.name);
        let source = Source::new(name, serde_json::to_string_pretty(&document).unwrap());
        // Roles carry many policies only across their layers; the reader does not care.
        AttachedPolicy::new(Policy::parse(&source, PolicyType::Identity).unwrap().policy)
    });
    PolicySet::new(documents.collect::<Vec<_>>())
}

fn as_list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

fn statements(size: Size) -> Vec<Value> {
    let mut statements = vec![
        json!({
            "Sid": "OnlyFromTheNetwork", "Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {
                "NotIpAddressIfExists": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]},
                "StringNotEqualsIfExists": {"aws:SourceVpce": "vpce-0a1b2c3d4e5f60718"},
                "BoolIfExists": {"aws:ViaAWSService": "false"}}}),
        json!({
            "Sid": "OwnNotebooks", "Effect": "Allow",
            "Action": ["sagemaker:CreatePresignedNotebookInstanceUrl", "sagemaker:Describe*"],
            "Resource": "arn:aws:sagemaker:*:111122223333:notebook-instance/${aws:PrincipalTag/user}-*",
            "Condition": {
                "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/Data*"},
                "IpAddress": {"aws:VpcSourceIp": ["10.20.0.0/16", "10.30.0.0/16"]}}}),
        json!({
            "Sid": "OwnFolder", "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": "arn:aws:s3:::ml-data/home/${aws:PrincipalTag/user}/*"}),
    ];
    let others = size.statements - statements.len();
    let used = 5;
    for index in 0..others {
        // Spread what is left evenly over the statements that are left.
        let from = (size.patterns - used) * index / others;
        let to = (size.patterns - used) * (index + 1) / others;
        statements.push(other(index, from..to));
    }
    statements
}

/// A statement about a service that the requests do not use.
fn other(index: usize, patterns: std::ops::Range<usize>) -> Value {
    const SERVICES: [&str; 20] = [
        "ec2", "rds", "sqs", "sns", "kms", "ecs", "eks", "logs", "lambda", "glue", "athena", "ssm",
        "events", "states", "dynamodb", "redshift", "kinesis", "firehose", "batch", "ecr",
    ];
    const VERBS: [&str; 6] = ["Get", "List", "Describe", "Put", "Create", "Delete"];
    let service = SERVICES[index % SERVICES.len()];
    let actions: Vec<String> = patterns
        .map(|number| match number % 4 {
            0 => format!("{service}:{}Thing{number}", VERBS[number % VERBS.len()]),
            1 => format!("{service}:{}Item{number}*", VERBS[number % VERBS.len()]),
            2 => format!("{service}:*Tag{number}"),
            _ => format!("{service}:Batch{}?{number}", VERBS[number % VERBS.len()]),
        })
        .collect();
    let condition = match index % 4 {
        0 => json!({"IpAddress": {"aws:SourceIp": ["198.51.100.0/24", "203.0.113.0/25"]}}),
        1 => json!({"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/ops/*"]}}),
        2 => json!({"StringLike": {"aws:PrincipalTag/team": ["ml-*", "data-*"]}}),
        _ => json!({"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}),
    };
    json!({
        "Sid": format!("Other{index}"),
        "Effect": if index % 10 == 9 { "Deny" } else { "Allow" },
        "Action": actions,
        "Resource": format!("arn:aws:{service}:*:111122223333:thing/${{aws:PrincipalTag/team}}/*"),
        "Condition": condition})
}

/// One request for each decision. Each gets as far into the policies as such a request can.
pub(crate) fn questions() -> [Question; 3] {
    let notebook =
        |name: &str| format!("arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/{name}");
    let open = "sagemaker:CreatePresignedNotebookInstanceUrl";
    [
        Question {
            name: "allowed",
            request: request(open, &notebook("alice-1"), "vpce-0a1b2c3d4e5f60718"),
            decision: Decision::Allowed,
        },
        Question {
            name: "implicit",
            request: request(open, &notebook("bob-1"), "vpce-0a1b2c3d4e5f60718"),
            decision: Decision::ImplicitDeny,
        },
        Question {
            name: "explicit",
            request: request(open, &notebook("alice-1"), "vpce-0ffffffffffffffff"),
            decision: Decision::ExplicitDeny,
        },
    ]
}

fn request(action: &str, resource: &str, endpoint: &str) -> Request {
    let context = [
        ("aws:PrincipalArn", "arn:aws:iam::111122223333:role/DataScientist"),
        ("aws:PrincipalTag/user", "alice"),
        ("aws:PrincipalTag/team", "ml-churn"),
        ("aws:PrincipalOrgID", "o-corp1234ab"),
        ("aws:RequestedRegion", "eu-west-1"),
        ("aws:SecureTransport", "true"),
        ("aws:SourceVpc", "vpc-0a11a11a11a11a11a"),
        ("aws:SourceVpce", endpoint),
        ("aws:VpcSourceIp", "10.20.1.15"),
    ];
    let entry = |(key, value): (&str, &str)| (KeyName::new(key), ContextValue::from(value));
    Request::new(RequestParts {
        principal: "arn:aws:sts::111122223333:assumed-role/DataScientist/alice",
        action,
        resource,
        context: context.into_iter().map(entry).collect(),
        ..RequestParts::default()
    })
    .unwrap()
}
