//! What a text is, told by its content; refusals with the step that helps (inputs §1).

use std::fmt;

use polsim::text::{self, Source};
use serde_json::Value as Json;

use crate::cloudformation::{self, Stack, is_template};
use crate::dump::{self, is_answer};
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

/// A model in one world of the conditions of templates.
///
/// ```
/// # use polsim_inputs::{InputFile, Options, worlds};
/// let template = br#"{"Parameters": {"Stage": {"Type": "String", "AllowedValues": ["dev", "prod"]}},
///   "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
///   "Resources": {"Lake": {"Type": "AWS::S3::Bucket", "Condition": "IsProd"}}}"#;
/// let file = InputFile { path: "template.json".into(), bytes: template.to_vec() };
/// let worlds = worlds(&[file], &Options::default())?;
/// assert_eq!(worlds.len(), 2);
/// assert_eq!(worlds[1].conditions, [("IsProd".to_owned(), true)]);
/// # Ok::<(), polsim_inputs::InputError>(())
/// ```
#[derive(Clone, Debug)]
pub struct World {
    /// Values of parameters that make it.
    pub parameters: Vec<(String, String)>,
    /// Named conditions with their values.
    pub conditions: Vec<(String, bool)>,
    /// Everything that was read.
    pub model: Model,
}

/// The properties in a text: a list, or the member `properties` of an object.
///
/// ```
/// # use polsim::text::Source;
/// # use polsim_inputs::properties;
/// let source = Source::new("p.yaml", "- {name: closed, deny: {actions: [\"s3:*\"]}}\n");
/// assert_eq!(properties(&source)?.len(), 1);
/// # Ok::<(), polsim::text::Diagnostic>(())
/// ```
///
/// # Errors
/// A text that is neither YAML nor JSON.
pub fn properties(source: &Source) -> Result<Vec<Json>, text::Diagnostic> {
    let node = text::read(source)?;
    let list = node.member("properties").map_or(&node, |it| &it.value);
    Ok(list.items().iter().map(|it| terraform::from_node(it).shown()).collect())
}

/// Reads all files into one model; of several worlds the first.
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
    let first = all(files, options, Side::After)?.into_iter().next();
    Ok(first.map(|it| it.model).unwrap_or_default())
}

/// Reads all files, once for each world of the conditions of templates.
///
/// # Errors
/// As [`read`]; more worlds than are told apart.
pub fn worlds(files: &[InputFile], options: &crate::Options) -> Result<Vec<World>, InputError> {
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
    let first = all(files, options, Side::Before)?.into_iter().next();
    Ok(first.map(|it| it.model).unwrap_or_default())
}

/// An input by its kind.
enum Input {
    Terraform(Json),
    Stack(Box<Stack>),
    Manifest(Json),
    Answers(Vec<Json>),
}

fn all(
    files: &[InputFile],
    options: &crate::Options,
    side: Side,
) -> Result<Vec<World>, InputError> {
    let Sorted { plans, stacks, answers, passed_over } = sorted(files)?;
    let mut out = Vec::new();
    for world in cloudformation::worlds(&stacks, &options.parameters)? {
        let mut model = Model {
            account: options.account.clone(),
            region: options.region.clone(),
            ..Model::default()
        };
        for (path, json) in &plans {
            let sources = options.sources.as_ref();
            terraform::read(json, path, side, sources.map(|it| &it.files), &mut model)?;
        }
        if !answers.is_empty() {
            dump::read(&answers, &mut model);
        }
        for text in &passed_over {
            model.note("I0208", text.clone());
        }
        let mut conditions = Vec::new();
        if !stacks.is_empty() {
            conditions = cloudformation::read(&stacks, &options.parameters, &world, &mut model);
        }
        out.push(World { parameters: world.into_iter().collect(), conditions, model });
    }
    Ok(out)
}

/// Inputs by their kind.
#[derive(Default)]
struct Sorted {
    plans: Vec<(Box<str>, Json)>,
    stacks: Vec<Stack>,
    answers: Vec<dump::Answer>,
    /// Remarks on files that are no inputs, beside others that are.
    passed_over: Vec<String>,
}

/// The files by their kind; of a folder of the CDK the templates that its manifest names.
fn sorted(files: &[InputFile]) -> Result<Sorted, InputError> {
    let mut manifests: Vec<(String, Vec<(String, cloudformation::Stacked)>)> = Vec::new();
    let mut inputs = Vec::new();
    for file in files {
        match kind(file) {
            Ok(Input::Manifest(json)) => {
                let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
                manifests.push((folder.to_owned(), cloudformation::of_manifest(&json, folder)));
            }
            other => inputs.push((file.path.clone(), other)),
        }
    }
    let mut out = Sorted::default();
    let mut failed: Vec<InputError> = Vec::new();
    for (path, input) in inputs {
        let of_manifest = manifests
            .iter()
            .find(|(folder, _)| path.rsplit_once('/').map_or("", |(folder, _)| folder) == folder);
        if let Some((_, named)) = of_manifest {
            let said = named.iter().find(|(template, _)| **template == *path);
            if let (Some((_, said)), Ok(Input::Stack(stack))) = (said, input) {
                out.stacks.push(stack.stacked(said.clone()));
            }
            continue;
        }
        match input {
            Ok(Input::Terraform(json)) => out.plans.push((path, json)),
            Ok(Input::Stack(stack)) => out.stacks.push(*stack),
            Ok(Input::Answers(all)) => {
                let answer = |json| dump::Answer { path: path.clone(), json };
                out.answers.extend(all.into_iter().map(answer));
            }
            Ok(Input::Manifest(_)) => (),
            Err(error) => failed.push(error),
        }
    }
    // A file that is no input is passed over beside others that are; any other mistake is one.
    let nothing = out.plans.is_empty() && out.stacks.is_empty() && out.answers.is_empty();
    if let Some(at) = failed.iter().position(|it| nothing || it.code != "I0101") {
        return Err(failed.swap_remove(at));
    }
    out.passed_over.extend(failed.into_iter().map(|it| it.message));
    Ok(out)
}

fn kind(file: &InputFile) -> Result<Input, InputError> {
    let path = &*file.path;
    let text = decoded(&file.bytes, path)?;
    if !text.trim_start().starts_with(['{', '[']) {
        return template(path, text);
    }
    let ending = path.rsplit('.').next().unwrap_or_default();
    if ending.eq_ignore_ascii_case("jsonl") {
        let lines = text.lines().filter(|it| !it.trim().is_empty());
        let all = lines.map(|line| parsed(line, path)).collect::<Result<Vec<_>, _>>()?;
        if all.iter().all(is_answer) {
            return Ok(Input::Answers(all));
        }
        return Err(not_recognised(path));
    }
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
        return Ok(Input::Terraform(json));
    }
    if json.get("artifacts").is_some_and(Json::is_object) && has("version") {
        return Ok(Input::Manifest(json));
    }
    if json.get("Resources").is_some_and(Json::is_object) {
        return template(path, text);
    }
    if is_answer(&json) {
        return Ok(Input::Answers(vec![json]));
    }
    Err(not_recognised(path))
}

/// A CloudFormation template, YAML or JSON.
fn template(path: &str, text: String) -> Result<Input, InputError> {
    let source = Source::new(path, text);
    let bracket = source.text().trim_start().starts_with('{');
    let root = if bracket { text::json::parse(&source) } else { text::yaml::parse_tagged(&source) };
    let root = root.map_err(|refused| InputError::new(refused.code, format!("{refused}"), ""))?;
    if !is_template(&root) {
        return Err(not_recognised(path));
    }
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.split('.').next().unwrap_or(file);
    Ok(Input::Stack(Box::new(Stack::new(stem, source, root))))
}

fn not_recognised(path: &str) -> InputError {
    let help = "read are: `terraform show -json` of a plan or a state, CloudFormation templates, `cdk.out`, answers of AWS's command line";
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
