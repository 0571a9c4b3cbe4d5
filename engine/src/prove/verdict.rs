//! Verdicts, and what stands behind them.

use super::certificate::Certificate;
use super::example::Example;
use crate::network::uncertain::Uncertainty;
use crate::text::{Source, Span};
use polsim_check::budget::Interrupt;

/// The answer to a property.
///
/// `Proved`, `Violated` and `Vacuous` cannot be made outside of the prover: what is proved carries
/// its proof, and an example is a request that the evaluator has decided as it is claimed to.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The property holds.
    Proved(Evidence),
    /// The property does not hold.
    Violated(Evidence),
    /// It cannot be decided.
    Unknown(Reason),
    /// No request is of the property's shape: the property says nothing.
    Vacuous(Proof),
}

/// What a verdict rests on.
#[derive(Clone, Debug)]
pub enum Evidence {
    /// A request that shows it.
    Example(Box<Example>),
    /// A proof that there is no request that shows the opposite.
    Proof(Proof),
}

/// A proof that no request is of some sort.
#[derive(Clone, Debug)]
pub struct Proof {
    certificate: Option<Certificate>,
    assumptions: Vec<&'static str>,
}

/// Why a property cannot be decided.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reason {
    /// What stands in the way.
    pub obstacle: Obstacle,
    /// Where it stands in the policies or the property, if it stands somewhere.
    pub construct: Option<Construct>,
}

/// What can stand in the way of a decision.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Obstacle {
    /// The request that was found does not show what it should: a defect of polsim, never a
    /// verdict.
    Disagreement,
    /// Tests of one value by operators of several types are not decided together.
    Mixture,
    /// The checker refused the certificate of a proof: a defect of polsim, never a verdict.
    Refused,
    /// Time, memory or steps ran out.
    Stopped(Interrupt),
    /// It depends on something that AWS does not document, or documents in two ways.
    Undocumented(&'static Uncertainty),
    /// A policy variable is used in a way that is not decided.
    Variable,
}

/// A place in a text that an [`Obstacle`] is about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Construct {
    /// The text.
    pub source: Source,
    /// Where in it.
    pub span: Span,
}

impl Verdict {
    /// The word for it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Proved(_) => "proved",
            Self::Violated(_) => "violated",
            Self::Unknown(_) => "unknown",
            Self::Vacuous(_) => "vacuous",
        }
    }

    /// The request that shows it, if there is one.
    pub fn example(&self) -> Option<&Example> {
        match self {
            Self::Proved(Evidence::Example(example))
            | Self::Violated(Evidence::Example(example)) => Some(example),
            _ => None,
        }
    }

    /// The proof behind it, if there is one.
    pub fn proof(&self) -> Option<&Proof> {
        match self {
            Self::Proved(Evidence::Proof(proof))
            | Self::Violated(Evidence::Proof(proof))
            | Self::Vacuous(proof) => Some(proof),
            _ => None,
        }
    }
}

impl Proof {
    pub(super) fn new(certificate: Option<Certificate>, assumptions: Vec<&'static str>) -> Self {
        Self { certificate, assumptions }
    }

    /// The steps of the proof, for a checker, if they were asked for.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// The same proof with a request that the property is about.
    pub(super) fn with_witness(
        mut self,
        witness: impl FnOnce() -> Option<serde_json::Value>,
    ) -> Self {
        if let Some(certificate) = &mut self.certificate {
            certificate.witness = witness();
        }
        self
    }

    /// The same proof with the formulas of the origins that the property names.
    pub(super) fn with_origins(mut self, origins: impl FnOnce() -> serde_json::Value) -> Self {
        if let Some(certificate) = &mut self.certificate {
            certificate.origins = Some(origins());
        }
        self
    }

    /// The names of the assumptions that it rests on.
    pub fn assumptions(&self) -> &[&'static str] {
        &self.assumptions
    }
}

impl std::fmt::Display for Obstacle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Disagreement => {
                f.write_str("prover and evaluator disagree about a request: please report this")
            }
            Self::Mixture => {
                f.write_str("the value is tested by operators of several types at once")
            }
            Self::Refused => f.write_str("the checker refused the proof: please report this"),
            Self::Stopped(stop) => write!(f, "{stop}"),
            Self::Undocumented(fact) => {
                write!(f, "only if {}, which AWS leaves open: {}", fact.statement, fact.name)
            }
            Self::Variable => {
                f.write_str("the policy variable is used in a way that is not decided")
            }
        }
    }
}
