//! The API server's port: it can be shut and opened again, and single connections can be reset.

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// How long to wait before a port that could not be bound is tried again.
const BIND_AGAIN: Duration = Duration::from_millis(5);

/// The port. While it is shut it stays bound, so that nobody else gets it, but connections are refused.
#[derive(Debug)]
pub(super) struct Door {
    address: SocketAddr,
    listener: Option<TcpListener>,
    shut: watch::Receiver<bool>,
    /// Cancelled when the door is shut: every connection that came through it is reset.
    open_connections: CancellationToken,
}

impl Door {
    /// Opens a port on loopback.
    pub(super) fn open(shut: watch::Receiver<bool>) -> io::Result<Self> {
        let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0)))?.listen(128)?;
        let address = listener.local_addr()?;
        Ok(Self { address, listener: Some(listener), shut, open_connections: CancellationToken::new() })
    }

    /// Its address.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the port is open again.
    async fn stay_shut(&mut self) {
        self.listener = None;
        self.open_connections.cancel();
        self.open_connections = CancellationToken::new();
        let mut socket = bind(self.address);
        while socket.is_err() {
            tokio::time::sleep(BIND_AGAIN).await;
            socket = bind(self.address);
        }
        // An error means that nobody can open it any more; then it stays shut.
        if self.shut.wait_for(|shut| !shut).await.is_err() {
            std::future::pending::<()>().await;
        }
        self.listener = socket.and_then(|socket| socket.listen(128)).ok();
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.open_connections.cancel();
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

impl Listener for Door {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        loop {
            if *self.shut.borrow_and_update() {
                self.stay_shut().await;
            }
            let Some(listener) = &self.listener else {
                self.stay_shut().await;
                continue;
            };
            tokio::select! {
                _ = self.shut.changed() => {}
                Ok((stream, peer)) = listener.accept() => {
                    let _ = stream.set_nodelay(true);
                    return (Wire::new(stream, self.open_connections.child_token()), peer);
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

/// A connection that can be reset from outside.
pub(super) struct Wire {
    stream: TcpStream,
    reset: CancellationToken,
    is_reset: Pin<Box<WaitForCancellationFutureOwned>>,
}

/// What a handler needs to reset the connection it was called on.
#[derive(Clone, Debug)]
pub(super) struct Reset(pub(super) CancellationToken);

impl Connected<IncomingStream<'_, Door>> for Reset {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        Self(stream.io().reset.clone())
    }
}

impl Wire {
    fn new(stream: TcpStream, reset: CancellationToken) -> Self {
        let is_reset = Box::pin(reset.clone().cancelled_owned());
        Self { stream, reset, is_reset }
    }

    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        if self.is_reset.as_mut().poll(context).is_ready() {
            self.is_reset = Box::pin(self.reset.clone().cancelled_owned());
            let _ = self.stream.set_zero_linger();
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
