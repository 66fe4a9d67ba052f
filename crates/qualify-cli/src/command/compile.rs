//! `qualify compile`: a model as a file that scores without its rule files.

use crate::arguments::CompileModel;
use crate::console::{Console, Format, Outcome};
use crate::report::numbers::thousands;
use crate::report::plan::Sizes;
use crate::{Stop, compiled, project};
use qualify_data::Target;
use serde_json::json;
use std::time::Instant;

/// Compiles and writes.
pub fn run(arguments: &CompileModel, console: &mut Console) -> Result<Outcome, Stop> {
    let file = &arguments.output;
    let Target::File(_) = Target::of(file) else {
        return Err(Stop::CouldNotRun("a compiled model is no text; name a file with --output".to_string()));
    };
    let rules = project::rule_files(&arguments.paths)?;
    let source = |ending: &std::ffi::OsStr| ending == "qualify" || ending == "toml";
    if rules.iter().any(|rule| qualify_data::same_file(rule, file)) || file.extension().is_some_and(source) {
        let why = format!("{} is no name for a compiled model; use one such as model.qbc", file.display());
        return Err(Stop::CouldNotRun(why));
    }
    let planned = compiled::plan(&arguments.paths, &arguments.compile, console)?;
    let start = Instant::now();
    let bytes = qualify::plan_to_bytes(&planned.plan);
    let encoded = start.elapsed();
    qualify_data::write_whole(file, &bytes).map_err(|error| error.to_string())?;

    let sizes = Sizes::of(&planned.plan);
    let (checked, made) = planned.times.unwrap_or_default();
    let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1000.0;
    let text = match console.format {
        Format::Json => {
            let json = json!({
                "file": file.display().to_string(), "bytes": bytes.len(), "model": planned.plan.labels.digest,
                "sizes": sizes,
                "milliseconds": {
                    "check": milliseconds(checked), "plan": milliseconds(made), "encode": milliseconds(encoded),
                },
            });
            format!("{json:#}\n")
        }
        Format::Human => format!(
            "{}compiled in {:.2} ms (check {:.2}, plan {:.2}, encode {:.2})\nwrote {} ({} bytes)\n",
            sizes.render(),
            milliseconds(checked + made + encoded),
            milliseconds(checked),
            milliseconds(made),
            milliseconds(encoded),
            file.display(),
            thousands(bytes.len()),
        ),
    };
    console.print(&text)?;
    Ok(Outcome::Fine)
}
