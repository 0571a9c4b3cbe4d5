//! Policy documents as AWS prints them: inside the answer of a call, as a JSON text inside a JSON
//! text, percent-encoded.
//!
//! `aws s3api get-bucket-policy` gives `{"Policy": "{\"Version\": …}"}`, `aws iam get-policy-version`
//! the document two levels deep, IAM's query API percent-encodes it (IAM API Reference,
//! GetPolicyVersion), and `aws ec2 describe-vpc-endpoints` lists endpoints with their policies. Each
//! is read where a policy file is read; a text without such a wrapper is left as it is.

use super::code;
use crate::text::{Diagnostic, Diagnostics, Member, Node, Source, Span, Value, json, read};

/// The members of AWS's answers under which a policy, or an object with one, stands.
const WRAPPERS: &[&str] = &[
    "AssumeRolePolicyDocument",
    "Attributes",
    "Content",
    "Document",
    "KeyPolicy",
    "Policy",
    "PolicyDocument",
    "PolicyVersion",
    "ResourcePolicy",
    "Role",
    "VpcEndpoints",
    "policyText",
];

/// Upper bound on wrappers around one document: `VpcEndpoints`, its item, `PolicyDocument`, the text.
const MAX_WRAPPERS: usize = 6;

/// A policy document that was found in an answer of AWS, or the text as it is.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::Document;
/// # use polsim::text::Source;
/// let answer = Source::new("bucket.json", r#"{"Policy": "{\"Statement\": []}"}"#);
/// let found = Document::read(&answer, None)?;
/// assert_eq!(found.path.as_deref(), Some("Policy"));
/// assert_eq!(found.source.text(), r#"{"Statement": []}"#);
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Document {
    /// Text in which the document has its places: the file, or the text inside it.
    pub source: Source,
    /// Root of the document.
    pub node: Node,
    /// Members of the answer that lead to it, with dots between; none if the text is the document.
    pub path: Option<Box<str>>,
    /// Remark that the document was taken out of an answer.
    pub note: Option<Diagnostic>,
}

impl Document {
    /// The document in a file, JSON or YAML by its name; `endpoint` picks one out of the answer of
    /// `describe-vpc-endpoints`.
    ///
    /// # Errors
    /// The mistake for which the text, or a text inside it, is not read; a list of which nobody says
    /// which policy is meant.
    pub fn read(source: &Source, endpoint: Option<&str>) -> Result<Self, Diagnostics> {
        Ok(Self::with(source, read, endpoint)?)
    }

    /// The document in a JSON text.
    pub(super) fn of_json(source: &Source) -> Result<Self, Diagnostic> {
        Self::with(source, json::parse, None)
    }

    fn with(
        source: &Source,
        parse: fn(&Source) -> Result<Node, Diagnostic>,
        endpoint: Option<&str>,
    ) -> Result<Self, Diagnostic> {
        if let Some(plain) = percent_decoded(source.text()) {
            let plain = Source::new(source.name(), plain);
            let node = json::parse(&plain)?;
            return Self::unwrapped(&plain, node, endpoint, Some("percent-encoding"));
        }
        let node = parse(source)?;
        Self::unwrapped(source, node, endpoint, None)
    }

    /// Goes down through wrappers until there is none.
    fn unwrapped(
        source: &Source,
        node: Node,
        endpoint: Option<&str>,
        encoding: Option<&str>,
    ) -> Result<Self, Diagnostic> {
        let (mut at, mut path) = ((source.clone(), node), String::new());
        let mut first: Option<Span> = None;
        for _ in 0..MAX_WRAPPERS {
            let Some(member) = wrapper(&at.1) else { break };
            first = first.or(Some(member.key_span));
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&member.key);
            at = inside(&at.0, member, &path, endpoint)?;
        }
        let from = match (path.is_empty(), encoding) {
            (true, None) => None,
            (true, Some(encoding)) => Some(format!("read through its {encoding}")),
            (false, _) => Some(format!("read the policy under `{path}` of this answer")),
        };
        let note = from.map(|message| {
            let span = first.unwrap_or(Span::new(0, 1));
            Diagnostic::warning(code::PRINTED, source, span, message)
        });
        let path = (!path.is_empty()).then(|| path.into());
        Ok(Self { source: at.0, node: at.1, path, note })
    }
}

/// The one member under which the policy stands; none if the object is a policy, or no answer.
fn wrapper(node: &Node) -> Option<&Member> {
    if node.member("Statement").is_some() {
        return None;
    }
    let mut found = node.members().iter().filter(|it| WRAPPERS.contains(&&*it.key));
    // `get-policy` has no document; `describe-policy` has it under `Policy.Content`.
    let holds = |it: &&Member| !matches!(it.value.value, Value::Null | Value::Bool(_));
    let first = found.find(holds)?;
    found.find(holds).is_none().then_some(first)
}

/// The value of a wrapper: the object, the JSON text in the string, the endpoint of the list.
fn inside(
    source: &Source,
    member: &Member,
    path: &str,
    endpoint: Option<&str>,
) -> Result<(Source, Node), Diagnostic> {
    match &member.value.value {
        Value::String(text) => {
            let text = percent_decoded(text).unwrap_or_else(|| text.to_string());
            let inner = Source::new(format!("{}#{path}", source.name()), text);
            let node = json::parse(&inner)?;
            Ok((inner, node))
        }
        Value::Array(items) => {
            let id = |it: &Node| {
                let id = it.member("VpcEndpointId").and_then(|it| it.value.as_str());
                id.unwrap_or_default().to_owned()
            };
            let chosen = match (&items[..], endpoint) {
                (_, Some(wanted)) => items.iter().find(|it| id(it) == wanted),
                ([only], None) => Some(only),
                _ => None,
            };
            let refused = || {
                let ids: Vec<String> = items.iter().map(id).collect();
                let message = match endpoint {
                    Some(wanted) => format!("`{path}` has no endpoint `{wanted}`"),
                    None => format!("`{path}` has {} policies", items.len()),
                };
                let help = format!(
                    "name one: `--endpoint ID={}`; it has {}",
                    source.name(),
                    ids.join(", ")
                );
                Diagnostic::error(code::SEVERAL, source, member.key_span, message).with_help(help)
            };
            Ok((source.clone(), chosen.ok_or_else(refused)?.clone()))
        }
        _ => Ok((source.clone(), member.value.clone())),
    }
}

/// The text without percent-encoding, if it is an encoded JSON object.
fn percent_decoded(text: &str) -> Option<String> {
    let text = text.trim().trim_matches('"');
    let start = text.get(..3)?;
    if !start.eq_ignore_ascii_case("%7B") {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
                u8::try_from(high.checked_mul(16)?.checked_add(low)?).ok()?
            }
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::Document;
    use crate::text::Source;

    fn found(text: &str) -> (Option<String>, String) {
        let found = Document::read(&Source::new("a.json", text), None).expect("a document");
        let slice = found.source.slice(found.node.span).to_owned();
        (found.path.map(String::from), slice)
    }

    #[test]
    fn answers_of_the_command_line_are_unwrapped() {
        let bare = r#"{"Statement":[]}"#;
        for (path, text) in [
            ("Policy", r#"{"Policy": "{\"Statement\":[]}"}"#),
            ("Policy", r#"{"Policy": "{\"Statement\":[]}", "RevisionId": "1"}"#),
            ("PolicyVersion.Document", r#"{"PolicyVersion": {"Document": {"Statement":[]}}}"#),
            (
                "PolicyVersion.Document",
                r#"{"PolicyVersion": {"Document": "%7B%22Statement%22%3A%5B%5D%7D"}}"#,
            ),
            (
                "Policy.Content",
                r#"{"Policy": {"PolicySummary": {}, "Content": "{\"Statement\":[]}"}}"#,
            ),
            (
                "Role.AssumeRolePolicyDocument",
                r#"{"Role": {"Arn": "a", "AssumeRolePolicyDocument": {"Statement":[]}}}"#,
            ),
            ("Attributes.Policy", r#"{"Attributes": {"Policy": "{\"Statement\":[]}"}}"#),
            (
                "VpcEndpoints.PolicyDocument",
                r#"{"VpcEndpoints": [{"PolicyDocument": "{\"Statement\":[]}"}]}"#,
            ),
        ] {
            assert_eq!(found(text), (Some(path.to_owned()), bare.to_owned()), "{text}");
        }
        assert_eq!(found("%7B%22Statement%22%3A%5B%5D%7D\n"), (None, bare.to_owned()));
        assert_eq!(found(bare), (None, bare.to_owned()));
    }

    #[test]
    fn one_endpoint_of_a_list_is_named() {
        let text = r#"{"VpcEndpoints": [
            {"VpcEndpointId": "vpce-1", "PolicyDocument": "{\"Statement\":[]}"},
            {"VpcEndpointId": "vpce-2", "PolicyDocument": "{\"Id\":\"2\",\"Statement\":[]}"}]}"#;
        let source = Source::new("e.json", text);
        let found = Document::read(&source, Some("vpce-2")).expect("the second");
        assert_eq!(found.source.text(), r#"{"Id":"2","Statement":[]}"#);
        let refused = Document::read(&source, None).expect_err("two policies").to_string();
        assert!(refused.contains("2 policies"), "{refused}");
        let refused = Document::read(&source, Some("vpce-3")).expect_err("no such").to_string();
        assert!(refused.contains("vpce-3"), "{refused}");
    }

    #[test]
    fn half_an_encoding_is_no_encoding() {
        assert!(super::percent_decoded("%7B%2").is_none());
        assert!(super::percent_decoded("%7B%zz").is_none());
        assert!(super::percent_decoded("é").is_none());
    }
}
