//! W03xx: conditions that do not say what they seem to.

use polsim::text::Severity::{Info, Warning};

use crate::rule::Repair::{Safe, Unsafe};
use crate::rule::Rule;

pub(super) static RULES: &[Rule] = &[
    Rule::new(
        "W0301",
        "deny-without-mfa-misses-long-term-keys",
        Warning,
        "a Deny without MFA that long-term keys pass by",
        "Deny with `Bool {aws:MultiFactorAuthPresent: false}`, or a bound on \
         `aws:MultiFactorAuthAge`, without `IfExists`",
        "Requests signed with long-term access keys do not have the key at all, so the condition does \
         not hold and they are not denied (policy language §6.1). Write `BoolIfExists`.",
    )
    .repair(Unsafe),
    Rule::new(
        "W0302",
        "ifexists-opens-allow",
        Warning,
        "an Allow for requests from everywhere that lack the key",
        "Allow, a positive operator with `IfExists` on a key of the perimeter, and no other such key \
         that must be there",
        "`…IfExists` holds where the key is missing (policy language §3.2): a request that does not \
         cross the endpoint, or comes from no organization, is allowed.",
    )
    .repair(Unsafe),
    Rule::new(
        "W0303",
        "negated-test-opens-allow",
        Warning,
        "an Allow for requests from everywhere but one place",
        "Allow, a negated operator on a key of the perimeter, and no key of the perimeter that must be \
         there",
        "A negated operator holds where the key is missing (policy language §3.2), and everywhere else \
         but at the values listed. Say where requests may come from instead.",
    ),
    Rule::new(
        "W0304",
        "forallvalues-opens-allow",
        Warning,
        "an Allow for requests that leave the key out",
        "Allow, `ForAllValues:` on a multivalued key, and nothing that asks for the key to be there",
        "`ForAllValues:` holds for no values at all (policy language §3.3): a request that leaves the \
         parameter out is allowed. Add `\"Null\": {KEY: \"false\"}`.",
    ),
    Rule::new(
        "W0305",
        "deny-only-if-all-are-bad",
        Warning,
        "a Deny that one approved value opens",
        "Deny, `ForAllValues:` with a negated operator on a multivalued key of the request's parameters",
        "The condition holds only if no value is approved (policy language §3.3): one approved value \
         among others gets the request through. `ForAnyValue:` denies if any value is not approved.",
    )
    .repair(Unsafe),
    Rule::new(
        "W0306",
        "null-with-qualifier",
        Warning,
        "Null with a set operator",
        "`ForAllValues:Null` or `ForAnyValue:Null`",
        "`Null` asks whether the key is there. With `ForAllValues:` it always holds and with \
         `ForAnyValue:` never. Leave the set operator out.",
    )
    .aws(&["NULL_WITH_QUALIFIER"]),
    Rule::new(
        "W0307",
        "wildcard-taken-literally",
        Warning,
        "a wildcard that is compared as a character",
        "`*` or `?` in a value of `StringEquals` and its kin",
        "`StringEquals` compares every character (policy language §3.5). `StringLike` reads `*` and \
         `?` as wildcards; `${*}` and `${?}` are the characters themselves.",
    )
    .repair(Unsafe)
    .aws(&["WILDCARD_WITHOUT_LIKE_OPERATOR"]),
    Rule::new(
        "W0308",
        "private-source-ip",
        Warning,
        "private addresses where AWS sees public ones",
        "`aws:SourceIp` with nothing but private ranges",
        "`aws:SourceIp` is the public address that a request comes from; through a VPC endpoint the key \
         is absent (policy language §6.1). A positive test never holds, a negated one always. The private \
         address is `aws:VpcSourceIp`.",
    )
    .aws(&["PRIVATE_IP_ADDRESS"]),
    Rule::new(
        "W0309",
        "private-range-in-list",
        Info,
        "a private range among public ones",
        "a private range in a list of `aws:SourceIp` that has public ones",
        "`aws:SourceIp` is never a private address (policy language §6.1): the entry changes nothing.",
    )
    .aws(&["PRIVATE_IP_ADDRESS_SUBSET"]),
    Rule::new(
        "W0310",
        "whole-internet",
        Warning,
        "a range of all addresses",
        "`0.0.0.0/0` or `::/0`",
        "The range has every address of its family: the test only asks for the key to be there.",
    ),
    Rule::new(
        "W0311",
        "host-bits",
        Info,
        "an address range with bits behind its mask",
        "bits right of the prefix length are set",
        "The bits are ignored (policy language §3.8): the range is that of the whole network. Write the \
         network, or the address alone.",
    )
    .repair(Safe)
    .aws(&["IMPROVE_IP_RANGE"]),
    Rule::new(
        "W0312",
        "malformed-id-in-value",
        Warning,
        "a value that the key never has",
        "an id of an endpoint, VPC, organization or account, or a type of principals, that is not \
         written as AWS writes them",
        "The value is compared as text, letter case included, and no request has it.",
    )
    .aws(&["INVALID_VPC_FORMAT", "INVALID_VPCE_FORMAT"]),
    Rule::new(
        "W0313",
        "wildcard-over-everyone",
        Warning,
        "a wildcard that restricts to nobody",
        "a pattern of ids or accounts that fits everybody's",
        "Anybody can have an endpoint or an organization: `vpce-*` and `o-*` fit all of them. Name the \
         ids.",
    )
    .aws(&["WILDCARD_USAGE_TOO_PERMISSIVE", "VARIABLE_USAGE_TOO_PERMISSIVE"]),
    Rule::new(
        "W0314",
        "forgeable-key",
        Warning,
        "access by a text that the caller chooses",
        "`aws:UserAgent` or `aws:referer` decides, and no key of the perimeter does",
        "The client writes both headers (policy language §6.1); whoever knows the text passes.",
    )
    .aws(&["UNTRUSTWORTHY_CONDITION_KEY"]),
    Rule::new(
        "W0315",
        "null-is-not-mfa",
        Warning,
        "the presence of the MFA key taken for MFA",
        "Allow with `Null {aws:MultiFactorAuthPresent: false}` and no `Bool … true`",
        "The key is in every request with temporary credentials, as `false` where no MFA was used \
         (policy language §6.1). Ask for `\"Bool\": {\"aws:MultiFactorAuthPresent\": \"true\"}`.",
    ),
    Rule::new(
        "W0316",
        "deprecated-key",
        Info,
        "a condition key that AWS has replaced",
        "a key that has a successor",
        "AWS documents another key in its place; the old one is kept for policies that have it.",
    )
    .repair(Unsafe)
    .aws(&["DEPRECATED_GLOBAL_CONDITION_KEY"]),
    Rule::new(
        "W0318",
        "key-useless-in-endpoint-policy",
        Warning,
        "a key that says nothing behind an endpoint",
        "`aws:SourceIp`, `aws:SourceVpce` or `aws:SourceVpc` in an endpoint policy",
        "A request through an endpoint has no `aws:SourceIp`, and its endpoint and VPC are always the \
         same (policy language §6.1). The caller's private address is `aws:VpcSourceIp`.",
    )
    .aws(&["IRRELEVANT_CONDITION_KEY_IN_POLICY"]),
    Rule::new(
        "W0319",
        "prefix-test-by-negation",
        Warning,
        "a prefix kept out of listings that a shorter one lists",
        "`s3:prefix` in a Deny with a positive operator, or in an Allow with a negated one",
        "The prefix is what the caller asks for. A listing with a shorter prefix, or without one, \
         shows the same names. Allow the prefixes that may be listed instead.",
    )
    .aws(&["S3_PREFIX_IN_NEGATIVE_CONTEXT"]),
    Rule::new(
        "W0320",
        "attributes-without-select",
        Warning,
        "attributes restricted, and all of them returned",
        "Allow with `dynamodb:Attributes` and without `dynamodb:Select`",
        "A read without a projection names no attributes and returns all. Ask for `dynamodb:Select` \
         to be `SPECIFIC_ATTRIBUTES` as well.",
    )
    .aws(&["DYNAMODB_ATTRIBUTES_WITHOUT_SELECT"]),
    Rule::new(
        "W0321",
        "private-address-without-vpc",
        Warning,
        "a private address without its VPC",
        "`aws:VpcSourceIp`, or the private address of an instance, without the VPC it belongs to",
        "Every VPC may use the same private addresses, other accounts' too. Ask for the VPC as well.",
    )
    .aws(&["MISSING_PAIRED_CONDITION_KEYS"]),
    Rule::new(
        "W0322",
        "bool-both-values",
        Info,
        "a truth value that may be either",
        "`Bool` with `true` and `false`",
        "Either value holds, so the test only asks for the key to be there.",
    )
    .aws(&["INVALID_CONDITION_MULTIPLE_BOOLEAN"]),
    Rule::new(
        "W0324",
        "deny-notprincipal-role",
        Warning,
        "a role left out of a Deny whose sessions are not",
        "Deny with NotPrincipal that names a role and no session of it",
        "A request of a session is left out only if NotPrincipal names the session and its role and \
         account (policy language §2.4).",
    )
    .off(),
];
