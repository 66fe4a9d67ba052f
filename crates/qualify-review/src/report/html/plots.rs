//! Plots as SVG. Every figure in them also stands in a table or a title beside it.

use super::escaped;
use crate::impact::{Flow, Histogram};
use crate::report::figures::thousands;
use std::fmt::Write;

/// Which colour is which.
pub(super) const LEGEND: &str = "<p class=\"legend\"><span><i style=\"background:var(--before)\"></i>before</span>\
                                 <span><i style=\"background:var(--after)\"></i>after</span></p>\n";

/// A length in tenths of a unit of the drawing.
fn tenths(n: u64, most: u64, length: u64) -> String {
    let at = u128::from(n) * u128::from(length) * 10 / u128::from(most.max(1));
    format!("{}.{}", at / 10, at % 10)
}

fn open(width: u64, height: u64, label: &str) -> String {
    format!("<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">", escaped(label))
}

/// Two bars for each stretch of scores.
pub(super) fn histogram(bars: &Histogram) -> String {
    const WIDTH: u64 = 480;
    const HEIGHT: u64 = 220;
    const FLOOR: u64 = 190;
    const TOP: u64 = 14;
    let most = bars.before.iter().chain(&bars.after).copied().max().unwrap_or(1).max(1);
    let n = bars.before.len().max(1) as u64;
    let step = WIDTH / n;
    let bar = (step.saturating_sub(3) / 2).max(1);
    let mut out = open(WIDTH, HEIGHT, "How many leads have which score, before and after");
    let _ = write!(out, "<text x=\"0\" y=\"10\">{} leads</text>", thousands(most));
    for (i, (before, after)) in bars.before.iter().zip(&bars.after).enumerate() {
        let (x, from) = (i as u64 * step, bars.from + i as i64 * bars.width);
        let title = format!("from {from}: {} before, {} after", thousands(*before), thousands(*after));
        let _ = write!(out, "<g><title>{title}</title>");
        for (class, n, x) in [("b", *before, x), ("a", *after, x + bar)] {
            let height = tenths(n, most, FLOOR - TOP);
            let y = tenths(most - n.min(most), most, FLOOR - TOP);
            let _ = write!(
                out,
                "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{bar}\" height=\"{height}\" transform=\"translate(0 {TOP})\"/>"
            );
        }
        out.push_str("</g>");
        // so many labels that they do not meet
        if (i as u64).is_multiple_of(n.div_ceil(8)) {
            let _ = write!(out, "<text x=\"{x}\" y=\"{}\">{from}</text>", FLOOR + 15);
        }
    }
    let _ = write!(out, "<line class=\"axis\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{FLOOR}\" y2=\"{FLOOR}\"/></svg>");
    out
}

/// Two bars for each place.
pub(super) fn flows(flows: &[Flow]) -> String {
    const WIDTH: u64 = 480;
    const NAMES: u64 = 120;
    const FIGURES: u64 = 60;
    const ROW: u64 = 34;
    let most = flows.iter().flat_map(|flow| [flow.before, flow.after]).max().unwrap_or(1).max(1);
    let mut out =
        open(WIDTH, flows.len() as u64 * ROW, "How many leads are at which stage, before and after");
    for (i, flow) in flows.iter().enumerate() {
        let y = i as u64 * ROW;
        let name: String = flow.name.chars().take(18).collect();
        let _ = write!(out, "<text class=\"ink\" x=\"0\" y=\"{}\">{}</text>", y + 19, escaped(&name));
        for (class, n, y) in [("b", flow.before, y + 3), ("a", flow.after, y + 17)] {
            let width = tenths(n, most, WIDTH - NAMES - FIGURES);
            let _ = write!(
                out,
                "<rect class=\"{class}\" x=\"{NAMES}\" y=\"{y}\" width=\"{width}\" height=\"12\"/>\
                 <text x=\"{width}\" y=\"{}\" transform=\"translate({} 0)\">{}</text>",
                y + 10,
                NAMES + 5,
                thousands(n)
            );
        }
    }
    out.push_str("</svg>");
    out
}

/// Two lines over the weeks.
pub(super) fn weeks(before: &[u64], after: &[u64], starts: &[String]) -> String {
    const WIDTH: u64 = 300;
    const FLOOR: u64 = 96;
    const TOP: u64 = 16;
    let most = before.iter().chain(after).copied().max().unwrap_or(1).max(1);
    let steps = (before.len().max(2) - 1) as u64;
    let mut out = open(WIDTH, FLOOR + 18, "How many leads reach the stage in each week, before and after");
    let _ = write!(out, "<text x=\"0\" y=\"10\">{}</text>", thousands(most));
    let _ = write!(out, "<line class=\"axis\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{FLOOR}\" y2=\"{FLOOR}\"/>");
    for (class, points) in [("bl", before), ("al", after)] {
        let place = |(i, n): (usize, &u64)| {
            let y = tenths(most - n, most, FLOOR - TOP);
            format!("{},{y}", tenths(i as u64, steps, WIDTH - 8))
        };
        let line: Vec<String> = points.iter().enumerate().map(place).collect();
        let _ = write!(
            out,
            "<g transform=\"translate(4 {TOP})\"><polyline class=\"{class}\" points=\"{}\"/>",
            line.join(" ")
        );
        for ((point, n), week) in line.iter().zip(points).zip(starts) {
            let (x, y) = point.split_once(',').unwrap_or(("0", "0"));
            let fill = if class == "bl" { "b" } else { "a" };
            let day = week.split('T').next().unwrap_or(week);
            let _ = write!(
                out,
                "<circle class=\"{fill}\" cx=\"{x}\" cy=\"{y}\" r=\"3\"><title>week of {day}: {}</title></circle>",
                thousands(*n)
            );
        }
        out.push_str("</g>");
    }
    let day = |at: Option<&String>| at.map_or("", |text| text.split('T').next().unwrap_or(text)).to_string();
    let (first, last) = (day(starts.first()), day(starts.last()));
    let _ = write!(out, "<text x=\"0\" y=\"{}\">{first}</text>", FLOOR + 14);
    if starts.len() > 1 {
        let _ = write!(out, "<text x=\"{WIDTH}\" y=\"{}\" text-anchor=\"end\">{last}</text>", FLOOR + 14);
    }
    out.push_str("</svg>");
    out
}

/// A bar to the right for more, to the left for less.
pub(super) fn signed_bar(n: i64, most: u64) -> String {
    let width = tenths(n.unsigned_abs(), most, 50);
    let (class, x) = if n < 0 {
        ("down", tenths(most.saturating_sub(n.unsigned_abs()), most, 50))
    } else {
        ("up", "50.0".to_string())
    };
    format!(
        "<svg viewBox=\"0 0 100 12\" style=\"width:100px\" aria-hidden=\"true\"><rect class=\"{class}\" x=\"{x}\" y=\"1\" \
         width=\"{width}\" height=\"10\"/><line class=\"axis\" x1=\"50\" x2=\"50\" y1=\"0\" y2=\"12\"/></svg>"
    )
}
