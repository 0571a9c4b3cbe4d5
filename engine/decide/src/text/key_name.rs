//! Names of context keys.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::Fnv1a;

/// The name of a context key, such as `aws:PrincipalTag/team`, compared without regard to ASCII
/// letter case, the tag key after the slash included (policy language §3.1).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::KeyName;
/// assert_eq!(KeyName::new("aws:SourceVPC"), KeyName::new("aws:sourcevpc"));
/// assert_eq!(KeyName::new("aws:SourceVpc").to_string(), "aws:SourceVpc");
/// ```
#[derive(Clone)]
pub struct KeyName {
    written: Written,
    // INVARIANT: the FNV-1a hash of the ASCII-lower-case form of `written`.
    hash: u64,
}

/// A name as it was written: in a policy or request, or in this program.
#[derive(Clone)]
enum Written {
    Constant(&'static str),
    Shared(Arc<str>),
}

impl KeyName {
    /// The key of this name. Any text is a name: what AWS does not know is simply never present.
    pub fn new(name: &str) -> Self {
        Self { written: Written::Shared(name.into()), hash: hash_folded(name) }
    }

    /// The key of a name in the program's own text: allocates nothing.
    pub const fn from_static(name: &'static str) -> Self {
        Self { written: Written::Constant(name), hash: hash_folded(name) }
    }

    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        match &self.written {
            Written::Constant(name) => name,
            Written::Shared(name) => name,
        }
    }

    /// True for the key called `name`, in any letter case.
    pub fn is(&self, name: &str) -> bool {
        self.as_str().eq_ignore_ascii_case(name)
    }

    /// A hash of the name, equal for names that are equal.
    pub fn folded_hash(&self) -> u64 {
        self.hash
    }
}

/// The FNV-1a hash of the text without ASCII letter case.
const fn hash_folded(name: &str) -> u64 {
    let mut hash = Fnv1a::new();
    let mut bytes = name.as_bytes();
    while let Some((byte, rest)) = bytes.split_first() {
        hash = hash.byte(byte.to_ascii_lowercase());
        bytes = rest;
    }
    hash.value()
}

/// Half of [`hash_folded`], where little room counts for more than few collisions.
pub(crate) fn short_hash(name: &str) -> u32 {
    let hash = hash_folded(name);
    u32::try_from((hash ^ (hash >> 32)) & u64::from(u32::MAX)).unwrap_or_default()
}

/// Equal but for ASCII letter case; mostly they are the very same.
fn same(left: &str, right: &str) -> bool {
    left == right || left.eq_ignore_ascii_case(right)
}

impl From<&str> for KeyName {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl PartialEq for KeyName {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && same(self.as_str(), other.as_str())
    }
}

impl Eq for KeyName {}

impl Hash for KeyName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash.hash(state);
    }
}

impl PartialOrd for KeyName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for KeyName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let folded = |name: &Self| name.as_str().to_ascii_lowercase();
        if self == other { std::cmp::Ordering::Equal } else { folded(self).cmp(&folded(other)) }
    }
}

impl fmt::Debug for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.as_str())
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use super::KeyName;

    #[test]
    fn letter_case_counts_nowhere() {
        let spellings = ["aws:PrincipalTag/Team", "AWS:principaltag/TEAM"].map(KeyName::new);
        assert_eq!(spellings.iter().collect::<HashSet<_>>().len(), 1);
        assert_eq!(spellings.iter().collect::<BTreeSet<_>>().len(), 1);
        assert_eq!(spellings[0].folded_hash(), spellings[1].folded_hash());
        // Only ASCII letters have two cases in a key.
        assert_ne!(KeyName::new("aws:RequestTag/É"), KeyName::new("aws:RequestTag/é"));
    }
}
