//! Policy documents whose type nobody gave.

use polsim::policy::PolicyType;
use polsim::text::{Source, json};

/// The probable type of a policy document: with a Principal and no Resource a trust policy, with a
/// Principal a resource policy, else an identity policy.
pub(crate) fn likely_type(source: &Source) -> PolicyType {
    let Ok(node) = json::parse(source) else { return PolicyType::Identity };
    let statements = || node.member("Statement").into_iter().flat_map(|it| it.value.items());
    let has = |names: [&str; 2]| {
        statements().any(|it| names.into_iter().any(|name| it.member(name).is_some()))
    };
    match (has(["Principal", "NotPrincipal"]), has(["Resource", "NotResource"])) {
        (true, true) => PolicyType::Resource,
        (true, false) => PolicyType::Trust,
        (false, _) => PolicyType::Identity,
    }
}
