//! Lemmas with policy variables in them.
//!
//! A test that asks for the whole value of a key makes the two places one class, with one value that
//! answers for all of them. Everything else is weakened until it speaks of one class: a variable
//! whose class can be one text only is that text, any other is anything. Two things are seen beyond
//! that: a pattern that covers another whatever the variables are ([`covers`]), and what a pattern
//! around a variable says of the variable ([`slot`](super::slot)).

use super::lemma::{Asked, Place, as_words, ask, one_value_contradicts, place_contradicts};
use super::nfa::{self, Letter, Nfa};
use super::slot::{self, Slot};
use crate::budget::{Exhausted, Steps};
use crate::key_facts::KeyFacts;
use crate::key_shape;
use polsim_decide::formula::{KeyTest, Predicate};
use polsim_decide::text::{CaseRule, KeyName, Pattern, Piece, Variable};

/// A test of a place with policy variables in it.
#[derive(Clone, Debug)]
pub(super) struct Link<'a> {
    pub(super) place: Place,
    pub(super) any_of: &'a [Predicate],
    pub(super) hit: bool,
    /// Whether it is to pass.
    pub(super) value: bool,
}

/// Places that have one and the same value.
#[derive(Debug)]
struct Class {
    members: Vec<Place>,
    /// The text that the value has to be, and how letters compare with it.
    pin: Option<(Box<str>, CaseRule)>,
}

/// Whether surely no request has all of this.
pub(super) fn contradict(
    links: &[Link<'_>],
    places: &[Asked],
    key_facts: &KeyFacts,
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    let ties = Ties::new(links, places, key_facts);
    if links.iter().any(|link| ties.differs_from_itself(link)) {
        return Ok(true);
    }
    for wide in links.iter().filter(|link| !link.value) {
        for narrow in links.iter().filter(|link| link.value) {
            if ties.is_covered(wide, narrow, budget)? {
                return Ok(true);
            }
        }
    }
    // What each class is asked.
    let mut asked: Vec<Asked> = places.to_vec();
    for link in links {
        ask(&mut asked, link.place.clone(), (ties.weakened(link), link.value));
    }
    for class in &ties.classes {
        let tests = class.tests(&asked);
        let tests: Vec<(&KeyTest, bool)> = tests.iter().map(|(it, sign)| (it, *sign)).collect();
        let looks: Vec<_> = class.members.iter().map(|it| it.look(key_facts)).collect();
        if one_value_contradicts(&tests, &looks, budget)? {
            return Ok(true);
        }
    }
    for one in asked.iter().filter(|one| ties.class(&one.place).is_none()) {
        if place_contradicts(one, key_facts, budget)? {
            return Ok(true);
        }
    }
    for link in links.iter().filter(|link| link.value) {
        if ties.slot_contradicts(link, &asked, budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Which places are equal, and what they have to be.
struct Ties<'a> {
    places: &'a [Asked],
    key_facts: &'a KeyFacts,
    /// Classes of two and more.
    classes: Vec<Class>,
    /// The places of variables.
    variables: Vec<Place>,
}

impl<'a> Ties<'a> {
    fn new(links: &[Link<'_>], places: &'a [Asked], key_facts: &'a KeyFacts) -> Self {
        let patterns = links.iter().flat_map(|link| link.any_of).flat_map(Predicate::patterns);
        let variables =
            patterns.flat_map(Pattern::variables).map(|it| Place::of(&it.key)).collect();
        let mut ties = Self { places, key_facts, classes: Vec::new(), variables };
        for link in links.iter().filter(|link| link.value) {
            // A variable with a value is the one value of its key. The place must have one only, too.
            if let Some(key) = link.whole_value()
                && ties.is_single(&link.place)
            {
                ties.unite(link.place.clone(), Place::of(key));
            }
        }
        // One value between the same texts is one value.
        for (one, key) in links.iter().filter_map(|link| Some((link, link.slot_key()?))) {
            for (other, its_key) in links.iter().filter_map(|link| Some((link, link.slot_key()?))) {
                if one.place == other.place
                    && key < its_key
                    && ties.is_single(&one.place)
                    && one.around(key) == other.around(its_key)
                {
                    ties.unite(Place::of(key), Place::of(its_key));
                }
            }
        }
        let pins: Vec<Option<(Box<str>, CaseRule)>> = ties
            .classes
            .iter()
            .map(|class| {
                let pins = class.members.iter().filter_map(|it| ties.own_pin(it));
                pins.min_by_key(|(_, case)| *case != CaseRule::Exact)
            })
            .collect();
        for (class, pin) in ties.classes.iter_mut().zip(pins) {
            class.pin = pin;
        }
        ties
    }

    /// Whether the place has one value at most.
    fn is_single(&self, place: &Place) -> bool {
        match place {
            Place::Field(_) => true,
            Place::Key(key) => {
                key_shape::shape(key, self.key_facts).single
                    || self.is_said(place, &KeyTest::Several, false)
            }
        }
    }

    /// Whether the place surely has a value.
    fn is_present(&self, place: &Place) -> bool {
        matches!(place, Place::Field(_))
            || self.class(place).is_some()
            || self.is_said(place, &KeyTest::Absent, false)
    }

    fn is_said(&self, place: &Place, test: &KeyTest, value: bool) -> bool {
        let asked = self.places.iter().filter(|it| it.place == *place);
        asked.flat_map(|it| &it.tests).any(|(own, sign)| own == test && *sign == value)
    }

    fn unite(&mut self, one: Place, other: Place) {
        let mut members = vec![one, other];
        self.classes.retain_mut(|class| {
            let meets = class.members.iter().any(|it| members.contains(it));
            if meets {
                members.append(&mut class.members);
            }
            !meets
        });
        let mut once: Vec<Place> = Vec::new();
        for member in members {
            if !once.contains(&member) {
                once.push(member);
            }
        }
        self.classes.push(Class { members: once, pin: None });
    }

    fn class(&self, place: &Place) -> Option<&Class> {
        self.classes.iter().find(|class| class.members.contains(place))
    }

    /// Whether the places surely have the same value.
    fn are_equal(&self, one: &Place, other: &Place) -> bool {
        one == other || self.class(one).is_some_and(|class| class.members.contains(other))
    }

    /// The text that a test of the place itself says that it is: its very letters if one does.
    fn own_pin(&self, place: &Place) -> Option<(Box<str>, CaseRule)> {
        let tests = || self.places.iter().filter(|it| it.place == *place).flat_map(|it| &it.tests);
        let text = |case: CaseRule| {
            tests().filter(|(_, sign)| *sign).find_map(|(test, _)| match test {
                KeyTest::Some { any_of, hit: true } => match &**any_of {
                    [Predicate::Text(pattern, own)] if *own == case => pattern.as_literal(),
                    _ => None,
                },
                _ => None,
            })
        };
        let pin = [CaseRule::Exact, CaseRule::Folded]
            .into_iter()
            .find_map(|case| Some((Box::from(text(case)?), case)));
        // Whoever is in a class has one value.
        pin.filter(|_| self.class(place).is_some() || self.is_single(place))
    }

    /// The text that the key's value has to be, as far as a comparison by `case` tells texts apart.
    fn pin(&self, key: &KeyName, case: CaseRule) -> Option<Box<str>> {
        let place = Place::of(key);
        let pin = match self.class(&place) {
            Some(class) => class.pin.clone(),
            None => self.own_pin(&place),
        };
        let (text, own) = pin?;
        (own == CaseRule::Exact || case == CaseRule::Folded).then_some(text)
    }

    /// A test that the place is not what it is.
    fn differs_from_itself(&self, link: &Link<'_>) -> bool {
        !link.value
            && link.value_like().is_some_and(|key| {
                let other = Place::of(key);
                self.are_equal(&link.place, &other)
                    && self.is_present(&other)
                    && (self.class(&other).is_some() || self.is_single(&other))
            })
    }

    /// The pattern with what is known put in for its variables.
    fn put_in(&self, pattern: &Pattern, case: CaseRule) -> Pattern {
        Pattern::from_pieces(pattern.pieces().iter().map(|piece| match piece {
            Piece::Variable(variable) => {
                self.pin(&variable.key, case).map_or_else(|| piece.clone(), Piece::Text)
            }
            other => other.clone(),
        }))
    }

    /// A test without variables that passes, or fails, wherever this one does as it should.
    fn weakened(&self, link: &Link<'_>) -> KeyTest {
        let widen = link.hit == link.value;
        let any_of: Vec<Predicate> = link
            .any_of
            .iter()
            .filter_map(|predicate| match predicate {
                Predicate::Text(pattern, case) => {
                    Some(Predicate::Text(self.weak((pattern, *case), widen)?, *case))
                }
                Predicate::Arn(components) => {
                    let weak: Option<Vec<Pattern>> = components
                        .iter()
                        .map(|it| self.weak((it, CaseRule::Exact), widen))
                        .collect();
                    let six = <[Pattern; 6]>::try_from(weak?).ok()?;
                    Some(Predicate::Arn(six.into()))
                }
                other => Some(other.clone()),
            })
            .collect();
        KeyTest::Some { any_of: any_of.into(), hit: link.hit }
    }

    /// The pattern with anything for its variables; `None` where that must not be.
    fn weak(&self, (pattern, case): (&Pattern, CaseRule), widen: bool) -> Option<Pattern> {
        let known = self.put_in(pattern, case);
        if known.variables().next().is_none() {
            return Some(known);
        }
        let wide = known.pieces().iter().map(|piece| match piece {
            Piece::Variable(_) => Piece::AnyRun,
            other => other.clone(),
        });
        widen.then(|| Pattern::from_pieces(wide))
    }

    /// Whether every text of `narrow` is one of `wide`, whatever the variables are.
    fn is_covered(
        &self,
        wide: &Link<'_>,
        narrow: &Link<'_>,
        budget: &mut Steps,
    ) -> Result<bool, Exhausted> {
        if !wide.hit || !self.are_equal(&wide.place, &narrow.place) {
            return Ok(false);
        }
        let Some(narrow) = narrow.one_pattern().and_then(|it| self.letters(it, is_plain)) else {
            return Ok(false);
        };
        for predicate in wide.any_of {
            let Predicate::Text(pattern, CaseRule::Exact) = predicate else { continue };
            let Some(wide) = self.letters(pattern, nfa::any) else { continue };
            if nfa::find(&[(&narrow, true), (&wide, false)], budget)?.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The pattern with a letter of its own for the variables of each class, and with runs of the
    /// characters in `run`.
    fn letters(&self, pattern: &Pattern, run: nfa::CharacterClass) -> Option<Nfa> {
        let mut sequence = Vec::new();
        for piece in self.put_in(pattern, CaseRule::Exact).pieces() {
            sequence.push(match piece {
                Piece::AnyOne => Nfa::One(Letter::Of(is_plain)),
                Piece::AnyRun => Nfa::Run(run),
                Piece::Text(text) if text.chars().all(is_plain) => Nfa::text(text, CaseRule::Exact),
                Piece::Text(_) | Piece::Variable(Variable { default: Some(_), .. }) => return None,
                Piece::Variable(Variable { key, default: None }) => {
                    Nfa::One(Letter::Named(self.letter(&Place::of(key))?, CaseRule::Exact))
                }
            });
        }
        Some(Nfa::Sequence(sequence))
    }

    /// The letter of the variables that are equal to this place.
    fn letter(&self, place: &Place) -> Option<char> {
        let at = self.variables.iter().position(|it| self.are_equal(it, place))?;
        char::from_u32(FIRST_LETTER.checked_add(u32::try_from(at).ok()?)?)
    }

    /// Whether what the place of a pattern is asked leaves nothing for the pattern's variable.
    fn slot_contradicts(
        &self,
        link: &Link<'_>,
        asked: &[Asked],
        budget: &mut Steps,
    ) -> Result<bool, Exhausted> {
        let Some(pattern) = link.one_pattern().map(|it| self.put_in(it, CaseRule::Exact)) else {
            return Ok(false);
        };
        let mut parts = pattern.pieces().split(|piece| matches!(piece, Piece::Variable(_)));
        let (Some(before), Some(after), None) = (parts.next(), parts.next(), parts.next()) else {
            return Ok(false);
        };
        let Some(Variable { key, default: None }) = pattern.variables().next() else {
            return Ok(false);
        };
        let part = |pieces: &[Piece]| {
            let pattern = Pattern::from_pieces(pieces.iter().cloned());
            Nfa::pattern(&pattern, CaseRule::Exact, nfa::any)
        };
        let (Some(before), Some(after)) = (part(before), part(after)) else { return Ok(false) };
        // The test passes, so the variable has a value, and its key that value alone.
        let inside = self.words_of(&Place::of(key), asked, true);
        let whole = self.words_of(&link.place, asked, self.is_single(&link.place));
        slot::is_impossible(&Slot { before, after, inside, whole }, budget)
    }

    /// Everything that is asked of one value of a place, as far as it can be said in words.
    fn words_of(&self, place: &Place, asked: &[Asked], single: bool) -> Vec<(Nfa, bool)> {
        let alone = Class { members: vec![place.clone()], pin: None };
        let class = self.class(place);
        let members = class.unwrap_or(&alone);
        let looks: Vec<_> = members.members.iter().map(|it| it.look(self.key_facts)).collect();
        as_words(&members.tests(asked), &looks, single || class.is_some())
    }
}

impl Class {
    /// What is asked of its members.
    fn tests(&self, asked: &[Asked]) -> Vec<(KeyTest, bool)> {
        let own = asked.iter().filter(|it| self.members.contains(&it.place));
        own.flat_map(|it| it.tests.iter().cloned()).collect()
    }
}

impl Link<'_> {
    /// The one pattern that the place has to be in, or must not be in.
    fn one_pattern(&self) -> Option<&Pattern> {
        match self.any_of {
            [Predicate::Text(pattern, CaseRule::Exact)] if self.hit => Some(pattern),
            _ => None,
        }
    }

    /// The key of the only variable in the one pattern that the place has to be in, if the rest is
    /// fixed text.
    fn slot_key(&self) -> Option<&KeyName> {
        let pieces = self.one_pattern().filter(|_| self.value)?.pieces();
        let mut variables = pieces.iter().filter_map(|piece| match piece {
            Piece::Variable(Variable { key, default: None }) => Some(key),
            _ => None,
        });
        let key = variables.next()?;
        let is_wild = |piece: &Piece| {
            matches!(
                piece,
                Piece::AnyOne | Piece::AnyRun | Piece::Variable(Variable { default: Some(_), .. })
            )
        };
        (variables.next().is_none() && !pieces.iter().any(is_wild)).then_some(key)
    }

    /// The pattern with a mark of its own for the variable of this key.
    fn around(&self, key: &KeyName) -> Option<Vec<Option<&Piece>>> {
        let is_key = |piece: &Piece| matches!(piece, Piece::Variable(it) if it.key == *key);
        let pieces = self.one_pattern()?.pieces();
        Some(pieces.iter().map(|piece| (!is_key(piece)).then_some(piece)).collect())
    }

    /// The key whose value the place has to be, or must not be.
    fn whole_value(&self) -> Option<&KeyName> {
        self.one_pattern().and(self.value_like())
    }

    /// The same, letters perhaps folded.
    fn value_like(&self) -> Option<&KeyName> {
        let [Predicate::Text(pattern, _)] = self.any_of else { return None };
        match pattern.pieces() {
            [Piece::Variable(Variable { key, default: None })] if self.hit => Some(key),
            _ => None,
        }
    }
}

/// Characters for private use stand for variables; no pattern with one of them is looked at.
const FIRST_LETTER: u32 = 0x10_0000;

fn is_plain(c: char) -> bool {
    u32::from(c) < FIRST_LETTER
}
