//! Minimization of witnesses: leaving out and replacing parts of a request while it still shows the
//! same.

mod repair;

use super::plain;
use crate::catalog::keys;
use crate::network::{ENDPOINT_KEYS, FORWARDED_KEYS, SOURCE_IP};
use crate::request::{CallFacts, ContextValue, PrincipalKind, Request, RequestParts};
use crate::text::KeyName;

/// The parts of a request that can be changed.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    principal: String,
    action: String,
    resource: String,
    resource_account: Option<String>,
    issuer: Option<String>,
    management_account: bool,
    /// Context keys that are given; those that AWS derives are filled in behind them.
    context: Vec<(KeyName, Vec<Box<str>>)>,
    /// Flag that an address has replaced a longer path and stays: a request from nowhere would have a
    /// key less and convince no reader.
    from_address: bool,
}

/// Upper bound on the rounds of changes.
const MAX_ROUNDS: usize = 4;

impl Draft {
    /// The draft that is a request as it stands.
    pub(super) fn of(request: &Request) -> Self {
        let principal = match request.principal().kind() {
            PrincipalKind::Provider => format!("federated:{}", request.principal()),
            _ => request.principal().to_string(),
        };
        let context = request
            .context()
            .entries()
            .iter()
            .map(|(key, value)| (key.clone(), value.as_slice().to_vec()))
            .collect();
        Self {
            principal,
            action: request.action().to_string(),
            resource: request.resource().to_string(),
            resource_account: request.resource_account().map(str::to_owned),
            issuer: request.principal().issuer().map(|arn| arn.as_str().to_owned()),
            management_account: request.in_management_account(),
            context,
            from_address: false,
        }
    }

    fn request(&self, complete: bool) -> Option<Request> {
        let context = self.context.iter().map(|(key, values)| {
            let value = match &**values {
                [one] => ContextValue::One(one.clone()),
                many => ContextValue::Many(many.to_vec()),
            };
            (key.clone(), value)
        });
        Request::new(RequestParts {
            principal: &self.principal,
            action: &self.action,
            resource: &self.resource,
            resource_account: self.resource_account.as_deref(),
            issuer: self.issuer.as_deref(),
            call: CallFacts::default(),
            context: context.collect(),
            complete,
            management_account: self.management_account,
            ..RequestParts::default()
        })
        .ok()
    }

    /// The request with all its keys, the derived ones included, and without those that are absent.
    pub(super) fn complete(&self) -> Option<Request> {
        let filled = Self::of(&self.request(false)?);
        let present = |(_, values): &(KeyName, Vec<Box<str>>)| !values.is_empty();
        let mut context: Vec<_> = filled.context.into_iter().filter(present).collect();
        // The order of the case's text.
        context.sort_by(|(one, _), (other, _)| one.as_str().cmp(other.as_str()));
        Self { context, ..filled }.request(true)
    }

    /// The smallest draft that single changes reach, each of which keeps `holds` true.
    pub(super) fn minimized(self, holds: &impl Fn(&Request) -> bool) -> Self {
        let keeps = |draft: &Self| draft.complete().is_some_and(|request| holds(&request));
        let mut best = self;
        if !keeps(&best) {
            return best;
        }
        for _ in 0..MAX_ROUNDS {
            let mut changed = false;
            for change in best.changes() {
                if let Some(next) = change.made(&best)
                    && keeps(&next)
                {
                    best = next;
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        best
    }

    /// The draft after changes with which its request could be sent, each of which keeps `holds` true.
    pub(super) fn made_plausible(self, holds: &impl Fn(&Request) -> bool) -> Self {
        repair::plausible(self, holds)
    }

    /// The changes to try, the last key first.
    fn changes(&self) -> Vec<Change> {
        let mut changes = vec![Change::NotInManagementAccount];
        changes.extend(plain::actions(&self.action).map(Change::Action));
        changes.push(Change::Resource);
        changes.extend(self.changes_of_path());
        for (key, values) in self.context.iter().rev() {
            changes.push(Change::Without(key.clone()));
            if values.len() > 1 {
                for value in values {
                    changes.push(Change::WithoutValue(key.clone(), value.clone()));
                }
            }
            for plain in plain::values(key) {
                changes.push(Change::Value(key.clone(), plain));
            }
        }
        changes
    }

    /// The changes of keys that only go together because they tell the path of the request. The
    /// internet is the plainest path.
    fn changes_of_path(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        for group in [&ENDPOINT_KEYS[..], &FORWARDED_KEYS] {
            if self.has_any(group) {
                let key = KeyName::new(SOURCE_IP);
                let addresses = plain::values(&key);
                changes.extend(addresses.map(|address| Change::FromAddress(group, address)));
                changes.push(Change::WithoutAll(group));
            }
        }
        changes
    }

    /// Tests whether one of the keys has another value than `false`, which direct requests carry too.
    fn has_any(&self, keys: &[&str]) -> bool {
        let is_no = |values: &[Box<str>]| values.iter().all(|value| &**value == "false");
        let is_one = |key: &KeyName| keys.iter().any(|it| key.is(it));
        self.context.iter().any(|(key, values)| is_one(key) && !is_no(values))
    }

    fn values_mut(&mut self, key: &KeyName) -> Option<&mut Vec<Box<str>>> {
        self.context.iter_mut().find(|(it, _)| it == key).map(|(_, values)| values)
    }

    /// The region that the request goes to; a usual one if it does not tell.
    fn region(&self) -> &str {
        let own = self.resource.split(':').nth(3).filter(|region| plain::is_region(region));
        let requested = || {
            let region = self.context.iter().find(|(key, _)| key.is(keys::REQUESTED_REGION));
            region
                .and_then(|(_, values)| values.first())
                .map(|value| &**value)
                .filter(|it| plain::is_region(it))
        };
        own.or_else(requested).unwrap_or("eu-west-1")
    }
}

/// A change that makes a draft smaller or plainer.
#[derive(Clone, Debug)]
enum Change {
    /// A real action in place of one that is not known.
    Action(&'static str),
    /// An address in place of these keys.
    FromAddress(&'static [&'static str], &'static str),
    NotInManagementAccount,
    /// A typical resource of the action, or a name where there is none.
    Resource,
    /// A plainer value of a key whose single value does not read well.
    Value(KeyName, &'static str),
    /// The request without a key.
    Without(KeyName),
    /// The request without any of these keys.
    WithoutAll(&'static [&'static str]),
    /// The request without one value of a key.
    WithoutValue(KeyName, Box<str>),
}

impl Change {
    /// The draft with the change, if the change applies.
    fn made(&self, draft: &Draft) -> Option<Draft> {
        let mut next = draft.clone();
        match self {
            Self::Action(action) => {
                if plain::is_known_action(&draft.action) {
                    return None;
                }
                (*action).clone_into(&mut next.action);
            }
            Self::FromAddress(keys, address) => {
                if !draft.has_any(keys) || draft.has_any(&[SOURCE_IP]) {
                    return None;
                }
                let goes = |it: &KeyName| it.is(SOURCE_IP) || keys.iter().any(|key| it.is(key));
                next.context.retain(|(it, _)| !goes(it));
                next.context.push((KeyName::new(SOURCE_IP), vec![(*address).into()]));
                next.from_address = true;
            }
            Self::NotInManagementAccount => {
                next.management_account = false;
                return draft.management_account.then_some(next);
            }
            Self::Resource => {
                let owner = draft.resource_account.as_deref();
                next.resource =
                    plain::resource(&draft.resource, &draft.action, draft.region(), owner)?;
            }
            Self::Without(key) if key.is(SOURCE_IP) && draft.from_address => return None,
            Self::Without(key) => {
                let at = next.context.iter().position(|(it, _)| it == key)?;
                next.context.remove(at);
            }
            Self::WithoutAll(keys) => {
                if !draft.has_any(keys) {
                    return None;
                }
                next.context.retain(|(it, _)| !keys.iter().any(|key| it.is(key)));
            }
            Self::WithoutValue(key, value) => without_value(next.values_mut(key)?, value)?,
            Self::Value(key, plain) => set_value(next.values_mut(key)?, key, plain)?,
        }
        Some(next)
    }
}

/// Removes one value of several; `None` if it is not there or alone.
fn without_value(values: &mut Vec<Box<str>>, value: &str) -> Option<()> {
    let before = values.len();
    values.retain(|it| **it != *value);
    (values.len() != before && !values.is_empty()).then_some(())
}

/// Replaces the single value of a key that does not read well; `None` if there is none such.
fn set_value(values: &mut [Box<str>], key: &KeyName, plain: &str) -> Option<()> {
    let [value] = values else { return None };
    if plain::reads_well(key, value) {
        return None;
    }
    *value = plain.into();
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: [&str; 4] = ["aws:SourceVpce", "aws:SourceVpc", "aws:VpcSourceIp", "aws:SourceIp"];

    /// A request with these keys, made small, and its keys that say how it came.
    fn path_of(context: &[(&str, &str)], holds: impl Fn(&Request) -> bool) -> Vec<&'static str> {
        let context = context
            .iter()
            .map(|(key, value)| (KeyName::new(key), ContextValue::from(*value)))
            .collect();
        let found = Request::new(RequestParts {
            principal: "arn:aws:iam::111122223333:user/alice",
            action: "s3:GetObject",
            resource: "arn:aws:s3:::data/churn.csv",
            resource_account: Some("111122223333"),
            issuer: None,
            context,
            call: CallFacts::default(),
            complete: false,
            management_account: false,
            ..RequestParts::default()
        });
        let smaller = Draft::of(&found.unwrap()).minimized(&holds).complete().unwrap();
        assert!(holds(&smaller));
        PATH.into_iter().filter(|key| has(&smaller, key)).collect()
    }

    fn has(request: &Request, key: &str) -> bool {
        request.context().one(key).is_some()
    }

    /// The assumption `network-path`, for a user's own request.
    fn is_feasible(request: &Request) -> bool {
        let [vpce, vpc, vpc_ip, ip] = PATH.map(|key| has(request, key));
        vpce == vpc && vpc == vpc_ip && ip != vpce
    }

    const THROUGH: [(&str, &str); 4] = [
        ("aws:SourceVpce", "vpce-0a1b2c3d4e5f60718"),
        ("aws:SourceVpc", "vpc-0a1b2c3d4e5f60718"),
        ("aws:VpcSourceIp", "10.0.0.10"),
        ("aws:SourceVpcArn", "arn:aws:ec2:eu-west-1:444455556666:vpc/vpc-0a1b2c3d4e5f60718"),
    ];

    #[test]
    fn an_endpoint_that_does_not_matter_gives_way_to_an_address() {
        assert_eq!(path_of(&THROUGH, is_feasible), ["aws:SourceIp"]);
    }

    #[test]
    fn an_endpoint_that_matters_stays_as_a_whole() {
        let through = |request: &Request| {
            is_feasible(request) && request.context().one("aws:VpcSourceIp") == Some("10.0.0.10")
        };
        assert_eq!(path_of(&THROUGH, through), PATH[..3]);
    }

    #[test]
    fn where_no_address_will_do_the_way_is_left_out() {
        let nowhere = |request: &Request| {
            let ip = has(request, "aws:SourceIp");
            !ip && has(request, "aws:SourceVpce") == has(request, "aws:SourceVpc")
        };
        assert!(path_of(&THROUGH, nowhere).is_empty());
    }

    #[test]
    fn a_forwarded_request_becomes_a_direct_one() {
        let forwarded = [("aws:ViaAWSService", "true"), ("aws:CalledVia", "athena.amazonaws.com")];
        let holds = |request: &Request| {
            let via = request.context().one("aws:ViaAWSService") == Some("true");
            via == has(request, "aws:CalledVia") && (via || is_feasible(request))
        };
        assert_eq!(path_of(&forwarded, holds), ["aws:SourceIp"]);
    }
}
