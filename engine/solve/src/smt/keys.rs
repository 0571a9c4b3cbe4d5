//! Context keys as SMT-LIB declares them: presence, and for each value its text and its readings.
//!
//! A value of a key is a text, and operators of other types read it as an address, a number or a
//! date. A script declares the text and those readings that some operator asks for, and says how
//! they go together. That is exact where a key is read in one way, where texts are only compared
//! with fixed texts, and between the typed readings. Where wildcards meet typed operators on one key
//! the values of the readings are not tied to the text: the script then has models that no request
//! is, and says so ([`Keys::declare`] gives the reasons).

use std::net::IpAddr;

use super::needs::Needs;
use super::regex::{self, union};
use super::term::{and, equal, implies, integer, not, or, string, symbol};
use polsim_check::key_facts::KeyFacts;
use polsim_check::key_shape;
use polsim_check::key_shape::{KeyShape, ValueType};
use polsim_decide::request::is_account_id;
use polsim_decide::text::{Arn, Decimal, Instant, KeyName, parse_address};

/// A context key that a script reads.
#[derive(Debug)]
pub(super) struct Key {
    name: KeyName,
    symbol: String,
    /// The number of constants for values of the key.
    count: usize,
    shape: KeyShape,
    pub(super) reads: Reads,
    /// The texts that values are compared with.
    literals: Vec<Box<str>>,
}

/// The ways in which values of a key are read.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent of each other")]
pub(super) struct Reads {
    pub(super) text: bool,
    /// The text is matched against more than fixed texts.
    pub(super) patterns: bool,
    pub(super) address: bool,
    pub(super) number: bool,
    pub(super) date: bool,
    /// Reading as an ARN, by components.
    pub(super) components: bool,
    /// Compared with dates that only an epoch number can name.
    pub(super) late: bool,
}

/// The context keys of a script.
#[derive(Debug, Default)]
pub(super) struct Keys {
    list: Vec<Key>,
}

/// The last instant that a date-time can name: the last of the year 9999, a day behind UTC.
const LAST_DATE_TIME: i128 = (253_402_300_800 + 86_340) * NANOSECONDS - 1;
/// The first: the year 0, a day before UTC.
const FIRST_DATE_TIME: i128 = (-62_167_219_200 - 86_340) * NANOSECONDS;
/// Dates are whole nanoseconds.
pub(super) const NANOSECONDS: i128 = 1_000_000_000;

/// A point in time in nanoseconds since 1970.
pub(super) fn nanoseconds(instant: Instant) -> i128 {
    i128::from(instant.seconds)
        .saturating_mul(NANOSECONDS)
        .saturating_add(i128::from(instant.nanoseconds))
}

/// Tests for a date that only an epoch number names.
pub(super) fn is_late(instant: Instant) -> bool {
    nanoseconds(instant) >= LAST_DATE_TIME
}

/// A decimal as a real.
pub(super) fn real(number: &Decimal) -> String {
    let whole = if number.whole_digits().is_empty() { "0" } else { number.whole_digits() };
    let fraction = if number.fraction_digits().is_empty() { "0" } else { number.fraction_digits() };
    let text = format!("{whole}.{fraction}");
    if number.is_negative() { format!("(- {text})") } else { text }
}

/// An address as a bit vector.
pub(super) fn bits(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => format!("#x{:08x}", u32::from(address)),
        IpAddr::V6(address) => format!("#x{:032x}", u128::from(address)),
    }
}

impl Keys {
    /// The number of a key, which is declared if it is not yet.
    pub(super) fn number(&mut self, key: &KeyName, documented: &KeyFacts, needs: &Needs) -> usize {
        if let Some(at) = self.list.iter().position(|known| known.name == *key) {
            return at;
        }
        let shape = key_shape::shape(key, documented);
        let count = if shape.single { 1 } else { needs.values_of(key) };
        let mut symbol: String = symbol(key.as_str()).trim_matches('|').to_owned();
        // Names that differ only in characters that no symbol can have.
        while self.list.iter().any(|known| known.symbol.eq_ignore_ascii_case(&symbol)) {
            symbol.push('~');
        }
        self.list.push(Key {
            name: key.clone(),
            symbol,
            count,
            shape,
            reads: Reads::default(),
            literals: Vec::new(),
        });
        self.list.len().saturating_sub(1)
    }

    /// The number of constants for values of a key.
    pub(super) fn count(&self, key: usize) -> usize {
        self.list.get(key).map_or(0, |key| key.count)
    }

    /// Tests for a key whose values are known to be `true` or `false`.
    pub(super) fn is_boolean(&self, key: usize) -> bool {
        self.list.get(key).is_some_and(|key| key.shape.values == ValueType::Boolean)
    }

    /// Notes how values of the key are read.
    pub(super) fn read(&mut self, key: usize, how: impl FnOnce(&mut Reads)) {
        if let Some(key) = self.list.get_mut(key) {
            how(&mut key.reads);
        }
    }

    /// Notes that values of the key are compared with this text.
    pub(super) fn compare(&mut self, key: usize, text: &str) {
        if let Some(key) = self.list.get_mut(key) {
            key.reads.text = true;
            if !key.literals.iter().any(|known| **known == *text) {
                key.literals.push(text.into());
            }
        }
    }

    /// The constant for `what` of a value; for the text itself, `what` is empty.
    pub(super) fn constant(&self, key: usize, value: usize, what: &str) -> String {
        self.list.get(key).map_or_else(String::new, |key| key.constant(value, what))
    }

    /// The value is there: the key has that many.
    pub(super) fn has(&self, key: usize, value: usize) -> String {
        match self.list.get(key) {
            Some(key) if value < key.count => key.constant(value, "present"),
            _ => "false".to_owned(),
        }
    }

    /// The declarations of all keys, and in what respects they say less than what holds of requests.
    pub(super) fn declare(&self, out: &mut Vec<String>) -> Vec<String> {
        let mut inexact = Vec::new();
        for key in &self.list {
            out.push(format!("; Context key {}: {} value(s).", key.symbol, key.count));
            for value in 0..key.count {
                key.declare(value, out);
            }
            if let Some(reason) = key.inexact() {
                inexact.push(reason);
            }
        }
        inexact
    }
}

impl Key {
    fn constant(&self, value: usize, what: &str) -> String {
        let number = match value {
            0 => String::new(),
            _ => format!(" {}", value.saturating_add(1)),
        };
        let what = if what.is_empty() { String::new() } else { format!(" {what}") };
        format!("|{}{number}{what}|", self.symbol)
    }

    fn declare(&self, value: usize, out: &mut Vec<String>) {
        let name = |what: &str| self.constant(value, what);
        let mut declare = |what: &str, sort: &str| {
            out.push(format!("(declare-const {} {sort})", name(what)));
        };
        declare("present", "Bool");
        let Reads { text, address, number, date, components, .. } = self.reads();
        if text {
            declare("", "String");
        }
        if address {
            declare("is-v4", "Bool");
            declare("v4", "(_ BitVec 32)");
            declare("is-v6", "Bool");
            declare("v6", "(_ BitVec 128)");
        }
        if number {
            declare("is-number", "Bool");
            declare("number", "Real");
        }
        if date {
            declare("is-date", "Bool");
            declare("date", "Int");
        }
        if components {
            declare("is-arn", "Bool");
            for component in COMPONENTS {
                declare(component, "String");
            }
        }
        let mut facts = Vec::new();
        if let Some(before) = value.checked_sub(1) {
            facts.push(implies(&name("present"), &self.constant(before, "present")));
        }
        if address {
            facts.push(format!("(not (and {} {}))", name("is-v4"), name("is-v6")));
        }
        self.typed_facts(value, &mut facts);
        if text {
            self.text_facts(value, &mut facts);
        }
        self.shape_facts(value, text, &mut facts);
        if components {
            self.component_facts(value, &mut facts);
        }
        out.extend(facts.into_iter().filter(|it| it != "true").map(|it| format!("(assert {it})")));
    }

    /// The readings of values, with those that the meaning of others needs.
    fn reads(&self) -> Reads {
        let mut reads = self.reads;
        reads.text |= reads.components;
        match self.shape.values {
            ValueType::Number => reads.number |= reads.date,
            ValueType::Date | ValueType::Epoch => reads.date |= reads.number,
            _ => (),
        }
        reads
    }

    /// The constraints among the typed readings of one value.
    fn typed_facts(&self, value: usize, facts: &mut Vec<String>) {
        let name = |what: &str| self.constant(value, what);
        let Reads { address, number, date, late, .. } = self.reads();
        let is_address = or([name("is-v4"), name("is-v6")]);
        if address && number {
            facts.push(not(&and([is_address.clone(), name("is-number")])));
        }
        if address && date {
            facts.push(not(&and([is_address, name("is-date")])));
        }
        if date {
            let last = i128::from(i64::MAX).saturating_mul(NANOSECONDS);
            let bounds = [
                format!("(<= {} {})", integer(FIRST_DATE_TIME), name("date")),
                format!("(<= {} {})", name("date"), integer(last)),
            ];
            facts.push(implies(&name("is-date"), &and(bounds)));
            if late {
                let after = format!("(< {} {})", integer(LAST_DATE_TIME), name("date"));
                let whole = format!("(= 0 (mod {} {NANOSECONDS}))", name("date"));
                facts.push(implies(&after, &whole));
            }
        }
        if number && date {
            // Digits alone: the only texts that are both.
            let both = and([name("is-number"), name("is-date")]);
            let digits = and([
                format!("(is_int {})", name("number")),
                format!("(<= 0.0 {})", name("number")),
                format!("(= {} (* {NANOSECONDS} (to_int {})))", name("date"), name("number")),
            ]);
            facts.push(implies(&both, &digits));
            // A date that is no number is a date-time.
            let date_time = and([not(&name("is-number")), name("is-date")]);
            let in_time = format!("(<= {} {})", name("date"), integer(LAST_DATE_TIME));
            facts.push(implies(&date_time, &in_time));
        }
    }

    /// The constraints between the text of a value and its typed readings.
    fn text_facts(&self, value: usize, facts: &mut Vec<String>) {
        let name = |what: &str| self.constant(value, what);
        let (text, reads) = (name(""), self.reads());
        for literal in &self.literals {
            let same = equal(&text, &string(literal));
            let mut readings = Vec::new();
            if reads.address {
                let address = parse_address(literal);
                let (four, six) = (name("is-v4"), name("is-v6"));
                match address {
                    Some(IpAddr::V4(_)) => readings.push(four.clone()),
                    Some(IpAddr::V6(_)) => readings.push(six),
                    None => readings.extend([not(&four), not(&six)]),
                }
                if let Some(address) = address {
                    let field = if address.is_ipv4() { "v4" } else { "v6" };
                    let is = equal(&name(field), &bits(address));
                    // An IPv4 address is written in one way only.
                    if address.is_ipv4() {
                        facts.push(implies(&and([four, is.clone()]), &same));
                    }
                    readings.push(is);
                }
            }
            if reads.number {
                readings.push(match literal.parse::<Decimal>() {
                    Ok(number) => and([name("is-number"), equal(&name("number"), &real(&number))]),
                    Err(_) => not(&name("is-number")),
                });
            }
            if reads.date {
                readings.push(match literal.parse::<Instant>() {
                    Ok(date) => {
                        let same = equal(&name("date"), &integer(nanoseconds(date)));
                        and([name("is-date"), same])
                    }
                    Err(_) => not(&name("is-date")),
                });
            }
            facts.push(implies(&same, &and(readings)));
        }
        if !reads.patterns {
            return;
        }
        let among = |regex: &str| format!("(str.in_re {text} {regex})");
        if reads.address {
            facts.push(equal(&name("is-v4"), &among(&regex::ipv4())));
            facts.push(implies(&name("is-v6"), &among(&regex::around_ipv6())));
        }
        if reads.number {
            facts.push(equal(&name("is-number"), &among(regex::NUMBER)));
        }
        if reads.date {
            facts.push(implies(&name("is-date"), &among(&regex::around_date())));
        }
    }

    /// The documented facts about the key's values.
    fn shape_facts(&self, value: usize, has_text: bool, facts: &mut Vec<String>) {
        let name = |what: &str| self.constant(value, what);
        let Reads { address, number, date, patterns, .. } = self.reads();
        let shape = self.shape.values;
        // What an operator of another type cannot read.
        let (no_address, no_number, no_date) = match shape {
            ValueType::Text => (false, false, false),
            ValueType::Address => (false, true, true),
            ValueType::Arn | ValueType::Boolean => (true, true, true),
            ValueType::AccountId | ValueType::Date | ValueType::Epoch | ValueType::Number => {
                (true, false, false)
            }
        };
        if no_address && address {
            facts.extend([not(&name("is-v4")), not(&name("is-v6"))]);
        }
        facts.extend((no_number && number).then(|| not(&name("is-number"))));
        facts.extend((no_date && date).then(|| not(&name("is-date"))));
        match shape {
            ValueType::Address if address => facts.push(or([name("is-v4"), name("is-v6")])),
            ValueType::Date if date => facts.push(name("is-date")),
            ValueType::Epoch if date => {
                facts.push(name("is-date"));
                facts.push(format!("(<= 0 {})", name("date")));
                facts.push(format!("(= 0 (mod {} {NANOSECONDS}))", name("date")));
                facts.extend(number.then(|| name("is-number")));
            }
            ValueType::Number | ValueType::AccountId if number => facts.push(name("is-number")),
            _ => (),
        }
        if !has_text {
            return;
        }
        let text = name("");
        for literal in &self.literals {
            if !admits(shape, literal) {
                facts.push(not(&equal(&text, &string(literal))));
            }
        }
        let regex = match shape {
            ValueType::AccountId => regex::ACCOUNT.to_owned(),
            ValueType::Arn => regex::any_arn(),
            ValueType::Boolean => union(["true", "false"].map(regex::text)),
            // Fixed texts have been dealt with: of the others there are always enough.
            _ if !patterns => return,
            ValueType::Address => union([regex::ipv4(), regex::around_ipv6()]),
            ValueType::Date => regex::around_date(),
            ValueType::Epoch => regex::some("digit"),
            ValueType::Number => regex::NUMBER.to_owned(),
            ValueType::Text => return,
        };
        facts.push(format!("(str.in_re {text} {regex})"));
    }

    /// The components of a text with five colons or more.
    fn component_facts(&self, value: usize, facts: &mut Vec<String>) {
        let name = |what: &str| self.constant(value, what);
        let colon = regex::text(":");
        let head = format!("(re.* not-colon) {colon}");
        let five = [head.as_str(); 5].join(" ");
        let is = format!("(str.in_re {} (re.++ {five} re.all))", name(""));
        facts.push(equal(&name("is-arn"), &is));
        let six = COMPONENTS.map(&name);
        let whole = equal(&name(""), &super::request::joined(&six));
        facts.push(implies(&name("is-arn"), &whole));
        for component in six.iter().take(5) {
            facts.push(format!("(str.in_re {component} (re.* not-colon))"));
        }
    }

    /// The respect in which the declarations are weaker than the facts about requests.
    fn inexact(&self) -> Option<String> {
        let Reads { patterns, address, number, date, .. } = self.reads();
        let typed = address || number || date;
        let shape = self.shape.values;
        let half_known = matches!(shape, ValueType::Address | ValueType::Date);
        // Twelve digits are read as numbers and dates.
        let digits = shape == ValueType::AccountId && (number || date);
        ((patterns && (typed || half_known)) || digits)
            .then(|| format!("values of {} are read as texts and in other ways", self.symbol))
    }
}

/// The names of the components of an ARN.
pub(super) const COMPONENTS: [&str; 6] =
    ["arn", "partition", "service", "region", "account", "rest"];

/// Tests for a text of the shape.
fn admits(shape: ValueType, text: &str) -> bool {
    match shape {
        ValueType::AccountId => is_account_id(text),
        ValueType::Address => parse_address(text).is_some(),
        ValueType::Arn => text.parse::<Arn>().is_ok(),
        ValueType::Boolean => matches!(text, "true" | "false"),
        ValueType::Date => text.parse::<Instant>().is_ok(),
        ValueType::Epoch => {
            text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<Instant>().is_ok()
        }
        ValueType::Number => text.parse::<Decimal>().is_ok(),
        ValueType::Text => true,
    }
}
