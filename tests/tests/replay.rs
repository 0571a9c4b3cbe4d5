//! `polsim replay` on generated trails, whose answers are known by construction, and on files that
//! are not what they should be.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may fail in its helpers too"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use polsim_tests::root;
use serde_json::Value;

/// The folder of a generated trail, made once for all tests.
fn trail() -> &'static Path {
    static TRAIL: OnceLock<PathBuf> = OnceLock::new();
    TRAIL.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("trail");
        let _ = fs::remove_dir_all(&folder);
        let status = Command::new("python3")
            .arg(root().join("tests/workloads/cloudtrail_gen.py"))
            .args(["--megabytes", "3", "--accounts", "4", "--out"])
            .arg(&folder)
            .stdout(Stdio::null())
            .status()
            .expect("python3 writes a trail");
        assert!(status.success());
        folder
    })
}

/// An empty folder for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polsim-under-test"));
    command.env("NO_COLOR", "1").current_dir(root()).arg("replay").args(arguments);
    command
}

/// The exit status, standard output and standard error.
fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = command(arguments).output().expect("the command can be run");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn report(arguments: &[&str]) -> Value {
    let (status, out, err) = run(arguments);
    assert!(matches!(status, Some(0 | 1)), "{err}");
    serde_json::from_str(&out).expect("a report")
}

/// The policies of the generator, by their names in the manifest.
fn policies() -> Vec<(String, String)> {
    let mut list =
        vec![("network-scp".to_owned(), trail().join("network-scp.json").display().to_string())];
    for name in ["region-scp", "subnets-scp", "tag-scp"] {
        let path = root().join(format!("tests/workloads/policies/{name}.json"));
        list.push((name.to_owned(), path.display().to_string()));
    }
    list
}

const MANAGEMENT: &str = "100000000000";

#[test]
fn the_answers_are_those_of_the_generator() {
    let manifest = fs::read_to_string(trail().join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let logs = trail().display().to_string();
    let (mut denied, mut unknown) = (0, 0);
    for (name, policy) in policies() {
        let arguments =
            ["--scp", &policy, "--management-account", MANAGEMENT, "--format", "json", &logs];
        let report = report(&arguments);
        let expected = &manifest["expected"][&name];
        let number = |value: &Value| value.as_u64().unwrap_or_default();
        let found: BTreeMap<&str, u64> = [
            ("allowed", number(&report["verdicts"]["allowed"])),
            ("already", number(&report["classes"]["already-denied"])),
            ("denied", number(&report["verdicts"]["denied"])),
            ("skipped", number(&report["classes"]["skipped:not-a-call"])),
            ("unknown", number(&report["verdicts"]["unknown"])),
        ]
        .into();
        let wanted: BTreeMap<&str, u64> =
            found.keys().map(|key| (*key, number(&expected[*key]))).collect();
        assert_eq!(found, wanted, "{name}");
        assert_eq!(number(&report["records"]), number(&manifest["records"]), "{name}");
        let classes = report["classes"].as_object().unwrap();
        assert_eq!(classes.values().map(number).sum::<u64>(), number(&report["records"]));
        let grouped = report["groups"].as_array().unwrap();
        let grouped: u64 = grouped.iter().map(|it| number(&it["count"])).sum();
        assert_eq!(grouped, found["denied"].saturating_add(found["unknown"]), "{name}");
        denied += found["denied"];
        unknown += found["unknown"];
    }
    assert!(denied > 0 && unknown > 0, "the trail has something to find");
}

#[test]
fn threads_change_nothing_and_examples_replay() {
    let (policy, logs) = (trail().join("network-scp.json"), trail().display().to_string());
    let policy = policy.display().to_string();
    let cases = folder("replay-cases").join("cases.jsonl").display().to_string();
    let with = |threads: &str| {
        let arguments = [
            "--scp",
            &policy,
            "--management-account",
            MANAGEMENT,
            "--examples",
            "2",
            "--cases",
            &cases,
            "--threads",
            threads,
            &logs,
        ];
        (run(&arguments), fs::read_to_string(&cases).unwrap())
    };
    let one = with("1");
    assert_eq!(with("3"), one);
    assert!(one.1.lines().count() > 5, "examples are written");
    let decided = Command::new(env!("CARGO_BIN_EXE_polsim-under-test"))
        .args(["eval", "--cases", &cases])
        .output()
        .unwrap();
    let out = String::from_utf8(decided.stdout).unwrap();
    assert_eq!(decided.status.code(), Some(0), "every example is decided as it says: {out}");
}

#[test]
fn a_replay_that_was_killed_goes_on_where_it_was() {
    let (policy, logs) = (trail().join("network-scp.json"), trail().display().to_string());
    let policy = policy.display().to_string();
    let common = ["--scp", &policy, "--management-account", MANAGEMENT, "--format", "json"];
    let whole = run(&[&common[..], &[&logs]].concat());
    let folder = folder("replay-checkpoint");
    for files in [1, 3, 6] {
        let checkpoint = folder.join(format!("after-{files}.json")).display().to_string();
        let every = ["--checkpoint", &checkpoint, "--checkpoint-every", "0", "--threads", "1"];
        let arguments = [&common[..], &every, &[&logs]].concat();
        let mut child = command(&arguments).stdout(Stdio::null()).spawn().unwrap();
        // Killed once so many files are done, wherever it is then; it may be done by then.
        let done = || {
            let text = fs::read_to_string(&checkpoint).ok()?;
            let state: Value = serde_json::from_str(&text).ok()?;
            Some(state["done"].as_array()?.len())
        };
        while child.try_wait().unwrap().is_none() && done().unwrap_or_default() < files {
            thread::sleep(Duration::from_millis(1));
        }
        let _ = child.kill();
        child.wait().unwrap();
        assert!(done().unwrap_or_default() >= files, "what was done is kept");
        assert_eq!(run(&arguments), whole, "killed after {files} files");
        // Other options are another replay.
        let other = [&common[..], &every, &["--strict", &logs]].concat();
        let (status, _, err) = run(&other);
        assert_eq!(status, Some(2));
        assert!(err.contains("is no checkpoint of this replay"), "{err}");
    }
}

/// A record that a policy on S3 denies.
fn record(id: &str) -> String {
    let line = fs::read_to_string(root().join("corpus/cloudtrail/vectors.jsonl")).unwrap();
    let vector: Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
    let mut record = vector["record"].clone();
    record["eventID"] = id.into();
    record.to_string()
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_goes_on() {
    let folder = folder("replay-broken");
    let policy = folder.join("scp.json").display().to_string();
    let deny = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}, {"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
    fs::write(&policy, deny).unwrap();
    let logs = folder.join("logs");
    fs::create_dir_all(&logs).unwrap();
    let huge = format!(r#"{{"eventID": "huge", "x": "{}"}}"#, "x".repeat(4_300_000));
    fs::write(
        logs.join("huge.json"),
        format!("{{\"Records\":[{},{huge},{}]}}", record("a"), record("b")),
    )
    .unwrap();
    fs::write(logs.join("digest.json"), r#"{"awsAccountId":"1","digestStartTime":"x"}"#).unwrap();
    let packed = fs::read_dir(trail().join("AWSLogs/o-scale1234ab")).unwrap();
    let gz = packed.map(|it| it.unwrap().path()).find_map(|it| first_gz(&it)).unwrap();
    let bytes = fs::read(gz).unwrap();
    fs::write(logs.join("cut.json.gz"), &bytes[..bytes.len() / 2]).unwrap();
    fs::write(logs.join("text.jsonl"), "hello").unwrap();
    let path = logs.display().to_string();
    let (status, out, err) = run(&["--scp", &policy, "--format", "json", &path]);
    assert_eq!(status, Some(2), "{err}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let warnings = report["warnings"].as_array().unwrap();
    for words in
        ["cut.json.gz` at byte", "is longer than", "text.jsonl` at byte 0: the file is no JSON"]
    {
        let said = warnings.iter().any(|it| it.as_str().unwrap().contains(words));
        assert!(said && err.contains(words), "{words}: {warnings:?}");
    }
    assert_eq!(report["digests"], 1);
    let examples = out.matches("\"eventID\": \"a\"").count();
    assert!(examples > 0, "what stands before is read");
    assert!(report["verdicts"]["denied"].as_u64().unwrap() >= 2, "and what stands behind");
    assert_eq!(run(&["--scp", &policy, "--skip-broken", &path]).0, Some(1));
    // A folder without records, and a policy that AWS would refuse.
    let empty = folder.join("empty");
    fs::create_dir_all(&empty).unwrap();
    let (status, _, err) = run(&["--scp", &policy, &empty.display().to_string()]);
    assert!(status == Some(2) && err.contains("no file of records in"), "{err}");
    fs::write(
        folder.join("refused.json"),
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny"}}"#,
    )
    .unwrap();
    let refused = folder.join("refused.json").display().to_string();
    let (status, _, err) = run(&["--scp", &refused, &path]);
    assert!(status == Some(2) && err.contains("error[P"), "{err}");
}

/// The first packed file below a folder.
fn first_gz(folder: &Path) -> Option<PathBuf> {
    if folder.extension().is_some_and(|it| it == "gz") {
        return Some(folder.to_path_buf());
    }
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).ok()?.map(|it| it.unwrap().path()).collect();
    entries.sort();
    entries.iter().find_map(|it| first_gz(it))
}

#[test]
fn observe_prints_a_line_for_each_record() {
    let folder = folder("replay-observe");
    let path = folder.join("two.jsonl");
    fs::write(&path, format!("{}\n{{\"eventVersion\": \"2.0\"}}\n", record("a"))).unwrap();
    let path = path.display().to_string();
    let (status, out, err) = run(&["--observe", "--key", "aws:SourceIp", &path]);
    assert_eq!(status, Some(0), "{err}");
    let lines: Vec<Value> = out.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["requests"][0]["known"]["aws:SourceIp"], "203.0.113.10");
    assert_eq!(lines[1]["class"], "not-understood");
}
