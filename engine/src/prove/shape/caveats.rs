//! Caveats: what a verdict about a shape does not say (perimeter-2 §2, §5.4, §9).

use super::RequestShape;
use crate::catalog::{Host, Reach};
use crate::network::{Network, Ways};
use crate::policy::ActionPattern;
use crate::request::Action;
use crate::text::Diagnostic;

impl RequestShape {
    /// Warnings about what a verdict on such requests leaves out.
    pub(crate) fn caveats(&self, ways: Ways, network: Option<&Network>) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        self.narrow_origins(ways, &mut found);
        if let Some(network) = network {
            self.domains_without_policies(network, &mut found);
        }
        self.logins_by_iam(&mut found);
        found
    }

    /// Origins that are a part of a wider one.
    fn narrow_origins(&self, ways: Ways, found: &mut Vec<Diagnostic>) {
        let inner = self.all.iter().chain(self.any.iter().flatten());
        for shape in inner {
            shape.narrow_origins(ways, found);
        }
        for (name, span) in self.from.iter().flatten() {
            if &**name == "off-network-direct" && ways == Ways::Every {
                let message = "`off-network-direct` leaves out calls that services forward or make for anybody, and outside machines behind our endpoints";
                let note = Diagnostic::warning("V0102", &self.source, *span, message);
                found.push(note.with_help("`off-network` is everything that is off the network"));
            }
        }
    }

    /// Studio domains whose users come from IAM Identity Center: CreatePresignedDomainUrl "can only
    /// be called when the authentication mode equals IAM", so no policy of theirs is asked.
    fn domains_without_policies(&self, network: &Network, found: &mut Vec<Diagnostic>) {
        if !self.names("sagemaker:CreatePresignedDomainUrl") {
            return;
        }
        for domain in network.studio_domains.iter().filter(|domain| domain.sso) {
            let message = format!(
                "policies do not decide who opens the domain `{}`: its users come through the portal of IAM Identity Center, from any network",
                domain.id
            );
            found.push(Diagnostic::warning("V0103", &self.source, self.span, message));
        }
    }

    /// Actions that are asked about at logins by IAM only: clients may get in without.
    fn logins_by_iam(&self, found: &mut Vec<Diagnostic>) {
        for host in Host::all().iter().filter(|host| host.reach == Reach::Vpc) {
            let prefix = host.service.actions.first().and_then(|it| it.split(':').next());
            let asked = self.actions.iter().flatten().any(|pattern| match pattern {
                ActionPattern::Any => false,
                ActionPattern::Of { service, .. } => {
                    service.as_literal() == prefix
                        && host.service.actions.iter().any(|it| matches(pattern, it))
                }
            });
            if asked && let Some(prefix) = prefix {
                let message = format!(
                    "a verdict about `{prefix}` is one about logins by IAM: who reaches the interface inside the VPC may need none"
                );
                found.push(Diagnostic::warning("V0104", &self.source, self.span, message));
            }
        }
    }

    /// Test for an action that the shape names.
    fn names(&self, action: &str) -> bool {
        self.actions.iter().flatten().any(|pattern| matches(pattern, action))
    }
}

fn matches(pattern: &ActionPattern, action: &str) -> bool {
    let action = action.replace('*', "Any");
    action.parse::<Action>().is_ok_and(|action| pattern.matches(&action))
}
