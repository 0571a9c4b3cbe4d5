//! From the tree to a [`Network`], or to everything that is wrong with it.
//!
//! The shape has been checked before; here texts become values and names are resolved to ids.

mod check;
mod links;
mod names;
mod reader;
mod shape;
mod tree;
mod vpc;

use super::model::{Account, Network, Organization, StudioDomain};
use crate::request::is_account_id;
use crate::text::{Diagnostic, Node, Source, Value};
use reader::{Reader, is_region};
pub(crate) use shape::NETWORK;
use tree::{boxed, flag, items, span_of, text};

/// Reads the network in `node` of `source`.
pub(super) fn read(source: &Source, node: &Node) -> Result<Network, Vec<Diagnostic>> {
    let mut found = Vec::new();
    NETWORK.check(node, source, shape::CODES, &mut found);
    if !matches!(node.value, Value::Object(_)) {
        return Err(found);
    }
    let mut reader = Reader::new(source, node, found);
    let network = reader.network(node);
    let mut found = reader.found;
    if found.is_empty() {
        check::check(&network, node, &mut found);
    }
    if found.is_empty() {
        return Ok(network);
    }
    found.sort_by_key(|it| it.span);
    Err(found)
}

fn studio_domains(node: &Node) -> Vec<StudioDomain> {
    let domains = items(node, "studioDomains").iter();
    let read = domains.filter_map(|item| {
        let sso = text(item, "authMode") == Some("SSO");
        Some(StudioDomain { id: boxed(item, "id")?, sso })
    });
    read.collect()
}

impl Reader<'_> {
    fn network(&mut self, node: &Node) -> Network {
        let region: Box<str> = text(node, "region").unwrap_or_default().into();
        if !is_region(&region) && node.member("region").is_some() {
            let message = format!("`{region}` is no region");
            self.refuse_with("N0004", span_of(node, "region"), message, "such as eu-west-1");
        }
        let accounts = self.accounts(node);
        let default = self.account(node, "account", &accounts);
        let organization = node.member("organization").map(|it| &it.value).and_then(|it| {
            let management = self.account(it, "management", &accounts);
            let id = boxed(it, "id")?;
            let trusted_units = self.units(it, &id);
            Some(Organization {
                id,
                management,
                trusted: flag(it, "trusted", false),
                trusted_units,
            })
        });
        let mut vpcs = Vec::new();
        for item in items(node, "vpcs") {
            vpcs.extend(vpc::vpc(self, item, &region, default.as_deref(), &accounts));
        }
        Network {
            source: self.source.clone(),
            transit_gateways: self.transit_gateways(node, &vpcs),
            vpcs,
            peerings: self.peerings(node),
            sites: self.sites(node),
            links: self.links(node),
            private_zones: self.private_zones(node),
            resolver_rules: self.resolver_rules(node, &region),
            prefix_lists: self.prefix_lists(node, &region),
            origins: self.origins(node),
            access_points: self.access_points(node),
            studio_domains: studio_domains(node),
            region,
            organization,
            accounts,
        }
    }

    /// The paths of an organization's trusted units.
    fn units(&mut self, node: &Node, id: &str) -> Vec<Box<str>> {
        let written = node.member("trustedUnits").map(|it| it.value.items()).unwrap_or_default();
        let mut units = Vec::new();
        for item in written {
            let path = item.as_text().unwrap_or_default();
            if path.starts_with(&format!("{id}/r-")) && path.ends_with('/') {
                units.push(path.into());
            } else {
                let message = format!("`{path}` is no path of a unit of `{id}`");
                let help = "such as o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/";
                self.refuse_with("N0004", item.span, message, help);
            }
        }
        units
    }

    fn accounts(&mut self, node: &Node) -> Vec<Account> {
        let mut accounts: Vec<Account> = Vec::new();
        for item in items(node, "accounts") {
            let Some(id) = boxed(item, "id") else { continue };
            if !is_account_id(&id) {
                let message = format!("`{id}` is no account id");
                let help = "an account id has twelve digits";
                self.refuse_with("N0004", span_of(item, "id"), message, help);
                continue;
            }
            let name = boxed(item, "name").unwrap_or_else(|| id.clone());
            if accounts.iter().any(|known| known.id == id || known.name == name) {
                let message = format!("the account `{name}` is given twice");
                self.refuse("N0005", item.span, message);
                continue;
            }
            let (path, member) = (boxed(item, "path"), flag(item, "member", true));
            let trusted = flag(item, "trusted", false);
            accounts.push(Account { name, id, path, member, trusted });
        }
        // The short form: one account for everything.
        if let Some(id) = text(node, "account")
            && is_account_id(id)
            && !accounts.iter().any(|known| &*known.id == id)
        {
            let (path, member, trusted) = (None, true, false);
            accounts.push(Account { name: id.into(), id: id.into(), path, member, trusted });
        }
        accounts
    }
}
