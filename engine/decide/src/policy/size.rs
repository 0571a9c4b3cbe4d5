//! The size of a policy, counted as AWS counts it (policy language §1.7).

use super::{Policy, PolicyType};

/// The size above which AWS refuses or may refuse a document of one type (policy language §1.7).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::{PolicyType, SizeUnit};
/// let limit = PolicyType::Endpoint.size_limit();
/// assert_eq!((limit.limit, limit.unit), (20_480, SizeUnit::Characters));
/// assert!(limit.certain);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SizeLimit {
    /// The largest size that is stored.
    pub limit: usize,
    /// In what it is counted.
    pub unit: SizeUnit,
    /// True if the limit is the same for every document of the type. An identity policy may be
    /// inline or managed, a quota may have been raised, services have their own limits for resource
    /// policies: there the limit is the usual one.
    pub certain: bool,
}

/// The unit in which AWS counts the size of a policy (policy language §1.7).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::{PolicyType, SizeUnit};
/// assert_eq!(PolicyType::Identity.size_limit().unit, SizeUnit::CharactersWithoutSpace);
/// assert_eq!(SizeUnit::Bytes.to_string(), "bytes");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SizeUnit {
    /// Bytes of the text in UTF-8.
    Bytes,
    /// Characters (Unicode scalar values) of the text.
    Characters,
    /// Characters, but for white space outside of strings.
    CharactersWithoutSpace,
}

impl PolicyType {
    /// The limit on documents of this type.
    pub fn size_limit(self) -> SizeLimit {
        let (limit, unit, certain) = match self {
            Self::Identity => (6_144, SizeUnit::CharactersWithoutSpace, false),
            Self::Boundary => (6_144, SizeUnit::CharactersWithoutSpace, true),
            // A managed session policy has the larger limit of managed policies.
            Self::Session => (2_048, SizeUnit::Characters, false),
            Self::Scp => (10_240, SizeUnit::Characters, false),
            Self::Rcp => (5_120, SizeUnit::Characters, true),
            Self::Resource => (20_480, SizeUnit::Bytes, false),
            Self::Key => (32_768, SizeUnit::Bytes, true),
            Self::Trust => (2_048, SizeUnit::CharactersWithoutSpace, false),
            Self::Endpoint => (20_480, SizeUnit::Characters, true),
        };
        SizeLimit { limit, unit, certain }
    }
}

impl Policy {
    /// The size of the document as AWS counts it for its type.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::policy::{Policy, PolicyType};
    /// # use polsim::text::Source;
    /// let spaced = r#"{ "Version": "2012-10-17",
    ///     "Statement": { "Effect": "Allow", "Action": "s3:*", "Resource": "*" } }"#;
    /// let parsed = Policy::parse(&Source::new("p.json", spaced), PolicyType::Identity).unwrap();
    /// let compact = spaced.replace([' ', '\n'], "");
    /// assert_eq!(parsed.policy.size(), compact.len());
    /// ```
    pub fn size(&self) -> usize {
        let unit = self.policy_type.size_limit().unit;
        let written = self.source.slice(self.span);
        // A document in YAML has no JSON text of its own: it is sent as compact JSON.
        if written.starts_with('{') { unit.count(written) } else { unit.count(&self.to_json()) }
    }
}

impl SizeUnit {
    /// The size of a JSON text in this unit.
    pub(super) fn count(self, json: &str) -> usize {
        match self {
            Self::Bytes => json.len(),
            Self::Characters => json.chars().count(),
            Self::CharactersWithoutSpace => characters_without_space(json),
        }
    }
}

/// The characters of a JSON text but for the white space outside of its strings.
fn characters_without_space(text: &str) -> usize {
    let (mut in_string, mut escaped) = (false, false);
    let mut counts = |byte: &u8| match byte {
        b' ' | b'\t' | b'\r' | b'\n' if !in_string => false,
        // A continuation byte of UTF-8 begins no character.
        0x80..=0xBF => false,
        _ => {
            let quote = *byte == b'"' && !escaped;
            in_string ^= quote;
            escaped = *byte == b'\\' && !escaped;
            true
        }
    };
    text.as_bytes().iter().filter(|byte| counts(byte)).count()
}

impl std::fmt::Display for SizeUnit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Bytes => "bytes",
            Self::Characters => "characters",
            Self::CharactersWithoutSpace => "characters without white space",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::characters_without_space;

    #[test]
    fn white_space_counts_inside_of_strings_only() {
        assert_eq!(characters_without_space("{ \"a b\"\t:\r\n1 }"), 9);
        assert_eq!(characters_without_space(r#"{"a\" ": "\\" }"#), 13);
        assert_eq!(characters_without_space("\"é ÿ\" "), 5);
    }
}
