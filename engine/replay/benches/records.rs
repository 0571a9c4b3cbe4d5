//! Records a second on one thread, step by step, over a trail that `POLSIM_TRAIL` names (a folder of
//! `tests/workloads/cloudtrail_gen.py`): unpacked, taken apart, observed, answered, counted.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark may fail, reads files, prints, and counts small numbers"
)]

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use flate2::read::MultiGzDecoder;
use polsim_decide::policy::{Policy, PolicyType};
use polsim_decide::text::Source;
use polsim_replay::{GroupBy, Memory, Options, Question, Record, Records, Replay, Tally};

fn main() {
    let Ok(folder) = std::env::var("POLSIM_TRAIL") else {
        println!("POLSIM_TRAIL names no folder: nothing is measured");
        return;
    };
    let folder = Path::new(&folder);
    let text = fs::read_to_string(folder.join("network-scp.json")).unwrap();
    let policy = Policy::parse(&Source::new("network-scp.json", text), PolicyType::Scp);
    let question = Question::new(policy.unwrap().policy, None);
    let replay = Replay::new(Options::default(), vec![question]).unwrap();
    let mut files = Vec::new();
    packed(folder, &mut files);
    let start = Instant::now();
    let texts: Vec<Vec<u8>> = files.iter().map(|it| unpacked(it)).collect();
    let bytes: usize = texts.iter().map(Vec::len).sum();
    println!("{bytes} bytes of JSON");
    step("unpacked", start, bytes, 0);
    let count = |mut each: Box<dyn FnMut(&str) + '_>| {
        let mut records = 0_usize;
        for text in &texts {
            let mut found = Records::new(&text[..]);
            while let Some(record) = found.next_record() {
                if let Record::Text { text, .. } = record {
                    each(text);
                    records += 1;
                }
            }
        }
        records
    };
    let start = Instant::now();
    let records = count(Box::new(|_| ()));
    step("taken apart", start, bytes, records);
    let start = Instant::now();
    count(Box::new(|text| {
        std::hint::black_box(replay.observer().observe(text));
    }));
    step("observed", start, bytes, records);
    let mut memory = Memory::default();
    let start = Instant::now();
    count(Box::new(|text| {
        let observation = replay.observer().observe(text);
        std::hint::black_box(replay.verdict(&observation, &mut memory));
    }));
    step("answered", start, bytes, records);
    let (mut tally, mut memory) = (Tally::default(), Memory::default());
    let start = Instant::now();
    count(Box::new(|text| {
        let observation = replay.observer().observe(text);
        let verdict = replay.verdict(&observation, &mut memory);
        tally.add(&observation, &verdict, ((0, 0), GroupBy::default(), 1), |_, _| None);
    }));
    step("counted", start, bytes, records);
    println!("{} verdicts were worked out", memory.decided());
}

fn step(name: &str, start: Instant, bytes: usize, records: usize) {
    let seconds = start.elapsed().as_secs_f64();
    let (megabytes, each) = (bytes as f64 / 1e6 / seconds, seconds * 1e9 / records.max(1) as f64);
    println!("{name:12} {seconds:7.2} s  {megabytes:7.0} MB/s  {each:7.0} ns a record");
}

fn packed(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            packed(&entry, found);
        } else if entry.extension().is_some_and(|it| it == "gz") {
            found.push(entry);
        }
    }
}

fn unpacked(path: &Path) -> Vec<u8> {
    let mut text = Vec::new();
    MultiGzDecoder::new(fs::File::open(path).unwrap()).read_to_end(&mut text).unwrap();
    text
}
