//! A world: what its requests can be, and the property's shape that says so.

use super::draw::Draw;
use super::keys::Key;
use polsim::request::{CallFacts, ContextValue, Request, RequestParts};
use polsim::text::KeyName;
use serde_json::{Value, json};

const ACTIONS: &[&str] = &[
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteBucketPolicy",
    "kms:Decrypt",
    "sts:AssumeRole",
    "glacier:ListVaults",
];
const RESOURCES: &[&str] = &[
    "arn:aws:s3:::b/ab",
    "arn:aws:s3:::b/c",
    "arn:aws:kms:eu-west-1:111122223333:key/1",
    "arn:aws:iam::111122223333:role/R",
    "arn:aws:sqs:eu-west-1:444455556666:q",
];
const ACCOUNTS: [&str; 2] = ["111122223333", "444455556666"];

/// Requesters: how a shape writes them, and every requester that it means as far as policies of a
/// world can tell them apart.
const REQUESTERS: &[(&str, &[Requester])] = &[
    ("arn:aws:iam::111122223333:user/alice", &[user("arn:aws:iam::111122223333:user/alice")]),
    ("arn:aws:iam::444455556666:user/bob", &[user("arn:aws:iam::444455556666:user/bob")]),
    ("arn:aws:iam::111122223333:root", &[user("arn:aws:iam::111122223333:root")]),
    ("anonymous", &[Requester { id: "anonymous", arn: None, issuer: None }]),
    (
        "federated:accounts.google.com",
        &[Requester { id: "federated:accounts.google.com", arn: None, issuer: None }],
    ),
    (
        "arn:aws:iam::111122223333:role/R",
        &[
            session(
                "arn:aws:sts::111122223333:assumed-role/R/s",
                "arn:aws:iam::111122223333:role/R",
            ),
            session(
                "arn:aws:sts::111122223333:assumed-role/R/t",
                "arn:aws:iam::111122223333:role/R",
            ),
        ],
    ),
    (
        "arn:aws:sts::111122223333:assumed-role/R/s",
        &[
            session(
                "arn:aws:sts::111122223333:assumed-role/R/s",
                "arn:aws:iam::111122223333:role/R",
            ),
            session(
                "arn:aws:sts::111122223333:assumed-role/R/s",
                "arn:aws:iam::111122223333:role/p/R",
            ),
            session(
                "arn:aws:sts::111122223333:assumed-role/R/s",
                "arn:aws:iam::111122223333:role/q/R",
            ),
            session(
                "arn:aws:sts::111122223333:assumed-role/R/s",
                "arn:aws:iam::111122223333:role/aws-service-role/R",
            ),
        ],
    ),
    (
        "arn:aws:sts::111122223333:federated-user/f",
        &[
            user("arn:aws:sts::111122223333:federated-user/f"),
            Requester {
                id: "arn:aws:sts::111122223333:federated-user/f",
                arn: Some("arn:aws:sts::111122223333:federated-user/f"),
                issuer: Some("arn:aws:iam::111122223333:user/alice"),
            },
        ],
    ),
];

#[derive(Clone, Copy)]
struct Requester {
    id: &'static str,
    /// The value of `aws:PrincipalArn`, if there is one.
    arn: Option<&'static str>,
    issuer: Option<&'static str>,
}

const fn user(id: &'static str) -> Requester {
    Requester { id, arn: Some(id), issuer: None }
}

const fn session(id: &'static str, role: &'static str) -> Requester {
    Requester { id, arn: Some(role), issuer: None }
}

/// The parts of which the requests of a world are made.
pub(crate) struct World {
    pub(crate) actions: Vec<&'static str>,
    pub(crate) resources: Vec<&'static str>,
    requesters: Vec<(&'static str, &'static [Requester])>,
    pub(crate) keys: Vec<Key>,
}

impl World {
    pub(crate) fn new(draw: &mut Draw) -> Self {
        Self {
            actions: draw.some(ACTIONS, 2),
            resources: draw.some(RESOURCES, 2),
            requesters: draw.some(REQUESTERS, 3),
            keys: Key::some(draw),
        }
    }

    /// The shape of exactly the requests of the world.
    pub(crate) fn shape(&self) -> Value {
        let requesters: Vec<&str> = self.requesters.iter().map(|(written, _)| *written).collect();
        let pins: Vec<Value> = self.keys.iter().map(|key| json!({"when": key.pin()})).collect();
        json!({"actions": self.actions, "resources": self.resources, "principals": requesters,
               "all": pins})
    }

    /// Every request of the world.
    pub(crate) fn requests(&self) -> impl Iterator<Item = Request> {
        let mut contexts: Vec<Vec<(KeyName, ContextValue)>> = vec![Vec::new()];
        for key in &self.keys {
            let choices = key.choices();
            contexts = contexts
                .iter()
                .flat_map(|context| {
                    choices.iter().map(|choice| {
                        let mut context = context.clone();
                        context
                            .extend(choice.clone().map(|value| (KeyName::new(key.name()), value)));
                        context
                    })
                })
                .collect();
        }
        let mut requests = Vec::new();
        for requester in self.requesters.iter().flat_map(|(_, all)| all.iter()) {
            for (action, resource) in
                self.actions.iter().flat_map(|it| self.resources.iter().map(move |at| (it, at)))
            {
                for (owner, management) in
                    owners(resource).iter().flat_map(|it| [(it, false), (it, true)])
                {
                    for context in &contexts {
                        let mut context = context.clone();
                        let arn = requester
                            .arn
                            .map(|arn| (KeyName::new("aws:PrincipalArn"), ContextValue::from(arn)));
                        context.extend(arn);
                        requests.push(
                            Request::new(RequestParts {
                                principal: requester.id,
                                action,
                                resource,
                                resource_account: *owner,
                                issuer: requester.issuer,
                                context,
                                call: CallFacts::default(),
                                complete: true,
                                management_account: management,
                                ..RequestParts::default()
                            })
                            .expect("a valid request"),
                        );
                    }
                }
            }
        }
        requests.into_iter()
    }
}

/// The accounts that can own the resource: the one that its ARN names, else either.
fn owners(resource: &str) -> &'static [Option<&'static str>] {
    if ACCOUNTS.iter().any(|account| resource.contains(account)) {
        &[None]
    } else {
        &[Some(ACCOUNTS[0]), Some(ACCOUNTS[1]), Some("777788889999")]
    }
}
