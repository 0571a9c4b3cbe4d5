//! Input that somebody wrote to hurt, given to the command: what came out, how long it took and how
//! much memory it held.

use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use super::table::{Row, align, duration};
use super::watch;

/// No input may take longer than this, nor hold more than this many kilobytes.
const LONGEST: Duration = Duration::from_secs(120);
const LARGEST: u64 = 2_500_000;

/// The arguments of the command, and the answers that are accepted.
struct Input {
    name: &'static str,
    /// The arguments; `@name` is a file of this input.
    arguments: Vec<String>,
    files: Vec<(&'static str, String)>,
    status: i32,
    /// Words of the answer, on either channel.
    says: &'static str,
}

/// Gives every input to the command, and prints a table of them.
pub(super) fn run(polsim: &Path, folder: &Path) -> Result<Row> {
    let mut row =
        Row { cases: Some(0), disagreements: Some(0), crashes: Some(0), ..Row::default() };
    let mut lines = vec![["", "answer", "bytes", "time", "peak memory"].map(str::to_owned)];
    let scratch = folder.join("hostile");
    std::fs::create_dir_all(&scratch)?;
    for make in INPUTS {
        let input = make();
        let bytes: usize = input.files.iter().map(|(_, text)| text.len()).sum();
        let answer = ask(polsim, &scratch, &input)?;
        row.cases = row.cases.map(|count| count.saturating_add(1));
        row.worst = row.worst.max(Some(answer.took));
        row.peak = row.peak.max(Some(answer.peak));
        let verdict = match answer.status {
            None => "CRASH OR TOO LONG",
            Some(status) if status != input.status || !answer.said => "NOT AS EXPECTED",
            Some(_) if answer.peak > LARGEST => "TOO MUCH MEMORY",
            Some(_) => input.says,
        };
        match answer.status {
            None => row.crashes = row.crashes.map(|count| count.saturating_add(1)),
            Some(_) if verdict != input.says => {
                row.disagreements = row.disagreements.map(|count| count.saturating_add(1));
            }
            Some(_) => (),
        }
        let size = super::table::grouped(u64::try_from(bytes)?);
        let memory = format!("{} MB", answer.peak / 1024);
        let status = answer.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        let verdict = format!("{status}: {verdict}");
        lines.push([input.name.to_owned(), verdict, size, duration(answer.took), memory]);
    }
    crate::say(&align(&lines));
    std::fs::write(folder.join("hostile.txt"), align(&lines))?;
    Ok(row)
}

/// The result of the command on an input.
struct Answer {
    /// `None` where it panicked, was killed, or was too slow.
    status: Option<i32>,
    said: bool,
    took: Duration,
    peak: u64,
}

fn ask(polsim: &Path, folder: &Path, input: &Input) -> Result<Answer> {
    for (name, text) in &input.files {
        std::fs::write(folder.join(name), text)?;
    }
    let outputs = ["stdout", "stderr"].map(|name| folder.join(name));
    let [stdout, stderr] = &outputs;
    let mut command = Command::new(polsim);
    command.args(input.arguments.iter().map(|argument| argument.replace('@', "")));
    command.current_dir(folder).stdout(Stdio::from(File::create(stdout)?));
    command.stderr(Stdio::from(File::create(stderr)?));
    let ended = watch::watch(&mut command, LONGEST)?;
    let texts: Vec<String> = outputs.iter().map(read).collect::<std::io::Result<_>>()?;
    let panicked = texts.iter().any(|text| text.contains("panicked at"));
    let status = ended.status.code().filter(|_| !panicked && !ended.stopped);
    let said = texts.iter().any(|text| text.contains(input.says));
    for (name, _) in &input.files {
        std::fs::remove_file(folder.join(name))?;
    }
    Ok(Answer { status, said, took: ended.took, peak: ended.peak })
}

fn read(path: &PathBuf) -> std::io::Result<String> {
    Ok(String::from_utf8_lossy(&std::fs::read(path)?).into_owned())
}

/// Each is made only when it is its turn: some are large.
const INPUTS: &[fn() -> Input] = &[
    wildcards,
    wildcards_in_a_large_batch,
    asterisks,
    deep_nest,
    deep_yaml,
    yaml_aliases,
    huge_number,
    huge_exponent,
    giant_list_of_actions,
    giant_list_of_values,
    a_million_values,
    a_million_statements,
    a_policy_too_large,
    a_line_too_long,
    many_complaints,
    no_text,
    pigeons,
    patterns_for_the_prover,
];

/// A request for an object under policies from files.
fn decide(
    name: &'static str,
    files: Vec<(&'static str, String)>,
    more: &[&str],
    status: i32,
    says: &'static str,
) -> Input {
    let mut arguments: Vec<String> =
        ["eval", "--principal", "arn:aws:iam::111122223333:user/alice", "--action", "s3:GetObject"]
            .map(str::to_owned)
            .to_vec();
    if !more.contains(&"--resource") {
        arguments.extend(["--resource", "arn:aws:s3:::reports/1"].map(str::to_owned));
    }
    arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
    for (file, _) in &files {
        arguments.extend(["--identity".to_owned(), format!("@{file}")]);
    }
    Input { name, arguments, files, status, says }
}

fn batch(name: &'static str, text: String, status: i32, says: &'static str) -> Input {
    let arguments = ["eval", "--cases", "@cases.jsonl"].map(str::to_owned).to_vec();
    Input { name, arguments, files: vec![("cases.jsonl", text)], status, says }
}

fn scenario(name: &'static str, text: String, status: i32, says: &'static str) -> Input {
    let arguments = ["test", "@scenario.yaml"].map(str::to_owned).to_vec();
    Input { name, arguments, files: vec![("scenario.yaml", text)], status, says }
}

fn document(statements: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": {statements}}}"#)
}

fn allow(resource: &str) -> String {
    document(&format!(r#"{{"Effect": "Allow", "Action": "s3:*", "Resource": {resource}}}"#))
}

fn with_condition(condition: &str) -> String {
    document(&format!(
        r#"{{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {condition}}}"#
    ))
}

fn case(id: &str, policy: &str, context: &str) -> String {
    format!(
        r#"{{"id":"{id}","policies":[{{"type":"identity","document":{policy}}}],"request":{{"principal":"arn:aws:iam::111122223333:user/alice","action":"s3:GetObject","resource":"arn:aws:s3:::reports/1","context":{context}}}}}"#
    )
}

fn wildcards() -> Input {
    let pattern = format!("\"arn:aws:s3:::{}b\"", "*a".repeat(2_000));
    let resource = format!("arn:aws:s3:::{}", "a".repeat(60_000));
    let more = ["--resource", &resource];
    decide(
        "2,000 wildcards on 60,000 letters",
        vec![("p", allow(&pattern))],
        &more,
        0,
        "implicitly denied",
    )
}

fn wildcards_in_a_large_batch() -> Input {
    let patterns: Vec<String> =
        (0..100).map(|n| format!("\"{}{n}b\"", "*a?a".repeat(50))).collect();
    let policy = with_condition(&format!(
        r#"{{"StringLike":{{"aws:UserAgent":[{}]}}}}"#,
        patterns.join(",")
    ));
    let context = format!(r#"{{"aws:UserAgent":"{}"}}"#, "a".repeat(1_000));
    let mut text = String::new();
    for number in 0..200 {
        let _ = writeln!(text, "{}", case(&number.to_string(), &policy, &context));
    }
    batch("200 cases of 100 patterns of 150 wildcards", text, 0, r#""decision":"implicitDeny""#)
}

fn asterisks() -> Input {
    let pattern = format!("\"arn:aws:s3:::{}\"", "*".repeat(500_000));
    decide("500,000 asterisks in a row", vec![("p", allow(&pattern))], &[], 0, "allowed")
}

fn deep_nest() -> Input {
    let text = format!("{}{}", "[".repeat(500_000), "]".repeat(500_000));
    decide("500,000 brackets deep", vec![("p", text)], &[], 2, "nested deeper than 32 levels")
}

fn deep_yaml() -> Input {
    let text = format!("policies: {}{}", "[".repeat(100_000), "]".repeat(100_000));
    scenario("100,000 brackets deep, as YAML", text, 2, "recursion limit exceeded")
}

fn yaml_aliases() -> Input {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (below, level) in (0..29).zip(1..) {
        let below = format!("*a{below},").repeat(10);
        let _ = writeln!(text, "a{level}: &a{level} [{below}]");
    }
    scenario("aliases of aliases, thirty times", text, 2, "alias")
}

fn huge_number() -> Input {
    let digits = "9".repeat(400_000);
    let policy = with_condition(&format!(r#"{{"NumericLessThan":{{"s3:max-keys":{digits}}}}}"#));
    let more = ["--context", "s3:max-keys=1000"];
    decide("a number of 400,000 digits", vec![("p", policy)], &more, 0, "allowed")
}

fn huge_exponent() -> Input {
    let policy = with_condition(r#"{"NumericLessThan":{"s3:max-keys":1e999999999}}"#);
    let more = ["--context", "s3:max-keys=1000"];
    decide(
        "a number with nine digits of exponent",
        vec![("p", policy)],
        &more,
        0,
        "implicitly denied",
    )
}

fn giant_list_of_actions() -> Input {
    let list = vec![r#""s3:P*t""#; 100_000].join(",");
    let policy =
        document(&format!(r#"{{"Effect": "Allow", "Action": [{list}], "Resource": "*"}}"#));
    decide("100,000 actions in a statement", vec![("p", policy)], &[], 0, "implicitly denied")
}

fn giant_list_of_values() -> Input {
    let list: Vec<String> = (0..100_000).map(|n| format!("\"{n:x}*\"")).collect();
    let policy = with_condition(&format!(
        r#"{{"ForAllValues:StringLike":{{"aws:TagKeys":[{}]}}}}"#,
        list.join(",")
    ));
    let keys: Vec<String> = (0..200).map(|n| format!("\"x{n}\"")).collect();
    let text = case("1", &policy, &format!(r#"{{"aws:TagKeys":[{}]}}"#, keys.join(",")));
    batch("100,000 patterns for 200 values", text, 0, r#""decision":"implicitDeny""#)
}

fn a_million_values() -> Input {
    let keys: Vec<String> = (0..1_000_000).map(|n| format!("\"x{n}\"")).collect();
    let policy = with_condition(r#"{"ForAllValues:StringLike":{"aws:TagKeys":"*x*x*"}}"#);
    let text = case("1", &policy, &format!(r#"{{"aws:TagKeys":[{}]}}"#, keys.join(",")));
    batch("a million values of a key", text, 0, r#""decision":"implicitDeny""#)
}

fn a_million_statements() -> Input {
    const NAMES: [&str; 50] = [
        "p00", "p01", "p02", "p03", "p04", "p05", "p06", "p07", "p08", "p09", "p10", "p11", "p12",
        "p13", "p14", "p15", "p16", "p17", "p18", "p19", "p20", "p21", "p22", "p23", "p24", "p25",
        "p26", "p27", "p28", "p29", "p30", "p31", "p32", "p33", "p34", "p35", "p36", "p37", "p38",
        "p39", "p40", "p41", "p42", "p43", "p44", "p45", "p46", "p47", "p48", "p49",
    ];
    let statement = r#"{"Effect":"Allow","Action":"*","Resource":"a"}"#.replace("\"a\"", "\"*\"");
    let text = document(&format!("[{}]", vec![statement; 20_000].join(",")));
    let files = NAMES.iter().map(|name| (*name, text.clone())).collect();
    decide("a million statements in 50 policies", files, &[], 0, "allowed")
}

fn a_policy_too_large() -> Input {
    let statement = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#;
    let text = document(&format!("[{}]", vec![statement; 2_000_000].join(",")));
    decide("a policy of 110 MB", vec![("p", text)], &[], 2, "it has more than 67108864 bytes")
}

fn a_line_too_long() -> Input {
    let long = format!(r#"{{"aws:UserAgent":"{}"}}"#, "a".repeat(200_000_000));
    let text = case("1", &allow("\"*\""), &long);
    batch("a line of 200 MB", text, 2, "the line has more than 16777216 bytes")
}

fn many_complaints() -> Input {
    let unknown: Vec<String> = (0..60_000).map(|n| format!(r#""A{n}":1"#)).collect();
    decide(
        "60,000 unknown elements",
        vec![("p", format!("{{{}}}", unknown.join(",")))],
        &[],
        2,
        "more errors",
    )
}

fn no_text() -> Input {
    let text = "\u{0}\n".repeat(500_000);
    batch("half a million lines that are no JSON", text, 2, "P0001")
}

/// A property of these request shapes, for the prover.
fn prove(name: &'static str, condition: &Value, shapes: &[Value], says: &'static str) -> Input {
    let allow = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition});
    let document = json!({"Version": "2012-10-17", "Statement": allow});
    let text = json!({
        "policies": [{"type": "identity", "document": document}],
        "assume": [],
        "properties": [{"deny": {"actions": ["s3:GetObject"], "all": shapes}}],
    });
    let arguments = ["verify", "--timeout", "5", "@scenario.json"].map(str::to_owned).to_vec();
    Input { name, arguments, files: vec![("scenario.json", text.to_string())], status: 1, says }
}

/// Sixteen keys with fifteen values, no two alike: no request does that, and every proof that goes
/// case by case is endless.
fn pigeons() -> Input {
    let keys: Vec<String> = (0..16).map(|key| format!("k:p{key}")).collect();
    let values: Vec<String> = (0..15).map(|value| format!("v{value}")).collect();
    let of_all: serde_json::Map<String, Value> =
        keys.iter().map(|key| (key.clone(), json!(values))).collect();
    let mut shapes = vec![json!({"when": {"StringEquals": of_all}})];
    for (number, key) in keys.iter().enumerate() {
        for (other, value) in
            keys.iter().take(number).flat_map(|it| values.iter().map(move |v| (it, v)))
        {
            shapes.push(json!({"not": {"when": {"StringEquals": {key: value, other: value}}}}));
        }
    }
    prove(
        "sixteen pigeons, fifteen holes, five seconds",
        &json!({}),
        &shapes,
        "stopped before it was decided",
    )
}

/// A text of forty characters that none of 1,365 patterns of thirteen asterisks matches.
fn patterns_for_the_prover() -> Input {
    let pattern = |number: usize| {
        let letters = format!("{number:012b}");
        letters.chars().fold("*".to_owned(), |text, letter| format!("{text}{letter}*"))
    };
    let patterns: Vec<String> = (0..4_096).step_by(3).map(pattern).collect();
    let condition = json!({"StringNotLike": {"k:a": patterns}});
    let shapes = [json!({"when": {"StringLike": {"k:a": "?".repeat(40)}}})];
    prove("1,365 patterns of thirteen asterisks, five seconds", &condition, &shapes, "violated")
}
