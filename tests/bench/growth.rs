//! What more environments and more open incidents cost: `cargo bench --bench growth`. The curves are drawn to
//! `target/figures/growth.svg`.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

mod figures;
mod stage;

use std::path::Path;
use std::time::{Duration, Instant};

use plotters::prelude::{
    BLUE, ChartBuilder, Circle, Color as _, IntoDrawingArea as _, IntoLogRange as _, LineSeries, RED, SVGBackend, WHITE,
};
use stagerbot::simulator::kubernetes::settings::Settings;
use stagerbot::simulator::slack::view::View;

use figures::Figures;
use stage::{PATIENCE, Serving, Stage, alert, free_address, http};

#[tokio::main]
async fn main() {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let mut figures = Figures::of("growth");
    let environments = environments(&mut figures).await;
    let incidents = incidents(&mut figures).await;
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("figures").join("growth.svg");
    figures.print();
    draw(&file, &environments, &incidents);
    println!("drawn to {}", file.display());
}

/// How many, and the resident size in MiB.
type Curve = Vec<(f64, f64)>;

async fn environments(figures: &mut Figures) -> Curve {
    let mut curve = Curve::new();
    for many in [1, 10, 100, 500] {
        let stage = Stage::set(Settings::short()).await;
        let address = free_address();
        let bot_start = Instant::now();
        let bot = Serving::start(&stage, &with_environments(&stage, &address, many), &address, stage.secrets());
        let ready = bot.ready(bot_start).await;
        tokio::time::sleep(Duration::from_secs(3)).await;
        let resident = bot.status("VmRSS") / 1_024.0;
        let (name, soon) = (format!("{many} environments"), Duration::from_millis(100));
        let ready_name = format!("start to ready, {name}");
        if many <= 100 {
            let cost = "the store is opened, Slack is asked who the bot is, and the configuration of every environment is judged";
            figures.within(&ready_name, ready, soon, cost);
        } else {
            figures.time(&ready_name, ready);
        }
        figures.amount(
            &format!("idle, {name}"),
            resident,
            "MiB",
            (many == 500)
                .then_some((100.0, "what is kept in memory for each: its settings, its session and its last look")),
        );
        curve.push((f64::from(many), resident));
    }
    curve
}

/// Each in an environment and a channel of its own, all with an offer of a restart.
async fn incidents(figures: &mut Figures) -> Curve {
    let mut curve = Curve::new();
    for many in [10, 100, 1_000] {
        let stage = Stage::set(Settings { held: true, ..Settings::short() }).await;
        stage.stuck();
        stage.cluster.go_on();
        let address = free_address();
        let start = Instant::now();
        let bot = Serving::start(&stage, &with_environments(&stage, &address, many), &address, stage.secrets());
        bot.ready(start).await;
        let (http, start) = (http(), Instant::now());
        for number in 0..many {
            alert(&http, &address, &format!("e{number}"), number.into()).await;
        }
        let offered = |view: &View| {
            let cards = view.messages.iter().filter(|message| message.button("stager-restart").is_some());
            (cards.count() == many as usize).then_some(())
        };
        stage.workspace.wait_for(PATIENCE, offered).await.unwrap();
        let name = format!("{many} open incidents");
        figures.time(&format!("the last card with an offer, {name} at once"), start.elapsed());
        tokio::time::sleep(Duration::from_secs(3)).await;
        let resident = bot.status("VmRSS") / 1_024.0;
        figures.amount(&format!("resident, {name}"), resident, "MiB", None);
        curve.push((f64::from(many), resident));
    }
    curve
}

fn with_environments(stage: &Stage, address: &str, many: u32) -> String {
    let one = |number| {
        let channel = stage.workspace.add_channel(&format!("operations-{number}"));
        stage.environment(&format!("e{number}"), &channel)
    };
    stage.base(address, "") + &(0..many).map(one).collect::<String>()
}

/// Both curves over the same axes: how many, in powers of ten, and MiB.
fn draw(file: &Path, environments: &Curve, incidents: &Curve) {
    let most = environments.iter().chain(incidents).map(|(_, mib)| *mib).fold(0.0, f64::max);
    let area = SVGBackend::new(file, (720, 360)).into_drawing_area();
    area.fill(&WHITE).unwrap();
    let mut chart = ChartBuilder::on(&area)
        .margin(16)
        .caption("Resident size by environments and by open incidents", ("sans-serif", 18))
        .x_label_area_size(40)
        .y_label_area_size(56)
        .build_cartesian_2d((1.0..1_000.0).log_scale(), 0.0..most * 1.1)
        .unwrap();
    chart.configure_mesh().x_desc("how many").y_desc("MiB").draw().unwrap();
    for (name, curve, colour) in [("environments, idle", environments, BLUE), ("open incidents", incidents, RED)] {
        let line = LineSeries::new(curve.iter().copied(), colour.stroke_width(2));
        let legend = move |(x, y)| Circle::new((x + 8, y), 4, colour.filled());
        chart.draw_series(line).unwrap().label(name).legend(legend);
        let points = curve.iter().map(|point| Circle::new(*point, 4, colour.filled()));
        chart.draw_series(points).unwrap();
    }
    chart.configure_series_labels().background_style(WHITE).border_style(colour_of_border()).draw().unwrap();
    area.present().unwrap();
}

fn colour_of_border() -> plotters::style::RGBColor {
    plotters::style::RGBColor(128, 128, 128)
}
