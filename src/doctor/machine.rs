//! What this machine says that matters: which file systems there are, which variables are set, and whether this is a pod.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where Kubernetes tells a pod its namespace.
const NAMESPACE: &str = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";
/// Where Linux tells which file systems there are.
const MOUNTS: &str = "/proc/self/mountinfo";
/// The variables about proxies.
const PROXIES: [&str; 6] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"];

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// `/proc/self/mountinfo`; empty where there is none.
    pub mounts: String,
    /// Those about proxies.
    pub variables: BTreeMap<String, String>,
    /// The namespace of the pod that this runs in.
    pub namespace: Option<String>,
}

impl Machine {
    /// This one.
    pub fn here() -> Self {
        let set = PROXIES.iter().filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?)));
        let namespace = std::fs::read_to_string(NAMESPACE).ok().map(|text| text.trim().to_owned());
        Self {
            mounts: std::fs::read_to_string(MOUNTS).unwrap_or_default(),
            variables: set.filter(|(_, value)| !value.is_empty()).collect(),
            namespace: namespace.filter(|name| !name.is_empty()),
        }
    }

    /// The kind of the file system that a path is on, such as `ext4` or `nfs4`.
    pub(super) fn file_system(&self, path: &Path) -> Option<&str> {
        let mounted = self.mounts.lines().filter_map(mount).filter(|(point, _)| path.starts_with(point));
        // Of two at one place, the later lies over the other.
        mounted.max_by_key(|(point, _)| point.components().count()).map(|(_, kind)| kind)
    }
}

/// The mount point and the kind: `36 35 98:0 /root /point rw,noatime master:1 - ext4 /dev/root rw`.
fn mount(line: &str) -> Option<(PathBuf, &str)> {
    let (before, after) = line.split_once(" - ")?;
    let point = before.split(' ').nth(4)?;
    Some((PathBuf::from(unescaped(point)), after.split(' ').next()?))
}

/// Blanks, tabs, line breaks and backslashes are written as three octal digits.
fn unescaped(text: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .into_iter()
        .fold(text.to_owned(), |text, (code, plain)| text.replace(code, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_on_the_file_system_that_is_mounted_nearest_above_it() {
        let mounts = "22 1 0:20 / / rw - overlay overlay rw\n\
                      23 22 0:21 / /var/lib/stager\\040bot rw,relatime shared:2 - nfs4 server:/export rw\n\
                      24 22 0:22 / /var/lib rw - ext4 /dev/sda1 rw\n\
                      odd";
        let machine = Machine { mounts: mounts.to_owned(), ..Machine::default() };
        for (path, kind) in
            [("/var/lib/stager bot/stagerbot.db", "nfs4"), ("/var/lib/stager", "ext4"), ("/var/library", "overlay")]
        {
            assert_eq!(machine.file_system(Path::new(path)), Some(kind), "{path}");
        }
        assert_eq!(Machine::default().file_system(Path::new("/")), None);
    }
}
