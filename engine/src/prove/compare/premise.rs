//! Premises: assumptions about policies that were not supplied.

use std::fmt;

/// An assumption about policies that neither of two sets has, so that they hide no difference.
///
/// ```
/// # use polsim::prove::{Comparison, Directions, Limits, Premise};
/// let diff = Comparison::new(&[], &[]).compare(Directions::New, Limits::default(), 10);
/// assert!(diff.premises.contains(&Premise::CallersAllowAnything));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Premise {
    /// No identity policy of either set has an Allow statement.
    AnotherIdentityPolicy,
    /// Anybody may call, not only the principal that carries the policies.
    CallersAllowAnything,
    /// No service control policy of this level of either set has an Allow statement.
    FullAccess(u32),
    /// Owners of resources that no policy here is attached to grant everything.
    OwnersAllowEveryone,
    /// Owners of resources that no policy here is attached to leave it to the requester's account.
    OwnersTrustAccounts,
}

impl fmt::Display for Premise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AnotherIdentityPolicy => f.write_str(
                "no identity policy here allows anything: another one is taken to allow everything",
            ),
            Self::CallersAllowAnything => f.write_str(
                "callers whose identity policies are not given: theirs are taken to allow everything",
            ),
            Self::FullAccess(level) => write!(
                f,
                "no service control policy of level {level} allows anything: FullAWSAccess is taken to be attached too",
            ),
            Self::OwnersAllowEveryone => f.write_str(
                "resources that no policy here is attached to: their own policies are taken to allow every caller",
            ),
            Self::OwnersTrustAccounts => f.write_str(
                "resources that no policy here is attached to: their own policies are taken to leave it to the caller's account",
            ),
        }
    }
}
