//! The theory of one value where tests of several kinds meet: the question as one about texts.
//!
//! The texts in question are enclosed by a few *regions*, each a pattern set: numbers, digits alone,
//! IPv4 addresses, and so on. In each region the typed tests become pattern sets as far as they can
//! ([`lexical`]); the others are tested on the text that is found, and texts that fail are excluded
//! one by one, a few times. So an answer is never wrong, and it is [`Unknown::Mixture`] only where
//! tests on text meet IPv6 ranges or date-times and neither side settles the matter.

use super::alternatives::{Alternatives, Kind};
use super::value::{Broken, Demands};
use crate::theory::numbers::{self, ValueSet};
use crate::theory::pattern_set::{Class, Part, PatternSet};
use crate::theory::strings::{self, decide_text};
use crate::theory::{Answer, Unknown, addresses, lexical};
use polsim_check::budget::{Exhausted, Steps};
use polsim_check::key_shape::ValueType;
use polsim_decide::formula::Relation;
use polsim_decide::text::Decimal;

/// The number of texts that are excluded in a region before it is given up.
const TRIES: usize = 8;

/// A typed kind that the value must be of, and the literal that requires it; none for the shape.
pub(super) type Required = (Kind, Option<usize>);

/// A condition on the text: a set, the polarity of membership, and the literal behind it.
type Condition = (PatternSet, bool, Option<usize>);

impl Demands<'_> {
    /// A text that meets the demands, of the kinds that are required.
    pub(super) fn by_text(&self, required: &[Required], budget: &mut Steps) -> Answer<String> {
        let mut core: Vec<usize> = required.iter().filter_map(|(_, at)| *at).collect();
        let mut unknown = None;
        if required.is_empty()
            && let Some(likely) = self.addresses_that_match(budget)
            && let Answer::Sat(text) = self.in_region(&likely, budget)
        {
            return Answer::Sat(text);
        }
        for region in self.regions(required) {
            match self.in_region(&region, budget) {
                Answer::Sat(text) => return Answer::Sat(text),
                Answer::Unsat(some) => core.extend(some),
                Answer::Unknown(Unknown::Budget) => return Answer::Unknown(Unknown::Budget),
                Answer::Unknown(reason) => unknown = Some(reason),
            }
        }
        unknown.map_or_else(|| Answer::Unsat(core), Answer::Unknown)
    }

    /// The IPv4 addresses that the ranges leave, where both patterns and ranges constrain the value:
    /// the likeliest texts.
    fn addresses_that_match(&self, budget: &mut Steps) -> Option<Vec<Condition>> {
        let mixed = self.hits.iter().any(|hit| hit.kind == Some(Kind::Text))
            && self.misses.iter().any(|(_, it)| it.has(Kind::Address));
        if !mixed {
            return None;
        }
        let (_, literals) = self.literals(Kind::Address, |it| &it.addresses);
        let all: Vec<usize> = (0..literals.len()).collect();
        let set = addresses::solutions(&literals, &all, budget).ok()?;
        Some(vec![(lexical::ipv4(&set)?, true, None)])
    }

    /// Regions that hold every text of the required kinds.
    fn regions(&self, required: &[Required]) -> Vec<Vec<Condition>> {
        let needs = |wanted| required.iter().any(|(kind, _)| *kind == wanted);
        let within = |language: PatternSet| vec![(language, true, None)];
        let four = || self.sets(Kind::Address, |it| lexical::ipv4(&it.addresses));
        if needs(Kind::Address) {
            let any = self.any_ipv4().map_or_else(Vec::new, within);
            let six = self.sets(Kind::Address, |it| {
                let none = (!it.addresses.has_ipv6()).then(PatternSet::never);
                none.or_else(|| Some(lexical::around_ipv6()))
            });
            let six = six.into_iter().filter(|(_, sign, _)| *sign).collect();
            return vec![[any, four()].concat(), [within(lexical::around_ipv6()), six].concat()];
        }
        let numbers = self.sets(Kind::Number, |it| Some(lexical::numbers(&it.numbers)));
        let whole = || {
            let dates = self.sets(Kind::Date, |it| {
                let seconds = it.dates.map(|instant| numbers::seconds(*instant))?;
                Some(lexical::numbers(&seconds))
            });
            [within(lexical::digits()), within(epochs()), dates, numbers.clone()].concat()
        };
        match (needs(Kind::Number), needs(Kind::Date)) {
            (true, false) => vec![[within(lexical::any_number()), numbers].concat()],
            (false, true) if self.shape == ValueType::Epoch => vec![whole()],
            (false, true) => vec![whole(), within(lexical::around_date_time())],
            (true, true) => {
                let years = [within(lexical::negative_years()), numbers.clone()].concat();
                vec![whole(), years]
            }
            (false, false) => {
                let typed = |kind: &Kind| matches!(kind, Kind::Address | Kind::Number | Kind::Date);
                if !self.misses.iter().any(|(_, it)| it.kinds.iter().any(typed)) {
                    return vec![Vec::new()];
                }
                let rest = [within(lexical::typed_characters()), numbers, four()].concat();
                vec![within(lexical::untyped()), rest]
            }
        }
    }

    /// The IPv4 addresses, where only the shape requires an address.
    fn any_ipv4(&self) -> Option<PatternSet> {
        lexical::ipv4(&addresses::AddressSet::all()).filter(|_| self.shape == ValueType::Address)
    }

    /// The conditions that literals of a typed kind put on the text; those without a pattern set are
    /// left out.
    fn sets(
        &self,
        kind: Kind,
        language: impl Fn(&Alternatives) -> Option<PatternSet>,
    ) -> Vec<Condition> {
        let (indices, literals) = self.literals(kind, |it| it);
        literals
            .into_iter()
            .zip(indices)
            .filter_map(|((it, sign), at)| Some((language(it)?, sign, Some(at))))
            .collect()
    }

    /// A text that meets the demands and these conditions.
    fn in_region(&self, region: &[Condition], budget: &mut Steps) -> Answer<String> {
        let conditions = self.on_text();
        let mut indices: Vec<Option<usize>> = Vec::new();
        let mut question: Vec<strings::Literal<'_>> = Vec::new();
        for hit in self.hits.iter().filter(|hit| hit.kind == Some(Kind::Text)) {
            indices.push(Some(hit.at));
            question.push((&hit.alternatives.language, true));
        }
        for (at, alternatives) in &self.misses {
            for language in &alternatives.languages {
                indices.push(Some(*at));
                question.push((language, false));
            }
        }
        for (language, sign, at) in conditions.iter().chain(region) {
            indices.push(*at);
            question.push((language, *sign));
        }
        self.search(&question, &indices, budget).unwrap_or_else(Answer::from)
    }

    /// Tries texts of the question until one meets the demands. The empty text comes last, as a value
    /// that is present but empty is rare.
    fn search(
        &self,
        question: &[strings::Literal<'_>],
        indices: &[Option<usize>],
        budget: &mut Steps,
    ) -> Result<Answer<String>, Exhausted> {
        let mut failed = vec![PatternSet::literal("")];
        let mut rejected: Vec<usize> = Vec::new();
        for _ in 0..TRIES {
            let mut question = question.to_vec();
            question.extend(failed.iter().map(|text| (text, false)));
            match decide_text(&question, budget) {
                Answer::Sat(text) => {
                    budget.spend(self.size())?;
                    match self.first_broken(&text) {
                        None => return Ok(Answer::Sat(text)),
                        Some(Broken::Literal(at)) => rejected.push(at),
                        Some(Broken::Shape) => (),
                    }
                    failed.push(PatternSet::literal(&text));
                }
                Answer::Unsat(core) => {
                    let literal = |at: usize| indices.get(at).copied().flatten();
                    rejected.extend(core.into_iter().filter_map(literal));
                    match self.first_broken("") {
                        None => return Ok(Answer::Sat(String::new())),
                        Some(Broken::Literal(at)) => rejected.push(at),
                        Some(Broken::Shape) => (),
                    }
                    return Ok(Answer::Unsat(rejected));
                }
                Answer::Unknown(reason) => return Ok(Answer::Unknown(reason)),
            }
        }
        Ok(Answer::Unknown(self.mixture()))
    }

    /// The conditions of the shape, of blankness, of exclusions and of the tests with few texts.
    fn on_text(&self) -> Vec<Condition> {
        let shape = language(self.shape).map(|language| (language, true, None));
        let empty = self.empty.iter().map(|(at, it)| (PatternSet::literal(""), *it, Some(*at)));
        let excluded = self.excluded.iter().map(|it| (PatternSet::literal(it), false, None));
        let few = self.misses.iter().flat_map(|(at, it)| it.few.iter().map(move |it| (it, at)));
        let few = few.map(|(text, at)| (PatternSet::literal(text), false, Some(*at)));
        shape.into_iter().chain(empty).chain(excluded).chain(few).collect()
    }

    /// The mixture of two literals that are not decided together.
    fn mixture(&self) -> Unknown {
        let hits = self.hits.iter().filter_map(|hit| Some((hit.kind?, hit.at)));
        let misses =
            self.misses.iter().flat_map(|(at, it)| it.kinds.iter().map(|kind| (*kind, *at)));
        let literals: Vec<(Kind, usize)> = hits.chain(misses).collect();
        let Some((first, one)) = literals.first().copied() else { return Unknown::Budget };
        let other = literals.iter().find(|(kind, _)| *kind != first).map_or(one, |(_, at)| *at);
        Unknown::Mixture(one.min(other), one.max(other))
    }
}

/// The numbers up to the last epoch second that can be written.
fn epochs() -> PatternSet {
    match i64::MAX.to_string().parse::<Decimal>() {
        Ok(last) => lexical::numbers(&ValueSet::of_relations([(Relation::LessOrEqual, &last)])),
        Err(_) => lexical::any_number(),
    }
}

/// A superset of the texts of the shape; `None` for all texts.
fn language(shape: ValueType) -> Option<PatternSet> {
    match shape {
        ValueType::AccountId => {
            PatternSet::of_parts(&vec![Part::One(Class::Range('0', '9')); 12]).ok()
        }
        ValueType::Arn => Some(PatternSet::any_arn()),
        ValueType::Epoch => Some(lexical::digits()),
        ValueType::Address
        | ValueType::Boolean
        | ValueType::Date
        | ValueType::Number
        | ValueType::Text => None,
    }
}
