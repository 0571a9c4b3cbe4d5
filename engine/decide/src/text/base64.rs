//! Base64, as `BinaryEquals` reads and writes it (policy language §3.7).

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The bytes that `text` encodes in the standard alphabet with padding; `None` where it is not
/// base64 (policy language §3.7).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::decode_base64;
/// assert_eq!(decode_base64("QmluQQ==").as_deref(), Some(&b"BinA"[..]));
/// assert_eq!(decode_base64("QmluQQ"), None);
/// ```
pub fn decode_base64(text: &str) -> Option<Box<[u8]>> {
    let digits = text.trim_end_matches('=');
    let padding = text.len().saturating_sub(digits.len());
    if !text.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    for group in digits.as_bytes().chunks(4) {
        let bits =
            group.iter().try_fold(0_u32, |bits, digit| Some((bits << 6) | value(*digit)?))?;
        let missing = 4_usize.saturating_sub(group.len());
        let bits = bits << u32::try_from(missing.saturating_mul(6)).ok()?;
        let [_, decoded @ ..] = bits.to_be_bytes();
        bytes.extend(decoded.iter().take(3_usize.saturating_sub(missing)));
    }
    Some(bytes.into())
}

fn value(digit: u8) -> Option<u32> {
    let offset = match digit {
        b'A'..=b'Z' => digit.checked_sub(b'A')?,
        b'a'..=b'z' => digit.checked_sub(b'a')?.checked_add(26)?,
        b'0'..=b'9' => digit.checked_sub(b'0')?.checked_add(52)?,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(offset.into())
}

/// The base64 texts of some bytes. Where the bytes do not fill the last group, the bits of its last
/// digit that encode nothing may be anything (policy language §3.7), so there are up to sixteen.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Base64Texts, decode_base64};
/// let texts = Base64Texts::of(b"Bi");
/// assert_eq!(texts.all().collect::<Vec<_>>(), ["Qmk=", "Qml=", "Qmm=", "Qmn="]);
/// assert!(texts.all().all(|text| decode_base64(&text).as_deref() == Some(b"Bi")));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Base64Texts {
    /// The digits that every text begins with.
    pub head: String,
    /// The digits of which one follows, the canonical one first; none where the groups are full.
    pub last_digits: Vec<char>,
    /// The padding, `=` or `==`, that follows the last digit.
    pub padding: &'static str,
}

impl Base64Texts {
    /// The texts that decode to `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut texts = Self { head: String::new(), last_digits: Vec::new(), padding: "" };
        for group in bytes.chunks(3) {
            let byte = |at: usize| group.get(at).copied().unwrap_or(0);
            let bits = u32::from_be_bytes([0, byte(0), byte(1), byte(2)]);
            let [first, second, third, fourth] =
                [bits >> 18, bits >> 12, bits >> 6, bits].map(digit);
            texts.head.push(first);
            match group.len() {
                3 => texts.head.extend([second, third, fourth]),
                2 => {
                    texts.head.push(second);
                    texts.last_digits = (0..4).map(|free| digit((bits >> 6) | free)).collect();
                    texts.padding = "=";
                }
                _ => {
                    texts.last_digits = (0..16).map(|free| digit((bits >> 12) | free)).collect();
                    texts.padding = "==";
                }
            }
        }
        texts
    }

    /// The texts one by one, the canonical one first.
    pub fn all(&self) -> impl Iterator<Item = String> {
        let whole = self.last_digits.is_empty().then(|| self.head.clone());
        let ended =
            self.last_digits.iter().map(|last| format!("{}{last}{}", self.head, self.padding));
        whole.into_iter().chain(ended)
    }
}

/// The digit of the lowest six bits.
fn digit(bits: u32) -> char {
    let at = usize::try_from(bits & 63).unwrap_or(0);
    DIGITS.get(at).copied().map_or('A', char::from)
}
