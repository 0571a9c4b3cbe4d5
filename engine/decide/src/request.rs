//! Requests: who asks for what, on which resource, in which context (policy language §2.4, §5.1, §6).
//!
//! A [`Request`] is built once from its written parts and asked about many times. Context keys are
//! compared without case, a value is kept as text and read by each operator in its own way, and a
//! key that is *absent* is not the same as a key with an empty value. The keys that AWS derives from
//! principal and resource are filled in unless the request is given as complete.

mod call;
mod completion;
mod context;
mod contradiction;
mod derived;
mod note;
mod owner;
mod partial;
mod principal;
mod refused;
mod resource;
mod session_role;

pub use call::CallFacts;
pub use context::{Context, ContextValue};
pub use note::Note;
pub use owner::{Owner, OwnerBasis, ResourceFacts};
pub use partial::{Constraint, PartialRequest, Possible, Presence, Slot};
pub use principal::Principal;
pub use resource::Resource;
pub use session_role::KnownRole;

pub use crate::catalog::PrincipalKind;
pub use crate::text::{Action, ActionError, is_account_id};

use std::fmt;

use crate::catalog::{Refusal, keys};
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
    owner_basis: OwnerBasis,
    management_account: bool,
    credentials: Option<Box<str>>,
    refusal: Option<&'static Refusal>,
    context: Context,
    notes: Vec<Note>,
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
    /// Facts about the call that stand for context keys; only [`Request::as_sent`] reads them.
    pub call: CallFacts<'a>,
    /// Facts about the resource; a complete request has none.
    pub about_resource: ResourceFacts<'a>,
    /// For a session: the role that the policies of the input name.
    pub known_role: Option<KnownRole>,
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
    /// The member of the request: `principal`, `action`, `resource`, `resourceAccount`, `issuer`,
    /// `region`, `now`, `via`, `roleArn`, `credentials`, `absent`, `unknown`.
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
                format!("an account is 12 digits, this has {}", account.chars().count()),
            ));
        }
        let about = if parts.complete { &ResourceFacts::default() } else { &parts.about_resource };
        let told = (&principal, &resource, &context);
        let (resource_account, owner_basis) =
            owner::owner(parts.resource_account, about, told, parts.complete);
        let mut request = Self {
            principal,
            action,
            resource,
            resource_account,
            owner_basis,
            management_account: parts.management_account,
            credentials: parts.call.credentials.map(Box::from),
            refusal: None,
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

    /// The request of these parts as AWS receives it: with the keys that its other facts tell, such as
    /// `aws:RequestedRegion` and keys that repeat another. A complete request stays as it is.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::request::{Request, RequestParts};
    /// let request = Request::as_sent(RequestParts {
    ///     principal: "arn:aws:iam::111122223333:user/alice",
    ///     action: "ec2:StopInstances",
    ///     resource: "arn:aws:ec2:eu-west-1:111122223333:instance/i-0a1b2c3d4e5f60718",
    ///     ..RequestParts::default()
    /// })?;
    /// assert_eq!(request.context().one("aws:RequestedRegion"), Some("eu-west-1"));
    /// assert_eq!(request.context().one("ec2:Region"), Some("eu-west-1"));
    /// # Ok::<(), polsim::request::RequestError>(())
    /// ```
    ///
    /// # Errors
    /// Where a part is not of its form.
    pub fn as_sent(parts: RequestParts<'_>) -> Result<Self, RequestError> {
        let complete = parts.complete;
        let aws_managed = parts.about_resource.aws_managed;
        let mut parts = parts;
        if !complete && !parts.call.is_empty() {
            let plain = Self::new(RequestParts { context: Vec::new(), ..parts.clone() })?;
            parts.call.clone().apply(plain.principal(), &mut parts.context)?;
        }
        if !complete {
            parts.about_resource.clone().apply(parts.resource, &mut parts.context);
        }
        let (mut is_path_known, mut by_condition) = (true, None);
        if !complete {
            (is_path_known, by_condition) = session_role::fill_in(&mut parts);
        }
        let mut request = Self::new(parts)?;
        if !complete {
            if !is_path_known {
                request.principal.forget_path();
            }
            request.notes.extend(by_condition);
            request.refuse_session_as_role()?;
            let mut context = std::mem::take(&mut request.context);
            completion::fill_in(&request, &mut context);
            request.notes.extend(contradiction::notes(&request, &context));
            request.context = context;
            request.refusal = refused::refusal(&request, aws_managed);
        }
        Ok(request)
    }

    /// A role that is passed or assumed is named by its own ARN.
    fn refuse_session_as_role(&self) -> Result<(), RequestError> {
        let of_roles =
            ["iam:PassRole", "sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"];
        let is_session = self.resource.components().is_some_and(|[_, _, service, _, _, rest]| {
            service == "sts" && rest.starts_with("assumed-role/")
        });
        if is_session && of_roles.iter().any(|it| self.action.is(it)) {
            let expected = "a role is passed or assumed by its role ARN, this is a session's";
            return Err(RequestError::new("resource", self.resource.as_str(), expected));
        }
        Ok(())
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

    /// The owner of the resource, and what tells it.
    pub fn owner(&self) -> Owner<'_> {
        let of_aws = self.owner_basis == OwnerBasis::Aws;
        Owner { account: self.resource_account().filter(|_| !of_aws), basis: self.owner_basis }
    }

    /// The fact because of which AWS refuses the call whatever policies say (request notes §3).
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::request::{Request, RequestParts};
    /// let request = Request::as_sent(RequestParts {
    ///     principal: "arn:aws:iam::111122223333:root",
    ///     action: "sts:AssumeRole",
    ///     resource: "arn:aws:iam::111122223333:role/Ops",
    ///     ..RequestParts::default()
    /// })?;
    /// assert_eq!(request.refusal().map(|it| it.fact), Some("root-assumes-role"));
    /// # Ok::<(), polsim::request::RequestError>(())
    /// ```
    pub fn refusal(&self) -> Option<&'static Refusal> {
        self.refusal
    }

    /// The way in which the caller got its credentials, where the request tells it.
    pub fn credentials(&self) -> Option<&str> {
        self.credentials.as_deref()
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
    pub fn notes(&self) -> &[Note] {
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
        let Self { member, text, expected } = self;
        match *member {
            "credentials" => write!(f, "`{text}` cannot be its credentials: {expected}"),
            "absent" => write!(f, "`{text}` is given and called absent"),
            "unknown" => write!(f, "`{text}` cannot be unknown: {expected}"),
            "region" => write!(f, "unknown region `{text}`{expected}"),
            "now" => write!(f, "`{text}` is no time: {expected}"),
            "resourceAccount" => write!(f, "`{text}` is no resource account: {expected}"),
            "roleArn" => write!(f, "`{text}` is not the role of this session: {expected}"),
            "via" => write!(f, "`{text}` cannot forward this call: {expected}"),
            member => write!(f, "`{text}` is no {member}: {expected}"),
        }
    }
}

impl std::error::Error for RequestError {}
