//! Terraform and OpenTofu: plans and states as `terraform show -json` prints them (inputs §4).
//!
//! | module | holds |
//! | --- | --- |
//! | `plan` | instances, configuration, references, as data |
//! | `resolve`, `derive` | values of attributes: known, derived, referenced, symbols |
//! | `documents` | policy documents of attributes |
//! | `policies`, `network` | the resource types that carry policies, and those that carry topology |
//! | `source` | the `.tf` files beside a plan |

mod derive;
mod documents;
mod network;
mod plan;
mod policies;
mod resolve;
mod source;

use serde_json::Value as Json;

pub(crate) use documents::{Found, from_node};
pub(crate) use network::speaks_of_tls;
pub(crate) use plan::Side;
pub(crate) use source::{Sources, text_document};

use crate::InputError;
use crate::model::{Model, ReadInput};
use plan::Plan;
use resolve::Resolver;

/// Reads a plan or a state into the model.
pub(crate) fn read(
    json: &Json,
    path: &str,
    side: Side,
    sources: Option<&Sources>,
    model: &mut Model,
) -> Result<(), InputError> {
    checked(json, path)?;
    let plan = Plan::read(json, side);
    let is_state = json.get("planned_values").is_none() && json.get("resource_changes").is_none();
    let mut managed = 0_usize;
    for it in plan.instances.values().filter(|it| !it.data) {
        managed = managed.saturating_add(1);
        let count = model.types.entry(it.kind.into()).or_default();
        *count = count.saturating_add(1);
    }
    model.inputs.push(ReadInput {
        path: path.into(),
        kind: if is_state { "terraform-state" } else { "terraform-plan" },
        version: json.get("terraform_version").and_then(Json::as_str).map(Box::from),
        resources: managed,
    });
    if !is_state {
        model.assume("plan-is-whole", path);
    }
    if plan.partial {
        model.note("I0208", format!("{path} is a partial plan: what is deferred is not in it"));
    }
    if !plan.left_out.is_empty() {
        let list = plan.left_out.join(", ");
        model.note("I0208", format!("counted in neither side of the change: {list}"));
    }
    let mut resolver = Resolver { plan: &plan, model, sources, depth: 0 };
    resolver.find_account_and_region();
    let refused = policies::PolicyReader::new(&mut resolver).read();
    let topology = network::NetworkReader::new(&mut resolver).read();
    let network = topology.finish(model);
    for (key, value) in network.members {
        model.network.set(&key, value);
    }
    match refused.first() {
        Some(first) => Err(InputError::new("P0001", format!("{path}: {first}"), "")),
        None => Ok(()),
    }
}

/// Refuses what is no plan that can be read, with the command that gives one.
fn checked(json: &Json, path: &str) -> Result<(), InputError> {
    let version = json.get("format_version").and_then(Json::as_str).unwrap_or("0");
    let major: u32 = version.split('.').next().and_then(|it| it.parse().ok()).unwrap_or(0);
    if major >= 2 {
        let text = format!("{path} has format_version {version}; versions 0 and 1 are read");
        return Err(InputError::new("I0103", text, ""));
    }
    if json.get("errored") == Some(&Json::Bool(true)) {
        let text = format!("{path} is a plan that ended with an error, so it is not whole");
        return Err(InputError::new("I0102", text, "plan again and give that"));
    }
    Ok(())
}
