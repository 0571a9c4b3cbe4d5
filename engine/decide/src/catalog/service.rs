//! Services: the facts that set one apart from the others (state of September 2026).
//!
//! A service without a row has none of them. To add a service, or a fact about one, is to add a row
//! or a word in one.

use crate::text::Action;

/// A service, by the prefix of its actions.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::Service;
/// let sqs = Service::find("SQS").unwrap();
/// assert!(sqs.has_rcps && sqs.has_endpoint_policies);
/// assert_eq!(Service::find("iam").unwrap().region, Some("us-east-1"));
/// assert!(Service::find("sagemaker").is_none());
/// ```
#[derive(Debug)]
pub struct Service {
    /// The part of its actions before the colon.
    pub prefix: &'static str,
    /// True if RCPs apply to its resources (policy language §1.12, perimeter §1.6).
    pub has_rcps: bool,
    /// True if its VPC endpoints take a policy; where not, every request passes (policy language
    /// §5.8).
    pub has_endpoint_policies: bool,
    /// True if its resource policies leave Resource out: the resource is what the policy hangs on
    /// (policy language §1.4, footnote h).
    pub implies_resource: bool,
    /// The region of its only endpoint, for services with one for the world (perimeter §1.3,
    /// `aws:RequestedRegion`).
    pub region: Option<&'static str>,
    /// The actions that trust policies may name (policy language §1.14), with the prefix.
    pub trust_actions: &'static [&'static str],
    /// The actions that need no Allow (policy language §5.3), without the prefix.
    pub permissionless_actions: &'static [&'static str],
}

impl Service {
    /// The services of which something is known, by prefix.
    pub fn all() -> &'static [Self] {
        ROWS
    }

    /// The service of this prefix, letter case not counted, if something is known of it.
    pub fn find(prefix: &str) -> Option<&'static Self> {
        ROWS.iter().find(|row| row.prefix.eq_ignore_ascii_case(prefix))
    }

    /// The prefixes of the services that RCPs apply to.
    pub fn with_rcps() -> impl Iterator<Item = &'static str> {
        ROWS.iter().filter(|row| row.has_rcps).map(|row| row.prefix)
    }

    /// The prefixes of the services whose VPC endpoints take no policy.
    pub fn without_endpoint_policies() -> impl Iterator<Item = &'static str> {
        ROWS.iter().filter(|row| !row.has_endpoint_policies).map(|row| row.prefix)
    }

    /// The actions that trust policies may name.
    pub fn trust_actions() -> impl Iterator<Item = &'static str> {
        ROWS.iter().flat_map(|row| row.trust_actions).copied()
    }

    /// The actions that need no Allow, as prefix and name.
    pub fn permissionless_actions() -> impl Iterator<Item = (&'static str, &'static str)> {
        ROWS.iter()
            .flat_map(|row| row.permissionless_actions.iter().map(|name| (row.prefix, *name)))
    }

    /// The region that calls for an action go to whatever the caller's, in a partition: that of the
    /// service's only endpoint (request notes §1.3, R4).
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::catalog::Service;
    /// let region = |action: &str, partition| Service::region_of(&action.parse().unwrap(), partition);
    /// assert_eq!(region("iam:CreateRole", "aws"), Some("us-east-1"));
    /// assert_eq!(region("route53:ListHostedZones", "aws-cn"), Some("cn-northwest-1"));
    /// // STS has an endpoint in each region.
    /// assert_eq!(region("sts:AssumeRole", "aws"), None);
    /// ```
    pub fn region_of(action: &Action, partition: &str) -> Option<&'static str> {
        let service = action.service();
        if service.eq_ignore_ascii_case("s3") {
            return (partition == "aws" && manages_multi_region(action.name()))
                .then_some("us-west-2");
        }
        let region = Self::find(service)?.region?;
        match partition {
            "aws" => Some(region),
            "aws-cn" if matches!(service, "route53" | "cloudfront") => Some("cn-northwest-1"),
            "aws-cn" => Some("cn-north-1"),
            "aws-us-gov" => Some("us-gov-west-1"),
            _ => None,
        }
    }

    /// The name by which `kms:ViaService` calls a service, from the first label of its service
    /// principal (AWS KMS Developer Guide, "AWS KMS condition keys").
    pub fn via_name(label: &str) -> &str {
        match label {
            "guardduty" => "malware-protection",
            "location" => "geo",
            "ebs" => "ec2",
            "neptune" | "pi" => "rds",
            label => label,
        }
    }

    const fn new(prefix: &'static str) -> Self {
        Self {
            prefix,
            has_rcps: false,
            has_endpoint_policies: true,
            implies_resource: false,
            region: None,
            trust_actions: &[],
            permissionless_actions: &[],
        }
    }

    const fn rcps(mut self) -> Self {
        self.has_rcps = true;
        self
    }

    const fn no_endpoint_policies(mut self) -> Self {
        self.has_endpoint_policies = false;
        self
    }

    const fn implying_resources(mut self) -> Self {
        self.implies_resource = true;
        self
    }

    const fn called_in(mut self, region: &'static str) -> Self {
        self.region = Some(region);
        self
    }

    const fn trusting(mut self, actions: &'static [&'static str]) -> Self {
        self.trust_actions = actions;
        self
    }

    const fn permissionless(mut self, actions: &'static [&'static str]) -> Self {
        self.permissionless_actions = actions;
        self
    }
}

/// Calls that manage multi-region access points, their routes excepted (perimeter, second part, §8).
fn manages_multi_region(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("multiregionaccesspoint") && !name.ends_with("routes")
}

/// Policy language §1.14. `sts:SetContext` passes a user's identity on into a role session, which its
/// trust policy must allow.
const TRUST_ACTIONS: &[&str] = &[
    "sts:*",
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:DecodeAuthorizationMessage",
    "sts:GetAccessKeyInfo",
    "sts:GetCallerIdentity",
    "sts:GetFederationToken",
    "sts:GetServiceBearerToken",
    "sts:GetSessionToken",
    "sts:SetContext",
    "sts:SetSourceIdentity",
    "sts:TagSession",
];

/// The actions of STS on a role that its trust policy has to allow (policy language §5.6).
pub(crate) const TRUST_DECIDED: &[&str] = &[
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "SetSourceIdentity",
    "TagSession",
];

#[rustfmt::skip]
static ROWS: &[Service] = &[
    Service::new("account").called_in("us-east-1"),
    Service::new("acm").no_endpoint_policies(),
    Service::new("aoss").rcps(),
    Service::new("appconfig").rcps(),
    Service::new("appstream").rcps(),
    Service::new("appsync").no_endpoint_policies(),
    Service::new("artifact").no_endpoint_policies().called_in("us-east-1"),
    Service::new("autoscaling").rcps(),
    Service::new("autoscaling-plans").rcps(),
    Service::new("bcm-data-exports").called_in("us-east-1"),
    Service::new("billing").called_in("us-east-1"),
    Service::new("budgets").rcps().called_in("us-east-1"),
    Service::new("ce").called_in("us-east-1"),
    Service::new("chatbot").called_in("us-west-2"),
    Service::new("clouddirectory").rcps(),
    Service::new("cloudfront").rcps().called_in("us-east-1"),
    Service::new("cloudfront-keyvaluestore").no_endpoint_policies(),
    Service::new("cloudsearch").rcps(),
    Service::new("cloudtrail-data").rcps(),
    Service::new("codeartifact").rcps(),
    Service::new("codebuild").rcps(),
    Service::new("codecommit").rcps(),
    Service::new("codepipeline").rcps(),
    Service::new("cognito-identity").rcps(),
    Service::new("cognito-idp").rcps(),
    Service::new("comprehend").rcps(),
    Service::new("comprehendmedical").rcps(),
    Service::new("compute-optimizer").rcps(),
    Service::new("consolidatedbilling").called_in("us-east-1"),
    Service::new("cost-optimization-hub").rcps(),
    Service::new("cur").called_in("us-east-1"),
    Service::new("dax").rcps(),
    Service::new("devicefarm").called_in("us-west-2"),
    Service::new("dsql").rcps(),
    Service::new("dynamodb").rcps(),
    Service::new("ecr").rcps().implying_resources(),
    Service::new("ecr-public").rcps(),
    Service::new("events").rcps(),
    Service::new("firehose").rcps(),
    Service::new("fis").rcps(),
    Service::new("fms").rcps(),
    Service::new("freetier").called_in("us-east-1"),
    Service::new("gamelift").rcps(),
    Service::new("glacier").no_endpoint_policies(),
    Service::new("globalaccelerator").called_in("us-west-2"),
    Service::new("health").rcps(),
    Service::new("iam").called_in("us-east-1"),
    Service::new("importexport").called_in("us-east-1"),
    Service::new("inspector-scan").rcps(),
    Service::new("invoicing").called_in("us-east-1"),
    Service::new("kendra").rcps(),
    Service::new("kinesisvideo").rcps(),
    Service::new("kms").rcps(),
    Service::new("logs").rcps(),
    Service::new("memorydb").rcps(),
    Service::new("networkmanager").called_in("us-west-2"),
    Service::new("networkmonitor").rcps(),
    Service::new("notifications").rcps(),
    Service::new("opensearch").rcps(),
    Service::new("organizations").called_in("us-east-1"),
    Service::new("payments").called_in("us-east-1"),
    Service::new("pca-connector-ad").rcps(),
    Service::new("personalize").rcps(),
    Service::new("polly").rcps(),
    Service::new("pricing").rcps(),
    Service::new("resource-groups").rcps(),
    Service::new("rolesanywhere").rcps(),
    Service::new("route53").no_endpoint_policies().called_in("us-east-1"),
    Service::new("route53domains").called_in("us-east-1"),
    Service::new("s3").rcps(),
    Service::new("savingsplans").called_in("us-east-1"),
    Service::new("secretsmanager").rcps(),
    Service::new("servicediscovery").rcps(),
    Service::new("shield").called_in("us-east-1"),
    Service::new("signin").rcps(),
    Service::new("sqs").rcps(),
    Service::new("sts").rcps().trusting(TRUST_ACTIONS).permissionless(&["GetCallerIdentity", "GetSessionToken"]),
    Service::new("support").rcps().called_in("us-east-1"),
    Service::new("swf").rcps(),
    Service::new("tax").called_in("us-east-1"),
    Service::new("textract").rcps(),
    Service::new("timestream-influxdb").rcps(),
    Service::new("transcribe").rcps(),
    Service::new("transfer").rcps(),
    Service::new("translate").rcps(),
    Service::new("waf").called_in("us-east-1"),
    Service::new("wafv2").rcps(),
    Service::new("workspaces").rcps(),
    Service::new("xray").rcps(),
];

#[cfg(test)]
mod tests {
    use super::Service;

    #[test]
    fn rows_are_sorted_and_each_says_something() {
        assert!(Service::all().is_sorted_by(|one, next| one.prefix < next.prefix));
        for row in Service::all() {
            let plain = !row.has_rcps
                && row.has_endpoint_policies
                && !row.implies_resource
                && row.region.is_none()
                && row.trust_actions.is_empty()
                && row.permissionless_actions.is_empty();
            assert!(!plain, "{}", row.prefix);
        }
    }

    /// The counts of the notes: 62 services with RCPs (policy language §1.12).
    #[test]
    fn as_many_services_as_the_notes_say() {
        assert_eq!(Service::with_rcps().count(), 62);
        assert_eq!(Service::without_endpoint_policies().count(), 6);
        assert_eq!(Service::trust_actions().count(), 13);
    }
}
