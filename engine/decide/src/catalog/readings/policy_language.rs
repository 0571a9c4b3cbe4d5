//! The readings of the policy language: a row for each entry of the register that can change a
//! decision.

use super::{Kind, Reading, Side, Sure, Touches};

/// U-04: an Allow with NotPrincipal.
pub static ALLOW_NOT_PRINCIPAL: Reading = Reading {
    name: "allow-not-principal",
    kind: Kind::Language,
    entry: "U-04",
    about: "an Allow with NotPrincipal",
    default: Side {
        word: "everybody-else",
        says: "AWS lets everybody in whom NotPrincipal does not exempt",
    },
    alternatives: &[Side {
        word: "nobody",
        says: "AWS gives nobody access by an Allow with NotPrincipal",
    }],
    pages: "User guide, NotPrincipal: not supported with Allow; older text: it allows everybody but the listed principals, anonymous included",
    others: "the literal reading is that of older pages; no experiment is known",
    sure: Sure::Likely,
    settle: "name the principals in Principal",
    touches: Touches::EveryRequest,
};

/// U-06: `{"AWS": "*"}` in place of `"*"`.
pub static AWS_WILDCARD: Reading = Reading {
    name: "aws-wildcard",
    kind: Kind::Language,
    entry: "U-06",
    about: "a Principal {\"AWS\": \"*\"}",
    default: Side {
        word: "everyone",
        says: "AWS takes {\"AWS\": \"*\"} as \"*\": services and unsigned callers too",
    },
    alternatives: &[Side {
        word: "signed",
        says: "AWS takes {\"AWS\": \"*\"} as the signed principals of all accounts",
    }],
    pages: "User guide, Principal: \"*\" and {\"AWS\": \"*\"} are equivalent in resource-based policies; the S3 guide words the second as any authenticated principal",
    others: "only examples with the lone asterisk show services",
    sure: Sure::Likely,
    settle: "write \"*\" if services and unsigned callers are meant, and a condition on aws:PrincipalAccount if they are not",
    touches: Touches::EveryRequest,
};

/// U-12: `*` as the Principal of a trust policy.
pub static TRUST_WILDCARD: Reading = Reading {
    name: "trust-wildcard",
    kind: Kind::Language,
    entry: "U-12",
    about: "a Principal \"*\" in a trust policy",
    default: Side { word: "everyone", says: "AWS lets every signed principal assume the role" },
    alternatives: &[Side {
        word: "nobody",
        says: "AWS applies no statement of a trust policy to \"*\"",
    }],
    pages: "User guide, Principal: a role may trust \"*\"; the check reference of Access Analyzer calls it an error",
    others: "roles that trust everybody have been seen in use",
    sure: Sure::Likely,
    settle: "name the accounts that may assume the role",
    touches: Touches::EveryRequest,
};

/// U-13: a wildcard before the last component of Resource.
pub static WILDCARD_COLONS: Reading = Reading {
    name: "wildcard-colons",
    kind: Kind::Language,
    entry: "U-13",
    about: "a wildcard in a component of Resource before the last",
    default: Side {
        word: "trailing",
        says: "AWS stretches an asterisk over colons where it ends a component, and no other wildcard",
    },
    alternatives: &[
        Side { word: "never", says: "AWS keeps every wildcard inside its component" },
        Side {
            word: "any",
            says: "AWS matches the whole ARN as one text, so that every wildcard may cross colons",
        },
    ],
    pages: "User guide, Resource: an asterisk that ends a component may stretch over the following colons; older pages of ARNs and S3: a wildcard stays inside its component",
    others: "Cloud Copilot's simulator: never; some testers match the whole text",
    sure: Sure::Likely,
    settle: "write every component of the ARN, so that no resource has more colons than the pattern",
    touches: Touches::EveryRequest,
};

/// U-14: a variable without value under negation.
pub static UNRESOLVED_VARIABLE: Reading = Reading {
    name: "unresolved-variable",
    kind: Kind::Language,
    entry: "U-14",
    about: "a policy variable without value under a negated operator or in NotResource",
    default: Side {
        word: "holds",
        says: "AWS takes it as text that matches nothing, so that the negation holds",
    },
    alternatives: &[Side {
        word: "fails",
        says: "AWS lets the negated condition, or the NotResource, fail",
    }],
    pages: "User guide, Variables: a Deny with StringNotEquals and a variable of a missing tag denies; no word of NotResource",
    others: "Cloud Copilot's simulator lets it fail",
    sure: Sure::Likely,
    settle: "give the variable a default, or require the key with Null",
    touches: Touches::EveryRequest,
};

/// U-15: a requester of whom NotPrincipal lists some identities and not all.
pub static NOT_PRINCIPAL_PARTIAL: Reading = Reading {
    name: "not-principal-partial",
    kind: Kind::Language,
    entry: "U-15",
    about: "a NotPrincipal that names a principal without its account, its role or its session",
    default: Side {
        word: "denied",
        says: "AWS denies a principal of which NotPrincipal lists a part only",
    },
    alternatives: &[Side {
        word: "exempt",
        says: "AWS exempts a principal of which NotPrincipal lists a part",
    }],
    pages: "User guide, NotPrincipal: if the account is left out, the account that contains the principal may be treated as not listed; likewise the role of a session",
    others: "Cloud Copilot's simulator exempts on any partial match, and marks that as untested",
    sure: Sure::Likely,
    settle: "list the account, the role and the session too, or write Principal \"*\" with ArnNotEquals on aws:PrincipalArn",
    touches: Touches::EveryRequest,
};

/// U-16: a plain operator on several values.
pub static SEVERAL_VALUES: Reading = Reading {
    name: "several-values",
    kind: Kind::Language,
    entry: "U-16",
    about: "a plain operator on a key with two values or more",
    default: Side {
        word: "none",
        says: "AWS lets a plain operator fail on two values or more, negated or not",
    },
    alternatives: &[Side {
        word: "any",
        says: "AWS takes a plain operator on several values as if for any of them, and its negation for none",
    }],
    pages: "the pages require a set operator and define nothing else",
    others: "Cloud Copilot's simulator, after a session of re:Inforce 2025: fails; MinIO: any value",
    sure: Sure::Likely,
    settle: "write ForAnyValue or ForAllValues in front of the operator",
    touches: Touches::SeveralValues,
};

/// U-17: `IfExists` after `ForAnyValue`.
pub static SET_IF_EXISTS: Reading = Reading {
    name: "set-if-exists",
    kind: Kind::Language,
    entry: "U-17",
    about: "ForAnyValue with IfExists on a missing key",
    default: Side {
        word: "ignored",
        says: "AWS ignores IfExists after ForAnyValue: a missing key fails",
    },
    alternatives: &[Side { word: "exists", says: "AWS lets a missing key pass, as IfExists says" }],
    pages: "the grammar accepts the suffix; an example has ForAllValues:StringNotLikeIfExists, where it makes no difference",
    others: "Cloud Copilot's operator reference: ignored",
    sure: Sure::Likely,
    settle: "write the condition without IfExists, or test the key with Null",
    touches: Touches::EveryRequest,
};

/// U-19: a variable in the value of Bool.
pub static BOOL_VARIABLE: Reading = Reading {
    name: "bool-variable",
    kind: Kind::Language,
    entry: "U-19",
    about: "a policy variable in the value of Bool",
    default: Side {
        word: "literal",
        says: "AWS does not fill in a variable of Bool, so that it matches nothing",
    },
    alternatives: &[Side {
        word: "substituted",
        says: "AWS fills in a variable of Bool and compares the texts",
    }],
    pages: "User guide, Condition operators: variables may be used with Bool; Variables and the check reference: with String and ARN operators only",
    others: "no experiment is known",
    sure: Sure::Likely,
    settle: "write true or false",
    touches: Touches::EveryRequest,
};

/// U-20: an IPv6 address without prefix length.
pub static BARE_IPV6: Reading = Reading {
    name: "bare-ipv6",
    kind: Kind::Language,
    entry: "U-20",
    about: "an IPv6 address without prefix length",
    default: Side { word: "prefix-128", says: "AWS takes it as that one address" },
    alternatives: &[Side {
        word: "prefix-32",
        says: "AWS takes it as a range of prefix length 32",
    }],
    pages: "User guide, IP address operators: without a prefix length, IAM uses /32; the sentence speaks of addresses of either family",
    others: "a length of 32 makes no sense for IPv6; no experiment is known",
    sure: Sure::Likely,
    settle: "write the prefix length",
    touches: Touches::EveryRequest,
};

/// U-22: a condition with an empty list.
pub static EMPTY_LIST: Reading = Reading {
    name: "empty-list",
    kind: Kind::Language,
    entry: "U-22",
    about: "a condition with an empty list of values",
    default: Side {
        word: "presence",
        says: "AWS lets the key's presence decide, and a plain operator hit nothing",
    },
    alternatives: &[Side { word: "ignored", says: "AWS ignores the condition" }],
    pages: "the check reference: IfExists and ForAllValues match only if the key is missing, ForAnyValue never; else the empty list does not affect the policy",
    others: "no experiment is known",
    sure: Sure::Likely,
    settle: "take the condition out, or list a value",
    touches: Touches::EveryRequest,
};

/// U-24: a grant to a session that its session policy does not allow.
pub static SESSION_GRANT: Reading = Reading {
    name: "session-grant",
    kind: Kind::Language,
    entry: "U-24",
    about: "a resource policy that names a session which its session policy does not allow",
    default: Side { word: "grants", says: "AWS lets the grant to the session's own ARN stand" },
    alternatives: &[Side {
        word: "limited",
        says: "AWS lets the session policy limit a grant to the session's own ARN",
    }],
    pages: "User guide, Session policies: permissions of a resource policy that names the session are added to those of the session policy",
    others: "Cloud Copilot's simulator lets the session policy limit it",
    sure: Sure::Likely,
    settle: "allow the action in the session policy too",
    touches: Touches::EveryRequest,
};

/// U-26: a wildcard grant to a federated user without session policy.
pub static FEDERATED_WILDCARD: Reading = Reading {
    name: "federated-wildcard",
    kind: Kind::Language,
    entry: "U-26",
    about: "a grant to \"*\" and a federated user without session policy",
    default: Side {
        word: "grants",
        says: "AWS lets a grant to \"*\" reach a federated user without session policy",
    },
    alternatives: &[Side {
        word: "denied",
        says: "AWS gives such a federated user what names its session, and nothing else",
    }],
    pages: "User guide, GetFederationToken: without session policy it has no permissions but those of resource policies that name the session",
    others: "no experiment is known",
    sure: Sure::Likely,
    settle: "pass a session policy, or name the session",
    touches: Touches::EveryRequest,
};

/// U-27: a grant to the requester's own account.
pub static OWN_ACCOUNT_GRANT: Reading = Reading {
    name: "own-account-grant",
    kind: Kind::Language,
    entry: "U-27",
    about: "a resource policy that grants to the requester's own account",
    default: Side { word: "delegates", says: "AWS lets the account's identity policies decide" },
    alternatives: &[Side { word: "grants", says: "AWS lets every principal of the account in" }],
    pages: "User guide, Principal: naming the account delegates to it",
    others: "an experiment on re:Post agrees; examples of some services suggest that it grants",
    sure: Sure::Likely,
    settle: "name the users and roles",
    touches: Touches::EveryRequest,
};

/// U-32: an SCP or RCP that denies a call without permission.
pub static ORGANIZATION_DENIES_ANY: Reading = Reading {
    name: "organization-denies-any",
    kind: Kind::Language,
    entry: "U-32",
    about: "an SCP or RCP that denies a call which needs no permission",
    default: Side {
        word: "allowed",
        says: "AWS allows sts:GetCallerIdentity and sts:GetSessionToken whatever any policy denies",
    },
    alternatives: &[Side { word: "denied", says: "AWS lets SCPs and RCPs deny them" }],
    pages: "STS reference, GetCallerIdentity: no permissions are required, and an explicit deny of an IAM policy has no effect; organization policies are not mentioned",
    others: "no experiment is known",
    sure: Sure::Likely,
    settle: "leave these calls out of the Deny",
    touches: Touches::EveryRequest,
};

/// U-33: an account as the Principal of an endpoint policy.
pub static ENDPOINT_ACCOUNT: Reading = Reading {
    name: "endpoint-account",
    kind: Kind::Language,
    entry: "U-33",
    about: "an endpoint policy whose Allow names an account",
    default: Side {
        word: "principals",
        says: "AWS lets every principal of the account through the endpoint",
    },
    alternatives: &[Side {
        word: "root",
        says: "AWS lets nobody but the account's root user through",
    }],
    pages: "PrivateLink guide, gateway endpoints: an account as Principal means its root user only; no word of interface endpoints",
    others: "no experiment is known",
    sure: Sure::Likely,
    settle: "write Principal \"*\" with a condition on aws:PrincipalAccount",
    touches: Touches::EveryRequest,
};
