use super::Assumption;
use crate::formula::{Atom, Evaluator, Formulas, KeyTest};
use crate::network::Network;
use crate::request::{ContextValue, Request, RequestParts};
use crate::text::{KeyName, Source};

const NETWORK: &str = "
region: eu-west-1
organization: {id: o-corp1234ab}
account: '111122223333'
vpcs:
  - id: vpc-1
    cidrs: 10.20.0.0/16
    endpoints: [{id: vpce-1, service: sagemaker.api}, {id: vpce-2, service: kms}]
";

/// The facts that a request breaks, if all its keys and those of the path are read. A line is the
/// principal, the action and `key=value` for each key; the region is eu-west-1 unless it is given.
fn broken(line: &str) -> Vec<&'static str> {
    let mut words = line.split_whitespace();
    let principal = match words.next().expect("a principal") {
        "user" => "arn:aws:iam::111122223333:user/alice",
        "role" => "arn:aws:sts::111122223333:assumed-role/Ds/alice",
        other => other,
    };
    let action = words.next().expect("an action");
    let mut context: Vec<(&str, &str)> =
        words.map(|word| word.split_once('=').expect("key=value")).collect();
    if !line.contains("RequestedRegion") {
        context.push(("aws:RequestedRegion", "eu-west-1"));
    }
    let network = Network::parse(&Source::new("n.yaml", NETWORK)).expect("a network");
    let mut formulas = Formulas::new();
    let path = ["aws:SourceIp", "aws:SourceVpce", "aws:SourceVpc"];
    for key in context.iter().map(|(key, _)| *key).chain(path) {
        formulas.atom(Atom::Key(KeyName::new(key), KeyTest::Absent));
    }
    let entries =
        context.iter().map(|(key, value)| (KeyName::new(key), ContextValue::from(*value)));
    let request = Request::new(RequestParts {
        principal,
        action,
        resource: "arn:aws:sagemaker:eu-west-1:111122223333:model/m",
        context: entries.collect(),
        complete: true,
        ..RequestParts::default()
    });
    let request = request.expect("a request");
    let breaks = |fact: &&Assumption| {
        let id = fact.lower(&mut formulas, Some(&network));
        !Evaluator::new(&formulas, &request).holds(id)
    };
    Assumption::all().iter().filter(breaks).map(|fact| fact.name).collect()
}

#[test]
fn requests_that_aws_sees_break_no_fact() {
    for line in [
        "user s3:GetObject aws:SourceIp=192.0.2.77 aws:PrincipalIsAWSService=false aws:ViaAWSService=false",
        "user sagemaker:CreateModel aws:SourceVpce=vpce-1 aws:SourceVpc=vpc-1 aws:VpcSourceIp=10.20.0.9 sagemaker:VpcSubnets=subnet-1",
        "user kms:Decrypt aws:SourceVpce=vpce-2 aws:SourceVpc=vpc-1 aws:VpcSourceIp=10.20.0.9 aws:VpceAccount=111122223333 aws:VpceOrgID=o-corp1234ab aws:SourceVpcArn=arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1",
        "user sagemaker:CreateModel aws:SourceVpce=vpce-9 aws:SourceVpc=vpc-9 aws:VpcSourceIp=10.20.0.9",
        "role sagemaker:CreateModel aws:PrincipalArn=arn:aws:iam::111122223333:role/Ds",
        "user s3:GetObject aws:ViaAWSService=true aws:CalledVia=athena.amazonaws.com aws:CalledViaFirst=athena.amazonaws.com",
        "delivery.logs.amazonaws.com s3:PutObject aws:PrincipalIsAWSService=true aws:SourceAccount=111122223333",
        "anonymous s3:GetObject aws:SourceIp=192.0.2.77 aws:PrincipalAccount=anonymous",
    ] {
        assert_eq!(broken(line), [""; 0], "{line}");
    }
}

#[test]
fn each_fact_rules_out_what_it_says() {
    for (name, line) in [
        ("network-path", "user s3:GetObject"),
        (
            "network-path",
            "user sagemaker:X aws:SourceIp=192.0.2.1 aws:SourceVpce=vpce-9 aws:SourceVpc=vpc-9",
        ),
        ("network-path", "user sagemaker:X aws:SourceVpce=vpce-9"),
        (
            "forwarded-calls",
            "user s3:X aws:ViaAWSService=true aws:SourceVpce=vpce-9 aws:SourceVpc=vpc-9",
        ),
        ("forwarded-calls", "user s3:X aws:SourceIp=192.0.2.1 aws:CalledVia=athena.amazonaws.com"),
        ("service-principals", "logs.amazonaws.com s3:X aws:SourceIp=192.0.2.1"),
        ("service-principals", "user s3:X aws:SourceIp=192.0.2.1 aws:SourceAccount=111122223333"),
        ("service-principals", "user s3:X aws:SourceIp=192.0.2.1 aws:PrincipalIsAWSService=true"),
        ("anonymous-requests", "anonymous s3:X aws:SourceIp=192.0.2.1 aws:PrincipalTag/t=x"),
        ("known-endpoints", "user sagemaker:X aws:SourceVpce=vpce-1 aws:SourceVpc=vpc-9"),
        ("known-endpoints", "user kms:Decrypt aws:SourceVpce=vpce-1 aws:SourceVpc=vpc-1"),
        ("unknown-endpoints", "user sagemaker:X aws:SourceVpce=vpce-9 aws:SourceVpc=vpc-1"),
        (
            "service-keys",
            "user sagemaker:X aws:SourceVpce=vpce-9 aws:SourceVpc=vpc-9 aws:VpceOrgID=o-x",
        ),
        ("public-addresses", "user s3:X aws:SourceIp=10.1.2.3"),
        (
            "catalogue",
            "user sagemaker:CreateTransformJob aws:SourceIp=192.0.2.1 sagemaker:VpcSubnets=subnet-1",
        ),
        (
            "catalogue",
            "user sagemaker:CreateModel aws:SourceIp=192.0.2.1 sagemaker:VpcSecurityGroup=sg-1",
        ),
        ("principal-keys", "role s3:X aws:SourceIp=192.0.2.1 aws:username=alice"),
        ("organization-keys", "user s3:X aws:SourceIp=192.0.2.1 aws:PrincipalOrgID=o-other"),
        (
            "requested-region",
            "user sagemaker:X aws:SourceIp=192.0.2.1 aws:RequestedRegion=us-west-2",
        ),
        ("username-charset", "user s3:X aws:SourceIp=192.0.2.1 aws:username=a/b"),
        ("boolean-values", "user s3:X aws:SourceIp=192.0.2.1 aws:SecureTransport=maybe"),
    ] {
        assert!(broken(line).contains(&name), "{name}: {line}");
    }
}

#[test]
fn names_are_distinct_and_found() {
    for fact in Assumption::all() {
        assert_eq!(Assumption::find(fact.name).map(|it| it.statement), Some(fact.statement));
    }
}
