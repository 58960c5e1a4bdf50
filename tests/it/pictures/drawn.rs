//! What a picture has: a bar for each phase, as long as it took, and no letter that can't be drawn.

use jiff::{SignedDuration, Timestamp};
use png::{ColorType, Decoder};
use stagerbot::chat::Picture;
use stagerbot::incident::phases::Phase;
use stagerbot::report::picture::picture;
use stagerbot::words::Words;
use stagerbot::words::language::Language;

fn phases(lengths: &[(&'static str, i64)]) -> Vec<Phase> {
    let mut began = SignedDuration::ZERO;
    let phase = |(id, seconds): &(&'static str, i64)| {
        let length = SignedDuration::from_secs(*seconds);
        let phase = Phase { id, began, length };
        began += length;
        phase
    };
    lengths.iter().map(phase).collect()
}

fn outage() -> Vec<Phase> {
    phases(&[("phase-diagnosis", 10), ("phase-approval", 60), ("phase-recovery", 30), ("phase-rest", 0)])
}

fn drawn(environment: &str, phases: &[Phase], language: Language) -> Option<Picture> {
    let opened: Timestamp = "2026-11-29T12:00:00Z".parse().unwrap();
    picture(7, environment, opened, phases, Words::in_language(language))
}

/// The width and the height of a picture, and how many pixels there are of each color.
fn pixels(file: &[u8]) -> ((u32, u32), [usize; 16]) {
    let mut reader = Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
    let mut buffer = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut buffer).unwrap();
    assert_eq!(frame.color_type, ColorType::Indexed);
    let mut counts = [0; 16];
    for row in buffer.chunks(frame.line_size).take(frame.height as usize) {
        let both = row.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        both.take(frame.width as usize).for_each(|color| counts[usize::from(color)] += 1);
    }
    ((frame.width, frame.height), counts)
}

#[test]
fn a_bar_is_as_long_as_its_phase_took() {
    let picture = drawn("prod", &outage(), Language::English).unwrap();
    let (size, counts) = pixels(&picture.png);
    assert_eq!(size, (760, 30 + 4 * 42 + 16));
    // 728 pixels of 14 rows for everything, and three for what took no time.
    assert_eq!(counts[3..7], [72 * 14, 437 * 14, 219 * 14, 3 * 14]);
    assert!(counts[1] > 1_000, "hardly anything is written");
    insta::assert_snapshot!(picture.text, @"
    How incident 7 went:
    A: 10.0 s until the diagnosis
    B: 1 min 00 s until the approval
    C: 30.0 s until healthy
    D: 0.0 s until closed
    ");
}

#[test]
fn every_language_has_its_words_and_the_picture_what_can_be_drawn() {
    let letters = |language| pixels(&drawn("prod", &outage(), language).unwrap().png).1[1];
    let japanese = letters(Language::Japanese);
    for language in Language::ALL {
        let picture = drawn("prod", &outage(), language).unwrap();
        let words = Words::in_language(language);
        for phase in outage() {
            assert!(picture.alt.contains(&words.word(phase.id)) && picture.text.contains(&words.word(phase.id)));
        }
        let spelt = matches!(language, Language::English | Language::French);
        assert_eq!(letters(language) > japanese, spelt, "{language}");
        assert!(picture.png.len() < 10_000 && picture.alt.chars().count() < 1_000, "{language}");
    }
}

#[test]
fn a_name_of_any_kind_is_drawn_within_the_picture() {
    let plain = pixels(&drawn("prod", &outage(), Language::English).unwrap().png).0;
    for name in ["\u{202e}<!channel>\u{0}\n日本", &"x".repeat(10_000), ""] {
        assert_eq!(pixels(&drawn(name, &outage(), Language::English).unwrap().png).0, plain);
    }
}

#[test]
fn one_phase_alone_is_no_picture() {
    assert_eq!(drawn("prod", &phases(&[("phase-diagnosis", 3)]), Language::English), None);
    assert_eq!(drawn("prod", &[], Language::English), None);
}
