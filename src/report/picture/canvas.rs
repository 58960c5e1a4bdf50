//! What is drawn on, and how it becomes a PNG: one of sixteen colors a pixel.

use std::convert::Infallible;

use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::iso_8859_1::FONT_9X15;
use embedded_graphics::pixelcolor::PixelColor;
use embedded_graphics::prelude::Drawable;
use embedded_graphics::primitives::{Primitive, PrimitiveStyle, Rectangle};
use embedded_graphics::text::{Baseline, Text};
use png::{BitDepth, ColorType, Encoder};

/// The width and the height of a letter, in pixels.
pub(super) const WIDTH: u32 = 9;
pub(super) const HEIGHT: u32 = 15;

/// A color.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// What everything stands on.
    Paper,
    /// Letters.
    Text,
    /// Where a bar could be.
    Track,
    /// A phase's, by its place.
    Phase(u8),
}

/// Red, green and blue of every ink in turn: paper, text, track, phases. The phases' are those of the page.
const PALETTE: [[u8; 3]; 9] = [
    [0xff, 0xff, 0xff],
    [0x20, 0x21, 0x24],
    [0xe8, 0xea, 0xed],
    [0x4c, 0x78, 0xa8],
    [0xe0, 0x81, 0x3b],
    [0x8e, 0x6b, 0xbf],
    [0xd1, 0x49, 0x5b],
    [0x3f, 0x9a, 0x5f],
    [0x80, 0x86, 0x8b],
];
/// How many of them are not phases'.
const OTHERS: u8 = 3;

impl Ink {
    /// A phase's.
    pub(super) fn phase(place: u32) -> Self {
        Self::Phase((place % (PALETTE.len() as u32 - u32::from(OTHERS))) as u8)
    }

    fn place(self) -> u8 {
        match self {
            Self::Paper => 0,
            Self::Text => 1,
            Self::Track => 2,
            Self::Phase(place) => OTHERS + place,
        }
    }
}

impl PixelColor for Ink {
    type Raw = ();
}

/// Whether every letter can be drawn.
pub(super) fn drawable(text: &str) -> bool {
    text.chars().all(|letter| matches!(letter, ' '..='~' | '\u{a0}'..='\u{ff}'))
}

/// A picture on its way.
pub(super) struct Canvas {
    size: Size,
    /// The place of each pixel's color, row by row.
    pixels: Vec<u8>,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Self {
        Self { size: Size::new(width, height), pixels: vec![Ink::Paper.place(); (width * height) as usize] }
    }

    /// Writes a line of at most so many letters; what can't be drawn is a question mark.
    pub(super) fn text(&mut self, left: u32, top: u32, text: &str, most: u32, ink: Ink) {
        let letter = |letter: char| if drawable(letter.encode_utf8(&mut [0; 4])) { letter } else { '?' };
        let text: String = text.chars().map(letter).take(most as usize).collect();
        let style = MonoTextStyle::new(&FONT_9X15, ink);
        let Ok(_) = Text::with_baseline(&text, point(left, top), style, Baseline::Top).draw(self);
    }

    /// Fills a rectangle.
    pub(super) fn bar(&mut self, left: u32, top: u32, width: u32, height: u32, ink: Ink) {
        let bar = Rectangle::new(point(left, top), Size::new(width, height));
        let Ok(()) = bar.into_styled(PrimitiveStyle::with_fill(ink)).draw(self);
    }

    /// The picture's file; `None` where it can't be written, which does not happen in memory.
    pub(super) fn png(&self) -> Option<Vec<u8>> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, self.size.width, self.size.height);
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(BitDepth::Four);
        encoder.set_palette(PALETTE.concat());
        let mut writer = encoder.write_header().ok()?;
        let rows = self.pixels.chunks(self.size.width as usize);
        // Two pixels a byte; a row ends with its byte.
        let pair = |pair: &[u8]| pair[0] << 4 | pair.get(1).copied().unwrap_or_default();
        let packed: Vec<u8> = rows.flat_map(|row| row.chunks(2).map(pair)).collect();
        writer.write_image_data(&packed).ok()?;
        writer.finish().ok()?;
        Some(file)
    }
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        self.size
    }
}

impl DrawTarget for Canvas {
    type Color = Ink;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Ink>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        for Pixel(Point { x, y }, ink) in pixels {
            let within = |at: i32, end: u32| u32::try_from(at).ok().filter(|at| *at < end);
            if let (Some(x), Some(y)) = (within(x, self.size.width), within(y, self.size.height)) {
                self.pixels[(y * self.size.width + x) as usize] = ink.place();
            }
        }
        Ok(())
    }
}

fn point(left: u32, top: u32) -> Point {
    Point::new(left as i32, top as i32)
}
