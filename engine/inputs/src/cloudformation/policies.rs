//! Resource types that carry policies (inputs §5.4, §5.5).

mod identity;

use polsim::policy::PolicyType;
use polsim::text::Node;

use super::evaluate::{Evaluator, as_text, document, place_in};
use super::physical;
use super::template::{Stack, member};
use crate::managed;
use crate::model::{Attachment, Fact, Place, Policy, Thing, ThingKind};
use crate::terraform::Found;
use crate::value::{Object, Text, Value};

/// The properties of a type that hold policies of other resources, with what they are attached to.
#[rustfmt::skip]
const ATTACHED: &[(&str, &str, &str)] = &[
    ("AWS::S3::BucketPolicy", "PolicyDocument", "Bucket"),
    ("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy", "SecretId"),
    ("AWS::SNS::TopicPolicy", "PolicyDocument", "Topics"),
    ("AWS::SNS::TopicInlinePolicy", "PolicyDocument", "TopicArn"),
    ("AWS::SQS::QueuePolicy", "PolicyDocument", "Queues"),
    ("AWS::SQS::QueueInlinePolicy", "PolicyDocument", "Queue"),
];

/// Types that are things, with the property of their own policy.
#[rustfmt::skip]
const THINGS: &[(&str, ThingKind, &str)] = &[
    ("AWS::DynamoDB::Table", ThingKind::Table, "ResourcePolicy"),
    ("AWS::ECR::Repository", ThingKind::Repository, "RepositoryPolicyText"),
    ("AWS::KMS::Key", ThingKind::Key, "KeyPolicy"),
    ("AWS::KMS::ReplicaKey", ThingKind::Key, "KeyPolicy"),
    ("AWS::S3::Bucket", ThingKind::Bucket, ""),
    ("AWS::SecretsManager::Secret", ThingKind::Secret, ""),
    ("AWS::SNS::Topic", ThingKind::Topic, ""),
    ("AWS::SQS::Queue", ThingKind::Queue, ""),
];

/// Reads the policies of one stack.
pub(super) struct PolicyReader<'e, 's, 'm> {
    pub(super) evaluator: &'e mut Evaluator<'s, 'm>,
}

/// A policy that is about to be added.
struct Add<'n> {
    policy_type: PolicyType,
    logical: &'n str,
    attribute: String,
    node: Option<&'n Node>,
    attachment: Attachment,
    found: Found,
}

impl<'s> PolicyReader<'_, 's, '_> {
    fn stack(&self) -> &'s Stack {
        self.evaluator.stack
    }

    /// Reads one resource.
    pub(super) fn one(&mut self, logical: &'s str) {
        let kind = self.stack().type_of(logical).unwrap_or_default();
        match kind {
            "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::IAM::Group" => {
                self.principal(logical, kind);
            }
            "AWS::IAM::Policy"
            | "AWS::IAM::RolePolicy"
            | "AWS::IAM::UserPolicy"
            | "AWS::IAM::GroupPolicy"
            | "AWS::IAM::ManagedPolicy" => self.policy(logical),
            "AWS::EC2::VPCEndpoint" => self.endpoint(logical),
            "AWS::Serverless::Function" => self.function(logical),
            "AWS::Lambda::Permission" => self.permission(logical),
            "AWS::SageMaker::NotebookInstance" | "AWS::SageMaker::Domain" => {
                self.facts(logical, kind);
            }
            _ => {
                if let Some((_, property, of)) = ATTACHED.iter().find(|(name, ..)| *name == kind) {
                    self.attached(logical, property, of);
                } else if let Some((_, thing, property)) =
                    THINGS.iter().find(|(name, ..)| *name == kind)
                {
                    self.thing(logical, *thing, property);
                } else {
                    self.unread(logical, kind);
                }
            }
        }
    }

    fn unread(&mut self, logical: &str, kind: &str) {
        let properties = self.stack().resource(logical).and_then(|it| member(it, "Properties"));
        let looks = properties
            .map(Node::members)
            .unwrap_or_default()
            .iter()
            .any(|it| it.key.contains("Policy") && it.value.member("Statement").is_some());
        if looks {
            let address = self.evaluator.address(logical);
            let text = format!("`{address}` has a policy; the type {kind} is not read");
            self.evaluator.model.note("I0205", text);
        }
    }

    fn add(&mut self, it: Add<'_>) {
        let trace = self.stack().traces.get(it.logical).cloned();
        let place = match (trace, it.node) {
            (Some(trace), _) => trace_place(&trace),
            (None, Some(node)) => Some(self.place_of(it.logical, &it.attribute, node)),
            (None, None) => None,
        };
        let at = self.evaluator.address(it.logical).into();
        let Found { document, origin, through } = it.found;
        self.evaluator.model.policies.push(Policy {
            policy_type: it.policy_type,
            document,
            attachment: it.attachment,
            at,
            attribute: it.attribute.into(),
            place,
            origin,
            through,
        });
    }

    /// The place of a property's name, or of the value.
    fn place_of(&self, logical: &str, attribute: &str, node: &Node) -> Place {
        let properties = self.stack().resource(logical).and_then(|it| member(it, "Properties"));
        let name = attribute.split(['.', '[']).next().unwrap_or_default();
        let source = &self.stack().source;
        match properties.and_then(|it| it.member(name)) {
            Some(it) if name == attribute => place_in(source, it.key_span.start),
            _ => place_in(source, node.span.start),
        }
    }

    fn found(&mut self, node: &Node) -> Option<Found> {
        let value = self.evaluator.value(node)?;
        document(value)
    }

    fn endpoint(&mut self, logical: &'s str) {
        let id = physical::name(self.evaluator, logical);
        let node = self.stack().property(logical, "PolicyDocument");
        let found = match node {
            Some(node) => match self.found(node) {
                Some(found) => found,
                None => return,
            },
            None => managed::full_access_endpoint(),
        };
        let attribute = "PolicyDocument".to_owned();
        let (policy_type, attachment) = (PolicyType::Endpoint, Attachment::Endpoint(id));
        self.add(Add { policy_type, logical, attribute, node, attachment, found });
    }

    fn attached(&mut self, logical: &'s str, property: &str, of: &str) {
        let (Some(node), Some(to)) =
            (self.stack().property(logical, property), self.stack().property(logical, of))
        else {
            return;
        };
        let Some(list) = self.evaluator.value(to) else { return };
        let named: Vec<Text> = list.items().iter().filter_map(as_text).collect();
        let resources: Vec<Text> =
            named.into_iter().filter_map(|it| self.resource(&it, of)).collect();
        let Some(found) = self.found(node) else { return };
        if resources.is_empty() || !list.is_known() {
            let address = self.evaluator.address(logical);
            self.evaluator.model.lose(&address, of);
        }
        if resources.is_empty() {
            return;
        }
        self.add(Add {
            policy_type: PolicyType::Resource,
            logical,
            attribute: property.to_owned(),
            node: Some(node),
            attachment: Attachment::Resources(resources),
            found,
        });
    }

    /// The ARN of a resource that a policy names by ARN, name or URL.
    fn resource(&mut self, named: &Text, of: &str) -> Option<Text> {
        if named.to_string().starts_with("arn:") {
            return Some(named.clone());
        }
        if of == "Bucket" {
            return Some(Text::join([&Text::from("arn:aws:s3:::"), named]));
        }
        for logical in self.stack().logical_ids() {
            if physical::name(self.evaluator, logical) == *named {
                return physical::arn(self.evaluator, logical);
            }
        }
        None
    }

    fn thing(&mut self, logical: &'s str, kind: ThingKind, property: &str) {
        let Some(arn) = physical::arn(self.evaluator, logical) else { return };
        let name = physical::name(self.evaluator, logical);
        let block = self.stack().property(logical, "PublicAccessBlockConfiguration");
        let restricts = block.and_then(|it| member(it, "RestrictPublicBuckets")).cloned();
        let restricts = restricts.and_then(|node| self.evaluator.value(&node));
        let restricts_public = restricts.and_then(|it| it.as_bool()) == Some(true);
        let at = self.evaluator.address(logical).into();
        self.evaluator.model.things.push(Thing {
            kind,
            arn: arn.clone(),
            at,
            name,
            restricts_public,
        });
        let node = self.stack().property(logical, property);
        let node = node.map(|it| member(it, "PolicyDocument").unwrap_or(it));
        let found = match (node, kind) {
            (Some(node), _) => self.found(node),
            (None, ThingKind::Key) => Some(managed::default_key_policy(&self.evaluator.account())),
            _ => None,
        };
        let Some(found) = found else { return };
        let policy_type =
            if kind == ThingKind::Key { PolicyType::Key } else { PolicyType::Resource };
        let attachment = Attachment::Resources(vec![arn]);
        let attribute = property.to_owned();
        self.add(Add { policy_type, logical, attribute, node, attachment, found });
    }

    /// A statement of a function's policy.
    fn permission(&mut self, logical: &'s str) {
        let mut get = |name: &str| {
            let node = self.stack().property(logical, name)?;
            self.evaluator.value(node).as_ref().and_then(as_text)
        };
        let (Some(action), Some(principal), Some(function)) =
            (get("Action"), get("Principal"), get("FunctionName"))
        else {
            return;
        };
        let conditions = [
            ("ArnLike", "AWS:SourceArn", get("SourceArn")),
            ("StringEquals", "AWS:SourceAccount", get("SourceAccount")),
            ("StringEquals", "aws:PrincipalOrgID", get("PrincipalOrgID")),
        ];
        let arn = if function.to_string().starts_with("arn:") {
            function
        } else {
            let mut arn = Text::from("arn:aws:lambda:");
            arn.push(&self.evaluator.region());
            arn.push_str(":");
            arn.push(&self.evaluator.account());
            arn.push_str(":function:");
            arn.push(&function);
            arn
        };
        let service = principal.to_string().ends_with(".amazonaws.com");
        let kind = if service { "Service" } else { "AWS" };
        let who = match principal.to_string().as_str() {
            "*" => Value::text("*"),
            _ => Value::object([(kind, Value::Text(principal))]),
        };
        let mut block = Object::default();
        for (operator, key, value) in conditions {
            let Some(value) = value else { continue };
            let mut keys = match block.get(operator) {
                Some(Value::Object(keys)) => keys.clone(),
                _ => Object::default(),
            };
            keys.set(key, Value::Text(value));
            block.set(operator, Value::Object(keys));
        }
        let mut statement: Object = [
            ("Effect", Value::text("Allow")),
            ("Principal", who),
            ("Action", Value::Text(action)),
            ("Resource", Value::Text(arn.clone())),
        ]
        .into_iter()
        .collect();
        if !block.members.is_empty() {
            statement.set("Condition", Value::Object(block));
        }
        let written = Value::object([
            ("Version", Value::text("2012-10-17")),
            ("Statement", Value::List(vec![Value::Object(statement)])),
        ]);
        let Some(found) = document(written) else { return };
        let attachment = Attachment::Resources(vec![arn]);
        let (policy_type, attribute) = (PolicyType::Resource, String::new());
        let node = self.stack().resource(logical);
        self.add(Add { policy_type, logical, attribute, node, attachment, found });
    }

    fn facts(&mut self, logical: &str, kind: &str) {
        let mut get = |name: &str| {
            let node = self.stack().property(logical, name)?;
            self.evaluator.value(node)?.as_literal()
        };
        let mut says = Vec::new();
        if kind == "AWS::SageMaker::Domain" {
            if get("AppNetworkAccessType").as_deref() != Some("VpcOnly") {
                says.push("its apps reach the internet: AppNetworkAccessType is not VpcOnly");
            }
        } else {
            if get("DirectInternetAccess").as_deref() != Some("Disabled") {
                says.push("it has direct internet access");
            }
            if get("RootAccess").as_deref() != Some("Disabled") {
                says.push("its users are root");
            }
            if self.stack().property(logical, "SubnetId").is_none() {
                says.push("it has no subnet");
            }
        }
        for says in says {
            let at = self.evaluator.address(logical).into();
            self.evaluator.model.facts.push(Fact { at, says: says.to_owned() });
        }
    }
}

/// The place in a trace of the CDK: `at new App (/app/lib/app.ts:34:10)`.
fn trace_place(trace: &str) -> Option<Place> {
    let inner = trace.rsplit_once('(').map_or(trace, |(_, inner)| inner).trim_end_matches(')');
    let (rest, column) = inner.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some(Place { file: file.into(), line: line.parse().ok()?, column: column.parse().ok()? })
}
