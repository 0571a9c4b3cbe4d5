//! The requests that rules about grants ask about: a caller with nothing but the keys that every
//! request has, on resources of names that the document does not know.

use polsim::catalog::{Catalog, ListedAction, keys};
use polsim::eval::{PolicySet, Scratch};
use polsim::lower::AttachedPolicy;
use polsim::policy::{Effect, Policy, PolicyType, ResourcePattern};
use polsim::request::{ContextValue, Request, RequestParts, is_account_id};
use polsim::text::KeyName;

use crate::finding::Shown;

/// The account of requests where the document names none.
pub(crate) const ACCOUNT: &str = "111122223333";
/// The region of requests where the document names none.
const REGION: &str = "eu-west-1";
/// The instant of requests.
const NOW: &str = "2026-10-01T12:00:00Z";

/// A document as its holder's only policy, ready to be asked.
#[derive(Debug)]
pub(crate) struct Holder {
    set: PolicySet,
    policy: AttachedPolicy,
    regions: Vec<Box<str>>,
    accounts: Vec<Box<str>>,
    /// A name that occurs nowhere in the document.
    fresh: String,
    scratch: Scratch,
}

/// A question to the holder: an action, with keys that the call sets.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Call<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) name: &'a str,
    /// Keys that the call sets.
    pub(crate) context: &'a [(&'a str, &'a str)],
    /// True if the caller's own user or role is asked about, too.
    pub(crate) own: bool,
}

/// A request that is allowed, and the numbers of the statements that allow it.
#[derive(Clone, Debug)]
pub(crate) struct Granted {
    pub(crate) statements: Vec<usize>,
    pub(crate) shown: Shown,
}

impl Holder {
    pub(crate) fn new(policy: &Policy) -> Self {
        let attached = AttachedPolicy::new(policy.clone());
        let literal = |at: usize| {
            let mut found: Vec<Box<str>> = Vec::new();
            for entry in policy
                .statements
                .iter()
                .filter_map(|it| it.resource.as_ref())
                .flat_map(|it| &it.values)
            {
                let ResourcePattern::Arn { components, .. } = &entry.value else { continue };
                let text = components.get(at).and_then(|it| it.as_literal()).unwrap_or_default();
                if !text.is_empty() && !found.iter().any(|it| **it == *text) {
                    found.push(text.into());
                }
            }
            found
        };
        let (mut regions, mut accounts) = (literal(3), literal(4));
        accounts.retain(|it| is_account_id(it));
        if regions.is_empty() {
            regions.push(REGION.into());
        }
        if accounts.is_empty() {
            accounts.push(ACCOUNT.into());
        }
        let text = policy.source.slice(policy.span);
        let fresh = (0_u32..1_000_000)
            .map(|at| format!("polsim-fresh{at:x}"))
            .find(|it| !text.contains(it));
        Self {
            set: PolicySet::new([attached.clone()]),
            policy: attached,
            regions,
            accounts,
            fresh: fresh.unwrap_or_default(),
            scratch: Scratch::default(),
        }
    }

    /// A service's name that the document does not know.
    pub(crate) fn fresh_service(&self) -> String {
        format!("{}.amazonaws.com", self.fresh)
    }

    /// The request for which the call is allowed: on a fresh resource of every type that it needs, or
    /// of one of its types if it needs none.
    pub(crate) fn grants(&mut self, catalog: &Catalog, call: Call<'_>) -> Option<Granted> {
        let action = catalog.action(call.prefix, call.name)?;
        if call.own
            && let Some(granted) = self.on_itself(&action, call)
        {
            return Some(granted);
        }
        let types = action.resource_types();
        if types.is_empty() {
            return self.one(&action, call, "*", None);
        }
        let required: Vec<&str> =
            types.iter().filter(|(_, required)| *required).map(|(it, _)| &*it.format).collect();
        if required.is_empty() {
            let all: Vec<&str> = types.iter().map(|(it, _)| &*it.format).collect();
            return all.into_iter().find_map(|format| self.somewhere(&action, call, format));
        }
        let mut last = None;
        for format in required {
            last = Some(self.somewhere(&action, call, format)?);
        }
        last
    }

    /// The caller's own user or role as the resource.
    fn on_itself(&mut self, action: &ListedAction<'_>, call: Call<'_>) -> Option<Granted> {
        let accounts = self.accounts.clone();
        accounts.iter().find_map(|account| {
            let own = [format!("user/{CALLER}"), format!("role/{CALLER}")];
            let about = |word: &str| {
                let all = action.resource_types();
                all.iter().any(|(it, _)| it.format.contains(&format!(":{word}/")))
            };
            let [user, role] = own;
            let at = |rest: &str| format!("arn:aws:iam::{account}:{rest}");
            let as_user =
                about("user").then(|| self.one(action, call, &at(&user), Some(account))).flatten();
            as_user.or_else(|| {
                about("role").then(|| self.one(action, call, &at(&role), Some(account))).flatten()
            })
        })
    }

    /// The fresh resources of an action, of every type that it needs or else of each of its types.
    pub(crate) fn resources(&self, action: &ListedAction<'_>) -> Vec<String> {
        let types = action.resource_types();
        let needs = types.iter().any(|(_, required)| *required);
        let formats = types.iter().filter(|(_, required)| *required || !needs);
        let mut found = Vec::new();
        for (it, _) in formats {
            for (region, account) in
                self.regions.iter().flat_map(|it| self.accounts.iter().map(move |own| (it, own)))
            {
                found.push(fill(&it.format, region, account, &self.fresh));
            }
        }
        if found.is_empty() {
            found.push("*".to_owned());
        }
        found
    }

    /// The accounts that its requests are of.
    pub(crate) fn accounts(&self) -> &[Box<str>] {
        &self.accounts
    }

    fn somewhere(
        &mut self,
        action: &ListedAction<'_>,
        call: Call<'_>,
        format: &str,
    ) -> Option<Granted> {
        let (regions, accounts) = (self.regions.clone(), self.accounts.clone());
        for region in &regions {
            for account in &accounts {
                let arn = fill(format, region, account, &self.fresh);
                if let Some(granted) = self.one(action, call, &arn, Some(account)) {
                    return Some(granted);
                }
            }
        }
        None
    }

    fn one(
        &mut self,
        action: &ListedAction<'_>,
        call: Call<'_>,
        resource: &str,
        account: Option<&str>,
    ) -> Option<Granted> {
        let account =
            account.or(self.accounts.first().map(|it| &**it)).unwrap_or(ACCOUNT).to_owned();
        let name = format!("{}:{}", action.service().prefix, action.name());
        let is_user = resource.contains(":user/");
        let principal = if is_user {
            format!("arn:aws:iam::{account}:user/{CALLER}")
        } else {
            format!("arn:aws:sts::{account}:assumed-role/{CALLER}/session")
        };
        let region = resource.split(':').nth(3).filter(|it| !it.is_empty());
        let region = region.or(self.regions.first().map(|it| &**it)).unwrap_or(REGION);
        let mut context: Vec<(KeyName, ContextValue)> = vec![
            (keys::CURRENT_TIME.into(), NOW.into()),
            (keys::SECURE_TRANSPORT.into(), "true".into()),
            (keys::REQUESTED_REGION.into(), region.into()),
            (keys::USER_AGENT.into(), self.fresh.as_str().into()),
            (keys::VIA_AWS_SERVICE.into(), "false".into()),
        ];
        let set = call.context.iter().map(|(key, value)| ((*key).into(), (*value).into()));
        context.extend(set);
        let parts = RequestParts {
            principal: &principal,
            action: &name,
            resource,
            resource_account: Some(&account),
            context: context.clone(),
            ..RequestParts::default()
        };
        let request = Request::new(parts).ok()?;
        // The document's own decision: some Allow, no Deny. Whether the key or the role lets the
        // caller in is for others to say.
        let (set, scratch) = (&self.set, &mut self.scratch);
        let matching = |effect: Effect, scratch: &mut Scratch| -> Vec<usize> {
            let all = set.lowered().statements.iter().filter(|it| it.effect == effect);
            all.filter(|it| set.holds(it.matches, &request, scratch)).map(|it| it.index).collect()
        };
        let statements = matching(Effect::Allow, scratch);
        if statements.is_empty() || !matching(Effect::Deny, scratch).is_empty() {
            return None;
        }
        let extra: Vec<String> =
            call.context.iter().map(|(key, value)| format!(" with {key} = {value}")).collect();
        let extra = extra.concat();
        let sentence = format!("`{principal}` may call `{name}` on `{resource}`{extra}").into();
        let case = self.case(&principal, &name, resource, (&account, &context));
        Some(Granted { statements, shown: Shown { sentence, case } })
    }

    /// The request and the document as a case.
    fn case(
        &self,
        principal: &str,
        action: &str,
        resource: &str,
        (account, context): (&str, &[(KeyName, ContextValue)]),
    ) -> Box<str> {
        case(
            &self.policy.policy,
            &Asked { principal, action, resource, account, context },
            "allowed",
        )
    }
}

/// The parts of a request that a case writes.
pub(crate) struct Asked<'a> {
    pub(crate) principal: &'a str,
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) account: &'a str,
    pub(crate) context: &'a [(KeyName, ContextValue)],
}

/// A request and a document as a case with its decision.
pub(crate) fn case(policy: &Policy, asked: &Asked<'_>, expect: &str) -> Box<str> {
    let context: serde_json::Map<String, serde_json::Value> = asked
        .context
        .iter()
        .map(|(key, value)| {
            let values = value.as_slice();
            let json = match values {
                [only] => serde_json::Value::from(&**only),
                _ => values.iter().map(|it| serde_json::Value::from(&**it)).collect(),
            };
            (key.as_str().to_owned(), json)
        })
        .collect();
    let document: serde_json::Value =
        serde_json::from_str(&policy.to_json()).unwrap_or(serde_json::Value::Null);
    let mut policies =
        vec![serde_json::json!({"type": policy.policy_type.as_str(), "document": document})];
    policies.extend(owners_grant(policy, asked.action));
    serde_json::json!({
        "policies": policies,
        "request": {
            "principal": asked.principal,
            "action": asked.action,
            "resource": asked.resource,
            "resourceAccount": asked.account,
            "context": context,
        },
        "expect": expect,
    })
    .to_string()
    .into()
}

/// The policy of a key or a role that lets in whom an identity policy allows: without it no request
/// on a key or for a role is allowed.
fn owners_grant(policy: &Policy, action: &str) -> Option<serde_json::Value> {
    let side = match action.split_once(':')? {
        _ if policy.policy_type != PolicyType::Identity => return None,
        ("kms", _) => PolicyType::Key,
        ("sts", name) if name.starts_with("AssumeRole") => PolicyType::Trust,
        _ => return None,
    };
    let grant = crate::ask::allow_all(side)?;
    let document: serde_json::Value = serde_json::from_str(&grant.policy.to_json()).ok()?;
    Some(serde_json::json!({"type": side.as_str(), "document": document}))
}

/// The name of the caller.
pub(crate) const CALLER: &str = "polsim-caller";

/// An ARN of a format.
fn fill(format: &str, region: &str, account: &str, fresh: &str) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(match name {
            "Partition" => "aws",
            "Region" => region,
            "Account" => account,
            _ => fresh,
        });
        rest = tail;
    }
    out.push_str(rest);
    out.replace('*', fresh)
}
