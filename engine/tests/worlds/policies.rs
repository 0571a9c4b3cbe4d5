//! Policies over a world.

use super::draw::Draw;
use super::keys::Key;
use super::requests::World;
use polsim::policy::PolicyType;
use serde_json::{Value, json};

const ACTION_PATTERNS: &[&str] =
    &["*", "s3:*", "s3:Get*", "S3:?utObject", "kms:*", "sts:AssumeRole"];
const RESOURCE_PATTERNS: &[&str] = &[
    "*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::?/ab",
    "arn:aws:iam::111122223333:*",
    "arn:aws:sqs:*:*:?",
    "arn:aws:kms:*:*:key/*",
];
const NAMED: &[&str] = &[
    "*",
    "111122223333",
    "444455556666",
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::444455556666:user/bob",
    "arn:aws:iam::111122223333:role/R",
    "arn:aws:iam::111122223333:role/p/R",
    "arn:aws:sts::111122223333:assumed-role/R/s",
    "arn:aws:sts::111122223333:federated-user/f",
];
const TYPES: [PolicyType; 9] = [
    PolicyType::Identity,
    PolicyType::Identity,
    PolicyType::Boundary,
    PolicyType::Session,
    PolicyType::Scp,
    PolicyType::Rcp,
    PolicyType::Resource,
    PolicyType::Key,
    PolicyType::Trust,
];

/// A policy and its type.
#[derive(Clone)]
pub(crate) struct Document {
    pub(crate) policy_type: PolicyType,
    pub(crate) level: u32,
    pub(crate) text: Value,
}

impl Document {
    /// True if a principal carries the policy.
    pub(crate) fn is_carried(&self) -> bool {
        let carried = [PolicyType::Identity, PolicyType::Boundary, PolicyType::Session];
        carried.contains(&self.policy_type)
    }
}

/// Some policies, and whether there is a policy variable in them.
pub(crate) fn documents(draw: &mut Draw, world: &World) -> (Vec<Document>, bool) {
    let mut variables = false;
    let mut all = Vec::new();
    if draw.chance(2) {
        // Something is allowed to begin with.
        let text = json!({"Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
        all.push(Document { policy_type: PolicyType::Identity, level: 0, text });
    }
    for _ in 0..=draw.below(3) {
        let policy_type = *draw.pick(&TYPES);
        let statements: Vec<Value> = (0..=draw.below(3))
            .map(|_| statement(draw, world, policy_type, &mut variables))
            .collect();
        let level = match policy_type {
            PolicyType::Scp | PolicyType::Rcp => u32::try_from(draw.below(2)).unwrap(),
            _ => 0,
        };
        let text = json!({"Version": "2012-10-17", "Statement": statements});
        all.push(Document { policy_type, level, text });
    }
    (all, variables)
}

fn statement(
    draw: &mut Draw,
    world: &World,
    policy_type: PolicyType,
    variables: &mut bool,
) -> Value {
    let deny = policy_type == PolicyType::Rcp || draw.chance(3);
    let mut it = json!({"Effect": if deny { "Deny" } else { "Allow" }});
    let mut actions: Vec<&str> = ACTION_PATTERNS.to_vec();
    if policy_type == PolicyType::Rcp {
        actions.retain(|it| *it != "*" && !it.starts_with("sts"));
        actions.push("sts:*");
    }
    if policy_type == PolicyType::Trust {
        actions = vec!["sts:AssumeRole", "sts:*"];
    }
    actions.extend(world.actions.iter().filter(|it| match policy_type {
        PolicyType::Trust => it.starts_with("sts:"),
        PolicyType::Rcp => !it.starts_with("glacier"),
        _ => true,
    }));
    let not_action = !matches!(policy_type, PolicyType::Rcp | PolicyType::Trust) && draw.chance(5);
    it[if not_action { "NotAction" } else { "Action" }] = json!(draw.some(&actions, 2));
    match policy_type {
        PolicyType::Key => it["Resource"] = json!("*"),
        PolicyType::Trust => (),
        _ => {
            let mut resources: Vec<String> = RESOURCE_PATTERNS
                .iter()
                .chain(&world.resources)
                .map(|it| (*it).to_owned())
                .collect();
            if let Some(key) = world.keys.iter().find(|it| it.is_text())
                && draw.chance(4)
            {
                resources = vec![format!("arn:aws:s3:::b/${{{}}}", key.name())];
                *variables = true;
            }
            let not_resource = policy_type != PolicyType::Rcp && draw.chance(5);
            it[if not_resource { "NotResource" } else { "Resource" }] =
                json!(draw.some(&resources, 2));
        }
    }
    match policy_type {
        PolicyType::Rcp => it["Principal"] = json!("*"),
        PolicyType::Resource | PolicyType::Key | PolicyType::Trust => {
            let exempts = deny && policy_type != PolicyType::Trust && draw.chance(3);
            let element = if exempts { "NotPrincipal" } else { "Principal" };
            it[element] = json!({"AWS": draw.some(NAMED, 3)});
        }
        _ => (),
    }
    let mut block = json!({});
    for _ in 0..draw.below(3) {
        let key = draw.pick(&world.keys);
        let (operator, values) = key.condition(draw);
        block[operator][key.name()] = values;
    }
    let texts: Vec<&str> = world.keys.iter().filter(|it| it.is_text()).map(Key::name).collect();
    if let [left, right] = texts[..]
        && draw.chance(4)
    {
        block["StringEquals"][left] = json!(format!("${{{right}}}"));
        *variables = true;
    }
    it["Condition"] = block;
    it
}
