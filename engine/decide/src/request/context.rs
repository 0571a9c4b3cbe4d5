//! The context of a request: keys and their values.

use std::collections::BTreeSet;

use super::Note;
use crate::text::{Decimal, KeyName};

/// Up to how many keys it is quickest to compare each with each.
const FEW: usize = 32;

/// The keys of a request and their values. A key with no values is the same as a key that is not
/// there (policy language §3.1).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::{Request, RequestParts};
/// let request = Request::new(RequestParts {
///     principal: "arn:aws:iam::111122223333:user/alice",
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::bucket/key",
///     context: vec![("aws:SourceVpce".into(), "vpce-0a1".into())],
///     ..RequestParts::default()
/// })?;
/// let context = request.context();
/// assert_eq!(context.one("AWS:sourcevpce"), Some("vpce-0a1"));
/// assert!(context.has("aws:PrincipalAccount"), "AWS derives it from the principal");
/// assert!(!context.has("aws:SourceIp"));
/// # Ok::<(), polsim::request::RequestError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    // INVARIANT: no two entries with the same key.
    entries: Vec<(KeyName, ContextValue)>,
    // INVARIANT: the hash of each entry's key, to look through them at a glance.
    hashes: Vec<u64>,
}

/// The value of a context key: one text, or several for a multivalued key.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::ContextValue;
/// let one: ContextValue = "vpce-0a1".into();
/// let many = ContextValue::from(vec!["Team", "Stage"]);
/// assert_eq!((one.as_slice().len(), many.as_slice().len()), (1, 2));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ContextValue {
    /// The values of a multivalued key, in order; none is the same as an absent key.
    Many(Vec<Box<str>>),
    /// The value of a single-valued key.
    One(Box<str>),
}

impl Context {
    /// The context of these keys, and a sentence for each key that is given twice: the first one
    /// counts (policy language §3.1, U-30).
    pub(super) fn new(given: Vec<(KeyName, ContextValue)>) -> (Self, Vec<Note>) {
        let mut notes = Vec::new();
        let mut hashes = Vec::with_capacity(given.capacity());
        hashes.extend(given.iter().map(|(key, _)| key.folded_hash()));
        if all_different(&hashes) {
            return (Self { entries: given, hashes }, notes);
        }
        let mut context = Self::default();
        let mut seen = BTreeSet::new();
        for (key, value) in given {
            if let Some(first) = seen.get(&key) {
                let text = format!(
                    "the context has `{first}` and `{key}`, which are one key: the first counts"
                );
                notes.push(Note::new("one-key", text));
            } else {
                seen.insert(key.clone());
                context.push(key, value);
            }
        }
        (context, notes)
    }

    /// The values of a key, none where it is absent.
    pub fn values(&self, key: &KeyName) -> &[Box<str>] {
        self.entry(key).map(|(_, value)| value.as_slice()).unwrap_or_default()
    }

    /// The index of a key, for [`values_at`](Self::values_at).
    pub(crate) fn position(&self, key: &KeyName) -> Option<usize> {
        let hash = key.folded_hash();
        let same = |at: usize| self.entries.get(at).is_some_and(|(name, _)| name == key);
        let at = self.hashes.iter().position(|it| *it == hash)?;
        // Two names may share a hash: then the slow way tells.
        if same(at) { Some(at) } else { (at..self.entries.len()).find(|at| same(*at)) }
    }

    /// The values of the key at a position.
    pub(crate) fn values_at(&self, position: usize) -> &[Box<str>] {
        debug_assert!(position < self.entries.len(), "a position of another context");
        self.entries.get(position).map(|(_, value)| value.as_slice()).unwrap_or_default()
    }

    /// The value of the key called `name`, if it has exactly one.
    pub fn one(&self, name: &str) -> Option<&str> {
        let (_, value) = self.entries.iter().find(|(key, _)| key.is(name))?;
        match value.as_slice() {
            [value] => Some(value),
            _ => None,
        }
    }

    /// True if a key called `name` is listed, with or without values.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(key, _)| key.is(name))
    }

    /// True if some key has two values or more.
    pub fn has_several_values(&self) -> bool {
        self.entries.iter().any(|(_, value)| value.as_slice().len() >= 2)
    }

    /// The keys and values in the order they were given, the derived ones last.
    pub fn entries(&self) -> &[(KeyName, ContextValue)] {
        &self.entries
    }

    /// Adds a key that is not there yet.
    pub(super) fn fill_in(&mut self, key: &KeyName, value: &str) {
        if self.entry(key).is_none() {
            self.push(key.clone(), ContextValue::One(value.into()));
        }
    }

    /// Adds a key that is not there yet, with all these values.
    pub(super) fn fill_in_all(&mut self, key: &KeyName, mut values: Vec<Box<str>>) {
        if self.entry(key).is_none() {
            let one = if values.len() == 1 { values.pop() } else { None };
            let value = one.map_or(ContextValue::Many(values), ContextValue::One);
            self.push(key.clone(), value);
        }
    }

    /// Takes a key out.
    pub(super) fn remove(&mut self, key: &KeyName) {
        if let Some(at) = self.position(key) {
            self.entries.remove(at);
            self.hashes.remove(at);
        }
    }

    fn push(&mut self, key: KeyName, value: ContextValue) {
        self.hashes.push(key.folded_hash());
        self.entries.push((key, value));
    }

    fn entry(&self, key: &KeyName) -> Option<&(KeyName, ContextValue)> {
        self.entries.get(self.position(key)?)
    }
}

/// True if no number is there twice.
fn all_different(numbers: &[u64]) -> bool {
    if numbers.len() <= FEW {
        let twice = |(at, it): (usize, &u64)| numbers.iter().take(at).any(|seen| seen == it);
        return !numbers.iter().enumerate().any(twice);
    }
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted.iter().zip(sorted.iter().skip(1)).all(|(one, next)| one != next)
}

impl ContextValue {
    /// The values as a slice.
    pub fn as_slice(&self) -> &[Box<str>] {
        match self {
            Self::Many(values) => values,
            Self::One(value) => std::slice::from_ref(value),
        }
    }

    /// The text of a JSON number as a context value: the shortest decimal, or the number as written
    /// where that would be absurdly long (policy language §1.1, G-6).
    pub fn number_text(written: &str) -> Box<str> {
        Decimal::from_json(written)
            .map_or_else(|| written.into(), |number| number.to_string().into())
    }
}

impl From<Vec<&str>> for ContextValue {
    fn from(texts: Vec<&str>) -> Self {
        Self::Many(texts.into_iter().map(Box::from).collect())
    }
}

impl From<&str> for ContextValue {
    fn from(text: &str) -> Self {
        Self::One(text.into())
    }
}
