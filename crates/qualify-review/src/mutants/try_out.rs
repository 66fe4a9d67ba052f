//! Making mutants of a model and trying its tests on them.

use super::Mutant;
use super::meaning;
use super::sites::{self, Site};
use crate::place::Place;
use crate::trials::NameFilter;
use qualify_check::{Load, Options, check_without_study};
use qualify_diagnostics::{FileId, Sources, Span};
use qualify_model::{Model, Test};
use qualify_reference::Interpreter;
use std::cell::Cell;
use std::collections::HashMap;

/// What came of a site that compiles.
pub(super) enum Tried {
    /// A mutant.
    Mutant(Box<Mutant>),
    /// It provably changes nothing.
    Same,
}

/// The texts of a model, ready to be changed and compiled again.
pub struct Workshop {
    sources: Sources,
    roots: usize,
    /// What was loaded, by the path as written and the file that asked.
    loaded: HashMap<(String, String), Result<(String, String), String>>,
    options: Options,
    wanted: NameFilter,
    as_of: i64,
    model: Model,
}

impl Workshop {
    /// Of a model that compiles: `sources` with its first `roots` files as they were given to the checker, `load` as
    /// it was used. None if it does not compile after all.
    pub fn new(
        sources: &Sources,
        roots: usize,
        load: &Load,
        params: &[(String, String)],
        wanted: &NameFilter,
        as_of: i64,
    ) -> Option<Workshop> {
        let loaded = std::cell::RefCell::new(HashMap::new());
        let remember = |path: &str, asking: &str| {
            let answer = load(path, asking);
            loaded.borrow_mut().insert((path.to_string(), asking.to_string()), answer.clone());
            answer
        };
        let options = Options { params: params.to_vec() };
        let mut fresh = Sources::new();
        let ids: Vec<FileId> =
            sources.files().take(roots).map(|(_, file)| fresh.add(&file.name, &file.text)).collect();
        let model = check_without_study(&mut fresh, &ids, &remember, &options).model?;
        let loaded = loaded.into_inner();
        Some(Workshop { sources: fresh, roots, loaded, options, wanted: wanted.clone(), as_of, model })
    }

    /// The model as it is.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The instant of tests that name none.
    pub fn as_of(&self) -> i64 {
        self.as_of
    }

    /// The texts as they are.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The names of the tests that fail on the model as it is.
    pub(super) fn failing(&self) -> Vec<String> {
        let tests = tests(&self.model, &self.wanted);
        let fails = |test: &&Test| !passes(&self.model, test, self.as_of, &mut None);
        tests.into_iter().filter(fails).map(|test| test.name.clone()).collect()
    }

    /// Everything that can be changed, in all files.
    pub(super) fn sites(&self) -> Vec<Site> {
        self.sources.files().flat_map(|(id, file)| sites::of(id, &file.text)).collect()
    }

    /// The mutants of those sites that compile, in their order.
    pub(super) fn try_all(&self, sites: &[Site], threads: usize) -> Vec<Tried> {
        let share = sites.len().div_ceil(threads.max(1)).max(1);
        let one_share = |sites: &[Site]| {
            let first = Cell::new(0);
            sites.iter().filter_map(|site| self.try_one(site, &first)).collect::<Vec<_>>()
        };
        std::thread::scope(|scope| {
            let shares: Vec<_> =
                sites.chunks(share).map(|sites| scope.spawn(move || one_share(sites))).collect();
            // a share that panicked would be a mistake of this program, and is passed on
            shares
                .into_iter()
                .flat_map(|share| share.join().unwrap_or_else(|e| std::panic::resume_unwind(e)))
                .collect()
        })
    }

    /// `first`: the place of the test to begin with, the one that noticed the change before.
    fn try_one(&self, site: &Site, first: &Cell<usize>) -> Option<Tried> {
        let model = self.changed(site)?;
        let tests = tests(&model, &self.wanted);
        let mut interpreter = None;
        let mut order: Vec<usize> = (0..tests.len()).collect();
        if first.get() < order.len() {
            order[..=first.get()].rotate_right(1);
        }
        let notices = |place: &usize| !passes(&model, tests[*place], self.as_of, &mut interpreter);
        let noticed = order.into_iter().find(notices);
        first.set(noticed.unwrap_or(first.get()));
        if noticed.is_none() && meaning::is_the_same(&self.model, &model, site) {
            return Some(Tried::Same);
        }
        Some(Tried::Mutant(Box::new(self.mutant(site, noticed.is_some()))))
    }

    /// The model with the change; none if it does not compile.
    pub(crate) fn changed(&self, site: &Site) -> Option<Model> {
        let text = applied(&self.sources.file(site.span.file).text, site.span, site);
        self.compiled(site.span.file, &text)
    }

    /// The model with another text of one file.
    pub(crate) fn compiled(&self, file: FileId, text: &str) -> Option<Model> {
        let name = &self.sources.file(file).name;
        let load = |path: &str, asking: &str| {
            let known = self.loaded.get(&(path.to_string(), asking.to_string()));
            match known {
                Some(Ok((loaded, _))) if loaded == name => Ok((loaded.clone(), text.to_string())),
                Some(answer) => answer.clone(),
                None => Err("it was not read before".to_string()),
            }
        };
        let mut sources = Sources::new();
        let roots: Vec<FileId> = self
            .sources
            .files()
            .take(self.roots)
            .map(|(id, root)| sources.add(&root.name, if id == file { text } else { &root.text }))
            .collect();
        check_without_study(&mut sources, &roots, &load, &self.options).model
    }

    /// A change in words.
    fn mutant(&self, site: &Site, noticed: bool) -> Mutant {
        let whole = &self.sources.file(site.span.file).text;
        let old = self.sources.words(site.shown);
        let new = match (site.new.trim().is_empty(), site.span == site.shown) {
            (true, true) => String::new(),
            _ => {
                let start = (site.span.start - site.shown.start) as usize;
                let end = (site.span.end - site.shown.start) as usize;
                let shown = &whole[site.shown.start as usize..site.shown.end as usize];
                one_line(&format!("{}{}{}", &shown[..start], site.new, &shown[end..]))
            }
        };
        Mutant {
            change: site.change,
            place: Place::of(&self.sources, site.span),
            old,
            new,
            within: self.within(site),
            noticed,
            site: site.clone(),
        }
    }

    /// The rule, line or statement that a site stands in: the shortest part of the model with words of its own.
    fn within(&self, site: &Site) -> String {
        let model = &self.model;
        let holds = |span: &Span| {
            span.file == site.span.file && span.start <= site.span.start && site.span.end <= span.end
        };
        let rules = model.rules.iter().map(|rule| rule.span);
        let lines = model.stages.iter().map(|stage| stage.span).chain(model.segments.iter().map(|s| s.span));
        let named = model.routes.iter().map(|route| route.span).chain(model.lets.iter().map(|l| l.span));
        let verdicts = model.excludes.iter().chain(&model.disqualifies).map(|verdict| verdict.span);
        let shortest =
            rules.chain(lines).chain(named).chain(verdicts).filter(holds).min_by_key(|s| s.end - s.start);
        // of a table its head
        let words = shortest.map(|span| self.sources.words(span)).unwrap_or_default();
        words.split(" {").next().unwrap_or_default().to_string()
    }
}

fn tests<'m>(model: &'m Model, wanted: &NameFilter) -> Vec<&'m Test> {
    model.tests.iter().filter(|test| wanted.takes(&test.name)).collect()
}

/// Whether a test passes; the interpreter is kept for the next one at the same instant.
fn passes<'m>(model: &'m Model, test: &Test, as_of: i64, kept: &mut Option<Interpreter<'m>>) -> bool {
    let as_of = test.as_of.unwrap_or(as_of);
    let interpreter = match kept.take() {
        Some(interpreter) if interpreter.as_of() == as_of => interpreter,
        _ => Interpreter::new(model, as_of),
    };
    let interpreter = kept.insert(interpreter);
    let lead = interpreter.lead_of(test);
    let outcome = interpreter.score(&lead);
    let facts = interpreter.hindsight(&lead, &outcome);
    test.expects.iter().all(|expect| facts.truth(expect).is_true())
}

fn applied(text: &str, span: Span, site: &Site) -> String {
    format!("{}{}{}", &text[..span.start as usize], site.new, &text[span.end as usize..])
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
