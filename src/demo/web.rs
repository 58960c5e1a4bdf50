//! The playground as a page: the simulated chats and the simulated cluster side by side, for browsers on this machine alone.
//!
//! The page shows what the simulators hold, and its visitors act through them as people of the workspace; the bot never hears of the page.

mod cast;
mod trouble;
mod show;
mod mirror;
mod act;
mod guard;
mod page;

use std::io::Write as _;
use std::sync::Arc;

use anyhow::Context;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use axum::{Router, extract::DefaultBodyLimit};
use tokio::net::TcpListener;

use self::guard::Guard;
use self::show::Show;
use crate::demo::scene::Scene;
use crate::process::Signals;
use crate::words::language::Language;

/// More than anybody types.
const LARGEST_ACT: usize = 16 * 1024;

/// Opens the playground, prints its address, and serves it until a signal asks for its end.
pub(super) async fn serve(scene: Option<Scene>, fast: bool, language: Language) -> anyhow::Result<()> {
    let mut signals = Signals::listen().context("signals can't be listened to")?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("nothing can be served on 127.0.0.1")?;
    let guard = Arc::new(Guard::new(listener.local_addr()?)?);
    let show = Show::open(scene, fast, language).await?;
    let token = guard.token();
    let app = Router::new()
        .route(&format!("/{token}/"), get(page::index))
        .route(&format!("/{token}/{{file}}"), get(page::file))
        .route(&format!("/{token}/words/{{language}}"), get(page::words))
        .route(&format!("/{token}/events"), get(mirror::events))
        .route(&format!("/{token}/act"), post(act::act))
        .fallback(guard::nothing)
        .layer(DefaultBodyLimit::max(LARGEST_ACT))
        .layer(from_fn_with_state(Arc::clone(&guard), guard::check))
        .with_state(Arc::clone(&show));
    // A closed pipe ends the printing alone.
    let _ = writeln!(
        anstream::stdout(),
        "The playground: {}\nSeveral windows are several people. Ctrl-C ends it.",
        guard.address()
    );
    tokio::select! {
        served = axum::serve(listener, app) => served?,
        _ = signals.stop() => {}
    }
    show.close().await;
    Ok(())
}
