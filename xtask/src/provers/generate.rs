//! Small policy sets with properties, made by chance from few constants, so that things collide.
//!
//! Every property says in its name what it was made of, so that a run can count what it reached.
//! The same seed makes the same properties.

use serde_json::{Map, Value, json};

/// Properties of one file.
pub(super) const PER_FILE: usize = 10;

/// Constructs that must be reached at least once, both by properties that hold and by others.
pub(super) const FEATURES: &[&str] = &[
    "string",
    "folded",
    "arn",
    "ipv4",
    "ipv6",
    "number",
    "date",
    "bool",
    "binary",
    "null",
    "for-all",
    "for-any",
    "if-exists",
    "variable",
    "resource-variable",
    "not-action",
    "not-resource",
    "not-principal",
    "identity",
    "boundary",
    "session",
    "resource",
    "endpoint",
    "scp",
    "rcp",
    "key",
    "trust",
    "deny",
    "allow",
    "always",
    "guard",
    "no-more-than",
    "anyone",
    "holder",
    "shape-not",
    "shape-when",
    "shape-principal",
];

/// Numbers that look random and are the same in every run (the generator called SplitMix).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap_or(1);
        usize::try_from(self.next().checked_rem(bound).unwrap_or(0)).unwrap_or(0)
    }

    fn one_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T
    where
        &'a T: Default,
    {
        let at = self.below(from.len());
        from.get(at).copied().unwrap_or_default()
    }

    /// A selection of one to `most` different items.
    fn some<'a>(&mut self, from: &[&'a str], most: usize) -> Vec<&'a str> {
        let count = self.below(most).saturating_add(1);
        let mut picked: Vec<&str> = Vec::new();
        for _ in 0..count {
            let one = self.pick(from);
            if !picked.contains(&one) {
                picked.push(one);
            }
        }
        picked
    }
}

const ACTIONS: &[&str] = &[
    "s3:GetObject",
    "s3:Get*",
    "s3:*",
    "s3:PutObject",
    "S3:?etobject",
    "s3:*Object",
    "sagemaker:CreateTrainingJob",
    "sagemaker:*",
    "sagemaker:Create*",
    "sts:AssumeRole",
    "kms:Decrypt",
    "kms:*",
    "iam:PassRole",
];

const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::data/*",
    "arn:aws:s3:::data/a*",
    "arn:aws:s3:::d*",
    "arn:aws:s3:::*/x/*",
    "arn:aws:s3:::*a*b",
    "arn:aws:s3:::data/??",
    "arn:aws:s3:::data/ab",
    "arn:aws:s3:::home/*",
    "arn:aws:s3:::home/alice/*",
    "arn:aws:kms:*:111122223333:key/*",
    "arn:aws:iam::111122223333:role/app-*",
    "arn:aws:iam::111122223333:role/app-a",
    "arn:aws:sagemaker:eu-*:111122223333:training-job/*",
    "arn:aws:sagemaker:*:*:training-job/a*",
];

const WITH_VARIABLES: &[&str] = &[
    "arn:aws:s3:::home/${aws:username}/*",
    "arn:aws:s3:::home/${aws:username}*",
    "arn:aws:s3:::data/${aws:PrincipalTag/team}",
    "arn:aws:s3:::*/${aws:PrincipalTag/team}/*",
];

const ROLES: &[&str] =
    &["arn:aws:iam::111122223333:role/app-a", "arn:aws:iam::222233334444:role/app-b"];

const WHO: &[&str] = &[
    "arn:aws:iam::111122223333:role/app-a",
    "arn:aws:iam::111122223333:user/alice",
    "111122223333",
    "222233334444",
    "arn:aws:sts::111122223333:assumed-role/app-a/one",
    "arn:aws:iam::222233334444:role/app-b",
];

/// Policy type, and how its statements look.
const LAYERS: &[&[&str]] = &[
    &["identity"],
    &["identity"],
    &["identity", "identity"],
    &["identity", "boundary"],
    &["identity", "session"],
    &["identity", "scp"],
    &["identity", "scp", "scp"],
    &["identity", "resource"],
    &["resource"],
    &["resource", "rcp"],
    &["identity", "endpoint"],
    &["endpoint"],
    &["identity", "boundary", "resource"],
    &["key"],
    &["identity", "key"],
    &["trust"],
    &["identity", "trust"],
    &["identity", "endpoint", "resource", "scp"],
];

/// A condition: what it is made of, operators, keys, values.
type Conditions =
    (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

const CONDITIONS: &[Conditions] = &[
    (
        "string",
        &["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"],
        &["aws:PrincipalTag/team", "aws:SourceVpce", "aws:RequestedRegion", "s3:prefix", "ex:list"],
        &["ml", "m*", "?l", "*l*m*", "vpce-1", "vpce-*", "eu-west-1", "eu-*", "data", "ML"],
    ),
    (
        "folded",
        &["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"],
        &["aws:PrincipalTag/team", "s3:prefix", "aws:SourceIdentity"],
        &["ml", "ML", "Data", "straße"],
    ),
    (
        "arn",
        &["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike", "StringNotLike"],
        &["aws:PrincipalArn"],
        &[
            "arn:aws:iam::111122223333:role/app-*",
            "arn:aws:iam::*:role/app-a",
            "arn:aws:iam::111122223333:role/*",
            "arn:aws:iam::*:user/a*",
            "arn:*:iam::2*:*",
            "arn:aws:iam::111122223333:role/app-a",
        ],
    ),
    (
        "arn",
        &["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
        &["aws:SourceArn", "ex:arn"],
        &[
            "arn:aws:s3:::data",
            "arn:aws:s3:::d*",
            "arn:aws:*:eu-*:*:*",
            "arn:aws:sqs:*:111122223333:a*b",
        ],
    ),
    (
        "ipv4",
        &["IpAddress", "NotIpAddress"],
        &["aws:SourceIp", "aws:VpcSourceIp"],
        &[
            "203.0.113.0/24",
            "203.0.113.128/25",
            "203.0.113.7",
            "198.51.100.0/22",
            "10.0.0.0/8",
            "0.0.0.0/0",
        ],
    ),
    (
        "ipv6",
        &["IpAddress", "NotIpAddress"],
        &["aws:SourceIp", "aws:VpcSourceIp"],
        &["2001:db8::/32", "2001:db8:1::/48", "2001:db8::1", "::/0"],
    ),
    (
        "number",
        &[
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ],
        &["s3:max-keys", "aws:MultiFactorAuthAge", "ex:number"],
        &["0", "5", "5.5", "10", "-1", "3600"],
    ),
    (
        "date",
        &[
            "DateEquals",
            "DateNotEquals",
            "DateLessThan",
            "DateGreaterThan",
            "DateGreaterThanEquals",
        ],
        &["aws:CurrentTime", "aws:EpochTime", "aws:TokenIssueTime"],
        &[
            "2026-01-01",
            "2026-01-01T00:00:01Z",
            "1767225600",
            "1767225602",
            "2026-06-30T12:00:00+02:00",
        ],
    ),
    (
        "bool",
        &["Bool"],
        &["aws:MultiFactorAuthPresent", "aws:SecureTransport", "aws:ViaAWSService", "ex:flag"],
        &["true", "false"],
    ),
    ("binary", &["BinaryEquals"], &["ex:bytes"], &["QQ==", "QUI=", "QUJD"]),
    (
        "null",
        &["Null"],
        &["aws:SourceVpce", "aws:PrincipalTag/team", "ex:list", "aws:SourceIp"],
        &["true", "false"],
    ),
    (
        "for-all",
        &["ForAllValues:StringEquals", "ForAllValues:StringLike", "ForAllValues:StringNotLike"],
        &["aws:TagKeys", "ex:list", "sagemaker:VpcSubnets"],
        &["team", "cost", "t*", "subnet-a", "subnet-*"],
    ),
    (
        "for-any",
        &["ForAnyValue:StringEquals", "ForAnyValue:StringLike", "ForAnyValue:StringNotEquals"],
        &["aws:TagKeys", "ex:list", "sagemaker:VpcSubnets"],
        &["team", "cost", "t*", "subnet-a", "subnet-*"],
    ),
    (
        "variable",
        &["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"],
        &["aws:ResourceTag/team", "s3:prefix", "aws:PrincipalTag/team"],
        &[
            "${aws:PrincipalTag/team}",
            "${aws:username}",
            "${aws:PrincipalTag/team}/*",
            "home/${aws:username}",
            "ml",
        ],
    ),
];

/// The scenario file of this number: policies, properties.
pub(super) fn scenario(seed: u64, number: usize) -> Value {
    let mixed = u64::try_from(number).unwrap_or(0).wrapping_mul(0x0100_0000_01b3);
    let mut dice = Dice(seed ^ mixed);
    let properties: Vec<Value> = (0..PER_FILE)
        .map(|at| property(&mut dice, number.saturating_mul(PER_FILE).saturating_add(at)))
        .collect();
    json!({"why": "Made by chance.", "properties": properties})
}

fn property(dice: &mut Dice, number: usize) -> Value {
    let mut made_of: Vec<&'static str> = Vec::new();
    let layers = dice.pick(LAYERS);
    let policies: Vec<Value> = layers.iter().map(|kind| policy(dice, kind, &mut made_of)).collect();
    let claim = dice.pick(&["deny", "deny", "deny", "allow", "always", "guard", "no-more-than"]);
    made_of.push(claim);
    let by = dice.pick(&["", "anyone", "holder"]);
    let shape = shape(dice, &mut made_of);
    let mut property = Map::new();
    if by == "anyone" || (by == "holder" && layers.contains(&"identity")) {
        made_of.push(by);
        property.insert("by".into(), by.into());
    }
    let claimed = if claim == "no-more-than" {
        // The same policies, some changed.
        let than: Vec<Value> = layers
            .iter()
            .zip(&policies)
            .map(
                |(kind, same)| {
                    if dice.one_in(2) { same.clone() } else { policy(dice, kind, &mut made_of) }
                },
            )
            .collect();
        json!({"policies": than, "of": shape})
    } else {
        shape
    };
    property.insert(claim.into(), claimed);
    let mut policies = policies;
    if claim == "always" && dice.one_in(2) {
        // By chance alone it never holds: nothing but grants, and requests within an account.
        made_of = vec!["always", "identity", "shape-principal", "shape-when"];
        let grants = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
            statement(dice, "identity", 0, &mut made_of),
        ]});
        policies = vec![json!({"type": "identity", "document": grants})];
        let account = "111122223333";
        property.remove("by");
        property.insert(
            claim.into(),
            json!({
                "actions": [dice.pick(&["s3:GetObject", "s3:*", "s3:Put*"])],
                "principals": [format!("arn:aws:iam::{account}:role/*")],
                "resources": ["arn:aws:s3:::*"],
                "when": {"StringEquals": {"aws:ResourceAccount": account}},
            }),
        );
    }
    property.insert("policies".into(), policies.into());
    made_of.sort_unstable();
    made_of.dedup();
    property.insert("name".into(), format!("{number}: {}", made_of.join(" ")).into());
    property.into()
}

fn policy(dice: &mut Dice, kind: &'static str, made_of: &mut Vec<&'static str>) -> Value {
    made_of.push(kind);
    let count = dice.below(3).saturating_add(1);
    let statements: Vec<Value> = (0..count).map(|at| statement(dice, kind, at, made_of)).collect();
    json!({"type": kind, "document": {"Version": "2012-10-17", "Statement": statements}})
}

fn statement(
    dice: &mut Dice,
    kind: &'static str,
    at: usize,
    made_of: &mut Vec<&'static str>,
) -> Value {
    let mut statement = Map::new();
    let effect = match (kind, at) {
        ("rcp", _) => "Deny",
        (_, 0) => "Allow",
        _ => dice.pick(&["Allow", "Deny", "Deny"]),
    };
    statement.insert("Effect".into(), effect.into());
    match kind {
        "trust" => {
            statement.insert("Action".into(), "sts:AssumeRole".into());
        }
        "rcp" => {
            let actions = ["s3:*", "s3:GetObject", "sts:AssumeRole", "kms:Decrypt"];
            statement.insert("Action".into(), dice.some(&actions, 2).into());
        }
        _ => {
            let not = dice.one_in(6);
            made_of.extend(not.then_some("not-action"));
            let name = if not { "NotAction" } else { "Action" };
            let wide = kind == "scp" && at == 0 || dice.one_in(4);
            let actions = if wide { vec!["*"] } else { dice.some(ACTIONS, 3) };
            statement.insert(name.into(), actions.into());
        }
    }
    match kind {
        "trust" => (),
        "key" => {
            statement.insert("Resource".into(), "*".into());
        }
        _ => {
            let not = dice.one_in(6);
            made_of.extend(not.then_some("not-resource"));
            let name = if not { "NotResource" } else { "Resource" };
            let mut resources = dice.some(RESOURCES, 3);
            if dice.one_in(5) {
                made_of.push("resource-variable");
                resources.push(dice.pick(WITH_VARIABLES));
            }
            statement.insert(name.into(), resources.into());
        }
    }
    if matches!(kind, "resource" | "key" | "trust" | "endpoint" | "rcp") {
        let not = effect == "Deny" && matches!(kind, "resource" | "key") && dice.one_in(4);
        made_of.extend(not.then_some("not-principal"));
        let name = if not { "NotPrincipal" } else { "Principal" };
        let who = match dice.below(4) {
            _ if kind == "rcp" => json!("*"),
            0 if !not => json!("*"),
            1 if !not => {
                json!({"Service": dice.pick(&["s3.amazonaws.com", "sagemaker.amazonaws.com"])})
            }
            _ => json!({"AWS": dice.some(WHO, 3)}),
        };
        statement.insert(name.into(), who);
    }
    if dice.one_in(4) {
        return statement.into();
    }
    statement.insert("Condition".into(), conditions(dice, 2, made_of));
    statement.into()
}

/// A condition block of at most so many operators.
fn conditions(dice: &mut Dice, most: usize, made_of: &mut Vec<&'static str>) -> Value {
    let mut block = Map::new();
    let count = dice.below(most).saturating_add(1);
    for _ in 0..count {
        let at = dice.below(CONDITIONS.len());
        let Some((name, operators, keys, values)) = CONDITIONS.get(at) else { continue };
        made_of.push(name);
        let mut operator = dice.pick(operators).to_owned();
        if *name != "null" && !name.starts_with("for-") && dice.one_in(4) {
            made_of.push("if-exists");
            operator.push_str("IfExists");
        }
        let most = if matches!(*name, "bool" | "null") { 1 } else { 2 };
        let values = dice.some(values, most);
        block.insert(operator, json!({dice.pick(keys): values}));
    }
    block.into()
}

fn shape(dice: &mut Dice, made_of: &mut Vec<&'static str>) -> Value {
    let mut shape = Map::new();
    if !dice.one_in(4) {
        shape.insert("actions".into(), dice.some(ACTIONS, 2).into());
    }
    if !dice.one_in(3) {
        let resources: Vec<&str> =
            dice.some(RESOURCES, 2).into_iter().filter(|it| *it != "*").collect();
        if !resources.is_empty() {
            shape.insert("resources".into(), resources.into());
        }
    }
    if dice.one_in(3) {
        made_of.push("shape-principal");
        let all: Vec<&str> = WHO
            .iter()
            .chain(ROLES)
            .chain(&["arn:aws:iam::*:role/app-*", "anonymous", "s3.amazonaws.com"])
            .copied()
            .collect();
        shape.insert("principals".into(), dice.some(&all, 2).into());
    }
    if dice.one_in(2) {
        made_of.push("shape-when");
        shape.insert("when".into(), conditions(dice, 2, made_of));
    }
    if dice.one_in(4) {
        made_of.push("shape-not");
        let inner = json!({"when": conditions(dice, 1, made_of)});
        shape.insert("not".into(), inner);
    }
    shape.into()
}
