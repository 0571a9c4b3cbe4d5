//! Base64, as `BinaryEquals` reads it.

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
