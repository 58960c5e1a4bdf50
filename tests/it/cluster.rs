//! The Kubernetes side against the simulated cluster, over HTTP.

mod answers;
