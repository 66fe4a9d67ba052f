//! Many leads at once: Arrow tables in, Arrow batches out.

use crate::Model;
use crate::engine::{Backend, Engine, EngineOptions};
use qualify_data::arrow::array::RecordBatch;
use qualify_data::arrow::datatypes::SchemaRef;
use qualify_data::{
    Batches, DataErrors, EventTable, LEADS, Problem, Project, Quiet, RunError, RunOptions, RunReport,
};
use qualify_data::{Stamp, Tables, Target, Writer};
use qualify_model::{LeadColumns, ScoreColumns};
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// How tables are scored.
///
/// ```
/// use qualify::tables::{RunOptions, TableOptions};
///
/// let options = TableOptions { run: RunOptions { threads: 2, ..RunOptions::default() }, ..TableOptions::default() };
/// assert_eq!(options.events.time, None); // the column is found by its usual names
/// ```
#[derive(Clone, Debug, Default)]
pub struct TableOptions {
    /// Threads, memory, and how strictly to read.
    pub run: RunOptions,
    /// What the columns of the events are called.
    pub events: EventTable,
    /// What does the work.
    pub backend: Backend,
}

/// The results of tables of leads.
///
/// ```
/// # use qualify::arrow::array::{Int64Array, RecordBatch};
/// # use qualify::tables::{LEADS, TableOptions, Tables};
/// # use std::sync::Arc;
/// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
/// # let ids = Arc::new(Int64Array::from(vec![7, 8]));
/// # let sizes = Arc::new(Int64Array::from(vec![500, 5]));
/// # let leads = RecordBatch::try_from_iter([("id", ids as _), ("size", sizes as _)])?;
/// # let mut tables = Tables::default();
/// # tables.add(LEADS, leads.schema(), vec![leads])?;
/// let scored = model.score_tables(tables, 0, &TableOptions::default())?;
/// assert_eq!(scored.schema.field(0).name(), "id");
/// assert_eq!((scored.batches[0].num_rows(), scored.report.counts.leads), (2, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Scored {
    /// The columns: key, status, score, named scores, grades, stage and so on, as in files of results.
    pub schema: SchemaRef,
    /// A row for each lead, in the order of the leads.
    pub batches: Vec<RecordBatch>,
    /// How much was read, and what was odd about it.
    pub report: RunReport,
    /// What is needed to compute it again: instant, digest, versions.
    pub facts: Vec<(&'static str, String)>,
}

impl Model {
    /// Scores a table of leads with a table of their events, [`LEADS`](crate::tables::LEADS) and [`EVENTS`](crate::tables::EVENTS),
    /// at `as_of` (microseconds since 1970). Their columns are shared, not copied, and need hold no more than the model
    /// [reads](Model::inputs). Nothing is scored if something cannot be read: the error says what, all at once.
    ///
    /// ```
    /// use qualify::arrow::array::{Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
    /// use qualify::tables::{EVENTS, LEADS, TableOptions, Tables};
    /// use qualify::Model;
    /// use std::sync::Arc;
    ///
    /// let model = Model::from_text("
    ///     lead key id { size integer }
    ///     event visited (page text)
    ///     when visited pricing within 7d add 20
    ///     when size > 100 add 10
    /// ")?;
    /// let leads = RecordBatch::try_from_iter([
    ///     ("id", Arc::new(StringArray::from(vec!["a", "b"])) as _),
    ///     ("size", Arc::new(Int64Array::from(vec![500, 5])) as _),
    /// ])?;
    /// let as_of = 1_767_225_600_000_000; // 2026-01-01T00:00:00Z
    /// let time = TimestampMicrosecondArray::from(vec![as_of - 1]).with_timezone("UTC");
    /// let events = RecordBatch::try_from_iter([
    ///     ("id", Arc::new(StringArray::from(vec!["b"])) as _),
    ///     ("time", Arc::new(time) as _),
    ///     ("event", Arc::new(StringArray::from(vec!["visited"])) as _),
    ///     ("page", Arc::new(StringArray::from(vec!["pricing"])) as _),
    /// ])?;
    /// let mut tables = Tables::default();
    /// tables.add(LEADS, leads.schema(), vec![leads])?;
    /// tables.add(EVENTS, events.schema(), vec![events])?;
    /// let scored = model.score_tables(tables, as_of, &TableOptions::default())?;
    /// let scores = scored.batches[0].column_by_name("score").unwrap();
    /// assert_eq!(qualify::arrow::util::display::array_value_to_string(scores, 0)?, "10.0000");
    /// assert_eq!(qualify::arrow::util::display::array_value_to_string(scores, 1)?, "20.0000");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What cannot be read, all of it.
    pub fn score_tables(
        &self,
        tables: Tables,
        as_of: i64,
        options: &TableOptions,
    ) -> Result<Scored, DataErrors> {
        let whole = tables.is_whole(LEADS, &self.schema().lead_key);
        let project = Project::of_tables(tables, self.schema(), &self.needs(), &options.events)?;
        self.score_leads(&project, as_of, options, whole).map_err(DataErrors::without_manifest)
    }

    /// Scores the leads of a project: of its files, or of tables that stand in for them.
    ///
    /// ```
    /// # use qualify::rules::Sources;
    /// # use qualify::tables::TableOptions;
    /// # let mut sources = Sources::new();
    /// # let read = |path: &str| std::fs::read_to_string(format!("../../examples/quickstart/{path}"));
    /// # let root = sources.add("model.qualify", read("model.qualify")?);
    /// # let load = |path: &str, _: &str| Ok((path.to_string(), read(path).map_err(|e| e.to_string())?));
    /// # let model = qualify::Model::compile(sources, &[root], &load, &[]).into_model()?;
    /// let project = qualify::tables::open(std::path::Path::new("../../examples/quickstart"))?;
    /// let as_of = project.manifest.as_of.unwrap_or_default();
    /// let scored = model.score_project(&project, as_of, &TableOptions::default())?;
    /// assert_eq!(scored.report.counts.leads, 12);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What cannot be read, all of it.
    pub fn score_project(
        &self,
        project: &Project,
        as_of: i64,
        options: &TableOptions,
    ) -> Result<Scored, DataErrors> {
        self.score_leads(project, as_of, options, false)
    }

    /// Scores the leads of a project and writes the results to a file, while the leads are read: with so many leads that
    /// their results would not fit into memory, this is the way. The ending of the file tells its format: `.parquet`,
    /// `.arrow`, `.csv`, `.jsonl`. The file gets its name when it is whole; one of that name is replaced then, and stays as
    /// it is if something goes wrong.
    ///
    /// ```
    /// # use qualify::rules::Sources;
    /// # use qualify::tables::{RunError, TableOptions};
    /// # let mut sources = Sources::new();
    /// # let read = |path: &str| std::fs::read_to_string(format!("../../examples/quickstart/{path}"));
    /// # let root = sources.add("model.qualify", read("model.qualify")?);
    /// # let load = |path: &str, _: &str| Ok((path.to_string(), read(path).map_err(|e| e.to_string())?));
    /// # let model = qualify::Model::compile(sources, &[root], &load, &[]).into_model()?;
    /// # let folder = tempfile::tempdir()?;
    /// # let output = folder.path().join("scores.csv");
    /// let project = qualify::tables::open(std::path::Path::new("../../examples/quickstart"))?;
    /// let as_of = project.manifest.as_of.unwrap_or_default();
    /// let report = model.write_scores(&project, &output, as_of, &TableOptions::default())?;
    /// assert_eq!(report.counts.leads, 12);
    /// assert_eq!(std::fs::read_to_string(&output)?.lines().count(), 13);
    ///
    /// let leads = std::path::Path::new("../../examples/quickstart/data/leads.csv");
    /// let refused = model.write_scores(&project, leads, as_of, &TableOptions::default()).unwrap_err();
    /// assert!(refused.to_string().contains("is read by this run"), "{refused}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RunError`]: the data cannot be read, or the file cannot be written.
    pub fn write_scores(
        &self,
        project: &Project,
        output: &Path,
        as_of: i64,
        options: &TableOptions,
    ) -> Result<RunReport, RunError> {
        if project.reads(output) {
            let why = format!("{} is read by this run; write the scores to another file", output.display());
            return Err(RunError::Output(io::Error::new(io::ErrorKind::InvalidInput, why)));
        }
        let engine = self.engine(as_of, &EngineOptions { backend: options.backend });
        let target = Target::File(output.to_path_buf());
        let mut writer =
            Writer::open(&target, None, engine.labels(), &Stamp { as_of }).map_err(io::Error::other)?;
        let report = run(&engine, project, &options.run, &mut |leads, scores| {
            writer.write(leads, scores, engine.respond_by()).map_err(io::Error::other)
        })?;
        writer.finish().map_err(io::Error::other)?;
        Ok(report)
    }

    /// `whole` says of what type keys are where there are no leads.
    fn score_leads(
        &self,
        project: &Project,
        as_of: i64,
        options: &TableOptions,
        whole: bool,
    ) -> Result<Scored, DataErrors> {
        let engine = self.engine(as_of, &EngineOptions { backend: options.backend });
        let stamp = Stamp { as_of };
        let mut batches = Batches::of(engine.labels(), false);
        let mut rows = Vec::new();
        let report = run(&engine, project, &options.run, &mut |leads, scores| {
            rows.push(batches.batch(leads, scores, engine.respond_by()).map_err(io::Error::other)?);
            Ok(())
        });
        let report = report.map_err(|error| match error {
            RunError::Data(errors) => errors,
            RunError::Output(error) => DataErrors::of([Problem::of_results(&error.to_string())]),
        })?;
        batches.assume_whole_keys(whole);
        let facts = stamp.facts(engine.labels());
        Ok(Scored { schema: batches.schema(), batches: rows, report, facts })
    }
}

/// Takes results, batch by batch.
type Take<'t> = &'t mut dyn FnMut(&LeadColumns, &ScoreColumns) -> io::Result<()>;

fn run(
    engine: &Engine,
    project: &Project,
    options: &RunOptions,
    take: Take<'_>,
) -> Result<RunReport, RunError> {
    let workers: Vec<_> = (0..options.worker_count()).map(|_| Mutex::new(engine.worker())).collect();
    let options = RunOptions { looked_at: Some(engine.labels().written_attributes()), ..options.clone() };
    qualify_data::run(
        project,
        engine.schema(),
        engine.needs(),
        &options,
        &mut Quiet,
        // each thread has a number of its own, so nobody waits
        &|number, batch| workers[number].lock().unwrap_or_else(PoisonError::into_inner).score(batch),
        &mut |leads, scores| match scores.rows {
            0 => Ok(()),
            _ => take(leads, scores),
        },
    )
}
