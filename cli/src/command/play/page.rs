//! The files of the page, compressed. `cargo xtask page --embed` writes them.

/// A file of the page.
#[derive(Debug)]
pub(super) struct File {
    /// The path of the file in addresses.
    pub(super) path: &'static str,
    /// The bytes of the file, compressed with gzip.
    pub(super) gzip: &'static [u8],
}

impl File {
    /// The media type of the file, which a browser insists on for scripts, styles and WebAssembly.
    pub(super) fn media_type(&self) -> &'static str {
        match self.path.rsplit('.').next() {
            Some("css") => "text/css; charset=utf-8",
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("wasm") => "application/wasm",
            _ => "application/octet-stream",
        }
    }
}

/// The file at `path` of an address; the page itself at `/`.
pub(super) fn find(path: &str) -> Option<&'static File> {
    let path = if path == "/" { "/index.html" } else { path };
    FILES.iter().find(|file| file.path == path)
}

/// The files that `cargo xtask page --embed` has written.
const FILES: &[File] = include!("../../../playground/files.rs");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::{FILES, find};

    #[test]
    fn the_page_is_at_the_root() {
        assert_eq!(find("/").map(|file| file.path), Some("/index.html"));
        assert!(find("/etc/passwd").is_none());
        assert!(find("").is_none());
    }

    #[test]
    fn every_file_of_the_page_is_served() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("playground");
        let there: BTreeSet<String> = files_below(&root, "");
        let served: BTreeSet<String> =
            FILES.iter().map(|file| format!("{}.gz", file.path)).collect();
        assert_eq!(there, served);
    }

    fn files_below(folder: &Path, prefix: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for entry in std::fs::read_dir(folder).expect("the folder is there").flatten() {
            let name = format!("{prefix}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                found.extend(files_below(&entry.path(), &name));
            } else if name.strip_suffix(".gz").is_some() {
                found.insert(name);
            }
        }
        found
    }

    #[test]
    fn every_file_has_a_known_type() {
        for file in FILES {
            assert_ne!(file.media_type(), "application/octet-stream", "{}", file.path);
        }
    }

    #[test]
    fn files_are_compressed() {
        for file in FILES {
            assert_eq!(file.gzip.first_chunk(), Some(&[0x1f, 0x8b]), "{}", file.path);
        }
    }

    #[test]
    fn the_page_is_small() {
        let size: usize = FILES.iter().map(|file| file.gzip.len()).sum();
        assert!(size < 1_500_000, "{size} bytes");
    }
}
