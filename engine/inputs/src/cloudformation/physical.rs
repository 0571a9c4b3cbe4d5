//! Physical ids and attributes of resources: written names, derived ARNs, created symbols.

use super::evaluate::{Evaluator, as_text};
use crate::model::{Class, Kind};
use crate::value::{Text, Value};

/// The property that names a resource, by its type.
fn name_property(kind: &str) -> &'static str {
    match kind {
        "AWS::S3::Bucket" => "BucketName",
        "AWS::IAM::Role" => "RoleName",
        "AWS::IAM::User" => "UserName",
        "AWS::IAM::Group" => "GroupName",
        "AWS::IAM::ManagedPolicy" => "ManagedPolicyName",
        "AWS::SQS::Queue" => "QueueName",
        "AWS::SNS::Topic" => "TopicName",
        "AWS::ECR::Repository" => "RepositoryName",
        "AWS::DynamoDB::Table" => "TableName",
        "AWS::Lambda::Function" | "AWS::Serverless::Function" => "FunctionName",
        "AWS::SageMaker::NotebookInstance" => "NotebookInstanceName",
        "AWS::SecretsManager::Secret" => "Name",
        _ => "",
    }
}

fn kind_of(kind: &str) -> Kind {
    match kind {
        "AWS::EC2::VPC" => Kind::Vpc,
        "AWS::EC2::VPCEndpoint" => Kind::Vpce,
        "AWS::EC2::Subnet" => Kind::Subnet,
        "AWS::EC2::SecurityGroup" => Kind::Sg,
        "AWS::EC2::RouteTable" => Kind::Rtb,
        "AWS::EC2::InternetGateway" => Kind::Igw,
        "AWS::EC2::NatGateway" => Kind::Nat,
        "AWS::EC2::EgressOnlyInternetGateway" => Kind::Eigw,
        "AWS::EC2::TransitGateway" => Kind::Tgw,
        "AWS::EC2::VPCPeeringConnection" => Kind::Pcx,
        "AWS::EC2::PrefixList" => Kind::PrefixList,
        "AWS::EC2::EIP" => Kind::Address,
        "AWS::KMS::Key" | "AWS::KMS::ReplicaKey" => Kind::KmsKey,
        _ => Kind::Name,
    }
}

/// The name of a resource: what is written, or a created symbol with its logical id.
pub(super) fn name(it: &mut Evaluator<'_, '_>, logical: &str) -> Text {
    let kind = it.stack.type_of(logical).unwrap_or_default();
    let written = it.stack.property(logical, name_property(kind));
    if let Some(node) = written
        && let Some(text) = it.value(node).as_ref().and_then(as_text)
    {
        return text;
    }
    let symbol = it.address(logical);
    it.model.symbol(&symbol, kind_of(kind), Class::Created)
}

/// `Ref` of a resource.
pub(super) fn reference(it: &mut Evaluator<'_, '_>, logical: &str) -> Value {
    match it.stack.type_of(logical).unwrap_or_default() {
        "AWS::IAM::ManagedPolicy" | "AWS::SNS::Topic" | "AWS::SecretsManager::Secret" => {
            attribute(it, logical, "Arn")
        }
        _ => Value::Text(name(it, logical)),
    }
}

/// `Fn::GetAtt`: derived, a written property of that name, or a created symbol.
pub(super) fn attribute(it: &mut Evaluator<'_, '_>, logical: &str, attribute: &str) -> Value {
    let kind = it.stack.type_of(logical).unwrap_or_default().to_owned();
    match (kind.as_str(), attribute) {
        (_, "Arn" | "TopicArn" | "RepositoryArn") => {
            if let Some(arn) = arn(it, logical) {
                return Value::Text(arn);
            }
        }
        ("AWS::KMS::Key", "KeyId")
        | ("AWS::EC2::SecurityGroup", "GroupId")
        | (
            _,
            "VpcId" | "RouteTableId" | "SubnetId" | "Id" | "InternetGatewayId" | "NatGatewayId",
        ) => {
            return Value::Text(name(it, logical));
        }
        ("AWS::EC2::VPC", "DefaultSecurityGroup") => {
            let symbol = format!("{}.DefaultSecurityGroup", it.address(logical));
            return Value::Text(it.model.symbol(&symbol, Kind::Sg, Class::Created));
        }
        _ => (),
    }
    if let Some(node) = it.stack.property(logical, attribute)
        && let Some(value) = it.value(node)
    {
        return value;
    }
    let symbol = format!("{}.{attribute}", it.address(logical));
    let kind = if attribute == "PublicIp" { Kind::Address } else { Kind::Text };
    Value::Text(it.model.symbol(&symbol, kind, Class::Created))
}

/// The ARN of a resource, where it follows from its name.
pub(super) fn arn(it: &mut Evaluator<'_, '_>, logical: &str) -> Option<Text> {
    let kind = it.stack.type_of(logical)?.to_owned();
    let partition = it.reference("AWS::Partition").as_literal().unwrap_or_default();
    let (service, before, regional) = match kind.as_str() {
        "AWS::S3::Bucket" => {
            let name = name(it, logical);
            return Some(Text::join([&Text::from(format!("arn:{partition}:s3:::")), &name]));
        }
        "AWS::IAM::Role" => ("iam", "role", false),
        "AWS::IAM::User" => ("iam", "user", false),
        "AWS::IAM::Group" => ("iam", "group", false),
        "AWS::IAM::ManagedPolicy" => ("iam", "policy", false),
        "AWS::KMS::Key" | "AWS::KMS::ReplicaKey" => ("kms", "key/", true),
        "AWS::SQS::Queue" => ("sqs", "", true),
        "AWS::SNS::Topic" => ("sns", "", true),
        "AWS::ECR::Repository" => ("ecr", "repository/", true),
        "AWS::DynamoDB::Table" => ("dynamodb", "table/", true),
        "AWS::Lambda::Function" | "AWS::Serverless::Function" => ("lambda", "function:", true),
        "AWS::SecretsManager::Secret" => ("secretsmanager", "secret:", true),
        "AWS::SageMaker::NotebookInstance" => ("sagemaker", "notebook-instance/", true),
        _ => return None,
    };
    let (account, name) = (it.account(), name(it, logical));
    let mut out = Text::from(format!("arn:{partition}:{service}:"));
    if regional {
        out.push(&it.region());
    }
    out.push_str(":");
    out.push(&account);
    out.push_str(":");
    if regional {
        out.push_str(before);
    } else {
        let path = it.stack.property(logical, "Path").cloned();
        let path = path.and_then(|node| it.value(&node)).and_then(|it| it.as_literal());
        out.push_str(&format!("{before}{}", path.unwrap_or_else(|| "/".to_owned())));
    }
    out.push(&name);
    if kind == "AWS::SecretsManager::Secret" {
        out.push_str("-");
        let symbol = format!("{}.suffix", it.address(logical));
        out.push(&it.model.symbol(&symbol, Kind::Name, Class::Created));
    }
    Some(out)
}
