//! The pages of the book, their blocks, examples and links.

use qualify_tests::blocks::{Block, blocks};
use qualify_tests::workspace::{files, read, root, shown};
use std::path::PathBuf;

/// A page of the book.
pub struct Chapter {
    /// Its path from the root.
    pub name: String,
    /// Where it stands.
    folder: PathBuf,
    /// Its text.
    text: String,
    /// Its fenced blocks in order.
    pub blocks: Vec<Block>,
}

/// A piece of a model, with what the book says of it.
pub struct Example {
    /// The piece of a model.
    pub block: Block,
    /// It declares a `lead` of its own, or uses the book's schema by name.
    pub own_schema: bool,
    /// The messages of the checker, if the book shows them.
    pub diagnostics: Option<Block>,
    /// What the leads get, if the book says so.
    pub expect: Option<Block>,
}

/// The schema that the examples share.
pub fn schema() -> String {
    read(&root().join("docs/language/schema.qualify"))
}

/// All pages of the book.
pub fn chapters() -> Vec<Chapter> {
    pages("docs/language")
}

/// All pages in a folder.
pub fn pages(folder: &str) -> Vec<Chapter> {
    let page = |path: PathBuf| {
        let text = read(&path);
        Chapter {
            name: shown(&path),
            folder: path.parent().map(PathBuf::from).unwrap_or_default(),
            blocks: blocks(&text),
            text,
        }
    };
    files(folder, ".md").into_iter().map(page).collect()
}

impl Chapter {
    /// Where a block stands, for messages.
    pub fn place(&self, block: &Block) -> String {
        format!("{}:{}", self.name, block.line)
    }

    /// The pieces of models, each with the answers behind it.
    pub fn examples(&self) -> Vec<Example> {
        let mut found: Vec<Example> = Vec::new();
        let mut open = false; // an answer belongs to the example right before it
        for block in &self.blocks {
            match (block.mark.as_str(), found.last_mut()) {
                ("qualify", _) => {
                    let own_schema = has_schema(&block.text);
                    found.push(Example { block: block.clone(), own_schema, diagnostics: None, expect: None });
                    open = true;
                }
                ("diagnostics", Some(example)) if open => example.diagnostics = Some(block.clone()),
                ("expect", Some(example)) if open => example.expect = Some(block.clone()),
                _ => open = false,
            }
        }
        found
    }

    /// The targets of its links, but for those to the web.
    pub fn links(&self) -> Vec<String> {
        let targets = self.text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        targets.filter(|target| !target.contains("://")).map(str::to_string).collect()
    }

    /// Whether the file that a link names is there, and the heading in it.
    pub fn leads_somewhere(&self, target: &str) -> bool {
        let (file, heading) = target.split_once('#').unwrap_or((target, ""));
        let path = if file.is_empty() { root().join(&self.name) } else { self.folder.join(file) };
        path.exists() && (heading.is_empty() || headings(&read(&path)).iter().any(|h| h == heading))
    }
}

/// Whether a model says what is known of a lead. Within a test, `lead` gives facts and declares nothing.
fn has_schema(model: &str) -> bool {
    let mut depth = 0usize;
    model.lines().any(|line| {
        let declares = depth == 0 && ["lead ", "use \"schema.qualify\""].iter().any(|s| line.starts_with(s));
        depth = (depth + line.matches('{').count()).saturating_sub(line.matches('}').count());
        declares
    })
}

/// The headings of a page as the targets of links.
fn headings(text: &str) -> Vec<String> {
    let titles =
        text.lines().filter_map(|line| line.strip_prefix('#')).map(|line| line.trim_start_matches('#'));
    let plain = |c: char| c.is_alphanumeric() || " -_".contains(c);
    let target = |title: &str| title.trim().to_lowercase().chars().filter(|c| plain(*c)).collect::<String>();
    titles.map(|title| target(title).replace(' ', "-")).collect()
}
