//! An incident's page: behind a token, without scripts, and as harmless as the report itself.

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use sha2::{Digest as _, Sha256};
use stagerbot::bot::Bot;

use crate::harness::Scene;
use crate::harness::log::Log;

const TOKENS: &str = "page-token-of-the-tests\npage-token-before-it";
const HOSTILE: &str = "</svg><script>alert(1)</script><img src=//evil.example onerror=x> \" ' &amp; \u{202e}txet";

async fn bot(scene: &Scene, token: Option<&str>) -> Bot {
    let mut secrets = scene.secrets();
    secrets.extend(token.map(|token| ("STAGERBOT__INCIDENTS__PAGE_TOKEN".to_owned(), token.to_owned())));
    scene.bot_of(&scene.setup(), secrets).await
}

async fn ask(bot: &Bot, path: &str, authorization: Option<&str>) -> Response<Incoming> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let mut request = Request::get(format!("http://{}{path}", bot.address()));
    if let Some(authorization) = authorization {
        request = request.header(header::AUTHORIZATION, authorization);
    }
    client.request(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn body(answer: Response<Incoming>) -> String {
    let bytes = axum::body::to_bytes(Body::new(answer.into_body()), 1024 * 1024).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_tells_the_report_to_who_has_the_token_and_nothing_to_others() {
    let scene = Scene::new().await;
    let bot = bot(&scene, Some(TOKENS)).await;
    scene.stuck().await;
    scene.says(&scene.anna, "/stager check").await;
    let card = scene.button("stager-restart").await;
    scene.requests(&scene.anna, &card, HOSTILE).await;
    let card = scene.button("stager-approve").await;
    scene.ben.clicks(&card, "stager-approve").await.unwrap();
    scene.card("Recovered").await;

    for wrong in [
        None,
        Some("Bearer wrong".to_owned()),
        Some("Bearer ".to_owned()),
        Some("Bearer page-token-of-the-test".to_owned()),
        Some("page-token-of-the-tests".to_owned()),
        Some("Digest page-token-of-the-tests".to_owned()),
        Some(basic("page-token-of-the-tests", "")),
        Some("Basic page-token-of-the-tests".to_owned()),
        // What opens the door for alerts does not open this one.
        Some(format!("Bearer {}", crate::harness::TOKEN)),
    ] {
        for path in ["/incidents/1", "/incidents/999", "/incidents/x", "/incidents/1?token=page-token-of-the-tests"] {
            let answer = ask(&bot, path, wrong.as_deref()).await;
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{path} {wrong:?}");
            assert_eq!(answer.headers().get_all(header::WWW_AUTHENTICATE).iter().count(), 2);
            assert_eq!(body(answer).await, "", "{path} {wrong:?}");
        }
    }
    let bearer = "Bearer page-token-before-it";
    let mut unknown = Vec::new();
    for path in [
        "/incidents/999",
        "/incidents/0",
        "/incidents/-1",
        "/incidents/01",
        "/incidents/x%3Cscript%3E",
        "/incidents/99999999999999999999",
    ] {
        let answer = ask(&bot, path, Some(bearer)).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        unknown.push(body(answer).await);
    }
    unknown.dedup();
    assert_eq!(unknown.len(), 1, "they are told alike: {unknown:?}");

    for good in [bearer.to_owned(), basic("anybody", "page-token-of-the-tests")] {
        let answer = ask(&bot, "/incidents/1", Some(&good)).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let headers = answer.headers().clone();
        let page = body(answer).await;
        let style = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        let hash = format!("style-src 'sha256-{}'", STANDARD.encode(Sha256::digest(style)));
        assert!(policy.starts_with("default-src 'none'; ") && policy.contains(&hash), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        for part in ["<svg ", "Incident 1: prod", "until the approval", "Anna", "Recovered", "&lt;script&gt;alert(1)"] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        for part in ["<script", "<img", "</svg><", " style=", "href=", "src=\"", "url(", "\u{202e}"] {
            assert!(!page.contains(part), "{part} is in {page}");
        }
        assert_eq!(page.matches("<rect ").count() % 2, 0);
    }
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_there_is_no_page() {
    let scene = Scene::new().await;
    let bot = bot(&scene, None).await;
    for authorization in [None, Some("Bearer "), Some("Bearer x")] {
        let answer = ask(&bot, "/incidents/1", authorization).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{authorization:?}");
    }
    bot.stop().await;
}

#[tokio::test]
async fn no_token_is_logged() {
    let (log, _guard) = Log::of_this_thread();
    let scene = Scene::new().await;
    let bot = bot(&scene, Some(TOKENS)).await;
    assert_eq!(ask(&bot, "/incidents/1", Some("Bearer a-wrong-token-of-somebody")).await.status(), 401);
    assert_eq!(ask(&bot, "/incidents/1", Some("Bearer page-token-of-the-tests")).await.status(), 404);
    bot.stop().await;
    let secrets = ["page-token-of-the-tests", "page-token-before-it", "a-wrong-token-of-somebody"];
    crate::harness::log::assert_keeps(&log.text(), &["asked for without its token"], secrets);
}
