//! Keys of the network path and of services in between.

use std::net::IpAddr;

use polsim_decide::catalog::network_keys::ServiceKey;
use polsim_decide::request::{Action, PrincipalKind};
use serde_json::Value;

use crate::observation::Knowledge;
use crate::options::Options;
use crate::principal::{Caller, is_host};
use crate::record::Record;

/// A record that could name an endpoint does.
pub(crate) const PUBLIC_PATH: &str = "public-path";
/// A service's call does not come through one of our endpoints.
pub(crate) const SERVICE_PATH: &str = "service-path";
/// A console call without an endpoint did not come through one.
pub(crate) const NO_PRIVATE_CONSOLE: &str = "no-private-console";

/// The way that a request took, as far as its record tells.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Way<'r> {
    /// N1: through an endpoint that is named.
    Endpoint(&'r str),
    /// N2: from a public address.
    Public(&'r str),
    /// N3: from a private address, through an endpoint that is not named.
    Private(&'r str),
    /// N4: from a service.
    Service,
    /// N5, and what may have come through a private console: nothing is known.
    Unknown {
        /// True for a console call, which no service forwarded.
        direct: bool,
    },
}

impl<'r> Way<'r> {
    pub(crate) fn of(record: &'r Record<'_>, options: &Options) -> Self {
        let address = Record::text(&record.source_ip_address);
        let endpoint = Record::text(&record.vpc_endpoint_id);
        if !endpoint.is_empty() {
            return Self::Endpoint(endpoint);
        }
        let of_console = Record::text(&record.session_credential_from_console) == "true";
        let has_console =
            || options.endpoints.values().any(|it| it.service.as_deref() == Some("console"));
        if of_console && (!options.assumes(NO_PRIVATE_CONSOLE) || has_console()) {
            return Self::Unknown { direct: true };
        }
        if let Ok(parsed) = address.parse::<IpAddr>() {
            return match (is_private(parsed), options.assumes(PUBLIC_PATH)) {
                (true, _) => Self::Private(address),
                (false, true) => Self::Public(address),
                (false, false) => Self::Unknown { direct: true },
            };
        }
        if (address.starts_with("AWS Internal") || is_host(address))
            && options.assumes(SERVICE_PATH)
        {
            return Self::Service;
        }
        Self::Unknown { direct: false }
    }

    /// The assumptions that the way rests on.
    pub(crate) fn assumptions(self, record: &Record<'_>) -> Vec<&'static str> {
        let console = Record::text(&record.session_credential_from_console) == "true";
        let mut list = match self {
            Self::Public(_) => vec![PUBLIC_PATH],
            Self::Service => vec![SERVICE_PATH],
            _ => Vec::new(),
        };
        if console && matches!(self, Self::Public(_) | Self::Private(_) | Self::Service) {
            list.push(NO_PRIVATE_CONSOLE);
        }
        list
    }
}

/// True for private, shared, link-local, loopback and unique-local addresses.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            let shared = first == 100 && (64..128).contains(&second);
            v4.is_private() || v4.is_link_local() || v4.is_loopback() || shared
        }
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local() || v6.is_loopback(),
    }
}

/// The service on the way, as far as it is told: forwarded (`true`), not (`false`) or unknown.
pub(crate) fn via_service(caller: &Caller<'_>, way: Way<'_>, options: &Options) -> Option<bool> {
    let service = caller.is(PrincipalKind::Service);
    if service || caller.is_service_linked() {
        return Some(false);
    }
    let Some(by) = caller.invoked_by() else {
        return match way {
            Way::Endpoint(_) | Way::Public(_) | Way::Private(_) | Way::Unknown { direct: true } => {
                Some(false)
            }
            Way::Service | Way::Unknown { direct: false } => None,
        };
    };
    let holds_no_service = matches!(
        caller.kind,
        Some(PrincipalKind::User | PrincipalKind::Root | PrincipalKind::FederatedUser)
    ) || caller.is_single_sign_on();
    if holds_no_service {
        return Some(true);
    }
    let trust = caller.issuer.and_then(|issuer| options.trust.get(issuer));
    match trust {
        Some(trust) if is_host(by) && !names_service(trust, by) => Some(true),
        _ => None,
    }
}

/// True if a trust policy lets a service assume its role.
fn names_service(trust: &Value, service: &str) -> bool {
    match trust {
        Value::String(text) => text == "*" || text.eq_ignore_ascii_case(service),
        Value::Array(items) => items.iter().any(|it| names_service(it, service)),
        Value::Object(members) => members.iter().any(|(name, value)| match name.as_str() {
            "Statement" | "Principal" | "Service" | "AWS" => names_service(value, service),
            // Everybody but those listed.
            "NotPrincipal" => true,
            _ => false,
        }),
        _ => false,
    }
}

/// The knowledge about a key of the path, by its name in small letters; none for any other key.
pub(crate) fn key(
    name: &str,
    record: &Record<'_>,
    (caller, way): (&Caller<'_>, Way<'_>),
    action: Option<&Action>,
    options: &Options,
) -> Option<Knowledge> {
    let known_endpoint = match way {
        Way::Endpoint(id) => options.endpoints.get(id),
        _ => None,
    };
    let unknown_way = matches!(way, Way::Unknown { .. });
    Some(match name {
        "aws:sourceip" => match way {
            Way::Public(address) => Knowledge::text(address),
            Way::Endpoint(_) | Way::Private(_) => Knowledge::Absent,
            Way::Service | Way::Unknown { .. } => Knowledge::unknown(),
        },
        "aws:sourcevpce" => match way {
            Way::Endpoint(id) => Knowledge::text(id),
            Way::Private(_) => Knowledge::present(),
            Way::Public(_) | Way::Service => Knowledge::Absent,
            Way::Unknown { .. } => Knowledge::unknown(),
        },
        "aws:sourcevpc" => match way {
            Way::Endpoint(_) => match known_endpoint.and_then(|it| it.vpc.as_deref()) {
                Some(vpc) => Knowledge::text(vpc),
                None => Knowledge::present(),
            },
            Way::Private(_) => Knowledge::present(),
            Way::Public(_) | Way::Service => Knowledge::Absent,
            Way::Unknown { .. } => Knowledge::unknown(),
        },
        "aws:vpcsourceip" => match way {
            Way::Endpoint(_) => {
                let address = Record::text(&record.source_ip_address);
                match address.parse::<IpAddr>() {
                    Ok(_) => Knowledge::text(address),
                    Err(_) => Knowledge::present(),
                }
            }
            Way::Private(address) => Knowledge::text(address),
            Way::Public(_) | Way::Service => Knowledge::Absent,
            Way::Unknown { .. } => Knowledge::unknown(),
        },
        "aws:vpceaccount" | "aws:vpceorgid" | "aws:vpceorgpaths" | "aws:sourcevpcarn" => {
            let of_service = ServiceKey::ALL
                .into_iter()
                .find(|it| it.name().eq_ignore_ascii_case(name))
                .zip(action)
                .is_some_and(|(key, action)| key.comes_with(action));
            match way {
                Way::Public(_) | Way::Service => Knowledge::Absent,
                _ if action.is_some() && !of_service => Knowledge::Absent,
                _ if unknown_way || action.is_none() => Knowledge::unknown(),
                _ => of_endpoint(name, record, known_endpoint, options),
            }
        }
        "aws:viaawsservice" => match via_service(caller, way, options) {
            Some(via) => Knowledge::text(if via { "true" } else { "false" }),
            None => Knowledge::unknown(),
        },
        "aws:calledvia" | "aws:calledviafirst" | "aws:calledvialast" => {
            match via_service(caller, way, options) {
                Some(false) => Knowledge::Absent,
                Some(true) if name == "aws:calledvialast" => {
                    match caller.invoked_by().filter(|it| is_host(it)) {
                        Some(service) => Knowledge::text(service),
                        None => Knowledge::unknown(),
                    }
                }
                _ => Knowledge::unknown(),
            }
        }
        _ => return None,
    })
}

fn of_endpoint(
    name: &str,
    record: &Record<'_>,
    endpoint: Option<&crate::options::Endpoint>,
    options: &Options,
) -> Knowledge {
    let recorded = Record::text(&record.vpc_endpoint_account_id);
    let account = Some(recorded)
        .filter(|it| !it.is_empty())
        .or_else(|| endpoint.and_then(|it| it.account.as_deref()));
    match (name, account) {
        ("aws:vpceaccount", Some(account)) => Knowledge::text(account),
        ("aws:vpceorgid", Some(account)) => organization_id(account, options),
        _ => Knowledge::present(),
    }
}

/// The organisation of an account.
pub(crate) fn organization_id(account: &str, options: &Options) -> Knowledge {
    match (options.is_ours(account), &options.organization_id) {
        (Some(true), Some(id)) => Knowledge::text(id),
        (Some(false), Some(id)) => Knowledge::Unknown {
            may_be_absent: true,
            other_than: Some(id.as_str().into()),
            among: None,
        },
        _ => Knowledge::unknown(),
    }
}
