//! The report of a replay, for people and for programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use polsim_replay::{Answer, Class, Group, GroupKey, Replay, Verdict};
use serde_json::{Map, Value, json};

use super::work::Found;

/// The most origins of a group of lines that are named.
const ORIGINS: usize = 10;

/// What is shown of a replay.
pub(super) struct Shown<'a> {
    pub(super) replay: &'a Replay,
    pub(super) found: &'a Found,
    /// The number of lines of each kind.
    pub(super) top: usize,
}

/// A verdict, as `--observe` prints it.
pub(super) fn verdict(verdict: &Verdict) -> Value {
    let mut members = Map::new();
    members.insert("answer".to_owned(), json!(verdict.answer.as_str()));
    if !verdict.keys.is_empty() {
        members.insert("keys".to_owned(), json!(verdict.keys));
    }
    if let Some(statement) = &verdict.statement {
        let named = json!({"policy": statement.policy, "statement": statement.statement, "line": statement.span.line});
        members.insert("statement".to_owned(), named);
    }
    Value::Object(members)
}

impl Shown<'_> {
    /// The names of the policies in question.
    fn names(&self) -> Vec<String> {
        let questions = self.replay.questions().iter();
        let names = questions.filter_map(|it| it.set().lowered().policies.first());
        names.map(|it| it.name.to_string()).collect()
    }

    /// The report for people.
    pub(super) fn human(&self) -> String {
        let tally = &self.found.tally;
        let mut text = String::new();
        let _ = writeln!(
            text,
            "{} of {}, {} to {}, in {}",
            many(tally.records, "record"),
            many(count(tally.accounts.len()), "account"),
            day(&tally.first),
            day(&tally.last),
            many(count(self.found.files), "file"),
        );
        let mut classes = Vec::new();
        for class in Class::ALL {
            let number = tally.of_class(class);
            if number > 0 || class == Class::Replayed {
                classes.push(format!("{} {}", number_text(number), words(class)));
            }
        }
        let _ = writeln!(text, "    {}", classes.join("   "));
        if tally.failed > 0 {
            let failed = number_text(tally.failed);
            let _ = writeln!(
                text,
                "    {failed} of those replayed failed for other reasons, and count"
            );
        }
        for (reason, (number, example)) in &tally.reasons {
            let _ = writeln!(
                text,
                "    not understood: {reason} ({}, {example})",
                number_text(*number)
            );
        }
        let [denied, unknown, allowed] =
            [Answer::Denied, Answer::Unknown, Answer::Allowed].map(|it| tally.answered(it));
        let replayed = tally.of_class(Class::Replayed);
        let _ = writeln!(
            text,
            "\n{} would have denied {} ({}) and perhaps {} more; {} would go on",
            self.names().join(", "),
            number_text(denied),
            part(denied, replayed),
            number_text(unknown),
            number_text(allowed),
        );
        self.denied(&mut text);
        self.unknown(&mut text);
        if !tally.assumptions.is_empty() {
            let names: Vec<&str> = tally.assumptions.iter().map(String::as_str).collect();
            let _ = writeln!(
                text,
                "\nwhat this rests on: {} (polsim replay --list-assumptions)",
                names.join(", ")
            );
        }
        text
    }

    fn denied(&self, text: &mut String) {
        let mut statements: BTreeMap<&str, Vec<(&GroupKey, &Group)>> = BTreeMap::new();
        for (key, group) in self.found.tally.sorted() {
            if key.verdict == Answer::Denied.as_str() {
                statements.entry(&key.statement).or_default().push((key, group));
            }
        }
        let mut statements: Vec<_> = statements.into_iter().collect();
        let total =
            |groups: &[(&GroupKey, &Group)]| groups.iter().map(|it| it.1.count).sum::<u64>();
        statements.sort_by_key(|(name, groups)| (std::cmp::Reverse(total(groups)), *name));
        for (statement, groups) in statements {
            let by = match statement {
                "" => "for want of an Allow".to_owned(),
                statement => format!("by statement {statement}"),
            };
            let _ = writeln!(text, "\nwould be denied, {by}");
            self.lines(text, groups);
        }
    }

    /// A line for each principal and action, with its origins.
    fn lines(&self, text: &mut String, groups: Vec<(&GroupKey, &Group)>) {
        let mut lines: BTreeMap<(&str, &str), Vec<(&GroupKey, &Group)>> = BTreeMap::new();
        for it in groups {
            lines.entry((&it.0.principal, &it.0.action)).or_default().push(it);
        }
        let mut lines: Vec<_> = lines.into_iter().collect();
        let total =
            |groups: &[(&GroupKey, &Group)]| groups.iter().map(|it| it.1.count).sum::<u64>();
        lines.sort_by_key(|(name, groups)| (std::cmp::Reverse(total(groups)), *name));
        let all = lines.len();
        for ((principal, action), groups) in lines.into_iter().take(self.top) {
            let origins: BTreeSet<&str> = groups.iter().map(|it| it.0.source.as_str()).collect();
            let origin = match origins.len() {
                0..=ORIGINS => origins.into_iter().collect::<Vec<_>>().join(", "),
                many => format!("{many} addresses"),
            };
            let first = groups.iter().map(|it| it.1.first.as_str()).min().unwrap_or_default();
            let last = groups.iter().map(|it| it.1.last.as_str()).max().unwrap_or_default();
            let _ = writeln!(
                text,
                "  {:>9}  {principal}  {action}  from {origin}  {} … {}",
                number_text(total(&groups)),
                day(first),
                day(last),
            );
            let examples = groups.iter().flat_map(|it| &it.1.examples);
            if let Some(example) = examples.min_by_key(|it| it.place) {
                let resource = if example.resource.is_empty() { "?" } else { &example.resource };
                let _ = writeln!(text, "             eventID {} on {resource}", example.event_id);
            }
        }
        if all > self.top {
            let _ = writeln!(
                text,
                "             and {} more lines (--top all)",
                all.saturating_sub(self.top)
            );
        }
    }

    fn unknown(&self, text: &mut String) {
        let tally = &self.found.tally;
        if tally.unknown.is_empty() {
            return;
        }
        let _ = writeln!(text, "\ncannot tell");
        let mut list: Vec<_> = tally.unknown.iter().collect();
        list.sort_by_key(|(keys, number)| (std::cmp::Reverse(**number), *keys));
        for (keys, number) in list {
            let mut origins: BTreeMap<&str, u64> = BTreeMap::new();
            for (key, group) in &tally.groups {
                if key.keys == *keys {
                    let sum = origins.entry(&key.source).or_default();
                    *sum = sum.saturating_add(group.count);
                }
            }
            let mut origins: Vec<_> = origins.into_iter().filter(|it| !it.0.is_empty()).collect();
            origins.sort_by_key(|(name, number)| (std::cmp::Reverse(*number), *name));
            let from = match origins.split_first() {
                None => String::new(),
                Some(((name, _), [])) => format!(", from {name}"),
                Some(((name, _), rest)) => format!(", from {name} and {} more", rest.len()),
            };
            let _ = writeln!(
                text,
                "  {:>9}  because the record does not say {}{from}",
                number_text(*number),
                keys.join(", "),
            );
            if let Some(advice) = advice(keys) {
                let _ = writeln!(text, "             {advice}");
            }
        }
    }

    /// The report as one object.
    pub(super) fn json(&self) -> Value {
        let tally = &self.found.tally;
        let classes: Map<String, Value> = Class::ALL
            .into_iter()
            .map(|it| (it.as_str().to_owned(), json!(tally.of_class(it))))
            .collect();
        let groups: Vec<Value> = self.rows().collect();
        let mut unknown: Vec<_> = tally.unknown.iter().collect();
        unknown.sort_by_key(|(keys, number)| (std::cmp::Reverse(**number), *keys));
        json!({
            "policies": self.names(),
            "records": tally.records,
            "accounts": tally.accounts.len(),
            "files": self.found.files,
            "digests": self.found.digests,
            "first": tally.first,
            "last": tally.last,
            "failed": tally.failed,
            "classes": classes,
            "verdicts": {
                "denied": tally.answered(Answer::Denied),
                "allowed": tally.answered(Answer::Allowed),
                "unknown": tally.answered(Answer::Unknown),
            },
            "groups": groups,
            "unknown": unknown
                .into_iter()
                .map(|(keys, count)| json!({"keys": keys, "count": count}))
                .collect::<Vec<_>>(),
            "notUnderstood": tally
                .reasons
                .iter()
                .map(|(reason, (count, example))| {
                    json!({"reason": reason, "count": count, "example": example})
                })
                .collect::<Vec<_>>(),
            "assumptions": tally.assumptions,
            "warnings": self.found.broken,
        })
    }

    fn rows(&self) -> impl Iterator<Item = Value> {
        self.found.tally.sorted().into_iter().map(|(key, group)| {
            let examples: Vec<Value> = group
                .examples
                .iter()
                .map(|it| json!({"eventID": it.event_id, "resource": it.resource}))
                .collect();
            json!({
                "principal": key.principal,
                "action": key.action,
                "source": key.source,
                "account": key.account,
                "verdict": key.verdict,
                "statement": key.statement,
                "keys": key.keys,
                "count": group.count,
                "failed": group.failed,
                "first": group.first,
                "last": group.last,
                "examples": examples,
            })
        })
    }

    /// The groups, an object a line.
    pub(super) fn lines_of_json(&self) -> String {
        self.rows().fold(String::new(), |mut text, row| {
            let _ = writeln!(text, "{row}");
            text
        })
    }

    /// The groups, a row each.
    pub(super) fn table(&self) -> String {
        let mut text = String::from(
            "verdict,count,failed,principal,account,action,source,statement,keys,first,last,example\n",
        );
        for (key, group) in self.found.tally.sorted() {
            let example = group.examples.first().map(|it| it.event_id.as_str()).unwrap_or_default();
            let (count, failed) = (group.count.to_string(), group.failed.to_string());
            let keys = key.keys.join(" ");
            let row = [
                &key.verdict,
                &count,
                &failed,
                &key.principal,
                &key.account,
                &key.action,
                &key.source,
                &key.statement,
                &keys,
                &group.first,
                &group.last,
                example,
            ]
            .map(|it: &str| cell(it));
            let _ = writeln!(text, "{}", row.join(","));
        }
        text
    }
}

fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// What would settle these keys.
fn advice(keys: &[String]) -> Option<&'static str> {
    let has = |name: &str| keys.iter().any(|it| it.eq_ignore_ascii_case(name));
    if has("aws:ViaAWSService") {
        Some(
            "the trust policies of the roles (`trust` in `--options`) tell a service's own use from a forwarded call",
        )
    } else if has("aws:SourceVpc") || has("aws:SourceVpce") {
        Some("`endpoints` in `--options` tell the VPC of an endpoint")
    } else if has("aws:PrincipalOrgID") || has("aws:ResourceOrgID") {
        Some("`--accounts` and `organizationId` in `--options` tell which accounts are ours")
    } else {
        None
    }
}

fn words(class: Class) -> &'static str {
    match class {
        Class::Replayed => "replayed",
        Class::AlreadyDenied => "already denied",
        Class::NotACall => "not API calls",
        Class::NetworkActivity => "network activity",
        Class::Duplicate => "duplicates",
        Class::NoAuthorization => "without authorization",
        Class::Window => "outside of the filters",
        Class::NotUnderstood => "not understood",
    }
}

/// The day of a time.
fn day(time: &str) -> &str {
    time.split('T').next().unwrap_or(time)
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn many(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", number_text(number), if number == 1 { "" } else { "s" })
}

/// A number with commas between its thousands.
fn number_text(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(at);
        if at > 0 && left.is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A part of a whole in per cent, with one digit behind the point.
fn part(some: u64, all: u64) -> String {
    let thousandths = some.saturating_mul(1_000).saturating_add(all >> 1).checked_div(all);
    let thousandths = thousandths.unwrap_or_default();
    let (whole, rest) = (thousandths.checked_div(10), thousandths.checked_rem(10));
    format!("{}.{} %", whole.unwrap_or_default(), rest.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{cell, number_text, part};

    #[test]
    fn numbers_read_well() {
        assert_eq!(number_text(7), "7");
        assert_eq!(number_text(842_888), "842,888");
        assert_eq!(number_text(1_000_000), "1,000,000");
        assert_eq!((part(1, 8), part(0, 0)), ("12.5 %".to_owned(), "0.0 %".to_owned()));
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
