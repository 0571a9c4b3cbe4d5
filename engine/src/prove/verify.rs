//! Scenarios' properties, decided.

mod fix;

use super::certificate::Certificate;
use super::example::Example;
use super::formula_names;
use super::property::{Asker, Claim, Expected, Property};
use super::question::{Assumed, Part, Questions, certified_roots};
use super::set;
use super::shape::{Lowering, Requests};
use super::verdict::{Evidence, Obstacle, Proof, Reason, Verdict};
use crate::eval::Decision;
use crate::formula::Reader;
use crate::formula::{FormulaId, Formulas};
use crate::lower::{AttachedPolicy, Lowered};
use crate::network::uncertain::Uncertainty;
use crate::network::{Assumption, Network};
use crate::request::Request;
use crate::text::{Diagnostic, Node, Source, Span, nearest};
use polsim_check::Refusal;
use polsim_check::budget::{Budget, Interrupt};
use polsim_solve::combine::Doubt;
use polsim_solve::smt::{Assertion, Script};
use polsim_solve::solver::Finding;

pub use fix::{Fix, FixKind};

/// The verdict on one property.
#[derive(Clone, Debug)]
pub struct Report {
    /// The property's name.
    pub name: Box<str>,
    /// What it claims.
    pub claim: Claim,
    /// Whose requests it is about.
    pub by: Asker,
    /// Where it stands in the scenario.
    pub span: Span,
    /// The verdict.
    pub verdict: Verdict,
    /// The verdict that was wanted.
    pub expected: Expected,
    notes: Vec<Diagnostic>,
}

impl Report {
    /// Whether the verdict is the one that was wanted.
    pub fn is_as_wanted(&self) -> bool {
        self.verdict.as_str() == self.expected.as_str()
    }

    /// What is worth knowing about the property itself.
    pub fn notes(&self) -> &[Diagnostic] {
        &self.notes
    }
}

/// How much may be spent, and when to stop.
#[derive(Clone, Copy)]
pub struct Patience<'a> {
    /// For each question.
    pub budget: Budget,
    /// Says when to stop: a time limit has passed, or somebody lost interest.
    pub interrupted: &'a dyn Fn() -> bool,
}

/// Properties as a scenario writes them, and what they are about.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// The text that the properties are in.
    pub source: &'a Source,
    /// The network whose origins they name.
    pub network: Option<&'a Network>,
    /// What is assumed: `aws`, or a list of names.
    pub assume: Option<&'a Node>,
    /// The properties.
    pub properties: &'a [WrittenProperty],
}

/// A property as it is written.
#[derive(Clone, Debug)]
pub struct WrittenProperty {
    /// Its name.
    pub name: Box<str>,
    /// The whole object.
    pub node: Node,
    /// The policies it is about.
    pub policies: Vec<AttachedPolicy>,
    /// For `no-more-than`: the policies that set the bound.
    pub than: Vec<AttachedPolicy>,
}

/// The properties of a scenario, ready to be decided.
#[derive(Debug)]
pub struct Verifier<'a> {
    network: Option<&'a Network>,
    assumptions: Vec<&'static Assumption>,
    properties: Vec<Ready>,
    certify: bool,
}

/// A property and the policies that it is about.
#[derive(Debug)]
struct Ready {
    name: Box<str>,
    span: Span,
    property: Property,
    by: Asker,
    policies: Vec<AttachedPolicy>,
    /// The policies of `no-more-than`.
    than: Vec<AttachedPolicy>,
    notes: Vec<Diagnostic>,
}

impl<'a> Verifier<'a> {
    /// Reads the properties.
    ///
    /// # Errors
    /// Everything that is wrong with them (codes `V0…`).
    pub fn new(written: Written<'a>) -> Result<Self, Vec<Diagnostic>> {
        let Written { source, network, assume, properties: all } = written;
        let mut found = Vec::new();
        let assumptions = assumptions(source, assume, &mut found);
        let mut properties = Vec::new();
        for written in all {
            let before = found.len();
            let read = Property::read(source, &written.node, &mut found);
            let new = found.split_off(before.min(found.len()));
            let (errors, notes): (Vec<_>, Vec<_>) =
                new.into_iter().partition(|it| it.severity == crate::text::Severity::Error);
            found.extend(errors);
            if let Some(property) = read {
                properties.push(Ready::new(written, property, notes));
            }
        }
        // Origins that do not exist are the author's mistake, not a verdict.
        for ready in &properties {
            ready.property.shape.check_origins(network, &mut found);
        }
        if !found.is_empty() {
            found.sort_by_key(|it| it.span);
            return Err(found);
        }
        Ok(Self { network, assumptions, properties, certify: false })
    }

    /// Makes proofs carry certificates that the checker has accepted. In debug builds they always
    /// do.
    #[must_use]
    pub fn with_certificates(mut self) -> Self {
        self.certify = true;
        self
    }

    /// What the property of this number claims.
    pub fn claim(&self, number: usize) -> Option<Claim> {
        self.properties.get(number).map(|ready| ready.property.claim)
    }

    /// Checks the certificate of a verdict on the property of this number: the property is lowered
    /// again, and nothing else of the prover is asked.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn check(
        &self,
        number: usize,
        verdict: &str,
        certificate: &Certificate,
    ) -> Result<(), Refusal> {
        let ready = self.properties.get(number).ok_or(Refusal::OtherQuestion)?;
        let claim = ready.property.claim;
        let is_of_claim = match verdict {
            "proved" => claim != Claim::Allow,
            "violated" => claim == Claim::Allow,
            "vacuous" => true,
            _ => false,
        };
        if !is_of_claim {
            return Err(Refusal::OtherQuestion);
        }
        let Subject { lowered, mut formulas, shape, than, origins, .. } =
            Subject::new(ready, self.network);
        if certificate.origins.as_ref().is_some_and(|it| *it != origins_json(&formulas, &origins)) {
            return Err(Refusal::OtherQuestion);
        }
        let is_assumed = |name: &str| certificate.assumptions().any(|it| it == name);
        let known = |name: &str| self.assumptions.iter().any(|it| it.name == name);
        if !certificate.assumptions().all(known) {
            return Err(Refusal::OtherQuestion);
        }
        let named: Vec<&'static Assumption> =
            self.assumptions.iter().filter(|it| is_assumed(it.name)).copied().collect();
        let documented = Assumed::new(&mut formulas.clone(), &named, self.network).documented;
        // What is assumed about keys depends on what is assumed besides.
        let all = Assumed::new(&mut formulas, &self.assumptions, self.network).facts;
        let wanted = wanted(claim, &lowered, than, &mut formulas);
        let question = match verdict {
            "vacuous" => shape.possible,
            _ => formulas.all([shape.possible, wanted]),
        };
        let facts: Vec<(&'static str, FormulaId)> =
            all.into_iter().filter(|(name, _)| is_assumed(name)).collect();
        if verdict != "vacuous" {
            let wanted: Vec<FormulaId> =
                facts.iter().map(|(_, id)| *id).chain([shape.possible]).collect();
            if !certificate.shows(&formulas, &wanted) {
                return Err(Refusal::WrongWitness);
            }
        }
        // Certificates of the first version name no parts.
        let parts: &[Part] = match (&certificate.formula, verdict) {
            (None, _) => &[],
            (Some(_), "vacuous") => &[("shape", shape.possible)],
            (Some(_), _) => &[("shape", shape.possible), ("wanted", wanted)],
        };
        let asked = certified_roots(&facts, parts, question);
        certificate.check(polsim_check::Question::named(&mut formulas, &documented, asked))
    }

    /// How many properties there are.
    pub fn len(&self) -> usize {
        self.properties.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.properties.is_empty()
    }

    /// Decides the property of this number.
    pub fn decide(&self, number: usize, patience: Patience<'_>) -> Option<Report> {
        let ready = self.properties.get(number)?;
        let mut question = Question::new(ready, &self.assumptions, self.network);
        question.questions.certify |= self.certify;
        let verdict = question.decide(ready, patience);
        Some(Report {
            name: ready.name.clone(),
            claim: ready.property.claim,
            by: ready.by,
            span: ready.span,
            verdict,
            expected: ready.property.expected,
            notes: ready.notes.clone(),
        })
    }
}

/// One of the questions that decide a property.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Asked {
    /// A request that shows that the property holds (`allow`) or does not (all others).
    Example,
    /// A request of the property's shape: without one it is vacuous.
    Shape,
}

impl Verifier<'_> {
    /// A question about the property of this number, as SMT-LIB. The verdict, where it is known,
    /// says what the answer has to be.
    pub fn script(&self, number: usize, asked: Asked, verdict: Option<&Verdict>) -> Option<Script> {
        let ready = self.properties.get(number)?;
        let question = Question::new(ready, &self.assumptions, self.network);
        let satisfiable = verdict.and_then(|verdict| asked.is_satisfiable(verdict));
        Some(question.script(ready, asked, satisfiable))
    }
}

/// A question of a [`Verifier`], lowered: the same that a [`Script`] asks.
pub struct Prepared<'v> {
    ready: &'v Ready,
    asked: Asked,
    question: Question,
}

impl Verifier<'_> {
    /// Lowers a question about the property of this number.
    pub fn prepare(&self, number: usize, asked: Asked) -> Option<Prepared<'_>> {
        let ready = self.properties.get(number)?;
        let question = Question::new(ready, &self.assumptions, self.network);
        Some(Prepared { ready, asked, question })
    }
}

impl Prepared<'_> {
    /// Whether there is such a request; `None` if nobody knows. Nothing is shown or certified:
    /// that is [`Verifier::decide`].
    pub fn answer(&mut self, patience: Patience<'_>) -> Option<bool> {
        match self.question.ask(self.ready, self.asked, patience) {
            Finding::Request(_) => Some(true),
            Finding::Never(_) => Some(false),
            Finding::Stopped(_) | Finding::Undecided(_) => None,
        }
    }
}

impl std::fmt::Debug for Prepared<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").field("asked", &self.asked).finish_non_exhaustive()
    }
}

impl Asked {
    /// Whether there is such a request, as far as the verdict tells.
    pub fn is_satisfiable(self, verdict: &Verdict) -> Option<bool> {
        match (self, verdict) {
            (_, Verdict::Unknown(_)) => None,
            (_, Verdict::Vacuous(_)) => Some(false),
            (Self::Example, verdict) => Some(verdict.example().is_some()),
            (Self::Shape, _) => Some(true),
        }
    }
}

impl Ready {
    fn new(written: &WrittenProperty, property: Property, notes: Vec<Diagnostic>) -> Self {
        let by = property.by.unwrap_or_else(|| set::usual_asker(&written.policies));
        Self {
            name: written.name.clone(),
            span: written.node.span,
            property,
            by,
            policies: set::policies_for(by, &written.policies),
            than: set::policies_for(by, &written.than),
            notes,
        }
    }
}

/// The facts that `assume` names: all of them if it is left out.
pub(crate) fn assumptions(
    source: &Source,
    assume: Option<&Node>,
    found: &mut Vec<Diagnostic>,
) -> Vec<&'static Assumption> {
    let all = || Assumption::all().iter().collect();
    let Some(node) = assume else { return all() };
    if node.as_str() == Some("aws") {
        return all();
    }
    let mut facts = Vec::new();
    for item in node.items() {
        let name = item.as_str().unwrap_or_default();
        match Assumption::find(name) {
            Some(fact) => facts.push(fact),
            None => found.push(unknown_assumption(source, item, name)),
        }
    }
    facts
}

fn unknown_assumption(source: &Source, item: &Node, name: &str) -> Diagnostic {
    let message = match item.as_str() {
        Some(_) => format!("there is no assumption `{name}`"),
        None => format!("`assume` is `aws` or a list of names, found {}", item.kind()),
    };
    let names = Assumption::all().iter().map(|fact| fact.name);
    let help = match nearest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`polsim verify --list-assumptions` lists them".to_owned(),
    };
    Diagnostic::error("V0009", source, item.span, message).with_help(help)
}

/// A property as formulas.
struct Subject {
    /// The policies; their formulas are in `formulas`.
    lowered: Lowered,
    formulas: Formulas,
    /// The requests that the property is about.
    shape: Requests,
    /// Requests of the shape that there are only if something undocumented is so.
    uncertain: Vec<(&'static Uncertainty, FormulaId)>,
    /// The origins that the shape names.
    origins: Vec<(Box<str>, Requests)>,
    /// For `no-more-than`: what the other policies allow.
    than: Option<FormulaId>,
}

/// A property as formulas, and what can be asked about them.
struct Question {
    /// The policies; their formulas are in `questions`.
    lowered: Lowered,
    questions: Questions,
    shape: Requests,
    uncertain: Vec<(&'static Uncertainty, FormulaId)>,
    origins: Vec<(Box<str>, Requests)>,
    than: Option<FormulaId>,
}

impl Subject {
    fn new(ready: &Ready, network: Option<&Network>) -> Self {
        let first = (ready.property.claim == Claim::NoMoreThan)
            .then(|| Lowered::on(Formulas::for_many(), ready.than.iter().cloned()));
        let than = first.as_ref().map(|it| it.allowed);
        let formulas = first.map_or_else(Formulas::for_many, |it| it.formulas);
        let mut lowered = Lowered::on(formulas, ready.policies.iter().cloned());
        let mut formulas = std::mem::take(&mut lowered.formulas);
        let mut to = Lowering {
            formulas: &mut formulas,
            network,
            uncertain: Vec::new(),
            origins: Vec::new(),
        };
        let Requests { possible, certain } = ready.property.shape.lower(&mut to);
        let (uncertain, origins) = (to.uncertain, to.origins);
        let asker = set::requests_of(ready.by, &ready.policies, &mut formulas);
        // Calls that need no permission are allowed whatever the policies say: no property is about
        // them.
        let needs_permission = formulas.not(lowered.always_allowed);
        let shape = Requests {
            possible: formulas.all([possible, asker, needs_permission]),
            certain: formulas.all([certain, asker, needs_permission]),
        };
        Self { lowered, formulas, shape, uncertain, origins, than }
    }
}

/// What a request has to be, besides of the shape, to show that a claim holds (`allow`) or does not.
fn wanted(
    claim: Claim,
    lowered: &Lowered,
    than: Option<FormulaId>,
    formulas: &mut Formulas,
) -> FormulaId {
    match claim {
        Claim::Allow | Claim::Deny => lowered.allowed,
        Claim::Always => formulas.not(lowered.allowed),
        Claim::Guard => formulas.not(lowered.explicit_deny),
        Claim::NoMoreThan => {
            let than = than.unwrap_or_else(|| formulas.truth(false));
            let not_than = formulas.not(than);
            formulas.all([lowered.allowed, not_than])
        }
    }
}

impl Question {
    fn new(ready: &Ready, assumptions: &[&'static Assumption], network: Option<&Network>) -> Self {
        let Subject { lowered, formulas, shape, uncertain, origins, than } =
            Subject::new(ready, network);
        let questions = Questions::new(formulas, assumptions, network);
        Self { lowered, questions, shape, uncertain, origins, than }
    }

    fn ask(&mut self, ready: &Ready, asked: Asked, patience: Patience<'_>) -> Finding {
        let question = match asked {
            Asked::Example => self.example_of(self.shape.possible, ready),
            Asked::Shape => self.shape.possible,
        };
        self.questions.ask(question, patience)
    }

    /// A request of `shape` that shows that the claim holds (`allow`) or does not.
    fn example_of(&mut self, shape: FormulaId, ready: &Ready) -> FormulaId {
        let formulas = &mut self.questions.formulas;
        let wanted = wanted(ready.property.claim, &self.lowered, self.than, formulas);
        formulas.all([shape, wanted])
    }

    /// The parts of a question that a certificate names: the shape, and what is claimed of it.
    fn parts(&mut self, ready: &Ready) -> [Part; 2] {
        let formulas = &mut self.questions.formulas;
        let wanted = wanted(ready.property.claim, &self.lowered, self.than, formulas);
        [("shape", self.shape.possible), ("wanted", wanted)]
    }

    fn decide(&mut self, ready: &Ready, patience: Patience<'_>) -> Verdict {
        let counter = self.example_of(self.shape.possible, ready);
        match self.questions.ask(counter, patience) {
            Finding::Request(request) => {
                // Requests that there surely are say more.
                let surely = self.example_of(self.shape.certain, ready);
                if surely == counter || self.holds(surely, &request) {
                    return self.shown(ready, surely, &request);
                }
                match self.questions.ask(surely, patience) {
                    Finding::Request(sure) => self.shown(ready, surely, &sure),
                    _ => self.shown(ready, counter, &request),
                }
            }
            Finding::Never(used) => {
                let parts = self.parts(ready);
                match self.questions.proof(counter, &parts, &used, patience) {
                    Ok(proof) => self.proved(ready, proof, patience),
                    Err(obstacle) => unknown(obstacle),
                }
            }
            Finding::Stopped(stop) => stopped(stop),
            Finding::Undecided(doubts) => self.undecided(&doubts),
        }
    }

    /// The verdict that a proof leads to: it must not be about no request at all.
    fn proved(&mut self, ready: &Ready, proof: Proof, patience: Patience<'_>) -> Verdict {
        let shape = self.shape.possible;
        match self.questions.ask(shape, patience) {
            Finding::Request(request) => {
                let proof = proof
                    .with_witness(|| self.witness(ready, &request))
                    .with_origins(|| self.origins());
                let evidence = Evidence::Proof(proof);
                match ready.property.claim {
                    Claim::Allow => Verdict::Violated(evidence),
                    _ => Verdict::Proved(evidence),
                }
            }
            Finding::Never(used) => {
                match self.questions.proof(shape, &[("shape", shape)], &used, patience) {
                    Ok(proof) => Verdict::Vacuous(proof.with_origins(|| self.origins())),
                    Err(obstacle) => unknown(obstacle),
                }
            }
            Finding::Stopped(stop) => stopped(stop),
            Finding::Undecided(doubts) => self.undecided(&doubts),
        }
    }

    /// A request of the shape, made small, as a case has it.
    fn witness(&self, ready: &Ready, found: &Request) -> Option<serde_json::Value> {
        let wanted = self.questions.with_assumptions(self.shape.possible);
        let formulas = &self.questions.formulas;
        let example = Example::new(found, formulas, &wanted, &ready.policies, |_| true)?;
        let case: serde_json::Value = serde_json::from_str(example.case()).ok()?;
        case.get("request").cloned()
    }

    /// The origins that the property names, as formulas for a certificate.
    fn origins(&self) -> serde_json::Value {
        origins_json(&self.questions.formulas, &self.origins)
    }

    fn holds(&self, formula: FormulaId, request: &Request) -> bool {
        Reader::new(&self.questions.formulas, request).holds(formula)
    }

    /// The verdict that a request for which `shown` holds leads to.
    fn shown(&self, ready: &Ready, shown: FormulaId, request: &Request) -> Verdict {
        let claim = ready.property.claim;
        let decides = |decision: Decision| match claim {
            Claim::Allow | Claim::Deny | Claim::NoMoreThan => decision == Decision::Allowed,
            Claim::Always => decision != Decision::Allowed,
            Claim::Guard => decision != Decision::ExplicitDeny,
        };
        let wanted = self.questions.with_assumptions(shown);
        let formulas = &self.questions.formulas;
        let Some(example) = Example::new(request, formulas, &wanted, &ready.policies, decides)
        else {
            return unknown(Obstacle::Disagreement);
        };
        let mut facts = Vec::new();
        if !self.holds(self.shape.certain, example.request()) {
            facts = self.facts_of(example.request());
        }
        if let (Claim::Allow, Some(fact)) = (claim, facts.first()) {
            return unknown(Obstacle::Undocumented(fact));
        }
        let example = example.only_if(facts);
        let evidence = Evidence::Example(Box::new(example));
        if claim == Claim::Allow { Verdict::Proved(evidence) } else { Verdict::Violated(evidence) }
    }

    /// The undocumented facts without which there is no such request.
    fn facts_of(&self, request: &Request) -> Vec<&'static Uncertainty> {
        let mut facts: Vec<&'static Uncertainty> = Vec::new();
        for (fact, requests) in &self.uncertain {
            if !facts.contains(fact) && self.holds(*requests, request) {
                facts.push(fact);
            }
        }
        facts
    }

    fn undecided(&self, doubts: &[Doubt]) -> Verdict {
        Verdict::Unknown(self.questions.reason(doubts, &[&self.lowered]))
    }

    fn script(mut self, ready: &Ready, asked: Asked, satisfiable: Option<bool>) -> Script {
        let claim = ready.property.claim;
        let mut assertions = Vec::new();
        for (name, formula) in self.questions.assumptions() {
            assertions.push(Assertion { what: format!("Assumed: {name}."), formula: *formula });
        }
        let what = "The request is one that the property is about.".to_owned();
        assertions.push(Assertion { what, formula: self.shape.possible });
        if asked == Asked::Example {
            let what = match claim {
                Claim::Allow | Claim::Deny => "It is allowed.",
                Claim::Always => "It is not allowed.",
                Claim::Guard => "It is not explicitly denied.",
                Claim::NoMoreThan => "It is allowed, and the other policies do not allow it.",
            };
            let formulas = &mut self.questions.formulas;
            let formula = wanted(claim, &self.lowered, self.than, formulas);
            assertions.push(Assertion { what: what.to_owned(), formula });
        }
        let title = format!("{} ({})", ready.name, claim.as_str());
        let formulas = &self.questions.formulas;
        let names = formula_names::names_of(formulas, &self.lowered);
        let documented = self.questions.documented();
        Script::new(formulas, &documented, &assertions, &names, &title, satisfiable)
    }
}

/// The formulas of origins by name: `possible:` and `certain:` each.
fn origins_json(formulas: &Formulas, origins: &[(Box<str>, Requests)]) -> serde_json::Value {
    let named: Vec<(String, FormulaId)> = origins
        .iter()
        .flat_map(|(name, requests)| {
            let Requests { possible, certain } = *requests;
            [(format!("possible:{name}"), possible), (format!("certain:{name}"), certain)]
        })
        .collect();
    polsim_check::named_formulas(formulas, named.iter().map(|(name, id)| (&**name, *id)))
}

fn stopped(stop: Interrupt) -> Verdict {
    unknown(Obstacle::Stopped(stop))
}

fn unknown(obstacle: Obstacle) -> Verdict {
    Verdict::Unknown(Reason { obstacle, construct: None })
}

impl std::fmt::Debug for Patience<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Patience").field("budget", &self.budget).finish_non_exhaustive()
    }
}
