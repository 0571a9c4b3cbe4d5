//! Request shapes: sets of requests that properties are about.
//!
//! All members of a shape must hold, and of a member that lists values one. `not`, `all` and `any`
//! combine shapes. As a scenario writes it:
//!
//! ```yaml
//! from: off-network                     # origins of the scenario's network
//! actions: ["sagemaker:*"]
//! resources: ["arn:aws:sagemaker:*:111122223333:*"]
//! principals: ["arn:aws:iam::111122223333:role/*"]
//! when: {StringNotEquals: {"aws:PrincipalTag/team": "ml"}}
//! not: {when: {Bool: {"aws:ViaAWSService": "true"}}}
//! ```

mod lower;
mod pattern;
mod principal;

use std::fmt;

use crate::network::Network;
use crate::policy::{ActionPattern, Condition, ResourcePattern};
pub(super) use lower::Lowering;
pub use pattern::PatternError;
pub(crate) use pattern::{action_pattern, resource_pattern};
pub(super) use principal::KnownAccounts;
pub use principal::PrincipalPattern;

/// A set of requests. The default is the set of all requests.
///
/// ```
/// # use polsim::prove::RequestShape;
/// let reads = RequestShape::default()
///     .for_actions(["s3:Get*", "s3:List*"])?
///     .on_resources(["arn:aws:s3:::lake/*"])?
///     .of_principals(["arn:aws:iam::111122223333:role/*"])?;
/// assert!(!reads.is_everything());
/// assert!(RequestShape::default().for_actions(["GetObject"]).is_err());
/// # Ok::<(), polsim::prove::PatternError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct RequestShape {
    /// Names of network origins, of which the request comes from one.
    pub from: Option<Vec<Box<str>>>,
    /// Patterns of which one matches the action.
    pub actions: Option<Vec<ActionPattern>>,
    /// Patterns of which one matches the resource.
    pub resources: Option<Vec<ResourcePattern>>,
    /// Patterns of which one matches the principal.
    pub principals: Option<Vec<PrincipalPattern>>,
    /// Conditions that hold, as in a statement.
    pub when: Vec<Condition>,
    /// A shape that the request is not of.
    pub not: Option<Box<Self>>,
    /// Shapes that the request is of.
    pub all: Vec<Self>,
    /// Shapes of which the request has one.
    pub any: Option<Vec<Self>>,
}

/// An origin in a shape that the network does not have.
///
/// ```
/// # use polsim::prove::{Claim, Property, RequestShape, Verifier};
/// let shape = RequestShape::default().coming_from(["office"]);
/// let properties = [Property::new("closed", Claim::Deny, shape, Vec::new())];
/// let refused = Verifier::new(&properties, None).expect_err("there is no network");
/// assert!(refused.to_string().contains("has no `network`"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum OriginError {
    /// The shape names an origin, and there is no network.
    NoNetwork,
    /// The network has no origin of that name.
    Unknown {
        /// Name in the shape.
        name: Box<str>,
        /// Advice: a name that is near, or those that there are.
        help: Box<str>,
    },
}

impl RequestShape {
    /// The requests of the shape that come from one of these origins of the network.
    #[must_use]
    pub fn coming_from<T: Into<Box<str>>>(self, origins: impl IntoIterator<Item = T>) -> Self {
        Self { from: Some(origins.into_iter().map(Into::into).collect()), ..self }
    }

    /// The requests of the shape for one of these actions, written `service:Name` with wildcards.
    ///
    /// # Errors
    /// The first text that is no action.
    pub fn for_actions<'t>(
        self,
        actions: impl IntoIterator<Item = &'t str>,
    ) -> Result<Self, PatternError> {
        let actions = actions.into_iter().map(action_pattern).collect::<Result<_, _>>()?;
        Ok(Self { actions: Some(actions), ..self })
    }

    /// The requests of the shape on one of these resources: ARNs with wildcards and policy
    /// variables, or `*`.
    ///
    /// # Errors
    /// The first text that is no resource.
    pub fn on_resources<'t>(
        self,
        resources: impl IntoIterator<Item = &'t str>,
    ) -> Result<Self, PatternError> {
        let resources = resources.into_iter().map(resource_pattern).collect::<Result<_, _>>()?;
        Ok(Self { resources: Some(resources), ..self })
    }

    /// The requests of the shape that one of these principals makes; see [`PrincipalPattern`].
    ///
    /// # Errors
    /// The first text that names no principal.
    pub fn of_principals<'t>(
        self,
        principals: impl IntoIterator<Item = &'t str>,
    ) -> Result<Self, PatternError> {
        let principals = principals.into_iter().map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self { principals: Some(principals), ..self })
    }

    /// The requests of this shape that are not of the other.
    #[must_use]
    pub fn but_not(self, other: Self) -> Self {
        let all = vec![self, Self { not: Some(Box::new(other)), ..Self::default() }];
        Self { all, ..Self::default() }
    }

    /// Tests whether every request is of the shape, because it says nothing.
    pub fn is_everything(&self) -> bool {
        let Self { from, actions, resources, principals, when, not, all, any } = self;
        let lists = from.is_none() && actions.is_none() && resources.is_none() && any.is_none();
        lists && principals.is_none() && when.is_empty() && not.is_none() && all.is_empty()
    }

    /// Test for an origin that the shape, or a part of it, asks for.
    pub(super) fn names_origins(&self) -> bool {
        let mut parts = self.all.iter().chain(self.any.iter().flatten());
        self.from.is_some() || parts.any(Self::names_origins)
    }

    /// The actions that the shape lists, as texts.
    pub(super) fn action_texts(&self) -> Option<Vec<String>> {
        Some(self.actions.as_ref()?.iter().map(ToString::to_string).collect())
    }

    /// The requests of the shape, whoever makes them.
    pub(super) fn of_anybody(&self) -> Self {
        Self { principals: None, ..self.clone() }
    }

    /// The requests for the actions that the shape lists.
    pub(super) fn only_actions(&self) -> Self {
        Self { actions: self.actions.clone(), ..Self::default() }
    }

    /// Checks that the network has the origins of this shape and of those within.
    pub(super) fn check_origins(&self, network: Option<&Network>) -> Result<(), OriginError> {
        let inner = self.not.as_deref().into_iter().chain(&self.all);
        for shape in inner.chain(self.any.iter().flatten()) {
            shape.check_origins(network)?;
        }
        let Some(names) = &self.from else { return Ok(()) };
        let network = network.ok_or(OriginError::NoNetwork)?;
        names.iter().try_for_each(|name| OriginError::check(network, name))
    }
}

impl OriginError {
    /// Checks that the network has an origin.
    pub(crate) fn check(network: &Network, name: &str) -> Result<(), Self> {
        let unknown = |it: crate::network::UnknownOrigin| Self::Unknown {
            name: name.into(),
            help: it.help.into(),
        };
        network.knows(name).map_err(unknown)
    }
}

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNetwork => f.write_str(
                "`from` names an origin of the network, and the scenario has no `network`",
            ),
            Self::Unknown { name, .. } => write!(f, "the network has no origin `{name}`"),
        }
    }
}

impl std::error::Error for OriginError {}
