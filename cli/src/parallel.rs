//! Independent work on all cores, with its results in the order of the input, and its progress on a
//! terminal.

mod progress;

use std::sync::Once;

use rayon::iter::{
    IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _,
};

pub(crate) use progress::Progress;

/// The stack of a thread: as large as that of a process's first thread usually is.
const STACK_BYTES: usize = 8 * 1024 * 1024;

static POOL: Once = Once::new();

/// The results of `work` on each item, in the order of the items.
///
/// `RAYON_NUM_THREADS` sets the number of threads; it is that of the cores by default. The result
/// is the same for every number.
pub(crate) fn map<'i, T: Sync, R: Send>(
    items: &'i [T],
    progress: &Progress,
    work: impl Fn(&'i T) -> R + Sync,
) -> Vec<R> {
    let one = |item: &'i T| {
        let result = work(item);
        progress.advance();
        result
    };
    if items.len() < 2 {
        return items.iter().map(one).collect();
    }
    POOL.call_once(|| {
        // Fails only where there is a pool already, and that one does the work as well.
        let _ = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).build_global();
    });
    // One item may take a thousand times as long as the next: no thread takes two at once.
    items.par_iter().with_max_len(1).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::{Progress, map};

    #[test]
    fn results_are_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..1000).collect();
        let progress = Progress::new(items.len(), "numbers");
        // The first items take longest.
        let work = |item: &u64| (0..(1000 - item) * 50).fold(*item, |sum, it| sum ^ it);
        assert_eq!(map(&items, &progress, work), items.iter().map(work).collect::<Vec<_>>());
    }
}
