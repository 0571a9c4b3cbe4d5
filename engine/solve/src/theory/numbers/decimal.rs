//! Points on the line of decimals.

use super::Point;
use polsim_decide::text::Decimal;

impl Point for Decimal {
    /// A whole number before a fraction, a positive one before a negative one, a short one before a
    /// long one.
    type Looks = (usize, bool, usize, Self);

    fn between(low: Option<&Self>, high: Option<&Self>) -> Vec<Self> {
        match (low, high) {
            (None, None) => Vec::new(),
            (Some(low), None) => next_at(low, 0).into_iter().collect(),
            (None, Some(high)) => {
                next_at(&opposite(high), 0).map(|next| opposite(&next)).into_iter().collect()
            }
            (Some(low), Some(high)) => {
                let places = low.fraction_digits().len().max(high.fraction_digits().len());
                (0..=places.saturating_add(1))
                    .filter_map(|places| next_at(low, places))
                    .find(|next| next < high)
                    .into_iter()
                    .collect()
            }
        }
    }

    fn plain() -> Vec<Self> {
        ["1", "0", "10"].iter().filter_map(|text| text.parse().ok()).collect()
    }

    fn looks(&self) -> Self::Looks {
        let length = self.whole_digits().len();
        (self.fraction_digits().len(), self.is_negative(), length, self.clone())
    }
}

/// The least number above `value` that has no more than `places` digits after the point.
fn next_at(value: &Decimal, places: usize) -> Option<Decimal> {
    let fraction = value.fraction_digits();
    let kept = fraction.get(..places.min(fraction.len()))?;
    let cut = kept.len() < fraction.len();
    let digits = format!("{}{kept:0<places$}", value.whole_digits());
    let scaled = match (value.is_negative(), cut) {
        (false, _) => increment(&digits),
        (true, true) => digits,
        (true, false) => decrement(&digits),
    };
    let width = places.saturating_add(1);
    let padded = format!("{scaled:0>width$}");
    let (whole, fraction) = padded.split_at_checked(padded.len().checked_sub(places)?)?;
    let sign = if value.is_negative() { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}").parse().ok()
}

fn opposite(value: &Decimal) -> Decimal {
    let text = value.to_string();
    let flipped = text.strip_prefix('-').map_or_else(|| format!("-{text}"), str::to_owned);
    flipped.parse().unwrap_or_else(|_| value.clone())
}

/// The successor of the number that `digits` write.
fn increment(digits: &str) -> String {
    let kept = digits.trim_end_matches('9');
    let nines = digits.len().saturating_sub(kept.len());
    let mut head: String = kept.to_owned();
    match head.pop() {
        Some(last) => head.push(shifted(last, 1)),
        None => head.push('1'),
    }
    head.extend(std::iter::repeat_n('0', nines));
    head
}

/// The predecessor of the number above zero that `digits` write.
fn decrement(digits: &str) -> String {
    let kept = digits.trim_end_matches('0');
    let zeros = digits.len().saturating_sub(kept.len());
    let mut head: String = kept.to_owned();
    if let Some(last) = head.pop() {
        head.push(shifted(last, -1));
    }
    head.extend(std::iter::repeat_n('9', zeros));
    head
}

fn shifted(digit: char, by: i32) -> char {
    digit
        .to_digit(10)
        .and_then(|value| value.checked_add_signed(by))
        .and_then(|value| char::from_digit(value, 10))
        .unwrap_or(digit)
}
