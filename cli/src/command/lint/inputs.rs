//! The policies that are examined: documents, lines of documents, and those of scenarios and cases.

use std::fs;
use std::path::Path;

use polsim::policy::{Document, PolicyType};
use polsim::scenario::ScenarioSets;
use polsim::text::{Node, Source, Span, Value, json};

use super::config::Config;
use crate::Failure;
use crate::files::{RelativeFiles, cannot_read, is_scenario, read};

/// A policy that is examined.
#[derive(Debug)]
pub(super) struct Item {
    /// The file, as it was found.
    pub(super) file: String,
    /// The name of the policy in its file, where that has several.
    pub(super) name: Option<String>,
    pub(super) source: Source,
    /// The place of the document in the text; the whole text without one.
    pub(super) at: Option<Span>,
    pub(super) policy_type: PolicyType,
    /// True if nobody said the type.
    pub(super) inferred: bool,
}

/// The policies of a run, and the files that are none.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    pub(super) items: Vec<Item>,
    pub(super) skipped: Vec<String>,
}

impl Inputs {
    /// The policies of the files, and of the files in the folders, by name.
    pub(super) fn find(
        paths: &[String],
        policy_type: Option<PolicyType>,
        config: &Config,
    ) -> Result<Self, Failure> {
        let mut inputs = Self::default();
        for path in paths {
            if path != "-" && Path::new(path).is_dir() {
                inputs.folder(Path::new(path), policy_type, config)?;
            } else {
                inputs.file(&read(path)?, policy_type, config)?;
            }
        }
        Ok(inputs)
    }

    fn folder(
        &mut self,
        folder: &Path,
        policy_type: Option<PolicyType>,
        config: &Config,
    ) -> Result<(), Failure> {
        let name = folder.display().to_string();
        let entries = fs::read_dir(folder)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| cannot_read(&name, &error))?;
        let mut names: Vec<_> = entries.iter().map(fs::DirEntry::file_name).collect();
        names.sort();
        for name in names {
            let path = folder.join(&name);
            let text = name.to_string_lossy();
            if text.starts_with('.') || matches!(&*text, "target" | "node_modules") {
                continue;
            }
            let ending = path.extension().map(|it| it.to_string_lossy().to_lowercase());
            if path.is_dir() {
                self.folder(&path, policy_type, config)?;
            } else if matches!(ending.as_deref(), Some("json" | "jsonl" | "yaml" | "yml")) {
                let path = path.display().to_string();
                let path = path.strip_prefix("./").unwrap_or(&path);
                self.file(&read(path)?, policy_type, config)?;
            }
        }
        Ok(())
    }

    fn file(
        &mut self,
        source: &Source,
        given: Option<PolicyType>,
        config: &Config,
    ) -> Result<(), Failure> {
        if source.name().to_lowercase().ends_with(".jsonl") {
            return self.lines(source, given);
        }
        if is_scenario(source) {
            return self.scenario(source);
        }
        match Document::read(source, None) {
            // A text that cannot be read is a finding of the linter.
            Err(_) => self.document(source, None, given, config),
            Ok(Document { node, .. }) if node.member("Statement").is_some() => {
                self.document(source, Some(&node), given, config);
            }
            Ok(_) => self.skipped.push(source.name().to_owned()),
        }
        Ok(())
    }

    fn document(
        &mut self,
        source: &Source,
        node: Option<&Node>,
        given: Option<PolicyType>,
        config: &Config,
    ) {
        let said =
            given.or_else(|| config.type_of(source.name())).or_else(|| by_name(source.name()));
        let inferred = node.map_or(PolicyType::Identity, likely);
        self.items.push(Item {
            file: source.name().to_owned(),
            name: None,
            source: source.clone(),
            at: None,
            policy_type: said.unwrap_or(inferred),
            inferred: said.is_none() && node.is_some(),
        });
    }

    /// Lines of documents, `{"name", "type", "document"}`, or of cases with `policies`.
    fn lines(&mut self, source: &Source, given: Option<PolicyType>) -> Result<(), Failure> {
        let before = self.items.len();
        for (number, line) in source.text().lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let first = u32::try_from(number.saturating_add(1)).unwrap_or(u32::MAX);
            let line = Source::at_line(source.name(), line, first);
            let node = json::parse(&line)?;
            let policies: &[Node] = match node.member("policies") {
                Some(member) => member.value.items(),
                None => std::slice::from_ref(&node),
            };
            for policy in policies {
                let Some(document) = policy.member("document") else { continue };
                if !matches!(document.value.value, Value::Object(_)) {
                    continue;
                }
                let word = |key: &str| policy.member(key).and_then(|it| it.value.as_str());
                let name =
                    word("name").or_else(|| node.member("id").and_then(|it| it.value.as_str()));
                let said = word("type").and_then(|it| it.parse().ok()).or(given);
                self.items.push(Item {
                    file: source.name().to_owned(),
                    name: name.map(str::to_owned),
                    source: line.clone(),
                    at: Some(document.value.span),
                    policy_type: said.unwrap_or_else(|| likely(&document.value)),
                    inferred: said.is_none(),
                });
            }
        }
        if self.items.len() == before {
            self.skipped.push(source.name().to_owned());
        }
        Ok(())
    }

    /// The policies of a scenario, those in files of their own included.
    fn scenario(&mut self, source: &Source) -> Result<(), Failure> {
        let loaded = ScenarioSets::load(source, &RelativeFiles, None)?;
        for name in loaded.sets.keys() {
            for attached in loaded.attached(name).unwrap_or_default() {
                let policy = &attached.policy;
                let known = |it: &&Item| {
                    it.source.name() == policy.source.name()
                        && it.at.is_none_or(|at| at == policy.span)
                };
                if self.items.iter().any(|it| known(&it)) {
                    continue;
                }
                self.items.push(Item {
                    file: policy.source.name().to_owned(),
                    name: Some(attached.name.to_string()),
                    source: policy.source.clone(),
                    at: Some(policy.span),
                    policy_type: policy.policy_type,
                    inferred: false,
                });
            }
        }
        Ok(())
    }
}

/// The type that a file's name says: `deny-regions.scp.json`.
fn by_name(name: &str) -> Option<PolicyType> {
    let stem = Path::new(name).file_stem()?.to_str()?;
    stem.rsplit_once('.')?.1.parse().ok()
}

/// The probable type of a document: those that cannot be told from an identity or resource policy are
/// never guessed.
fn likely(document: &Node) -> PolicyType {
    let statements = document.member("Statement").into_iter().flat_map(|it| it.value.items());
    let statements: Vec<&Node> = statements.collect();
    let has = |names: [&str; 2]| {
        statements.iter().any(|it| names.into_iter().any(|name| it.member(name).is_some()))
    };
    if !has(["Principal", "NotPrincipal"]) {
        return PolicyType::Identity;
    }
    let texts = |key: &str| -> Vec<&str> {
        let members = statements.iter().filter_map(|it| it.member(key));
        members.flat_map(|it| it.value.items()).filter_map(Node::as_str).collect()
    };
    let all = |prefix: &str| {
        let actions = texts("Action");
        !actions.is_empty() && actions.iter().all(|it| it.to_ascii_lowercase().starts_with(prefix))
    };
    if !has(["Resource", "NotResource"]) && all("sts:") {
        PolicyType::Trust
    } else if all("kms:") && texts("Resource").iter().all(|it| *it == "*") {
        PolicyType::Key
    } else {
        PolicyType::Resource
    }
}
