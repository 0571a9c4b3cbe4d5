//! Input that somebody wrote to hurt: it ends in a result or a clear refusal, and nothing takes
//! time or memory out of proportion. No test measures time; a quadratic reading of these documents
//! takes minutes.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use polsim_decide::eval::PolicySet;
use polsim_decide::lower::AttachedPolicy;
use polsim_decide::policy::{Parsed, Policy, PolicyType, ResourcePattern};
use polsim_decide::request::{Request, RequestParts};
use polsim_decide::text::{CaseRule, Diagnostics, NoVariables, Pattern, Source, json};

fn parse(text: impl Into<Box<str>>) -> Result<Parsed, Diagnostics> {
    Policy::parse(&Source::new("p.json", text), PolicyType::Identity)
}

fn refusal(text: impl Into<Box<str>>) -> String {
    let refused = parse(text).unwrap_err();
    assert_eq!(refused.len(), 1, "{refused:#?}");
    refused[0].to_string()
}

/// A policy of one statement with these members besides Effect.
fn with(members: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow",{members}}}}}"#)
}

#[test]
fn ten_thousand_asterisks_match_at_once() {
    let run = "*".repeat(10_000);
    let text = with(&format!(r#""Action":"s3:{run}","Resource":"arn:aws:s3:::{run}""#));
    let statement = &parse(text).unwrap().policy.statements[0];
    assert_eq!(statement.action.values[0].value.to_string(), "s3:*");
    let alternating = "*a".repeat(5_000);
    let pattern = Pattern::wildcard(&alternating);
    assert!(!pattern.matches(&"a".repeat(4_999), CaseRule::Exact, &NoVariables));
    assert!(pattern.matches(&"a".repeat(5_000), CaseRule::Exact, &NoVariables));
    let never = Pattern::wildcard(&format!("{alternating}b"));
    assert!(!never.matches(&"a".repeat(5_000), CaseRule::Exact, &NoVariables));
}

#[test]
fn a_deep_nest_is_refused_for_its_depth() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let nest = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        let at = open.len() * 32 + 1;
        let expected = format!("p.json:1:{at}: nested deeper than 32 levels");
        assert_eq!(refusal(nest), expected);
        assert_eq!(refusal(open.repeat(100_000)), expected);
    }
    let limit = format!("{}1{}", "[".repeat(32), "]".repeat(32));
    assert!(json::parse(&Source::new("x", limit)).is_ok());
}

#[test]
fn a_document_above_the_bound_is_refused_unread() {
    let list = vec![r#""s3:GetObject""#; 1_000_000].join(",");
    let text = with(&format!(r#""Action":[{list}],"Resource":"*""#));
    let size = text.len();
    let expected =
        format!("p.json:1:1: the policy has {size} bytes: more than 1048576 are not read");
    assert_eq!(refusal(text), expected);
    assert!(refusal("[".repeat(10 << 20)).contains("10485760 bytes"));
    let padded = |size: usize| {
        let text = with(r#""Action":"*","Resource":"*""#);
        format!("{text}{}", " ".repeat(size - text.len()))
    };
    assert!(parse(padded(Policy::MAX_BYTES)).is_ok());
    assert!(parse(padded(Policy::MAX_BYTES + 1)).is_err());
}

#[test]
fn a_large_policy_inside_a_larger_document_is_refused_too() {
    let list = vec!["1"; 600_000].join(",");
    let source = Source::new("c", format!(r#"{{"document":[{list}]}}"#));
    let node = json::parse(&source).unwrap();
    let document = &node.member("document").unwrap().value;
    let refused = Policy::from_node(&source, document, PolicyType::Scp).unwrap_err();
    assert_eq!(refused[0].code, "P0102");
}

#[test]
fn the_longest_lists_below_the_bound_are_read() {
    let actions = vec![r#""s3:G""#; 140_000].join(",");
    let parsed = parse(with(&format!(r#""Action":[{actions}],"Resource":"*""#))).unwrap();
    assert_eq!(parsed.policy.statements[0].action.values.len(), 140_000);
    assert!(parsed.warnings.iter().any(|warning| warning.code == "W0106"));
    let values: Vec<String> = (0..110_000).map(|n| format!("\"{n:x}*\"")).collect();
    let condition = format!(r#""Condition":{{"StringLike":{{"a:b":[{}]}}}}"#, values.join(","));
    let policy =
        parse(with(&format!(r#""Action":"*","Resource":"*",{condition}"#))).unwrap().policy;
    let again = parse(policy.to_json()).unwrap().policy;
    assert!(policy.same_meaning(&again));
    assert_eq!(policy.context_keys().len(), 1);
    let keys: Vec<String> = (0..70_000).map(|n| format!(r#""a:{n}":[]"#)).collect();
    let condition = format!(r#""Condition":{{"Bool":{{{}}}}}"#, keys.join(","));
    let policy =
        parse(with(&format!(r#""Action":"*","Resource":"*",{condition}"#))).unwrap().policy;
    assert_eq!(policy.context_keys().len(), 70_000);
}

#[test]
fn many_statements_are_read_one_by_one() {
    let statement =
        |n: usize| format!(r#"{{"Sid":"{n}","Effect":"Deny","Action":"*","Resource":"*"}}"#);
    let list: Vec<String> = (0..16_000).map(statement).collect();
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, list.join(","));
    assert_eq!(parse(text).unwrap().policy.statements.len(), 16_000);
    let bare: Vec<String> = (0..50_000).map(|n| format!(r#"{{"Sid":"{n}"}}"#)).collect();
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, bare.join(","));
    assert_eq!(parse(text).unwrap_err().len(), 101);
}

#[test]
fn many_statements_are_explained_one_by_one() {
    let statement = r#"{"Effect":"Allow","Action":["*","s3:P*t"],"Resource":"*"}"#;
    let list = vec![statement; 15_000].join(",");
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{list}]}}"#);
    let set = PolicySet::new([AttachedPolicy::new(parse(text).unwrap().policy)]);
    let request = Request::new(RequestParts {
        principal: "arn:aws:iam::111122223333:user/alice",
        action: "s3:GetObject",
        resource: "arn:aws:s3:::reports/1",
        ..RequestParts::default()
    });
    let explanation = set.explain(&request.unwrap());
    assert_eq!(explanation.by.len(), 15_000);
    // Everything is in one line: the places are counted in it.
    let last = &explanation.by[14_999].span;
    assert_eq!((last.line, last.column), (1, last.start + 1));
}

#[test]
fn a_pattern_of_escapes_and_variables_is_read_once() {
    for piece in ["${*}", "${a}", "$", "{", "${$}?", "*"] {
        let long = piece.repeat(100_000 / piece.len());
        let text = with(&format!(r#""Action":"*","Resource":"arn:aws:s3:::{long}""#));
        let policy = parse(text).unwrap().policy;
        let again = parse(policy.to_json()).unwrap().policy;
        assert!(policy.same_meaning(&again), "{piece}");
    }
    for piece in ["${", "${a", "${a'", "${a, '", "${${a}"] {
        let long = piece.repeat(1_000_000 / piece.len());
        for end in ["", "}"] {
            let text = with(&format!(r#""Action":"*","Resource":"arn:aws:s3:::{long}{end}""#));
            assert_eq!(parse(text).unwrap_err()[0].code, "P0138", "{piece}");
        }
    }
}

#[test]
fn not_more_than_a_hundred_complaints_are_listed() {
    let unknown: Vec<String> = (0..60_000).map(|n| format!(r#""A{n}":1"#)).collect();
    let refused = parse(format!("{{{}}}", unknown.join(","))).unwrap_err();
    assert_eq!(refused.len(), 101);
    let last = refused.last().unwrap();
    assert_eq!(last.code, "P0100");
    // With the missing Statement there are 60,001, of which a hundred are listed.
    assert!(last.message.contains("59901 more errors"), "{}", last.message);
    let actions = vec![r#""s3:""#; 1_000].join(",");
    let warned = parse(with(&format!(r#""Action":[{actions}],"Resource":"*""#))).unwrap().warnings;
    assert_eq!(warned.len(), 101);
    assert_eq!(warned.last().unwrap().code, "W0100");
}

#[test]
fn messages_do_not_repeat_endless_text() {
    let action = "x".repeat(500_000);
    let said = refusal(with(&format!(r#""Action":"{action}","Resource":"*""#)));
    assert!(said.len() < 400, "{} bytes", said.len());
}

#[test]
fn lone_surrogates_and_control_characters_are_refused_where_they_stand() {
    let text = with(r#""Action":"s3:\ud800","Resource":"*""#);
    let at = text.find("\\ud800").unwrap();
    let refused = parse(text).unwrap_err();
    assert_eq!(refused[0].code, "P0001");
    let start = refused[0].span.range().start;
    assert!((at..=at + 6).contains(&start), "{start} is not at {at}");
    let said = refusal("{\"Version\":\"2012\0-10-17\"}");
    assert!(said.starts_with("p.json:1:17: not JSON"), "{said}");
    // Escaped, it is a character like others, and no version.
    let refused = parse(r#"{"Version":"2012\u0000-10-17","Statement":[]}"#).unwrap_err();
    assert!(refused[0].message.contains("`2012\u{FFFD}-10-17`"), "{}", refused[0]);
}

#[test]
fn bytes_that_are_no_text_are_refused_where_they_stand() {
    let refused = json::decode("p.json", b"{\"Sid\": \"\xFF\"}".to_vec()).unwrap_err();
    assert_eq!((refused.code, refused.span.range().start), ("P0003", 9));
}

#[test]
fn huge_numbers_are_numbers_or_never_match() {
    let condition = |value: &str| {
        let condition = format!(r#""Condition":{{"NumericEquals":{{"a:b":{value}}}}}"#);
        with(&format!(r#""Action":"*","Resource":"*",{condition}"#))
    };
    let digits = "9".repeat(500_000);
    assert!(parse(condition(&digits)).is_ok());
    assert!(parse(condition(&format!("-0.{digits}"))).is_ok());
    for huge in ["1e999999999", "1E-999999999", "1e99999999999999999999"] {
        let parsed = parse(condition(huge)).unwrap();
        assert_eq!(parsed.warnings[0].code, "W0116", "{huge}");
    }
    assert!(parse(condition("1e400")).unwrap().warnings.is_empty());
}

#[test]
fn documents_of_the_wrong_shape_are_refused() {
    for text in ["", " ", "null", "true", "1", "\"x\"", "[]", "[{}]", "{}", "{\"Statement\":{}}"] {
        assert!(parse(text).is_err(), "{text}");
    }
}

#[test]
fn sizes_are_counted_as_aws_counts() {
    let padded = |extra: usize| {
        with(&format!(r#""Sid":"{}","Action":"*","Resource":"*""#, "x".repeat(extra)))
    };
    let empty = padded(0).len();
    let codes = |policy_type, text: &str| -> Vec<&str> {
        match Policy::parse(&Source::new("p", text), policy_type) {
            Ok(parsed) => parsed.warnings.iter().map(|warning| warning.code).collect(),
            Err(refused) => refused.iter().map(|error| error.code).collect(),
        }
    };
    let spaces = " ".repeat(10_000);
    for (policy_type, limit, code, space_counts) in [
        (PolicyType::Identity, 6_144, "W0106", false),
        (PolicyType::Boundary, 6_144, "P0109", false),
        (PolicyType::Session, 2_048, "W0106", true),
        (PolicyType::Scp, 10_240, "W0106", true),
    ] {
        let fits = padded(limit - empty);
        assert!(codes(policy_type, &fits).is_empty(), "{policy_type}");
        assert_eq!(codes(policy_type, &padded(limit - empty + 1)), [code], "{policy_type}");
        let spaced = fits.replacen(':', &format!(":{spaces}"), 1);
        assert_eq!(codes(policy_type, &spaced).is_empty(), !space_counts, "{policy_type}");
    }
    // White space inside a string counts.
    let id = format!(r#"{{"Version":"2012-10-17","Id":"{spaces}","Statement":[]}}"#);
    assert!(codes(PolicyType::Boundary, &id).contains(&"P0109"));
}

#[test]
fn null_in_a_list_of_resources_is_skipped() {
    let policy = parse(with(r#""Action":"*","Resource":["*", null]"#)).unwrap().policy;
    let resources = &policy.statements[0].resource.as_ref().unwrap().values;
    assert_eq!(resources.len(), 1);
    assert_eq!(resources[0].value, ResourcePattern::Any);
    assert_eq!(parse(with(r#""Action":"*","Resource":[null]"#)).unwrap_err()[0].code, "P0130");
    assert_eq!(parse(with(r#""Action":"*","Resource":null"#)).unwrap_err()[0].code, "P0107");
}
