//! The resources of a call.

use polsim_decide::catalog::{Catalog, ListedAction};
use serde_json::Value;

use crate::known_actions;
use crate::observation::{Seen, SeenAction};
use crate::parameters::{Parameter, Parameters, list};
use crate::record::Named;

/// The parts of a record that tell resources.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    pub(crate) catalog: &'static Catalog,
    pub(crate) parameters: &'a Parameters<'a>,
    pub(crate) named: &'a [Named<'a>],
    pub(crate) partition: &'a str,
    pub(crate) region: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) prefix: &'a str,
    /// The account that owns the resource unless its ARN says otherwise.
    pub(crate) account: Option<&'a str>,
}

/// What EC2 calls that create make, by operation.
const MADE: &[(&str, &str)] = &[
    ("AllocateAddress", "elastic-ip"),
    ("CopyImage", "image"),
    ("CopySnapshot", "snapshot"),
    ("CreateFlowLogs", "vpc-flow-log"),
    ("CreateImage", "image"),
    ("CreateInternetGateway", "internet-gateway"),
    ("CreateKeyPair", "key-pair"),
    ("CreateLaunchTemplate", "launch-template"),
    ("CreateNatGateway", "natgateway"),
    ("CreateNetworkAcl", "network-acl"),
    ("CreateNetworkInterface", "network-interface"),
    ("CreateRouteTable", "route-table"),
    ("CreateSecurityGroup", "security-group"),
    ("CreateSnapshot", "snapshot"),
    ("CreateSnapshots", "snapshot"),
    ("CreateSubnet", "subnet"),
    ("CreateTransitGateway", "transit-gateway"),
    ("CreateVolume", "volume"),
    ("CreateVpc", "vpc"),
    ("CreateVpcEndpoint", "vpc-endpoint"),
    ("CreateVpcPeeringConnection", "vpc-peering-connection"),
];

/// EC2's parameters that hold an id, and the type of resource.
const IDS: &[(&str, &str)] = &[
    ("allocationId", "elastic-ip"),
    ("groupId", "security-group"),
    ("imageId", "image"),
    ("instanceId", "instance"),
    ("internetGatewayId", "internet-gateway"),
    ("natGatewayId", "natgateway"),
    ("networkAclId", "network-acl"),
    ("networkInterfaceId", "network-interface"),
    ("routeTableId", "route-table"),
    ("snapshotId", "snapshot"),
    ("subnetId", "subnet"),
    ("volumeId", "volume"),
    ("vpcEndpointId", "vpc-endpoint"),
    ("vpcId", "vpc"),
];

impl Place<'_> {
    /// The resources of a request for this action: one for each request that the call is decided as.
    pub(crate) fn resources(&self, action: &SeenAction) -> Vec<Seen> {
        let SeenAction::Known(name) = action else {
            // Some of several actions are asked about one resource that their call names.
            return vec![self.by_record().unwrap_or(Seen::Unknown)];
        };
        let name = name.split_once(':').map_or(&**name, |(_, name)| name);
        let listed = known_actions::listed(self.catalog, self.prefix, name);
        if let Some(found) = self.extracted(name, listed.as_ref()) {
            return found;
        }
        if let Some(found) = self.by_record().or_else(|| self.by_parameter()) {
            return vec![found];
        }
        match listed {
            Some(listed) if listed.resource_types().is_empty() => vec![Seen::Known("*".into())],
            _ => vec![Seen::Unknown],
        }
    }

    fn arn(&self, region: &str, account: Option<&str>, rest: &str) -> Seen {
        let (prefix, partition) = (self.prefix, self.partition);
        match account {
            Some(account) => {
                Seen::Known(format!("arn:{partition}:{prefix}:{region}:{account}:{rest}").into())
            }
            None => Seen::Pattern(format!("arn:{partition}:{prefix}:{region}:*:{rest}").into()),
        }
    }

    /// A resource in the region and account of the call.
    fn own(&self, rest: &str) -> Seen {
        self.arn(self.region, self.account, rest)
    }

    /// The same, known in part.
    fn own_like(&self, region: &str, rest: &str) -> Seen {
        match self.arn(region, self.account, rest) {
            Seen::Known(text) => Seen::Pattern(text),
            other => other,
        }
    }

    fn text(&self, name: &str) -> Option<String> {
        self.parameters.text(name)
    }

    /// The resources by the extractor of the service; none where it has none.
    fn extracted(&self, name: &str, listed: Option<&ListedAction<'_>>) -> Option<Vec<Seen>> {
        let one = |seen: Seen| Some(vec![seen]);
        match self.prefix {
            "s3" => self.s3(name, listed),
            "kms" => self.kms(name),
            "sts" => one(Seen::Known(self.text("roleArn")?.into())),
            "lambda" => one(self.lambda(&self.text("functionName")?)),
            "dynamodb" => self.dynamodb(),
            "secretsmanager" => one(self.secret(&self.text("secretId")?)),
            "sqs" => one(queue(&self.text("queueUrl")?, self.partition)?),
            "sns" => one(Seen::Known(self.text("topicArn")?.into())),
            "ssm" => self.ssm(listed),
            "logs" => self.logs(listed),
            "iam" => one(self.iam()?),
            "ec2" => self.ec2(),
            "sagemaker" => one(self.by_type(listed?)?),
            "ecr" => {
                let name = self.text("repositoryName")?;
                let registry = self.text("registryId");
                let account = registry.as_deref().or(self.account);
                one(self.arn(self.region, account, &format!("repository/{name}")))
            }
            "rds-data" => one(Seen::Known(self.text("resourceArn")?.into())),
            "apigateway" => {
                let (partition, region) = (self.partition, self.region);
                one(Seen::Pattern(format!("arn:{partition}:apigateway:{region}::/*").into()))
            }
            _ => None,
        }
    }

    fn s3(&self, name: &str, listed: Option<&ListedAction<'_>>) -> Option<Vec<Seen>> {
        let one = |seen: Seen| Some(vec![seen]);
        if name == "ListAllMyBuckets" {
            return one(Seen::Known("*".into()));
        }
        let types: Vec<&str> = listed
            .map(|it| it.resource_types().iter().map(|(it, _)| &*it.name).collect())
            .unwrap_or_default();
        let about_objects = types.contains(&"object");
        let bucket = self.text("bucketName")?;
        let bucket = if bucket.starts_with("arn:") {
            bucket
        } else {
            format!("arn:{}:s3:::{bucket}", self.partition)
        };
        if !about_objects {
            return one(Seen::Known(bucket.into()));
        }
        match self.parameters.get("key") {
            Parameter::Given(_) => {
                let key = decoded(&self.text("key")?);
                let between = if bucket.contains(":accesspoint/") { "/object/" } else { "/" };
                one(Seen::Known(format!("{bucket}{between}{key}").into()))
            }
            _ => one(Seen::Pattern(format!("{bucket}/*").into())),
        }
    }

    /// The object that a copy reads.
    pub(crate) fn copy_source(&self) -> Option<Seen> {
        let source = self.text("x-amz-copy-source")?;
        let source = source.split_once("?versionId=").map_or(&*source, |(source, _)| source);
        let source = decoded(source);
        if source.starts_with("arn:") {
            return Some(Seen::Known(source.into()));
        }
        let source = source.strip_prefix('/').unwrap_or(&source);
        Some(Seen::Known(format!("arn:{}:s3:::{source}", self.partition).into()))
    }

    fn kms(&self, name: &str) -> Option<Vec<Seen>> {
        let parameter = match name {
            "ReEncryptFrom" => "sourceKeyId",
            "ReEncryptTo" => "destinationKeyId",
            _ => "keyId",
        };
        let given = self.text(parameter);
        if name.starts_with("ReEncrypt")
            && let Some(key) = given.as_deref().filter(|it| it.contains(":key/"))
        {
            return Some(vec![Seen::Known(key.into())]);
        }
        let mut keys = self.named.iter().filter(|it| it.kind() == Some("AWS::KMS::Key"));
        let recorded = match name {
            "ReEncryptTo" => keys.nth(1),
            _ => keys.next(),
        };
        if let Some(arn) = recorded.and_then(Named::arn) {
            return Some(vec![Seen::Known(arn.into())]);
        }
        let key = given?;
        if key.contains(":key/") {
            return Some(vec![Seen::Known(key.into())]);
        }
        if key.starts_with("alias/") || key.contains(":alias/") {
            return Some(vec![Seen::Unknown]);
        }
        Some(vec![self.own(&format!("key/{key}"))])
    }

    fn lambda(&self, function: &str) -> Seen {
        if function.starts_with("arn:") {
            return Seen::Known(function.into());
        }
        match function.split_once(":function:") {
            Some((account, name)) => {
                let account = account.rsplit(':').next();
                self.arn(self.region, account, &format!("function:{name}"))
            }
            None => self.own(&format!("function:{function}")),
        }
    }

    fn dynamodb(&self) -> Option<Vec<Seen>> {
        let table = match self.parameters.get("requestItems") {
            Parameter::Given(Value::Object(items)) if items.len() == 1 => {
                items.keys().next().cloned()
            }
            Parameter::Given(_) => None,
            _ => self.text("tableName"),
        };
        let Some(table) = table else {
            let several = self.parameters.get("requestItems").is_given();
            return several.then(|| vec![Seen::Unknown]);
        };
        let index = self.text("indexName").map(|it| format!("/index/{it}")).unwrap_or_default();
        if table.starts_with("arn:") {
            return Some(vec![Seen::Known(format!("{table}{index}").into())]);
        }
        Some(vec![self.own(&format!("table/{table}{index}"))])
    }

    fn secret(&self, secret: &str) -> Seen {
        if !secret.starts_with("arn:") {
            return self.own_like(self.region, &format!("secret:{secret}-??????"));
        }
        let suffix = secret.rsplit('-').next().unwrap_or_default();
        if suffix.len() == 6 && suffix.len() < secret.len() {
            return Seen::Known(secret.into());
        }
        Seen::Pattern(format!("{secret}-??????").into())
    }

    fn ssm(&self, listed: Option<&ListedAction<'_>>) -> Option<Vec<Seen>> {
        let about = listed?.resource_types();
        if !about.iter().any(|(it, _)| &*it.name == "parameter") {
            return None;
        }
        let names = match (self.parameters.get("names"), self.text("name")) {
            (Parameter::Given(value), _) => list(value),
            (_, Some(name)) => vec![name],
            (_, None) => return None,
        };
        let parameter = |name: String| {
            if name.starts_with("arn:") {
                return Seen::Known(name.into());
            }
            self.own(&format!("parameter/{}", name.strip_prefix('/').unwrap_or(&name)))
        };
        Some(names.into_iter().map(parameter).collect())
    }

    fn logs(&self, listed: Option<&ListedAction<'_>>) -> Option<Vec<Seen>> {
        let group = self.text("logGroupName")?;
        let about = listed.map(ListedAction::resource_types).unwrap_or_default();
        let streams = about.iter().any(|(it, _)| &*it.name == "log-stream");
        let seen = match self.text("logStreamName") {
            Some(stream) if streams => self.own(&format!("log-group:{group}:log-stream:{stream}")),
            _ => self.own(&format!("log-group:{group}")),
        };
        Some(vec![seen])
    }

    fn iam(&self) -> Option<Seen> {
        let names = [
            ("roleName", "role"),
            ("userName", "user"),
            ("groupName", "group"),
            ("instanceProfileName", "instance-profile"),
        ];
        let named =
            names.into_iter().find_map(|(parameter, word)| Some((word, self.text(parameter)?)));
        let Some((word, name)) = named else {
            return self.text("policyArn").map(|it| Seen::Known(it.into()));
        };
        if let Some(path) = self.text("path") {
            return Some(self.arn("", self.account, &format!("{word}{path}{name}")));
        }
        Some(self.own_like("", &format!("{word}/*{name}")))
    }

    fn ec2(&self) -> Option<Vec<Seen>> {
        if self.operation.starts_with("Describe") || self.operation.starts_with("List") {
            return Some(vec![Seen::Known("*".into())]);
        }
        let typed = |word: &str, id: &str| {
            if word == "image" || word == "snapshot" {
                // Images and snapshots carry no account.
                let (partition, region) = (self.partition, self.region);
                return Seen::Known(format!("arn:{partition}:ec2:{region}::{word}/{id}").into());
            }
            self.own(&format!("{word}/{id}"))
        };
        if let Some((_, word)) = MADE.iter().find(|(name, _)| *name == self.operation) {
            return Some(vec![match typed(word, "*") {
                Seen::Known(text) => Seen::Pattern(text),
                other => other,
            }]);
        }
        if self.operation == "RunInstances" {
            return Some(self.launched());
        }
        let mut found = Vec::new();
        if let Parameter::Given(set) = self.parameters.get("instancesSet") {
            found.extend(items(set, "instanceId").iter().map(|id| typed("instance", id)));
        }
        for (parameter, word) in IDS {
            if let Some(id) = self.text(parameter) {
                found.push(typed(word, &id));
            }
        }
        (!found.is_empty()).then_some(found)
    }

    /// The resources that a launch is decided on.
    fn launched(&self) -> Vec<Seen> {
        let mut found = Vec::new();
        let mut push = |word: &str, id: &str| {
            found.push(if word == "image" {
                let (partition, region) = (self.partition, self.region);
                Seen::Known(format!("arn:{partition}:ec2:{region}::image/{id}").into())
            } else {
                self.own(&format!("{word}/{id}"))
            });
        };
        if let Parameter::Given(set) = self.parameters.get("instancesSet") {
            let mut images = items(set, "imageId");
            images.dedup();
            for id in &images {
                push("image", id);
            }
        }
        if let Some(subnet) = self.text("subnetId") {
            push("subnet", &subnet);
        }
        if let Parameter::Given(set) = self.parameters.get("groupSet") {
            for id in items(set, "groupId") {
                push("security-group", &id);
            }
        }
        for word in ["instance", "volume", "network-interface"] {
            found.push(self.own_like(self.region, &format!("{word}/*")));
        }
        found
    }

    /// The resource of the action's type that a parameter names after it: `trainingJobName` for
    /// `training-job/${TrainingJobName}`.
    fn by_type(&self, listed: &ListedAction<'_>) -> Option<Seen> {
        listed.resource_types().into_iter().find_map(|(resource, _)| {
            let (before, variable) = resource.format.rsplit_once("${")?;
            let variable = variable.strip_suffix('}')?;
            let word = before.rsplit(':').next()?;
            let mut letters = variable.chars();
            let first = letters.next()?.to_ascii_lowercase();
            let parameter: String = std::iter::once(first).chain(letters).collect();
            let name = self.text(&parameter)?;
            Some(self.own(&format!("{word}{name}")))
        })
    }

    /// The resource that the record names, an object before its bucket.
    fn by_record(&self) -> Option<Seen> {
        let is_ours = |arn: &str| {
            arn.split(':').nth(2).is_some_and(|it| it.eq_ignore_ascii_case(self.prefix))
        };
        let seen = |it: &Named<'_>| match (it.arn(), it.arn_prefix()) {
            (Some(arn), _) if is_ours(arn) => Some(Seen::Known(arn.into())),
            (_, Some(prefix)) if is_ours(prefix) => {
                Some(Seen::Pattern(format!("{prefix}*").into()))
            }
            _ => None,
        };
        let is_object = |it: &&Named<'_>| it.kind() == Some("AWS::S3::Object");
        let object = self.named.iter().filter(is_object).find_map(seen);
        object.or_else(|| self.named.iter().find_map(seen))
    }

    /// The one parameter that is an ARN of the service.
    fn by_parameter(&self) -> Option<Seen> {
        let is_ours =
            |text: &str| text.starts_with("arn:") && text.split(':').nth(2) == Some(self.prefix);
        let mut found = self.parameters.texts("arn:").filter(|text| is_ours(text));
        match (found.next(), found.next()) {
            (Some(text), None) => Some(Seen::Known(text.into())),
            _ => None,
        }
    }
}

/// The texts under a name in the items of a set.
fn items(set: &Value, name: &str) -> Vec<String> {
    let items = set.get("items").and_then(Value::as_array);
    let text = |it: &Value| it.get(name).and_then(Value::as_str).map(str::to_owned);
    items.into_iter().flatten().filter_map(text).collect()
}

/// The queue that a URL names: its host has the region, its path account and name.
fn queue(url: &str, partition: &str) -> Option<Seen> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let mut parts = rest.split('/');
    let (host, account, name) = (parts.next()?, parts.next()?, parts.next()?);
    let mut labels = host.split('.');
    let (("sqs", region) | (region, "queue")) = (labels.next()?, labels.next()?) else {
        return None;
    };
    Some(Seen::Known(format!("arn:{partition}:sqs:{region}:{account}:{name}").into()))
}

/// A text with its percent signs decoded, once.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let hex = after.first_chunk::<2>().and_then(|it| std::str::from_utf8(it).ok());
        let value = hex.filter(|_| *byte == b'%').and_then(|it| u8::from_str_radix(it, 16).ok());
        match value {
            Some(value) => {
                bytes.push(value);
                rest = after.get(2..).unwrap_or_default();
            }
            None => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
