//! The README's examples are what really happens, and its figures are true.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail in its helpers too")]

use std::path::Path;
use std::process::Command;

use polsim::network::Network;
use polsim::scenario::Scenario;
use polsim_tests::check_table;

#[test]
fn the_example_prints_what_the_readme_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let mut examples = 0;
    for block in readme.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        let (command, printed) = block.split_once('\n').unwrap();
        let Some((_, arguments)) = command.split_once(" -- ") else { continue };
        let polsim = env!("CARGO_BIN_EXE_polsim-under-test");
        let output =
            Command::new(polsim).args(arguments.split(' ')).current_dir(&root).output().unwrap();
        let found = printed.starts_with("? 1\n");
        let printed = printed.strip_prefix("? 1\n").unwrap_or(printed);
        assert_eq!(String::from_utf8(output.stdout).unwrap(), printed);
        assert_eq!(output.status.code(), Some(i32::from(found)));
        examples += 1;
    }
    assert!(examples > 0, "the README has no example");
}

/// The README's text up to a link, from the last `[` before it.
fn linked<'t>(text: &'t str, target: &str) -> &'t str {
    let (before, _) = text.split_once(&format!("]({target})")).expect(target);
    before.rsplit_once('[').expect("a link").1
}

/// The number that a text starts with, `1,807` or `75`.
fn number(text: &str) -> usize {
    let digits = text.split(|c: char| !c.is_ascii_digit() && c != ',').next().unwrap();
    digits.replace(',', "").parse().expect(text)
}

fn entries(folder: &Path, is_counted: impl Fn(&Path) -> bool) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| is_counted(path)).collect()
}

#[test]
fn the_figures_of_the_readme_are_true() {
    let root = polsim_tests::root();
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let ends_in = |ending: &'static str| {
        move |path: &Path| path.extension().is_some_and(|it| it.to_str() == Some(ending))
    };

    let text = |path: &std::path::PathBuf| std::fs::read_to_string(path).unwrap();
    let files = entries(&root.join("corpus/cases"), ends_in("jsonl"));
    let cases: usize = files.iter().map(|file| text(file).lines().count()).sum();
    assert_eq!(number(linked(&readme, "corpus/README.md")), cases, "cases");

    let files = entries(&root.join("tests/mutants"), ends_in("json"));
    let mutants = files.iter().map(|file| {
        let list: Vec<serde_json::Value> = serde_json::from_str(&text(file)).unwrap();
        list.len()
    });
    assert_eq!(number(linked(&readme, "tests/mutants")), mutants.sum::<usize>(), "mutants");

    let (_, after) = readme.split_once("[corpus/pitfalls](corpus/pitfalls) ").expect("pitfalls");
    let pitfalls = entries(&root.join("corpus/pitfalls"), |path| {
        path.file_name().unwrap().to_string_lossy().starts_with("pf")
    });
    assert_eq!(number(after), pitfalls.len(), "pitfalls");

    let patterns = entries(&root.join("corpus/patterns"), |path| {
        path.file_name().unwrap().to_string_lossy().starts_with('b')
    });
    assert_eq!(readme.contains("the nine ways of\ndeploying"), patterns.len() == 9, "patterns");
}

/// The files and folders of the repository that a page names in backticks.
fn named(page: &str) -> Vec<&str> {
    let folders = ["cli/", "corpus/", "engine/", "tests/", "wasm/", "xtask/"];
    let is_path = |text: &&str| {
        folders.iter().any(|folder| text.starts_with(folder))
            && !text.contains([' ', '<', '*', '…'])
    };
    page.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).filter(is_path).collect()
}

/// The files and folders that a page links to, relative to its own folder.
fn link_targets(page: &str) -> Vec<&str> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    targets.filter(|target| !target.is_empty() && !target.contains("://")).collect()
}

#[test]
fn the_files_that_pages_name_exist() {
    let root = polsim_tests::root();
    let mut seen = Vec::new();
    for page in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "tests/mutants/README.md"] {
        let page = root.join(page);
        let text = std::fs::read_to_string(&page).unwrap();
        let named = named(&text).into_iter().map(|path| root.join(path));
        let linked = link_targets(&text).into_iter().map(|path| page.with_file_name("").join(path));
        let paths: Vec<_> = named.chain(linked).collect();
        let missing: Vec<_> = paths.iter().filter(|path| !path.exists()).collect();
        assert!(missing.is_empty(), "{} names {missing:?}", page.display());
        seen.extend(paths);
    }
    for path in ["engine/decide/src/lower/condition.rs", "corpus/README.md"] {
        assert!(seen.contains(&root.join(path)), "{path} is named by a page");
    }
}

/// The table of case files in the corpus's own README.
#[test]
fn the_case_files_have_as_many_lines_as_their_readme_says() {
    let corpus = polsim_tests::root().join("corpus");
    let readme = std::fs::read_to_string(corpus.join("README.md")).unwrap();
    let mut rows = 0;
    for line in readme.lines() {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, name, count, ..] = columns[..] else { continue };
        let name = name.trim_matches('`');
        // Other tables of the page name no file of this folder in their first column.
        let Ok(text) = std::fs::read_to_string(corpus.join("cases").join(name)) else { continue };
        assert_eq!(number(count), text.lines().count(), "{name}");
        rows += 1;
    }
    assert_eq!(rows, 4, "a row for each file");
}

/// The reference pages are made from the tables that files are checked with.
#[test]
fn the_reference_pages_are_what_the_readers_check() {
    check_table("docs/reference/scenario.md", "scenario", &Scenario::reference());
    check_table("docs/reference/network.md", "network", &Network::reference());
    let rows = Network::BUILT_IN.iter().map(|(name, is)| format!("| `{name}` | {is} |\n"));
    let origins = format!("| origin | is |\n| --- | --- |\n{}", rows.collect::<String>());
    check_table("docs/properties.md", "origins", &origins);
}
