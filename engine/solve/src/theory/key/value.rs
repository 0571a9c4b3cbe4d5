//! The theory of one value of a key: it hits all of some tests and misses all of others.
//!
//! Few texts are simply tried. Where a value must be of a typed kind, or may be, values of that kind
//! come first: points of the intersection of its sets, in the usual spelling. They settle all
//! questions about one kind. What they leave open, because tests of several kinds meet, is a question
//! about texts ([`super::regions`]).

use std::net::IpAddr;

use super::alternatives::{Alternatives, Kind};
use crate::theory::addresses;
use crate::theory::numbers::{self, ValueSet};
use crate::theory::{Answer, Unknown};
use polsim_check::budget::Steps;
use polsim_check::key_shape::ValueType;
use polsim_decide::text::{Decimal, Instant};

/// The number of typed values that are tried where tests of other kinds constrain the value too.
const TRIES: usize = 8;

/// The number of texts up to which a test is decided by trying them.
const FEW_TEXTS: usize = 4096;

/// The demands on one value.
#[derive(Clone)]
pub(super) struct Demands<'t> {
    pub(super) shape: ValueType,
    hints: &'t [&'t str],
    /// Literals whose predicates are to be hit.
    pub(super) hits: Vec<Hit<'t>>,
    /// Literals whose predicates are all to be missed.
    pub(super) misses: Vec<(usize, &'t Alternatives)>,
    /// Literals that demand the empty text, or that it is not.
    pub(super) empty: Vec<(usize, bool)>,
    /// Excluded texts: another value is wanted.
    pub(super) excluded: Vec<String>,
}

/// A literal whose predicates are to be hit.
#[derive(Clone)]
pub(super) struct Hit<'t> {
    pub(super) at: usize,
    pub(super) alternatives: &'t Alternatives,
    /// The kind of predicate that is to be hit; none while there are several kinds to choose from,
    /// or no predicate at all.
    pub(super) kind: Option<Kind>,
}

/// A part of the demands that a value breaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Broken {
    /// The literal at this index.
    Literal(usize),
    /// The shape of the key, or an exclusion.
    Shape,
}

impl<'t> Demands<'t> {
    /// The demands of the shape alone.
    pub(super) fn new(shape: ValueType, hints: &'t [&'t str]) -> Self {
        Self {
            shape,
            hints,
            hits: Vec::new(),
            misses: Vec::new(),
            empty: Vec::new(),
            excluded: Vec::new(),
        }
    }

    /// Adds a literal: the value hits, or misses, `alternatives`.
    pub(super) fn add(&mut self, at: usize, alternatives: &'t Alternatives, hit: bool) {
        if hit {
            let kind = match alternatives.kinds[..] {
                [only] => Some(only),
                _ => None,
            };
            self.hits.push(Hit { at, alternatives, kind });
        } else {
            self.misses.push((at, alternatives));
        }
    }

    /// Adds a literal: the value is empty, or is not.
    pub(super) fn add_empty(&mut self, at: usize, empty: bool) {
        self.empty.push((at, empty));
    }

    /// Excludes one value: another is wanted.
    pub(super) fn exclude(&mut self, value: &str) {
        self.excluded.push(value.to_owned());
    }

    /// A value that meets the demands.
    pub(super) fn find(&self, budget: &mut Steps) -> Answer<String> {
        // A literal that can be hit in ways of several kinds: one after the other.
        if let Some(open) = self.hits.iter().position(|hit| hit.kind.is_none()) {
            return self.split(open, budget);
        }
        for hint in self.hints {
            if budget.spend(self.size()).is_err() {
                return Answer::Unknown(Unknown::Budget);
            }
            if self.first_broken(hint).is_none() {
                return Answer::Sat((*hint).to_owned());
            }
        }
        if let Some((source, texts)) = self.few_texts() {
            return self.try_all(source, &texts, budget);
        }
        self.typed(budget)
    }

    /// Tries the kinds of the hit at `open` one by one.
    fn split(&self, open: usize, budget: &mut Steps) -> Answer<String> {
        let Some(Hit { at, alternatives, .. }) = self.hits.get(open) else {
            return Answer::Unsat(Vec::new());
        };
        let mut core = vec![*at];
        let mut unknown = None;
        for kind in &alternatives.kinds {
            let mut narrowed = self.clone();
            if let Some(hit) = narrowed.hits.get_mut(open) {
                hit.kind = Some(*kind);
            }
            match narrowed.find(budget) {
                Answer::Sat(value) => return Answer::Sat(value),
                Answer::Unsat(some) => core.extend(some),
                Answer::Unknown(reason) => unknown = Some(reason),
            }
        }
        unknown.map_or_else(|| Answer::Unsat(core), Answer::Unknown)
    }

    /// The texts that the value must be among, if a demand has few, and the literal behind it.
    fn few_texts(&self) -> Option<(Option<usize>, Vec<String>)> {
        if let Some((at, _)) = self.empty.iter().find(|(_, empty)| *empty) {
            return Some((Some(*at), vec![String::new()]));
        }
        let mut best: Option<(Option<usize>, Vec<String>)> = None;
        if self.shape == ValueType::Boolean {
            best = Some((None, vec!["true".to_owned(), "false".to_owned()]));
        }
        for Hit { at, alternatives, kind } in &self.hits {
            let texts = match kind {
                Some(Kind::Few) => Some(alternatives.few.clone()),
                Some(Kind::Text) => alternatives.language.texts(FEW_TEXTS),
                _ => None,
            };
            if let Some(texts) = texts
                && best.as_ref().is_none_or(|(_, best)| texts.len() < best.len())
            {
                best = Some((Some(*at), texts));
            }
        }
        best
    }

    /// Tries these texts, which are all there are for the literal `source`.
    fn try_all(
        &self,
        source: Option<usize>,
        texts: &[String],
        budget: &mut Steps,
    ) -> Answer<String> {
        let mut core: Vec<usize> = source.into_iter().collect();
        for text in texts {
            if budget.spend(self.size()).is_err() {
                return Answer::Unknown(Unknown::Budget);
            }
            match self.first_broken(text) {
                None => return Answer::Sat(text.clone()),
                Some(Broken::Literal(at)) => core.push(at),
                Some(Broken::Shape) => (),
            }
        }
        Answer::Unsat(core)
    }

    pub(super) fn size(&self) -> usize {
        let hits = self.hits.iter().map(|hit| hit.alternatives.size());
        let misses = self.misses.iter().map(|(_, it)| it.size());
        hits.chain(misses).fold(1, usize::saturating_add)
    }

    /// A demand that `value` breaks, if there is one.
    pub(super) fn first_broken(&self, value: &str) -> Option<Broken> {
        if !self.shape.admits(value) || self.excluded.iter().any(|it| it == value) {
            return Some(Broken::Shape);
        }
        let empty = self.empty.iter().find(|(_, empty)| *empty != value.is_empty());
        let hit = || {
            self.hits.iter().find(|hit| match hit.kind {
                Some(kind) => !hit.alternatives.hit_as(kind, value),
                None => !hit.alternatives.hit_by(value),
            })
        };
        let miss = || self.misses.iter().find(|(_, it)| it.hit_by(value));
        empty
            .map(|(at, _)| *at)
            .or_else(|| hit().map(|hit| hit.at))
            .or_else(|| miss().map(|(at, _)| *at))
            .map(Broken::Literal)
    }

    /// The typed kinds that the value must be of, each with the literal that requires it.
    fn required(&self) -> Vec<(Kind, Option<usize>)> {
        let shape = match self.shape {
            ValueType::Address => Some(Kind::Address),
            ValueType::Date | ValueType::Epoch => Some(Kind::Date),
            ValueType::Number => Some(Kind::Number),
            _ => None,
        };
        let mut required: Vec<(Kind, Option<usize>)> =
            shape.into_iter().map(|kind| (kind, None)).collect();
        for hit in &self.hits {
            if let Some(kind) = hit.kind
                && kind != Kind::Text
                && !required.iter().any(|(known, _)| *known == kind)
            {
                required.push((kind, Some(hit.at)));
            }
        }
        required
    }

    /// The answer by the typed kinds that the value must be of, if any.
    fn typed(&self, budget: &mut Steps) -> Answer<String> {
        let required = self.required();
        let address = required.iter().find(|(kind, _)| *kind == Kind::Address);
        let other = required.iter().find(|(kind, _)| *kind != Kind::Address);
        // No text is both an address and a number or a date.
        if let (Some((_, one)), Some((_, two))) = (address, other) {
            return Answer::Unsat(one.iter().chain(two).copied().collect());
        }
        if required.is_empty() {
            return self.untyped(budget);
        }
        for (kind, _) in &required {
            match self.points(*kind, budget) {
                Answer::Sat(values) => {
                    if let Some(value) = self.first_good(&values, budget) {
                        return Answer::Sat(value);
                    }
                }
                Answer::Unsat(mut core) => {
                    core.extend(required.iter().filter_map(|(_, at)| *at));
                    return Answer::Unsat(core);
                }
                Answer::Unknown(reason) => return Answer::Unknown(reason),
            }
        }
        self.by_text(&required, budget)
    }

    /// The answer where no typed kind is required: a value of a typed kind that a test asks about,
    /// else a text.
    fn untyped(&self, budget: &mut Steps) -> Answer<String> {
        let mut kinds: Vec<Kind> =
            self.misses.iter().flat_map(|(_, it)| it.kinds.iter().copied()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for kind in kinds {
            let values = match kind {
                Kind::Text => continue,
                Kind::Few => vec!["true".to_owned(), "false".to_owned()],
                _ => match self.points(kind, budget) {
                    Answer::Sat(values) => values,
                    Answer::Unsat(_) => continue,
                    Answer::Unknown(reason) => return Answer::Unknown(reason),
                },
            };
            if let Some(value) = self.first_good(&values, budget) {
                return Answer::Sat(value);
            }
        }
        self.by_text(&[], budget)
    }

    fn first_good(&self, values: &[String], budget: &mut Steps) -> Option<String> {
        values
            .iter()
            .find(|value| budget.spend(self.size()).is_ok() && self.first_broken(value).is_none())
            .cloned()
    }

    /// Values that meet the demands on the value read as `kind`, the most plausible first; unsat if
    /// there is none at all.
    fn points(&self, kind: Kind, budget: &mut Steps) -> Answer<Vec<String>> {
        match kind {
            Kind::Address => {
                let (indices, literals) = self.literals(kind, |it| &it.addresses);
                let answer = addresses::find_address(&literals, budget);
                answer.map(spellings_of_address).renumbered(at(&indices))
            }
            Kind::Number => {
                let (indices, literals) = self.literals(kind, |it| &it.numbers);
                values(&literals, spellings_of_number, budget).renumbered(at(&indices))
            }
            Kind::Date => {
                let (indices, literals) = self.literals(kind, |it| &it.dates);
                values(&literals, spellings_of_instant, budget).renumbered(at(&indices))
            }
            Kind::Few | Kind::Text => Answer::Sat(Vec::new()),
        }
    }

    /// The literals about the value read as `kind`, with their indices.
    pub(super) fn literals<Set>(
        &self,
        kind: Kind,
        set: impl Fn(&'t Alternatives) -> &'t Set,
    ) -> (Vec<usize>, Vec<(&'t Set, bool)>) {
        let hits = self
            .hits
            .iter()
            .filter(|hit| hit.kind == Some(kind))
            .map(|hit| (hit.at, (set(hit.alternatives), true)));
        let misses = self
            .misses
            .iter()
            .filter(|(_, it)| it.has(kind))
            .map(|(at, it)| (*at, (set(it), false)));
        hits.chain(misses).unzip()
    }
}

fn at(indices: &[usize]) -> impl Fn(usize) -> usize + '_ {
    |at| indices.get(at).copied().unwrap_or(usize::MAX)
}

/// The values on a line that satisfy the literals, in several spellings.
fn values<Value: numbers::Point>(
    literals: &[(&ValueSet<Value>, bool)],
    spellings: impl Fn(&Value) -> Vec<String>,
    budget: &mut Steps,
) -> Answer<Vec<String>> {
    let all: Vec<usize> = (0..literals.len()).collect();
    match numbers::solutions(literals, &all, budget) {
        Ok(mut values) if !values.is_empty() => {
            values.sort_by_key(Value::looks);
            values.truncate(TRIES);
            Answer::Sat(values.iter().flat_map(spellings).collect())
        }
        Ok(_) => numbers::find_value(literals, budget).map(|value| spellings(&value)),
        Err(exhausted) => exhausted.into(),
    }
}

fn spellings_of_address(address: IpAddr) -> Vec<String> {
    let mut spellings = vec![address.to_string()];
    if let IpAddr::V6(address) = address {
        let segments = address.segments().map(|segment| format!("{segment:x}"));
        spellings.push(segments.join(":"));
    }
    spellings
}

fn spellings_of_number(number: &Decimal) -> Vec<String> {
    let plain = number.to_string();
    let with_point = if plain.contains('.') { format!("{plain}0") } else { format!("{plain}.0") };
    let zeros = match plain.strip_prefix('-') {
        Some(digits) => format!("-0{digits}"),
        None => format!("0{plain}"),
    };
    vec![plain, with_point, zeros]
}

fn spellings_of_instant(instant: &Instant) -> Vec<String> {
    numbers::write(*instant).into_iter().chain(numbers::epoch(*instant)).collect()
}
