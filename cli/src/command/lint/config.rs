//! Settings: the table `[lint]` of `polsim.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use polsim::policy::PolicyType;
use polsim::text::{CaseRule, NoVariables, Pattern, Severity, nearest};
use polsim_lint::{Linter, Rule};
use toml::{Table, Value};

use super::FailOn;
use crate::Failure;
use crate::report::lint::{Entry, Lint, Notice, State};

/// The name of the file.
const NAME: &str = "polsim.toml";

/// The settings of a run.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// The file, for messages.
    name: String,
    select: Vec<&'static Rule>,
    ignore: Vec<&'static Rule>,
    levels: Vec<(&'static Rule, Severity)>,
    types: Vec<(Pattern, PolicyType)>,
    actions: Vec<String>,
    services: Vec<String>,
    fail_on: Option<FailOn>,
    allow: Vec<Allow>,
    /// Today, for suppressions that end.
    today: String,
}

/// An entry of `[[lint.allow]]`.
#[derive(Debug)]
struct Allow {
    rules: Vec<&'static Rule>,
    files: Option<Pattern>,
    sid: Option<String>,
    value: Option<String>,
    fingerprint: Option<String>,
    reason: String,
    until: Option<String>,
}

/// The rule of a code or name.
pub(super) fn rule(word: &str) -> Result<&'static Rule, Failure> {
    Rule::find(word).ok_or_else(|| {
        let failure = Failure::message(format!("no rule is called `{word}`"));
        match Rule::nearest(word) {
            Some(near) => failure.with_help(format!("did you mean `{near}`?")),
            None => failure.with_help("`polsim lint --explain all` lists the rules"),
        }
    })
}

impl Config {
    /// The settings of a file, or of the nearest one from this folder upwards.
    pub(super) fn read(path: Option<&str>) -> Result<Self, Failure> {
        let path = match path {
            Some(path) => PathBuf::from(path),
            None => match nearest_file() {
                Some(path) => path,
                None => return Ok(Self::default()),
            },
        };
        let name = path.display().to_string();
        let text = crate::files::read(&name)?;
        let refused = |what: String| Failure::message(format!("{name}: {what}"));
        let table: Table = text.text().parse().map_err(|error: toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start);
            let place = text.position(u32::try_from(at).unwrap_or_default());
            Failure::message(format!("{name}:{}:{}: {}", place.line, place.column, error.message()))
        })?;
        let Some(lint) = table.get("lint") else { return Ok(Self::default()) };
        let lint = lint.as_table().ok_or_else(|| refused("`lint` is no table".to_owned()))?;
        let mut config = Self { name: name.clone(), today: today(), ..Self::default() };
        for (key, value) in lint {
            config.member(key, value).map_err(|failure| at(&name, failure))?;
        }
        Ok(config)
    }

    fn member(&mut self, key: &str, value: &Value) -> Result<(), Failure> {
        match key {
            "select" => self.select = rules(value)?,
            "ignore" => self.ignore = rules(value)?,
            "levels" => {
                for (word, level) in table(key, value)? {
                    self.levels.push((rule(word)?, level_of(level)?));
                }
            }
            "types" => {
                for (glob, word) in table(key, value)? {
                    let word = word.as_str().unwrap_or_default();
                    let policy_type = word.parse().map_err(|_| {
                        Failure::message(format!("`{word}` is no type of policies"))
                    })?;
                    self.types.push((Pattern::wildcard(glob), policy_type));
                }
            }
            "catalog" => {
                for (word, list) in table(key, value)? {
                    match word.as_str() {
                        "actions" => self.actions = texts(list),
                        "services" => self.services = texts(list),
                        _ => return Err(unknown(word, &["actions", "services"])),
                    }
                }
            }
            "fail-on" => {
                let word = value.as_str().unwrap_or_default();
                self.fail_on = Some(match word {
                    "error" => FailOn::Error,
                    "warning" => FailOn::Warning,
                    "info" => FailOn::Info,
                    "never" => FailOn::Never,
                    _ => {
                        return Err(Failure::message(format!(
                            "`{word}` is no level for `fail-on`"
                        )));
                    }
                });
            }
            "allow" => {
                for entry in value.as_array().into_iter().flatten() {
                    self.allow.push(Allow::read(entry)?);
                }
            }
            _ => {
                let known = ["select", "ignore", "levels", "types", "catalog", "fail-on", "allow"];
                return Err(unknown(key, &known));
            }
        }
        Ok(())
    }

    /// Sets rules and levels.
    pub(super) fn apply(&self, linter: &mut Linter<'_>) {
        self.select.iter().for_each(|rule| linter.select(rule.code));
        self.ignore.iter().for_each(|rule| linter.ignore(rule.code));
        self.levels.iter().for_each(|(rule, level)| linter.level(rule.code, *level));
        self.actions.iter().for_each(|it| linter.know_action(it));
        self.services.iter().for_each(|it| linter.know_service(it));
    }

    /// The type that the settings give a file.
    pub(super) fn type_of(&self, file: &str) -> Option<PolicyType> {
        self.types.iter().find(|(glob, _)| matches(glob, file)).map(|(_, it)| *it)
    }

    /// The level of `fail-on`.
    pub(super) fn fail_on(&self) -> Option<FailOn> {
        self.fail_on
    }

    /// Hides what the entries of `allow` name, and tells of those that name nothing.
    pub(super) fn suppress(&self, lint: &mut Lint) {
        for allow in &self.allow {
            let over = allow.until.as_ref().is_some_and(|until| *until < self.today);
            let mut hits: usize = 0;
            for entry in lint.entries.iter_mut().filter(|it| allow.is_for(it)) {
                hits = hits.saturating_add(1);
                if !over {
                    entry.state = State::Suppressed(allow.reason.clone());
                }
            }
            let codes: Vec<&str> = allow.rules.iter().map(|rule| rule.code).collect();
            let codes = codes.join(", ");
            let reason = &allow.reason;
            if hits == 0 {
                let text = format!("{}: `allow` of {codes} hides nothing: {reason}", self.name);
                lint.notices.push(Notice { code: "W0901", level: Severity::Warning, text });
            } else if over {
                let until = allow.until.clone().unwrap_or_default();
                let text = format!("{}: `allow` of {codes} ended on {until}: {reason}", self.name);
                lint.notices.push(Notice { code: "W0903", level: Severity::Warning, text });
            }
        }
    }
}

impl Allow {
    fn read(value: &Value) -> Result<Self, Failure> {
        let Some(entry) = value.as_table() else {
            return Err(Failure::message("an entry of `lint.allow` is no table"));
        };
        let known = ["code", "files", "sid", "value", "fingerprint", "reason", "until"];
        if let Some(key) = entry.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(unknown(key, &known));
        }
        let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
        let code = entry.get("code").ok_or_else(|| {
            Failure::message("an entry of `lint.allow` has no `code`")
                .with_help("name the rule that it hides")
        })?;
        let reason = text("reason").unwrap_or_default();
        if reason.trim().is_empty() {
            return Err(Failure::message("an entry of `lint.allow` has no `reason`")
                .with_help("say why the finding is no fault here"));
        }
        let files = text("files").map(|it| Pattern::wildcard(&it));
        let (sid, fingerprint) = (text("sid"), text("fingerprint"));
        if files.is_none() && sid.is_none() && fingerprint.is_none() {
            return Err(Failure::message("an entry of `lint.allow` names no place")
                .with_help("add `files`, `sid` or `fingerprint`"));
        }
        let until = match entry.get("until") {
            Some(Value::Datetime(date)) => Some(date.to_string()),
            Some(Value::String(date)) => Some(date.clone()),
            _ => None,
        };
        let value = text("value");
        Ok(Self { rules: rules(code)?, files, sid, value, fingerprint, reason, until })
    }

    /// True if the entry is about the finding. What AWS refuses cannot be hidden: no rule has its code.
    fn is_for(&self, entry: &Entry) -> bool {
        let finding = &entry.finding;
        let own_sid = finding.statement.as_ref().and_then(|it| it.1.as_deref());
        let flagged = finding.flagged().trim_matches('"');
        self.rules.iter().any(|rule| rule.code == finding.code())
            && self.files.as_ref().is_none_or(|glob| matches(glob, &entry.file))
            && self.sid.as_deref().is_none_or(|sid| own_sid == Some(sid))
            && self.value.as_deref().is_none_or(|value| flagged == value)
            && self.fingerprint.as_deref().is_none_or(|it| entry.fingerprint == it)
    }
}

fn matches(glob: &Pattern, file: &str) -> bool {
    let file = file.strip_prefix("./").unwrap_or(file).replace('\\', "/");
    glob.matches(&file, CaseRule::Exact, &NoVariables)
}

/// The rules of a code, or a list of codes.
fn rules(value: &Value) -> Result<Vec<&'static Rule>, Failure> {
    let words = match value {
        Value::String(word) => vec![word.clone()],
        other => texts(other),
    };
    words.iter().map(|word| rule(word)).collect()
}

fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn table<'v>(key: &str, value: &'v Value) -> Result<&'v Table, Failure> {
    value.as_table().ok_or_else(|| Failure::message(format!("`lint.{key}` is no table")))
}

fn level_of(value: &Value) -> Result<Severity, Failure> {
    match value.as_str() {
        Some("error") => Ok(Severity::Error),
        Some("warning") => Ok(Severity::Warning),
        Some("info") => Ok(Severity::Info),
        word => Err(Failure::message(format!("`{}` is no level", word.unwrap_or_default()))
            .with_help("the levels are `error`, `warning` and `info`")),
    }
}

fn unknown(key: &str, known: &[&str]) -> Failure {
    let failure = Failure::message(format!("unknown setting `{key}`"));
    match nearest(key, known.iter().copied()) {
        Some(near) => failure.with_help(format!("did you mean `{near}`?")),
        None => failure.with_help(format!("the settings here are `{}`", known.join("`, `"))),
    }
}

/// The failure with the name of the file.
fn at(name: &str, failure: Failure) -> Failure {
    match failure {
        Failure::Message { text, help } => {
            Failure::Message { text: format!("{name}: {text}"), help }
        }
        other => other,
    }
}

/// The nearest file of settings, from this folder upwards.
fn nearest_file() -> Option<PathBuf> {
    let mut folder = fs::canonicalize(".").ok()?;
    loop {
        let path = folder.join(NAME);
        if path.is_file() {
            return Some(if folder == fs::canonicalize(".").ok()? {
                Path::new(NAME).into()
            } else {
                path
            });
        }
        if !folder.pop() {
            return None;
        }
    }
}

/// The date, `2026-12-01`.
fn today() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let days = now.map_or(0, |it| it.as_secs()) / 86_400;
    date(i64::try_from(days).unwrap_or_default())
}

/// The date of a day after 1 January 1970 (the calendar of civil days, by Howard Hinnant).
fn date(days: i64) -> String {
    let shifted = days.saturating_add(719_468);
    let era = shifted.div_euclid(146_097);
    let day = shifted.rem_euclid(146_097);
    let part = |by: i64| day.checked_div(by).unwrap_or_default();
    let year_of_era = day
        .saturating_sub(part(1_460))
        .saturating_add(part(36_524))
        .saturating_sub(part(146_096))
        .div_euclid(365);
    let years = year_of_era.saturating_mul(365);
    let leap = year_of_era.div_euclid(4).saturating_sub(year_of_era.div_euclid(100));
    let of_year = day.saturating_sub(years.saturating_add(leap));
    let shifted_month = of_year.saturating_mul(5).saturating_add(2).div_euclid(153);
    let before = shifted_month.saturating_mul(153).saturating_add(2).div_euclid(5);
    let day_of_month = of_year.saturating_sub(before).saturating_add(1);
    let month = if shifted_month < 10 {
        shifted_month.saturating_add(3)
    } else {
        shifted_month.saturating_sub(9)
    };
    let year = era.saturating_mul(400).saturating_add(year_of_era);
    let year = if month <= 2 { year.saturating_add(1) } else { year };
    format!("{year:04}-{month:02}-{day_of_month:02}")
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn days_are_dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(19_782), "2024-02-29");
        assert_eq!(date(20_788), "2026-12-01");
    }
}
