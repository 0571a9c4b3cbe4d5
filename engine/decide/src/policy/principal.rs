//! Values of Principal and NotPrincipal.

use crate::text::Arn;

/// A value of a Principal or NotPrincipal element (policy language §1.5).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::{Policy, PolicyType, PrincipalValue};
/// # use polsim::text::Source;
/// let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
///     "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}}"#;
/// let policy = Policy::parse(&Source::new("trust.json", text), PolicyType::Trust)?.policy;
/// let principal = policy.statements[0].principal.as_ref().expect("a trust policy has one");
/// assert_eq!(principal.values[0].value, PrincipalValue::Service("ec2.amazonaws.com".into()));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
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
        /// The twelve digits of the account id.
        account: Box<str>,
    },
    /// `{"AWS": "arn:aws:iam::…:user/…"}`: an IAM user.
    User(Arn),
    /// `{"AWS": "arn:aws:iam::…:role/…"}`: a role, and every session of it.
    Role(Arn),
    /// `{"AWS": "arn:aws:sts::…:assumed-role/…/…"}`: one session name of a role.
    RoleSession(Arn),
    /// `{"AWS": "arn:aws:sts::…:federated-user/…"}`: a federated user session.
    FederatedUser(Arn),
    /// `{"AWS": "AIDA…"}` or `{"AWS": "AROA…"}`: the unique id of a user or role.
    UniqueId(Box<str>),
    /// `{"Federated": …}`: an identity provider, by ARN or host.
    Provider(Box<str>),
    /// `{"Service": "name.amazonaws.com"}`: an AWS service that calls as itself.
    Service(Box<str>),
    /// `{"CanonicalUser": …}`: the S3 canonical user id of an account.
    CanonicalUser(Box<str>),
    /// A text with a wildcard inside, which AWS never reads as a pattern: it matches nobody
    /// (policy language §1.5, P-1).
    Nobody(Box<str>),
}
