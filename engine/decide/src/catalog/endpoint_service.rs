//! The services that have VPC endpoints (perimeter §2.2).

mod table;

use crate::text::{Action, ActionPattern, Pattern};

use super::Service;
use table::ALL;

/// The support for endpoint policies of a service's endpoint (perimeter §2.2, column *endpoint
/// policy*).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::{EndpointPolicySupport, EndpointService};
/// let s3 = EndpointService::find("s3", "eu-west-1").expect("S3 is everywhere");
/// assert_eq!(s3.policies, EndpointPolicySupport::Supported);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EndpointPolicySupport {
    /// The endpoint takes a policy of its own.
    Supported,
    /// Neither the documentation nor AWS's data say: to be checked where it is deployed.
    Unknown,
    /// The endpoint takes no policy: everything passes.
    Unsupported,
}

/// A service that can be reached through a VPC endpoint.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::EndpointService;
/// let runtime = EndpointService::find("sagemaker.runtime", "eu-west-1").unwrap();
/// assert_eq!(runtime.full_name("eu-west-1"), "com.amazonaws.eu-west-1.sagemaker.runtime");
/// assert!(EndpointService::find("com.amazonaws.us-east-1.s3", "eu-west-1").is_none());
/// let action = "sagemaker:InvokeEndpoint".parse().unwrap();
/// assert_eq!(EndpointService::of_action(&action).unwrap().name, "sagemaker.runtime");
/// ```
#[derive(Debug)]
pub struct EndpointService {
    /// The name without region: `sagemaker.api`, `s3`, `sagemaker.notebook`.
    pub name: &'static str,
    /// The actions whose calls go to this service's host names, as action patterns.
    pub actions: &'static [&'static str],
    /// The support for policies of its endpoints.
    pub policies: EndpointPolicySupport,
}

impl EndpointService {
    pub(super) const fn new(
        name: &'static str,
        actions: &'static [&'static str],
        policies: EndpointPolicySupport,
    ) -> Self {
        Self { name, actions, policies }
    }

    /// The services, in the order of their names.
    pub fn all() -> &'static [Self] {
        ALL
    }

    /// The service called `name`: the name without region, or AWS's full name for this region.
    pub fn find(name: &str, region: &str) -> Option<&'static Self> {
        ALL.iter().find(|service| service.name == name || service.full_name(region) == name)
    }

    /// The service whose host names a call of this action goes to. Where several have an entry, the
    /// one that names the action most exactly; browser endpoints (`sagemaker.notebook`,
    /// `sagemaker.studio`) and FIPS host names are the caller's choice and never the answer.
    pub fn of_action(action: &Action) -> Option<&'static Self> {
        if let Some(host) = super::Host::of_action(action) {
            return Some(&host.service);
        }
        let prefix = action.service().to_ascii_lowercase();
        let prefix = prefix.as_str();
        ALL.iter()
            .filter(|service| !service.is_callers_choice())
            .filter_map(|service| {
                let best = service
                    .actions
                    .iter()
                    .filter(|it| it.split(':').next() == Some(prefix))
                    .filter(|it| parse(it).matches(action))
                    .map(|it| literal_length(it))
                    .max()?;
                Some((best, service))
            })
            // The first of equals: names are sorted, and `x.api` comes before its siblings.
            .fold(None, |best: Option<(usize, &Self)>, (weight, service)| match best {
                Some((heaviest, _)) if weight <= heaviest => best,
                _ => Some((weight, service)),
            })
            .map(|(_, service)| service)
    }

    /// True if an entry (service and action pattern) wins over another for an action that both
    /// match: the one with more literal characters, else the first by name. Entries for different
    /// action prefixes never meet.
    pub fn outweighs<'a>(entry: (&'a str, &'a str), other: (&'a str, &'a str)) -> bool {
        let prefix = |pattern: &'a str| pattern.split(':').next();
        if prefix(entry.1) != prefix(other.1) {
            return false;
        }
        let (own, rival) = (literal_length(entry.1), literal_length(other.1));
        own > rival || (own == rival && entry.0 < other.0)
    }

    /// True if a caller reaches this service only by choosing its host name: a browser that opens a
    /// notebook or Studio, or a client told to use FIPS.
    pub fn is_callers_choice(&self) -> bool {
        self.is_browser() || self.name.ends_with("-fips")
    }

    /// True if browsers and not SDKs talk to the service: the presigned URL's action is checked
    /// again for each of their requests (perimeter §3.7).
    pub fn is_browser(&self) -> bool {
        matches!(self.name, "sagemaker.notebook" | "sagemaker.studio")
    }

    /// AWS's name of the service in a region.
    pub fn full_name(&self, region: &str) -> String {
        match self.name {
            "sagemaker.notebook"
            | "sagemaker.studio"
            | "sagemaker.experiments"
            | "sagemaker.partner-app" => {
                let name = self.name.strip_prefix("sagemaker.").unwrap_or(self.name);
                format!("aws.sagemaker.{region}.{name}")
            }
            "iam" => "com.amazonaws.iam".to_owned(),
            "s3-global.accesspoint" => "com.amazonaws.s3-global.accesspoint".to_owned(),
            "codecatalyst" => "aws.api.global.codecatalyst".to_owned(),
            "bcm-data-exports" | "freetier" | "kendra-ranking" => {
                format!("aws.api.{region}.{}", self.name)
            }
            name => format!("com.amazonaws.{region}.{name}"),
        }
    }

    /// The region that calls for this action go to whatever the caller's, for services with one
    /// endpoint for the world (perimeter §1.3, `aws:RequestedRegion`).
    pub fn global_region(action: &Action) -> Option<&'static str> {
        Service::find(action.service()).and_then(|service| service.region)
    }

    /// True for services with gateway endpoints (perimeter §2.2).
    pub fn has_gateway(&self) -> bool {
        matches!(self.name, "s3" | "dynamodb" | "s3express")
    }

    /// True if interface endpoints of the service have private DNS ("PrivateLink for DynamoDB",
    /// "... Streams": "Private and Hybrid DNS services not supported"; Neptune Analytics and
    /// Location likewise; names of IoT Core's data plane are made by hand; perimeter-2 §5.3).
    pub fn has_private_dns(&self) -> bool {
        let none = ["dynamodb", "dynamodb-streams", "iot.data", "neptune-graph"];
        !none.contains(&self.name) && !self.name.starts_with("geo.")
    }

    /// True for services whose calls are decided for other regions than the endpoint's: those of
    /// inference profiles (perimeter-2 §8), and those that the console makes.
    pub fn names_other_regions(&self) -> bool {
        self.name.starts_with("bedrock") || self.is_console()
    }

    /// True for the services of Console Private Access.
    pub fn is_console(&self) -> bool {
        matches!(self.name, "console" | "signin")
    }

    /// True for a service that is one for all regions, reached from endpoints of any (S3 User
    /// Guide, "Configuring a Multi-Region Access Point for use with AWS PrivateLink").
    pub fn is_global(&self) -> bool {
        self.name == "s3-global.accesspoint"
    }

    /// True if interface endpoints in other regions lead to the service (PrivateLink Guide,
    /// "Cross-region enabled AWS services"; perimeter-2 §5.2).
    pub fn crosses_regions(&self) -> bool {
        matches!(
            self.name,
            "ecr.api"
                | "ecr.dkr"
                | "ecs"
                | "ecs-fips"
                | "iam"
                | "kinesis-firehose"
                | "kinesisanalytics"
                | "kinesisanalytics-fips"
                | "kms"
                | "kms-fips"
                | "lambda"
                | "route53"
                | "s3"
        )
    }

    /// The action patterns, parsed.
    pub fn patterns(&self) -> impl Iterator<Item = ActionPattern> {
        self.actions.iter().map(|text| parse(text))
    }
}

fn parse(pattern: &str) -> ActionPattern {
    let (service, name) = pattern.split_once(':').unwrap_or((pattern, "*"));
    ActionPattern::Of { service: Pattern::literal(service), name: Pattern::wildcard(name) }
}

fn literal_length(pattern: &str) -> usize {
    pattern.chars().filter(|c| *c != '*').count()
}

#[cfg(test)]
mod tests {
    use super::{ALL, EndpointService};

    fn service_of(action: &str) -> &'static str {
        EndpointService::of_action(&action.parse().unwrap()).map_or("none", |it| it.name)
    }

    #[test]
    fn each_action_goes_to_the_service_that_names_it_most_exactly() {
        assert_eq!(service_of("sagemaker:CreateTrainingJob"), "sagemaker.api");
        assert_eq!(service_of("sagemaker:CreatePresignedNotebookInstanceUrl"), "sagemaker.api");
        assert_eq!(service_of("sagemaker:InvokeEndpointAsync"), "sagemaker.runtime");
        assert_eq!(service_of("sagemaker:PutRecord"), "sagemaker.featurestore-runtime");
        assert_eq!(service_of("s3:GetObject"), "s3");
        assert_eq!(service_of("kms:Decrypt"), "kms");
        assert_eq!(service_of("cloudwatch:PutMetricData"), "monitoring");
        assert_eq!(service_of("ecr:GetAuthorizationToken"), "ecr.api");
        assert_eq!(service_of("ecr:BatchGetImage"), "ecr.dkr");
        assert_eq!(service_of("nothing:Known"), "none");
    }

    #[test]
    fn names_are_distinct_and_sorted() {
        assert!(ALL.windows(2).all(|pair| pair[0].name < pair[1].name));
    }

    #[test]
    fn full_names_carry_the_region() {
        let notebook = EndpointService::find("aws.sagemaker.eu-west-1.notebook", "eu-west-1");
        assert_eq!(notebook.map(|it| it.name), Some("sagemaker.notebook"));
        assert!(EndpointService::find("aws.sagemaker.eu-west-1.notebook", "us-east-1").is_none());
    }
}
