//! Steps of a certificate, and their JSON.

use serde_json::{Value as Json, json};

use crate::format::{atom_json, read_single_pattern};
use crate::rup::Lit;
use polsim_decide::formula::{Atom, KeyTest, Predicate};
use polsim_decide::text::{CaseRule, KeyName, Pattern};

/// A step of a certificate, in numbers.
///
/// ```
/// # use polsim_check as polsim;
/// let step = polsim::Step::Lemma([-12, -31].into());
/// assert_eq!(step.to_json().to_string(), r#"{"lemma":[-12,-31]}"#);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Step {
    /// An atom that gets the next number: some value of the key matches the pattern.
    Atom(KeyName, Pattern),
    /// A clause that follows from the earlier ones by unit propagation.
    Clause(Box<[Lit]>),
    /// A clause of atoms: no request has all of their opposites.
    Lemma(Box<[Lit]>),
}

impl Step {
    /// The step that adds this atom; none if it is no single case-sensitive pattern on a key.
    pub fn of_atom(atom: &Atom) -> Option<Self> {
        let Atom::Key(key, KeyTest::Some { any_of, hit: true }) = atom else { return None };
        let [Predicate::Text(pattern, CaseRule::Exact)] = &**any_of else { return None };
        Some(Self::Atom(key.clone(), pattern.clone()))
    }

    /// The atom that the step adds.
    pub fn atom(key: &KeyName, pattern: &Pattern) -> Atom {
        let any_of = [Predicate::Text(pattern.clone(), CaseRule::Exact)].into();
        Atom::Key(key.clone(), KeyTest::Some { any_of, hit: true })
    }

    /// The step as JSON.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Atom(key, pattern) => json!({"atom": atom_json(&Self::atom(key, pattern))}),
            Self::Clause(clause) => json!({"clause": clause}),
            Self::Lemma(clause) => json!({"lemma": clause}),
        }
    }

    /// The step of the JSON; none if it is no step.
    pub fn from_json(json: &Json) -> Option<Self> {
        let object = json.as_object().filter(|object| object.len() == 1)?;
        let (name, value) = object.iter().next()?;
        let clause = || -> Option<Box<[Lit]>> {
            let literal = |it: &Json| Lit::try_from(it.as_i64()?).ok().filter(|it| *it != 0);
            value.as_array()?.iter().map(literal).collect()
        };
        match name.as_str() {
            "atom" => read_atom(value),
            "clause" => Some(Self::Clause(clause()?)),
            "lemma" => Some(Self::Lemma(clause()?)),
            _ => None,
        }
    }
}

/// The step of an atom's JSON. Version 1 of the format wrote patterns as policies do.
fn read_atom(value: &Json) -> Option<Step> {
    let text = |name: &str| value.get(name)?.as_str();
    if let Some(like) = text("like") {
        let pattern = Pattern::with_variables(like, true).ok()?;
        return Some(Step::Atom(KeyName::new(text("key")?), pattern));
    }
    let (key, pattern) = read_single_pattern(value)?;
    Some(Step::Atom(key, pattern))
}
