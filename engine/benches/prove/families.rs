//! Policies that grow: n statements of m patterns.

use polsim::case::NoFiles;
use polsim::scenario::Scenario;
use polsim::text::Source;
use serde_json::{Value, json};

/// A family of policy sets.
pub(crate) struct Family {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    /// Statements, and patterns in each.
    pub(crate) sizes: &'static [(usize, usize)],
    /// Statements and properties.
    make: fn(usize, usize) -> (Vec<Value>, Vec<Value>),
}

const GROWING: &[(usize, usize)] = &[(10, 20), (50, 20), (200, 20), (500, 20), (1000, 20)];
const STATEMENTS: &[(usize, usize)] = &[(10, 1), (100, 1), (300, 1), (1000, 1)];

/// All families.
pub(crate) const ALL: &[Family] = &[
    Family {
        name: "disjoint-prefixes",
        what: "each statement allows folders of a bucket of its own, from one endpoint",
        sizes: GROWING,
        make: disjoint,
    },
    Family {
        name: "nested-prefixes",
        what: "each statement allows longer prefixes than the one before; a Deny covers them all",
        sizes: GROWING,
        make: nested,
    },
    Family {
        name: "overlapping-globs",
        what: "allowed and denied globs share prefixes and suffixes",
        sizes: GROWING,
        make: overlapping,
    },
    Family {
        name: "infix-stars",
        what: "`*x*y*` is allowed, `*y*` and others are denied",
        sizes: &[(10, 2), (50, 2), (200, 2), (500, 2), (1000, 2)],
        make: infix,
    },
    Family {
        name: "cidr-ranges",
        what: "each range is allowed by a statement; a Deny covers all but a larger range",
        sizes: &[(10, 1), (50, 1), (100, 1), (200, 1)],
        make: ranges,
    },
    Family {
        name: "condition-keys",
        what: "each statement asks for values of 20 tags, a Deny for one of them",
        sizes: &[(10, 20), (50, 20), (200, 20)],
        make: keys,
    },
    Family {
        name: "perimeter-guards",
        what: "statements for one bucket each, a Deny for each unless the request has its endpoint",
        sizes: STATEMENTS,
        make: guards,
    },
];

/// The scenario of a family at a size.
pub(crate) fn scenario(family: &Family, n: usize, m: usize) -> Scenario {
    let (statements, mut properties) = (family.make)(n, m);
    // A policy text has at most a mebibyte; several policies say the same.
    let policies: Vec<Value> = statements
        .chunks(250)
        .map(|some| {
            let document = json!({"Version": "2012-10-17", "Statement": some});
            json!({"type": "identity", "document": document})
        })
        .collect();
    for (number, property) in properties.iter_mut().enumerate() {
        property["name"] = format!("{} {n} x {m}, {number}", family.name).into();
        property["policies"] = policies.clone().into();
    }
    let text = json!({"properties": properties}).to_string();
    let source = Source::new(family.name, text);
    Scenario::load(&source, &NoFiles).unwrap_or_else(|found| panic!("{found:?}"))
}

fn allow(resources: &[String], condition: Value) -> Value {
    json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": resources, "Condition": condition})
}

fn deny(resources: &[String], condition: Value) -> Value {
    json!({"Effect": "Deny", "Action": "s3:*", "Resource": resources, "Condition": condition})
}

fn disjoint(n: usize, m: usize) -> (Vec<Value>, Vec<Value>) {
    let endpoint = json!({"StringEquals": {"aws:SourceVpce": "vpce-1"}});
    let statements = (0..n)
        .map(|i| {
            let folders: Vec<String> =
                (0..m).map(|j| format!("arn:aws:s3:::bucket-{i}/folder-{j}/*")).collect();
            allow(&folders, endpoint.clone())
        })
        .collect();
    let elsewhere = json!({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}});
    let last = format!("arn:aws:s3:::bucket-{}/folder-{}/*", n - 1, m - 1);
    let properties = vec![
        json!({"deny": {"when": elsewhere}}),
        json!({"deny": {"resources": ["arn:aws:s3:::other/*"]}}),
        json!({"deny": {"resources": [last]}}),
    ];
    (statements, properties)
}

fn nested(n: usize, m: usize) -> (Vec<Value>, Vec<Value>) {
    let mut statements: Vec<Value> = (0..n)
        .map(|i| {
            let deep =
                |j: usize| format!("arn:aws:s3:::data/{}{}*", "a".repeat(1 + i % 100), i * m + j);
            allow(&(0..m).map(deep).collect::<Vec<_>>(), json!({}))
        })
        .collect();
    statements.push(deny(&["arn:aws:s3:::data/a*".to_owned()], json!({})));
    let properties = vec![
        json!({"deny": {"resources": ["arn:aws:s3:::data/*"]}}),
        json!({"guard": {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::data/*"]}}),
    ];
    (statements, properties)
}

fn overlapping(n: usize, m: usize) -> (Vec<Value>, Vec<Value>) {
    let mut statements: Vec<Value> = (0..n)
        .map(|i| {
            let glob = |j: usize| format!("arn:aws:s3:::data/p{}*s{j}", i % 50 * 7 + j % 3);
            allow(&(0..m).map(glob).collect::<Vec<_>>(), json!({}))
        })
        .collect();
    let suffixes: Vec<String> = (0..m).map(|j| format!("arn:aws:s3:::data/*s{j}")).collect();
    statements.push(deny(&suffixes, json!({})));
    let but_one: Vec<String> = suffixes.iter().skip(1).cloned().collect();
    let mut properties = vec![
        json!({"deny": {"resources": ["arn:aws:s3:::data/*"]}}),
        json!({"guard": {"actions": ["s3:GetObject"], "resources": but_one}}),
    ];
    properties.push(json!({"guard": {"resources": ["arn:aws:s3:::data/p*"]}}));
    (statements, properties)
}

fn infix(n: usize, m: usize) -> (Vec<Value>, Vec<Value>) {
    let word = |i: usize| format!("w{:03}", i % 1000);
    let mut statements: Vec<Value> = (0..n)
        .map(|i| {
            let glob =
                |j: usize| format!("arn:aws:s3:::data/*{}*{}*", word(i), word(i * 7 + j + 1));
            allow(&(0..m).map(glob).collect::<Vec<_>>(), json!({}))
        })
        .collect();
    let denied: Vec<String> = (0..n).map(|i| format!("arn:aws:s3:::data/*{}*", word(i))).collect();
    statements.push(deny(&denied, json!({})));
    let one = format!("arn:aws:s3:::data/*{}*", word(n / 2));
    let properties = vec![
        json!({"deny": {"resources": ["arn:aws:s3:::data/*"]}}),
        json!({"deny": {"resources": [one]}}),
        json!({"guard": {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::data/*"]}}),
    ];
    (statements, properties)
}

fn ranges(n: usize, _m: usize) -> (Vec<Value>, Vec<Value>) {
    let bucket = ["arn:aws:s3:::data/*".to_owned()];
    let mut statements: Vec<Value> = (0..n)
        .map(|i| {
            let range = format!("52.{}.{}.0/24", i / 200, i % 200);
            allow(&bucket, json!({"IpAddress": {"aws:SourceIp": range}}))
        })
        .collect();
    let most = ["52.0.0.0/16", "52.1.0.0/16"];
    statements.push(deny(&bucket, json!({"NotIpAddressIfExists": {"aws:SourceIp": most}})));
    let all: Vec<String> = (0..n).map(|i| format!("52.{}.{}.0/24", i / 200, i % 200)).collect();
    let but_one: Vec<&String> = all.iter().skip(1).collect();
    let properties = vec![
        json!({"deny": {"when": {"NotIpAddress": {"aws:SourceIp": all}}}}),
        json!({"deny": {"when": {"NotIpAddress": {"aws:SourceIp": but_one}}}}),
    ];
    (statements, properties)
}

fn keys(n: usize, m: usize) -> (Vec<Value>, Vec<Value>) {
    let bucket = ["arn:aws:s3:::data/*".to_owned()];
    let tag = |j: usize| format!("aws:PrincipalTag/tag-{j}");
    let mut statements: Vec<Value> = (0..n)
        .map(|i| {
            let values: serde_json::Map<String, Value> =
                (0..m).map(|j| (tag(j), json!([format!("v{}", (i + j) % n), "all"]))).collect();
            allow(&bucket, json!({"StringEquals": values}))
        })
        .collect();
    statements.push(deny(&bucket, json!({"StringNotLike": {tag(0): ["v*", "all"]}})));
    let properties = vec![
        json!({"deny": {"when": {"Null": {tag(m - 1): "true"}}}}),
        json!({"deny": {"when": {"StringNotLike": {tag(m - 1): ["v*", "all"]}}}}),
        json!({"deny": {"when": {"StringEquals": {tag(m / 2): "v0"}}}}),
    ];
    (statements, properties)
}

fn guards(n: usize, _m: usize) -> (Vec<Value>, Vec<Value>) {
    let mut statements = Vec::new();
    for i in 0..n {
        let bucket = [format!("arn:aws:s3:::bucket-{i}/*")];
        statements.push(allow(&bucket, json!({})));
        let endpoint = format!("vpce-{i}");
        statements.push(deny(&bucket, json!({"StringNotEquals": {"aws:SourceVpce": endpoint}})));
    }
    let last = format!("arn:aws:s3:::bucket-{}/*", n - 1);
    let properties = vec![
        json!({"deny": {"when": {"StringNotLike": {"aws:SourceVpce": "vpce-*"}}}}),
        json!({"deny": {"resources": [last], "when": {"StringEquals": {"aws:SourceVpce": "vpce-0"}}}}),
        json!({"deny": {"when": {"StringEquals": {"aws:SourceVpce": "vpce-0"}}}}),
    ];
    (statements, properties)
}
