//! Reasons to refuse a certificate.

use std::fmt;

/// Why a certificate is refused.
///
/// ```
/// # use polsim_check as polsim;
/// let refusal = polsim::Refusal::DoesNotFollow(3);
/// assert_eq!(refusal.to_string(), "step 3: the clause does not follow from the steps before");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// The certificate is about other formulas than the question's.
    OtherQuestion,
    /// The clause of this step, counted from 1, does not follow from the earlier ones.
    DoesNotFollow(usize),
    /// The lemma of this step is not confirmed: the atoms that are said to contradict each other.
    NotConfirmed(usize, String),
    /// A number in this step stands for nothing, or for nothing that the step may speak of.
    NoSuchNumber(usize),
    /// The last step is not the empty clause.
    Unfinished,
    /// The request in the certificate is not one that the property is about.
    WrongWitness,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherQuestion => {
                f.write_str("the certificate is about another question, or of another version")
            }
            Self::DoesNotFollow(step) => {
                write!(f, "step {step}: the clause does not follow from the steps before")
            }
            Self::NotConfirmed(step, atoms) => {
                write!(f, "step {step}: the lemma is not confirmed: {atoms}")
            }
            Self::NoSuchNumber(step) => {
                write!(f, "step {step}: a number stands for nothing that the step may speak of")
            }
            Self::Unfinished => f.write_str("the last step is not the empty clause"),
            Self::WrongWitness => {
                f.write_str("the request in it is not one that the property is about")
            }
        }
    }
}

impl std::error::Error for Refusal {}
