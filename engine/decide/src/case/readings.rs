//! The `readings` member of cases and scenarios.

use crate::catalog::readings;
use crate::lower::Readings;
use crate::text::{Diagnostic, Diagnostics, Node, Source, Span, Value, nearest};

/// Reads a `readings` member, on top of `base`: an object pins readings to sides, a list of names
/// opens these and no others, `all` opens every reading, `default` none.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::case::readings_member;
/// # use polsim::lower::Readings;
/// # use polsim::text::{Source, json};
/// let source = Source::new("case.json", r#"{"not-principal-partial": "exempt"}"#);
/// let node = json::parse(&source).expect("JSON");
/// let readings = readings_member(&source, &node, Readings::default()).expect("readings");
/// assert_eq!(readings.pinned().values().len(), 1);
/// ```
///
/// # Errors
/// Names that no reading has, and words that none of its sides has (C0013).
pub fn readings_member(
    source: &Source,
    node: &Node,
    base: Readings,
) -> Result<Readings, Diagnostics> {
    let mut refused = Vec::new();
    let mut read = base;
    match &node.value {
        Value::String(word) if &**word == "all" => read = read.opened(),
        Value::String(word) if &**word == "default" => read = read.closed(),
        Value::Object(members) => {
            for member in members {
                match pin(read.clone(), &member.key, member.value.as_str().unwrap_or_default()) {
                    Ok(pinned) => read = pinned,
                    Err(mistake) => {
                        let span =
                            if mistake.in_word { member.value.span } else { member.key_span };
                        refused.push(mistake.at(source, span));
                    }
                }
            }
        }
        Value::Array(items) => {
            read = read.closed();
            for item in items {
                let name = item.as_str().unwrap_or_default();
                match readings::find(name) {
                    Some(reading) => read = read.opening(reading.name),
                    None => refused.push(ReadingError::unknown(name).at(source, item.span)),
                }
            }
        }
        _ => {
            let message = format!(
                "`readings` is an object, a list of names, `all` or `default`, found {}",
                node.kind()
            );
            refused.push(Diagnostic::error("C0013", source, node.span, message));
        }
    }
    if refused.is_empty() { Ok(read) } else { Err(refused.into()) }
}

/// A mistake in naming a reading or its side.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::case::pin_reading;
/// # use polsim::lower::Readings;
/// let mistake = pin_reading(Readings::default(), "several-value", "any").expect_err("no reading");
/// assert!(mistake.to_string().contains("did you mean `several-values`?"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReadingError {
    message: String,
    help: String,
    in_word: bool,
}

/// Pins the reading of this name to the side of this word.
///
/// # Errors
/// A name that no reading has, or a word that none of its sides has.
pub fn pin_reading(base: Readings, name: &str, word: &str) -> Result<Readings, ReadingError> {
    pin(base, name, word)
}

fn pin(base: Readings, name: &str, word: &str) -> Result<Readings, ReadingError> {
    let Some(reading) = readings::find(name) else { return Err(ReadingError::unknown(name)) };
    if reading.side(word).is_some() {
        return Ok(base.pinning(reading, word));
    }
    let words = std::iter::once(&reading.default).chain(reading.alternatives).map(|it| it.word);
    let words: Vec<String> = words.map(|it| format!("`{it}`")).collect();
    Err(ReadingError {
        message: format!("the reading `{name}` has no side `{word}`"),
        help: format!("its sides are {}", words.join(", ")),
        in_word: true,
    })
}

impl ReadingError {
    fn unknown(name: &str) -> Self {
        let help = match nearest(name, readings::all().map(|it| it.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`polsim readings` lists them".to_owned(),
        };
        Self { message: format!("there is no reading `{name}`"), help, in_word: false }
    }

    fn at(self, source: &Source, span: Span) -> Diagnostic {
        Diagnostic::error("C0013", source, span, self.message).with_help(self.help)
    }
}

impl std::fmt::Display for ReadingError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.message, self.help)
    }
}

impl std::error::Error for ReadingError {}
