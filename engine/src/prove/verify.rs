//! Verifier: decides properties and checks their certificates.

use super::asked_about::AskedAbout;
use super::certificate::Certificate;
use super::limits::Limits;
use super::lowered_property::{LoweredProperty, grants_to_principals};
use super::property::{Asker, Claim, Expected, Property};
use super::recheck;
use super::request_shape::OriginError;
use super::verdict::{Evidence, Verdict};
use super::witness::Witness;
use crate::formula::{ChoiceId, World};
use crate::lower::Readings;
use crate::network::{Assumption, Network, Ways};
use crate::text::{Diagnostic, Span};
use polsim_check::Refusal;

/// The verdict on one property.
///
/// ```
/// # use polsim::prove::{Claim, Limits, Property, RequestShape, Verifier};
/// let shape = RequestShape::default().for_actions(["s3:GetObject"])?.of_principals(["anonymous"])?;
/// let properties = [Property::new("no strangers", Claim::Deny, shape, Vec::new())];
/// let verifier = Verifier::new(&properties, None)?;
/// let report = verifier.decide(0, Limits::default()).expect("the first property");
/// assert!(report.is_as_wanted());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Report {
    /// Name of the property.
    pub name: Box<str>,
    /// Claim of the property.
    pub claim: Claim,
    /// Callers whose requests the property is about.
    pub by: Asker,
    /// Requests that the verdict is about.
    pub asked_about: AskedAbout,
    /// Location of the property in the scenario.
    pub span: Span,
    /// Answer to the property.
    pub verdict: Verdict,
    /// Verdict that was wanted.
    pub expected: Expected,
    /// Choices that are pinned, with their values: the verdict is about no other side of them.
    pub pinned: World,
    /// What is missing for a request to be of the shape, where none is.
    pub missing: Option<String>,
    /// Choices that the verdict is expected to depend on; none where any will do.
    pub depends_on: Vec<Box<str>>,
    notes: Vec<Diagnostic>,
}

impl Report {
    /// Tests whether the verdict is the one that was wanted.
    pub fn is_as_wanted(&self) -> bool {
        let on = self.verdict.depends_on().iter().map(ChoiceId::name);
        self.verdict.as_str() == self.expected.as_str()
            && (self.depends_on.is_empty() || on.eq(self.depends_on.iter().map(|it| &**it)))
    }

    /// Remarks about the property itself.
    pub fn notes(&self) -> &[Diagnostic] {
        &self.notes
    }
}

/// Properties, ready to be decided.
///
/// ```
/// # use polsim::network::Assumption;
/// # use polsim::prove::{Claim, Limits, Property, RequestShape, Verifier};
/// let shape = RequestShape::default().for_actions(["s3:GetObject"])?.of_principals(["anonymous"])?;
/// let properties = [Property::new("no strangers", Claim::Deny, shape, Vec::new())];
/// // Nothing is taken for granted about requests.
/// let verifier = Verifier::new(&properties, None)?.assuming(Vec::new());
/// let report = verifier.decide(0, Limits::default()).expect("the first property");
/// assert_eq!(report.verdict.as_str(), "proved");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Verifier<'a> {
    pub(super) properties: &'a [Property],
    pub(super) network: Option<&'a Network>,
    pub(super) assumptions: Vec<&'static Assumption>,
    pub(super) readings: Readings,
    certify: bool,
}

impl Property {
    /// Decides the property about requests in the network, with all documented facts about requests
    /// assumed. A [`Verifier`] decides several, assumes less, and gives certificates.
    ///
    /// ```
    /// # use polsim::prove::{Claim, Limits, Property, RequestShape};
    /// let gets = RequestShape::default().for_actions(["s3:GetObject"])?;
    /// let strangers = gets.of_principals(["anonymous"])?;
    /// let property = Property::new("no strangers", Claim::Deny, strangers, Vec::new());
    /// assert!(property.verify(None, Limits::default())?.verdict.is_proved());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// An origin in the property's shape that the network does not have.
    pub fn verify(
        &self,
        network: Option<&Network>,
        limits: Limits<'_>,
    ) -> Result<Report, OriginError> {
        Ok(Verifier::new(std::slice::from_ref(self), network)?.report(self, limits))
    }
}

impl<'a> Verifier<'a> {
    /// A verifier of these properties, whose shapes name origins of the network, with all documented
    /// facts about requests assumed.
    ///
    /// # Errors
    /// The first origin that the network does not have.
    pub fn new(
        properties: &'a [Property],
        network: Option<&'a Network>,
    ) -> Result<Self, OriginError> {
        properties.iter().try_for_each(|it| it.shape.check_origins(network))?;
        let assumptions = Assumption::all().iter().collect();
        Ok(Self { properties, network, assumptions, readings: Readings::open(), certify: false })
    }

    /// The same with no other facts about requests assumed than these.
    #[must_use]
    pub fn assuming(self, assumptions: Vec<&'static Assumption>) -> Self {
        Self { assumptions, ..self }
    }

    /// The same under these readings of what AWS leaves open: a proof holds for those that are open,
    /// which all are unless told otherwise.
    #[must_use]
    pub fn reading(self, readings: Readings) -> Self {
        Self { readings, ..self }
    }

    /// The treatment of the readings.
    pub fn readings(&self) -> &Readings {
        &self.readings
    }

    /// The same with proofs that carry certificates, which the checker has accepted. In debug builds
    /// they always do.
    #[must_use]
    pub fn with_certificates(self) -> Self {
        Self { certify: true, ..self }
    }

    /// The number of properties.
    pub fn len(&self) -> usize {
        self.properties.len()
    }

    /// Tests whether there is no property.
    pub fn is_empty(&self) -> bool {
        self.properties.is_empty()
    }

    /// Decides the property of this number.
    pub fn decide(&self, number: usize, limits: Limits<'_>) -> Option<Report> {
        self.properties.get(number).map(|property| self.report(property, limits))
    }

    /// The reports on the properties, in their order, each decided when it is asked for.
    pub fn reports(&self, limits: Limits<'_>) -> impl Iterator<Item = Report> {
        self.properties.iter().map(move |property| self.report(property, limits))
    }

    fn report(&self, property: &Property, limits: Limits<'_>) -> Report {
        let mut lowered =
            LoweredProperty::new(property, &self.assumptions, self.network, &self.readings);
        lowered.queries.certify |= self.certify;
        let verdict = lowered.decide(limits);
        let mut asked_about = AskedAbout::new(property, self.network);
        if verdict.proof().is_some() {
            let complete = lowered.asks_those_without_policies(limits);
            asked_about = asked_about.with_premises(complete);
        }
        if let Verdict::Proved(Evidence::Proof(_)) = verdict
            && let Some(caller) = self.granted_but_not_asked(property, limits)
        {
            asked_about = asked_about.but_not(property.by, caller);
        }
        if let Some(network) = self.network
            && let Some(witness) = self.otherwise(property, &verdict, limits)
        {
            asked_about = asked_about.otherwise(witness.request(), network);
        }
        let vacuous = matches!(verdict, Verdict::Vacuous(_));
        let missing = if vacuous { self.missing(property, limits) } else { None };
        Report {
            missing,
            name: property.name.clone(),
            claim: property.claim,
            by: property.by,
            span: property.span,
            asked_about,
            verdict,
            expected: property.expected,
            pinned: self.readings.pinned().clone(),
            depends_on: property.depends_on.clone(),
            notes: property.notes.clone(),
        }
    }

    /// A request by a way that a caller may choose, where the answer for plain clients is another:
    /// one that is allowed where none of theirs is, or one that is not where all of theirs are.
    fn otherwise(
        &self,
        property: &Property,
        verdict: &Verdict,
        limits: Limits<'_>,
    ) -> Option<Witness> {
        let asked = match (property.claim, verdict) {
            (Claim::Allow, Verdict::Violated(_) | Verdict::Vacuous(_))
            | (Claim::Always, Verdict::Proved(_)) => property.shape.names_origins(),
            _ => false,
        };
        if !asked {
            return None;
        }
        let every = Property { ways: Some(Ways::Every), ..property.clone() };
        let mut lowered =
            LoweredProperty::new(&every, &self.assumptions, self.network, &self.readings);
        match (property.claim, lowered.decide(limits)) {
            (Claim::Allow, other @ Verdict::Proved(_))
            | (Claim::Always, other @ Verdict::Violated(_)) => other.witness().cloned(),
            _ => None,
        }
    }

    /// A caller that the property leaves out and whom a resource's policy grants a request that the
    /// property says nobody is allowed.
    fn granted_but_not_asked(&self, property: &Property, limits: Limits<'_>) -> Option<String> {
        let denies = matches!(property.claim, Claim::Deny | Claim::ExplicitDeny);
        if !denies || !property.policies.iter().any(grants_to_principals) {
            return None;
        }
        let shape = property.shape.of_anybody();
        let others = Property { claim: Claim::Deny, shape, ..property.clone() };
        let mut lowered =
            LoweredProperty::of_left_out(&others, &self.assumptions, self.network, &self.readings)?;
        let witness = lowered.granted_by_resources(limits)?;
        Some(witness.request().principal().to_string())
    }

    /// Lowers the property of this number, for single queries.
    pub fn lower(&self, number: usize) -> Option<LoweredProperty<'_>> {
        let property = self.properties.get(number)?;
        Some(LoweredProperty::new(property, &self.assumptions, self.network, &self.readings))
    }

    /// Checks the certificate of a verdict on the property of this number: the property is lowered
    /// again, and nothing else of the prover is asked.
    ///
    /// # Errors
    /// The reason why the certificate is refused.
    pub fn check(
        &self,
        number: usize,
        verdict: &str,
        certificate: &Certificate,
    ) -> Result<(), Refusal> {
        let property = self.properties.get(number).ok_or(Refusal::OtherQuestion)?;
        recheck::check(
            property,
            verdict,
            certificate,
            &self.assumptions,
            self.network,
            &self.readings,
        )
    }
}
