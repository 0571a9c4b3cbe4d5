//! Records beside policies in question: verdicts, with a memory of those given before.

use std::hash::{Hash, Hasher};

use polsim_decide::eval::{Scratch, StatementRef};
use polsim_decide::policy::PolicyType;
use polsim_decide::request::ContextValue;
use rustc_hash::{FxHashMap, FxHasher};

use crate::answer::{self, Answer, Verdict};
use crate::cases;
use crate::observation::{Class, Knowledge, Observation, Observed, Seen};
use crate::observe::{Filters, Observer};
use crate::options::Options;
use crate::question::Question;

/// Policies in question, and the reader of the records that are held against them.
///
/// ```
/// use polsim_decide::policy::{Policy, PolicyType};
/// use polsim_decide::text::Source;
/// use polsim_replay::{Answer, Memory, Options, Question, Replay};
/// let text = r#"{"Version": "2012-10-17", "Statement":
///   {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}}"#;
/// let policy = Policy::parse(&Source::new("scp.json", text), PolicyType::Scp).expect("valid").policy;
/// let replay = Replay::new(Options::default(), vec![Question::new(policy, None)])?;
/// let record = r#"{"eventVersion": "1.08", "eventSource": "s3.amazonaws.com", "eventName": "HeadObject",
///   "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/bob",
///                    "accountId": "111122223333"}, "requestParameters": {"bucketName": "b", "key": "k"}}"#;
/// let observation = replay.observer().observe(record);
/// let verdict = replay.verdict(&observation, &mut Memory::default());
/// assert_eq!(verdict.answer, Answer::Denied);
/// # Ok::<(), String>(())
/// ```
#[derive(Debug)]
pub struct Replay {
    observer: Observer,
    questions: Vec<Question>,
    /// The policies that those in question replace.
    replaced: Vec<Question>,
    reads_resources: bool,
    reads_principals: bool,
}

/// The memory of one thread that replays many records.
///
/// ```
/// let memory = polsim_replay::Memory::default();
/// assert_eq!(memory.decided(), 0);
/// ```
#[derive(Debug, Default)]
pub struct Memory {
    scratch: Scratch,
    /// The verdicts, by the hash of what the policies can tell apart; the texts beside it tell two
    /// requests of one hash apart.
    known: FxHashMap<u64, (Observed, Verdict)>,
    decided: u64,
}

/// The most verdicts that are kept.
const KEEP: usize = 100_000;

impl Memory {
    /// The number of verdicts that were worked out, and not remembered.
    pub fn decided(&self) -> u64 {
        self.decided
    }
}

impl Replay {
    /// The questions about these policies.
    ///
    /// # Errors
    /// The reason, if the catalogue of AWS's actions cannot be read.
    pub fn new(options: Options, questions: Vec<Question>) -> Result<Self, String> {
        let keys: Vec<_> = questions.iter().flat_map(|it| it.keys().to_vec()).collect();
        let mut observer = Observer::new(options, keys)?;
        if questions.iter().any(|it| it.policy_type == PolicyType::Endpoint) {
            observer = observer.with_endpoint_policy();
        }
        Ok(Self::with(observer, questions, Vec::new()))
    }

    fn with(observer: Observer, questions: Vec<Question>, replaced: Vec<Question>) -> Self {
        let reads_resources = questions.iter().chain(&replaced).any(Question::reads_resources);
        let reads_principals = questions.iter().chain(&replaced).any(Question::reads_principals);
        Self { observer, questions, replaced, reads_resources, reads_principals }
    }

    /// The same questions, of policies that take the place of these: what these deny anyway is no
    /// change.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn instead_of(self, replaced: Vec<Question>) -> Result<Self, String> {
        let all = self.questions.iter().chain(&replaced);
        let keys: Vec<_> = all.flat_map(|it| it.keys().to_vec()).collect();
        let observer = self.observer.asked_for(keys);
        Ok(Self::with(observer, self.questions, replaced))
    }

    /// The same questions about the records that the filters let through.
    #[must_use]
    pub fn with_filters(mut self, filters: Filters) -> Self {
        self.observer = self.observer.with_filters(filters);
        self
    }

    /// The reader of records.
    pub fn observer(&self) -> &Observer {
        &self.observer
    }

    /// The questions.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The case in which `eval` decides a denied request of a verdict the same; none where none is.
    pub fn case(&self, id: &str, verdict: &Verdict) -> Option<serde_json::Value> {
        cases::case(id, &self.questions, verdict)
    }

    /// The verdict on a record that is replayed: denied if any policy denies any of its requests,
    /// allowed if all allow all.
    pub fn verdict(&self, observation: &Observation, memory: &mut Memory) -> Verdict {
        let mut whole = Verdict::allowed();
        if observation.class != Class::Replayed {
            return whole;
        }
        for (number, request) in observation.requests.iter().enumerate() {
            let verdict = self.of_request(request, memory);
            whole = whole.and(Verdict { request: number, ..verdict });
            if whole.answer == Answer::Denied {
                break;
            }
        }
        whole
    }

    fn of_request(&self, request: &Observed, memory: &mut Memory) -> Verdict {
        let hash = self.hash(request);
        if let Some((seen, verdict)) = memory.known.get(&hash)
            && self.is_alike(seen, request)
        {
            return verdict.clone();
        }
        memory.decided = memory.decided.saturating_add(1);
        let mut verdict = Verdict::allowed();
        for (number, question) in self.questions.iter().enumerate() {
            let one = answer::ask(question, request, &self.observer.options, &mut memory.scratch);
            verdict = verdict.and(Verdict { question: number, ..one });
            if verdict.answer == Answer::Denied {
                break;
            }
        }
        let options = &self.observer.options;
        let is_denied = |question: &Question, scratch: &mut Scratch| {
            answer::ask(question, request, options, scratch).answer == Answer::Denied
        };
        if verdict.answer != Answer::Allowed
            && self.replaced.iter().any(|it| is_denied(it, &mut memory.scratch))
        {
            verdict = Verdict::allowed();
        }
        if memory.known.len() >= KEEP {
            memory.known.clear();
        }
        memory.known.insert(hash, (request.clone(), verdict.clone()));
        verdict
    }

    /// A hash of the parts of a request that the policies can tell apart.
    fn hash(&self, request: &Observed) -> u64 {
        let mut hasher = FxHasher::default();
        request.action.hash(&mut hasher);
        request.kind.hash(&mut hasher);
        request.management_account.hash(&mut hasher);
        for (_, knowledge) in &request.keys {
            hash_knowledge(knowledge, &mut hasher);
        }
        if self.reads_resources {
            request.resource.hash(&mut hasher);
            request.resource_account.hash(&mut hasher);
        }
        if self.reads_principals {
            request.principal.hash(&mut hasher);
        }
        hasher.finish()
    }

    /// True if the policies cannot tell two requests apart.
    fn is_alike(&self, one: &Observed, other: &Observed) -> bool {
        let accounts = |it: &Observed| {
            let options = &self.observer.options;
            it.caller_account.as_deref().and_then(|it| options.is_ours(it))
        };
        one.action == other.action
            && one.kind == other.kind
            && one.management_account == other.management_account
            && one.keys == other.keys
            && linked(one) == linked(other)
            && accounts(one) == accounts(other)
            && (!self.reads_resources
                || (one.resource == other.resource
                    && one.resource_account == other.resource_account
                    && one.endpoint == other.endpoint
                    && one.caller_account == other.caller_account))
            && (!self.reads_principals
                || (one.principal == other.principal && one.own_keys == other.own_keys))
    }
}

fn linked(request: &Observed) -> bool {
    request.issuer.as_deref().is_some_and(|it| it.contains(":role/aws-service-role/"))
        || matches!(&request.principal, Seen::Unknown | Seen::Pattern(_))
}

fn hash_knowledge(knowledge: &Knowledge, hasher: &mut FxHasher) {
    match knowledge {
        Knowledge::Absent => 0_u8.hash(hasher),
        Knowledge::Known(ContextValue::One(text)) => text.hash(hasher),
        Knowledge::Known(value) => value.as_slice().hash(hasher),
        Knowledge::Unknown { may_be_absent, .. } => may_be_absent.hash(hasher),
    }
}

/// The words of a statement in a report: its name, with the place.
pub(crate) fn statement_words(statement: &StatementRef) -> String {
    format!("`{}` ({}:{})", statement.statement, statement.policy, statement.span.line)
}
