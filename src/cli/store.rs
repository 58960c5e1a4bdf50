//! `store`: copies of the store, and whether one is sound.

use std::path::PathBuf;

use clap::Subcommand;
use stagerbot::audit;
use stagerbot::incident::IncidentId;
use stagerbot::incident::event::Event;
use stagerbot::store::Store;
use stagerbot::store::chain::EventRow;
use stagerbot::store::settings::Settings;

use super::audit::print_report;
use super::output::print;
use super::place::Place;

#[derive(Subcommand)]
pub(crate) enum StoreCommand {
    /// Copy an SQLite store to a new file, while the bot goes on, and check the copy.
    Backup {
        #[command(flatten)]
        place: Place,
        /// The file to be made.
        file: PathBuf,
    },
    /// Check tables, file and logs: exit code 0 sound, 1 not, 2 could not tell.
    Check {
        #[command(flatten)]
        place: Place,
    },
}

/// Does what was asked; the exit code.
pub(crate) async fn store(command: StoreCommand) -> anyhow::Result<u8> {
    let store = match command {
        StoreCommand::Backup { place, file } => {
            place.open().await?.back_up_to(&file).await?;
            print(&format!("copied to {}\n", file.display()))?;
            Store::open_existing(&Settings::of_backup(&file)?).await?
        }
        StoreCommand::Check { place } => place.open().await?,
    };
    let mut faults = store.faults().await?;
    let mut snapshot = store.snapshot().await?;
    for incident in snapshot.incidents().await? {
        faults.extend(unreadable(incident.id, &snapshot.events(incident.id).await?));
    }
    for fault in &faults {
        print(&format!("{fault}\n"))?;
    }
    let code = print_report(&audit::verify(&mut snapshot, &[]).await?, None)?;
    Ok(if faults.is_empty() { code } else { 1 })
}

/// The events that this version can't read.
fn unreadable(incident: IncidentId, log: &[EventRow]) -> Vec<String> {
    let readable = |row: &&EventRow| serde_json::from_str::<Event>(&row.event).is_err();
    let tell = |row: &EventRow| format!("incident {incident}, event {}: this version can't read it", row.seq);
    log.iter().filter(readable).map(tell).collect()
}
