//! The predicates of one test by kind: as pattern sets, as a set of addresses, of numbers, …

use crate::theory::addresses::AddressSet;
use crate::theory::numbers::ValueSet;
use crate::theory::pattern_set::{HasVariable, PatternSet};
use polsim_decide::formula::Predicate;
use polsim_decide::text::{Base64Texts, Decimal, Instant, NoVariables};

/// The kind as which a predicate reads a value.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Kind {
    /// Text under patterns: every value is a text.
    Text,
    /// IP address, of either family.
    Address,
    /// Decimal number, in any spelling.
    Number,
    /// A date-time or epoch seconds.
    Date,
    /// Finite kind: truth values in any spelling, bytes in base64.
    Few,
}

/// The predicates of one test; a value hits if it satisfies one of them.
#[derive(Clone, Debug)]
pub(super) struct Alternatives {
    predicates: Box<[Predicate]>,
    /// The kinds that occur.
    pub(super) kinds: Vec<Kind>,
    /// The patterns, each a set of its own.
    pub(super) languages: Vec<PatternSet>,
    /// The union of all patterns.
    pub(super) language: PatternSet,
    /// The addresses of all ranges.
    pub(super) addresses: AddressSet,
    /// The numbers that stand in one of the relations.
    pub(super) numbers: ValueSet<Decimal>,
    /// The instants that stand in one of the relations.
    pub(super) dates: ValueSet<Instant>,
    /// The spellings of the truth values and bytes.
    pub(super) few: Vec<String>,
}

impl Alternatives {
    /// The alternatives of `predicates`, which must be without policy variables.
    pub(super) fn new(predicates: &[Predicate]) -> Result<Self, HasVariable> {
        let (mut languages, mut ranges, mut few) = (Vec::new(), Vec::new(), Vec::new());
        let (mut numbers, mut dates) = (Vec::new(), Vec::new());
        let mut kinds = Vec::new();
        for predicate in predicates {
            kinds.extend(kind(predicate));
            match predicate {
                Predicate::Address(range) => ranges.push(range),
                Predicate::Arn(components) => languages.push(PatternSet::components(components)?),
                Predicate::Binary(bytes) => few.extend(Base64Texts::of(bytes).all()),
                Predicate::Bool(truth) => few.extend(spellings_of_truth(*truth)),
                Predicate::Date(relation, instant) => dates.push((*relation, instant)),
                Predicate::Never => (),
                Predicate::Number(relation, number) => numbers.push((*relation, number)),
                Predicate::Text(pattern, case) => languages.push(PatternSet::text(pattern, *case)?),
            }
        }
        kinds.sort_unstable();
        kinds.dedup();
        Ok(Self {
            predicates: predicates.into(),
            kinds,
            language: PatternSet::union(&languages),
            languages,
            addresses: AddressSet::of_ranges(ranges),
            numbers: ValueSet::of_relations(numbers),
            dates: ValueSet::of_relations(dates),
            few,
        })
    }

    /// Tests for a value that satisfies one of the predicates.
    pub(super) fn hit_by(&self, value: &str) -> bool {
        self.predicates.iter().any(|predicate| predicate.test(value, &NoVariables))
    }

    /// Tests for a value that satisfies one of the predicates of `kind`.
    pub(super) fn hit_as(&self, wanted: Kind, value: &str) -> bool {
        self.predicates
            .iter()
            .filter(|predicate| kind(predicate) == Some(wanted))
            .any(|predicate| predicate.test(value, &NoVariables))
    }

    /// The number of predicates plus one: the cost of a test.
    pub(super) fn size(&self) -> usize {
        self.predicates.len().saturating_add(1)
    }

    /// Tests for predicates of this kind.
    pub(super) fn has(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }
}

fn kind(predicate: &Predicate) -> Option<Kind> {
    match predicate {
        Predicate::Address(_) => Some(Kind::Address),
        Predicate::Arn(_) | Predicate::Text(..) => Some(Kind::Text),
        Predicate::Binary(_) | Predicate::Bool(_) => Some(Kind::Few),
        Predicate::Date(..) => Some(Kind::Date),
        Predicate::Never => None,
        Predicate::Number(..) => Some(Kind::Number),
    }
}

/// `true` or `false` in every mixture of cases, the plain one first.
fn spellings_of_truth(truth: bool) -> Vec<String> {
    let plain = if truth { "true" } else { "false" };
    let mut spellings = vec![String::new()];
    for c in plain.chars() {
        spellings = [c, c.to_ascii_uppercase()]
            .iter()
            .flat_map(|c| spellings.iter().map(move |head| format!("{head}{c}")))
            .collect();
    }
    spellings
}
