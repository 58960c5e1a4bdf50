//! What holds of every kubeconfig: it becomes a client, or is refused in words; nothing panics. The fuzz target and the suite ask the
//! same.

use std::io::Write as _;
use std::sync::LazyLock;

use stagerbot::causes::causes;
use stagerbot::cluster::Cluster;
use stagerbot::cluster::client::{Access, Timeouts};
use stagerbot::incident::environment::{Environment, Topology};
use tokio::runtime::Runtime;

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());

/// Takes a file as a bot does at its start: it is read, resolved, and its keys and certificates become a client. Nothing is sent
/// and nothing is run.
pub(crate) fn connect(bytes: &[u8], context: Option<&str>) -> Result<(), String> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let access =
        Access { kubeconfig: Some(file.path().into()), context: context.map(str::to_owned), as_kubectl: false };
    let topology = Topology::preset("cfee-2").unwrap();
    let (name, namespace) = ("prod".to_owned(), "cf".to_owned());
    let environment = Environment { name, context: None, namespace, topology, discover: None, database: None };
    let connected = RUNTIME.block_on(Cluster::connect(&access, environment, Timeouts::default()));
    connected.map(drop).map_err(|error| causes(&error))
}

/// Takes it by its current context, and by others that it may have.
pub(crate) fn any_file(bytes: &[u8]) {
    for context in [None, Some("c"), Some("d"), Some("e")] {
        if let Err(told) = connect(bytes, context) {
            assert!(!told.is_empty());
        }
    }
}
