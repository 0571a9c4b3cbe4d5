//! The document itself: Version, Id and the list of statements.

use rustc_hash::FxHashMap;

use super::reader::{DocumentReader, with_meant};
use super::rules::{SidRule, VersionRule};
use super::statement;
use crate::policy::{Policy, SizeLimit, Spanned, Statement, Version, code};
use crate::text::{Diagnostic, Member, Node, Span, Value, nearest, quoted};

/// Members of AWS's answers and of templates in which a policy document stands.
const WRAPPERS: &[&str] = &[
    "AssumeRolePolicyDocument",
    "Document",
    "KeyPolicy",
    "Policy",
    "PolicyDocument",
    "PolicyVersion",
];

impl DocumentReader<'_> {
    pub(super) fn policy(&mut self, node: &Node) -> Option<Policy> {
        let Value::Object(members) = &node.value else {
            let message = format!("a policy is an object, found {}", node.kind());
            self.error(code::NOT_AN_OBJECT, node.span, message);
            return None;
        };
        if self.rules.latin_only {
            self.characters(node);
        }
        let ignored = |member: &&Member| &*member.key == "Conditions";
        for member in members.iter().filter(ignored) {
            let message = "`Conditions` at the top of a policy is ignored";
            let help = "a condition stands in a statement, as `Condition`";
            self.warn_with_help(code::IGNORED, member.key_span, message, help);
        }
        let others = members.iter().filter(|member| !ignored(member));
        let suggested = self.unknown_elements(others, &["Version", "Id", "Statement"]);
        self.version = self.version(node, &suggested);
        let id = self.id(node);
        let statements = self.statements(node, &suggested)?;
        Some(Policy {
            policy_type: self.policy_type,
            version: self.version,
            id,
            statements,
            source: self.source.clone(),
            span: node.span,
        })
    }

    /// Complains of elements that do not exist; the names that were probably meant.
    pub(super) fn unknown_elements<'n>(
        &mut self,
        members: impl Iterator<Item = &'n Member>,
        known: &[&'static str],
    ) -> Vec<&'static str> {
        let mut suggested = Vec::new();
        for member in members.filter(|member| !known.contains(&&*member.key)) {
            let message = format!("unknown element {}", quoted(&member.key));
            let diagnostic =
                Diagnostic::error(code::UNKNOWN_ELEMENT, self.source, member.key_span, message);
            let meant = nearest(&member.key, known.iter().copied());
            suggested.extend(meant);
            let help = match meant {
                Some(meant) => format!("did you mean `{meant}`?"),
                None if statement::ELEMENTS.contains(&&*member.key) => {
                    format!("`{}` belongs into a statement", member.key)
                }
                None if WRAPPERS.contains(&&*member.key) => {
                    format!("the policy is what stands inside `{}`: give that alone", member.key)
                }
                None => format!("expected one of `{}`", known.join("`, `")),
            };
            self.report(diagnostic.with_help(help));
        }
        suggested
    }

    /// Complains of a document that is larger than AWS stores (policy language §1.7).
    pub(super) fn size(&mut self, span: Span, policy: Option<&Policy>) {
        let SizeLimit { limit, unit, certain } = self.policy_type.size_limit();
        let size = policy.map_or_else(|| unit.count(self.source.slice(span)), Policy::size);
        if size <= limit {
            return;
        }
        let start = Span { end: span.start.saturating_add(1), ..span };
        let article = self.article();
        if certain {
            let message = format!(
                "the policy has {size} {unit}: {article} policy cannot exceed the quota of {limit}"
            );
            self.error(code::SIZE, start, message);
        } else {
            let message = format!(
                "the policy has {size} {unit}: {article} policy usually has at most {limit}"
            );
            self.warn(code::UNUSUAL_SIZE, start, message);
        }
    }

    fn version(&mut self, node: &Node, suggested: &[&str]) -> Version {
        let Some(member) = node.member("Version") else {
            if !suggested.contains(&"Version") {
                self.missing_version(node.span);
            }
            return Version::V2008;
        };
        let span = member.value.span;
        let expected = "expected `2012-10-17` or `2008-10-17`";
        match member.value.as_str() {
            Some("2012-10-17") => Version::V2012,
            Some("2008-10-17") => {
                let needed = "policy document must be version 2012-10-17 or greater, \
                              not `2008-10-17`";
                match self.rules.version {
                    VersionRule::Any => (),
                    VersionRule::PrefersLatest => self.warn(
                        code::OLD_VERSION,
                        span,
                        format!("{needed}: IAM refuses it now, old documents stay in force"),
                    ),
                    VersionRule::Latest => self.error(code::VERSION, span, needed),
                }
                Version::V2008
            }
            Some(other) => {
                let message = format!("Version {} does not exist: {expected}", quoted(other));
                let diagnostic = Diagnostic::error(code::VERSION, self.source, span, message);
                let meant = nearest(other, ["2012-10-17", "2008-10-17"]);
                self.report(with_meant(diagnostic, meant));
                // Whoever writes a version wants the newest: no complaints about variables on top.
                Version::V2012
            }
            None => {
                self.wrong_type("Version", &member.value, "`\"2012-10-17\"`");
                Version::V2012
            }
        }
    }

    fn missing_version(&mut self, document: Span) {
        let start = Span { end: document.start.saturating_add(1), ..document };
        if self.rules.version == VersionRule::Latest {
            let message = format!(
                "element `Version` is missing: the document of an {} must be version 2012-10-17",
                self.policy_type
            );
            self.error(code::VERSION, start, message);
        } else {
            self.warn_with_help(
                code::MISSING_VERSION,
                start,
                "no Version: the policy is read as version 2008-10-17, without policy variables",
                "add `\"Version\": \"2012-10-17\"`",
            );
        }
    }

    fn id(&mut self, node: &Node) -> Option<Spanned<Box<str>>> {
        let member = node.member("Id")?;
        let Some(text) = member.value.as_str() else {
            self.wrong_type("Id", &member.value, "a string");
            return None;
        };
        if self.rules.iam_grammar && !self.policy_type.has_principal() {
            let message = format!("`Id` means nothing in {} policy", self.article());
            self.warn(code::UNEXPECTED_ID, member.key_span, message);
        }
        Some(Spanned { span: member.value.span, value: text.into() })
    }

    fn statements(&mut self, node: &Node, suggested: &[&str]) -> Option<Vec<Statement>> {
        let Some(member) = node.member("Statement") else {
            if !suggested.contains(&"Statement") {
                let message = "element `Statement` is missing: a policy has at least one statement";
                self.error(code::NO_STATEMENT, node.span, message);
            }
            return None;
        };
        match &member.value.value {
            Value::Array(items) if items.is_empty() => {
                let message = "`Statement` is empty: a policy has at least one statement";
                self.error(code::NO_STATEMENT, member.value.span, message);
                return None;
            }
            Value::Array(_) | Value::Object(_) => (),
            _ => {
                self.wrong_type("Statement", &member.value, "a statement or a list of them");
                return None;
            }
        }
        let read: Vec<_> =
            member.value.items().iter().filter_map(|item| self.statement(item)).collect();
        self.unique_sids(member.value.items());
        (read.len() == member.value.items().len()).then_some(read)
    }

    /// Complains of Sids that stand twice; empty ones do not count (policy language §1.3).
    fn unique_sids(&mut self, statements: &[Node]) {
        let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
        for sid in statements.iter().filter_map(|statement| statement.member("Sid")) {
            let Some(text) = sid.value.as_str().filter(|text| !text.is_empty()) else { continue };
            let span = sid.value.span;
            let Some(first) = seen.insert(text, span) else { continue };
            let rule = "statement IDs (SID) in a single policy must be unique";
            let message = format!("{rule}: {} was given before", quoted(text));
            let diagnostic = if self.rules.sid == SidRule::Strict {
                Diagnostic::error(code::DUPLICATE_SID, self.source, span, message)
            } else {
                Diagnostic::warning(code::UNUSUAL_SID, self.source, span, message)
            };
            self.report(diagnostic.with_label(first, "first given here"));
        }
    }

    /// Complains of characters that the service does not store (policy language §1.1, G-1). JSON
    /// has none outside of strings.
    fn characters(&mut self, node: &Node) {
        let plain = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
        if self.source.slice(node.span).bytes().all(plain) {
            return;
        }
        let stored = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FF}');
        let mut spans = Vec::new();
        string_spans(node, &mut spans);
        for span in spans {
            let start = span.range().start;
            for (at, c) in self.source.slice(span).char_indices().filter(|(_, c)| !stored(*c)) {
                let at = start.saturating_add(at);
                let place = Span::new(at, at.saturating_add(c.len_utf8()));
                let message = format!(
                    "{} (U+{:04X}) cannot stand in {} policy: characters go up to U+00FF",
                    quoted(c.encode_utf8(&mut [0; 4])),
                    u32::from(c),
                    self.article(),
                );
                self.error(code::CHARACTER, place, message);
            }
        }
    }
}

/// The places of the keys and strings of a tree.
fn string_spans(node: &Node, spans: &mut Vec<Span>) {
    match &node.value {
        Value::String(_) => spans.push(node.span),
        Value::Array(items) => items.iter().for_each(|item| string_spans(item, spans)),
        Value::Object(members) => {
            for member in members {
                spans.push(member.key_span);
                string_spans(&member.value, spans);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => (),
    }
}
