//! The phases of a closed incident as a small PNG. It has Latin letters and digits alone, which come with the crate that draws, so that
//! no fonts are shipped; the words stand beside it, in the channel's language.

mod canvas;

use jiff::{SignedDuration, Timestamp};

use self::canvas::{Canvas, HEIGHT, Ink, WIDTH, drawable};
use super::incident::joined;
use crate::chat::Picture;
use crate::incident::IncidentId;
use crate::incident::phases::Phase;
use crate::incident::phrase::Phrase;
use crate::words::Words;

/// A picture's width, its margin, the height of its heading and of a phase, and that of a bar, in pixels.
const WHOLE: u32 = 760;
const MARGIN: u32 = 16;
const HEADING: u32 = 30;
const ROW: u32 = 42;
const BAR: u32 = 14;
/// A phase is never so short that it is not seen.
const LEAST: u32 = 3;
/// How many phases there are to be drawn at least: one alone is no picture.
const WORTH: usize = 2;
/// What the phases are called by, here and in the words beside it.
const LETTERS: [char; 8] = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];

/// The picture of an incident; `None` where there is not enough to be drawn.
pub fn picture(
    id: IncidentId,
    environment: &str,
    opened: Timestamp,
    phases: &[Phase],
    words: &Words,
) -> Option<Picture> {
    if phases.len() < WORTH {
        return None;
    }
    let line = |(letter, phase): (&char, &Phase)| {
        let says = Phrase::new("phase-line").with("phase", Phrase::new(phase.id)).with("length", phase.length);
        Phrase::new("picture-line").with("letter", letter.to_string()).with("says", says)
    };
    let lines = || joined(LETTERS.iter().zip(phases).map(line).collect());
    let of_incident = |of: &str| Phrase::new(of).with("incident", id.to_string()).with("phases", lines());
    Some(Picture {
        name: format!("incident-{id}.png"),
        png: png(id, environment, opened, phases, words)?,
        alt: words.say(&of_incident("picture-alt")),
        text: words.say(&of_incident("picture-text")),
    })
}

fn png(id: IncidentId, environment: &str, opened: Timestamp, phases: &[Phase], words: &Words) -> Option<Vec<u8>> {
    let rows = u32::try_from(phases.len()).ok()?;
    let mut canvas = Canvas::new(WHOLE, HEADING + ROW * rows + MARGIN);
    let room = WHOLE - 2 * MARGIN;
    let all = phases.last().map(|last| last.began + last.length)?;
    let heading = format!("#{id}  {environment}  {}  {}", opened.strftime("%Y-%m-%d %H:%M UTC"), short(all));
    canvas.text(MARGIN, MARGIN / 2, &heading, room / WIDTH, Ink::Text);
    for (place, (letter, phase)) in (0..rows).zip(LETTERS.iter().zip(phases)) {
        let top = HEADING + ROW * place;
        let name = words.word(phase.id);
        // What can't be drawn here stands beside it.
        let name = if drawable(&name) { name.as_str() } else { "" };
        let text = format!("{letter}  T+{}  {:>7}  {name}", since(phase.began), short(phase.length));
        canvas.text(MARGIN, top, &text, room / WIDTH, Ink::Text);
        let (from, to) = phase.thousandths(phases);
        let at = |thousandth: u32| thousandth * room / 1000;
        let (bar, wide) = (top + HEIGHT + 3, (at(to) - at(from)).max(LEAST));
        canvas.bar(MARGIN, bar, room, BAR, Ink::Track);
        // The last one ends within the picture, too.
        canvas.bar(MARGIN + at(from).min(room - wide), bar, wide, BAR, Ink::phase(place));
    }
    canvas.png()
}

/// How long after the opening: `00:12`, `1:02:03`.
fn since(time: SignedDuration) -> String {
    let seconds = time.as_secs().max(0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes:02}:{seconds:02}") }
}

/// How long something took, as it is written in every language: `12.3s`, `3m05s`, `2h05m`.
fn short(length: SignedDuration) -> String {
    let tenths = length.as_millis().max(0) / 100;
    let seconds = tenths / 10;
    match seconds {
        0..60 => format!("{seconds}.{}s", tenths % 10),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds / 60 % 60),
    }
}
