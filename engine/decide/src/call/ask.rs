//! Deciding the checks of a call.

use std::sync::Arc;

use super::access_point;
use super::answer::{CallAnswer, CallDecision, CheckAnswer, whole};
use super::check::{Actor, Check, Derived, Need, Target};
use super::classes;
use crate::catalog::{ContextKey, FilledFrom, keys};
use crate::eval::{Decision, PartialDecision, PolicySet, Scratch};
use crate::formula::Atom;
use crate::lower::{AttachedPolicy, Readings, Scope};
use crate::policy::{Element, Polarity, PolicyType, ResourcePattern, Statement};
use crate::request::{
    Constraint, ContextValue, PartialRequest, Request, RequestError, RequestParts, Resource,
    ResourceFacts, Slot,
};
use crate::text::{ActionPattern, CaseRule, KeyName, NoVariables};

/// The policies and the caller that checks are decided for.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::{Asked, CallDecision, Caller, Calls, Parameters};
/// # use polsim::lower::AttachedPolicy;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::request::RequestParts;
/// # use polsim::text::Source;
/// # #[cfg(feature = "catalog")] {
/// let source = Source::new("dev.json", r#"{"Version": "2012-10-17",
///   "Statement": {"Effect": "Allow", "Action": "lambda:*", "Resource": "*"}}"#);
/// let policy = Policy::parse(&source, PolicyType::Identity).expect("a policy").policy;
/// let call = Calls::embedded().find("lambda:CreateFunction").expect("a call of the table");
/// let caller = Caller { partition: "aws", account: Some("111122223333"), region: Some("eu-west-1") };
/// let parameters = Parameters::read(
///     r#"{"FunctionName": "f", "Role": "arn:aws:iam::111122223333:role/Fn", "Code": {"ZipFile": "UEs="}}"#,
/// ).unwrap();
/// let derived = call.derive(&parameters, &caller, None);
/// let parts = RequestParts { principal: "arn:aws:iam::111122223333:role/Dev", ..RequestParts::default() };
/// let answer = Asked::new(&[AttachedPolicy::new(policy)], parts).decide(&derived).expect("requests");
/// assert_eq!(answer.decision, CallDecision::Denied);
/// assert_eq!(answer.failed(), ["pass"], "iam:PassRole is not allowed");
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    pub(super) policies: &'a [AttachedPolicy],
    /// The principal, the context and the facts of the call; action and resource are the checks'.
    pub(super) parts: RequestParts<'a>,
    pub(super) readings: Readings,
    pub(super) endpoint: Option<&'a str>,
    pub(super) known: Option<&'a dyn KnownFacts>,
    pub(super) unknown: Vec<(Slot, Constraint)>,
    /// The account that owns a resource of which nothing else tells the owner.
    pub(super) otherwise: Option<&'a str>,
}

/// What an input says of resources beside its policies.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::{Asked, KnownFacts};
/// # use polsim::request::{RequestParts, ResourceFacts};
/// #[derive(Debug)]
/// struct OneLake;
/// impl KnownFacts for OneLake {
///     fn facts(&self, arn: &str) -> ResourceFacts<'_> {
///         let ours = arn.starts_with("arn:aws:s3:::lake");
///         ResourceFacts { account: ours.then_some("111122223333"), ..ResourceFacts::default() }
///     }
///     fn buckets(&self, _access_point: &str) -> Vec<&str> {
///         vec!["arn:aws:s3:::lake"]
///     }
/// }
/// let _asked = Asked::new(&[], RequestParts::default()).knowing(&OneLake);
/// ```
pub trait KnownFacts: std::fmt::Debug {
    /// The facts about the resource with this ARN.
    fn facts(&self, arn: &str) -> ResourceFacts<'_>;

    /// The ARNs of the buckets behind the access point with this ARN.
    fn buckets(&self, access_point: &str) -> Vec<&str>;
}

/// Keys of the network, which a forwarded check does not have; `aws:SourceIp` stays.
const OF_NETWORK: [&str; 7] = [
    keys::SOURCE_VPC,
    keys::SOURCE_VPCE,
    keys::VPC_SOURCE_IP,
    keys::SOURCE_VPC_ARN,
    keys::VPCE_ACCOUNT,
    keys::VPCE_ORG_ID,
    keys::VPCE_ORG_PATHS,
];

impl<'a> Asked<'a> {
    /// The question of these policies, for the principal and in the context of `parts`.
    pub fn new(policies: &'a [AttachedPolicy], parts: RequestParts<'a>) -> Self {
        Self {
            policies,
            parts,
            readings: Readings::default(),
            endpoint: None,
            known: None,
            unknown: Vec::new(),
            otherwise: None,
        }
    }

    /// The same under these readings.
    #[must_use]
    pub fn reading(mut self, readings: Readings) -> Self {
        self.readings = readings;
        self
    }

    /// The same through the endpoint of this id; forwarded checks cross none.
    #[must_use]
    pub fn through(mut self, endpoint: Option<&'a str>) -> Self {
        self.endpoint = endpoint;
        self
    }

    /// The same with these parts of the requests unknown.
    #[must_use]
    pub fn not_knowing(mut self, unknown: Vec<(Slot, Constraint)>) -> Self {
        self.unknown = unknown;
        self
    }

    /// The same with what the input says of resources.
    #[must_use]
    pub fn knowing(mut self, known: &'a dyn KnownFacts) -> Self {
        self.known = Some(known);
        self
    }

    /// The answer to a call.
    ///
    /// # Errors
    /// Where a check is no request, because of the principal or a parameter.
    pub fn decide(&self, derived: &Derived) -> Result<CallAnswer, RequestError> {
        let mut checks = Vec::new();
        for check in &derived.checks {
            checks.extend(self.check(check)?);
        }
        let mut later = Vec::new();
        for check in &derived.later {
            if let Actor::Role(arn) = &check.actor
                && self.carries(arn)
            {
                later.extend(self.as_role(arn).check(check)?);
            }
        }
        Ok(CallAnswer::of(checks, later))
    }

    /// The answers to a check: one, or those of an access point and its bucket.
    ///
    /// # Errors
    /// Where the check is no request.
    pub fn check(&self, check: &Check) -> Result<Vec<CheckAnswer>, RequestError> {
        let mut answers = match access_point::of(check) {
            Some(point) => access_point::decide(self, check, &point)?,
            None => vec![self.single(check)?],
        };
        for answer in &mut answers {
            self.weigh(answer)?;
        }
        Ok(answers)
    }

    /// The answer to a check on one resource, before the circumstances in which it counts.
    pub(super) fn single(&self, check: &Check) -> Result<CheckAnswer, RequestError> {
        let one = |resource: &str| {
            let request = self.request(check, resource)?;
            let set = self.set(&request);
            Ok(decided(check, request, set))
        };
        let patterns = match &check.target {
            Target::One(resource) | Target::Fresh { sample: resource, .. } => return one(resource),
            Target::Some { patterns, .. } => patterns,
        };
        let Some(resources) = self.classes(check, patterns)? else {
            let mut answer = one(&check.target.shown().replace('?', "a"))?;
            answer.decision = CallDecision::Depends;
            answer.depends_on.push(format!("resource:{}", check.id));
            return Ok(answer);
        };
        let answers = resources.iter().map(|it| one(it)).collect::<Result<Vec<_>, _>>()?;
        let all_alike = answers
            .windows(2)
            .all(|pair| matches!(pair, [one, other] if one.decision == other.decision));
        // A denied one tells what is missing.
        let is_denied = |it: &CheckAnswer| it.decision == CallDecision::Denied;
        let at = answers.iter().position(is_denied).unwrap_or_default();
        let Some(mut answer) = answers.into_iter().nth(at) else {
            return one(check.target.shown());
        };
        if !all_alike {
            answer.decision = CallDecision::Depends;
            answer.depends_on.insert(0, format!("resource:{}", check.id));
        }
        Ok(answer)
    }

    /// A resource of each class that the policies tell apart.
    fn classes(
        &self,
        check: &Check,
        patterns: &[crate::text::Pattern],
    ) -> Result<Option<Vec<String>>, RequestError> {
        let set = PolicySet::with_readings(self.policies.iter().cloned(), &self.readings);
        let asked: Vec<&ResourcePattern> = set
            .lowered()
            .formulas
            .atoms()
            .filter_map(|atom| match atom {
                Atom::Resource(pattern) => Some(pattern),
                _ => None,
            })
            .collect();
        // Variables of the policies are the caller's keys, whatever the resource.
        let variables = self.request(check, &check.target.shown().replace('?', "a"))?;
        let mut all = Vec::new();
        for pattern in patterns {
            let Some(some) = classes::of(pattern, &asked, variables.known()) else {
                return Ok(None);
            };
            all.extend(some);
        }
        Ok(Some(all))
    }

    /// The request of a check on a resource.
    pub(super) fn request(
        &self,
        check: &Check,
        resource: &str,
    ) -> Result<PartialRequest, RequestError> {
        let forwarded = !check.via.is_empty();
        let service = check.action.split(':').next().unwrap_or_default();
        let mut parts = self.parts.clone();
        parts.context.retain(|(key, _)| {
            let prefix = key.as_str().split(':').next().unwrap_or_default();
            let is_global = prefix.eq_ignore_ascii_case("aws");
            let is_own = prefix.eq_ignore_ascii_case(service);
            let of_network = OF_NETWORK.iter().any(|it| key.is(it));
            (is_global || is_own || of_credentials(key)) && !(forwarded && of_network)
        });
        for (key, value) in &check.context {
            if !parts.context.iter().any(|(known, _)| known == key) {
                parts.context.push((key.clone(), value.clone()));
            }
        }
        if forwarded {
            parts.call.via = check.via.iter().map(|it| &**it).collect();
        }
        if let Some(region) = &check.region {
            // `unspecified`, of Bedrock's global profiles, is no region of a partition.
            parts.call.region = None;
            let key = KeyName::from_static(keys::REQUESTED_REGION);
            parts.context.retain(|(known, _)| *known != key);
            parts.context.push((key, ContextValue::One(region.clone())));
        }
        let owner: Option<Resource> = resource.parse().ok();
        if owner.is_some_and(|it| it.account().is_some()) {
            parts.resource_account = None;
        }
        let mut facts = self.known.map(|it| it.facts(resource)).unwrap_or_default();
        if facts.account.is_none() && facts.policy_account.is_none() {
            facts.policy_account = self.otherwise;
        }
        parts.about_resource = facts;
        parts.action = &check.action;
        parts.resource = resource;
        let complete = parts.complete;
        let unknown = self.unknown(check, &parts);
        let request = PartialRequest::as_sent(parts, unknown)?;
        Ok(match self.endpoint {
            Some(endpoint) if !complete && !forwarded => request.through_endpoint(endpoint),
            _ => request,
        })
    }

    /// What is not known of the request of a check: what the input says, and the keys that are there
    /// with a value that the parameters of the call do not tell.
    fn unknown(&self, check: &Check, parts: &RequestParts<'_>) -> Vec<(Slot, Constraint)> {
        let is_given = |key: &KeyName| {
            parts.context.iter().any(|(known, _)| known == key)
                || parts.call.absent.iter().any(|it| key.is(it))
        };
        let mut unknown = self.unknown.clone();
        for key in &check.unknown {
            let slot = Slot::Key(key.clone());
            if !parts.complete && !is_given(key) && !unknown.iter().any(|(it, _)| *it == slot) {
                unknown.push((slot, Constraint::present()));
            }
        }
        unknown
    }

    /// The policies that are asked about the request, compiled.
    pub(super) fn set(&self, request: &PartialRequest) -> Arc<PolicySet> {
        self.set_of(request, |_| true)
    }

    /// Those of them that a test takes.
    pub(super) fn set_of(
        &self,
        request: &PartialRequest,
        takes: impl Fn(&AttachedPolicy) -> bool,
    ) -> Arc<PolicySet> {
        self.set_with(request, takes, None)
    }

    /// The same with a further policy.
    pub(super) fn set_with(
        &self,
        request: &PartialRequest,
        takes: impl Fn(&AttachedPolicy) -> bool,
        further: Option<AttachedPolicy>,
    ) -> Arc<PolicySet> {
        let asked =
            self.policies.iter().filter(|it| takes(it) && is_about(it, request.known())).cloned();
        Arc::new(PolicySet::with_readings(asked.chain(further), &self.readings))
    }

    /// Takes the circumstances into account in which a check counts.
    fn weigh(&self, answer: &mut CheckAnswer) -> Result<(), RequestError> {
        if answer.check.need == Need::Never {
            answer.decision = CallDecision::Allowed;
            answer.depends_on.clear();
            return Ok(());
        }
        if answer.decision == CallDecision::Allowed {
            return Ok(());
        }
        if let Need::OrRole(role) = answer.check.need.clone() {
            self.or_role(answer, role.as_deref())?;
        }
        if answer.check.perhaps && answer.decision == CallDecision::Denied {
            answer.decision = CallDecision::Depends;
            answer.depends_on.push(format!("open:{}", answer.check.id));
            answer.notes.push("perhaps this check is not made".to_owned());
        }
        Ok(())
    }

    /// A check that either the caller or the passed role has to pass.
    fn or_role(&self, answer: &mut CheckAnswer, role: Option<&str>) -> Result<(), RequestError> {
        let Some(role) = role else { return Ok(()) };
        if !self.carries(role) {
            answer.notes.push(format!(
                "{role} may have the permission instead: its own policies are not given"
            ));
            return Ok(());
        }
        let mut check = answer.check.clone();
        check.via.clear();
        check.need = Need::Always;
        let of_role = self.as_role(role).check(&check)?;
        answer.decision = whole(of_role.iter().map(|it| it.decision));
        if answer.decision == CallDecision::Allowed {
            answer.depends_on.clear();
            answer.notes.push(format!("{role} has the permission, which is enough"));
        }
        Ok(())
    }

    /// Tells whether an identity policy of the input is carried by this role.
    fn carries(&self, role: &str) -> bool {
        let is_carrier = |policy: &AttachedPolicy| match &policy.scope {
            Scope::Principals(arns) => arns.iter().any(|it| it.as_str() == role),
            _ => false,
        };
        let identity = |it: &&AttachedPolicy| it.policy.policy_type == PolicyType::Identity;
        self.policies.iter().filter(identity).any(is_carrier)
    }

    /// The question for a session of the role, of which the caller's context says nothing.
    fn as_role<'b>(&'b self, role: &'b str) -> Asked<'b> {
        let call = crate::request::CallFacts {
            region: self.parts.call.region,
            now: self.parts.call.now,
            ..crate::request::CallFacts::default()
        };
        let parts = RequestParts { principal: role, call, ..RequestParts::default() };
        Asked { parts, endpoint: None, unknown: Vec::new(), ..self.clone() }
    }
}

/// Tells whether a key comes with the caller's credentials, whichever service is asked.
fn of_credentials(key: &KeyName) -> bool {
    ContextKey::find(key.as_str()).is_some_and(|row| matches!(row.from, FilledFrom::Credentials))
}

/// The answer to a request.
pub(super) fn decided(check: &Check, request: PartialRequest, set: Arc<PolicySet>) -> CheckAnswer {
    let answer = set.answer_partial(&request, &mut Scratch::default());
    let decision = match answer.decision() {
        PartialDecision::Decided(Decision::Allowed) => CallDecision::Allowed,
        PartialDecision::Decided(_) | PartialDecision::Denied => CallDecision::Denied,
        PartialDecision::Depends => CallDecision::Depends,
    };
    let keys = answer.depends.iter().flat_map(|it| &it.on).map(|it| it.key.to_string());
    let depends_on = if decision == CallDecision::Depends { keys.collect() } else { Vec::new() };
    CheckAnswer {
        check: check.clone(),
        decision,
        policies: answer.decision(),
        answer,
        request,
        set,
        depends_on,
        notes: Vec::new(),
    }
}

/// Tells whether a policy is asked about the request: that of a resource only if it is about this
/// one (request notes §7). What a policy is attached to is its scope; where the input does not say,
/// its own elements tell.
pub(super) fn is_about(policy: &AttachedPolicy, request: &Request) -> bool {
    let resource = request.resource();
    match (policy.policy.policy_type, &policy.scope) {
        (_, Scope::Resources(patterns)) => {
            patterns.iter().any(|it| it.matches(resource, &NoVariables))
        }
        (PolicyType::Key, _) => kind(resource) == Some(("kms", "key")),
        (PolicyType::Trust, _) => {
            kind(resource) == Some(("iam", "role"))
                && request.action().service().eq_ignore_ascii_case("sts")
        }
        (PolicyType::Resource, _) => {
            let of_its_own = [Some(("kms", "key")), Some(("iam", "role"))];
            !of_its_own.contains(&kind(resource))
                && policy.policy.statements.iter().any(|it| fits(it, request))
        }
        _ => true,
    }
}

/// The service and the first word of a resource's ARN.
fn kind(resource: &Resource) -> Option<(&str, &str)> {
    let [_, _, service, _, _, rest] = resource.components()?;
    Some((service, rest.split(['/', ':']).next()?))
}

/// Tells whether a statement is about resources of this service, and about this one.
fn fits(statement: &Statement, request: &Request) -> bool {
    let service = request.action().service();
    let of_service = statement.action.values.iter().any(|it| match &it.value {
        ActionPattern::Any => true,
        ActionPattern::Of { service: own, .. } => {
            own.matches(service, CaseRule::AsciiFolded, &NoVariables)
        }
    });
    let named = |element: &Element<ResourcePattern>| {
        let is_it = element.values.iter().any(|it| it.value.matches(request.resource(), request));
        // What a statement leaves out is a part of what its policy is about.
        is_it || element.polarity == Polarity::AllBut
    };
    let all_but = statement.action.polarity == Polarity::AllBut;
    (of_service || all_but) && statement.resource.as_ref().is_none_or(named)
}
