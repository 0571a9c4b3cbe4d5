//! Classes of requests: what a glance at a request settles for whole layers.

use crate::formula::{Atom, PrincipalTest};
use crate::request::{PrincipalKind, Request};

/// The atoms that are settled for all requests of a class.
#[expect(clippy::struct_excessive_bools, reason = "each is the truth of an atom")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Class {
    kind: PrincipalKind,
    service_linked: bool,
    same_account: bool,
    same_partition: bool,
    management: bool,
}

/// The number of the atoms besides the kind.
const BITS: usize = 4;

impl Class {
    /// The number of classes.
    pub(super) const COUNT: usize = PrincipalKind::ALL.len() << BITS;

    /// The class of a request.
    pub(super) fn of(request: &Request) -> Self {
        let holds = |atom: &Atom| atom.test_of_request(request).unwrap_or_default();
        let principal = request.principal();
        Self {
            kind: principal.kind(),
            service_linked: principal.is_service_linked(),
            same_account: holds(&Atom::SameAccount),
            same_partition: holds(&Atom::SamePartition),
            management: request.in_management_account(),
        }
    }

    /// The number of the class.
    pub(super) fn number(self) -> usize {
        let kind = match self.kind {
            PrincipalKind::Anonymous => 0,
            PrincipalKind::FederatedUser => 1,
            PrincipalKind::Provider => 2,
            PrincipalKind::RoleSession => 3,
            PrincipalKind::Root => 4,
            PrincipalKind::Service => 5,
            PrincipalKind::User => 6,
        };
        let bits = [self.service_linked, self.same_account, self.same_partition, self.management];
        bits.into_iter().fold(kind, |number: usize, bit| (number << 1) | usize::from(bit))
    }

    /// The truth of an atom for all requests of the class, where it is settled.
    pub(super) fn settles(self, atom: &Atom) -> Option<bool> {
        match atom {
            Atom::ManagementAccount => Some(self.management),
            Atom::SameAccount => Some(self.same_account),
            Atom::SamePartition => Some(self.same_partition),
            Atom::Principal(test) => self.settles_principal(test),
            other => other.always_holds().then_some(true),
        }
    }

    fn settles_principal(self, test: &PrincipalTest) -> Option<bool> {
        let only = |kind: PrincipalKind| (self.kind != kind).then_some(false);
        match test {
            PrincipalTest::Kind(kind) => Some(*kind == self.kind),
            PrincipalTest::ServiceLinked => Some(self.service_linked),
            PrincipalTest::Account(_) => {
                (!PrincipalKind::WITH_ACCOUNT.contains(&self.kind)).then_some(false)
            }
            PrincipalTest::IssuedBy(_) => only(PrincipalKind::FederatedUser),
            PrincipalTest::SessionOf(_) => only(PrincipalKind::RoleSession),
            PrincipalTest::Id(_) | PrincipalTest::Partition(_) | PrincipalTest::UniqueId(_) => None,
        }
    }
}
