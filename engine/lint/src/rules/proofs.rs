//! W04xx: what holds of every request, as proved.

use polsim::text::Severity::{Error, Info, Warning};

use crate::rule::Repair::Safe;
use crate::rule::Rule;

pub(super) static RULES: &[Rule] = &[
    Rule::new(
        "W0401",
        "statement-never-matches",
        Error,
        "a statement that no request matches",
        "no request meets principal, action, resource and conditions together",
        "Its parts exclude each other: a key that is absent and has a value, a public address and a VPC \
         endpoint. The parts named are as few as can be.",
    )
    .aws(&["REDUNDANT_STATEMENT_DUE_TO_WILDCARD"]),
    Rule::new(
        "W0402",
        "allow-always-denied",
        Warning,
        "an Allow that is denied whatever happens",
        "every request that the statement matches is denied by Deny statements of the document",
        "A Deny outweighs every Allow (policy language §5.3), so the statement grants nothing.",
    )
    .repair(Safe),
    Rule::new(
        "W0403",
        "statement-adds-nothing",
        Info,
        "a statement without which every decision is the same",
        "the document without it decides every request alike",
        "Other statements cover it. Of two equal statements the first is kept.",
    )
    .repair(Safe)
    .aws(&["REDUNDANT_STATEMENT"]),
    Rule::new(
        "W0404",
        "entry-covered",
        Info,
        "an entry that another one covers",
        "another entry of the element includes it",
        "Whatever the entry matches, the other one matches. Remove it.",
    )
    .repair(Safe)
    .aws(&["REDUNDANT_ACTION", "REDUNDANT_RESOURCE"]),
    Rule::new(
        "W0405",
        "condition-always-true",
        Warning,
        "a condition without which every decision is the same",
        "the statement without it decides every request alike",
        "The condition holds for every request that the statement is about.",
    )
    .repair(Safe)
    .aws(&["REDUNDANT_KEY_DUE_TO_WILDCARD", "EQUIVALENT_TO_NULL_TRUE", "EQUIVALENT_TO_NULL_FALSE"]),
    Rule::new(
        "W0406",
        "guards-lock-everyone-out",
        Error,
        "guards that no request passes",
        "every request for an action is denied, though each Deny has conditions",
        "The conditions of several Deny statements cannot be met together: a request through an \
         endpoint has no `aws:SourceIp`, one from a public address no `aws:SourceVpce` (perimeter \
         §1.5). Put both tests into one statement.",
    ),
    Rule::new(
        "W0407",
        "guard-skipped-when-key-missing",
        Warning,
        "a guard that requests without the key pass by",
        "a Deny with a negated test of where requests come from, and `Null {KEY: false}`, that a direct \
         request without the key passes",
        "With `Null … false` the Deny asks only requests that have the key. A request from the internet \
         has no `aws:SourceVpce` and is not denied.",
    ),
    Rule::new(
        "W0408",
        "guard-hits-aws-services",
        Warning,
        "a guard that denies AWS services of the own account",
        "a Deny for everyone with a negated test of where requests come from, which a direct call of a \
         service for the own account does not pass",
        "Services that deliver logs or notifications call with their own principal: they cross no \
         endpoint and belong to no organization (policy language §6.1). Add \
         `\"BoolIfExists\": {\"aws:PrincipalIsAWSService\": \"false\"}`.",
    ),
    Rule::new(
        "W0409",
        "guard-hits-forwarded-calls",
        Warning,
        "a guard that denies what services forward",
        "a Deny with a negated test of where requests come from, which a call passes and the same call \
         forwarded by a service does not",
        "A call that a service makes with its caller's credentials has none of the endpoint's keys \
         (perimeter §1.5, U-25). Add `\"BoolIfExists\": {\"aws:ViaAWSService\": \"false\"}`.",
    ),
    Rule::new(
        "W0410",
        "nobody-can-change-the-policy",
        Error,
        "a policy that nobody can change",
        "no principal is allowed kms:PutKeyPolicy; or s3:PutBucketPolicy and s3:DeleteBucketPolicy are \
         denied to everyone but root",
        "The key or bucket cannot be managed any more: only AWS support or the root user can help.",
    ),
];
