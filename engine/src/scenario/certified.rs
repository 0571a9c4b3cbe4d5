//! Files of certificates: proofs with the very texts that they are about.
//!
//! ```json
//! {"polsimCertificates": 1,
//!  "texts": [{"name": "scenario.yaml", "text": "policies: …"}, {"name": "p.json", "text": "{…}"}],
//!  "reads": [{"from": "scenario.yaml", "path": "./p.json", "name": "p.json"}],
//!  "proofs": [{"scenario": "scenario.yaml", "property": "nothing off the network gets in",
//!              "verdict": "proved", "certificate": {}}]}
//! ```
//!
//! `texts` are the scenarios and all files that they name, `reads` says which text a name in a text
//! stands for. To check a proof, the scenario is read again from these texts and nothing else, the
//! property is lowered again, and the checker takes the steps of the certificate
//! ([`Certificate`]). So a file cannot prove something else than what it says; whether its texts are
//! the policies that are in force is for its reader to see.

use std::cell::RefCell;
use std::fmt;

use serde_json::{Value as Json, json};

use super::model::Scenario;
use crate::case::Files;
use crate::formula::World;
use crate::prove::{Certificate, Claim, MalformedCertificate, Outcome, Refusal, Report};
use crate::text::{Diagnostics, Source};

/// A recorder of the files that a scenario reads, for [`CertificateFile::add`].
///
/// ```
/// # use polsim::case::NoFiles;
/// # use polsim::scenario::{CertificateFile, Recorder, Scenario};
/// # use polsim::text::Source;
/// let recorder = Recorder::new(&NoFiles);
/// let text = "properties: [{deny: {principals: [anonymous], actions: ['s3:*']}}]";
/// let scenario = Scenario::load(&Source::new("s.yaml", text), &recorder).expect("a scenario");
/// let verifier = scenario.verifier().expect("properties").with_certificates();
/// let report = verifier.decide(0, polsim::prove::Limits::default()).expect("one property");
/// let mut file = CertificateFile::default();
/// assert!(file.add(&scenario, &recorder, &report));
/// ```
pub struct Recorder<'f> {
    files: &'f dyn Files,
    reads: RefCell<Vec<FileRead>>,
}

/// A file that a path in a text stood for.
#[derive(Clone, Debug, Eq, PartialEq)]
struct FileRead {
    from: Box<str>,
    path: Box<str>,
    found: Source,
}

/// Certificates and the texts that they are about.
///
/// ```
/// # use polsim::scenario::CertificateFile;
/// let file = CertificateFile::parse(
///     r#"{"polsimCertificates": 1, "texts": [], "reads": [], "proofs": []}"#,
/// )?;
/// assert!(file.check().expect("no scenario to read").is_empty());
/// assert!(CertificateFile::parse("{}").is_err());
/// # Ok::<(), polsim::prove::MalformedCertificate>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct CertificateFile {
    texts: Vec<Source>,
    reads: Vec<FileRead>,
    proofs: Vec<CertifiedProof>,
}

/// A proof in a [`CertificateFile`].
///
/// ```
/// # use polsim::scenario::CertificateFile;
/// let text = r#"{"polsimCertificates": 1, "texts": [{"name": "s.yaml", "text": ""}], "reads": [],
///     "proofs": [{"scenario": "s.yaml", "property": "closed", "verdict": "proved",
///         "certificate": {"assume": [], "fingerprint": "0", "steps": []}}]}"#;
/// let file = CertificateFile::parse(text)?;
/// assert_eq!(&*file.proofs()[0].property, "closed");
/// # Ok::<(), polsim::prove::MalformedCertificate>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CertifiedProof {
    /// Name of the scenario's text.
    pub scenario: Box<str>,
    /// Name of the property.
    pub property: Box<str>,
    /// Verdict that the proof is for: `proved`, `violated` (no request is allowed), `vacuous`.
    pub verdict: Box<str>,
    /// Steps of the proof.
    pub certificate: Certificate,
}

/// The checker's answer to a proof.
///
/// ```
/// # use polsim::scenario::CertificateFile;
/// let text = r#"{"polsimCertificates": 1, "texts": [{"name": "s.yaml", "text": "tests: []"}],
///     "reads": [], "proofs": [{"scenario": "s.yaml", "property": "closed", "verdict": "proved",
///         "certificate": {"assume": [], "fingerprint": "0", "steps": []}}]}"#;
/// let file = CertificateFile::parse(text)?;
/// let checked = file.check().expect("the scenario can be read");
/// assert!(checked[0].outcome.is_err(), "the scenario has no such property");
/// # Ok::<(), polsim::prove::MalformedCertificate>(())
/// ```
#[derive(Clone, Debug)]
pub struct CheckedProof<'a> {
    /// Proof that was checked.
    pub proof: &'a CertifiedProof,
    /// Claim of the property.
    pub claim: Option<Claim>,
    /// Types and names of the policies that the property is about.
    pub policies: Vec<String>,
    /// Choices that the scenario pins, with their values.
    pub pinned: World,
    /// Acceptance, or the reason why the proof is refused.
    pub outcome: Result<(), Refusal>,
}

/// The version of the format that is written.
const VERSION: u64 = 2;

/// The versions that are read: the first had no formulas.
const READ: [u64; 2] = [1, VERSION];

impl<'f> Recorder<'f> {
    /// A recorder of reads from `files`.
    pub fn new(files: &'f dyn Files) -> Self {
        Self { files, reads: RefCell::new(Vec::new()) }
    }
}

impl Files for Recorder<'_> {
    fn read(&self, from: &str, path: &str) -> Result<Source, String> {
        let found = self.files.read(from, path)?;
        let read = FileRead { from: from.into(), path: path.into(), found: found.clone() };
        let mut reads = self.reads.borrow_mut();
        if !reads.contains(&read) {
            reads.push(read);
        }
        Ok(found)
    }
}

impl fmt::Debug for Recorder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("reads", &self.reads).finish_non_exhaustive()
    }
}

impl CertificateFile {
    /// Adds the proofs behind the verdict on a property that have certificates: one for all worlds,
    /// or one for each case that is proved. The scenario was read through `recorder`.
    pub fn add(&mut self, scenario: &Scenario, recorder: &Recorder<'_>, report: &Report) -> bool {
        let mut certified: Vec<(&str, &Certificate)> = Vec::new();
        let whole = report.verdict.proof().and_then(|proof| proof.certificate());
        certified.extend(whole.map(|it| (report.verdict.as_str(), it)));
        for case in report.verdict.cases() {
            if let Outcome::Proof(proof) | Outcome::Vacuous(proof) = &case.outcome {
                certified.extend(proof.certificate().map(|it| (case.as_str(report.claim), it)));
            }
        }
        if certified.is_empty() {
            return false;
        }
        self.add_text(&scenario.source);
        // The files that the scenario names, and those that they name in turn.
        let mut open = vec![scenario.source.name().to_owned()];
        while let Some(name) = open.pop() {
            for read in recorder.reads.borrow().iter().filter(|read| *read.from == *name) {
                if !self.reads.contains(read) {
                    self.reads.push(read.clone());
                    self.add_text(&read.found);
                    open.push(read.found.name().to_owned());
                }
            }
        }
        self.proofs.extend(certified.into_iter().map(|(verdict, certificate)| CertifiedProof {
            scenario: scenario.source.name().into(),
            property: report.name.clone(),
            verdict: verdict.into(),
            certificate: certificate.clone(),
        }));
        true
    }

    fn add_text(&mut self, source: &Source) {
        if !self.texts.contains(source) {
            self.texts.push(source.clone());
        }
    }

    /// The texts in the file.
    pub fn texts(&self) -> &[Source] {
        &self.texts
    }

    /// The proofs in the file.
    pub fn proofs(&self) -> &[CertifiedProof] {
        &self.proofs
    }

    /// The file as JSON.
    pub fn to_json(&self) -> Json {
        let text = |it: &Source| json!({"name": it.name(), "text": it.text()});
        let read =
            |it: &FileRead| json!({"from": it.from, "path": it.path, "name": it.found.name()});
        let proof = |it: &CertifiedProof| {
            json!({
                "scenario": it.scenario,
                "property": it.property,
                "verdict": it.verdict,
                "certificate": it.certificate.to_json(),
            })
        };
        json!({
            "polsimCertificates": VERSION,
            "texts": self.texts.iter().map(text).collect::<Vec<_>>(),
            "reads": self.reads.iter().map(read).collect::<Vec<_>>(),
            "proofs": self.proofs.iter().map(proof).collect::<Vec<_>>(),
        })
    }

    /// Reads a file of certificates.
    ///
    /// # Errors
    /// The first mistake in it.
    pub fn parse(text: &str) -> Result<Self, MalformedCertificate> {
        Self::read_all(text).map_err(MalformedCertificate::new)
    }

    fn read_all(text: &str) -> Result<Self, String> {
        let json: Json =
            serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        match json.get("polsimCertificates").map(Json::as_u64) {
            None => return Err("it is no file of certificates".to_owned()),
            Some(Some(version)) if READ.contains(&version) => (),
            Some(_) => return Err(format!("its format is not version 1 to {VERSION}")),
        }
        let list = |name: &str| -> Result<&Vec<Json>, String> {
            let list = json.get(name).and_then(Json::as_array);
            list.ok_or_else(|| format!("it has no list `{name}`"))
        };
        let mut file = Self::default();
        for text in list("texts")? {
            let source = Source::new(member(text, "name")?, member(text, "text")?);
            if file.texts.iter().any(|known| known.name() == source.name()) {
                return Err(format!("two texts are called `{}`", source.name()));
            }
            file.texts.push(source);
        }
        for read in list("reads")? {
            let found = file.text(member(read, "name")?)?.clone();
            let (from, path) = (member(read, "from")?.into(), member(read, "path")?.into());
            file.reads.push(FileRead { from, path, found });
        }
        for (at, proof) in list("proofs")?.iter().enumerate() {
            let number = at.saturating_add(1);
            let certificate = proof.get("certificate").unwrap_or(&Json::Null);
            let certificate = Certificate::from_json(certificate)
                .map_err(|wrong| format!("proof {number}: {wrong}"))?;
            file.text(member(proof, "scenario")?)?;
            file.proofs.push(CertifiedProof {
                scenario: member(proof, "scenario")?.into(),
                property: member(proof, "property")?.into(),
                verdict: member(proof, "verdict")?.into(),
                certificate,
            });
        }
        Ok(file)
    }

    fn text(&self, name: &str) -> Result<&Source, String> {
        let found = self.texts.iter().find(|it| it.name() == name);
        found.ok_or_else(|| format!("there is no text `{name}` in it"))
    }

    /// Checks the proofs against the texts in the file.
    ///
    /// # Errors
    /// All mistakes in the scenarios of the file.
    pub fn check(&self) -> Result<Vec<CheckedProof<'_>>, Diagnostics> {
        let mut checked = Vec::new();
        let mut done: Vec<&str> = Vec::new();
        for first in &self.proofs {
            if done.contains(&&*first.scenario) {
                continue;
            }
            done.push(&first.scenario);
            let Ok(source) = self.text(&first.scenario) else { continue };
            let scenario = Scenario::load(source, self)?;
            let verifier = scenario.verifier()?;
            for proof in self.proofs.iter().filter(|proof| proof.scenario == first.scenario) {
                let properties = scenario.properties();
                let number = properties.iter().position(|it| it.name == proof.property);
                let property = number.and_then(|number| properties.get(number));
                let outcome = match number {
                    Some(number) => verifier.check(number, &proof.verdict, &proof.certificate),
                    None => Err(Refusal::OtherQuestion),
                };
                let policies = property.into_iter().flat_map(|it| &it.policies);
                let policies =
                    policies.map(|it| format!("{} `{}`", it.policy.policy_type, it.name)).collect();
                let claim = property.map(|it| it.claim);
                let pinned = verifier.readings().pinned().clone();
                checked.push(CheckedProof { proof, claim, policies, pinned, outcome });
            }
        }
        Ok(checked)
    }
}

fn member<'j>(json: &'j Json, name: &str) -> Result<&'j str, String> {
    json.get(name).and_then(Json::as_str).ok_or_else(|| format!("a `{name}` is missing in it"))
}

/// The texts in the file, and no others.
impl Files for CertificateFile {
    fn read(&self, from: &str, path: &str) -> Result<Source, String> {
        let read = self.reads.iter().find(|it| *it.from == *from && *it.path == *path);
        read.map(|it| it.found.clone())
            .ok_or_else(|| format!("the certificates do not hold `{path}`, which `{from}` names"))
    }
}
