# Every sentence that Stagerbot says, in English. Arguments are plain texts; each platform escapes them.

## What was found. advice-<id> says what to do.

finding-api-unreachable = The Kubernetes API server can't be reached, so nothing can be said.
advice-api-unreachable = Check the API server and the network from here to it. If it is down for everybody, that outage comes first.
finding-api-slow = The Kubernetes API server did not answer in time, so nothing can be said.
advice-api-slow = Check the API server's load. It is tried again shortly.
finding-credentials-missing = The bot has nothing to log in with, so the Kubernetes API server was not asked.
advice-credentials-missing = Repair the credential plugin or the file that the reason names. The bot uses what is repaired at its next look.
finding-api-not-trusted = The certificate of the Kubernetes API server, or of what answers in its place, is not trusted, so nothing was sent to it.
advice-api-not-trusted = Compare the server's certificate with certificate-authority and tls-server-name in the kubeconfig. Do not switch the check off: somebody may stand in between.
finding-credentials-refused = The Kubernetes API server refused the bot's credentials: they have expired or are wrong.
advice-credentials-refused = Renew the bot's token or kubeconfig.
finding-permission-missing = The bot may not see the pods or their StatefulSets.
advice-permission-missing = Grant it the Role in deploy/: get, list and watch on pods, statefulsets and endpoints.
finding-parts-not-found = The cluster answers, but it can't be told which of its pods are the Cloud Controller's and which are the BBS's.
advice-parts-not-found = Check the environment's namespace and preset; let the parts be discovered, or name the StatefulSets under [environment.topology].
finding-not-an-api-server = Something other than a Kubernetes API server answers at its address, such as a proxy or a login page, so nothing can be said.
advice-not-an-api-server = Look at what stands between here and the API server, and at the server's address in the kubeconfig.
finding-cluster-not-seen = The cluster could not be seen, so nothing can be said.
advice-cluster-not-seen = Check the API server, the bot's token and its permissions; then check again.

finding-name-not-resolved = The name of the Service { $service } does not resolve in any Cloud Controller pod, though the Service exists.
advice-name-not-resolved = Check the cluster's DNS, and what /etc/resolv.conf says in those pods.
finding-database-down = The database does not answer. Restarting now makes it worse: a deleted pod never becomes ready while the database is down.
advice-database-down = Bring the database back first. Diego often recovers by itself then; check again half a minute after.
finding-database-exhausted = The database has no free connections: new pods would not get any.
advice-database-exhausted = Free connections or raise the limit, and look for who holds them; then check again.
finding-database-no-session = Locket gets no session at its database: { $why }
advice-database-no-session = Fix what it names (the login, the database's name, its address, TLS), then check again: new pods would be refused in the same way.
finding-update-under-way = An update is under way: two versions run side by side ({ $sets }), and not everything is ready: { $pods }.
advice-update-under-way = Finish the update or roll it back first; look at the pods of the new version.
finding-cloud-controller-absent = There is no Cloud Controller pod ({ $wanted } wanted): nothing can be staged, and the BBS can't be probed.
advice-cloud-controller-absent = Look at the api pods' StatefulSet and its events first.
finding-cloud-controller-not-ready = No Cloud Controller pod is ready: { $pods }. Nothing can be staged, and the BBS can't be probed.
advice-cloud-controller-not-ready = Look into the api pods first; then check again.
finding-cloud-controller-short = Cloud Controller pods are not ready: { $pods }. The others reach the BBS, so this is not the stager's outage.
advice-cloud-controller-short = Look into those api pods. Restarting Diego would not help them.
finding-node-lost = The node ({ $nodes }) of { $pods } no longer reports. A deletion would hang, and no pod would be created in its place.
advice-node-lost = Bring the node back. Only once it is certainly off, take it out of the cluster, so that its pods are released.
finding-finalizer-holds = Finalizers ({ $finalizers }) hold { $pods } after the containers have stopped: no new pod is created before they let go.
advice-finalizer-holds = Find out whose finalizers these are, and let them finish.
finding-unschedulable = No node takes { $pods } ({ $why }): a restart would make another pod that waits.
advice-unschedulable = Look at the pod's events: resources, taints, affinity or volumes.
finding-image-missing = The image of { $pods } can't be pulled ({ $why }): a restart would make more of the same.
advice-image-missing = Check the image's name, the registry and its pull secret.
finding-crash-loop = Pods crash again and again ({ $pods }): a restart would make more of the same.
advice-crash-loop = Look at the pod's logs, also of its previous run.
finding-cannot-start = A container of { $pods } can't be started: a restart would make more of the same.
advice-cannot-start = Look at the pod's events: configuration, secrets or volumes.
finding-certificates-refused = The BBS is reached, but the TLS certificates are refused: expired, of another authority, or for another name.
advice-certificates-refused = Check and rotate the certificates. A restart does not renew them.
finding-locket-tls-refused = Locket answers, but its TLS is refused (pod asked: { $pod }): { $why }
advice-locket-tls-refused = Check and rotate the certificates of Locket and of its clients. New pods would have the same ones.
finding-bbs-migrating = The BBS is reached, and answers 503: it is starting, or migrating its database. { $time }
advice-bbs-migrating = Wait: a restart would begin a migration anew. It is checked again shortly.
finding-bbs-answers-error = The BBS is reached, and answers with an error.
advice-bbs-answers-error = Look at the BBS's log and its database.
finding-service-missing = The Service { $service }, by which the BBS was looked for, does not exist. The release may use another name.
advice-service-missing = List the Services of the namespace; set the environment's BBS Service, or let it be discovered.
finding-network-blocked = The BBS in { $pods } listens, is ready and stands behind its Service, but no Cloud Controller pod reaches it: the network is at fault.
advice-network-blocked = Check network policies, and the network plugin and kube-proxy on the nodes concerned.
finding-some-api-pods-affected = The BBS is reached from other Cloud Controller pods, only not from { $pods }.
advice-some-api-pods-affected = Look at those api pods, their node and its network.
finding-pending-revision = A StatefulSet ({ $sets }) has a pending revision: deleting its pods would deploy it.
advice-pending-revision = Finish or roll back the update first.
finding-two-versions = Two versions run side by side ({ $sets }): an update is under way.
advice-two-versions = Let the update end first.

finding-pods-terminating = Pods are terminating ({ $pods }): somebody is restarting already.
advice-pods-terminating = Wait until they are back.
finding-pods-starting = Pods are being created ({ $pods }).
advice-pods-starting = Wait until they are ready.
finding-pods-not-starting = Pods were created more than five minutes ago, and nothing of them runs ({ $pods }).
advice-pods-not-starting = Look at the pods' events: volumes, networks, init containers.
finding-bbs-absent = { $found } of { $wanted } BBS pods exist.
advice-bbs-absent = Look at the StatefulSet and its events: an OrderedReady set creates no pod while the one before it is not ready.
finding-bbs-not-ready = BBS pods are not ready: { $pods }. { $database }
advice-bbs-not-ready = Look at the containers that are not ready, and at their logs. If the database is down, bring it back first: a restart gains nothing then, and costs redundancy.
finding-locket-absent = { $found } of { $wanted } Locket pods exist.
advice-locket-absent = Look at the StatefulSet and its events: an OrderedReady set creates no pod while the one before it is not ready.
finding-locket-not-ready = Locket pods are not ready: { $pods }. { $database }
advice-locket-not-ready = Check the database and Locket's logs.
finding-locket-down = Locket does not answer at its port (pod asked: { $pod }): no BBS can get the lock.
advice-locket-down = Look at Locket's log, its certificates and its database; monit starts it again and again.
finding-exec-denied = The bot may not exec into the Cloud Controller pods, so it can't probe: the permission to { $verb } pods/exec is missing.
advice-exec-denied = Grant create and get on pods/exec, as the Role in deploy/ does; or run the probe by hand (below).
finding-exec-refused = A policy of the cluster refuses commands in the Cloud Controller pods, so the probe did not run. The bot's role is not why.
advice-exec-refused = Exempt the bot's account in this namespace from that policy; until then, run the probe by hand (below), with an account that the policy lets pass.
finding-exec-not-carried = The way from here to the API server takes no WebSockets, which running a command in a pod needs, so the probe did not run. kubectl may still work.
advice-exec-not-carried = Let the proxy or load balancer pass the upgrade to WebSockets, or name the API server's own address; until then, run the probe by hand (below).
finding-exec-impossible = Exec into a Cloud Controller pod failed, so the probe did not run.
advice-exec-impossible = Check the pod's container and its node; run the probe by hand (below).
finding-probe-not-possible = The probe gave no clear answer.
advice-probe-not-possible = Run the probe by hand (below), from each api pod.
finding-name-not-resolved-by-some = The BBS Service's name does not resolve in { $pods }, but does in other api pods.
advice-name-not-resolved-by-some = Look at DNS as that pod and its node see it.
finding-two-leaders = More than one pod looks like the active leader: { $pods }.
advice-two-leaders = Ask each pod by hand which one answers, and who holds the lock. Delete neither before that is known.
finding-label-stale = The label calls { $pods } active, but nothing listens there. { $time }
advice-label-stale = Wait for the label to follow, and check Locket and the database; it is checked again shortly.
finding-label-missing = The BBS in { $pods } listens, but the label does not say so: the Service may not lead there. { $time }
advice-label-missing = Wait for the label to follow; it is checked again shortly. If it stays, check that the pods may patch their own labels.
finding-leader-awaited = No pod leads yet, and Locket works: one BBS should take the lock at its next try. That is normal for some seconds after a leader is lost.
advice-leader-awaited = Wait; it is checked again shortly.
finding-bbs-start-slow = The BBS in { $pods } answers 503. { $time } It hangs in its start, or waits for its database: whether that works was not seen.
advice-bbs-start-slow = Check the database. If it works, look at the BBS's log.
finding-leader-not-reachable = { $leader } should be the active leader, but no Cloud Controller pod reaches it. Its label may be stale, or the network at fault. { $time }
advice-leader-not-reachable = Wait for the label to follow; it is checked again shortly. If it stays, look from inside that pod whether its BBS listens.
finding-ping-not-answered = The BBS's port accepts connections, but its ping is not answered, and which pod hangs could not be seen.
advice-ping-not-answered = Ping each BBS pod by hand (below), to find the one that does not answer. Delete none before that is known.
finding-ping-cut-off = The BBS's port accepts connections, but the ping's connection is closed before an answer: a proxy such as a service mesh's sidecar intercepts it, or the BBS closes it.
advice-ping-cut-off = Look at the sidecar's log in the api pod, and at the BBS's own log. That a connect succeeds proves nothing here.
finding-connects-prove-nothing = Connects succeed where nobody listens: something in between accepts them, such as a service mesh's sidecar. Whether the BBS is reached was not seen.
advice-connects-prove-nothing = Make the ping possible (curl and the Cloud Controller's certificates in the api container), or exec into the BBS pods; until then, do not rely on a connect that succeeds.
finding-lock-at-risk = { $leader } still serves, but Locket does not answer: the lock is lost within seconds if that lasts.
advice-lock-at-risk = Check the database. It is checked again shortly.

finding-label-stuck = The label calls { $pods } active, and nothing listens there, while Locket works. { $time } It is stuck, and the Service leads nowhere.
advice-label-stuck = Restarting just that one helps: request it; a second person approves it.
finding-bbs-start-hung = The BBS in { $pods } answers 503, while the database works and there is nothing new to migrate for. { $time } It hangs in its start.
advice-bbs-start-hung = Restarting just that one helps: request it; a second person approves it.
finding-bbs-unreachable = The Cloud Controller can't reach the BBS, its pods are ready, and none of them is the active leader.
finding-bbs-unreachable-passive = The Cloud Controller can't reach the BBS; the BBS's pods are as ready as they get without a leader, and none of them is active.
advice-bbs-unreachable = Restarting them helps once the database answers: check it, then request a restart; a second person approves it.
finding-bbs-hung = The BBS in { $pods } hangs: its port accepts connections, and nothing answers.
advice-bbs-hung = Restarting it helps: request it; a second person approves it.

finding-no-active-leader = No BBS pod is the active leader.
advice-no-active-leader = One should take the lock within half a minute of losing another, if Locket and the database work.
finding-locket-works = Locket works, but no BBS both holds the lock and serves. That is normal for some seconds after a leader is lost.
advice-locket-works = Check again in half a minute before a restart.
finding-locket-hung = Locket does not answer (pod asked: { $pod }). It hangs, or its database does: the two look alike.
advice-locket-hung = Check the database: if it answers, Locket hangs on connections that are dead.
finding-locket-client-refused = The BBS serves, but TLS fails between Locket and the client that asks it in { $pod }: { $why }
advice-locket-client-refused = Check this client's certificates, and Locket's. What serves now is not touched by it; but where it is Locket's, a BBS that starts anew could not get the lock.
finding-lock-elsewhere = { $leader } looks like the leader, but the lock names { $owner }. The label or the lock's row may be out of date.
advice-lock-elsewhere = Compare again in a minute, and ask both pods which one answers. Leave the lock alone: its owner may be the only one that serves.
finding-cells-evacuating = Cells are being evacuated ({ $pods }): apps are moving, and a restart of Diego would touch them.
advice-cells-evacuating = Let the evacuation end before a restart, if that can wait.
finding-cloud-controller-short-too = Cloud Controller pods are not ready, too: { $pods }. The probe was made from the others.
advice-cloud-controller-short-too = Look into those api pods as well.
finding-passive-not-ready = Passive, and only the BBS's own container is not ready: { $pods }. In releases whose readiness probe checks the BBS's port, a passive pod never gets more ready than that.
advice-passive-not-ready = If that is not so in this release, look at that container.
finding-proxy-answers = Connects succeed where nobody listens: something in between accepts them, such as a service mesh's sidecar. What counts here is what the pings say.
advice-proxy-answers = Do not take a connect for an answer.
finding-healthy = The Cloud Controller reaches the BBS; { $leader } is the active leader.
advice-healthy = Nothing to do. If pushes still fail or an alert still fires, the cause lies elsewhere, or is over.
finding-reached-not-proven = Connects reach the BBS; whether it answers was not seen: { $why }. { $leader } looks like the active leader.
advice-reached-not-proven = A BBS that hangs accepts connections, too: while pushes fail, make the ping possible and check again, or look at the BBS's log.
finding-unexplained = What was seen fits no known pattern.
advice-unexplained = Go on by hand (below).

verdict-healthy = healthy
verdict-reached-not-proven = reached, not proven to answer
verdict-will-help = a restart will help
verdict-will-not-help = a restart will not help
verdict-not-known = not known whether a restart helps

## How long something has been so.

time-normal = For a short while that is normal.
time-over = It has been so since { $since } (looks: { $looks }).
time-over-new = It has been so since { $since } (looks: { $looks }). That is long for a start, but what runs there may be new since it was last seen healthy, and nobody should cut a migration short. It is over with the first ping that is answered; if the BBS's log shows no migration, a person has to decide.
title-time = Time decides
waits-stale-label = The label of { $pod } lags: { $left } left until { $until } (looks: { $looks }, needed: { $wanted })
waits-label-missing = The label of { $pod } is missing: { $left } left until { $until } (looks: { $looks }, needed: { $wanted })
waits-unreached = { $pod } is not reached: { $left } left until { $until } (looks: { $looks }, needed: { $wanted })
waits-starting = { $pod } starts: { $left } left until { $until } (looks: { $looks }, needed: { $wanted })
waits-leaderless = Nobody leads: { $left } left until { $until } (looks: { $looks }, needed: { $wanted })

## What a pod that is not ready may mean.

not-ready-database-unknown = A database that is down looks like this.
not-ready-database-up = The database answers, so that is not why.

## Why no ping could be made, and how one could.

unseen-ping-no-curl = there is no curl in the api container; put it into the image
unseen-ping-old-curl = the api container's curl lacks an option or TLS; renew it
unseen-ping-no-certificates = the Cloud Controller's certificates for the BBS can't be used in the api container; see the ping's text
unseen-ping-other-name = the BBS's certificate does not have the name that it was asked by, and the name that the Cloud Controller uses could not be read
unseen-ping-exec-denied = the bot may not exec into the api pod; grant it pods/exec there
unseen-ping-exec-refused = a policy of the cluster refuses commands in the api pod; exempt the bot's account from it there
unseen-ping-exec-not-carried = the way to the API server takes no WebSockets; let the proxy in between pass them
unseen-ping-exec-failed = the exec into the api pod failed; see the ping's text
unseen-ping-in-doubt = the ping ended in doubt; it is made again at the next look
unseen-ping-because = { $why }

## What is missing for a recovery, and what stops a restart.

missing-sight = the cluster can't be seen
missing-pods = { $found } of { $wanted } BBS pods exist
missing-gone = { $pod } is still terminating
missing-gone-held = { $pod } is still terminating: its finalizers hold it ({ $finalizers })
missing-ready-containers = { $pod } is { $ready }/{ $containers } ready ({ $status }; not ready: { $unready })
missing-ready = { $pod } is { $ready }/{ $containers } ready ({ $status })
missing-leader = no pod is active
missing-one-leader = { $count } pods are active
missing-endpoints = the leader is not behind the BBS Service yet
missing-probe = no probe could be made
missing-probe-from = the probe from { $pod } fails: { $text }
missing-ping-from = the BBS does not answer the ping from { $pod }: { $text }
missing-answer = connects prove nothing here, and no ping could be made
missing-listening = { $pod } is labelled active but does not listen
missing-label = { $pod } listens but is not labelled active
missing-probe-of = { $pod }, from which the probe failed before, was not probed again

stopped-absent = { $pod } was not created again
stopped-terminating = { $pod } is still terminating after { $hangs }: { $held }. No other pod was deleted after it
held-finalizers = its finalizers hold it ({ $finalizers })
held-not-seen = what holds it was not seen (its events and its node may tell)
went-past = { $pod } has been in Terminating for { $hangs }: { $held }. Its set is Parallel, and the confirmed plan waits for it no longer.
stopped-failed = the new { $pod } can't run ({ $why }); the other pods were left alone
stopped-not-ready = the new { $pod } did not become ready in time ({ $ready }/{ $containers }); the other pods were left alone
stopped-stalled = nothing moved for too long
stopped-switched-off = restarts were switched off in the configuration meanwhile
stopped-delete-failed = { $pod } could not be deleted

voided-reached = connects reach the BBS again, and whether it answers was not seen
voided-recovered = it is healthy again
voided-pods-changed = a planned pod is gone or was replaced by somebody else
voided-cause-changed = the evidence changed (now: { $now })
voided-one-account = by my configuration as it is now, { $requester }, who requested this, and { $approver }, who approved it, may be one person: the account { $account } is or was of both
voided-one-name = by my configuration as it is now, { $requester }, who requested this, and { $approver }, who approved it, may be one person: the name { $name } is or was of both
voided-person-unknown = { $who } is no person in my configuration any more, so I can't tell whether two persons stand behind this
voided-account = the account of { $who } is deactivated, a guest's or a bot's by now, or gone, and this rests on their word
voided-group-not-known = this rests on the group { $group }, and I can't see who is in it ({ $why })
voided-too-few = by my configuration as it is now, too few of those who approved this may do so: { $given } of the { $needed } needed
voided-database-alert = an alert about the database came meanwhile ({ $name })
voided-not-seen = the evidence could not be checked again

skipped-healthy = the environment is healthy
skipped-reached = connects reach the BBS again
skipped-replaced = somebody else replaced it
skipped-terminating = somebody else is deleting it
skipped-dry-run-canary = dry run: would delete { $pod } (UID { $uid }), then wait until its replacement has every container ready
skipped-dry-run = dry run: would check again, then delete { $pod } (UID { $uid })

## The timeline.

act-check = a check
act-restart = to request a restart
act-approve = to approve
act-deny = to deny
act-cancel = to cancel
act-handover = to take over

told-check = { $who } asked for a check of { $environment }.
told-alert = Alert { $name } ({ $source }) for { $environment }: { $summary }
told-reopened = { $count ->
    [one] { $what } again, soon after the incident ended: checking.
   *[other] { $what } again, { $count } times by now: checking.
}
told-muted = { $who } muted the alerts until { $until }: they open nothing and join nothing.
told-muted-because = { $who } muted the alerts until { $until }: { $reason }
told-unmuted = { $who } ended the mute: alerts are heard again.
told-alert-joined = Alert { $name } ({ $source }) joined: { $summary }
watch-fires = { $count ->
    [one] one look
   *[other] { $count } looks in a row
} found trouble: { $found }
watch-over = { $found }
told-alert-lapsed = Alert { $name } ({ $source }) was not repeated: it no longer withholds a restart.
told-alert-joined-count = Alert { $name } ({ $source }) joined { $count } times, first with: { $summary }
told-alert-resolved = { $source } says that alert { $name } is over: checking.
told-alert-resolved-count = { $source } says { $count } times that alert { $name } is over: checking.
told-check-again = { $who } asked for another check.
told-claimed = The bot took this incident up again (claim { $claim }).
told-diagnosed = Verdict: { $verdict }. { $because }
told-diagnosed-evidence = Verdict: { $verdict }. { $because }
    { $evidence }
told-evidence = All that was seen:
    { $evidence }
told-evidence-more = All that was seen ({ $more } more characters were left out; stagerbot audit bundle has them):
    { $evidence }
told-requested = { $who } requested a restart of { $pods } (code { $code }, can be approved until { $until }).
told-requested-because = { $who } requested a restart of { $pods } (code { $code }, can be approved until { $until }): { $reason }
told-requested-dry = { $who } requested a restart of { $pods } (code { $code }, can be approved until { $until }). Dry run: nothing will be deleted.
told-requested-dry-because = { $who } requested a restart of { $pods } (code { $code }, can be approved until { $until }): { $reason } Dry run: nothing will be deleted.
told-approved = { $who } approved.
told-approved-database = { $who } approved, and says that the database was checked.
told-approval-given = { $who } approved: { $given } of { $needed }.
told-denied = { $who } denied the request.
told-expired = Nobody approved in time: the request expired.
told-cancelled = { $who } cancelled the request.
told-voided = The request is void: { $why }.
told-rechecked = Checked again after the approval: the same pods, the same cause. Going on.
    { $probes }
told-taken-over = Checked again after an interruption: not healthy yet. Going on.
    { $probes }
told-intended = Deleting { $pod }, if it is still UID { $uid } at resource version { $version }.
told-intended-past = Deleting { $pod }, if it is still UID { $uid } at resource version { $version }. { $past }
told-deleted = { $pod } (UID { $uid }) is being deleted.
told-deleted-terminating = { $pod } (UID { $uid }) was found terminating.
told-deleted-gone = { $pod } (UID { $uid }) was found gone.
told-unclear = Whether the delete of { $pod } (UID { $uid }) arrived is not known: { $why }. Looking.
told-failed = { $pod } (UID { $uid }) was not deleted: { $why }. Looking again.
told-spared = { $pod } (UID { $uid }) has become the active leader of a healthy environment and is left alone.
told-spared-unproven = { $pod } (UID { $uid }) has become the active leader, as far as connects tell, and is left alone.
told-skipped = { $pod } (UID { $uid }) is not deleted: { $why }.
told-recovery-awaited = All deletes are done. Watching the recovery until { $until }.
told-leader = New active leader: { $leader }. Which one was active before is not known.
told-leader-after-led = New active leader: { $leader }. Before: { $before } (seen as such at { $at }).
told-leader-after = New active leader: { $leader }. Before: { $before } (last seen healthy at { $at }).
told-healthy = Every container is ready, one leader is active, and the same probe succeeds. It has to hold for a while.
    { $probes }
told-healthy-unproven = Every container is ready, one leader is active, and the same probe succeeds. No ping could be made: it rests on connects. It has to hold for a while.
    { $probes }
told-health-lost = It did not hold: { $missing }.
told-pods = { $pods }
told-refused = { $who } tried { $what }, and was refused: { $why }
told-called = Told on { $destination }: { $names }.
told-called-missed = Told on { $destination }: { $names }. Not reached: { $missed }.
told-channel-closed = The channel { $channel } on { $platform } takes no card: { $why }.
told-channel-opened = The channel { $channel } on { $platform } takes cards again.
told-drill = { $who } began a drill for { $environment }, until { $until }: who comes as the second person, and how soon? Nothing is looked at or restarted.

outcome-healthy = Healthy: nothing to do.
outcome-reached = Reached by connects; whether the BBS answers was not seen.
outcome-reached-again = Reached again by connects, without a restart of ours; whether the BBS answers was not seen.
outcome-recovered-itself = Healthy again, without a restart of ours.
outcome-recovered = Recovered: { $leader } is the active leader ({ $deleted } of { $planned } planned pods were deleted).
outcome-recovered-unproven = Recovered, as far as connects tell: { $leader } is the active leader ({ $deleted } of { $planned } planned pods were deleted). No ping could be made.
outcome-not-recovered = Not recovered: { $why } ({ $deleted } of { $planned } planned pods were deleted). Over to you.
outcome-dry-run = Dry run: { $planned ->
    [one] one pod would have been deleted; it was not.
   *[other] { $planned } pods would have been deleted; none was.
}
outcome-handed-over = { $who } took over.
outcome-handed-over-because = { $who } took over: { $reason }
outcome-drill-found = { $who } came. Nothing was restarted.
outcome-drill-cancelled = { $who } ended it. Nothing was restarted.
outcome-drill-nobody = Nobody came in time. Nothing was restarted.

phase-diagnosis = until the diagnosis
phase-request = until the request
phase-approval = until the approval
phase-deletes = until the last delete
phase-recovery = until healthy
phase-rest = until closed

## The picture of a closed incident, and what stands beside it.

picture-line = { $letter }: { $says }
picture-alt =
    The phases of incident { $incident }, a bar each, as long as it took:
    { $phases }
picture-text =
    How incident { $incident } went:
    { $phases }

## Refusals: always with the reason.

refused-other-workspace = Only people of the workspace that I am installed in can use me here: ask one of them. Nothing was done.
refused-other-server = I serve another server, and do nothing here.
refused-direct-message = I do nothing in direct messages: type /stager in the server, in the channel of { $names }.
refused-other-channel = This button belongs to the card in the channel of { $environment }, and the click came from another channel, so I did nothing.
refused-not-mapped = Your account belongs to no person in my configuration, so you may neither request nor approve. Ask an operator to add you.
refused-may-not-look = I tell how things stand only to those who may look, and your account is not one of theirs. Who may: { $who }. Ask one of them, or an operator to add you.
refused-may-not-request = You may not request restarts. Who may: { $who }.
refused-may-not-approve = You may not approve or deny restarts. Who may: { $who }.
refused-deactivated = This account is deactivated, so it counts for nothing here.
refused-guest = Guests may look, but neither request nor approve. Ask a full member of the workspace.
refused-bot = This is a bot's account. A restart takes the word of people: ask one who may request or approve.
refused-gone = This account does not belong to this workspace or server any more, so it counts for nothing here.
refused-group-not-known = Your right rests on the group { $group }, and I can't see who is in it, so I refuse ({ $why }). Try again in a moment, or ask somebody who has the right by name.
refused-own-request = You requested this restart yourself. A second person has to approve it.
refused-approved-once = { $who } approved this request already, and counts once. Another person has to approve it, too.
refused-one-account = This request was recorded as { $who }'s, and the account { $account } is or was both theirs and yours: you may be one person. Somebody else has to approve it. If you really are two, deny it and have it requested anew.
refused-one-name = This request was recorded as { $who }'s, and the name { $name } is or was both theirs and yours: you may be one person. Somebody else has to approve it. If you really are two, deny it and have it requested anew.
refused-person-unknown = { $who }, who requested this, is no person in my configuration any more, so I can't tell whether you are two. Deny it and have it requested anew.
refused-database-not-confirmed = The database's state is not known. Check it, then say so.
refused-no-such-code = No request waits under the code { $code }, and I know of none that did. A request's code stands on its card.
refused-old-code = The code { $code } is of an earlier version of me, in which two requests could have the same one. Use the buttons on its card.
refused-of-closed = { $why } That code is of { $who }'s request of { $requested } in incident { $incident }, which is closed.
refused-already-approved = Too late: { $who } approved it at { $at }.
refused-already-denied = Too late: { $who } denied it at { $at }.
refused-already-cancelled = Too late: { $who } cancelled it at { $at }.
refused-expired = Too late: the request expired at { $at }. Request a restart anew.
refused-voided = Too late: the request became void at { $at }, since its evidence no longer held.
refused-closed-before = Too late: the incident was closed at { $at }, before anybody approved.
refused-already-requested = { $who } requested a restart already; it waits for its approval.
refused-being-carried-out = A restart is being carried out.
refused-not-diagnosed = The check is still under way.
refused-verdict = No restart: { $verdict }. { $because }
refused-restarts-off = Restarts are switched off in my configuration.
refused-one-restart = This incident has had its restart. Another one has to be done by hand.
refused-cool-down = The environment was restarted not long ago. No further restart before { $until }.
refused-database-alert = An alert says that the database is in trouble ({ $name } from { $source }, last heard at { $at }): a restart would gain nothing. Check it, then say so: /stager restart database-checked [reason]
refused-reason-needed = A restart of { $environment } needs a reason. Request it again with one: /stager restart, followed by the reason
refused-not-yours = Only { $who } can cancel this request. Deny it instead.
refused-nothing-pending = Nothing waits for an approval.
refused-closed = That incident is closed.
refused-no-incident = No incident is open here. Start with /stager check.
refused-of-drill = That is a drill: it can be approved, denied or cancelled, and nothing else.
refused-drill-open = A drill is under way here already: incident { $incident }.
refused-too-many = That was too much at once, and this was not carried out. Wait { $wait }, then go on. Who may approve can always approve, deny and cancel.
refused-which-environment = Which environment? I know: { $names }.
refused-no-environment = I know no environment called { $name }. I know: { $names }.
refused-mute-length = How long? Such as: /stager mute 2h a change of the network. From 1m to 24h.
refused-unclear = I don't understand “{ $text }”.
    { $help }
refused-meant = I don't understand “{ $text }”, and did nothing. Did you mean { $verb }? Then type:
    { $line }
refused-whole-code = This takes the whole code of the request; I did nothing. One request waits. Type:
    { $line }
refused-which-code = That takes the whole code of the request; I did nothing. These wait:
    { $lines }
waiting-of = { $line } ({ $environment })
refused-and-line = { $why } Type:
    { $line }

## Answers to what was accepted.

answer-checking = Checking { $environment }: see incident { $incident } in its channel.
answer-joined = Incident { $incident } of { $environment } is open: checking again.
answer-restart-requested = Requested. A second person has to approve, with the button or by: /stager approve { $code } database-checked
answer-form-lost = The form that asks why did not come up. Click again, or type: /stager restart, followed by the reason
answer-approved = Approved. The evidence is checked once more before anything is deleted.
answer-approved-one = Approved: { $given } of { $needed }. Nothing is done before the rest have approved, too.
answer-denied = Denied.
answer-cancelled = Cancelled.
answer-handed-over = The incident is yours.
answer-alert = noted
answer-alert-muted = { $who } muted the alerts of { $environment } until { $until }, so this opens nothing. To look all the same: /stager check
answer-muted = The alerts of { $environment } open nothing until { $until }. To end that sooner: /stager unmute
answer-unmuted = The alerts of { $environment } are heard.
answer-drill = The drill for { $environment } has begun: see its channel. Nothing is looked at or restarted.
answer-drill-found = You came after { $length }: thank you. This was a drill, and nothing was restarted.
answer-status = { $lines }
status-line = { $stands } (incident { $incident })
status-line-quiet = { $environment }: no open incident
status-lines = { $line }
    { $rest }
status-nothing = No environment is configured.
status-not-shown = { $environment } can't be shown: { $why }. Trying again now and then, and whenever somebody asks
status-muted = {"    "}alerts are muted until { $until }, by { $who }
status-muted-because = {"    "}alerts are muted until { $until }, by { $who }: { $reason }
status-rejected = { $count ->
    [one] one alert
   *[other] { $count } alerts
    } from { $source } turned away, the last at { $at }: { $reason }
status-rejected-here = {"    "}{ $count ->
    [one] one alert
   *[other] { $count } alerts
    } from { $source } turned away, the last at { $at }: { $reason }
answer-help = /stager check [environment] — look, and say what it means
    /stager status — how things stand
    /stager restart [reason] — request a restart; a second person has to approve
    /stager approve, the code on the card, database-checked — approve, having checked the database
    /stager deny, cancel, and the code on the card — deny, or take your own request back
    /stager handover [reason] — take the incident over; the bot lets go
    /stager mute [environment] 2h [reason] · /stager unmute — alerts open nothing for a while; hear them again
    /stager report [number] · /stager history [environment] — one incident as a report; the newest ones, and how long things took
    /stager whoami — who you are to me, and what you may do
    /stager policy [environment] — what a restart takes
    /stager drill [environment] — find out how soon a second person comes; nothing is restarted
    /stager help — this
answer-help-waiting = { $help }
    These wait for their approval:
    { $lines }
answer-commands = I know: /stager check, status, restart, approve, deny, cancel, handover, mute, unmute, report, history, whoami, policy, drill. What they do: /stager help
whoami-both = You are { $who }, by { $accounts }. You may request a restart, and approve those of others.
whoami-request = You are { $who }, by { $accounts }. You may request a restart.
whoami-approve = You are { $who }, by { $accounts }. You may approve restarts that others request.
whoami-look = You are { $who }, by { $accounts }. You may look, and no more.
whoami-nobody = Your account belongs to no person in my configuration. You may look, and no more. Ask an operator to add you.
whoami-groups = { $rest } The groups that give you more while one of your accounts is in them: { $groups }.
right-request = request
right-approve = approve
group-gives = { $group } ({ $rights })
list-more = { $one }, { $more }
policy-takes = A restart of { $environment } takes a request and, within { $expiry }, this many approvals by others, each by a different person: { $count }.
policy-dry-run = It is a dry run: everything happens but the deletes.
policy-off = Restarts are switched off: none is offered.
policy-reason = The request has to say why.
policy-quiet = From { $from } to { $to } ({ $zone }) it takes one approval more.
policy-look-everybody = May look: everybody
policy-look = May look: { $names }
policy-request = May request: { $names }
policy-approve = May approve: { $names }
policy-groups = And by group, who is a person of my configuration: { $groups }

## The card.

card-checking = { $environment }: checking
card-healthy = { $environment }: healthy
card-reached-not-proven = { $environment }: reached; whether the BBS answers was not seen ({ $why })
card-will-help = { $environment }: the stager is unavailable; a restart will help
card-will-not-help = { $environment }: a restart will not help
card-not-known = { $environment }: not known whether a restart helps
card-awaiting = { $environment }: restart requested by { $who }, waits for a second person
card-restarting = { $environment }: restarting, { $done } of { $planned } pods begun
card-recovering = { $environment }: restarted, watching the recovery
card-closed = { $environment }: { $outcome }

line-finding = { $says } { $advice }
title-findings = Findings
title-last-look = At the last look
title-pods = Pods
title-probe = Probe
title-further = Further evidence
title-events = Warning events of these pods
title-plan = What will happen
title-progress = Progress
title-duration = Time to mitigate: { $total }
title-by-hand = By hand
title-missing = Still missing

field-environment = Environment
field-leader = Active leader
field-database = Database
field-muted = Muted
muted-until = until { $until }, by { $who }
field-reopened = Opened again
reopened-count = { $count ->
    [one] once
   *[other] { $count } times
}
field-database-alert = Against a restart
field-evidence = Evidence from
field-alerts = Alerts
field-requested = Requested by
field-approved = Approved by
field-approvals = Approvals
approvals-count = { $given } of { $needed }

leader-none = none
leader-several = several
leader-change = { $before } → { $after }
leader-change-unknown = not known → { $after }
database-up = up
database-accepts = accepts connections, which proves little: check it before approving
database-down = down
database-alert = { $name } ({ $source }) fires: check the database
database-not-known = not known: check it before approving
not-seen = not known ({ $why })
alerts-count = { $count ->
    [one] { $name }
   *[other] { $name } and { $more } more
}
alerts-same = { $name } ×{ $count }

plan-pods = Delete { $pods }, one after another: the first is the canary, and the rest follow once its replacement has every container ready. { $promise }Each delete is bound to the pod's UID, and everything is checked again before each. Apps keep running; staging and scaling pause until it is over.
plan-pod = Delete { $pods }. { $promise }The delete is bound to the pod's UID, and everything is checked again before it. Apps keep running; staging and scaling pause until it is over.
promise-ordered = While a pod is not back, no other is deleted.
promise-parallel = After { $wait } in Terminating a pod is waited for no longer.
promise-before = { $promise }{ " " }
plan-dry = Dry run: nothing will be deleted.
plan-withheld = No restart is offered: { $why }
plan-expires = Can be approved until { $until }. Code: { $code }

progress-waiting = { $pod }: waiting
progress-intended = { $pod }: being deleted
progress-terminating = { $pod }: terminating, { $left } of grace left (until { $until })
progress-held = { $pod }: terminating, its grace is over, and its finalizers hold it ({ $finalizers })
progress-late = { $pod }: terminating, its grace is over
progress-gone = { $pod }: gone, not yet created again
progress-starting = { $pod }: starting { $ready }/{ $containers }
progress-ready = { $pod }: ready { $ready }/{ $containers }
progress-active = { $pod }: ready { $ready }/{ $containers }, active
progress-spared = { $pod }: left alone
progress-skipped = { $pod }: not deleted

phase-line = { $length } { $phase }
hand-look = # look
hand-why = # why pods are not ready
hand-probe = # probe
hand-ping = # ping: 200 is an answer
hand-listens = # whether its BBS listens
hand-restart = # only if the database answers
hand-restart-unseen = # only if the probe fails from every api pod, no pod is active, and the database answers
hand-wait = # wait until every container is ready and one pod is active, then probe again
hand-wait-passive = # wait until one pod is active with every container ready (a passive one stays one short), then probe again
message-after-deleted = This card replaces the one before it; here is the thread of that one
message-head = The log is closed. To verify it later: stagerbot audit verify --config stagerbot.toml --noted { $head }
message-repeated = (repeated after a restart or a lost answer: it may be here twice)
note-incident = Incident { $incident }, opened { $opened }

button-restart = Request restart
button-approve = Approve
button-deny = Deny
button-cancel = Cancel
button-check-again = Check again
confirm-restart-title = Request a restart?
confirm-restart = { $environment }: delete { $pods }. { $promise }The evidence was { $age } old when this card was drawn; it is checked again after the approval. A second person has to approve.
confirm-restart-yes = Request
confirm-approve-title = Approve the restart?
confirm-approve = { $environment }: delete { $pods }. Approving says that you checked the database. Database: { $database }. { $promise }Evidence { $age } old at the request; checked again after the approval.
confirm-approve-yes = Checked, approve
confirm-no = Back
form-reason = Why (for the record; may stay empty)
confirm-lost = This card does not show any more what you would confirm. See /stager status, and then type:
    { $line }

## Announcements: that somebody is needed, and how it went on.

field-told = Told
field-missed = Not reached
told-names = { $names }, last at { $at }
missed-line = { $who }: { $why }
missed-unknown = { $platform } knows no account { $account }; correct it in the configuration
missed-deactivated = the account { $account } is deactivated on { $platform }
missed-failed = it can't be sent ({ $why })
call-approval = { $environment }: { $who } requested a restart; a second person has to approve it
call-offer = { $environment }: a restart will help, and nobody has requested it
call-blind = { $environment }: I can't see what is wrong; somebody has to look
call-stopped = { $environment }: the restart did not heal it; a person has to go on
call-handed-over = { $environment }: somebody took the incident over
call-unshown = { $environment }: the channel { $channel } on { $platform } takes no card, so nobody sees the incident there; somebody has to mend it
call-drill = { $environment }: { $who } wants to know how soon a second person comes; click Approve
call-again = Nobody has come since { $since }.
call-last = This is the last call before it expires.
call-escalated = Nobody came within { $after }.
call-reason = Why: { $reason }
call-why = What the platform says: { $why }
call-card = The card, with the evidence and the buttons
call-over-at = { $at }: { $how }
call-over-requested = { $who } requested the restart.
call-over-approved = { $who } approved.
call-over-denied = { $who } denied it.
call-over-cancelled = { $who } took the request back.
call-over-expired = It expired; nobody came.
call-over-voided = It is void: the situation changed.
call-over-closed = The incident was closed; nobody is needed any more.
call-over-verdict = The state changed; nobody is needed for this any more.
call-over-shown = The channel takes cards again.
notice-approved = { $who } approved your request.
notice-denied = { $who } denied your request.
notice-expired = Nobody approved your request in time. Request it again, on new evidence?
notice-voided = Your request is void: { $why }. Request it again, on new evidence?
notice-ended = Your restart is over. { $outcome }
notice-drill = Your drill is over, after { $length }. { $outcome }
drill-marked = DRILL · { $says }
drill-explained = This is a drill. Whoever may approve a restart and is not the requester ends it with a click on Approve or Deny. There is no outage behind it: nothing is looked at, and nothing will be restarted.
drill-took = It took { $length }.
confirm-drill-title = DRILL: approve?
confirm-drill-yes = I am here

## The terminal.

terminal-check = { $environment } (namespace { $namespace }) at { $at }
terminal-verdict = Verdict: { $verdict }
terminal-endpoints = BBS Service endpoints: { $names }
terminal-field = { $name }: { $value }
doctor-test = A test by stagerbot doctor: nothing is wrong.

## Why a channel takes nothing, within a sentence.

closed-slack-not-there = the bot is not in Slack's channel { $channel }: invite it there with /invite
closed-slack-no-channel = Slack has no channel { $channel }, or the bot is not in it: { $code }
closed-slack-archived = Slack's channel { $channel } is archived
closed-slack-may-not-post = Slack does not let the bot post in channel { $channel }: { $code }
closed-slack-refused = Slack refused { $call } for { $channel }: { $code }
closed-discord-no-channel = Discord has no channel { $channel }
closed-discord-no-text = Discord's channel { $channel } can't hold a card: it takes a text channel
closed-discord-other-server = Discord's channel { $channel } is of another server
closed-discord-threads = Discord's server has as many open threads as it may have, so that none can be started in its channel { $channel }: archive some
closed-discord-not-seen = the bot may not see Discord's channel { $channel }: it needs View Channel there
closed-discord-may-not = the bot may not do { $call } in Discord's channel { $channel }: it needs { $needed } there
closed-discord-lacks = the bot lacks permissions in Discord's channel { $channel }: it needs { $needed } there
closed-discord-refused = Discord refused { $call } in channel { $channel }: { $why } ({ $code })

## What was seen, a line each, where it is not a machine's own text.

seen-at = { $at }  { $says }
seen-probe = { $pod }: { $text } (exit code { $code })
seen-probe-no-code = { $pod }: { $text } (no exit code)
seen-ping = ping { $from } → { $to }: { $text }
seen-control = control connect from { $line }
seen-connect = { $pod } to { $target }: { $text }
seen-connected = connected
seen-accepted = accepted
seen-by-bash = { $text } (bash /dev/tcp; nc cannot scan)
seen-by-bash-without-nc = { $text } (bash /dev/tcp; nc is missing)
seen-by-nc-running = { $text } (nc -e; nc cannot scan, and bash is missing)
seen-not-ready = { $pod }  not ready: { $names }
seen-side-by-side = StatefulSets side by side: { $sets }
seen-revision = StatefulSet { $set }: a revision waits
seen-lock = lock bbs, asked in { $pod }: { $text }
seen-lock-nobody = nobody
seen-lock-hung = no answer in time
seen-locket-read = { $pod }: Locket read its locks from the database
seen-locket-hung = { $pod }: Locket did not answer in time
seen-locket-refused = { $pod }: Locket refused

## From what the topology was concluded, a line for each part.

found-part = { $part }: { $told } ({ $why })
found-set = StatefulSet { $sets }, container { $container }
found-inside = inside { $set }'s pods
found-inside-bbs = inside the BBS pods
found-configured = configured
found-no-role = no { $names }
found-by = by { $label }
found-by-name = by name
found-by-selector = by what it selects
found-by-both = by name and by what it selects
found-as-called = as the Cloud Controller is configured
found-service = BBS Service: { $service } ({ $why }), port { $port } ({ $from })
found-service-unlisted = Services can't be listed; as it is called beside { $set }
found-service-none = as it is called beside { $set }; it is not there, and there are no Services
found-service-absent = as it is called beside { $set }; it is not there, and of { $names } none has the BBS's pods and port
found-port-of-service = the Service's
found-port-usual = as in every release known
found-label = active label: { $told } ({ $why })
found-on-pod = on a BBS pod
found-in-selector = in a BBS Service's selector
found-of-kubecf = KubeCF's pods; absent on a passive one
found-no-label = no BBS pod has one, although ready
found-label-assumed = assumed: no BBS pod has been ready for long
unfound-name = the name { $name } can't be used in a command
unfound-no-set = { $part }'s pods belong to no StatefulSet, as in every release known: { $pods }; the bot can't use these
unfound-part = { $part } was not found: looked for a StatefulSet that is { $names } by { $labels } or by name; there are { $sets }
unfound-no-sets = { $part } was not found: looked for a StatefulSet that is { $names } by { $labels } or by name; there are none
unfound-several = { $part } can't be told: { $sets } all look like it by { $label }; name one as { $key } under [environment.topology]
unfound-several-names = { $part } can't be told: { $sets } all look like it by name; name one as { $key } under [environment.topology]
unfound-container = { $part }'s container can't be told: { $sets } has { $containers }; name it as { $key } under [environment.topology]

## Why something could not be seen or was not answered, within a sentence.

unseen-call = { $call }: { $why }
unseen-in-pod = { $pod }: { $why }
unseen-all = { $lines }
unseen-no-answer = no answer within { $seconds } s
unseen-page = something else than an API server answered in its place: HTTP { $code } with a page
unseen-page-titled = something else than an API server answered in its place: HTTP { $code } with a page, “{ $title }”
unseen-no-json = something else than an API server answered in its place: no Kubernetes JSON, perhaps a proxy's page
unseen-by-policy = a policy of the cluster refused it: { $text } ({ $code })
unseen-credentials = the API server refused the credentials (401 Unauthorized)
unseen-permission = permission missing: { $text }
unseen-exec-not-upgraded = the API server did not begin the exec: { $text }
unseen-no-websockets = the way to the API server takes no WebSockets, which exec needs ({ $why })
unseen-no-switch = HTTP { $code } instead of a switch of protocols
unseen-no-protocol = the answer names none of exec's protocols
unseen-no-upgrade = the answer is no upgrade to a WebSocket
unseen-parts = in namespace { $namespace }, { $why }
unseen-no-service = no Service { $service } in namespace { $namespace }
unseen-no-turn = its turn did not come in time
unseen-exec-unanswered = no answer to the exec in time
unseen-exec-no-status = the exec has no status
unseen-exec-not-begun = the command was not begun
unseen-exec-lost = the connection was lost before an exit code came
unseen-exec-lost-said = the connection was lost before an exit code came: { $text }
unseen-late = the command did not end in time
unseen-late-said = the command did not end in time: { $text }
unseen-script-silent = the script ended without an answer (exit code { $code })
unseen-script-silent-said = the script ended without an answer (exit code { $code }): { $text }
unseen-tools = the container lacks { $tools }
unseen-printed-nothing = the command printed nothing
unseen-exit-code = exit code { $code }
unseen-exit-code-said = { $text } (exit code { $code })
unseen-own-port = its own port did not answer within { $seconds } s
unseen-curl-killed = curl was killed
unseen-curl-silent = curl printed nothing (exit code { $code })
unseen-cfdot-killed = cfdot was killed
unseen-cfdot-too-much = cfdot told more than is read
unseen-cfdot-not-run = cfdot can't be run: { $text }
unseen-cfdot-missing = cfdot is missing: { $text }
unseen-no-pinger = no Cloud Controller pod is ready to ping from
unseen-no-bbs = no BBS pod runs that could be asked
unseen-no-address = its address is not configured
unseen-unreachable = { $server } is unreachable: { $why }
unseen-not-trusted = { $server } can't be trusted: { $why }
unseen-wants-certificate = { $server } refused the credentials: it wants a client certificate
unseen-client-certificate = { $server } refused the credentials: the client certificate ({ $why })
distrust-client-authority = it does not know the authority that signed it
distrust-client-expired = it has expired
distrust-client-revoked = it was revoked
distrust-authority-unknown = its certificate is signed by an authority that the kubeconfig does not name; compare certificate-authority
distrust-authority-not-here = its certificate is signed by an authority that is not known here; where a company's proxy signs, name that authority's file in SSL_CERT_FILE
distrust-authority-expired = its certificate: the authority that signed it is not valid any more, or not yet
distrust-expired = its certificate has expired
distrust-not-yet = its certificate is not valid yet; compare the clocks
distrust-name = its certificate is for another name
distrust-names = its certificate is for { $presented }, and not for { $expected }; tls-server-name says which name it has to have
distrust-no-name = its certificate is for no name at all, and not for { $expected }; tls-server-name says which name it has to have
distrust-purpose = its certificate may not be a server's (extendedKeyUsage)
distrust-old = its certificate: it is of X.509 version 1, which the TLS library does not know; renew it as version 3
distrust-key = its certificate: it is for { $kind }, which the TLS library does not know; renew it with an RSA, P-256 or P-384 key
distrust-other = its certificate can't be verified: { $text }
way-server = the API server
way-proxy = the proxy { $proxy }
way-by-proxy = { $proxy }: { $why }
way-name = the name { $name } can't be resolved
way-late = it did not answer in time
way-refused = the connection was refused; nothing listens there
way-no-route = there is no route to it
way-timed-out = no connection in time; its packets may be dropped on the way
way-cut-off = the connection was cut off
way-tls-version = it speaks no TLS of version 1.2 or 1.3
way-handshake = it ended the TLS handshake ({ $alert })
way-handshake-key = it ended the TLS handshake; its key may be of a kind that the TLS library does not know, such as P-521
way-no-tls = what answers there speaks no TLS; it may be plain HTTP, or something in between
way-address = the address that it named can't be used: it has to be https, or on loopback
way-request = the request can't be written
way-tls = TLS: { $text }
credentials-file-lost = no credentials: the token file could not be read
credentials-file-empty = no credentials: user { $user }: its token file { $path } is empty
credentials-file-broken = no credentials: user { $user }: its token file { $path } has a line break or a control character inside of its token
credentials-file-unreadable = no credentials: user { $user }: its token file { $path } can't be read: { $text }
credentials-oidc-expired = no credentials: user { $user }: the id-token of its auth-provider oidc has expired, and only kubectl renews it; use an exec plugin or a service account's token
credentials-plugin-not-run = no credentials: user { $user }: the credential plugin { $plugin } could not be run
credentials-plugin-unusable = no credentials: user { $user }: the credential plugin { $plugin } printed nothing that can be used: { $text }
credentials-plugin-failed = no credentials: user { $user }: the credential plugin { $plugin } failed with exit code { $code }
credentials-plugin-killed = no credentials: user { $user }: the credential plugin { $plugin } was killed
credentials-plugin-late = no credentials: user { $user }: the credential plugin { $plugin } did not answer within { $seconds } s and was ended; it may wait for a login, a browser or a VPN
credentials-plugin-too-much = no credentials: user { $user }: the credential plugin { $plugin } printed far too much and was ended
credentials-plugin-missing = no credentials: user { $user }: the credential plugin { $plugin } is not installed here
credentials-plugin-missing-hint = no credentials: user { $user }: the credential plugin { $plugin } is not installed here: { $hint }
credentials-plugin-not-begun = no credentials: user { $user }: the credential plugin { $plugin } can't be started: { $text }

## Why a delete was not sent, or it is not known what became of it, within a sentence.

unsent-because = not sent: { $why }
unsent-too-old = not sent: what was observed has become too old to act on
unsent-unknown = not sent: no UID or no resource version of { $pod } is known
unsent-no-part = not sent: { $pod } is no BBS or Locket pod of { $environment }
unsent-parts-unknown = not sent: it is not known which pods are the BBS's in { $environment }
unsent-still-there = the pod is still there, not terminating
unsent-bug = the delete failed (a bug)

## Why something could not be told, asked or paged, within a sentence.

failed-gone = it is not there any more
failed-paused = the platform wants a pause
failed-passing = it does not work at the moment; the log says why
failed-lasting = it is refused until somebody changes something there; the log says why
failed-unasked = { $platform } could not be asked for { $call }: { $why }
failed-unreadable = { $platform }'s answer to { $call } can't be read
failed-status = { $platform } answered { $call } with HTTP { $code }
failed-late = { $platform } did not answer { $call } within { $seconds } s
failed-slack-token = Slack does not accept the { $token }: { $code }
failed-slack-scope = the { $token } lacks { $scope }, which { $call } needs
failed-slack-app-scope = the Slack app lacks the scope { $scope }
failed-slack-refused = Slack refused { $call }: { $code }
failed-slack-unfit = Slack can't take what { $call } says: { $why }
failed-discord-unfit = Discord can't take what { $call } says: { $why }
failed-discord-token = Discord does not accept the bot's token
failed-discord-not-there = the bot is not in Discord's server, or was not invited with the scope applications.commands ({ $call })
failed-discord-may-not = Discord does not let the bot do { $call }
failed-discord-refused = Discord refused { $call }: { $code } { $why }
failed-no-platform = its platform is not configured
failed-nobody-looked = nobody looked lately
failed-no-pager = nothing is called { $name } that pages
failed-pager-address = the address of { $name } can't be used
failed-pager-late = { $name } did not answer within { $seconds } s
failed-pager-refused = { $name } refused a page with HTTP { $code }: { $text }
failed-pager-status = { $name } answered with HTTP { $code }
failed-pager-lost = { $name } can't be reached: { $why }

## Alerts that were turned away before anybody judged them, and what their senders should know.

rejected-not-configured = alerts are not configured: set alerts.token_file or STAGERBOT__ALERTS__TOKEN
rejected-no-token = expected the header "Authorization: Bearer <token>"
rejected-wrong-token = the bearer token is not the one that is configured
rejected-wrong-password = the user or the password is not the one that is configured
rejected-no-signature = expected the header { $header } with an HMAC-SHA256 of the body in hexadecimal
rejected-wrong-signature = no signature in { $header } is by a key that is configured, over the body as it came
rejected-not-fresh = the time in { $header } is more than { $seconds } s from now
rejected-no-source = there is no such source; there are { $names }
rejected-too-large = the body is larger than { $limit } bytes; see alerts.max_body
rejected-body-too-large = the body is too large
rejected-too-slow = the body took too long to arrive
rejected-no-room = too many bodies arrive at once
rejected-broke-off = the body broke off
rejected-not-stored = the alerts could not be stored; their sender was asked to send them again
rejected-not-json = the body is not JSON, at line { $line } column { $column }
rejected-shape = the body has another shape than that of { $sender }, at { $path }
rejected-sender = this looks like another sender's body: { $sender }. stagerbot alerts explain tells where to send it
rejected-straight = the bot is no Alertmanager: it takes the webhook of one at POST /alerts/alertmanager. Let Prometheus or vmalert send to an Alertmanager, and that to the bot (deploy/alertmanager)
rejected-left-out = the sender left { $count } alerts out of a body: its max_alerts is lower
rejected-muted = { $who } muted the alerts of { $environment } until { $until }
unread-withheld = by its status it is pending, paused, silenced or without data: its sender does not tell of it
unread-no-alert = expected an alert, found this JSON: { $kind }
unread-tried = somebody tries the subscription
unread-neither = { $kind } neither says that the incident fires nor that it is over
note-grafana = this looks like Grafana's webhook: send it to POST /alerts/grafana
note-alertmanager = this looks like Alertmanager's webhook: send it to POST /alerts/alertmanager
tested-no-data = its query gave no data
tested-query-failed = its query failed
tested-contact-point = somebody tries the contact point

## Times and lengths of time.

moment = { $time } { $zone }
moment-dated = { $year }-{ $month }-{ $day } { $time } { $zone }
span-seconds = { $seconds }.{ $tenths } s
span-minutes = { $minutes } min { $seconds } s
span-hours = { $hours } h { $minutes } min

## Reports of incidents, and what many come to.

report-title = Incident { $incident }: { $environment }
report-opened = Opened
report-closed = Closed
report-still-open = still open
report-reopened = Times opened again
report-outcome = Outcome
report-cause = Cause
report-durations = How long it took
report-length = { $length }
report-people = Who did what
report-evidence = Evidence
report-restart = Pods of the restart
report-deleted = deleted at { $at }
report-left = not deleted
report-timeline = What happened
report-verify = To verify the log
report-line = { $at } { $says }
report-whole = All of it, for a post-mortem: { $line }

did-checked = asked for a check
did-requested = requested the restart
did-approved = approved the restart
did-denied = denied the restart
did-cancelled = took the request back
did-took-over = took the incident over
did-drilled = began a drill

took-acknowledged = until a person acted
took-approved = from the request to the approval
took-mitigated = until healthy, from the opening
took-found = from the drill to the second person

stats-title = Outages
stats-title-since = Outages since { $since }
stats-incidents = Incidents
stats-open = Open
stats-outages = Outages by environment and cause
stats-outcomes = How they ended
stats-spread = median { $median }, p90 { $ninety } (of { $count })
stats-none = none yet
stats-who = Who was asked
stats-asked = asked in { $asked }, answered in { $answered }
stats-drills = Drills
stats-drills-count = Number
stats-drills-nobody = Nobody came

history-nothing = No incident yet.
history-line = { $at } · { $environment } · incident { $incident }: { $ended }
history-outage = { $at } · { $environment } · incident { $incident }: { $cause }, { $ended }
history-drill = { $at } · { $environment } · incident { $incident }: drill, { $ended }
history-length = { $line } ({ $length })
history-spread = { $what }: { $spread }

ended-open = open
ended-healthy = healthy
ended-recovered-itself = healthy again by itself
ended-reached-not-proven = reached, not proven
ended-recovered = recovered after a restart
ended-not-recovered = not recovered by a restart
ended-dry-run = dry run
ended-handed-over = taken over

## What Discord says of the commands, each in 100 characters at most. Their names stay as they are.

command-stager = Check staging, and request or approve a restart of Diego's BBS
command-check = Look at an environment, and say what it means
command-status = How things stand
command-restart = Request a restart; a second person has to approve
command-approve = Approve a restart that somebody else requested
command-deny = Deny a restart
command-cancel = Take your own request back
command-handover = Take the incident over; the bot lets go
command-mute = Let alerts open nothing for a while
command-unmute = Hear alerts again
command-report = Tell one incident as a report
command-history = Tell the newest incidents, and how long things took
command-whoami = Say who you are to the bot, and what you may do
command-policy = Say what a restart takes
command-drill = Find out how soon a second person comes; nothing is restarted
command-help = Explain the commands
option-environment = Its name
option-incident = Its number; the newest one without it
option-for = How long, such as 2h; at most 24h
option-code = The request's code, as it stands on the card
option-reason = Why, for the record
option-database-checked = You have checked Diego's database yourself

## Alerts: what they mean, and why they start nothing.

means-stager-unavailable = the stager is unavailable
means-same-outage = the same outage in other words
means-symptom = a symptom, worth a check
means-look-alike = another staging error
means-database = trouble of the database
means-unrelated = nothing to do with staging

ignored-by-rule = rule { $rule } of alerts.rule says to ignore it
ignored-test = its sender only tests the connection, or has no data: { $what }
ignored-look-alike = it is about another staging error, in which Diego answered: a restart would not help
ignored-no-code = it does not tell that the stager is unavailable: { $number } is there, but as part of something else
ignored-unrelated = it does not tell that the stager is unavailable: no label or annotation has 170010 or CF-StagerUnavailable
ignored-unmatched = it has the labels of no environment: { $wanted }
ignored-unmatched-several = it has the labels of several environments: { $environments }
ignored-too-many = it is beyond the first { $most } alerts of one delivery about one environment

because-read = it means { $says } (rule { $rule }), by “{ $quote }”
because-nothing = { $says } (rule { $rule })
because-rule-means = rule { $rule } of alerts.rule says that it means { $meaning }
because-rule-severity = rule { $rule } of alerts.rule says that it is { $severity }
because-severity = its sender calls it { $severity }
because-rule-environment = rule { $rule } of alerts.rule says that it is about { $environment }
because-named = it names { $environment }
because-labels = it has the labels of { $environment }: { $labels }
because-only = { $environment } is the only environment
because-nameless = it names no environment, and alerts.no_environment says to ask all: { $environments }

reads-stager-code = the stager's own error, by its code
reads-stager-phrase = the stager's own error, by its words
reads-stager-number = the stager's own error, by its number
reads-relative-code = the same outage, by another error's code
reads-relative-phrase = the same outage, by another error's words
reads-relative-number = the same outage, by another error's number
reads-instances-unknown = the same outage: the Cloud Controller does not know how many instances run
reads-other-staging-error = another staging error, in which Diego answered
reads-other-staging-number = another staging error, by its number
reads-bbs-lost-lock = the BBS lost its lock, as it logs it
reads-push-fails = an alert that pushes fail
reads-alert-about-database = an alert about the database
reads-log-about-database = the database can't be reached, as it is logged
reads-none = nothing in it tells of staging
reads-number-is-no-code = a number of ours that is no code: part of a hash, a version, an amount, a metric or a link
reads-senders-test = a test of its sender's, or a query without data

explained-source = Read as a body of the source { $source }
explained-title = { $place }: { $name }
explained-refused = It would be refused: { $why }
explained-ignored = It starts nothing: { $why }
explained-note = Its sender is told: { $note }
explained-elsewhere = At any other address its sender is told: { $note }
explained-left-out = Its sender left { $count } alerts out.
explained-nothing = There is no alert in it.
explained-firing = It fires.
explained-resolved = It is over.
explained-over = “{ $quote }” says that it is over.
explained-opens = It opens an incident of { $environments }, or joins the open one.
explained-joins = It joins an open incident of { $environments }, and opens none.
explained-checks = It makes an open incident of { $environments } look again, and opens none.
explained-inhibits = While it fires, no restart of { $environments } is offered, unless somebody says that the database was checked.

## The playground's page.

play-title = Stagerbot's playground
play-intro = The real bot between a simulated Cloud Foundry, Slack and Discord, all on this machine. Open a second window to be a second person.
play-you = You are
play-role-requester = requests restarts
play-role-approver = approves what others request
play-role-second-account = Ada's second account
play-role-nobody = may look, and no more
play-role-stranger = of another organisation, by Slack Connect
play-language = Language
play-scene = Scene
play-free = Play freely
play-scene-outage = Outage and recovery
play-scene-own-request = Somebody approves their own request
play-scene-escalation = Nobody answers
play-scene-recovers-itself = It recovers before the approval
play-scene-database-down = The database is down
play-scene-bot-killed = The bot is killed in the middle
play-look-free =
    Everything is well. Order a fault, let Alertmanager report it, or type /stager check.
    Watch what the bot asks of the cluster, and what it offers.
play-look-outage =
    Request the restart as Ada, and approve it as Grace: the card shows the evidence that each of them goes by.
    On the right one pod goes at a time, and the second one only once the first is back.
play-look-own-request =
    Request as Ada, and approve as Ada, by both of her accounts: the answer that only she sees tells why not.
    On the right nothing is deleted, and the thread keeps every refusal.
play-look-escalation =
    Request as Ada, and then wait: the bot reminds those who may approve, and then calls them in the channel cf-managers.
    Approve as Grace: every call is edited to say what happened.
play-look-recovers-itself =
    Request as Ada, then repair everything on the right before anybody approves.
    The request becomes void, and not one pod is deleted.
play-look-database-down =
    The card has no button to restart: with the database down a deleted pod would never become ready.
    Type /stager restart all the same, and then repair everything on the right.
play-look-bot-killed =
    Request as Ada, approve as Grace, and kill the bot once the first pod is on its way out; then start it.
    It looks before it goes on: no pod is deleted twice, and none that need not be any more.
play-begin-again = Begin again
play-people = Let the people act by themselves
play-opening = Something is about to go wrong …
play-your-turn = It is your turn.
play-playing = The people act by themselves.
play-ended-well = The scene ended as it should.
play-ended-ill = The scene did not end as it should:
play-chat = Chat
play-direct = Direct messages
play-only-you = Only visible to you
play-edited = (edited)
play-thread = Thread
play-type = Type a message, or /stager check
play-send = Send
play-dismiss = Dismiss
play-cancel = Cancel
play-thinking = is thinking …
play-silence = Nothing was said here yet.
play-not-here = This account is not here.
play-cluster = Cluster
play-pod = Pod
play-ready = Ready
play-state = State
play-label = Label
play-active = active
play-passive = passive
play-terminating = Terminating
play-endpoints = Service endpoints
play-lock = Lock held by
play-requests = What is asked of the Kubernetes API
play-faults = Make something go wrong
play-fault-connections-lost = Database connections die
play-fault-database-down = Database down
play-fault-bbs-hung = A BBS hangs
play-fault-stale-label = The label is stale
play-fault-network-policy = A network policy blocks
play-fault-image-missing = New pods get no image
play-fault-hangs-terminating = A finalizer holds a pod
play-fault-exec-denied = The bot may not exec
play-fault-delete-answers-lost = Answers to deletes are lost
play-fault-api-down = API server down
play-heal = Repair everything
play-alert = Let Alertmanager report it
play-kill = Kill the bot
play-revive = Start the bot
play-timeline = Timeline
play-timeline-none = No incident yet.
play-incident = Incident
play-kubectl = kubectl works here, too:
play-failed = That did not work:
play-lost = The playground has ended, or can't be reached.
