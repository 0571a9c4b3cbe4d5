//! The table of origins: what arrives from where, with which keys (perimeter §1.4).

use serde::Serialize;

use super::arrival::Arrival;
use super::context::{
    ContextSet, IS_SERVICE, SOURCE_IP, SOURCE_VPC, SOURCE_VPCE, Slot, VIA, VPC_SOURCE_IP,
};
use super::model::Network;
use super::origin::UnknownOrigin;
use super::path::{Outcome, Ways};
use super::uncertain;
use crate::catalog::EndpointService;
use crate::catalog::network_keys::ServiceKey;
use crate::text::AddressRange;

/// Way in which requests from an origin arrive at some services.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// sites: [{name: office, egress: 203.0.113.0/24}]
/// "))?;
/// let rows = network.table_of("office", "eu-west-1").expect("the office is an origin");
/// assert_eq!(&*rows[0].origin, "office");
/// assert_eq!(rows[0].path, "public");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TableRow {
    /// The name of the origin.
    pub origin: Box<str>,
    /// The services that they arrive at so; `*` for all that the network does not name.
    pub services: Vec<Box<str>>,
    /// Flag that plain clients do not go so, and whoever chooses may (perimeter-2 §3).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub by_choice: bool,
    /// The undocumented fact without which they do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only_if: Option<&'static str>,
    /// End of their path: `interface E`, `gateway E`, `public`, …
    pub path: String,
    /// The keys; none where nothing arrives.
    pub keys: Option<TableKeys>,
}

/// The columns of the notes' table. `-` is an absent key.
///
/// ```
/// # use polsim::network::Network;
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// sites: [{name: office, egress: 203.0.113.0/24}]
/// "))?;
/// let rows = network.table_of("office", "eu-west-1").expect("the office is an origin");
/// let keys = rows[0].keys.as_ref().expect("requests from the office arrive");
/// assert_eq!((&*keys.source_vpce, &*keys.via), ("-", "false"));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct TableKeys {
    /// The column of `aws:SourceIp`.
    #[serde(rename = "aws:SourceIp")]
    pub source_ip: String,
    /// The column of `aws:VpcSourceIp`.
    #[serde(rename = "aws:VpcSourceIp")]
    pub vpc_source_ip: String,
    /// The column of `aws:SourceVpc`.
    #[serde(rename = "aws:SourceVpc")]
    pub source_vpc: String,
    /// The column of `aws:SourceVpce`.
    #[serde(rename = "aws:SourceVpce")]
    pub source_vpce: String,
    /// The column of `aws:VpceAccount`.
    #[serde(rename = "aws:VpceAccount")]
    pub vpce_account: String,
    /// The column of `aws:VpceOrgID`.
    #[serde(rename = "aws:VpceOrgID")]
    pub vpce_org_id: String,
    /// The column of `aws:ViaAWSService`.
    #[serde(rename = "aws:ViaAWSService")]
    pub via: String,
    /// The column of `aws:PrincipalIsAWSService`.
    #[serde(rename = "aws:PrincipalIsAWSService")]
    pub is_service: String,
}

impl Network {
    /// The rows of one origin in a region: the services of the network, by how requests arrive
    /// there, plain clients first. That a direct call may lack `aws:ViaAWSService` altogether is not shown.
    ///
    /// # Errors
    /// Where the network has no such origin.
    pub fn table_of(&self, origin: &str, region: &str) -> Result<Vec<TableRow>, UnknownOrigin> {
        let mut services: Vec<&'static EndpointService> = Vec::new();
        for (_, endpoint) in self.endpoints() {
            if !services.iter().any(|known| known.name == endpoint.service.name) {
                services.push(endpoint.service);
            }
        }
        let named = services.iter().map(|service| (*service, service.name));
        let other = self.unlisted_service().map(|service| (service, "*"));
        let mut rows: Vec<TableRow> = Vec::new();
        for (service, name) in named.chain(other) {
            for row in merged(self.rows(origin, service, name, region)?) {
                let same = |it: &&mut TableRow| {
                    (&it.path, &it.keys, it.only_if, it.by_choice)
                        == (&row.path, &row.keys, row.only_if, row.by_choice)
                };
                match rows.iter_mut().find(same) {
                    Some(known) => known.services.extend(row.services),
                    None => rows.push(row),
                }
            }
        }
        Ok(rows)
    }

    /// The rows of one origin and service.
    ///
    /// # Errors
    /// Where the network has no such origin.
    pub fn rows(
        &self,
        origin: &str,
        service: &'static EndpointService,
        name: &str,
        region: &str,
    ) -> Result<Vec<TableRow>, UnknownOrigin> {
        let plain = self.arrivals(origin, service, region)?;
        let every = self.arrivals_by(origin, service, region, Ways::Every)?;
        let by_choice = every.into_iter().filter(|arrival| {
            let arrived = arrival.context.is_some();
            arrived && !plain.iter().any(|it| it.path.ends_as(&arrival.path))
        });
        let all = plain.iter().cloned().map(|it| (it, false));
        let all: Vec<(Arrival, bool)> = all.chain(by_choice.map(|it| (it, true))).collect();
        let shown = |arrival: &Arrival| {
            let set = arrival.context.as_ref();
            set.is_none_or(|set| set.uncertain != Some(&uncertain::VIA_ABSENT))
        };
        let mut rows: Vec<TableRow> = Vec::new();
        for (arrival, by_choice) in all.into_iter().filter(|(it, _)| shown(it)) {
            let row = TableRow {
                origin: origin.into(),
                services: vec![name.into()],
                by_choice,
                only_if: arrival.path.uncertain.map(|fact| fact.name),
                path: self.outcome_words(&arrival.path.outcome),
                keys: arrival.context.as_ref().map(|set| keys(set, service)),
            };
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        Ok(rows)
    }

    /// The public addresses, not the company's, that calls from a place may be seen with: where they
    /// leave the perimeter. `0.0.0.0/0` stands for an address that the file does not tell.
    ///
    /// # Errors
    /// Where the network has no such origin.
    ///
    /// ```
    /// # use polsim::network::Network;
    /// # use polsim::text::Source;
    /// let network = Network::parse(&Source::new("network.yaml", "
    /// region: eu-west-1
    /// sites: [{name: office, egress: 203.0.113.0/24}]
    /// vpcs:
    ///   - id: vpc-0a11a11a11a11a11a
    ///     cidrs: 10.20.0.0/16
    ///     natGateways: [{id: nat-0a0a0a0a0a0a0a0a1, addresses: 198.51.100.10}]
    ///     routes: [{to: 0.0.0.0/0, via: nat-0a0a0a0a0a0a0a0a1}]
    ///     subnets: [{id: subnet-0a0a0a0a0a0a0a0a1, name: notebooks, cidr: 10.20.1.0/24}]
    /// "))?;
    /// let out = network.ways_out("notebooks").expect("an origin");
    /// assert_eq!(out, ["198.51.100.10".parse().expect("an address")]);
    /// assert!(network.ways_out("office").expect("an origin").is_empty());
    /// # Ok::<(), polsim::text::Diagnostics>(())
    /// ```
    pub fn ways_out(&self, place: &str) -> Result<Vec<AddressRange>, UnknownOrigin> {
        let company = self.corporate_addresses();
        let ours = |range: &AddressRange| company.iter().any(|it| it.net().contains(&range.net()));
        let named = self.endpoints().map(|(_, endpoint)| endpoint.service);
        let mut services: Vec<_> = named.chain(self.unlisted_service()).collect();
        services.sort_unstable_by_key(|service| service.name);
        services.dedup_by_key(|service| service.name);
        let mut all = Vec::new();
        for service in services {
            for arrival in self.arrivals_by(place, service, &self.region, Ways::Every)? {
                let Outcome::Public { seen } = arrival.path.outcome else { continue };
                if seen.is_empty() {
                    all.extend("0.0.0.0/0".parse::<AddressRange>());
                }
                all.extend(seen.into_iter().filter(|range| !ours(range)));
            }
        }
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }

    /// An outcome in a few words.
    pub fn outcome_words(&self, outcome: &Outcome) -> String {
        let name = |id: &str| match self.endpoint(id) {
            Some((_, endpoint)) => endpoint.display().to_owned(),
            None => id.to_owned(),
        };
        match outcome {
            Outcome::DataPlane => "interface inside the VPC".to_owned(),
            Outcome::ForeignEndpoint => "foreign endpoint".to_owned(),
            Outcome::Gateway { endpoint, .. } => format!("gateway {}", name(endpoint)),
            Outcome::Interface { endpoint, .. } => format!("interface {}", name(endpoint)),
            Outcome::Public { .. } => "public".to_owned(),
            Outcome::Service => "AWS service".to_owned(),
            Outcome::ServiceNetwork => "service network".to_owned(),
            Outcome::Unreachable => "unreachable".to_owned(),
        }
    }
}

/// Rows that differ in the client's address only, as one.
fn merged(rows: Vec<TableRow>) -> Vec<TableRow> {
    let mut out: Vec<TableRow> = Vec::new();
    for row in rows {
        let rest = |row: &TableRow| {
            let keys = row.keys.clone();
            let keys = keys.map(|keys| TableKeys { vpc_source_ip: String::new(), ..keys });
            (row.path.clone(), row.only_if, row.by_choice, keys)
        };
        let known = out.iter_mut().find(|known| rest(known) == rest(&row));
        match (known.and_then(|it| it.keys.as_mut()), &row.keys) {
            (Some(known), Some(keys)) if known.vpc_source_ip != keys.vpc_source_ip => {
                known.vpc_source_ip = format!("{}, {}", known.vpc_source_ip, keys.vpc_source_ip);
            }
            _ => out.push(row),
        }
    }
    out
}

fn keys(set: &ContextSet, service: &EndpointService) -> TableKeys {
    let cell = |key: &str| set.slot(key).map_or_else(|| "?".to_owned(), ToString::to_string);
    let service_cell = |key: ServiceKey| {
        let prefixes = service.actions.iter().filter_map(|it| it.split(':').next());
        let fills_in = prefixes.into_iter().any(|own| key.services().any(|it| it == own));
        if !fills_in {
            return Slot::Absent.to_string();
        }
        let slot = set.service_keys.iter().find(|(known, _)| *known == key);
        slot.map_or_else(|| "?".to_owned(), |(_, slot)| slot.to_string())
    };
    TableKeys {
        source_ip: cell(SOURCE_IP),
        vpc_source_ip: cell(VPC_SOURCE_IP),
        source_vpc: cell(SOURCE_VPC),
        source_vpce: cell(SOURCE_VPCE),
        vpce_account: service_cell(ServiceKey::VpceAccount),
        vpce_org_id: service_cell(ServiceKey::VpceOrgId),
        via: cell(VIA),
        is_service: cell(IS_SERVICE),
    }
}

impl std::fmt::Display for Slot {
    /// Slot in a few words, `-` for an absent key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Absent => f.write_str("-"),
            Self::Address { within, except } => {
                let wide = within.iter().any(|range| range.net().prefix_len() <= 3);
                let v6 = within.iter().all(|range| range.net().addr().is_ipv6());
                match (wide, except.is_empty()) {
                    (true, true) => f.write_str("any"),
                    (true, false) if v6 => f.write_str("any public IPv6"),
                    (true, false) => f.write_str("any public"),
                    (false, _) => {
                        let texts: Vec<String> = within.iter().map(short).collect();
                        f.write_str(&texts.join(", "))
                    }
                }
            }
            Self::Flag(value) => write!(f, "{value}"),
            Self::Chain { .. } => f.write_str("services"),
            Self::Foreign { .. } => f.write_str("foreign"),
            Self::Many(values) | Self::OneOf(values) => f.write_str(&values.join(", ")),
            Self::Optional(inner) => write!(f, "{inner} or -"),
        }
    }
}

/// A range, a single address without its prefix length.
fn short(range: &AddressRange) -> String {
    let net = range.net();
    if net.prefix_len() == net.max_prefix_len() { net.addr().to_string() } else { net.to_string() }
}
