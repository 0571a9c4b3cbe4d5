//! Contexts of requests, by how they arrive (perimeter §1.3, §1.4).
//!
//! A [`ContextSet`] is a set of possible contexts: for each network key whether it is there and
//! which values it may have. It has two faces, a [representative](ContextSet::representative) for
//! the evaluator and a [formula](ContextSet::lower) for the prover.

mod keys;
mod slot;

use super::uncertain::{self, Uncertainty};
use crate::catalog::network_keys::ServiceKey;
use crate::formula::{Atom, FormulaId, Formulas, PrincipalTest};
use crate::policy::ActionPattern;
use crate::request::{Action, ContextValue, PrincipalKind};
use crate::text::{KeyName, Pattern};
use keys::ON_DEMAND;
pub(super) use keys::{
    CALLED_VIA, CALLED_VIA_FIRST, CALLED_VIA_LAST, IS_SERVICE, SOURCE_VPC, SOURCE_VPCE, VIA,
    VPC_SOURCE_IP,
};
pub(crate) use keys::{ENDPOINT_KEYS, FORWARDED_KEYS, SOURCE_IP};
pub use slot::Slot;
pub(super) use slot::is_public;

/// A set of possible contexts, as far as the network decides them.
///
/// ```
/// # use polsim::catalog::EndpointService;
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// sites: [{name: office, egress: 203.0.113.0/24}]
/// "))?;
/// let s3 = EndpointService::find("s3", "eu-west-1").expect("S3 is everywhere");
/// let arrivals = network.arrivals("office", s3, "eu-west-1").expect("the office is an origin");
///
/// let context = arrivals[0].context.as_ref().expect("requests from the office arrive");
/// let get = "s3:GetObject".parse().expect("an action");
/// let example = context.representative(&get);
/// let address = example.iter().find(|(key, _)| key.is("aws:SourceIp"));
/// assert_eq!(address.map(|(_, value)| value.clone()), Some("203.0.113.25".into()));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ContextSet {
    /// Name of the requests that arrive so.
    pub label: Box<str>,
    /// The undocumented fact without which there are no such contexts.
    pub uncertain: Option<&'static Uncertainty>,
    /// Callers that may arrive so.
    pub caller: Caller,
    /// The keys of all services.
    pub keys: Vec<(&'static str, Slot)>,
    /// The keys that come only with requests to services that fill them in.
    pub service_keys: Vec<(ServiceKey, Slot)>,
}

/// The kind of callers of requests.
///
/// ```
/// # use polsim::network::Caller;
/// assert_ne!(Caller::Anyone, Caller::Service);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Caller {
    /// Anyone but a service principal.
    Anyone,
    /// A session of a role.
    Role,
    /// A service principal, for us.
    Service,
    /// A service principal that answers for anybody: what it is asked comes from its own clients.
    Viewers,
}

/// Services that call as themselves for whoever calls them (perimeter-2 §2).
const FOR_ANYBODY: [&str; 7] = [
    "apigateway.amazonaws.com",
    "appsync.amazonaws.com",
    "cloudfront.amazonaws.com",
    "cognito-identity.amazonaws.com",
    "cognito-idp.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "ses.amazonaws.com",
];

impl Caller {
    /// Test for service principals.
    pub fn is_service(self) -> bool {
        matches!(self, Self::Service | Self::Viewers)
    }

    /// The requests of such callers.
    fn lower(self, formulas: &mut Formulas) -> FormulaId {
        let mut kind = |kind| formulas.atom(Atom::Principal(PrincipalTest::Kind(kind)));
        match self {
            Self::Anyone => {
                let service = kind(PrincipalKind::Service);
                formulas.not(service)
            }
            Self::Role => kind(PrincipalKind::RoleSession),
            Self::Service => kind(PrincipalKind::Service),
            Self::Viewers => {
                let id = |it: &str| Atom::Principal(PrincipalTest::Id(it.into()));
                let each = FOR_ANYBODY.map(|it| formulas.atom(id(it)));
                formulas.any(each)
            }
        }
    }
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

    /// Set with other slots for these keys.
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

    /// Set without any key of a VPC endpoint.
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

    /// Set that exists only if an undocumented fact is so.
    #[must_use]
    pub(super) fn only_if(self, fact: &'static Uncertainty) -> Self {
        Self { uncertain: Some(fact), ..self }
    }

    /// The twin of a direct call without the forwarding flag, which AWS documents in two ways.
    pub(super) fn twin_without_via(&self) -> Option<Self> {
        let direct = self.slot(VIA) == Some(&Slot::Flag(false)) && self.uncertain.is_none();
        direct.then(|| self.clone().with([(VIA, Slot::Absent)]).only_if(&uncertain::VIA_ABSENT))
    }

    /// Test for contexts that may have the id of an endpoint or not: AWS's pages differ.
    pub(super) fn leaves_endpoint_open(&self) -> bool {
        matches!(self.slot(SOURCE_VPCE), Some(Slot::Optional(_)))
    }

    /// Values that a key may hold; `None` where the network says nothing about it.
    pub fn slot(&self, key: &str) -> Option<&Slot> {
        self.keys.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, slot)| slot)
    }

    /// Slot of a key in a request for this action.
    pub fn slot_for(&self, key: ServiceKey, action: &Action) -> Option<&Slot> {
        let slot = self.service_keys.iter().find(|(known, _)| *known == key)?;
        Some(if key.comes_with(action) { &slot.1 } else { &Slot::Absent })
    }

    /// Context out of the set for a request for `action`. A key that is surely not there is listed
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
        let mut parts = vec![self.caller.lower(formulas)];
        for (key, slot) in &self.keys {
            if ON_DEMAND.contains(key) && !is_read(formulas, key) {
                continue;
            }
            let slot = match (*key, slot) {
                // Anonymous requests do not carry the flag.
                (IS_SERVICE, Slot::Flag(false)) => Slot::Optional(Box::new(slot.clone())),
                // Undocumented facts may come together: this way, and direct calls without the flag.
                (VIA, Slot::Flag(false)) if self.uncertain.is_some() => {
                    Slot::Optional(Box::new(slot.clone()))
                }
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

/// Test for an atom of the store that reads the key.
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
    let pass_role = action(formulas, "iam", "PassRole");
    let not_pass_role = formulas.not(pass_role);
    formulas.all([services, not_pass_role])
}
