//! Attributes that follow from others: Terraform leaves ARNs and many ids unknown although they do
//! (inputs §4.9).

use serde_json::Value as Json;

use super::plan::Instance;
use super::resolve::Resolver;
use crate::model::{Class, Kind};
use crate::value::{Text, Value};

impl<'p> Resolver<'p, '_> {
    /// The account that the plan is about, or its symbol.
    pub(crate) fn account(&mut self) -> Text {
        match &self.model.account {
            Some(account) => Text::from(&**account),
            None => self.model.symbol("account", Kind::Account, Class::Given),
        }
    }

    /// The region of a resource, or its symbol.
    pub(crate) fn region(&mut self, it: &Instance<'_>) -> Text {
        if let Some(region) = it.values.get("region").and_then(Json::as_str) {
            return Text::from(region);
        }
        if let Some(region) = it.provider.and_then(|key| provider_region(self.plan.json, key)) {
            return Text::from(region);
        }
        match &self.model.region {
            Some(region) => Text::from(&**region),
            None => self.model.symbol("region", Kind::Region, Class::Given),
        }
    }

    /// The name of a resource: written, with a prefix, or chosen by AWS.
    pub(crate) fn name_of(&mut self, it: &'p Instance<'p>, attribute: &str) -> Text {
        let unknown = it.unknown.get(attribute) == Some(&Json::Bool(true));
        let written = it.expressions.and_then(|all| all.get(attribute)).is_some();
        if !unknown || written {
            match self.attribute(it, attribute) {
                Value::Text(text) => return text,
                Value::Null => (),
                _ => return self.chosen_name(it, attribute),
            }
        }
        let prefix = match attribute {
            "bucket" => "bucket_prefix",
            _ => "name_prefix",
        };
        let chosen = self.chosen_name(it, attribute);
        match it.values.get(prefix).and_then(Json::as_str) {
            Some(prefix) => Text::join([&Text::from(prefix), &chosen]),
            None => chosen,
        }
    }

    fn chosen_name(&mut self, it: &Instance<'_>, attribute: &str) -> Text {
        let symbol = format!("{}.{attribute}", it.address);
        self.model.symbol(&symbol, Kind::Name, Class::Created)
    }

    /// The attribute, if it follows from others.
    pub(crate) fn derived(&mut self, it: &'p Instance<'p>, attribute: &str) -> Option<Text> {
        if it.data {
            return match (it.kind, attribute) {
                ("aws_caller_identity", "account_id" | "id") => Some(self.account()),
                ("aws_region", "name" | "id" | "region") => Some(self.region(it)),
                ("aws_partition", "partition" | "id") => Some(Text::from("aws")),
                _ => None,
            };
        }
        match (it.kind, attribute) {
            (_, "owner_id") => Some(self.account()),
            ("aws_s3_bucket" | "aws_s3_directory_bucket", "id" | "bucket") => {
                Some(self.name_of(it, "bucket"))
            }
            ("aws_s3_bucket", "arn") => {
                let partition = self.partition(it);
                let name = self.name_of(it, "bucket");
                Some(Text::join([&partition, &Text::from(":s3:::"), &name]))
            }
            ("aws_iam_role" | "aws_iam_user" | "aws_iam_group", "id" | "name") => {
                Some(self.name_of(it, "name"))
            }
            ("aws_iam_role" | "aws_iam_user" | "aws_iam_group", "arn") => {
                let kind = it.kind.strip_prefix("aws_iam_").unwrap_or_default();
                Some(self.iam_arn(it, kind))
            }
            ("aws_iam_policy", "arn" | "id") => Some(self.iam_arn(it, "policy")),
            ("aws_iam_instance_profile", "arn") => Some(self.iam_arn(it, "instance-profile")),
            ("aws_kms_key" | "aws_kms_external_key" | "aws_kms_replica_key", "id") => {
                let symbol = format!("{}.key_id", it.address);
                Some(self.model.symbol(&symbol, Kind::KmsKey, Class::Created))
            }
            (_, "arn") | ("aws_sns_topic" | "aws_secretsmanager_secret", "id") => {
                self.regional_arn(it)
            }
            _ => None,
        }
    }

    fn partition(&mut self, it: &Instance<'_>) -> Text {
        let region = self.region(it).as_literal().unwrap_or_default();
        Text::from(match region.as_str() {
            region if region.starts_with("cn-") => "arn:aws-cn",
            region if region.starts_with("us-gov-") => "arn:aws-us-gov",
            _ => "arn:aws",
        })
    }

    fn iam_arn(&mut self, it: &'p Instance<'p>, kind: &str) -> Text {
        let (partition, account) = (self.partition(it), self.account());
        let path = it.values.get("path").and_then(Json::as_str).unwrap_or("/").to_owned();
        let name = self.name_of(it, "name");
        let kind = format!(":{kind}{path}");
        Text::join([&partition, &Text::from(":iam::"), &account, &Text::from(kind), &name])
    }

    fn regional_arn(&mut self, it: &'p Instance<'p>) -> Option<Text> {
        let (service, before, name) = match it.kind {
            "aws_sqs_queue" => ("sqs", "", "name"),
            "aws_sns_topic" => ("sns", "", "name"),
            "aws_dynamodb_table" => ("dynamodb", "table/", "name"),
            "aws_ecr_repository" => ("ecr", "repository/", "name"),
            "aws_lambda_function" => ("lambda", "function:", "function_name"),
            "aws_kms_alias" => ("kms", "", "name"),
            "aws_kinesis_stream" => ("kinesis", "stream/", "name"),
            "aws_secretsmanager_secret" => ("secretsmanager", "secret:", "name"),
            "aws_sagemaker_notebook_instance" => ("sagemaker", "notebook-instance/", "name"),
            "aws_sagemaker_model" => ("sagemaker", "model/", "name"),
            "aws_sagemaker_endpoint" => ("sagemaker", "endpoint/", "name"),
            "aws_kms_key" | "aws_kms_external_key" | "aws_kms_replica_key" => {
                ("kms", "key/", "key_id")
            }
            "aws_vpc" => ("ec2", "vpc/", "id"),
            "aws_subnet" => ("ec2", "subnet/", "id"),
            "aws_vpc_endpoint" => ("ec2", "vpc-endpoint/", "id"),
            _ => return None,
        };
        let name = match name {
            "key_id" | "id" => match self.attribute(it, name) {
                Value::Text(text) => text,
                _ => return None,
            },
            name => self.name_of(it, name),
        };
        let (partition, region, account) = (self.partition(it), self.region(it), self.account());
        let mut arn = partition;
        arn.push_str(&format!(":{service}:"));
        arn.push(&region);
        arn.push_str(":");
        arn.push(&account);
        arn.push_str(&format!(":{before}"));
        arn.push(&name);
        if it.kind == "aws_secretsmanager_secret" {
            // Secrets Manager appends a hyphen and six characters to the name.
            arn.push_str("-");
            let symbol = format!("{}.suffix", it.address);
            arn.push(&self.model.symbol(&symbol, Kind::Name, Class::Created));
        }
        Some(arn)
    }

    /// The account and the region that the plan tells.
    pub(crate) fn find_account_and_region(&mut self) {
        if self.model.account.is_none() {
            self.model.account = self.account_of_plan();
        }
        if self.model.region.is_none() {
            self.model.region = self.region_of_plan();
        }
    }

    fn account_of_plan(&self) -> Option<Box<str>> {
        let is_account = |it: &&str| it.len() == 12 && it.bytes().all(|byte| byte.is_ascii_digit());
        let text = |it: &Instance<'p>, name: &str| -> Option<&'p str> {
            it.values.get(name).and_then(Json::as_str)
        };
        let all = || self.plan.instances.values();
        let caller = all().filter(|it| it.data && it.kind == "aws_caller_identity");
        let caller = caller.filter_map(|it| text(it, "account_id")).find(is_account);
        let owner = || {
            let owned = all().filter(|it| !it.data || it.kind == "aws_vpc");
            owned.filter_map(|it| text(it, "owner_id")).find(is_account)
        };
        let arn = || {
            let arns = all().filter(|it| !it.data).filter_map(|it| text(it, "arn"));
            arns.filter_map(|arn| arn.split(':').nth(4)).find(is_account)
        };
        let allowed = || {
            let all = self.plan.json.pointer(
                "/configuration/provider_config/aws/expressions/allowed_account_ids/constant_value",
            )?;
            match all.as_array()?.as_slice() {
                [only] => only.as_str().filter(is_account),
                _ => None,
            }
        };
        caller.or_else(owner).or_else(arn).or_else(allowed).map(Box::from)
    }

    fn region_of_plan(&self) -> Option<Box<str>> {
        let provider = provider_region(self.plan.json, "aws");
        let data = || {
            let found =
                self.plan.instances.values().find(|it| it.data && it.kind == "aws_region")?;
            ["region", "name", "id"].iter().find_map(|it| found.values.get(it)?.as_str())
        };
        let arn = || {
            let managed = self.plan.instances.values().filter(|it| !it.data);
            let arns = managed.filter_map(|it| it.values.get("arn")?.as_str());
            arns.filter_map(|arn| arn.split(':').nth(3)).find(|it| !it.is_empty())
        };
        let zone = || {
            let zones = self
                .plan
                .instances
                .values()
                .filter_map(|it| it.values.get("availability_zone").and_then(Json::as_str));
            zones.map(|zone| zone.trim_end_matches(|c: char| c.is_ascii_lowercase())).next()
        };
        let own = || {
            let managed = self.plan.instances.values().filter(|it| !it.data);
            managed.into_iter().find_map(|it| it.values.get("region")?.as_str())
        };
        provider.or_else(data).or_else(own).or_else(arn).or_else(zone).map(Box::from)
    }
}

/// The region in the configuration of a provider: a constant, or a variable of the root.
fn provider_region<'p>(json: &'p Json, key: &str) -> Option<&'p str> {
    let key = key.rsplit(':').next().unwrap_or(key);
    let providers = json.pointer("/configuration/provider_config")?;
    let region = providers.get(key)?.get("expressions")?.get("region")?;
    if let Some(constant) = region.get("constant_value") {
        return constant.as_str();
    }
    let references = region.get("references")?.as_array()?;
    let name = references.first()?.as_str()?.strip_prefix("var.")?;
    json.get("variables")?.get(name)?.get("value")?.as_str()
}
