//! The role behind a session, where something tells its path (request notes §4.1).

use super::{ContextValue, Note, RequestParts};
use crate::catalog::{keys, special_role};
use crate::text::KeyName;

/// A role that the policies of an input name, for a session's path.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::{KnownRole, Request, RequestParts};
/// let role = "arn:aws:iam::111122223333:role/teams/Trainer".to_owned();
/// let request = Request::as_sent(RequestParts {
///     principal: "arn:aws:sts::111122223333:assumed-role/Trainer/s1",
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::bucket/key",
///     known_role: Some(KnownRole { arn: role.clone(), by_condition: false }),
///     ..RequestParts::default()
/// })?;
/// assert_eq!(request.context().one("aws:PrincipalArn"), Some(&*role));
/// # Ok::<(), polsim::request::RequestError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KnownRole {
    /// The ARN of the role.
    pub arn: String,
    /// Only a condition names it, and AWS does not check conditions.
    pub by_condition: bool,
}

/// Adds the ARN of a session's role to the context where something tells it; tells whether the path
/// is certain, with a remark where a condition tells it.
pub(super) fn fill_in(parts: &mut RequestParts<'_>) -> (bool, Option<Note>) {
    if parts.context.iter().any(|(key, _)| key.is(keys::PRINCIPAL_ARN)) {
        return (true, None);
    }
    let known = parts.known_role.take();
    let by_condition = known.as_ref().is_some_and(|it| it.by_condition);
    let role = known.map(|it| it.arn).or_else(|| linked(parts.principal));
    let is_known = role.is_some() && !by_condition;
    let note = role.as_ref().filter(|_| by_condition).map(|arn| {
        let text = format!(
            "`{}` is taken to be `{arn}`: a condition names this role, and AWS does not check \
             conditions",
            keys::PRINCIPAL_ARN
        );
        Note::new("role-by-condition", text)
    });
    let arn = role.map(|arn| ContextValue::One(arn.into()));
    parts.context.extend(arn.map(|it| (KeyName::from_static(keys::PRINCIPAL_ARN), it)));
    (is_known, note)
}

/// The ARN of the service-linked role of this session, where its name tells the service.
fn linked(session: &str) -> Option<String> {
    let (head, rest) = session.split_once(":assumed-role/")?;
    let role = special_role::linked_role(rest.split('/').next()?)?;
    let mut parts = head.splitn(5, ':').skip(1);
    let (partition, _, _, account) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    Some(format!("arn:{partition}:iam::{account}:{role}"))
}
