//! What the scenarios do to a cluster.

use std::fmt;

/// One thing that is done, over the API alone.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// A stand-in of the BBS begins to listen, or ends to.
    Listens(&'static str, bool),
    /// A pod gets its active label, or loses it.
    Labelled(&'static str, Option<bool>),
    /// A container is not ready any more.
    Unready(&'static str, &'static str),
    /// A pod is deleted.
    Deleted(&'static str),
    /// A pod gets a finalizer, and is deleted.
    Held(&'static str),
    /// A set is scaled.
    Scaled(&'static str, u32),
    /// A pod's set is made to fail, and the pod comes anew by it.
    Fails(&'static str, Trouble),
    /// A Job's pod that has completed is there beside: its name and its role.
    Completed(&'static str, &'static str),
    /// A warning of this reason is reported of a pod, or of an earlier pod of that name.
    Warned { pod: &'static str, earlier: bool, reason: &'static str },
    /// The BBS's Service selects no pod.
    SelectsNothing,
    /// The BBS's Service is deleted.
    ServiceGone,
    /// A `NetworkPolicy` lets nobody reach the BBS's pods.
    Blocked,
    /// The bot's account may list, and exec nowhere.
    MayNotExec,
    /// The bot's account may not list pods.
    MayNotList,
    /// A set has a revision that the next deletion would deploy.
    Revised(&'static str),
    /// So much time passes that no pod is young any more.
    Settles,
}

/// Why a new pod does not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// No node takes it.
    NoNode,
    /// Its image can't be pulled.
    NoImage,
    /// Its container ends again and again.
    Ends,
}

impl Trouble {
    /// What the pod says.
    pub(crate) fn reasons(self) -> &'static [&'static str] {
        match self {
            Self::NoNode => &["Unschedulable"],
            Self::NoImage => &["ImagePullBackOff", "ErrImagePull"],
            Self::Ends => &["CrashLoopBackOff"],
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listens(pod, true) => write!(f, "{pod} listens"),
            Self::Listens(pod, false) => write!(f, "{pod} ends to listen"),
            Self::Labelled(pod, Some(active)) => {
                write!(f, "{pod} is labelled {}", if *active { "active" } else { "passive" })
            }
            Self::Labelled(pod, None) => write!(f, "{pod} loses its label"),
            Self::Unready(pod, container) => write!(f, "{container} in {pod} is not ready"),
            Self::Deleted(pod) => write!(f, "{pod} is deleted"),
            Self::Held(pod) => write!(f, "{pod} is deleted, and a finalizer holds it"),
            Self::Scaled(set, replicas) => write!(f, "{set} is scaled to {replicas}"),
            Self::Fails(pod, trouble) => write!(f, "{pod} comes anew: {}", trouble.reasons()[0]),
            Self::Completed(pod, role) => write!(f, "{pod} ({role}) has completed beside"),
            Self::Warned { pod, earlier, reason } => {
                write!(f, "{reason} is reported of {}{pod}", if *earlier { "an earlier " } else { "" })
            }
            Self::SelectsNothing => f.write_str("the Service selects nothing"),
            Self::ServiceGone => f.write_str("the Service is deleted"),
            Self::Blocked => f.write_str("a NetworkPolicy blocks the BBS"),
            Self::MayNotExec => f.write_str("the account may not exec"),
            Self::MayNotList => f.write_str("the account may not list pods"),
            Self::Revised(set) => write!(f, "{set} has a revision that waits"),
            Self::Settles => f.write_str("two minutes pass"),
        }
    }
}
