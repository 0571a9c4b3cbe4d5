//! Actions of a difference: those that the statements of both sets treat alike.

use std::fmt;

use polsim_solve::actions_overlap;

use crate::formula::{Atom, FormulaId, Formulas};
use crate::lower::AttachedPolicy;
use crate::policy::ActionPattern;
use crate::request::Action;

/// Upper bound on the left-out patterns that are named.
const MAX_NAMED: usize = 5;

/// A group of actions that match the same action patterns of two policy sets.
///
/// ```
/// # use polsim::lower::AttachedPolicy;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::prove::{Comparison, Directions, Limits};
/// # use polsim::text::Source;
/// let text = r#"{"Version": "2012-10-17", "Statement": {
///     "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#;
/// let policy = Policy::parse(&Source::new("p.json", text), PolicyType::Identity);
/// let new = [AttachedPolicy::new(policy.expect("a policy").policy)];
/// let diff = Comparison::new(&[], &new).compare(Directions::New, Limits::default(), 10);
/// let difference = &diff.new_access.expect("asked for").differences[0];
/// assert_eq!(difference.actions[0].to_string(), "s3:Get*");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Actions {
    /// Narrowest pattern that matches the actions.
    pub pattern: Box<str>,
    /// Patterns inside of that one which do not match them.
    pub but: Vec<Box<str>>,
    /// Patterns of the sets, each with whether it matches the actions.
    patterns: Vec<(ActionPattern, bool)>,
}

impl Actions {
    /// The group of actions that are treated as `action` is.
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

    /// The requests for these actions.
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
        for (at, other) in self.but.iter().take(MAX_NAMED).enumerate() {
            f.write_str(if at == 0 { " but not " } else { ", " })?;
            f.write_str(other)?;
        }
        match self.but.len().saturating_sub(MAX_NAMED) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
