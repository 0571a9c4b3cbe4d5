//! Guards: what the parameters have to say for a check to be made.

use super::expression::Facts;

/// Tells whether a guard holds; nothing where the parameters do not tell.
pub(super) fn holds(guard: &str, facts: &Facts<'_>) -> Option<bool> {
    // `&` binds before `|`.
    any(guard.split('|').map(|side| all(side.split('&').map(|test| one(test, facts)))))
}

/// `PATH`, `!PATH`, `PATH=v`, `PATH!=v`, `!PATH=v`.
fn one(test: &str, facts: &Facts<'_>) -> Option<bool> {
    if let Some((path, value)) = test.split_once("!=") {
        let is_another = |it: &String| it != value;
        let values = facts.texts(path);
        return told(values.iter().any(is_another), values.is_empty(), facts);
    }
    match (test.strip_prefix('!'), test.split_once('=')) {
        (Some(path), Some(_)) => one(path, facts).map(|it| !it),
        (Some(path), None) => facts.has(path).map(|it| !it),
        (None, Some((path, value))) => {
            let values = facts.texts(path);
            told(values.iter().any(|it| it == value), values.is_empty(), facts)
        }
        (None, None) => facts.has(test),
    }
}

/// What is not there is unknown where members may be missing.
fn told(holds: bool, is_absent: bool, facts: &Facts<'_>) -> Option<bool> {
    (!is_absent || !facts.parameters.incomplete).then_some(holds)
}

fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut whole = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            None => whole = None,
            Some(true) => (),
        }
    }
    whole
}

fn any(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    all(parts.map(|it| it.map(|it| !it))).map(|it| !it)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Caller, Parameters};

    fn test(parameters: &Parameters, guard: &str) -> Option<bool> {
        let caller = Caller { partition: "aws", account: None, region: None };
        holds(guard, &Facts { parameters, caller: &caller, focus: None })
    }

    #[test]
    fn guards_are_read_as_the_notes_say() {
        let given = r#"{"A": "x", "Empty": [], "S": "s3/k?versionId=1", "No": false}"#;
        for (guard, expected) in [
            ("A", true),
            ("!A", false),
            ("Empty", false),
            ("No", true),
            ("A=x", true),
            ("A!=x", false),
            ("B!=x", false),
            ("!B=x", true),
            ("!A=y", true),
            ("A=x&B|No", true),
            ("A=y&No|B", false),
            ("S@versionId", true),
            ("!S@versionId", false),
        ] {
            assert_eq!(test(&Parameters::read(given).unwrap(), guard), Some(expected), "{guard}");
        }
    }

    #[test]
    fn what_may_be_missing_decides_nothing() {
        let given = || Parameters::read(r#"{"A": "x"}"#).unwrap().incomplete();
        assert_eq!(test(&given(), "B"), None);
        assert_eq!(test(&given(), "!B"), None);
        assert_eq!(test(&given(), "A&B"), None);
        assert_eq!(test(&given(), "A|B"), Some(true));
    }
}
