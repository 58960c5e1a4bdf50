//! A cut of the power: what was acknowledged is on the disk, although several writes share one sync.

use std::path::Path;

use rustix::process::Signal;
use sqlx::{Connection as _, SqliteConnection};
use tokio::task::JoinSet;

use super::{preload, senders};
use crate::harness::Scene;
use crate::harness::process::Process;

/// The library's file.
const NAME: &str = "disk.so";

/// A library that copies a store's file, or its log, to another folder whenever it is synced: that folder is what a disk holds after
/// the power was cut, at worst.
const SOURCE: &str = r#"
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
static void keep(int file) {
    char link[64], path[PATH_MAX], part[PATH_MAX], copy[PATH_MAX], buffer[65536];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return;
    path[length] = 0;
    const char *name = strrchr(path, '/');
    if (!name || strncmp(++name, "bot.db", 6)) return;
    snprintf(copy, sizeof copy, "%s/%s", getenv("DISK"), name);
    snprintf(part, sizeof part, "%s/%s.%d.part", getenv("DISK"), name, gettid());
    int from = open(path, O_RDONLY), to = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ssize_t read_now;
    while ((read_now = read(from, buffer, sizeof buffer)) > 0)
        if (write(to, buffer, read_now) != read_now) abort();
    close(from);
    close(to);
    rename(part, copy);
}
int fsync(int file) { int done = syscall(SYS_fsync, file); keep(file); return done; }
int fdatasync(int file) { int done = syscall(SYS_fdatasync, file); keep(file); return done; }
"#;

/// Every request that the disk holds. It is copied first: who opens it may change it.
async fn kept(disk: &Path) -> String {
    let folder = tempfile::tempdir().unwrap();
    // The log first: what a newer file of the database holds already, an older log only repeats.
    for name in ["bot.db-wal", "bot.db"] {
        std::fs::copy(disk.join(name), folder.path().join(name)).unwrap();
    }
    let url = format!("sqlite://{}", folder.path().join("bot.db").display());
    let mut store = SqliteConnection::connect(&url).await.unwrap();
    let kept: Vec<String> = sqlx::query_scalar("SELECT request FROM inbox").fetch_all(&mut store).await.unwrap();
    kept.join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_cut_of_the_power() {
    let scene = Scene::new().await;
    let folder = tempfile::tempdir().unwrap();
    let Some(library) = preload::library(folder.path(), NAME, SOURCE) else { return };
    let disk = folder.path().join("disk");
    std::fs::create_dir(&disk).unwrap();
    let environment = [("LD_PRELOAD", library.display().to_string()), ("DISK", disk.display().to_string())];
    let mut bot = Process::ready(&scene, false, &environment).await;
    assert!(bot.maps().contains(NAME), "the library is not loaded");
    scene.connected(0).await;
    for turn in 0..4 {
        // Many at once, so that they share syncs.
        let mut sent = JoinSet::new();
        for number in 0..16_usize {
            let (address, number) = (bot.address, turn * 16 + number);
            sent.spawn(async move { (senders::numbered(address, number).await.0, format!("{number:016x}")) });
        }
        let typed = format!("wish{turn}");
        scene.says(&scene.zoe, &format!("/stager {typed}")).await;
        let acknowledged = sent.join_all().await;
        let kept = kept(&disk).await;
        for (status, fingerprint) in acknowledged {
            assert_eq!(status, 200);
            assert!(kept.contains(&fingerprint), "{fingerprint} of turn {turn} was acknowledged: {kept}");
        }
        assert!(kept.contains(&typed), "the command of turn {turn} was acknowledged: {kept}");
    }
    bot.signal(Signal::KILL);
    bot.ended().await;
}
