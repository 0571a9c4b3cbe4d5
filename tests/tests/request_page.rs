//! The page "What a request carries": its tables are the catalogue's. With `POLSIM_UPDATE_PAGE` set the
//! tables are written anew.
#![expect(clippy::expect_used, reason = "a test may fail in its helpers too")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use polsim::catalog::{ContextKey, Presence, PrincipalKind, Refusal, Twin};
use polsim_tests::root;

const PAGE: &str = "docs/request.md";

/// The text of a cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn presence(row: &ContextKey) -> &'static str {
    match row.presence {
        Presence::Always => "always",
        Presence::ByAction => "by action",
        Presence::ByCaller => "by caller",
        Presence::Open => "open",
    }
}

/// The keys of the catalogue, a row each.
fn keys() -> String {
    let mut out = "| key | values | there | when |\n| --- | --- | --- | --- |\n".to_owned();
    let mut rows: Vec<&ContextKey> = ContextKey::all().collect();
    rows.sort_by_key(|it| (it.prefix() != "aws", it.name().to_ascii_lowercase()));
    for row in rows {
        let many = if row.multivalued { "several, " } else { "" };
        let name = row.name();
        let family = if row.is_family() { "…" } else { "" };
        let _ = writeln!(
            out,
            "| `{name}{family}` | {many}{:?} | {} | {} |",
            row.value,
            presence(row),
            cell(row.when)
        );
    }
    out
}

/// The keys that repeat another, a row each.
fn twins() -> String {
    let mut out = "| key | repeats | requests of |\n| --- | --- | --- |\n".to_owned();
    for twin in Twin::all() {
        let _ = writeln!(out, "| `{}` | `{}` | `{}` |", twin.key, twin.of, twin.service);
    }
    out
}

fn kind(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::Anonymous => "anonymous",
        PrincipalKind::FederatedUser => "federated users",
        PrincipalKind::Provider => "identity providers",
        PrincipalKind::RoleSession => "role sessions",
        PrincipalKind::Root => "root users",
        PrincipalKind::Service => "services",
        PrincipalKind::User => "users",
    }
}

/// The calls that AWS refuses, a row each.
fn refusals() -> String {
    let mut out =
        "| fact | who | stage | why | source |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for it in Refusal::all() {
        let who: Vec<&str> = it.callers.iter().map(|it| kind(*it)).collect();
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} | {} |",
            it.fact,
            who.join(", "),
            it.stage.as_str(),
            cell(it.sentence),
            cell(it.source)
        );
    }
    out
}

/// The page with this table between its marks.
fn with_table(page: &str, name: &str, table: &str) -> String {
    let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let (before, rest) = page.split_once(&start).expect("the mark of the table");
    let (_, after) = rest.split_once(&end).expect("the end of the table");
    format!("{before}{start}{table}{end}{after}")
}

#[test]
fn the_tables_of_the_page_are_those_of_the_catalogue() {
    let path = root().join(PAGE);
    let page = std::fs::read_to_string(&path).expect("the page");
    let mut made = page.clone();
    for (name, table) in [("keys", keys()), ("twins", twins()), ("refusals", refusals())] {
        made = with_table(&made, name, &table);
    }
    if std::env::var_os("POLSIM_UPDATE_PAGE").is_some() {
        std::fs::write(&path, &made).expect("the page can be written");
    }
    assert!(made == page, "{PAGE} has other tables than the catalogue: set POLSIM_UPDATE_PAGE");
}

#[test]
fn each_key_and_fact_has_a_row() {
    let page = std::fs::read_to_string(root().join(PAGE)).expect("the page");
    let facts: BTreeSet<&str> = Refusal::all().iter().map(|it| it.fact).collect();
    assert!(facts.len() > 20, "{facts:?}");
    for fact in facts {
        assert!(page.contains(&format!("| `{fact}` |")), "{fact}");
    }
    for row in ContextKey::all() {
        assert!(page.contains(row.name()), "{}", row.name());
    }
}
