//! The files of a model: the roots, what they `use`, the lists they name. Each is read once.

use crate::{Load, damage};
use qualify_diagnostics::{Code, Diagnostic, FileId, Severity, Sources, Span};
use qualify_syntax::tree::{File, ListSource, Quoted, StatementKind};
use std::collections::{HashMap, HashSet, VecDeque};

/// Everything that was read.
#[derive(Default)]
pub(crate) struct Files {
    /// The trees, in the order in which the files were met.
    pub trees: Vec<(FileId, File)>,
    /// The text of list files, by the place of the quoted path that names them.
    pub lists: HashMap<Span, String>,
    /// Texts of the list files, each once, for the digest.
    pub list_texts: Vec<String>,
    /// Names that may be declared where the text could not be understood: nothing is said about them.
    pub lost: HashSet<String>,
    /// Somewhere the name of a declaration is missing.
    pub nameless: bool,
    /// Statements with mistakes of syntax: nothing more is said about them.
    pub damaged: Vec<Span>,
    /// A used file is missing or a file has mistakes of syntax: what is absent may stand there.
    pub incomplete: bool,
    /// A used file could not be read.
    pub missing: bool,
}

/// Reads the roots and all that they use.
pub(crate) fn read(sources: &mut Sources, roots: &[FileId], load: &Load, out: &mut Vec<Diagnostic>) -> Files {
    let mut files = Files::default();
    let mut waiting: VecDeque<FileId> = roots.iter().copied().collect();
    let mut known: HashSet<String> = roots.iter().map(|&id| sources.file(id).name.clone()).collect();
    let mut texts: HashSet<String> = roots.iter().map(|&id| sources.file(id).text.clone()).collect();
    let mut lists: HashMap<String, String> = HashMap::new();
    while let Some(id) = waiting.pop_front() {
        let parsed = qualify_syntax::parse(id, &sources.file(id).text);
        if parsed.diagnostics.iter().any(|d| d.severity == Severity::Error) {
            files.incomplete = true;
            lose(sources, id, &parsed.tree, &parsed.diagnostics, &mut files.lost);
            files.nameless |= parsed.diagnostics.iter().any(|d| d.code == Code::E0117);
            files.damaged.extend(damage::damaged(sources, &parsed.tree, &parsed.diagnostics));
        }
        out.extend(parsed.diagnostics);
        let asker = sources.file(id).name.clone();
        for statement in &parsed.tree.statements {
            match &statement.kind {
                StatementKind::Use(path) => match load(&path.text, &asker) {
                    // one file may be reached under two names; the same text says the same
                    Ok((name, text)) => {
                        if known.insert(name.clone()) && texts.insert(text.clone()) {
                            waiting.push_back(sources.add(name, text));
                        }
                    }
                    Err(why) => {
                        files.incomplete = true;
                        files.missing = true;
                        out.push(unreadable(path, &why));
                    }
                },
                StatementKind::List(list) => {
                    let ListSource::File(path) = &list.source else { continue };
                    match load(&path.text, &asker) {
                        Ok((name, text)) => {
                            files.lists.insert(path.span, text.clone());
                            if lists.insert(name, String::new()).is_none() {
                                files.list_texts.push(text);
                            }
                        }
                        Err(why) => out.push(unreadable(path, &why)),
                    }
                }
                _ => {}
            }
        }
        files.trees.push((id, parsed.tree));
    }
    files
}

fn unreadable(path: &Quoted, why: &str) -> Diagnostic {
    Diagnostic::new(Code::E0210, path.span, format!("the file `{}` cannot be read: {why}", path.text))
}

/// Notes the words of the text that no statement holds, and of the lines on which mistakes of syntax were found.
fn lose(sources: &Sources, id: FileId, tree: &File, mistakes: &[Diagnostic], lost: &mut HashSet<String>) {
    let text = &sources.file(id).text;
    let mut at = 0;
    for statement in &tree.statements {
        let (start, end) = (statement.span.start as usize, statement.span.end as usize);
        if start > at {
            words(&text[at..start], lost);
        }
        at = at.max(end);
    }
    words(&text[at.min(text.len())..], lost);
    for mistake in mistakes {
        let span = mistake.place.span;
        let from = text[..span.start as usize].rfind('\n').map_or(0, |i| i + 1);
        let to = text[span.end as usize..].find('\n').map_or(text.len(), |i| span.end as usize + i);
        words(&text[from..to], lost);
    }
}

fn words(text: &str, lost: &mut HashSet<String>) {
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()) {
        lost.insert(word.to_string());
    }
}
