//! `cargo xtask catalog`: AWS's service authorization reference, from packages that are installed.
//!
//! Reads folders only, never a network. CONTRIBUTING says which packages to install.

mod model;
mod read;
mod write;

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use polsim_decide::catalog::Catalog;
use sha2::{Digest, Sha256};

use model::Reference;

const DATA: &str = "engine/decide/data/catalog.bin";
const ABOUT: &str = "engine/decide/data/catalog.json";
/// The largest loss of actions that needs no consent, in hundredths.
const MAX_LOSS: usize = 2;

/// Writes the catalogue, or compares it.
pub(crate) fn run(options: &[&str]) -> Result<()> {
    let mut from = None;
    let (mut accept_loss, mut check) = (false, false);
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match *option {
            "--from" => from = Some(*options.next().context("--from names a folder")?),
            "--accept-loss" => accept_loss = true,
            "--check" => check = true,
            other => bail!("`{other}` is no option: --from DIR, --accept-loss, --check"),
        }
    }
    let reference =
        read::from_folder(Path::new(from.context("--from DIR: where the packages are")?))?;
    let text = write::text(&reference);
    let catalog = Catalog::read(text.clone())?;
    catalog.check()?;
    let packed = write::packed(&text)?;
    let root = crate::workspace();
    if check {
        let known = std::fs::read(root.join(DATA)).context(DATA)?;
        ensure!(known == packed, "{DATA} is not what these packages give");
        return Ok(());
    }
    compare(&root, &reference, accept_loss)?;
    std::fs::create_dir_all(root.join(DATA).parent().unwrap_or(&root))?;
    std::fs::write(root.join(DATA), &packed)?;
    std::fs::write(root.join(ABOUT), about(&reference, &packed)?)?;
    let counts = reference.counts();
    crate::say(&format!("{DATA}: {} bytes, {counts}", packed.len()));
    Ok(())
}

/// What changed against the committed data; refuses a great loss.
fn compare(root: &Path, new: &Reference, accept_loss: bool) -> Result<()> {
    let Ok(packed) = std::fs::read(root.join(DATA)) else { return Ok(()) };
    let old = Catalog::read(write::unpacked(&packed)?)?;
    let mut names = (0_usize, 0_usize);
    for service in old.services() {
        let prefix = &*service.prefix;
        let Some(now) = new.services.get(prefix) else {
            crate::say(&format!("- service {prefix}"));
            continue;
        };
        for action in old.actions(prefix).iter().filter(|it| !it.is_withdrawn()) {
            names.0 = names.0.saturating_add(1);
            let folded = action.name().to_ascii_lowercase();
            if now.actions.contains_key(&folded) || now.partial.contains_key(&folded) {
                names.1 = names.1.saturating_add(1);
            } else {
                crate::say(&format!("- action {prefix}:{}", action.name()));
            }
        }
    }
    for (prefix, service) in &new.services {
        if old.service(prefix).is_none() {
            crate::say(&format!("+ service {prefix}"));
        }
        for action in service.actions.values() {
            if old.action(prefix, &action.name).is_none() {
                crate::say(&format!("+ action {prefix}:{}", action.name));
            }
        }
    }
    let lost = names.0.saturating_sub(names.1).saturating_mul(100);
    ensure!(
        accept_loss || lost <= names.0.saturating_mul(MAX_LOSS),
        "more than {MAX_LOSS} % of the actions are gone: --accept-loss if that is right"
    );
    Ok(())
}

/// The text beside the data: where it comes from, and how much it is.
fn about(reference: &Reference, packed: &[u8]) -> Result<String> {
    let hash = format!("{:x}", Sha256::digest(packed));
    let sources: Vec<_> = reference
        .sources
        .iter()
        .map(
            |it| serde_json::json!({"name": it.name, "version": it.version, "licence": it.licence}),
        )
        .collect();
    let counts = reference.counts();
    let about = serde_json::json!({
        "date": reference.date,
        "sources": sources,
        "services": counts.services,
        "actions": counts.actions,
        "partialActions": counts.partial,
        "withdrawnActions": counts.withdrawn,
        "resourceTypes": counts.types,
        "keys": counts.keys,
        "actionsWithDependentActions": counts.dependent,
        "sha256": hash,
    });
    Ok(format!("{}\n", serde_json::to_string_pretty(&about)?))
}
