//! Who may hand in alerts: bearer tokens, passwords and signatures, several at once.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use stagerbot::clock;

use super::*;

const EVENT: &str = include_str!("../../data/pagerduty/triggered.json");
const GRAFANA: &str = include_str!("../../data/grafana/v12.json");

fn sign(key: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

fn secrets(keys: &[&str]) -> Vec<SecretString> {
    keys.iter().map(|key| SecretString::from(*key)).collect()
}

async fn signed(source: &'static str, keys: &[&str]) -> Served {
    let signing = [(source, secrets(keys))].into();
    Served::of(Secrets { signing, ..with(TOKEN) }, Matching::of_one("prod"), 64 * 1024).await
}

#[tokio::test]
async fn an_old_token_and_a_new_one_count_at_once() {
    let both = Secrets { tokens: secrets(&["old", "new"]), ..Secrets::default() };
    let served = Served::of(both, prod(), 64 * 1024).await;
    for (token, status) in [("old", 200), ("new", 200), ("older", 401), ("ol", 401), ("", 401), ("old new", 401)] {
        assert_eq!(served.post_with(&bearer(token), TODAY).await.0, status, "{token}");
    }
}

#[tokio::test]
async fn a_user_with_a_password_counts_where_one_is_configured() {
    let basic = Secrets { basic: secrets(&["grafana:pass word", "other:x"]), ..Secrets::default() };
    let served = Served::of(basic, prod(), 64 * 1024).await;
    // grafana:pass word, other:x, grafana:x, and what is no base64.
    for (given, status) in
        [("Z3JhZmFuYTpwYXNzIHdvcmQ=", 200), ("b3RoZXI6eA==", 200), ("Z3JhZmFuYTp4", 401), ("???", 401), ("", 401)]
    {
        let (answered, answer) = served.post_with(&format!("Authorization: Basic {given}\r\n"), TODAY).await;
        assert_eq!(answered, status, "{given}: {answer}");
    }
    assert_eq!(served.post_with(&bearer("grafana:pass word"), TODAY).await.0, 401);
}

#[tokio::test]
async fn pagerduty_signs_the_raw_body_with_any_of_its_keys() {
    let served = signed("pagerduty", &["old-secret", "new-secret"]).await;
    let (old, new, wrong) = (sign("old-secret", EVENT), sign("new-secret", EVENT), sign("another", EVENT));
    let spaced = EVENT.replace("{\n", "{ \n");
    for (signatures, body, status) in [
        (format!("v1={old}"), EVENT, 200),
        (format!("v1={new}"), EVENT, 200),
        (format!("v1={wrong},v1={new}"), EVENT, 200),
        (format!("v1={wrong}, v1={old}"), EVENT, 200),
        (format!("v1={}", new.to_uppercase()), EVENT, 200),
        (format!("v1={wrong}"), EVENT, 401),
        // A body that was parsed and written anew.
        (format!("v1={new}"), spaced.as_str(), 401),
        ("v1=".to_owned(), EVENT, 401),
        (format!("v1={}", &new[1..]), EVENT, 401),
        (format!("v2={new}"), EVENT, 401),
        ("v1=zz".to_owned(), EVENT, 401),
    ] {
        let header = format!("X-PagerDuty-Signature: {signatures}\r\n");
        let (answered, answer) = served.post_to("pagerduty", &header, body).await;
        assert_eq!(answered, status, "{signatures}: {answer}");
    }
    // Where bodies are signed, a token is not enough; elsewhere it still is.
    assert_eq!(served.post_to("pagerduty", &bearer(TOKEN), EVENT).await.0, 401);
    assert_eq!(served.post_to("generic", &bearer(TOKEN), "170010").await.0, 200);
}

#[tokio::test]
async fn what_lacks_a_signature_is_not_read() {
    let served = signed("pagerduty", &["secret"]).await;
    // The length is announced, and nothing is sent: the answer comes all the same.
    let head = "POST /alerts/pagerduty HTTP/1.1\r\nHost: bot\r\nConnection: close\r\nContent-Length: 60000\r\n\r\n";
    let (status, answer) = served.send(head.as_bytes()).await;
    assert_eq!(status, 401);
    assert!(answer["error"].as_str().unwrap().contains("x-pagerduty-signature"), "{answer}");
}

#[tokio::test]
async fn grafana_signs_the_body_or_a_time_and_the_body() {
    let served = signed("grafana", &["key"]).await;
    let now = clock::now().as_second();
    let at = |seconds: i64| {
        let signature = sign("key", &format!("{seconds}:{GRAFANA}"));
        format!("X-Grafana-Alerting-Signature: {signature}\r\nX-Grafana-Alerting-Timestamp: {seconds}\r\n")
    };
    let plain = format!("X-Grafana-Alerting-Signature: {}\r\n", sign("key", GRAFANA));
    let unsigned_time = format!("{plain}X-Grafana-Alerting-Timestamp: {now}\r\n");
    for (header, status) in [
        (plain, 200),
        (at(now), 200),
        (at(now - 290), 200),
        (at(now - 400), 401),
        (at(now + 400), 401),
        (unsigned_time, 401),
    ] {
        let (answered, answer) = served.post_to("grafana", &header, GRAFANA).await;
        assert_eq!(answered, status, "{header}: {answer}");
    }
}
