//! The principal of a record, and the keys that belong to it.

use polsim_decide::request::PrincipalKind;

use crate::observation::{Knowledge, Seen};
use crate::record::{Identity, Record, Session, Text};

/// The caller of a record.
#[derive(Debug)]
pub(crate) struct Caller<'r> {
    identity: &'r Identity<'r>,
    pub(crate) name: Seen,
    /// The kind; none where only the account is known.
    pub(crate) kind: Option<PrincipalKind>,
    pub(crate) account: Option<&'r str>,
    /// The issuer of a session, with its path.
    pub(crate) issuer: Option<&'r str>,
}

/// The caller, or why there is none.
#[derive(Debug)]
pub(crate) enum Who<'r> {
    Caller(Caller<'r>),
    /// An identity that IAM does not know.
    Outside,
    /// An identity that cannot be read.
    Unreadable,
}

/// The path of roles that IAM Identity Center makes.
const SINGLE_SIGN_ON: &str = ":role/aws-reserved/sso.amazonaws.com/";

/// The path of roles that belong to services.
const SERVICE_LINKED: &str = ":role/aws-service-role/";

#[expect(clippy::ref_option, reason = "members of records are options")]
fn some<'r>(text: &'r Option<Text<'_>>) -> Option<&'r str> {
    text.as_ref().map(|it| &*it.0).filter(|it| !it.is_empty())
}

/// The caller of a record.
pub(crate) fn who<'r>(record: &'r Record<'_>, provider: Option<String>) -> Who<'r> {
    let Some(identity) = &record.user_identity else { return Who::Unreadable };
    let account = some(&identity.account_id);
    let session = identity.session_context.as_ref();
    let issuer = session.and_then(|it| some(&it.session_issuer.as_ref()?.arn));
    let caller = |name: Seen, kind: Option<PrincipalKind>| {
        Who::Caller(Caller { identity, name, kind, account, issuer })
    };
    let arn = some(&identity.arn);
    let by_arn = |kind| match arn {
        Some(arn) => caller(Seen::Known(arn.into()), Some(kind)),
        None => Who::Unreadable,
    };
    match Record::text(&identity.kind) {
        "IAMUser" => by_arn(PrincipalKind::User),
        "AssumedRole" | "Role" => by_arn(PrincipalKind::RoleSession),
        "FederatedUser" => by_arn(PrincipalKind::FederatedUser),
        "Root" => match (arn, account) {
            (Some(arn), _) => caller(Seen::Known(arn.into()), Some(PrincipalKind::Root)),
            (None, Some(account)) => {
                let arn = format!("arn:{}:iam::{account}:root", partition(record));
                caller(Seen::Known(arn.into()), Some(PrincipalKind::Root))
            }
            (None, None) => Who::Unreadable,
        },
        "AWSAccount" => match account {
            Some("ANONYMOUS_PRINCIPAL") => anonymous(identity),
            None if some(&identity.principal_id).is_none() => anonymous(identity),
            None => Who::Unreadable,
            Some(_) => {
                let id = some(&identity.principal_id).unwrap_or_default();
                let kind = if id.starts_with("AROA") {
                    Some(PrincipalKind::RoleSession)
                } else if id.starts_with("AIDA") {
                    Some(PrincipalKind::User)
                } else {
                    None
                };
                caller(Seen::Unknown, kind)
            }
        },
        "AWSService" => {
            let name = some(&identity.invoked_by).filter(|it| is_host(it));
            let name = name.map_or(Seen::Unknown, |it| Seen::Known(it.into()));
            caller(name, Some(PrincipalKind::Service))
        }
        "SAMLUser" | "WebIdentityUser" => {
            let provider =
                provider.or_else(|| some(&identity.identity_provider).map(str::to_owned));
            let name =
                provider.map_or(Seen::Unknown, |it| Seen::Known(format!("federated:{it}").into()));
            Who::Caller(Caller {
                identity,
                name,
                kind: Some(PrincipalKind::Provider),
                account: None,
                issuer: None,
            })
        }
        "IdentityCenterUser" | "Directory" => Who::Outside,
        _ => Who::Unreadable,
    }
}

fn anonymous<'r>(identity: &'r Identity<'r>) -> Who<'r> {
    Who::Caller(Caller {
        identity,
        name: Seen::Known("anonymous".into()),
        kind: Some(PrincipalKind::Anonymous),
        account: None,
        issuer: None,
    })
}

/// The partition of a record's region.
pub(crate) fn partition(record: &Record<'_>) -> &'static str {
    let region = Record::text(&record.aws_region);
    match region.split('-').next().unwrap_or_default() {
        "cn" => "aws-cn",
        "us" if region.starts_with("us-gov-") => "aws-us-gov",
        "us" if region.starts_with("us-iso-") => "aws-iso",
        "us" if region.starts_with("us-isob-") => "aws-iso-b",
        "eusc" => "aws-eusc",
        _ => "aws",
    }
}

/// True for a name such as `athena.amazonaws.com`.
pub(crate) fn is_host(text: &str) -> bool {
    text.contains('.') && !text.contains(' ') && text.contains(".amazonaws.com")
        || text.ends_with(".aws.internal")
}

impl Caller<'_> {
    fn session(&self) -> Option<&Session<'_>> {
        self.identity.session_context.as_ref()
    }

    pub(crate) fn is(&self, kind: PrincipalKind) -> bool {
        self.kind == Some(kind)
    }

    /// True if the caller is an IAM principal of an account.
    pub(crate) fn is_iam(&self) -> bool {
        self.kind.is_none_or(|it| PrincipalKind::WITH_ACCOUNT.contains(&it))
    }

    pub(crate) fn is_service_linked(&self) -> bool {
        self.issuer.is_some_and(|it| it.contains(SERVICE_LINKED))
    }

    /// True for a session that somebody signed in for at IAM Identity Center.
    pub(crate) fn is_single_sign_on(&self) -> bool {
        self.issuer.is_some_and(|it| it.contains(SINGLE_SIGN_ON))
    }

    pub(crate) fn invoked_by(&self) -> Option<&str> {
        some(&self.identity.invoked_by)
    }

    /// The role without its session, for reports.
    pub(crate) fn group(&self) -> &str {
        match (&self.name, self.issuer) {
            (_, Some(issuer)) => issuer,
            (Seen::Known(name), None) => match name.split_once(":assumed-role/") {
                Some((_, rest)) => {
                    let session = rest.split_once('/').map_or("", |(_, session)| session);
                    let end = name.len().saturating_sub(session.len().saturating_add(1));
                    name.get(..end).unwrap_or(name)
                }
                None => name,
            },
            _ => "",
        }
    }

    /// The knowledge about a key of the principal, by its name in small letters; none for any other
    /// key.
    pub(crate) fn key(&self, name: &str, partition: &str) -> Option<Knowledge> {
        use PrincipalKind as Kind;
        let kind = self.kind;
        let is_service = kind == Some(Kind::Service);
        let known = |text: Option<&str>| text.map_or_else(Knowledge::unknown, Knowledge::text);
        Some(match name {
            "aws:principalarn" => match (&self.name, kind) {
                (_, Some(Kind::Service | Kind::Anonymous | Kind::Provider)) => Knowledge::Absent,
                (_, Some(Kind::RoleSession)) => match (self.issuer, &self.name) {
                    (Some(issuer), _) => Knowledge::text(issuer),
                    (None, Seen::Known(name)) if name.contains(":role/") => Knowledge::text(name),
                    _ => Knowledge::present(),
                },
                (Seen::Known(name), _) => Knowledge::text(name),
                _ => Knowledge::present(),
            },
            "aws:principalaccount" => match (kind, self.account) {
                (Some(Kind::Anonymous), _) => Knowledge::text("anonymous"),
                (Some(Kind::Service | Kind::Provider), _) | (_, None) => Knowledge::Absent,
                (_, Some(account)) => Knowledge::text(account),
            },
            "aws:principaltype" => match kind {
                Some(kind) => Knowledge::given(kind.principal_type()),
                None => Knowledge::present(),
            },
            "aws:username" => match kind {
                Some(Kind::User) => {
                    let by_arn = match &self.name {
                        Seen::Known(name) => name.rsplit('/').next(),
                        _ => None,
                    };
                    known(some(&self.identity.user_name).or(by_arn))
                }
                Some(_) => Knowledge::Absent,
                None => Knowledge::unknown(),
            },
            "aws:userid" => match kind {
                Some(Kind::Anonymous) => Knowledge::text("anonymous"),
                Some(Kind::Service | Kind::Provider) => Knowledge::unknown(),
                _ => known(some(&self.identity.principal_id)),
            },
            "aws:principalisawsservice" => match kind {
                Some(Kind::Anonymous | Kind::Provider) => Knowledge::Absent,
                _ => Knowledge::text(if is_service { "true" } else { "false" }),
            },
            "aws:principalservicename" => match (is_service, &self.name) {
                (false, _) => Knowledge::Absent,
                (true, Seen::Known(name)) => Knowledge::text(name),
                (true, _) => Knowledge::present(),
            },
            "aws:principalservicenameslist" if !is_service => Knowledge::Absent,
            "aws:sourcearn" | "aws:sourceaccount" | "aws:sourceorgid" | "aws:sourceorgpaths" => {
                if is_service {
                    Knowledge::unknown()
                } else {
                    Knowledge::Absent
                }
            }
            "aws:assumedroot" => {
                let assumed =
                    self.session().is_some_and(|it| some(&it.assumed_root) == Some("true"));
                if assumed { Knowledge::text("true") } else { Knowledge::Absent }
            }
            "aws:tokenissuetime" => self.issued(),
            _ => return self.session_key(name, partition),
        })
    }

    /// The knowledge about a key of the session.
    fn session_key(&self, name: &str, partition: &str) -> Option<Knowledge> {
        let (kind, is_service) = (self.kind, self.is(PrincipalKind::Service));
        Some(match name {
            "aws:multifactorauthpresent" => self.has_factors(),
            "aws:multifactorauthage" => match self.has_factors() {
                Knowledge::Known(value) if value.as_slice().iter().all(|it| **it == *"true") => {
                    Knowledge::present()
                }
                // Without another factor there is no age.
                _ => Knowledge::Absent,
            },
            "aws:sourceidentity" => match kind {
                None => Knowledge::unknown(),
                _ => Knowledge::given(self.session().and_then(|it| some(&it.source_identity))),
            },
            "aws:federatedprovider" => {
                let data = self.session().and_then(|it| it.web_id_federation_data.as_ref());
                match data.and_then(|it| some(&it.federated_provider)) {
                    Some(provider) => Knowledge::text(provider),
                    None if self.session().is_some() && !is_service => Knowledge::unknown(),
                    None => Knowledge::Absent,
                }
            }
            "ec2:roledelivery" => {
                Knowledge::given(self.session().and_then(|it| some(&it.ec2_role_delivery)))
            }
            "aws:ec2instancesourcevpc" | "aws:ec2instancesourceprivateipv4" => {
                let of_instance = self.session().is_some_and(|it| it.ec2_role_delivery.is_some());
                if of_instance { Knowledge::present() } else { Knowledge::Absent }
            }
            "ec2:sourceinstancearn" => self.issued_to("EC2", partition),
            "lambda:sourcefunctionarn" => self.issued_to("Lambda", partition),
            _ => return None,
        })
    }

    /// The time at which the credentials were issued, in ISO notation.
    fn issued(&self) -> Knowledge {
        let Some(session) = self.session() else {
            return match self.kind {
                Some(PrincipalKind::User | PrincipalKind::Root | PrincipalKind::Anonymous) => {
                    Knowledge::Absent
                }
                _ => Knowledge::unknown(),
            };
        };
        match session.attributes.as_ref().and_then(|it| some(&it.creation_date)) {
            Some(date) => Knowledge::text(&iso(date)),
            None => Knowledge::unknown(),
        }
    }

    fn has_factors(&self) -> Knowledge {
        let session = self.session();
        let given = session
            .and_then(|it| it.attributes.as_ref())
            .and_then(|it| some(&it.mfa_authenticated));
        match self.kind {
            Some(PrincipalKind::User | PrincipalKind::Root | PrincipalKind::FederatedUser) => {
                match (session, given) {
                    (None, _) => Knowledge::Absent,
                    (Some(_), Some(value)) => Knowledge::text(value),
                    (Some(_), None) => Knowledge::unknown(),
                }
            }
            Some(PrincipalKind::RoleSession) => {
                let federated = session.is_some_and(|it| it.web_id_federation_data.is_some());
                match given {
                    Some("true") => Knowledge::text("true"),
                    _ if federated || self.is_single_sign_on() => Knowledge::Absent,
                    _ => Knowledge::Unknown {
                        may_be_absent: true,
                        other_than: None,
                        among: Some(vec!["false".into()]),
                    },
                }
            }
            Some(PrincipalKind::Anonymous | PrincipalKind::Provider | PrincipalKind::Service) => {
                Knowledge::Absent
            }
            None => Knowledge::unknown(),
        }
    }

    /// The instance or function that the credentials were issued to.
    fn issued_to(&self, service: &str, _partition: &str) -> Knowledge {
        let scope = self.identity.in_scope_of.as_ref();
        let of_service =
            scope.is_some_and(|it| some(&it.issuer_type).is_some_and(|it| it.contains(service)));
        match scope.and_then(|it| some(&it.credentials_issued_to)) {
            Some(arn) if of_service => Knowledge::text(arn),
            _ if scope.is_some() => Knowledge::Absent,
            _ => Knowledge::unknown(),
        }
    }
}

/// A date in ISO notation, from that or from the basic notation of CloudTrail.
fn iso(date: &str) -> String {
    let basic = date.len() == 16 && date.as_bytes().get(8) == Some(&b'T');
    let part = |from: usize, to: usize| date.get(from..to).unwrap_or_default();
    if !basic {
        return date.to_owned();
    }
    format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4),
        part(4, 6),
        part(6, 8),
        part(9, 11),
        part(11, 13),
        part(13, 15)
    )
}
