//! Keys of services, from the parameters of their calls.

use polsim_decide::request::ContextValue;

use super::Asked;
use crate::network;
use crate::observation::{Knowledge, SeenAction};
use crate::parameters::{Parameter, list, scalar};
use crate::record::Record;

/// S3's keys that repeat a header or parameter of the same name.
const S3_HEADERS: &[&str] = &[
    "x-amz-acl",
    "x-amz-copy-source",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
    "x-amz-metadata-directive",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-storage-class",
];

impl Asked<'_> {
    /// The knowledge about a key of the call's service, by its name in small letters; none where no
    /// rule names it.
    pub(super) fn service_key(&self, name: &str) -> Option<Knowledge> {
        let (service, key) = name.split_once(':')?;
        match service {
            "s3" => self.s3_key(key),
            "kms" => self.kms_key(key),
            "sts" => self.sts_key(key),
            "sagemaker" => self.sagemaker_key(key),
            "lambda" => self.lambda_key(key),
            "ec2" if key == "instancetype" => Some(self.parameter("instanceType")),
            "iam" => match key {
                "policyarn" => Some(self.parameter("policyArn")),
                "permissionsboundary" => Some(self.parameter("permissionsBoundary")),
                "awsservicename" => Some(self.parameter("aWSServiceName")),
                _ => None,
            },
            _ => None,
        }
    }

    /// The key that repeats a parameter: absent where the call did not have it.
    fn parameter(&self, name: &str) -> Knowledge {
        self.at(&[name])
    }

    fn at(&self, path: &[&str]) -> Knowledge {
        match self.parameters.at(path) {
            Parameter::Missing => Knowledge::Absent,
            Parameter::Hidden => Knowledge::unknown(),
            Parameter::Given(value) => {
                scalar(value).map_or_else(Knowledge::present, |it| Knowledge::text(&it))
            }
        }
    }

    /// A key with several values, from the first of these paths that the call has.
    fn texts(&self, paths: &[&[&str]]) -> Knowledge {
        let mut hidden = false;
        for path in paths {
            match self.parameters.at(path) {
                Parameter::Given(value) => {
                    let texts: Vec<Box<str>> = list(value).into_iter().map(Into::into).collect();
                    if !texts.is_empty() {
                        return Knowledge::Known(ContextValue::Many(texts));
                    }
                }
                Parameter::Hidden => hidden = true,
                Parameter::Missing => (),
            }
        }
        if hidden { Knowledge::unknown() } else { Knowledge::Absent }
    }

    fn first(&self, paths: &[&[&str]]) -> Knowledge {
        let mut hidden = false;
        for path in paths {
            match self.parameters.at(path) {
                Parameter::Given(value) => {
                    return scalar(value)
                        .map_or_else(Knowledge::present, |it| Knowledge::text(&it));
                }
                Parameter::Hidden => hidden = true,
                Parameter::Missing => (),
            }
        }
        if hidden { Knowledge::unknown() } else { Knowledge::Absent }
    }

    fn s3_key(&self, key: &str) -> Option<Knowledge> {
        let extra = |name: &str| {
            let data = Record::value(self.record.additional_event_data);
            data.get(name).and_then(scalar)
        };
        Some(match key {
            "prefix" | "delimiter" | "max-keys" => self.parameter(key),
            "versionid" => self.parameter("versionId"),
            "authtype" => match extra("AuthenticationMethod").as_deref() {
                Some("AuthHeader") => Knowledge::text("REST-HEADER"),
                Some("QueryString") => Knowledge::text("REST-QUERY-STRING"),
                _ => Knowledge::unknown(),
            },
            "signatureversion" => match extra("SignatureVersion").as_deref() {
                Some("SigV4") => Knowledge::text("AWS4-HMAC-SHA256"),
                Some("SigV2") => Knowledge::text("AWS"),
                _ => Knowledge::unknown(),
            },
            "tlsversion" => {
                let version =
                    self.record.tls_details.as_ref().map(|it| Record::text(&it.tls_version));
                match version.and_then(|it| it.strip_prefix("TLSv")) {
                    Some(version) => Knowledge::text(version),
                    None => Knowledge::unknown(),
                }
            }
            "dataaccesspointarn" => match self.resource {
                crate::observation::Seen::Known(arn) if arn.contains(":accesspoint/") => {
                    let point = arn.split_once("/object/").map_or(&**arn, |(point, _)| point);
                    Knowledge::text(point)
                }
                crate::observation::Seen::Unknown => Knowledge::unknown(),
                _ => Knowledge::Absent,
            },
            header if S3_HEADERS.contains(&header) => self.parameter(header),
            _ => return None,
        })
    }

    fn kms_key(&self, key: &str) -> Option<Knowledge> {
        if let Some(of) = key.strip_prefix("encryptioncontext:") {
            return Some(match self.parameters.get("encryptionContext") {
                Parameter::Given(value) => {
                    let members = value.as_object().into_iter().flatten();
                    let found = members.into_iter().find(|(it, _)| it.eq_ignore_ascii_case(of));
                    Knowledge::given(found.and_then(|(_, value)| scalar(value)).as_deref())
                }
                Parameter::Hidden => Knowledge::unknown(),
                Parameter::Missing => Knowledge::Absent,
            });
        }
        Some(match key {
            "calleraccount" => match self.caller.account {
                Some(account) => Knowledge::text(account),
                None => Knowledge::unknown(),
            },
            "encryptioncontextkeys" => match self.parameters.get("encryptionContext") {
                Parameter::Given(value) => {
                    let members = value.as_object().into_iter().flatten();
                    let keys = members.map(|(key, _)| key.as_str().into()).collect();
                    Knowledge::Known(ContextValue::Many(keys))
                }
                Parameter::Hidden => Knowledge::unknown(),
                Parameter::Missing => Knowledge::Absent,
            },
            // A parameter that is missing has its default in the key.
            "encryptionalgorithm" => match self.parameters.text("encryptionAlgorithm") {
                Some(algorithm) => Knowledge::text(&algorithm),
                None => Knowledge::unknown(),
            },
            "keyspec" => {
                let creates =
                    matches!(self.action, SeenAction::Known(it) if &**it == "kms:CreateKey");
                match self.parameters.text("keySpec") {
                    Some(spec) if creates => Knowledge::text(&spec),
                    _ => Knowledge::unknown(),
                }
            }
            "viaservice" => match network::via_service(self.caller, self.way, self.options) {
                Some(true) => {
                    let service = self.caller.invoked_by().and_then(|it| it.split('.').next());
                    let region = Record::text(&self.record.aws_region);
                    match service.filter(|it| !it.contains(' ')) {
                        Some(service) => {
                            Knowledge::text(&format!("{service}.{region}.amazonaws.com"))
                        }
                        None => Knowledge::present(),
                    }
                }
                Some(false) => Knowledge::Absent,
                None => Knowledge::unknown(),
            },
            "bypasspolicylockoutsafetycheck" => self.parameter("bypassPolicyLockoutSafetyCheck"),
            _ => return None,
        })
    }

    fn sts_key(&self, key: &str) -> Option<Knowledge> {
        Some(match key {
            "rolesessionname" => self.parameter("roleSessionName"),
            "externalid" => self.parameter("externalId"),
            "durationseconds" => match self.parameter("durationSeconds") {
                Knowledge::Absent => Knowledge::unknown(),
                other => other,
            },
            "sourceidentity" => self.parameter("sourceIdentity"),
            "transitivetagkeys" => self.texts(&[&["transitiveTagKeys"]]),
            _ => return None,
        })
    }

    fn sagemaker_key(&self, key: &str) -> Option<Knowledge> {
        const TRAINING: &str = "trainingJobDefinition";
        Some(match key {
            "vpcsubnets" => self.texts(&[
                &["vpcConfig", "subnets"],
                &["networkConfig", "vpcConfig", "subnets"],
                &[TRAINING, "vpcConfig", "subnets"],
                &["subnetId"],
                &["subnetIds"],
            ]),
            "vpcsecuritygroupids" => self.texts(&[
                &["vpcConfig", "securityGroupIds"],
                &["networkConfig", "vpcConfig", "securityGroupIds"],
                &[TRAINING, "vpcConfig", "securityGroupIds"],
                &["securityGroups"],
                &["securityGroupIds"],
            ]),
            "networkisolation" => self.first(&[
                &["enableNetworkIsolation"],
                &["networkConfig", "enableNetworkIsolation"],
                &[TRAINING, "enableNetworkIsolation"],
            ]),
            "intercontainertrafficencryption" => self.first(&[
                &["enableInterContainerTrafficEncryption"],
                &["networkConfig", "enableInterContainerTrafficEncryption"],
                &[TRAINING, "enableInterContainerTrafficEncryption"],
            ]),
            "instancetypes" => {
                let mut types = Vec::new();
                for (name, value) in self.parameters.members() {
                    instance_types(name, value, &mut types);
                }
                match types.is_empty() {
                    true if self.parameters.is_cut => Knowledge::unknown(),
                    true => Knowledge::Absent,
                    false => Knowledge::Known(ContextValue::Many(types)),
                }
            }
            "volumekmskey" | "volumekmskeyarn" => self.arn_at(&[
                &["volumeKmsKeyId"],
                &["resourceConfig", "volumeKmsKeyId"],
                &["kmsKeyId"],
            ]),
            "outputkmskey" | "outputkmskeyarn" => self.arn_at(&[&["outputDataConfig", "kmsKeyId"]]),
            "directinternetaccess" => self.parameter("directInternetAccess"),
            "rootaccess" => self.parameter("rootAccess"),
            "appnetworkaccesstype" => self.parameter("appNetworkAccessType"),
            _ => return None,
        })
    }

    /// A key whose value is an ARN: of another spelling of the key it is not known.
    fn arn_at(&self, paths: &[&[&str]]) -> Knowledge {
        match self.first(paths) {
            Knowledge::Known(ContextValue::One(text)) if !text.starts_with("arn:") => {
                Knowledge::present()
            }
            other => other,
        }
    }

    fn lambda_key(&self, key: &str) -> Option<Knowledge> {
        let subnets = || self.texts(&[&["vpcConfig", "subnetIds"]]);
        Some(match key {
            "subnetids" => subnets(),
            "securitygroupids" => self.texts(&[&["vpcConfig", "securityGroupIds"]]),
            "vpcids" => match subnets() {
                Knowledge::Known(_) => Knowledge::present(),
                other => other,
            },
            "layer" => self.texts(&[&["layers"]]),
            _ => return None,
        })
    }
}

/// The instance types anywhere in a parameter.
fn instance_types(name: &str, value: &serde_json::Value, types: &mut Vec<Box<str>>) {
    use serde_json::Value;
    match value {
        Value::String(text) if name == "instanceType" => {
            let text: Box<str> = text.as_str().into();
            if !types.contains(&text) {
                types.push(text);
            }
        }
        Value::Array(items) => items.iter().for_each(|it| instance_types(name, it, types)),
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| instance_types(name, value, types));
        }
        _ => (),
    }
}
