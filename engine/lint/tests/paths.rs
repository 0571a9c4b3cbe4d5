//! Paths to more permissions: each is found where it is open, and not where one thing closes it.

use polsim::catalog::Catalog;
use polsim::catalog::escalation::{Kind, Path};
use polsim::policy::PolicyType;
use polsim::text::Source;
use polsim_lint::Linter;
use serde_json::{Value as Json, json};

/// The messages about paths in a document of these statements.
fn paths(linter: &Linter<'_>, statements: &Json) -> Vec<String> {
    let document = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let report = linter.lint(&Source::new("paths.json", document), PolicyType::Identity);
    let about = |it: &&polsim_lint::Finding| it.code() == "W0502";
    report.findings.iter().filter(about).map(|it| it.diagnostic.message.clone()).collect()
}

fn new_paths() -> impl Iterator<Item = &'static Path> {
    Path::all().iter().filter(|path| path.kind != Kind::Existing)
}

#[test]
fn every_path_is_found_where_it_is_open() {
    let catalog = Catalog::embedded().unwrap();
    let linter = Linter::new(Some(&catalog));
    for path in new_paths() {
        let found =
            paths(&linter, &json!([{"Effect": "Allow", "Action": path.actions, "Resource": "*"}]));
        let named = found.iter().any(|it| it.contains(path.id));
        let shorter = new_paths().any(|it| path.is_longer_than(it));
        assert!(named || shorter && !found.is_empty(), "{}: {found:?}", path.id);
    }
}

#[test]
fn a_deny_a_condition_or_a_name_closes_a_path() {
    let catalog = Catalog::embedded().unwrap();
    let linter = Linter::new(Some(&catalog));
    for path in new_paths() {
        let allow = json!({"Effect": "Allow", "Action": path.actions, "Resource": "*"});
        let first = path.actions[0];
        let others = &path.actions[1..];
        let deny = json!({"Effect": "Deny", "Action": first, "Resource": "*"});
        let mut with_mfa = allow.clone();
        with_mfa["Condition"] = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
        let named = json!({"Effect": "Allow", "Action": first, "Resource": "arn:aws:iam::111122223333:*/app-*"});
        let mut narrow = vec![named];
        if !others.is_empty() {
            narrow.push(json!({"Effect": "Allow", "Action": others, "Resource": "*"}));
        }
        for closed in [json!([allow, deny]), json!([with_mfa]), json!(narrow)] {
            let found = paths(&linter, &closed);
            assert!(found.is_empty(), "{} in {closed}: {found:?}", path.id);
        }
    }
}
