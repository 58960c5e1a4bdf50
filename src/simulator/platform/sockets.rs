//! Connections (`WebSocket`) between the app and a platform, and how they end.

use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket};
use futures::{SinkExt as _, StreamExt as _};
use std::future::pending;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{interval, sleep, timeout};
use tokio_util::sync::CancellationToken;

/// For how long a connection that is cut loses what is on it before anybody notices.
const UNNOTICED: Duration = Duration::from_millis(50);

/// What a connection's task is told to do.
#[derive(Clone, Debug)]
pub(in crate::simulator) enum Out {
    /// Sends a text.
    Text(String),
    /// Says goodbye, with a code where there is one.
    Close(Option<u16>),
    /// Breaks off.
    Break,
    /// Loses everything for a moment, in both directions, and then breaks off.
    Cut,
    /// Goes silent, as long as the platform does not notice.
    Freeze,
}

/// How a platform treats its connections.
#[derive(Clone, Copy, Debug)]
pub(in crate::simulator) struct Manners {
    /// How often it pings, and with what.
    pub(in crate::simulator) ping: Option<(Duration, &'static str)>,
    /// After how long it takes a silent connection for dead; `None` is never.
    pub(in crate::simulator) patience: Option<Duration>,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::simulator) enum Ended {
    /// The platform closed it, or it broke.
    Over,
    /// The app closed it, with this code where there was one.
    Goodbye(Option<u16>),
    /// It was cut.
    Cut,
}

/// Holds a connection to its end, and hands on every text that the app sends.
pub(in crate::simulator) async fn converse(
    socket: WebSocket,
    told: &mut mpsc::UnboundedReceiver<Out>,
    stopped: &CancellationToken,
    manners: Manners,
    mut hear: impl FnMut(&str),
) -> Ended {
    let (mut to_app, mut from_app) = socket.split();
    let mut pings = manners.ping.map(|(every, _)| interval(every));
    if let Some(pings) = &mut pings {
        pings.reset();
    }
    let mut ping = async || match (&mut pings, manners.ping) {
        (Some(pings), Some((_, text))) => {
            pings.tick().await;
            text
        }
        _ => pending().await,
    };
    loop {
        let frame = tokio::select! {
            biased;
            () = stopped.cancelled() => Frame::Close(None),
            out = told.recv() => match out {
                Some(Out::Text(text)) => Frame::text(text),
                Some(Out::Close(None)) => Frame::Close(None),
                Some(Out::Close(Some(code))) => Frame::Close(Some(CloseFrame { code, reason: "".into() })),
                Some(Out::Freeze) => {
                    let unnoticed = async {
                        match manners.patience {
                            Some(patience) => sleep(patience).await,
                            None => pending().await,
                        }
                    };
                    let _ = stopped.run_until_cancelled(unnoticed).await;
                    return Ended::Over;
                }
                Some(Out::Cut) => {
                    let lost = async {
                        loop {
                            tokio::select! {
                                out = told.recv() => drop(out),
                                frame = from_app.next() => drop(frame),
                            }
                        }
                    };
                    let _ = timeout(UNNOTICED, lost).await;
                    return Ended::Cut;
                }
                Some(Out::Break) | None => return Ended::Over,
            },
            frame = from_app.next() => match frame {
                Some(Ok(Frame::Text(text))) => {
                    hear(&text);
                    continue;
                }
                Some(Ok(Frame::Close(frame))) => {
                    // The reply is in the queue: without it the client takes the connection for broken.
                    let _ = to_app.flush().await;
                    return Ended::Goodbye(frame.map(|frame| frame.code));
                }
                Some(Err(_)) | None => return Ended::Over,
                Some(Ok(_)) => continue,
            },
            text = ping() => Frame::Ping(text.into()),
        };
        let over = matches!(frame, Frame::Close(_));
        if to_app.send(frame).await.is_err() || over {
            return Ended::Over;
        }
    }
}
