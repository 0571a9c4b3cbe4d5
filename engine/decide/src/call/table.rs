//! The table of calls, one line each, parsed where it is asked for.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::catalog::Catalog;
use crate::text::nearest;

/// The table of the calls whose checks are known.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::Calls;
/// # #[cfg(feature = "catalog")] {
/// let calls = Calls::embedded();
/// let call = calls.find("sts:assumerole").expect("letter case does not count");
/// let actions: Vec<&str> = call.checks.iter().map(|check| &*check.action).collect();
/// assert_eq!(
///     actions,
///     ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"]
/// );
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Calls<'t> {
    lines: &'t str,
    parameters: &'t str,
}

/// A line of the table: a call and its checks.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::{Call, Calls};
/// # #[cfg(feature = "catalog")] {
/// let call: Call = Calls::embedded().find("task:ecr-pull").expect("a call of the table");
/// assert_eq!((call.checks.len(), call.later.len()), (4, 1));
/// assert!(call.sources[0].starts_with("Amazon ECR User Guide"));
/// # }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The name: the IAM prefix and the operation of the SDK, or a task of several calls.
    pub api: Box<str>,
    /// The SDK's model that the parameters are named by.
    pub sdk: Box<str>,
    /// `D` documented, `I` inferred, `U` open.
    pub mark: Box<str>,
    /// The pages that say so.
    pub sources: Vec<Box<str>>,
    /// The checks that decide the call.
    pub checks: Vec<CheckRow>,
    /// The checks that follow, of the passed role or of a service.
    #[serde(default)]
    pub later: Vec<CheckRow>,
    /// What the parameters cannot tell.
    #[serde(default)]
    pub open: Vec<Box<str>>,
}

/// A check as the table writes it (request notes §6.2).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::{Calls, CheckRow};
/// # #[cfg(feature = "catalog")] {
/// let call = Calls::embedded().find("sts:AssumeRole").expect("a call of the table");
/// let tags: &CheckRow = &call.checks[1];
/// assert_eq!((&*tags.on, tags.when.as_deref()), ("=RoleArn", Some("Tags")));
/// # }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRow {
    /// The name, unique in the line.
    pub id: Box<str>,
    /// The action.
    pub action: Box<str>,
    /// The expression that gives its resource.
    pub on: Box<str>,
    /// The guard on the parameters.
    pub when: Option<Box<str>>,
    /// The list that the check repeats for.
    pub each: Option<Box<str>>,
    /// The expressions that give context keys.
    #[serde(default)]
    pub keys: BTreeMap<Box<str>, Box<str>>,
    /// The path of the tags that are passed.
    pub tags: Option<Box<str>>,
    /// True for a resource that is there before the call.
    #[serde(default)]
    pub old: bool,
    /// True for a resource that the call makes.
    #[serde(default)]
    pub fresh: bool,
    /// The services that forward it, with `+` between them.
    pub via: Option<Box<str>>,
    /// The one who does it later.
    #[serde(rename = "as")]
    pub actor: Option<Box<str>>,
    /// The circumstances in which it counts.
    pub need: Option<Box<str>>,
    /// The default of a check of which AWS does not say whether it is made.
    pub assume: Option<bool>,
    /// The mark of the check, where it is not that of the line.
    pub mark: Option<Box<str>>,
}

/// The error of a call that neither the table nor the catalogue knows.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::{Calls, UnknownCall};
/// # #[cfg(feature = "catalog")] {
/// let catalog = polsim::catalog::Catalog::embedded().expect("a whole program");
/// let unknown: UnknownCall =
///     Calls::embedded().get("sagemaker:CreateTraningJob", Some(&catalog)).unwrap_err();
/// assert_eq!(
///     unknown.to_string(),
///     "no API or action sagemaker:CreateTraningJob (did you mean sagemaker:CreateTrainingJob?)"
/// );
/// # }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownCall {
    /// The name that was asked for.
    pub api: Box<str>,
    /// The nearest one.
    pub meant: Option<Box<str>>,
}

/// The beginning of each line.
const START: &str = "{\"api\":\"";

impl Calls<'static> {
    /// The table that is part of the program.
    #[cfg(feature = "catalog")]
    pub fn embedded() -> Self {
        Self {
            lines: include_str!("../../data/calls.jsonl"),
            parameters: include_str!("../../data/parameters.tsv"),
        }
    }
}

impl<'t> Calls<'t> {
    /// The table of these texts: the calls as JSON lines, and a line of parameters for each.
    pub fn of(lines: &'t str, parameters: &'t str) -> Self {
        Self { lines, parameters }
    }

    /// The names of its calls.
    pub fn names(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.lines.lines().filter_map(name)
    }

    /// The call of this name, letter case not counted.
    pub fn find(&self, api: &str) -> Option<Call> {
        let is_it = |line: &&str| name(line).is_some_and(|it| it.eq_ignore_ascii_case(api));
        serde_json::from_str(self.lines.lines().find(is_it)?).ok()
    }

    /// The call of this name. For one that the table lacks, its action of the catalogue: a check of
    /// that action alone, and a sentence about what is not derived.
    ///
    /// # Errors
    /// Where there is neither such a call nor such an action.
    pub fn get(&self, api: &str, catalog: Option<&Catalog>) -> Result<Call, UnknownCall> {
        if let Some(call) = self.find(api) {
            return Ok(call);
        }
        let (prefix, operation) = api.split_once(':').unwrap_or((api, ""));
        let listed = catalog.and_then(|catalog| catalog.action(prefix, operation));
        if let Some(action) = listed.filter(|it| !it.is_withdrawn()) {
            return Ok(Call::of_action(&action.service().prefix, action.name()));
        }
        let by_table = || nearest(api, self.names()).map(Box::from);
        let by_catalog = || {
            let action = catalog.and_then(|catalog| catalog.nearest_action(prefix, operation));
            action.map(Box::from)
        };
        Err(UnknownCall { api: api.into(), meant: by_table().or_else(by_catalog) })
    }

    /// The names of a call's parameters, each with `true` for a required one; none for a call whose
    /// parameters are not known.
    pub fn parameters(&self, api: &str) -> Option<Vec<(&'t str, bool)>> {
        let of_call = |line: &'t str| {
            let (name, rest) = line.split_once('\t')?;
            name.eq_ignore_ascii_case(api).then_some(rest)
        };
        let names = self.parameters.lines().find_map(of_call)?;
        let one = |name: &'t str| match name.strip_suffix('!') {
            Some(name) => (name, true),
            None => (name, false),
        };
        Some(names.split_whitespace().map(one).collect())
    }
}

impl Call {
    /// The call of an action that the table does not know.
    fn of_action(prefix: &str, operation: &str) -> Self {
        let api: Box<str> = format!("{prefix}:{operation}").into();
        let check = CheckRow {
            id: operation.into(),
            action: api.clone(),
            // The resource types of the action tell its pattern.
            on: "".into(),
            when: None,
            each: None,
            keys: BTreeMap::new(),
            tags: None,
            old: false,
            fresh: false,
            via: None,
            actor: None,
            need: None,
            assume: None,
            mark: None,
        };
        let open = format!(
            "the table does not know {api}: checks other than {api}, and keys from its parameters, \
             are not derived"
        );
        Self {
            api,
            sdk: prefix.into(),
            mark: "I".into(),
            sources: Vec::new(),
            checks: vec![check],
            later: Vec::new(),
            open: vec![open.into()],
        }
    }

    /// True for a call that the table lacks.
    pub fn is_action_only(&self) -> bool {
        self.sources.is_empty()
    }
}

/// The name of the call of a line.
fn name(line: &str) -> Option<&str> {
    line.strip_prefix(START)?.split('"').next()
}

impl std::fmt::Display for UnknownCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no API or action {}", self.api)?;
        match &self.meant {
            Some(meant) => write!(f, " (did you mean {meant}?)"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UnknownCall {}
