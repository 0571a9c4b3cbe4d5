//! Name resolution: what a service's public name stands for (perimeter §1.2, *dns*).

use super::model::{Endpoint, EndpointType, Network, PrivateDns, ResolverRule, Subnet, Vpc};
use super::path::{Part, Place, Start, Step, Target, serves, step};
use super::uncertain::{self, Uncertainty};

/// Answer of DNS: an endpoint, or the public addresses of the service.
pub(super) struct Answer<'n> {
    pub(super) endpoint: Option<(&'n Vpc, &'n Endpoint)>,
    pub(super) step: Step,
    pub(super) uncertain: Option<&'static Uncertainty>,
}

impl<'n> Answer<'n> {
    fn new(endpoint: Option<(&'n Vpc, &'n Endpoint)>, text: String) -> Self {
        Self { endpoint, step: step(Part::Dns, text), uncertain: None }
    }
}

impl Network {
    /// Answers for the service's name at the start (perimeter §1.2, *dns*).
    pub(super) fn resolve<'a>(&'a self, start: &Start<'a>, target: Target<'_>) -> Vec<Answer<'a>> {
        let one = |endpoint, text: String| vec![Answer::new(endpoint, text)];
        let chosen = start.chosen.iter().filter_map(|id| self.endpoint(id));
        let chosen = chosen.into_iter().find(|it| serves(*it, target));
        if let Some((vpc, endpoint)) = chosen {
            let text =
                format!("the caller uses the host name of the endpoint `{}`", endpoint.display());
            return one(Some((vpc, endpoint)), text);
        }
        match start.place {
            Place::Subnet(vpc, subnet) => self.resolve_in(vpc, Some(subnet), target),
            Place::Site(site) => {
                if let Some(vpc) = site.resolver.as_deref().and_then(|id| self.vpc(id)) {
                    self.resolve_in(vpc, None, target)
                } else {
                    let name = target.service.name;
                    one(None, format!("the site resolves `{name}` to its public addresses"))
                }
            }
        }
    }

    /// Answers of a VPC's resolver to a machine in `subnet`, or to one outside that asks
    /// through its inbound endpoints.
    fn resolve_in<'a>(
        &'a self,
        vpc: &'a Vpc,
        subnet: Option<&Subnet>,
        target: Target<'_>,
    ) -> Vec<Answer<'a>> {
        let service = target.service.name;
        if !vpc.dns.support {
            let text = format!(
                "`{}` has no DNS resolver (enableDnsSupport is off): public addresses",
                vpc.display()
            );
            return vec![Answer::new(None, text)];
        }
        // The most specific name wins; for the same name a rule precedes a private hosted zone
        // (Route 53 Developer Guide, "Considerations when working with a private hosted zone").
        let rule = |named: bool| self.rule_of(vpc, subnet, service, named);
        if let Some(other) = rule(true) {
            return self.asked_of(other, target);
        }
        let why = match private_dns(vpc, subnet, target) {
            Ok(answers) => return answers,
            Err(why) => why,
        };
        let zones = self.private_zones.iter().filter(|zone| zone.vpcs.contains(&vpc.id));
        let zone =
            zones.filter_map(|zone| self.endpoint(&zone.endpoint)).find(|it| serves(*it, target));
        if let Some((owner, endpoint)) = zone {
            let text = format!(
                "a private hosted zone of `{}` leads to the endpoint `{}` in `{}`",
                vpc.display(),
                endpoint.display(),
                owner.display()
            );
            return vec![Answer::new(Some((owner, endpoint)), text)];
        }
        if let Some(other) = rule(false) {
            return self.asked_of(other, target);
        }
        vec![Answer::new(None, format!("{why}: public addresses"))]
    }
}

impl Network {
    /// The VPC whose resolver a rule asks: a rule that names the service, or one for all names. Rules
    /// are followed once: the answering VPC's own rules are not asked again.
    fn rule_of(
        &self,
        vpc: &Vpc,
        subnet: Option<&Subnet>,
        service: &str,
        named: bool,
    ) -> Option<&Vpc> {
        subnet?;
        let fits = |rule: &&ResolverRule| {
            let names = rule.services.contains(&service);
            rule.vpcs.contains(&vpc.id)
                && rule.to != vpc.id
                && if named { names } else { rule.services.is_empty() }
        };
        self.vpc(&self.resolver_rules.iter().find(fits)?.to)
    }

    /// Answers of another VPC's resolver.
    fn asked_of<'a>(&'a self, other: &'a Vpc, target: Target<'_>) -> Vec<Answer<'a>> {
        let mut answers = self.resolve_in(other, None, target);
        for answer in &mut answers {
            let text = format!("a resolver rule asks `{}`: {}", other.display(), answer.step.text);
            answer.step.text = text;
        }
        answers
    }
}

/// Answers of private DNS of the VPC's own endpoints, or the reason for none.
fn private_dns<'a>(
    vpc: &'a Vpc,
    subnet: Option<&Subnet>,
    target: Target<'_>,
) -> Result<Vec<Answer<'a>>, String> {
    let (service, region) = (target.service.name, target.region);
    let mut why = format!("nothing in `{}` answers for `{service}` in {region}", vpc.display());
    for endpoint in vpc.endpoints.iter().filter(|it| serves((vpc, it), target)) {
        let EndpointType::Interface { subnets, private_dns, .. } = &endpoint.endpoint_type else {
            continue;
        };
        let name = endpoint.display();
        match (private_dns, subnet) {
            (PrivateDns::Off, _) => {
                why = format!("private DNS of `{name}` is off");
                continue;
            }
            (PrivateDns::OnlyInbound, Some(_)) => {
                why = format!("private DNS of `{name}` is for inbound resolvers only");
                continue;
            }
            _ if !vpc.dns.hostnames => {
                let vpc = vpc.display();
                why = format!("`{vpc}` has no private DNS (enableDnsHostnames is off)");
                continue;
            }
            _ => (),
        }
        let text = format!("private DNS of `{}` leads to the endpoint `{name}`", vpc.display());
        let found = Answer::new(Some((vpc, endpoint)), text);
        let zones: Vec<&str> = vpc
            .subnets
            .iter()
            .filter(|it| subnets.contains(&it.id))
            .filter_map(|it| it.zone.as_deref())
            .collect();
        if let Some(zone) = subnet.and_then(|it| it.zone.as_deref())
            && service.starts_with("sagemaker.runtime")
            && !zones.is_empty()
            && !zones.contains(&zone)
        {
            let text = format!(
                "`{name}` is not in zone {zone}, where private DNS may not work: public addresses"
            );
            let uncertain = Some(&uncertain::ONE_ZONE);
            return Ok(vec![found, Answer { uncertain, ..Answer::new(None, text) }]);
        }
        return Ok(vec![found]);
    }
    Err(why)
}
