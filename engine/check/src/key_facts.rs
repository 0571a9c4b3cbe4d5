//! KeyFacts facts about single values, which the theories know themselves.

/// What is documented about values.
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

/// The facts that are taken to hold.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct KeyFacts {
    facts: Vec<Fact>,
}

impl KeyFacts {
    /// All of them.
    pub fn all() -> Self {
        Self { facts: vec![Fact::Charset, Fact::Services, Fact::Single, Fact::Types] }
    }

    /// Takes a fact to hold.
    pub fn add(&mut self, fact: Fact) {
        if !self.has(fact) {
            self.facts.push(fact);
        }
    }

    /// Whether a fact is taken to hold.
    pub fn has(&self, fact: Fact) -> bool {
        self.facts.contains(&fact)
    }
}

impl Fact {
    /// The fact that the assumption of this name states about values.
    pub fn of_assumption(name: &str) -> Option<Self> {
        match name {
            "service-principals" => Some(Self::Services),
            "single-valued-keys" => Some(Self::Single),
            "typed-keys" => Some(Self::Types),
            "username-charset" => Some(Self::Charset),
            _ => None,
        }
    }
}
