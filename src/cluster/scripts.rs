//! Every command that the bot runs in a pod. The text never changes: what differs from exec to exec comes as an argument, of which
//! each script takes so many. The admission policy in deploy/ admits these and nothing else, and is made from this list.

use crate::incident::observation::Part;

/// A script for `bash -c`, and how many arguments follow it, the first as `$0`. An argument is a host name, an address, a port or
/// whole seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Script<const ARGUMENTS: usize>(&'static str);

/// One of the scripts, as the admission policy names it.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    /// What stands behind `bash -c`.
    pub text: &'static str,
    /// How many arguments follow it.
    pub arguments: usize,
    /// The parts whose pods it runs in.
    pub parts: &'static [Part],
}

macro_rules! ping {
    ($to:literal) => {
        concat!(
            r#"timeout -k 1 "$3" curl -sS --max-time "$2" --noproxy '*' -d '' -o /dev/null -w 'status %{http_code}\n' "#,
            "--cert /var/vcap/jobs/cloud_controller_ng/config/certs/mutual_tls.crt ",
            "--key /var/vcap/jobs/cloud_controller_ng/config/certs/mutual_tls.key ",
            "--cacert /var/vcap/jobs/cloud_controller_ng/config/certs/mutual_tls_ca.crt ",
            $to,
            r#""https://$0:$1/v1/ping""#,
        )
    };
}

/// Connects by nc: host, port, what nc waits, and what `timeout` allows. Through bash, which looks for nc in the path: `BusyBox`'s
/// `timeout` would run an applet of its own instead.
pub(super) const NETCAT: Script<4> =
    Script(r#"timeout -k 1 "$3" bash -c 'exec nc -zv -w "$2" "$0" "$1"' "$0" "$1" "$2""#);

/// Connects by bash alone, which is there in every release: host, port, and what `timeout` allows.
pub(super) const CONNECT: Script<3> = Script(r#"timeout -k 1 "$2" bash -c 'exec 3<>/dev/tcp/$0/$1' "$0" "$1""#);

/// Pings the BBS with the Cloud Controller's certificates: host, port, what curl waits, and what `timeout` allows. curl bounds
/// itself but where it resolves names. A proxy of the container's environment is not between the Cloud Controller and the BBS.
pub(super) const PING: Script<4> = Script(ping!(""));

/// The same to one pod, whose address comes last. `--connect-to` would do it, too, and is unknown to the curl of Ubuntu 14.04,
/// which fissile's stemcells have.
pub(super) const PING_POD: Script<5> = Script(ping!(r#"--resolve "$0:$1:$4" "#));

/// The addresses in the Cloud Controller's configuration, and what its resolver completes names with. Without arguments: one would be
/// a part of the pattern, and the file holds secrets. Where either file is missing, the other one tells all the same.
pub(super) const CALLED: Script<0> = Script(concat!(
    "timeout -k 1 2 grep -ohE 'https://[A-Za-z0-9.-]+:[0-9]{1,5}' ",
    "/var/vcap/jobs/cloud_controller_ng/config/cloud_controller_ng.yml; ",
    "timeout -k 1 2 grep -h ^search /etc/resolv.conf"
));

/// Who holds the locks.
pub(super) const LOCKS: Script<0> =
    Script("timeout -k 1 8 bash -c 'source /var/vcap/jobs/cfdot/bin/setup && cfdot locks'");

/// All of them.
pub const SCRIPTS: [Listed; 6] = [
    NETCAT.listed(&[Part::CloudController, Part::Bbs, Part::Locket]),
    CONNECT.listed(&[Part::CloudController, Part::Bbs, Part::Locket]),
    PING.listed(&[Part::CloudController]),
    PING_POD.listed(&[Part::CloudController]),
    LOCKS.listed(&[Part::Bbs]),
    CALLED.listed(&[Part::CloudController]),
];

impl<const ARGUMENTS: usize> Script<ARGUMENTS> {
    /// The whole command.
    pub(super) fn command(self, arguments: [&str; ARGUMENTS]) -> Vec<String> {
        ["bash", "-c", self.0].into_iter().chain(arguments).map(str::to_owned).collect()
    }

    const fn listed(self, parts: &'static [Part]) -> Listed {
        Listed { text: self.0, arguments: ARGUMENTS, parts }
    }
}
