//! Context keys of a request: known, absent or unknown (scale notes §1.7).

mod service_keys;
mod tags;

use polsim_decide::catalog::{Catalog, Support};
use polsim_decide::request::{Action, ContextValue};
use polsim_decide::text::KeyName;
use serde_json::Value;

use crate::known_actions;
use crate::network::{self, Way};
use crate::observation::{Knowledge, Seen, SeenAction};
use crate::options::Options;
use crate::parameters::{Parameters, scalar};
use crate::principal::Caller;
use crate::record::Record;

/// A key that the catalogue does not list for an action was not in the request.
pub(crate) const CATALOGUE: &str = "catalogue";
/// The record's time is the time of the decision.
pub(crate) const EVENT_TIME: &str = "event-time";

/// The facts about a request that its keys are worked out from.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) record: &'a Record<'a>,
    pub(crate) caller: &'a Caller<'a>,
    pub(crate) way: Way<'a>,
    pub(crate) parameters: &'a Parameters<'a>,
    pub(crate) options: &'a Options,
    pub(crate) catalog: &'static Catalog,
    pub(crate) context: &'a Value,
    pub(crate) prefix: &'a str,
    pub(crate) action: &'a SeenAction,
    pub(crate) resource: &'a Seen,
    pub(crate) resource_account: Option<&'a str>,
    pub(crate) partition: &'a str,
    pub(crate) derived: bool,
    pub(crate) is_network_event: bool,
}

impl Asked<'_> {
    /// The knowledge about a key, which `name` is in small letters, with the assumption it rests on
    /// besides the path's.
    pub(crate) fn key(&self, key: &KeyName, name: &str) -> (Knowledge, Option<&'static str>) {
        if let Some(value) = self.enriched(key) {
            return (value, None);
        }
        match name {
            "aws:currenttime" | "aws:epochtime" if self.options.assumes(EVENT_TIME) => {
                (self.time(name), Some(EVENT_TIME))
            }
            "aws:currenttime" | "aws:epochtime" => (Knowledge::present(), None),
            _ => match self.global(name) {
                Some(knowledge) => (knowledge, None),
                None => self.other(key, name),
            },
        }
    }

    /// The value that an enriched event names.
    fn enriched(&self, key: &KeyName) -> Option<Knowledge> {
        let Value::Object(parts) = self.context else { return None };
        let named = parts.values().filter_map(Value::as_object).flatten();
        let (_, value) = named.into_iter().find(|(name, _)| key.is(name))?;
        Some(match value {
            Value::Array(items) => {
                let texts: Vec<Box<str>> =
                    items.iter().filter_map(|it| Some(scalar(it)?.into())).collect();
                Knowledge::Known(ContextValue::Many(texts))
            }
            other => Knowledge::text(&scalar(other)?),
        })
    }

    fn time(&self, name: &str) -> Knowledge {
        let time = Record::text(&self.record.event_time);
        if time.is_empty() {
            return Knowledge::present();
        }
        if name == "aws:currenttime" {
            return Knowledge::text(time);
        }
        match time.parse::<polsim_decide::text::Instant>() {
            Ok(instant) => Knowledge::text(&instant.seconds.to_string()),
            Err(_) => Knowledge::present(),
        }
    }

    /// A global key.
    fn global(&self, name: &str) -> Option<Knowledge> {
        if let Some(knowledge) = self.caller.key(name, self.partition) {
            return Some(knowledge);
        }
        let action = match self.action {
            SeenAction::Known(action) => action.parse::<Action>().ok(),
            SeenAction::Some(_) => None,
        };
        let path = (self.caller, self.way);
        if let Some(knowledge) =
            network::key(name, self.record, path, action.as_ref(), self.options)
        {
            return Some(knowledge);
        }
        let record = self.record;
        Some(match name {
            "aws:requestedregion" => match Record::text(&record.aws_region) {
                "" => Knowledge::unknown(),
                region => Knowledge::text(region),
            },
            "aws:securetransport" => {
                let cipher =
                    || Record::value(record.additional_event_data).get("CipherSuite").is_some();
                if record.tls_details.is_some() || (self.prefix == "s3" && cipher()) {
                    Knowledge::text("true")
                } else {
                    Knowledge::unknown()
                }
            }
            "aws:useragent" => self.agent(),
            "aws:referer" => Knowledge::unknown(),
            "aws:principalorgid" => self.organization_of(
                self.caller.account.filter(|_| self.caller.is_iam()),
                !self.caller.is_iam(),
            ),
            "aws:principalorgpaths" if !self.caller.is_iam() => Knowledge::Absent,
            "aws:resourceaccount" => match self.resource_account {
                Some(account) => Knowledge::text(account),
                None => Knowledge::unknown(),
            },
            "aws:resourceorgid" => self.organization_of(self.resource_account, false),
            _ => return None,
        })
    }

    fn organization_of(&self, account: Option<&str>, is_absent: bool) -> Knowledge {
        match account {
            _ if is_absent => Knowledge::Absent,
            Some(account) => network::organization_id(account, self.options),
            None => Knowledge::unknown(),
        }
    }

    fn agent(&self) -> Knowledge {
        const LIMIT: usize = 1_024;
        let agent = Record::text(&self.record.user_agent);
        let by_service = agent.contains(".amazonaws.com") || agent.starts_with("AWS Internal");
        if self.is_network_event || agent.is_empty() || agent.len() >= LIMIT || by_service {
            return Knowledge::unknown();
        }
        let plain = agent.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        Knowledge::text(plain.filter(|_| self.prefix == "s3").unwrap_or(agent))
    }

    /// A key of tags, of a service, or one that no rule names.
    fn other(&self, key: &KeyName, name: &str) -> (Knowledge, Option<&'static str>) {
        if let Some(knowledge) = self.tag(key, name) {
            return (knowledge, None);
        }
        let own = name.split(':').next().unwrap_or_default();
        if own == "aws" {
            return (Knowledge::unknown(), None);
        }
        let action_prefix = match self.action {
            SeenAction::Known(action) => action.split(':').next().unwrap_or_default(),
            SeenAction::Some(_) => self.prefix,
        };
        if !own.eq_ignore_ascii_case(action_prefix) {
            return (Knowledge::Absent, None);
        }
        if self.derived {
            return (Knowledge::unknown(), None);
        }
        if let Some(knowledge) = self.service_key(name) {
            return (knowledge, None);
        }
        if let SeenAction::Known(action) = self.action {
            let action = action.split_once(':').map_or("", |(_, name)| name);
            let listed = known_actions::listed(self.catalog, own, action);
            if self.options.assumes(CATALOGUE)
                && listed.is_some_and(|it| self.catalog.supports(&it, key.as_str()) == Support::No)
            {
                return (Knowledge::Absent, Some(CATALOGUE));
            }
        }
        (Knowledge::unknown(), None)
    }
}
