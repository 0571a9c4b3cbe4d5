//! The stacks of `corpus/stacks`: defects found, repairs proved.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads files, and may fail in its helpers too"
)]

use std::fs;
use std::path::Path;

use polsim::prove::Limits;
use polsim::text::{Source, read as read_tree};
use polsim_inputs::{AnswerVerdict, InputFile, Options, Pack, ask};

fn run(search: &mut dyn FnMut(Limits<'_>)) {
    search(Limits::default());
}

#[test]
fn defects_are_found_and_repairs_are_proved() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/stacks");
    let mut asked = 0;
    for entry in fs::read_dir(&root).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        let text = fs::read_to_string(folder.join("expect.yaml")).unwrap();
        let expect = read_tree(&Source::new("expect.yaml", text)).unwrap();
        let flags = expect.member("flags").unwrap().value.clone();
        let flag = |name: &str| flags.member(name).map(|it| it.value.as_text().unwrap().into());
        for file in expect.members().iter().filter(|it| &*it.key != "flags") {
            let bytes = fs::read(folder.join(&*file.key)).unwrap();
            let input = InputFile { path: file.key.clone(), bytes };
            let options =
                Options { account: flag("account"), region: flag("region"), ..Options::default() };
            let answers = ask(&[input], &options, &run).unwrap();
            for wanted in file.value.members() {
                let pack: Pack = wanted.key.parse().unwrap();
                let found =
                    answers.verdict_of(pack).map_or("not-applicable", AnswerVerdict::as_str);
                let wrong: Vec<_> = answers.answers.iter().filter(|it| it.pack == pack).collect();
                let name = folder.file_name().unwrap();
                assert_eq!(
                    Some(found),
                    wanted.value.as_text(),
                    "{name:?} {} {pack:?}: {wrong:#?}",
                    file.key
                );
                asked += 1;
            }
        }
    }
    assert!(asked > 10, "only {asked} verdicts");
}
