//! `cargo xtask wasm`: the engine as an npm package in `wasm/pkg`.
//!
//! Three steps: compile the crate for wasm32, let wasm-bindgen write its JavaScript and TypeScript
//! (the library, at the version that `Cargo.lock` pins, so that the two always agree), and put the
//! hand-written loader beside it.
//!
//! The target's standard library comes from rustup where it can be had. Where it cannot, it is
//! built from its sources: those of the toolchain itself (`rust-src`) or, on Debian and its kin,
//! those that the package `rust-web-src` has for the compiler in `rustc-web`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::{build_binary, complain, node, workspace};

const TARGET: &str = "wasm32-unknown-unknown";
/// The files of the package that are written by hand.
const BY_HAND: &[&str] =
    &["README.md", "node.js", "node.d.ts", "web.js", "web.d.ts", "engine.js", "engine.d.ts"];

/// The purpose of a build of the module.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Profile {
    /// To be published: small.
    Published,
    /// To try something out: built fast.
    Quick,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Published => "wasm",
            Self::Quick => "wasm-quick",
        }
    }
}

/// A way to compile the crate for wasm32 here.
enum Toolchain {
    /// The toolchain has the target.
    Ready,
    /// A compiler that has the sources of its standard library, which is built along.
    FromSource { rustc: PathBuf },
}

/// Builds the npm package in `wasm/pkg`.
pub(crate) fn package(profile: Profile) -> Result<()> {
    let root = workspace();
    let package = root.join("wasm/pkg");
    let module = compile(&root, &Toolchain::find()?, profile)?;
    if package.exists() {
        fs::remove_dir_all(&package).context("cannot clear wasm/pkg")?;
    }
    Bindgen::new()
        .input_path(module)
        .out_name("polsim")
        .web(true)?
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(false)
        .reset_state_function(true)
        .generate(&package)
        .context("wasm-bindgen cannot write the bindings")?;
    for name in BY_HAND {
        copy(&root.join("wasm/npm").join(name), &package.join(name))?;
    }
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy(&root.join(name), &package.join(name))?;
    }
    let manifest = fs::read_to_string(root.join("wasm/npm/package.json"))?;
    let manifest = manifest.replace("\"0.0.0\"", concat!('"', env!("CARGO_PKG_VERSION"), '"'));
    fs::write(package.join("package.json"), manifest)?;
    let size = fs::metadata(package.join("polsim_bg.wasm"))?.len();
    complain(&format!("wasm/pkg: polsim_bg.wasm has {size} bytes"));
    Ok(())
}

/// Tests the package: against the native engine over the corpus, and packed and installed
/// elsewhere.
pub(crate) fn test() -> Result<()> {
    let root = workspace();
    // Its compiler and bundler try the package out.
    node::install(&root.join("wasm/playground"))?;
    let polsim = build_binary(&root, &["--package", "polsim-cli"], "polsim")?;
    let example =
        |name| build_binary(&root, &["--package", "polsim-wasm", "--example", name], name);
    let (explain, prove) = (example("explain")?, example("prove")?);
    let mut command = Command::new("node");
    command.args(["--test", "--test-reporter=spec", "wasm/npm/test/"]).current_dir(&root);
    command.env("POLSIM", polsim).env("POLSIM_EXPLAIN", explain).env("POLSIM_PROVE", prove);
    run(&mut command)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

/// Compiles the crate and names the module.
fn compile(root: &Path, toolchain: &Toolchain, profile: Profile) -> Result<PathBuf> {
    let profile = profile.name();
    let target_dir = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), |directory| root.join(directory));
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root).args(["build", "--package", "polsim-wasm", "--profile", profile]);
    cargo.args(["--locked", "--target", TARGET]);
    let target_dir = match toolchain {
        Toolchain::Ready => target_dir,
        Toolchain::FromSource { rustc } => {
            // A folder of its own: two compilers in one folder build everything anew each time.
            let own = target_dir.join("from-source");
            cargo
                .arg("-Zbuild-std=std,panic_abort")
                .env("RUSTC_BOOTSTRAP", "1")
                .env("RUSTC", rustc);
            cargo.env("CARGO_TARGET_DIR", &own);
            if let Some(linker) = linker()? {
                cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
            }
            own
        }
    };
    run(&mut cargo)?;
    Ok(target_dir.join(TARGET).join(profile).join("polsim_wasm.wasm"))
}

impl Toolchain {
    fn find() -> Result<Self> {
        let ready = |()| {
            output(Command::new(rustc()).args(["--print", "target-libdir", "--target", TARGET]))
                .is_ok_and(|library| Path::new(library.trim()).exists())
        };
        if ready(()) {
            return Ok(Self::Ready);
        }
        complain("the wasm32 target is not installed: asking rustup for it");
        if run(Command::new("rustup").args(["target", "add", TARGET])).is_ok() && ready(()) {
            return Ok(Self::Ready);
        }
        complain("rustup cannot give the target: looking for the sources of the standard library");
        let debian = PathBuf::from("/usr/bin/rustc");
        for rustc in [rustc(), debian.clone()] {
            if has_sources(&rustc) {
                return Ok(Self::FromSource { rustc });
            }
        }
        complain("there are none: asking apt for `rustc-web` and `rust-web-src`");
        let install = ["install", "--yes", "--no-install-recommends", "rustc-web", "rust-web-src"];
        let installed = run(Command::new("apt-get").arg("update")).is_ok()
            && run(Command::new("apt-get").args(install)).is_ok();
        ensure!(
            installed && has_sources(&debian),
            "cannot compile for {TARGET}: run `rustup target add {TARGET}`, or \
             `rustup component add rust-src`, or install Debian's `rustc-web` and `rust-web-src`"
        );
        Ok(Self::FromSource { rustc: debian })
    }
}

/// The compiler that cargo uses here.
fn rustc() -> PathBuf {
    std::env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from)
}

fn sysroot(rustc: &Path) -> Result<PathBuf> {
    let path = output(Command::new(rustc).args(["--print", "sysroot"]))?;
    Ok(PathBuf::from(path.trim()))
}

fn has_sources(rustc: &Path) -> bool {
    sysroot(rustc).is_ok_and(|root| root.join("lib/rustlib/src/rust/library/std").exists())
}

/// The linker that the toolchain brings along; a compiler from Debian has none for wasm.
fn linker() -> Result<Option<PathBuf>> {
    let host = output(Command::new("rustc").arg("-vV"))?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.context("`rustc -vV` names no host")?;
    let linker = sysroot(Path::new("rustc"))?.join("lib/rustlib").join(host).join("bin/rust-lld");
    Ok(linker.exists().then_some(linker))
}

fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot run {command:?}"))?;
    ensure!(status.success(), "{command:?} failed: {status}");
    Ok(())
}
