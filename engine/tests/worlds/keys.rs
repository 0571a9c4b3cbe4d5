//! The context keys of a world: which values they can have, and how policies ask about them.

use super::draw::Draw;
use polsim::request::ContextValue;
use serde_json::{Value, json};

/// A kind of key: its values, and the operators that tell them apart and nothing else.
pub(crate) struct Kind {
    name: &'static str,
    /// Every value that a request of the world can have.
    values: &'static [&'static str],
    /// The operator that pins the key to those values.
    pin: &'static str,
    operators: &'static [&'static str],
    /// Values that policies compare with.
    operands: &'static [&'static str],
}

const KINDS: &[Kind] = &[
    Kind {
        name: "k:text",
        values: &["ab", "AB", "b"],
        pin: "StringEquals",
        operators: &[
            "StringEquals",
            "StringNotEquals",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
            "StringLike",
            "StringNotLike",
        ],
        operands: &["ab", "AB", "b", "c", "a*", "*b", "?", "*", "A?", "ab*b"],
    },
    Kind {
        name: "k:other",
        values: &["ab", "c"],
        pin: "StringEquals",
        operators: &["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"],
        operands: &["ab", "c", "a*", "?*", "*"],
    },
    Kind {
        name: "k:address",
        values: &["203.0.113.9", "203.0.113.77", "2001:db8::1"],
        pin: "IpAddress",
        operators: &["IpAddress", "NotIpAddress"],
        operands: &[
            "203.0.113.0/24",
            "203.0.113.0/26",
            "203.0.113.9",
            "2001:db8::/32",
            "0.0.0.0/0",
            "::/0",
        ],
    },
    Kind {
        name: "k:number",
        values: &["-1", "2", "10"],
        pin: "NumericEquals",
        operators: &[
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ],
        operands: &["-1", "2", "2.0", "10", "3.5", "0"],
    },
    Kind {
        name: "k:date",
        values: &["2026-01-01T00:00:00Z", "2026-06-01T12:00:00Z"],
        pin: "DateEquals",
        operators: &["DateEquals", "DateNotEquals", "DateLessThan", "DateGreaterThanEquals"],
        operands: &["2026-01-01", "2026-03-01T00:00:00Z", "2026-06-01T12:00:00Z", "1767225600"],
    },
    Kind {
        name: "k:flag",
        values: &["true", "false"],
        pin: "Bool",
        operators: &["Bool"],
        operands: &["true", "false"],
    },
    Kind {
        name: "k:arn",
        values: &["arn:aws:iam::111122223333:role/a", "arn:aws:iam::444455556666:role/a:b"],
        pin: "StringEquals",
        operators: &[
            "ArnEquals",
            "ArnLike",
            "ArnNotEquals",
            "ArnNotLike",
            "StringEquals",
            "StringNotLike",
        ],
        operands: &[
            "arn:aws:iam::111122223333:role/a",
            "arn:aws:iam::*:role/*",
            "arn:*:iam::444455556666:*",
            "arn:aws:iam::444455556666:role/a:?",
        ],
    },
];

/// A key of the world.
pub(crate) struct Key {
    kind: &'static Kind,
    /// True if the key may have several values.
    several: bool,
}

impl Key {
    /// Some keys, each of another kind.
    pub(crate) fn some(draw: &mut Draw) -> Vec<Self> {
        let kinds: Vec<&'static Kind> = KINDS.iter().collect();
        let most = 1 + draw.below(3);
        let kinds = draw.some(&kinds, most);
        let several = draw.chance(2);
        kinds
            .into_iter()
            .enumerate()
            .map(|(at, kind)| Self { kind, several: several && at == 0 })
            .collect()
    }

    pub(crate) fn name(&self) -> &'static str {
        self.kind.name
    }

    /// True if the values are compared as text, so that variables can stand for the key.
    pub(crate) fn is_text(&self) -> bool {
        self.kind.name == "k:text" || self.kind.name == "k:other"
    }

    /// The conditions that hold the key to its values.
    pub(crate) fn pin(&self) -> Value {
        let Kind { name, values, pin, .. } = self.kind;
        // A plain operator holds for one value; with IfExists for none too. ForAllValues also holds
        // for an absent key and for the empty text.
        let operator =
            if self.several { format!("ForAllValues:{pin}") } else { format!("{pin}IfExists") };
        json!({operator: {*name: values}})
    }

    /// Values that the key can have, up to those that no policy can tell apart.
    pub(crate) fn choices(&self) -> Vec<Option<ContextValue>> {
        let one = |text: &str| Some(ContextValue::One(text.into()));
        let values = self.kind.values;
        let mut choices = vec![None];
        choices.extend(values.iter().map(|text| one(text)));
        if !self.several {
            return choices;
        }
        choices.push(one(""));
        for set in 1..1_usize << values.len() {
            let mut some: Vec<Box<str>> = values
                .iter()
                .enumerate()
                .filter(|(at, _)| set >> at & 1 == 1)
                .map(|(_, text)| (*text).into())
                .collect();
            if some.len() == 1 {
                // One value twice is several values.
                some.push(some[0].clone());
            }
            choices.push(Some(ContextValue::Many(some)));
        }
        choices
    }

    /// A condition on the key.
    pub(crate) fn condition(&self, draw: &mut Draw) -> (String, Value) {
        if draw.chance(6) {
            return ("Null".to_owned(), json!(*draw.pick(&["true", "false"])));
        }
        let base = *draw.pick(self.kind.operators);
        let set = *draw.pick(&["", "", "ForAllValues:", "ForAnyValue:"]);
        let suffix = if draw.chance(3) { "IfExists" } else { "" };
        let operands = draw.some(self.kind.operands, 3);
        (format!("{set}{base}{suffix}"), json!(operands))
    }
}
