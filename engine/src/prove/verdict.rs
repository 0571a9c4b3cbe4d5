//! Verdicts on properties, and the evidence for them.

use std::fmt;

use super::certificate::Certificate;
use super::witness::Witness;
use crate::network::uncertain::Uncertainty;
use crate::text::{Source, Span};
use polsim_check::budget::Interrupt;

/// The answer to a property.
///
/// `Proved`, `Violated` and `Vacuous` cannot be made outside of the prover: a proved property has its
/// proof, and a witness is a request that the evaluator has decided as the verdict says.
///
/// ```
/// # use polsim::prove::{Claim, Limits, Property, RequestShape, Verdict, Verifier};
/// let shape = RequestShape::default().for_actions(["s3:GetObject"])?;
/// // No policy of ours denies anything: strangers read what is theirs.
/// let properties = [Property::new("closed", Claim::Deny, shape, Vec::new())];
/// let verifier = Verifier::new(&properties, None)?;
/// let report = verifier.decide(0, Limits::default()).expect("the first property");
/// assert!(matches!(report.verdict, Verdict::Violated(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The property holds, with its evidence.
    Proved(Evidence),
    /// The property does not hold.
    Violated(Evidence),
    /// The property cannot be decided.
    Unknown(UnknownReason),
    /// No request is of the property's shape: the property says nothing.
    Vacuous(Proof),
}

/// Evidence for a verdict.
///
/// ```
/// # use polsim::prove::{Claim, Evidence, Limits, Property, RequestShape, Verdict, Verifier};
/// # let shape = RequestShape::default().for_actions(["s3:GetObject"])?;
/// # let properties = [Property::new("open", Claim::Always, shape, Vec::new())];
/// # let verifier = Verifier::new(&properties, None)?;
/// # let report = verifier.decide(0, Limits::default()).expect("the first property");
/// let Verdict::Violated(Evidence::Witness(witness)) = report.verdict else { panic!("a request") };
/// assert_eq!(witness.request().action().as_str(), "s3:GetObject");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub enum Evidence {
    /// A request that shows the verdict.
    Witness(Box<Witness>),
    /// A proof that no request shows the opposite.
    Proof(Proof),
}

/// A proof that no request answers a question.
///
/// ```
/// # use polsim::prove::{Claim, Limits, Property, RequestShape, Verifier};
/// let shape = RequestShape::default().for_actions(["s3:GetObject"])?.of_principals(["anonymous"])?;
/// let property = Property::new("open", Claim::Always, shape.clone().but_not(shape), Vec::new());
/// let properties = [property];
/// let verifier = Verifier::new(&properties, None)?.with_certificates();
/// let report = verifier.decide(0, Limits::default()).expect("the first property");
/// let proof = report.verdict.proof().expect("there is no such request");
/// assert!(proof.certificate().is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Proof {
    certificate: Option<Certificate>,
    assumptions: Vec<&'static str>,
}

/// Reason why a property cannot be decided.
///
/// ```
/// # use polsim::prove::{Interrupt, UnknownReason};
/// let reason = UnknownReason::Stopped(Interrupt::Steps);
/// assert_eq!(reason.to_string(), "the step budget was used up");
/// assert!(reason.source().is_none());
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum UnknownReason {
    /// The evaluator does not decide the request as the prover expects: a defect of polsim, never a
    /// verdict.
    Disagreement,
    /// Tests of one value by operators of several types are not decided together.
    MixedTypes(Option<SourceRef>),
    /// The checker refuses the certificate of a proof: a defect of polsim, never a verdict.
    ProofRefused,
    /// Time, memory or steps ran out.
    Stopped(Interrupt),
    /// The answer depends on something that AWS does not document, or documents in two ways.
    Undocumented(&'static Uncertainty),
    /// A policy variable is used in a way that is not decided.
    Variable(Option<SourceRef>),
}

/// A place in a text of the input.
///
/// ```
/// # use polsim::prove::SourceRef;
/// # use polsim::text::{Source, Span};
/// let at = SourceRef { source: Source::new("p.json", "{}"), span: Span::new(0, 2) };
/// assert_eq!(at.source.slice(at.span), "{}");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SourceRef {
    /// Text of the input.
    pub source: Source,
    /// Range in the text.
    pub span: Span,
}

impl Verdict {
    /// The word of the verdict.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Proved(_) => "proved",
            Self::Violated(_) => "violated",
            Self::Unknown(_) => "unknown",
            Self::Vacuous(_) => "vacuous",
        }
    }

    /// Tests whether the property holds and that is proved.
    pub fn is_proved(&self) -> bool {
        matches!(self, Self::Proved(_))
    }

    /// The request that shows the verdict, if there is one.
    pub fn witness(&self) -> Option<&Witness> {
        match self {
            Self::Proved(Evidence::Witness(witness))
            | Self::Violated(Evidence::Witness(witness)) => Some(witness),
            _ => None,
        }
    }

    /// The proof behind the verdict, if there is one.
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

    /// The steps of the proof, for a checker; only where certificates were asked for.
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

    /// The names of the assumptions that the proof rests on.
    pub fn assumptions(&self) -> &[&'static str] {
        &self.assumptions
    }
}

impl UnknownReason {
    /// The place in the policies or the property that the reason speaks of, if it speaks of one.
    pub fn source(&self) -> Option<&SourceRef> {
        match self {
            Self::MixedTypes(place) | Self::Variable(place) => place.as_ref(),
            _ => None,
        }
    }
}

impl fmt::Display for UnknownReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disagreement => {
                f.write_str("prover and evaluator disagree about a request: please report this")
            }
            Self::MixedTypes(_) => {
                f.write_str("the value is tested by operators of several types at once")
            }
            Self::ProofRefused => f.write_str("the checker refused the proof: please report this"),
            Self::Stopped(stop) => write!(f, "{stop}"),
            Self::Undocumented(fact) => {
                write!(f, "only if {}, which AWS leaves open: {}", fact.statement, fact.name)
            }
            Self::Variable(_) => {
                f.write_str("the policy variable is used in a way that is not decided")
            }
        }
    }
}
