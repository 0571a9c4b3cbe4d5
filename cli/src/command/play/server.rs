//! A server of a few fixed files, for one user on this machine.
//!
//! It knows `GET` and `HEAD`, answers a connection once and closes it. What a request may hold is
//! bounded, and so is the time it may take. A page of another site that has its name point at the
//! loopback address is refused by the `Host` header.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use super::page::{self, File};

/// Upper bound on the bytes of a request that are read.
const MAX_REQUEST: usize = 16 * 1024;
/// The time that a client may take to send a request or to read the response.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(10);

/// The content security policy of the page: it may run itself and the engine, and talk to nobody
/// but this server.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; \
    object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Answers requests to `port`, for ever.
pub(super) fn serve(listener: &TcpListener, port: u16) {
    for stream in listener.incoming() {
        // A connection that fails does not end the others.
        let Ok(stream) = stream else { continue };
        let _ = thread::Builder::new().spawn(move || {
            let _ = answer(stream, port);
        });
    }
}

fn answer(mut stream: TcpStream, port: u16) -> io::Result<()> {
    stream.set_read_timeout(Some(CLIENT_TIMEOUT))?;
    stream.set_write_timeout(Some(CLIENT_TIMEOUT))?;
    let head = read_head(&mut stream)?;
    let response = respond(&head, port);
    stream.write_all(response.head.as_bytes())?;
    stream.write_all(response.body)?;
    stream.flush()
}

/// The request up to its empty line, or as much as is read of it.
fn read_head(stream: &mut impl Read) -> io::Result<String> {
    let mut head = Vec::new();
    let mut chunk = [0; 2048];
    while !head.windows(4).any(|bytes| bytes == b"\r\n\r\n") && head.len() < MAX_REQUEST {
        let read = stream.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        head.extend_from_slice(chunk.get(..read).unwrap_or_default());
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// A response: its head and its body.
#[derive(Debug)]
struct Response {
    head: String,
    body: &'static [u8],
}

fn respond(request: &str, port: u16) -> Response {
    let mut lines = request.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let headers: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(':')).collect();
    let header = |name: &str| {
        let found = headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.trim())
    };
    let host = header("host");
    if ![format!("127.0.0.1:{port}"), format!("localhost:{port}")].iter().any(|it| it == host) {
        return refuse("421 Misdirected Request", "this server is for its own address only\n");
    }
    if method != "GET" && method != "HEAD" {
        return refuse("405 Method Not Allowed", "only GET and HEAD are known here\n");
    }
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let Some(file) = page::find(path) else {
        return refuse("404 Not Found", "there is no such file\n");
    };
    if !accepts_gzip(header("accept-encoding")) {
        return refuse("406 Not Acceptable", "the files are compressed: accept gzip\n");
    }
    found(file, method == "HEAD")
}

fn accepts_gzip(encodings: &str) -> bool {
    encodings.split(',').any(|it| {
        let mut parts = it.split(';').map(str::trim);
        let named = matches!(parts.next(), Some("gzip" | "x-gzip" | "*"));
        named && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn found(file: &'static File, head_only: bool) -> Response {
    let head = head(
        "200 OK",
        file.media_type(),
        file.gzip.len(),
        &format!("Content-Encoding: gzip\r\nContent-Security-Policy: {POLICY}\r\n"),
    );
    Response { head, body: if head_only { &[] } else { file.gzip } }
}

fn refuse(status: &str, why: &'static str) -> Response {
    let head = head(status, "text/plain; charset=utf-8", why.len(), "");
    Response { head, body: why.as_bytes() }
}

fn head(status: &str, media_type: &str, length: usize, more: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n{more}\
         Cache-Control: no-cache\r\nCross-Origin-Resource-Policy: same-origin\r\n\
         Referrer-Policy: no-referrer\r\nVary: Accept-Encoding\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    )
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use super::{MAX_REQUEST, read_head, respond};

    fn ask(method: &str, path: &str, host: &str, encoding: &str) -> (String, usize) {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\naccept-encoding: {encoding}\r\n\r\n"
        );
        let response = respond(&request, 7000);
        let status = response.head.split("\r\n").next().unwrap_or_default().to_owned();
        (status, response.body.len())
    }

    fn status(method: &str, path: &str, host: &str, encoding: &str) -> String {
        ask(method, path, host, encoding).0
    }

    #[test]
    fn the_page_and_its_files_are_served() {
        for path in ["/", "/?example=x", "/index.html", "/assets/polsim_bg.wasm"] {
            let (status, length) = ask("GET", path, "127.0.0.1:7000", "gzip, br");
            assert_eq!(status, "HTTP/1.1 200 OK", "{path}");
            assert!(length > 0, "{path}");
        }
        assert_eq!(status("GET", "/", "localhost:7000", "gzip"), "HTTP/1.1 200 OK");
        assert_eq!(ask("HEAD", "/", "127.0.0.1:7000", "gzip"), ("HTTP/1.1 200 OK".to_owned(), 0));
    }

    #[test]
    fn whatever_else_is_asked_is_refused() {
        let ours = "127.0.0.1:7000";
        for path in ["/nothing", "/../Cargo.toml", "//", "index.html", ""] {
            assert_eq!(status("GET", path, ours, "gzip"), "HTTP/1.1 404 Not Found", "{path}");
        }
        for method in ["POST", "get", "", "OPTIONS"] {
            let status = status(method, "/", ours, "gzip");
            assert_eq!(status, "HTTP/1.1 405 Method Not Allowed", "{method}");
        }
        for encoding in ["", "br", "gzip;q=0", "identity"] {
            assert_eq!(status("GET", "/", ours, encoding), "HTTP/1.1 406 Not Acceptable");
        }
    }

    #[test]
    fn a_name_that_was_made_to_point_here_is_refused() {
        for host in ["attacker.example", "attacker.example:7000", "127.0.0.1:7001", "127.0.0.1", ""]
        {
            let status = status("GET", "/", host, "gzip");
            assert_eq!(status, "HTTP/1.1 421 Misdirected Request", "{host}");
        }
    }

    #[test]
    fn an_endless_request_is_not_read_to_its_end() {
        let read = read_head(&mut io::repeat(b'x').take(1 << 30)).expect("it can be read");
        assert!(read.len() < MAX_REQUEST + 4096);
    }
}
