//! Readings: what AWS's pages leave open and a decision may rest on (the register of uncertain
//! rulings, policy language §10).
//!
//! Each reading has a default, by which requests are decided, and one alternative or more. A proof
//! holds under every one of them. Adding a reading is a row here, its emission in the lowering, cases
//! for both sides, and a line in the reference of the tests.

mod network;
mod policy_language;

pub use network::{
    CALLED_VIA_ABSENT, CONSOLE_ENDPOINT_KEYS, CONSOLE_FORWARDED, CONSOLE_PRIVATE_ACCESS_COVERAGE,
    DUALSTACK_ENDPOINT, FORWARDED_ADDRESS, GATEWAY_ENDPOINT_IPV6, ONE_ZONE_ENDPOINT, PARTIAL_ROUTE,
    SERVICE_OWNED_ENDPOINT, TRANSFER_ACCELERATION, TWIN_VPC_ID, UNLISTED_KEY, VIA_SERVICE_ABSENT,
};
pub use policy_language::{
    ALLOW_NOT_PRINCIPAL, AWS_WILDCARD, BARE_IPV6, BOOL_VARIABLE, EMPTY_LIST, ENDPOINT_ACCOUNT,
    FEDERATED_WILDCARD, NOT_PRINCIPAL_PARTIAL, ORGANIZATION_DENIES_ANY, OWN_ACCOUNT_GRANT,
    SESSION_GRANT, SET_IF_EXISTS, SEVERAL_VALUES, TRUST_WILDCARD, UNRESOLVED_VARIABLE,
    WILDCARD_COLONS,
};

/// A ruling that AWS leaves open.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::readings::{self, Reading};
/// let reading: &Reading = readings::find("not-principal-partial").expect("a reading");
/// assert_eq!((reading.default.word, reading.alternatives[0].word), ("denied", "exempt"));
/// ```
#[derive(Debug, Eq, PartialEq)]
pub struct Reading {
    /// The name, as `readings:` of a scenario writes it.
    pub name: &'static str,
    /// The part of AWS that it is about.
    pub kind: Kind,
    /// The entry of the register, or the section of the perimeter notes.
    pub entry: &'static str,
    /// The construct whose meaning is open, as a noun phrase.
    pub about: &'static str,
    /// The side that decides where nobody asks about the others.
    pub default: Side,
    /// The other sides.
    pub alternatives: &'static [Side],
    /// The words of AWS's pages.
    pub pages: &'static str,
    /// The evaluators and experiments that differ from the default, or agree with it.
    pub others: &'static str,
    /// The confidence in the default.
    pub sure: Sure,
    /// The change of a policy that makes it mean the same on every side.
    pub settle: &'static str,
    /// The feature that a request has if the reading can matter to it.
    pub touches: Touches,
}

/// A feature of requests without which a reading cannot change their decision: cheap to tell, and
/// necessary, not sufficient.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::readings::{self, Touches};
/// let reading = readings::find("not-principal-partial").expect("a reading");
/// assert_eq!(reading.touches, Touches::EveryRequest);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Touches {
    /// Every request.
    EveryRequest,
    /// Requests with a context key of two values or more.
    SeveralValues,
}

/// The part of AWS that a reading is about.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::readings::{self, Kind};
/// let reading = readings::find("console-forwarded").expect("a reading");
/// assert_eq!(reading.kind, Kind::Network);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// The policy language and the evaluation logic.
    Language,
    /// The paths of requests, and what they carry.
    Network,
}

/// A side of a reading.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::readings;
/// let reading = readings::find("not-principal-partial").expect("a reading");
/// assert!(reading.default.says.starts_with("AWS denies"));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Side {
    /// The word for it, as `readings:` of a scenario writes it.
    pub word: &'static str,
    /// The sentence that it says about AWS.
    pub says: &'static str,
}

/// The confidence in the default of a reading.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::readings::Sure;
/// assert_eq!(Sure::Likely.as_str(), "likely");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sure {
    /// A page of AWS or an experiment says so, and another page or evaluator says otherwise.
    Likely,
    /// No page says so; other evaluators or the shape of the language speak for it.
    Plausible,
}

impl Sure {
    /// The word of lists and results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Likely => "likely",
            Self::Plausible => "plausible",
        }
    }
}

impl Reading {
    /// The name of the choice that is true where AWS takes the alternative of this word.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::catalog::readings;
    /// let reading = readings::find("not-principal-partial").expect("a reading");
    /// assert_eq!(reading.choice("exempt"), "reading:not-principal-partial");
    /// ```
    pub fn choice(&self, word: &str) -> String {
        let kind = match self.kind {
            Kind::Language => "reading",
            Kind::Network => "network",
        };
        match self.alternatives {
            [_] => format!("{kind}:{}", self.name),
            _ => format!("{kind}:{}={word}", self.name),
        }
    }

    /// The side of this word.
    pub fn side(&self, word: &str) -> Option<&Side> {
        std::iter::once(&self.default).chain(self.alternatives).find(|it| it.word == word)
    }
}

/// The readings, in the order of the register.
pub fn all() -> impl ExactSizeIterator<Item = &'static Reading> {
    ALL.iter().copied()
}

/// The reading of this name.
pub fn find(name: &str) -> Option<&'static Reading> {
    ALL.iter().copied().find(|it| it.name == name)
}

/// The reading and the alternative that a choice is about.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::readings;
/// let (reading, side) = readings::of_choice("reading:not-principal-partial").expect("a reading");
/// assert_eq!((reading.entry, side.word), ("U-15", "exempt"));
/// assert!(readings::of_choice("own:vpce-0a1").is_none());
/// ```
pub fn of_choice(name: &str) -> Option<(&'static Reading, &'static Side)> {
    let of = |it: &'static Reading| {
        let side = it.alternatives.iter().find(|side| it.choice(side.word) == name);
        side.map(|side| (it, side))
    };
    ALL.iter().copied().find_map(of)
}

/// The register.
const ALL: &[&Reading] = &[
    &ALLOW_NOT_PRINCIPAL,
    &AWS_WILDCARD,
    &TRUST_WILDCARD,
    &WILDCARD_COLONS,
    &UNRESOLVED_VARIABLE,
    &NOT_PRINCIPAL_PARTIAL,
    &SEVERAL_VALUES,
    &SET_IF_EXISTS,
    &BOOL_VARIABLE,
    &BARE_IPV6,
    &EMPTY_LIST,
    &SESSION_GRANT,
    &FEDERATED_WILDCARD,
    &OWN_ACCOUNT_GRANT,
    &ORGANIZATION_DENIES_ANY,
    &ENDPOINT_ACCOUNT,
    &VIA_SERVICE_ABSENT,
    &SERVICE_OWNED_ENDPOINT,
    &FORWARDED_ADDRESS,
    &CONSOLE_FORWARDED,
    &CONSOLE_PRIVATE_ACCESS_COVERAGE,
    &ONE_ZONE_ENDPOINT,
    &GATEWAY_ENDPOINT_IPV6,
    &DUALSTACK_ENDPOINT,
    &PARTIAL_ROUTE,
    &CALLED_VIA_ABSENT,
    &CONSOLE_ENDPOINT_KEYS,
    &TWIN_VPC_ID,
    &TRANSFER_ACCELERATION,
    &UNLISTED_KEY,
];

#[cfg(test)]
mod tests {
    use super::{ALL, of_choice};

    #[test]
    fn names_words_and_entries_are_each_once() {
        let mut names: Vec<&str> = ALL.iter().map(|it| it.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
        for reading in ALL {
            let mut words: Vec<&str> = std::iter::once(&reading.default)
                .chain(reading.alternatives)
                .map(|it| it.word)
                .collect();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), reading.alternatives.len() + 1, "{}", reading.name);
        }
    }

    #[test]
    fn a_choice_leads_back_to_its_reading() {
        for reading in ALL {
            for side in reading.alternatives {
                assert_eq!(of_choice(&reading.choice(side.word)), Some((*reading, side)));
            }
        }
    }

    #[test]
    fn no_name_has_a_character_that_smt_or_json_would_have_to_escape() {
        let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        for reading in ALL {
            let words = reading.alternatives.iter().map(|it| it.word);
            assert!(words.chain([reading.name]).all(|it| it.chars().all(plain)), "{reading:?}");
        }
    }
}
