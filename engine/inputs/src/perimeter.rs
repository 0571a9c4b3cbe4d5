//! The questions of packs, asked: each is decided where the unknowns allow most and where they allow
//! least.
//!
//! A claim that nothing of a shape is allowed is *proved* if it holds in the open bound, *violated* if
//! it fails in the closed one, and *depends* otherwise; for a claim that something is allowed the
//! mirror. So a proof holds for every value of every unknown, and an example rests on none.

mod decide;

use polsim::policy::Policy as Parsed;
use polsim::prove::Limits;
use polsim::text::Source;
use serde_json::Value as Json;

use crate::bounds::{Bounded, Renderer};
use crate::model::{Bound, Document, Model, Place};
use crate::names::Names;
use crate::packs::{self, Asker, Pack, Question};
use crate::recognise::{InputError, InputFile, World};
use crate::scenario::undecided;
use crate::terraform::Sources;
use decide::Decider;

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
    /// Properties of the user's own, as a scenario lists them; `«name»` stands for a symbol.
    pub properties: Vec<Json>,
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
    let mut refused = refuse(&mut model);
    refused.append(&mut model.lost);
    let names = Names::new(&model);
    let undecided = undecided(&model, &names);
    let questions = own_questions(properties, &names);
    let decider =
        Decider { model: &model, names: &names, undecided: &undecided, options, assume, run };
    let answers = decider.answers(questions)?;
    let undecided = undecided.into_iter().map(|it| (it.id, it.named_by)).collect();
    Ok(Perimeter { packs: vec![Pack::Own], answers, undecided, refused, names, model })
}

/// The questions of the user's own properties.
fn own_questions(properties: &[Json], names: &Names) -> Vec<Question> {
    let question = |(index, property): (usize, &Json)| {
        let mut property = with_placeholders(property, names);
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
    };
    properties.iter().enumerate().map(question).collect()
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
    told(&model)?;
    let mut refused = refuse(&mut model);
    refused.append(&mut model.lost);
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
    let mut chosen =
        if options.packs.is_empty() { packs::DEFAULT.to_vec() } else { options.packs.clone() };
    let questions = Asker::new(&model, &names, options).questions(&chosen);
    let own = own_questions(&options.properties, &names);
    if questions.is_empty() && own.is_empty() {
        let list: Vec<&str> = chosen.iter().map(|it| it.as_str()).collect();
        let text = format!("nothing in the inputs for {}", list.join(", "));
        return Err(InputError::new("I0105", text, "choose other packs with `--pack`"));
    }
    let assume = ASSUMED;
    let decider =
        Decider { model: &model, names: &names, undecided: &undecided, options, assume, run };
    let mut answers = decider.answers(questions)?;
    // What packs assume besides does not help a property of the user's.
    let decider = Decider { assume: &["aws"], ..decider };
    answers.extend(decider.answers(own)?);
    if !options.properties.is_empty() && !chosen.contains(&Pack::Own) {
        chosen.push(Pack::Own);
    }
    let undecided = undecided.into_iter().map(|it| (it.id, it.named_by)).collect();
    Ok(Perimeter { packs: chosen, answers, undecided, refused, names, model })
}

/// Refuses a model whose account or region nobody tells: packs are about both.
fn told(model: &Model) -> Result<(), InputError> {
    for (known, word) in [(model.account.is_some(), "account"), (model.region.is_some(), "region")]
    {
        if !known {
            let text = format!("the inputs do not tell their {word}");
            return Err(InputError::new("I0110", text, format!("give it with `--{word}`")));
        }
    }
    Ok(())
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
