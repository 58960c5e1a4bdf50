# Every sentence that Stagerbot says, in English. Arguments are plain texts; each platform escapes them.

## What was found. advice-<id> says what to do.

finding-cluster-not-seen = The Kubernetes API did not answer, so nothing can be said.
advice-cluster-not-seen = Check the API server, the bot's token and its permissions; then check again.
finding-cloud-controller-not-ready = Cloud Controller pods are not ready: this is not the stager's outage.
advice-cloud-controller-not-ready = Look into the api pods first. Restarting Diego would not help.
finding-pending-revision = A StatefulSet has a pending revision: deleting its pods would deploy it.
advice-pending-revision = Finish or roll back the update first.
finding-bbs-absent = Fewer BBS pods than wanted exist.
advice-bbs-absent = Look at the StatefulSet and its events: something keeps the pods from being created.
finding-bbs-terminating = Pods are terminating: somebody is restarting them already.
advice-bbs-terminating = Wait until they are back.
finding-bbs-failing = Pods crash or can't start: a restart would make more of the same.
advice-bbs-failing = Look at the pods' logs and events.
finding-bbs-not-ready = BBS pods are not ready. A database that is down looks like this.
advice-bbs-not-ready = Check the database first. While it is down a restart gains nothing and costs redundancy.
finding-locket-not-ready = Locket pods are not ready.
advice-locket-not-ready = Check the database and Locket's logs.
finding-probe-not-possible = The probe gave no clear answer.
advice-probe-not-possible = Run the probe by hand (below), from each api pod.
finding-two-leaders = More than one pod is labelled as the active leader. A hung BBS looks like this.
advice-two-leaders = Find the pod that does not answer; deleting that one alone heals it.
finding-leader-not-reachable = The label names an active leader, but the Cloud Controller can't reach it. The label may be stale, or the network at fault.
advice-leader-not-reachable = Wait for the label to follow; it is checked again shortly.
finding-no-active-leader = The Cloud Controller can't reach the BBS, its pods are ready, and none of them is the active leader. Restarting them helps, once the database answers.
advice-no-active-leader = Check the database, then request a restart; a second person approves it.
finding-healthy = The Cloud Controller reaches the BBS; { $leader } is the active leader.
advice-healthy = Nothing to do. If pushes still fail, the cause lies elsewhere.
finding-unexplained = What was seen fits no known pattern.
advice-unexplained = Go on by hand (below).

verdict-healthy = healthy
verdict-will-help = a restart will help
verdict-will-not-help = a restart will not help
verdict-not-known = not known whether a restart helps

## What is missing for a recovery, and what stops a restart.

missing-sight = the cluster can't be seen
missing-pods = { $found } of { $wanted } BBS pods exist
missing-gone = { $pod } is still terminating
missing-ready = { $pod } is { $ready }/{ $containers } ready ({ $status })
missing-leader = no pod is active
missing-one-leader = { $count } pods are active
missing-endpoints = the leader is not behind the BBS Service yet
missing-probe = no probe could be made
missing-probe-from = the probe from { $pod } fails: { $text }
missing-probe-of = { $pod }, from which the probe failed before, was not probed again

stopped-absent = { $pod } was not created again
stopped-failed = the new { $pod } can't run ({ $why }); the other pods were left alone
stopped-not-ready = the new { $pod } did not become ready in time ({ $ready }/{ $containers }); the other pods were left alone
stopped-stalled = nothing moved for too long
stopped-switched-off = restarts were switched off in the configuration meanwhile
stopped-delete-failed = { $pod } could not be deleted

voided-recovered = it is healthy again
voided-pods-changed = a planned pod is gone or was replaced by somebody else
voided-cause-changed = the evidence changed: { $now }
voided-not-seen = the evidence could not be checked again

skipped-healthy = the environment is healthy
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
told-alert-joined = Alert { $name } ({ $source }) joined: { $summary }
told-alert-resolved = { $source } says that alert { $name } is over: checking.
told-check-again = { $who } asked for another check.
told-claimed = The bot took this incident up again (claim { $claim }).
told-diagnosed = Verdict: { $verdict }. { $because }
told-diagnosed-evidence = Verdict: { $verdict }. { $because }
    { $evidence }
told-requested = { $who } requested a restart of { $pods } (code { $code }, can be approved until { $until }).
told-requested-because = { $who } requested a restart of { $pods } (code { $code }, can be approved until { $until }): { $reason }
told-requested-dry = { $who } requested a restart of { $pods } (code { $code }, can be approved until { $until }). Dry run: nothing will be deleted.
told-requested-dry-because = { $who } requested a restart of { $pods } (code { $code }, can be approved until { $until }): { $reason } Dry run: nothing will be deleted.
told-approved = { $who } approved.
told-approved-database = { $who } approved, and says that the database was checked.
told-denied = { $who } denied the request.
told-expired = Nobody approved in time: the request expired.
told-cancelled = { $who } cancelled the request.
told-voided = The request is void: { $why }.
told-rechecked = Checked again after the approval: the same pods, the same cause. Going on.
    { $probes }
told-taken-over = Checked again after an interruption: not healthy yet. Going on.
    { $probes }
told-intended = Deleting { $pod }, if it is still UID { $uid } at resource version { $version }.
told-deleted = { $pod } (UID { $uid }) is being deleted.
told-deleted-terminating = { $pod } (UID { $uid }) was found terminating.
told-deleted-gone = { $pod } (UID { $uid }) was found gone.
told-unclear = Whether the delete of { $pod } (UID { $uid }) arrived is not known: { $why }. Looking.
told-failed = { $pod } (UID { $uid }) was not deleted: { $why }. Looking again.
told-spared = { $pod } (UID { $uid }) has become the active leader of a healthy environment and is left alone.
told-skipped = { $pod } (UID { $uid }) is not deleted: { $why }.
told-recovery-awaited = All deletes are done. Watching the recovery until { $until }.
told-leader = New active leader: { $leader }. Which one was active before is not known.
told-leader-after = New active leader: { $leader }. Before: { $before } (last seen healthy at { $at }).
told-healthy = Every container is ready, one leader is active, and the same probe succeeds. It has to hold for a while.
    { $probes }
told-health-lost = It did not hold: { $missing }.
told-pods = { $pods }
told-refused = { $who } was refused { $what }: { $why }

outcome-healthy = Healthy: nothing to do.
outcome-recovered-itself = Healthy again, without a restart of ours.
outcome-recovered = Recovered: { $leader } is the active leader ({ $deleted } of { $planned } planned pods were deleted).
outcome-not-recovered = Not recovered: { $why } ({ $deleted } of { $planned } planned pods were deleted). Over to you.
outcome-dry-run = Dry run: { $planned } pods would have been deleted; none was.
outcome-handed-over = { $who } took over.
outcome-handed-over-because = { $who } took over: { $reason }

phase-diagnosis = until the diagnosis
phase-request = until the request
phase-approval = until the approval
phase-deletes = until the last delete
phase-recovery = until healthy

## Refusals: always with the reason.

refused-not-mapped = Your account belongs to no person in my configuration, so you may look, but neither request nor approve. Ask an operator to add you.
refused-may-not-request = You may not request restarts. Who may: { $who }.
refused-may-not-approve = You may not approve or deny restarts. Who may: { $who }.
refused-own-request = You requested this restart yourself. A second person has to approve it.
refused-database-not-confirmed = The database's state is not known. Check it, then say so: /stager approve CODE database-checked
refused-no-such-code = No request waits under the code { $code }.
refused-already-approved = Too late: { $who } approved it at { $at }.
refused-already-denied = Too late: { $who } denied it at { $at }.
refused-already-cancelled = Too late: { $who } cancelled it at { $at }.
refused-expired = Too late: the request expired at { $at }. Request a restart anew.
refused-voided = Too late: the request became void at { $at }, since its evidence no longer held.
refused-already-requested = { $who } requested a restart already; it waits for its approval.
refused-being-carried-out = A restart is being carried out.
refused-not-diagnosed = The check is still under way.
refused-verdict = No restart: { $verdict }. { $because }
refused-restarts-off = Restarts are switched off in my configuration.
refused-one-restart = This incident has had its restart. Another one needs a person's hand.
refused-cool-down = The environment was restarted not long ago. No further restart before { $until }.
refused-not-yours = Only { $who } can cancel this request. Deny it instead.
refused-nothing-pending = Nothing waits for an approval.
refused-closed = That incident is closed.
refused-no-incident = No incident is open here. Start with /stager check.
refused-which-environment = Which environment? I know: { $names }.
refused-no-environment = I know no environment called { $name }. I know: { $names }.
refused-unclear = I don't understand “{ $text }”.
    { $help }

## Answers to what was accepted.

answer-checking = Checking { $environment }: see incident { $incident } in its channel.
answer-joined = Incident { $incident } of { $environment } is open: checking again.
answer-restart-requested = Requested. A second person has to approve, with the button or by: /stager approve { $code } database-checked
answer-approved = Approved. The evidence is checked once more before anything is deleted.
answer-denied = Denied.
answer-cancelled = Cancelled.
answer-handed-over = The incident is yours.
answer-alert = noted
answer-status = { $lines }
status-line = { $environment }: { $stands } (incident { $incident })
status-line-quiet = { $environment }: no open incident
answer-help = /stager check [environment] — look, and say what it means
    /stager status — how things stand
    /stager restart [reason] — request a restart; a second person has to approve
    /stager approve CODE database-checked — approve, having checked the database
    /stager deny CODE · /stager cancel CODE — deny, or take your own request back
    /stager handover [reason] — take the incident over; the bot lets go
    /stager help — this

## The card.

card-checking = { $environment }: checking
card-healthy = { $environment }: healthy
card-will-help = { $environment }: the stager is unavailable; a restart will help
card-will-not-help = { $environment }: a restart will not help
card-not-known = { $environment }: not known whether a restart helps
card-awaiting = { $environment }: restart requested by { $who }, waits for a second person
card-restarting = { $environment }: restarting, { $done } of { $planned } pods
card-recovering = { $environment }: restarted, watching the recovery
card-closed = { $environment }: { $outcome }

title-findings = Findings
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
field-evidence = Evidence from
field-alerts = Alerts
field-requested = Requested by
field-approved = Approved by

leader-none = none
leader-several = several
leader-change = { $before } → { $after }
leader-change-unknown = not known → { $after }
database-up = up
database-accepts = accepts connections, which proves little: check it before approving
database-down = down
database-not-known = not known: check it before approving
not-seen = not known ({ $why })
alerts-count = { $count ->
    [one] { $name }
   *[other] { $name } and { $more } more
}

plan-pods = Delete { $pods }, one after another: the first is the canary, and the rest follow once its replacement has every container ready. Each delete is bound to the pod's UID, and everything is checked again before each. Apps keep running; staging and scaling pause until it is over.
plan-dry = Dry run: nothing will be deleted.
plan-withheld = No restart is offered: { $why }
plan-expires = Can be approved until { $until }. Code: { $code }

progress-waiting = { $pod }: waiting
progress-intended = { $pod }: being deleted
progress-terminating = { $pod }: terminating (grace until { $until })
progress-gone = { $pod }: gone, not yet created again
progress-starting = { $pod }: starting { $ready }/{ $containers }
progress-ready = { $pod }: ready { $ready }/{ $containers }
progress-active = { $pod }: ready { $ready }/{ $containers }, active
progress-spared = { $pod }: left alone
progress-skipped = { $pod }: not deleted

phase-line = { $length } { $phase }
hand-look = # look
hand-probe = # probe
hand-restart = # only if no pod is active, and the database answers
hand-wait = # wait until every container is ready and one pod is active, then probe again
note-incident = Incident { $incident }, opened { $opened }

button-restart = Request restart
button-approve = Approve
button-deny = Deny
button-cancel = Cancel
button-check-again = Check again
confirm-restart-title = Request a restart?
confirm-restart = { $environment }: delete { $pods }. The evidence was { $age } old when this card was drawn; it is checked again after the approval. A second person has to approve.
confirm-restart-yes = Request
confirm-approve-title = Approve the restart?
confirm-approve = { $environment }: delete { $pods }. The evidence was { $age } old at the request; it is checked again now. Database: { $database }. By approving you say that you checked the database.
confirm-approve-yes = Checked, approve
confirm-no = Back

## The terminal.

terminal-check = { $environment } (namespace { $namespace }) at { $at }
terminal-verdict = Verdict: { $verdict }
terminal-endpoints = BBS Service endpoints: { $names }
