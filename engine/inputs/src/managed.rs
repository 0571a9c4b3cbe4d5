//! Documents that AWS itself wrote: the few that polsim carries, and holes for the others.

use polsim::policy::PolicyType;
use serde_json::json;

use crate::model::{Bound, Document, Model, Origin};
use crate::terraform::Found;
use crate::value::{Text, Value};

/// AWS managed policies whose texts are here (AWS Managed Policy Reference Guide).
fn text_of(name: &str) -> Option<serde_json::Value> {
    let everything = json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]);
    Some(match name {
        "AdministratorAccess" => json!({"Version": "2012-10-17", "Statement": everything}),
        "PowerUserAccess" => json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
            {"Effect": "Allow", "Action": [
                "account:GetAccountInformation", "account:GetGovCloudAccountInformation",
                "account:GetPrimaryEmail", "account:ListRegions", "iam:CreateServiceLinkedRole",
                "iam:DeleteServiceLinkedRole", "iam:ListRoles", "organizations:DescribeEffectivePolicy",
                "organizations:DescribeOrganization"
            ], "Resource": "*"}
        ]}),
        _ => return None,
    })
}

fn found(document: &serde_json::Value, origin: Origin) -> Found {
    Found { document: Document::Written(Value::from(document)), origin, through: Vec::new() }
}

/// The managed policy with this ARN: its text if it is carried, else a hole.
pub(crate) fn by_arn(arn: &Text, model: &mut Model) -> Found {
    let shown = arn.to_string();
    let name = shown.rsplit('/').next().unwrap_or_default();
    let of_aws = shown.split(':').nth(4) == Some("aws");
    if let (true, Some(document)) = (of_aws, text_of(name)) {
        return found(&document, Origin::Planned);
    }
    let denies = name.contains("Deny") || name.contains("Quarantine");
    let bound = if of_aws && !denies { Bound::OnlyAllow } else { Bound::Any };
    if bound == Bound::OnlyAllow {
        model.assume("managed-policies-only-allow", shown.as_str());
    }
    model.note("I0208", format!("the text of {shown} is not in the inputs; `--managed` gives it"));
    let document = Document::Hole {
        bound,
        why: format!("the text of {shown} is not in the inputs").into(),
        settle: "give its text with `--managed DIR`".into(),
    };
    Found { document, origin: Origin::Hole, through: vec![shown.into()] }
}

/// The policy of an endpoint that names none: full access for everybody.
pub(crate) fn full_access_endpoint() -> Found {
    let statement = json!([{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]);
    found(&json!({"Version": "2012-10-17", "Statement": statement}), Origin::Default)
}

/// The policy of a key that names none: its account decides (KMS Developer Guide, "Default key
/// policy").
pub(crate) fn default_key_policy(account: &Text) -> Found {
    let mut root = Text::from("arn:aws:iam::");
    root.push(account);
    root.push_str(":root");
    let statement = Value::object([
        ("Sid", Value::text("Enable IAM User Permissions")),
        ("Effect", Value::text("Allow")),
        ("Principal", Value::object([("AWS", Value::Text(root))])),
        ("Action", Value::text("kms:*")),
        ("Resource", Value::text("*")),
    ]);
    let document = Value::object([
        ("Version", Value::text("2012-10-17")),
        ("Statement", Value::List(vec![statement])),
    ]);
    Found { document: Document::Written(document), origin: Origin::Default, through: Vec::new() }
}

/// FullAWSAccess, or RCPFullAWSAccess.
pub(crate) fn full_aws_access(policy_type: PolicyType) -> Found {
    let statement = match policy_type {
        PolicyType::Rcp => {
            json!([{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}])
        }
        _ => json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]),
    };
    found(&json!({"Version": "2012-10-17", "Statement": statement}), Origin::Default)
}
