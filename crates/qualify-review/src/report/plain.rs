//! What others wrote (ids of leads, names, texts of rules) without control characters: in a terminal they would move
//! the cursor, in the log of a workflow a line of its own would be a command. Done once, before any report is written.
//!
//! Not in here: escaping for HTML and Markdown, which each of these reports does by itself.

use super::Report;
use crate::impact::Flow;
use crate::proof::Verdict;

/// The text on one line, with a picture of each control character in its place; marks that turn the direction of
/// writing are replaced too.
pub(super) fn plain(text: &str) -> String {
    let shown = |c: char| match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => '\u{fffd}',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect()
}

fn mend(text: &mut String) {
    *text = plain(text);
}

fn each(texts: &mut [String]) {
    texts.iter_mut().for_each(mend);
}

fn flows(flows: &mut [Flow]) {
    for flow in flows {
        mend(&mut flow.name);
        each(&mut flow.entered_keys);
        each(&mut flow.left_keys);
    }
}

/// The report with all of its texts plain.
pub(super) fn cleaned(report: &Report) -> Report {
    let mut report = report.clone();
    mend(&mut report.old.name);
    mend(&mut report.new.name);
    each(&mut report.notes);
    for change in report.changes.iter_mut().flat_map(|changes| &mut changes.changes) {
        mend(&mut change.sentence);
        for seen in change.old.iter_mut().chain(&mut change.new) {
            mend(&mut seen.file);
        }
    }
    for change in report.changes.iter_mut().flat_map(|changes| &mut changes.project) {
        mend(&mut change.sentence);
    }
    leads(&mut report);
    budgets(&mut report);
    possibilities(&mut report);
    report
}

fn leads(report: &mut Report) {
    let Some(impact) = &mut report.leads else { return };
    each(&mut impact.stages.places);
    flows(&mut impact.stage_flows);
    flows(&mut impact.routes.flows);
    flows(&mut impact.segments);
    impact.scores.iter_mut().for_each(|score| mend(&mut score.name));
    for set in &mut impact.grades {
        mend(&mut set.name);
        flows(&mut set.value.flows);
    }
    for mover in &mut impact.movers {
        [&mut mover.lead, &mut mover.stage_before, &mut mover.stage_after].into_iter().for_each(mend);
        mover.why.iter_mut().for_each(|why| mend(&mut why.text));
    }
    if let Some(volume) = &mut impact.volume {
        volume.stages.iter_mut().for_each(|stage| mend(&mut stage.name));
    }
    if let Some(parts) = &mut impact.attribution {
        for alone in &mut parts.alone {
            each(&mut alone.sentences);
            alone.impossible.iter_mut().for_each(mend);
        }
        let all = parts.alone.iter_mut().map(|alone| &mut alone.part);
        for part in all.chain([&mut parts.rest, &mut parts.whole]) {
            part.stages.iter_mut().for_each(|(name, _)| mend(name));
        }
    }
}

fn budgets(report: &mut Report) {
    let Some(budgets) = &mut report.budgets else { return };
    for limit in &mut budgets.limits {
        mend(&mut limit.allowed);
        mend(&mut limit.found);
        limit.approved.iter_mut().for_each(mend);
        each(&mut limit.keys);
        each(&mut limit.behind);
    }
    for approval in &mut budgets.approvals {
        [&mut approval.budget, &mut approval.file].into_iter().for_each(mend);
        approval.note.iter_mut().for_each(mend);
    }
}

fn possibilities(report: &mut Report) {
    let Some(could) = &mut report.could else { return };
    for place in could.appearing.iter_mut().chain(&mut could.vanishing) {
        place.set.iter_mut().for_each(mend);
        mend(&mut place.name);
    }
    could.ranges.iter_mut().for_each(|range| range.score.iter_mut().for_each(mend));
    match &mut could.verdict {
        Verdict::Differs(example) => {
            for difference in &mut example.differences {
                [&mut difference.what, &mut difference.before, &mut difference.after]
                    .into_iter()
                    .for_each(mend);
            }
            each(&mut example.accepted_by_one);
            // the lines of the test are its own
            let lines: Vec<String> = example.test.lines().map(plain).collect();
            example.test = lines.join("\n");
        }
        Verdict::Unknown { why, .. } => {
            for obstacle in why {
                mend(&mut obstacle.what);
                obstacle.place.iter_mut().for_each(|place| mend(&mut place.file));
            }
        }
        Verdict::Same { .. } => {}
    }
}
