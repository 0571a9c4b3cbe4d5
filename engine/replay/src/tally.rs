//! What was found in records, as counts and groups that can be put together in any order.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Verdict};
use crate::observation::{Class, Observation, Observed};

/// The place of a record: the number of its file, and that of the record in it.
pub type Place = (u32, u64);

/// The counts and groups of some records.
///
/// ```
/// use polsim_replay::Tally;
/// let mut whole = Tally::default();
/// whole.merge(Tally::default(), 1);
/// assert_eq!(whole.records, 0);
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Tally {
    /// The number of records.
    pub records: u64,
    /// The number of records of each class, by its word.
    pub classes: BTreeMap<String, u64>,
    /// The number of replayed records for each answer, by its word.
    pub verdicts: BTreeMap<String, u64>,
    /// The number of replayed records whose call failed.
    pub failed: u64,
    /// The accounts of the callers.
    pub accounts: BTreeSet<String>,
    /// The time of the first record.
    pub first: String,
    /// The time of the last record.
    pub last: String,
    /// The groups of records that would be denied, or of which that cannot be told.
    #[serde(with = "as_list")]
    pub groups: BTreeMap<GroupKey, Group>,
    /// The records of which it cannot be told, by the keys that would tell.
    #[serde(with = "as_list")]
    pub unknown: BTreeMap<Vec<String>, u64>,
    /// The reasons why records are not understood, each with a count and an example.
    pub reasons: BTreeMap<String, (u64, String)>,
    /// The assumptions that answers rest on.
    pub assumptions: BTreeSet<String>,
    /// Records that several accounts have a copy of, by their shared id: the best copy so far.
    shared: BTreeMap<String, Copy>,
}

/// The common part of the records of a group.
///
/// ```
/// assert_eq!(polsim_replay::GroupKey::default().verdict, "");
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct GroupKey {
    /// The word of the answer.
    pub verdict: String,
    /// The statement that denies, with its policy and line; empty where there is none.
    pub statement: String,
    /// The keys that would tell.
    pub keys: Vec<String>,
    /// The principal, a role without its session.
    pub principal: String,
    /// The account of the caller.
    pub account: String,
    /// The action.
    pub action: String,
    /// The origin.
    pub source: String,
}

/// The records of a group.
///
/// ```
/// assert_eq!(polsim_replay::Group::default().count, 0);
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Group {
    /// The number of records.
    pub count: u64,
    /// The number of those whose call failed.
    pub failed: u64,
    /// The time of the first record.
    pub first: String,
    /// The time of the last record.
    pub last: String,
    /// The first records, in the order of files.
    pub examples: Vec<Example>,
}

/// A record of a group.
///
/// ```
/// assert_eq!(polsim_replay::Example::default().place, (0, 0));
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Example {
    /// The place of the record.
    pub place: Place,
    /// The id of the record.
    pub event_id: String,
    /// The resource, as far as it is told.
    pub resource: String,
    /// The case that `eval` decides the same, where it would be denied.
    pub case: Option<serde_json::Value>,
}

/// The parts by which records are grouped.
///
/// ```
/// let by = polsim_replay::GroupBy::read("principal,action")?;
/// assert!(by.principal && !by.source);
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct GroupBy {
    /// The principal and its account.
    pub principal: bool,
    /// The action.
    pub action: bool,
    /// The origin.
    pub source: bool,
}

/// A copy of a record that several accounts have.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Copy {
    /// The less, the better.
    rank: u8,
    place: Place,
    event: Event,
}

/// What a record adds to a tally.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Event {
    class: String,
    verdict: Option<String>,
    failed: bool,
    time: String,
    account: String,
    group: Option<(GroupKey, Example)>,
    assumptions: Vec<String>,
    reason: Option<(String, String)>,
}

impl Default for GroupBy {
    fn default() -> Self {
        Self { principal: true, action: true, source: true }
    }
}

impl GroupBy {
    /// The parts in a list of their words.
    ///
    /// # Errors
    /// The word that names no part.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut by = Self { principal: false, action: false, source: false };
        for word in text.split(',').map(str::trim).filter(|it| !it.is_empty()) {
            match word {
                "principal" => by.principal = true,
                "action" => by.action = true,
                "source" => by.source = true,
                other => {
                    return Err(format!("`{other}` is none of `principal`, `action`, `source`"));
                }
            }
        }
        Ok(by)
    }
}

impl Tally {
    /// Adds a record. `example` makes what is shown of it, and `examples` is how many a group keeps.
    pub fn add(
        &mut self,
        observation: &Observation,
        verdict: &Verdict,
        (place, by, examples): (Place, GroupBy, usize),
        case: impl FnOnce(&Observed, &Verdict) -> Option<serde_json::Value>,
    ) {
        self.records = self.records.saturating_add(1);
        if self.count_plain(observation, verdict) {
            return;
        }
        let class = observation.class;
        let is_replayed = class == Class::Replayed;
        let about = &observation.about;
        let has_group = is_replayed && verdict.answer != Answer::Allowed;
        let group = has_group.then(|| {
            let key = group_key(observation, verdict, by);
            let request = observation.requests.get(verdict.request);
            let wants_case = self.groups.get(&key).is_none_or(|it| it.examples.len() < examples);
            let resource = request.map(|it| it.resource.to_json());
            let example = Example {
                place,
                event_id: observation.event_id.to_string(),
                resource: match resource {
                    Some(serde_json::Value::String(text)) => text,
                    Some(other) if !other.is_null() => other
                        .get("pattern")
                        .and_then(|it| it.as_str())
                        .unwrap_or_default()
                        .to_owned(),
                    _ => String::new(),
                },
                case: request.filter(|_| wants_case).and_then(|it| case(it, verdict)),
            };
            (key, example)
        });
        let event = Event {
            class: class.as_str().to_owned(),
            verdict: is_replayed.then(|| verdict.answer.as_str().to_owned()),
            failed: about.failed,
            time: about.time.to_string(),
            account: about.account.to_string(),
            group,
            assumptions: about.assumptions.iter().map(|it| (*it).to_owned()).collect(),
            reason: observation
                .reason
                .as_ref()
                .map(|it| (it.to_string(), observation.event_id.to_string())),
        };
        match &about.shared {
            Some(id) => {
                let copy = Copy { rank: about.copy_rank, place, event };
                self.add_copy(id.to_string(), copy);
            }
            None => self.count(event, examples),
        }
    }

    /// Counts a record of which nothing is shown, at little cost; false for any other.
    fn count_plain(&mut self, observation: &Observation, verdict: &Verdict) -> bool {
        let (class, about) = (observation.class, &observation.about);
        let is_replayed = class == Class::Replayed;
        let shows = is_replayed && verdict.answer != Answer::Allowed;
        if shows || about.shared.is_some() || observation.reason.is_some() {
            return false;
        }
        add_one(&mut self.classes, class.as_str());
        extend(&mut self.first, &mut self.last, &about.time, &about.time);
        if !about.account.is_empty() && !self.accounts.contains(&*about.account) {
            self.accounts.insert(about.account.to_string());
        }
        if is_replayed {
            add_one(&mut self.verdicts, verdict.answer.as_str());
            bump(&mut self.failed, u64::from(about.failed));
            for assumption in &about.assumptions {
                if !self.assumptions.contains(*assumption) {
                    self.assumptions.insert((*assumption).to_owned());
                }
            }
        }
        true
    }

    /// Keeps the better one of the copies of a record; the other is a duplicate.
    fn add_copy(&mut self, id: String, copy: Copy) {
        match self.shared.get_mut(&id) {
            None => {
                self.shared.insert(id, copy);
            }
            Some(known) => {
                if (copy.rank, copy.place) < (known.rank, known.place) {
                    *known = copy;
                }
                let duplicates =
                    self.classes.entry(Class::Duplicate.as_str().to_owned()).or_default();
                *duplicates = duplicates.saturating_add(1);
            }
        }
    }

    fn count(&mut self, event: Event, examples: usize) {
        bump(self.classes.entry(event.class).or_default(), 1);
        extend(&mut self.first, &mut self.last, &event.time, &event.time);
        if let Some((reason, example)) = event.reason {
            let entry = self.reasons.entry(reason).or_insert_with(|| (0, example));
            bump(&mut entry.0, 1);
        }
        if !event.account.is_empty() && !self.accounts.contains(&event.account) {
            self.accounts.insert(event.account);
        }
        let Some(verdict) = event.verdict else { return };
        bump(self.verdicts.entry(verdict).or_default(), 1);
        bump(&mut self.failed, u64::from(event.failed));
        for assumption in event.assumptions {
            self.assumptions.insert(assumption);
        }
        let Some((key, example)) = event.group else { return };
        if !key.keys.is_empty() {
            bump(self.unknown.entry(key.keys.clone()).or_default(), 1);
        }
        let group = self.groups.entry(key).or_default();
        let one = Group {
            count: 1,
            failed: u64::from(event.failed),
            first: event.time.clone(),
            last: event.time,
            examples: vec![example],
        };
        group.merge(one, examples);
    }

    /// Adds the records of another tally. The order in which tallies are put together does not matter.
    pub fn merge(&mut self, other: Self, examples: usize) {
        bump(&mut self.records, other.records);
        for (class, count) in other.classes {
            bump(self.classes.entry(class).or_default(), count);
        }
        for (verdict, count) in other.verdicts {
            bump(self.verdicts.entry(verdict).or_default(), count);
        }
        bump(&mut self.failed, other.failed);
        self.accounts.extend(other.accounts);
        extend(&mut self.first, &mut self.last, &other.first, &other.last);
        for (key, group) in other.groups {
            self.groups.entry(key).or_default().merge(group, examples);
        }
        for (keys, count) in other.unknown {
            bump(self.unknown.entry(keys).or_default(), count);
        }
        for (reason, (count, example)) in other.reasons {
            let entry = self.reasons.entry(reason).or_insert_with(|| (0, example.clone()));
            bump(&mut entry.0, count);
            if example < entry.1 {
                entry.1 = example;
            }
        }
        self.assumptions.extend(other.assumptions);
        for (id, copy) in other.shared {
            self.add_copy(id, copy);
        }
    }

    /// Counts the best copy of each record that several accounts have.
    pub fn finish(&mut self, examples: usize) {
        for copy in std::mem::take(&mut self.shared).into_values() {
            self.count(copy.event, examples);
        }
    }

    /// The number of records with this answer.
    pub fn answered(&self, answer: Answer) -> u64 {
        self.verdicts.get(answer.as_str()).copied().unwrap_or_default()
    }

    /// The number of records of a class.
    pub fn of_class(&self, class: Class) -> u64 {
        self.classes.get(class.as_str()).copied().unwrap_or_default()
    }

    /// The groups, the largest first.
    pub fn sorted(&self) -> Vec<(&GroupKey, &Group)> {
        let mut groups: Vec<(&GroupKey, &Group)> = self.groups.iter().collect();
        groups.sort_by(|(one, a), (other, b)| b.count.cmp(&a.count).then_with(|| one.cmp(other)));
        groups
    }
}

impl Group {
    fn merge(&mut self, other: Self, examples: usize) {
        bump(&mut self.count, other.count);
        bump(&mut self.failed, other.failed);
        extend(&mut self.first, &mut self.last, &other.first, &other.last);
        self.examples.extend(other.examples);
        self.examples.sort_by_key(|it| it.place);
        self.examples.truncate(examples);
    }
}

fn group_key(observation: &Observation, verdict: &Verdict, by: GroupBy) -> GroupKey {
    let about = &observation.about;
    let action = observation.requests.get(verdict.request).map(|it| match it.action.to_json() {
        serde_json::Value::String(text) => text,
        other => other.get("some").map(ToString::to_string).unwrap_or_default(),
    });
    let wanted = |is: bool, text: &str| if is { text.to_owned() } else { String::new() };
    GroupKey {
        verdict: verdict.answer.as_str().to_owned(),
        statement: verdict
            .statement
            .as_ref()
            .map(crate::replay::statement_words)
            .unwrap_or_default(),
        keys: verdict.keys.iter().map(ToString::to_string).collect(),
        principal: wanted(by.principal, &about.principal),
        account: wanted(by.principal, &about.account),
        action: wanted(by.action, &action.unwrap_or_default()),
        source: wanted(by.source, &about.source),
    }
}

/// Counts one more under a name.
fn add_one(counts: &mut BTreeMap<String, u64>, name: &str) {
    match counts.get_mut(name) {
        Some(count) => bump(count, 1),
        None => {
            counts.insert(name.to_owned(), 1);
        }
    }
}

fn bump(count: &mut u64, by: u64) {
    *count = count.saturating_add(by);
}

/// Widens a span of times.
fn extend(first: &mut String, last: &mut String, from: &str, to: &str) {
    if !from.is_empty() && (first.is_empty() || from < first.as_str()) {
        from.clone_into(first);
    }
    if to > last.as_str() {
        to.clone_into(last);
    }
}

/// Maps whose keys are no texts, as lists of pairs.
mod as_list {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer, K: Serialize, V: Serialize>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(super) fn deserialize<
        'de,
        D: Deserializer<'de>,
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
    >(
        deserializer: D,
    ) -> Result<BTreeMap<K, V>, D::Error> {
        let pairs: Vec<(K, V)> = Vec::deserialize(deserializer)?;
        Ok(pairs.into_iter().collect())
    }
}
