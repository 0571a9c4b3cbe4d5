//! Placeholders: texts of the right shape that stand for symbols where the engine wants a text.
//!
//! A created symbol equals no other value (inputs §3.2), so its placeholder is a text that the inputs
//! do not have and that no pattern of theirs covers unless it covers every value of the kind. The
//! same inputs give the same placeholders.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Document, Kind, Model};
use crate::value::{Text, Value};
use polsim::text::Pattern;

/// A text for each symbol of a model.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    texts: BTreeMap<Arc<str>, String>,
}

impl Names {
    pub(crate) fn new(model: &Model) -> Self {
        let taken = Taken::of(model);
        let mut texts: BTreeMap<Arc<str>, String> = BTreeMap::new();
        let mut given: Vec<String> = Vec::new();
        for (name, symbol) in &model.symbols {
            let mut salt: u32 = 0;
            let text = loop {
                let text = placeholder(symbol.kind, name, salt);
                salt = salt.saturating_add(1);
                let free = !given.contains(&text) && !taken.has(&text);
                if free || salt > 1000 {
                    break text;
                }
            };
            given.push(text.clone());
            texts.insert(Arc::clone(name), text);
        }
        Self { texts }
    }

    /// The text with placeholders.
    pub(crate) fn text(&self, text: &Text) -> String {
        text.with(|name| self.word(name))
    }

    pub(crate) fn word(&self, name: &str) -> String {
        self.texts.get(name).cloned().unwrap_or_else(|| name.to_owned())
    }

    /// A text with placeholders for `«name»`.
    pub(crate) fn hidden(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for (name, placeholder) in &self.texts {
            out = out.replace(&format!("«{name}»"), placeholder);
        }
        out
    }

    /// A sentence with symbols in place of placeholders.
    pub(crate) fn shown(&self, sentence: &str) -> String {
        let mut out = sentence.to_owned();
        for (name, text) in &self.texts {
            if out.contains(text.as_str()) {
                out = out.replace(text.as_str(), &format!("«{name}»"));
            }
        }
        out
    }
}

/// Texts and patterns of the inputs that a placeholder must not equal or match.
struct Taken {
    literals: Vec<String>,
    patterns: Vec<Pattern>,
}

impl Taken {
    fn of(model: &Model) -> Self {
        let mut taken = Self { literals: Vec::new(), patterns: Vec::new() };
        let mut visit = |text: &Text| {
            let Some(literal) = text.as_literal() else { return };
            if literal.contains(['*', '?']) {
                let covers_all = ["*", "vpce-*", "vpc-*"].contains(&literal.as_str());
                if literal.starts_with("vpc") && !covers_all {
                    taken.patterns.push(Pattern::wildcard(&literal));
                }
            } else {
                taken.literals.push(literal);
            }
        };
        for policy in &model.policies {
            if let Document::Written(document) = &policy.document {
                document.each_text(&mut visit);
            }
        }
        Value::Object(model.network.clone()).each_text(&mut visit);
        taken.literals.sort_unstable();
        taken.literals.dedup();
        taken
    }

    fn has(&self, text: &str) -> bool {
        let matches = |pattern: &Pattern| {
            let pieces = pattern.to_string();
            wildcard_matches(&pieces, text)
        };
        self.literals.binary_search_by(|it| it.as_str().cmp(text)).is_ok()
            || self.patterns.iter().any(matches)
    }
}

/// Tests a text against a pattern of `*` and `?`, with one place to go back to.
pub(crate) fn wildcard_matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut here) = (0_usize, 0_usize);
    let mut retry: Option<(usize, usize)> = None;
    while here < text.len() {
        match pattern.get(at) {
            Some('*') => {
                retry = Some((at, here));
                at = at.saturating_add(1);
            }
            Some(c) if *c == '?' || text.get(here) == Some(c) => {
                at = at.saturating_add(1);
                here = here.saturating_add(1);
            }
            _ => {
                let Some((star, from)) = retry else { return false };
                retry = Some((star, from.saturating_add(1)));
                at = star.saturating_add(1);
                here = from.saturating_add(1);
            }
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|c| *c == '*'))
}

/// A text of the kind, which the name and the salt choose.
fn placeholder(kind: Kind, name: &str, salt: u32) -> String {
    let hash = hash(name, salt);
    let hex = |prefix: &str| format!("{prefix}-0{hash:016x}");
    let digits = |count: usize| {
        let text = format!("{hash:020}");
        let start = text.len().saturating_sub(count);
        text.get(start..).unwrap_or_default().to_owned()
    };
    let byte = |shift: u32| (hash >> shift) & 0xFF;
    match kind {
        Kind::Vpc => hex("vpc"),
        Kind::Vpce => hex("vpce"),
        Kind::Subnet => hex("subnet"),
        Kind::Sg => hex("sg"),
        Kind::Rtb => hex("rtb"),
        Kind::Igw => hex("igw"),
        Kind::Nat => hex("nat"),
        Kind::Eigw => hex("eigw"),
        Kind::Tgw => hex("tgw"),
        Kind::Pcx => hex("pcx"),
        Kind::PrefixList => hex("pl"),
        Kind::KmsKey => {
            let text = format!("{hash:016x}");
            let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default().to_owned();
            format!(
                "{}-{}-4{}-8{}-0000{}",
                part(0, 8),
                part(8, 12),
                part(0, 3),
                part(3, 6),
                part(4, 12)
            )
        }
        // A public range that nobody is given (RFC 5737, TEST-NET-1).
        Kind::Address => format!("192.0.2.{}", (hash % 254).saturating_add(1)),
        Kind::Cidr => format!("10.{}.{}.0/24", byte(8), byte(16)),
        Kind::Account => digits(12),
        Kind::Region => "us-east-1".to_owned(),
        Kind::Org => format!("o-{}", digits(10)),
        Kind::Name | Kind::Text => {
            let word: String = name
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
                .collect::<String>()
                .trim_matches('-')
                .chars()
                .take(40)
                .collect();
            format!("{}-{:06x}", word.to_ascii_lowercase(), hash & 0xFF_FFFF)
        }
    }
}

/// FNV-1a, 64 bits: the same on every machine.
fn hash(name: &str, salt: u32) -> u64 {
    let mut hash: u64 = 0xCBF2_9CE4_8422_2325;
    for byte in name.bytes().chain(salt.to_le_bytes()) {
        hash ^= u64::from(byte);
        hash = hash.wrapping_mul(0x0100_0000_01B3);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::{placeholder, wildcard_matches};
    use crate::model::Kind;

    #[test]
    fn placeholders_have_the_shape_of_their_kind() {
        let text = placeholder(Kind::Vpce, "aws_vpc_endpoint.s3.id", 0);
        assert!(text.starts_with("vpce-0") && text.len() == 22, "{text}");
        assert_ne!(text, placeholder(Kind::Vpce, "aws_vpc_endpoint.s3.id", 1));
        assert_eq!(placeholder(Kind::Account, "account", 0).len(), 12);
        assert_eq!(placeholder(Kind::KmsKey, "k", 0).len(), 36);
        assert!(placeholder(Kind::Name, "App.Role1", 0).starts_with("app-role1-"));
    }

    #[test]
    fn patterns_of_two_wildcards() {
        assert!(wildcard_matches("vpce-*1?", "vpce-0a12"));
        assert!(!wildcard_matches("vpce-*1?", "vpce-0a1"));
        assert!(wildcard_matches("*", ""));
    }
}
