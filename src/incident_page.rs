//! `GET /incidents/{id}`: the report of an incident as a page, with its phases drawn. Read-only, and there only with a token.
//!
//! The token is presented as a sender of alerts presents its own (`Authorization: Bearer …`), or as the password of HTTP's basic
//! authentication, for which browsers ask. Never in the address, which ends up in logs and histories.

use std::sync::{Arc, LazyLock};

use axum::extract::{Path, Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER,
    WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::sync::{Semaphore, watch};

use crate::alerts::proof::is_one_of;
use crate::causes::causes;
use crate::engine::home::Rules;
use crate::incident::IncidentId;
use crate::incident::report::report;
use crate::report::incident::document;
use crate::report::{Format, STYLE, print};
use crate::server::peer;
use crate::store::{Store, StoreError};
use crate::tally::Logged;
use crate::words::Words;

/// What the page needs.
#[derive(Clone)]
pub struct Pages {
    /// The tokens that readers may present, any of which will do; without one there is no page.
    pub tokens: Vec<SecretString>,
    /// Where the incidents are.
    pub store: Store,
    /// In which language an environment is told of.
    pub rules: watch::Receiver<Rules>,
}

/// How many pages are made at once; whoever asks meanwhile waits as long as any request may.
const AT_ONCE: usize = 2;
/// How long a reader is asked to wait where the store can't be read, in seconds.
const AGAIN: HeaderValue = HeaderValue::from_static("5");

/// The route of the page; none without a token.
pub fn router(pages: Pages) -> Router {
    if pages.tokens.is_empty() {
        return Router::new();
    }
    let refused = Logged::by(|due, _| {
        tracing::warn!(times = due.times, from = due.from, "an incident's page was asked for without its token");
    });
    let routes = Arc::new(Routes { pages, making: Semaphore::new(AT_ONCE), refused });
    Router::new()
        .route("/incidents/{id}", get(page))
        .layer(middleware::from_fn_with_state(Arc::clone(&routes), verified))
        .with_state(routes)
}

struct Routes {
    pages: Pages,
    making: Semaphore,
    refused: Logged,
}

/// Lets nobody through without a token, and tells them nothing.
async fn verified(State(routes): State<Arc<Routes>>, request: Request, next: Next) -> Response {
    let mut response = if presents(request.headers(), &routes.pages.tokens) {
        next.run(request).await
    } else {
        routes.refused.note(peer(&request), "");
        let ways = ["Bearer realm=\"stagerbot\"", "Basic realm=\"stagerbot\", charset=\"UTF-8\""];
        (StatusCode::UNAUTHORIZED, AppendHeaders(ways.map(|way| (WWW_AUTHENTICATE, way)))).into_response()
    };
    response.headers_mut().extend(HEADERS.clone());
    response
}

/// Whether a request presents one of these tokens.
fn presents(headers: &HeaderMap, tokens: &[SecretString]) -> bool {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some((scheme, given)) = value.and_then(|value| value.split_once(' ')) else { return false };
    let given = given.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return is_one_of(given.as_bytes(), tokens);
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return false;
    }
    // Whoever they say they are.
    let given = STANDARD.decode(given).ok();
    let password = given.as_ref().and_then(|given| given.splitn(2, |byte| *byte == b':').nth(1));
    password.is_some_and(|password| is_one_of(password, tokens))
}

/// Nothing is loaded, sent, framed or kept; the one style is known by its hash.
static HEADERS: LazyLock<HeaderMap> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
    );
    let fixed = |text: &'static str| HeaderValue::from_static(text);
    let headers: [(HeaderName, HeaderValue); 5] = [
        (CONTENT_SECURITY_POLICY, HeaderValue::try_from(policy).expect("base64 and words fit into a header")),
        (CACHE_CONTROL, fixed("no-store")),
        (REFERRER_POLICY, fixed("no-referrer")),
        (X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
        (X_FRAME_OPTIONS, fixed("DENY")),
    ];
    headers.into_iter().collect()
});

async fn page(State(routes): State<Arc<Routes>>, Path(id): Path<String>) -> Response {
    // It is never closed.
    let _turn = routes.making.acquire().await;
    match routes.pages.page(&id).await {
        Ok(Some(page)) => ([(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response(),
        Ok(None) => (StatusCode::NOT_FOUND, Json(json!({ "error": "there is no such incident" }))).into_response(),
        Err(error) => {
            tracing::warn!(error = %causes(&error), "an incident's page could not be made");
            let error = Json(json!({ "error": "the incident could not be read; ask again" }));
            (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, AGAIN)], error).into_response()
        }
    }
}

impl Pages {
    /// The page of an incident; `None` where there is none of this number, or it is no number.
    async fn page(&self, id: &str) -> Result<Option<String>, StoreError> {
        let Some(id) = number(id) else { return Ok(None) };
        let Some(report) = report(id, &self.store.log(id).await?) else { return Ok(None) };
        let head = self.store.head(id).await?.map(|head| head.to_string());
        let language = self.rules.borrow().homes.get(&report.environment).map(|home| home.language);
        let words = Words::in_language(language.unwrap_or_default());
        Ok(Some(print(&document(&report, head.as_deref(), words), Format::Html)))
    }
}

/// A number as incidents have it: digits alone, so that a page has one address.
fn number(text: &str) -> Option<IncidentId> {
    let digits = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}
