//! The further checks of a call that the context of one check shows.

use super::table::{Calls, CheckRow};
use crate::catalog::keys;
use crate::request::Request;

/// The remarks about actions that the call of this request needs besides: an AssumeRole that passes
/// tags needs TagSession, a training job with tags AddTags. The request shows it by a context key
/// that the table fills in from the same parameter.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::{Calls, also_needed};
/// # use polsim::request::{Request, RequestParts};
/// # #[cfg(feature = "catalog")] {
/// let request = Request::new(RequestParts {
///     principal: "arn:aws:sts::111122223333:assumed-role/runner/eks-app-1",
///     action: "sts:AssumeRole",
///     resource: "arn:aws:iam::444455556666:role/automation",
///     context: vec![("aws:RequestTag/namespace".into(), "ci".into())],
///     ..RequestParts::default()
/// }).expect("a request");
/// let remarks = also_needed(&Calls::embedded(), &request);
/// assert_eq!(
///     remarks,
///     ["the call also needs sts:TagSession on the same role, from both sides: the caller's policies \
///       and the trust policy"]
/// );
/// # }
/// ```
pub fn also_needed(calls: &Calls<'_>, request: &Request) -> Vec<String> {
    let action = request.action();
    let Some(call) = calls.find(action.as_str()).filter(|it| !it.is_action_only()) else {
        return Vec::new();
    };
    let Some(main) = call.checks.first().filter(|it| action.is(&it.action)) else {
        return Vec::new();
    };
    let mut remarks = Vec::new();
    for row in call.checks.iter().skip(1) {
        let is_other = !row.action.eq_ignore_ascii_case(&main.action) && row.assume != Some(false);
        let remark = remark(row);
        if is_other && is_shown(row, main, request) && !remarks.contains(&remark) {
            remarks.push(remark);
        }
    }
    remarks
}

/// Tells whether a key of the request comes from the parameter that the check's guard asks for.
fn is_shown(row: &CheckRow, main: &CheckRow, request: &Request) -> bool {
    let Some(guard) = row.when.as_deref() else { return false };
    let context = request.context();
    let by_tags = main.tags.as_deref() == Some(guard)
        && (context.has(keys::TAG_KEYS)
            || context.entries().iter().any(|(key, value)| {
                let start = key.as_str().get(..keys::REQUEST_TAG.len());
                start.is_some_and(|it| it.eq_ignore_ascii_case(keys::REQUEST_TAG))
                    && !value.as_slice().is_empty()
            }));
    let is_of = |expression: &str| {
        let inner = expression.split_once('(').map_or(expression, |(_, it)| it);
        inner.trim_end_matches(')').split('|').any(|it| it == guard)
    };
    let mut keys = main.keys.iter().filter(|(_, expression)| is_of(expression));
    by_tags || keys.any(|(key, _)| !key.ends_with('*') && context.has(key))
}

fn remark(row: &CheckRow) -> String {
    let action = &row.action;
    match action.split(':').next() {
        Some("sts") => format!(
            "the call also needs {action} on the same role, from both sides: the caller's policies \
             and the trust policy"
        ),
        Some("kms") => format!("the call also needs {action} on the key"),
        Some("iam") => format!("the call also needs {action} on the role that it passes"),
        _ => format!("the call also needs {action}"),
    }
}
