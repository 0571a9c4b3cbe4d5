//! Verdicts on properties, and the evidence for them.

use std::fmt;

use super::certificate::Certificate;
use super::property::Claim;
use super::witness::Witness;
use crate::formula::{ChoiceId, World};
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
    /// The property holds or not depending on what AWS leaves open.
    Depends(Depends),
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
    /// Requests that show the verdict, one for each case of what AWS leaves open.
    Cases(Box<[Side]>),
    /// A request that shows the verdict, whatever AWS does where it leaves something open.
    Witness(Box<Witness>),
    /// A proof that no request shows the opposite.
    Proof(Proof),
}

/// The choices that a verdict depends on, and the outcome in each case of them.
///
/// ```
/// # use polsim::lower::AttachedPolicy;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::prove::{Claim, Limits, Property, RequestShape, Verdict, Verifier};
/// # use polsim::text::Source;
/// // The role is exempt without its account and session: AWS "may" deny it.
/// let source = Source::new("bucket.json", r#"{"Version": "2012-10-17", "Statement": [
///   {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"},
///   {"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:role/Reader"},
///    "Action": "s3:*", "Resource": "*"}]}"#);
/// let policy = AttachedPolicy::new(Policy::parse(&source, PolicyType::Resource)?.policy);
/// let shape = RequestShape::default().for_actions(["s3:GetObject"])?
///     .of_principals(["arn:aws:sts::111122223333:assumed-role/Reader/*"])?;
/// let properties = [Property::new("the role cannot read", Claim::Deny, shape, vec![policy])];
/// let verifier = Verifier::new(&properties, None)?;
/// let report = verifier.decide(0, Limits::default()).expect("the first property");
/// let Verdict::Depends(depends) = &report.verdict else { panic!("{:?}", report.verdict) };
/// assert_eq!(depends.on[0].name(), "reading:not-principal-partial");
/// assert_eq!(depends.cases.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Depends {
    /// The smallest set of choices whose values tell the outcome, in the order of their names.
    pub on: Box<[ChoiceId]>,
    /// The cases, which cover all worlds; that of the default world first.
    pub cases: Box<[Side]>,
    /// False if the outcome of some case is unknown.
    pub complete: bool,
}

/// The outcome in some worlds.
///
/// ```
/// # use polsim::prove::{Outcome, Side, UnknownReason};
/// # use polsim::formula::World;
/// let reason = UnknownReason::Disagreement;
/// let side = Side { when: World::default(), outcome: Outcome::Unknown(reason) };
/// assert!(side.when.is_empty() && side.witness().is_none());
/// ```
#[derive(Clone, Debug)]
pub struct Side {
    /// The values of choices that the case is about.
    pub when: World,
    /// The outcome in all worlds with these values.
    pub outcome: Outcome,
}

/// The outcome of a search in some worlds.
///
/// ```
/// # use polsim::prove::{Outcome, UnknownReason};
/// assert!(matches!(Outcome::Unknown(UnknownReason::Disagreement), Outcome::Unknown(_)));
/// ```
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A proof that there is no request that the search looked for.
    Proof(Proof),
    /// Neither was found.
    Unknown(UnknownReason),
    /// A proof that no request is of the property's shape.
    Vacuous(Proof),
    /// A request that the search looked for.
    Witness(Box<Witness>),
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
    /// The answer may depend on more readings at once than are told apart.
    TooManyReadings,
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
            Self::Depends(_) => "depends",
            Self::Violated(_) => "violated",
            Self::Unknown(_) => "unknown",
            Self::Vacuous(_) => "vacuous",
        }
    }

    /// Tests whether the property holds and that is proved.
    pub fn is_proved(&self) -> bool {
        matches!(self, Self::Proved(_))
    }

    /// The request that shows the verdict, if there is one; the first, where it takes several.
    pub fn witness(&self) -> Option<&Witness> {
        match self {
            Self::Proved(Evidence::Witness(witness))
            | Self::Violated(Evidence::Witness(witness)) => Some(witness),
            Self::Proved(Evidence::Cases(cases)) | Self::Violated(Evidence::Cases(cases)) => {
                cases.first()?.witness()
            }
            _ => None,
        }
    }

    /// The cases of what AWS leaves open, where the verdict has any.
    pub fn cases(&self) -> &[Side] {
        match self {
            Self::Proved(Evidence::Cases(cases)) | Self::Violated(Evidence::Cases(cases)) => cases,
            Self::Depends(depends) => &depends.cases,
            _ => &[],
        }
    }

    /// The choices that the verdict depends on.
    pub fn depends_on(&self) -> &[ChoiceId] {
        match self {
            Self::Depends(depends) => &depends.on,
            _ => &[],
        }
    }

    /// The requests behind the verdict, in the order of its cases.
    pub fn witnesses(&self) -> impl Iterator<Item = &Witness> {
        let cases = self.cases();
        let only = if cases.is_empty() { self.witness() } else { None };
        only.into_iter().chain(cases.iter().filter_map(Side::witness))
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

impl Outcome {
    /// The same with a proof that says in which worlds it holds.
    pub(super) fn under(self, world: World) -> Self {
        match self {
            Self::Proof(proof) => Self::Proof(proof.under(world)),
            Self::Vacuous(proof) => Self::Vacuous(proof.under(world)),
            other => other,
        }
    }
}

impl Side {
    /// The request of the case, if it has one.
    pub fn witness(&self) -> Option<&Witness> {
        match &self.outcome {
            Outcome::Witness(witness) => Some(witness),
            _ => None,
        }
    }

    /// The word for the case where the property has this claim.
    pub fn as_str(&self, claim: Claim) -> &'static str {
        match (&self.outcome, claim) {
            (Outcome::Vacuous(_), _) => "vacuous",
            (Outcome::Unknown(_), _) => "unknown",
            (Outcome::Proof(_), Claim::Allow) => "violated",
            (Outcome::Witness(_), Claim::Allow) | (Outcome::Proof(_), _) => "proved",
            (Outcome::Witness(_), _) => "violated",
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

    /// The same proof with the formulas of the origins that the property names.
    pub(super) fn with_origins(mut self, origins: impl FnOnce() -> serde_json::Value) -> Self {
        if let Some(certificate) = &mut self.certificate {
            certificate.origins = Some(origins());
        }
        self
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

    /// The same proof, about the worlds with these values.
    fn under(mut self, world: World) -> Self {
        if let Some(certificate) = &mut self.certificate {
            certificate.under = world;
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
            Self::TooManyReadings => f.write_str(
                "it may depend on more readings at once than are told apart: pin some with `readings`",
            ),
            Self::Variable(_) => {
                f.write_str("the policy variable is used in a way that is not decided")
            }
        }
    }
}
