//! Differences between policies.

use std::borrow::Cow;

use polsim::prove::{Changes, Diff, DiffVerdict, Rest};

use super::{Check, Finding, Results, Suite, finding_if};
use crate::Outcome;
use crate::wording::plural;

/// The results of `polsim diff`.
#[derive(Debug)]
pub(crate) struct Differences<'a> {
    pub(crate) old: &'a str,
    pub(crate) new: &'a str,
    pub(crate) comparisons: Vec<Compared>,
    /// Sets that only one of the scenarios has.
    pub(crate) not_compared: &'a [Box<str>],
    /// True if a difference is a finding (`--exit-code`).
    pub(crate) wants_equal: bool,
}

/// The comparison of two policy sets.
#[derive(Debug)]
pub(crate) struct Compared {
    /// The name of the sets in their scenarios.
    pub(crate) set: Option<Box<str>>,
    pub(crate) diff: Diff,
}

impl Compared {
    /// True if equality is neither proved nor refuted, or is vacuous.
    fn is_unproved(&self) -> bool {
        let verdict = self.diff.verdict();
        self.diff.is_unknown() || matches!(verdict, DiffVerdict::Unknown | DiffVerdict::Vacuous)
    }

    fn is_finding(&self, wants_equal: bool) -> bool {
        self.is_unproved() || (wants_equal && self.diff.verdict() == DiffVerdict::Different)
    }
}

impl Differences<'_> {
    /// The verdict on all sets: the worst one.
    pub(crate) fn verdict(&self) -> DiffVerdict {
        let rank = |verdict: &DiffVerdict| match verdict {
            DiffVerdict::Equal => 0,
            DiffVerdict::Vacuous => 1,
            DiffVerdict::Unknown => 2,
            DiffVerdict::Different => 3,
        };
        let verdicts = self.comparisons.iter().map(|it| it.diff.verdict());
        verdicts.max_by_key(rank).unwrap_or(DiffVerdict::Equal)
    }

    fn findings(&self) -> usize {
        self.comparisons.iter().filter(|it| it.is_finding(self.wants_equal)).count()
    }

    fn check<'c>(&'c self, compared: &'c Compared) -> Check<'c> {
        let name = match &compared.set {
            Some(set) => Cow::Borrowed(&**set),
            None => Cow::Owned(format!("{} -> {}", self.old, self.new)),
        };
        let finding = compared.is_finding(self.wants_equal).then(|| {
            let summary = verdict_words(compared.diff.verdict()).to_owned();
            let lines = [vec![summary.clone()], change_lines(&compared.diff)].concat();
            Finding { summary, details: Some(lines.join("\n")) }
        });
        Check { name, file: self.new, line: 1, column: 1, finding }
    }
}

impl Results for Differences<'_> {
    fn suites(&self) -> Vec<Suite<'_>> {
        let checks = self.comparisons.iter().map(|it| self.check(it)).collect();
        vec![Suite { file: self.new, checks }]
    }

    fn totals(&self) -> String {
        let comparisons = plural(self.comparisons.len(), "comparison");
        format!("{comparisons}, {} not as wanted", self.findings())
    }

    fn outcome(&self) -> Outcome {
        finding_if(self.findings() > 0)
    }
}

/// The word for a verdict.
pub(crate) fn verdict_words(verdict: DiffVerdict) -> &'static str {
    match verdict {
        DiffVerdict::Different => "different",
        DiffVerdict::Equal => "equal",
        DiffVerdict::Unknown => "unknown",
        DiffVerdict::Vacuous => "vacuous",
    }
}

/// The differences in both directions, a sentence each, and the reasons why there may be more.
fn change_lines(diff: &Diff) -> Vec<String> {
    let mut lines = Vec::new();
    let directions = [("new access", &diff.new_access), ("removed access", &diff.removed_access)];
    for (title, changes) in directions {
        let Some(Changes { differences, rest, depends_on }) = changes else { continue };
        lines.extend(differences.iter().map(|it| format!("{title}: {}", it.sentence())));
        match rest {
            Rest::None(_) => (),
            Rest::Bound => lines.push(format!("{title}: and maybe more")),
            Rest::Unknown(reason) => lines.push(format!("{title}: {reason}")),
        }
        if !depends_on.is_empty() {
            lines.push(format!("{title}: more on another side of {}", depends_on.join(", ")));
        }
    }
    lines
}
