//! The context keys that the policies of a set read.

use super::PolicySet;
use super::kleene::UnknownKey;
use crate::catalog::{Twin, keys};
use crate::formula::{Atom, KeyTest, Predicate, PrincipalTest};
use crate::policy::ResourcePattern;
use crate::request::PartialRequest;
use crate::text::{KeyName, Pattern};

/// Keys that AWS sends whatever the caller says.
const SENT: [&str; 8] = [
    keys::CURRENT_TIME,
    keys::EPOCH_TIME,
    keys::PRINCIPAL_ARN,
    keys::REQUESTED_REGION,
    keys::RESOURCE_ACCOUNT,
    keys::TOKEN_ISSUE_TIME,
    keys::USER_AGENT,
    keys::USER_ID,
];

/// The keys that a set reads.
#[derive(Clone, Debug, Default)]
pub(super) struct ReadKeys {
    every: Vec<KeyName>,
    /// Those that AWS always sends, by their own names or a service's.
    sent: Vec<KeyName>,
}

impl PolicySet {
    /// The keys that the policies read and that are not known of the request.
    pub(super) fn unknown_keys(&self, request: &PartialRequest) -> Vec<UnknownKey> {
        if request.is_complete() {
            return Vec::new();
        }
        let reads = self.reads.get_or_init(|| ReadKeys::of(self));
        let read = if request.unknown_slots().is_empty() { &reads.sent } else { &reads.every };
        let unknown = |key: &KeyName| {
            let constraint = request.unknown(key)?;
            Some(UnknownKey { key: key.clone(), constraint })
        };
        read.iter().filter_map(unknown).collect()
    }
}

impl ReadKeys {
    fn of(set: &PolicySet) -> Self {
        let mut reads = Self::default();
        let formulas = &set.lowered().formulas;
        formulas.atoms().for_each(|atom| reads.add(atom));
        // Another side of a reading may read more: what the policies write is all that it can read.
        if !set.lowered().reads.is_empty() {
            let policies = set.lowered().policies.iter();
            policies.flat_map(|it| it.policy.context_keys()).for_each(|key| reads.key(key));
        }
        reads.sent = reads.every.iter().filter(|it| is_sent(it)).cloned().collect();
        reads
    }

    fn add(&mut self, atom: &Atom) {
        match atom {
            Atom::Key(key, test) => {
                self.key(key);
                if let KeyTest::Some { any_of, .. } = test {
                    self.variables(any_of.iter().flat_map(Predicate::patterns));
                }
            }
            Atom::Principal(PrincipalTest::ServiceLinked | PrincipalTest::SessionOf(_)) => {
                self.key(&KeyName::from_static(keys::PRINCIPAL_ARN));
            }
            Atom::Resource(ResourcePattern::Arn { components, .. }) => {
                self.variables(components.iter());
            }
            Atom::SameAccount => self.key(&KeyName::from_static(keys::RESOURCE_ACCOUNT)),
            _ => (),
        }
    }

    fn variables<'p>(&mut self, patterns: impl Iterator<Item = &'p Pattern>) {
        patterns.flat_map(Pattern::variables).for_each(|it| self.key(&it.key));
    }

    fn key(&mut self, key: &KeyName) {
        if !self.every.contains(key) {
            self.every.push(key.clone());
        }
    }
}

fn is_sent(key: &KeyName) -> bool {
    let of = |name: &str| SENT.iter().any(|it| it.eq_ignore_ascii_case(name));
    of(key.as_str())
        || Twin::all().iter().any(|it| it.repeated(key.as_str()).is_some_and(|it| of(&it)))
}
