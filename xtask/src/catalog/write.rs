//! The reference as a text of columns, which `polsim_decide::catalog` reads.

use std::collections::{BTreeMap, HashMap};
use std::io::{Read, Write};

use anyhow::Result;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use polsim_decide::text::Fnv1a;

use super::model::{Reference, Service};

/// The sections with one line for each service.
const OF_SERVICES: [&str; 11] = [
    "services", "keys", "types", "formats", "typekeys", "rows", "actions", "levels", "rowids",
    "depends", "partial",
];

/// The most words that a name may share with the one before: one digit tells it.
const MAX_SHARED: usize = 35;

/// The catalogue's text.
pub(super) fn text(reference: &Reference) -> String {
    let mut sections: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut lists = Lists::default();
    for (prefix, service) in &reference.services {
        for (section, line) in lines(prefix, service, &mut lists) {
            sections.entry(section).or_default().push(line);
        }
    }
    let sources = reference.sources.iter();
    let sources = sources.map(|it| format!("{} {} {}", it.name, it.version, it.licence));
    let mut body = section("sources", &sources.collect::<Vec<_>>());
    body += &section("date", std::slice::from_ref(&reference.date));
    for name in OF_SERVICES.iter().chain(&["withdrawn"]) {
        body += &section(name, sections.get(name).map(Vec::as_slice).unwrap_or_default());
    }
    body += &section("lists", &lists.all);
    let hash = Fnv1a::new().text(&body).value();
    format!("polsim-catalog 1 {hash:016x}\n{body}")
}

/// The text, compressed; the same bytes for the same text.
pub(super) fn packed(text: &str) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes())?;
    Ok(encoder.finish()?)
}

/// The text of compressed data.
pub(super) fn unpacked(packed: &[u8]) -> Result<String> {
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text)?;
    Ok(text)
}

fn section(name: &str, lines: &[String]) -> String {
    let mut text = format!("# {name} {}\n", lines.len());
    for line in lines {
        text += line;
        text.push('\n');
    }
    text
}

/// The distinct lists of dependent actions.
#[derive(Default)]
struct Lists {
    all: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Lists {
    fn number(&mut self, list: String) -> usize {
        if let Some(known) = self.numbers.get(&list) {
            return *known;
        }
        let next = self.all.len();
        self.all.push(list.clone());
        self.numbers.insert(list, next);
        next
    }
}

/// The lines about one service.
fn lines(prefix: &str, service: &Service, lists: &mut Lists) -> Vec<(&'static str, String)> {
    let numbers = |names: Vec<&String>| -> HashMap<String, String> {
        names.into_iter().enumerate().map(|(at, name)| (name.clone(), base36(at))).collect()
    };
    let key_numbers = numbers(service.keys.keys().collect());
    let type_numbers = numbers(service.types.keys().collect());
    let number = |map: &HashMap<String, String>, name: &String| {
        map.get(&name.to_ascii_lowercase()).cloned().unwrap_or_default()
    };
    let keys = |names: &[String]| {
        let mut list: Vec<String> = names.iter().map(|it| number(&key_numbers, it)).collect();
        list.sort();
        list.join(",")
    };
    let own = |name: &str| match name.split_at_checked(prefix.len()) {
        Some((start, rest)) if rest.starts_with(':') && start.eq_ignore_ascii_case(prefix) => {
            rest.to_owned()
        }
        _ => name.to_owned(),
    };
    let mut rows: Vec<String> = Vec::new();
    let (mut levels, mut row_ids, mut depends) = (String::new(), Vec::new(), Vec::new());
    let mut before = 0_usize;
    for (at, action) in service.actions.values().enumerate() {
        let mut row = keys(&action.keys);
        if row.is_empty() {
            row.push('-');
        }
        for (name, required, own_keys) in &action.types {
            row.push(' ');
            row += &number(&type_numbers, name);
            row += if *required { "*" } else { "" };
            if !own_keys.is_empty() {
                row.push('=');
                row += &keys(own_keys);
            }
        }
        let id = rows.iter().position(|it| *it == row).unwrap_or(rows.len());
        if id == rows.len() {
            rows.push(row);
        }
        levels.push(action.level);
        row_ids.push(base36(id));
        if !action.depends.is_empty() {
            let names: Vec<String> = action.depends.iter().map(|it| own(it)).collect();
            let list = lists.number(names.join(" "));
            depends.push(format!("{}:{}", base36(at.saturating_sub(before)), base36(list)));
            before = at;
        }
    }
    let types = service.types.values();
    let partial = service.partial.iter().map(|(name, types)| {
        let types: Vec<String> = types.iter().map(|it| number(&type_numbers, it)).collect();
        format!("{name}={}", types.join(","))
    });
    let sign = if service.name.is_some() { "" } else { "!" };
    let join = |items: Vec<String>, separator: &str| items.join(separator);
    vec![
        ("services", format!("{sign}{prefix}\t{}", service.name.as_deref().unwrap_or_default())),
        (
            "keys",
            join(
                service.keys.values().map(|it| format!("{}{}", it.kind, own(&it.name))).collect(),
                "\t",
            ),
        ),
        ("types", join(types.clone().map(|it| it.name.clone()).collect(), "\t")),
        ("formats", join(types.clone().map(|it| short_format(&it.format, prefix)).collect(), "\t")),
        ("typekeys", join(types.map(|it| keys(&it.keys)).collect(), " ")),
        ("rows", rows.join(";")),
        ("actions", front_coded(service.actions.values().map(|it| it.name.as_str()))),
        ("levels", levels),
        ("rowids", row_ids.join(" ")),
        ("depends", depends.join(" ")),
        ("partial", join(partial.collect(), " ")),
        ("withdrawn", join(service.withdrawn.iter().cloned().collect(), " ")),
    ]
}

fn base36(number: usize) -> String {
    let mut digits = Vec::new();
    let mut left = u32::try_from(number).unwrap_or(u32::MAX);
    loop {
        digits.push(char::from_digit(left % 36, 36).unwrap_or('0'));
        left /= 36;
        if left == 0 {
            return digits.iter().rev().collect();
        }
    }
}

/// An ARN format with a sign for its common beginning, and `{` for `${`.
fn short_format(format: &str, prefix: &str) -> String {
    let starts = [
        ("~", format!("arn:${{Partition}}:{prefix}:${{Region}}:${{Account}}:")),
        ("^", format!("arn:${{Partition}}:{prefix}::${{Account}}:")),
        ("_", format!("arn:${{Partition}}:{prefix}:::")),
        ("=", "arn:${Partition}:".to_owned()),
    ];
    for (sign, start) in starts {
        if let Some(rest) = format.strip_prefix(&start) {
            return format!("{sign}{}", rest.replace("${", "{"));
        }
    }
    format.replace("${", "{")
}

/// Names in which the words that a name shares with the one before are a digit, their number.
fn front_coded<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut before = "";
    let mut items = Vec::new();
    for name in names {
        let (words, last) = (words(name), words(before));
        let alike = words.iter().zip(&last).take_while(|(one, other)| one == other).count();
        let shared = alike.min(MAX_SHARED);
        let rest: String = words.into_iter().skip(shared).collect();
        items.push(format!("{}{rest}", base36(shared)));
        before = name;
    }
    items.join(" ")
}

/// The words of a name: each begins with a capital.
fn words(name: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = name
        .char_indices()
        .filter(|(at, letter)| *at > 0 && letter.is_ascii_uppercase())
        .map(|(at, _)| at)
        .collect();
    starts.push(name.len());
    let mut start = 0;
    let word = |end: usize| {
        let word = name.get(start..end).unwrap_or_default();
        start = end;
        word
    };
    starts.into_iter().map(word).collect()
}

#[cfg(test)]
mod tests;
