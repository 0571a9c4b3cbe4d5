//! The table of the long run.

use std::fmt::Write as _;
use std::time::Duration;

/// The figures of a stage. A figure that a stage does not have is `None`, and a dash in the table.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) what: String,
    /// Cases that were generated and judged.
    pub(super) cases: Option<u64>,
    /// Inputs that a fuzz target executed.
    pub(super) executions: Option<u64>,
    /// Inputs on which two deciders disagree, or a law does not hold.
    pub(super) disagreements: Option<u64>,
    /// Panics, signals, hangs and exhausted memory.
    pub(super) crashes: Option<u64>,
    /// The longest that one answer took.
    pub(super) worst: Option<Duration>,
    /// The most memory that one process held, in kilobytes.
    pub(super) peak: Option<u64>,
    /// The time that the stage ran.
    pub(super) took: Duration,
    /// Why the stage has no result.
    pub(super) failure: Option<String>,
}

impl Row {
    /// True if nothing went wrong, and something was tried.
    pub(super) fn is_good(&self) -> bool {
        let tried = self.cases.unwrap_or(0).saturating_add(self.executions.unwrap_or(0));
        let wrong = self.disagreements.unwrap_or(0).saturating_add(self.crashes.unwrap_or(0));
        self.failure.is_none() && wrong == 0 && tried > 0
    }

    /// The row in words.
    pub(super) fn verdict(&self) -> String {
        match &self.failure {
            Some(why) => format!("FAILED: {why}"),
            None if self.is_good() => "fine".to_owned(),
            None => format!(
                "{} disagreements, {} crashes",
                self.disagreements.unwrap_or(0),
                self.crashes.unwrap_or(0)
            ),
        }
    }
}

/// The rows and their sum as aligned text.
pub(super) fn render(rows: &[Row], took: Duration) -> String {
    let sum = |figure: fn(&Row) -> Option<u64>| {
        rows.iter().filter_map(figure).reduce(u64::saturating_add)
    };
    let total = Row {
        what: "all".to_owned(),
        cases: sum(|row| row.cases),
        executions: sum(|row| row.executions),
        disagreements: sum(|row| row.disagreements),
        crashes: sum(|row| row.crashes),
        worst: rows.iter().filter_map(|row| row.worst).max(),
        peak: rows.iter().filter_map(|row| row.peak).max(),
        took,
        failure: None,
    };
    let head = [
        "",
        "cases tried",
        "executions",
        "disagreements",
        "crashes",
        "worst time",
        "peak memory",
        "took",
    ];
    let mut lines = vec![head.map(str::to_owned)];
    lines.extend(rows.iter().chain([&total]).map(cells));
    let mut text = align(&lines);
    for row in rows.iter().filter(|row| row.failure.is_some()) {
        let _ = writeln!(text, "{}: {}", row.what, row.verdict());
    }
    text.push_str("\nreference: the worst time is that of a batch of 4,500 cases\n");
    text
}

fn cells(row: &Row) -> [String; 8] {
    let number = |figure: Option<u64>| figure.map_or_else(|| "-".to_owned(), grouped);
    [
        row.what.clone(),
        number(row.cases),
        number(row.executions),
        number(row.disagreements),
        number(row.crashes),
        row.worst.map_or_else(|| "-".to_owned(), duration),
        row.peak.map_or_else(|| "-".to_owned(), |kilobytes| format!("{} MB", kilobytes / 1024)),
        format!("{} s", row.took.as_secs()),
    ]
}

/// Columns as wide as their widest cell; the first to the left, the others to the right.
pub(super) fn align<const N: usize>(lines: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for line in lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for line in lines {
        for (number, (width, cell)) in widths.iter().zip(line).enumerate() {
            let _ = match number {
                0 => write!(text, "{cell:<width$}"),
                _ => write!(text, "  {cell:>width$}"),
            };
        }
        text.push('\n');
    }
    text
}

/// A number with its thousands apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len().saturating_sub(index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A duration with as many digits as mean something.
pub(super) fn duration(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{:.1} ms", time.as_secs_f64() * 1000.0)
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_tried_nothing_is_not_good() {
        assert!(!Row { cases: Some(0), ..Row::default() }.is_good());
        assert!(Row { executions: Some(1), ..Row::default() }.is_good());
        assert!(!Row { cases: Some(9), crashes: Some(1), ..Row::default() }.is_good());
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(10_000_000), "10,000,000");
    }
}
