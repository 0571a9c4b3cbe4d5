//! Decisions on the generated workloads of `tests/workloads/decide_gen.py`, in nanoseconds each:
//! `cargo bench -p polsim-decide --bench workloads`, with the folder of the workloads in
//! `POLSIM_WORKLOADS` (`cargo xtask bench` writes them and sets it).
//!
//! Policies are compiled and requests built before the clock starts; one thread. Beside the small
//! set stands a function written by hand for it: what a program that knows only these three
//! statements costs. Its decisions are compared, and every decision is read plainly once more.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark may fail, reads files, prints, and counts small numbers"
)]

mod by_hand;

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use polsim_decide::eval::{PolicySet, Scratch};
use polsim_decide::lower::AttachedPolicy;
use polsim_decide::policy::Policy;
use polsim_decide::request::{ContextValue, Request, RequestParts};
use polsim_decide::text::{KeyName, Source};
use serde_json::Value;

const NAMES: [&str; 4] = ["small", "medium", "large", "full"];

fn main() {
    let Ok(folder) = std::env::var("POLSIM_WORKLOADS") else {
        println!("POLSIM_WORKLOADS names no folder: nothing is measured");
        return;
    };
    println!("nanoseconds a decision, one thread, policies compiled, requests built");
    for name in NAMES {
        let text =
            std::fs::read_to_string(Path::new(&folder).join(format!("{name}.json"))).unwrap();
        let workload: Value = serde_json::from_str(&text).unwrap();
        let set = policy_set(&workload);
        let requests: Vec<Request> =
            workload["requests"].as_array().unwrap().iter().map(request).collect();
        let mut scratch = Scratch::default();
        for request in &requests {
            assert_eq!(set.decide_with(request, &mut scratch), set.decide(request), "{request:?}");
        }
        let allocated = allocation_counter::measure(|| {
            for request in &requests {
                black_box(set.decide_with(request, &mut scratch));
            }
        });
        assert_eq!(allocated.count_total, 0, "{name}");
        let each = nanoseconds(&requests, |it| {
            black_box(set.decide_with(black_box(it), &mut scratch));
        });
        println!("{name:8} {each:8.1}");
        if name == "small" {
            for request in &requests {
                assert_eq!(by_hand::decide(request), set.decide(request), "{request:?}");
            }
            let hand = nanoseconds(&requests, |it| {
                black_box(by_hand::decide(black_box(it)));
            });
            println!(
                "by hand  {hand:8.1}   small / by hand: {:.2} (promised: at most 4)",
                each / hand
            );
        }
    }
}

/// The median nanoseconds of a call, each sample over all requests.
fn nanoseconds(requests: &[Request], mut call: impl FnMut(&Request)) -> f64 {
    const ROUNDS: usize = 20;
    let mut sample = || {
        let start = Instant::now();
        for _ in 0..ROUNDS {
            requests.iter().for_each(&mut call);
        }
        start.elapsed().as_nanos() as f64 / (ROUNDS * requests.len()) as f64
    };
    let mut samples: Vec<f64> = (0..201).map(|_| sample()).collect();
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

fn policy_set(workload: &Value) -> PolicySet {
    let mut nodes: Vec<&str> = Vec::new();
    let policies = workload["policies"].as_array().unwrap().iter().enumerate();
    let attached: Vec<AttachedPolicy> = policies
        .map(|(index, policy)| {
            let node = policy["node"].as_str().unwrap_or("root");
            if !nodes.contains(&node) {
                nodes.push(node);
            }
            let level = nodes.iter().position(|it| *it == node).unwrap();
            let source = Source::new(format!("policy-{index}"), policy["document"].to_string());
            let policy_type = policy["type"].as_str().unwrap().parse().unwrap();
            let policy = Policy::parse(&source, policy_type).unwrap().policy;
            AttachedPolicy { level: u32::try_from(level).unwrap(), ..AttachedPolicy::new(policy) }
        })
        .collect();
    PolicySet::new(attached)
}

fn request(written: &Value) -> Request {
    let context = written["context"].as_object().unwrap().iter();
    Request::new(RequestParts {
        principal: written["principal"].as_str().unwrap(),
        action: written["action"].as_str().unwrap(),
        resource: written["resource"].as_str().unwrap(),
        resource_account: written["resourceAccount"].as_str(),
        context: context
            .map(|(key, value)| (KeyName::new(key), ContextValue::from(value.as_str().unwrap())))
            .collect(),
        ..RequestParts::default()
    })
    .unwrap()
}
