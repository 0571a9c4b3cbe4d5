//! Documented facts about the values of one key or name alone, as far as a question assumes them: the
//! theories and the checker know them by themselves.

/// A documented fact about the values of keys and names.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Fact {
    /// Names and paths of users, roles and sessions consist of the characters that IAM accepts.
    Charset,
    /// Service principals are named `name.amazonaws.com`, perhaps with a region or `.cn`.
    Services,
    /// Single-valued keys have one value at most.
    Single,
    /// Values are of the documented type of their key.
    Types,
}

/// The set of facts assumed in a question.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct KeyFacts {
    facts: Vec<Fact>,
}

impl KeyFacts {
    /// The set of all facts.
    pub fn all() -> Self {
        Self { facts: vec![Fact::Charset, Fact::Services, Fact::Single, Fact::Types] }
    }

    /// Adds a fact to the assumed ones.
    pub fn add(&mut self, fact: Fact) {
        if !self.has(fact) {
            self.facts.push(fact);
        }
    }

    /// Tests that a fact is assumed.
    pub fn has(&self, fact: Fact) -> bool {
        self.facts.contains(&fact)
    }
}
