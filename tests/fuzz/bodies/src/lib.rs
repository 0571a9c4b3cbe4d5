//! What the fuzz targets check, callable without a fuzzer.
//!
//! Each body takes any bytes and panics only where polsim is wrong: it crashed, two readings of one
//! thing disagree, or what was written does not mean what was read. The fuzzer calls them through
//! `tests/fuzz/fuzz_targets/`, and the ordinary tests with every stored input of `corpus/fuzz/`.
#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a body says that polsim is wrong by panicking"
)]

mod cases;
mod documents;
mod grammars;
mod inputs;
mod proofs;
mod worlds;

pub use cases::{case_text, scenario_text};
pub use documents::policy_text;
pub use grammars::{grammars, wildcards};
pub use inputs::input_text;
pub use proofs::{languages, prover};
pub use worlds::evaluation;

/// What a target does with an input.
pub type Body = fn(&[u8]);

/// The targets, by name.
pub const TARGETS: &[(&str, Body)] = &[
    ("case_text", case_text),
    ("evaluation", evaluation),
    ("grammars", grammars),
    ("input_text", input_text),
    ("languages", languages),
    ("policy_text", policy_text),
    ("prover", prover),
    ("scenario_text", scenario_text),
    ("wildcards", wildcards),
];

/// The text of the bytes; `None` where they are no UTF-8, which the readers refuse before this.
fn text_of(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}
