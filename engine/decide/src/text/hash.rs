//! The one hash of the engine whose values do not depend on the machine or the version: FNV-1a.

/// A 64-bit FNV-1a hash (Fowler, Noll and Vo) of the bytes given so far. It is no defence against
/// texts that were chosen to collide.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::Fnv1a;
/// assert_eq!(Fnv1a::new().byte(b'a').value(), 0xAF63_DC4C_8601_EC8C);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Fnv1a(u64);

impl Fnv1a {
    /// The hash of no bytes.
    pub const fn new() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }

    /// The hash of the bytes so far and `byte`.
    #[must_use]
    pub const fn byte(self, byte: u8) -> Self {
        // A byte widened: `From` cannot be called in constants yet.
        let byte = u64::from_le_bytes([byte, 0, 0, 0, 0, 0, 0, 0]);
        Self((self.0 ^ byte).wrapping_mul(0x0100_0000_01B3))
    }

    /// The hash of the bytes so far and `text`, ended by a byte that no text has: so `ab`, `c` is
    /// not `a`, `bc`.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        text.bytes().chain([0xFF]).fold(self, Self::byte)
    }

    /// The value of the hash.
    pub const fn value(self) -> u64 {
        self.0
    }
}

impl Default for Fnv1a {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::Fnv1a;

    #[test]
    fn the_published_test_vectors() {
        let hash = |text: &str| text.bytes().fold(Fnv1a::new(), Fnv1a::byte).value();
        assert_eq!(hash(""), 0xCBF2_9CE4_8422_2325);
        assert_eq!(hash("a"), 0xAF63_DC4C_8601_EC8C);
        assert_eq!(hash("foobar"), 0x8594_4171_F739_67E8);
    }

    #[test]
    fn texts_do_not_run_together() {
        let hash = |texts: [&str; 2]| texts.into_iter().fold(Fnv1a::new(), Fnv1a::text);
        assert_ne!(hash(["ab", "c"]), hash(["a", "bc"]));
    }
}
