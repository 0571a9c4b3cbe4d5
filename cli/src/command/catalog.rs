//! `polsim catalog`: what is known of AWS's services, actions and condition keys.

mod found;
mod human;

use polsim::catalog::{Catalog, CatalogError, ContextKey};
use polsim::text::nearest;

use crate::{Console, Failure, Outcome};

use found::Found;

/// Show what is known of a service, an action or a condition key
///
/// The data is AWS's service authorization reference at the date that `polsim catalog` alone prints,
/// and what AWS says of each global condition key. A name that it lacks may be newer.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// `s3`, `s3:GetObject`, `s3:Get*` or `aws:SourceVpce`; without a name, what the data is
    #[arg(value_name = "NAME")]
    name: Option<String>,

    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// One JSON object
    Json,
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = Catalog::embedded().map_err(|error: CatalogError| {
        Failure::message(error.to_string()).with_help("install polsim again")
    })?;
    let found = match args.name.as_deref() {
        None => Found::Catalog(found::about(&catalog)),
        Some(name) => Found::of(&catalog, name).ok_or_else(|| unknown(&catalog, name))?,
    };
    match args.format {
        Format::Human => console.print(&human::text(&found))?,
        Format::Json => console.print_json(&found)?,
    }
    Ok(Outcome::AsWanted)
}

fn unknown(catalog: &Catalog, name: &str) -> Failure {
    let Some((service, rest)) = name.split_once(':') else {
        let failure = Failure::message(format!("the catalogue has no service `{name}`"));
        return match catalog.nearest_service(name) {
            Some(near) => failure.with_help(format!("did you mean `{near}`?")),
            None => {
                failure.with_help("a service is named by the prefix of its actions, such as `s3`")
            }
        };
    };
    if rest.contains(['*', '?']) {
        return Failure::message(format!("no action of the catalogue matches `{name}`"));
    }
    let key = catalog.nearest_key(name).map(str::to_owned);
    let action = catalog.nearest_action(service, rest);
    let near = nearest(name, [action.as_deref(), key.as_deref()].into_iter().flatten());
    let failure = Failure::message(match ContextKey::is_listed(name) {
        Some(false) => format!("AWS lists no condition key or action `{name}`"),
        _ => format!("the catalogue has no action or condition key `{name}`"),
    });
    match near.map(str::to_owned).or(action).or(key) {
        Some(near) => failure.with_help(format!("did you mean `{near}`?")),
        None if catalog.service(service).is_none() => {
            failure.with_help(format!("it has no service `{service}` either"))
        }
        None => failure.with_help(format!("`polsim catalog {service}` lists its actions and keys")),
    }
}
