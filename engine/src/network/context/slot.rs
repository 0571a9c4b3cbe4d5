//! Slots: the values that one key may hold.

use std::net::IpAddr;

use crate::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate};
use crate::request::ContextValue;
use crate::text::{AddressRange, CaseRule, KeyName, NoVariables, Pattern, parse_address};

/// Values that a key may hold.
///
/// ```
/// # use polsim::network::Slot;
/// let office = Slot::Address {
///     within: vec!["203.0.113.0/24".parse()?],
///     except: Vec::new(),
/// };
/// assert!(office.admits(&["203.0.113.7".into()]));
/// assert!(!office.admits(&["198.51.100.7".into()]) && !office.admits(&[]));
/// # Ok::<(), polsim::text::AddressRangeError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Slot {
    /// No value: the key is absent.
    Absent,
    /// An address within the first ranges and not in the others.
    Address {
        /// Ranges that it is in.
        within: Vec<AddressRange>,
        /// Ranges that it is not in.
        except: Vec<AddressRange>,
    },
    /// The text `true` or `false`.
    Flag(bool),
    /// Text of a shape and none of these.
    Foreign {
        /// The shape, with wildcards.
        shape: Box<str>,
        /// Patterns of the texts that it is not.
        except: Vec<Box<str>>,
        /// A text of the shape.
        sample: Box<str>,
    },
    /// A list of at least one value, all of a shape.
    Chain {
        /// The shape, with wildcards.
        shape: Box<str>,
        /// Values that are surely among them.
        with: Vec<Box<str>>,
        /// A value of the shape.
        sample: Box<str>,
    },
    /// Several values, exactly these.
    Many(Vec<Box<str>>),
    /// Text out of these.
    OneOf(Vec<Box<str>>),
    /// Slot of a key that may be absent too.
    Optional(Box<Self>),
}

/// The ranges of addresses that are no public ones: AWS never reports them as `aws:SourceIp`
/// (perimeter §1.3). The documentation ranges count as public, for examples to work.
const NOT_PUBLIC: [&str; 10] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "2002::/16",
];

/// Test for a text of a shape.
fn is_of(shape: &str, value: &str) -> bool {
    Pattern::wildcard(shape).matches(value, CaseRule::Exact, &NoVariables)
}

/// Test for a range that has public addresses in it.
pub(in super::super) fn is_public(range: &AddressRange) -> bool {
    let public: AddressRange = match "2000::/3".parse() {
        Ok(range) => range,
        Err(_) => return true,
    };
    let own = range.net();
    if own.addr().is_ipv6() {
        return public.net().contains(&own) || own.contains(&public.net());
    }
    !ranges(&NOT_PUBLIC).iter().any(|it| it.net().contains(&own))
}

/// Addresses for representatives: an attacker's, and others if the file gives those to somebody.
const SAMPLES: [&str; 8] = [
    "192.0.2.77",
    "198.51.100.77",
    "203.0.113.77",
    "198.18.0.77",
    "2001:db8:bad::77",
    "2001:db8:77::77",
    "8.8.4.77",
    "2606:77::77",
];

fn ranges(texts: &[&str]) -> Vec<AddressRange> {
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}

impl Slot {
    /// A public address that is in none of these ranges.
    pub(in super::super) fn public_except(except: &[AddressRange]) -> Self {
        let mut all = ranges(&NOT_PUBLIC);
        all.extend(except);
        Self::Address { within: ranges(&["0.0.0.0/0", "2000::/3"]), except: all }
    }

    /// A public address of one family that is in none of these ranges.
    pub(in super::super) fn public_of(ipv6: bool, except: &[AddressRange]) -> Self {
        match Self::public_except(except) {
            Self::Address { within, except } => {
                let family = |range: &&AddressRange| range.net().addr().is_ipv6() == ipv6;
                Self::Address { within: within.iter().filter(family).copied().collect(), except }
            }
            other => other,
        }
    }

    /// Slot of any address.
    pub(in super::super) fn any_address() -> Self {
        Self::Address { within: ranges(&["0.0.0.0/0", "::/0"]), except: Vec::new() }
    }

    pub(in super::super) fn is(text: &str) -> Self {
        Self::OneOf(vec![text.into()])
    }

    /// A value that fits, `None` where the key is not there.
    pub fn representative(&self) -> Option<ContextValue> {
        Some(match self {
            Self::Absent => return None,
            Self::Address { within, except } => {
                ContextValue::One(sample_address(within, except)?.to_string().into())
            }
            Self::Flag(value) => ContextValue::One(if *value { "true" } else { "false" }.into()),
            Self::Foreign { except, sample, .. } => ContextValue::One(sample_text(sample, except)),
            Self::Chain { with, sample, .. } => {
                let first = with.first().unwrap_or(sample);
                ContextValue::Many(vec![first.clone()])
            }
            Self::Many(values) => ContextValue::Many(values.clone()),
            Self::OneOf(values) => ContextValue::One(values.first()?.clone()),
            Self::Optional(inner) => return inner.representative(),
        })
    }

    /// Test for values that the slot admits.
    pub fn admits(&self, values: &[Box<str>]) -> bool {
        match (self, values) {
            (Self::Absent, values) => values.is_empty(),
            (Self::Optional(inner), values) => values.is_empty() || inner.admits(values),
            (Self::Many(wanted), values) => {
                !values.is_empty()
                    && wanted.iter().all(|it| values.contains(it))
                    && values.iter().all(|it| wanted.contains(it))
            }
            (Self::Address { within, except }, [value]) => parse_address(value).is_some_and(|it| {
                within.iter().any(|range| range.contains(it))
                    && !except.iter().any(|range| range.contains(it))
            }),
            (Self::Flag(wanted), [value]) => Predicate::Bool(*wanted).test(value, &NoVariables),
            (Self::Foreign { shape, except, .. }, [value]) => {
                is_of(shape, value) && !except.iter().any(|it| is_of(it, value))
            }
            (Self::Chain { shape, with, .. }, values) => {
                !values.is_empty()
                    && values.iter().all(|value| is_of(shape, value))
                    && with.iter().all(|it| values.contains(it))
            }
            (Self::OneOf(wanted), [value]) => wanted.contains(value),
            _ => false,
        }
    }

    /// The requests in which the key holds what the slot says.
    pub(in super::super) fn lower(&self, key: &str, formulas: &mut Formulas) -> FormulaId {
        let name = KeyName::new(key);
        let some = |formulas: &mut Formulas, any_of: Vec<Predicate>| {
            let test = KeyTest::Some { any_of: any_of.into(), hit: true };
            formulas.atom(Atom::Key(name.clone(), test))
        };
        let text = |text: &str| Predicate::Text(Pattern::literal(text), CaseRule::Exact);
        let pattern = |text: &str| Predicate::Text(Pattern::wildcard(text), CaseRule::Exact);
        match self {
            Self::Absent => formulas.atom(Atom::Key(name, KeyTest::Absent)),
            Self::Optional(inner) => {
                let absent = Self::Absent.lower(key, formulas);
                let present = inner.lower(key, formulas);
                formulas.any([absent, present])
            }
            Self::Address { within, except } => {
                let inside = within.iter().map(|range| Predicate::Address(*range)).collect();
                let inside = some(formulas, inside);
                let single = single(&name, formulas);
                if except.is_empty() {
                    return formulas.all([inside, single]);
                }
                let outside = except.iter().map(|range| Predicate::Address(*range)).collect();
                let outside = some(formulas, outside);
                let outside = formulas.not(outside);
                formulas.all([inside, outside, single])
            }
            Self::Flag(value) => {
                let is = some(formulas, vec![Predicate::Bool(*value)]);
                let single = single(&name, formulas);
                formulas.all([is, single])
            }
            Self::Foreign { shape, except, .. } => {
                let shape = some(formulas, vec![pattern(shape)]);
                let single = single(&name, formulas);
                if except.is_empty() {
                    return formulas.all([shape, single]);
                }
                let ours = some(formulas, except.iter().map(|it| pattern(it)).collect());
                let foreign = formulas.not(ours);
                formulas.all([shape, foreign, single])
            }
            Self::Chain { shape, with, .. } => {
                let there = some(formulas, vec![pattern(shape)]);
                let other = KeyTest::Some { any_of: [pattern(shape)].into(), hit: false };
                let other = formulas.atom(Atom::Key(name.clone(), other));
                let none = formulas.not(other);
                let mut all = vec![there, none];
                for value in with {
                    all.push(some(formulas, vec![text(value)]));
                }
                formulas.all(all)
            }
            // Exactly these: each is there, and nothing else.
            Self::Many(values) => {
                let each: Vec<FormulaId> =
                    values.iter().map(|value| some(formulas, vec![text(value)])).collect();
                let all: Box<[Predicate]> = values.iter().map(|value| text(value)).collect();
                let other = KeyTest::Some { any_of: all, hit: false };
                let other = formulas.atom(Atom::Key(name.clone(), other));
                let none = formulas.not(other);
                let each = formulas.all(each);
                formulas.all([each, none])
            }
            Self::OneOf(values) => {
                let one = some(formulas, values.iter().map(|value| text(value)).collect());
                let single = single(&name, formulas);
                formulas.all([one, single])
            }
        }
    }
}

/// The key has one value at most (perimeter §1.5, AX13).
fn single(name: &KeyName, formulas: &mut Formulas) -> FormulaId {
    let several = formulas.atom(Atom::Key(name.clone(), KeyTest::Several));
    formulas.not(several)
}

fn sample_address(within: &[AddressRange], except: &[AddressRange]) -> Option<IpAddr> {
    let fits = |address: &IpAddr| {
        within.iter().any(|range| range.contains(*address))
            && !except.iter().any(|range| range.contains(*address))
    };
    let wide = |range: &AddressRange| range.net().prefix_len() <= 3;
    let well_known = SAMPLES.iter().filter_map(|text| text.parse::<IpAddr>().ok());
    // A plain host of a small range; something well-known of the whole internet.
    let inside = within.iter().filter(|range| !wide(range)).flat_map(|range| {
        let net = range.net();
        let hosts = net.hosts();
        [hosts.clone().nth(24), hosts.clone().nth(8), hosts.clone().next(), Some(net.addr())]
            .into_iter()
            .flatten()
    });
    let anywhere = within
        .iter()
        .flat_map(|range| [range.net().hosts().next(), Some(range.net().addr())])
        .flatten();
    inside.chain(well_known).chain(anywhere).find(fits)
}

/// The sample, or the sample with another last digit where that is one of `except`.
fn sample_text(sample: &str, except: &[Box<str>]) -> Box<str> {
    let (stem, _) = sample.split_at(sample.len().saturating_sub(1));
    let others = (0..10_u8).map(|digit| format!("{stem}{digit}"));
    std::iter::once(sample.to_owned())
        .chain(others)
        .find(|text| !except.iter().any(|it| is_of(it, text)))
        .unwrap_or_else(|| sample.to_owned())
        .into()
}

#[cfg(test)]
mod tests {
    use super::Slot;
    use crate::formula::{Evaluator, Formulas};
    use crate::request::{ContextValue, Request, RequestParts};
    use crate::text::KeyName;

    /// Test of a slot on a request whose `aws:SourceIp` has these values.
    fn holds(slot: &Slot, values: &[&str]) -> bool {
        let mut formulas = Formulas::new();
        let id = slot.lower("aws:SourceIp", &mut formulas);
        let values = values.iter().map(|value| (*value).into()).collect();
        let request = Request::new(RequestParts {
            principal: "anonymous",
            action: "s3:GetObject",
            resource: "*",
            context: vec![(KeyName::new("aws:SourceIp"), ContextValue::Many(values))],
            ..RequestParts::default()
        });
        Evaluator::new(&formulas, &request.unwrap()).holds(id)
    }

    #[test]
    fn the_two_faces_of_a_slot_agree() {
        let ours = ["203.0.113.0/24".parse().unwrap(), "2001:db8:1234::/48".parse().unwrap()];
        let slots = [
            Slot::Absent,
            Slot::public_except(&ours),
            Slot::public_of(true, &ours),
            Slot::Address { within: ours.to_vec(), except: Vec::new() },
            Slot::any_address(),
            Slot::Flag(true),
            Slot::is("a"),
            Slot::Many(vec!["a".into(), "b".into()]),
            Slot::Foreign {
                shape: "vpce-*".into(),
                except: vec!["vpce-1".into()],
                sample: "vpce-1".into(),
            },
            Slot::Optional(Box::new(Slot::is("a"))),
        ];
        for slot in slots {
            let value = slot.representative();
            let values: Vec<&str> = match &value {
                Some(value) => value.as_slice().iter().map(|it| &**it).collect(),
                None => Vec::new(),
            };
            assert!(holds(&slot, &values), "{slot:?} {values:?}");
            let texts =
                ["", "a", "b", "true", "vpce-1", "vpce-2", "8.8.8.8", "10.0.0.1", "203.0.113.9"];
            for left in texts {
                for values in [vec![], vec![left], vec![left, "b"]] {
                    let boxed: Vec<Box<str>> = values.iter().map(|it| (*it).into()).collect();
                    assert_eq!(holds(&slot, &values), slot.admits(&boxed), "{slot:?} {values:?}");
                }
            }
        }
    }

    #[test]
    fn slots_refuse_what_is_not_theirs() {
        let ours = ["203.0.113.0/24".parse().unwrap()];
        let internet = Slot::public_except(&ours);
        assert!(holds(&internet, &["8.8.8.8"]));
        assert!(holds(&internet, &["2001:db8::1"]));
        for value in ["203.0.113.9", "10.1.2.3", "172.31.0.1", "fe80::1", "::1", "x"] {
            assert!(!holds(&internet, &[value]), "{value}");
        }
        assert!(!holds(&internet, &[]));
        assert!(!holds(&internet, &["8.8.8.8", "8.8.4.4"]), "single-valued");
        let foreign = Slot::Foreign {
            shape: "vpce-*".into(),
            except: vec!["vpce-1".into()],
            sample: "vpce-2".into(),
        };
        assert!(!holds(&foreign, &["vpce-1"]));
        assert!(!holds(&foreign, &["vpc-9"]));
        let two = Slot::Many(vec!["a".into(), "b".into()]);
        assert!(!holds(&two, &["a"]));
        assert!(!holds(&two, &["a", "b", "c"]));
        assert!(holds(&Slot::Optional(Box::new(Slot::Flag(true))), &[]));
        assert!(!holds(&Slot::Flag(true), &["false"]));
    }
}
