//! The decision of questions in both bounds, and what an answer depends on.

use std::collections::BTreeSet;

use polsim::eval::LayerOutcome;
use polsim::policy::Effect;
use polsim::prove::{Report, Verdict};
use polsim::scenario::{NoFiles, Scenario};
use polsim::text::Source;
use serde_json::Value as Json;

use super::{Answer, AnswerVerdict, Example, Options, Run, Statement};
use crate::bounds::Bounded;
use crate::model::{Class, Document, Model};
use crate::names::Names;
use crate::packs::Question;
use crate::recognise::InputError;
use crate::scenario::{Part, Undecided, Written};
use crate::value::Value;

/// Decides the questions about a model.
pub(super) struct Decider<'a> {
    pub(super) model: &'a Model,
    pub(super) names: &'a Names,
    pub(super) undecided: &'a [Undecided],
    pub(super) options: &'a Options,
    pub(super) assume: &'a [&'a str],
    pub(super) run: Run<'a>,
}

/// Something that is not known, in words.
struct Open<'a> {
    part: Part<'a>,
    says: String,
    settle: String,
}

impl<'a> Decider<'a> {
    pub(super) fn answers(&self, questions: Vec<Question>) -> Result<Vec<Answer>, InputError> {
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
            let bound = |part: Part<'_>| {
                if part == it.part { Bounded::Closed } else { Bounded::Open }
            };
            let one = self.decided(std::slice::from_ref(property), &bound)?;
            let word = one.reports.first().map(|report| report.verdict.as_str());
            let settled = if wants_allowed { "violated" } else { "proved" };
            let settled = word == Some(settled) || word == Some("vacuous");
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
