//! Fields: the independent texts that a request is made of.

use polsim_decide::text::KeyName;

/// Independent text of a request. Each field is written as a context key that no request has, so that
/// "this field matches that pattern" is an ordinary atom.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Field {
    /// The requester's account: twelve digits.
    Account,
    /// The name of a federated user session.
    FederatedName,
    /// The text after `user/` in the ARN of the user that made a federated session.
    IssuerTail,
    /// The requester's partition, where it has an ARN.
    Partition,
    /// The identity provider of an unsigned caller.
    Provider,
    /// The account that owns the resource.
    ResourceAccount,
    /// The partition in the resource's ARN.
    ResourcePartition,
    /// The region in the resource's ARN.
    ResourceRegion,
    /// The text after the fifth colon of the resource's ARN.
    ResourceRest,
    /// The service in the resource's ARN.
    ResourceService,
    /// The text in the account's place where the owner's account is not: nothing, or a word.
    ResourceWord,
    /// The unique id of a role.
    RoleId,
    /// The text after `role/` in the role's ARN: path and name.
    RoleTail,
    /// The name of a service principal.
    Service,
    /// The name of a role session.
    SessionName,
    /// The unique id of a user.
    UserId,
    /// The name of a user.
    UserName,
    /// The path of a user: empty, or ending in a slash.
    UserPath,
}

/// Independent truth value of a request: its key is present where it holds.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Flag {
    /// The resource's ARN has the owner's account in it.
    NamesOwner,
    /// The request has no resource: it is `*`.
    NoResource,
}

/// Prefix of the names of all fields and flags. No key of AWS has such a name; in a policy it
/// is taken for a key that no request has.
pub(super) const PREFIX: &str = "\u{2060}request/";

macro_rules! names {
    ($type:ident, $all:ident: $($variant:ident = $name:literal),* $(,)?) => {
        impl $type {
            /// The complete list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The reserved key that stands for it.
            pub const fn key(self) -> KeyName {
                match self {
                    $(Self::$variant => {
                        const KEY: KeyName =
                            KeyName::from_static(concat!("\u{2060}request/", $name));
                        KEY
                    })*
                }
            }

            /// The field or flag that a reserved key stands for.
            pub fn of(key: &KeyName) -> Option<Self> {
                if !is_reserved(key) {
                    return None;
                }
                Self::ALL.iter().copied().find(|it| *key == it.key())
            }
        }
    };
}

names! { Field, ALL:
    Account = "account",
    FederatedName = "federated-name",
    IssuerTail = "issuer",
    Partition = "partition",
    Provider = "provider",
    ResourceAccount = "resource-account",
    ResourcePartition = "resource-partition",
    ResourceRegion = "resource-region",
    ResourceRest = "resource",
    ResourceService = "resource-service",
    ResourceWord = "resource-word",
    RoleId = "role-id",
    RoleTail = "role",
    Service = "service",
    SessionName = "session",
    UserId = "user-id",
    UserName = "user-name",
    UserPath = "user-path",
}

names! { Flag, ALL:
    NamesOwner = "names-owner",
    NoResource = "no-resource",
}

impl Field {
    /// Tests for a field whose values are account ids: of one length and without letters.
    pub fn is_account(self) -> bool {
        matches!(self, Self::Account | Self::ResourceAccount)
    }
}

/// Tests for a key that stands for a field or a flag.
pub fn is_reserved(key: &KeyName) -> bool {
    // Names of keys are equal without letter case (policy language §3.1).
    key.as_str().get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}
