//! The table against the catalogue: what it names has to be there.

use super::table::{Call, Calls, CheckRow};
use crate::catalog::{Catalog, ListedAction, keys};
use crate::text::{CaseRule, NoVariables, Pattern};

/// A fault of the table: the call, its check, and what is wrong.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::{Calls, Fault};
/// # #[cfg(feature = "catalog")] {
/// let catalog = polsim::catalog::Catalog::embedded().expect("a whole program");
/// let line = r#"{"api":"s3:GetObject","sdk":"s3","mark":"D","sources":["x"],"checks":[{"id":"main","action":"s3:GetObjekt","on":"*"}]}"#;
/// let faults: Vec<Fault> = Calls::of(line, "").check(&catalog);
/// assert_eq!(faults[0].to_string(), "s3:GetObject main: no action s3:GetObjekt");
/// # }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// The call.
    pub api: Box<str>,
    /// The check; empty for a fault of the line.
    pub check: Box<str>,
    /// What is wrong.
    pub what: String,
}

impl Calls<'_> {
    /// Everything in the table that the catalogue does not have: actions, forms of resources, keys;
    /// and names that do not fit each other.
    pub fn check(&self, catalog: &Catalog) -> Vec<Fault> {
        let mut faults = Vec::new();
        for api in self.names() {
            let Some(call) = self.find(api) else {
                faults.push(Fault {
                    api: api.into(),
                    check: "".into(),
                    what: "no line".to_owned(),
                });
                continue;
            };
            for row in call.checks.iter().chain(&call.later) {
                let what = row_faults(&call, row, catalog);
                let fault = |what| Fault { api: call.api.clone(), check: row.id.clone(), what };
                faults.extend(what.into_iter().map(fault));
            }
            faults.extend(self.path_faults(&call));
        }
        faults
    }

    /// Paths that begin with no parameter of the call.
    fn path_faults(&self, call: &Call) -> Vec<Fault> {
        let Some(known) = self.parameters(&call.api) else { return Vec::new() };
        let mut faults = Vec::new();
        for row in call.checks.iter().chain(&call.later) {
            let guards = row.when.as_deref().into_iter().flat_map(|it| it.split(['|', '&']));
            let guards = guards.map(|it| it.trim_start_matches('!'));
            let guards = guards.map(|it| it.split(['=', '!']).next().unwrap_or_default());
            let paths = row.each.as_deref().into_iter().chain(row.tags.as_deref()).chain(guards);
            for path in paths {
                let first = super::path::Path::read(path).first();
                if !known.iter().any(|(name, _)| *name == first) {
                    faults.push(Fault {
                        api: call.api.clone(),
                        check: row.id.clone(),
                        what: format!("no parameter {first}"),
                    });
                }
            }
        }
        faults
    }
}

/// Tells whether the action takes a resource of this form; nothing for an action that the catalogue
/// does not know, or knows in part.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::fits;
/// # #[cfg(feature = "catalog")] {
/// let catalog = polsim::catalog::Catalog::embedded().expect("a whole program");
/// assert_eq!(fits(&catalog, "s3:GetObject", "arn:aws:s3:::lake/a"), Some(true));
/// assert_eq!(fits(&catalog, "s3:GetObject", "arn:aws:sqs:eu-west-1:111122223333:q"), Some(false));
/// # }
/// ```
pub fn fits(catalog: &Catalog, action: &str, resource: &str) -> Option<bool> {
    let (prefix, name) = action.split_once(':')?;
    let listed = catalog.action(prefix, name)?;
    if listed.is_withdrawn() || listed.is_partial() {
        return None;
    }
    let types = listed.resource_types();
    if resource == "*" {
        return Some(!types.iter().any(|(_, required)| *required));
    }
    Some(
        types.iter().any(|(it, _)| {
            format_pattern(&it.format).matches(resource, CaseRule::Exact, &NoVariables)
        }),
    )
}

fn row_faults(call: &Call, row: &CheckRow, catalog: &Catalog) -> Vec<String> {
    let (prefix, name) = row.action.split_once(':').unwrap_or_default();
    let listed = catalog.action(prefix, name).filter(|it| !it.is_withdrawn());
    let Some(action) = listed else { return vec![format!("no action {}", row.action)] };
    let mut faults = Vec::new();
    if !takes(&action, &row.on) && !is_excepted(call, row) {
        faults.push(format!("{} takes no resource {}", row.action, row.on));
    }
    for key in row.keys.keys() {
        let sample = match key.strip_suffix('*') {
            Some(start) => format!("{start}k"),
            None => key.to_string(),
        };
        let is_global = key.starts_with("aws:");
        let is_known = action.keys().iter().any(|it| it.is_called(&sample));
        if !is_global && !is_known && !of_same_call(&row.action, key) {
            faults.push(format!("{} has no key {key}", row.action));
        }
    }
    let same: usize = call.checks.iter().chain(&call.later).filter(|it| it.id == row.id).count();
    if same > 1 {
        faults.push("its name is given twice".to_owned());
    }
    faults
}

/// Keys of an AssumeRole that the catalogue does not list for the other checks of the same call
/// (request notes §1.5).
fn of_same_call(action: &str, key: &str) -> bool {
    const KEYS: [&str; 3] =
        [keys::STS_ROLE_SESSION_NAME, keys::STS_EXTERNAL_ID, keys::STS_SOURCE_IDENTITY];
    matches!(action, "sts:TagSession" | "sts:SetSourceIdentity") && KEYS.contains(&key)
}

/// Resources that AWS asks about and the reference does not list (request notes §6.5).
fn is_excepted(call: &Call, row: &CheckRow) -> bool {
    let tags_of = ["inference-experiment/", "workforce/"];
    let tags = &*row.action == "sagemaker:AddTags" && tags_of.iter().any(|it| row.on.contains(it));
    // A message to a telephone number, a session that is made, a definition that gets its revision.
    let others = [
        ("sns:Publish", "sms"),
        ("sts:GetFederationToken", "tags"),
        ("batch:RegisterJobDefinition", "tags"),
    ];
    tags || others.contains(&(&*call.api, &*row.id))
}

/// Tells whether the action takes a resource of the form that the expression gives.
fn takes(action: &ListedAction<'_>, expression: &str) -> bool {
    let types = action.resource_types();
    if expression == "*" || types.is_empty() {
        return expression == "*" && !types.iter().any(|(_, required)| *required);
    }
    let Some(sample) = sample(expression) else { return true };
    types
        .iter()
        .any(|(it, _)| format_pattern(&it.format).matches(&sample, CaseRule::Exact, &NoVariables))
}

/// An ARN of the form that an expression gives; nothing for one that the parameters give whole.
fn sample(expression: &str) -> Option<String> {
    let template = expression.split_once(" ?: ").map_or(expression, |(_, template)| template);
    let function = template.split_once('(').map(|(name, _)| name);
    let text = match function {
        Some("kms") => "arn:aws:kms:eu-west-1:111122223333:key/k".to_owned(),
        Some("bucket" | "s3bucket") => "arn:aws:s3:::b".to_owned(),
        Some("object" | "copysource" | "s3") => "arn:aws:s3:::b/k".to_owned(),
        Some("queue") => "arn:aws:sqs:eu-west-1:111122223333:q".to_owned(),
        Some("parameter") => "arn:aws:ssm:eu-west-1:111122223333:parameter/p".to_owned(),
        Some("qualified") => "arn:aws:lambda:eu-west-1:111122223333:function:f".to_owned(),
        Some("image") => "arn:aws:ecr:eu-west-1:111122223333:repository/r".to_owned(),
        None if template.starts_with("arn:") => {
            let mut text = String::new();
            let mut rest = template;
            while let Some((before, after)) = rest.split_once("${") {
                let (name, tail) = after.split_once('}')?;
                text.push_str(before);
                text.push_str(match name {
                    "p" => "aws",
                    "r" => "eu-west-1",
                    "a" => "111122223333",
                    // A path stands with its slashes, an alias with its first word.
                    name if name.contains("'/'") => "/",
                    "AliasName" => "alias/x",
                    "." if template.contains("task-definition") => "x:1",
                    _ => "x",
                });
                rest = tail;
            }
            text + &rest.replace(['*', '?'], "x")
        }
        Some(_) | None => return None,
    };
    Some(text)
}

/// The pattern of the ARNs of a resource type.
fn format_pattern(format: &str) -> Pattern {
    let mut text = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("${") {
        text.push_str(before);
        text.push('*');
        rest = after.split_once('}').map_or("", |(_, tail)| tail);
    }
    Pattern::wildcard(&(text + rest))
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { api, check, what } = self;
        write!(f, "{api} {check}: {what}")
    }
}

impl std::error::Error for Fault {}
