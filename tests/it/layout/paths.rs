//! What a path means: the modules that it leads through, and what it names outside of the crate.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::layout::modules::{Module, Written, join, read};

/// A crate: its modules and how their paths are resolved.
pub(crate) struct Crate {
    /// By their paths; inline ones stand for themselves.
    pub(crate) modules: BTreeMap<String, Module>,
    /// The files that it is made of.
    pub(crate) files: BTreeSet<PathBuf>,
    /// The crates that it may name.
    externs: BTreeSet<String>,
}

/// What a path means; all of it, where a name has several meanings.
#[derive(Debug, Default)]
pub(crate) struct Meaning {
    /// The modules in which one of its names is found.
    pub(crate) modules: BTreeSet<String>,
    /// Paths that begin with a crate.
    pub(crate) outside: BTreeSet<Vec<String>>,
}

/// The imports that are being followed: none is followed for the sake of itself.
type Open<'a> = Vec<&'a Written>;

impl Crate {
    /// Reads a crate from its root.
    pub(crate) fn read(root: &Path, manifest: &str) -> Self {
        let (modules, files) = read(root);
        let manifest: toml::Table = manifest.parse().unwrap();
        let tables = ["dependencies", "dev-dependencies"].iter().filter_map(|table| manifest.get(*table)?.as_table());
        let dependencies = tables.flat_map(|table| table.keys()).map(|name| name.replace('-', "_"));
        let own = manifest["package"]["name"].as_str().unwrap().to_owned();
        let externs = dependencies.chain(["std", "core", "alloc"].map(str::to_owned)).chain([own]).collect();
        Self { modules, files, externs }
    }

    /// What is named in a module, path by path.
    pub(crate) fn named(&self, module: &str) -> Vec<(Written, Meaning)> {
        self.modules[module].paths.iter().map(|path| (path.clone(), self.resolve(module, path))).collect()
    }

    /// The files, as modules, that each file uses.
    pub(crate) fn uses(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (name, module) in &self.modules {
            let used = uses.entry(&module.file).or_default();
            for (_, meaning) in self.named(name) {
                used.extend(meaning.modules.iter().map(|found| self.modules[found].file.as_str()));
            }
            used.remove(module.file.as_str());
        }
        uses
    }

    fn resolve(&self, module: &str, path: &Written) -> Meaning {
        let mut meaning = Meaning::default();
        self.begin(module, path, &mut meaning, &mut Open::new());
        meaning
    }

    fn begin<'a>(&'a self, module: &str, path: &Written, meaning: &mut Meaning, open: &mut Open<'a>) {
        if path.absolute {
            meaning.outside.insert(path.names.clone());
            return;
        }
        let (mut from, mut rest) = (module.to_owned(), path.names.as_slice());
        let mut is_relative = false;
        while let Some((first, behind)) = rest.split_first() {
            match first.as_str() {
                "crate" => from = String::new(),
                "self" => {}
                "super" => from = from.rsplit_once("::").map(|(parent, _)| parent.to_owned()).unwrap_or_default(),
                _ => break,
            }
            (rest, is_relative) = (behind, true);
        }
        // One word alone is no module and no crate unless it is imported: it may be a variable of that name.
        let here = &self.modules[&from];
        if !is_relative && !path.imported && rest.len() == 1 && here.aliases.iter().all(|(name, _)| *name != rest[0]) {
            return;
        }
        let found = self.follow(&from, rest, meaning, open);
        if let [name, ..] = rest
            && !is_relative
            && self.externs.contains(name)
            // A function of that name is in nobody's way.
            && (!found || (here.values.contains(name) && !here.types.contains(name)))
        {
            meaning.outside.insert(rest.to_vec());
        }
    }

    /// Follows names from a module on; whether the first of them means something there.
    fn follow<'a>(&'a self, module: &str, names: &[String], meaning: &mut Meaning, open: &mut Open<'a>) -> bool {
        let Some((first, rest)) = names.split_first() else {
            meaning.modules.insert(module.to_owned());
            return true;
        };
        let here = &self.modules[module];
        let mut found = false;
        if here.children.contains(first) && self.modules.contains_key(&join(module, first)) {
            found = true;
            if !self.follow(&join(module, first), rest, meaning, open) {
                // What a macro makes there.
                meaning.modules.insert(join(module, first));
            }
        }
        if here.types.contains(first) || (here.values.contains(first) && rest.is_empty()) {
            found = true;
            meaning.modules.insert(module.to_owned());
        }
        for (_, import) in here.aliases.iter().filter(|(name, _)| name == first) {
            found |= self.import(module, import, rest, meaning, open);
        }
        if !found {
            for import in &here.globs {
                found |= self.import(module, import, names, meaning, open);
            }
        }
        found
    }

    /// Follows an import, and the names behind it; whether anything came of it.
    fn import<'a>(
        &'a self,
        module: &str,
        import: &'a Written,
        rest: &[String],
        meaning: &mut Meaning,
        open: &mut Open<'a>,
    ) -> bool {
        if open.iter().any(|one| std::ptr::eq(*one, import)) {
            return false;
        }
        open.push(import);
        let names = import.names.iter().chain(rest).cloned().collect();
        let mut means = Meaning::default();
        self.begin(module, &Written { names, ..import.clone() }, &mut means, open);
        open.pop();
        let found = !means.modules.is_empty() || !means.outside.is_empty();
        if found {
            meaning.modules.insert(module.to_owned());
        }
        meaning.modules.append(&mut means.modules);
        meaning.outside.append(&mut means.outside);
        found
    }
}
