//! Parameters as CloudTrail records them: other names, lists as `items`, values that are hidden.

use serde_json::{Map, Value};

use super::parameters::Parameters;

/// The names under which records of S3 have parameters (CloudTrail User Guide, "Amazon S3 CloudTrail
/// events"): names of the path, and headers.
const S3: [(&str, &str); 19] = [
    ("bucketName", "Bucket"),
    ("key", "Key"),
    ("versionId", "VersionId"),
    ("prefix", "Prefix"),
    ("delimiter", "Delimiter"),
    ("max-keys", "MaxKeys"),
    ("x-amz-acl", "ACL"),
    ("x-amz-copy-source", "CopySource"),
    ("x-amz-tagging", "Tagging"),
    ("x-amz-tagging-directive", "TaggingDirective"),
    ("x-amz-metadata-directive", "MetadataDirective"),
    ("x-amz-storage-class", "StorageClass"),
    ("x-amz-server-side-encryption", "ServerSideEncryption"),
    ("x-amz-server-side-encryption-aws-kms-key-id", "SSEKMSKeyId"),
    ("x-amz-grant-full-control", "GrantFullControl"),
    ("x-amz-grant-read", "GrantRead"),
    ("x-amz-object-lock-mode", "ObjectLockMode"),
    ("x-amz-object-lock-legal-hold", "ObjectLockLegalHoldStatus"),
    ("x-amz-bypass-governance-retention", "BypassGovernanceRetention"),
];

/// The names under which records of EC2 have lists, and the member of their items that the SDK lists
/// alone.
const EC2: [(&str, &str, Option<&str>); 12] = [
    ("groupSet", "SecurityGroupIds", Some("groupId")),
    ("resourcesSet", "Resources", Some("resourceId")),
    ("instancesSet", "InstanceIds", Some("instanceId")),
    ("networkInterfaceSet", "NetworkInterfaces", None),
    ("blockDeviceMapping", "BlockDeviceMappings", None),
    ("blockDeviceMappingSet", "BlockDeviceMappings", None),
    ("tagSpecificationSet", "TagSpecifications", None),
    ("tagSet", "Tags", None),
    ("subnetIdSet", "SubnetIds", None),
    ("securityGroupIdSet", "SecurityGroupIds", None),
    ("routeTableIdSet", "RouteTableIds", None),
    ("metadataOptions", "MetadataOptions", None),
];

/// The texts that stand for a value that CloudTrail does not record.
const HIDDEN: [&str; 3] = ["HIDDEN_DUE_TO_SECURITY_REASONS", "***", "sensitiveDataRemoved"];

impl Parameters {
    /// The `requestParameters` of a CloudTrail record of a service, by the SDK's names. Values that
    /// the record hides make the parameters incomplete; so does a record without any.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::call::{Caller, Calls, Parameters};
    /// # #[cfg(feature = "catalog")] {
    /// let recorded = r#"{"bucketName": "lake", "key": "a", "x-amz-tagging": "team=ml"}"#;
    /// let parameters = Parameters::recorded("s3", serde_json::from_str(recorded).unwrap());
    /// let call = Calls::embedded().find("s3:PutObject").expect("a call of the table");
    /// let caller = Caller { partition: "aws", account: Some("111122223333"), region: Some("eu-west-1") };
    /// let derived = call.derive(&parameters, &caller, None);
    /// let actions: Vec<&str> = derived.checks.iter().map(|it| &*it.action).collect();
    /// assert_eq!(actions, ["s3:PutObject", "s3:PutObjectTagging"]);
    /// # }
    /// ```
    pub fn recorded(service: &str, value: Value) -> Self {
        let Value::Object(members) = value else { return Self::default().incomplete() };
        let mut incomplete = false;
        let members = match service {
            "s3" => renamed(members),
            "ec2" => of_ec2(members),
            _ => members,
        };
        let members = plain(members, &mut incomplete);
        Self { members, incomplete }
    }
}

fn renamed(members: Map<String, Value>) -> Map<String, Value> {
    let name = |name: String| {
        let known = S3.iter().find(|(own, _)| own.eq_ignore_ascii_case(&name));
        known.map_or(name, |(_, sdk)| (*sdk).to_owned())
    };
    members.into_iter().map(|(key, value)| (name(key), value)).collect()
}

fn of_ec2(members: Map<String, Value>) -> Map<String, Value> {
    let mut renamed = Map::new();
    for (name, value) in members {
        let items = items(&value);
        if name == "instancesSet" {
            // RunInstances records what is to be run in the place of the instances.
            let first = items.and_then(|it| it.first()).and_then(Value::as_object);
            for (name, value) in first.into_iter().flatten() {
                if name != "instanceId" {
                    renamed.insert(name.clone(), value.clone());
                }
            }
        }
        let known = EC2.iter().find(|(own, ..)| *own == name);
        let Some((_, sdk, member)) = known else {
            renamed.insert(name, value);
            continue;
        };
        let value = match (member, items) {
            (Some(member), Some(items)) => {
                let one = |it: &Value| it.get(member).cloned();
                Value::Array(items.iter().filter_map(one).collect())
            }
            (None, Some(items)) => Value::Array(items.clone()),
            _ => value,
        };
        if value.as_array().is_none_or(|it| !it.is_empty()) {
            renamed.insert((*sdk).to_owned(), value);
        }
    }
    renamed
}

/// The items of a list as EC2's records write it.
fn items(value: &Value) -> Option<&Vec<Value>> {
    value.get("items")?.as_array()
}

/// The members without hidden values, and with lists in the place of their `items`.
fn plain(members: Map<String, Value>, incomplete: &mut bool) -> Map<String, Value> {
    let mut all = Map::new();
    for (name, value) in members {
        if let Some(value) = plain_value(value, incomplete) {
            all.insert(name, value);
        }
    }
    all
}

fn plain_value(value: Value, incomplete: &mut bool) -> Option<Value> {
    match value {
        Value::String(text) if HIDDEN.contains(&&*text) => {
            *incomplete = true;
            None
        }
        Value::Array(items) => {
            let items = items.into_iter().filter_map(|it| plain_value(it, incomplete));
            Some(Value::Array(items.collect()))
        }
        Value::Object(mut members) => match (members.len(), members.remove("items")) {
            (1, Some(Value::Array(items))) => plain_value(Value::Array(items), incomplete),
            (_, taken) => {
                members.extend(taken.map(|it| ("items".to_owned(), it)));
                Some(Value::Object(plain(members, incomplete)))
            }
        },
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    #![cfg(feature = "catalog")]

    use super::*;
    use crate::call::{Caller, Calls};

    fn checks(api: &str, recorded: &str) -> Vec<String> {
        let service = api.split(':').next().unwrap();
        let parameters = Parameters::recorded(service, serde_json::from_str(recorded).unwrap());
        let account = Some("111122223333");
        let caller = Caller { partition: "aws", account, region: Some("eu-west-1") };
        let call = Calls::embedded().find(api).unwrap();
        let derived = call.derive(&parameters, &caller, None);
        let one = |it: &crate::call::Check| {
            let perhaps = if it.perhaps { "perhaps " } else { "" };
            format!("{perhaps}{} {}", it.id, it.target.shown())
        };
        derived.checks.iter().map(one).collect()
    }

    #[test]
    fn a_record_of_run_instances() {
        let recorded = r#"{
            "instancesSet": {"items": [{"imageId": "ami-0a1b2c3d4e5f60718", "minCount": 1, "maxCount": 1}]},
            "instanceType": "t3.micro",
            "subnetId": "subnet-0a0a0a0a0a0a0a0a1",
            "groupSet": {"items": [{"groupId": "sg-0a0a0a0a0a0a0a0a1"}]},
            "tagSpecificationSet": {"items": [{"resourceType": "instance", "tags": [{"key": "p", "value": "ml"}]}]}}"#;
        let checks = checks("ec2:RunInstances", recorded);
        let start = "arn:aws:ec2:eu-west-1";
        let expected = [
            format!("instance {start}:111122223333:instance/*"),
            format!("image {start}::image/ami-0a1b2c3d4e5f60718"),
            format!("subnet {start}:111122223333:subnet/subnet-0a0a0a0a0a0a0a0a1"),
            format!("group {start}:111122223333:security-group/sg-0a0a0a0a0a0a0a0a1"),
            format!("interface {start}:111122223333:network-interface/*"),
            format!("volume {start}:111122223333:volume/*"),
            format!("tags-instance {start}:111122223333:instance/*"),
        ];
        assert_eq!(checks, expected);
    }

    #[test]
    fn a_hidden_value_leaves_the_check_open() {
        let recorded = r#"{"trainingJobName": "churn", "roleArn": "arn:aws:iam::111122223333:role/R",
            "resourceConfig": {"volumeKmsKeyId": "HIDDEN_DUE_TO_SECURITY_REASONS"}}"#;
        let checks = checks("sagemaker:CreateTrainingJob", recorded);
        let job = "CreateTrainingJob arn:aws:sagemaker:eu-west-1:111122223333:training-job/churn";
        assert_eq!(checks[0], job);
        assert!(checks.contains(&"pass arn:aws:iam::111122223333:role/R".to_owned()));
        let key = "perhaps volume-key arn:aws:kms:eu-west-1:111122223333:key/*";
        assert!(checks.contains(&key.to_owned()), "{checks:#?}");
    }
}
