//! The cache of a reader of many cases: names of context keys, and a hash for long texts.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use crate::text::KeyName;

/// Bound on the number of names that are kept.
const MAX_NAMES: usize = 4_096;

/// Names of context keys that were seen before: a name costs a look-up and no allocation.
#[derive(Debug, Default)]
pub(super) struct KeyNames {
    /// The known names by their spelling.
    known: HashMap<Box<str>, KeyName, TextHashes>,
}

impl KeyNames {
    /// The name `text`, in this very spelling.
    pub(super) fn get(&mut self, text: &str) -> KeyName {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let name = KeyName::new(text);
        if self.known.len() < MAX_NAMES {
            self.known.insert(text.into(), name.clone());
        }
        name
    }
}

/// A maker of [`TextHasher`]s with secret numbers of their own, so that nobody can choose texts that
/// collide.
#[derive(Clone, Debug)]
pub(super) struct TextHashes {
    secret: [u64; 2],
}

impl Default for TextHashes {
    fn default() -> Self {
        let random = RandomState::new();
        Self { secret: [random.hash_one(1_u8), random.hash_one(2_u8)] }
    }
}

impl BuildHasher for TextHashes {
    type Hasher = TextHasher;

    fn build_hasher(&self) -> TextHasher {
        TextHasher { secret: self.secret, state: self.secret[0] }
    }
}

/// A hash for texts of some hundred bytes: sixteen bytes take one multiplication, two of which run
/// side by side.
#[derive(Clone, Debug)]
pub(super) struct TextHasher {
    secret: [u64; 2],
    state: u64,
}

impl TextHasher {
    fn take(&self, state: u64, bytes: &[u8; 16]) -> u64 {
        let [low, high] = [0, 8].map(|at| {
            let word = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>());
            u64::from_le_bytes(word.copied().unwrap_or_default())
        });
        fold(low ^ self.secret[1], high ^ state)
    }
}

impl Hasher for TextHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (mut left, mut right) = (self.state, self.secret[1]);
        let mut pairs = bytes.chunks_exact(32);
        for pair in &mut pairs {
            let (one, two) = pair.split_at(16);
            if let (Ok(one), Ok(two)) = (one.try_into(), two.try_into()) {
                left = self.take(left, one);
                right = self.take(right, two);
            }
        }
        for rest in pairs.remainder().chunks(16) {
            let mut block = [0; 16];
            if let Some(start) = block.get_mut(..rest.len()) {
                start.copy_from_slice(rest);
            }
            left = self.take(left, &block);
        }
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.state = fold(left ^ length, right ^ self.secret[0]);
    }

    // `str` puts this byte after its own.
    fn write_u8(&mut self, byte: u8) {
        self.state = fold(self.state ^ u64::from(byte), self.secret[0]);
    }

    fn finish(&self) -> u64 {
        self.state
    }
}

/// The halves of a product, folded into one word.
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left).wrapping_mul(u128::from(right));
    let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or_default();
    half(product) ^ half(product >> 64)
}

#[cfg(test)]
mod tests {
    use super::{BuildHasher, KeyNames, TextHashes};

    #[test]
    fn a_name_keeps_its_spelling() {
        let mut names = KeyNames::default();
        for text in ["aws:SourceVpc", "AWS:sourcevpc", "aws:SourceVpc"] {
            assert_eq!(names.get(text).as_str(), text);
        }
        assert_eq!(names.get("aws:SourceVpc"), names.get("AWS:sourcevpc"));
    }

    #[test]
    fn texts_that_differ_anywhere_hash_differently() {
        let hashes = TextHashes::default();
        let text: String = ('a'..='z').cycle().take(100).collect();
        let whole = hashes.hash_one(&text);
        for at in 0..text.len() {
            let mut other = text.clone();
            other.replace_range(at..=at, "!");
            assert_ne!(hashes.hash_one(&other), whole, "{at}");
            let start: String = text.chars().take(at).collect();
            assert_ne!(hashes.hash_one(&start), whole, "the first {at}");
        }
        assert_eq!(hashes.hash_one(&text), whole);
    }
}
