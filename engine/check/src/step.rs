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
    /// An atom that gets the next number: some value of a key matches one pattern, letters folded or
    /// not.
    Atom(Atom),
    /// A clause that follows from the earlier ones by unit propagation.
    Clause(Box<[Lit]>),
    /// A clause of atoms: no request has all of their opposites.
    Lemma(Box<[Lit]>),
}

impl Step {
    /// The step that adds this atom; none if it is no single pattern on a key.
    pub fn of_atom(atom: &Atom) -> Option<Self> {
        let Atom::Key(key, KeyTest::Some { any_of, hit: true }) = atom else { return None };
        let [Predicate::Text(pattern, case)] = &**any_of else { return None };
        let known = matches!(case, CaseRule::Exact | CaseRule::Folded);
        known.then(|| Self::Atom(one_pattern(key.clone(), pattern.clone(), *case)))
    }

    /// The step as JSON.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Atom(atom) => json!({"atom": atom_json(atom)}),
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
            "atom" => read_atom(value).map(Self::Atom),
            "clause" => Some(Self::Clause(clause()?)),
            "lemma" => Some(Self::Lemma(clause()?)),
            _ => None,
        }
    }
}

/// The atom that some value of the key matches the pattern.
fn one_pattern(key: KeyName, pattern: Pattern, case: CaseRule) -> Atom {
    let any_of = [Predicate::Text(pattern, case)].into();
    Atom::Key(key, KeyTest::Some { any_of, hit: true })
}

/// The atom of a step's JSON. Version 1 of the format wrote patterns as policies do.
fn read_atom(json: &Json) -> Option<Atom> {
    let text = |name: &str| json.get(name)?.as_str();
    let Some(like) = text("like") else {
        let (key, pattern, case) = read_single_pattern(json)?;
        return Some(one_pattern(key, pattern, case));
    };
    let pattern = Pattern::with_variables(like, true).ok()?;
    let case = match json.get("case") {
        None => CaseRule::Exact,
        Some(case) if *case == json!("folded") => CaseRule::Folded,
        Some(_) => return None,
    };
    Some(one_pattern(KeyName::new(text("key")?), pattern, case))
}
