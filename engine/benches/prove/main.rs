//! What a proof costs: `cargo bench -p polsim --bench prove`.
//!
//! First every property of the corpus's patterns and pitfalls, which are of real size: what deciding
//! it takes once its policies are parsed, lowering included. Then families that grow. Where a Python
//! with z3 and cvc5 is named by `POLSIM_PROVERS_PYTHON`, or stands in `target/provers-venv`, both are
//! asked the same questions in the same run: ours of the one question, from lowered formula to
//! answer, stands against theirs from written formula to answer. Their times are seconds of
//! processor time, `POLSIM_PROVERS_SECONDS` at most, or ten; ours are the best of five on the clock, which on a busy machine is
//! closest to the same.
//!
//! Between them, the ways of one origin that has 200 (`-- ways`).
//!
//! With words as arguments, only the families whose names contain one of them: `-- prefixes`.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark may fail, prints, and counts small numbers"
)]

mod corpus;
mod families;
mod solvers;
mod ways;

use std::time::Instant;

use polsim::prove::{Goal, Limits, LoweredProperty};
use polsim::scenario::Scenario;

use solvers::Solvers;

/// What one property took.
struct Measured {
    name: String,
    verdict: &'static str,
    /// Seconds: the verdict with everything that is shown of it.
    ours: f64,
    /// Seconds: the one question that the solvers are asked.
    alone: f64,
    /// By solver: seconds, and whether it answered.
    theirs: Vec<(f64, bool)>,
}

fn main() {
    // Under `cargo test` figures would mean nothing.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let wants =
        |name: &str| wanted.is_empty() || wanted.iter().any(|it| name.contains(it.as_str()));
    let mut solvers = Solvers::find();
    if wants("corpus") {
        typical(&mut solvers);
    }
    if wants("ways") {
        ways_of_one_origin();
    }
    for family in families::ALL {
        if wants(family.name) {
            grow(family, &mut solvers);
        }
    }
}

/// Properties of real size.
fn typical(solvers: &mut Solvers) {
    println!("properties of corpus/patterns and corpus/pitfalls, policies parsed");
    let mut all = Vec::new();
    for scenario in corpus::scenarios() {
        all.extend(measure(&scenario, solvers));
    }
    let mut ours: Vec<f64> = all.iter().map(|it| it.ours).collect();
    ours.sort_by(f64::total_cmp);
    let (median, max) = (ours[ours.len() / 2], ours[ours.len() - 1]);
    let slowest = all.iter().max_by(|a, b| a.ours.total_cmp(&b.ours)).unwrap();
    println!(
        "  {} properties: median {}, max {} ({})",
        all.len(),
        time(median),
        time(max),
        slowest.name
    );
    target("median below 1 ms", median < 1e-3);
    target("none above 20 ms", max < 20e-3);
    compare(&all, solvers, 100.0);
}

/// All ways of an origin to a service, listed, and a property that holds for each of them.
fn ways_of_one_origin() {
    let network = ways::network();
    let mut best = f64::INFINITY;
    let mut count = 0;
    for _ in 0..5 {
        let start = Instant::now();
        count = ways::count(&network);
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("\nways of one origin: {count} in {}", time(best));
    target("200 within 100 ms", count >= 200 && best < 0.1);
    let scenario = ways::scenario();
    let verifier = scenario.verifier().unwrap();
    let mut best = f64::INFINITY;
    let mut verdict = "";
    for _ in 0..5 {
        let start = Instant::now();
        verdict = verifier.decide(0, Limits::default()).unwrap().verdict.as_str();
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("  a property about all of them: {verdict} in {}", time(best));
    target("proved within a second", verdict == "proved" && best < 1.0);
}

/// A family at its sizes.
fn grow(family: &families::Family, solvers: &mut Solvers) {
    println!("\n{}: {}", family.name, family.what);
    let mut all = Vec::new();
    let mut before: Option<(f64, f64)> = None;
    for (n, m) in family.sizes {
        let scenario = families::scenario(family, *n, *m);
        let measured = measure(&scenario, solvers);
        let slowest = measured.iter().map(|it| it.ours).fold(0.0, f64::max);
        let size = (n * m) as f64;
        let growth = before.map_or(String::new(), |(earlier, took): (f64, f64)| {
            format!(", grows like n^{:.2}", (slowest / took).ln() / (size / earlier).ln())
        });
        let verdicts: Vec<String> =
            measured.iter().map(|it| format!("{} {}", it.verdict, time(it.ours))).collect();
        println!("  {n:5} x {m:2}: {}{growth}", verdicts.join(", "));
        before = Some((size, slowest));
        all.extend(measured);
    }
    let mut ours: Vec<f64> = all.iter().map(|it| it.ours).collect();
    ours.sort_by(f64::total_cmp);
    let max = ours[ours.len() - 1];
    target("each below a second", max < 1.0);
    if let Some(peak) = peak_memory() {
        println!("  peak memory of the run so far: {peak} MB");
        target("below 500 MB", peak < 500);
    }
    compare(&all, solvers, 10.0);
}

/// What the solvers took for the same questions.
fn compare(all: &[Measured], solvers: &Solvers, times: f64) {
    let mut ours: Vec<f64> = all.iter().map(|it| it.alone).collect();
    ours.sort_by(f64::total_cmp);
    let median = ours[ours.len() / 2];
    println!("  the question alone, from formula to answer: median {}", time(median));
    let mut whole: Vec<f64> = all.iter().map(|it| it.ours).collect();
    whole.sort_by(f64::total_cmp);
    let whole = whole[whole.len() / 2];
    let mut fastest = f64::INFINITY;
    for (at, name) in solvers.names().iter().enumerate() {
        let mut theirs: Vec<f64> = all.iter().map(|it| it.theirs[at].0).collect();
        theirs.sort_by(f64::total_cmp);
        let answered = all.iter().filter(|it| it.theirs[at].1).count();
        let middle = theirs[theirs.len() / 2];
        fastest = fastest.min(middle);
        println!(
            "  {name}: median {}, {answered} of {} answered: {:.0} times ours, {:.0} times ours with \
             lowering, example and all",
            time(middle),
            all.len(),
            middle / median,
            middle / whole
        );
    }
    if fastest.is_finite() {
        target(&format!("at least {times} times faster than either"), fastest / median >= times);
        for it in all.iter().filter(|it| it.verdict == "unknown" && it.theirs.iter().any(|it| it.1))
        {
            println!("  MISSED: left unknown, and a solver decides it: {}", it.name);
        }
    }
}

fn measure(scenario: &Scenario, solvers: &mut Solvers) -> Vec<Measured> {
    let verifier = scenario.verifier().unwrap_or_else(|found| panic!("{found:?}"));
    (0..verifier.len())
        .map(|number| {
            let (report, ours) =
                best(|| (), |()| verifier.decide(number, Limits::default()).unwrap());
            let prepare = || verifier.lower(number).unwrap();
            let (_, alone) = best(prepare, |lowered: &mut LoweredProperty<'_>| {
                lowered.answer(Goal::Witness, Limits::default())
            });
            let theirs = if solvers.names().is_empty() {
                Vec::new()
            } else {
                let script =
                    verifier.lower(number).unwrap().script(Goal::Witness, Some(&report.verdict));
                solvers.ask(script.text())
            };
            let name = format!("{}: {}", scenario.source.name(), report.name);
            Measured { name, verdict: report.verdict.as_str(), ours, alone, theirs }
        })
        .collect()
}

/// Does it a few times, and says what the fastest took.
fn best<S, T>(prepare: impl Fn() -> S, work: impl Fn(&mut S) -> T) -> (T, f64) {
    let mut best: Option<(T, f64)> = None;
    for _ in 0..5 {
        let mut prepared = prepare();
        let start = Instant::now();
        let done = work(&mut prepared);
        let took = start.elapsed().as_secs_f64();
        if best.as_ref().is_none_or(|(_, least)| took < *least) {
            best = Some((done, took));
        }
        // What takes long is measured well enough at once.
        if took > 1.0 {
            break;
        }
    }
    best.unwrap()
}

fn time(seconds: f64) -> String {
    match seconds {
        _ if seconds < 1e-3 => format!("{:.0} us", seconds * 1e6),
        _ if seconds < 1.0 => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{seconds:.1} s"),
    }
}

fn target(what: &str, met: bool) {
    println!("  {}: {what}", if met { "met" } else { "MISSED" });
}

/// Megabytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024)
}
