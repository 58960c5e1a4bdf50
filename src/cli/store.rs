//! `store`: copies of the store, and whether one is sound.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;
use stagerbot::audit::{self, Report};
use stagerbot::incident::IncidentId;
use stagerbot::incident::event::Event;
use stagerbot::store::Store;
use stagerbot::store::chain::EventRow;
use stagerbot::store::settings::Settings;

use super::audit::{exit_code, printed};
use super::output::Output;
use super::place::Place;
use super::progress::Progress;

const BACKUP: &str = "Examples:
  stagerbot store backup backup.db --config stagerbot.toml
  stagerbot store backup backup.db --store sqlite:///var/lib/stagerbot/stagerbot.db";
const CHECK: &str = "Examples:
  stagerbot store check --config stagerbot.toml
  STAGERBOT__STORE__PASSWORD=… stagerbot store check --store postgres://stagerbot@db.example/stagerbot -o json";

#[derive(Subcommand)]
pub(crate) enum StoreCommand {
    /// Copy an SQLite store to a new file, while the bot goes on, and check the copy.
    #[command(after_help = BACKUP)]
    Backup {
        #[command(flatten)]
        place: Place,
        /// The file to be made.
        file: PathBuf,
        /// How to print what was found.
        #[arg(long, short, default_value = "text")]
        output: Output,
    },
    /// Check tables, file and logs: exit code 0 sound, 1 not, 2 could not tell.
    #[command(after_help = CHECK)]
    Check {
        #[command(flatten)]
        place: Place,
        /// How to print what was found.
        #[arg(long, short, default_value = "text")]
        output: Output,
    },
}

/// Does what was asked; the exit code.
pub(crate) async fn store(command: StoreCommand) -> anyhow::Result<u8> {
    let (store, copied, output) = match command {
        StoreCommand::Backup { place, file, output } => {
            let store = place.open().await?;
            Progress::of("the store, and copying it").during(store.back_up_to(&file)).await?;
            (Store::open_existing(&Settings::of_backup(&file)?).await?, Some(file), output)
        }
        StoreCommand::Check { place, output } => (place.open().await?, None, output),
    };
    let (faults, report) = Progress::of("the store").during(looked(&store)).await?;
    let mut printed = printed(&report);
    let code = if faults.is_empty() { exit_code(&printed) } else { 1 };
    printed.text = faults.iter().rev().fold(printed.text, |text, fault| format!("{fault}\n{text}"));
    printed.value["faults"] = json!(faults);
    if let Some(file) = copied {
        printed.text = format!("copied to {}\n{}", file.display(), printed.text);
        printed.value["copied_to"] = json!(file);
    }
    printed.print(output)?;
    Ok(code)
}

/// What is wrong with a store, and what an audit finds.
async fn looked(store: &Store) -> anyhow::Result<(Vec<String>, Report)> {
    let mut faults = store.faults().await?;
    let mut snapshot = store.snapshot().await?;
    for incident in snapshot.incidents().await? {
        faults.extend(unreadable(incident.id, &snapshot.events(incident.id).await?));
    }
    Ok((faults, audit::verify(&mut snapshot, &[]).await?))
}

/// The events that this version can't read.
fn unreadable(incident: IncidentId, log: &[EventRow]) -> Vec<String> {
    let readable = |row: &&EventRow| serde_json::from_str::<Event>(&row.event).is_err();
    let tell = |row: &EventRow| format!("incident {incident}, event {}: this version can't read it", row.seq);
    log.iter().filter(readable).map(tell).collect()
}
