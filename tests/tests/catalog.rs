//! The catalogue against the corpus: every action that its policies name is one that AWS lists.
#![expect(clippy::unwrap_used, reason = "a test may fail in its helpers too")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use polsim::catalog::Catalog;
use polsim_tests::root;
use serde_json::Value as Json;

/// Names that cases misspell on purpose.
const MISSPELT: [&str; 2] = ["s3:GetObjec", "s3:GetObject "];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|it| it == "json" || it == "jsonl") {
            found.push(path);
        }
    }
}

/// The actions without wildcards of all Action and NotAction elements in a document.
fn actions(value: &Json, found: &mut BTreeSet<String>) {
    match value {
        Json::Array(items) => items.iter().for_each(|it| actions(it, found)),
        Json::Object(members) => {
            for (name, value) in members {
                if matches!(name.as_str(), "Action" | "NotAction") {
                    let one = std::slice::from_ref(value);
                    let items = value.as_array().map_or(one, Vec::as_slice);
                    let texts = items.iter().filter_map(Json::as_str);
                    let literal = |it: &&str| it.contains(':') && !it.contains(['*', '?', '$']);
                    found.extend(texts.filter(literal).map(str::to_owned));
                }
                actions(value, found);
            }
        }
        _ => (),
    }
}

#[test]
fn every_action_of_the_corpus_is_listed() {
    let catalog = Catalog::embedded().unwrap();
    let mut paths = Vec::new();
    for folder in ["cases", "patterns", "pitfalls", "quickstart", "diff", "proofs"] {
        files(&root().join("corpus").join(folder), &mut paths);
    }
    let mut found = BTreeSet::new();
    for path in &paths {
        let text = std::fs::read_to_string(path).unwrap();
        let documents = serde_json::Deserializer::from_str(&text).into_iter::<Json>();
        documents.map_while(Result::ok).for_each(|it| actions(&it, &mut found));
    }
    assert!(found.len() > 90, "the test saw too little: {} actions", found.len());
    for action in found.iter().filter(|it| !MISSPELT.contains(&it.as_str())) {
        let (service, name) = action.split_once(':').unwrap();
        assert!(catalog.action(service, name).is_some(), "{action}");
    }
}
