//! Documented shapes of the values of context keys (policy language §6.1, §6.2; perimeter §3.1).

use polsim_decide::catalog::sagemaker::{KeyKind, SageMakerKey};

use crate::key_facts::{Fact, KeyFacts};
use polsim_decide::request::is_account_id;
use polsim_decide::text::{Decimal, Instant, KeyName, parse_address};

use ValueShape::{AccountId, Address, Arn, Boolean, Date, Epoch, Number, Text};

/// The documented shape of a key's values, known before any test.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeyShape {
    /// The shape of each value.
    pub values: ValueShape,
    /// True for a key that never has more than one value.
    pub single: bool,
}

/// The shape of a value of a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ValueShape {
    /// The twelve digits of an account id.
    AccountId,
    /// An IPv4 or IPv6 address.
    Address,
    /// An Amazon Resource Name.
    Arn,
    /// The word `true` or `false`.
    Boolean,
    /// A date-time or epoch seconds.
    Date,
    /// Digits: seconds since 1970.
    Epoch,
    /// A decimal number, perhaps signed.
    Number,
    /// Any text at all.
    Text,
}

impl ValueShape {
    /// Tests that a value has the shape.
    pub fn admits(self, value: &str) -> bool {
        match self {
            Self::AccountId => is_account_id(value),
            Self::Address => parse_address(value).is_some(),
            Self::Arn => value.parse::<polsim_decide::text::Arn>().is_ok(),
            Self::Boolean => matches!(value, "true" | "false"),
            Self::Date => value.parse::<Instant>().is_ok(),
            Self::Epoch => {
                value.bytes().all(|byte| byte.is_ascii_digit()) && value.parse::<Instant>().is_ok()
            }
            Self::Number => value.parse::<Decimal>().is_ok(),
            Self::Text => true,
        }
    }
}

/// The shape of a key's values, as far as the documented facts tell. A key that is not documented
/// can have any texts.
pub fn shape(key: &KeyName, key_facts: &KeyFacts) -> KeyShape {
    let KeyShape { values, single } = shape_by_facts(key);
    KeyShape {
        values: if key_facts.has(Fact::Types) { values } else { Text },
        single: single && key_facts.has(Fact::Single),
    }
}

fn shape_by_facts(key: &KeyName) -> KeyShape {
    let name = key.as_str();
    let known = SINGLE.iter().find(|(known, _)| key.is(known));
    if let Some((_, values)) = known {
        return KeyShape { values: *values, single: true };
    }
    if let Some(known) = SageMakerKey::find(name) {
        let values = match known.kind {
            KeyKind::Arn => Arn,
            KeyKind::Bool => Boolean,
            KeyKind::Number => Number,
            KeyKind::Text => Text,
        };
        return KeyShape { values, single: !known.multivalued };
    }
    let starts = |prefix: &str| {
        name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let single = ["aws:PrincipalTag/", "aws:RequestTag/", "aws:ResourceTag/"]
        .iter()
        .any(|prefix| starts(prefix));
    KeyShape { values: Text, single }
}

/// Keys with exactly one value, and what it looks like.
const SINGLE: &[(&str, ValueShape)] = &[
    ("aws:AssumedRoot", Boolean),
    ("aws:CalledViaAWSMCP", Text),
    ("aws:CalledViaFirst", Text),
    ("aws:CalledViaLast", Text),
    ("aws:ChatbotSourceArn", Arn),
    ("aws:CurrentTime", Date),
    ("aws:Ec2InstanceSourcePrivateIPv4", Address),
    ("aws:Ec2InstanceSourceVpc", Text),
    ("aws:EpochTime", Epoch),
    ("aws:FederatedProvider", Text),
    ("aws:IsMcpServiceAction", Boolean),
    ("aws:MultiFactorAuthAge", Number),
    ("aws:MultiFactorAuthPresent", Boolean),
    ("aws:PrincipalOrgID", Text),
    ("aws:RequestedRegion", Text),
    ("aws:ResourceOrgID", Text),
    ("aws:SecureTransport", Boolean),
    ("aws:SignInSessionArn", Arn),
    ("aws:SourceAccount", AccountId),
    ("aws:SourceArn", Arn),
    ("aws:SourceIdentity", Text),
    ("aws:SourceIp", Address),
    ("aws:SourceOrgID", Text),
    ("aws:SourceVpc", Text),
    ("aws:SourceVpcArn", Arn),
    ("aws:SourceVpce", Text),
    ("aws:TokenIssueTime", Date),
    ("aws:UserAgent", Text),
    ("aws:ViaAWSMCPService", Boolean),
    ("aws:ViaAWSService", Boolean),
    ("aws:VpcSourceIp", Address),
    ("aws:VpceAccount", AccountId),
    ("aws:VpceOrgID", Text),
    ("aws:referer", Text),
    ("codebuild:BuildArn", Arn),
    ("codebuild:ProjectArn", Arn),
    ("ec2:RoleDelivery", Number),
    ("ec2:SourceInstanceArn", Arn),
    ("glue:CredentialIssuingService", Text),
    ("glue:RoleAssumedBy", Text),
    ("iam:AWSServiceName", Text),
    ("iam:AssociatedResourceArn", Arn),
    ("iam:PassedToService", Text),
    ("iam:PermissionsBoundary", Arn),
    ("iam:PolicyARN", Arn),
    ("identitystore:UserId", Text),
    ("lambda:SourceFunctionArn", Arn),
    ("ssm:SourceInstanceArn", Arn),
    ("sts:DurationSeconds", Number),
    ("sts:ExternalId", Text),
    ("sts:RoleSessionName", Text),
    ("sts:SourceIdentity", Text),
    ("sts:TaskPolicyArn", Arn),
];
