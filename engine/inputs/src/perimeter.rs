//! The questions of packs, asked: each is decided where the unknowns allow most and where they allow
//! least.
//!
//! A claim that nothing of a shape is allowed is *proved* if it holds in the open bound, *violated* if
//! it fails in the closed one, and *depends* otherwise; for a claim that something is allowed the
//! mirror. So a proof holds for every value of every unknown, and an example rests on none.

use std::collections::BTreeSet;

use polsim::eval::LayerOutcome;
use polsim::policy::{Effect, Policy as Parsed};
use polsim::prove::{Limits, Report, Verdict};
use polsim::scenario::{NoFiles, Scenario};
use polsim::text::Source;
use serde_json::Value as Json;

use crate::bounds::{Bounded, Renderer};
use crate::model::{Bound, Class, Document, Model, Place};
use crate::names::Names;
use crate::packs::{self, Asker, Pack, Question};
use crate::recognise::{InputError, InputFile, World};
use crate::scenario::{Part, Undecided, Written, undecided};
use crate::terraform::Sources;
use crate::value::Value;

/// Facts about requests that packs assume: AWS's, and that no stranger's VPC of another region has an
/// id of ours.
const ASSUMED: &[&str] = &["aws", "distinct-vpc-ids"];

/// Files beside a plan, read and ready.
#[derive(Debug, Default)]
pub struct SourceFiles {
    pub(crate) files: Sources,
}

impl SourceFiles {
    /// The files of a root module; none if there are none, or one of them is not read.
    pub fn read(files: &[InputFile]) -> Option<Self> {
        Sources::read(files).map(|files| Self { files })
    }
}

/// What a user says about the inputs.
///
/// ```
/// # use polsim_inputs::Options;
/// let options = Options { account: Some("111122223333".into()), ..Options::default() };
/// assert!(options.packs.is_empty(), "the usual ones");
/// ```
#[derive(Debug, Default)]
pub struct Options {
    /// Account of the inputs, where they do not tell.
    pub account: Option<Box<str>>,
    /// Region of the inputs, where they do not tell.
    pub region: Option<Box<str>>,
    /// Packs to ask; none for the usual ones.
    pub packs: Vec<Pack>,
    /// Ids of endpoints and VPCs that are ours.
    pub own: Vec<String>,
    /// Ids that are not.
    pub foreign: Vec<String>,
    /// Accounts that are ours besides.
    pub own_accounts: Vec<String>,
    /// Public addresses of the company.
    pub offices: Vec<String>,
    /// Principals that may.
    pub exempt: Vec<String>,
    /// Patterns of addresses or ARNs of the things to ask about.
    pub only: Vec<String>,
    /// Values of parameters.
    pub parameters: Vec<(String, String)>,
    /// Sources beside a plan.
    pub sources: Option<SourceFiles>,
}

/// The answer to a question.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum AnswerVerdict {
    /// It is as wanted, whatever the unknowns are.
    Proved,
    /// It depends on what is not known.
    Depends,
    /// It was not decided.
    Unknown,
    /// It is not as wanted, whatever the unknowns are.
    Violated,
}

/// A statement of the inputs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Statement {
    /// Policy, as the user wrote its address.
    pub policy: String,
    /// Sid, or the index in brackets.
    pub statement: String,
    /// Place, as far as the inputs tell.
    pub place: Option<Place>,
}

/// A request that shows what is wrong.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Example {
    /// Sentence.
    pub sentence: String,
    /// Principal of the request.
    pub principal: String,
    /// Action of the request.
    pub action: String,
    /// Resource of the request.
    pub resource: String,
    /// Context keys of the request, with their values.
    pub context: Vec<(String, Vec<String>)>,
    /// Statements that allow it.
    pub allowed_by: Vec<Statement>,
    /// Deny statements that do not reach it.
    pub not_denied_by: Vec<Statement>,
    /// The request as a case that `polsim eval --cases` decides again.
    pub case: String,
}

/// A question and its answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Pack that asks.
    pub pack: Pack,
    /// Thing, endpoint or account.
    pub thing: String,
    /// Sentence of what is wanted.
    pub wanted: String,
    /// Verdict.
    pub verdict: AnswerVerdict,
    /// World of the conditions of templates that it is from, where there are several.
    pub world: Option<String>,
    /// Assumptions that the verdict rests on.
    pub assuming: Vec<String>,
    /// What it depends on, each with what settles it.
    pub depends_on: Vec<(String, String)>,
    /// Example of what is wrong.
    pub example: Option<Example>,
    /// Reason, where there is no example.
    pub reason: Option<String>,
}

/// All answers about the inputs.
#[derive(Debug)]
pub struct Perimeter {
    /// Everything that was read.
    pub model: Model,
    /// Packs that were asked.
    pub packs: Vec<Pack>,
    /// Answers, in the order of the packs.
    pub answers: Vec<Answer>,
    /// Ids that no input has, with the statement that names each.
    pub undecided: Vec<(String, String)>,
    /// Documents that AWS would refuse, with the reason.
    pub refused: Vec<String>,
    /// Placeholders of symbols by their names.
    names: Names,
}

/// Limits of one search, given to what searches.
pub type Run<'a> = &'a dyn Fn(&mut dyn FnMut(Limits<'_>));

impl AnswerVerdict {
    /// The word of the verdict.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::Depends => "depends",
            Self::Unknown => "unknown",
            Self::Violated => "violated",
        }
    }
}

impl Perimeter {
    /// Takes the answers of another world in: of each question the worse.
    fn add(&mut self, other: Self) {
        for answer in other.answers {
            let same = self.answers.iter_mut().find(|it| {
                it.pack == answer.pack && it.thing == answer.thing && it.wanted == answer.wanted
            });
            match same {
                Some(known) if known.verdict < answer.verdict => *known = answer,
                Some(_) => (),
                None => self.answers.push(answer),
            }
        }
        self.answers.sort_by_key(|it| it.pack);
        for it in other.undecided {
            if !self.undecided.contains(&it) {
                self.undecided.push(it);
            }
        }
        for it in other.refused {
            if !self.refused.contains(&it) {
                self.refused.push(it);
            }
        }
        for note in other.model.notes {
            if !self.model.notes.contains(&note) {
                self.model.notes.push(note);
            }
        }
    }

    /// The worst verdict of a pack; none if it has no question.
    pub fn verdict_of(&self, pack: Pack) -> Option<AnswerVerdict> {
        self.answers.iter().filter(|it| it.pack == pack).map(|it| it.verdict).max()
    }

    /// The symbols, each with its kind and class.
    pub fn symbols(&self) -> impl Iterator<Item = (&str, &'static str, &'static str)> {
        self.model.symbols.iter().map(|(name, it)| (&**name, it.kind.as_str(), it.class.as_str()))
    }

    /// The recovered policies as JSON, symbols as `«name»`.
    pub fn recovered(&self) -> Json {
        crate::recovered::json(&self.model)
    }

    /// A sentence with symbols for placeholders.
    pub fn shown(&self, sentence: &str) -> String {
        self.names.shown(sentence)
    }
}

/// Reads the files and asks the packs about them.
///
/// # Errors
/// An input that is not read; inputs without a policy; packs of which none applies.
pub fn ask(files: &[InputFile], options: &Options, run: Run<'_>) -> Result<Perimeter, InputError> {
    in_worlds(crate::worlds(files, options)?, |model| ask_about(model, options, run))
}

/// The answers in all worlds of the conditions of templates: of each question the worst, with the
/// world that it is from. A world of which there is nothing to ask counts only if all are so.
///
/// # Errors
/// As [`ask`].
pub fn in_worlds(
    worlds: Vec<World>,
    mut ask: impl FnMut(Model) -> Result<Perimeter, InputError>,
) -> Result<Perimeter, InputError> {
    let several = worlds.len() > 1;
    let mut out: Option<Perimeter> = None;
    let mut failed = None;
    for world in worlds {
        let words: Vec<String> =
            world.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut asked = match ask(world.model) {
            Ok(asked) => asked,
            Err(error) => {
                failed = failed.or(Some(error));
                continue;
            }
        };
        if several {
            asked.answers.iter_mut().for_each(|it| it.world = Some(words.join(", ")));
        }
        match &mut out {
            None => out = Some(asked),
            Some(all) => all.add(asked),
        }
    }
    match (out, failed) {
        (Some(out), _) => Ok(out),
        (None, Some(error)) => Err(error),
        (None, None) => Err(InputError::new("I0101", "no input was given", "")),
    }
}

/// Decides properties of the user's, as a scenario lists them, about a model; `«name»` in them stands
/// for a symbol.
///
/// # Errors
/// A model without a policy; properties that are refused.
pub fn verify(
    mut model: Model,
    options: &Options,
    properties: &[Json],
    assume: &[&str],
    run: Run<'_>,
) -> Result<Perimeter, InputError> {
    if !packs::has_policies(&model) {
        return Err(no_policy(&model));
    }
    let refused = refuse(&mut model);
    let names = Names::new(&model);
    let undecided = undecided(&model, &names);
    let questions = properties.iter().enumerate().map(|(index, property)| {
        let mut property = with_placeholders(property, &names);
        let name = property.get("name").and_then(Json::as_str).map(str::to_owned);
        if let Some(members) = property.as_object_mut() {
            members.insert("name".to_owned(), Json::String(index.to_string()));
        }
        Question {
            pack: Pack::Own,
            thing: String::new(),
            wanted: name.unwrap_or_else(|| format!("property {}", index.saturating_add(1))),
            wants_allowed: property.get("allow").is_some(),
            property: Some(property),
        }
    });
    let questions = questions.collect();
    let decider =
        Decider { model: &model, names: &names, undecided: &undecided, options, assume, run };
    let answers = decider.answers(questions)?;
    let undecided = undecided.into_iter().map(|it| (it.id, it.named_by)).collect();
    Ok(Perimeter { packs: vec![Pack::Own], answers, undecided, refused, names, model })
}

/// The property with a placeholder for each `«name»`.
fn with_placeholders(json: &Json, names: &Names) -> Json {
    match json {
        Json::String(text) => Json::String(names.hidden(text)),
        Json::Array(items) => items.iter().map(|it| with_placeholders(it, names)).collect(),
        Json::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), with_placeholders(value, names)))
            .collect(),
        other => other.clone(),
    }
}

/// Asks the packs about a model.
///
/// # Errors
/// A model without a policy; packs of which none applies; parts that do not fit together.
pub fn ask_about(
    mut model: Model,
    options: &Options,
    run: Run<'_>,
) -> Result<Perimeter, InputError> {
    if !packs::has_policies(&model) {
        return Err(no_policy(&model));
    }
    let refused = refuse(&mut model);
    let names = Names::new(&model);
    let undecided = undecided(&model, &names);
    for it in &undecided {
        if !options.own.contains(&it.id) && !options.foreign.contains(&it.id) {
            let text = format!(
                "{} ({}) is in none of the inputs; `--own` or `--foreign` decides it",
                it.id, it.named_by
            );
            model.note("I0201", text);
        }
    }
    let chosen =
        if options.packs.is_empty() { packs::DEFAULT.to_vec() } else { options.packs.clone() };
    let questions = Asker::new(&model, &names, options).questions(&chosen);
    if questions.is_empty() {
        let list: Vec<&str> = chosen.iter().map(|it| it.as_str()).collect();
        let text = format!("nothing in the inputs for {}", list.join(", "));
        return Err(InputError::new("I0105", text, "choose other packs with `--pack`"));
    }
    let assume = ASSUMED;
    let decider =
        Decider { model: &model, names: &names, undecided: &undecided, options, assume, run };
    let answers = decider.answers(questions)?;
    let undecided = undecided.into_iter().map(|it| (it.id, it.named_by)).collect();
    Ok(Perimeter { packs: chosen, answers, undecided, refused, names, model })
}

fn no_policy(model: &Model) -> InputError {
    let paths: Vec<&str> = model.inputs.iter().map(|it| &*it.path).collect();
    let types: Vec<&str> = model.types.keys().map(|it| &**it).collect();
    let count: usize = model.types.values().sum();
    let (resources, none) = match count {
        1 => ("1 resource read".to_owned(), "none of a type that carries a policy"),
        _ => (format!("{count} resources read"), "none of a type that carries a policy"),
    };
    let types = if types.is_empty() { String::new() } else { format!(" ({})", types.join(", ")) };
    let text = format!("no policy in {}: {resources}{types}, {none}", paths.join(", "));
    InputError::new("I0104", text, "")
}

/// Makes holes of documents that AWS would refuse; the complaints.
fn refuse(model: &mut Model) -> Vec<String> {
    let names = Names::new(model);
    let mut refused = Vec::new();
    for index in 0..model.policies.len() {
        let Some(policy) = model.policies.get(index) else { continue };
        let renderer = Renderer { model, names: &names, bounded: Bounded::Open };
        let Some(document) = renderer.document(&policy.document, policy.policy_type) else {
            continue;
        };
        let source = Source::new(policy.name(), document.to_string());
        let Err(found) = Parsed::parse(&source, policy.policy_type) else { continue };
        let first = found.first().map(|it| format!("{} ({})", it.message, it.code));
        let text = names.shown(&format!("{}: {}", policy.name(), first.unwrap_or_default()));
        refused.push(text.clone());
        if let Some(policy) = model.policies.get_mut(index) {
            let settle = "write it as AWS takes it".into();
            policy.document = Document::Hole {
                bound: Bound::Any,
                why: format!("AWS refuses the document of {text}").into(),
                settle,
            };
        }
    }
    refused
}

struct Decider<'a> {
    model: &'a Model,
    names: &'a Names,
    undecided: &'a [Undecided],
    options: &'a Options,
    assume: &'a [&'a str],
    run: Run<'a>,
}

/// Something that is not known, in words.
struct Open<'a> {
    part: Part<'a>,
    says: String,
    settle: String,
}

impl<'a> Decider<'a> {
    fn answers(&self, questions: Vec<Question>) -> Result<Vec<Answer>, InputError> {
        let open_parts = self.open_parts();
        let properties: Vec<Json> = questions.iter().filter_map(|it| it.property.clone()).collect();
        let open = self.decided(&properties, &|_| Bounded::Open)?;
        let closed = if open_parts.is_empty() {
            None
        } else {
            Some(self.decided(&properties, &|_| Bounded::Closed)?)
        };
        let mut out = Vec::new();
        let mut at = 0_usize;
        for question in questions {
            let Some(property) = &question.property else {
                out.push(fact(question));
                continue;
            };
            let here = at;
            at = at.saturating_add(1);
            let Some(report) = open.reports.get(here) else { continue };
            let other = closed.as_ref().and_then(|it| it.reports.get(here));
            let (verdict, shown) = combined(question.wants_allowed, report, other);
            let depends_on = match verdict {
                AnswerVerdict::Depends => {
                    self.depends_on(property, question.wants_allowed, report, &open_parts)?
                }
                _ => Vec::new(),
            };
            let written = if std::ptr::eq(shown, report) {
                &open.written
            } else {
                closed.as_ref().map_or(&open.written, |it| &it.written)
            };
            out.push(self.answer(question, verdict, shown, written, depends_on));
        }
        Ok(out)
    }

    /// Everything that is not known.
    fn open_parts(&self) -> Vec<Open<'a>> {
        let mut out = Vec::new();
        for (index, policy) in self.model.policies.iter().enumerate() {
            let part = Part::Policy(index);
            match &policy.document {
                Document::Hole { why, settle, .. } => {
                    out.push(Open { part, says: why.to_string(), settle: settle.to_string() });
                }
                Document::Written(document) => {
                    let mut because = BTreeSet::new();
                    unknowns(document, &mut because);
                    let given = |name: &str| {
                        self.model.symbols.get(name).is_some_and(|it| it.class == Class::Given)
                    };
                    document.each_text(&mut |text| {
                        let names = text.symbols().filter(|name| given(name));
                        because.extend(names.map(|name| format!("«{name}»")));
                    });
                    if !because.is_empty() {
                        let list: Vec<String> = because.into_iter().collect();
                        let says = format!("{} depends on {}", policy.name(), list.join(", "));
                        let settle = "give the value, or the sources with `--source DIR`";
                        out.push(Open { part, says, settle: settle.to_owned() });
                    }
                }
            }
        }
        for it in self.undecided {
            if self.options.own.contains(&it.id) || self.options.foreign.contains(&it.id) {
                continue;
            }
            out.push(Open {
                part: Part::Id(&it.id),
                says: format!("{} is in no input ({})", it.id, it.named_by),
                settle: format!("say whose it is: `--own {0}` or `--foreign {0}`", it.id),
            });
        }
        out
    }

    fn decided(
        &self,
        properties: &[Json],
        bound: &dyn Fn(Part<'_>) -> Bounded,
    ) -> Result<Decided, InputError> {
        let written = Written::new(self.model, self.names, bound, self.undecided, self.options);
        let text = written.scenario(properties, self.assume).to_string();
        let source = Source::new("inputs", text);
        let refused = |found: &polsim::text::Diagnostics| {
            let all: Vec<String> =
                found.iter().take(3).map(|it| self.names.shown(&it.message)).collect();
            let text = format!("the inputs do not fit together: {}", all.join("; "));
            InputError::new("I0107", text, "")
        };
        let scenario = Scenario::load(&source, &NoFiles).map_err(|found| refused(&found))?;
        let verifier = scenario.verifier().map_err(|found| refused(&found))?;
        let mut reports = Vec::new();
        for index in 0..scenario.properties().len() {
            (self.run)(&mut |limits| reports.extend(verifier.decide(index, limits)));
        }
        Ok(Decided { written, reports })
    }

    /// What the verdict depends on: each part that settles it by itself, or else all of them.
    fn depends_on(
        &self,
        property: &Json,
        wants_allowed: bool,
        open: &Report,
        parts: &[Open<'a>],
    ) -> Result<Vec<(String, String)>, InputError> {
        let said = |it: &Open<'_>| (it.says.clone(), it.settle.clone());
        if parts.len() <= 1 || parts.len() > 24 {
            let mut all: Vec<(String, String)> = parts.iter().map(said).collect();
            if all.is_empty() {
                all = readings(open);
            }
            return Ok(all);
        }
        let mut alone = Vec::new();
        for it in parts {
            let bound = |part: Part<'_>| match part == it.part {
                true => Bounded::Closed,
                false => Bounded::Open,
            };
            let one = self.decided(std::slice::from_ref(property), &bound)?;
            let word = one.reports.first().map(|report| report.verdict.as_str());
            let settled = match wants_allowed {
                true => word == Some("violated") || word == Some("vacuous"),
                false => word == Some("proved") || word == Some("vacuous"),
            };
            if settled {
                alone.push(said(it));
            }
        }
        Ok(if alone.is_empty() { parts.iter().map(said).collect() } else { alone })
    }

    fn answer(
        &self,
        question: Question,
        verdict: AnswerVerdict,
        report: &Report,
        written: &Written,
        depends_on: Vec<(String, String)>,
    ) -> Answer {
        let proof = report.verdict.proof();
        let mut assuming: Vec<String> = proof
            .map(|it| it.assumptions().iter().map(ToString::to_string).collect())
            .unwrap_or_default();
        if verdict == AnswerVerdict::Proved {
            assuming.extend(self.model.assumed.keys().map(ToString::to_string));
        }
        let wanted_request = question.wants_allowed;
        let example = match verdict {
            AnswerVerdict::Proved => None,
            _ if wanted_request => None,
            _ => report.verdict.witness().map(|it| self.example(it, written)),
        };
        let reason = match (&report.verdict, verdict) {
            (_, AnswerVerdict::Proved) => None,
            (Verdict::Unknown(reason), _) => Some(reason.to_string()),
            (_, AnswerVerdict::Violated) if wanted_request => {
                Some("no such request is allowed".to_owned())
            }
            _ => None,
        };
        Answer {
            pack: question.pack,
            thing: question.thing,
            wanted: question.wanted,
            verdict,
            world: None,
            assuming,
            depends_on,
            example,
            reason,
        }
    }

    fn example(&self, witness: &polsim::prove::Witness, written: &Written) -> Example {
        let shown = |text: &str| self.names.shown(text);
        let explanation = witness.explanation();
        let statement = |it: &polsim::eval::StatementRef| {
            let policy = written.policy(&it.policy).and_then(|at| self.model.policies.get(at));
            Statement {
                policy: it.policy.to_string(),
                statement: it.statement.to_string(),
                place: policy.and_then(|policy| policy.place_of(&it.statement).cloned()),
            }
        };
        let asked = explanation.layers.iter().filter(|it| it.outcome != LayerOutcome::NotAsked);
        let silent = asked.flat_map(|layer| &layer.statements).filter(|it| {
            !it.matches
                && it.statement.effect == Effect::Deny
                && written.policy(&it.statement.policy).is_some()
        });
        let request = witness.request();
        let context = request.context().entries().iter().map(|(key, value)| {
            let values = value.as_slice().iter().map(|it| shown(it)).collect();
            (key.as_str().to_owned(), values)
        });
        Example {
            sentence: shown(witness.sentence()),
            principal: shown(&request.principal().to_string()),
            action: request.action().as_str().to_owned(),
            resource: shown(request.resource().as_str()),
            context: context.collect(),
            allowed_by: explanation
                .by
                .iter()
                .filter(|it| written.policy(&it.policy).is_some())
                .map(statement)
                .collect(),
            not_denied_by: silent.map(|it| statement(&it.statement)).take(4).collect(),
            case: witness.case().to_owned(),
        }
    }
}

/// A bound of the model, with the verdict on each property in it.
struct Decided {
    written: Written,
    reports: Vec<Report>,
}

/// The verdict from those in the open and the closed bound, and the report that shows it.
fn combined<'r>(
    wants_allowed: bool,
    open: &'r Report,
    closed: Option<&'r Report>,
) -> (AnswerVerdict, &'r Report) {
    use AnswerVerdict as Word;
    let closed = closed.unwrap_or(open);
    let holds = |report: &Report| matches!(report.verdict.as_str(), "proved" | "vacuous");
    if wants_allowed {
        return match (open.verdict.as_str(), closed.verdict.as_str()) {
            (_, "proved") => (Word::Proved, closed),
            ("violated" | "vacuous", _) => (Word::Violated, open),
            ("unknown", _) => (Word::Unknown, open),
            _ => (Word::Depends, open),
        };
    }
    match (open.verdict.as_str(), closed.verdict.as_str()) {
        _ if holds(open) => (Word::Proved, open),
        (_, "violated") => (Word::Violated, closed),
        ("unknown", _) => (Word::Unknown, open),
        _ => (Word::Depends, open),
    }
}

/// The readings that a verdict depends on.
fn readings(report: &Report) -> Vec<(String, String)> {
    let on = report.verdict.depends_on().iter();
    on.map(|choice| {
        let settle = "AWS leaves it open: see `polsim readings`".to_owned();
        (choice.name().to_owned(), settle)
    })
    .collect()
}

/// The references that make parts of a document unknown.
fn unknowns(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::Unknown(unknown) => out.extend(unknown.because.iter().map(ToString::to_string)),
        Value::List(items) => items.iter().for_each(|it| unknowns(it, out)),
        Value::Object(object) => object.members.iter().for_each(|(_, it)| unknowns(it, out)),
        _ => (),
    }
}

/// The answer to a question that a fact decides.
fn fact(question: Question) -> Answer {
    Answer {
        pack: question.pack,
        reason: Some(question.wanted.clone()),
        thing: question.thing,
        wanted: question.wanted,
        verdict: AnswerVerdict::Violated,
        world: None,
        assuming: Vec::new(),
        depends_on: Vec::new(),
        example: None,
    }
}
