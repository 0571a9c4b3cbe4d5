//! Inputs that are broken: each is read or refused with a message, none panics or hangs.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads files, and may fail in its helpers too"
)]

use std::fs;
use std::path::{Path, PathBuf};

use polsim_inputs::{InputFile, Options, read, worlds};
use serde_json::{Value as Json, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/inputs")
}

fn file(path: &str, bytes: impl Into<Vec<u8>>) -> InputFile {
    InputFile { path: path.into(), bytes: bytes.into() }
}

fn refused(path: &str, bytes: impl Into<Vec<u8>>) -> (String, String) {
    let error = read(&[file(path, bytes)], &Options::default()).expect_err("it is refused");
    (error.code.to_owned(), error.message)
}

const PLANS: [&str; 4] = [
    "02-tf-policy-documents/plan.json",
    "03-tf-modules/plan.json",
    "04-tf-update/plan.json",
    "07-tf-state-public-bucket/state.json",
];

const TEMPLATES: [&str; 3] = [
    "11-cfn-short-tags/template.yaml",
    "13-cfn-import-value/storage.json",
    "15-sam-function/template.yaml",
];

/// Calls `visit` with the text after each change of one value, of every so many.
fn changed(json: &Json, step: usize, visit: &mut dyn FnMut(&Json)) {
    let count = nodes(json);
    for at in (0..count).step_by(step) {
        for other in [json!(null), json!(true), json!(7), json!("x"), json!([[]]), json!({"a": {}})]
        {
            let mut changed = json.clone();
            let mut left = at;
            replace(&mut changed, &mut left, &other);
            visit(&changed);
        }
    }
}

fn nodes(json: &Json) -> usize {
    1 + match json {
        Json::Array(items) => items.iter().map(nodes).sum::<usize>(),
        Json::Object(members) => members.values().map(nodes).sum::<usize>(),
        _ => 0,
    }
}

/// Replaces the node with this number, in the order of a walk.
fn replace(json: &mut Json, left: &mut usize, other: &Json) -> bool {
    if *left == 0 {
        *json = other.clone();
        return true;
    }
    *left -= 1;
    match json {
        Json::Array(items) => items.iter_mut().any(|it| replace(it, left, other)),
        Json::Object(members) => members.values_mut().any(|it| replace(it, left, other)),
        _ => false,
    }
}

#[test]
fn a_plan_with_a_value_of_any_other_type_is_read_or_refused() {
    let mut seen = 0;
    for name in PLANS {
        let text = fs::read_to_string(root().join(name)).unwrap();
        let json: Json = serde_json::from_str(&text).unwrap();
        changed(&json, 23, &mut |changed| {
            let _ = read(&[file("plan.json", changed.to_string())], &Options::default());
            seen += 1;
        });
    }
    assert!(seen > 500, "only {seen} plans");
}

#[test]
fn inputs_that_are_cut_off_are_read_or_refused() {
    for name in PLANS.into_iter().chain(TEMPLATES) {
        let bytes = fs::read(root().join(name)).unwrap();
        for end in (0..bytes.len()).step_by(bytes.len() / 40) {
            let _ = worlds(&[file(name, &bytes[..end])], &Options::default());
        }
    }
    let (code, message) = refused("plan.json", r#"{"format_version": "1.2", "planned_values": {"#);
    assert_eq!((code.as_str(), message.as_str()), ("I0101", "plan.json ends in the middle"));
}

#[test]
fn encodings_of_windows_are_read() {
    let plan = fs::read_to_string(root().join("04-tf-update/plan.json")).unwrap();
    let wide: Vec<u8> =
        std::iter::once(0xFEFF).chain(plan.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xEF, 0xBB, 0xBF][..], plan.as_bytes()].concat();
    let plain = read(&[file("plan.json", plan)], &Options::default()).unwrap().counts();
    assert!(plain.0 > 3);
    for bytes in [wide, marked] {
        assert_eq!(read(&[file("plan.json", bytes)], &Options::default()).unwrap().counts(), plain);
    }
}

#[test]
fn nesting_and_circles_end_in_a_message() {
    let deep = format!("{{\"Resources\": {}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(refused("deep.json", deep).0, "I0101");
    let deep = format!("Resources: {}", "[".repeat(5_000));
    assert!(refused("deep.yaml", deep).0.starts_with('P'));
    // A value that refers to itself, through a module's input and output.
    let reference = |to: &str| json!({"references": [to]});
    let circle = json!({
        "format_version": "1.2",
        "resource_changes": [{"address": "aws_iam_role_policy.p", "mode": "managed",
            "type": "aws_iam_role_policy", "name": "p",
            "change": {"actions": ["create"], "after": {}, "after_unknown": {"policy": true, "role": true}}}],
        "configuration": {"root_module": {
            "resources": [{"address": "aws_iam_role_policy.p", "mode": "managed",
                "type": "aws_iam_role_policy", "name": "p",
                "expressions": {"policy": reference("module.a.out"), "role": reference("module.a.out")}}],
            "module_calls": {"a": {"expressions": {"in": reference("module.a.out")},
                "module": {"outputs": {"out": {"expression": reference("var.in")}}}}}}}
    });
    assert!(read(&[file("plan.json", circle.to_string())], &Options::default()).is_ok());
    let template = r#"
Conditions: {A: !Condition B, B: !Condition A}
Resources:
  P: {Type: "AWS::S3::Bucket", Condition: A, Properties: {BucketName: !Ref P}}
  Q: {Type: "AWS::S3::BucketPolicy", Properties: {Bucket: !Ref P, PolicyDocument: !Sub "${P} ${Q.x"}}
"#;
    assert!(worlds(&[file("t.yaml", template)], &Options::default()).is_ok());
}

#[test]
fn what_is_no_input_names_the_step_that_makes_one() {
    for (path, text, code) in [
        ("state", r#"{"version": 4, "serial": 1, "lineage": "x"}"#, "I0102"),
        ("log", "{\"@level\":\"info\"}\n{\"@level\":\"info\"}\n", "I0102"),
        ("plan", r#"{"format_version": "2.0", "planned_values": {}}"#, "I0103"),
        ("plan", r#"{"format_version": "1.2", "planned_values": {}, "errored": true}"#, "I0102"),
        ("list", "[1, 2]", "I0101"),
        ("other", r#"{"a": 1}"#, "I0101"),
        ("text", "hello", "I0101"),
    ] {
        assert_eq!(refused(path, text).0, code, "{path}");
    }
}
