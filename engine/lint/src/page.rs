//! Pages of rules, in Markdown: the same text for `--explain`, the documentation and SARIF.

use std::fmt::Write as _;

use polsim::policy::PolicyType;
use serde_json::Value;

use crate::rule::{Repair, Rule};

/// Documents that show a rule: a line a rule.
static EXAMPLES: &str = include_str!("../data/examples.jsonl");

/// Documents that show a rule.
///
/// ```
/// let example = polsim_lint::Rule::find("W0308").and_then(|rule| rule.example()).expect("it has one");
/// assert!(example.avoid.contains("10.0.0.0/8"));
/// ```
#[derive(Clone, Debug)]
pub struct Example {
    /// A document with such a finding, and its type.
    pub avoid: String,
    /// The type of the first document.
    pub avoid_type: PolicyType,
    /// A document without.
    pub prefer: String,
    /// The type of the second document.
    pub prefer_type: PolicyType,
}

impl Rule {
    /// The documents that show the rule; none for the linter's own matters.
    pub fn example(&self) -> Option<Example> {
        let all = EXAMPLES.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let row = all
            .into_iter()
            .find(|row| row.get("code").and_then(Value::as_str) == Some(self.code))?;
        let text = |key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
        let kind = |key: &str| row.get(key).and_then(Value::as_str).and_then(|it| it.parse().ok());
        Some(Example {
            avoid: text("avoid")?,
            avoid_type: kind("type")?,
            prefer: text("prefer")?,
            prefer_type: kind("preferType")?,
        })
    }

    /// The page of the rule.
    pub fn page(&self) -> String {
        let mut out = format!("## {} {}\n\n", self.code, self.name);
        let on = if self.on { "" } else { ", off by default" };
        let repair = match self.repair {
            Repair::None => String::new(),
            repair => format!(", {repair} repair"),
        };
        let mut title: String = self.title.to_owned();
        if let Some(first) = title.get(..1).map(str::to_ascii_uppercase) {
            title.replace_range(..1, &first);
        }
        let _ = writeln!(out, "{title} ({}{on}{repair}).\n", self.level);
        let _ = writeln!(out, "**Reported:** {}.\n\n{}\n", self.condition, self.why);
        if let Some(example) = self.example() {
            let (avoid, prefer) = (&example.avoid, &example.prefer);
            let (one, two) = (example.avoid_type, example.prefer_type);
            let _ = writeln!(out, "Avoid ({one}):\n\n```json\n{avoid}\n```\n");
            let _ = writeln!(out, "Prefer ({two}):\n\n```json\n{prefer}\n```\n");
        }
        if !self.code.starts_with("W09") {
            let code = self.code;
            let _ = writeln!(
                out,
                "To keep one as it is: `[[lint.allow]]` in `polsim.toml` with `code = \"{code}\"`, the \
                 place and a reason.\n"
            );
        }
        if !self.aws.is_empty() {
            let _ = writeln!(out, "IAM Access Analyzer: {}.\n", self.aws.join(", "));
        }
        out
    }
}
