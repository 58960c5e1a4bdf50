//! The store's file: private, watched, and rid of what was deleted.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::Duration;

use stagerbot::store::Store;
use tokio::time::{sleep, timeout};

use crate::harness::process::{Process, exchange, get};
use crate::harness::{PATIENCE, Scene, TOKEN};

/// How others see a file's rights.
fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn nobody_else_can_read_the_store_its_log_or_its_copy() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.db");
    let store = Store::open(&format!("sqlite://{}", file.display())).await.unwrap();
    store.ping().await.unwrap();
    for name in ["new.db", "new.db-wal", "new.db-shm"] {
        assert_eq!(mode(&folder.path().join(name)), 0o600, "{name}");
    }
    let copy = folder.path().join("copy.db");
    store.back_up_to(&copy).await.unwrap();
    assert_eq!(mode(&copy), 0o600);
    store.close().await;
    // One that an earlier version left open to all.
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    Store::open(&format!("sqlite://{}", file.display())).await.unwrap();
    assert_eq!(mode(&file), 0o600);
}

#[tokio::test]
async fn a_store_in_memory_is_refused() {
    let error = Store::open("sqlite://x.db?mode=memory").await.unwrap_err();
    assert!(stagerbot::causes::causes(&error).contains("forget every incident"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_an_answer_is_gone_from_the_file_once_it_was_given() {
    let scene = Scene::new().await;
    let bot = Process::ready(&scene, false, &[]).await;
    scene.connected(0).await;
    let typed = scene.anna.types(&scene.channel, "/stager status").await.unwrap();
    let url = typed.payload["response_url"].as_str().unwrap().to_owned();
    scene.whispered(&scene.anna, "prod").await;
    let holds = |name: &str| {
        let bytes = std::fs::read(scene.folder.path().join(name)).unwrap_or_default();
        bytes.windows(url.len()).any(|window| window == url.as_bytes())
    };
    let gone = async {
        while holds("bot.db") || holds("bot.db-wal") {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, gone).await.expect("it is still in the file");
    drop(bot);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_gone_or_replaced_is_noticed_and_nothing_is_taken_in() {
    for replaced in [false, true] {
        let scene = Scene::new().await;
        let bot = Process::ready(&scene, false, &[]).await;
        let file = scene.folder.path().join("bot.db");
        let inode = file.metadata().unwrap().ino();
        if replaced {
            std::fs::copy(&file, scene.folder.path().join("other.db")).unwrap();
            std::fs::rename(scene.folder.path().join("other.db"), &file).unwrap();
            assert_ne!(file.metadata().unwrap().ino(), inode);
        } else {
            std::fs::remove_file(&file).unwrap();
        }
        bot.until("/readyz", 503).await;
        let (_, ready) = get(bot.address, "/readyz").await.unwrap();
        assert!(ready.contains("the store's file is gone"), "{ready}");
        let body = include_str!("../../data/alertmanager/v0.27.json");
        let (status, answer) = exchange(
            bot.address,
            &format!(
                "POST /alerts/alertmanager HTTP/1.1\r\nHost: bot\r\nConnection: close\r\nAuthorization: Bearer {TOKEN}\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            ),
        )
        .await
        .unwrap();
        assert_eq!(status, 503, "{answer}");
        assert!(answer.to_lowercase().contains("retry-after"), "{answer}");
    }
}
