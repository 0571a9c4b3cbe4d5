//! Rules: what is reported under which code.

use polsim::text::{Code, Severity};

/// A rule of the linter: everything that its documentation says, in one row.
///
/// ```
/// use polsim_lint::Rule;
/// let rule = Rule::find("unknown-action").expect("by its name, or as W0204");
/// assert_eq!((rule.code, rule.repair), ("W0204", polsim_lint::Repair::Unsafe));
/// ```
#[derive(Debug)]
pub struct Rule {
    /// The code; a number is never given to another rule.
    pub code: Code,
    /// The name, usable wherever the code is.
    pub name: &'static str,
    /// The level of its findings, unless one finding is milder.
    pub level: Severity,
    /// True for a rule that runs unless it is switched off.
    pub on: bool,
    /// The fault, in a few words.
    pub title: &'static str,
    /// The requests or texts for which a finding is made.
    pub condition: &'static str,
    /// The reason why AWS behaves so, with the section of the notes, and what to do.
    pub why: &'static str,
    /// The repair that findings carry.
    pub repair: Repair,
    /// The codes of IAM Access Analyzer's policy checks that speak of the same.
    pub aws: &'static [&'static str],
}

/// The repair that the findings of a rule carry.
///
/// ```
/// assert_eq!(polsim_lint::Repair::Safe.to_string(), "safe");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Repair {
    /// None: the author has to decide.
    None,
    /// An edit after which every decision is the same, which is proved before it is made.
    Safe,
    /// An edit that changes decisions, proposed and never made unasked.
    Unsafe,
}

impl Rule {
    /// A rule that is on, without repair.
    pub(crate) const fn new(
        code: Code,
        name: &'static str,
        level: Severity,
        title: &'static str,
        condition: &'static str,
        why: &'static str,
    ) -> Self {
        Self { code, name, level, on: true, title, condition, why, repair: Repair::None, aws: &[] }
    }

    /// The same rule, switched off by default.
    pub(crate) const fn off(self) -> Self {
        Self { on: false, ..self }
    }

    /// The same rule with repairs.
    pub(crate) const fn repair(self, repair: Repair) -> Self {
        Self { repair, ..self }
    }

    /// The same rule with the codes that Access Analyzer has for it.
    pub(crate) const fn aws(self, aws: &'static [&'static str]) -> Self {
        Self { aws, ..self }
    }

    /// The group that the code's first digits stand for.
    pub fn group(&self) -> &'static str {
        group(self.code)
    }
}

/// The group of a code, of rules and of the parser.
pub(crate) fn group(code: &str) -> &'static str {
    match code.get(..3) {
        Some("W02") => "catalogue",
        Some("W03") => "conditions",
        Some("W04") => "proofs",
        Some("W05") => "granted",
        Some("W06") => "style",
        Some("W09") => "lint",
        _ => "grammar",
    }
}

impl std::fmt::Display for Repair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        })
    }
}
