//! Calls whose host name no endpoint of their action prefix answers for (perimeter-2 §3, §5.4,
//! §5.5).
//!
//! The action, and for some calls the resource or a key, say which host is called. What stands here
//! goes past the endpoint of the prefix: over the internet only, to a network interface inside the
//! VPC, or to an endpoint service of its own.

use super::EndpointService;
use super::endpoint_service::EndpointPolicySupport::Unsupported;
use crate::text::{Action, ActionPattern};

/// A host name, or a family of them, with the calls that go there.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::Host;
/// let url = "lambda:InvokeFunctionUrl".parse()?;
/// assert_eq!(Host::of_action(&url).map(|host| host.service.name), Some("lambda-url"));
/// # Ok::<(), polsim::request::ActionError>(())
/// ```
#[derive(Debug)]
pub struct Host {
    /// The host as a service: its name and the actions whose calls all go there.
    pub service: EndpointService,
    /// An action whose calls go there if a boolean key of theirs is true.
    pub with_key: Option<(&'static str, &'static str)>,
    /// ARN patterns of the resources that are there; calls for others are not.
    pub resources: &'static [&'static str],
    /// Reach of the host.
    pub reach: Reach,
    /// The page of AWS that says so.
    pub source: &'static str,
}

/// The networks from which a host is reached.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::{Host, Reach};
/// let broker = Host::named("kafka-broker").expect("it is in the table");
/// assert_eq!(broker.reach, Reach::Vpc);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reach {
    /// The internet, and an endpoint service of the host's own if there is one.
    Internet,
    /// The VPC of a network interface; no key of a VPC endpoint comes with the call.
    Vpc,
    /// Either, as the owner has set it up.
    VpcOrInternet,
}

impl Host {
    /// Hosts of the table.
    pub fn all() -> &'static [Self] {
        ALL
    }

    /// The host of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|host| host.service.name == name)
    }

    /// The host that all calls of an action go to.
    pub fn of_action(action: &Action) -> Option<&'static Self> {
        let matches = |it: ActionPattern| it.matches(action);
        ALL.iter().find(|host| host.resources.is_empty() && host.service.patterns().any(matches))
    }

    /// True if the host takes calls of this action prefix.
    pub fn is_of(&self, prefix: &str) -> bool {
        let key = self.with_key.map(|(action, _)| action);
        let mut all = self.service.actions.iter().copied().chain(key);
        all.any(|it| it.split(':').next() == Some(prefix))
    }
}

const fn host(
    name: &'static str,
    actions: &'static [&'static str],
    reach: Reach,
    source: &'static str,
) -> Host {
    let service = EndpointService::new(name, actions, Unsupported);
    Host { service, with_key: None, resources: &[], reach, source }
}

/// Page of the data planes inside a VPC that AWS's example policies exempt.
const EXEMPTED: &str = "aws-samples/data-perimeter-policy-examples, service_control_policies";

#[rustfmt::skip]
const ALL: &[Host] = &[
    host("data-exchange-api", &["dataexchange:SendApiAsset"], Reach::Internet, "AWS Data Exchange User Guide, interface endpoints"),
    host("dax-cluster", &["dax:BatchGetItem", "dax:BatchWriteItem", "dax:ConditionCheckItem", "dax:DeleteItem", "dax:GetItem", "dax:PutItem", "dax:Query", "dax:Scan", "dax:UpdateItem"], Reach::Vpc, EXEMPTED),
    host("efs-mount-target", &["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite", "elasticfilesystem:ClientRootAccess"], Reach::Vpc, "EFS User Guide, \"Using IAM to control access to file systems\""),
    host("geo-map-tiles", &["geo:GetMapGlyphs", "geo:GetMapSprites", "geo:GetMapStyleDescriptor", "geo-maps:GetGlyphs", "geo-maps:GetSprites", "geo-maps:GetStyleDescriptor"], Reach::Internet, "Location Developer Guide, interface endpoints"),
    host("kafka-broker", &["kafka-cluster:*"], Reach::Vpc, EXEMPTED),
    Host {
        with_key: Some(("lambda:InvokeFunction", "lambda:InvokedViaFunctionUrl")),
        ..host("lambda-url", &["lambda:InvokeFunctionUrl"], Reach::Internet, "Lambda Developer Guide, \"Creating and managing Lambda function URLs\"")
    },
    host("neptune-cluster", &["neptune-db:*"], Reach::Vpc, EXEMPTED),
    host("opensearch-domain", &["es:ESHttp*"], Reach::VpcOrInternet, EXEMPTED),
    host("rds-database", &["rds-db:connect"], Reach::Vpc, EXEMPTED),
    Host {
        resources: &["arn:*:s3::????????????:accesspoint/*.mrap", "arn:*:s3::????????????:accesspoint/*.mrap/*"],
        ..host("s3-global.accesspoint", &["s3:*"], Reach::Internet, "S3 User Guide, \"Configuring a Multi-Region Access Point for use with AWS PrivateLink\"")
    },
    host("s3-outposts", &["s3-outposts:*"], Reach::VpcOrInternet, EXEMPTED),
];
