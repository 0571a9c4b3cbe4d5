//! Users, groups and roles: their own policies, attachments, boundaries.

use polsim::policy::PolicyType;
use serde_json::Value as Json;

use super::PolicyReader;
use crate::managed;
use crate::model::{Attachment, Document, Origin};
use crate::terraform::documents::{Found, hole, parse};
use crate::terraform::plan::Instance;
use crate::terraform::resolve::{blocks, texts};
use crate::value::{Text, Value};

impl<'p> PolicyReader<'_, 'p, '_> {
    pub(super) fn role(&mut self, it: &'p Instance<'p>) {
        let arn = self.arn(it);
        let service_linked = it
            .values
            .get("path")
            .and_then(Json::as_str)
            .is_some_and(|it| it.starts_with("/aws-service-role/"));
        if !service_linked {
            self.model().principals.push(arn.clone());
        }
        if let Some(found) = self.found(it, "assume_role_policy") {
            let to = Attachment::Resources(vec![arn.clone()]);
            self.push(it, PolicyType::Trust, "assume_role_policy", to, found);
        }
        self.inline_blocks(it, &arn);
        self.managed_arns(it, &arn);
        self.boundary(it, arn);
    }

    pub(super) fn user(&mut self, it: &'p Instance<'p>) {
        let arn = self.arn(it);
        self.model().principals.push(arn.clone());
        self.boundary(it, arn);
    }

    pub(super) fn inline_blocks(&mut self, it: &'p Instance<'p>, arn: &Text) {
        if it.unknown.get("inline_policy") == Some(&Json::Bool(true))
            && it.expressions.and_then(|all| all.get("inline_policy")).is_none()
        {
            return;
        }
        let list = self.resolver.attribute(it, "inline_policy");
        if list.items().iter().any(|it| matches!(it, Value::Unknown(_))) {
            let to = Attachment::Principals(vec![arn.clone()]);
            let found = hole(&[], it.address);
            self.push(it, PolicyType::Identity, "inline_policy", to, found);
        }
        for (at, block) in blocks(&list).into_iter().enumerate() {
            let attribute = format!("inline_policy[{at}].policy");
            let found = match block.get("policy") {
                Some(Value::Text(text)) => match text.as_literal().map(|it| parse(&it)) {
                    Some(Ok(value)) => Found {
                        document: Document::Written(value),
                        origin: Origin::Planned,
                        through: Vec::new(),
                    },
                    Some(Err(reason)) => {
                        self.refused.push(format!("{}.{attribute}: {reason}", it.address));
                        continue;
                    }
                    None => hole(&[], it.address),
                },
                Some(Value::Unknown(unknown)) => {
                    let references: Vec<String> =
                        unknown.because.iter().map(ToString::to_string).collect();
                    hole(&references, it.address)
                }
                _ => continue,
            };
            let to = Attachment::Principals(vec![arn.clone()]);
            self.push(it, PolicyType::Identity, &attribute, to, found);
        }
    }

    pub(super) fn managed_arns(&mut self, it: &'p Instance<'p>, arn: &Text) {
        let unknown = it.unknown.get("managed_policy_arns") == Some(&Json::Bool(true));
        let written = it.expressions.and_then(|all| all.get("managed_policy_arns")).is_some();
        if unknown && !written {
            return;
        }
        let list = self.resolver.attribute(it, "managed_policy_arns");
        if !list.is_known() {
            self.model().lose(it.address, "a managed policy");
        }
        for (at, policy) in texts(&list).into_iter().enumerate() {
            let found = self.by_arn(&policy);
            let to = Attachment::Principals(vec![arn.clone()]);
            self.push(it, PolicyType::Identity, &format!("managed_policy_arns[{at}]"), to, found);
        }
    }

    pub(super) fn boundary(&mut self, it: &'p Instance<'p>, arn: Text) {
        let boundary = match self.resolver.attribute(it, "permissions_boundary") {
            Value::Text(text) if text != Text::default() => text,
            _ => return,
        };
        let found = self.by_arn(&boundary);
        let to = Attachment::Principals(vec![arn]);
        self.push(it, PolicyType::Boundary, "permissions_boundary", to, found);
    }

    /// The managed policy with this ARN: of the plan, AWS's own, or a hole.
    pub(super) fn by_arn(&mut self, arn: &Text) -> Found {
        let of_plan = self.instances.clone().into_iter().filter(|it| it.kind == "aws_iam_policy");
        for it in of_plan {
            if self.arn(it) == *arn {
                return match self.found(it, "policy") {
                    Some(mut found) => {
                        found.through.insert(0, it.address.into());
                        found
                    }
                    None => hole(&[], it.address),
                };
            }
        }
        managed::by_arn(arn, self.resolver.model)
    }

    /// The users and roles that an attribute names: those of the plan, or by name in our account.
    pub(super) fn carriers(&mut self, it: &'p Instance<'p>, attribute: &str) -> Vec<Text> {
        let kind = match attribute {
            "role" | "roles" => "role",
            "user" | "users" => "user",
            _ => "group",
        };
        let value = self.resolver.attribute(it, attribute);
        if !value.is_known() {
            self.model().lose(it.address, attribute);
        }
        let mut out = Vec::new();
        for name in value.items().iter().filter_map(|it| it.as_text().cloned()) {
            let of_kind = format!("aws_iam_{kind}");
            let all = self.instances.clone().into_iter().filter(|it| it.kind == of_kind);
            let mut known = None;
            for candidate in all {
                if self.resolver.name_of(candidate, "name") == name {
                    known = Some(candidate);
                }
            }
            match (known, kind) {
                (Some(group), "group") => {
                    let name = self.resolver.name_of(group, "name");
                    out.extend(self.members(&name));
                }
                (None, "group") => out.extend(self.members(&name)),
                (Some(known), _) => out.push(self.arn(known)),
                (None, kind) => {
                    let account = self.resolver.account();
                    let mut arn = Text::from("arn:aws:iam::");
                    arn.push(&account);
                    arn.push_str(&format!(":{kind}/"));
                    arn.push(&name);
                    if !self.model().principals.contains(&arn) {
                        self.model().principals.push(arn.clone());
                    }
                    out.push(arn);
                }
            }
        }
        out
    }

    /// The users of a group.
    pub(super) fn members(&mut self, group: &Text) -> Vec<Text> {
        let mut out = Vec::new();
        for it in self.instances.clone() {
            match it.kind {
                "aws_iam_group_membership"
                    if self.resolver.attribute(it, "group").as_text() == Some(group) =>
                {
                    out.extend(self.carriers(it, "users"));
                }
                "aws_iam_user_group_membership" => {
                    let groups = self.resolver.attribute(it, "groups");
                    if texts(&groups).contains(group) {
                        out.extend(self.carriers(it, "user"));
                    }
                }
                _ => (),
            }
        }
        out
    }

    pub(super) fn inline(&mut self, it: &'p Instance<'p>) {
        let attribute = match it.kind {
            "aws_iam_role_policy" => "role",
            "aws_iam_user_policy" => "user",
            _ => "group",
        };
        let carriers = self.carriers(it, attribute);
        let Some(found) = self.found(it, "policy") else { return };
        self.attach(it, "policy", carriers, found);
    }

    pub(super) fn attachment(&mut self, it: &'p Instance<'p>) {
        let attribute = match it.kind {
            "aws_iam_role_policy_attachment" => "role",
            "aws_iam_user_policy_attachment" => "user",
            _ => "group",
        };
        let carriers = self.carriers(it, attribute);
        let found = self.named(it);
        self.attach(it, "policy_arn", carriers, found);
    }

    pub(super) fn attachments(&mut self, it: &'p Instance<'p>) {
        let mut carriers = self.carriers(it, "roles");
        carriers.extend(self.carriers(it, "users"));
        carriers.extend(self.carriers(it, "groups"));
        let found = self.named(it);
        self.attach(it, "policy_arn", carriers, found);
    }

    pub(super) fn named(&mut self, it: &'p Instance<'p>) -> Found {
        match self.resolver.attribute(it, "policy_arn") {
            Value::Text(arn) => self.by_arn(&arn),
            Value::Unknown(unknown) => {
                let references: Vec<String> =
                    unknown.because.iter().map(ToString::to_string).collect();
                hole(&references, it.address)
            }
            _ => hole(&[], it.address),
        }
    }

    pub(super) fn attach(
        &mut self,
        it: &Instance<'_>,
        attribute: &str,
        carriers: Vec<Text>,
        found: Found,
    ) {
        if carriers.is_empty() {
            let text = format!("`{}` is attached to nobody in the inputs", it.address);
            self.model().note("I0207", text);
            return;
        }
        self.push(it, PolicyType::Identity, attribute, Attachment::Principals(carriers), found);
    }

    /// Remarks on managed policies that nobody carries.
    pub(super) fn unattached(&mut self) {
        let through: Vec<Box<str>> =
            self.model().policies.iter().flat_map(|it| it.through.clone()).collect();
        for it in self.instances.clone() {
            let alone =
                it.kind == "aws_iam_policy" && !through.iter().any(|at| **at == *it.address);
            if alone {
                let text = format!("`{}` is attached to nobody in the inputs", it.address);
                self.model().note("I0207", text);
            }
        }
    }
}
