//! A perimeter, verified with its network: a data scientist's notebook opens only through the
//! company's VPC endpoint. The first policy leaves a hole, the second closes it.
//!
//! ```text
//! first policy: violated
//!   gets through: sagemaker:CreatePresignedNotebookInstanceUrl, without aws:SourceVpce
//! second policy: proved
//! ```
//!
//! Run it with `cargo run -p polsim --example verify`.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use polsim::prelude::*;

const NETWORK: &str = "
region: eu-west-1
account: '111122223333'
vpcs:
  - id: vpc-0a11a11a11a11a11a
    cidrs: 10.20.0.0/16
    subnets: [{id: subnet-0a0a0a0a0a0a0a0a1, name: notebooks, cidr: 10.20.1.0/24}]
    endpoints: [{id: vpce-0a000000000000001, service: sagemaker.api}]
";

/// The identity policy of the role with this condition on its statement.
fn policy(condition: &str) -> Result<Vec<AttachedPolicy>, Diagnostics> {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow",
            "Action": "sagemaker:CreatePresignedNotebookInstanceUrl", "Resource": "*",
            "Condition": {condition}}}}}"#
    );
    let policy = Policy::parse(&Source::new("data-scientist.json", text), PolicyType::Identity)?;
    Ok(vec![AttachedPolicy::new(policy.policy)])
}

/// The lines that the example prints.
pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let network = Network::parse(&Source::new("network.yaml", NETWORK))?;
    let outside =
        RequestShape::default().coming_from(["off-network"]).for_actions(["sagemaker:*"])?;
    // `IfExists` is satisfied by every request that crosses no endpoint at all.
    let hole = r#"{"StringEqualsIfExists": {"aws:SourceVpce": "vpce-0a000000000000001"}}"#;
    let closed = r#"{"StringEquals": {"aws:SourceVpce": "vpce-0a000000000000001"}}"#;

    let mut answer = String::new();
    for (name, condition) in [("first policy", hole), ("second policy", closed)] {
        let property = Property::new(name, Claim::Deny, outside.clone(), policy(condition)?);
        let report = property.verify(Some(&network), Limits::default())?;
        writeln!(answer, "{name}: {}", report.verdict.as_str())?;
        if let Some(witness) = report.verdict.witness() {
            let request = witness.request();
            let with = if request.context().has("aws:SourceVpce") { "with" } else { "without" };
            writeln!(answer, "  gets through: {}, {with} aws:SourceVpce", request.action())?;
        }
    }
    Ok(answer)
}

fn main() -> Result<(), Box<dyn Error>> {
    Ok(io::stdout().write_all(answer()?.as_bytes())?)
}
