//! A CloudTrail record, borrowed from its text. What a replay does not need is left unread, and
//! what it may need is kept as text until it is asked for.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// A text of a record; numbers and Booleans are their spelling.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

/// The members of a record that a replay reads.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Record<'a> {
    #[serde(borrow)]
    pub(crate) event_version: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) user_identity: Option<Identity<'a>>,
    #[serde(borrow)]
    pub(crate) event_time: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) event_source: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) event_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) aws_region: Option<Text<'a>>,
    #[serde(borrow, rename = "sourceIPAddress")]
    pub(crate) source_ip_address: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) user_agent: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) error_code: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) request_parameters: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) additional_event_data: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) event_context: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) resources: Option<&'a RawValue>,
    #[serde(borrow, rename = "eventID")]
    pub(crate) event_id: Option<Text<'a>>,
    #[serde(borrow, rename = "sharedEventID")]
    pub(crate) shared_event_id: Option<Text<'a>>,
    #[serde(borrow, rename = "requestID")]
    pub(crate) request_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) event_type: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) event_category: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) recipient_account_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) vpc_endpoint_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) vpc_endpoint_account_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) session_credential_from_console: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) tls_details: Option<Tls<'a>>,
    #[serde(borrow)]
    pub(crate) addendum: Option<&'a RawValue>,
    /// The record inside an EventBridge envelope.
    #[serde(borrow)]
    pub(crate) detail: Option<&'a RawValue>,
    /// The record inside an entry of a `LookupEvents` answer, as text.
    #[serde(rename = "CloudTrailEvent")]
    pub(crate) cloud_trail_event: Option<String>,
}

/// The caller as CloudTrail writes it.
#[expect(clippy::struct_field_names, reason = "the names are CloudTrail's")]
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Identity<'a> {
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) principal_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) arn: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) account_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) user_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) invoked_by: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) identity_provider: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) session_context: Option<Session<'a>>,
    #[serde(borrow)]
    pub(crate) in_scope_of: Option<Scope<'a>>,
}

/// The session of temporary credentials.
#[expect(clippy::struct_field_names, reason = "the names are CloudTrail's")]
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Session<'a> {
    #[serde(borrow)]
    pub(crate) session_issuer: Option<Issuer<'a>>,
    #[serde(borrow)]
    pub(crate) attributes: Option<Attributes<'a>>,
    #[serde(borrow)]
    pub(crate) source_identity: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) ec2_role_delivery: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) assumed_root: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) web_id_federation_data: Option<Federation<'a>>,
}

/// The role or user that issued the credentials.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Issuer<'a> {
    #[serde(borrow)]
    pub(crate) arn: Option<Text<'a>>,
}

/// The attributes of a session.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Attributes<'a> {
    #[serde(borrow)]
    pub(crate) creation_date: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) mfa_authenticated: Option<Text<'a>>,
}

/// The identity provider of a session.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Federation<'a> {
    #[serde(borrow)]
    pub(crate) federated_provider: Option<Text<'a>>,
}

/// The instance or function that the credentials were issued to.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Scope<'a> {
    #[serde(borrow)]
    pub(crate) issuer_type: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) credentials_issued_to: Option<Text<'a>>,
}

/// The connection of the request.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Tls<'a> {
    #[serde(borrow)]
    pub(crate) tls_version: Option<Text<'a>>,
}

/// A resource that a record names.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Named<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(borrow, rename = "ARN", alias = "arn")]
    arn: Option<Text<'a>>,
    #[serde(borrow, rename = "ARNPrefix")]
    arn_prefix: Option<Text<'a>>,
    #[serde(borrow, rename = "accountId")]
    account: Option<Text<'a>>,
}

impl Named<'_> {
    /// The type of the resource.
    pub(crate) fn kind(&self) -> Option<&str> {
        self.kind.as_ref().map(|it| &*it.0)
    }

    /// The ARN.
    pub(crate) fn arn(&self) -> Option<&str> {
        self.arn.as_ref().map(|it| &*it.0)
    }

    /// The beginning of the ARN of what was not named one by one.
    pub(crate) fn arn_prefix(&self) -> Option<&str> {
        self.arn_prefix.as_ref().map(|it| &*it.0)
    }

    /// The account that owns the resource.
    pub(crate) fn account(&self) -> Option<&str> {
        self.account.as_ref().map(|it| &*it.0)
    }
}

impl<'a> Record<'a> {
    #[expect(clippy::ref_option, reason = "members of records are options")]
    /// The text of a member, empty where it is missing.
    pub(crate) fn text<'t>(member: &'t Option<Text<'_>>) -> &'t str {
        member.as_ref().map(|it| &*it.0).unwrap_or_default()
    }

    /// The resources that the record names.
    pub(crate) fn named(&self) -> Vec<Named<'a>> {
        self.resources.and_then(|it| serde_json::from_str(it.get()).ok()).unwrap_or_default()
    }

    /// A member that is kept as text, as a value.
    pub(crate) fn value(member: Option<&RawValue>) -> Value {
        member.and_then(|it| serde_json::from_str(it.get()).ok()).unwrap_or_default()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;
        impl<'de> Visitor<'de> for Scalar {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
            fn visit_bool<E>(self, value: bool) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(if value { "true" } else { "false" })))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(value.to_string())))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(value.to_string())))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(value.to_string())))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text<'de>, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Err(A::Error::custom("an object in the place of a text"))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Text<'de>, A::Error> {
                Err(A::Error::custom("a list in the place of a text"))
            }
        }
        deserializer.deserialize_any(Scalar)
    }
}
