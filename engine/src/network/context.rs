//! What the context of a request holds, by how it arrived (perimeter §1.3, §1.4).
//!
//! A [`ContextSet`] is a set of possible contexts: for each network key whether it is there and
//! which values it may have. It has two faces, a [representative](ContextSet::representative) for
//! the evaluator and a [formula](ContextSet::lower) for the prover.

use std::net::IpAddr;

use super::uncertain::{self, Uncertainty};
use crate::catalog::network_keys::ServiceKey;
use crate::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate, PrincipalTest};
use crate::policy::ActionPattern;
use crate::request::{Action, ContextValue, PrincipalKind};
use crate::text::{AddressRange, CaseRule, KeyName, NoVariables, Pattern, parse_address};

pub(crate) const SOURCE_IP: &str = "aws:SourceIp";
pub(super) const VPC_SOURCE_IP: &str = "aws:VpcSourceIp";
pub(super) const SOURCE_VPC: &str = "aws:SourceVpc";
pub(super) const SOURCE_VPCE: &str = "aws:SourceVpce";
pub(super) const VIA: &str = "aws:ViaAWSService";
pub(super) const IS_SERVICE: &str = "aws:PrincipalIsAWSService";
pub(super) const CALLED_VIA: &str = "aws:CalledVia";
pub(super) const CALLED_VIA_FIRST: &str = "aws:CalledViaFirst";
pub(super) const CALLED_VIA_LAST: &str = "aws:CalledViaLast";

/// The keys of a request that crosses a VPC endpoint (perimeter §1.5, AX1, AX2).
pub(crate) const ENDPOINT_KEYS: [&str; 7] = [
    SOURCE_VPCE,
    SOURCE_VPC,
    VPC_SOURCE_IP,
    "aws:SourceVpcArn",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
];

/// The keys of a request that services have forwarded: none comes without the first (perimeter §1.5,
/// AX4, AX5).
pub(crate) const FORWARDED_KEYS: [&str; 4] = [VIA, CALLED_VIA, CALLED_VIA_FIRST, CALLED_VIA_LAST];

/// The keys that only policies which read them need to hear about.
const ON_DEMAND: [&str; 5] =
    [CALLED_VIA, CALLED_VIA_FIRST, CALLED_VIA_LAST, "aws:ViaAWSMCPService", "aws:CalledViaAWSMCP"];

/// A set of possible contexts, as far as the network decides them.
#[derive(Clone, Debug, PartialEq)]
pub struct ContextSet {
    /// What arrives so.
    pub label: Box<str>,
    /// The undocumented fact without which there are no such contexts.
    pub uncertain: Option<&'static Uncertainty>,
    /// Who may call so.
    pub caller: Caller,
    /// The keys of all services.
    pub keys: Vec<(&'static str, Slot)>,
    /// The keys that come only with requests to services that fill them in.
    pub service_keys: Vec<(ServiceKey, Slot)>,
}

/// Who calls.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Caller {
    /// Anyone but a service principal.
    Anyone,
    /// A session of a role.
    Role,
    /// A service principal.
    Service,
}

/// What a key may hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Slot {
    /// It is not there.
    Absent,
    /// An address within the first ranges and not in the others.
    Address {
        /// In one of these.
        within: Vec<AddressRange>,
        /// In none of these.
        except: Vec<AddressRange>,
    },
    /// `true` or `false`.
    Flag(bool),
    /// Text of a shape and none of these.
    Foreign {
        /// The shape, with wildcards.
        shape: &'static str,
        /// The texts that it is not.
        except: Vec<Box<str>>,
        /// A text of the shape.
        sample: &'static str,
    },
    /// Several values, these.
    Many(Vec<Box<str>>),
    /// One of these texts.
    OneOf(Vec<Box<str>>),
    /// What the inner one says, or not there.
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
    pub(super) fn public_except(except: &[AddressRange]) -> Self {
        let mut all = ranges(&NOT_PUBLIC);
        all.extend(except);
        Self::Address { within: ranges(&["0.0.0.0/0", "2000::/3"]), except: all }
    }

    /// A public address of one family that is in none of these ranges.
    pub(super) fn public_of(ipv6: bool, except: &[AddressRange]) -> Self {
        match Self::public_except(except) {
            Self::Address { within, except } => {
                let family = |range: &&AddressRange| range.net().addr().is_ipv6() == ipv6;
                Self::Address { within: within.iter().filter(family).copied().collect(), except }
            }
            other => other,
        }
    }

    /// Any address at all.
    pub(super) fn any_address() -> Self {
        Self::Address { within: ranges(&["0.0.0.0/0", "::/0"]), except: Vec::new() }
    }

    pub(super) fn is(text: &str) -> Self {
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
            Self::Many(values) => ContextValue::Many(values.clone()),
            Self::OneOf(values) => ContextValue::One(values.first()?.clone()),
            Self::Optional(inner) => return inner.representative(),
        })
    }

    /// Whether a key with these values holds what the slot says.
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
                Pattern::wildcard(shape).matches(value, CaseRule::Exact, &NoVariables)
                    && !except.contains(value)
            }
            (Self::OneOf(wanted), [value]) => wanted.contains(value),
            _ => false,
        }
    }

    /// The requests in which the key holds what the slot says.
    pub(super) fn lower(&self, key: &str, formulas: &mut Formulas) -> FormulaId {
        let name = KeyName::new(key);
        let some = |formulas: &mut Formulas, any_of: Vec<Predicate>| {
            let test = KeyTest::Some { any_of: any_of.into(), hit: true };
            formulas.atom(Atom::Key(name.clone(), test))
        };
        let text = |text: &str| Predicate::Text(Pattern::literal(text), CaseRule::Exact);
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
                let shape = Predicate::Text(Pattern::wildcard(shape), CaseRule::Exact);
                let shape = some(formulas, vec![shape]);
                let single = single(&name, formulas);
                if except.is_empty() {
                    return formulas.all([shape, single]);
                }
                let ours = some(formulas, except.iter().map(|it| text(it)).collect());
                let foreign = formulas.not(ours);
                formulas.all([shape, foreign, single])
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
        .find(|text| !except.iter().any(|it| **it == **text))
        .unwrap_or_else(|| sample.to_owned())
        .into()
}

impl ContextSet {
    /// Direct calls: not forwarded, not by a service; nothing said about addresses yet.
    pub(super) fn direct(label: impl Into<Box<str>>) -> Self {
        Self {
            label: label.into(),
            uncertain: None,
            caller: Caller::Anyone,
            keys: vec![
                (VIA, Slot::Flag(false)),
                (IS_SERVICE, Slot::Flag(false)),
                (CALLED_VIA, Slot::Absent),
                (CALLED_VIA_FIRST, Slot::Absent),
                (CALLED_VIA_LAST, Slot::Absent),
            ],
            service_keys: Vec::new(),
        }
    }

    /// The same with other slots for these keys.
    #[must_use]
    pub(super) fn with(mut self, slots: impl IntoIterator<Item = (&'static str, Slot)>) -> Self {
        for (key, slot) in slots {
            match self.keys.iter_mut().find(|(known, _)| *known == key) {
                Some((_, known)) => *known = slot,
                None => self.keys.push((key, slot)),
            }
        }
        self
    }

    /// The same without any key of a VPC endpoint.
    #[must_use]
    pub(super) fn without_endpoint(self) -> Self {
        let mut set = self.with([
            (SOURCE_VPCE, Slot::Absent),
            (SOURCE_VPC, Slot::Absent),
            (VPC_SOURCE_IP, Slot::Absent),
        ]);
        set.service_keys = ServiceKey::ALL.into_iter().map(|key| (key, Slot::Absent)).collect();
        set
    }

    /// The same, only if an undocumented fact is so.
    #[must_use]
    pub(super) fn only_if(self, fact: &'static Uncertainty) -> Self {
        Self { uncertain: Some(fact), ..self }
    }

    /// The twin of a direct call without the forwarding flag, which AWS documents in two ways.
    pub(super) fn twin_without_via(&self) -> Option<Self> {
        let direct = self.slot(VIA) == Some(&Slot::Flag(false)) && self.uncertain.is_none();
        direct.then(|| self.clone().with([(VIA, Slot::Absent)]).only_if(&uncertain::VIA_ABSENT))
    }

    /// What a key may hold; `None` where the network says nothing about it.
    pub fn slot(&self, key: &str) -> Option<&Slot> {
        self.keys.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, slot)| slot)
    }

    /// What a key may hold in a request for this action.
    pub fn slot_for(&self, key: ServiceKey, action: &Action) -> Option<&Slot> {
        let slot = self.service_keys.iter().find(|(known, _)| *known == key)?;
        Some(if key.comes_with(action) { &slot.1 } else { &Slot::Absent })
    }

    /// One context of the set for a request for `action`. A key that is surely not there is listed
    /// without values, so that nobody fills it in.
    pub fn representative(&self, action: &Action) -> Vec<(KeyName, ContextValue)> {
        let own = self.keys.iter().map(|(key, slot)| (*key, slot));
        let more = self
            .service_keys
            .iter()
            .filter_map(|(key, _)| self.slot_for(*key, action).map(|slot| (key.name(), slot)));
        own.chain(more)
            .map(|(key, slot)| {
                let absent = || ContextValue::Many(Vec::new());
                (KeyName::new(key), slot.representative().unwrap_or_else(absent))
            })
            .collect()
    }

    /// The requests whose context is in the set. Keys that no atom of the store reads are left
    /// out as far as they only follow from others, so lower the policies first.
    pub fn lower(&self, formulas: &mut Formulas) -> FormulaId {
        let mut parts = Vec::new();
        let service = Atom::Principal(PrincipalTest::Kind(PrincipalKind::Service));
        match self.caller {
            Caller::Anyone => {
                let service = formulas.atom(service);
                parts.push(formulas.not(service));
            }
            Caller::Role => {
                let kind = PrincipalTest::Kind(PrincipalKind::RoleSession);
                parts.push(formulas.atom(Atom::Principal(kind)));
            }
            Caller::Service => parts.push(formulas.atom(service)),
        }
        for (key, slot) in &self.keys {
            if ON_DEMAND.contains(key) && !is_read(formulas, key) {
                continue;
            }
            let slot = match (*key, slot) {
                // Anonymous requests do not carry the flag.
                (IS_SERVICE, Slot::Flag(false)) => Slot::Optional(Box::new(slot.clone())),
                (_, slot) => slot.clone(),
            };
            parts.push(slot.lower(key, formulas));
        }
        for (key, slot) in &self.service_keys {
            if !is_read(formulas, key.name()) {
                continue;
            }
            let there = slot.lower(key.name(), formulas);
            let absent = Slot::Absent.lower(key.name(), formulas);
            let filled_in = comes_with(*key, formulas);
            parts.push(formulas.choose(filled_in, there, absent));
        }
        formulas.all(parts)
    }
}

/// Whether some atom of the store reads the key.
pub(super) fn is_read(formulas: &Formulas, key: &str) -> bool {
    formulas.atoms().any(|atom| matches!(atom, Atom::Key(name, _) if name.is(key)))
}

/// The requests to services that fill the key in.
pub(super) fn comes_with(key: ServiceKey, formulas: &mut Formulas) -> FormulaId {
    let action = |formulas: &mut Formulas, service: &str, name: &str| {
        let (service, name) = (Pattern::literal(service), Pattern::wildcard(name));
        formulas.atom(Atom::Action(ActionPattern::Of { service, name }))
    };
    let services: Vec<FormulaId> =
        key.services().map(|service| action(formulas, service, "*")).collect();
    let services = formulas.any(services);
    if key != ServiceKey::SourceVpcArn {
        return services;
    }
    let pass_role = action(formulas, "iam", "PassRole");
    let not_pass_role = formulas.not(pass_role);
    formulas.all([services, not_pass_role])
}

#[cfg(test)]
mod tests {
    use super::Slot;
    use crate::formula::{Evaluator, Formulas};
    use crate::request::{ContextValue, Request, RequestParts};
    use crate::text::KeyName;

    /// Whether a formula holds for a request whose `aws:SourceIp` has these values.
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
            Slot::Foreign { shape: "vpce-*", except: vec!["vpce-1".into()], sample: "vpce-1" },
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
        let foreign =
            Slot::Foreign { shape: "vpce-*", except: vec!["vpce-1".into()], sample: "vpce-2" };
        assert!(!holds(&foreign, &["vpce-1"]));
        assert!(!holds(&foreign, &["vpc-9"]));
        let two = Slot::Many(vec!["a".into(), "b".into()]);
        assert!(!holds(&two, &["a"]));
        assert!(!holds(&two, &["a", "b", "c"]));
        assert!(holds(&Slot::Optional(Box::new(Slot::Flag(true))), &[]));
        assert!(!holds(&Slot::Flag(true), &["false"]));
    }
}
