//! Reports for people.

mod differences;
mod perimeter;
mod properties;
mod redundancies;
mod tests;

use super::model::Report;

/// The report as text.
pub(super) fn text(report: &Report<'_>) -> String {
    match report {
        Report::Differences(results) => differences::text(results),
        Report::Perimeters(results) => perimeter::text(results),
        Report::Properties(results) => properties::text(results),
        Report::Redundancies(results) => redundancies::text(results),
        Report::Tests(results) => tests::text(results),
    }
}
