//! z3 and cvc5, through the worker of `tests/provers`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::corpus::root;

/// Seconds of processor time that a solver may take, unless `POLSIM_PROVERS_SECONDS` says otherwise.
const LIMIT: f64 = 10.0;

/// The solvers that are there.
pub(crate) struct Solvers {
    workers: Vec<Worker>,
    names: Vec<&'static str>,
    limit: f64,
    /// Where questions are written for them.
    file: PathBuf,
}

struct Worker {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Solvers {
    /// Both, or none.
    pub(crate) fn find() -> Self {
        let named = std::env::var_os("POLSIM_PROVERS_PYTHON").map(PathBuf::from);
        let own = root().join("target/provers-venv/bin/python");
        let file = std::env::temp_dir().join(format!("polsim-bench-{}.smt2", std::process::id()));
        let limit = std::env::var("POLSIM_PROVERS_SECONDS").map_or(LIMIT, |it| it.parse().unwrap());
        let mut found = Self { workers: Vec::new(), names: Vec::new(), limit, file };
        let Some(python) = named.or_else(|| own.exists().then_some(own)) else {
            println!("no solvers: POLSIM_PROVERS_PYTHON names a Python that has z3 and cvc5\n");
            return found;
        };
        for name in ["z3", "cvc5"] {
            found.workers.push(Worker::start(&python, name, limit));
            found.names.push(name);
        }
        found
    }

    /// What they are called.
    pub(crate) fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// Asks all of them: seconds, and whether there was an answer.
    pub(crate) fn ask(&mut self, script: &str) -> Vec<(f64, bool)> {
        std::fs::write(&self.file, script).unwrap();
        let file = self.file.display().to_string();
        let limit = self.limit;
        self.workers.iter_mut().map(|worker| worker.ask(&file, limit)).collect()
    }
}

impl Worker {
    fn start(python: &PathBuf, name: &str, limit: f64) -> Self {
        let mut child = Command::new(python)
            .arg(root().join("tests/provers/worker.py"))
            .args([name, &limit.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let questions = child.stdin.take().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        let mut worker = Self { child, questions, answers };
        worker.line();
        worker
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line
    }

    fn ask(&mut self, file: &str, limit: f64) -> (f64, bool) {
        writeln!(self.questions, "{file}").unwrap();
        let answer: serde_json::Value = serde_json::from_str(&self.line()).unwrap();
        let said = answer["said"].as_str().unwrap_or_default();
        let seconds = answer["seconds"].as_f64().unwrap_or_default();
        let answered = matches!(said, "sat" | "unsat");
        // What is given up has taken all its time.
        (if answered { seconds } else { seconds.max(limit) }, answered)
    }
}

impl Drop for Solvers {
    fn drop(&mut self) {
        for worker in &mut self.workers {
            let _ = worker.child.kill();
            let _ = worker.child.wait();
        }
        let _ = std::fs::remove_file(&self.file);
    }
}
