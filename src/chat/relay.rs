//! A relay on loopback for sockets whose crate knows neither a proxy nor a company's authority: it takes connections on a path that
//! nobody else knows, and passes them on, by the way that leads there and with TLS of ours.

use std::net::Ipv4Addr;
use std::time::Duration;

use axum::http::Uri;
use hyper_util::rt::TokioIo;
use rustls::crypto::ring;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use tower::Service as _;
use url::Url;

use crate::chat::http::{Connector, DEADLINE, connector};
use crate::chat::way::{self, told};
use crate::words::Words;

/// The longest head of a request that is passed on.
const HEAD: usize = 16 * 1024;
/// How long a connection that is announced may take to come.
const COMING: Duration = Duration::from_mins(1);

/// A relay to one address, for as long as this lives.
pub(in crate::chat) struct Relay {
    /// Where it takes connections.
    pub(in crate::chat) url: String,
    over: CancellationToken,
    guard: DropGuard,
}

impl Relay {
    /// Whether a proxy stands on the way to an encrypted address.
    pub(in crate::chat) fn is_needed(to: &Url) -> bool {
        let uri = to.as_str().parse::<Uri>();
        to.scheme() == "wss" && uri.is_ok_and(|uri| !matches!(way::proxy(&uri), Ok(None)))
    }

    /// Opens one that takes any number of connections, one after the other or together.
    pub(in crate::chat) async fn open(to: &Url) -> Result<Self, String> {
        let secret = secret()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let target = Target { connector: connector().map_err(|error| error.to_string())?, to: to.clone(), secret };
        let url = format!("ws://{address}/{}", target.secret);
        let over = CancellationToken::new();
        let taking = over.clone();
        tokio::spawn(async move {
            while let Some(Ok((stream, _))) = taking.run_until_cancelled(listener.accept()).await {
                let (target, over) = (target.clone(), taking.clone());
                tokio::spawn(async move { over.run_until_cancelled(target.pass_on(stream)).await });
            }
        });
        Ok(Self { url, guard: over.clone().drop_guard(), over })
    }

    /// Lets go of one that is for a single connection: it ends by itself some time after nobody comes.
    pub(in crate::chat) fn for_one(self) -> String {
        let (url, over) = (self.url, self.over);
        self.guard.disarm();
        tokio::spawn(async move {
            tokio::time::sleep(COMING).await;
            // Who is connected by now stays so: only the listening ends.
            drop(over);
        });
        url
    }
}

#[derive(Clone)]
struct Target {
    connector: Connector,
    to: Url,
    secret: String,
}

impl Target {
    async fn pass_on(mut self, mut stream: TcpStream) {
        let Ok(Some(head)) = timeout(DEADLINE, head(&mut stream)).await else { return };
        let Some(request) = self.rewritten(&head) else { return };
        let host = self.to.host_str().unwrap_or_default().to_owned();
        let uri = format!("https://{host}:{}", self.to.port_or_known_default().unwrap_or(443));
        let Ok(uri) = uri.parse::<Uri>() else { return };
        let upstream = match timeout(2 * DEADLINE, self.connector.call(uri)).await {
            Ok(Ok(upstream)) => upstream,
            Ok(Err(error)) => {
                tracing::warn!(host, why = Words::of(None).state(&told(error.as_ref())), "a socket can't be opened");
                let _ = stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n").await;
                return;
            }
            Err(_) => return,
        };
        let mut upstream = TokioIo::new(upstream);
        if upstream.write_all(&request).await.is_ok() {
            let _ = copy_bidirectional(&mut stream, &mut upstream).await;
        }
    }

    /// The request as it is sent on: with the path and the host of the address behind. `None` for who does not know the path.
    fn rewritten(&self, head: &[u8]) -> Option<Vec<u8>> {
        let end = head.windows(4).position(|window| window == b"\r\n\r\n")?;
        let text = std::str::from_utf8(&head[..end]).ok()?;
        let mut lines = text.split("\r\n");
        let asked = lines.next()?.strip_prefix("GET /")?.strip_suffix(" HTTP/1.1")?.strip_prefix(&self.secret)?;
        let query = asked.trim_start_matches('/').strip_prefix('?').or(self.to.query());
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let port = self.to.port().map(|port| format!(":{port}")).unwrap_or_default();
        let mut request = format!("GET {}{query} HTTP/1.1\r\nHost: {}{port}\r\n", self.to.path(), self.to.host_str()?);
        for line in lines.filter(|line| !line.to_ascii_lowercase().starts_with("host:")) {
            request.push_str(line);
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        let mut request = request.into_bytes();
        request.extend_from_slice(&head[end + 4..]);
        Some(request)
    }
}

/// What comes up to the end of the head, and whatever came behind it.
async fn head(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        if head.len() > HEAD || stream.read_buf(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    Some(head)
}

/// A path that nobody guesses.
fn secret() -> Result<String, String> {
    let mut bytes = [0; 16];
    let filled = ring::default_provider().secure_random.fill(&mut bytes);
    filled.map_err(|_| "the system gives no random numbers".to_owned())?;
    Ok(hex::encode(bytes))
}
