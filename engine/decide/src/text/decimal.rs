//! Numbers of any size and precision, as the numeric operators compare them.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// An exact decimal number: a sign, digits, perhaps a point and more digits (policy language §3.6).
/// Exponents, hexadecimal and blanks are malformed. `1.0` equals `1`, `-0` equals `0`.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::Decimal;
/// let ten: Decimal = "10.0".parse()?;
/// assert_eq!(ten, "10".parse()?);
/// assert!("123456789012345678901234567890.5".parse::<Decimal>()? > ten);
/// # Ok::<(), polsim::text::DecimalError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Decimal {
    // INVARIANT: false for zero.
    negative: bool,
    // INVARIANT: ASCII digits without leading zeros; empty for zero.
    whole: Box<str>,
    // INVARIANT: ASCII digits without trailing zeros.
    fraction: Box<str>,
}

/// The error of reading a [`Decimal`]: the text is no decimal number.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Decimal, DecimalError};
/// assert_eq!("1e3".parse::<Decimal>(), Err(DecimalError));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DecimalError;

/// The parts of a number, borrowed: comparing a context value costs no allocation.
#[derive(Clone, Copy)]
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl Decimal {
    /// The order of the number written in `text` and this one; `None` where `text` is no number.
    pub fn compare_text(&self, text: &str) -> Option<Ordering> {
        Some(Parts::read(text)?.order(self.parts()))
    }

    /// True for numbers below zero.
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// The digits before the point, without leading zeros.
    pub fn whole_digits(&self) -> &str {
        &self.whole
    }

    /// The digits after the point, without trailing zeros.
    pub fn fraction_digits(&self) -> &str {
        &self.fraction
    }

    /// The decimal of a JSON number, exponents written out; `None` where that would take more than
    /// a thousand digits.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::text::Decimal;
    /// assert_eq!(Decimal::from_json("1.50e2").unwrap().to_string(), "150");
    /// assert!(Decimal::from_json("1e1000000000").is_none());
    /// ```
    pub fn from_json(text: &str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i32 = exponent.parse().ok()?;
        if exponent.unsigned_abs() > 1000 {
            return None;
        }
        let parts = Parts::read(mantissa)?;
        let shift = usize::try_from(exponent.unsigned_abs()).ok()?;
        let (whole, fraction) = if exponent >= 0 {
            let digits = format!("{}{:0<shift$}", parts.whole, parts.fraction);
            let point = parts.whole.len().checked_add(shift)?;
            (digits.get(..point)?.to_owned(), digits.get(point..)?.to_owned())
        } else {
            let width = shift.max(parts.whole.len());
            let padded = format!("{:0>width$}", parts.whole);
            let point = padded.len().checked_sub(shift)?;
            (padded.get(..point)?.to_owned(), format!("{}{}", padded.get(point..)?, parts.fraction))
        };
        Some(
            Parts { negative: parts.negative, whole: &whole, fraction: &fraction }
                .trimmed()
                .owned(),
        )
    }

    fn parts(&self) -> Parts<'_> {
        Parts { negative: self.negative, whole: &self.whole, fraction: &self.fraction }
    }
}

impl<'a> Parts<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = match unsigned.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return None,
            None => (unsigned, ""),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return None;
        }
        Some(Self { negative: text.starts_with('-'), whole, fraction }.trimmed())
    }

    fn trimmed(self) -> Self {
        let whole = self.whole.trim_start_matches('0');
        let fraction = self.fraction.trim_end_matches('0');
        let zero = whole.is_empty() && fraction.is_empty();
        Self { negative: self.negative && !zero, whole, fraction }
    }

    fn owned(self) -> Decimal {
        Decimal {
            negative: self.negative,
            whole: self.whole.into(),
            fraction: self.fraction.into(),
        }
    }

    fn order(self, other: Self) -> Ordering {
        let magnitude = || {
            let by_length = self.whole.len().cmp(&other.whole.len());
            by_length
                .then_with(|| self.whole.cmp(other.whole))
                .then_with(|| self.fraction.cmp(other.fraction))
        };
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => magnitude(),
            (true, true) => magnitude().reverse(),
        }
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Parts::read(text).map(Parts::owned).ok_or(DecimalError)
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().order(other.parts())
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let whole = if self.whole.is_empty() { "0" } else { &self.whole };
        let point = if self.fraction.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{}", self.fraction)
    }
}

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number is written as digits with an optional sign and decimal point")
    }
}

impl std::error::Error for DecimalError {}

#[cfg(test)]
mod tests {
    use super::Decimal;
    use std::cmp::Ordering;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn compares_by_value() {
        assert_eq!(decimal("007.50"), decimal("+7.5"));
        assert_eq!(decimal("-0.0"), decimal("0"));
        assert!(decimal("-2") < decimal("-1.9"));
        assert!(decimal("0.09") < decimal("0.1"));
        assert_eq!(decimal("9").compare_text("10"), Some(Ordering::Greater));
        assert_eq!(decimal("9").compare_text("1e1"), None);
    }

    #[test]
    fn malformed_numbers_are_refused() {
        for text in ["", "-", ".5", "5.", "1e3", "0x10", " 1", "1 ", "1_000", "٣"] {
            assert!(text.parse::<Decimal>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn json_exponents_are_written_out() {
        let shown = |text| Decimal::from_json(text).map(|d| d.to_string());
        assert_eq!(shown("10.0").as_deref(), Some("10"));
        assert_eq!(shown("12.34e1").as_deref(), Some("123.4"));
        assert_eq!(shown("12.34E3").as_deref(), Some("12340"));
        assert_eq!(shown("12.34e-3").as_deref(), Some("0.01234"));
        assert_eq!(shown("-0e5").as_deref(), Some("0"));
    }
}
