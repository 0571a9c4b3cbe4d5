//! W09xx: the linter's own matters.

use polsim::text::Severity::{Info, Warning};

use crate::rule::Rule;

pub(super) static RULES: &[Rule] = &[
    Rule::new(
        "W0901",
        "unused-suppression",
        Warning,
        "a suppression that suppresses nothing",
        "an entry of `[[lint.allow]]` that no finding matches",
        "What it hid is gone, or its place has changed. Remove the entry.",
    ),
    Rule::new(
        "W0902",
        "unused-baseline-entry",
        Info,
        "a baseline entry that no longer occurs",
        "entries of the baseline that no finding matches",
        "Write the baseline again, so that the fault cannot come back unseen.",
    ),
    Rule::new(
        "W0903",
        "suppression-expired",
        Warning,
        "a suppression whose time is over",
        "an entry of `[[lint.allow]]` with an `until` in the past",
        "The findings that it hid are shown again. Mend them, or give a new date with a new reason.",
    ),
];
