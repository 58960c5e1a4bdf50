//! Traces by OpenTelemetry's protocol (OTLP over HTTP): what is done for one incident is one trace, whichever replica does it. In builds
//! with the feature `otlp` alone, and only where OpenTelemetry's own variables name a collector.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use axum::body::{Body, to_bytes};
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use opentelemetry::Context;
use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState, TracerProvider as _,
};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use sha2::{Digest as _, Sha256};
use tokio::runtime::Handle;
use tokio::time::timeout;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;

use crate::chat::http::{Connector, DEADLINE, connector, root};
use crate::incident::IncidentId;
use crate::words::Words;

/// How long a stop waits for what was not sent yet.
const LAST: Duration = Duration::from_secs(1);
/// The longest answer of a collector that is read, in bytes.
const LONGEST: usize = 64 * 1024;
const NAME: &str = "stagerbot";

/// What tells the incidents of this store from another bot's in the same collector.
static STORE: OnceLock<String> = OnceLock::new();

/// Sends spans to a collector.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Begins to send, where a variable names a collector. Replicas of one store make the same traces. Called within the runtime.
    ///
    /// # Errors
    ///
    /// What OpenTelemetry's variables say can't be used.
    pub fn begin(store: &str) -> Result<Option<Self>, String> {
        let named = |name: &str| std::env::var(name).is_ok_and(|value| !value.trim().is_empty());
        if !named("OTEL_EXPORTER_OTLP_ENDPOINT") && !named("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") {
            return Ok(None);
        }
        let exporter = SpanExporter::builder().with_http().with_http_client(Http::new()?);
        let exporter = exporter.build().map_err(|error| error.to_string())?;
        Ok(Some(Self::by(exporter, store, named("OTEL_SERVICE_NAME"))))
    }

    fn by(exporter: SpanExporter, store: &str, is_named: bool) -> Self {
        let mut resource = Resource::builder();
        if !is_named {
            resource = resource.with_service_name(NAME);
        }
        let _ = STORE.set(store.to_owned());
        Self(SdkTracerProvider::builder().with_resource(resource.build()).with_batch_exporter(exporter).build())
    }

    /// What hands the bot's own spans over, with what was logged in them.
    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let own = Targets::new().with_target(NAME, LevelFilter::INFO);
        tracing_opentelemetry::layer().with_tracer(self.0.tracer(NAME)).with_filter(own)
    }

    /// Sends what is left.
    pub async fn end(self) {
        // It waits for its own thread.
        let _ = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(LAST)).await;
    }
}

/// Makes a span part of the incident's trace, whose number comes from the store and the incident alone.
pub(crate) fn join(span: &Span, incident: IncidentId) {
    let Some(store) = STORE.get() else { return };
    let _ = span.set_parent(Context::new().with_remote_span_context(of(store, incident)));
}

fn of(store: &str, incident: IncidentId) -> SpanContext {
    let hash: [u8; 32] = Sha256::digest(format!("{store} {incident}")).into();
    let number = |from: usize| hash[from..].first_chunk().copied().unwrap_or_default();
    let trace = hash.first_chunk().copied().unwrap_or_default();
    let (trace, span) = (TraceId::from_bytes(trace), SpanId::from_bytes(number(16)));
    SpanContext::new(trace, span, TraceFlags::SAMPLED, true, TraceState::default())
}

/// By the way that every other call takes, proxies included. OpenTelemetry asks from a thread of its own.
struct Http {
    runtime: Handle,
    client: legacy::Client<Connector, Body>,
}

impl Http {
    fn new() -> Result<Self, String> {
        let connector = connector().map_err(|error| error.to_string())?;
        let client = legacy::Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { runtime: Handle::current(), client })
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Http")
    }
}

#[async_trait]
impl HttpClient for Http {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sending = async move {
            let answer = client.request(request.map(Body::from)).await;
            let answer = answer.map_err(|error| Words::of(None).state(&root(&error)))?;
            let (head, body) = answer.into_parts();
            let body = to_bytes(Body::new(body), LONGEST).await.map_err(|_| "its answer breaks off".to_owned())?;
            Ok::<_, String>(Response::from_parts(head, body))
        };
        // The timer, too, belongs to the runtime.
        let sent = self.runtime.spawn(async move { timeout(DEADLINE, sending).await }).await?;
        Ok(sent.map_err(|_| "the collector does not answer")??)
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::post;
    use opentelemetry_otlp::WithExportConfig as _;
    use tokio::net::TcpListener;
    use tokio::sync::mpsc;
    use tracing::Instrument as _;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_done_for_an_incident_reaches_a_collector_as_its_trace() {
        let (sender, mut received) = mpsc::unbounded_channel();
        let collector = post(async move |body: axum::body::Bytes| {
            let _ = sender.send(body);
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/v1/traces", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, Router::new().route("/v1/traces", collector)).into_future());

        let exporter = SpanExporter::builder().with_http().with_http_client(Http::new().unwrap());
        let exporter = exporter.with_endpoint(endpoint).build().unwrap();
        let traces = Traces::by(exporter, "sqlite://here", false);
        let subscriber = tracing_subscriber::registry().with(traces.layer());
        let guard = tracing::subscriber::set_default(subscriber);
        let span = tracing::info_span!("incident", incident.id = 7);
        join(&span, 7);
        span.in_scope(|| tracing::info!("a restart begins"));
        async {}.instrument(tracing::info_span!(parent: &span, "store", write = "append")).await;
        tracing::info_span!(target: "hyper", "with a header").in_scope(|| ());
        drop(span);
        drop(guard);
        traces.end().await;

        let body = timeout(Duration::from_mins(1), received.recv()).await.expect("a trace").unwrap();
        let holds = |part: &[u8]| body.windows(part.len()).any(|window| window == part);
        for part in ["stagerbot", "incident", "store", "append", "a restart begins"] {
            assert!(holds(part.as_bytes()), "{part}: {body:?}");
        }
        assert!(holds(&of("sqlite://here", 7).trace_id().to_bytes()), "{body:?}");
        assert!(!holds(b"with a header"), "{body:?}");
    }

    #[test]
    fn an_incident_has_one_trace_on_every_replica_and_shares_it_with_no_other() {
        let of_prod = of("postgres://db/prod", 7);
        assert_eq!(of_prod, of("postgres://db/prod", 7));
        assert!(of_prod.is_valid() && of_prod.is_sampled() && of_prod.is_remote());
        for other in [of("postgres://db/prod", 8), of("postgres://db/stage", 7)] {
            assert_ne!(other.trace_id(), of_prod.trace_id());
        }
    }
}
