//! From the parameters of a call to its checks (request notes §6.2, §6.3).

use crate::catalog::{Catalog, ListedAction, Service, keys};
use crate::request::ContextValue;
use crate::text::{Action, KeyName, Pattern, Piece};

use super::check::{Actor, Check, Derived, Need, Target};
use super::expression::{Built, Facts, Worth};
use super::functions;
use super::guard;
use super::parameters::Parameters;
use super::path::Path;
use super::table::{Call, CheckRow};

/// The caller and the place of a call.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::{Caller, Calls, Parameters};
/// # #[cfg(feature = "catalog")] {
/// let caller = Caller { partition: "aws-cn", account: Some("111122223333"), region: Some("cn-north-1") };
/// let call = Calls::embedded().find("sagemaker:InvokeEndpoint").expect("a call of the table");
/// let parameters = Parameters::read(r#"{"EndpointName": "churn"}"#).unwrap();
/// let derived = call.derive(&parameters, &caller, None);
/// let endpoint = "arn:aws-cn:sagemaker:cn-north-1:111122223333:endpoint/churn";
/// assert_eq!(derived.checks[0].target.shown(), endpoint);
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    /// The partition of the caller.
    pub partition: &'a str,
    /// The account that is called: the caller's own.
    pub account: Option<&'a str>,
    /// The region that is called.
    pub region: Option<&'a str>,
}

/// The key for the alias by which a request names a key.
const REQUEST_ALIAS: &str = "kms:RequestAlias";

/// The beginnings of the names of calls that make something.
const MAKING: [&str; 3] = ["Create", "Run", "Register"];

impl Call {
    /// The checks of the call with these parameters. The catalogue tells which keys have several
    /// values and the resource types of an action that the table does not know.
    pub fn derive(
        &self,
        parameters: &Parameters,
        caller: &Caller<'_>,
        catalog: Option<&Catalog>,
    ) -> Derived {
        let facts = Facts { parameters, caller, focus: None };
        let derivation = Derivation { call: self, facts, catalog };
        // The mark says that the sentence is AWS's own.
        let sentence = |it: &str| it.strip_suffix(" [D]").unwrap_or(it).into();
        let open = self.open.iter().map(|it| sentence(it)).collect();
        let mut derived = Derived { open, ..Derived::default() };
        for row in &self.checks {
            derivation.row(row, &mut derived);
        }
        let mut later = Derived::default();
        for row in &self.later {
            derivation.row(row, &mut later);
        }
        derived.later = later.checks;
        derivation.profile(&mut derived);
        if caller.region.is_none() && derived.checks.iter().any(|it| in_some_region(&it.target)) {
            derived.notes.push("the region that is called is not given: it is any".to_owned());
        }
        derived
    }

    /// True for a call that makes what its first check is about.
    fn makes_something(&self) -> bool {
        let (prefix, operation) = self.api.split_once(':').unwrap_or_default();
        let tags_only = prefix == "ec2" && operation == "CreateTags";
        MAKING.iter().any(|it| operation.starts_with(it)) && !tags_only
    }
}

/// The reading of a line of the table.
#[derive(Clone, Copy)]
struct Derivation<'a> {
    call: &'a Call,
    facts: Facts<'a>,
    catalog: Option<&'a Catalog>,
}

impl<'a> Derivation<'a> {
    /// The checks of a row: one for each element that it repeats for, and for each resource.
    fn row(&self, row: &CheckRow, to: &mut Derived) {
        if row.need.as_deref() == Some("first-time") {
            to.notes.push(format!(
                "the service-linked role of this call is taken to be there: else it asks for {}",
                row.action
            ));
            return;
        }
        if row.assume == Some(false) {
            let is_made = row.when.as_deref().map_or(Some(true), |it| self.holds(it, None));
            if is_made != Some(false) {
                to.notes.push(format!(
                    "AWS leaves open whether {} is asked as well (call:{}/{}): it is taken not to be",
                    row.action, self.call.api, row.id
                ));
            }
            return;
        }
        let Some(each) = &row.each else { return self.one(row, self.facts, to) };
        for focus in Path::read(each).elements(&self.facts.parameters.members) {
            self.one(row, Facts { focus: Some(&focus), ..self.facts }, to);
        }
    }

    fn holds(&self, guard: &str, facts: Option<Facts<'_>>) -> Option<bool> {
        guard::holds(guard, &facts.unwrap_or(self.facts))
    }

    /// The checks of a row for the element at hand.
    fn one(&self, row: &CheckRow, facts: Facts<'_>, to: &mut Derived) {
        let made = row.when.as_deref().map_or(Some(true), |it| self.holds(it, Some(facts)));
        if made == Some(false) {
            return;
        }
        let mut resources = facts.resources(&row.on);
        if resources.is_empty() {
            resources.extend(self.any_of_action(&row.action));
        }
        let if_tagged = row.need.as_deref() == Some("if-tagged");
        for resource in resources {
            let (context, unknown) = self.keys(row, &facts, &resource);
            to.checks.push(Check {
                id: row.id.clone(),
                action: row.action.clone(),
                target: target(resource, row.fresh),
                context,
                unknown,
                via: via(row),
                region: region_of(row, &facts),
                perhaps: made.is_none() || if_tagged,
                need: need(row, &facts),
                actor: actor(row, &facts),
            });
        }
    }

    /// Some resource of the action's first type that has an ARN; `*` for an action without types.
    fn any_of_action(&self, action: &str) -> Vec<Built> {
        let listed = self.listed(action);
        let types = listed.map(|it| it.resource_types()).unwrap_or_default();
        let required = types.iter().any(|(_, required)| *required);
        let format = types.iter().find(|(_, it)| *it || !required).map(|(it, _)| &*it.format);
        let Some(format) = format else { return vec![Built::of("*")] };
        let caller = self.facts.caller;
        let mut built = Built::default();
        let mut rest = format;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, tail) = after.split_once('}').unwrap_or((after, ""));
            built = built.then(before);
            built = match name {
                "Partition" => built.then(caller.partition),
                "Region" => built.then_template(caller.region.unwrap_or("*")),
                "Account" => built.then_template(caller.account.unwrap_or("*")),
                _ => built.then_template("*"),
            };
            rest = tail;
        }
        vec![built.then(rest)]
    }

    fn listed(&self, action: &str) -> Option<ListedAction<'a>> {
        let (prefix, name) = action.split_once(':')?;
        self.catalog?.action(prefix, name)
    }

    /// The context keys of a check, and those whose value is not known.
    fn keys(
        &self,
        row: &CheckRow,
        facts: &Facts<'_>,
        resource: &Built,
    ) -> (Vec<(KeyName, ContextValue)>, Vec<KeyName>) {
        let (mut context, mut unknown) = (Vec::new(), Vec::new());
        for (name, expression) in &row.keys {
            if name.eq_ignore_ascii_case(keys::REQUESTED_REGION) {
                continue;
            }
            if let Some(start) = name.strip_suffix('*') {
                for (key, value) in facts.pairs(expression) {
                    context.push((KeyName::new(&format!("{start}{key}")), one(&value)));
                }
                continue;
            }
            let many = self.is_many(name);
            match facts.worth(expression, many.unwrap_or(true)) {
                Worth::Known(values) => context.push((KeyName::new(name), listed(values, many))),
                Worth::Unknown => unknown.push(KeyName::new(name)),
                Worth::Absent => (),
            }
        }
        add_alias(row, facts, &mut context);
        self.tags(row, facts, resource, &mut context);
        (context, unknown)
    }

    /// Tags of the request, which are those of what it makes as well (request notes §2.3).
    fn tags(
        &self,
        row: &CheckRow,
        facts: &Facts<'_>,
        resource: &Built,
        context: &mut Vec<(KeyName, ContextValue)>,
    ) {
        let Some(path) = &row.tags else { return };
        let tags = facts.tags(path);
        if tags.is_empty() {
            return;
        }
        let made = self.call.makes_something() && !row.old && self.has_tags(&row.action, resource);
        for (name, value) in &tags {
            context.push((KeyName::new(&format!("{}{name}", keys::REQUEST_TAG)), one(value)));
            if made {
                context.push((KeyName::new(&format!("{}{name}", keys::RESOURCE_TAG)), one(value)));
            }
        }
        let names = tags.into_iter().map(|(name, _)| name.into()).collect();
        context.push((KeyName::from_static(keys::TAG_KEYS), ContextValue::Many(names)));
    }

    /// Tells whether the tags of a resource are asked for in the action.
    fn has_tags(&self, action: &str, resource: &Built) -> bool {
        let Some(listed) = self.listed(action) else { return true };
        if resource.text == "*" {
            return false;
        }
        let key = format!("{}k", keys::RESOURCE_TAG);
        listed.keys().iter().any(|it| it.is_called(&key))
    }

    /// Tells whether a key has several values; nothing without the catalogue.
    fn is_many(&self, name: &str) -> Option<bool> {
        Some(self.catalog?.key(name)?.multivalued)
    }

    /// The models behind a Bedrock inference profile: in the region called, and where the profile
    /// sends the request (perimeter notes 2 §8).
    fn profile(&self, to: &mut Derived) {
        let caller = self.facts.caller;
        let mut models = Vec::new();
        for check in &mut to.checks {
            let model = "::foundation-model/";
            let Some((_, id)) = check.target.shown().split_once(model) else { continue };
            let Some((area, name)) = id.split_once('.').filter(|(it, _)| AREAS.contains(it)) else {
                continue;
            };
            let start = Built::of(format!("arn:{}:bedrock:", caller.partition));
            let region = caller.region.unwrap_or("*");
            let account = caller.account.unwrap_or("*");
            let own = start.clone().then_template(region);
            let profile = own.clone().then(":").then_template(account);
            let here = own.then(model).then(name);
            let there = match area {
                "global" => start.then(":").then(":foundation-model/").then(name),
                _ => start.then_template("*").then(model).then(name),
            };
            for (id, built) in [("model", here), ("destination", there)] {
                let region =
                    (area == "global" && id == "destination").then(|| "unspecified".into());
                let target = target(built, false);
                models.push(Check { id: id.into(), target, region, ..check.clone() });
            }
            check.target = target(profile.then(":inference-profile/").then(id), false);
        }
        to.checks.extend(models);
    }
}

/// The alias by which a key is named: also where the row does not write it.
fn add_alias(row: &CheckRow, facts: &Facts<'_>, context: &mut Vec<(KeyName, ContextValue)>) {
    let Some(path) = row.on.strip_prefix("kms(").and_then(|it| it.strip_suffix(')')) else {
        return;
    };
    if context.iter().any(|(key, _)| key.is(REQUEST_ALIAS)) {
        return;
    }
    if let Some(alias) = facts.texts(&format!("{path}@alias")).first() {
        context.push((KeyName::from_static(REQUEST_ALIAS), one(alias)));
    }
}

/// The region called where it is another than that of the call: a global service's, or the one
/// that the row gives.
fn region_of(row: &CheckRow, facts: &Facts<'_>) -> Option<Box<str>> {
    if let Some(path) = row.keys.get(keys::REQUESTED_REGION) {
        return facts.texts(path).into_iter().next().map(Box::from);
    }
    let action: Action = row.action.parse().ok()?;
    // A role is passed in a call of another service, in its region.
    if action.is("iam:PassRole") {
        return None;
    }
    Service::region_of(&action, facts.caller.partition).map(Box::from)
}

/// The areas that Bedrock's inference profiles are named by.
const AREAS: [&str; 8] = ["us", "eu", "apac", "au", "ca", "jp", "us-gov", "global"];

/// A context value of one text.
fn one(text: &str) -> ContextValue {
    ContextValue::One(text.into())
}

fn listed(values: Vec<String>, many: Option<bool>) -> ContextValue {
    let mut values: Vec<Box<str>> = values.into_iter().map(Box::from).collect();
    match (many, values.len()) {
        (Some(true), _) | (None, 2..) => {
            let mut seen: Vec<Box<str>> = Vec::new();
            values.retain(|it| {
                let is_new = !seen.contains(it);
                seen.push(it.clone());
                is_new
            });
            ContextValue::Many(values)
        }
        _ => ContextValue::One(values.into_iter().next().unwrap_or_default()),
    }
}

fn via(row: &CheckRow) -> Vec<Box<str>> {
    let services = row.via.as_deref().into_iter().flat_map(|it| it.split('+'));
    services.map(|it| format!("{it}.amazonaws.com").into()).collect()
}

fn need(row: &CheckRow, facts: &Facts<'_>) -> Need {
    match row.need.as_deref() {
        Some("none") => Need::Never,
        Some("or-role") => Need::OrRole(passed_role(facts)),
        _ => Need::Always,
    }
}

/// The role that the call passes to the service.
fn passed_role(facts: &Facts<'_>) -> Option<Box<str>> {
    const PATHS: [&str; 4] = [
        "RoleArn",
        "ExecutionRoleArn",
        "TrainingJobDefinition.RoleArn",
        "MonitoringScheduleConfig.MonitoringJobDefinition.RoleArn",
    ];
    PATHS.iter().find_map(|path| facts.texts(path).into_iter().next()).map(Box::from)
}

fn actor(row: &CheckRow, facts: &Facts<'_>) -> Actor {
    match row.actor.as_deref().and_then(|it| it.split_once(':')) {
        Some(("role", path)) => {
            let arn = facts.texts(path).into_iter().next().unwrap_or_default();
            Actor::Role(arn.into())
        }
        Some((_, name)) => Actor::Service(name.into()),
        None => Actor::Caller,
    }
}

/// The resource of a check from what its expression gave.
fn target(built: Built, fresh: bool) -> Target {
    if built.text == "*" {
        return Target::One("*".into());
    }
    if built.is_known() {
        return Target::One(built.text.into());
    }
    let shown: Box<str> = built.text.as_str().into();
    if fresh {
        return Target::Fresh { sample: functions::fresh(&shown).into(), shown };
    }
    Target::Some { patterns: patterns(&built), shown }
}

/// The patterns of a resource. `*` before a name of IAM is a path: nothing, or something that ends
/// in `/`.
fn patterns(built: &Built) -> Vec<Pattern> {
    let whole = built.pattern();
    let is_iam = built.text.split(':').nth(2) == Some("iam");
    match whole.pieces() {
        [Piece::Text(start), Piece::AnyRun, Piece::Text(name)] if is_iam => {
            let without = Pattern::literal(&format!("{start}{name}"));
            let path = format!("/{name}");
            let pieces = [
                Piece::Text(start.clone()),
                Piece::AnyOne,
                Piece::AnyRun,
                Piece::Text(path.into()),
            ];
            vec![without, Pattern::from_pieces(pieces)]
        }
        // An id is never empty.
        [start @ .., Piece::Text(last), Piece::AnyRun] if last.ends_with(['/', ':']) => {
            let end = [Piece::Text(last.clone()), Piece::AnyOne, Piece::AnyRun];
            vec![Pattern::from_pieces(start.iter().cloned().chain(end))]
        }
        _ => vec![whole],
    }
}

/// True for a resource whose region is not known.
fn in_some_region(target: &Target) -> bool {
    target.shown().split(':').nth(3) == Some("*")
}
