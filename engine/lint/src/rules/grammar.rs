//! W012x: grammar that AWS accepts, beyond what the parser warns of.

use polsim::text::Severity::Info;

use crate::rule::Rule;

pub(super) static RULES: &[Rule] = &[
    Rule::new(
        "W0120",
        "empty-condition",
        Info,
        "a condition that lists nothing",
        "a condition operator without keys, or a key without values",
        "AWS accepts an empty operator and an empty list. The operator says nothing; a list without \
         values is hit by no value, so a positive operator never holds (policy language §3, U-22). \
         Remove it, or write what was meant.",
    )
    .aws(&["EMPTY_OBJECT_CONDITION", "EMPTY_ARRAY_CONDITION"]),
    Rule::new(
        "W0121",
        "empty-sid",
        Info,
        "a Sid that is empty",
        "a statement with `\"Sid\": \"\"`",
        "A Sid is there to name the statement in results and in suppressions; an empty one names \
         nothing. Give it a name, or leave it out.",
    )
    .off()
    .aws(&["EMPTY_SID_VALUE"]),
    Rule::new(
        "W0122",
        "deleted-principal",
        Info,
        "a principal that is no longer there",
        "a unique id (`AROA…`, `AIDA…`) in Principal",
        "AWS shows the unique id of a user or role in place of its ARN after the entity was deleted. \
         A new entity of the same name has another id and is not meant (policy language §2.4). Name the \
         ARN again, or remove the entry.",
    ),
];
