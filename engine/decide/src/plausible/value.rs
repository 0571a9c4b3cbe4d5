//! Values and names: their types, forms and lengths (conditions 8 and 12).

use super::{Condition, Implausible, Shown};
use crate::catalog::{ContextKey, PrincipalKind, keys};
use crate::text::KeyName;

/// Keys whose values are ids of AWS: a prefix, and 8 or 17 hexadecimal digits.
const IDS: [(&str, &str); 3] = [
    (keys::SOURCE_VPCE, "vpce-"),
    (keys::SOURCE_VPC, "vpc-"),
    (keys::EC2_INSTANCE_SOURCE_VPC, "vpc-"),
];

/// Checks the type, number and form of a key's values.
pub(super) fn form(key: &KeyName, values: &[Box<str>]) -> Result<(), Implausible> {
    let row = ContextKey::find(key.as_str());
    let id = IDS.iter().find(|(name, _)| key.is(name)).map(|(_, prefix)| *prefix);
    let fits = |value: &str| {
        row.is_none_or(|row| row.value.admits(value))
            && id.is_none_or(|prefix| is_id(value, prefix))
    };
    let single = row.is_none_or(|row| row.multivalued) || values.len() <= 1;
    match values.iter().find(|value| !fits(value)) {
        Some(value) => Err(Implausible::new(Condition::Value, format!("{key} {value}"))),
        None if !single => Err(Implausible::new(Condition::Value, key.as_str())),
        None => Ok(()),
    }
}

fn is_id(text: &str, prefix: &str) -> bool {
    let Some(digits) = text.strip_prefix(prefix) else { return false };
    let is_hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
    [8, 17].contains(&digits.len()) && digits.bytes().all(is_hex)
}

/// Checks the names of bucket, object, role and session.
pub(super) fn names(shown: &Shown<'_>) -> Result<(), Implausible> {
    let refused = |it: &str| Err(Implausible::new(Condition::Name, it));
    if let Some([_, _, "s3", "", "", path]) = shown.request.resource().components() {
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        if !is_bucket(bucket) || key.len() > 1024 || key.chars().any(char::is_control) {
            return refused(path);
        }
    }
    let principal = shown.request.principal();
    if principal.kind() == PrincipalKind::RoleSession {
        let path = principal.id().splitn(6, ':').nth(5).unwrap_or_default();
        let mut parts = path.split('/').skip(1);
        let (role, session) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        // AWS's own roles may have a colon in front: `aws:ec2-infrastructure`.
        let role = role.strip_prefix("aws:").unwrap_or(role);
        let fits = is_iam_name(role, 1, 64) && is_iam_name(session, 2, 64);
        if !fits && !session.is_empty() {
            return refused(path);
        }
    }
    Ok(())
}

fn is_bucket(name: &str) -> bool {
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b".-".contains(&c);
    (3..=63).contains(&name.len()) && name.bytes().all(plain)
}

/// Tests for a name of IAM: letters, digits and `+=,.@_-`.
fn is_iam_name(name: &str, least: usize, most: usize) -> bool {
    let plain = |c: u8| c.is_ascii_alphanumeric() || b"+=,.@_-".contains(&c);
    (least..=most).contains(&name.len()) && name.bytes().all(plain)
}
