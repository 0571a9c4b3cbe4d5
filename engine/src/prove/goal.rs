//! Goals of the queries that decide a property.

use super::verdict::Verdict;

/// A query that helps to decide a property.
///
/// ```
/// # use polsim::prove::{Claim, Goal, Limits, Property, RequestShape, Verifier};
/// let shape = RequestShape::default().for_actions(["s3:GetObject"])?;
/// let properties = [Property::new("open", Claim::Allow, shape, Vec::new())];
/// let verifier = Verifier::new(&properties, None)?;
/// let mut lowered = verifier.lower(0).expect("the first property");
/// assert_eq!(lowered.answer(Goal::Shape, Limits::default()), Some(true));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Goal {
    /// A request of the property's shape: without one the property is vacuous.
    Shape,
    /// A request that shows that the property holds ([`Claim::Allow`](super::Claim::Allow)) or does not (all others).
    Witness,
}

impl Goal {
    /// Tells whether some request meets the goal, as far as the verdict tells.
    pub fn is_met(self, verdict: &Verdict) -> Option<bool> {
        match (self, verdict) {
            (_, Verdict::Unknown(_)) => None,
            (_, Verdict::Vacuous(_)) => Some(false),
            (Self::Shape, _) | (Self::Witness, Verdict::Depends(_)) => Some(true),
            (Self::Witness, verdict) => Some(verdict.witness().is_some()),
        }
    }
}
