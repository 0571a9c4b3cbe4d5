//! Policy-as-code for AWS: decisions, explanations and proofs, without an AWS account.
//!
//! polsim reads IAM, VPC endpoint, bucket, key, trust and organization policies as AWS does, decides
//! requests, says which statement decided and why, and proves properties over all requests, or shows
//! one that gets through.
//!
//! ```
//! use polsim::prelude::*;
//!
//! let text = r#"{"Version": "2012-10-17", "Statement": [
//!     {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
//!     {"Sid": "OfficeOnly", "Effect": "Deny", "Action": "*", "Resource": "*",
//!      "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}]}"#;
//! let policy = Policy::parse(&Source::new("alice.json", text), PolicyType::Identity)?.policy;
//! let policies = vec![AttachedPolicy::new(policy)];
//! let set = PolicySet::new(policies.clone());
//!
//! // One request: the decision, and the statement that made it.
//! let request = Request::new(RequestParts {
//!     principal: "arn:aws:iam::111122223333:user/alice",
//!     action: "s3:GetObject",
//!     resource: "arn:aws:s3:::reports/2026.csv",
//!     context: vec![("aws:SourceIp".into(), "198.51.100.7".into())],
//!     ..RequestParts::default()
//! })?;
//! assert_eq!(set.decide(&request), Decision::ExplicitDeny);
//! assert_eq!(&*set.explain(&request).by[0].statement, "OfficeOnly");
//!
//! // Every request: a proof that alice is let in from the office only.
//! let office = "{region: eu-west-1, account: '111122223333', \
//!                sites: [{name: office, egress: 203.0.113.0/24}]}";
//! let network = Network::parse(&Source::new("office.yaml", office))?;
//! let outside = RequestShape::default().coming_from(["off-network"]);
//! let property = Property::new("only from the office", Claim::Deny, outside, policies);
//! assert!(property.verify(Some(&network), Limits::default())?.verdict.is_proved());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to go on
//!
//! | to | take |
//! | --- | --- |
//! | read a policy | [`Policy::parse`], [`PolicyType`] |
//! | decide a request | [`PolicySet::decide`], [`Request::new`]; for many, [`PolicySet::decide_with`] |
//! | say why | [`PolicySet::explain`], [`Explanation`] |
//! | decide files of cases | [`CaseReader`] |
//! | describe a network | [`Network::parse`]; the paths and contexts of its requests are in [`network`] |
//! | prove something of every request | [`Property::verify`]; many at once: [`Verifier`], or a [`Scenario`] with properties |
//! | compare two versions of policies | [`Comparison`] |
//! | check a proof without trusting the prover | [`CertificateFile`](scenario::CertificateFile) |
//!
//! What reads a text fails with [`Diagnostics`]: every mistake of the text with its code, place and
//! advice, an [`Error`](std::error::Error) that displays as the `polsim` command prints it. Codes begin
//! with the kind of text: `P` policies (and JSON and YAML), `W` warnings about policies
//! ([`policy::code`]), `C` cases, `N` networks, `S` scenarios, `V` properties. Runnable programs for
//! the rows above are in the folder `examples` of the crate.
//!
//! # The modules
//!
//! One idea carries everything: policies, networks and properties lower to **one formula over atoms
//! of the request**, and every feature is a reader of that formula. From the ground up:
//!
//! | module | holds |
//! | --- | --- |
//! | [`text`] | sources and places in them, diagnostics, the spanned tree of JSON and YAML, and the small grammars: ARN, pattern, key name, decimal, instant, address range |
//! | [`catalog`] | facts about AWS's services and context keys |
//! | [`request`] | principal, action, resource and context, and the keys that AWS derives |
//! | [`policy`] | the AWS policy language as types |
//! | [`formula`] | atoms, predicates and the hash-consed formula |
//! | [`lower`] | policies and accounts to the decision formula: the one place of AWS's semantics |
//! | [`eval`] | the concrete reader: decisions and explanations |
//! | [`call`] | API calls, and the checks that each of them makes |
//! | [`case`](mod@case) | policies and one request in one JSON text |
//! | [`network`] | topology files, the paths of requests, and what their contexts can hold |
//! | [`prove`] | the symbolic reader: properties, comparisons, redundant parts, certificates |
//! | [`scenario`] | policies, a network, tests and properties in one document |
//!
//! The rules are those of the notes in `corpus/spec/`, cited as *(policy language §5.3)*,
//! *(perimeter §1.4)* and *(perimeter-2 §3)* where they are implemented. `U-22` is a ruling in policy
//! language §10 on what AWS leaves open, `V-4` a rule about variables in its §4; `AX10` is an axiom
//! about requests in perimeter §1.5, corrected in perimeter-2 §1, and `O35` an origin in perimeter §1.4.
//!
//! # Purity and untrusted input
//!
//! The engine does no I/O, has no clock and no threads, never panics, and builds for wasm32. Files
//! come from the caller, through the trait [`Files`](case::Files); so does the clock that ends a long
//! proof.
//!
//! Policies, cases and scenarios may come from strangers. Nesting is bounded by
//! [`text::json::MAX_DEPTH`], copies made by aliases by [`text::yaml::MAX_NODES`]; matching a pattern
//! costs at most its length times the length of the text; nothing else in reading and deciding is
//! worse than linear in the input, but for sorting. A proof may take long: its steps and its memory
//! are bounded by a [`Budget`](prove::Budget), and it stops when the caller says so.

pub use polsim_decide::{
    call, case, catalog, eval, formula, lower, plausible, policy, request, text,
};

pub mod network;
pub mod prove;
pub mod scenario;

pub use case::CaseReader;
pub use eval::{Decision, Explanation, PolicySet};
pub use lower::AttachedPolicy;
#[doc(inline)]
pub use network::Network;
pub use policy::{Policy, PolicyType};
#[doc(inline)]
pub use prove::{Claim, Comparison, Limits, Property, RequestShape, Verdict, Verifier};
pub use request::{Request, RequestParts};
#[doc(inline)]
pub use scenario::Scenario;
pub use text::{Diagnostics, Source};

/// The names that most programs need, for one `use polsim::prelude::*`. The crate's root has the same.
pub mod prelude {
    pub use crate::{
        AttachedPolicy, CaseReader, Claim, Comparison, Decision, Diagnostics, Explanation, Limits,
        Network, Policy, PolicySet, PolicyType, Property, Request, RequestParts, RequestShape,
        Scenario, Source, Verdict, Verifier,
    };
}
