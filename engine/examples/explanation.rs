//! An explanation: who decided, what each condition said, and what would have to be different.
//!
//! ```text
//! explicitDeny, with an explicit deny in a resource-based policy
//! OfficeOnly of bucket.json, line 2
//!   holds: NotIpAddress aws:SourceIp
//! ```
//!
//! Run it with `cargo run -p polsim --example explanation`.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use polsim::eval::Remedy;
use polsim::{AttachedPolicy, Policy, PolicySet, PolicyType, Request, RequestParts, Source};

const BUCKET: &str = r#"{"Version": "2012-10-17", "Statement":
    {"Sid": "OfficeOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
     "Resource": "arn:aws:s3:::reports/*",
     "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}}"#;

/// The lines that the example prints.
pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let bucket = Policy::parse(&Source::new("bucket.json", BUCKET), PolicyType::Resource)?;
    let set = PolicySet::new([AttachedPolicy::new(bucket.policy)]);
    let request = Request::new(RequestParts {
        principal: "arn:aws:iam::111122223333:user/alice",
        action: "s3:GetObject",
        resource: "arn:aws:s3:::reports/2026.csv",
        context: vec![("aws:SourceIp".into(), "198.51.100.7".into())],
        ..RequestParts::default()
    })?;

    let explanation = set.explain(&request);
    let mut answer = String::new();
    writeln!(answer, "{}, {}", explanation.decision, explanation.reason(&request))?;
    for statement in &explanation.by {
        let (name, policy) = (&statement.statement, &statement.policy);
        writeln!(answer, "{name} of {policy}, line {}", statement.span.line)?;
    }
    for remedy in &explanation.remedies {
        let Remedy::AvoidDeny { unless, .. } = remedy else { continue };
        for condition in unless {
            writeln!(answer, "  holds: {} {}", condition.operator, condition.key)?;
        }
    }
    Ok(answer)
}

fn main() -> Result<(), Box<dyn Error>> {
    Ok(io::stdout().write_all(answer()?.as_bytes())?)
}
