//! Reports as one JSON object: results by file, and the sum.

mod differences;
mod perimeter;
mod properties;
mod redundancies;
mod tests;

use std::io;

use super::model::Report;
use crate::Console;

/// Prints the report as JSON.
pub(super) fn print(report: &Report<'_>, console: &mut Console) -> io::Result<()> {
    match report {
        Report::Differences(results) => console.print_json(&differences::document(results)),
        Report::Perimeters(results) => console.print_json(&perimeter::document(results)),
        Report::Properties(results) => console.print_json(&properties::document(results)),
        Report::Redundancies(results) => console.print_json(&redundancies::document(results)),
        Report::Tests(results) => console.print_json(&tests::document(results)),
    }
}
