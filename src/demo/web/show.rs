//! The show: the stage of the moment, the scene that is played on it, and how far it got.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::cast;
use crate::causes::causes;
use crate::demo::scene::Scene;
use crate::demo::stage::{Setup, Stage};
use crate::words::language::Language;

/// The playground as all its windows share it.
pub(super) struct Show {
    fast: bool,
    now: watch::Sender<Now>,
    /// What is under way on the stage of the moment.
    tasks: Mutex<JoinSet<()>>,
    /// One change of the scene at a time.
    changing: tokio::sync::Mutex<()>,
}

/// What is shown at this moment.
#[derive(Clone)]
pub(super) struct Now {
    /// Counts the stages.
    pub(super) number: u64,
    pub(super) stage: Arc<Stage>,
    /// Which scene; `None` where visitors play freely.
    pub(super) scene: Option<Scene>,
    /// Whether what happens by itself has happened.
    pub(super) opened: bool,
    /// Whether the people of the scene act by themselves.
    pub(super) playing: bool,
    /// How the scene ended, once it did: as it should, or what was wrong.
    pub(super) ended: Option<Result<(), String>>,
}

impl Show {
    /// Opens it with a scene, or for visitors to play freely.
    pub(super) async fn open(scene: Option<Scene>, fast: bool, language: Language) -> anyhow::Result<Arc<Self>> {
        let now = watch::Sender::new(Now::new(1, set(fast, language).await?, scene));
        let show = Arc::new(Self { fast, now, tasks: Mutex::default(), changing: tokio::sync::Mutex::default() });
        show.begin();
        Ok(show)
    }

    /// What is shown now.
    pub(super) fn now(&self) -> Now {
        self.now.borrow().clone()
    }

    /// Tells of every change of the scene.
    pub(super) fn changes(&self) -> watch::Receiver<Now> {
        self.now.subscribe()
    }

    /// Changes what is known of this stage's scene.
    pub(super) fn update(&self, number: u64, change: impl FnOnce(&mut Now)) {
        self.now.send_if_modified(|now| {
            let same = now.number == number;
            if same {
                change(now);
            }
            same
        });
    }

    /// Takes everything down and sets a new stage, with this scene on it.
    pub(super) async fn change(self: &Arc<Self>, scene: Option<Scene>) -> anyhow::Result<()> {
        let _one = self.changing.lock().await;
        let old = self.now();
        let stage = set(self.fast, old.stage.language()).await?;
        self.running().abort_all();
        self.now.send_replace(Now::new(old.number + 1, stage, scene));
        self.begin();
        old.stage.strike().await;
        Ok(())
    }

    /// Lets the people of the scene act by themselves.
    pub(super) fn play(self: &Arc<Self>) {
        let Now { number, stage, scene: Some(scene), playing: false, .. } = self.now() else { return };
        self.update(number, |now| now.playing = true);
        let show = Arc::clone(self);
        self.running().spawn(async move {
            let mut changes = show.changes();
            // What happens by itself comes first.
            let opened = changes.wait_for(|now| now.number != number || now.opened).await;
            if opened.is_ok_and(|now| now.number == number)
                && let Err(error) = scene.people(&stage).await
            {
                show.update(number, |now| now.ended = Some(Err(causes(error.as_ref()))));
            }
            show.update(number, |now| now.playing = false);
        });
    }

    /// Takes everything down.
    pub(super) async fn close(&self) {
        self.running().abort_all();
        self.now().stage.strike().await;
    }

    fn running(&self) -> std::sync::MutexGuard<'_, JoinSet<()>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the scene begin, and sees to its end.
    fn begin(self: &Arc<Self>) {
        let Now { number, stage, scene: Some(scene), .. } = self.now() else { return };
        let show = Arc::clone(self);
        self.running().spawn(async move {
            let ended = async {
                let before = scene.opens(&stage).await?;
                show.update(number, |now| now.opened = true);
                scene.ends(&stage, &before).await
            };
            let ended = ended.await.map_err(|error| causes(error.as_ref()));
            show.update(number, |now| now.ended = Some(ended));
        });
    }
}

impl Now {
    fn new(number: u64, stage: Arc<Stage>, scene: Option<Scene>) -> Self {
        Self { number, stage, scene, opened: scene.is_none(), playing: false, ended: None }
    }
}

async fn set(fast: bool, language: Language) -> anyhow::Result<Arc<Stage>> {
    let setup = Setup { language, fast, both: true, shown: true, ..Setup::default() };
    let stage = Stage::start(setup).await?;
    cast::come(&stage);
    Ok(Arc::new(stage))
}
