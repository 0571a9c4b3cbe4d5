//! Facts about a call that its principal, action and resource do not tell (request notes §0.1, §1.6).

use super::{ContextValue, Principal, PrincipalKind, RequestError};
use crate::catalog::{Regions, keys};
use crate::text::{Arn, Instant, KeyName, nearest};

/// Facts about a call, each in the place of context keys; a key in the context wins over it.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::{CallFacts, Request, RequestParts};
/// let request = Request::as_sent(RequestParts {
///     principal: "arn:aws:iam::111122223333:user/alice",
///     action: "kms:Decrypt",
///     resource: "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001",
///     call: CallFacts { via: vec!["secretsmanager.amazonaws.com"], ..CallFacts::default() },
///     ..RequestParts::default()
/// })?;
/// assert_eq!(request.context().one("aws:ViaAWSService"), Some("true"));
/// let via = request.context().one("kms:ViaService");
/// assert_eq!(via, Some("secretsmanager.eu-west-1.amazonaws.com"));
/// # Ok::<(), polsim::request::RequestError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct CallFacts<'a> {
    /// The region that is called.
    pub region: Option<&'a str>,
    /// The time of the call: a date-time, or seconds since 1970.
    pub now: Option<&'a str>,
    /// The services that forward the call with its caller's credentials, in order.
    pub via: Vec<&'a str>,
    /// The ARN of a session's role, with its path.
    pub role_arn: Option<&'a str>,
    /// The way in which the caller got its credentials.
    pub credentials: Option<&'a str>,
    /// Keys that the request does not have, whatever would be filled in.
    pub absent: Vec<&'a str>,
}

impl CallFacts<'_> {
    /// Tells whether nothing is said.
    pub(super) fn is_empty(&self) -> bool {
        let Self { region, now, via, role_arn, credentials, absent } = self;
        let said = [region, now, role_arn, credentials].iter().any(|it| it.is_some());
        !said && via.is_empty() && absent.is_empty()
    }

    /// Puts the facts into a context where it does not have their keys.
    ///
    /// # Errors
    /// Where a fact is not of its form, or cannot be true of the principal.
    pub(super) fn apply(
        &self,
        principal: &Principal,
        context: &mut Vec<(KeyName, ContextValue)>,
    ) -> Result<(), RequestError> {
        self.check(principal, context)?;
        let one = |key: &'static str, value: &str| (key, ContextValue::One(value.into()));
        let mut given = Vec::new();
        given.extend(self.region.map(|region| one(keys::REQUESTED_REGION, region)));
        given.extend(self.role_arn.map(|arn| one(keys::PRINCIPAL_ARN, arn)));
        if let Some(now) = self.now.and_then(|text| text.parse::<Instant>().ok()) {
            given.push(one(keys::CURRENT_TIME, &now.to_string()));
        }
        if !self.via.is_empty() {
            let chain = self.via.iter().map(|service| (*service).into()).collect();
            given.push((keys::CALLED_VIA, ContextValue::Many(chain)));
        }
        match self.credentials {
            Some("mfa") => given.push(one(keys::MULTI_FACTOR_AUTH_PRESENT, "true")),
            Some("session" | "console") => {
                given.push(one(keys::MULTI_FACTOR_AUTH_PRESENT, "false"));
            }
            Some("assumeRoot") => given.push(one(keys::ASSUMED_ROOT, "true")),
            _ => (),
        }
        for (key, value) in given {
            if !context.iter().any(|(known, _)| known.is(key)) {
                context.push((KeyName::from_static(key), value));
            }
        }
        // A key without values is not there, and nothing is filled in for it.
        let none = |key: &&str| (KeyName::new(key), ContextValue::Many(Vec::new()));
        context.extend(self.absent.iter().map(none));
        Ok(())
    }

    fn check(
        &self,
        principal: &Principal,
        context: &[(KeyName, ContextValue)],
    ) -> Result<(), RequestError> {
        if let Some(region) = self.region {
            check_region(region, principal.partition())?;
        }
        if let Some(now) = self.now
            && let Err(error) = now.parse::<Instant>()
        {
            return Err(RequestError::new("now", now, error.to_string()));
        }
        let sent_by_none = match principal.kind() {
            PrincipalKind::Anonymous => Some("nothing is forwarded for an anonymous caller"),
            PrincipalKind::Service => Some("a service's own call is not forwarded"),
            _ => None,
        };
        if let (Some(reason), [first, ..]) = (sent_by_none, &self.via[..]) {
            return Err(RequestError::new("via", first, reason));
        }
        if let Some(role) = self.role_arn {
            let is_its_own = |arn: Arn| {
                principal.role_arn().is_some_and(|own| {
                    let name = |arn: &Arn| arn.resource().rsplit('/').next().map(str::to_owned);
                    arn.account() == own.account() && name(&arn) == name(own)
                })
            };
            if !role.parse().is_ok_and(is_its_own) {
                let expected = "it is the ARN of the session's role, of its account and name";
                return Err(RequestError::new("roleArn", role, expected));
            }
        }
        self.check_credentials(principal.kind())?;
        let both = self.absent.iter().find(|key| context.iter().any(|(known, _)| known.is(key)));
        match both {
            Some(key) => Err(RequestError::new("absent", key, "the context gives it a value")),
            None => Ok(()),
        }
    }
}

impl CallFacts<'_> {
    /// The credentials are of a kind that the principal can have (AWS IAM User Guide, "Compare AWS
    /// STS credentials").
    fn check_credentials(&self, kind: PrincipalKind) -> Result<(), RequestError> {
        use PrincipalKind::{FederatedUser, RoleSession, Root, User};
        let Some(given) = self.credentials else { return Ok(()) };
        let wrong = |expected: &str| Err(RequestError::new("credentials", given, expected));
        let holders: &[PrincipalKind] = match given {
            "longTerm" | "session" => &[Root, User],
            // Roles are assumed with MFA, too.
            "mfa" => &[RoleSession, Root, User],
            "console" => &[FederatedUser, RoleSession, Root, User],
            "assumeRoot" => &[Root],
            "webIdentity" | "saml" | "instance" => &[RoleSession],
            _ => {
                return wrong(
                    "they are `longTerm`, `session`, `mfa`, `console`, `assumeRoot`, \
                     `webIdentity`, `saml` or `instance`",
                );
            }
        };
        if holders.contains(&kind) {
            return Ok(());
        }
        wrong(match given {
            "assumeRoot" => "`assumeRoot` is for the root user of a member account",
            "longTerm" | "session" => "they are for users and the root user",
            "mfa" => "they are for users, the root user and role sessions",
            "console" => "they are for users, the root user, role sessions and federated users",
            _ => "they are for role sessions",
        })
    }
}

/// The region exists, in the partition of the principal.
fn check_region(region: &str, partition: &str) -> Result<(), RequestError> {
    let Some(regions) = Regions::of(partition) else { return Ok(()) };
    if regions.names.contains(&region) {
        return Ok(());
    }
    let names = regions.names.join(", ");
    let near = nearest(region, regions.names.iter().copied());
    let meant = near.map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default();
    let expected = format!("{meant}; the regions of {partition} are {names}");
    Err(RequestError::new("region", region, expected))
}
