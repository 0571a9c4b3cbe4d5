//! A decision: a user, an identity policy and the policy of the bucket that she reads.
//!
//! ```text
//! at the office: allowed
//! at home: explicitDeny
//! ```
//!
//! Run it with `cargo run -p polsim --example decide`.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use polsim::{AttachedPolicy, Policy, PolicySet, PolicyType, Request, RequestParts, Source};

const ALICE: &str = r#"{"Version": "2012-10-17", "Statement":
    {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::reports/*"}}"#;

const BUCKET: &str = r#"{"Version": "2012-10-17", "Statement":
    {"Sid": "OfficeOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
     "Resource": "arn:aws:s3:::reports/*",
     "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}}"#;

/// The lines that the example prints.
pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let read = |name, text, policy_type| Policy::parse(&Source::new(name, text), policy_type);
    let identity = read("alice.json", ALICE, PolicyType::Identity)?.policy;
    let bucket = read("bucket.json", BUCKET, PolicyType::Resource)?.policy;
    let set = PolicySet::new([AttachedPolicy::new(identity), AttachedPolicy::new(bucket)]);

    let mut answer = String::new();
    for (place, address) in [("at the office", "203.0.113.7"), ("at home", "198.51.100.7")] {
        let request = Request::new(RequestParts {
            principal: "arn:aws:iam::111122223333:user/alice",
            action: "s3:GetObject",
            resource: "arn:aws:s3:::reports/2026.csv",
            context: vec![("aws:SourceIp".into(), address.into())],
            ..RequestParts::default()
        })?;
        writeln!(answer, "{place}: {}", set.decide(&request))?;
    }
    Ok(answer)
}

fn main() -> Result<(), Box<dyn Error>> {
    Ok(io::stdout().write_all(answer()?.as_bytes())?)
}
