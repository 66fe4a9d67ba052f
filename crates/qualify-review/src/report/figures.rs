//! Numbers as all reports show them.

pub(super) use crate::budget::thousands;
use crate::impact::{Flow, Mover, Part, Points, ScoreChange, Why};

/// `+12`, `-3`, `0`.
pub(super) fn signed(n: i64) -> String {
    match n {
        1.. => format!("+{}", thousands(n.unsigned_abs())),
        0 => "0".to_string(),
        _ => format!("-{}", thousands(n.unsigned_abs())),
    }
}

/// Points with their sign.
pub(super) fn signed_points(points: Points) -> String {
    if points.0 > 0 { format!("+{points}") } else { points.to_string() }
}

/// Points with one decimal at most and a sign, for sums and means.
pub(super) fn about(points: Points) -> String {
    let tenths = qualify_model::exact::divide_rounded(i128::from(points.0), 1000).unwrap_or(0);
    let text = qualify_model::exact::format(tenths, 1);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.as_str()),
    };
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let whole = whole.parse().map_or_else(|_| whole.to_string(), thousands);
    format!("{sign}{whole}{}", fraction.map_or_else(String::new, |f| format!(".{f}")))
}

/// The same with a sign in any case.
pub(super) fn signed_about(points: Points) -> String {
    let text = about(points);
    if points.0 > 0 && text != "0" { format!("+{text}") } else { text }
}

/// `how many more or fewer are there now`.
pub(super) fn net(flow: &Flow) -> i64 {
    i64::try_from(flow.after)
        .unwrap_or(i64::MAX)
        .saturating_sub(i64::try_from(flow.before).unwrap_or(i64::MAX))
}

/// What happened to the score, in a sentence.
pub(super) fn score_sentence(score: &ScoreChange) -> String {
    let shift = Points(score.after.mean.0.saturating_sub(score.before.mean.0));
    if score.up + score.down == 0 {
        return format!("the score of no lead is different; the mean is {}", about(score.after.mean));
    }
    let leads = |n: u64| format!("{} {}", thousands(n), if n == 1 { "lead" } else { "leads" });
    let mut ends = Vec::new();
    if score.up > 0 {
        ends.push(format!("{} gain at most {}", leads(score.up), score.most_up));
    }
    if score.down > 0 {
        let most = Points(score.most_down.0.saturating_neg());
        ends.push(format!(
            "{} lose at most {most}",
            if score.up > 0 { thousands(score.down) } else { leads(score.down) }
        ));
    }
    format!(
        "the mean score is {}, was {} ({}); {}",
        about(score.after.mean),
        about(score.before.mean),
        signed_about(shift),
        ends.join(", ")
    )
}

/// `Lead +300, MQL -75`.
pub(super) fn stages_of(part: &Part) -> String {
    let one = |(name, n): &(String, i64)| format!("{name} {}", signed(*n));
    part.stages.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// `45 → 57.5`.
pub(super) fn from_to(before: Option<Points>, after: Option<Points>) -> String {
    // never rounded up: a score that falls short of a line must not look as if it reached it
    let shown = |points: Points| qualify_model::exact::display(points.0.into(), 4, 1);
    let text = |points: Option<Points>| points.map_or_else(|| "none".to_string(), shown);
    format!("{} → {}", text(before), text(after))
}

/// `Lead → MQL`, or the one stage.
pub(super) fn stages_of_lead(mover: &Mover) -> String {
    if mover.stage_before == mover.stage_after {
        mover.stage_after.clone()
    } else {
        format!("{} → {}", mover.stage_before, mover.stage_after)
    }
}

/// The difference that a line of a ledger makes.
pub(super) fn change_of(why: &Why) -> Points {
    let units = |points: Option<Points>| points.map_or(0, |p| p.0);
    Points(units(why.after).saturating_sub(units(why.before)))
}
