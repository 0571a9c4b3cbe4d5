//! Resource types that carry policies, and what holds where nothing is written (inputs §4.7).

mod identity;

use polsim::policy::PolicyType;
use serde_json::Value as Json;

use super::documents::{Attribute, Found};
use super::plan::Instance;
use super::resolve::Resolver;
use crate::managed;
use crate::model::{Attachment, Document, Fact, Model, Origin, Policy, Thing, ThingKind};
use crate::value::{Text, Value};

/// Types whose attribute is the policy of a resource, and the attribute that names the resource.
#[rustfmt::skip]
const RESOURCE_POLICIES: &[(&str, &str, &str)] = &[
    ("aws_backup_vault_policy", "policy", "backup_vault_arn"),
    ("aws_cloudwatch_event_bus_policy", "policy", "event_bus_name"),
    ("aws_codeartifact_domain_permissions_policy", "policy_document", "domain"),
    ("aws_codeartifact_repository_permissions_policy", "policy_document", "repository"),
    ("aws_dynamodb_resource_policy", "policy", "resource_arn"),
    ("aws_ecr_repository_policy", "policy", "repository"),
    ("aws_efs_file_system_policy", "policy", "file_system_id"),
    ("aws_kinesis_resource_policy", "policy", "resource_arn"),
    ("aws_kms_key_policy", "policy", "key_id"),
    ("aws_s3_access_point", "policy", "arn"),
    ("aws_s3_bucket_policy", "policy", "bucket"),
    ("aws_sagemaker_model_package_group_policy", "resource_policy", "model_package_group_name"),
    ("aws_secretsmanager_secret_policy", "policy", "secret_arn"),
    ("aws_sns_topic_policy", "policy", "arn"),
    ("aws_sqs_queue_policy", "policy", "queue_url"),
];

/// Types that carry their own policy beside a resource of its own for it, which wins.
const OWN_POLICIES: &[(&str, &str)] = &[
    ("aws_dynamodb_table", ""),
    ("aws_ecr_repository", ""),
    ("aws_kms_external_key", "policy"),
    ("aws_kms_key", "policy"),
    ("aws_kms_replica_key", "policy"),
    ("aws_s3_bucket", "policy"),
    ("aws_secretsmanager_secret", "policy"),
    ("aws_sns_topic", "policy"),
    ("aws_sqs_queue", "policy"),
];

/// Attributes of types that are not in the tables and may hold a policy.
const POLICY_ATTRIBUTES: &[&str] =
    &["policy", "policy_document", "access_policies", "resource_policy", "access_policy"];

/// Adds the policies, things and facts of a plan to the model.
pub(super) struct PolicyReader<'r, 'p, 'm> {
    pub(super) resolver: &'r mut Resolver<'p, 'm>,
    instances: Vec<&'p Instance<'p>>,
    refused: Vec<String>,
}

impl<'r, 'p, 'm> PolicyReader<'r, 'p, 'm> {
    pub(super) fn new(resolver: &'r mut Resolver<'p, 'm>) -> Self {
        let plan = resolver.plan;
        let instances = plan.instances.values().filter(|it| !it.data).collect();
        Self { resolver, instances, refused: Vec::new() }
    }

    /// Reads everything; the texts that are no policies.
    pub(super) fn read(mut self) -> Vec<String> {
        for it in self.instances.clone() {
            self.one(it);
        }
        self.unattached();
        self.refused
    }

    fn model(&mut self) -> &mut Model {
        self.resolver.model
    }

    fn one(&mut self, it: &'p Instance<'p>) {
        match it.kind {
            "aws_iam_role" => self.role(it),
            "aws_iam_user" => self.user(it),
            "aws_iam_role_policy" | "aws_iam_user_policy" | "aws_iam_group_policy" => {
                self.inline(it);
            }
            "aws_iam_role_policy_attachment"
            | "aws_iam_user_policy_attachment"
            | "aws_iam_group_policy_attachment" => self.attachment(it),
            "aws_iam_policy_attachment" => self.attachments(it),
            "aws_vpc_endpoint" => self.endpoint(it),
            "aws_lambda_permission" => self.permission(it),
            "aws_organizations_policy_attachment" => self.organization(it),
            "aws_sagemaker_notebook_instance" | "aws_sagemaker_domain" => self.facts(it),
            kind => {
                let resource = RESOURCE_POLICIES.iter().find(|(name, ..)| *name == kind);
                let own = OWN_POLICIES.iter().find(|(name, _)| *name == kind);
                if let Some((_, attribute, of)) = resource {
                    self.resource_policy(it, attribute, of);
                } else if let Some((_, attribute)) = own {
                    self.thing(it, attribute);
                } else if !kind.starts_with("aws_iam_policy") {
                    self.unread(it);
                }
            }
        }
    }

    /// Remarks on a policy of a type that is not read.
    fn unread(&mut self, it: &Instance<'_>) {
        for attribute in POLICY_ATTRIBUTES {
            let text = it.values.get(attribute).and_then(Json::as_str).unwrap_or_default();
            if text.contains("\"Statement\"") {
                let text = format!(
                    "`{}.{attribute}` looks like a policy; the type {} is not read",
                    it.address, it.kind
                );
                self.model().note("I0205", text);
            }
        }
    }

    fn push(
        &mut self,
        it: &Instance<'_>,
        policy_type: PolicyType,
        attribute: &str,
        attachment: Attachment,
        found: Found,
    ) {
        let place = self.resolver.place_of(it);
        let Found { document, origin, through } = found;
        self.model().policies.push(Policy {
            policy_type,
            document,
            attachment,
            at: it.address.into(),
            attribute: attribute.into(),
            place,
            origin,
            through,
        });
    }

    /// The document of an attribute; none if there is none, or if its text is refused.
    fn found(&mut self, it: &'p Instance<'p>, attribute: &str) -> Option<Found> {
        match self.resolver.document(it, attribute) {
            Attribute::Found(found) => Some(found),
            Attribute::Refused(reason) => {
                self.refused.push(format!("{}.{attribute}: {reason}", it.address));
                None
            }
            Attribute::Absent | Attribute::Default => None,
        }
    }

    fn arn(&mut self, it: &'p Instance<'p>) -> Text {
        match self.resolver.attribute(it, "arn") {
            Value::Text(text) => text,
            _ => Text::symbol(format!("{}.arn", it.address)),
        }
    }

    fn endpoint(&mut self, it: &'p Instance<'p>) {
        let Value::Text(id) = self.resolver.attribute(it, "id") else { return };
        let separate = self.instances.clone().into_iter().find(|other| {
            other.kind == "aws_vpc_endpoint_policy" && {
                let named = self.resolver.attribute(other, "vpc_endpoint_id");
                named.as_text() == Some(&id)
            }
        });
        let (carrier, document) = match separate {
            Some(other) => (other, self.resolver.document(other, "policy")),
            None => (it, self.resolver.document(it, "policy")),
        };
        let found = match document {
            Attribute::Found(found) => found,
            Attribute::Refused(reason) => {
                self.refused.push(format!("{}.policy: {reason}", carrier.address));
                return;
            }
            // Full access for everybody (VPC User Guide, "Default endpoint policy").
            Attribute::Absent | Attribute::Default => managed::full_access_endpoint(),
        };
        self.push(carrier, PolicyType::Endpoint, "policy", Attachment::Endpoint(id), found);
    }

    /// A bucket, key, queue … with the policy that it carries itself, unless a resource of its own
    /// has it.
    fn thing(&mut self, it: &'p Instance<'p>, attribute: &str) {
        let kind = match it.kind {
            "aws_s3_bucket" => ThingKind::Bucket,
            "aws_secretsmanager_secret" => ThingKind::Secret,
            "aws_sqs_queue" => ThingKind::Queue,
            "aws_sns_topic" => ThingKind::Topic,
            "aws_ecr_repository" => ThingKind::Repository,
            "aws_dynamodb_table" => ThingKind::Table,
            _ => ThingKind::Key,
        };
        let arn = self.arn(it);
        let name = match kind {
            ThingKind::Bucket => self.resolver.name_of(it, "bucket"),
            ThingKind::Key => match self.resolver.attribute(it, "key_id") {
                Value::Text(text) => text,
                _ => arn.clone(),
            },
            _ => self.resolver.name_of(it, "name"),
        };
        let restricts_public = kind == ThingKind::Bucket && self.restricts_public(&name);
        let at = it.address.into();
        self.model().things.push(Thing { kind, arn: arn.clone(), at, name, restricts_public });
        if attribute.is_empty() || self.has_policy_elsewhere(it, &arn, kind) {
            return;
        }
        let found = match self.resolver.document(it, attribute) {
            Attribute::Found(found) => Some(found),
            Attribute::Refused(reason) => {
                self.refused.push(format!("{}.{attribute}: {reason}", it.address));
                None
            }
            Attribute::Absent | Attribute::Default if kind == ThingKind::Key => {
                let account = self.resolver.account();
                Some(managed::default_key_policy(&account))
            }
            Attribute::Absent | Attribute::Default => None,
        };
        let policy_type =
            if kind == ThingKind::Key { PolicyType::Key } else { PolicyType::Resource };
        if let Some(found) = found {
            let to = Attachment::Resources(vec![arn]);
            self.push(it, policy_type, attribute, to, found);
        }
    }

    fn has_policy_elsewhere(&mut self, it: &Instance<'_>, arn: &Text, kind: ThingKind) -> bool {
        let separate = match kind {
            ThingKind::Bucket => "aws_s3_bucket_policy",
            ThingKind::Key => "aws_kms_key_policy",
            ThingKind::Secret => "aws_secretsmanager_secret_policy",
            ThingKind::Queue => "aws_sqs_queue_policy",
            ThingKind::Topic => "aws_sns_topic_policy",
            ThingKind::Repository | ThingKind::Table => return false,
        };
        let others: Vec<_> =
            self.instances.iter().copied().filter(|other| other.kind == separate).collect();
        let _ = it;
        others.into_iter().any(|other| {
            let of = RESOURCE_POLICIES.iter().find(|(name, ..)| *name == separate);
            of.is_some_and(|(_, _, of)| self.named_resource(other, of).as_ref() == Some(arn))
        })
    }

    fn resource_policy(&mut self, it: &'p Instance<'p>, attribute: &str, of: &str) {
        let Some(arn) = self.named_resource(it, of) else {
            self.model().lose(it.address, of);
            return;
        };
        let Some(found) = self.found(it, attribute) else { return };
        let is_key = it.kind == "aws_kms_key_policy";
        let policy_type = if is_key { PolicyType::Key } else { PolicyType::Resource };
        if it.kind == "aws_s3_bucket_policy" {
            let known = self.model().things.iter().any(|thing| thing.arn == arn)
                || self.instances.iter().any(|other| other.kind == "aws_s3_bucket");
            if !known {
                let name = arn.map_literals(|it| it.replace("arn:aws:s3:::", ""));
                let restricts_public = self.restricts_public(&name);
                let at = it.address.into();
                let kind = ThingKind::Bucket;
                self.model().things.push(Thing {
                    kind,
                    arn: arn.clone(),
                    at,
                    name,
                    restricts_public,
                });
            }
        }
        self.push(it, policy_type, attribute, Attachment::Resources(vec![arn]), found);
    }

    /// The ARN of the resource that an attribute names, by ARN, id or name.
    fn named_resource(&mut self, it: &'p Instance<'p>, of: &str) -> Option<Text> {
        let named = match self.resolver.attribute(it, of) {
            Value::Text(text) => text,
            Value::Null if of == "arn" => self.arn(it),
            _ => return None,
        };
        if named.to_string().starts_with("arn:") {
            return Some(named);
        }
        let (kind, identified) = match it.kind {
            "aws_s3_bucket_policy" => ("aws_s3_bucket", "id"),
            "aws_kms_key_policy" => ("aws_kms_key", "id"),
            "aws_ecr_repository_policy" => ("aws_ecr_repository", "name"),
            "aws_sqs_queue_policy" => ("aws_sqs_queue", "id"),
            "aws_secretsmanager_secret_policy" => ("aws_secretsmanager_secret", "id"),
            _ => ("", ""),
        };
        for other in self.instances.clone() {
            if other.kind == kind
                && self.resolver.attribute(other, identified).as_text() == Some(&named)
            {
                return Some(self.arn(other));
            }
        }
        let (region, account) = (self.resolver.region(it), self.resolver.account());
        let regional = |service: &str, before: &str| {
            let mut arn = Text::from(format!("arn:aws:{service}:"));
            arn.push(&region);
            arn.push_str(":");
            arn.push(&account);
            arn.push_str(&format!(":{before}"));
            arn.push(&named);
            Some(arn)
        };
        match it.kind {
            "aws_s3_bucket_policy" => Some(Text::join([&Text::from("arn:aws:s3:::"), &named])),
            "aws_kms_key_policy" => regional("kms", "key/"),
            "aws_ecr_repository_policy" => regional("ecr", "repository/"),
            "aws_cloudwatch_event_bus_policy" => regional("events", "event-bus/"),
            "aws_efs_file_system_policy" => regional("elasticfilesystem", "file-system/"),
            "aws_sagemaker_model_package_group_policy" => {
                regional("sagemaker", "model-package-group/")
            }
            _ => None,
        }
    }

    fn restricts_public(&mut self, bucket: &Text) -> bool {
        let block =
            |it: &Instance<'_>| it.values.get("restrict_public_buckets") == Some(&Json::Bool(true));
        self.instances.clone().into_iter().any(|it| match it.kind {
            "aws_s3_account_public_access_block" => block(it),
            "aws_s3_bucket_public_access_block" => {
                block(it) && self.resolver.attribute(it, "bucket").as_text() == Some(bucket)
            }
            _ => false,
        })
    }

    /// A statement of a function's policy (Lambda, AddPermission).
    fn permission(&mut self, it: &'p Instance<'p>) {
        let mut get = |name: &str| match self.resolver.attribute(it, name) {
            Value::Text(text) if text != Text::default() => Some(text),
            _ => None,
        };
        let (Some(action), Some(principal)) = (get("action"), get("principal")) else { return };
        let conditions = [
            ("ArnLike", "AWS:SourceArn", get("source_arn")),
            ("StringEquals", "AWS:SourceAccount", get("source_account")),
            ("StringEquals", "aws:PrincipalOrgID", get("principal_org_id")),
            ("StringEquals", "lambda:FunctionUrlAuthType", get("function_url_auth_type")),
        ];
        let Some(function) = get("function_name") else { return };
        let literal = principal.to_string();
        let who = if literal == "*" {
            Value::text("*")
        } else if literal.ends_with(".amazonaws.com") || literal.ends_with(".amazonaws.com.cn") {
            Value::object([("Service", Value::Text(principal))])
        } else {
            Value::object([("AWS", Value::Text(principal))])
        };
        let arn = self.function_arn(it, &function);
        let mut statement = crate::value::Object::default();
        statement.set("Effect", Value::text("Allow"));
        statement.set("Principal", who);
        statement.set("Action", Value::Text(action));
        statement.set("Resource", Value::Text(arn.clone()));
        let mut block = crate::value::Object::default();
        for (operator, key, value) in conditions {
            let Some(value) = value else { continue };
            let mut keys = match block.get(operator) {
                Some(Value::Object(keys)) => keys.clone(),
                _ => crate::value::Object::default(),
            };
            keys.set(key, Value::Text(value));
            block.set(operator, Value::Object(keys));
        }
        if !block.members.is_empty() {
            statement.set("Condition", Value::Object(block));
        }
        let document = Value::object([
            ("Version", Value::text("2012-10-17")),
            ("Statement", Value::List(vec![Value::Object(statement)])),
        ]);
        let found = Found {
            document: Document::Written(document),
            origin: Origin::Planned,
            through: Vec::new(),
        };
        self.push(it, PolicyType::Resource, "", Attachment::Resources(vec![arn]), found);
    }

    fn function_arn(&mut self, it: &'p Instance<'p>, function: &Text) -> Text {
        if function.to_string().starts_with("arn:") {
            return function.clone();
        }
        let (region, account) = (self.resolver.region(it), self.resolver.account());
        let mut arn = Text::from("arn:aws:lambda:");
        arn.push(&region);
        arn.push_str(":");
        arn.push(&account);
        arn.push_str(":function:");
        arn.push(function);
        arn
    }

    /// An SCP or RCP at a target. A target whose place is not known hangs on a level of its own.
    fn organization(&mut self, it: &'p Instance<'p>) {
        let policy = self.resolver.attribute(it, "policy_id");
        let target = self.resolver.attribute(it, "target_id");
        let named = self.instances.clone().into_iter().find(|other| {
            other.kind == "aws_organizations_policy"
                && self.resolver.attribute(other, "id") == policy
        });
        let Some(named) = named else { return };
        let policy_type = match named.values.get("type").and_then(Json::as_str) {
            Some("RESOURCE_CONTROL_POLICY") => PolicyType::Rcp,
            None | Some("SERVICE_CONTROL_POLICY") => PolicyType::Scp,
            Some(other) => {
                let text =
                    format!("`{}` is of the type {other}, which decides nothing", named.address);
                self.model().note("I0205", text);
                return;
            }
        };
        let target = target.as_text().map(ToString::to_string).unwrap_or_default();
        let level = match &target {
            it if it.starts_with("r-") => 0,
            it if it.len() == 12 && it.bytes().all(|byte| byte.is_ascii_digit()) => 2,
            _ => 1,
        };
        let Some(found) = self.found(named, "content") else { return };
        self.push(it, policy_type, "", Attachment::Level(level), found);
        // Every level keeps FullAWSAccess unless the inputs show its whole list.
        let what = format!("level {level}");
        self.model().assume("full-aws-access", what);
        let known = self.model().policies.iter().any(|policy| {
            policy.attachment == Attachment::Level(level)
                && policy.policy_type == policy_type
                && policy.origin == Origin::Default
        });
        if !known {
            let found = managed::full_aws_access(policy_type);
            self.push(it, policy_type, "FullAWSAccess", Attachment::Level(level), found);
        }
    }

    fn facts(&mut self, it: &'p Instance<'p>) {
        let text = |name: &str| it.values.get(name).and_then(Json::as_str);
        let mut says = Vec::new();
        if it.kind == "aws_sagemaker_domain" {
            if text("app_network_access_type") != Some("VpcOnly") {
                says.push("its apps reach the internet: app_network_access_type is not VpcOnly");
            }
        } else {
            if text("direct_internet_access") != Some("Disabled") {
                says.push("it has direct internet access");
            }
            if text("root_access") != Some("Disabled") {
                says.push("its users are root");
            }
            let unknown = it.unknown.get("subnet_id") == Some(&Json::Bool(true));
            if text("subnet_id").is_none() && !unknown {
                says.push("it has no subnet");
            }
        }
        for says in says {
            self.model().facts.push(Fact { at: it.address.into(), says: says.to_owned() });
        }
    }
}
