//! Policies in question: what each adds to a decision, and which requests it is asked about.

use polsim_decide::eval::PolicySet;
use polsim_decide::formula::{Atom, KeyTest, Predicate, PrincipalTest};
use polsim_decide::lower::AttachedPolicy;
use polsim_decide::policy::{ActionPattern, Policy, PolicyType, ResourcePattern};
use polsim_decide::text::{KeyName, Pattern, Source};

/// A new policy and what it is attached to.
///
/// ```
/// use polsim_decide::policy::{Policy, PolicyType};
/// use polsim_decide::text::Source;
/// use polsim_replay::Question;
/// let text = r#"{"Version": "2012-10-17", "Statement":
///   {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}}"#;
/// let policy = Policy::parse(&Source::new("scp.json", text), PolicyType::Scp).expect("valid").policy;
/// let question = Question::new(policy, None);
/// assert_eq!(question.keys()[0].as_str(), "aws:SecureTransport");
/// ```
#[derive(Debug)]
pub struct Question {
    pub(crate) policy_type: PolicyType,
    /// The endpoint, resource or principal that it is attached to; none for any.
    pub(crate) target: Option<Box<str>>,
    /// The policy with what lets through everything that it lets through.
    pub(crate) set: PolicySet,
    /// The policy alone, where that is another question.
    pub(crate) alone: Option<PolicySet>,
    keys: Vec<KeyName>,
    /// The resources, principals and actions that the policy names.
    pub(crate) resources: Vec<String>,
    pub(crate) principals: Vec<String>,
    pub(crate) actions: Vec<ActionPattern>,
}

/// Policies that allow everything, for the layers that are not in question.
const ALLOW: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
const ALLOW_EVERYBODY: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}"#;

impl Question {
    /// The question about a policy, attached to `target`.
    pub fn new(policy: Policy, target: Option<&str>) -> Self {
        let policy_type = policy.policy_type;
        let attached = AttachedPolicy::new(policy);
        let alone = || PolicySet::new([attached.clone()]);
        let mut with = vec![attached.clone()];
        with.extend(Self::companions(policy_type));
        let needs_both =
            matches!(policy_type, PolicyType::Resource | PolicyType::Key | PolicyType::Trust);
        let mut question = Self {
            policy_type,
            target: target.map(Into::into),
            set: PolicySet::new(with),
            alone: needs_both.then(alone),
            keys: Vec::new(),
            resources: Vec::new(),
            principals: Vec::new(),
            actions: Vec::new(),
        };
        question.read(&alone());
        question
    }

    /// The policies of the layers that are not in question.
    fn companions(policy_type: PolicyType) -> Vec<AttachedPolicy> {
        let parse = |text: &str, policy_type| {
            Policy::parse(&Source::new("everything", text), policy_type)
                .ok()
                .map(|it| AttachedPolicy::new(it.policy))
        };
        let identity = parse(ALLOW, PolicyType::Identity);
        let resource = parse(ALLOW_EVERYBODY, PolicyType::Resource);
        let list = match policy_type {
            PolicyType::Endpoint | PolicyType::Boundary | PolicyType::Session => {
                vec![identity, resource.filter(|_| policy_type == PolicyType::Endpoint)]
            }
            PolicyType::Resource | PolicyType::Key | PolicyType::Trust => vec![identity],
            PolicyType::Identity | PolicyType::Rcp | PolicyType::Scp => Vec::new(),
        };
        list.into_iter().flatten().collect()
    }

    /// Collects what the policy names.
    fn read(&mut self, alone: &PolicySet) {
        let lowered = alone.lowered();
        let mut keys = Vec::new();
        let add = |key: &KeyName, keys: &mut Vec<KeyName>| {
            if !keys.contains(key) {
                keys.push(key.clone());
            }
        };
        for atom in lowered.formulas.atoms() {
            match atom {
                Atom::Key(key, test) => {
                    add(key, &mut keys);
                    if let KeyTest::Some { any_of, .. } = test {
                        let patterns = any_of.iter().flat_map(Predicate::patterns);
                        patterns
                            .flat_map(Pattern::variables)
                            .for_each(|it| add(&it.key, &mut keys));
                    }
                }
                Atom::Resource(ResourcePattern::Arn { components, .. }) => {
                    components
                        .iter()
                        .flat_map(Pattern::variables)
                        .for_each(|it| add(&it.key, &mut keys));
                }
                Atom::Principal(PrincipalTest::Id(id)) => self.principals.push(id.to_string()),
                Atom::Principal(PrincipalTest::SessionOf(arn) | PrincipalTest::IssuedBy(arn)) => {
                    self.principals.push(arn.to_string());
                }
                _ => (),
            }
        }
        for attached in &lowered.policies {
            for statement in &attached.policy.statements {
                let actions = statement.action.values.iter().map(|it| it.value.clone());
                self.actions.extend(actions);
                for value in statement.resource.iter().flat_map(|it| &it.values) {
                    if let ResourcePattern::Arn { components, .. } = &value.value {
                        self.resources.push(written(components.as_slice()));
                    }
                }
            }
        }
        self.keys = keys;
    }

    /// The keys that the policy reads.
    pub fn keys(&self) -> &[KeyName] {
        &self.keys
    }

    /// The type of the policy.
    pub fn policy_type(&self) -> PolicyType {
        self.policy_type
    }

    /// The set that decides, for callers that show its statements.
    pub fn set(&self) -> &PolicySet {
        &self.set
    }

    /// True if the policy tells requests apart by their resource.
    pub(crate) fn reads_resources(&self) -> bool {
        !self.resources.is_empty() || self.target.is_some() || self.policy_type != PolicyType::Scp
    }

    /// True if the policy tells requests apart by their principal, besides its kind.
    pub(crate) fn reads_principals(&self) -> bool {
        self.policy_type != PolicyType::Scp || self.target.is_some()
    }
}

/// The pattern of an ARN, a variable as `*`.
fn written(components: &[Pattern]) -> String {
    use polsim_decide::text::Piece;
    let mut text = String::new();
    for (index, component) in components.iter().enumerate() {
        if index > 0 {
            text.push(':');
        }
        for piece in component.pieces() {
            match piece {
                Piece::AnyOne => text.push('?'),
                Piece::AnyRun | Piece::Variable(_) => text.push('*'),
                Piece::Text(part) => text.push_str(part),
            }
        }
    }
    text
}
