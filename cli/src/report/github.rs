//! Annotations of GitHub Actions: an error at each finding.

use std::env;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

use super::model::Report;

/// The report as workflow commands, and the sum.
pub(super) fn text(report: &Report<'_>) -> String {
    let results = report.results();
    let mut out = String::new();
    for suite in results.suites() {
        for check in &suite.checks {
            let Some(finding) = &check.finding else { continue };
            let _ = writeln!(
                out,
                "::error {},title={}::{}",
                place((check.file, check.line, check.column)),
                property(&check.name),
                message(finding.details.as_ref().unwrap_or(&finding.summary)),
            );
        }
    }
    for (title, text) in results.run_findings() {
        let _ = writeln!(out, "::error title={}::{}", property(title), message(&text));
    }
    let _ = writeln!(out, "{}", results.totals());
    out
}

/// The properties of an annotation that tell its place.
///
/// GitHub takes a file's path from the root of the repository, and a step may run in a folder of it
/// (`working-directory`).
pub(super) fn place((file, line, column): (&str, u32, u32)) -> String {
    let from_root = env::current_dir().ok().and_then(|here| from_root(&here, Path::new(file)));
    let file = from_root.as_deref().unwrap_or(file);
    format!("file={},line={line},col={column}", property(file))
}

/// The path of a file from the root of the repository that the folder `here` is in; none outside of
/// a repository.
fn from_root(here: &Path, file: &Path) -> Option<String> {
    let root = here.ancestors().find(|folder| folder.join(".git").exists())?;
    let mut path: Vec<Component<'_>> = Vec::new();
    let whole = here.join(file);
    for component in whole.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(path.pop()),
            other => path.push(other),
        }
    }
    let path: PathBuf = path.into_iter().collect();
    let names: Option<Vec<&str>> =
        path.strip_prefix(root).ok()?.components().map(|it| it.as_os_str().to_str()).collect();
    Some(names?.join("/"))
}

/// The text of an annotation, escaped.
pub(super) fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of an annotation, escaped.
pub(super) fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{from_root, message, property};

    #[test]
    fn files_are_named_from_the_root_of_the_repository() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
        if !root.join(".git").exists() {
            return;
        }
        let told = |here: &str, file: &str| from_root(&root.join(here), Path::new(file));
        assert_eq!(told("corpus/diff", "a.json").as_deref(), Some("corpus/diff/a.json"));
        assert_eq!(told("corpus/diff", "./../b.json").as_deref(), Some("corpus/b.json"));
        assert_eq!(told("corpus", "../../outside.json"), None);
    }

    #[test]
    fn annotations_are_escaped() {
        assert_eq!(message("50%\nx"), "50%25%0Ax");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
