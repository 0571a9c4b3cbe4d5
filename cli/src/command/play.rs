//! `polsim play`: the playground, served from inside the binary.
//!
//! The page is a handful of compressed files that are part of the binary ([`page`]); a server on
//! the loopback interface hands them out ([`server`]). The policies that are typed into it stay in
//! the browser: nothing is sent to the server but requests for these files, and the page's own
//! content security policy allows nothing else.

mod browser;
mod page;
mod server;

use std::net::{Ipv4Addr, TcpListener};

use crate::{Console, Failure, Outcome};

/// Open the playground in a browser
///
/// The page is served from inside this program, on this machine only, and works offline. It goes on
/// until it is stopped with Ctrl-C.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The port to listen on; a free one if it is not given
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    port: u16,

    /// Only serve the page: open no browser
    #[arg(long)]
    no_open: bool,
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let failed = |error| {
        let port = args.port;
        Failure::message(format!("cannot listen on port {port}: {error}"))
            .with_help("leave `--port` out to have a free one chosen")
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    let address = format!("http://127.0.0.1:{port}/");
    console.print(&format!("{address}\n"))?;
    console.finish()?;
    console.note("the playground is at this address; Ctrl-C ends it");
    if !args.no_open && !browser::open(&address) {
        console.note("no browser could be started: open the address yourself");
    }
    server::serve(&listener, port);
    Ok(Outcome::AsWanted)
}
