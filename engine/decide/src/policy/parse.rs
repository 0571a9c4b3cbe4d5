//! From text to a [`Policy`], or to everything that is wrong with it.
//!
//! Each file below reads one element. What a policy type allows is data ([`rules`]); a reader
//! complains to the [`Reader`] and goes on, so that one run shows all mistakes.

mod action;
mod condition;
mod principal;
mod resource;
mod rules;
mod statement;

use rustc_hash::FxHashMap;

use super::{Policy, PolicyType, SizeLimit, Spanned, Statement, Version, code};
use crate::text::{Code, Diagnostic, Member, Node, Severity, Source, Span, Value, json, nearest};
use rules::{Rules, SidRule, VersionRule};

/// A policy that was accepted, and what its author should know about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The policy.
    pub policy: Policy,
    /// What AWS accepts and its author will regret, in the order of the text.
    pub warnings: Vec<Diagnostic>,
}

/// How many errors, and how many warnings, are listed for one document.
const MAX_LISTED: usize = 100;
/// How much of the user's text a message repeats, in characters.
const MAX_QUOTED: usize = 120;

/// Members of AWS's answers and of templates in which a policy document stands.
const WRAPPERS: &[&str] = &[
    "AssumeRolePolicyDocument",
    "Document",
    "KeyPolicy",
    "Policy",
    "PolicyDocument",
    "PolicyVersion",
];

impl Policy {
    /// How many bytes of a policy are read. The largest document that AWS takes anywhere has
    /// 131,072 characters (policy language §1.7).
    pub const MAX_BYTES: usize = 1_048_576;

    /// The policy that is the whole text of `source`.
    ///
    /// # Errors
    /// All that is wrong with it, in the order of the text; not more than a hundred complaints.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::policy::{Policy, PolicyType};
    /// # use polsim::text::Source;
    /// let text = r#"{"Version": "2012-10-17", "Statement": {
    ///     "Efect": "Allow", "Action": "getobject", "Resource": "*"}}"#;
    /// let refused = Policy::parse(&Source::new("p.json", text), PolicyType::Identity).unwrap_err();
    /// assert_eq!(refused.len(), 2);
    /// assert_eq!(refused[0].to_string(), "p.json:2:5: unknown element `Efect` (did you mean `Effect`?)");
    /// ```
    pub fn parse(source: &Source, policy_type: PolicyType) -> Result<Parsed, Vec<Diagnostic>> {
        let size = source.text().len();
        if size > Self::MAX_BYTES {
            return Err(vec![too_large(source, Span::new(0, size), size)]);
        }
        let node = json::parse(source).map_err(|refused| vec![refused])?;
        Self::from_node(source, &node, policy_type)
    }

    /// The policy that stands at `node` of a bigger document, such as a line of cases.
    ///
    /// # Errors
    /// As for [`parse`](Self::parse).
    pub fn from_node(
        source: &Source,
        node: &Node,
        policy_type: PolicyType,
    ) -> Result<Parsed, Vec<Diagnostic>> {
        let size = node.span.range().len();
        if size > Self::MAX_BYTES {
            return Err(vec![too_large(source, node.span, size)]);
        }
        let mut reader = Reader::new(source, policy_type);
        let policy = reader.policy(node);
        reader.size(node.span, policy.as_ref());
        reader.finish(policy)
    }
}

/// The conditions of a condition block that stands outside of a policy, read as a policy of today's
/// version has them.
///
/// # Errors
/// Every complaint about it, with its place.
pub fn condition_block(
    source: &Source,
    block: &Node,
) -> Result<Vec<super::Condition>, Vec<Diagnostic>> {
    let mut reader = Reader::new(source, PolicyType::Resource);
    reader.version = Version::V2012;
    let member = Member { key: "Condition".into(), key_span: block.span, value: block.clone() };
    let statement = Node { span: block.span, value: Value::Object(vec![member]) };
    let read = reader.conditions(&statement);
    match read {
        Some(conditions) if reader.errors.listed.is_empty() => Ok(conditions),
        _ => Err(reader.errors.sorted(|count, span| {
            let message = format!("and {count} more errors from here on");
            Diagnostic::error(code::MORE_ERRORS, source, span, message)
        })),
    }
}

fn too_large(source: &Source, span: Span, size: usize) -> Diagnostic {
    let limit = Policy::MAX_BYTES;
    let message = format!("the policy has {size} bytes: more than {limit} are not read");
    let start = Span { end: span.start.saturating_add(1), ..span };
    Diagnostic::error(code::TOO_LARGE, source, start, message)
}

/// Reads one document and collects the complaints.
#[derive(Debug)]
struct Reader<'a> {
    source: &'a Source,
    policy_type: PolicyType,
    rules: Rules,
    version: Version,
    errors: Complaints,
    warnings: Complaints,
}

#[derive(Debug, Default)]
struct Complaints {
    listed: Vec<Diagnostic>,
    unlisted: usize,
    first_unlisted: Span,
}

impl Complaints {
    fn push(&mut self, diagnostic: Diagnostic) {
        if self.listed.len() < MAX_LISTED {
            self.listed.push(diagnostic);
            return;
        }
        if self.unlisted == 0 {
            self.first_unlisted = diagnostic.span;
        }
        self.unlisted = self.unlisted.saturating_add(1);
    }

    fn sorted(mut self, more: impl FnOnce(usize, Span) -> Diagnostic) -> Vec<Diagnostic> {
        self.listed.sort_by_key(|diagnostic| diagnostic.span.start);
        if self.unlisted != 0 {
            self.listed.push(more(self.unlisted, self.first_unlisted));
        }
        self.listed
    }
}

impl<'a> Reader<'a> {
    fn new(source: &'a Source, policy_type: PolicyType) -> Self {
        Self {
            source,
            policy_type,
            rules: Rules::of(policy_type),
            version: Version::V2008,
            errors: Complaints::default(),
            warnings: Complaints::default(),
        }
    }

    fn finish(self, policy: Option<Policy>) -> Result<Parsed, Vec<Diagnostic>> {
        let source = self.source;
        let errors = self.errors.sorted(|count, span| {
            let message = format!("and {count} more errors from here on");
            Diagnostic::error(code::MORE_ERRORS, source, span, message)
        });
        let warnings = self.warnings.sorted(|count, span| {
            let message = format!("and {count} more warnings from here on");
            Diagnostic::warning(code::MORE_WARNINGS, source, span, message)
        });
        match policy {
            Some(policy) if errors.is_empty() => Ok(Parsed { policy, warnings }),
            _ => Err(errors),
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        match diagnostic.severity {
            Severity::Error => self.errors.push(diagnostic),
            Severity::Warning | Severity::Info => self.warnings.push(diagnostic),
        }
    }

    fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.errors.push(Diagnostic::error(code, self.source, span, message));
    }

    fn error_with_help(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.report(Diagnostic::error(code, self.source, span, message).with_help(help));
    }

    fn warn(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.warnings.push(Diagnostic::warning(code, self.source, span, message));
    }

    fn warn_with_help(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.report(Diagnostic::warning(code, self.source, span, message).with_help(help));
    }

    /// Complains that the value of `name` has the wrong JSON type.
    fn wrong_type(&mut self, name: &str, node: &Node, expected: &str) {
        let found = match &node.value {
            Value::String(_) | Value::Number(_) | Value::Bool(_) => {
                format!("{} {}", node.kind(), quoted(self.source.slice(node.span)))
            }
            _ => node.kind().to_owned(),
        };
        let message = format!("{} is {found}: expected {expected}", quoted(name));
        self.error(code::JSON_TYPE, node.span, message);
    }

    fn policy(&mut self, node: &Node) -> Option<Policy> {
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
    fn unknown_elements<'n>(
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
    fn size(&mut self, span: Span, policy: Option<&Policy>) {
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

    /// The policy type with its article: `an identity`, `a trust`.
    fn article(&self) -> String {
        let vowel = matches!(
            self.policy_type,
            PolicyType::Identity | PolicyType::Endpoint | PolicyType::Rcp | PolicyType::Scp
        );
        format!("{} {}", if vowel { "an" } else { "a" }, self.policy_type)
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

/// The user's text for a message: in backticks, on one line, not endless.
fn quoted(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(MAX_QUOTED)
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .collect();
    if text.chars().nth(MAX_QUOTED).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

fn with_meant(diagnostic: Diagnostic, meant: Option<&str>) -> Diagnostic {
    match meant {
        Some(meant) => diagnostic.with_help(format!("did you mean `{meant}`?")),
        None => diagnostic,
    }
}
