//! W06xx: style. All of them are off.

use polsim::text::Severity::Info;

use crate::rule::Repair::Safe;
use crate::rule::Rule;

pub(super) static RULES: &[Rule] = &[
    Rule::new(
        "W0601",
        "action-spelling",
        Info,
        "an action in other letters than AWS's",
        "an action whose letter case differs from that of AWS's reference",
        "Actions are compared without letter case (policy language §2.2); people and searches are not.",
    )
    .off()
    .repair(Safe),
    Rule::new(
        "W0602",
        "no-sid",
        Info,
        "a statement without a name",
        "no Sid",
        "Results, suppressions and logs speak of statements by their Sid.",
    )
    .off(),
    Rule::new(
        "W0603",
        "like-without-wildcard",
        Info,
        "StringLike without a wildcard",
        "`StringLike` or `StringNotLike` whose values have neither `*` nor `?`",
        "`StringEquals` compares the same and says that no pattern is meant.",
    )
    .off()
    .repair(Safe),
    Rule::new(
        "W0604",
        "ifexists-without-effect",
        Info,
        "IfExists where it changes nothing",
        "`IfExists` behind a negated operator or a set operator",
        "A negated operator holds for a missing key by itself (policy language §3.2).",
    )
    .off()
    .repair(Safe),
    Rule::new(
        "W0605",
        "condition-key-spelling",
        Info,
        "a condition key in other letters than AWS's",
        "a key whose letter case differs from that of AWS's list",
        "Names of keys are compared without letter case; people and searches are not.",
    )
    .off()
    .repair(Safe),
];
