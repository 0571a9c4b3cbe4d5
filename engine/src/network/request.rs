//! Requests from origins: the context filled in with what the network knows.

use std::fmt;

use super::arrival::Arrival;
use super::context::ContextSet;
use super::model::Network;
use super::origin::UnknownOrigin;
use super::path::{Outcome, Path};
use crate::catalog::EndpointService;
use crate::catalog::keys;
use crate::request::{Action, ContextValue, PrincipalKind, Request, RequestError, RequestParts};
use crate::text::{KeyName, nearest};

const REGION: &str = keys::REQUESTED_REGION;

/// Origin and target of a request.
///
/// ```
/// # use polsim::network::{Call, Network};
/// # use polsim::request::RequestParts;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// sites: [{name: office, egress: 203.0.113.0/24}]
/// "))?;
/// let parts = RequestParts {
///     principal: "arn:aws:iam::111122223333:user/alice",
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::bucket/key",
///     ..RequestParts::default()
/// };
///
/// let call = Call { from: "office", service: None, region: None };
/// assert!(network.requests(&call, &parts).is_ok());
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The name of the origin.
    pub from: &'a str,
    /// The service, where the action does not tell: `sagemaker.notebook`, a FIPS host name.
    pub service: Option<&'a str>,
    /// The region, where neither the context nor the resource tells and it is not the home region.
    pub region: Option<&'a str>,
}

/// A request that arrives from an origin.
///
/// ```
/// # use polsim::network::{Call, Network};
/// # use polsim::request::RequestParts;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// sites: [{name: office, egress: 203.0.113.0/24}]
/// "))?;
/// let parts = RequestParts {
///     principal: "arn:aws:iam::111122223333:user/alice",
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::bucket/key",
///     ..RequestParts::default()
/// };
///
/// let call = Call { from: "office", service: None, region: None };
/// let arriving = &network.requests(&call, &parts).expect("the office reaches S3")[0];
/// assert_eq!(arriving.service.name, "s3");
/// assert_eq!(arriving.request.context().one("aws:SourceIp"), Some("203.0.113.25"));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct OriginRequest {
    /// Path, with the undocumented fact without which there is none.
    pub path: Path,
    /// The service that it calls.
    pub service: &'static EndpointService,
    /// The request with its context.
    pub request: Request,
}

/// The reason why no request comes from an origin.
///
/// ```
/// # use polsim::network::{Call, Network};
/// # use polsim::request::RequestParts;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// sites: [{name: office, egress: 203.0.113.0/24}]
/// "))?;
/// let parts = RequestParts {
///     principal: "arn:aws:iam::111122223333:user/alice",
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::bucket/key",
///     ..RequestParts::default()
/// };
///
/// let call = Call { from: "ofice", service: None, region: None };
/// let refused = network.requests(&call, &parts).unwrap_err();
/// assert_eq!(refused.to_string(), "the network has no origin `ofice`");
/// assert_eq!(refused.help().as_deref(), Some("did you mean `office`?"));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CallError {
    /// Only service principals call from this origin, or none does.
    Caller {
        /// The name of the origin.
        from: Box<str>,
        /// Flag that the principal is a service.
        is_service: bool,
    },
    /// A key that is given cannot have this value in a request from there.
    Contradiction {
        /// The name of the key.
        key: &'static str,
        /// Values of the key.
        value: String,
    },
    /// No path leads there.
    NoPath {
        /// The name of the origin.
        from: Box<str>,
        /// The name of the service.
        service: &'static str,
        /// The step at which every path ends.
        reason: Option<String>,
    },
    /// The network has no such origin.
    Origin(UnknownOrigin),
    /// A part of the request cannot be read.
    Request(RequestError),
    /// The region has no such service.
    Service {
        /// The name of the service.
        name: Box<str>,
        /// The name of the region.
        region: Box<str>,
    },
}

impl CallError {
    /// Advice for the user.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Caller { .. } => Some(
                "the origins of services are service-principal and service-principal-for-others"
                    .to_owned(),
            ),
            Self::Contradiction { .. } | Self::Request(_) => None,
            Self::NoPath { reason, .. } => reason.clone(),
            Self::Origin(unknown) => Some(unknown.help.clone()),
            Self::Service { name, .. } => {
                let names = EndpointService::all().iter().map(|service| service.name);
                nearest(name, names).map(|near| format!("did you mean `{near}`?"))
            }
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caller { from, is_service: true } => {
                write!(f, "a service principal does not call from `{from}`")
            }
            Self::Caller { from, is_service: false } => {
                write!(f, "only a service principal calls from `{from}`")
            }
            Self::Contradiction { key, value } => {
                write!(f, "`{key}` cannot be `{value}` in a request from there")
            }
            Self::NoPath { from, service, .. } => {
                write!(f, "nothing arrives at `{service}` from `{from}`")
            }
            Self::Origin(unknown) => write!(f, "{unknown}"),
            Self::Request(error) => write!(f, "{error}"),
            Self::Service { name, region } => {
                write!(f, "no service of region `{region}` is called `{name}`")
            }
        }
    }
}

impl std::error::Error for CallError {}

impl Network {
    /// The request of these parts, with the organization keys of principal and resource as far as
    /// the network names their accounts. A complete request stays as it is.
    ///
    /// # Errors
    /// Where a part cannot be read.
    pub fn request(&self, parts: &RequestParts<'_>) -> Result<Request, RequestError> {
        let request = Request::new(parts.clone())?;
        let mut parts = parts.clone();
        let organization = self.organization.as_ref();
        let account = request.principal().account();
        let management = organization.and_then(|it| it.management.as_deref());
        parts.management_account |= management.is_some() && account == management;
        if !parts.complete {
            let keys = [
                (account, keys::PRINCIPAL_ORG_ID, keys::PRINCIPAL_ORG_PATHS),
                (request.resource_account(), keys::RESOURCE_ORG_ID, keys::RESOURCE_ORG_PATHS),
            ];
            for (account, id, paths) in keys {
                for (key, value) in self.organization_keys(account, id, paths) {
                    add(&mut parts.context, key, value);
                }
            }
        }
        Request::as_sent(parts)
    }

    /// The account of the network, where it has one only.
    pub fn only_account(&self) -> Option<&str> {
        match &self.accounts[..] {
            [own] => Some(&own.id),
            _ => None,
        }
    }

    /// The organization keys of an account, if it is known to be a member.
    fn organization_keys(
        &self,
        account: Option<&str>,
        id: &str,
        paths: &str,
    ) -> Vec<(KeyName, ContextValue)> {
        let account = account.and_then(|account| self.account(account));
        let (Some(organization), Some(account)) =
            (&self.organization, account.filter(|it| it.member))
        else {
            return Vec::new();
        };
        let path = account.path.iter().map(|path| vec![path.clone()]);
        std::iter::once((KeyName::new(id), ContextValue::One(organization.id.clone())))
            .chain(path.map(|path| (KeyName::new(paths), ContextValue::Many(path))))
            .collect()
    }

    /// A request of these parts for each way in which it may arrive from an origin, the likeliest
    /// first. The network's keys fill the context in; a key that is given must fit the origin and
    /// picks among the ways.
    ///
    /// # Errors
    /// Why there is no such request.
    ///
    /// ```
    /// # use polsim::network::{Call, Network};
    /// # use polsim::request::RequestParts;
    /// # use polsim::text::Source;
    /// let source = Source::new("n.yaml", "
    /// region: eu-west-1
    /// sites: [{name: office, egress: 203.0.113.0/24}]
    /// ");
    /// let network = Network::parse(&source).expect("a network");
    /// let parts = RequestParts {
    ///     principal: "arn:aws:iam::111122223333:user/alice",
    ///     action: "s3:GetObject",
    ///     resource: "arn:aws:s3:::bucket/key",
    ///     ..RequestParts::default()
    /// };
    /// let call = Call { from: "office", service: None, region: None };
    /// let requests = network.requests(&call, &parts)?;
    /// assert_eq!(requests[0].request.context().one("aws:SourceIp"), Some("203.0.113.25"));
    /// assert_eq!(requests[0].request.context().one("aws:RequestedRegion"), Some("eu-west-1"));
    /// # Ok::<(), polsim::network::CallError>(())
    /// ```
    pub fn requests(
        &self,
        call: &Call<'_>,
        parts: &RequestParts<'_>,
    ) -> Result<Vec<OriginRequest>, CallError> {
        let plain = self.request(parts).map_err(CallError::Request)?;
        let (service, region) = self.goes_to(call, &plain)?;
        let arrivals = self.arrivals(call.from, service, &region).map_err(CallError::Origin)?;
        let is_service = plain.principal().kind() == PrincipalKind::Service;
        let mut requests: Vec<OriginRequest> = Vec::new();
        let mut clash = None;
        for arrival in &arrivals {
            let Some(set) = &arrival.context else { continue };
            if is_service != set.caller.is_service() {
                return Err(CallError::Caller { from: call.from.into(), is_service });
            }
            if let Some(found) = contradiction(set, &parts.context, plain.action()) {
                clash = clash.or(Some(found));
                continue;
            }
            let mut parts = parts.clone();
            for (key, value) in set.representative(plain.action()) {
                // Anonymous requests do not carry the flag.
                let unsigned = plain.principal().kind() == PrincipalKind::Anonymous;
                if !(unsigned && key.is(keys::PRINCIPAL_IS_AWS_SERVICE)) {
                    add(&mut parts.context, key, value);
                }
            }
            add(&mut parts.context, KeyName::new(REGION), ContextValue::One(region.clone()));
            let request = self.request(&parts).map_err(CallError::Request)?;
            if !requests.iter().any(|known| known.request == request) {
                requests.push(OriginRequest { path: arrival.path.clone(), service, request });
            }
        }
        match (requests.is_empty(), clash) {
            (false, _) => Ok(requests),
            (true, Some(clash)) => Err(clash),
            (true, None) => Err(no_path(call.from, service, &arrivals)),
        }
    }

    /// The service and region that a request goes to.
    fn goes_to(
        &self,
        call: &Call<'_>,
        request: &Request,
    ) -> Result<(&'static EndpointService, Box<str>), CallError> {
        let action = request.action();
        let in_arn = request
            .resource()
            .components()
            .map(|[_, _, _, region, ..]| region)
            .filter(|region| !region.is_empty() && !region.contains(['*', '?']));
        let region: Box<str> = call
            .region
            .or_else(|| request.context().one(REGION))
            .or(in_arn)
            .or_else(|| EndpointService::global_region(action))
            .unwrap_or(&self.region)
            .into();
        let unknown = |name: &str| CallError::Service { name: name.into(), region: region.clone() };
        let service = match call.service {
            Some(name) => EndpointService::find(name, &region).ok_or_else(|| unknown(name))?,
            None => EndpointService::of_action(action)
                .or_else(|| self.unlisted_service())
                .ok_or_else(|| unknown(action.service()))?,
        };
        Ok((service, region))
    }
}

fn no_path(from: &str, service: &'static EndpointService, arrivals: &[Arrival]) -> CallError {
    let lost = arrivals.iter().find(|it| it.path.outcome == Outcome::Unreachable);
    let reason = lost.and_then(|it| it.path.steps.last()).map(|step| step.text.clone());
    CallError::NoPath { from: from.into(), service: service.name, reason }
}

/// Adds a key that is not given.
fn add(context: &mut Vec<(KeyName, ContextValue)>, key: KeyName, value: ContextValue) {
    if !context.iter().any(|(known, _)| *known == key) {
        context.push((key, value));
    }
}

/// A key that is given and that what arrives cannot have.
fn contradiction(
    set: &ContextSet,
    given: &[(KeyName, ContextValue)],
    action: &Action,
) -> Option<CallError> {
    let own = set.keys.iter().map(|(key, slot)| (*key, slot));
    let more = set
        .service_keys
        .iter()
        .filter_map(|(key, _)| Some((key.name(), set.slot_for(*key, action)?)));
    own.chain(more).find_map(|(key, slot)| {
        let (_, value) = given.iter().find(|(known, _)| known.is(key))?;
        let values = value.as_slice();
        (!slot.admits(values)).then(|| CallError::Contradiction { key, value: values.join(", ") })
    })
}
