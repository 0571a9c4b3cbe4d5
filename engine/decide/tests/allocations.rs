//! A decision allocates nothing once the request is built and the scratch has grown to the set.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may fail, in its helpers too"
)]

#[path = "../benches/decide/workload.rs"]
mod workload;

use polsim_decide::eval::Scratch;
use workload::{SIZES, policy_set, questions};

#[test]
fn a_decision_allocates_nothing() {
    for size in SIZES {
        let set = policy_set(size);
        for question in questions() {
            let mut scratch = Scratch::default();
            assert_eq!(set.decide_with(&question.request, &mut scratch), question.decision);
            let counted = allocation_counter::measure(|| {
                assert_eq!(set.decide_with(&question.request, &mut scratch), question.decision);
            });
            assert_eq!(counted.count_total, 0, "{} {}", size.name, question.name);
        }
    }
}
