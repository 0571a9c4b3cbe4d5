//! The checker of certificates: a proof once more, by a program that does not trust the search.
//!
//! A certificate says in steps why no request answers a question. The checker takes the question as it
//! is lowered anew, writes its atoms out over the fields ([`fields`]), makes the clauses of the formula
//! (`numbering`) and takes the steps one by one: a learnt clause has to follow from the earlier ones by
//! reverse unit propagation (`rup`), and a lemma of the theories is decided again (`lemma`). The last
//! step is the empty clause. A step that is not right refuses the whole certificate, and so does a lemma
//! that the means here do not suffice for.
//!
//! | question | here | in the theories |
//! | --- | --- | --- |
//! | text | nondeterministic automata, subsets of their states, breadth first (`regex`) | position sets with domination, guided search |
//! | addresses, numbers, dates | each end of each range is tried (`breakpoints`), each way to write one (`lexical`) | sorted intervals, sets of bounds |
//! | values of a key | each number of values, each kind of predicate that is hit (`value`) | the same question asked with witnesses |
//! | fields | their formats are stated a second time (`value_format`) | languages |
//! | variables | classes of equal fields, patterns with letters for variables, readings of a slot (`cross_field`) | union and find, pieces of patterns |
//!
//! An [`IncrementalChecker`] follows a search that is asked one question after another.
//!
//! # Trusted base
//!
//! A proof that is accepted here is right if the following is. Lines are lines of code: no comments,
//! no blank lines, no tests.
//!
//! | part | where | lines | shared with the prover |
//! | --- | --- | --- | --- |
//! | reading policies | `decide/src/policy`, `decide/src/policy.rs` | 2,470 | yes |
//! | lowering: the decision formula | `decide/src/lower`, `decide/src/lower.rs` | 1,570 | yes |
//! | formulas, and the concrete reading of predicates | `decide/src/formula`, `decide/src/formula.rs` | 870 | yes |
//! | patterns, actions, key names, ARNs, numbers, instants, addresses, base64 | `decide/src/text/pattern`, `decide/src/text/pattern.rs`, `decide/src/text/action.rs`, `decide/src/text/key_name.rs`, `decide/src/text/arn.rs`, `decide/src/text/decimal.rs`, `decide/src/text/instant.rs`, `decide/src/text/address.rs`, `decide/src/text/base64.rs` | 1,090 | yes |
//! | writing out over fields | `check/src/fields`, `check/src/fields.rs`, `check/src/table.rs`, `check/src/visited.rs` | 1,330 | yes |
//! | documented facts about keys and services | `decide/src/catalog/context_key`, `decide/src/catalog/context_key.rs`, `decide/src/catalog/service.rs`, `check/src/key_facts.rs`, `check/src/key_shape.rs` | 580 | yes |
//! | the checker | `check/src/question.rs`, `check/src/numbering.rs`, `check/src/rup.rs`, `check/src/step.rs`, `check/src/lemma.rs`, `check/src/cross_field`, `check/src/cross_field.rs`, `check/src/field_id.rs`, `check/src/value.rs`, `check/src/value_format.rs`, `check/src/constraint.rs`, `check/src/breakpoints.rs`, `check/src/lexical.rs`, `check/src/predicate_language.rs`, `check/src/regex`, `check/src/regex.rs`, `check/src/budget.rs`, `check/src/format.rs` | 2,930 | no |
//!
//! The question itself is lowered above this crate: a property's claim and shape, the origins of a
//! network and the assumptions that the certificate names, by `prove` and `network`. An error there
//! proves another property than the one that is written.
//!
//! The shared parts are the meaning of policies: an error there makes prover and checker agree on a wrong
//! formula. Property tests hold these parts to the evaluator, the evaluator is held to the corpus and to
//! a second implementation in another language, and a second checker in that language
//! (`tests/checker`) holds the formulas of certificates to it. Nothing of the search, of the theories
//! or of their combination is trusted; cargo refuses a dependency on them.

#[cfg(test)]
extern crate self as polsim_check;

mod breakpoints;
pub mod budget;
mod constraint;
mod cross_field;
mod field_id;
pub mod fields;
mod format;
mod incremental;
pub mod key_facts;
pub mod key_shape;
mod lemma;
mod lexical;
mod numbering;
mod predicate_language;
mod proof;
mod question;
mod refusal;
mod regex;
mod rup;
mod step;
pub mod table;
mod trim;
mod value;
mod value_format;
pub mod visited;

/// The means of the checker, for tests that hold the theories to them.
#[doc(hidden)]
pub mod internals;

pub use self::format::named_formulas;
pub use self::incremental::IncrementalChecker;
pub use self::proof::{Clause, ProofStep};
pub use self::question::Question;
pub use self::refusal::Refusal;
pub use self::step::Step;
