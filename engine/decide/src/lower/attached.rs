//! Policies and what they are attached to.

use std::sync::Arc;

use crate::catalog::keys;
use crate::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate, PrincipalTest};
use crate::policy::{Policy, ResourcePattern};
use crate::text::{Arn, CaseRule, KeyName, Pattern};

/// A policy and its place of attachment.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::lower::{AttachedPolicy, Scope};
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::text::Source;
/// let source = Source::new("full-access.json", r#"{"Version": "2012-10-17",
///   "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#);
/// let policy = Policy::parse(&source, PolicyType::Scp).expect("a valid policy").policy;
/// let at_the_account = AttachedPolicy { level: 2, ..AttachedPolicy::new(policy) };
/// assert_eq!(&*at_the_account.name, "full-access.json");
/// assert_eq!(at_the_account.scope, Scope::EveryRequest);
/// ```
#[derive(Clone, Debug)]
pub struct AttachedPolicy {
    /// The policy document itself.
    pub policy: Arc<Policy>,
    /// The name by which results speak of it.
    pub name: Arc<str>,
    /// The level of an SCP or RCP: 0 the root, then the organizational units, the account
    /// last. Documents of one level are united, levels are intersected.
    pub level: u32,
    /// The requests that it is asked about.
    pub scope: Scope,
}

/// The requests that a policy is asked about.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::Formulas;
/// # use polsim::lower::{Scope, lower_scope};
/// let mut formulas = Formulas::new();
/// let everywhere = lower_scope(&Scope::EveryRequest, &mut formulas);
/// assert_eq!(everywhere, formulas.truth(true));
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Scope {
    /// The request in question, whichever it is: a case lists the policies that apply to its request.
    #[default]
    EveryRequest,
    /// Requests that cross the endpoint of this id, known by `aws:SourceVpce`.
    Endpoint(Box<str>),
    /// Requests on resources of all accounts but this one, known by `aws:ResourceAccount`.
    OtherOwners(Box<str>),
    /// Requests of all but these users and roles.
    OtherPrincipals(Vec<Arn>),
    /// Requests of these users and roles.
    Principals(Vec<Arn>),
    /// Requests on resources that match one of these.
    Resources(Vec<ResourcePattern>),
}

impl AttachedPolicy {
    /// A policy that is asked about every request, named after its source, at the root level.
    pub fn new(policy: impl Into<Arc<Policy>>) -> Self {
        let policy = policy.into();
        let name = policy.source.name().into();
        Self { policy, name, level: 0, scope: Scope::EveryRequest }
    }
}

impl Scope {
    /// The requests on the resource `text`, an ARN or a pattern of ARNs: the policy of a bucket is
    /// asked about its objects, that of an access point about what it gives access to.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::lower::Scope;
    /// assert!(matches!(Scope::of_resource("arn:aws:s3:::lake"), Some(Scope::Resources(_))));
    /// assert_eq!(Scope::of_resource("lake"), None);
    /// ```
    pub fn of_resource(text: &str) -> Option<Self> {
        let mut arns = vec![text.to_owned()];
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        if let [_, _, service, _, _, rest] = parts[..] {
            match (service, rest.split_once('/')) {
                ("s3" | "s3express", None) => arns.push(format!("{text}/*")),
                ("s3" | "s3-object-lambda", Some(("accesspoint", _))) => {
                    arns.push(format!("{text}/object/*"));
                }
                _ => (),
            }
        }
        let pattern = |arn: &String| {
            let parts: Vec<Pattern> = arn.splitn(6, ':').map(Pattern::wildcard).collect();
            let components: Box<[Pattern; 6]> = Box::new(parts.try_into().ok()?);
            let pattern = ResourcePattern::Arn { components, crosses_colons: None };
            arn.starts_with("arn:").then_some(pattern)
        };
        arns.iter().map(pattern).collect::<Option<_>>().map(Self::Resources)
    }

    /// The requests in the scope, as a formula.
    pub(super) fn lower(&self, formulas: &mut Formulas) -> FormulaId {
        match self {
            Self::EveryRequest => formulas.truth(true),
            Self::Endpoint(id) => is(formulas, keys::SOURCE_VPCE, id),
            Self::OtherOwners(account) => {
                let own = is(formulas, keys::RESOURCE_ACCOUNT, account);
                formulas.not(own)
            }
            Self::OtherPrincipals(arns) => {
                let listed = Self::Principals(arns.clone()).lower(formulas);
                formulas.not(listed)
            }
            Self::Principals(arns) => {
                let parts: Vec<FormulaId> = arns
                    .iter()
                    .flat_map(|arn| {
                        let named = Atom::Principal(PrincipalTest::Id(arn.as_str().into()));
                        let session = Atom::Principal(PrincipalTest::SessionOf(arn.clone()));
                        let issued = Atom::Principal(PrincipalTest::IssuedBy(arn.clone()));
                        [formulas.atom(named), formulas.atom(session), formulas.atom(issued)]
                    })
                    .collect();
                formulas.any(parts)
            }
            Self::Resources(patterns) => {
                let parts: Vec<FormulaId> = patterns
                    .iter()
                    .map(|pattern| formulas.atom(Atom::Resource(pattern.clone())))
                    .collect();
                formulas.any(parts)
            }
        }
    }
}

/// The key is this text.
fn is(formulas: &mut Formulas, key: &str, text: &str) -> FormulaId {
    let same = Predicate::Text(Pattern::literal(text), CaseRule::Exact);
    let test = KeyTest::Some { any_of: [same].into(), hit: true };
    formulas.atom(Atom::Key(KeyName::new(key), test))
}

/// The requests in a scope, as a formula.
pub fn lower_scope(scope: &Scope, formulas: &mut Formulas) -> FormulaId {
    scope.lower(formulas)
}
