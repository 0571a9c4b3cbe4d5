//! Calls to actions: the action that an API operation is decided as, and the other requests that it
//! makes.

use polsim_decide::catalog::Catalog;

use crate::known_actions::listed;
use crate::observation::SeenAction;
use crate::parameters::{Parameter, Parameters};

/// The services whose name in records is not the prefix of their actions.
const PREFIXES: &[(&str, &str)] = &[
    ("agreement-marketplace", "aws-marketplace"),
    ("amazonmq", "mq"),
    ("api.ecr", "ecr"),
    ("application-insights", "applicationinsights"),
    ("appstream2", "appstream"),
    ("billingconsole", "billing"),
    ("chime-sdk-media-pipelines", "chime"),
    ("chime-sdk-voice", "chime"),
    ("cloudcontrolapi", "cloudformation"),
    ("contact-lens", "connect"),
    ("discovery-marketplace", "aws-marketplace"),
    ("email", "ses"),
    ("management-marketplace", "aws-marketplace-management"),
    ("marketplacecatalog", "aws-marketplace"),
    ("migrationhub", "mgh"),
    ("models.lex", "lex"),
    ("monitoring", "cloudwatch"),
    ("mturk-requester", "mechanicalturk"),
    ("opensearchservice", "es"),
    ("participant-connect", "connect"),
    ("pinpoint", "mobiletargeting"),
    ("pricelist", "pricing"),
    ("qconnect", "wisdom"),
    ("rdsdata", "rds-data"),
    ("reporting-marketplace", "aws-marketplace"),
    ("runtime.lex", "lex"),
    ("runtime.sagemaker", "sagemaker"),
    ("servicecatalog-appregistry", "servicecatalog"),
    ("streams.dynamodb", "dynamodb"),
    ("tagging", "tag"),
    ("taxconsole", "tax"),
    ("transcribestreaming", "transcribe"),
];

/// Operations whose action has another name.
const NAMES: &[(&str, &[(&str, &str)])] = &[
    (
        "s3",
        &[
            ("CompleteMultipartUpload", "PutObject"),
            ("CopyObject", "PutObject"),
            ("CreateMultipartUpload", "PutObject"),
            ("DeleteAccountPublicAccessBlock", "PutAccountPublicAccessBlock"),
            ("DeleteBucketCors", "PutBucketCORS"),
            ("DeleteBucketPublicAccessBlock", "PutBucketPublicAccessBlock"),
            ("DeleteBucketTagging", "PutBucketTagging"),
            ("DeleteObjects", "DeleteObject"),
            ("DeletePublicAccessBlock", "PutBucketPublicAccessBlock"),
            ("GetBucketCors", "GetBucketCORS"),
            ("GetBucketNotificationConfiguration", "GetBucketNotification"),
            ("GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"),
            ("HeadBucket", "ListBucket"),
            ("HeadObject", "GetObject"),
            ("ListBuckets", "ListAllMyBuckets"),
            ("ListMultipartUploads", "ListBucketMultipartUploads"),
            ("ListObjectVersions", "ListBucketVersions"),
            ("ListObjects", "ListBucket"),
            ("ListObjectsV2", "ListBucket"),
            ("ListParts", "ListMultipartUploadParts"),
            ("PostObject", "PutObject"),
            ("PutBucketCors", "PutBucketCORS"),
            ("PutBucketNotificationConfiguration", "PutBucketNotification"),
            ("PutObjectLockConfiguration", "PutBucketObjectLockConfiguration"),
            ("SelectObjectContent", "GetObject"),
            ("UploadPart", "PutObject"),
            ("UploadPartCopy", "PutObject"),
        ],
    ),
    ("lambda", &[("GetLayerVersionByArn", "GetLayerVersion"), ("Invoke", "InvokeFunction")]),
    ("dynamodb", &[("TransactGetItems", "GetItem")]),
    (
        "bedrock",
        &[("Converse", "InvokeModel"), ("ConverseStream", "InvokeModelWithResponseStream")],
    ),
    (
        "glue",
        &[
            ("BatchUpdatePartition", "UpdatePartition"),
            ("CreatePartitionIndex", "UpdateTable"),
            ("DeleteColumnStatisticsForPartition", "UpdatePartition"),
            ("DeleteColumnStatisticsForTable", "UpdateTable"),
            ("DeletePartitionIndex", "UpdateTable"),
            ("GetColumnStatisticsForPartition", "GetPartition"),
            ("GetColumnStatisticsForTable", "GetTable"),
            ("GetPartitionIndexes", "GetTable"),
            ("UpdateColumnStatisticsForPartition", "UpdatePartition"),
            ("UpdateColumnStatisticsForTable", "UpdateTable"),
        ],
    ),
];

/// Operations that are decided as some of several actions.
const SOME: &[(&str, &str, &[&str])] = &[
    (
        "dynamodb",
        "TransactWriteItems",
        &["ConditionCheckItem", "PutItem", "UpdateItem", "DeleteItem"],
    ),
    ("dynamodb", "ExecuteStatement", PARTIQL),
    ("dynamodb", "BatchExecuteStatement", PARTIQL),
    ("dynamodb", "ExecuteTransaction", PARTIQL),
];

const PARTIQL: &[&str] = &["PartiQLSelect", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete"];

/// S3's configurations: the operation's word, and the action's.
const CONFIGURATIONS: &[(&str, &str)] = &[
    ("AccelerateConfiguration", "AccelerateConfiguration"),
    ("AnalyticsConfiguration", "AnalyticsConfiguration"),
    ("Encryption", "EncryptionConfiguration"),
    ("IntelligentTieringConfiguration", "IntelligentTieringConfiguration"),
    ("InventoryConfiguration", "InventoryConfiguration"),
    ("Lifecycle", "LifecycleConfiguration"),
    ("LifecycleConfiguration", "LifecycleConfiguration"),
    ("MetricsConfiguration", "MetricsConfiguration"),
    ("Replication", "ReplicationConfiguration"),
];

/// Operations that S3 decides as another action where they name a version.
const VERSIONED: &[(&str, &str)] = &[
    ("DeleteObject", "DeleteObjectVersion"),
    ("DeleteObjectTagging", "DeleteObjectVersionTagging"),
    ("GetObject", "GetObjectVersion"),
    ("GetObjectAcl", "GetObjectVersionAcl"),
    ("GetObjectTagging", "GetObjectVersionTagging"),
    ("HeadObject", "GetObjectVersion"),
    ("PutObjectAcl", "PutObjectVersionAcl"),
    ("PutObjectTagging", "PutObjectVersionTagging"),
];

/// The prefix of the actions of a service, by its name in records.
pub(crate) fn prefix(event_source: &str) -> &str {
    let service = event_source.split(".amazonaws.com").next().unwrap_or(event_source);
    if let Ok(at) = PREFIXES.binary_search_by(|(name, _)| (*name).cmp(service)) {
        return PREFIXES.get(at).map_or(service, |(_, prefix)| prefix);
    }
    if service.ends_with(".sagemaker") {
        return "sagemaker";
    }
    service.split('.').next().unwrap_or(service)
}

/// The action of an operation.
pub(crate) fn action(
    catalog: &'static Catalog,
    prefix: &str,
    operation: &str,
    parameters: &Parameters<'_>,
) -> SeenAction {
    if let Some(found) = named(catalog, prefix, operation, parameters) {
        return found;
    }
    for plain in without_version(operation) {
        if let Some(found) = named(catalog, prefix, plain, parameters) {
            return found;
        }
    }
    SeenAction::Some(vec![format!("{prefix}:*").into()])
}

fn named(
    catalog: &'static Catalog,
    prefix: &str,
    operation: &str,
    parameters: &Parameters<'_>,
) -> Option<SeenAction> {
    let of = |name: &str| SeenAction::Known(format!("{prefix}:{name}").into());
    if let Some((_, _, names)) = SOME.iter().find(|it| it.0 == prefix && it.1 == operation) {
        let all = names.iter().map(|name| format!("{prefix}:{name}").into());
        return Some(SeenAction::Some(all.collect()));
    }
    if prefix == "s3" {
        if parameters.get("versionId").is_given()
            && let Some((_, name)) = VERSIONED.iter().find(|(name, _)| *name == operation)
        {
            return Some(of(name));
        }
        if let Some(name) = configuration(operation) {
            return Some(of(&name));
        }
    }
    if prefix == "apigateway" {
        return Some(of(method(operation)));
    }
    let rows = NAMES.iter().find(|(service, _)| *service == prefix);
    if let Some((_, name)) = rows.and_then(|(_, rows)| rows.iter().find(|it| it.0 == operation)) {
        return Some(of(name));
    }
    listed(catalog, prefix, operation).map(|_| of(operation))
}

/// The action of an operation on a bucket's configuration: deleting needs the action of putting,
/// listing that of getting.
fn configuration(operation: &str) -> Option<String> {
    let (verb, rest) = operation.split_once("Bucket")?;
    let verb = match verb {
        "Get" | "List" => "Get",
        "Put" | "Delete" => "Put",
        _ => return None,
    };
    let plural = rest.strip_suffix('s').unwrap_or(rest);
    let row = CONFIGURATIONS.iter().find(|(word, _)| *word == rest || *word == plural)?;
    Some(format!("{verb}{}", row.1))
}

/// The HTTP method of an operation of API Gateway.
fn method(operation: &str) -> &'static str {
    let starts = |words: &[&str]| words.iter().any(|it| operation.starts_with(it));
    if operation == "ImportDocumentationParts" || starts(&["Put", "Reimport", "TagResource"]) {
        "PUT"
    } else if starts(&["Create", "Generate", "Test", "Import"]) {
        "POST"
    } else if starts(&["Update"]) {
        "PATCH"
    } else if starts(&["Delete", "Flush", "Untag"]) {
        "DELETE"
    } else {
        "GET"
    }
}

/// The operation without the date and version at its end.
fn without_version(operation: &str) -> impl Iterator<Item = &str> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    // `…20150331v2`, `…20150331_2`, `…20150331`.
    let base = operation.trim_end_matches(|it: char| it.is_ascii_digit());
    let base = base.strip_suffix(['v', '_']).unwrap_or(operation);
    let one = |text: &'_ str| -> Option<usize> {
        let at = text.len().checked_sub(8)?;
        digits(text.get(at..)?).then_some(at)
    };
    let first = one(base).or_else(|| one(operation)).and_then(|at| operation.get(..at));
    // `…2020_05_31`.
    let second = operation.len().checked_sub(10).filter(|at| {
        let date = operation.get(*at..).unwrap_or_default();
        let mut parts = date.split('_');
        matches!((parts.next(), parts.next(), parts.next(), parts.next()),
            (Some(year), Some(month), Some(day), None)
                if year.len() == 4 && [year, month, day].into_iter().all(digits))
    });
    first.into_iter().chain(second.and_then(|at| operation.get(..at)))
}

/// The other requests that a call makes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Also {
    /// The same resource under another action.
    Action(&'static str),
    /// The object that is copied.
    CopySource,
    /// The role that is passed on.
    PassRole,
}

/// The requests that an operation makes besides its own.
pub(crate) fn also(prefix: &str, operation: &str, parameters: &Parameters<'_>) -> Vec<Also> {
    let given = |name: &str| parameters.get(name).is_given();
    let mut also = Vec::new();
    match prefix {
        "s3" => {
            if matches!(operation, "CopyObject" | "UploadPartCopy") {
                also.push(Also::CopySource);
            }
            if matches!(operation, "PutObject" | "CreateMultipartUpload" | "CopyObject") {
                if given("x-amz-tagging") {
                    also.push(Also::Action("s3:PutObjectTagging"));
                }
                let grants = parameters.names().any(|name| name.starts_with("x-amz-grant-"));
                if given("x-amz-acl") || grants {
                    also.push(Also::Action("s3:PutObjectAcl"));
                }
                if given("x-amz-object-lock-mode") || given("x-amz-object-lock-retain-until-date") {
                    also.push(Also::Action("s3:PutObjectRetention"));
                }
                if given("x-amz-object-lock-legal-hold") {
                    also.push(Also::Action("s3:PutObjectLegalHold"));
                }
            }
        }
        "sts" if operation.starts_with("AssumeRole") => {
            let some = |name: &str| match parameters.get(name) {
                Parameter::Given(value) => {
                    value.as_array().is_none_or(|it| !it.is_empty())
                        && value.as_object().is_none_or(|it| !it.is_empty())
                }
                _ => false,
            };
            if some("tags") || some("principalTags") {
                also.push(Also::Action("sts:TagSession"));
            }
            if given("sourceIdentity") {
                also.push(Also::Action("sts:SetSourceIdentity"));
            }
        }
        "ec2" if operation != "CreateTags" && given("tagSpecificationSet") => {
            also.push(Also::Action("ec2:CreateTags"));
        }
        _ => (),
    }
    if passes_role(prefix, operation) && passed_role(parameters).is_some() {
        also.push(Also::PassRole);
    }
    also
}

fn passes_role(prefix: &str, operation: &str) -> bool {
    !matches!(prefix, "iam" | "sts" | "s3" | "kms")
        && ["Create", "Update", "Run", "Put", "Start", "Register"]
            .iter()
            .any(|verb| operation.starts_with(verb))
}

/// The parameters that name a role to be passed.
const ROLES: [&str; 6] =
    ["roleArn", "executionRoleArn", "taskRoleArn", "serviceRole", "role", "iamInstanceProfile"];

/// The role that a call passes: an ARN of a role, or the profile of an instance.
pub(crate) fn passed_role(parameters: &Parameters<'_>) -> Option<String> {
    ROLES.into_iter().find_map(|name| {
        let value = parameters.text(name)?;
        (value.contains(":iam::") && value.contains(":role/")).then_some(value)
    })
}
