//! What a decision costs: `cargo bench -p polsim --bench decide`.
//!
//! First divan's table: a decision and a decision with its statements, for each size and outcome,
//! and building a set. Then the figures that the project promises: the median decision on the small
//! set, how much more the large one costs, and how many allocations a decision makes. The last one
//! fails the run if it is not zero: it does not depend on the machine.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark may fail, prints, and counts small numbers"
)]

mod workload;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use divan::Bencher;
use polsim_decide::eval::Scratch;
use workload::{SIZES, policy_set, questions};

const NAMES: [&str; 3] = [SIZES[0].name, SIZES[1].name, SIZES[2].name];
const OUTCOMES: [&str; 3] = ["allowed", "implicit", "explicit"];

fn main() -> ExitCode {
    divan::main();
    // Under `cargo test` divan runs each benchmark once: figures would mean nothing.
    if std::env::args().any(|argument| argument == "--test") {
        return ExitCode::SUCCESS;
    }
    figures()
}

/// Prints the promised figures.
fn figures() -> ExitCode {
    let mut allocations = 0;
    let mut medians = Vec::new();
    println!("\nmedian time of a decision without explanation, in nanoseconds");
    println!("{:8} {:>8} {:>8} {:>8} {:>8}", "", "allowed", "implicit", "explicit", "all");
    for size in SIZES {
        let set = policy_set(size);
        let mut all = Vec::new();
        print!("{:8}", size.name);
        for question in questions() {
            let mut scratch = Scratch::default();
            assert_eq!(set.decide_with(&question.request, &mut scratch), question.decision);
            let counted = allocation_counter::measure(|| {
                black_box(set.decide_with(black_box(&question.request), &mut scratch));
            });
            allocations += counted.count_total;
            let mut samples = sample(|| {
                black_box(set.decide_with(black_box(&question.request), &mut scratch));
            });
            print!(" {:8.0}", median(&mut samples));
            all.extend(samples);
        }
        medians.push(median(&mut all));
        println!(" {:8.0}", median(&mut all));
    }
    let ratio = medians[2] / medians[0];
    println!("\nsmall: median {:.0} ns (promised: under 500)", medians[0]);
    println!("large / small: {ratio:.2} (promised: at most 4)");
    println!("allocations in {} decisions: {allocations} (promised: 0)", SIZES.len() * 3);
    if allocations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Nanoseconds for one call, many times over.
fn sample(mut call: impl FnMut()) -> Vec<f64> {
    const CALLS: u32 = 1_000;
    let one = |_| {
        let start = Instant::now();
        for _ in 0..CALLS {
            call();
        }
        start.elapsed().as_nanos() as f64 / f64::from(CALLS)
    };
    (0..201).map(one).collect()
}

fn median(samples: &mut [f64]) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

#[divan::bench(args = NAMES, consts = [0, 1, 2])]
fn decide<const OUTCOME: usize>(bencher: Bencher<'_, '_>, size: &str) {
    let set = policy_set(*SIZES.iter().find(|it| it.name == size).unwrap());
    let question = &questions()[OUTCOME];
    assert_eq!(question.name, OUTCOMES[OUTCOME]);
    let mut scratch = Scratch::default();
    bencher.bench_local(|| set.decide_with(black_box(&question.request), &mut scratch));
}

#[divan::bench(args = NAMES)]
fn decide_and_name_the_statements(bencher: Bencher<'_, '_>, size: &str) {
    let set = policy_set(*SIZES.iter().find(|it| it.name == size).unwrap());
    let question = &questions()[0];
    let mut scratch = Scratch::default();
    bencher.bench_local(|| set.decide_by(black_box(&question.request), &mut scratch));
}

#[divan::bench(args = NAMES)]
fn build_the_set(bencher: Bencher<'_, '_>, size: &str) {
    let size = *SIZES.iter().find(|it| it.name == size).unwrap();
    bencher.bench_local(|| policy_set(black_box(size)));
}
