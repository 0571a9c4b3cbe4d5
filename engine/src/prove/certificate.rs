//! Certificates: the steps of a proof, to be checked without trust in the search.
//!
//! `docs/certificates.md` describes the JSON: what is assumed, the question's formulas in numbers, the
//! steps that refute them, and a witness, which is a request that the property is about and shows that
//! the proof is not about nothing. A proof that is not about all worlds has `"under"`, a list of
//! choices and values: they are roots too, and the witness is one of a world with these values.

use std::fmt;

use serde_json::{Map, Value as Json, json};

use crate::case::{CaseReader, NoFiles};
use crate::formula::{Atom, ChoiceId, FormulaId, Formulas, MAX_CHOICES, World, WorldSet};
use polsim_check::{Question, Refusal, Step};

/// The steps of a proof that no request answers a question.
///
/// ```
/// # use polsim::prove::{Certificate, Claim, Limits, Property, RequestShape, Verifier};
/// let strangers = RequestShape::default().of_principals(["anonymous"])?;
/// let strangers = strangers.for_actions(["s3:GetObject"])?;
/// let properties = [Property::new("no strangers", Claim::Deny, strangers, Vec::new())];
/// let verifier = Verifier::new(&properties, None)?.with_certificates();
/// let report = verifier.decide(0, Limits::default()).expect("the first property");
/// let certificate = report.verdict.proof().and_then(|proof| proof.certificate());
/// let written = certificate.expect("it was asked for").to_json();
/// // Somebody else reads it and checks it against the property.
/// let read = Certificate::from_json(&written)?;
/// assert!(verifier.check(0, "proved", &read).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// The names of the assumptions.
    pub(super) assume: Vec<Box<str>>,
    pub(super) fingerprint: u64,
    /// The question's formulas, for readers that do not lower policies.
    pub(super) formula: Option<Json>,
    /// The formulas of the origins that the property names.
    pub(super) origins: Option<Json>,
    pub(super) steps: Vec<Step>,
    /// A request that the property is about, as a case has it.
    pub(super) witness: Option<Json>,
    /// The values of choices that the proof is about, where it is not about all worlds.
    pub(super) under: World,
}

/// The error of reading a certificate, or a file of certificates: the first mistake in the JSON.
///
/// ```
/// # use polsim::scenario::CertificateFile;
/// let refused = CertificateFile::parse("{}").unwrap_err();
/// assert_eq!(refused.to_string(), "it is no file of certificates");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MalformedCertificate {
    mistake: Box<str>,
}

impl MalformedCertificate {
    pub(crate) fn new(mistake: String) -> Self {
        Self { mistake: mistake.into() }
    }
}

impl fmt::Display for MalformedCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mistake)
    }
}

impl std::error::Error for MalformedCertificate {}

impl Certificate {
    /// The number of steps.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Tests for a certificate without steps, which proves nothing.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The number of theory lemmas among the steps.
    pub fn lemmas(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step, Step::Lemma(_))).count()
    }

    /// The names of the assumptions that the proof uses.
    pub fn assumptions(&self) -> impl Iterator<Item = &str> {
        self.assume.iter().map(|name| &**name)
    }

    /// The certificate as JSON.
    pub fn to_json(&self) -> Json {
        let mut object = Map::new();
        object.insert("assume".to_owned(), json!(self.assume));
        object.insert("fingerprint".to_owned(), json!(format!("{:016x}", self.fingerprint)));
        let steps = self.steps.iter().map(Step::to_json).collect();
        object.insert("steps".to_owned(), Json::Array(steps));
        for (name, value) in [("formula", &self.formula), ("origins", &self.origins)] {
            if let Some(value) = value {
                object.insert(name.to_owned(), value.clone());
            }
        }
        if !self.under.is_empty() {
            let values = self.under.values().iter();
            let under = values.map(|(choice, value)| json!([choice.name(), value])).collect();
            object.insert("under".to_owned(), Json::Array(under));
        }
        if let Some(witness) = &self.witness {
            object.insert("witness".to_owned(), witness.clone());
        }
        Json::Object(object)
    }

    /// Reads a certificate from its JSON.
    ///
    /// # Errors
    /// The first mistake in the JSON.
    pub fn from_json(json: &Json) -> Result<Self, MalformedCertificate> {
        Self::read(json).map_err(MalformedCertificate::new)
    }

    fn read(json: &Json) -> Result<Self, String> {
        let list = |name: &str| {
            let list = json.get(name).and_then(Json::as_array);
            list.ok_or_else(|| format!("a certificate has a list `{name}`"))
        };
        let assume = list("assume")?
            .iter()
            .map(|name| name.as_str().map(Box::from))
            .collect::<Option<_>>()
            .ok_or("`assume` lists names")?;
        let fingerprint = json
            .get("fingerprint")
            .and_then(Json::as_str)
            .and_then(|text| u64::from_str_radix(text, 16).ok())
            .ok_or("`fingerprint` is 16 hexadecimal digits")?;
        let mut steps = Vec::new();
        for (at, step) in list("steps")?.iter().enumerate() {
            let number = at.saturating_add(1);
            let step = Step::from_json(step);
            steps.push(
                step.ok_or_else(|| format!("step {number} is no `lemma`, `clause` or `atom`"))?,
            );
        }
        let under = json.get("under").map_or(Ok(World::default()), |under| {
            let value =
                |it: &Json| Some((ChoiceId::world(it.get(0)?.as_str()?), it.get(1)?.as_bool()?));
            let values = under.as_array().and_then(|it| it.iter().map(value).collect());
            values.ok_or("`under` is a list of choices and values")
        })?;
        let [formula, origins, witness] =
            ["formula", "origins", "witness"].map(|name| json.get(name).cloned());
        Ok(Self { assume, fingerprint, formula, origins, steps, witness, under })
    }

    /// The values of choices that the proof is about; none if it is about all worlds.
    pub fn under(&self) -> &World {
        &self.under
    }

    /// The worlds that the proof is about, as a formula.
    pub(super) fn lower_under(&self, formulas: &mut Formulas) -> FormulaId {
        let mut parts = Vec::new();
        for (choice, value) in self.under.values() {
            let is_true = formulas.atom(Atom::Choice(choice.clone()));
            parts.push(if *value { is_true } else { formulas.not(is_true) });
        }
        formulas.all(parts)
    }

    /// Tests that all of `wanted` hold for the witness.
    pub(super) fn shows(&self, formulas: &Formulas, wanted: &[FormulaId]) -> bool {
        let Some(request) = &self.witness else { return false };
        let case = json!({"policies": [], "request": request}).to_string();
        let Ok(case) = CaseReader::new("the witness", NoFiles).read(&case, 1) else { return false };
        // The witness stands in one world with these values: any will do.
        let whole: Vec<FormulaId> = wanted.to_vec();
        let mut choices: Vec<ChoiceId> =
            whole.iter().flat_map(|id| formulas.choices(*id)).collect();
        choices.sort_unstable();
        choices.dedup();
        choices.truncate(MAX_CHOICES);
        let sets: Vec<WorldSet> =
            whole.iter().map(|id| formulas.worlds(*id, &case.request, &choices)).collect();
        (0..1_usize << choices.len()).any(|world| sets.iter().all(|set| set.contains(world)))
    }

    /// Checks the steps against a question.
    pub(super) fn check(&self, question: Question<'_>) -> Result<(), Refusal> {
        let is_other = |formula: &Json| *formula != question.to_json();
        if question.fingerprint() != self.fingerprint || self.formula.as_ref().is_some_and(is_other)
        {
            return Err(Refusal::OtherQuestion);
        }
        question.check(&self.steps)
    }
}
