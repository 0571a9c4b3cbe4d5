//! Origins as formulas: the set of all requests that an origin can produce (perimeter §1.4, §1.5).

use super::context::{ContextSet, SOURCE_VPC, Slot};
use super::model::Network;
use super::origin::{Origin, UnknownOrigin};
use super::path::Target;
use super::uncertain::Uncertainty;
use crate::catalog::EndpointService;
use crate::catalog::keys;
use crate::formula::{Atom, FormulaId, Formulas};
use crate::policy::ActionPattern;
use crate::text::Pattern;

const REGION: &str = keys::REQUESTED_REGION;

/// The requests that an origin can produce.
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
#[derive(Clone, Debug)]
pub struct Disjunct {
    /// Name of the requests that arrive so.
    pub label: Box<str>,
    /// The undocumented fact without which nothing does.
    pub uncertain: Option<&'static Uncertainty>,
    /// The requests.
    pub formula: FormulaId,
}

/// A part of all actions, and the service that their calls go to.
struct Group {
    service: &'static EndpointService,
    actions: FormulaId,
}

impl Network {
    /// The set of all requests that the origin called `name` can produce, as formulas over who
    /// calls, the action and the context. Lower the policies first: keys that nothing in the store
    /// reads are left out where they only follow from others.
    ///
    /// # Errors
    /// Where the network has no such origin.
    ///
    /// ```
    /// # use polsim::{formula::Formulas, network::Network, text::Source};
    /// let source = Source::new("n.yaml", "
    /// region: eu-west-1
    /// sites: [{name: office, egress: 203.0.113.0/24}]
    /// ");
    /// let network = Network::parse(&source).expect("a network");
    /// let mut formulas = Formulas::new();
    /// let office = network.constraint("office", &mut formulas).expect("an origin");
    /// let internet = network.constraint("internet", &mut formulas).expect("an origin");
    /// assert_ne!(office.formula, internet.formula);
    /// assert!(network.constraint("ofice", &mut formulas).unwrap_err().help.contains("office"));
    /// ```
    pub fn constraint(
        &self,
        name: &str,
        formulas: &mut Formulas,
    ) -> Result<Constraint, UnknownOrigin> {
        let origin = self.origin(name)?;
        let mut disjuncts = Vec::new();
        self.collect(&origin, formulas, &mut disjuncts);
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
        self.origin(name).map(|_| ())
    }

    fn collect(&self, origin: &Origin<'_>, formulas: &mut Formulas, out: &mut Vec<Disjunct>) {
        match origin {
            Origin::Union(origins) => {
                for origin in origins {
                    self.collect(origin, formulas, out);
                }
            }
            Origin::Machines(..) => self.by_service(origin, formulas, out),
            Origin::Endpoint(vpc, endpoint) => {
                let actions = actions_through(endpoint.service, formulas);
                let target = Target { service: endpoint.service, region: &vpc.region };
                for set in self.sets(origin, target) {
                    let set = set.with([(REGION, Slot::is(&vpc.region))]);
                    let context = set.lower(formulas);
                    let formula = formulas.all([actions, context]);
                    add(out, &set, formula, formulas);
                }
            }
            other => {
                let Some(service) = EndpointService::all().first() else { return };
                let target = Target { service, region: &self.region };
                for arrival in self.arrivals_of(other, target) {
                    let Some(set) = arrival.context else { continue };
                    let formula = self.set(&set, formulas);
                    add(out, &set, formula, formulas);
                }
            }
        }
    }

    /// The formula of a set that is the same for all services and regions. The id of a VPC is
    /// unique in its region only: the VPC of a foreign endpoint is none of ours in the region where
    /// ours is, and may have the same id in others (AX10).
    fn set(&self, set: &ContextSet, formulas: &mut Formulas) -> FormulaId {
        let Some(Slot::Foreign { shape, sample, .. }) = set.slot(SOURCE_VPC) else {
            return set.lower(formulas);
        };
        let (shape, sample) = (*shape, *sample);
        let regions = self.regions();
        let mut parts = Vec::new();
        for region in &regions {
            let vpcs = self.vpcs.iter().filter(|vpc| vpc.region == *region);
            let except = vpcs.map(|vpc| vpc.id.clone()).collect();
            let here = set.clone().with([
                (SOURCE_VPC, Slot::Foreign { shape, except, sample }),
                (REGION, Slot::is(region)),
            ]);
            parts.push(here.lower(formulas));
        }
        let elsewhere = set.clone().with([
            (SOURCE_VPC, Slot::Foreign { shape, except: Vec::new(), sample }),
            (REGION, other_region(regions)),
        ]);
        parts.push(elsewhere.lower(formulas));
        formulas.any(parts)
    }

    /// The home region and those of the VPCs.
    pub(super) fn regions(&self) -> Vec<Box<str>> {
        let mut regions = vec![self.region.clone()];
        for vpc in &self.vpcs {
            if !regions.contains(&vpc.region) {
                regions.push(vpc.region.clone());
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

    /// Machines reach each service, in each region, in their own way.
    fn by_service(&self, origin: &Origin<'_>, formulas: &mut Formulas, out: &mut Vec<Disjunct>) {
        let groups = self.groups(formulas);
        let regions = self.regions();
        for group in &groups {
            let mut ways: Vec<(Option<&str>, Vec<ContextSet>)> = Vec::new();
            for region in &regions {
                let target = Target { service: group.service, region };
                ways.push((Some(region), self.sets(origin, target)));
            }
            let target = Target { service: group.service, region: "elsewhere" };
            ways.push((None, self.sets(origin, target)));
            let same = ways.windows(2).all(|pair| matches!(pair, [a, b] if a.1 == b.1));
            if same {
                ways.truncate(1);
            }
            for (region, sets) in ways {
                let place = match region {
                    _ if same => None,
                    Some(region) => Some(Slot::is(region)),
                    None => Some(other_region(regions.clone())),
                };
                for mut set in sets {
                    if let Some(place) = &place {
                        set = set.with([(REGION, place.clone())]);
                    }
                    let context = set.lower(formulas);
                    let formula = formulas.all([group.actions, context]);
                    add(out, &set, formula, formulas);
                }
            }
        }
    }

    fn sets(&self, origin: &Origin<'_>, target: Target<'_>) -> Vec<ContextSet> {
        self.arrivals_of(origin, target).into_iter().filter_map(|arrival| arrival.context).collect()
    }

    /// Actions, split by the service that their calls go to, as far as the network tells
    /// services apart; the last group is everything else. Host names that are the caller's choice
    /// (browsers, FIPS) are groups of their own, so that groups may overlap.
    fn groups(&self, formulas: &mut Formulas) -> Vec<Group> {
        let mut services: Vec<&'static EndpointService> = Vec::new();
        let listed = self.prefix_lists.iter().filter_map(|list| {
            EndpointService::all().iter().find(|it| Some(it.name) == list.service)
        });
        for service in self.endpoints().map(|(_, endpoint)| endpoint.service).chain(listed) {
            if !services.iter().any(|known| known.name == service.name) {
                services.push(service);
            }
        }
        let mut groups = Vec::new();
        let mut known = Vec::new();
        for service in services {
            let actions = actions_through(service, formulas);
            if !service.is_callers_choice() {
                known.push(actions);
            }
            groups.push(Group { service, actions });
        }
        if let Some(service) = self.unlisted_service() {
            let known = formulas.any(known);
            groups.push(Group { service, actions: formulas.not(known) });
        }
        groups
    }
}

fn other_region(except: Vec<Box<str>>) -> Slot {
    Slot::Foreign { shape: "*-*-*", except, sample: "us-west-2" }
}

/// Adds a disjunct, united with one of the same label and fact.
fn add(out: &mut Vec<Disjunct>, set: &ContextSet, formula: FormulaId, formulas: &mut Formulas) {
    let same = |it: &&mut Disjunct| it.label == set.label && it.uncertain == set.uncertain;
    match out.iter_mut().find(same) {
        Some(known) => known.formula = formulas.any([known.formula, formula]),
        None => out.push(Disjunct { label: set.label.clone(), uncertain: set.uncertain, formula }),
    }
}

/// The actions whose calls may go through an endpoint of the service.
fn actions_through(service: &'static EndpointService, formulas: &mut Formulas) -> FormulaId {
    if !service.is_callers_choice() {
        return actions_of(service, formulas);
    }
    let patterns: Vec<FormulaId> =
        service.patterns().map(|it| formulas.atom(Atom::Action(it))).collect();
    formulas.any(patterns)
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
