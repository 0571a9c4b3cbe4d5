//! Questions as SMT-LIB 2.6, for a second opinion.
//!
//! [`Script::new`] writes the formula that the solver decides and the facts that every request
//! satisfies, so that any solver for strings with regular expressions can decide it too. It is
//! written from what the atoms say (policy language §2 to §4) and calls neither the theories nor the
//! rewriting that the prover does before it searches: two ways to the same answer.
//!
//! | of a request | in SMT-LIB |
//! | --- | --- |
//! | kind of requester, presence of keys | booleans |
//! | names, accounts, components of ARNs, values | strings; what says a thing twice is one constant |
//! | addresses | bit vectors of 32 and 128 bits, by family |
//! | numbers | reals |
//! | dates | integers: nanoseconds, the grain of the language's dates |
//! | several values of a key | as many constants as any request needs (`needs`) |
//! | lists of patterns | one regular expression, letters in both cases where case does not matter |
//! | policy variables | `str.++`, and positions for the asterisks around them (`variables`) |
//!
//! Where a script has models that no request is, it says so ([`Script::inexact`]): then only `unsat`
//! is an answer.

mod atoms;
mod keys;
mod needs;
mod regex;
mod request;
mod term;
#[cfg(test)]
mod tests;
mod values;
mod variables;

use std::collections::BTreeMap;

use keys::Keys;
use needs::Needs;
use polsim_check::key_facts::KeyFacts;
use polsim_decide::formula::{Atom, FormulaId, Formulas, Node};
use polsim_decide::text::KeyName;
use regex::Patterns;
use request::Request;
use term::{and, comment, not, or};

/// An asserted formula with its description.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// The description, written as a comment above the assertion.
    pub what: String,
    /// The formula that must hold.
    pub formula: FormulaId,
}

/// A question in SMT-LIB.
#[derive(Clone, Debug)]
pub struct Script {
    text: String,
    inexact: Vec<String>,
}

impl Script {
    /// The script that asks for a request for which all of `assertions` hold. `names` has the origins
    /// of formulas, for comments; `satisfiable` is the expected answer, if it is known.
    pub fn new(
        formulas: &Formulas,
        documented: &KeyFacts,
        assertions: &[Assertion],
        names: &BTreeMap<FormulaId, String>,
        title: &str,
        satisfiable: Option<bool>,
    ) -> Self {
        let roots: Vec<FormulaId> = assertions.iter().map(|it| it.formula).collect();
        let mut writer = Writer {
            formulas,
            documented,
            needs: Needs::of(formulas, &roots),
            request: Request::default(),
            keys: Keys::default(),
            patterns: Patterns::default(),
            folds: false,
            names,
            named: BTreeMap::new(),
            body: Vec::new(),
            unsaid: Vec::new(),
            choices: Vec::new(),
        };
        for assertion in assertions {
            let term = writer.named(assertion.formula);
            let says_something = term != "true";
            writer.body.push(format!("; {}", comment(&assertion.what)));
            writer.body.extend(says_something.then(|| format!("(assert {term})")));
        }
        let mut lines = vec![format!("; {}", comment(title))];
        let mut head = Vec::new();
        writer.request.declare(documented, &mut head);
        let mut inexact = writer.keys.declare(&mut head);
        inexact.extend(writer.unsaid.iter().map(|(_, what)| format!("not written out: {what}")));
        lines.extend(
            inexact.iter().map(|it| format!("; only `unsat` is an answer: {}", comment(it))),
        );
        lines.push("(set-info :smt-lib-version 2.6)".to_owned());
        lines.push("(set-info :category \"industrial\")".to_owned());
        if let Some(satisfiable) = satisfiable.filter(|it| inexact.is_empty() || !it) {
            let word = if satisfiable { "sat" } else { "unsat" };
            lines.push(format!("(set-info :status {word})"));
        }
        lines.push("(set-logic ALL)".to_owned());
        lines.push(regex::DEFINITIONS.trim_end().to_owned());
        lines.extend(writer.folds.then(variables::fold_definition));
        lines.extend(head);
        lines.extend(writer.unsaid.iter().map(|(name, _)| format!("(declare-const {name} Bool)")));
        lines.extend(writer.choices.iter().map(|name| format!("(declare-const {name} Bool)")));
        lines.extend(writer.body);
        lines.push("(check-sat)".to_owned());
        lines.push(String::new());
        Self { text: lines.join("\n"), inexact }
    }

    /// The text of the script.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The respects in which the script has models that no request is; if there are any, `sat` is no
    /// answer.
    pub fn inexact(&self) -> &[String] {
        &self.inexact
    }
}

/// A writer of formulas, which records the parts of the request that they read.
struct Writer<'a> {
    formulas: &'a Formulas,
    documented: &'a KeyFacts,
    needs: Needs,
    request: Request,
    keys: Keys,
    patterns: Patterns,
    /// The origins of formulas.
    names: &'a BTreeMap<FormulaId, String>,
    /// The terms of formulas.
    named: BTreeMap<FormulaId, String>,
    /// The definitions and assertions so far.
    body: Vec<String>,
    /// A use of `fold`, which then has to be defined.
    folds: bool,
    /// Free booleans for tests that cannot be written out, with a description of each.
    unsaid: Vec<(String, String)>,
    /// The constants of the choices that the formulas read.
    choices: Vec<String>,
}

impl Writer<'_> {
    /// The term for a formula, which is defined if it is not yet and is more than a word.
    fn named(&mut self, id: FormulaId) -> String {
        let formulas = self.formulas;
        let term = match formulas.node(id) {
            Node::Truth(value) => return value.to_string(),
            Node::Not(inner) => return not(&self.named(*inner)),
            _ if self.named.contains_key(&id) => {
                return self.named.get(&id).cloned().unwrap_or_default();
            }
            Node::Atom(atom) => {
                formulas.atom_of(*atom).map_or_else(|| "false".to_owned(), |it| self.atom(it))
            }
            Node::All(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.named(*part)).collect();
                and(parts)
            }
            Node::Any(parts) => self.any(parts),
        };
        let name = if term.starts_with('(') {
            let name = format!("f{}", id.index());
            self.body.extend(self.names.get(&id).map(|name| format!("; {}", comment(name))));
            self.body.push(format!("(define-fun {name} () Bool {term})"));
            name
        } else {
            term
        };
        self.named.insert(id, name.clone());
        name
    }

    /// The disjunction of the parts; patterns of actions and resources are put together.
    fn any(&mut self, parts: &[FormulaId]) -> String {
        let formulas = self.formulas;
        let (mut actions, mut resources, mut ways) = (Vec::new(), Vec::new(), Vec::new());
        for part in parts {
            let atom = match formulas.node(*part) {
                Node::Atom(atom) => formulas.atom_of(*atom),
                _ => None,
            };
            match atom {
                Some(Atom::Action(pattern)) => actions.push(pattern),
                Some(Atom::Resource(pattern)) => resources.push(pattern),
                _ => ways.push(self.named(*part)),
            }
        }
        if !actions.is_empty() {
            ways.push(self.any_action(&actions));
        }
        if !resources.is_empty() {
            ways.push(self.any_resource(&resources));
        }
        or(ways)
    }

    /// The number of a context key.
    fn key(&mut self, key: &KeyName) -> usize {
        self.keys.number(key, self.documented, &self.needs)
    }

    /// The constant of a choice: a free boolean, which is no inexactness, as a choice is one.
    fn choice(&mut self, name: &str) -> String {
        // Quoted symbols hold anything but a bar and a backslash, of which names have none.
        let constant = format!("|{name}|");
        if !self.choices.contains(&constant) {
            self.choices.push(constant.clone());
        }
        constant
    }

    /// The free boolean of a test that is not written out.
    fn unsaid(&mut self, what: &str) -> String {
        if let Some((name, _)) = self.unsaid.iter().find(|(_, known)| known == what) {
            return name.clone();
        }
        let name = format!("unsaid-{}", self.unsaid.len());
        self.unsaid.push((name.clone(), what.to_owned()));
        name
    }
}
