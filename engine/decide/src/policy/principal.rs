//! Values of Principal and NotPrincipal.

use crate::text::Arn;

/// One value of a Principal or NotPrincipal element (policy language §1.5).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum PrincipalValue {
    /// `"*"`: everyone, services and anonymous included.
    Everyone,
    /// `{"AWS": "*"}`: the same, unless AWS means signed principals by it (U-06).
    EveryAws,
    /// `{"AWS": "111122223333"}` or `{"AWS": "arn:aws:iam::111122223333:root"}`: the account.
    Account {
        /// The partition, where the ARN form was written.
        partition: Option<Box<str>>,
        /// The twelve digits.
        account: Box<str>,
    },
    /// `{"AWS": "arn:aws:iam::…:user/…"}`.
    User(Arn),
    /// `{"AWS": "arn:aws:iam::…:role/…"}`.
    Role(Arn),
    /// `{"AWS": "arn:aws:sts::…:assumed-role/…/…"}`: one session name of a role.
    RoleSession(Arn),
    /// `{"AWS": "arn:aws:sts::…:federated-user/…"}`.
    FederatedUser(Arn),
    /// `{"AWS": "AIDA…"}` or `{"AWS": "AROA…"}`: the unique id of a user or role.
    UniqueId(Box<str>),
    /// `{"Federated": …}`: an identity provider, by ARN or host.
    Provider(Box<str>),
    /// `{"Service": "name.amazonaws.com"}`.
    Service(Box<str>),
    /// `{"CanonicalUser": …}`: the S3 canonical user id of an account.
    CanonicalUser(Box<str>),
    /// A text with a wildcard inside, which AWS never reads as a pattern: it matches nobody
    /// (policy language §1.5, P-1).
    Nobody(Box<str>),
}
