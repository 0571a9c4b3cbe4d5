//! The decisions of a request in every world: what a decision rests on.

use serde::Serialize;

use super::Decision;
use super::compiled::{Evaluation, PolicySet, Scratch};
use super::truth::{COLUMNS, TABLE_CHOICES, Table};
use crate::catalog::readings::{self, Touches};
use crate::formula::{ChoiceId, MAX_CHOICES, WorldTable};
use crate::lower::is_possible;
use crate::request::Request;

/// The answer to a request: the decision by the defaults, and the decisions in all worlds over the
/// readings that the policies touch.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{Decision, PolicySet, Scratch};
/// # use polsim::lower::AttachedPolicy;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::request::{Request, RequestParts};
/// # use polsim::text::Source;
/// // Everybody may read but for all except the role, whose account is left out.
/// let source = Source::new("bucket.json", r#"{"Version": "2012-10-17", "Statement": [
///   {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"},
///   {"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:role/Reader"},
///    "Action": "s3:*", "Resource": "*"}]}"#);
/// let policy = Policy::parse(&source, PolicyType::Resource).expect("a valid policy").policy;
/// let request = Request::new(RequestParts {
///     principal: "arn:aws:sts::111122223333:assumed-role/Reader/session",
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::bucket/key",
///     resource_account: Some("111122223333"),
///     ..RequestParts::default()
/// }).expect("a valid request");
/// let set = PolicySet::new([AttachedPolicy::new(policy)]);
/// let answer = set.answer(&request, &mut Scratch::default());
/// assert_eq!(answer.decision(), Decision::ExplicitDeny);
/// let [rests_on] = &answer.rests_on()[..] else { panic!("one reading") };
/// assert_eq!((&*rests_on.choice, rests_on.otherwise), ("reading:not-principal-partial", Decision::Allowed));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    decision: Decision,
    /// None where every world decides alike.
    worlds: Option<WorldTable<Decision>>,
}

/// A reading that a decision rests on.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{PolicySet, RestsOn, Scratch};
/// # use polsim::request::{Request, RequestParts};
/// # let request = Request::new(RequestParts {
/// #     principal: "arn:aws:iam::111122223333:user/alice",
/// #     action: "s3:GetObject",
/// #     resource: "arn:aws:s3:::bucket/key",
/// #     ..RequestParts::default()
/// # }).expect("a valid request");
/// let nothing: Vec<RestsOn> = PolicySet::new([]).answer(&request, &mut Scratch::default()).rests_on();
/// assert!(nothing.is_empty());
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct RestsOn {
    /// The name of the choice.
    pub choice: Box<str>,
    /// The word of the side that the decision takes.
    pub value: Box<str>,
    /// The sentence about AWS that the decision takes.
    pub says: &'static str,
    /// The sentence of the other side.
    pub other: &'static str,
    /// The decision on the other side; where it takes several readings together to change it, that
    /// on the other side of all of them.
    pub otherwise: Decision,
    /// The entry of the register.
    pub entry: &'static str,
    /// The words of AWS's pages.
    pub source: &'static str,
    /// The confidence in the side that the decision takes.
    pub sure: &'static str,
}

impl PolicySet {
    /// The decision on a request with what it rests on. A request that touches no reading costs its
    /// decision.
    pub fn answer(&self, request: &Request, scratch: &mut Scratch) -> Answer {
        let decision = self.decide_plainly(request, scratch);
        self.answer_to(request, decision, scratch)
    }

    /// The answer to a request whose decision by the defaults is known.
    pub(crate) fn answer_to(
        &self,
        request: &Request,
        decision: Decision,
        scratch: &mut Scratch,
    ) -> Answer {
        Answer { decision, worlds: self.worlds(request, scratch) }
    }

    /// The decisions over all worlds of the readings that matter to the request; none where every
    /// world decides alike.
    fn worlds(&self, request: &Request, scratch: &mut Scratch) -> Option<WorldTable<Decision>> {
        // A refused call is denied in every world.
        if request.refusal().is_some() || !self.touched().is_by(request) {
            return None;
        }
        // The other side of one reading may bring out another, which the default does not read.
        let open = self.open();
        let mut choices: Vec<(ChoiceId, usize)> =
            open.choices().iter().cloned().enumerate().map(|(number, it)| (it, number)).collect();
        choices.retain(|(it, _)| is_touched(it, request));
        choices.sort_unstable();
        choices.truncate(MAX_CHOICES);
        let (in_table, outside) = choices.split_at(choices.len().min(TABLE_CHOICES));
        let mut tables = Vec::new();
        for others in 0..1_usize << outside.len() {
            scratch.columns.clear();
            scratch.columns.resize(open.choices().len(), 0);
            for ((_, number), column) in in_table.iter().zip(COLUMNS) {
                set_column(scratch, *number, column);
            }
            for (at, (_, number)) in outside.iter().enumerate() {
                set_column(scratch, *number, if others >> at & 1 == 1 { u64::MAX } else { 0 });
            }
            tables.push(open.decisions(request, scratch));
        }
        let inside = in_table.len();
        let names: Vec<ChoiceId> = choices.iter().map(|(choice, _)| choice.clone()).collect();
        let table = WorldTable::new(names.clone(), |world| {
            if !is_possible(&names, world) {
                return None;
            }
            let (allowed, denied) = tables.get(world >> inside).copied()?;
            let inside_world = world & !(usize::MAX << inside);
            let bit = 1_u64 << inside_world;
            Some(match (allowed & bit != 0, denied & bit != 0) {
                (true, _) => Decision::Allowed,
                (false, true) => Decision::ExplicitDeny,
                (false, false) => Decision::ImplicitDeny,
            })
        });
        (!table.depends_on().is_empty()).then_some(table)
    }

    /// The worlds in which the request is allowed, and in which it is explicitly denied.
    fn decisions(&self, request: &Request, scratch: &mut Scratch) -> (u64, u64) {
        let lowered = self.lowered();
        scratch.tables.resize(lowered.formulas.len().max(scratch.tables.len()), 0);
        let mut evaluation: Evaluation<'_, Table> = self.evaluation(request, scratch);
        evaluation.open_guards();
        let Table(always) = evaluation.holds(lowered.always_allowed);
        let Table(denied) = evaluation.holds(lowered.explicit_deny);
        let Table(allowed) = evaluation.holds(lowered.allowed);
        (always | allowed & !denied, denied & !always)
    }
}

fn set_column(scratch: &mut Scratch, number: usize, column: u64) {
    if let Some(slot) = scratch.columns.get_mut(number) {
        *slot = column;
    }
}

/// The features of requests that the readings of a set matter to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Touched {
    every_request: bool,
    several_values: bool,
}

impl Touched {
    /// The features for a set that reads these choices.
    pub(super) fn of(reads: &[ChoiceId]) -> Self {
        let mut touched = Self::default();
        for choice in reads {
            match readings::of_choice(choice.name()).map(|(reading, _)| reading.touches) {
                Some(Touches::SeveralValues) => touched.several_values = true,
                Some(Touches::EveryRequest) | None => touched.every_request = true,
            }
        }
        touched
    }

    fn is_by(self, request: &Request) -> bool {
        self.every_request || self.several_values && request.context().has_several_values()
    }
}

/// Tells whether the request has the feature without which the reading cannot matter to it.
pub(super) fn is_touched(choice: &ChoiceId, request: &Request) -> bool {
    let Some((reading, _)) = readings::of_choice(choice.name()) else { return true };
    match reading.touches {
        Touches::EveryRequest => true,
        Touches::SeveralValues => request.context().has_several_values(),
    }
}

impl Answer {
    /// The decision in the default world.
    pub fn decision(&self) -> Decision {
        self.decision
    }

    /// The decisions by world; none where every world decides alike.
    pub fn worlds(&self) -> Option<&WorldTable<Decision>> {
        self.worlds.as_ref()
    }

    /// The decision in the world of this number over these choices, all others by their defaults;
    /// `None` if the world cannot be.
    pub fn in_world(&self, choices: &[ChoiceId], world: usize) -> Option<Decision> {
        let Some(table) = &self.worlds else { return Some(self.decision) };
        let mut own = 0_usize;
        for (at, choice) in table.choices().iter().enumerate() {
            let bit = match choices.iter().position(|it| it == choice) {
                Some(number) => world >> number & 1,
                None => 0,
            };
            own |= bit << at;
        }
        table.label(own).copied()
    }

    /// The readings whose other side alone changes the decision; if none does, the smallest set of
    /// readings that tells it.
    pub fn rests_on(&self) -> Vec<RestsOn> {
        let Some(table) = &self.worlds else { return Vec::new() };
        let bit = |at: usize| 1_usize << at;
        let changes = |at: &usize| table.label(bit(*at)).is_some_and(|it| *it != self.decision);
        let alone: Vec<usize> = (0..table.choices().len()).filter(changes).collect();
        if !alone.is_empty() {
            let one = |at: usize| Some(rests_on(table.choices().get(at)?, *table.label(bit(at))?));
            return alone.into_iter().filter_map(one).collect();
        }
        let together = table.worlds().into_iter().find_map(|world| {
            let otherwise = *table.label(world)?;
            (otherwise != self.decision).then_some(otherwise)
        });
        let Some(otherwise) = together else { return Vec::new() };
        table.depends_on().into_iter().map(|choice| rests_on(choice, otherwise)).collect()
    }
}

pub(super) fn rests_on(choice: &ChoiceId, otherwise: Decision) -> RestsOn {
    let (of, side) = readings::of_choice(choice.name()).unzip();
    RestsOn {
        choice: choice.name().into(),
        value: of.map(|it| it.default.word).unwrap_or_default().into(),
        says: of.map(|it| it.default.says).unwrap_or_default(),
        other: side.map(|it| it.says).unwrap_or_default(),
        otherwise,
        entry: of.map(|it| it.entry).unwrap_or_default(),
        source: of.map(|it| it.pages).unwrap_or_default(),
        sure: of.map(|it| it.sure.as_str()).unwrap_or_default(),
    }
}
