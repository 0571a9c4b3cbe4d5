//! Answers about inputs as JSON.

use polsim_inputs::{Answer, Example, Place, Statement};
use serde_json::{Value, json};

use crate::report::model::{Perimeters, Results};

pub(super) fn document(results: &Perimeters) -> Value {
    let perimeter = &results.perimeter;
    let model = &perimeter.model;
    let inputs = model.inputs().iter().map(|it| {
        json!({"path": it.path, "kind": it.kind, "version": it.version, "resources": it.resources})
    });
    let notes = model.notes().iter().map(|it| json!({"code": it.code, "text": it.text}));
    let symbols = perimeter
        .symbols()
        .map(|(name, kind, class)| json!({"name": name, "kind": kind, "class": class}));
    let packs = perimeter.packs.iter().map(|pack| {
        let verdict = perimeter.verdict_of(*pack).map_or("not-applicable", |it| it.as_str());
        (pack.as_str().to_owned(), Value::from(verdict))
    });
    let (policies, things, principals) = model.counts();
    json!({
        "schemaVersion": 1,
        "inputs": inputs.collect::<Vec<_>>(),
        "read": {"policies": policies, "things": things, "principals": principals},
        "notes": notes.collect::<Vec<_>>(),
        "symbols": symbols.collect::<Vec<_>>(),
        "packs": packs.collect::<serde_json::Map<_, _>>(),
        "questions": perimeter.answers.iter().map(question).collect::<Vec<_>>(),
        "refused": perimeter.refused,
        "totals": results.totals(),
    })
}

fn question(it: &Answer) -> Value {
    let depends =
        it.depends_on.iter().map(|(says, settle)| json!({"says": says, "settle": settle}));
    json!({
        "pack": it.pack.as_str(),
        "thing": it.thing,
        "wanted": it.wanted,
        "verdict": it.verdict.as_str(),
        "world": it.world,
        "assuming": it.assuming,
        "dependsOn": depends.collect::<Vec<_>>(),
        "example": it.example.as_ref().map(example),
        "reason": it.reason,
    })
}

fn example(it: &Example) -> Value {
    let context = it.context.iter().map(|(key, values)| (key.clone(), json!(values)));
    json!({
        "sentence": it.sentence,
        "request": {
            "principal": it.principal, "action": it.action, "resource": it.resource,
            "context": context.collect::<serde_json::Map<_, _>>(),
        },
        "decidedBy": it.allowed_by.iter().map(statement).collect::<Vec<_>>(),
        "notDeniedBy": it.not_denied_by.iter().map(statement).collect::<Vec<_>>(),
    })
}

fn statement(it: &Statement) -> Value {
    let at = it.place.as_ref().map(
        |Place { file, line, column }| json!({"file": &**file, "line": line, "column": column}),
    );
    json!({"policy": it.policy, "statement": it.statement, "at": at})
}
