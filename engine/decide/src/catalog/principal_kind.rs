//! The kinds of principals.

/// The kinds of requesters (policy language §2.4).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::PrincipalKind;
/// assert_eq!(PrincipalKind::RoleSession.principal_type(), Some("AssumedRole"));
/// assert_eq!(PrincipalKind::ALL.len(), 7);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum PrincipalKind {
    /// A caller without a signature.
    Anonymous,
    /// A session made by GetFederationToken.
    FederatedUser,
    /// The unsigned caller of AssumeRoleWithSAML or AssumeRoleWithWebIdentity, known by provider.
    Provider,
    /// A session of a role, however it was assumed.
    RoleSession,
    /// The root user of an account.
    Root,
    /// An AWS service that calls as itself.
    Service,
    /// An IAM user of an account.
    User,
}

impl PrincipalKind {
    /// The kinds, of which each request has exactly one.
    pub const ALL: [Self; 7] = [
        Self::Anonymous,
        Self::FederatedUser,
        Self::Provider,
        Self::RoleSession,
        Self::Root,
        Self::Service,
        Self::User,
    ];

    /// The kinds that belong to an account: the same that have an ARN.
    pub const WITH_ACCOUNT: [Self; 4] =
        [Self::FederatedUser, Self::RoleSession, Self::Root, Self::User];

    /// The value of `aws:PrincipalType` (policy language §4).
    pub fn principal_type(self) -> Option<&'static str> {
        match self {
            Self::Anonymous => Some("Anonymous"),
            Self::FederatedUser => Some("FederatedUser"),
            Self::RoleSession => Some("AssumedRole"),
            Self::Root => Some("Account"),
            Self::User => Some("User"),
            Self::Provider | Self::Service => None,
        }
    }
}
