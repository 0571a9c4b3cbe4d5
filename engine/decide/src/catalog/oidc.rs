//! Shared identity providers: anybody gets tokens from them (lint notes §4.5; IAM User Guide,
//! "Identity-provider controls for shared OIDC providers").

use crate::text::TextSet;

/// A shared provider, and the claims that tell its customers apart.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::oidc::OidcProvider;
/// let github = OidcProvider::find("token.actions.githubusercontent.com").unwrap();
/// assert!(github.claims().any(|claim| claim == "sub"));
/// assert!(github.owner_in("token.actions.githubusercontent.com:aud").is_none());
/// ```
#[derive(Debug)]
pub struct OidcProvider {
    host: &'static str,
    claims: &'static [(&'static str, OwnerIn)],
}

/// The part of a claim that names its owner.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::oidc::OwnerIn;
/// # use polsim::text::{Pattern, TextSet};
/// let subject = TextSet::of(&Pattern::wildcard("repo:acme/*"));
/// assert!(!subject.meets(&OwnerIn::Repository.of_somebody()));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OwnerIn {
    /// Text up to the first slash: `acme/web`.
    Path,
    /// Text between `project_path:` and the first slash.
    ProjectPath,
    /// Text between `repo:` and the first slash.
    Repository,
    /// The whole claim.
    Whole,
}

/// An owner that no document names.
const SOMEBODY: &str = "polsim-somebody";

use OwnerIn::{Path, ProjectPath, Repository, Whole};

const SUB: &[(&str, OwnerIn)] = &[("sub", Whole)];

#[rustfmt::skip]
const ROWS: &[OidcProvider] = &[
    OidcProvider { host: "accounts.google.com", claims: &[("aud", Whole), ("sub", Whole), ("email", Whole)] },
    OidcProvider { host: "agent.buildkite.com", claims: SUB },
    OidcProvider { host: "api.pulumi.com/oidc", claims: &[("aud", Whole)] },
    OidcProvider { host: "app.terraform.io", claims: SUB },
    OidcProvider { host: "cognito-identity.amazonaws.com", claims: &[("aud", Whole)] },
    OidcProvider { host: "gitlab.com", claims: &[("sub", ProjectPath), ("namespace_path", Whole), ("project_path", Path)] },
    OidcProvider { host: "graph.facebook.com", claims: &[("app_id", Whole), ("id", Whole)] },
    OidcProvider { host: "oidc-configuration.audit-log.githubusercontent.com", claims: SUB },
    OidcProvider { host: "oidc.codefresh.io", claims: SUB },
    OidcProvider { host: "oidc.vercel.com", claims: &[("aud", Whole)] },
    OidcProvider { host: "proidc.upbound.io", claims: SUB },
    OidcProvider { host: "sandboxes.cloud", claims: &[("aud", Whole)] },
    OidcProvider { host: "scalr.io", claims: SUB },
    OidcProvider { host: "studio.datachain.ai/api", claims: SUB },
    OidcProvider { host: "token.actions.githubusercontent.com", claims: &[
        ("sub", Repository), ("repository", Path), ("repository_owner", Whole), ("repository_id", Whole),
        ("repository_owner_id", Whole), ("job_workflow_ref", Path), ("enterprise", Whole), ("enterprise_id", Whole),
    ] },
    OidcProvider { host: "tokens.cloud.shisho.dev", claims: SUB },
    OidcProvider { host: "vstoken.actions.githubusercontent.com", claims: SUB },
    OidcProvider { host: "www.amazon.com", claims: &[("app_id", Whole), ("user_id", Whole), ("sub", Whole)] },
];

impl OidcProvider {
    /// The shared provider at this host and path; none for a provider of one customer.
    pub fn find(host: &str) -> Option<&'static Self> {
        ROWS.iter().find(|row| row.host.eq_ignore_ascii_case(host))
    }

    /// The claims that tell its customers apart.
    pub fn claims(&self) -> impl Iterator<Item = &'static str> {
        self.claims.iter().map(|(claim, _)| *claim)
    }

    /// The part of a claim that names its owner, if the context key is one of these claims.
    pub fn owner_in(&self, key: &str) -> Option<OwnerIn> {
        let (host, claim) = key.rsplit_once(':')?;
        let known = |row: &&(&str, OwnerIn)| row.0.eq_ignore_ascii_case(claim);
        let row = self.claims.iter().find(known)?;
        self.host.eq_ignore_ascii_case(host).then_some(row.1)
    }
}

impl OwnerIn {
    /// The values of the claim in tokens of an owner that no document names.
    pub fn of_somebody(self) -> TextSet {
        let owner = |before: &str| TextSet::default().with_text(before).with_text(SOMEBODY);
        match self {
            Self::Path => owner("").with_text("/").with_anything(),
            Self::ProjectPath => owner("project_path:").with_text("/").with_anything(),
            Self::Repository => owner("repo:").with_text("/").with_anything(),
            Self::Whole => owner(""),
        }
    }

    /// The advice to name an owner.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Path => "write the owner out: `OWNER/*`",
            Self::ProjectPath => "write the group out: `project_path:GROUP/*`",
            Self::Repository => "write the owner out: `repo:OWNER/*`",
            Self::Whole => "write the value out",
        }
    }
}
