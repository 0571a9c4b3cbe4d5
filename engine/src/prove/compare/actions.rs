//! The actions of a difference: those that both sets' statements treat alike.

use std::fmt;

use polsim_solve::actions_overlap;

use crate::formula::{Atom, FormulaId, Formulas};
use crate::lower::AttachedPolicy;
use crate::policy::ActionPattern;
use crate::request::Action;

/// How many patterns that are left out are named.
const NAMED: usize = 5;

/// The actions that match the same action patterns of two policy sets.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Actions {
    /// The narrowest pattern that matches them.
    pub pattern: Box<str>,
    /// Patterns inside of it that do not.
    pub but: Vec<Box<str>>,
    /// Each pattern of the sets, and whether it matches them.
    patterns: Vec<(ActionPattern, bool)>,
}

impl Actions {
    /// The actions that are treated as `action` is.
    pub(super) fn like(action: &Action, patterns: &[ActionPattern]) -> Self {
        let patterns: Vec<(ActionPattern, bool)> =
            patterns.iter().map(|it| (it.clone(), it.matches(action))).collect();
        let narrow = |text: &String| (text.contains(['*', '?']), std::cmp::Reverse(text.len()));
        let matching = patterns.iter().filter(|(_, matches)| *matches);
        let named: Option<(String, &ActionPattern)> =
            matching.map(|(it, _)| (it.to_string(), it)).min_by_key(|(text, _)| narrow(text));
        let (pattern, narrowest) = match named {
            Some((text, pattern)) => (text, pattern.clone()),
            None => ("*".to_owned(), ActionPattern::Any),
        };
        let mut but: Vec<Box<str>> = Vec::new();
        for (other, matches) in &patterns {
            let text = other.to_string();
            let known = but.iter().any(|it| it.eq_ignore_ascii_case(&text));
            if !matches && !known && actions_overlap(&narrowest, other) {
                but.push(text.into());
            }
        }
        Self { pattern: pattern.into(), but, patterns }
    }

    /// The requests for them.
    pub(super) fn lower(&self, formulas: &mut Formulas) -> FormulaId {
        let parts: Vec<FormulaId> = self
            .patterns
            .iter()
            .map(|(pattern, matches)| {
                let atom = formulas.atom(Atom::Action(pattern.clone()));
                if *matches { atom } else { formulas.not(atom) }
            })
            .collect();
        formulas.all(parts)
    }
}

/// The action patterns of policies, each once.
pub(super) fn patterns(policies: &[&[AttachedPolicy]]) -> Vec<ActionPattern> {
    let mut patterns: Vec<ActionPattern> = Vec::new();
    let mut known = std::collections::HashSet::new();
    let statements = policies.iter().copied().flatten().flat_map(|it| &it.policy.statements);
    for value in statements.flat_map(|it| &it.action.values) {
        if known.insert(&value.value) {
            patterns.push(value.value.clone());
        }
    }
    patterns
}

/// `s3:* but not s3:Get*, s3:List*`
impl fmt::Display for Actions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.pattern)?;
        for (at, other) in self.but.iter().take(NAMED).enumerate() {
            f.write_str(if at == 0 { " but not " } else { ", " })?;
            f.write_str(other)?;
        }
        match self.but.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
