//! The crate's client for sockets. The crate asks Slack for a socket by itself, and connects to what it is told; here it asks us, within
//! the process: we ask Slack, and where a proxy stands on the way to the socket, it is told of a relay instead.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{Request, Response, StatusCode, Uri};
use hyper::body::Incoming;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use slack_morphism::prelude::{SlackClient, SlackClientHyperConnector};
use tokio::io::DuplexStream;
use tokio::time::timeout;
use tower::Service;
use url::Url;

use crate::chat::http::{Connector, DEADLINE};
use crate::chat::relay::Relay;

/// The crate's client, which asks us.
pub(super) type SocketsClient = SlackClient<SlackClientHyperConnector<WithinProcess>>;

/// The largest question or answer.
const LONGEST: usize = 64 * 1024;
const PIPE: usize = 16 * 1024;

/// A client for sockets, of the API at this address.
pub(super) fn client(plain: legacy::Client<Connector, Body>, base: &str) -> Arc<SocketsClient> {
    let connector = SlackClientHyperConnector::with_connector(WithinProcess { plain, base: base.into() });
    Arc::new(SlackClient::new(connector.with_slack_api_url("http://within")))
}

/// Connects to ourselves.
#[derive(Clone)]
pub(super) struct WithinProcess {
    plain: legacy::Client<Connector, Body>,
    base: Arc<str>,
}

impl Service<Uri> for WithinProcess {
    type Response = Pipe;
    type Error = io::Error;
    type Future = Ready<io::Result<Pipe>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let (here, there) = tokio::io::duplex(PIPE);
        let asked = self.clone();
        tokio::spawn(async move {
            let answering = service_fn(move |request| {
                let asked = asked.clone();
                async move { Ok::<_, Infallible>(asked.answer(request).await) }
            });
            let _ = http1::Builder::new().serve_connection(TokioIo::new(there), answering).await;
        });
        ready(Ok(Pipe(TokioIo::new(here))))
    }
}

impl WithinProcess {
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let passed = timeout(DEADLINE, self.pass_on(request)).await;
        passed.ok().flatten().unwrap_or_else(|| {
            let mut answer = Response::new(Body::empty());
            *answer.status_mut() = StatusCode::BAD_GATEWAY;
            answer
        })
    }

    async fn pass_on(&self, request: Request<Incoming>) -> Option<Response<Body>> {
        let (head, body) = request.into_parts();
        let mut asked = Request::builder().method(head.method).uri(format!("{}{}", self.base, head.uri.path()));
        for name in [AUTHORIZATION, CONTENT_TYPE] {
            if let Some(value) = head.headers.get(&name) {
                asked = asked.header(name, value);
            }
        }
        let asked = asked.body(Body::from(to_bytes(Body::new(body), LONGEST).await.ok()?)).ok()?;
        let (head, body) = self.plain.request(asked).await.ok()?.into_parts();
        let mut said = to_bytes(Body::new(body), LONGEST).await.ok()?;
        if let Ok(mut told) = serde_json::from_slice::<Value>(&said)
            && let Some(url) = told["url"].as_str().and_then(|url| url.parse::<Url>().ok())
            && Relay::is_needed(&url)
        {
            told["url"] = json!(Relay::open(&url).await.ok()?.for_one());
            said = told.to_string().into();
        }
        let mut answer = Response::builder().status(head.status);
        for name in [CONTENT_TYPE, RETRY_AFTER] {
            if let Some(value) = head.headers.get(&name) {
                answer = answer.header(name, value);
            }
        }
        answer.body(Body::from(said)).ok()
    }
}

/// A connection within the process.
pub(super) struct Pipe(TokioIo<DuplexStream>);

impl Connection for Pipe {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for Pipe {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl Write for Pipe {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
