//! `cargo xtask long --minutes N`: the long form of the nets, and one table of what was survived.
//!
//! Two lanes run side by side. One compares networks with the second model of them on up to 20,000
//! topologies, then the engine with the reference evaluator on up to ten million generated cases; the
//! other gives the rest of the time to hostile input, to every fuzz
//! target and to the laws. A stage that fails does not end the run: the table says what failed, and
//! the exit status is 1. Ctrl-C ends the stages at once and prints what was done until then.
//!
//! Its output is in `long/` of the target directory: the output of each stage, inputs that
//! crashed, disagreements, and the table, which is written anew after each stage.

mod hostile;
mod stages;
mod table;
mod watch;

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use self::stages::{Stage, Tools};
use self::table::Row;
use crate::{complain, target, workspace};

/// True after Ctrl-C.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// The run, as every stage sees it.
struct Run {
    root: PathBuf,
    /// The folder of all output.
    folder: PathBuf,
    tools: Tools,
    rows: Mutex<Vec<Row>>,
    start: Instant,
}

/// Runs everything for about this many minutes, not counting what has to be built first.
pub(crate) fn run(minutes: &str) -> Result<()> {
    let minutes: u64 = minutes.parse().context("the number of minutes")?;
    ensure!(minutes > 0, "a run takes at least a minute");
    ctrlc::set_handler(|| STOPPED.store(true, Ordering::Relaxed))?;
    let root = workspace();
    let folder = target(&root).join("long");
    std::fs::create_dir_all(&folder)?;
    let tools = Tools::build(&root)?;
    let run = Run { root, folder, tools, rows: Mutex::default(), start: Instant::now() };
    let whole = Duration::from_secs(minutes.saturating_mul(60));
    thread::scope(|scope| {
        scope.spawn(|| {
            run.stage(&Stage::Networks, whole.checked_div(4).unwrap_or(whole));
            run.stage(&Stage::Reference, whole.saturating_sub(run.start.elapsed()));
        });
        scope.spawn(|| {
            let mut left = run.tools.second_lane();
            while let Some(stage) = left.pop_front() {
                let time = whole.saturating_sub(run.start.elapsed());
                let shares: u32 =
                    left.iter().fold(stage.share(), |sum, it| sum.saturating_add(it.share()));
                let one = time.checked_div(shares).unwrap_or(time);
                let time = one.saturating_mul(stage.share()).max(Duration::from_secs(1));
                run.stage(&stage, time);
            }
        });
    });
    let table = run.table();
    crate::say(&table);
    let rows = run.rows.into_inner().unwrap_or_default();
    if STOPPED.load(Ordering::Relaxed) {
        complain("stopped before the end");
    }
    let failed: Vec<&str> =
        rows.iter().filter(|row| !row.is_good()).map(|row| row.what.as_str()).collect();
    if !failed.is_empty() {
        bail!("not survived: {}; see {}", failed.join(", "), run.folder.display());
    }
    Ok(())
}

/// Gives the input that was written to hurt to the command, alone.
pub(crate) fn hostile() -> Result<()> {
    let root = workspace();
    let folder = target(&root).join("long");
    std::fs::create_dir_all(&folder)?;
    let row = hostile::run(&stages::command(&root)?, &folder)?;
    ensure!(row.is_good(), "not survived: {}", row.verdict());
    Ok(())
}

impl Run {
    /// Runs a stage and adds its row.
    fn stage(&self, stage: &Stage, time: Duration) {
        if STOPPED.load(Ordering::Relaxed) {
            return;
        }
        complain(&format!("{} for {} s", stage.name(), time.as_secs()));
        let row = stage.run(self, time).unwrap_or_else(|error| Row {
            what: stage.name(),
            failure: Some(format!("{error:#}")),
            ..Row::default()
        });
        complain(&format!("{} is done: {}", stage.name(), row.verdict()));
        if let Ok(mut rows) = self.rows.lock() {
            rows.push(row);
        }
        if let Err(error) = std::fs::write(self.folder.join("table.txt"), self.table()) {
            complain(&format!("the table cannot be written: {error}"));
        }
    }

    fn table(&self) -> String {
        self.rows
            .lock()
            .map_or_else(|_| String::new(), |rows| table::render(&rows, self.start.elapsed()))
    }
}
