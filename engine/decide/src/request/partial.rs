//! Requests of which a part is not known.
//!
//! Every key of a [`PartialRequest`] is *known*, *absent* or *unknown*, perhaps with a constraint. A
//! *completion* is a request that has its known part and any feasible values in place of what is not
//! known. Keys that AWS puts into every request, and that nobody gave, are unknown; requests that are
//! `complete` have none (request notes §1.1, §1.2).

mod sent;

use std::fmt;
use std::ops::Deref;

use super::{ContextValue, OwnerBasis, PrincipalKind, Request, RequestError, RequestParts};
use crate::catalog::{Twin, keys};
use crate::text::{CaseRule, KeyName, NoVariables, Pattern};
use sent::Sent;

use super::derived::ASSUMED_PATH;

/// A request of which some keys are not known.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::{Constraint, PartialRequest, RequestParts, Slot};
/// let parts = RequestParts {
///     principal: "arn:aws:iam::111122223333:user/alice",
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::bucket/key",
///     ..RequestParts::default()
/// };
/// let team = Slot::Key("aws:PrincipalTag/team".into());
/// let request = PartialRequest::as_sent(parts, vec![(team, Constraint::default())])?;
/// assert!(request.unknown(&"aws:principaltag/team".into()).is_some());
/// assert!(request.unknown(&"aws:CurrentTime".into()).is_some(), "AWS sends it, nobody said it");
/// assert!(request.unknown(&"aws:username".into()).is_none(), "alice");
/// # Ok::<(), polsim::request::RequestError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PartialRequest {
    known: Request,
    unknown: Box<[(Slot, Constraint)]>,
    /// None if nothing is filled in.
    sent: Option<Sent>,
}

/// A part of a request that may be unknown.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::Slot;
/// assert_eq!(Slot::named("aws:PrincipalTag/"), Slot::Keys("aws:PrincipalTag/".into()));
/// assert_eq!(Slot::named("aws:userid").to_string(), "aws:userid");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Slot {
    /// A context key.
    Key(KeyName),
    /// The keys whose names begin so, but for those that the request gives.
    Keys(Box<str>),
    /// The fact that the requester lives in the organization's management account.
    ManagementAccount,
}

/// The knowledge of an unknown key.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::{Constraint, Presence};
/// let of_an_endpoint = Constraint::like("vpce-*");
/// assert!(of_an_endpoint.admits("vpce-0a1") && !of_an_endpoint.admits("vpc-1"));
/// assert_eq!(Constraint::default().presence, Presence::Either);
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Constraint {
    /// The presence of the key.
    pub presence: Presence,
    /// The values that it may have.
    pub values: Possible,
}

/// The presence of an unknown key. One that is known to be absent is not unknown.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::{Constraint, Presence};
/// assert_eq!(Constraint::present().presence, Presence::Present);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Presence {
    /// There or not.
    #[default]
    Either,
    /// In the request.
    Present,
}

/// The values that an unknown key may have.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::{Constraint, Possible};
/// assert_eq!(Constraint::present().values, Possible::Any);
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Possible {
    /// One of these.
    Among(Box<[Box<str>]>),
    /// Values of its type.
    #[default]
    Any,
    /// Values in one of these patterns.
    Like(Box<[Pattern]>),
}

impl Slot {
    /// The slot of this name: a key, or a family where it ends with a slash.
    pub fn named(name: &str) -> Self {
        if name.ends_with('/') { Self::Keys(name.into()) } else { Self::Key(KeyName::new(name)) }
    }

    /// Tells whether the slot holds the key.
    fn holds(&self, key: &KeyName) -> bool {
        match self {
            Self::Key(own) => own == key,
            Self::Keys(start) => key
                .as_str()
                .get(..start.len())
                .is_some_and(|it| it.eq_ignore_ascii_case(start) && key.as_str() != it),
            Self::ManagementAccount => false,
        }
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key.as_str()),
            Self::Keys(start) => f.write_str(start),
            Self::ManagementAccount => f.write_str("managementAccount"),
        }
    }
}

impl Constraint {
    /// In the request, with any value.
    pub fn present() -> Self {
        Self { presence: Presence::Present, values: Possible::Any }
    }

    /// Absent, or with a value in this pattern, in which `*` and `?` are wildcards.
    pub fn like(pattern: &str) -> Self {
        let pattern = Pattern::wildcard(pattern);
        Self { presence: Presence::Either, values: Possible::Like([pattern].into()) }
    }

    /// The same, in the request.
    #[must_use]
    pub fn and_present(mut self) -> Self {
        self.presence = Presence::Present;
        self
    }

    /// Tells whether the key may have this value.
    pub fn admits(&self, value: &str) -> bool {
        match &self.values {
            Possible::Any => true,
            Possible::Among(values) => values.iter().any(|it| **it == *value),
            Possible::Like(patterns) => {
                patterns.iter().any(|it| it.matches(value, CaseRule::Exact, &NoVariables))
            }
        }
    }
}

impl PartialRequest {
    /// The request of which everything is known: absent is what it does not have.
    pub fn complete(known: Request) -> Self {
        Self { known, unknown: Box::default(), sent: None }
    }

    /// The request of these parts as AWS receives it, with these slots unknown, and with the keys
    /// that AWS always sends unknown where nobody gives them. Nothing is filled in for a complete
    /// request.
    ///
    /// # Errors
    /// Where a part is not of its form, and where an unknown key is given, called absent, or listed
    /// twice.
    pub fn as_sent(
        parts: RequestParts<'_>,
        unknown: Vec<(Slot, Constraint)>,
    ) -> Result<Self, RequestError> {
        if unknown.is_empty() {
            // The way of most requests: nothing to check, and no parts to copy.
            let sent = (!parts.complete).then(|| Sent::of(&parts));
            let mut known = Request::as_sent(parts)?;
            known.forget_assumed_path();
            return Ok(Self { known, unknown: Box::default(), sent });
        }
        let known = Request::as_sent(parts.clone())?;
        Self::around(known, &parts, unknown)
    }

    /// The request `known`, which was made of these parts and perhaps of what a network tells, with
    /// these slots unknown.
    ///
    /// # Errors
    /// As for [`as_sent`](Self::as_sent).
    pub fn around(
        known: Request,
        parts: &RequestParts<'_>,
        unknown: Vec<(Slot, Constraint)>,
    ) -> Result<Self, RequestError> {
        for (at, (slot, _)) in unknown.iter().enumerate() {
            let Slot::Key(key) = slot else { continue };
            let given = parts.context.iter().any(|(it, _)| it == key);
            let absent = parts.call.absent.iter().any(|it| key.is(it));
            let twice = unknown.iter().take(at).any(|(it, _)| it == slot);
            let why = match (given, absent, twice) {
                (true, ..) => "the context gives it a value",
                (_, true, _) => "it is called absent",
                (_, _, true) => "it is listed twice",
                _ => continue,
            };
            return Err(RequestError::new("unknown", key.as_str(), why));
        }
        let sent = (!parts.complete).then(|| Sent::of(parts));
        let mut partial = Self { known, unknown: unknown.into(), sent };
        partial.known.forget_assumed_path();
        partial.forget_unknown_keys();
        Ok(partial)
    }

    /// The same request through the endpoint `id`: `aws:SourceVpce` is filled in where it is neither
    /// given nor unknown.
    #[must_use]
    pub fn through_endpoint(mut self, id: &str) -> Self {
        if self.unknown(&KeyName::from_static(keys::SOURCE_VPCE)).is_none() {
            self.known = self.known.through_endpoint(id);
        }
        self
    }

    /// The part that is known; what is not known is absent there.
    pub fn known(&self) -> &Request {
        &self.known
    }

    /// The part that is known, by value.
    pub fn into_known(self) -> Request {
        self.known
    }

    /// The slots that were called unknown, with what is known of them.
    pub fn unknown_slots(&self) -> &[(Slot, Constraint)] {
        &self.unknown
    }

    /// True if nothing is unknown, whatever policies read.
    pub fn is_complete(&self) -> bool {
        self.unknown.is_empty() && self.sent.is_none()
    }

    /// True if it is not known that the requester lives in the management account.
    pub fn unknown_management_account(&self) -> bool {
        self.unknown.iter().any(|(slot, _)| *slot == Slot::ManagementAccount)
    }

    /// The knowledge of a key that is unknown; none for one that is known or absent.
    pub fn unknown(&self, key: &KeyName) -> Option<Constraint> {
        let context = self.known.context();
        if context.has(key.as_str()) {
            return None;
        }
        let global = self.repeated(key);
        let own = global.as_ref().unwrap_or(key);
        if global.is_some() && context.has(own.as_str()) {
            return None;
        }
        let of_slot = |(slot, _): &&(Slot, Constraint)| slot.holds(own) || slot.holds(key);
        if let Some((_, constraint)) = self.unknown.iter().find(of_slot) {
            return Some(self.with_facts(own, constraint.clone()));
        }
        self.sent?.constraint(own, &self.known)
    }

    /// The keys that hold one fact with this one: itself, the global key that it repeats, and the
    /// service's keys that repeat it; the two keys of the clock.
    pub fn group(&self, key: &KeyName) -> Vec<KeyName> {
        let own = self.repeated(key).unwrap_or_else(|| key.clone());
        let clock = [keys::CURRENT_TIME, keys::EPOCH_TIME];
        if clock.iter().any(|it| own.is(it)) {
            return clock.map(KeyName::from_static).into();
        }
        let mut group = vec![own.clone()];
        group.extend(self.twins().filter_map(|it| it.named(own.as_str())).map(|it| (&*it).into()));
        group
    }

    /// The completion with these values of keys, none of which is given; no values are an absent key.
    pub fn completed(&self, values: &[(KeyName, Vec<Box<str>>)], management: bool) -> Request {
        let mut request = self.known.clone();
        for (key, values) in values {
            request.complete_key(key, values);
        }
        if self.unknown_management_account() {
            request.management_account = management;
        }
        request
    }

    /// The twins of the request's action.
    fn twins(&self) -> impl Iterator<Item = &'static Twin> + use<'_> {
        let action = self.known.action();
        let resource = self.known.resource().components().map(|[.., resource]| resource);
        Twin::all()
            .iter()
            .filter(move |it| it.comes_with(action.service(), action.name(), resource))
    }

    /// The global key that a service's key repeats in this request.
    fn repeated(&self, key: &KeyName) -> Option<KeyName> {
        if key.as_str().get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
            return None;
        }
        self.twins().find_map(|it| it.repeated(key.as_str())).map(|it| (&*it).into())
    }

    /// Takes the keys that were called unknown, and what was derived from them, out of the known part.
    fn forget_unknown_keys(&mut self) {
        let slots = self.unknown.clone();
        for (slot, _) in &slots {
            let Slot::Key(key) = slot else { continue };
            for key in self.group(key) {
                self.known.forget_key(&key);
            }
        }
    }

    /// The constraint with what AWS's rules say besides: a session's role has its account and name.
    fn with_facts(&self, key: &KeyName, given: Constraint) -> Constraint {
        let principal = self.known.principal();
        let is_session = principal.kind() == PrincipalKind::RoleSession;
        if !(key.is(keys::PRINCIPAL_ARN) && is_session && given.values == Possible::Any) {
            return given;
        }
        let account = principal.account().unwrap_or_default();
        let [start, name] = [
            format!("arn:{}:iam::{account}:role/", principal.partition()),
            principal.name().into(),
        ];
        let patterns = [format!("{start}{name}"), format!("{start}*/{name}")];
        let patterns = patterns.map(|it| Pattern::wildcard(&it));
        Constraint { presence: Presence::Present, values: Possible::Like(patterns.into()) }
    }
}

/// The part that is known, as a request of its own: what is not known is absent there.
impl Deref for PartialRequest {
    type Target = Request;

    fn deref(&self) -> &Request {
        &self.known
    }
}

impl From<Request> for PartialRequest {
    fn from(known: Request) -> Self {
        Self::complete(known)
    }
}

impl Request {
    /// Forgets the ARN of a session's role whose path is an assumption.
    fn forget_assumed_path(&mut self) {
        let before = self.notes.len();
        self.notes.retain(|note| note.name != ASSUMED_PATH);
        if self.notes.len() < before && !self.principal.is_path_known() {
            self.context.remove(&KeyName::from_static(keys::PRINCIPAL_ARN));
        }
    }

    /// Takes a key out, and what a request tells besides by it.
    fn forget_key(&mut self, key: &KeyName) {
        self.context.remove(key);
        if key.is(keys::USER_ID) {
            self.principal.forget_unique_id();
        }
        if key.is(keys::RESOURCE_ACCOUNT) {
            self.resource_account = None;
        }
    }

    /// Gives a key these values, and what a request tells besides by it.
    fn complete_key(&mut self, key: &KeyName, values: &[Box<str>]) {
        self.context.fill_in_all(key, values.to_vec());
        // A unique id in a Principal element is what AWS shows of somebody who was deleted: whoever
        // calls has another, so `aws:userid` tells conditions only (IAM User Guide, "AWS JSON policy
        // elements: Principal").
        let [value] = values else { return };
        if key.is(keys::PRINCIPAL_ARN) {
            self.principal.tell_role(value);
        }
        // What AWS opens to all is decided by the caller's own policies, whatever account has it.
        if key.is(keys::RESOURCE_ACCOUNT) && self.owner_basis != OwnerBasis::Aws {
            self.resource_account = Some(value.clone());
        }
    }
}

/// The value as a context has it.
impl From<Vec<Box<str>>> for ContextValue {
    fn from(mut values: Vec<Box<str>>) -> Self {
        let one = if values.len() == 1 { values.pop() } else { None };
        one.map_or(Self::Many(values), Self::One)
    }
}

#[cfg(test)]
mod tests;
