//! Which files are read, as kubectl finds them, and what they say together.

use std::collections::HashSet;
use std::io::Read as _;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::{env, fs, io};

use super::model::{self, Cluster, Context, File, Named, User};
use super::print::Print;
use crate::causes::Cause;

/// Where a kubeconfig is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// One file, which has to be there.
    File(PathBuf),
    /// The files of a list; those that are not there are skipped.
    List(Vec<PathBuf>),
}

/// A kubeconfig is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KubeconfigError {
    /// A file can't be read.
    #[error("the kubeconfig {file} can't be read")]
    Unreadable {
        /// The file's path.
        file: String,
        /// The error that caused it.
        source: Cause,
    },
    /// A file is no kubeconfig.
    #[error("the kubeconfig {file} can't be read: {what}")]
    NotOne {
        /// The file's path.
        file: String,
        /// Where, and what is wrong there.
        what: String,
    },
    /// None of the files is there, or none is named.
    #[error("there is no kubeconfig at {0}")]
    None(String),
    /// What it says can't be used.
    #[error("the kubeconfig {file}: {what}")]
    Unusable {
        /// The file that says it.
        file: String,
        /// The context, cluster or user, what is wrong with it, and what mends it.
        what: String,
    },
}

/// The largest file that is read: a thousand contexts with all their certificates take some five.
const LARGEST: u64 = 64 * 1024 * 1024;

impl Place {
    /// Where kubectl looks without being told: the files of `KUBECONFIG`, else `~/.kube/config`.
    pub fn usual() -> Self {
        let list = env::var_os("KUBECONFIG").unwrap_or_default();
        let mut seen = HashSet::new();
        let mut files: Vec<PathBuf> = env::split_paths(&list).filter(|file| !file.as_os_str().is_empty()).collect();
        files.retain(|file| seen.insert(file.clone()));
        if files.is_empty() {
            files.extend(env::home_dir().map(|home| home.join(".kube").join("config")));
        }
        Self::List(files)
    }

    /// What it is called in messages.
    pub fn name(&self) -> String {
        match self {
            Self::File(file) => file.display().to_string(),
            Self::List(files) => {
                let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
                names.join(":")
            }
        }
    }

    fn files(&self) -> &[PathBuf] {
        match self {
            Self::File(file) => std::slice::from_ref(file),
            Self::List(files) => files,
        }
    }

    /// What the files are like at present: whether they have to be read again.
    pub fn prints(&self) -> Vec<Print> {
        self.files().iter().map(|file| Print::of(file)).collect()
    }
}

/// What the files of a place say together.
#[derive(Default)]
pub struct Merged {
    /// The context that is meant where none is named; empty for none.
    pub current_context: String,
    /// How API servers are reached.
    pub clusters: Vec<Origin<Cluster>>,
    /// Who one is there.
    pub users: Vec<Origin<User>>,
    /// Which goes with which.
    pub contexts: Vec<Origin<Context>>,
    /// Files that were skipped, since they are not there.
    pub missing: Vec<PathBuf>,
    /// The files that were read.
    pub read: Vec<PathBuf>,
}

/// An entry, its name and the file it stands in.
#[derive(Clone)]
pub struct Origin<T> {
    /// Its name.
    pub name: String,
    /// The entry; paths in it are absolute, or from the working directory.
    pub entry: T,
    /// The file.
    pub file: PathBuf,
}

/// Reads the files of a place. Of entries with one name the first counts, as a whole.
pub fn load(place: &Place) -> Result<Merged, KubeconfigError> {
    let mut merged = Merged::default();
    for file in place.files() {
        let bytes = match read(file, LARGEST) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound && matches!(place, Place::List(_)) => {
                merged.missing.push(file.clone());
                continue;
            }
            Err(error) => {
                let source = Cause::new(error.to_string());
                return Err(KubeconfigError::Unreadable { file: file.display().to_string(), source });
            }
        };
        let not_one = |what| KubeconfigError::NotOne { file: file.display().to_string(), what };
        let contents = model::read(&bytes).map_err(not_one)?;
        merged.add(file, contents);
    }
    Ok(merged)
}

/// Reads a file, also one without an end, up to so many bytes: a longer one is an error.
pub(in crate::cluster) fn read(file: &Path, longest: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = fs::File::open(file)?.take(longest + 1).read_to_end(&mut bytes)?;
    if read as u64 > longest { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

impl Merged {
    fn add(&mut self, file: &Path, contents: File) {
        let folder = file.parent().unwrap_or(Path::new(""));
        let absolute = |path: &mut String| {
            if !path.is_empty() && Path::new(path.as_str()).is_relative() {
                *path = folder.join(&*path).display().to_string();
            }
        };
        if self.current_context.is_empty() {
            self.current_context = contents.current_context;
        }
        take(&mut self.clusters, contents.clusters, file, |cluster| absolute(&mut cluster.certificate_authority));
        take(&mut self.users, contents.users, file, |user| {
            for path in [&mut user.client_certificate, &mut user.client_key, &mut user.token_file] {
                absolute(path);
            }
            // A bare name is looked for in the PATH.
            if let Some(exec) = user.exec.as_mut().filter(|exec| exec.command.contains(MAIN_SEPARATOR)) {
                absolute(&mut exec.command);
            }
        });
        take(&mut self.contexts, contents.contexts, file, |_| {});
        self.read.push(file.to_owned());
    }
}

fn take<T>(known: &mut Vec<Origin<T>>, new: Vec<Named<T>>, file: &Path, mut complete: impl FnMut(&mut T)) {
    let names: HashSet<String> = known.iter().map(|one| one.name.clone()).collect();
    for Named { name, mut entry } in new {
        if !names.contains(&name) {
            complete(&mut entry);
            known.push(Origin { name, entry, file: file.to_owned() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "
current-context: ''
clusters: [{name: k, cluster: {server: 'https://first', certificate-authority: ca.crt}}]
users: [{name: u, user: {tokenFile: /abs/token, exec: {command: ./plugin}}}]
";
    const TWO: &str = "
current-context: d
clusters: [{name: k, cluster: {server: 'https://second'}}, {name: l, cluster: {server: 'https://l'}}]
users: [{name: u, user: {token: t}}, {name: v, user: {exec: {command: plugin}}}]
contexts: [{name: d, context: {cluster: k, user: u}}]
";

    #[test]
    fn the_first_entry_of_a_name_counts_and_missing_files_are_skipped() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let (one, two, missing) = (file("one", ONE), file("two", TWO), folder.path().join("missing"));
        let place = Place::List(vec![one.clone(), missing.clone(), two]);
        let merged = load(&place).unwrap_or_else(|error| panic!("{error}"));
        let cluster = &merged.clusters[0];
        assert_eq!((cluster.entry.server.as_str(), &cluster.file), ("https://first", &one));
        assert_eq!(cluster.entry.certificate_authority, folder.path().join("ca.crt").display().to_string());
        let user = &merged.users[0].entry;
        assert_eq!((user.token.as_str(), user.token_file.as_str()), ("", "/abs/token"));
        let command = |index: usize| merged.users[index].entry.exec.as_ref().unwrap().command.clone();
        assert_eq!((command(0), command(1)), (folder.path().join("./plugin").display().to_string(), "plugin".into()));
        assert_eq!((merged.current_context.as_str(), merged.missing), ("d", vec![missing.clone()]));
        assert_eq!((merged.clusters.len(), merged.users.len(), merged.contexts.len()), (2, 2, 1));

        let refused = |place: Place| load(&place).err().unwrap();
        assert!(matches!(refused(Place::File(missing)), KubeconfigError::Unreadable { .. }));
        assert!(matches!(refused(Place::List(vec![folder.path().to_owned()])), KubeconfigError::Unreadable { .. }));
        let broken = file("broken", "users: [");
        assert!(matches!(refused(Place::List(vec![one, broken])), KubeconfigError::NotOne { .. }));
    }
}
