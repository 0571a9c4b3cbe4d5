//! Tables in the corpus's READMEs that are made from its files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::{env, fs};

use polsim::text::{Node, Source, read};

use crate::root;
use crate::scenarios::{Written, texts};

const END: &str = "<!-- end of table -->";

/// The table of pitfalls: number, kind, what is plausible about it, folder.
pub fn pitfalls(all: &[Written]) -> String {
    let mut table =
        String::from("| id | kind | the plausible policy | folder |\n| --- | --- | --- | --- |\n");
    for pitfall in all {
        let (title, _) = pitfall.why();
        let Some((id, rest)) = title.split_once(" (") else { continue };
        let Some((kind, title)) = rest.split_once("). ") else { continue };
        let folder = pitfall.folder();
        let title = cell(title);
        let _ = writeln!(table, "| {id} | {kind} | {title} | [{folder}]({folder}/) |");
    }
    table
}

/// The table of patterns: what each is about, what it recommends, and how much it checks.
pub fn patterns(all: &[Written]) -> String {
    let mut table = String::from(
        "| | pattern | what it is about | recommended | tests | properties |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for pattern in all {
        let (title, about) = pattern.why();
        let Some((id, title)) = title.split_once(". ") else { continue };
        let recommended: BTreeSet<(u8, String)> = set(&pattern.node, "recommended")
            .iter()
            .filter_map(|file| policy_number(file))
            .collect();
        let recommended: Vec<String> = recommended.into_iter().map(|(_, it)| it).collect();
        let recommended = recommended.join(", ");
        let (folder, title) = (pattern.folder(), cell(title.trim_end_matches('.')));
        let file = pattern.path.rsplit('/').next().unwrap_or_default();
        let file = if file == "scenario.yaml" { "" } else { file };
        let (tests, properties) =
            (pattern.scenario.tests.len(), pattern.scenario.properties().len());
        let _ = writeln!(
            table,
            "| {id} | [{title}]({folder}/{file}) | {} | {recommended} | {tests} | {properties} |",
            cell(&about)
        );
    }
    table
}

/// The table of policies: what each is attached as, its statements, the patterns that use it.
pub fn policies(all: &[Written]) -> String {
    let mut uses: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> = BTreeMap::new();
    for pattern in all {
        let id = pattern.why().0.split('.').next().unwrap_or_default().to_owned();
        each_policy(&pattern.node, &mut |policy_type, file| {
            let Some(file) = file.strip_prefix("../policies/") else { return };
            if policy_number(file).is_some() {
                let (types, patterns) = uses.entry(file.to_owned()).or_default();
                types.insert(policy_type.to_owned());
                patterns.insert(id.clone());
            }
        });
    }
    let mut table =
        String::from("| policy | attached as | statements | in |\n| --- | --- | --- | --- |\n");
    for (file, (types, patterns)) in uses {
        let join = |words: BTreeSet<String>| words.into_iter().collect::<Vec<_>>().join(", ");
        let sids = sids(&file).join(", ");
        let (types, patterns) = (join(types), join(patterns));
        let _ = writeln!(table, "| [{file}](policies/{file}) | {types} | {sids} | {patterns} |");
    }
    table
}

/// Compares a README's table, the one after `<!-- table: NAME -->`, with what it should be. With
/// `POLSIM_UPDATE_TABLES=1` it is written instead.
///
/// # Panics
/// If it differs, or there is no such table.
#[expect(clippy::expect_used, clippy::panic, reason = "that is how tests fail")]
pub fn check_table(readme: &str, name: &str, table: &str) {
    let path = root().join(readme);
    let text = fs::read_to_string(&path).expect("the README can be read");
    let start = format!("<!-- table: {name} -->\n");
    let (before, rest) = text.split_once(&start).expect("the README has the table");
    let (old, after) = rest.split_once(END).expect("the table has an end");
    if env::var_os("POLSIM_UPDATE_TABLES").is_some() {
        let text = format!("{before}{start}{table}{END}{after}");
        fs::write(&path, text).expect("the README can be written");
    } else if let Some((old, new)) = old.lines().zip(table.lines()).find(|(old, new)| old != new) {
        panic!(
            "{readme} says\n  {old}\nand the files\n  {new}\n(POLSIM_UPDATE_TABLES=1 writes it)"
        );
    } else if old != table {
        panic!("{readme}: its table {name} has other rows than there are files");
    }
}

/// The files of a set, those of the sets in it included.
fn set(scenario: &Node, name: &str) -> Vec<String> {
    let Some(set) = scenario.member("sets").and_then(|sets| sets.value.member(name)) else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for item in set.value.items() {
        match item.as_str() {
            Some(other) => files.extend(self::set(scenario, other)),
            None => files.extend(texts(item, "file").into_iter().map(str::to_owned)),
        }
    }
    files
}

/// Calls `seen` with type and file of each policy in the sets.
fn each_policy(scenario: &Node, seen: &mut impl FnMut(&str, &str)) {
    let sets = scenario.member("sets").map(|it| it.value.members()).unwrap_or_default();
    for item in sets.iter().flat_map(|set| set.value.items()) {
        if let (Some(policy_type), Some(file)) =
            (texts(item, "type").first(), texts(item, "file").first())
        {
            seen(policy_type, file);
        }
    }
}

/// 3 and `R3 to R7` of `../policies/r03-r07-compute-baseline.json`.
fn policy_number(file: &str) -> Option<(u8, String)> {
    let name = file.rsplit('/').next()?;
    let mut numbers = name.split('-').map_while(|part| part.strip_prefix('r')?.parse::<u8>().ok());
    let first = numbers.next()?;
    let text =
        numbers.next().map_or_else(|| format!("R{first}"), |last| format!("R{first} to R{last}"));
    Some((first, text))
}

/// The Sids of a policy file.
#[expect(clippy::expect_used, reason = "tests stop without their corpus")]
fn sids(file: &str) -> Vec<String> {
    let path = root().join("corpus/patterns/policies").join(file);
    let text = fs::read_to_string(path).expect("the policy can be read");
    let node = read(&Source::new(file, text)).expect("JSON");
    let statements = node.member("Statement").map(|it| it.value.items()).unwrap_or_default();
    statements.iter().flat_map(|it| texts(it, "Sid")).map(str::to_owned).collect()
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

impl Written {
    /// The tests as they are written.
    pub fn test_nodes(&self) -> &[Node] {
        self.node.member("tests").map(|tests| tests.value.items()).unwrap_or_default()
    }
}
