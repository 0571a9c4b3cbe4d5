//! What a text is, told by its content; refusals with the step that helps (inputs §1).

use std::fmt;

use serde_json::Value as Json;

use crate::model::Model;
use crate::terraform::{self, Side};

/// An input that is not read, and what helps.
///
/// ```
/// # use polsim_inputs::{InputFile, Model, Options, read};
/// let file = InputFile { path: "plan".into(), bytes: b"PK\x03\x04".to_vec() };
/// let refused = read(&[file], &Options::default()).expect_err("a binary plan");
/// assert_eq!(refused.code, "I0102");
/// assert!(refused.help.contains("terraform show -json"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InputError {
    /// Code of the mistake.
    pub code: &'static str,
    /// Sentence.
    pub message: String,
    /// Remedy; empty if there is none.
    pub help: String,
}

/// A file of an input.
///
/// ```
/// # use polsim_inputs::InputFile;
/// let file = InputFile { path: "plan.json".into(), bytes: b"{}".to_vec() };
/// assert_eq!(file.bytes.len(), 2);
/// ```
#[derive(Clone, Debug)]
pub struct InputFile {
    /// Path on the command line.
    pub path: Box<str>,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Upper bound on the nesting of an input.
const MAX_DEPTH: usize = 64;

impl InputError {
    pub(crate) fn new(
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { code, message: message.into(), help: help.into() }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for InputError {}

/// Reads all files into one model.
///
/// # Errors
/// The first file that is not read, with what helps.
///
/// ```
/// # use polsim_inputs::{InputFile, Options, read};
/// let plan = br#"{"format_version": "1.2", "planned_values": {"root_module": {"resources": [
///   {"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r",
///    "values": {"name": "r", "assume_role_policy": "{\"Statement\": []}"}}]}}}"#;
/// let file = InputFile { path: "plan.json".into(), bytes: plan.to_vec() };
/// let model = read(&[file], &Options::default())?;
/// assert_eq!(model.counts(), (1, 0, 1));
/// # Ok::<(), polsim_inputs::InputError>(())
/// ```
pub fn read(files: &[InputFile], options: &crate::Options) -> Result<Model, InputError> {
    all(files, options, Side::After)
}

/// Reads the state before the changes of plans; other inputs as they are.
///
/// # Errors
/// As [`read`].
///
/// ```
/// # use polsim_inputs::{InputFile, Options, read_before};
/// let plan = br#"{"format_version": "1.2", "resource_changes": [
///   {"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r",
///    "change": {"actions": ["create"], "before": null, "after": {"name": "r"}}}]}"#;
/// let file = InputFile { path: "plan.json".into(), bytes: plan.to_vec() };
/// assert_eq!(read_before(&[file], &Options::default())?.counts(), (0, 0, 0));
/// # Ok::<(), polsim_inputs::InputError>(())
/// ```
pub fn read_before(files: &[InputFile], options: &crate::Options) -> Result<Model, InputError> {
    all(files, options, Side::Before)
}

fn all(files: &[InputFile], options: &crate::Options, side: Side) -> Result<Model, InputError> {
    let mut model = Model {
        account: options.account.clone(),
        region: options.region.clone(),
        ..Model::default()
    };
    for file in files {
        one(file, options, side, &mut model)?;
    }
    Ok(model)
}

fn one(
    file: &InputFile,
    options: &crate::Options,
    side: Side,
    model: &mut Model,
) -> Result<(), InputError> {
    let path = &*file.path;
    let text = decoded(&file.bytes, path)?;
    let json = parsed(&text, path)?;
    let Json::Object(members) = &json else { return Err(not_recognised(path)) };
    let has = |name: &str| members.contains_key(name);
    if has("version") && has("serial") && has("lineage") {
        let text = format!("{path} is a raw state, whose values differ");
        return Err(InputError::new(
            "I0102",
            text,
            "run `terraform show -json` and give its output",
        ));
    }
    if has("@level") && has("@message") {
        let text = format!("{path} is the log of `terraform plan -json`, not a plan");
        let help = "run `terraform plan -out p && terraform show -json p`";
        return Err(InputError::new("I0102", text, help));
    }
    let is_plan = has("planned_values") || has("resource_changes");
    let is_state = json.pointer("/values/root_module").is_some();
    if has("format_version") && (is_plan || is_state) {
        let sources = options.sources.as_ref();
        return terraform::read(&json, path, side, sources.map(|it| &it.files), model);
    }
    Err(not_recognised(path))
}

fn not_recognised(path: &str) -> InputError {
    let help = "read are: `terraform show -json` of a plan or a state";
    InputError::new("I0101", format!("{path} is no input that polsim knows"), help)
}

/// The text of the bytes: UTF-8 with or without a byte order mark, UTF-16 with one.
fn decoded(bytes: &[u8], path: &str) -> Result<String, InputError> {
    let wide = |rest: &[u8], big: bool| {
        let units = rest.chunks_exact(2).map(|pair| {
            let pair = [pair.first().copied().unwrap_or(0), pair.get(1).copied().unwrap_or(0)];
            if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
        });
        String::from_utf16(&units.collect::<Vec<_>>()).ok()
    };
    let text = match bytes {
        [b'P', b'K', 3, 4, ..] => {
            let text = format!("{path} is a binary plan");
            let help = format!("run `terraform show -json {path}` and give its output");
            return Err(InputError::new("I0102", text, help));
        }
        [0xFF, 0xFE, rest @ ..] => wide(rest, false),
        [0xFE, 0xFF, rest @ ..] => wide(rest, true),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        bytes => String::from_utf8(bytes.to_vec()).ok(),
    };
    text.ok_or_else(|| InputError::new("I0101", format!("{path} is no text"), ""))
}

/// The JSON of a text that does not nest too deep.
fn parsed(text: &str, path: &str) -> Result<Json, InputError> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth = depth.saturating_add(1),
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => (),
        }
        if depth > MAX_DEPTH {
            let text = format!("{path} nests deeper than {MAX_DEPTH} levels");
            return Err(InputError::new("I0101", text, ""));
        }
    }
    match serde_json::from_str(text) {
        Ok(json) => Ok(json),
        Err(error) => {
            // Several objects, one a line, are a log.
            let mut lines = text.lines();
            let first = lines.next().and_then(|it| serde_json::from_str::<Json>(it).ok());
            if let Some(first) = first
                && first.get("@level").is_some()
            {
                let text = format!("{path} is the log of `terraform plan -json`, not a plan");
                let help = "run `terraform plan -out p && terraform show -json p`";
                return Err(InputError::new("I0102", text, help));
            }
            if error.is_eof() {
                let text = format!("{path} ends in the middle");
                return Err(InputError::new("I0101", text, "it is cut off: write it again"));
            }
            let help = "a plan is what `terraform show -json` prints";
            Err(InputError::new("I0101", format!("{path} is not JSON: {error}"), help))
        }
    }
}
