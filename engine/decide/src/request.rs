//! Requests: who asks for what, on which resource, in which context (policy language §2.4, §5.1, §6).
//!
//! A [`Request`] is built once from its written parts and asked about many times. Context keys are
//! compared without case, a value is kept as text and read by each operator in its own way, and a
//! key that is *absent* is not the same as a key with an empty value. The keys that AWS derives from
//! principal and resource are filled in unless the request is given as complete.

mod context;
mod derived;
mod principal;
mod resource;

pub use context::{Context, ContextValue};
pub use principal::Principal;
pub use resource::Resource;

pub use crate::catalog::PrincipalKind;
pub use crate::text::{Action, ActionError, is_account_id};

use std::fmt;

use crate::catalog::keys;
use crate::text::{Arn, KeyName, Variables};

/// A request as the authorization engine of AWS sees it.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::{Request, RequestParts};
/// let request = Request::new(RequestParts {
///     principal: "arn:aws:iam::111122223333:user/alice",
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::bucket/key",
///     ..RequestParts::default()
/// })?;
/// assert_eq!(request.context().one("aws:username"), Some("alice"));
/// assert_eq!(request.context().one("aws:SourceIp"), None);
/// # Ok::<(), polsim::request::RequestError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    principal: Principal,
    action: Action,
    resource: Resource,
    resource_account: Option<Box<str>>,
    management_account: bool,
    context: Context,
    notes: Vec<String>,
}

/// The written parts of a request. [`RequestParts::default`] is all empty.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::{Request, RequestParts};
/// let parts = RequestParts {
///     principal: "sagemaker.amazonaws.com",
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::bucket/key",
///     resource_account: Some("111122223333"),
///     context: vec![("aws:SourceAccount".into(), "111122223333".into())],
///     ..RequestParts::default()
/// };
/// let request = Request::new(parts)?;
/// assert_eq!(request.context().one("aws:PrincipalIsAWSService"), Some("true"));
/// # Ok::<(), polsim::request::RequestError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct RequestParts<'a> {
    /// An ARN, a service principal, `federated:<provider>` or `anonymous`.
    pub principal: &'a str,
    /// The requested action, `service:Name`.
    pub action: &'a str,
    /// An ARN, or `*` for actions without a resource.
    pub resource: &'a str,
    /// The account that owns the resource, where the ARN and the context do not say.
    pub resource_account: Option<&'a str>,
    /// For a federated user session: the ARN of the IAM user that called GetFederationToken.
    pub issuer: Option<&'a str>,
    /// Keys and values of the context, in any order.
    pub context: Vec<(KeyName, ContextValue)>,
    /// Nothing is filled in: a key that is not listed is absent.
    pub complete: bool,
    /// The requester lives in the organization's management account.
    pub management_account: bool,
}

/// The error of building a [`Request`]: the part that cannot be read, and what was expected.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::{Request, RequestParts};
/// let refused = Request::new(RequestParts { action: "GetObject", ..RequestParts::default() });
/// let refused = refused.unwrap_err();
/// assert_eq!(refused.member, "action");
/// assert_eq!(
///     refused.to_string(),
///     "`GetObject` is no action: an action is written `service:Name`",
/// );
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequestError {
    /// The member of the request: `principal`, `action`, `resource`, `resourceAccount`, `issuer`.
    pub member: &'static str,
    /// The text of that member.
    pub text: String,
    /// The form that was expected, in the words of a message.
    pub expected: String,
}

impl Request {
    /// The request of these parts.
    ///
    /// # Errors
    /// The first part that is not of its form.
    pub fn new(parts: RequestParts<'_>) -> Result<Self, RequestError> {
        let action: Action = parts.action.parse().map_err(|error: ActionError| {
            RequestError::new("action", parts.action, error.to_string())
        })?;
        let resource: Resource = parts.resource.parse().map_err(|error| {
            RequestError::new(
                "resource",
                parts.resource,
                format!("a resource is an ARN or `*`: {error}"),
            )
        })?;
        let (mut context, mut notes) = Context::new(parts.context);
        let issuer = match parts.issuer {
            Some(text) => Some(text.parse::<Arn>().map_err(|error| {
                RequestError::new(
                    "issuer",
                    text,
                    format!("the issuer is the ARN of a user: {error}"),
                )
            })?),
            None => None,
        };
        let principal = Principal::parse(parts.principal, &context, issuer)
            .map_err(|expected| RequestError::new("principal", parts.principal, expected))?;
        if let Some(account) = parts.resource_account
            && !is_account_id(account)
        {
            return Err(RequestError::new(
                "resourceAccount",
                account,
                "an account id has twelve digits",
            ));
        }
        let resource_account = parts
            .resource_account
            .or_else(|| context.one(keys::RESOURCE_ACCOUNT))
            .or_else(|| resource.account())
            .or_else(|| principal.account())
            .map(Box::from);
        let mut request = Self {
            principal,
            action,
            resource,
            resource_account,
            management_account: parts.management_account,
            context: Context::default(),
            notes: Vec::new(),
        };
        if !parts.complete {
            derived::fill_in(&request, &mut context, &mut notes);
        }
        request.context = context;
        request.notes = notes;
        Ok(request)
    }

    /// The same request through the endpoint `id`: `aws:SourceVpce` is filled in where the context
    /// does not have it.
    #[must_use]
    pub fn through_endpoint(mut self, id: &str) -> Self {
        self.context.fill_in(&KeyName::from_static(keys::SOURCE_VPCE), id);
        self
    }

    /// The principal that makes the request.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The requested action, a single one.
    pub fn action(&self) -> &Action {
        &self.action
    }

    /// The resource that the request targets.
    pub fn resource(&self) -> &Resource {
        &self.resource
    }

    /// The account that owns the resource: as given, else `aws:ResourceAccount`, else the account in
    /// the ARN, else the principal's.
    pub fn resource_account(&self) -> Option<&str> {
        self.resource_account.as_deref()
    }

    /// True if the principal lives in the organization's management account, which SCPs do not limit
    /// (policy language §5.2).
    pub fn in_management_account(&self) -> bool {
        self.management_account
    }

    /// The context keys and their values, the derived ones included.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The assumptions that were made about the request, and its ambiguities, in sentences.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

impl Variables for Request {
    fn values(&self, key: &KeyName) -> &[Box<str>] {
        self.context.values(key)
    }
}

impl RequestError {
    fn new(member: &'static str, text: &str, expected: impl Into<String>) -> Self {
        Self { member, text: text.to_owned(), expected: expected.into() }
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.member == "resourceAccount" { "resource account" } else { self.member };
        write!(f, "`{}` is no {what}: {}", self.text, self.expected)
    }
}

impl std::error::Error for RequestError {}
