//! `pods/exec` by WebSocket: the frames of `v5.channel.k8s.io` and `v4.channel.k8s.io`.

use super::fault::Fault;
use super::pod::{Role, new_id};
use super::process::{Piece, Process};
use super::query::Query;
use super::running::Running;
use super::settings::ExecHealth;
use super::status::Status;
use super::store::Kind;
use super::wire::Reset;
use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

const V5: &str = "v5.channel.k8s.io";
const V4: &str = "v4.channel.k8s.io";
/// The channel of the status frame.
const ERROR_CHANNEL: u8 = 3;
/// What a gateway shows to people.
const PAGE: &str =
    "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in to the gateway</h1></body></html>";
/// A normal close.
const NORMAL: u16 = 1000;
/// Between the lines of an output that never ends.
const ENDLESS_PAUSE: Duration = Duration::from_millis(1);

/// What is to be run, and where.
struct Order {
    pod: String,
    container: String,
    argv: Vec<String>,
    health: ExecHealth,
}

/// Answers an exec request: a refusal, or the upgrade.
pub(super) fn answer(
    running: &Arc<Running>,
    namespace: Option<&str>,
    name: &str,
    query: &Query,
    method: &Method,
    upgrade: Option<WebSocketUpgrade>,
    reset: Option<Reset>,
) -> Response {
    let order = match order(running, namespace, name, query, method) {
        Ok(order) => order,
        Err(status) => return status.into_response(),
    };
    match order.health {
        ExecHealth::RefusedByPolicy => return Status::refused_by_policy(name).into_response(),
        ExecHealth::NoUpgrade => return Status::bad_request("Upgrade request required".to_owned()).into_response(),
        ExecHealth::Page => return (axum::http::StatusCode::NOT_FOUND, axum::response::Html(PAGE)).into_response(),
        _ => {}
    }
    let Some(upgrade) = upgrade else {
        return Status::bad_request("Upgrade request required".to_owned()).into_response();
    };
    let running = running.clone();
    upgrade.protocols([V5, V4]).on_upgrade(move |socket| async move {
        let stopped = running.stopped.clone();
        tokio::select! {
            () = stopped.cancelled() => {}
            () = serve(socket, running, order, reset) => {}
        }
    })
}

fn order(
    running: &Running,
    namespace: Option<&str>,
    name: &str,
    query: &Query,
    method: &Method,
) -> Result<Order, Status> {
    running.look(|world| {
        let bbs = world.pod(name).is_some_and(|pod| pod.role == Role::Bbs);
        let denied =
            world.faults.contains(&Fault::ExecDenied) || (bbs && world.faults.contains(&Fault::ExecIntoBbsDenied));
        if denied {
            let verb = if method == Method::GET { "get" } else { "create" };
            let settings = &world.settings;
            return Err(Status::forbidden_pod(&settings.user, verb, "pods/exec", name, namespace.unwrap_or_default()));
        }
        let argv = query.all("command");
        // Policies are asked before the pod is looked for.
        let admits = |scripts: &Vec<String>| {
            let is_script = |argv: &[String]| argv[..2] == ["sh", "-c"] && scripts.contains(&argv[2]);
            argv.len() > 2 && is_script(&argv)
        };
        if world.settings.admitted.as_ref().is_some_and(|scripts| !admits(scripts)) {
            return Err(Status::refused_by_policy(name));
        }
        let pod = world.pod(name).filter(|pod| Some(pod.set.namespace.as_str()) == namespace);
        if pod.is_none() && world.store.get(Kind::Pod, namespace, name).is_some() {
            // Of a pod that is only kept.
            return Err(Status::bad_request(format!("pod {name} does not have a host assigned")));
        }
        let pod = pod.ok_or_else(|| Status::not_found(Kind::Pod, name))?;
        let containers: Vec<_> = pod.containers.iter().map(|each| each.name.as_str()).collect();
        let container = match (query.get("container"), containers.as_slice()) {
            (Some(container), _) if !container.is_empty() => container,
            (_, [only]) => only,
            _ => {
                let choice = containers.join(" ");
                let text = format!("a container name must be specified for pod {name}, choose one of: [{choice}]");
                return Err(Status::bad_request(text));
            }
        };
        let Some(found) = pod.containers.iter().find(|each| each.name == container) else {
            return Err(Status::bad_request(format!("container {container} is not valid for pod {name}")));
        };
        if pod.scheduled.is_none() {
            return Err(Status::bad_request(format!("pod {name} does not have a host assigned")));
        }
        if pod.lost {
            return Err(Status::internal("error dialing backend: dial tcp 10.98.0.1:10250: connect: no route to host"));
        }
        if !found.running() {
            return Err(Status::internal(&format!(
                "unable to upgrade connection: container not found (\"{container}\")"
            )));
        }
        if argv.is_empty() {
            return Err(Status::bad_request("you must specify at least 1 command for the container".to_owned()));
        }
        Ok(Order { pod: pod.uid.clone(), container: container.to_owned(), argv, health: world.settings.exec })
    })
}

async fn serve(mut socket: WebSocket, running: Arc<Running>, order: Order, reset: Option<Reset>) {
    let v5 = socket.protocol().is_some_and(|protocol| protocol == V5);
    running.begin_exec().await;
    if !send(&mut socket, 1, b"").await {
        return;
    }
    let (output, mut pieces) = mpsc::unbounded_channel::<Piece>();
    let process = Process::new(running, order.pod, order.container, output);
    if order.health == ExecHealth::ResetMidway {
        if let Some(Reset(connection)) = reset {
            connection.cancel();
        }
        // Whoever polls the connection next finds it reset.
        let _ = socket.recv().await;
        return;
    }
    if order.health == ExecHealth::EndlessOutput {
        let line = "and on it goes ".repeat(64) + "\n";
        while send(&mut socket, 1, line.as_bytes()).await {
            tokio::time::sleep(ENDLESS_PAUSE).await;
        }
        return;
    }
    let program = order.argv.first().cloned().unwrap_or_default();
    let status = if process.has(&program) {
        let run = process.run(order.argv.clone());
        tokio::pin!(run);
        let code = loop {
            tokio::select! {
                biased;
                Some((channel, bytes)) = pieces.recv() => if !send(&mut socket, channel, &bytes).await { return },
                code = &mut run => break code,
                message = socket.recv() => if !matches!(message, Some(Ok(message)) if !matches!(message, Message::Close(_))) { return },
            }
        };
        while let Ok((channel, bytes)) = pieces.try_recv() {
            if !send(&mut socket, channel, &bytes).await {
                return;
            }
        }
        Status::exited(code, &order.argv, v5)
    } else {
        Status::not_started(&program, &new_id())
    };
    match order.health {
        // The program has ended, and the frame that says so never comes.
        ExecHealth::NeverEnds => while let Some(Ok(_)) = socket.recv().await {},
        ExecHealth::NoStatus => close(socket).await,
        _ => {
            send(&mut socket, ERROR_CHANNEL, status.json().as_bytes()).await;
            close(socket).await;
        }
    }
}

async fn send(socket: &mut WebSocket, channel: u8, bytes: &[u8]) -> bool {
    let mut frame = vec![channel];
    frame.extend_from_slice(bytes);
    socket.send(Message::Binary(Bytes::from(frame))).await.is_ok()
}

async fn close(mut socket: WebSocket) {
    let frame = CloseFrame { code: NORMAL, reason: "".into() };
    if socket.send(Message::Close(Some(frame))).await.is_ok() {
        while let Some(Ok(_)) = socket.recv().await {}
    }
}
