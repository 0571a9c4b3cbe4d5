//! The fixtures of `corpus/inputs`: recovered models, verdicts and messages as `expect.yaml` has them.
//! `open.txt` there lists what is not answered yet, line by line; a line that is answered must go.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test reads files, and may fail in its helpers too"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use polsim::prove::Limits;
use polsim::text::{Node, Source, Value as Tree, read as read_tree};
use polsim_inputs::{
    AnswerVerdict, InputFile, Options, PACKS, Pack, Perimeter, ask_about, in_worlds, read,
    read_before, verify, worlds,
};
use serde_json::{Map, Value as Json, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/inputs")
}

fn to_json(node: &Node) -> Json {
    match &node.value {
        Tree::Null => Json::Null,
        Tree::Bool(value) => json!(value),
        Tree::Number(text) => serde_json::from_str(text).unwrap(),
        Tree::String(text) => json!(text),
        Tree::Array(items) => items.iter().map(to_json).collect(),
        Tree::Object(members) => {
            members.iter().map(|it| (it.key.to_string(), to_json(&it.value))).collect()
        }
    }
}

/// Lists as sets, lists of one as their element.
fn canonical(json: &Json) -> Json {
    match json {
        Json::Array(items) => {
            let set: BTreeSet<String> = items.iter().map(|it| canonical(it).to_string()).collect();
            let mut items: Vec<Json> =
                set.iter().map(|it| serde_json::from_str(it).unwrap()).collect();
            if items.len() == 1 { items.remove(0) } else { Json::Array(items) }
        }
        Json::Object(members) => {
            let each = members.iter().map(|(key, value)| (key.clone(), canonical(value)));
            Json::Object(each.collect::<Map<_, _>>())
        }
        Json::Bool(value) => json!(value.to_string()),
        other => other.clone(),
    }
}

fn files(folder: &Path, expect: &Json, inputs: &Json) -> Vec<InputFile> {
    let names: Vec<&str> =
        inputs.as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    let _ = expect;
    let mut out = Vec::new();
    for name in names {
        gather(folder, Path::new(name), &mut out);
    }
    out
}

fn gather(folder: &Path, name: &Path, out: &mut Vec<InputFile>) {
    let path = folder.join(name);
    if path.is_dir() {
        let mut names: Vec<_> =
            fs::read_dir(&path).unwrap().map(|it| it.unwrap().file_name()).collect();
        names.sort();
        for inner in names {
            gather(folder, &name.join(inner), out);
        }
    } else {
        let path_text = name.display().to_string();
        out.push(InputFile { path: path_text.into(), bytes: fs::read(path).unwrap() });
    }
}

fn flags(expect: &Json, more: &str) -> Options {
    let mut options = Options::default();
    let own: Vec<String> = expect
        .get("flags")
        .and_then(Json::as_array)
        .map(|all| all.iter().map(|it| it.as_str().unwrap().to_owned()).collect())
        .unwrap_or_default();
    let words: Vec<String> =
        own.into_iter().chain(more.split_whitespace().map(str::to_owned)).collect();
    for pair in words.chunks(2) {
        let value = pair[1].clone();
        match pair[0].as_str() {
            "--account" | "--for-account" => options.account = Some(value.into()),
            "--region" => options.region = Some(value.into()),
            "--own" => options.own.push(value),
            "--parameter" => {
                let (name, value) = value.split_once('=').unwrap();
                options.parameters.push((name.to_owned(), value.to_owned()));
            }
            other => panic!("flag {other}"),
        }
    }
    options
}

/// What a fixture's answers differ in from what is expected, a line each.
struct Differences<'f> {
    fixture: &'f str,
    lines: Vec<String>,
}

impl Differences<'_> {
    fn differ(&mut self, what: impl Into<String>) {
        let line = format!("{}: {}", self.fixture, what.into());
        self.lines.push(line);
    }

    fn same(&mut self, what: &str, expected: &Json, found: &Json) {
        let (expected, found) = (canonical(expected), canonical(found));
        if expected != found {
            println!("{} {what}\n  expected {expected}\n  found    {found}", self.fixture);
            self.differ(what);
        }
    }
}

fn policies(expected: &Json, found: &Json, differ: &mut Differences<'_>, sourced: bool) {
    // What a call that failed would have said is a hole that the list does not have.
    let failed = |it: &&Json| it["hole"].as_str().is_some_and(|it| it.contains("not readable"));
    let found: Vec<&Json> =
        found["policies"].as_array().unwrap().iter().filter(|it| !failed(it)).collect();
    let expected: Vec<&Json> = expected.as_array().unwrap().iter().collect();
    if found.len() != expected.len() {
        let names: Vec<String> =
            found.iter().map(|it| format!("{} {}", it["type"], it["at"])).collect();
        println!("{}: found {}", differ.fixture, names.join(", "));
        differ.differ(format!("{} policies, found {}", expected.len(), found.len()));
    }
    for it in expected {
        let at = it["at"].as_str().unwrap();
        let name = format!(
            "policy {} {at} {}",
            it["type"].as_str().unwrap(),
            it["attribute"].as_str().unwrap_or_default()
        );
        let fits = |other: &&&Json| {
            other["type"] == it["type"]
                && other["at"] == it["at"]
                && (it.get("attribute").is_none() || other["attribute"] == it["attribute"])
                && it.get("via").is_none_or(|via| via == &canonical(&other["through"]))
        };
        let Some(other) = found.iter().find(fits) else {
            differ.differ(format!("{name} is missing"));
            continue;
        };
        for key in ["principal", "resource", "endpoint", "level", "through"] {
            if let Some(value) = it.get(key) {
                differ.same(&format!("{name} {key}"), value, &other[key]);
            }
        }
        if let Some(document) = it.get("document") {
            differ.same(&format!("{name} document"), document, &other["document"]);
        }
        if let Some(hole) = it.get("hole").and_then(Json::as_str)
            && !other["hole"].as_str().unwrap_or_default().contains(hole)
        {
            differ.differ(format!("{name} is no hole"));
        }
        if sourced {
            for key in ["origin", "place"] {
                if let Some(value) = it.get(key) {
                    let place = other[key].as_str().unwrap_or_default();
                    let cut = place.rsplit_once(':').map_or(place, |(start, _)| start);
                    let same = value == &other[key] || (key == "place" && value == &json!(cut));
                    if !same {
                        differ.differ(format!("{name} {key} {value}, found {}", other[key]));
                    }
                }
            }
        }
    }
}

fn property_of(it: &Json) -> Json {
    let keys = ["name", "deny", "allow", "always", "by"];
    let members = it.as_object().unwrap().iter().filter(|(key, _)| keys.contains(&key.as_str()));
    let mut out: Map<String, Json> =
        members.map(|(key, value)| (key.clone(), value.clone())).collect();
    // What is to work is to work for somebody who carries policies here.
    if it.get("allow").is_some() && it.get("by").is_none() && it.get("given").is_none() {
        out.insert("by".to_owned(), json!("holder"));
    }
    if it.get("given").is_some() {
        let given = json!({"type": "identity", "document": {"Version": "2012-10-17", "Statement":
            [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}});
        out.insert("policies".to_owned(), json!(["all", given]));
    }
    Json::Object(out)
}

fn run(search: &mut dyn FnMut(Limits<'_>)) {
    search(Limits::default());
}

fn verdicts(
    expect: &Json,
    key: &str,
    result: Result<Perimeter, polsim_inputs::InputError>,
    differ: &mut Differences<'_>,
) {
    let label = if key == "verdict" { String::new() } else { format!(" {key}") };
    let result = match result {
        Ok(result) => result,
        Err(error) => return differ.differ(format!("properties{label}: {error}")),
    };
    let list = expect["properties"].as_array().unwrap();
    for (it, answer) in list.iter().zip(&result.answers) {
        let Some(wanted) = it.get(key).and_then(Json::as_str) else { continue };
        if answer.verdict.as_str() != wanted {
            let example = answer.example.as_ref().map(|it| it.sentence.clone());
            println!("{}: {} {:?} {:?}", differ.fixture, answer.wanted, example, answer.depends_on);
            differ.differ(format!(
                "property{label} `{}` is {wanted}, found {}",
                answer.wanted,
                answer.verdict.as_str()
            ));
        }
    }
}

fn fixture(name: &str) -> Vec<String> {
    let folder = root().join(name);
    let text = fs::read_to_string(folder.join("expect.yaml")).unwrap();
    let expect = to_json(&read_tree(&Source::new("expect.yaml", text)).unwrap());
    let mut differ = Differences { fixture: name, lines: Vec::new() };
    let inputs = files(&folder, &expect, &expect["inputs"]);
    let sources = polsim_inputs::SourceFiles::read(&tf_files(&folder));
    let mut options = flags(&expect, "");
    let has_source = sources.is_some();
    options.sources = sources;
    let all = match worlds(&inputs, &options) {
        Ok(all) => all,
        Err(error) => {
            differ.differ(format!("not read: {error}"));
            return differ.lines;
        }
    };
    let packs_options = Options { packs: PACKS.to_vec(), ..flags(&expect, "") };
    let list: Vec<Json> =
        expect["properties"].as_array().unwrap().iter().map(property_of).collect();
    let has_packs = expect.get("packs").is_some() || expect.get("error").is_some();
    let result = in_worlds(all.clone(), |model| {
        // An organization without any account's policies has properties only.
        if has_packs {
            ask_about(model, &packs_options, &run)
        } else {
            verify(model, &packs_options, &list, &["aws"], &run)
        }
    });
    if let Some(error) = expect.get("error").and_then(Json::as_str) {
        match result {
            Err(found) if found.message == error => (),
            Err(found) => differ.differ(format!("error, found {found}")),
            Ok(_) => differ.differ("error"),
        }
        return differ.lines;
    }
    let result = match result {
        Ok(result) => result,
        Err(error) => {
            differ.differ(format!("not asked: {error}"));
            return differ.lines;
        }
    };
    recovered(&expect, &all, &result, &mut differ);
    packs(&expect, &result, &mut differ);
    let options = flags(&expect, "");
    let result = in_worlds(all, |model| verify(model, &options, &list, &["aws"], &run));
    verdicts(&expect, "verdict", result, &mut differ);
    if has_source {
        let options = flags(&expect, "");
        let model = read(&inputs, &options).unwrap();
        verdicts(
            &expect,
            "without-source",
            verify(model, &options, &list, &["aws"], &run),
            &mut differ,
        );
    }
    if expect["properties"].as_array().unwrap().iter().any(|it| it.get("before").is_some()) {
        let options = flags(&expect, "");
        let model = read_before(&inputs, &options).unwrap();
        verdicts(&expect, "before", verify(model, &options, &list, &["aws"], &run), &mut differ);
    }
    variants(&expect, &folder, &inputs, &mut differ);
    differ.lines
}

/// The recovered model: account, region, policies, network, symbols.
fn recovered(
    expect: &Json,
    all: &[polsim_inputs::World],
    result: &Perimeter,
    differ: &mut Differences<'_>,
) {
    let packs_options = Options { packs: PACKS.to_vec(), ..flags(expect, "") };
    let recovered = result.recovered();
    let wanted = &expect["recovered"];
    for key in ["account", "region"] {
        if let Some(value) = wanted.get(key) {
            differ.same(key, value, &recovered[key]);
        }
    }
    if let Some(expected) = expect.get("worlds").and_then(Json::as_array) {
        if expected.len() != all.len() {
            differ.differ(format!("{} worlds, found {}", expected.len(), all.len()));
        }
        for world in all {
            let in_it = |name: &str, value: bool| {
                world.conditions.iter().any(|(own, it)| own == name && *it == value)
            };
            let of_world = wanted["policies"].as_array().unwrap().iter().filter(|it| {
                let said = it["world"].as_object().unwrap();
                said.iter().all(|(name, value)| in_it(name, value.as_bool().unwrap()))
            });
            let list: Json = of_world.cloned().collect();
            let one = ask_about(world.model.clone(), &packs_options, &run).unwrap();
            policies(&list, &one.recovered(), differ, true);
        }
    } else {
        policies(&wanted["policies"], &recovered, differ, true);
    }
    differ.same("network", &by_id(&wanted["network"]), &by_id(&recovered["network"]));
    let symbols: Map<String, Json> = result
        .symbols()
        .map(|(name, kind, class)| (name.to_owned(), json!({"kind": kind, "class": class})))
        .collect();
    let empty = Map::new();
    for (name, symbol) in expect.get("symbols").and_then(Json::as_object).unwrap_or(&empty) {
        let found = symbols.get(name).cloned().unwrap_or_default();
        differ.same(&format!("symbol {name}"), symbol, &found);
    }
    let undecided: Vec<&str> = result.undecided.iter().map(|(id, _)| id.as_str()).collect();
    let wanted_ids = expect.get("undecided").cloned().unwrap_or_else(|| json!([]));
    differ.same("undecided", &wanted_ids, &json!(undecided));
}

/// The network with ids where its parts name one another.
fn by_id(network: &Json) -> Json {
    let mut names: Vec<(String, String)> = Vec::new();
    for vpc in network.get("vpcs").and_then(Json::as_array).into_iter().flatten() {
        for key in ["subnets", "securityGroups", "routeTables"] {
            for it in vpc.get(key).and_then(Json::as_array).into_iter().flatten() {
                if let (Some(name), Some(id)) = (it["name"].as_str(), it["id"].as_str()) {
                    names.push((name.to_owned(), id.to_owned()));
                }
            }
        }
    }
    renamed(network, &names)
}

fn renamed(json: &Json, names: &[(String, String)]) -> Json {
    match json {
        Json::String(text) => {
            let known = names.iter().find(|(name, _)| name == text);
            json!(known.map_or(text.as_str(), |(_, id)| id))
        }
        Json::Array(items) => items.iter().map(|it| renamed(it, names)).collect(),
        Json::Object(members) => members
            .iter()
            .filter(|(key, _)| *key != "name")
            .map(|(key, value)| (key.clone(), renamed(value, names)))
            .collect(),
        other => other.clone(),
    }
}

/// The variants of properties: other flags, other inputs, more assumptions.
fn variants(expect: &Json, folder: &Path, inputs: &[InputFile], differ: &mut Differences<'_>) {
    for it in expect["properties"].as_array().unwrap() {
        let list = [property_of(it)];
        let name = it["name"].as_str().unwrap();
        let mut all: Vec<(Json, Vec<InputFile>)> = Vec::new();
        if let Some(alone) = it.get("alone") {
            all.push((alone.clone(), files(folder, expect, &alone["inputs"])));
        }
        for also in it.get("also").and_then(Json::as_array).unwrap_or(&Vec::new()) {
            all.push((also.clone(), inputs.to_vec()));
        }
        for (variant, inputs) in all {
            // A stack by itself has no name before its logical ids.
            let text = serde_json::to_string(&list).unwrap();
            let alone = variant.get("inputs").is_some();
            let text = if alone { text.replace("«storage.", "«") } else { text };
            let list: Vec<Json> = serde_json::from_str(&text).unwrap();
            let options = flags(expect, variant.get("flags").and_then(Json::as_str).unwrap_or(""));
            let mut assume = vec!["aws"];
            let more = variant.get("assume").and_then(Json::as_array).cloned().unwrap_or_default();
            assume.extend(more.iter().map(|it| it.as_str().unwrap()));
            let wanted = variant["verdict"].as_str().unwrap();
            let answered = worlds(&inputs, &options).and_then(|all| {
                in_worlds(all, |model| verify(model, &options, &list, &assume, &run))
            });
            match answered {
                Ok(result) if result.answers[0].verdict.as_str() == wanted => (),
                Ok(result) => {
                    let found = result.answers[0].verdict.as_str();
                    differ.differ(format!("variant of `{name}` is {wanted}, found {found}"));
                }
                Err(error) => differ.differ(format!("variant of `{name}`: {error}")),
            }
        }
    }
}

fn packs(expect: &Json, result: &Perimeter, differ: &mut Differences<'_>) {
    let empty = Map::new();
    for (name, verdict) in expect.get("packs").and_then(Json::as_object).unwrap_or(&empty) {
        let pack: Pack = name.parse().unwrap();
        let found = result.verdict_of(pack).map_or("not-applicable", AnswerVerdict::as_str);
        if verdict.as_str() != Some(found) {
            for answer in result.answers.iter().filter(|it| it.pack == pack) {
                let example = answer.example.as_ref().map(|it| &it.sentence);
                println!(
                    "{} {name}: {} {} {example:?} {:?} {:?}",
                    differ.fixture,
                    answer.wanted,
                    answer.verdict.as_str(),
                    answer.depends_on,
                    answer.reason
                );
            }
            differ.differ(format!("pack {name} is {verdict}, found {found}"));
        }
    }
}

fn tf_files(folder: &Path) -> Vec<InputFile> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "tf") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            out.push(InputFile { path: name.into(), bytes: fs::read(&path).unwrap() });
        }
    }
    out
}

#[test]
fn fixtures_are_answered_as_expected_but_for_what_is_open() {
    let open = fs::read_to_string(root().join("open.txt")).unwrap();
    let open: BTreeSet<&str> =
        open.lines().filter(|it| !it.starts_with('#') && !it.is_empty()).collect();
    let mut names: Vec<String> = fs::read_dir(root())
        .unwrap()
        .map(|it| it.unwrap())
        .filter(|it| it.path().is_dir())
        .map(|it| it.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(names.len() >= 15, "fixtures are missing");
    let only = std::env::var("POLSIM_FIXTURE").unwrap_or_default();
    let mut found: BTreeSet<String> = BTreeSet::new();
    for name in names.iter().filter(|it| it.contains(&only)) {
        found.extend(fixture(name));
    }
    let mut out = String::new();
    for line in found.iter().filter(|it| !open.contains(it.as_str())) {
        let _ = writeln!(out, "{line}");
    }
    assert!(out.is_empty(), "not as expected:\n{out}");
    if only.is_empty() {
        let gone: Vec<&&str> = open.iter().filter(|it| !found.contains(**it)).collect();
        assert!(gone.is_empty(), "answered, so no longer open: {gone:#?}");
    }
}

#[test]
fn an_imported_scenario_gives_the_same_verdicts() {
    let mut compared = 0;
    for name in [
        "03-tf-modules",
        "05-tf-endpoint-locks-out",
        "07-tf-state-public-bucket",
        "11-cfn-short-tags",
    ] {
        let folder = root().join(name);
        let text = fs::read_to_string(folder.join("expect.yaml")).unwrap();
        let expect = to_json(&read_tree(&Source::new("expect.yaml", text)).unwrap());
        let list: Vec<Json> =
            expect["properties"].as_array().unwrap().iter().map(property_of).collect();
        let options = flags(&expect, "");
        let model = read(&files(&folder, &expect, &expect["inputs"]), &options).unwrap();
        let mut scenario = polsim_inputs::import(&model, &options).unwrap();
        scenario["properties"] = json!(list);
        let source = Source::new("scenario.json", scenario.to_string());
        let scenario =
            polsim::scenario::Scenario::load(&source, &polsim::scenario::NoFiles).unwrap();
        let verifier = scenario.verifier().unwrap();
        let answers = verify(model, &options, &list, &["aws"], &run).unwrap().answers;
        for (index, answer) in answers.iter().enumerate() {
            let report = verifier.decide(index, Limits::default()).unwrap();
            let word = report.verdict.as_str().replace("vacuous", "proved");
            assert_eq!(word, answer.verdict.as_str(), "{name}: {}", answer.wanted);
            compared += 1;
        }
    }
    assert!(compared > 8, "only {compared} verdicts");
}
