//! Certificates of the corpus: each is accepted as it is read back from its file, and refused for
//! another question.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail in its helpers too"
)]

use std::path::PathBuf;

use polsim::prove::{Limits, Refusal};
use polsim::scenario::{CertificateFile, Recorder, Scenario};
use polsim::text::{Diagnostic, Source};
use polsim_tests::{Cli, Disk, Written, root, scenarios};
use serde_json::{Value as Json, json};

fn all(found: impl IntoIterator<Item = Diagnostic>) -> String {
    found.into_iter().map(|it| it.to_string()).collect::<Vec<_>>().join("\n")
}

/// The certificates of all properties of a scenario that have one.
fn certificates(path: &str) -> CertificateFile {
    let text = std::fs::read_to_string(root().join(path)).expect("the file can be read");
    let recorder = Recorder::new(&Disk);
    let source = Source::new(path, text);
    let scenario = Scenario::load(&source, &recorder).map_err(all).expect("a scenario");
    let verifier = scenario.verifier().map_err(all).expect("properties").with_certificates();
    let limits = Limits::default();
    let mut file = CertificateFile::default();
    for number in 0..verifier.len() {
        let report = verifier.decide(number, limits).expect("a property of this number");
        file.add(&scenario, &recorder, &report);
    }
    file
}

fn read_back(json: &Json) -> CertificateFile {
    CertificateFile::parse(&json.to_string()).expect("what was written can be read")
}

/// What the checker says of each proof.
fn outcomes(file: &CertificateFile) -> Vec<Result<(), Refusal>> {
    file.check()
        .map_err(all)
        .expect("the scenarios in it")
        .into_iter()
        .map(|it| it.outcome)
        .collect()
}

#[test]
fn certificates_are_accepted_as_they_are_read_back() {
    let mut proofs = 0;
    for Written { path, .. } in scenarios("corpus/proofs", "properties") {
        let file = read_back(&certificates(&path).to_json());
        for (outcome, proof) in outcomes(&file).iter().zip(file.proofs()) {
            assert_eq!(*outcome, Ok(()), "{path}: {}", proof.property);
            proofs += 1;
        }
    }
    assert!(proofs > 50, "only {proofs} proofs");
}

/// The first proof of a scenario of which `wanted` is true, alone in its file.
fn one(path: &str, wanted: impl Fn(&Json) -> bool) -> Json {
    let mut json = certificates(path).to_json();
    let proofs = json["proofs"].as_array().expect("proofs").clone();
    let one = proofs.into_iter().find(wanted).unwrap_or_else(|| panic!("no such proof in {path}"));
    json["proofs"] = json!([one]);
    json
}

fn refused(json: &Json) -> Refusal {
    match &outcomes(&read_back(json))[..] {
        [Err(refusal)] => refusal.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_proof_does_not_prove_another_verdict_or_property() {
    let proved = |proof: &Json| proof["verdict"] == "proved";
    let honest = one("corpus/proofs/strings.yaml", proved);
    for verdict in ["vacuous", "violated", "true"] {
        let mut other = honest.clone();
        other["proofs"][0]["verdict"] = json!(verdict);
        assert_eq!(refused(&other), Refusal::OtherQuestion, "{verdict}");
    }
    let mut other = honest.clone();
    other["proofs"][0]["property"] = json!("no property of this name");
    assert_eq!(refused(&other), Refusal::OtherQuestion);
    let mut other = honest;
    let assumed = other["proofs"][0]["certificate"]["assume"].as_array_mut().expect("a list");
    assumed.push(json!("pigs-fly"));
    assert_eq!(refused(&other), Refusal::OtherQuestion);
}

#[test]
fn a_policy_that_allows_more_is_another_question() {
    let text = r#"policies:
  - type: identity
    document:
      Version: "2012-10-17"
      Statement:
        - {Effect: Allow, Action: "s3:Get*", Resource: "*"}
        - {Effect: Deny, Action: "*", Resource: "arn:aws:s3:::secret/*"}
properties:
  - {name: nobody reads the secret, deny: {resources: ["arn:aws:s3:::secret/*"]}}
"#;
    let source = Source::new("scenario.yaml", text);
    let recorder = Recorder::new(&Disk);
    let scenario = Scenario::load(&source, &recorder).map_err(all).expect("a scenario");
    let verifier = scenario.verifier().map_err(all).expect("properties").with_certificates();
    let limits = Limits::default();
    let report = verifier.decide(0, limits).expect("a report");
    let mut file = CertificateFile::default();
    assert!(file.add(&scenario, &recorder, &report));
    let honest = file.to_json();
    assert_eq!(outcomes(&read_back(&honest)), [Ok(())]);
    // The name stays, the text says something else.
    for (from, to) in [("secret/*\"}", "secret/a*\"}"), ("Deny", "Allow")] {
        let mut other = honest.clone();
        other["texts"][0]["text"] = json!(text.replace(from, to));
        assert_eq!(refused(&other), Refusal::OtherQuestion, "{to}");
        // Even with the fingerprint of that question, whatever it is, the steps are not right.
    }
    // A witness has to be of the shape.
    let mut other = honest.clone();
    other["proofs"][0]["certificate"]["witness"]["resource"] = json!("arn:aws:s3:::public/x");
    assert_eq!(refused(&other), Refusal::WrongWitness);
    let mut other = honest.clone();
    other["proofs"][0]["certificate"].as_object_mut().expect("an object").remove("witness");
    assert_eq!(refused(&other), Refusal::WrongWitness);
    // Nothing but the end.
    let mut other = honest;
    other["proofs"][0]["certificate"]["steps"] = json!([{"clause": []}]);
    assert_eq!(refused(&other), Refusal::DoesNotFollow(1));
}

/// Runs a line of shell in a folder of its own: the exit status and what it printed.
fn shell(line: &str) -> (i32, String) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("certificates");
    std::fs::create_dir_all(&folder).expect("a folder");
    let cli = Cli::new(env!("CARGO_BIN_EXE_polsim-under-test"));
    cli.shell(&folder, line).expect("a shell")
}

#[test]
fn the_command_checks_what_the_command_wrote() {
    let scenario = root().join("corpus/proofs/strings.yaml").display().to_string();
    let (status, _) = shell(&format!("polsim verify {scenario} --certificate proofs.json"));
    assert_eq!(status, 0);
    let (status, told) = shell("polsim check proofs.json");
    assert_eq!(status, 0, "{told}");
    assert!(told.starts_with("proofs.json: "), "{told}");
    assert!(told.contains("  sha256:") && told.contains("  accepted: "), "{told}");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("certificates");
    let text = std::fs::read_to_string(folder.join("proofs.json")).expect("the certificates");
    let mut json: Json = serde_json::from_str(&text).expect("JSON");
    json["proofs"][0]["certificate"]["steps"] = json!([{"clause": []}]);
    std::fs::write(folder.join("spoilt.json"), json.to_string()).expect("a file");
    let (status, told) = shell("polsim check proofs.json spoilt.json");
    assert_eq!(status, 1, "{told}");
    assert!(told.contains("  REFUSED: "), "{told}");
    let why = "step 1: the clause does not follow from the steps before";
    assert!(told.contains(why), "{told}");
}

#[test]
fn nothing_to_check_is_no_answer() {
    let empty = json!({"polsimCertificates": 1, "texts": [], "reads": [], "proofs": []});
    let line = format!("echo '{empty}' | polsim check -");
    let (status, told) = shell(&line);
    assert_eq!(status, 2, "{told}");
    assert!(told.contains("there is no proof in"), "{told}");
    let (status, told) = shell("echo '{}' | polsim check -");
    assert_eq!(status, 2, "{told}");
    assert!(told.contains("it is no file of certificates"), "{told}");
}

#[test]
fn what_is_no_file_of_certificates_is_told() {
    for (text, told) in [
        ("", "it is not JSON"),
        ("{}", "it is no file of certificates"),
        (r#"{"polsimCertificates": 3}"#, "its format is not version 1 to 2"),
        (r#"{"polsimCertificates": "1"}"#, "its format is not version 1 to 2"),
        (r#"{"polsimCertificates": 1}"#, "it has no list `texts`"),
        (
            r#"{"polsimCertificates": 1, "texts": [{"name": "a", "text": ""}, {"name": "a", "text": "b"}]}"#,
            "two texts are called `a`",
        ),
        (
            r#"{"polsimCertificates": 1, "texts": [], "reads": [{"name": "x"}]}"#,
            "there is no text `x` in it",
        ),
        (
            r#"{"polsimCertificates": 1, "texts": [], "reads": [], "proofs": [{}]}"#,
            "proof 1: a certificate has a list `assume`",
        ),
    ] {
        let wrong = CertificateFile::parse(text).expect_err(text).to_string();
        assert!(wrong.starts_with(told), "{text}: {wrong}");
    }
}
