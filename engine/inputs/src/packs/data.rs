//! What packs know of kinds of things: services, actions on data, a stranger with a thing of theirs.

use serde_json::{Value as Json, json};

use crate::model::ThingKind;

/// An account of nobody that the inputs name.
pub(super) const STRANGER: &str = "999999999990";

pub(super) fn service_of(kind: ThingKind) -> &'static str {
    match kind {
        ThingKind::Bucket => "s3",
        ThingKind::Key => "kms",
        ThingKind::Secret => "secretsmanager",
        ThingKind::Queue => "sqs",
        ThingKind::Topic => "sns",
        ThingKind::Repository => "ecr",
        ThingKind::Table => "dynamodb",
    }
}

/// Actions that reach the data of a thing or hand out access to it.
pub(super) fn data_actions(kind: ThingKind) -> Vec<&'static str> {
    match kind {
        ThingKind::Bucket => vec!["s3:*"],
        ThingKind::Key => vec![
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DeriveSharedSecret",
            "kms:Encrypt",
            "kms:GenerateDataKey*",
            "kms:GenerateMac",
            "kms:ReEncrypt*",
            "kms:Sign",
            "kms:Verify*",
        ],
        ThingKind::Secret => vec![
            "secretsmanager:BatchGetSecretValue",
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecret",
        ],
        ThingKind::Queue => vec!["sqs:*Message*"],
        ThingKind::Topic => vec!["sns:Publish", "sns:Subscribe"],
        ThingKind::Repository => vec![
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
            "ecr:PutImage",
            "ecr:UploadLayerPart",
        ],
        ThingKind::Table => vec![
            "dynamodb:*Item*",
            "dynamodb:ExportTableToPointInTime",
            "dynamodb:PartiQL*",
            "dynamodb:Query",
            "dynamodb:Scan",
        ],
    }
}

/// A policy that lets everybody of ours do anything.
pub(super) fn any_identity_policy() -> Json {
    json!({
        "type": "identity", "name": "any identity policy of ours",
        "document": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "*", "Resource": "*"}]},
    })
}

/// The ARN of a thing of a stranger's account, and the policy with which its owner opens it to
/// everybody, for services with resource policies.
pub(super) fn strangers_thing(service: &str, region: &str) -> Option<(Json, String)> {
    let regional =
        |service: &str, rest: &str| format!("arn:aws:{service}:{region}:{STRANGER}:{rest}");
    let mut kind = "resource";
    let arn = match service {
        "s3" | "s3-global.accesspoint" => "arn:aws:s3:::a-strangers-bucket".to_owned(),
        "kms" => {
            kind = "key";
            regional("kms", "key/99999999-0000-4000-8000-000000000000")
        }
        "secretsmanager" => regional("secretsmanager", "secret:strangers"),
        "sqs" => regional("sqs", "strangers"),
        "sns" => regional("sns", "strangers"),
        "ecr.api" | "ecr.dkr" => regional("ecr", "repository/strangers"),
        "dynamodb" => regional("dynamodb", "table/strangers"),
        "lambda" => regional("lambda", "function:strangers"),
        _ => return None,
    };
    Some((strangers_policy(kind, &arn), arn))
}

/// A policy of the stranger's own: with it the inputs are about two accounts, so that not everything
/// with a policy is taken to be ours.
pub(super) fn strangers_own_policy() -> Json {
    json!({
        "type": "identity", "name": "a stranger's identity policy",
        "principal": [format!("arn:aws:iam::{STRANGER}:role/owner")],
        "document": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "*", "Resource": "*"}]},
    })
}

pub(super) fn strangers_policy(policy_type: &str, arn: &str) -> Json {
    json!({
        "type": policy_type, "name": "a stranger's own policy", "resource": [arn],
        "document": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]},
    })
}
