//! Origins: where requests start (perimeter §1.4).

use std::fmt;

use super::arrival::Owner;
use super::model::{DefinedOrigin, Endpoint, Network, Subnet, Vpc};
use super::path::{Start, Ways};
use crate::text::{AddressRange, nearest};

/// An origin that the network does not have.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// sites: [{name: office, egress: 203.0.113.0/24}]
/// "))?;
/// let refused = network.knows("ofice").unwrap_err();
/// assert_eq!(refused.help, "did you mean `office`?");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownOrigin {
    /// The name that was looked up.
    pub name: Box<str>,
    /// Suggestion, or the names that there are, in a sentence.
    pub help: String,
}

impl fmt::Display for UnknownOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the network has no origin `{}`", self.name)
    }
}

impl std::error::Error for UnknownOrigin {}

/// An origin, its name resolved.
pub(super) enum Origin<'n> {
    /// Calls that an agent service forwards.
    Agent,
    /// The requests that cross an endpoint.
    Endpoint(&'n Vpc, &'n Endpoint),
    /// Calls that a service forwards.
    Forwarded,
    /// The internet, or one address family of it.
    Internet(Option<bool>),
    /// Machines at the starts of paths.
    Machines(Vec<Start<'n>>, Option<&'n DefinedOrigin>),
    /// The public addresses of our VPCs.
    Nat(Vec<AddressRange>),
    /// Calls that a service forwards, whose first call came from off the network.
    OffNetworkForwarded,
    /// Calls that a service forwards, whose first call came from on the network.
    OnNetworkForwarded,
    /// The addresses of the company.
    Corporate,
    /// AWS's own compute without a VPC.
    ServiceNetwork,
    /// A service principal that calls for whoever calls it.
    ServiceForAnybody,
    /// A service principal, for us or for others.
    ServicePrincipal { ours: bool },
    /// A service that uses a role of ours.
    ServiceSide,
    /// Endpoints that are not in the file.
    Unlisted(Owner<'n>),
    /// The union of several origins.
    Union(Vec<Self>),
}

impl Network {
    /// The origins that every network has, with what they are.
    pub const BUILT_IN: &'static [(&'static str, &'static str)] = &[
        ("internet", "any public address that is neither the company's nor a NAT gateway's"),
        ("internet-ipv6", "the same, IPv6 only"),
        ("foreign-endpoint", "a VPC endpoint that is not in the file, owned by a stranger"),
        ("account-endpoint", "a VPC endpoint that is not in the file, owned by an account of it"),
        (
            "organization-endpoint",
            "a VPC endpoint that is not in the file, owned by an account of the organization",
        ),
        (
            "nat",
            "the public addresses of our VPCs: NAT gateways and machines behind an internet gateway",
        ),
        ("service-network", "compute of AWS services outside any VPC of ours"),
        ("service-side", "an AWS service that uses a role of ours"),
        ("service-principal", "an AWS service that calls as itself, for an account of ours"),
        ("service-principal-for-others", "an AWS service that calls as itself, for somebody else"),
        ("forwarded", "a call that an AWS service forwards with its caller's credentials"),
        ("agent", "a call that an agent service of AWS forwards"),
        ("off-network", "everything else: every request that is not on the network"),
        (
            "off-network-direct",
            "direct calls off the network: no calls that services forward or make for anybody, no outside machines behind our endpoints",
        ),
        ("on-network", "the company's public addresses and the network's endpoints"),
    ];

    /// The names of all origins: those of the file in its order, then those that every network has.
    pub fn origin_names(&self) -> Vec<&str> {
        let sites = self.sites.iter().map(|site| &*site.name);
        let vpcs = self.vpcs.iter().flat_map(|vpc| {
            let own = std::iter::once(vpc.display()).filter(|_| 1 < vpc.subnets.len());
            own.chain(vpc.subnets.iter().map(Subnet::display))
        });
        let defined = self.origins.iter().map(|origin| &*origin.name);
        let built_in = Self::BUILT_IN.iter().map(|(name, _)| *name);
        let built_in = built_in.filter(|name| match *name {
            "nat" => !self.nat_addresses().is_empty(),
            "organization-endpoint" => self.organization.is_some(),
            "account-endpoint" => !self.accounts.is_empty(),
            _ => true,
        });
        sites.chain(vpcs).chain(defined).chain(built_in).collect()
    }

    /// The origin called `name`: a site, VPC, subnet, NAT gateway or endpoint by id or name, one
    /// that the file defines, or one that every network has.
    pub(super) fn origin(&self, name: &str, ways: Ways) -> Result<Origin<'_>, UnknownOrigin> {
        if let Some(defined) = self.origins.iter().find(|it| &*it.name == name) {
            return Ok(self.defined(defined));
        }
        if let Some(machines) = self.machines_at(name) {
            return Ok(Origin::Machines(machines, None));
        }
        if let Some((vpc, endpoint)) = self.endpoint(name) {
            return Ok(Origin::Endpoint(vpc, endpoint));
        }
        if let Some((_, nat)) = self.nat_gateway(name) {
            return Ok(Origin::Nat(nat.addresses.clone()));
        }
        Ok(match name {
            "agent" => Origin::Agent,
            "account-endpoint" => self.account_endpoints(),
            "foreign-endpoint" => Origin::Unlisted(Owner::Stranger),
            "forwarded" => Origin::Forwarded,
            "internet" => Origin::Internet(None),
            "internet-ipv6" => Origin::Internet(Some(true)),
            "nat" if !self.nat_addresses().is_empty() => Origin::Nat(self.nat_addresses()),
            "off-network" => self.off_network(ways),
            "off-network-direct" => Origin::Union(self.off_network_direct()),
            "on-network" => self.on_network(ways),
            "organization-endpoint" if self.organization.is_some() => self.organization_endpoints(),
            "service-network" => Origin::ServiceNetwork,
            "service-principal" => Origin::ServicePrincipal { ours: true },
            "service-principal-for-others" => Origin::ServicePrincipal { ours: false },
            "service-side" => Origin::ServiceSide,
            _ => return Err(self.unknown(name)),
        })
    }

    fn unknown(&self, name: &str) -> UnknownOrigin {
        let names = self.origin_names();
        let help = match (name, nearest(name, names.iter().copied())) {
            ("nat", _) => {
                "the network has no NAT gateway and no machine with a public address".to_owned()
            }
            ("organization-endpoint", _) => "the network names no organization".to_owned(),
            (_, Some(near)) => format!("did you mean `{near}`?"),
            (_, None) => format!("the origins are: {}", names.join(", ")),
        };
        UnknownOrigin { name: name.into(), help }
    }

    /// Origins off the network: everything else (perimeter-2 §2). What plain clients do there does
    /// not include what services do for them.
    fn off_network(&self, ways: Ways) -> Origin<'_> {
        let mut all = self.off_network_direct();
        if ways == Ways::Every {
            let outside = self.outside_machines();
            if !outside.is_empty() {
                all.push(Origin::Machines(outside, None));
            }
            all.push(Origin::OffNetworkForwarded);
            all.push(Origin::ServiceForAnybody);
        }
        Origin::Union(all)
    }

    /// Origins of direct calls off the network, but for those of outside machines: addresses that are
    /// not the company's, endpoints that are not ours, services that use a role.
    fn off_network_direct(&self) -> Vec<Origin<'_>> {
        let mut all = vec![Origin::Internet(None)];
        all.extend(self.unlisted_owners(false).into_iter().map(Origin::Unlisted));
        let nat = self.nat_addresses();
        if !nat.is_empty() {
            all.push(Origin::Nat(nat));
        }
        all.push(Origin::ServiceNetwork);
        all.push(Origin::ServiceSide);
        let outside = self.endpoints().filter(|(vpc, _)| vpc.outside);
        all.extend(outside.map(|(vpc, endpoint)| Origin::Endpoint(vpc, endpoint)));
        all
    }

    /// Origins on the network: the company's addresses, our endpoints, and unlisted endpoints of
    /// owners that the file trusts; and what services do for them, which plain clients are not.
    fn on_network(&self, ways: Ways) -> Origin<'_> {
        let mut all = vec![Origin::Corporate];
        all.extend(self.own_endpoints().map(|(vpc, it)| Origin::Endpoint(vpc, it)));
        all.extend(self.unlisted_owners(true).into_iter().map(Origin::Unlisted));
        if ways == Ways::Every {
            all.push(Origin::OnNetworkForwarded);
        }
        Origin::Union(all)
    }

    fn organization_endpoints(&self) -> Origin<'_> {
        let members = self.accounts.iter().filter(|account| account.member);
        let members = members.map(|account| Origin::Unlisted(Owner::Account(account)));
        let others = std::iter::once(Origin::Unlisted(Owner::Organization));
        let units = self.organization.iter().flat_map(|it| &it.trusted_units);
        let units = units.map(|path| Origin::Unlisted(Owner::Unit(path)));
        Origin::Union(others.chain(units).chain(members).collect())
    }

    fn account_endpoints(&self) -> Origin<'_> {
        let of = |account| Origin::Unlisted(Owner::Account(account));
        Origin::Union(self.accounts.iter().map(of).collect())
    }

    /// The owners of endpoints that are not in the file: those that count as on the network, or the
    /// others.
    fn unlisted_owners(&self, trusted: bool) -> Vec<Owner<'_>> {
        let strangers = std::iter::once((Owner::Stranger, false));
        let known = self.organization.as_ref();
        let organization = known.into_iter().map(|it| (Owner::Organization, it.trusted));
        let units = known.into_iter().flat_map(|it| &it.trusted_units);
        let units = units.map(|path| (Owner::Unit(path), true));
        let accounts = self.accounts.iter().map(|account| {
            let path = account.path.as_deref().unwrap_or_default();
            let by_organization = account.member && known.is_some_and(|it| it.trusts(path));
            (Owner::Account(account), account.trusted || by_organization)
        });
        let vpcs = self.vpcs.iter().filter(|vpc| vpc.outside);
        let vpcs = vpcs.map(|vpc| (Owner::Vpc(vpc), false));
        let all = strangers.chain(organization).chain(units).chain(accounts).chain(vpcs);
        all.filter(|(_, of)| *of == trusted).map(|(owner, _)| owner).collect()
    }

    /// The machines of everything that the file calls outside.
    fn outside_machines(&self) -> Vec<Start<'_>> {
        let sites = self.sites.iter().filter(|site| site.outside).map(Start::at_site);
        let vpcs = self.vpcs.iter().filter(|vpc| vpc.outside);
        let machines = vpcs
            .flat_map(|vpc| vpc.subnets.iter().map(move |subnet| Start::in_subnet(vpc, subnet)));
        sites.chain(machines).collect()
    }

    fn machines_at(&self, name: &str) -> Option<Vec<Start<'_>>> {
        if let Some(site) = self.site(name) {
            return Some(vec![Start::at_site(site)]);
        }
        if let Some((vpc, subnet)) = self.subnet(name) {
            return Some(vec![Start::in_subnet(vpc, subnet)]);
        }
        let vpc = self.vpc(name)?;
        Some(vpc.subnets.iter().map(|subnet| Start::in_subnet(vpc, subnet)).collect())
    }

    fn defined<'n>(&'n self, origin: &'n DefinedOrigin) -> Origin<'n> {
        let mut starts =
            origin.at.as_deref().and_then(|at| self.machines_at(at)).unwrap_or_default();
        for start in &mut starts {
            if !origin.addresses.is_empty() {
                start.addresses.clone_from(&origin.addresses);
            }
            start.ipv6 |= origin.ipv6;
            start.chosen = origin.endpoints.iter().map(|it| &**it).collect();
            start.groups = origin.security_groups.iter().map(|it| &**it).collect();
            start.proxy = origin.proxy.as_deref().or(start.proxy);
        }
        Origin::Machines(starts, Some(origin))
    }
}
