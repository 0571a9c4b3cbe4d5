//! Comparisons of policies.

use polsim::prove::{Diff, DiffVerdict};
use serde::Serialize;

use crate::report::model::{Compared, Differences};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    old: &'a str,
    new: &'a str,
    verdict: DiffVerdict,
    comparisons: Vec<Comparison<'a>>,
    #[serde(skip_serializing_if = "<[Box<str>]>::is_empty")]
    not_compared: &'a [Box<str>],
}

#[derive(Serialize)]
struct Comparison<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    set: Option<&'a str>,
    #[serde(flatten)]
    diff: &'a Diff,
}

/// The document of these results.
pub(super) fn document<'a>(results: &'a Differences<'a>) -> impl Serialize + 'a {
    let comparison = |it: &'a Compared| Comparison { set: it.set.as_deref(), diff: &it.diff };
    Document {
        old: results.old,
        new: results.new,
        verdict: results.verdict(),
        comparisons: results.comparisons.iter().map(comparison).collect(),
        not_compared: results.not_compared,
    }
}
