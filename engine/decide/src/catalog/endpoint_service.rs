//! The services that have VPC endpoints (perimeter §2.2).

use crate::text::{Action, ActionPattern, Pattern};

use super::Service;

use EndpointPolicySupport::{Supported, Unknown, Unsupported};

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

#[rustfmt::skip]
const ALL: &[EndpointService] = &[
    EndpointService::new("access-analyzer", &["access-analyzer:*"], Supported),
    EndpointService::new("access-analyzer-fips", &["access-analyzer:*"], Supported),
    EndpointService::new("account", &["account:*"], Supported),
    EndpointService::new("acm", &["acm:*"], Unsupported),
    EndpointService::new("acm-fips", &["acm:*"], Unsupported),
    EndpointService::new("acm-pca", &["acm-pca:*"], Supported),
    EndpointService::new("airflow.api", &["airflow:*"], Supported),
    EndpointService::new("airflow.api-fips", &["airflow:*"], Supported),
    EndpointService::new("airflow.env", &["airflow:*"], Supported),
    EndpointService::new("airflow.env-fips", &["airflow:*"], Supported),
    EndpointService::new("airflow.ops", &["airflow:*"], Supported),
    EndpointService::new("amplify", &["amplify:*"], Supported),
    EndpointService::new("amplifybackend", &["amplifybackend:*"], Supported),
    EndpointService::new("amplifyuibuilder", &["amplifyuibuilder:*"], Supported),
    EndpointService::new("analytics-omics", &["omics:*"], Supported),
    EndpointService::new("app-integrations", &["app-integrations:*"], Supported),
    EndpointService::new("appconfig", &["appconfig:*"], Supported),
    EndpointService::new("appconfigdata", &["appconfig:GetLatestConfiguration", "appconfig:StartConfigurationSession"], Supported),
    EndpointService::new("appflow", &["appflow:*"], Supported),
    EndpointService::new("application-autoscaling", &["application-autoscaling:*"], Supported),
    EndpointService::new("application-signals", &["application-signals:*"], Supported),
    EndpointService::new("applicationinsights", &["applicationinsights:*"], Supported),
    EndpointService::new("appmesh", &["appmesh:*"], Supported),
    EndpointService::new("appmesh-envoy-management", &["appmesh:StreamAggregatedResources"], Supported),
    EndpointService::new("apprunner", &["apprunner:*"], Supported),
    EndpointService::new("apprunner.requests", &["apprunner:*"], Supported),
    EndpointService::new("appstream.api", &["appstream:*"], Supported),
    EndpointService::new("appstream.streaming", &["appstream:Stream"], Supported),
    EndpointService::new("appsync-api", &["appsync:GraphQL"], Unsupported),
    EndpointService::new("apptest", &["apptest:*"], Supported),
    EndpointService::new("aps", &["aps:*"], Supported),
    EndpointService::new("aps-workspaces", &["aps:RemoteWrite", "aps:QueryMetrics", "aps:GetLabels", "aps:GetMetricMetadata", "aps:GetSeries"], Supported),
    EndpointService::new("arc-zonal-shift", &["arc-zonal-shift:*"], Supported),
    EndpointService::new("arsenal-discovery", &["arsenal-discovery:*"], Supported),
    EndpointService::new("artifact", &["artifact:*"], Unsupported),
    EndpointService::new("athena", &["athena:*"], Supported),
    EndpointService::new("auditmanager", &["auditmanager:*"], Supported),
    EndpointService::new("autoscaling", &["autoscaling:*"], Supported),
    EndpointService::new("autoscaling-plans", &["autoscaling-plans:*"], Supported),
    EndpointService::new("b2bi", &["b2bi:*"], Unsupported),
    EndpointService::new("backup", &["backup:*"], Supported),
    EndpointService::new("backup-gateway", &["backup-gateway:*"], Supported),
    EndpointService::new("batch", &["batch:*"], Supported),
    EndpointService::new("bcm-data-exports", &["bcm-data-exports:*"], Supported),
    EndpointService::new("bcm-pricing-calculator", &["bcm-pricing-calculator:*"], Supported),
    EndpointService::new("bedrock", &["bedrock:*"], Supported),
    EndpointService::new("bedrock-agent", &["bedrock:*Agent*", "bedrock:*KnowledgeBase*", "bedrock:*Flow*", "bedrock:*Prompt*"], Supported),
    EndpointService::new("bedrock-agent-runtime", &["bedrock:InvokeAgent", "bedrock:InvokeFlow", "bedrock:Retrieve", "bedrock:RetrieveAndGenerate"], Supported),
    EndpointService::new("bedrock-agentcore", &["bedrock-agentcore:*"], Supported),
    EndpointService::new("bedrock-agentcore.gateway", &["bedrock-agentcore:InvokeGateway"], Supported),
    EndpointService::new("bedrock-data-automation", &["bedrock:*DataAutomationProject*", "bedrock:*Blueprint*"], Supported),
    EndpointService::new("bedrock-data-automation-runtime", &["bedrock:InvokeDataAutomationAsync", "bedrock:GetDataAutomationStatus"], Supported),
    EndpointService::new("bedrock-fips", &["bedrock:*"], Supported),
    EndpointService::new("bedrock-runtime", &["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream", "bedrock:ApplyGuardrail", "bedrock:CallWithBearerToken"], Supported),
    EndpointService::new("bedrock-runtime-fips", &["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream", "bedrock:ApplyGuardrail", "bedrock:CallWithBearerToken"], Supported),
    EndpointService::new("billing", &["billing:*"], Supported),
    EndpointService::new("billingconductor", &["billingconductor:*"], Supported),
    EndpointService::new("braket", &["braket:*"], Supported),
    EndpointService::new("budgets", &["budgets:*"], Supported),
    EndpointService::new("cases", &["cases:*"], Supported),
    EndpointService::new("cassandra", &["cassandra:*"], Supported),
    EndpointService::new("cassandra-fips", &["cassandra:*"], Supported),
    EndpointService::new("ce", &["ce:*"], Supported),
    EndpointService::new("cleanrooms", &["cleanrooms:*"], Supported),
    EndpointService::new("cleanrooms-ml", &["cleanrooms-ml:*"], Supported),
    EndpointService::new("cloudcontrolapi", &["cloudformation:*Resource"], Supported),
    EndpointService::new("clouddirectory", &["clouddirectory:*"], Supported),
    EndpointService::new("cloudformation", &["cloudformation:*"], Supported),
    EndpointService::new("cloudhsmv2", &["cloudhsm:*"], Supported),
    EndpointService::new("cloudtrail", &["cloudtrail:*"], Supported),
    EndpointService::new("cloudtrail-data", &["cloudtrail-data:*"], Supported),
    EndpointService::new("codeartifact.api", &["codeartifact:*"], Unknown),
    EndpointService::new("codeartifact.repositories", &["codeartifact:ReadFromRepository", "codeartifact:PublishPackageVersion", "codeartifact:PutPackageMetadata"], Supported),
    EndpointService::new("codebuild", &["codebuild:*"], Supported),
    EndpointService::new("codebuild-fips", &["codebuild:*"], Supported),
    EndpointService::new("codecatalyst", &["codecatalyst:*"], Supported),
    EndpointService::new("codecommit", &["codecommit:*"], Supported),
    EndpointService::new("codecommit-fips", &["codecommit:*"], Supported),
    EndpointService::new("codeconnections.api", &["codeconnections:*"], Supported),
    EndpointService::new("codedeploy", &["codedeploy:*"], Supported),
    EndpointService::new("codedeploy-commands-secure", &["codedeploy-commands-secure:*"], Supported),
    EndpointService::new("codeguru-profiler", &["codeguru-profiler:*"], Supported),
    EndpointService::new("codeguru-reviewer", &["codeguru-reviewer:*"], Supported),
    EndpointService::new("codepipeline", &["codepipeline:*"], Unsupported),
    EndpointService::new("codestar-connections.api", &["codestar-connections:*"], Supported),
    EndpointService::new("codewhisperer", &["codewhisperer:*"], Supported),
    EndpointService::new("cognito-identity", &["cognito-identity:*"], Supported),
    EndpointService::new("cognito-idp", &["cognito-idp:*"], Supported),
    EndpointService::new("comprehend", &["comprehend:*"], Supported),
    EndpointService::new("comprehendmedical", &["comprehendmedical:*"], Supported),
    EndpointService::new("compute-optimizer", &["compute-optimizer:*"], Supported),
    EndpointService::new("config", &["config:*"], Supported),
    EndpointService::new("connect-campaigns", &["connect-campaigns:*"], Supported),
    EndpointService::new("console", &["console:*"], Supported),
    EndpointService::new("control-storage-omics", &["omics:*"], Supported),
    EndpointService::new("controlcatalog", &["controlcatalog:*"], Supported),
    EndpointService::new("cost-optimization-hub", &["cost-optimization-hub:*"], Supported),
    EndpointService::new("data-servicediscovery", &["servicediscovery:DiscoverInstances", "servicediscovery:DiscoverInstancesRevision"], Supported),
    EndpointService::new("databrew", &["databrew:*"], Supported),
    EndpointService::new("dataexchange", &["dataexchange:*"], Supported),
    EndpointService::new("datasync", &["datasync:*"], Supported),
    EndpointService::new("datazone", &["datazone:*"], Supported),
    EndpointService::new("deadline.management", &["deadline:*"], Supported),
    EndpointService::new("deadline.scheduling", &["deadline:*"], Supported),
    EndpointService::new("detective", &["detective:*"], Supported),
    EndpointService::new("devops-guru", &["devops-guru:*"], Supported),
    EndpointService::new("directconnect", &["directconnect:*"], Supported),
    EndpointService::new("discovery", &["discovery:*"], Supported),
    EndpointService::new("dms", &["dms:*"], Supported),
    EndpointService::new("dms-fips", &["dms:*"], Supported),
    EndpointService::new("drs", &["drs:*"], Supported),
    EndpointService::new("ds", &["ds:*"], Supported),
    EndpointService::new("ds-data", &["ds-data:*"], Supported),
    EndpointService::new("dsql", &["dsql:*"], Supported),
    EndpointService::new("dynamodb", &["dynamodb:*"], Supported),
    EndpointService::new("dynamodb-fips", &["dynamodb:*"], Supported),
    EndpointService::new("dynamodb-streams", &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"], Supported),
    EndpointService::new("ebs", &["ebs:*"], Supported),
    EndpointService::new("ec2", &["ec2:*"], Supported),
    EndpointService::new("ec2-fips", &["ec2:*"], Supported),
    EndpointService::new("ec2messages", &["ec2messages:*"], Supported),
    EndpointService::new("ecr-public.api", &["ecr-public:*"], Supported),
    EndpointService::new("ecr.api", &["ecr:*"], Supported),
    EndpointService::new("ecr.dkr", &["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"], Supported),
    EndpointService::new("ecs", &["ecs:*"], Supported),
    EndpointService::new("ecs-agent", &["ecs:Poll", "ecs:SubmitAttachmentStateChanges", "ecs:SubmitContainerStateChange", "ecs:SubmitTaskStateChange"], Supported),
    EndpointService::new("ecs-fips", &["ecs:*"], Supported),
    EndpointService::new("ecs-telemetry", &["ecs:StartTelemetrySession"], Supported),
    EndpointService::new("eks", &["eks:*"], Supported),
    EndpointService::new("eks-auth", &["eks-auth:*"], Supported),
    EndpointService::new("elasticache", &["elasticache:*"], Supported),
    EndpointService::new("elasticache-fips", &["elasticache:*"], Supported),
    EndpointService::new("elasticbeanstalk", &["elasticbeanstalk:*"], Supported),
    EndpointService::new("elasticbeanstalk-health", &["elasticbeanstalk:PutInstanceStatistics"], Supported),
    EndpointService::new("elasticfilesystem", &["elasticfilesystem:*"], Supported),
    EndpointService::new("elasticfilesystem-fips", &["elasticfilesystem:*"], Supported),
    EndpointService::new("elasticloadbalancing", &["elasticloadbalancing:*"], Supported),
    EndpointService::new("elasticmapreduce", &["elasticmapreduce:*"], Supported),
    EndpointService::new("email", &["ses:*"], Supported),
    EndpointService::new("email-smtp", &["ses:SendRawEmail"], Supported),
    EndpointService::new("emr-containers", &["emr-containers:*"], Supported),
    EndpointService::new("emr-serverless", &["emr-serverless:*"], Supported),
    EndpointService::new("entityresolution", &["entityresolution:*"], Supported),
    EndpointService::new("events", &["events:*"], Supported),
    EndpointService::new("evidently", &["evidently:*"], Supported),
    EndpointService::new("evidently-dataplane", &["evidently:EvaluateFeature", "evidently:BatchEvaluateFeature", "evidently:PutProjectEvents"], Supported),
    EndpointService::new("execute-api", &["execute-api:*"], Supported),
    EndpointService::new("finspace", &["finspace:*"], Supported),
    EndpointService::new("finspace-api", &["finspace-api:*"], Supported),
    EndpointService::new("firehose", &["firehose:*"], Supported),
    EndpointService::new("fis", &["fis:*"], Supported),
    EndpointService::new("forecast", &["forecast:*"], Supported),
    EndpointService::new("forecastquery", &["forecast:QueryForecast"], Supported),
    EndpointService::new("frauddetector", &["frauddetector:*"], Supported),
    EndpointService::new("freetier", &["freetier:*"], Supported),
    EndpointService::new("fsx", &["fsx:*"], Supported),
    EndpointService::new("fsx-fips", &["fsx:*"], Supported),
    EndpointService::new("geo.geofencing", &["geo:*"], Supported),
    EndpointService::new("geo.maps", &["geo:GetMap*"], Supported),
    EndpointService::new("geo.metadata", &["geo:*"], Supported),
    EndpointService::new("geo.places", &["geo:SearchPlace*"], Supported),
    EndpointService::new("geo.routes", &["geo:CalculateRoute*"], Supported),
    EndpointService::new("geo.tracking", &["geo:*Tracker*", "geo:*DevicePosition*"], Supported),
    EndpointService::new("git-codecommit", &["codecommit:GitPull", "codecommit:GitPush"], Supported),
    EndpointService::new("git-codecommit-fips", &["codecommit:GitPull", "codecommit:GitPush"], Supported),
    EndpointService::new("glacier", &["glacier:*"], Unsupported),
    EndpointService::new("glue", &["glue:*"], Supported),
    EndpointService::new("glue.dashboard", &["glue:*"], Supported),
    EndpointService::new("grafana", &["grafana:*"], Supported),
    EndpointService::new("grafana-workspace", &["grafana-workspace:*"], Supported),
    EndpointService::new("greengrass", &["greengrass:*"], Supported),
    EndpointService::new("groundstation", &["groundstation:*"], Supported),
    EndpointService::new("guardduty", &["guardduty:*"], Supported),
    EndpointService::new("guardduty-data", &["guardduty:SendSecurityTelemetry"], Supported),
    EndpointService::new("guardduty-fips", &["guardduty:*"], Supported),
    EndpointService::new("healthlake", &["healthlake:*"], Supported),
    EndpointService::new("iam", &["iam:*"], Supported),
    EndpointService::new("identitystore", &["identitystore:*"], Supported),
    EndpointService::new("imagebuilder", &["imagebuilder:*"], Supported),
    EndpointService::new("inspector-scan", &["inspector-scan:*"], Supported),
    EndpointService::new("inspector2", &["inspector2:*"], Supported),
    EndpointService::new("internetmonitor", &["internetmonitor:*"], Supported),
    EndpointService::new("invoicing", &["invoicing:*"], Supported),
    EndpointService::new("iot.credentials", &["iot:AssumeRoleWithCertificate"], Supported),
    EndpointService::new("iot.data", &["iot:Connect", "iot:Publish", "iot:Subscribe", "iot:Receive"], Supported),
    EndpointService::new("iot.fleethub.api", &["iotfleethub:*"], Supported),
    EndpointService::new("iotfleetwise", &["iotfleetwise:*"], Supported),
    EndpointService::new("iotsitewise.api", &["iotsitewise:*"], Supported),
    EndpointService::new("iotsitewise.data", &["iotsitewise:BatchPutAssetPropertyValue", "iotsitewise:*AssetPropertyValue*"], Supported),
    EndpointService::new("iottwinmaker.api", &["iottwinmaker:*"], Supported),
    EndpointService::new("iottwinmaker.data", &["iottwinmaker:GetPropertyValue*", "iottwinmaker:BatchPutPropertyValues"], Supported),
    EndpointService::new("iotwireless.api", &["iotwireless:*"], Supported),
    EndpointService::new("kafka", &["kafka:*"], Supported),
    EndpointService::new("kafka-fips", &["kafka:*"], Supported),
    EndpointService::new("kafkaconnect", &["kafkaconnect:*"], Supported),
    EndpointService::new("kendra", &["kendra:*"], Supported),
    EndpointService::new("kendra-ranking", &["kendra-ranking:*"], Supported),
    EndpointService::new("kinesis-firehose", &["firehose:*"], Supported),
    EndpointService::new("kinesis-streams", &["kinesis:*"], Supported),
    EndpointService::new("kinesis-streams-fips", &["kinesis:*"], Supported),
    EndpointService::new("kinesisanalytics", &["kinesisanalytics:*"], Supported),
    EndpointService::new("kms", &["kms:*"], Supported),
    EndpointService::new("kms-fips", &["kms:*"], Supported),
    EndpointService::new("lakeformation", &["lakeformation:*"], Supported),
    EndpointService::new("lakeformation-fips", &["lakeformation:*"], Supported),
    EndpointService::new("lambda", &["lambda:*"], Supported),
    EndpointService::new("lambda-fips", &["lambda:*"], Supported),
    EndpointService::new("launchwizard", &["launchwizard:*"], Supported),
    EndpointService::new("license-manager", &["license-manager:*"], Supported),
    EndpointService::new("license-manager-linux-subscriptions", &["license-manager-linux-subscriptions:*"], Supported),
    EndpointService::new("license-manager-user-subscriptions", &["license-manager-user-subscriptions:*"], Supported),
    EndpointService::new("logs", &["logs:*"], Supported),
    EndpointService::new("logs-fips", &["logs:*"], Supported),
    EndpointService::new("lookoutequipment", &["lookoutequipment:*"], Supported),
    EndpointService::new("lookoutmetrics", &["lookoutmetrics:*"], Supported),
    EndpointService::new("lookoutvision", &["lookoutvision:*"], Unsupported),
    EndpointService::new("m2", &["m2:*"], Supported),
    EndpointService::new("macie2", &["macie2:*"], Supported),
    EndpointService::new("mail-manager", &["ses:*"], Supported),
    EndpointService::new("managedblockchain-query", &["managedblockchain-query:*"], Supported),
    EndpointService::new("mediaconnect", &["mediaconnect:*"], Supported),
    EndpointService::new("medical-imaging", &["medical-imaging:*"], Supported),
    EndpointService::new("memory-db", &["memorydb:*"], Supported),
    EndpointService::new("mgn", &["mgn:*"], Supported),
    EndpointService::new("migrationhub-orchestrator", &["migrationhub-orchestrator:*"], Supported),
    EndpointService::new("migrationhub-strategy", &["migrationhub-strategy:*"], Supported),
    EndpointService::new("models-v2-lex", &["lex:*"], Supported),
    EndpointService::new("monitoring", &["cloudwatch:*"], Supported),
    EndpointService::new("monitoring-fips", &["cloudwatch:*"], Supported),
    EndpointService::new("mq", &["mq:*"], Supported),
    EndpointService::new("neptune-graph", &["neptune-graph:*"], Unsupported),
    EndpointService::new("neptune-graph-data", &["neptune-graph:CancelQuery", "neptune-graph:DeleteDataViaQuery", "neptune-graph:GetEngineStatus", "neptune-graph:GetGraphSummary", "neptune-graph:GetQueryStatus", "neptune-graph:ListQueries", "neptune-graph:ReadDataViaQuery", "neptune-graph:WriteDataViaQuery"], Supported),
    EndpointService::new("network-firewall", &["network-firewall:*"], Supported),
    EndpointService::new("network-firewall-fips", &["network-firewall:*"], Supported),
    EndpointService::new("networkflowmonitor", &["networkflowmonitor:*"], Supported),
    EndpointService::new("networkflowmonitorreports", &["networkflowmonitorreports:*"], Supported),
    EndpointService::new("networkmonitor", &["networkmonitor:*"], Supported),
    EndpointService::new("notifications", &["notifications:*"], Supported),
    EndpointService::new("oam", &["oam:*"], Supported),
    EndpointService::new("observabilityadmin", &["observabilityadmin:*"], Supported),
    EndpointService::new("organizations", &["organizations:*"], Supported),
    EndpointService::new("organizations-fips", &["organizations:*"], Supported),
    EndpointService::new("outposts", &["outposts:*"], Supported),
    EndpointService::new("panorama", &["panorama:*"], Supported),
    EndpointService::new("payment-cryptography.controlplane", &["payment-cryptography:*"], Supported),
    EndpointService::new("payment-cryptography.dataplane", &["payment-cryptography:*"], Supported),
    EndpointService::new("pca-connector-ad", &["pca-connector-ad:*"], Supported),
    EndpointService::new("pca-connector-scep", &["pca-connector-scep:*"], Supported),
    EndpointService::new("pcs", &["pcs:*"], Supported),
    EndpointService::new("personalize", &["personalize:*"], Supported),
    EndpointService::new("personalize-events", &["personalize:PutEvents", "personalize:PutItems", "personalize:PutUsers"], Supported),
    EndpointService::new("personalize-runtime", &["personalize:GetRecommendations", "personalize:GetPersonalizedRanking"], Supported),
    EndpointService::new("pinpoint", &["mobiletargeting:*"], Supported),
    EndpointService::new("pinpoint-sms-voice-v2", &["sms-voice:*"], Supported),
    EndpointService::new("pipes", &["pipes:*"], Supported),
    EndpointService::new("pipes-data", &["pipes:*"], Supported),
    EndpointService::new("pipes-fips", &["pipes:*"], Supported),
    EndpointService::new("polly", &["polly:*"], Supported),
    EndpointService::new("pricing.api", &["pricing:*"], Supported),
    EndpointService::new("private-networks", &["private-networks:*"], Supported),
    EndpointService::new("profile", &["profile:*"], Supported),
    EndpointService::new("proton", &["proton:*"], Supported),
    EndpointService::new("q", &["q:*"], Supported),
    EndpointService::new("qbusiness", &["qbusiness:*"], Supported),
    EndpointService::new("qldb.session", &["qldb:SendCommand"], Supported),
    EndpointService::new("quicksight-website", &["quicksight:*"], Supported),
    EndpointService::new("ram", &["ram:*"], Supported),
    EndpointService::new("rbin", &["rbin:*"], Supported),
    EndpointService::new("rds", &["rds:*"], Supported),
    EndpointService::new("rds-data", &["rds-data:*"], Supported),
    EndpointService::new("redshift", &["redshift:*"], Supported),
    EndpointService::new("redshift-data", &["redshift-data:*"], Supported),
    EndpointService::new("redshift-serverless", &["redshift-serverless:*"], Supported),
    EndpointService::new("refactor-spaces", &["refactor-spaces:*"], Supported),
    EndpointService::new("rekognition", &["rekognition:*"], Supported),
    EndpointService::new("rekognition-fips", &["rekognition:*"], Supported),
    EndpointService::new("resiliencehub", &["resiliencehub:*"], Supported),
    EndpointService::new("resource-explorer-2", &["resource-explorer-2:*"], Supported),
    EndpointService::new("resource-groups", &["resource-groups:*"], Supported),
    EndpointService::new("robomaker", &["robomaker:*"], Supported),
    EndpointService::new("rolesanywhere", &["rolesanywhere:*"], Supported),
    EndpointService::new("route53", &["route53:*"], Unsupported),
    EndpointService::new("rum", &["rum:*"], Supported),
    EndpointService::new("rum-dataplane", &["rum:PutRumEvents"], Supported),
    EndpointService::new("runtime-medical-imaging", &["medical-imaging:GetImageFrame"], Supported),
    EndpointService::new("runtime-v2-lex", &["lex:RecognizeText", "lex:RecognizeUtterance", "lex:StartConversation", "lex:PutSession", "lex:GetSession", "lex:DeleteSession"], Supported),
    EndpointService::new("s3", &["s3:*"], Supported),
    EndpointService::new("s3-global.accesspoint", &["s3:*"], Supported),
    EndpointService::new("s3-outposts", &["s3-outposts:*"], Supported),
    EndpointService::new("s3express", &["s3express:*"], Supported),
    EndpointService::new("s3tables", &["s3tables:*"], Supported),
    EndpointService::new("s3vectors", &["s3vectors:*"], Supported),
    EndpointService::new("sagemaker-data-science-assistant", &["sagemaker-data-science-assistant:*"], Unknown),
    EndpointService::new("sagemaker-geospatial", &["sagemaker-geospatial:*"], Unknown),
    EndpointService::new("sagemaker.api", &["sagemaker:*"], Supported),
    EndpointService::new("sagemaker.api-fips", &["sagemaker:*"], Unknown),
    EndpointService::new("sagemaker.experiments", &["sagemaker-mlflow:*"], Supported),
    EndpointService::new("sagemaker.featurestore-runtime", &["sagemaker:PutRecord", "sagemaker:GetRecord", "sagemaker:DeleteRecord", "sagemaker:BatchGetRecord"], Supported),
    EndpointService::new("sagemaker.metrics", &["sagemaker:BatchPutMetrics", "sagemaker:BatchGetMetrics"], Unknown),
    EndpointService::new("sagemaker.notebook", &["sagemaker:CreatePresignedNotebookInstanceUrl"], Supported),
    EndpointService::new("sagemaker.partner-app", &["sagemaker:CallPartnerAppApi"], Unknown),
    EndpointService::new("sagemaker.runtime", &["sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointAsync", "sagemaker:InvokeEndpointWithResponseStream"], Supported),
    EndpointService::new("sagemaker.runtime-fips", &["sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointAsync", "sagemaker:InvokeEndpointWithResponseStream"], Unsupported),
    EndpointService::new("sagemaker.studio", &["sagemaker:CreatePresignedDomainUrl"], Supported),
    EndpointService::new("savingsplans", &["savingsplans:*"], Supported),
    EndpointService::new("scheduler", &["scheduler:*"], Supported),
    EndpointService::new("schemas", &["schemas:*"], Supported),
    EndpointService::new("scn", &["scn:*"], Supported),
    EndpointService::new("secretsmanager", &["secretsmanager:*"], Supported),
    EndpointService::new("securityhub", &["securityhub:*"], Supported),
    EndpointService::new("securitylake", &["securitylake:*"], Supported),
    EndpointService::new("servicecatalog", &["servicecatalog:*"], Unknown),
    EndpointService::new("servicecatalog-appregistry", &["servicecatalog:*"], Supported),
    EndpointService::new("servicediscovery", &["servicediscovery:*"], Supported),
    EndpointService::new("servicequotas", &["servicequotas:*"], Supported),
    EndpointService::new("signin", &["signin:*"], Supported),
    EndpointService::new("simspaceweaver", &["simspaceweaver:*"], Supported),
    EndpointService::new("sms", &["sms:*"], Supported),
    EndpointService::new("snow-device-management", &["snow-device-management:*"], Supported),
    EndpointService::new("sns", &["sns:*"], Supported),
    EndpointService::new("social-messaging", &["social-messaging:*"], Supported),
    EndpointService::new("sqs", &["sqs:*"], Supported),
    EndpointService::new("sqs-fips", &["sqs:*"], Supported),
    EndpointService::new("ssm", &["ssm:*"], Supported),
    EndpointService::new("ssm-contacts", &["ssm-contacts:*"], Supported),
    EndpointService::new("ssm-incidents", &["ssm-incidents:*"], Supported),
    EndpointService::new("ssm-quicksetup", &["ssm-quicksetup:*"], Supported),
    EndpointService::new("ssmmessages", &["ssmmessages:*"], Supported),
    EndpointService::new("states", &["states:*"], Supported),
    EndpointService::new("states-fips", &["states:*"], Supported),
    EndpointService::new("storage-omics", &["omics:*"], Supported),
    EndpointService::new("storagegateway", &["storagegateway:*"], Supported),
    EndpointService::new("sts", &["sts:*"], Supported),
    EndpointService::new("sts-fips", &["sts:*"], Supported),
    EndpointService::new("supportapp", &["supportapp:*"], Supported),
    EndpointService::new("swf", &["swf:*"], Supported),
    EndpointService::new("swf-fips", &["swf:*"], Supported),
    EndpointService::new("sync-states", &["states:StartSyncExecution"], Supported),
    EndpointService::new("synthetics", &["synthetics:*"], Supported),
    EndpointService::new("synthetics-fips", &["synthetics:*"], Supported),
    EndpointService::new("tagging", &["tag:*"], Supported),
    EndpointService::new("tags-omics", &["omics:*"], Supported),
    EndpointService::new("tax", &["tax:*"], Supported),
    EndpointService::new("textract", &["textract:*"], Supported),
    EndpointService::new("textract-fips", &["textract:*"], Supported),
    EndpointService::new("thinclient.api", &["thinclient:*"], Supported),
    EndpointService::new("timestream-influxdb", &["timestream-influxdb:*"], Supported),
    EndpointService::new("tnb", &["tnb:*"], Supported),
    EndpointService::new("transcribe", &["transcribe:*"], Supported),
    EndpointService::new("transcribe-fips", &["transcribe:*"], Supported),
    EndpointService::new("transcribestreaming", &["transcribe:StartStreamTranscription*", "transcribe:StartMedicalStreamTranscription*", "transcribe:StartCallAnalyticsStreamTranscription*"], Supported),
    EndpointService::new("transfer", &["transfer:*"], Supported),
    EndpointService::new("transfer.server", &["transfer:*"], Supported),
    EndpointService::new("translate", &["translate:*"], Supported),
    EndpointService::new("trustedadvisor", &["trustedadvisor:*"], Supported),
    EndpointService::new("user-subscriptions", &["user-subscriptions:*"], Supported),
    EndpointService::new("verifiedpermissions", &["verifiedpermissions:*"], Supported),
    EndpointService::new("voiceid", &["voiceid:*"], Supported),
    EndpointService::new("vpc-lattice", &["vpc-lattice:*"], Supported),
    EndpointService::new("wellarchitected", &["wellarchitected:*"], Supported),
    EndpointService::new("wickr", &["wickr:*"], Supported),
    EndpointService::new("wisdom", &["wisdom:*"], Supported),
    EndpointService::new("workflows-omics", &["omics:*"], Supported),
    EndpointService::new("workmail", &["workmail:*"], Supported),
    EndpointService::new("workspaces", &["workspaces:*"], Supported),
    EndpointService::new("workspaces-web", &["workspaces-web:*"], Supported),
    EndpointService::new("xray", &["xray:*"], Supported),
];

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
