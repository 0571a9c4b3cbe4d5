//! W02xx: names and combinations that AWS does not have.

use polsim::text::Severity::{Info, Warning};

use crate::rule::Repair::Unsafe;
use crate::rule::Rule;

pub(super) static RULES: &[Rule] = &[
    Rule::new(
        "W0201",
        "unlisted-key",
        Warning,
        "a condition key that AWS does not list",
        "the key's service, or `aws:`, lists no key of this name",
        "No request has such a key, so a positive operator never holds and a negated one always does \
         (policy language §3.2). It is nearly always a misspelling: take the name that AWS lists.",
    )
    .repair(Unsafe)
    .aws(&[
        "INVALID_GLOBAL_CONDITION_KEY",
        "INVALID_SERVICE_CONDITION_KEY",
        "MISSING_TAG_KEY_IN_CONDITION",
    ]),
    Rule::new(
        "W0203",
        "unknown-service",
        Warning,
        "an action of a service that does not exist",
        "the prefix before the colon is that of no service in the catalogue",
        "The entry matches no request. In a Deny that means that nothing is denied. If the service is \
         younger than the catalogue, name it in `[lint.catalog] services`.",
    )
    .repair(Unsafe)
    .aws(&["INVALID_SERVICE_IN_ACTION"]),
    Rule::new(
        "W0204",
        "unknown-action",
        Warning,
        "an action that does not exist",
        "the service has no action of this name",
        "The entry matches no request. Several operations of AWS's APIs have no action of their own: \
         `HeadObject` is checked as `s3:GetObject`. If the action is younger than the catalogue, name it \
         in `[lint.catalog] actions`.",
    )
    .repair(Unsafe)
    .aws(&["INVALID_ACTION"]),
    Rule::new(
        "W0205",
        "withdrawn-action",
        Info,
        "an action that AWS has withdrawn",
        "the entry matches only names that AWS no longer lists",
        "The service or the action is gone, so the entry matches no request. Remove it.",
    )
    .repair(Unsafe),
    Rule::new(
        "W0206",
        "pattern-matches-no-action",
        Warning,
        "a pattern that matches no action",
        "an entry with a wildcard that matches no name of the catalogue",
        "`*` stands for any run of characters and `?` for exactly one (policy language §2.1). A pattern \
         without a match is a misspelling before the wildcard.",
    )
    .aws(&["INVALID_ACTION"]),
    Rule::new(
        "W0207",
        "no-resource-fits",
        Warning,
        "actions and resources that never go together",
        "no action of the statement is ever about a resource that it lists",
        "AWS compares Resource with the ARN that the action is about: `s3:ListBucket` with the bucket, \
         `s3:GetObject` with the object, some actions with `*` alone. The statement matches no request.",
    )
    .aws(&[
        "INVALID_ARN_RESOURCE",
        "ARN_REGION_NOT_ALLOWED",
        "ARN_ACCOUNT_NOT_ALLOWED",
        "MISSING_ARN_REGION",
        "MISSING_ARN_ACCOUNT",
        "UNSUPPORTED_RESOURCE_ARN_IN_POLICY",
        "UNSUPPORTED_ACTION_IN_POLICY",
    ]),
    Rule::new(
        "W0208",
        "resource-fits-no-action",
        Warning,
        "a resource that none of the actions is about",
        "no action of the statement is ever about this resource, though others fit",
        "The entry is in vain. A bucket's ARN beside object actions wants `/*` behind it.",
    )
    .repair(Unsafe)
    .aws(&["INVALID_ARN_RESOURCE", "UNSUPPORTED_RESOURCE_ARN_IN_POLICY"]),
    Rule::new(
        "W0209",
        "action-fits-no-resource",
        Warning,
        "an action that is about none of the resources",
        "every action of the entry is about other resources than the statement lists",
        "The entry is in vain: in an Allow the action stays denied, in a Deny it is not denied. List \
         the resource that the action is about, or `*` where it takes only that.",
    )
    .aws(&["UNSUPPORTED_RESOURCE_ARN_IN_POLICY"]),
    Rule::new(
        "W0211",
        "key-never-present",
        Warning,
        "a condition on a key that none of the actions has",
        "AWS documents the key for no action of the statement",
        "The key is absent from every request that the statement is about. A positive operator then \
         never holds, a negated one and `…IfExists` always do (policy language §3.2).",
    )
    .aws(&[
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",
    ]),
    Rule::new(
        "W0212",
        "key-missing-fails-open",
        Warning,
        "a condition that some of the actions pass by",
        "some actions of the statement never have the key, and the condition fails open for them",
        "An Allow grants these actions without the condition; a Deny does not deny them. Give them a \
         statement of their own.",
    )
    .aws(&["UNSUPPORTED_ACTION_FOR_CONDITION_KEY"]),
    Rule::new(
        "W0213",
        "key-missing-fails-closed",
        Info,
        "a condition that some of the actions never meet",
        "some actions of the statement never have the key, and the condition fails closed for them",
        "An Allow never grants these actions; a Deny always denies them. Give them a statement of their \
         own.",
    )
    .aws(&["UNSUPPORTED_ACTION_FOR_CONDITION_KEY"]),
    Rule::new(
        "W0214",
        "operator-does-not-fit-key",
        Warning,
        "an operator that cannot read the key's values",
        "the operator reads another type of values than the key has",
        "Each operator reads values in its own way: text that is no number never hits a numeric \
         operator, and a range of addresses compared as text is equal to no address (policy language \
         §3.10). Use the operator of the key's type.",
    )
    .repair(Unsafe)
    .aws(&["TYPE_MISMATCH"]),
    Rule::new(
        "W0215",
        "string-like-on-arn-key",
        Warning,
        "an ARN compared as text with a wildcard",
        "`StringLike` or `StringNotLike` with a wildcard on a key that holds ARNs",
        "In `StringLike` an asterisk runs over colons, from the region into the account and the \
         resource; in `ArnLike` it stays in its component (policy language §3.7).",
    )
    .off()
    .repair(Unsafe)
    .aws(&["STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS"]),
    Rule::new(
        "W0216",
        "many-values-plain-operator",
        Warning,
        "a key with several values under a plain operator",
        "a multivalued key, no set operator",
        "A plain operator does not hold for a request with two values or more (policy language §3.4). \
         `ForAnyValue:` asks for one value that hits, `ForAllValues:` for none that does not.",
    )
    .repair(Unsafe)
    .aws(&["MISSING_QUALIFIER"]),
    Rule::new(
        "W0217",
        "forallvalues-single-value",
        Warning,
        "ForAllValues on a key with one value",
        "`ForAllValues:` on a key that has at most one value",
        "`ForAllValues:` holds where the key is missing (policy language §3.3), so an Allow is open to \
         every request without the key. Leave the set operator out.",
    )
    .repair(Unsafe)
    .aws(&["FORALLVALUES_WITH_SINGLE_VALUED_KEY"]),
    Rule::new(
        "W0218",
        "dependent-action-missing",
        Warning,
        "an action without the actions that it needs",
        "an allowed action whose dependent actions the document allows on nothing",
        "Some calls are checked for several actions: creating a notebook passes a role. The call is \
         denied until the other actions are allowed too.",
    )
    .off(),
    Rule::new(
        "W0219",
        "star-where-scopable",
        Warning,
        "every resource, where the actions could name some",
        "Allow, Resource `*`, no condition, and every action changes resources that have ARNs",
        "The statement lets its holder change every resource of the account. List the ARNs that are \
         meant.",
    )
    .off(),
    Rule::new(
        "W0221",
        "malformed-region",
        Warning,
        "a region that is none",
        "a region in an ARN that does not look like `eu-west-1`",
        "AWS compares the region as text: one that does not exist matches no resource.",
    )
    .aws(&["INVALID_ARN_REGION", "INVALID_REGION"]),
];
