//! `qualify test`: runs the tests written in the language.

mod suggested;

use crate::arguments::{Compile, Test};
use crate::console::{Console, Format, Outcome};
use crate::report::trials as report;
use crate::test_groups::{self, Group};
use crate::{Stop, rule_files};
use qualify::typed::calendar::parse_instant;
use qualify::{Compiled, Severity};
use qualify_review::coverage::{self, Coverage};
use qualify_review::junit;
use qualify_review::mutants::{self, Mutants, Sample, Workshop};
use qualify_review::suggestion::{self, Suggestions};
use qualify_review::trials::{self, AS_OF, NameFilter, Trial};
use std::path::Path;
use std::time::Instant;

/// What came of one group of files.
struct Ran {
    group: Group,
    /// None: its files could not be compiled, and the messages say why.
    trials: Option<Vec<Trial>>,
    messages: String,
    coverage: Option<Coverage>,
    mutants: Option<Mutants>,
    suggestions: Option<Suggestions>,
    /// What is left to the user, so that tests in a new file run.
    to_do: Option<String>,
}

/// Runs all tests of the paths and shows what came of them.
pub fn run(arguments: &Test, console: &mut Console) -> Result<Outcome, Stop> {
    if let Some(count) = mistaken_for_a_path(arguments) {
        let why = format!("{count}: there is no such file; of so many changes only: `--mutants={count}`");
        return Err(Stop::CouldNotRun(why));
    }
    let as_of = as_of(arguments)?;
    let filter = NameFilter::new(&arguments.filter);
    let mut all = Vec::new();
    for group in test_groups::of(&arguments.paths)? {
        let compiled = rule_files::compile(&group.files, &arguments.compile)?;
        let mut ran = try_group(group, &compiled, &filter, as_of, console);
        if let Some(model) =
            compiled.model.as_ref().filter(|_| arguments.coverage || arguments.lcov.is_some())
        {
            ran.coverage = Some(coverage::of(model.typed(), &compiled.sources, &filter, as_of));
        }
        if arguments.mutants.is_some() || arguments.suggest {
            change_and_suggest(&mut ran, &compiled, arguments, &filter, as_of)?;
        }
        all.push(ran);
    }
    if let Some(file) = &arguments.write {
        write_suggestions(file, &mut all, &arguments.compile)?;
    }
    if let Some(file) = &arguments.lcov {
        let records: Vec<String> =
            all.iter().filter_map(|ran| ran.coverage.as_ref()).map(coverage::lcov).collect();
        write(file, &records.concat())?;
    }
    if let Some(file) = &arguments.junit {
        write(file, &junit_file(&all))?;
    }
    show(&all, arguments, console)?;
    if all.iter().any(|ran| ran.trials.is_none()) {
        return Ok(Outcome::CouldNotRun);
    }
    let trials = || all.iter().filter_map(|ran| ran.trials.as_ref()).flatten();
    if trials().next().is_none() && !arguments.suggest {
        return Err(Stop::CouldNotRun(no_tests(arguments)));
    }
    Ok(if trials().all(|trial| trial.passed) { Outcome::Fine } else { Outcome::ErrorsFound })
}

/// The number in `--mutants 50`, which is read as a path.
fn mistaken_for_a_path(arguments: &Test) -> Option<usize> {
    arguments.mutants.filter(|most| most.is_none())?;
    arguments.paths.iter().filter(|path| !path.exists()).find_map(|path| path.to_str()?.parse().ok())
}

/// Tries changes of the rules, and looks for the tests that are missing.
fn change_and_suggest(
    ran: &mut Ran,
    compiled: &Compiled,
    arguments: &Test,
    filter: &NameFilter,
    as_of: i64,
) -> Result<(), Stop> {
    let Some(workshop) = workshop(&ran.group, compiled, arguments, filter, as_of)? else { return Ok(()) };
    let mutants = mutants::of(&workshop, sample(arguments), threads());
    if arguments.suggest {
        ran.suggestions = Some(suggestion::of(&workshop, &mutants));
    }
    ran.mutants = Some(mutants).filter(|_| arguments.mutants.is_some());
    Ok(())
}

/// Adds the tests that are missing to a file.
fn write_suggestions(file: &Path, all: &mut [Ran], compile: &Compile) -> Result<(), Stop> {
    let some = |ran: &Ran| ran.suggestions.as_ref().is_some_and(|found| !found.tests.is_empty());
    let with: Vec<&Ran> = all.iter().filter(|ran| some(ran)).collect();
    if with.is_empty() {
        return Ok(());
    }
    let found: Vec<_> = with.iter().filter_map(|ran| Some((&ran.group, ran.suggestions.as_ref()?))).collect();
    let to_do = suggested::write(file, &found, compile)?;
    for (ran, to_do) in all.iter_mut().filter(|ran| some(ran)).zip(to_do) {
        ran.to_do = to_do;
    }
    Ok(())
}

/// The texts of a group ready to be changed; none if they do not compile.
fn workshop(
    group: &Group,
    compiled: &Compiled,
    arguments: &Test,
    filter: &NameFilter,
    as_of: i64,
) -> Result<Option<Workshop>, Stop> {
    let params = rule_files::params(&arguments.compile.params)?;
    let roots = group.files.len();
    Ok(Workshop::new(&compiled.sources, roots, &qualify_data::used_rule_text, &params, filter, as_of))
}

fn sample(arguments: &Test) -> Sample {
    Sample { most: arguments.mutants.flatten(), seed: arguments.seed }
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn as_of(arguments: &Test) -> Result<i64, Stop> {
    let Some(text) = &arguments.as_of else { return Ok(AS_OF) };
    parse_instant(text).ok_or_else(|| {
        Stop::CouldNotRun(format!("--as-of takes an instant such as 2026-01-31T00:00:00Z, not `{text}`"))
    })
}

fn no_tests(arguments: &Test) -> String {
    let paths: Vec<String> = arguments.paths.iter().map(|p| p.display().to_string()).collect();
    let named = match arguments.filter.as_slice() {
        [] => "there are no tests".to_string(),
        names => format!("there is no test with a name like `{}`", names.join("`, `")),
    };
    format!("{named} in {}", paths.join(", "))
}

fn try_group(group: Group, compiled: &Compiled, filter: &NameFilter, as_of: i64, console: &Console) -> Ran {
    let Some(model) = &compiled.model else {
        let errors: Vec<_> =
            compiled.diagnostics.iter().filter(|d| d.severity == Severity::Error).cloned().collect();
        let messages = qualify::render_terminal(&compiled.sources, &errors, console.colors_errors());
        return Ran {
            group,
            trials: None,
            messages,
            coverage: None,
            mutants: None,
            suggestions: None,
            to_do: None,
        };
    };
    let start = Instant::now();
    let clock = || start.elapsed().as_micros() as u64;
    let trials = trials::run(model.typed(), &compiled.sources, filter, as_of, &clock);
    Ran {
        group,
        trials: Some(trials),
        messages: String::new(),
        coverage: None,
        mutants: None,
        suggestions: None,
        to_do: None,
    }
}

fn show(all: &[Ran], arguments: &Test, console: &mut Console) -> Result<(), Stop> {
    for ran in all.iter().filter(|ran| ran.trials.is_none()) {
        let name = &ran.group.name;
        console
            .tell(&format!("{}\n{name}: its tests cannot run before the errors are mended\n", ran.messages));
    }
    if console.format == Format::Json {
        let groups = all.iter().map(|ran| {
            serde_json::json!({
                "name": ran.group.name,
                "compiled": ran.trials.is_some(),
                "tests": ran.trials,
                "mutants": ran.mutants.as_ref(),
                "suggestions": ran.suggestions.as_ref(),
                "coverage": ran.coverage.as_ref().filter(|_| arguments.coverage),
            })
        });
        let json = serde_json::json!({ "groups": groups.collect::<Vec<_>>() });
        return console.print(&format!("{json:#}\n"));
    }
    let style = report::Style { all: arguments.all, colors: console.colors_output() };
    let groups: Vec<(&str, &Vec<Trial>)> = all
        .iter()
        .filter_map(|ran| Some((ran.group.name.as_str(), ran.trials.as_ref()?)))
        .filter(|(_, trials)| !trials.is_empty())
        .collect();
    for (name, trials) in &groups {
        console.print(&report::render(name, trials, style))?;
    }
    for ran in all {
        if let Some(coverage) = ran.coverage.as_ref().filter(|_| arguments.coverage) {
            let table = crate::report::coverage::render(&ran.group.name, coverage, arguments.all);
            console.print(&format!("\n{table}"))?;
        }
        if let Some(mutants) = &ran.mutants {
            let tests = ran.trials.as_ref().map_or(0, Vec::len);
            let list = crate::report::mutants::render(&ran.group.name, mutants, tests);
            console.print(&format!("\n{list}"))?;
        }
        if let Some(suggestions) = &ran.suggestions {
            let text = match &arguments.write {
                Some(_) => crate::report::suggestions::summary(&ran.group.name, suggestions),
                None => crate::report::suggestions::render(&ran.group.name, suggestions),
            };
            console.print(&format!("\n{text}{}", ran.to_do.as_deref().unwrap_or_default()))?;
        }
    }
    Ok(())
}

fn junit_file(all: &[Ran]) -> String {
    let suites = all.iter().map(|ran| match &ran.trials {
        Some(trials) => trials::suite(&ran.group.name, trials, &|trial| report::account(trial, false)),
        None => junit::Suite {
            name: ran.group.name.clone(),
            properties: Vec::new(),
            cases: vec![junit::Case {
                name: "the rule files".to_string(),
                class: ran.group.name.clone(),
                microseconds: 0,
                result: junit::CaseResult::Error(junit::Trouble {
                    kind: "check".to_string(),
                    message: "the rule files have errors, so no test was run".to_string(),
                    account: ran.messages.clone(),
                }),
            }],
        },
    });
    junit::render(&junit::Suites { timestamp: now(), suites: suites.collect() })
}

/// The instant of the report, to the second, without a zone as JUnit wants it.
fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

fn write(file: &std::path::Path, text: &str) -> Result<(), Stop> {
    std::fs::write(file, text)
        .map_err(|error| Stop::CouldNotRun(format!("{} cannot be written: {error}", file.display())))
}
