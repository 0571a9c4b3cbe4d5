//! Users, groups and roles: their own policies, managed policies, the roles of the serverless
//! transform.

use polsim::policy::PolicyType;
use polsim::text::Node;
use serde_json::json;

use super::{Add, PolicyReader};
use crate::cloudformation::evaluate::{as_text, document};
use crate::cloudformation::physical;
use crate::cloudformation::template::{Stack, member};
use crate::managed;
use crate::model::{Attachment, Bound, Class, Document, Kind, Origin};
use crate::terraform::Found;
use crate::value::{Text, Value};

impl<'s> PolicyReader<'_, 's, '_> {
    pub(super) fn principal(&mut self, logical: &'s str, kind: &str) {
        let Some(arn) = physical::arn(self.evaluator, logical) else { return };
        let carriers = if kind == "AWS::IAM::Group" {
            self.members(logical)
        } else {
            self.evaluator.model.principals.push(arn.clone());
            vec![arn.clone()]
        };
        if let Some(node) = self.stack().property(logical, "AssumeRolePolicyDocument")
            && let Some(found) = self.found(node)
        {
            self.add(Add {
                policy_type: PolicyType::Trust,
                logical,
                attribute: "AssumeRolePolicyDocument".to_owned(),
                node: Some(node),
                attachment: Attachment::Resources(vec![arn]),
                found,
            });
        }
        if carriers.is_empty() {
            return;
        }
        let policies = self.stack().property(logical, "Policies").map(Node::items);
        for (at, policy) in policies.unwrap_or_default().iter().enumerate() {
            // A policy may stand behind `Fn::If`.
            let node = member(policy, "PolicyDocument").unwrap_or(policy);
            let found = match self.evaluator.value(policy) {
                Some(Value::Object(mut written)) => {
                    let own =
                        written.members.iter_mut().find(|(key, _)| &**key == "PolicyDocument");
                    own.and_then(|(_, value)| document(std::mem::take(value)))
                }
                Some(value @ Value::Unknown(_)) => document(value),
                _ => None,
            };
            let Some(found) = found else { continue };
            self.add(Add {
                policy_type: PolicyType::Identity,
                logical,
                attribute: format!("Policies[{at}].PolicyDocument"),
                node: Some(node),
                attachment: Attachment::Principals(carriers.clone()),
                found,
            });
        }
        self.managed(logical, "ManagedPolicyArns", &carriers);
        if let Some(node) = self.stack().property(logical, "PermissionsBoundary")
            && let Some(arn) = self.evaluator.value(node).as_ref().and_then(as_text)
        {
            let found = self.by_arn(&arn);
            self.add(Add {
                policy_type: PolicyType::Boundary,
                logical,
                attribute: "PermissionsBoundary".to_owned(),
                node: Some(node),
                attachment: Attachment::Principals(carriers),
                found,
            });
        }
    }

    /// Managed policies by ARN; those of a stack are read where they are written.
    pub(super) fn managed(&mut self, logical: &'s str, property: &str, carriers: &[Text]) {
        let Some(node) = self.stack().property(logical, property) else { return };
        let Some(list) = self.evaluator.value(node) else { return };
        if !list.is_known() {
            let address = self.evaluator.address(logical);
            self.evaluator.model.lose(&address, property);
        }
        for (at, arn) in list.items().iter().filter_map(as_text).enumerate() {
            if self.of_stacks(&arn).is_some() {
                continue;
            }
            let found = managed::by_arn(&arn, self.evaluator.model);
            self.add(Add {
                policy_type: PolicyType::Identity,
                logical,
                attribute: format!("{property}[{at}]"),
                node: Some(node),
                attachment: Attachment::Principals(carriers.to_vec()),
                found,
            });
        }
    }

    /// The managed policy of these stacks with an ARN.
    pub(super) fn of_stacks(&mut self, arn: &Text) -> Option<(&'s Stack, &'s str)> {
        let stacks = self.evaluator.stacks;
        for stack in stacks {
            for logical in stack.logical_ids() {
                if stack.type_of(logical) != Some("AWS::IAM::ManagedPolicy") {
                    continue;
                }
                let mut other = self.evaluator.in_stack(stack);
                if physical::arn(&mut other, logical).as_ref() == Some(arn) {
                    return Some((stack, logical));
                }
            }
        }
        None
    }

    pub(super) fn by_arn(&mut self, arn: &Text) -> Found {
        if let Some((stack, logical)) = self.of_stacks(arn)
            && let Some(node) = stack.property(logical, "PolicyDocument")
            && let Some(value) = self.evaluator.in_stack(stack).value(node)
            && let Some(found) = document(value)
        {
            return found;
        }
        managed::by_arn(arn, self.evaluator.model)
    }

    /// The users that a group's memberships name.
    pub(super) fn members(&mut self, group: &str) -> Vec<Text> {
        let name = physical::name(self.evaluator, group);
        let mut out = Vec::new();
        for logical in self.stack().logical_ids() {
            if self.stack().type_of(logical) != Some("AWS::IAM::UserToGroupAddition") {
                continue;
            }
            let of = self.stack().property(logical, "GroupName");
            if of.and_then(|node| self.evaluator.value(node)).as_ref().and_then(as_text).as_ref()
                == Some(&name)
            {
                out.extend(self.carriers(logical, &[("Users", "user")]));
            }
        }
        out
    }

    /// The users and roles that properties name.
    pub(super) fn carriers(&mut self, logical: &str, properties: &[(&str, &str)]) -> Vec<Text> {
        let mut out = Vec::new();
        for (property, kind) in properties {
            let Some(node) = self.stack().property(logical, property) else { continue };
            let Some(list) = self.evaluator.value(node) else { continue };
            if !list.is_known() {
                let address = self.evaluator.address(logical);
                self.evaluator.model.lose(&address, property);
            }
            for name in list.items().iter().filter_map(as_text) {
                let arn = self.arn_of(&name, kind);
                if !self.evaluator.model.principals.contains(&arn) {
                    self.evaluator.model.principals.push(arn.clone());
                }
                out.push(arn);
            }
        }
        out
    }

    /// The ARN of a user or role by its name: of the stack, whose path counts, or of the account.
    pub(super) fn arn_of(&mut self, name: &Text, kind: &str) -> Text {
        let of_kind = if kind == "role" { "AWS::IAM::Role" } else { "AWS::IAM::User" };
        for logical in self.stack().logical_ids() {
            if self.stack().type_of(logical) == Some(of_kind)
                && physical::name(self.evaluator, logical) == *name
                && let Some(arn) = physical::arn(self.evaluator, logical)
            {
                return arn;
            }
        }
        let mut arn = Text::from("arn:aws:iam::");
        arn.push(&self.evaluator.account());
        arn.push_str(&format!(":{kind}/"));
        arn.push(name);
        arn
    }

    /// A policy that is a resource of its own, with the users and roles that carry it.
    pub(super) fn policy(&mut self, logical: &'s str) {
        let Some(node) = self.stack().property(logical, "PolicyDocument") else { return };
        let mut carriers = self.carriers(
            logical,
            &[("Roles", "role"), ("Users", "user"), ("RoleName", "role"), ("UserName", "user")],
        );
        if let Some(arn) = physical::arn(self.evaluator, logical) {
            carriers.extend(self.carriers_of(&arn));
        }
        let Some(found) = self.found(node) else { return };
        if carriers.is_empty() {
            let address = self.evaluator.address(logical);
            let text = format!("`{address}` is attached to nobody in the inputs");
            self.evaluator.model.note("I0207", text);
            return;
        }
        self.add(Add {
            policy_type: PolicyType::Identity,
            logical,
            attribute: "PolicyDocument".to_owned(),
            node: Some(node),
            attachment: Attachment::Principals(carriers),
            found,
        });
    }

    /// The users and roles of all stacks that list a managed policy.
    pub(super) fn carriers_of(&mut self, policy: &Text) -> Vec<Text> {
        let mut out = Vec::new();
        let stacks = self.evaluator.stacks;
        for stack in stacks {
            for logical in stack.logical_ids() {
                let kind = stack.type_of(logical).unwrap_or_default();
                if !["AWS::IAM::Role", "AWS::IAM::User"].contains(&kind) {
                    continue;
                }
                let Some(node) = stack.property(logical, "ManagedPolicyArns") else { continue };
                let mut other = self.evaluator.in_stack(stack);
                let list = other.value(node).unwrap_or_default();
                let named = list.items().iter().filter_map(as_text).any(|it| it == *policy);
                if named && let Some(arn) = physical::arn(&mut other, logical) {
                    out.push(arn);
                }
            }
        }
        out
    }

    /// A function of the serverless transform: the role that it makes, with what `Policies` lists.
    pub(super) fn function(&mut self, logical: &'s str) {
        if self.stack().property(logical, "Role").is_some() {
            return;
        }
        let symbol = format!("{}Role", self.evaluator.address(logical));
        let name = self.evaluator.model.symbol(&symbol, Kind::Name, Class::Created);
        let mut arn = Text::from("arn:aws:iam::");
        arn.push(&self.evaluator.account());
        arn.push_str(":role/");
        arn.push(&name);
        self.evaluator.model.principals.push(arn.clone());
        let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
        let found = Found {
            document: Document::Written(Value::from(&trust)),
            origin: Origin::Default,
            through: Vec::new(),
        };
        self.add(Add {
            policy_type: PolicyType::Trust,
            logical,
            attribute: "implicit".to_owned(),
            node: None,
            attachment: Attachment::Resources(vec![arn.clone()]),
            found,
        });
        let basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
        let found = managed::by_arn(&Text::from(basic), self.evaluator.model);
        let carriers = vec![arn];
        let implicit = "implicit".to_owned();
        self.identity(logical, implicit, None, &carriers, found);
        let Some(policies) = self.stack().property(logical, "Policies") else { return };
        for (at, node) in policies.items().iter().enumerate() {
            let attribute = format!("Policies[{at}]");
            let found = match node.members() {
                [only]
                    if node.member("Statement").is_none() && !only.key.starts_with(['!', 'F']) =>
                {
                    template_hole(&only.key)
                }
                [] => match self.evaluator.value(node).as_ref().and_then(as_text) {
                    Some(name) => self.named(&name),
                    None => continue,
                },
                _ => match self.evaluator.value(node) {
                    Some(Value::Text(arn)) => self.named(&arn),
                    Some(value) => match document(value) {
                        Some(found) => found,
                        None => continue,
                    },
                    None => continue,
                },
            };
            self.identity(logical, attribute, Some(node), &carriers, found);
        }
    }

    pub(super) fn named(&mut self, name: &Text) -> Found {
        let arn = if name.to_string().starts_with("arn:") {
            name.clone()
        } else {
            Text::join([&Text::from("arn:aws:iam::aws:policy/"), name])
        };
        self.by_arn(&arn)
    }

    pub(super) fn identity(
        &mut self,
        logical: &str,
        attribute: String,
        node: Option<&Node>,
        carriers: &[Text],
        found: Found,
    ) {
        let attachment = Attachment::Principals(carriers.to_vec());
        let policy_type = PolicyType::Identity;
        self.add(Add { policy_type, logical, attribute, node, attachment, found });
    }
}

/// A policy template of SAM: it denies nothing and allows actions of its service.
fn template_hole(name: &str) -> Found {
    let words = ["DynamoDB", "S3", "SQS", "SNS", "KMS", "Lambda", "Kinesis", "Rekognition"];
    let service = words.iter().find(|it| name.starts_with(*it)).map(|it| it.to_lowercase());
    let bound = match service {
        Some(service) => Bound::OnlyAllowService(service.into()),
        None => Bound::OnlyAllow,
    };
    let document = Document::Hole {
        bound,
        why: format!("the text of the SAM policy template {name} is not in the inputs").into(),
        settle: "give the translated template of `sam validate`".into(),
    };
    Found { document, origin: Origin::Hole, through: Vec::new() }
}
