//! The rules of each policy type: the table of policy language §1.4 with its footnotes.

use super::super::PolicyType;

/// The rules of one policy type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// True if IAM or STS stores the document: their grammar of Resource, Action and Sid applies
    /// (policy language §1.10).
    pub(super) iam_grammar: bool,
    /// True if the document may hold characters up to U+00FF only (policy language §1.1, G-1).
    pub(super) latin_only: bool,
    /// The versions that the type takes.
    pub(super) version: VersionRule,
    /// The principals that a statement names.
    pub(super) principal: PrincipalRule,
    /// True if NotPrincipal may stand for Principal.
    pub(super) not_principal: bool,
    /// The actions that the type takes.
    pub(super) action: ActionRule,
    /// The forms of the resource element that the type takes.
    pub(super) resource: ResourceRule,
    /// The treatment of an incomplete ARN (policy language §2.3).
    pub(super) completion: Completion,
    /// The characters that a Sid may have.
    pub(super) sid: SidRule,
}

/// The rule for the element Version.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum VersionRule {
    /// Either version, or none.
    Any,
    /// Both, but the service that stores it asks for 2012 (U-31).
    PrefersLatest,
    /// 2012 only, and it must be written.
    Latest,
}

/// The rule for the element Principal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum PrincipalRule {
    /// The element is required.
    Any,
    /// The element is required and says `"*"`.
    Everyone,
    /// The element is forbidden.
    Forbidden,
}

/// The rule for the element Action.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ActionRule {
    /// Any action of any service.
    Any,
    /// Actions of services that RCPs apply to; no NotAction.
    Rcp,
    /// The actions that assume a role.
    Trust,
}

/// The rule for the element Resource.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ResourceRule {
    /// Resource or NotResource, one of them.
    Any,
    /// The element is forbidden: the resource is what the policy hangs on.
    Forbidden,
    /// Resource or NotResource, but services that imply the resource leave both out.
    Implied,
    /// Resource only, never NotResource.
    Listed,
}

/// The treatment of an ARN with fewer than six components.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Completion {
    /// The ARN is completed with `*`.
    Always,
    /// The ARN is completed if its last component ends with `*`, else refused.
    AfterRun,
    /// The ARN is completed if it has a wildcard, else it matches nothing.
    WithWildcard,
    /// The ARN is refused.
    Never,
}

/// The rule for the element Sid.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum SidRule {
    /// Any text, given once or more often.
    Any,
    /// Letters and digits, unique in the document.
    Strict,
    /// Should be letters and digits.
    Unusual,
}

impl Rules {
    /// The rules of `policy_type`.
    pub(super) fn of(policy_type: PolicyType) -> Self {
        let identity = Self {
            iam_grammar: true,
            latin_only: true,
            version: VersionRule::PrefersLatest,
            principal: PrincipalRule::Forbidden,
            not_principal: false,
            action: ActionRule::Any,
            resource: ResourceRule::Any,
            completion: Completion::Always,
            sid: SidRule::Strict,
        };
        let resource = Self {
            iam_grammar: false,
            latin_only: false,
            version: VersionRule::Any,
            principal: PrincipalRule::Any,
            not_principal: true,
            resource: ResourceRule::Implied,
            completion: Completion::WithWildcard,
            sid: SidRule::Any,
            ..identity
        };
        match policy_type {
            PolicyType::Identity | PolicyType::Boundary => identity,
            PolicyType::Session => {
                Self { version: VersionRule::Any, completion: Completion::Never, ..identity }
            }
            PolicyType::Scp => Self {
                iam_grammar: false,
                latin_only: false,
                completion: Completion::AfterRun,
                sid: SidRule::Unusual,
                ..identity
            },
            PolicyType::Rcp => Self {
                version: VersionRule::Latest,
                principal: PrincipalRule::Everyone,
                not_principal: false,
                action: ActionRule::Rcp,
                resource: ResourceRule::Any,
                completion: Completion::Never,
                sid: SidRule::Unusual,
                ..resource
            },
            PolicyType::Resource => resource,
            PolicyType::Key => {
                Self { latin_only: true, resource: ResourceRule::Listed, ..resource }
            }
            PolicyType::Trust => Self {
                iam_grammar: true,
                latin_only: true,
                version: VersionRule::PrefersLatest,
                not_principal: false,
                action: ActionRule::Trust,
                resource: ResourceRule::Forbidden,
                sid: SidRule::Strict,
                ..resource
            },
            PolicyType::Endpoint => Self { resource: ResourceRule::Any, ..resource },
        }
    }
}
