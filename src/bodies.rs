//! Bodies that arrive over HTTP. However many are sent, and by whom, they hold a bounded number of bytes and places.
//!
//! A signature over a body is known only at its end, so a stranger can make us hold what they send. Each kind of sender has a
//! number of places and a budget of bytes, which is drawn as the bytes arrive, never by what is announced. When either is spent,
//! the unverified body that has been arriving longest makes room: what a platform sends arrives within milliseconds.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use http_body_util::BodyExt as _;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::causes::Cause;

/// The places and the bytes of one kind of sender. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Bodies(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    places: usize,
    bytes: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// In the order in which they began to arrive.
    arriving: BTreeMap<u64, Arriving>,
    begun: u64,
    held: usize,
}

#[derive(Debug)]
struct Arriving {
    bytes: usize,
    verified: bool,
    dropped: CancellationToken,
}

/// Whether a body's sender is known before the body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The request's head proved it.
    Verified,
    /// The body decides: until then it makes room for others.
    Unverified,
}

/// How much is read of a body, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest body, in bytes.
    pub bytes: usize,
    /// How long it may take to arrive.
    pub time: Duration,
}

/// Why a body was not read.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It is larger than what is read, or says that it is.
    #[error("the body is too large")]
    TooLarge,
    /// It took too long to arrive.
    #[error("the body took too long to arrive")]
    TooSlow,
    /// There was no room for it.
    #[error("too many bodies arrive at once; send it again")]
    NoRoom,
    /// It ended before its end.
    #[error("the body broke off")]
    BrokeOff(#[source] Cause),
}

/// A body that arrived. It has its place until it is dropped.
pub struct Arrived {
    bytes: Vec<u8>,
    place: Place,
}

struct Place {
    bodies: Bodies,
    number: u64,
    dropped: CancellationToken,
}

impl Bodies {
    /// Room for so many bodies at once, with so many bytes together.
    pub fn new(places: usize, bytes: usize) -> Self {
        Self(Arc::new(Shared { places, bytes, state: Mutex::default() }))
    }

    /// Reads a body. What announces that it is too large is not read at all.
    pub async fn read(&self, body: Body, sender: Sender, limits: Limits) -> Result<Arrived, BodyError> {
        if body.size_hint().lower() > limits.bytes as u64 {
            return Err(BodyError::TooLarge);
        }
        let place = self.enter(sender)?;
        let dropped = place.dropped.clone();
        tokio::select! {
            biased;
            () = dropped.cancelled() => Err(BodyError::NoRoom),
            read = timeout(limits.time, collect(body, place, limits.bytes)) => read.unwrap_or(Err(BodyError::TooSlow)),
        }
    }

    fn enter(&self, sender: Sender) -> Result<Place, BodyError> {
        let mut state = self.lock();
        if state.arriving.len() >= self.0.places && !state.drop_oldest(None) {
            return Err(BodyError::NoRoom);
        }
        state.begun += 1;
        let (number, dropped) = (state.begun, CancellationToken::new());
        let arriving = Arriving { bytes: 0, verified: sender == Sender::Verified, dropped: dropped.clone() };
        state.arriving.insert(number, arriving);
        Ok(Place { bodies: self.clone(), number, dropped })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn collect(mut body: Body, place: Place, most: usize) -> Result<Arrived, BodyError> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| BodyError::BrokeOff(Cause::new(error.to_string())))?;
        let Ok(data) = frame.into_data() else { continue };
        let length = bytes.len() + data.len();
        if length > most {
            return Err(BodyError::TooLarge);
        }
        if length > bytes.capacity() {
            // What is drawn is what is allocated.
            let capacity = length.max(2 * bytes.capacity()).min(most);
            place.draw(capacity - bytes.capacity())?;
            bytes.reserve_exact(capacity - bytes.len());
        }
        bytes.extend_from_slice(&data);
    }
    place.complete();
    Ok(Arrived { bytes, place })
}

impl State {
    /// Drops the unverified body that has been arriving longest, but for this one. `false` where there is none.
    fn drop_oldest(&mut self, but: Option<u64>) -> bool {
        let oldest = self.arriving.iter().find(|(number, one)| !one.verified && Some(**number) != but);
        let Some(number) = oldest.map(|(number, _)| *number) else { return false };
        if let Some(one) = self.arriving.remove(&number) {
            self.held -= one.bytes;
            one.dropped.cancel();
        }
        true
    }
}

impl Place {
    fn draw(&self, bytes: usize) -> Result<(), BodyError> {
        let mut state = self.bodies.lock();
        while state.held + bytes > self.bodies.0.bytes {
            if !state.drop_oldest(Some(self.number)) {
                return Err(BodyError::NoRoom);
            }
        }
        // Another body may have taken its place meanwhile.
        let Some(own) = state.arriving.get_mut(&self.number) else { return Err(BodyError::NoRoom) };
        own.bytes += bytes;
        state.held += bytes;
        Ok(())
    }

    /// All of it is here: its sender is known in a moment.
    fn complete(&self) {
        if let Some(own) = self.bodies.lock().arriving.get_mut(&self.number) {
            own.verified = true;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.bodies.lock();
        if let Some(own) = state.arriving.remove(&self.number) {
            state.held -= own.bytes;
        }
    }
}

impl Arrived {
    /// Gives its bytes back and keeps its place, until what was in it is done.
    pub fn clear(&mut self) {
        self.bytes = Vec::new();
        let mut state = self.place.bodies.lock();
        let own = state.arriving.get_mut(&self.place.number);
        let held = own.map_or(0, |own| std::mem::take(&mut own.bytes));
        state.held -= held;
    }
}

impl Deref for Arrived {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for Arrived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arrived").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use futures::{FutureExt as _, StreamExt as _, stream};

    use super::*;

    const LIMITS: Limits = Limits { bytes: 1000, time: Duration::from_secs(2) };

    /// So many bytes at once, and then nothing for ever.
    fn stuck(bytes: usize) -> Body {
        let first = stream::once(async move { Ok::<_, std::io::Error>(Bytes::from(vec![b'a'; bytes])) });
        Body::from_stream(first.chain(stream::pending()))
    }

    #[tokio::test(start_paused = true)]
    async fn the_unverified_body_that_arrives_longest_makes_room() {
        let bodies = Bodies::new(3, 2000);
        let mut reading: Vec<_> =
            (0..3).map(|_| Box::pin(bodies.read(stuck(600), Sender::Unverified, LIMITS))).collect();
        for read in &mut reading {
            assert!(read.now_or_never().is_none());
        }
        // All places are taken: the first one ends, at once.
        let whole = bodies.read(Body::from(vec![b'b'; 900]), Sender::Unverified, LIMITS).await.unwrap();
        assert_eq!(whole.len(), 900);
        let ended: Vec<bool> = reading.iter_mut().map(|read| read.now_or_never().is_some()).collect();
        assert_eq!(ended, [true, true, false], "a place for the first, and bytes for the second");
        drop((whole, reading));
        let state = bodies.lock();
        assert_eq!((state.held, state.arriving.len()), (0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_known_makes_no_room_and_is_told_that_there_is_none() {
        let bodies = Bodies::new(2, 1000);
        let first = bodies.read(Body::from(vec![b'a'; 700]), Sender::Verified, LIMITS).await.unwrap();
        let spent = bodies.read(Body::from(vec![b'b'; 700]), Sender::Verified, LIMITS).await;
        assert!(matches!(spent, Err(BodyError::NoRoom)), "{spent:?}");
        let mut first = first;
        first.clear();
        let second = bodies.read(Body::from(vec![b'b'; 700]), Sender::Verified, LIMITS).await.unwrap();
        let third = bodies.read(Body::from("c"), Sender::Unverified, LIMITS).await;
        assert!(matches!(third, Err(BodyError::NoRoom)), "{third:?}");
        drop((first, second));
        assert!(bodies.read(Body::from("c"), Sender::Unverified, LIMITS).await.is_ok());
        let slow = bodies.read(stuck(1), Sender::Verified, LIMITS).await;
        assert!(matches!(slow, Err(BodyError::TooSlow)), "{slow:?}");
        let large = bodies.read(Body::from(vec![b'a'; 1001]), Sender::Verified, LIMITS).await;
        assert!(matches!(large, Err(BodyError::TooLarge)), "{large:?}");
    }
}
