//! The crate's modules as they are written: what each declares, and every path in it.
//!
//! What a macro is given is read as tokens: a path in it counts, whatever the macro makes of it. Code that only tests compile is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree};

/// A module, in a file of its own or within another's.
#[derive(Default)]
pub(crate) struct Module {
    /// The module whose file it stands in.
    pub(crate) file: String,
    /// The modules it declares, in the order in which it does.
    pub(crate) children: Vec<String>,
    /// The types and traits that it defines.
    pub(crate) types: BTreeSet<String>,
    /// The functions, constants and macros that it defines.
    pub(crate) values: BTreeSet<String>,
    /// What it calls by other names: one name may be given several meanings, in several functions.
    pub(crate) aliases: Vec<(String, Written)>,
    /// The modules whose names it takes over, all at once.
    pub(crate) globs: Vec<Written>,
    /// Every path that is written in it.
    pub(crate) paths: Vec<Written>,
    /// Every method that is called in it.
    pub(crate) methods: BTreeSet<String>,
    /// Whether something in it is async.
    pub(crate) is_async: bool,
}

/// A path as it is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Written {
    /// Whether it begins with `::`, and so with a crate.
    pub(crate) absolute: bool,
    /// Whether it stands in a `use`, where one word alone may be a crate.
    pub(crate) imported: bool,
    /// Its names.
    pub(crate) names: Vec<String>,
}

/// Every module below a root, such as `src/lib.rs`, by its path; the root itself has none.
pub(crate) fn read(root: &Path) -> (BTreeMap<String, Module>, BTreeSet<PathBuf>) {
    let (mut modules, mut files) = (BTreeMap::new(), BTreeSet::new());
    let folder = root.parent().unwrap().to_owned();
    let mut open = vec![(String::new(), root.to_owned())];
    while let Some((name, file)) = open.pop() {
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        files.insert(file);
        let mut reader = Reader { modules: BTreeMap::new(), here: name.clone(), file: name, elsewhere: Vec::new() };
        reader.modules.insert(reader.here.clone(), Module { file: reader.file.clone(), ..Module::default() });
        reader.visit_file(&parsed);
        for child in reader.elsewhere {
            let path = child.split("::").fold(folder.clone(), |path, name| path.join(name));
            let own = path.with_extension("rs");
            open.push((child, if own.exists() { own } else { path.join("mod.rs") }));
        }
        modules.append(&mut reader.modules);
    }
    (modules, files)
}

/// A module's path and a name in it.
pub(crate) fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}

/// Reads one file.
struct Reader {
    modules: BTreeMap<String, Module>,
    /// The module that is being read.
    here: String,
    /// The module that the file is.
    file: String,
    /// The modules that are in files of their own.
    elsewhere: Vec<String>,
}

impl Reader {
    fn module(&mut self) -> &mut Module {
        self.modules.get_mut(&self.here).unwrap()
    }

    fn path(&mut self, names: Vec<String>, absolute: bool) {
        self.module().paths.push(Written { absolute, imported: false, names });
    }

    fn import(&mut self, tree: &UseTree, absolute: bool, before: &[String]) {
        let with = |name: String| before.iter().cloned().chain([name]).collect::<Vec<_>>();
        let written = |names: Vec<String>| Written { absolute, imported: true, names };
        match tree {
            UseTree::Path(path) => self.import(&path.tree, absolute, &with(path.ident.to_string())),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, absolute, before)),
            UseTree::Glob(_) => {
                self.module().globs.push(written(before.to_vec()));
                self.module().paths.push(written(before.to_vec()));
            }
            UseTree::Name(name) => self.alias(written(with(name.ident.to_string())), None),
            UseTree::Rename(rename) => {
                self.alias(written(with(rename.ident.to_string())), Some(rename.rename.to_string()));
            }
        }
    }

    fn alias(&mut self, mut path: Written, name: Option<String>) {
        if path.names.last().is_some_and(|last| last == "self") {
            path.names.pop();
        }
        let name = name.unwrap_or_else(|| path.names.last().unwrap().clone());
        self.module().paths.push(path.clone());
        self.module().aliases.push((name, path));
    }

    /// Reads what is not parsed: paths, methods, and what is async.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mark = |place: usize| match tokens.get(place) {
            Some(TokenTree::Punct(mark)) => Some(mark.as_char()),
            _ => None,
        };
        let colons = |place: usize| mark(place) == Some(':') && mark(place + 1) == Some(':');
        let mut place = 0;
        while place < tokens.len() {
            match &tokens[place] {
                TokenTree::Ident(ident) => {
                    if ident == "async" || ident == "await" {
                        self.module().is_async = true;
                    }
                    let called = matches!(tokens.get(place + 1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
                    if called && place > 0 && mark(place - 1) == Some('.') {
                        self.module().methods.insert(ident.to_string());
                    }
                    // Behind `>`, as in `Vec::<u8>::new`, the path goes on.
                    let absolute = place > 1 && colons(place - 2) && (place == 2 || mark(place - 3) != Some('>'));
                    let mut names = vec![ident.to_string()];
                    while colons(place + 1)
                        && let Some(TokenTree::Ident(next)) = tokens.get(place + 3)
                    {
                        names.push(next.to_string());
                        place += 3;
                    }
                    if names.len() > 1 {
                        self.path(names, absolute);
                    }
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => {}
            }
            place += 1;
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let (attributes, defined, is_type) = match item {
            Item::Const(item) => (&item.attrs, Some(&item.ident), false),
            Item::Enum(item) => (&item.attrs, Some(&item.ident), true),
            Item::ExternCrate(item) => (&item.attrs, None, false),
            Item::Fn(item) => (&item.attrs, Some(&item.sig.ident), false),
            Item::Impl(item) => (&item.attrs, None, false),
            Item::Macro(item) => (&item.attrs, item.ident.as_ref(), false),
            Item::Mod(item) => (&item.attrs, None, false),
            Item::Static(item) => (&item.attrs, Some(&item.ident), false),
            Item::Struct(item) => (&item.attrs, Some(&item.ident), true),
            Item::Trait(item) => (&item.attrs, Some(&item.ident), true),
            Item::Type(item) => (&item.attrs, Some(&item.ident), true),
            Item::Union(item) => (&item.attrs, Some(&item.ident), true),
            Item::Use(item) => (&item.attrs, None, false),
            _ => panic!("an item of an unknown kind in {}", self.here),
        };
        if attributes.iter().any(is_for_tests) {
            return;
        }
        if let Some(name) = defined {
            let module = self.module();
            if is_type { &mut module.types } else { &mut module.values }.insert(name.to_string());
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let name = item.ident.to_string();
        let child = join(&self.here, &name);
        self.module().children.push(name);
        let Some((_, items)) = &item.content else {
            self.elsewhere.push(child);
            return;
        };
        self.modules.insert(child.clone(), Module { file: self.file.clone(), ..Module::default() });
        let parent = std::mem::replace(&mut self.here, child);
        for item in items {
            self.visit_item(item);
        }
        self.here = parent;
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.import(&item.tree, item.leading_colon.is_some(), &[]);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        let name = item.rename.as_ref().map(|(_, name)| name.to_string());
        self.alias(Written { absolute: true, imported: true, names: vec![item.ident.to_string()] }, name);
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.path(names, path.leading_colon.is_some());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.visit_path(&mac.path);
        self.tokens(mac.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        self.visit_path(attribute.path());
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.module().is_async |= signature.asyncness.is_some();
        visit::visit_signature(self, signature);
    }

    fn visit_expr_async(&mut self, expression: &'ast syn::ExprAsync) {
        self.module().is_async = true;
        visit::visit_expr_async(self, expression);
    }

    fn visit_expr_await(&mut self, expression: &'ast syn::ExprAwait) {
        self.module().is_async = true;
        visit::visit_expr_await(self, expression);
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.module().is_async |= closure.asyncness.is_some();
        visit::visit_expr_closure(self, closure);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.module().methods.insert(call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }
}

/// `#[cfg(test)]`.
fn is_for_tests(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|name| name == "test")
}
