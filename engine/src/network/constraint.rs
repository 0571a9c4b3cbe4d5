//! Origins as formulas: the set of all requests that an origin can produce (perimeter §1.4, §1.5).

use super::arrival::Owner;
use super::context::{ContextSet, SOURCE_VPC, SOURCE_VPCE, Slot, VPC_SOURCE_IP, is_read};
use super::model::Network;
use super::origin::{Origin, UnknownOrigin};
use super::path::{Target, Ways};
use super::uncertain::{self, Uncertainty};
use crate::catalog::{EndpointService, Host, Reach, keys};
use crate::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate};
use crate::policy::{ActionPattern, ResourcePattern};
use crate::text::{CaseRule, KeyName, Pattern, Piece, Variable};

const REGION: &str = keys::REQUESTED_REGION;

/// The requests that an origin can produce.
///
/// ```
/// # use polsim::formula::Formulas;
/// # use polsim::network::{Network, Ways};
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// sites: [{name: office, egress: 203.0.113.0/24}]
/// "))?;
/// let mut formulas = Formulas::new();
/// let office = network.constraint("office", Ways::Plain, &mut formulas).expect("the office is an origin");
///
/// assert!(!office.disjuncts.is_empty());
/// assert_ne!(office.formula, formulas.truth(true), "not every request comes from the office");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Constraint {
    /// Their formula: any of the disjuncts.
    pub formula: FormulaId,
    /// Formula without the disjuncts that depend on undocumented facts.
    pub certain: FormulaId,
    /// The ways to arrive.
    pub disjuncts: Vec<Disjunct>,
}

/// Way in which requests of an origin arrive.
///
/// ```
/// # use polsim::formula::Formulas;
/// # use polsim::network::{Network, Ways};
/// # use polsim::text::Source;
/// let network = Network::parse(&Source::new("network.yaml", "
/// region: eu-west-1
/// sites: [{name: office, egress: 203.0.113.0/24}]
/// "))?;
/// let mut formulas = Formulas::new();
/// let office = network.constraint("office", Ways::Plain, &mut formulas).expect("the office is an origin");
///
/// assert!(office.disjuncts.iter().any(|way| way.uncertain.is_none()));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Disjunct {
    /// Name of the requests that arrive so.
    pub label: Box<str>,
    /// The undocumented fact without which nothing does.
    pub uncertain: Option<&'static Uncertainty>,
    /// The formula of the requests.
    pub formula: FormulaId,
}

/// A part of all requests, and the service that their calls go to.
struct Group {
    service: &'static EndpointService,
    requests: FormulaId,
    /// The undocumented fact without which they do not.
    uncertain: Option<&'static Uncertainty>,
}

/// The store, and the disjuncts that have been collected.
struct Collector<'f> {
    formulas: &'f mut Formulas,
    disjuncts: Vec<Disjunct>,
    /// The policies read the id of the endpoint or the client's address behind it.
    reads_endpoint: bool,
}

const PASS_ROLE: &str = "iam:PassRole";

impl Network {
    /// The set of all requests that the origin called `name` can produce by such ways, as formulas over who
    /// calls, the action and the context. Lower the policies first: keys that nothing in the store
    /// reads are left out where they only follow from others.
    ///
    /// # Errors
    /// Where the network has no such origin.
    ///
    /// ```
    /// # use polsim::{formula::Formulas, network::{Network, Ways}, text::Source};
    /// let source = Source::new("n.yaml", "
    /// region: eu-west-1
    /// sites: [{name: office, egress: 203.0.113.0/24}]
    /// ");
    /// let network = Network::parse(&source).expect("a network");
    /// let mut formulas = Formulas::new();
    /// let office = network.constraint("office", Ways::Plain, &mut formulas).expect("an origin");
    /// let internet = network.constraint("internet", Ways::Plain, &mut formulas).expect("an origin");
    /// assert_ne!(office.formula, internet.formula);
    /// assert!(network.constraint("ofice", Ways::Plain, &mut formulas).unwrap_err().help.contains("office"));
    /// ```
    pub fn constraint(
        &self,
        name: &str,
        ways: Ways,
        formulas: &mut Formulas,
    ) -> Result<Constraint, UnknownOrigin> {
        let origin = self.origin(name, ways)?;
        let reads_endpoint = is_read(formulas, SOURCE_VPCE) || is_read(formulas, VPC_SOURCE_IP);
        let mut to = Collector { formulas, disjuncts: Vec::new(), reads_endpoint };
        self.collect(&origin, ways, &mut to);
        let Collector { disjuncts, .. } = to;
        let all: Vec<FormulaId> = disjuncts.iter().map(|it| it.formula).collect();
        let certain: Vec<FormulaId> =
            disjuncts.iter().filter(|it| it.uncertain.is_none()).map(|it| it.formula).collect();
        let (formula, certain) = (formulas.any(all), formulas.any(certain));
        Ok(Constraint { formula, certain, disjuncts })
    }

    /// Test for an origin of this name.
    ///
    /// # Errors
    /// Where the network has no such origin.
    pub fn knows(&self, name: &str) -> Result<(), UnknownOrigin> {
        self.origin(name, Ways::Plain).map(|_| ())
    }

    fn collect(&self, origin: &Origin<'_>, ways: Ways, to: &mut Collector<'_>) {
        match origin {
            Origin::Union(origins) => {
                for origin in origins {
                    self.collect(origin, ways, to);
                }
            }
            Origin::Machines(..) => self.by_service(origin, ways, to),
            Origin::Endpoint(vpc, endpoint) => {
                let requests = requests_through(endpoint.service, to.formulas);
                let region = endpoint.region(vpc);
                let target = Target { service: endpoint.service, region };
                for set in self.sets(origin, target, ways) {
                    to.add(requests, &in_region(set, endpoint.service, Slot::is(region)));
                }
            }
            other => {
                let Some(service) = EndpointService::all().first() else { return };
                let target = Target { service, region: &self.region };
                let all = to.formulas.truth(true);
                for arrival in self.arrivals_of(other, target, ways) {
                    let Some(set) = arrival.context else { continue };
                    self.with_twins(all, &set, other, to);
                }
            }
        }
    }

    /// Adds a set that is the same for all services and regions, and its twins: the id of a VPC is
    /// unique in its region only, so in another region, or through an endpoint that crosses regions,
    /// a stranger's VPC may have the id of one of ours (AX10).
    fn with_twins(
        &self,
        all: FormulaId,
        set: &ContextSet,
        origin: &Origin<'_>,
        to: &mut Collector<'_>,
    ) {
        let stranger = matches!(origin, Origin::Unlisted(Owner::Stranger));
        let unlisted = matches!(set.slot(SOURCE_VPC), Some(Slot::Foreign { .. }));
        if !unlisted {
            to.add(all, set);
            return;
        }
        let same = stranger.then(|| same_as_instance(to.formulas)).flatten();
        let certain = match same {
            Some(same) => to.formulas.not(same),
            None => all,
        };
        to.add(certain, set);
        if set.uncertain.is_some() {
            return;
        }
        if let Some(same) = same {
            to.add(same, &set.clone().only_if(&uncertain::TWIN_VPC));
        }
        for region in self.regions() {
            let ids: Vec<Box<str>> = self
                .vpcs
                .iter()
                .filter(|vpc| vpc.region == region && !vpc.outside)
                .map(|vpc| vpc.id.clone())
                .collect();
            if ids.is_empty() {
                continue;
            }
            let here = Slot::is(&region).lower(REGION, to.formulas);
            let crosses = crossing_regions(to.formulas);
            let elsewhere = to.formulas.not(here);
            let possible = to.formulas.any([elsewhere, crosses]);
            let twin = set.clone().with([(SOURCE_VPC, Slot::OneOf(ids))]);
            to.add(possible, &twin);
            if let Some(silent) = twin.twin_without_via() {
                to.add(possible, &silent);
            }
        }
    }

    /// The home region, and those of the VPCs and of the services that endpoints lead to.
    pub(super) fn regions(&self) -> Vec<Box<str>> {
        let mut regions = vec![self.region.clone()];
        let of_services = self.endpoints().map(|(vpc, endpoint)| endpoint.region(vpc));
        for region in self.vpcs.iter().map(|vpc| &*vpc.region).chain(of_services) {
            if !regions.iter().any(|known| **known == *region) {
                regions.push(region.into());
            }
        }
        regions
    }

    /// A service that the network has no endpoint for: it stands for all such services, and for
    /// those that have no endpoints anywhere.
    pub fn unlisted_service(&self) -> Option<&'static EndpointService> {
        let listed = |it: &EndpointService| {
            self.endpoints().any(|(_, endpoint)| endpoint.service.name == it.name)
                || self.prefix_lists.iter().any(|list| list.service == Some(it.name))
        };
        EndpointService::all().iter().find(|it| !listed(it))
    }

    /// Adds the requests of machines: they reach each service, in each region, in their own way.
    fn by_service(&self, origin: &Origin<'_>, ways: Ways, to: &mut Collector<'_>) {
        let regions = self.regions();
        for group in self.groups(ways, to.formulas) {
            let mut places: Vec<(Slot, Vec<ContextSet>)> = Vec::new();
            for region in &regions {
                let target = Target { service: group.service, region };
                places.push((Slot::is(region), self.sets(origin, target, ways)));
            }
            let target = Target { service: group.service, region: "elsewhere" };
            let other = other_region(regions.clone());
            places.push((other, self.sets(origin, target, ways)));
            let same = places.windows(2).all(|pair| matches!(pair, [a, b] if a.1 == b.1));
            if same {
                places.truncate(1);
            }
            for (place, sets) in places {
                for set in sets {
                    let uncertain = set.uncertain.or(group.uncertain);
                    let set = ContextSet { uncertain, ..set };
                    let set = if same { set } else { in_region(set, group.service, place.clone()) };
                    to.add(group.requests, &set);
                }
            }
        }
    }

    fn sets(&self, origin: &Origin<'_>, target: Target<'_>, ways: Ways) -> Vec<ContextSet> {
        let arrivals = self.arrivals_of(origin, target, ways).into_iter();
        let mut sets: Vec<ContextSet> = Vec::new();
        for set in arrivals.filter_map(|arrival| arrival.context) {
            if !sets.contains(&set) {
                sets.push(set);
            }
        }
        sets
    }

    /// Requests, split by the service that their calls go to, as far as the network tells services
    /// apart; the last group is everything else. Host names that are the caller's choice (browsers,
    /// FIPS, Transfer Acceleration) are groups of their own, so that groups may overlap.
    fn groups(&self, ways: Ways, formulas: &mut Formulas) -> Vec<Group> {
        let mut services: Vec<&'static EndpointService> = Vec::new();
        let listed = self.prefix_lists.iter().filter_map(|list| {
            EndpointService::all().iter().find(|it| Some(it.name) == list.service)
        });
        let in_vpc = Host::all().iter().filter(|host| host.reach != Reach::Internet);
        let hosts = in_vpc.map(|host| &host.service);
        for service in self.endpoints().map(|(_, endpoint)| endpoint.service).chain(listed) {
            if !services.iter().any(|known| known.name == service.name) {
                services.push(service);
            }
        }
        services.extend(hosts);
        let mut groups = Vec::new();
        let mut known = Vec::new();
        for service in services {
            let own = requests_to(service, formulas);
            if !service.is_callers_choice() {
                known.push(own);
            }
            let requests = if Host::named(service.name).is_some() {
                own
            } else {
                or_passing_a_role(own, formulas)
            };
            groups.push(Group { service, requests, uncertain: None });
        }
        if let Some(service) = self.unlisted_service() {
            let known = formulas.any(known);
            let rest = formulas.not(known);
            let requests = or_passing_a_role(rest, formulas);
            groups.push(Group { service, requests, uncertain: None });
            let gateway =
                self.endpoints().any(|(_, it)| it.is_gateway() && it.service.name == "s3");
            if ways == Ways::Every && gateway {
                groups.extend(self.accelerated(service, formulas));
            }
        }
        groups
    }

    /// Calls by S3 Transfer Acceleration, which go to edge locations, past every endpoint
    /// (perimeter-2 §3). The bucket's owner switches it on.
    fn accelerated(
        &self,
        service: &'static EndpointService,
        formulas: &mut Formulas,
    ) -> [Group; 2] {
        let data = ["s3:*Object*", "s3:*Upload*", "s3:ListBucket*"];
        let data = data.map(|it| formulas.atom(Atom::Action(parse(it))));
        let data = formulas.any(data);
        let accounts = self.accounts.iter().map(|it| it.id.clone()).collect();
        let stranger =
            Slot::Foreign { shape: "*".into(), except: accounts, sample: "666677778888".into() };
        let stranger = stranger.lower(keys::RESOURCE_ACCOUNT, formulas);
        let theirs = formulas.all([data, stranger]);
        [
            Group { service, requests: theirs, uncertain: None },
            Group { service, requests: data, uncertain: Some(&uncertain::ACCELERATION) },
        ]
    }
}

/// The set for requests to a region. Bedrock's inference profiles are decided again for other
/// regions and for none (perimeter-2 §8).
fn in_region(set: ContextSet, service: &EndpointService, region: Slot) -> ContextSet {
    if service.names_other_regions() {
        return set;
    }
    set.with([(REGION, region)])
}

fn other_region(except: Vec<Box<str>>) -> Slot {
    Slot::Foreign { shape: "*-*-*".into(), except, sample: "us-west-2".into() }
}

/// The requests by credentials of an instance whose VPC has the id of the endpoint's; none if
/// nothing reads where credentials were delivered.
fn same_as_instance(formulas: &mut Formulas) -> Option<FormulaId> {
    const INSTANCE_VPC: &str = keys::EC2_INSTANCE_SOURCE_VPC;
    if !is_read(formulas, INSTANCE_VPC) {
        return None;
    }
    let variable = Variable { key: KeyName::new(INSTANCE_VPC), default: None };
    let pattern = Pattern::from_pieces([Piece::Variable(variable)]);
    let any_of = [Predicate::Text(pattern, CaseRule::Exact)].into();
    let test = KeyTest::Some { any_of, hit: true };
    Some(formulas.atom(Atom::Key(KeyName::new(SOURCE_VPC), test)))
}

/// The calls to services whose endpoints may be in another region.
pub(super) fn crossing_regions(formulas: &mut Formulas) -> FormulaId {
    let services = EndpointService::all().iter().filter(|it| it.crosses_regions());
    let actions: Vec<FormulaId> = services
        .flat_map(EndpointService::patterns)
        .map(|it| formulas.atom(Atom::Action(it)))
        .collect();
    formulas.any(actions)
}

impl Collector<'_> {
    /// Adds a disjunct: the requests with such contexts, united with one of the same label and fact.
    fn add(&mut self, requests: FormulaId, set: &ContextSet) {
        let context = set.lower(self.formulas);
        let formula = self.formulas.all([requests, context]);
        let open = self.reads_endpoint && set.leaves_endpoint_open();
        let uncertain = set.uncertain.or(open.then_some(&uncertain::CONSOLE_ENDPOINT));
        let same = |it: &&mut Disjunct| it.label == set.label && it.uncertain == uncertain;
        match self.disjuncts.iter_mut().find(same) {
            Some(known) => known.formula = self.formulas.any([known.formula, formula]),
            None => self.disjuncts.push(Disjunct { label: set.label.clone(), uncertain, formula }),
        }
    }
}

/// The requests, and those for passing a role: it is checked within the call that takes the role,
/// whatever the service (perimeter-2 §1, AX9).
fn or_passing_a_role(requests: FormulaId, formulas: &mut Formulas) -> FormulaId {
    let passing = formulas.atom(Atom::Action(parse(PASS_ROLE)));
    formulas.any([requests, passing])
}

/// The requests that may go through an endpoint of the service.
fn requests_through(service: &'static EndpointService, formulas: &mut Formulas) -> FormulaId {
    let requests = requests_to(service, formulas);
    or_passing_a_role(requests, formulas)
}

/// The requests that go to the service's host names.
fn requests_to(service: &'static EndpointService, formulas: &mut Formulas) -> FormulaId {
    if let Some(host) = Host::named(service.name) {
        return requests_to_host(host, formulas);
    }
    let actions = if service.is_callers_choice() {
        let patterns: Vec<FormulaId> =
            service.patterns().map(|it| formulas.atom(Atom::Action(it))).collect();
        formulas.any(patterns)
    } else {
        actions_of(service, formulas)
    };
    let elsewhere = requests_to_other_hosts(service, formulas);
    let not_elsewhere = elsewhere.into_iter().map(|it| formulas.not(it)).collect::<Vec<_>>();
    formulas.all(not_elsewhere.into_iter().chain([actions]))
}

/// The requests with the service's action prefixes that go to hosts for which its endpoints do not
/// answer. (Endpoints of Outposts do, as far as AWS says.)
pub(super) fn requests_to_other_hosts(
    service: &EndpointService,
    formulas: &mut Formulas,
) -> Vec<FormulaId> {
    let mut prefixes: Vec<&str> =
        service.actions.iter().filter_map(|it| it.split(':').next()).collect();
    prefixes.dedup();
    let hosts = Host::all().iter().filter(|host| host.service.name != service.name);
    let hosts = hosts.filter(|host| prefixes.iter().any(|it| host.is_of(it)));
    hosts.map(|host| requests_to_host(host, formulas)).collect()
}

/// The requests that go to a host which no endpoint of their action prefix answers for.
fn requests_to_host(host: &Host, formulas: &mut Formulas) -> FormulaId {
    let actions: Vec<FormulaId> =
        host.service.patterns().map(|it| formulas.atom(Atom::Action(it))).collect();
    let mut requests = formulas.any(actions);
    if !host.resources.is_empty() {
        let arns = host.resources.iter().filter_map(|it| arn_pattern(it));
        let arns: Vec<FormulaId> = arns.map(|it| formulas.atom(Atom::Resource(it))).collect();
        let there = formulas.any(arns);
        requests = formulas.all([requests, there]);
    }
    if let Some((action, key)) = host.with_key {
        let action = formulas.atom(Atom::Action(parse(action)));
        let test = KeyTest::Some { any_of: [Predicate::Bool(true)].into(), hit: true };
        let says = formulas.atom(Atom::Key(KeyName::new(key), test));
        let also = formulas.all([action, says]);
        requests = formulas.any([requests, also]);
    }
    requests
}

pub(super) fn arn_pattern(text: &str) -> Option<ResourcePattern> {
    let parts: Vec<Pattern> = text.splitn(6, ':').map(Pattern::wildcard).collect();
    let components: [Pattern; 6] = parts.try_into().ok()?;
    Some(ResourcePattern::Arn { components: components.into(), crosses_colons: None })
}

/// The actions whose calls go to the service: those that it has an entry for and no other service
/// names more exactly, as [`EndpointService::of_action`] decides.
fn actions_of(service: &'static EndpointService, formulas: &mut Formulas) -> FormulaId {
    let mut parts = Vec::new();
    for own in service.actions {
        let rivals = EndpointService::all()
            .iter()
            .filter(|it| it.name != service.name && !it.is_callers_choice());
        let mut stronger = Vec::new();
        for rival in rivals {
            for pattern in rival.actions {
                if EndpointService::outweighs((rival.name, pattern), (service.name, own)) {
                    stronger.push(formulas.atom(Atom::Action(parse(pattern))));
                }
            }
        }
        let own = formulas.atom(Atom::Action(parse(own)));
        let stronger = formulas.any(stronger);
        let not_stronger = formulas.not(stronger);
        parts.push(formulas.all([own, not_stronger]));
    }
    formulas.any(parts)
}

fn parse(pattern: &str) -> ActionPattern {
    let (service, name) = pattern.split_once(':').unwrap_or((pattern, "*"));
    ActionPattern::Of { service: Pattern::literal(service), name: Pattern::wildcard(name) }
}
