//! A document, with what the catalogue says of the actions that it names.

use polsim::catalog::{Catalog, ListedAction};
use polsim::policy::{
    ActionPattern, Effect, Polarity, Policy, PolicyType, ResourcePattern, Spanned, Statement,
};
use polsim::text::{CaseRule, NoVariables, Pattern, Span};

use crate::draft::Draft;
use crate::test::Test;

/// A document under examination.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) catalog: Option<&'a Catalog>,
    pub(crate) statements: Vec<Part<'a>>,
}

/// A statement of the document.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub(crate) index: usize,
    pub(crate) statement: &'a Statement,
    pub(crate) entries: Vec<Entry<'a>>,
    pub(crate) tests: Vec<Test<'a>>,
}

/// An entry of Action or NotAction.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) span: Span,
    pub(crate) pattern: &'a ActionPattern,
    pub(crate) names: Names<'a>,
}

/// The actions that an entry names.
#[derive(Debug)]
pub(crate) enum Names<'a> {
    /// Every action of every service.
    Any,
    /// Those of the catalogue that it matches.
    Listed(Vec<ListedAction<'a>>),
    /// Known only from the configuration, or no catalogue is there.
    Unknown,
    /// A name without wildcard that its service does not have.
    UnknownAction,
    /// A pattern that matches nothing.
    NoMatch,
    /// A prefix that no service has.
    UnknownService,
    /// Names that AWS has withdrawn.
    Withdrawn,
}

/// Names that a user knows to be younger than the catalogue.
#[derive(Clone, Debug, Default)]
pub(crate) struct Younger {
    pub(crate) actions: Vec<Box<str>>,
    pub(crate) services: Vec<Box<str>>,
}

impl<'a> Document<'a> {
    pub(crate) fn new(policy: &'a Policy, catalog: Option<&'a Catalog>, younger: &Younger) -> Self {
        let part = |(index, statement): (usize, &'a Statement)| {
            let entry = |it: &'a Spanned<ActionPattern>| Entry {
                span: it.span,
                pattern: &it.value,
                names: Names::of(&it.value, catalog, younger),
            };
            Part {
                index,
                statement,
                entries: statement.action.values.iter().map(entry).collect(),
                tests: statement.conditions.iter().map(|it| Test::of(it, catalog)).collect(),
            }
        };
        let statements = policy.statements.iter().enumerate().map(part).collect();
        Self { policy, catalog, statements }
    }

    pub(crate) fn is(&self, policy_type: PolicyType) -> bool {
        self.policy.policy_type == policy_type
    }

    pub(crate) fn is_one_of(&self, types: &[PolicyType]) -> bool {
        types.contains(&self.policy.policy_type)
    }
}

impl<'a> Part<'a> {
    pub(crate) fn allows(&self) -> bool {
        self.statement.effect.value == Effect::Allow
    }

    pub(crate) fn denies(&self) -> bool {
        !self.allows()
    }

    /// True for Action, as opposed to NotAction.
    pub(crate) fn lists_actions(&self) -> bool {
        self.statement.action.polarity == Polarity::Listed
    }

    /// The entries of Resource; none for NotResource and where there is no such element.
    pub(crate) fn resources(&self) -> &'a [Spanned<ResourcePattern>] {
        match &self.statement.resource {
            Some(element) if element.polarity == Polarity::Listed => &element.values,
            _ => &[],
        }
    }

    /// True if an entry names an action that AWS does not have: the statement's actions are not known.
    pub(crate) fn has_faulty_entry(&self) -> bool {
        self.entries.iter().any(|it| {
            matches!(
                it.names,
                Names::UnknownAction | Names::NoMatch | Names::UnknownService | Names::Withdrawn
            )
        })
    }

    /// The listed actions of each entry; none if one of the entries is wider or not known.
    pub(crate) fn listed_entries(&self) -> Option<Vec<(&Entry<'a>, &[ListedAction<'a>])>> {
        let listed = |it| -> Option<(&Entry<'a>, &[ListedAction<'a>])> {
            let it: &Entry<'a> = it;
            match &it.names {
                Names::Listed(actions) => Some((it, actions)),
                _ => None,
            }
        };
        self.entries.iter().map(listed).collect()
    }

    pub(crate) fn tests_of<'s>(&'s self, key: &'s str) -> impl Iterator<Item = &'s Test<'a>> {
        self.tests.iter().filter(move |test| test.is(key))
    }

    pub(crate) fn has_test_of(&self, key: &str) -> bool {
        self.tests_of(key).next().is_some()
    }

    /// The finding with the edit that writes another operator in place of a test's, where the operator
    /// has no other key and the other one is not there yet.
    pub(crate) fn with_operator(&self, draft: Draft, test: &Test<'_>, instead: &str) -> Draft {
        let name = test.condition.operator.span;
        let alone = self.tests.iter().filter(|it| it.condition.operator.span == name).count() == 1;
        let there = self.tests.iter().any(|it| it.condition.operator.value.to_string() == instead);
        let draft = draft.help(format!("use `{instead}`"));
        if alone && !there { draft.edit(false, name, format!("\"{instead}\"")) } else { draft }
    }

    /// True if the statement is about every resource.
    pub(crate) fn covers_every_resource(&self) -> bool {
        self.resources().iter().any(|it| it.value == ResourcePattern::Any)
    }
}

impl<'a> Names<'a> {
    fn of(pattern: &'a ActionPattern, catalog: Option<&'a Catalog>, younger: &Younger) -> Self {
        let ActionPattern::Of { service, name } = pattern else { return Self::Any };
        if service.is_any() && name.is_any() {
            return Self::Any;
        }
        let Some(catalog) = catalog else { return Self::Unknown };
        let named = |pattern: &Pattern, text: &str| {
            pattern.matches(text, CaseRule::AsciiFolded, &NoVariables)
        };
        let is_younger = |text: &str| {
            text.split_once(':')
                .is_some_and(|(prefix, rest)| named(service, prefix) && named(name, rest))
        };
        if younger.services.iter().any(|it| named(service, it))
            || younger.actions.iter().any(|it| is_younger(it))
        {
            return Self::Unknown;
        }
        if let Some(prefix) = service.as_literal() {
            match catalog.service(prefix) {
                None if Catalog::is_gone(prefix, "*") => return Self::Withdrawn,
                None => return Self::UnknownService,
                Some(it) if it.withdrawn => return Self::Withdrawn,
                Some(_) => (),
            }
            if let Some(name) = name.as_literal() {
                return match catalog.action(prefix, name) {
                    None if Catalog::is_gone(prefix, name) => Self::Withdrawn,
                    None => Self::UnknownAction,
                    Some(it) if it.is_withdrawn() => Self::Withdrawn,
                    Some(it) => Self::Listed(vec![it]),
                };
            }
        }
        let found: Vec<ListedAction<'a>> = match service.as_literal() {
            // One service is looked up; a pattern of services walks them all.
            Some(prefix) => {
                let all = catalog.actions(prefix).into_iter();
                all.filter(|it| !it.is_withdrawn() && named(name, it.name())).collect()
            }
            None => catalog.expand(pattern).collect(),
        };
        if !found.is_empty() {
            return Self::Listed(found);
        }
        let gone = catalog
            .services()
            .iter()
            .filter(|it| named(service, &it.prefix))
            .flat_map(|it| catalog.actions(&it.prefix))
            .any(|it| it.is_withdrawn() && named(name, it.name()));
        if gone { Self::Withdrawn } else { Self::NoMatch }
    }
}
