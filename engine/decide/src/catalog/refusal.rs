//! Calls that AWS refuses whatever policies say (request notes §3).
//!
//! One row is one fact: who makes which calls on what, the stage at which AWS refuses them, and its
//! source. Decisions test the rows on a request, proofs lower them to formulas.

mod table;

use super::PrincipalKind;
use crate::text::Action;

/// A fact about calls that AWS refuses whatever policies say.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::{PrincipalKind, Refusal, Stage};
/// let root = Refusal::all().iter().find(|it| it.fact == "root-assumes-role").unwrap();
/// assert_eq!((root.callers, root.stage), (&[PrincipalKind::Root][..], Stage::Before));
/// assert!(root.is_about(&"sts:AssumeRole".parse()?));
/// # Ok::<(), polsim::request::ActionError>(())
/// ```
#[derive(Debug, Eq, PartialEq)]
pub struct Refusal {
    /// The name of the fact; several rows may be parts of one fact.
    pub fact: &'static str,
    /// The stage at which AWS refuses the call.
    pub stage: Stage,
    /// The kinds of callers whose calls are refused.
    pub callers: &'static [PrincipalKind],
    /// The actions that are refused, `service:Name` with `*` at the ends of the name; none: all.
    pub of: &'static [&'static str],
    /// The actions that are not.
    pub but: &'static [&'static str],
    /// The resources on which they are refused; none: any.
    pub on: &'static [RefusedOn],
    /// The condition under which they are refused.
    pub when: RefusedWhen,
    /// Tells whether proofs rest on the fact, too: not where the request that a proof is about does
    /// not tell the condition, and where AWS leaves the fact open.
    pub in_proofs: bool,
    /// The reason, as the end of a sentence.
    pub sentence: &'static str,
    /// AWS's pages.
    pub source: &'static str,
}

/// The stage at which AWS refuses a call.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::Stage;
/// assert_eq!(Stage::Before.as_str(), "before");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    /// IAM, STS or the front end refuses before policies are asked.
    Before,
    /// Policies are asked, then the service refuses.
    Service,
}

/// Resources on which calls are refused, by parts of their ARNs.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::RefusedOn;
/// let linked = RefusedOn { service: "iam", account: None, start: "role/aws-service-role/" };
/// assert!(linked.has("iam", "111122223333", "role/aws-service-role/x.amazonaws.com/X"));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct RefusedOn {
    /// The service in the ARN.
    pub service: &'static str,
    /// The account in the ARN; none: any.
    pub account: Option<&'static str>,
    /// The beginning of what stands behind the fifth colon.
    pub start: &'static str,
}

/// A condition under which calls are refused.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::{Refusal, RefusedWhen};
/// let forwarded = Refusal::all().iter().find(|it| it.fact == "service-forwarded").unwrap();
/// assert_eq!(forwarded.when, RefusedWhen::Forwarded);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum RefusedWhen {
    /// In every case.
    Always,
    /// The key of the resource is one that AWS manages.
    AwsManagedKey,
    /// The key of the resource is one that AWS manages, and no service forwards the call.
    AwsManagedKeyDirectly,
    /// The caller got its credentials in one of these ways.
    Credentials(&'static [&'static str]),
    /// A service forwards the call.
    Forwarded,
    /// A policy names the access point's network origin as a VPC, and the call comes from none.
    NotFromVpc,
    /// The caller did not get its credentials for the console.
    NotConsole,
    /// The caller's account does not own the resource.
    OtherAccount,
    /// Caller and resource are in two partitions.
    OtherPartition,
    /// The caller is a SAML provider, or any other.
    Provider {
        /// The kind of provider.
        saml: bool,
    },
    /// The credentials are those of a privileged root session.
    RootTask,
}

impl Refusal {
    /// All facts, those first that are told where several hold.
    pub fn all() -> &'static [Self] {
        table::ALL
    }

    /// Tells whether the fact is about calls of the action.
    pub fn is_about(&self, action: &Action) -> bool {
        let covers = |pattern: &&str| covers(pattern, action);
        (self.of.is_empty() || self.of.iter().any(covers)) && !self.but.iter().any(covers)
    }

    /// The reason with the name of the service in it, as the end of a sentence.
    pub fn says(&self, service: &str) -> String {
        self.sentence.replace("SERVICE", service)
    }
}

impl RefusedOn {
    /// Tells whether these parts of an ARN are those of such a resource.
    pub fn has(&self, service: &str, account: &str, resource: &str) -> bool {
        self.service == service
            && self.account.is_none_or(|own| own == account)
            && resource.starts_with(self.start)
    }
}

impl Stage {
    /// The word of results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Service => "service",
        }
    }
}

/// Tells whether the pattern, `service:Name` with `*` at the ends of the name, has the action.
fn covers(pattern: &str, action: &Action) -> bool {
    let Some((service, name)) = pattern.split_once(':') else { return false };
    if !service.eq_ignore_ascii_case(action.service()) {
        return false;
    }
    let own = action.name();
    let (head, tail) = (name.starts_with('*'), name.ends_with('*'));
    let word = name.trim_matches('*');
    let at = |start: usize| {
        let end = start.saturating_add(word.len());
        own.get(start..end).is_some_and(|it| it.eq_ignore_ascii_case(word))
    };
    let last = own.len().saturating_sub(word.len());
    match (head, tail) {
        (false, false) => own.eq_ignore_ascii_case(word),
        (false, true) => at(0),
        (true, false) => own.len() >= word.len() && at(last),
        (true, true) => own.len() >= word.len() && (0..=last).any(at),
    }
}

#[cfg(test)]
mod tests {
    use super::{Refusal, covers};

    #[test]
    fn patterns_have_wildcards_at_the_ends_of_the_name() {
        for (pattern, action, expected) in [
            ("iam:*", "iam:ListUsers", true),
            ("iam:*", "sts:AssumeRole", false),
            ("s3:*AccessPoint*", "s3:CreateAccessPoint", true),
            ("s3:*AccessPoint*", "S3:getaccesspointPolicy", true),
            ("s3:*AccessPoint*", "s3:GetObject", false),
            ("es:ESHttp*", "es:ESHttpGet", true),
            ("es:ESHttp*", "es:DescribeDomain", false),
            ("sts:AssumeRole", "sts:AssumeRoleWithSAML", false),
        ] {
            let action = action.parse().unwrap();
            assert_eq!(covers(pattern, &action), expected, "{pattern} {action:?}");
        }
    }

    #[test]
    fn parts_of_a_fact_agree_on_its_stage() {
        let two_stages = ["bucket-policy-owner", "unsigned"];
        for it in Refusal::all() {
            assert!(!it.callers.is_empty() && !it.source.is_empty(), "{}", it.fact);
            let same = |other: &&Refusal| other.fact == it.fact && other.stage != it.stage;
            let other = Refusal::all().iter().find(same);
            assert!(other.is_none() || two_stages.contains(&it.fact), "{}", it.fact);
        }
    }
}
