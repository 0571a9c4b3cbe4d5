//! Hostile input through the command: it ends in a result or a clear refusal, and nothing panics.

#![expect(clippy::expect_used, reason = "this is how a test fails")]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Output, Stdio};

use polsim_tests::polsim;

/// A file of this test alone.
fn file(name: &str, text: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hostile");
    fs::create_dir_all(&folder).expect("a folder for the test");
    let path = folder.join(name);
    fs::write(&path, text).expect("a file for the test");
    path
}

/// The answer to a request for an object under this identity policy.
fn decided_by(name: &str, policy: &str) -> Output {
    polsim(env!("CARGO_BIN_EXE_polsim-under-test"))
        .args(["eval", "--principal", "arn:aws:iam::111122223333:user/alice"])
        .args(["--action", "s3:GetObject", "--resource", "arn:aws:s3:::reports/1"])
        .arg("--identity")
        .arg(file(name, policy))
        .output()
        .expect("polsim runs")
}

/// The results of a batch on standard input.
fn batch(lines: &str) -> Output {
    let mut child = polsim(env!("CARGO_BIN_EXE_polsim-under-test"))
        .args(["eval", "--cases", "-", "--jobs", "2"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("polsim runs");
    let mut input = child.stdin.take().expect("standard input");
    let lines = lines.to_owned();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().expect("polsim ends");
    writer.join().expect("the writer ends").expect("everything is read");
    output
}

/// Stops unless the answer has this status, is short, and is no panic.
fn check(output: &Output, status: i32, says: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(status), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    assert!(said.len() < 20_000, "{} bytes of messages", said.len());
    assert!(said.contains(says) || printed.contains(says), "`{says}` is not in\n{said}{printed}");
}

fn policy(statement: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#)
}

fn case(id: &str, context: &str) -> String {
    format!(
        r#"{{"id":"{id}","policies":[{{"type":"identity","document":{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{{"ForAllValues:StringLike":{{"aws:TagKeys":"*a*a*a*b"}}}}}}}}}}],"request":{{"principal":"arn:aws:iam::111122223333:user/alice","action":"s3:GetObject","resource":"arn:aws:s3:::reports/1","context":{context}}}}}"#
    )
}

#[test]
fn ten_thousand_asterisks() {
    let resource = format!("arn:aws:s3:::{}", "*".repeat(10_000));
    let statement = format!(r#"{{"Effect": "Allow", "Action": "s3:*", "Resource": "{resource}"}}"#);
    let allowed = decided_by("asterisks.json", &policy(&statement));
    // Policies of other kinds may be longer than the 6,144 characters of a managed one: a warning.
    check(&allowed, 0, "an identity policy usually has at most 6144");
    let short = format!("arn:aws:s3:::{}x", "*a".repeat(2_000));
    let statement = format!(r#"{{"Effect": "Allow", "Action": "s3:*", "Resource": "{short}"}}"#);
    check(&decided_by("walk.json", &policy(&statement)), 0, "implicitly denied");
}

#[test]
fn ten_megabytes_of_policy() {
    let statement = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},"#;
    let statements = statement.repeat(10 * 1024 * 1024 / statement.len());
    let text = policy(&format!("[{}]", statements.trim_end_matches(',')));
    check(&decided_by("large.json", &text), 2, "more than 1048576 are not read");
}

#[test]
fn a_hundred_thousand_levels() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    check(&decided_by("deep.json", &deep), 2, "nested deeper than 32 levels");
}

#[test]
fn a_million_values() {
    let mut values = String::from("[\"a\"");
    for number in 0..1_000_000 {
        let _ = write!(values, ",\"a{number}\"");
    }
    values.push(']');
    let line = case("many", &format!(r#"{{"aws:TagKeys":{values}}}"#));
    check(&batch(&line), 0, r#""decision":"implicitDeny""#);
}

#[test]
fn a_hundred_thousand_keys() {
    let mut keys = String::from("{\"aws:TagKeys\":\"aaab\"");
    for number in 0..100_000 {
        let _ = write!(keys, ",\"aws:RequestTag/{number}\":\"a\"");
    }
    check(&batch(&case("keys", &format!("{keys}}}"))), 0, r#""decision":"allowed""#);
    // The last one again: a duplicate key.
    let twice = case("twice", &format!("{keys},\"aws:RequestTag/99999\":\"b\"}}"));
    check(&batch(&twice), 2, "duplicate key `aws:RequestTag/99999`");
    // And in other letters: the first one counts.
    let other = case("other", &format!("{keys},\"AWS:requesttag/99999\":\"b\"}}"));
    check(&batch(&other), 0, r#""decision":"allowed""#);
}

#[test]
fn a_line_that_is_too_long_is_one_error_line() {
    let long = case("long", &format!(r#"{{"aws:TagKeys":"{}"}}"#, "a".repeat(17 * 1024 * 1024)));
    let output = batch(&format!("{}\n{long}\n{}\n", case("before", "{}"), case("after", "{}")));
    check(&output, 2, "the line has more than 16777216 bytes");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let starts: Vec<&str> = printed.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(starts, [r#"{"id":"before""#, r#"{"id":"2""#, r#"{"id":"after""#]);
}

#[test]
fn deep_lines_are_error_lines() {
    let deep = format!("{}{}", "{\"a\":".repeat(50_000), "1");
    let lines = format!("{deep}\n{}\n{}", case("last", "{}"), "[".repeat(100_000));
    let output = batch(&lines);
    check(&output, 2, r#"{"id":"last","decision":"allowed""#);
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(printed.lines().count(), 3);
}

#[test]
fn one_broken_line_among_many_is_only_an_error_line() {
    const LINES: usize = 20_000;
    let mut lines = String::new();
    for number in 0..LINES {
        let line = case(&number.to_string(), "{}");
        // Without its opening brace a line is no object.
        let line = if number == 12_345 { line.trim_start_matches('{') } else { &line };
        let _ = writeln!(lines, "{line}");
    }
    let output = batch(&lines);
    check(&output, 2, "20000 cases: 1 cannot be read");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(printed.lines().count(), LINES);
    for (number, line) in printed.lines().enumerate() {
        // The broken line has no id: it is named by its number.
        let id = if number == 12_345 { 12_346 } else { number };
        assert!(line.starts_with(&format!(r#"{{"id":"{id}","#)), "line {number}: {line}");
        assert_eq!(line.contains(r#""error""#), number == 12_345, "{line}");
    }
}

#[test]
fn bytes_that_are_no_text_are_error_lines() {
    let mut child = polsim(env!("CARGO_BIN_EXE_polsim-under-test"))
        .args(["eval", "--cases", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("polsim runs");
    let mut input = child.stdin.take().expect("standard input");
    input.write_all(b"\xFF\xFE{\n\x00\x00\n").expect("it is read");
    drop(input);
    let output = child.wait_with_output().expect("polsim ends");
    assert_eq!(output.status.code(), Some(2));
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(printed.starts_with(r#"{"id":"1","error":{"code":"P0003""#), "{printed}");
    assert_eq!(printed.lines().count(), 2, "{printed}");
}
