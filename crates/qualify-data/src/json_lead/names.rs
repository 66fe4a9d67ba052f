//! The names by which JSON can mean an attribute, a group of them, or the key of the lead.

use crate::nearest::nearest;
use qualify_model::{Owner, Schema};
use std::collections::{HashMap, HashSet};

/// See the module.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    attributes: HashMap<String, usize>,
    groups: HashSet<String>,
    key: String,
    /// What suggestions are made of.
    paths: Vec<String>,
}

impl Names {
    pub fn of(schema: &Schema) -> Names {
        let mut names = Names { key: schema.lead_key.clone(), ..Names::default() };
        names.paths = schema.attributes.iter().map(|a| a.path()).collect();
        // a path is stronger than a name of a source, and that is stronger than a name of its own that may be another's
        let of_sources = |place: usize| schema.attributes[place].from.iter().cloned();
        let own = |place: usize| {
            let attribute = &schema.attributes[place];
            let others = schema.attributes.iter().filter(|a| a.name == attribute.name).count();
            (others == 1 && attribute.owner == Owner::Lead).then(|| attribute.name.clone())
        };
        let places = || 0..schema.attributes.len();
        for (name, place) in places()
            .map(|place| (names.paths[place].clone(), place))
            .chain(places().flat_map(|place| of_sources(place).map(move |name| (name, place))))
            .chain(places().filter_map(|place| Some((own(place)?, place))))
            .collect::<Vec<_>>()
        {
            names.attributes.entry(name).or_insert(place);
        }
        for path in &names.paths {
            for (end, _) in path.match_indices('.') {
                names.groups.insert(path[..end].to_string());
            }
        }
        names
    }

    /// The attribute of that path or name.
    pub fn attribute(&self, name: &str) -> Option<usize> {
        self.attributes.get(name).copied()
    }

    /// Whether attributes have such a path and more.
    pub fn is_group(&self, path: &str) -> bool {
        self.groups.contains(path)
    }

    /// Whether it is the key of the lead.
    pub fn is_key(&self, name: &str) -> bool {
        self.keys().contains(&name)
    }

    /// Names that mean the key.
    pub fn keys(&self) -> [&str; 3] {
        ["lead", "key", &self.key]
    }

    /// All names of attributes with their places, in the order of the schema.
    pub fn attributes(&self) -> Vec<(&str, usize)> {
        let mut all: Vec<(&str, usize)> =
            self.attributes.iter().map(|(name, place)| (name.as_str(), *place)).collect();
        all.sort_by_key(|(name, place)| (*place, *name != self.paths[*place], *name));
        all
    }

    /// The known path that was probably meant.
    pub fn nearest(&self, path: &str) -> Option<&str> {
        nearest(path, self.paths.iter().map(String::as_str).chain([self.key.as_str(), "events"]))
    }
}
