//! The functions as JavaScript calls them.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tsify::{JsValueSerdeExt, Ts, Tsify};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use crate::{
    Answer, CallQuestion, CallReport, Evaluation, Explanation, NetworkMap, Plain, PolicyText,
    PropertyList, PropertyReport, Question, TestReport, Validation, Versions, VersionsReport,
    Vocabulary, WayEvaluation, Workspace,
};

/// A value that an answer can hold.
trait Answerable: Serialize {
    /// The TypeScript type of its answer.
    type Js: JsCast;
}

macro_rules! answers {
    ($($(#[$doc:meta])* $js:ident = $name:literal: $value:ty;)*) => {
        #[wasm_bindgen]
        extern "C" {
            $(
                $(#[$doc])*
                #[wasm_bindgen(typescript_type = $name)]
                #[derive(Debug)]
                pub type $js;
            )*
        }
        $(impl Answerable for $value { type Js = $js; })*
    };
}

answers! {
    /// The answer of `compare`.
    VersionsAnswer = "Answer<VersionsReport>": VersionsReport;
    /// The answer of `decideCall`.
    CallAnswer = "Answer<CallReport>": CallReport;
    /// The answer of `decideCases`.
    LinesAnswer = "Answer<string>": String;
    /// The answer of `evaluate`.
    EvaluationAnswer = "Answer<Evaluation>": Evaluation;
    /// The answer of `evaluateCase`.
    ExplanationAnswer = "Answer<Explanation>": Explanation;
    /// The answer of `contextKeys`.
    KeysAnswer = "Answer<string[]>": Vec<String>;
    /// The answer of `network`.
    NetworkAnswer = "Answer<NetworkMap>": NetworkMap;
    /// The answer of `plain`.
    PlainAnswer = "Answer<unknown>": Plain;
    /// The answer of `properties`.
    PropertiesAnswer = "Answer<PropertyList>": PropertyList;
    /// The answer of `test`.
    TestAnswer = "Answer<TestReport>": TestReport;
    /// The answer of `validate`.
    ValidationAnswer = "Answer<Validation>": Validation;
    /// The answer of `evaluateWay`.
    WayAnswer = "Answer<WayEvaluation>": WayEvaluation;
    /// The answer of `verify`.
    VerdictsAnswer = "Answer<PropertyReport[]>": Vec<PropertyReport>;
    /// The answer of `vocabulary`.
    VocabularyAnswer = "Answer<Vocabulary>": Vocabulary;
}

fn to_js<T: Answerable>(answer: &Answer<T>) -> T::Js {
    let value = JsValue::from_serde(answer);
    // What cannot be written as JSON becomes `null`, which the loader reports as a failure.
    value.unwrap_or(JsValue::NULL).unchecked_into()
}

/// The function's answer to an argument from JavaScript, whatever was passed.
fn with<A, T>(argument: &Ts<A>, call: impl FnOnce(A) -> Answer<T>) -> T::Js
where
    A: Tsify<JsType: Clone> + DeserializeOwned,
    T: Answerable,
{
    to_js(&match argument.to_rust() {
        Ok(argument) => call(argument),
        Err(error) => Answer::mistyped(&error.to_string()),
    })
}

/// Makes the engine's own breakdown, should there ever be one, an exception with a message. The
/// loader turns it into an answer and starts a fresh engine.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| wasm_bindgen::throw_str(&panic.to_string())));
}

/// The version of the engine.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// The decision on a request and everything that led to it.
#[wasm_bindgen]
pub fn evaluate(question: &Ts<Question>) -> EvaluationAnswer {
    with(question, |question| crate::evaluate(&question))
}

/// The decision on each way in which the request may arrive, and everything that led to the one of
/// this number (from 0; the first, if there are not so many).
#[wasm_bindgen(js_name = evaluateWay)]
pub fn evaluate_way(question: &Ts<Question>, number: usize) -> WayAnswer {
    with(question, |question| crate::evaluate_way(&question, number))
}

/// The explanation of a case, which is the text of a JSON object with policies and a request.
#[wasm_bindgen(js_name = evaluateCase)]
pub fn evaluate_case(text: &str) -> ExplanationAnswer {
    to_js(&crate::evaluate_case(text))
}

/// The decision on an API call, by all its authorization checks; the table of calls is a text that
/// the caller has.
#[wasm_bindgen(js_name = decideCall)]
pub fn decide_call(question: &Ts<CallQuestion>) -> CallAnswer {
    with(question, |question| crate::decide_call(&question))
}

/// The decisions on many cases, one JSON object a line in and out, as `polsim eval --cases` gives
/// them; `name` is what complaints call the text.
#[wasm_bindgen(js_name = decideCases)]
pub fn decide_cases(name: &str, text: &str) -> LinesAnswer {
    to_js(&Answer::Answered { value: crate::decide_cases(name, text) })
}

/// The mistakes in the text of a policy, and the statements in it.
#[wasm_bindgen]
pub fn validate(policy: &Ts<PolicyText>) -> ValidationAnswer {
    with(policy, |policy| Answer::Answered {
        value: crate::validate(policy.policy_type, &policy.text),
    })
}

/// The context keys that the policies read, in the order of their texts, each once.
#[wasm_bindgen(js_name = contextKeys)]
pub fn context_keys(policies: Vec<Ts<PolicyText>>) -> KeysAnswer {
    let policies: Result<Vec<PolicyText>, _> =
        policies.into_iter().map(|policy| policy.to_rust()).collect();
    to_js(&match policies {
        Ok(policies) => crate::context_keys(&policies),
        Err(error) => Answer::mistyped(&error.to_string()),
    })
}

/// The network in a text of YAML or JSON, as a map.
#[wasm_bindgen]
pub fn network(text: &str) -> NetworkAnswer {
    to_js(&crate::network(text))
}

/// The value in a text of YAML or JSON, for callers that take files apart.
#[wasm_bindgen]
pub fn plain(text: &str) -> PlainAnswer {
    to_js(&crate::plain(text))
}

/// The outcomes of the tests of the workspace's scenario.
#[wasm_bindgen]
pub fn test(workspace: &Ts<Workspace>) -> TestAnswer {
    with(workspace, |workspace| crate::test(&workspace))
}

/// The properties of the workspace's scenario, still to be decided.
#[wasm_bindgen]
pub fn properties(workspace: &Ts<Workspace>) -> PropertiesAnswer {
    with(workspace, |workspace| crate::properties(&workspace))
}

/// The verdicts on the properties of the workspace's scenario; on the one of this number (from 0)
/// alone, if one is given. May take long: call it from a worker, which can be ended.
#[wasm_bindgen]
pub fn verify(workspace: &Ts<Workspace>, number: Option<usize>) -> VerdictsAnswer {
    with(workspace, |workspace| crate::verify(&workspace, number))
}

/// The requests that the new version of the policies allows and the old one does not, and the
/// reverse. May take long: call it from a worker, which can be ended.
#[wasm_bindgen]
pub fn compare(versions: &Ts<Versions>) -> VersionsAnswer {
    with(versions, |versions| crate::compare(&versions))
}

/// The words that the engine knows, for completion.
#[wasm_bindgen]
pub fn vocabulary() -> VocabularyAnswer {
    to_js(&Answer::Answered { value: crate::vocabulary() })
}
