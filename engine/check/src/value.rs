//! Single values: decides that no value of a shape satisfies a conjunction of constraints.

use crate::breakpoints;
use crate::budget::{Exhausted, Steps};
use crate::constraint::{Constraint, Kind, has_variable};
use crate::key_shape::ValueType;
use crate::lexical;
use crate::predicate_language;
use crate::regex::{self, Regex};
use polsim_decide::formula::Predicate;
use polsim_decide::request::is_account_id;
use polsim_decide::text::{Arn, CaseRule, Decimal, Instant, NoVariables, parse_address};

/// Upper bound on candidate texts that turn out to violate a constraint and are excluded one by one.
const MAX_TRIES: usize = 16;

/// Tests that surely no value of the shape that is in all languages of `within` satisfies all
/// constraints; `empty` demands, or forbids, the empty text.
pub(crate) fn is_impossible(
    constraints: &[Constraint<'_>],
    empty: Option<bool>,
    (shape, within): (ValueType, &[Regex]),
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    let case = Case { constraints, empty, shape, within };
    if constraints.iter().any(|(any_of, _)| any_of.iter().any(has_variable)) {
        return Ok(false);
    }
    // For each constraint to hit a predicate: the kinds of predicates that it may hit.
    let hits: Vec<(usize, Vec<Kind>)> = constraints
        .iter()
        .enumerate()
        .filter(|(_, (_, hit))| *hit)
        .map(|(at, (any_of, _))| {
            let mut kinds: Vec<Kind> = Vec::new();
            for kind in any_of.iter().filter_map(Kind::of) {
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
            (at, kinds)
        })
        .collect();
    let mut choice = Vec::new();
    case.each_choice(&hits, &mut choice, budget)
}

/// The reading of the texts of an enclosure by operators.
#[derive(Clone, Copy)]
struct Reads {
    /// The enclosure holds texts of digits alone, which a date operator reads as seconds.
    epochs: bool,
    /// The enclosure holds IPv4 addresses alone.
    ipv4: bool,
}

/// The value to be found.
struct Case<'c> {
    constraints: &'c [Constraint<'c>],
    empty: Option<bool>,
    shape: ValueType,
    within: &'c [Regex],
}

impl Case<'_> {
    /// Tests that no choice of kinds for the remaining constraints leads to a value.
    fn each_choice(
        &self,
        hits: &[(usize, Vec<Kind>)],
        choice: &mut Vec<(usize, Kind)>,
        budget: &mut Steps,
    ) -> Result<bool, Exhausted> {
        let Some(((at, kinds), rest)) = hits.split_first() else {
            return self.fails(choice, budget);
        };
        for kind in kinds {
            choice.push((*at, *kind));
            let fails = self.each_choice(rest, choice, budget)?;
            choice.pop();
            if !fails {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Tests that no value hits each constraint of `choice` by a predicate of the chosen kind.
    fn fails(&self, choice: &[(usize, Kind)], budget: &mut Steps) -> Result<bool, Exhausted> {
        // The constraints with only the predicates of the chosen kind.
        let narrowed: Vec<(Vec<Predicate>, bool)> = self
            .constraints
            .iter()
            .enumerate()
            .map(|(at, (any_of, hit))| {
                let kind = choice.iter().find(|(own, _)| *own == at).map(|(_, kind)| *kind);
                let keep = |it: &&Predicate| kind.is_none() || Kind::of(it) == kind;
                (any_of.iter().filter(keep).cloned().collect(), *hit)
            })
            .collect();
        let constraints: Vec<Constraint<'_>> =
            narrowed.iter().map(|(any_of, hit)| (&**any_of, *hit)).collect();
        if self.empty == Some(true) {
            return Ok(!self.satisfies_all("", &constraints, budget)?);
        }
        if self.shape == ValueType::Boolean {
            return self.none_of(["true", "false"].map(String::from), &constraints, budget);
        }
        let is = |kind| choice.iter().any(|(_, own)| *own == kind);
        let few = choice.iter().find(|(_, kind)| *kind == Kind::Few);
        if let Some((at, _)) = few
            && let Some((any_of, _)) = constraints.get(*at)
        {
            let texts: Vec<String> =
                any_of.iter().flat_map(predicate_language::spellings).collect();
            return self.none_of(texts, &constraints, budget);
        }
        let address = is(Kind::Address) || self.shape == ValueType::Address;
        let number = is(Kind::Number) || self.shape == ValueType::Number;
        let dated = matches!(self.shape, ValueType::Date | ValueType::Epoch);
        let date = is(Kind::Date) || dated;
        if address && (number || date) {
            return Ok(true);
        }
        if (address && !breakpoints::some_address(&constraints, budget)?)
            || (number && !breakpoints::some_number(&constraints, budget)?)
            || (date && !breakpoints::some_instant(&constraints, budget)?)
        {
            return Ok(true);
        }
        // The texts that may be values of the kinds, in one list of enclosures after the other.
        let enclosures = match (address, number, date) {
            (true, _, _) => vec![lexical::any_ipv4(), predicate_language::ipv6_like()],
            // A date with more than digits in it has a dash behind its year, which no number has.
            (_, true, true) => vec![lexical::digits()],
            (_, true, false) => vec![lexical::any_number()],
            (_, false, true) => vec![lexical::digits(), lexical::date_time()],
            (_, false, false) => vec![Regex::anything()],
        };
        for (at, enclosure) in enclosures.iter().enumerate() {
            let reads = Reads { epochs: date && at == 0, ipv4: address && at == 0 };
            if !self.no_text(&constraints, enclosure, reads, budget)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Tests that no text of the enclosure satisfies the constraints.
    fn no_text(
        &self,
        constraints: &[Constraint<'_>],
        enclosure: &Regex,
        reads: Reads,
        budget: &mut Steps,
    ) -> Result<bool, Exhausted> {
        let mut literals: Vec<(Regex, bool)> = vec![(enclosure.clone(), true)];
        literals.extend(predicate_language::of_shape(self.shape).map(|words| (words, true)));
        literals.extend(self.within.iter().map(|words| (words.clone(), true)));
        if self.empty == Some(false) {
            literals.push((Regex::text("", CaseRule::Exact), false));
        }
        for (any_of, hit) in constraints {
            let read = |it: &Predicate| match it {
                // A range of the other family has none of the texts.
                Predicate::Address(range) if reads.ipv4 => Some(lexical::ipv4(range)),
                _ => predicate_language::of(it, reads.epochs),
            };
            if *hit {
                // A predicate without a language may be hit by any text.
                if let Some(words) = any_of.iter().map(read).collect::<Option<Vec<_>>>() {
                    literals.push((Regex::OneOf(words), true));
                }
            } else {
                literals.extend(any_of.iter().filter_map(read).map(|words| (words, false)));
            }
        }
        for _ in 0..MAX_TRIES {
            let question: Vec<(&Regex, bool)> =
                literals.iter().map(|(words, sign)| (words, *sign)).collect();
            let Some(text) = regex::find(&question, budget)? else { return Ok(true) };
            if self.satisfies_all(&text, constraints, budget)? {
                return Ok(false);
            }
            literals.push((Regex::text(&text, CaseRule::Exact), false));
        }
        Ok(false)
    }

    /// Tests that none of these texts satisfies the constraints.
    fn none_of(
        &self,
        texts: impl IntoIterator<Item = String>,
        constraints: &[Constraint<'_>],
        budget: &mut Steps,
    ) -> Result<bool, Exhausted> {
        for text in texts {
            if self.satisfies_all(&text, constraints, budget)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Tests a text by the concrete reading of the constraints.
    fn satisfies_all(
        &self,
        text: &str,
        constraints: &[Constraint<'_>],
        budget: &mut Steps,
    ) -> Result<bool, Exhausted> {
        let satisfies = |any_of: &[Predicate]| any_of.iter().any(|it| it.test(text, &NoVariables));
        for words in self.within {
            if !words.contains(text, budget)? {
                return Ok(false);
            }
        }
        Ok(self.empty.is_none_or(|empty| text.is_empty() == empty)
            && has_shape(text, self.shape)
            && constraints.iter().all(|(any_of, hit)| satisfies(any_of) == *hit))
    }
}

/// Tests that a text has the shape: a second time, beside `ValueType::admits`.
fn has_shape(text: &str, shape: ValueType) -> bool {
    match shape {
        ValueType::AccountId => is_account_id(text),
        ValueType::Address => parse_address(text).is_some(),
        ValueType::Arn => text.parse::<Arn>().is_ok(),
        ValueType::Boolean => text == "true" || text == "false",
        ValueType::Date => text.parse::<Instant>().is_ok(),
        ValueType::Epoch => {
            text.parse::<Instant>().is_ok() && text.chars().all(|c| c.is_ascii_digit())
        }
        ValueType::Number => text.parse::<Decimal>().is_ok(),
        ValueType::Text => true,
    }
}
