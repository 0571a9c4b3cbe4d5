//! Answers about inputs, from `polsim perimeter`.

use std::borrow::Cow;

use polsim_inputs::{Answer, AnswerVerdict, Perimeter};

use super::{Check, Finding, Results, Suite, finding_if};
use crate::Outcome;
use crate::wording::plural;

/// The results of `polsim perimeter`, and of properties that are asked about inputs.
#[derive(Debug)]
pub(crate) struct Perimeters {
    pub(crate) perimeter: Perimeter,
    /// Details that are printed at most.
    pub(crate) max: usize,
    /// What depends on unknowns is a warning only.
    pub(crate) allow_unknown: bool,
}

impl Perimeters {
    /// The number of answers with a verdict.
    pub(crate) fn count(&self, verdict: AnswerVerdict) -> usize {
        self.perimeter.answers.iter().filter(|it| it.verdict == verdict).count()
    }

    /// True if an answer is no pass.
    pub(crate) fn is_finding(&self, answer: &Answer) -> bool {
        match answer.verdict {
            AnswerVerdict::Proved => false,
            AnswerVerdict::Violated => true,
            AnswerVerdict::Depends | AnswerVerdict::Unknown => !self.allow_unknown,
        }
    }

    fn file(&self) -> &str {
        self.perimeter.model.inputs().first().map_or("<inputs>", |it| &it.path)
    }

    fn check<'a>(&'a self, answer: &'a Answer) -> Check<'a> {
        let place =
            answer.example.iter().flat_map(|it| &it.allowed_by).find_map(|it| it.place.as_ref());
        let (file, line, column) = match place {
            Some(place) => (&*place.file, place.line.max(1), place.column.max(1)),
            None => (self.file(), 1, 1),
        };
        let finding = self.is_finding(answer).then(|| Finding {
            summary: format!("{}: {}", answer.verdict.as_str(), summary(answer)),
            details: None,
        });
        let name = format!("{}: {}", answer.pack.as_str(), answer.wanted);
        Check { name: Cow::Owned(name), file, line, column, finding }
    }
}

/// What is wrong, in a sentence.
pub(crate) fn summary(answer: &Answer) -> String {
    if answer.verdict == AnswerVerdict::Depends && !answer.depends_on.is_empty() {
        let on: Vec<&str> = answer.depends_on.iter().map(|(says, _)| says.as_str()).collect();
        return on.join("; ");
    }
    match (&answer.example, &answer.reason) {
        (Some(example), _) => example.sentence.clone(),
        (None, Some(reason)) => reason.clone(),
        (None, None) => answer.wanted.clone(),
    }
}

impl Results for Perimeters {
    fn suites(&self) -> Vec<Suite<'_>> {
        let checks = self.perimeter.answers.iter().map(|it| self.check(it)).collect();
        vec![Suite { file: self.file(), checks }]
    }

    fn run_findings(&self) -> Vec<(&'static str, String)> {
        let refused = self.perimeter.refused.iter();
        refused.map(|it| ("a policy that AWS refuses", it.clone())).collect()
    }

    fn totals(&self) -> String {
        let questions = plural(self.perimeter.answers.len(), "question");
        let words: Vec<String> = [
            AnswerVerdict::Proved,
            AnswerVerdict::Violated,
            AnswerVerdict::Depends,
            AnswerVerdict::Unknown,
        ]
        .into_iter()
        .filter(|verdict| self.count(*verdict) > 0)
        .map(|verdict| format!("{} {}", self.count(verdict), verdict.as_str()))
        .collect();
        format!("{questions}: {}", words.join(", "))
    }

    fn outcome(&self) -> Outcome {
        let found = self.perimeter.answers.iter().any(|it| self.is_finding(it));
        finding_if(found || !self.perimeter.refused.is_empty())
    }
}
