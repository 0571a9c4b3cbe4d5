//! `polsim collect`: the commands that make a dump, for the user to read and to run.

use serde_json::json;

use crate::{Console, Failure, Outcome};

/// Print a shell script that collects what `polsim perimeter` reads of an account
///
/// polsim itself never opens a connection: the script runs AWS's command line, read-only calls alone, and
/// writes their answers to a folder. A call that fails is recorded, and what it would have said is a hole.
/// Use: `polsim collect > collect.sh && sh collect.sh dump && polsim perimeter dump`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print the IAM policy that the script needs instead
    #[arg(long)]
    policy: bool,

    /// The regions to collect (the one that the command line is configured with)
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    regions: Vec<String>,
}

/// Calls of EC2 that describe a network.
const EC2: &[&str] = &[
    "describe-vpcs",
    "describe-subnets",
    "describe-route-tables",
    "describe-vpc-endpoints",
    "describe-security-groups",
    "describe-internet-gateways",
    "describe-egress-only-internet-gateways",
    "describe-nat-gateways",
    "describe-managed-prefix-lists",
    "describe-transit-gateways",
    "describe-transit-gateway-attachments",
    "describe-vpc-peering-connections",
];

/// The actions of all calls of the script.
const ACTIONS: &[&str] = &[
    "ec2:DescribeEgressOnlyInternetGateways",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeManagedPrefixLists",
    "ec2:DescribeNatGateways",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeTransitGatewayAttachments",
    "ec2:DescribeTransitGateways",
    "ec2:DescribeVpcAttribute",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcPeeringConnections",
    "ec2:DescribeVpcs",
    "iam:GetAccountAuthorizationDetails",
    "kms:GetKeyPolicy",
    "kms:ListKeys",
    "s3:GetBucketPolicy",
    "s3:GetBucketPublicAccessBlock",
    "s3:ListAllMyBuckets",
];

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    if args.policy {
        let statement =
            json!({"Sid": "Collect", "Effect": "Allow", "Action": ACTIONS, "Resource": "*"});
        console.print_json(&json!({"Version": "2012-10-17", "Statement": [statement]}))?;
        return Ok(Outcome::AsWanted);
    }
    let regions = if args.regions.is_empty() {
        "$(aws configure get region)".to_owned()
    } else {
        args.regions.join(" ")
    };
    let script = SCRIPT.replace("@REGIONS@", &regions).replace("@EC2@", &EC2.join(" "));
    console.print(&script)?;
    Ok(Outcome::AsWanted)
}

/// The script, POSIX sh and AWS CLI version 2.
const SCRIPT: &str = r#"#!/bin/sh
# Collects what polsim reads of an account: read-only calls of AWS's command line alone, no data.
# Usage: sh collect.sh FOLDER
set -u
out=${1:?usage: sh collect.sh FOLDER}
calls=0
failed=
umask 077
mkdir -p "$out"

# call FILE AWS-ARGUMENTS...: the answer goes to FILE; a failure is recorded, and the script goes on.
call() {
  file=$out/$1
  shift
  mkdir -p "$(dirname "$file")"
  calls=$((calls + 1))
  if ! error=$(aws "$@" --output json 2>&1 > "$file"); then
    rm -f "$file"
    code=$(printf '%s' "$error" | sed -n 's/.*(\([A-Za-z]*\)).*/\1/p' | head -n 1)
    case $code in NoSuchBucketPolicy | NoSuchPublicAccessBlockConfiguration) return ;; esac
    failed="$failed${failed:+,}
  {\"call\": \"aws $*\", \"error\": \"${code:-failed}\"}"
  fi
}

account=$(aws sts get-caller-identity --query Account --output text) || exit 1
call iam/account-authorization-details.json iam get-account-authorization-details --filter User Role Group LocalManagedPolicy AWSManagedPolicy
call s3/list-buckets.json s3api list-buckets
for bucket in $(aws s3api list-buckets --query 'Buckets[].Name' --output text); do
  call "s3/$bucket/policy.json" s3api get-bucket-policy --bucket "$bucket"
  call "s3/$bucket/public-access-block.json" s3api get-public-access-block --bucket "$bucket"
done
regions="@REGIONS@"
for region in $regions; do
  for name in @EC2@; do
    call "regions/$region/ec2/$name.json" ec2 "$name" --region "$region"
  done
  for vpc in $(aws ec2 describe-vpcs --region "$region" --query 'Vpcs[].VpcId' --output text); do
    for attribute in enableDnsSupport enableDnsHostnames; do
      call "regions/$region/ec2/$vpc-$attribute.json" ec2 describe-vpc-attribute --vpc-id "$vpc" --attribute "$attribute" --region "$region"
    done
  done
  for key in $(aws kms list-keys --region "$region" --query 'Keys[].KeyId' --output text); do
    call "regions/$region/kms/$key/policy.json" kms get-key-policy --key-id "$key" --policy-name default --region "$region"
  done
done
listed=$(printf '"%s" ' $regions | sed 's/ $//; s/" "/", "/g')
printf '{"format": 1, "account": "%s", "regions": [%s], "calls": %s, "failed": [%s]}\n' \
  "$account" "$listed" "$calls" "$failed" > "$out/polsim-dump.json"
echo "$calls calls, answers in $out" >&2
"#;

#[cfg(test)]
mod tests {
    use super::{ACTIONS, EC2, SCRIPT};

    /// The action of a call of EC2: `describe-vpcs` is `ec2:DescribeVpcs`.
    fn action(call: &str) -> String {
        let words = call.split('-').map(|word| {
            let (first, rest) = word.split_at(1);
            format!("{}{rest}", first.to_uppercase())
        });
        format!("ec2:{}", words.collect::<String>())
    }

    #[test]
    fn the_policy_has_every_call_of_the_script_and_reads_only() {
        for call in EC2 {
            assert!(ACTIONS.contains(&action(call).as_str()), "{call}");
        }
        let reads = |action: &&str| {
            let name = action.split(':').nth(1).unwrap_or_default();
            ["Get", "List", "Describe"].iter().any(|it| name.starts_with(it))
        };
        assert!(ACTIONS.iter().all(|it| reads(&it)), "an action changes something");
        assert!(!ACTIONS.contains(&"s3:GetObject"), "no data is read");
        assert!(SCRIPT.contains("get-account-authorization-details"));
    }
}
