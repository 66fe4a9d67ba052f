//! A compiled model: what others hold in their hand.

use crate::engine::{Backend, Engine, EngineOptions};
use crate::explanation::Explanation;
use crate::results::Names;
use crate::rules::Mistakes;
use qualify_check::{Load, Options, check, check_schema};
use qualify_data::LeadReader;
use qualify_diagnostics::{Diagnostic, FileId, Severity, Sources, Suppressed};
use qualify_model::{Lead, Outcome, Schema};
use qualify_plan::{Plan, Unsupported};
use qualify_reference::Interpreter;
use std::sync::{Arc, OnceLock};

/// A model that checked: ready to score. It never changes; clones are cheap and share everything, also between threads.
///
/// ```
/// # use qualify::Model;
/// # use qualify::leads::Lead;
/// let model = Model::from_text("lead key id { size integer } when size > 100 add 20")?;
/// let shared = model.clone(); // the same model
/// std::thread::spawn(move || assert_eq!(shared.score_one(&Lead::default(), 0).score, Some(0))).join().unwrap();
/// # Ok::<(), qualify::rules::Mistakes>(())
/// ```
#[derive(Clone, Debug)]
pub struct Model {
    pub(crate) parts: Arc<Parts>,
}

#[derive(Debug)]
pub(crate) struct Parts {
    typed: qualify_model::Model,
    /// Made when it is first asked for.
    plan: OnceLock<Result<Arc<Plan>, Unsupported>>,
    /// The same.
    pub(crate) reader: OnceLock<LeadReader>,
    /// The same.
    pub(crate) names: OnceLock<Names>,
}

/// What compiling gives: the model if there was no error, and all messages either way.
///
/// ```
/// use qualify::Model;
/// use qualify::rules::Sources;
///
/// let mut sources = Sources::new();
/// let rules = sources.add("model.qualify", "lead key id { size integer } when size > 100 add 20");
/// let compiled = Model::compile(sources, &[rules], &|path, _| Err(format!("no file {path}")), &[]);
/// assert!(compiled.model.is_some() && compiled.diagnostics.is_empty());
/// ```
#[derive(Debug)]
pub struct Compiled {
    /// None if there is an error among the diagnostics.
    pub model: Option<Model>,
    /// All files that were read, for rendering the diagnostics.
    pub sources: Sources,
    /// All problems of all files.
    pub diagnostics: Vec<Diagnostic>,
    /// Those that comments in the files allow.
    pub suppressed: Vec<Suppressed>,
}

impl Compiled {
    /// How many errors and warnings there are.
    ///
    /// ```
    /// # use qualify::Model;
    /// # use qualify::rules::Sources;
    /// let mut sources = Sources::new();
    /// let rules = sources.add("model.qualify", "lead key id { size integer } when sise > 100 add 20");
    /// let compiled = Model::compile(sources, &[rules], &|path, _| Err(format!("no file {path}")), &[]);
    /// assert_eq!(compiled.counts(), (1, 0));
    /// ```
    pub fn counts(&self) -> (usize, usize) {
        let errors = self.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
        (errors, self.diagnostics.len() - errors)
    }

    /// The model, or all that is wrong with it.
    ///
    /// ```
    /// use qualify::Model;
    /// use qualify::rules::Sources;
    ///
    /// let mut sources = Sources::new();
    /// let rules = sources.add("model.qualify", "lead key id { size integer } when sise > 100 add 20");
    /// let load = |path: &str, _: &str| Err(format!("there is no file {path}"));
    /// let mistakes = Model::compile(sources, &[rules], &load, &[]).into_model().unwrap_err();
    /// assert!(mistakes.to_string().contains("fix: write `size`"), "{mistakes}");
    /// assert_eq!(mistakes.diagnostics[0].code.as_str(), "E0201");
    /// ```
    pub fn into_model(self) -> Result<Model, Mistakes> {
        let Compiled { model, sources, diagnostics, .. } = self;
        model.ok_or(Mistakes { sources, diagnostics })
    }
}

impl From<qualify_model::Model> for Model {
    /// A typed model. Whoever makes typed models without the checker must make sound ones: numbers in range, no loops.
    fn from(typed: qualify_model::Model) -> Model {
        let (plan, reader, names) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Model { parts: Arc::new(Parts { typed, plan, reader, names }) }
    }
}

impl Model {
    /// Compiles a text that uses no other files.
    ///
    /// ```
    /// use qualify::Model;
    ///
    /// let model = Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// assert_eq!(model.schema().lead_key, "id");
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
    pub fn from_text(text: &str) -> Result<Model, Mistakes> {
        let mut sources = Sources::new();
        let file = sources.add("model.qualify", text);
        let load =
            |path: &str, _: &str| Err(format!("`{path}` is another file, and there is this text alone"));
        Model::compile(sources, &[file], &load, &[]).into_model()
    }

    /// Compiles the files `roots` of `sources` together with the files they `use`, which `load` gets. `params`
    /// overrides params of the model: pairs of name and value as text.
    ///
    /// ```
    /// use qualify::Model;
    /// use qualify::rules::Sources;
    ///
    /// let mut sources = Sources::new();
    /// let root = sources.add("model.qualify", "use \"schema.qualify\" param large = 100 when size > large add 20");
    /// // gets the path as written and the file that asks; gives the name for messages, and the text
    /// let load = |path: &str, _asking: &str| match path {
    ///     "schema.qualify" => Ok((path.to_string(), "lead key id { size integer }".to_string())),
    ///     other => Err(format!("there is no file {other}")),
    /// };
    /// let params = [("large".to_string(), "200".to_string())];
    /// let model = Model::compile(sources, &[root], &load, &params).into_model()?;
    /// let lead = model.read_lead(&serde_json::json!({ "id": "a", "size": 150 }))?.lead;
    /// assert_eq!(model.score_one(&lead, 0).score, Some(0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn compile(
        mut sources: Sources,
        roots: &[FileId],
        load: &Load,
        params: &[(String, String)],
    ) -> Compiled {
        let options = Options { params: params.to_vec() };
        let checked = check(&mut sources, roots, load, &options);
        let model = checked.model.map(Model::from);
        Compiled { model, sources, diagnostics: checked.diagnostics, suppressed: checked.suppressed }
    }

    /// The schema alone, of the files `roots` and what they use; rules are passed over. None if there is an
    /// error in it.
    ///
    /// ```
    /// use qualify::Model;
    /// use qualify::rules::Sources;
    ///
    /// let mut sources = Sources::new();
    /// let root = sources.add("model.qualify", "lead key id { size integer } when sise > 100 add 20");
    /// let (schema, _messages) = Model::schema_of(&mut sources, &[root], &|path, _| Err(format!("no file {path}")));
    /// assert_eq!(schema.unwrap().lead_key, "id");
    /// ```
    pub fn schema_of(
        sources: &mut Sources,
        roots: &[FileId],
        load: &Load,
    ) -> (Option<Schema>, Vec<Diagnostic>) {
        check_schema(sources, roots, load)
    }

    /// The schema that leads must follow: one attribute value each, events of its types.
    ///
    /// ```
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// assert_eq!(model.schema().attributes[0].path(), "size");
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
    pub fn schema(&self) -> &Schema {
        &self.parts.typed.schema
    }

    /// The model with all its parts.
    ///
    /// ```
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// assert_eq!(model.typed().rules[0].text, "when size > 100 add 20");
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
    pub fn typed(&self) -> &qualify_model::Model {
        &self.parts.typed
    }

    /// The digest of model, lists and params: equal digests give equal results.
    ///
    /// ```
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// let other = qualify::Model::from_text("lead key id { size integer } when size > 100 add 21")?;
    /// assert_ne!(model.digest(), other.digest());
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
    pub fn digest(&self) -> &str {
        &self.parts.typed.digest
    }

    /// The outcome of one lead at `as_of` (microseconds since 1970-01-01T00:00:00Z).
    ///
    /// ```
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// let lead = model.read_lead(&serde_json::json!({ "id": "a", "size": 500 }))?.lead;
    /// assert_eq!(model.score_one(&lead, 1_767_225_600_000_000).score, Some(20_0000)); // units of 0.0001 points
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn score_one(&self, lead: &Lead, as_of: i64) -> Outcome {
        Interpreter::new(self.typed(), as_of).score(lead)
    }

    /// The outcomes of many leads at one instant, in their order. `done` is told after each lead.
    ///
    /// ```
    /// # use qualify::leads::{Lead, Value};
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// let of_size = |size| Lead { attributes: vec![Some(Value::Number(size))], ..Lead::default() };
    /// let mut done = 0;
    /// let outcomes = model.score(&[of_size(5), of_size(500)], 0, || done += 1);
    /// assert_eq!((outcomes[1].score, done), (Some(20_0000), 2));
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
    pub fn score(&self, leads: &[Lead], as_of: i64, mut done: impl FnMut()) -> Vec<Outcome> {
        let interpreter = Interpreter::new(self.typed(), as_of);
        let score_and_tell = |lead| {
            let outcome = interpreter.score(lead);
            done();
            outcome
        };
        leads.iter().map(score_and_tell).collect()
    }

    /// The model made ready to run in columns. A model that the checker made has a plan; an error names what none can
    /// hold of one that was made otherwise.
    ///
    /// ```
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// assert_eq!(model.plan()?.needs.attributes, [true]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn plan(&self) -> Result<Arc<Plan>, Unsupported> {
        self.parts.plan.get_or_init(|| Plan::of(self.typed()).map(Arc::new)).clone()
    }

    /// The model at `as_of` (microseconds since 1970), ready for batches of leads.
    ///
    /// ```
    /// # use qualify::leads::{Lead, Value};
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// let engine = model.engine(1_767_225_600_000_000, &qualify::engine::EngineOptions::default());
    /// let mut scorer = engine.scorer();
    /// let lead = Lead { attributes: vec![Some(Value::Number(500))], ..Lead::default() };
    /// assert_eq!(scorer.score(&lead).score.get(0), Some(20_0000));
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
    pub fn engine(&self, as_of: i64, options: &EngineOptions) -> Engine {
        match self.plan() {
            Ok(plan) if options.backend != Backend::Reference => Engine::of_plan(plan, as_of, options),
            _ => Engine::reference(self.typed(), as_of),
        }
    }

    /// Where the score of one lead comes from. Values of personal attributes and properties are left out
    /// unless `show_personal`; the key of the lead always stands in it.
    ///
    /// ```
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// # let lead = model.read_lead(&serde_json::json!({ "id": "a", "size": 500 }))?.lead;
    /// let explanation = model.explain(&lead, 0, false);
    /// assert_eq!(explanation.scores[0].lines[0].text, "when size > 100 add 20");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain(&self, lead: &Lead, as_of: i64, show_personal: bool) -> Explanation {
        let outcome = self.score_one(lead, as_of);
        Explanation::new(self.typed(), lead, &outcome, as_of, show_personal)
    }
}
