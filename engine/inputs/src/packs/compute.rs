//! Packs about compute and about what should work: notebook, vpc-config, alive.

use polsim::catalog::sagemaker::{KEYED, UNKEYED};
use polsim::policy::PolicyType;
use serde_json::json;

use super::{Asker, Pack, Question};
use crate::model::Document;
use crate::value::Value;

impl Asker<'_> {
    pub(super) fn notebook(&mut self) {
        for fact in &self.model.facts {
            self.out.push(Question {
                pack: Pack::Notebook,
                thing: fact.at.to_string(),
                wanted: fact.says.clone(),
                property: None,
                wants_allowed: false,
            });
        }
        if !self.has_holders() {
            return;
        }
        let thing = format!("account {}", self.account);
        let without =
            |key: &str, value: &str| json!({"any": [{"when": {"StringEquals": {key: value}}}]});
        let create = ["sagemaker:CreateNotebookInstance"];
        let both = ["sagemaker:CreateNotebookInstance", "sagemaker:UpdateNotebookInstance"];
        let domain = ["sagemaker:CreateDomain", "sagemaker:UpdateDomain"];
        for (wanted, actions, key, value) in [
            (
                "nobody makes a notebook with direct internet access",
                &create[..],
                "sagemaker:DirectInternetAccess",
                "Disabled",
            ),
            (
                "nobody makes a notebook with root access",
                &both[..],
                "sagemaker:RootAccess",
                "Disabled",
            ),
            (
                "nobody makes a domain that is not VpcOnly",
                &domain[..],
                "sagemaker:AppNetworkAccessType",
                "VpcOnly",
            ),
        ] {
            let property = json!({
                "deny": {"actions": actions, "not": without(key, value)}, "by": "holder",
            });
            self.ask(Pack::Notebook, &thing, wanted.to_owned(), property);
        }
    }

    pub(super) fn vpc_config(&mut self) {
        if !self.has_holders() {
            return;
        }
        let thing = format!("account {}", self.account);
        let named = |list: &[&str]| -> Vec<String> {
            list.iter().map(|it| format!("sagemaker:{it}")).collect()
        };
        let without = json!({"Null": {"sagemaker:VpcSubnets": "true"}});
        let property = json!({"deny": {"actions": named(KEYED), "when": without}, "by": "holder"});
        let wanted = "nobody starts compute without a VPC".to_owned();
        self.ask(Pack::VpcConfig, &thing, wanted, property);
        let property = json!({"deny": {"actions": named(UNKEYED)}, "by": "holder"});
        let wanted = "nobody starts compute that no condition confines".to_owned();
        self.ask(Pack::VpcConfig, &thing, wanted, property);
    }

    pub(super) fn alive(&mut self) {
        for endpoint in self.endpoints() {
            if !self.some_holder_may(&endpoint.actions) {
                continue;
            }
            let property = json!({
                "allow": {"from": endpoint.id, "actions": endpoint.actions}, "by": "holder",
            });
            let wanted = format!("somebody of ours gets through {}", endpoint.shown);
            self.ask(Pack::Alive, &endpoint.shown, wanted, property);
        }
    }

    /// True if an identity policy speaks of one of these services, as far as its text shows.
    pub(super) fn some_holder_may(&self, actions: &[String]) -> bool {
        let services: Vec<&str> = actions.iter().filter_map(|it| it.split(':').next()).collect();
        self.model.policies.iter().filter(|it| it.policy_type == PolicyType::Identity).any(|it| {
            let Document::Written(document) = &it.document else { return true };
            let statements = document.get("Statement").map(Value::items).unwrap_or_default();
            statements.iter().any(|statement| {
                let effect = statement.get("Effect").and_then(Value::as_literal);
                let not = statement.get("NotAction").is_some();
                let list = statement.get("Action").map(Value::items).unwrap_or_default();
                let speaks = |item: &Value| match item.as_literal() {
                    Some(action) => {
                        let service = action.split(':').next().unwrap_or_default().to_lowercase();
                        service.contains('*') || services.contains(&service.as_str())
                    }
                    None => true,
                };
                effect.as_deref() != Some("Deny") && (not || list.iter().any(speaks))
            })
        })
    }
}
