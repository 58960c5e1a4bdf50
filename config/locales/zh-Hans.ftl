# Every sentence that Stagerbot says, in Chinese, simplified. What is missing here is said in English.

## What was found. advice-<id> says what to do.

finding-api-unreachable = Kubernetes API 服务器不可访问，因此无法做出任何判断。
advice-api-unreachable = 请检查 API 服务器以及从此处到它的网络。如果所有人都无法访问，应先处理该故障。
finding-api-slow = Kubernetes API 服务器未及时响应，因此无法做出任何判断。
advice-api-slow = 请检查 API 服务器的负载。稍后会重试。
finding-credentials-missing = 机器人没有可用于登录的凭证，因此未向 Kubernetes API 服务器发出请求。
advice-credentials-missing = 请修复原因中提到的凭证插件或文件。机器人会在下次查看时使用修复后的内容。
finding-api-not-trusted = Kubernetes API 服务器（或代替它应答者）的证书不受信任，因此未向其发送任何内容。
advice-api-not-trusted = 请将服务器的证书与 kubeconfig 中的 certificate-authority 和 tls-server-name 进行比较。不要关闭校验：中间可能有人拦截。
finding-credentials-refused = Kubernetes API 服务器拒绝了机器人的凭证：凭证已过期或有误。
advice-credentials-refused = 请更新机器人的令牌或 kubeconfig。
finding-permission-missing = 机器人无权查看 pod 或其 StatefulSet。
advice-permission-missing = 请授予它 deploy/ 中的 Role：对 pods、statefulsets 和 endpoints 的 get、list 和 watch。
finding-parts-not-found = 集群有响应，但无法判断哪些 pod 属于 Cloud Controller、哪些属于 BBS。
advice-parts-not-found = 请检查环境的命名空间和 preset；让各组件被自动发现，或在 [environment.topology] 下指定 StatefulSet。
finding-not-an-api-server = 在 API 服务器的地址上应答的不是 Kubernetes API 服务器，而可能是代理或登录页面，因此无法做出任何判断。
advice-not-an-api-server = 请查看从此处到 API 服务器之间有什么，以及 kubeconfig 中的服务器地址。
finding-cluster-not-seen = 无法查看集群，因此无法做出任何判断。
advice-cluster-not-seen = 请检查 API 服务器、机器人的令牌及其权限，然后重新检查。

finding-name-not-resolved = Service { $service } 存在，但其名称在所有 Cloud Controller pod 中都无法解析。
advice-name-not-resolved = 请检查集群的 DNS，以及这些 pod 中 /etc/resolv.conf 的内容。
finding-database-down = 数据库没有响应。现在重新启动会使情况恶化：数据库停止期间，被删除的 pod 不会就绪。
advice-database-down = 请先恢复数据库。之后 Diego 往往会自行恢复；请在半分钟后重新检查。
finding-database-exhausted = 数据库没有空闲连接：新的 pod 将无法取得连接。
advice-database-exhausted = 请释放连接或提高上限，并查明是谁占用了连接，然后重新检查。
finding-database-no-session = Locket 无法在其数据库上建立会话：{ $why }
advice-database-no-session = 请按其所述进行修正（登录信息、数据库名称、地址、TLS），然后重新检查：新的 pod 同样会被拒绝。
finding-update-under-way = 更新正在进行：两个版本同时运行（{ $sets }），且有 pod 未就绪：{ $pods }。
advice-update-under-way = 请先完成或回滚更新，并查看新版本的 pod。
finding-cloud-controller-absent = 没有 Cloud Controller pod（应有 { $wanted } 个）：无法登台，也无法探测 BBS。
advice-cloud-controller-absent = 请先查看 api pod 的 StatefulSet 及其事件。
finding-cloud-controller-not-ready = 没有任何 Cloud Controller pod 已就绪：{ $pods }。无法登台，也无法探测 BBS。
advice-cloud-controller-not-ready = 请先查看 api pod，然后重新检查。
finding-cloud-controller-short = 有 Cloud Controller pod 未就绪：{ $pods }。其余 pod 可访问 BBS，因此这不是登台程序的故障。
advice-cloud-controller-short = 请查看这些 api pod。重新启动 Diego 对它们没有帮助。
finding-node-lost = { $pods } 所在的节点（{ $nodes }）失去联系。删除会挂起，也不会创建替代的 pod。
advice-node-lost = 请恢复该节点。只有在确定节点已关机时，才将其移出集群以释放其 pod。
finding-finalizer-holds = 容器已停止，但 finalizer（{ $finalizers }）尚未放行 { $pods }：放行之前不会创建新的 pod。
advice-finalizer-holds = 请查明这些 finalizer 属于谁，并让它们执行完毕。
finding-unschedulable = 没有节点能接纳 { $pods }（{ $why }）：重新启动只会再产生一个等待中的 pod。
advice-unschedulable = 请查看 pod 的事件：资源、污点、亲和性或卷。
finding-image-missing = 无法拉取 { $pods } 的镜像（{ $why }）：重新启动只会重复同样的问题。
advice-image-missing = 请检查镜像名称、镜像仓库及其拉取 Secret。
finding-crash-loop = pod 反复崩溃（{ $pods }）：重新启动只会重复同样的问题。
advice-crash-loop = 请查看 pod 的日志，包括上一次运行的日志。
finding-cannot-start = { $pods } 的某个容器无法启动：重新启动只会重复同样的问题。
advice-cannot-start = 请查看 pod 的事件：配置、Secret 或卷。
finding-certificates-refused = BBS 可访问，但 TLS 证书被拒绝：已过期、由其他 CA 签发，或名称不符。
advice-certificates-refused = 请检查并轮换证书。重新启动不会更新证书。
finding-locket-tls-refused = Locket 有响应，但其 TLS 被拒绝（在 { $pod } 中查询）：{ $why }
advice-locket-tls-refused = 请检查并轮换 Locket 及其客户端的证书。新的 pod 会使用同样的证书。
finding-bbs-migrating = BBS 可访问，返回 503：它正在启动，或正在迁移其数据库。{ $time }
advice-bbs-migrating = 请等待：重新启动会使迁移从头开始。稍后会重新检查。
finding-bbs-answers-error = BBS 可访问，但返回错误。
advice-bbs-answers-error = 请查看 BBS 的日志及其数据库。
finding-service-missing = 用于查找 BBS 的 Service { $service } 不存在。此发行版可能使用其他名称。
advice-service-missing = 请列出命名空间中的 Service；在环境中设置 BBS 的 Service，或让其被自动发现。
finding-network-blocked = { $pods } 中的 BBS 正在监听、已就绪并位于其 Service 之后，但没有 Cloud Controller pod 能访问它：问题出在网络。
advice-network-blocked = 请检查网络策略，以及相关节点上的网络插件和 kube-proxy。
finding-some-api-pods-affected = 从其他 Cloud Controller pod 可访问 BBS，只有从 { $pods } 不可访问。
advice-some-api-pods-affected = 请查看这些 api pod、其节点及节点的网络。
finding-pending-revision = StatefulSet（{ $sets }）有待部署的修订版：删除其 pod 就会部署该修订版。
advice-pending-revision = 请先完成或回滚更新。
finding-two-versions = 两个版本同时运行（{ $sets }）：更新正在进行。
advice-two-versions = 请先让更新结束。

finding-pods-terminating = 有 pod 正在终止（{ $pods }）：已经有人在重新启动。
advice-pods-terminating = 请等待它们恢复。
finding-pods-starting = 正在创建 pod（{ $pods }）。
advice-pods-starting = 请等待它们就绪。
finding-pods-not-starting = 有 pod 创建已超过五分钟，但其中没有任何容器在运行（{ $pods }）。
advice-pods-not-starting = 请查看 pod 的事件：卷、网络、init 容器。
finding-bbs-absent = BBS pod 应有 { $wanted } 个，现有 { $found } 个。
advice-bbs-absent = 请查看 StatefulSet 及其事件：采用 OrderedReady 时，前一个 pod 未就绪就不会创建下一个。
finding-bbs-not-ready = 有 BBS pod 未就绪：{ $pods }。{ $database }
advice-bbs-not-ready = 请查看未就绪的容器及其日志。如果数据库已停止，请先恢复数据库：此时重新启动毫无收益，还会损失冗余。
finding-locket-absent = Locket pod 应有 { $wanted } 个，现有 { $found } 个。
advice-locket-absent = 请查看 StatefulSet 及其事件：采用 OrderedReady 时，前一个 pod 未就绪就不会创建下一个。
finding-locket-not-ready = 有 Locket pod 未就绪：{ $pods }。{ $database }
advice-locket-not-ready = 请检查数据库，并查看 Locket 的日志。
finding-locket-down = Locket 在其端口上没有响应（在 { $pod } 中查询）：没有 BBS 能取得锁定。
advice-locket-down = 请查看 Locket 的日志、证书和数据库；monit 正在反复启动它。
finding-exec-denied = 机器人无权在 Cloud Controller pod 中 exec，因此无法探测：缺少对 pods/exec 的 { $verb } 权限。
advice-exec-denied = 请像 deploy/ 中的 Role 那样授予对 pods/exec 的 create 和 get 权限；或手动探测（见下）。
finding-exec-refused = 集群的某项策略拒绝在 Cloud Controller pod 中执行命令，因此未进行探测。原因不在机器人的角色。
advice-exec-refused = 请让该策略在此命名空间中豁免机器人的账号；在此之前，请用该策略放行的账号手动探测（见下）。
finding-exec-not-carried = 从此处到 API 服务器的路径不支持 WebSocket，而在 pod 中执行命令需要它，因此未进行探测。kubectl 也许没有它也能工作。
advice-exec-not-carried = 请让代理或负载均衡器放行 WebSocket 升级，或指定 API 服务器自身的地址；在此之前，请手动探测（见下）。
finding-exec-impossible = 在 Cloud Controller pod 中 exec 失败，因此未进行探测。
advice-exec-impossible = 请检查该 pod 的容器及其节点；请手动探测（见下）。
finding-probe-not-possible = 探测没有得到明确的结果。
advice-probe-not-possible = 请从每个 api pod 手动探测（见下）。
finding-name-not-resolved-by-some = BBS Service 的名称在 { $pods } 中无法解析，但在其他 api pod 中可以。
advice-name-not-resolved-by-some = 请查看该 pod 及其节点所看到的 DNS。
finding-two-leaders = 有多个 pod 看起来是活动领导者：{ $pods }。
advice-two-leaders = 请手动逐个确认哪个 pod 有响应，以及谁持有锁定。在弄清之前不要删除任何一个。
finding-label-stale = 标签显示 { $pods } 为活动，但那里没有任何进程在监听。{ $time }
advice-label-stale = 请等待标签更新，并检查 Locket 和数据库；稍后会重新检查。
finding-label-missing = { $pods } 中的 BBS 正在监听，但标签并未如此显示：Service 可能没有指向那里。{ $time }
advice-label-missing = 请等待标签更新；稍后会重新检查。如果一直如此，请检查 pod 是否有权修改自己的标签。
finding-leader-awaited = 没有领导者，但 Locket 正常：某个 BBS 应会在下一次尝试时取得锁定。刚失去领导者后的几秒内会如此。
advice-leader-awaited = 请等待：视持续时间而定；稍后会重新检查。
finding-bbs-start-slow = { $pods } 中的 BBS 返回 503。{ $time }它可能在启动时挂起，也可能正在等待其数据库：未能确认数据库是否正常。
advice-bbs-start-slow = 请检查数据库。如果数据库正常，请查看 BBS 的日志。
finding-leader-not-reachable = { $leader } 应为活动领导者，但没有 Cloud Controller pod 能访问它。可能是其标签已过时，或是网络的问题。{ $time }
advice-leader-not-reachable = 请等待标签更新；稍后会重新检查。如果一直如此，请从该 pod 内部查看其 BBS 是否在监听。
finding-ping-not-answered = BBS 的端口接受连接，但其 ping 没有响应，且未能确认是哪个 pod 挂起。
advice-ping-not-answered = 请手动 ping 每个 BBS pod（见下），找出没有响应的那个。在弄清之前不要删除任何一个。
finding-ping-cut-off = BBS 的端口接受连接，但 ping 的连接在得到响应之前就被关闭：可能由服务网格的边车等代理接管，或被 BBS 中断。
advice-ping-cut-off = 请查看 api pod 中边车的日志，以及 BBS 自身的日志。在这里，连接成功不能证明任何事。
finding-connects-prove-nothing = 在无人监听之处连接也会成功：中间有东西在接受连接，例如服务网格的边车。未能确认 BBS 是否可访问。
advice-connects-prove-nothing = 请设法使 ping 可行（在 api 容器中准备 curl 和 Cloud Controller 的证书），或使 BBS pod 可以 exec；在此之前，不要以连接成功为据。
finding-lock-at-risk = { $leader } 仍在提供服务，但 Locket 没有响应：如果持续下去，几秒内就会失去锁定。
advice-lock-at-risk = 请检查数据库。稍后会重新检查。

finding-label-stuck = 标签显示 { $pods } 为活动，但那里没有任何进程在监听，而 Locket 正常。{ $time }标签已卡住，Service 没有指向任何地方。
advice-label-stuck = 只需重新启动它即可解决：请申请重新启动；由另一人批准。
finding-bbs-start-hung = { $pods } 中的 BBS 返回 503，而数据库正常，也没有任何需要迁移的新内容。{ $time }它在启动时挂起。
advice-bbs-start-hung = 只需重新启动它即可解决：请申请重新启动；由另一人批准。
finding-bbs-unreachable = Cloud Controller 无法访问 BBS；BBS pod 已就绪，但其中没有活动领导者。
finding-bbs-unreachable-passive = Cloud Controller 无法访问 BBS；BBS pod 已就绪到没有领导者时所能达到的程度，但其中没有一个为活动。
advice-bbs-unreachable = 只要数据库有响应，重新启动即可解决：请先检查数据库，再申请重新启动；由另一人批准。
finding-bbs-hung = { $pods } 中的 BBS 挂起：其端口接受连接，但没有任何响应。
advice-bbs-hung = 重新启动它即可解决：请申请重新启动；由另一人批准。

finding-no-active-leader = 没有 BBS pod 是活动领导者。
advice-no-active-leader = 如果 Locket 和数据库正常，失去前一个领导者后半分钟内应有一个 BBS 取得锁定。
finding-locket-works = Locket 正常，但没有任何 BBS 持有锁定并提供服务。刚失去领导者后的几秒内会如此。
advice-locket-works = 重新启动之前，请在半分钟后重新检查。
finding-locket-hung = Locket 没有响应（在 { $pod } 中查询）。它挂起了，或是其数据库挂起了：两者看起来一样。
advice-locket-hung = 请检查数据库：如果数据库有响应，则 Locket 挂在已失效的连接上。
finding-locket-client-refused = BBS 正在提供服务，但 { $pod } 中查询 Locket 的客户端与 Locket 之间的 TLS 失败：{ $why }
advice-locket-client-refused = 请检查该客户端和 Locket 的证书。正在提供的服务不受影响；但如果问题出在 Locket 的证书上，新启动的 BBS 将无法获得锁定。
finding-lock-elsewhere = { $leader } 看起来是领导者，但锁定中记录的持有者是 { $owner }。标签或锁定的记录行可能已过时。
advice-lock-elsewhere = 请一分钟后再次比较，并确认两个 pod 中哪个有响应。不要动锁定：其持有者可能是唯一在提供服务的 pod。
finding-cells-evacuating = Diego cell 正在撤出（{ $pods }）：应用正在迁移，重新启动 Diego 会影响它们。
advice-cells-evacuating = 如果可以等待，请在重新启动之前让撤出结束。
finding-cloud-controller-short-too = 另有 Cloud Controller pod 未就绪：{ $pods }。探测是从其余 pod 进行的。
advice-cloud-controller-short-too = 也请查看这些 api pod。
finding-passive-not-ready = 以下被动 pod 仅 BBS 自身的容器未就绪：{ $pods }。在就绪探测检查 BBS 端口的发行版中，被动 pod 最多只能就绪到这个程度。
advice-passive-not-ready = 如果此发行版并非如此，请查看该容器。
finding-proxy-answers = 在无人监听之处连接也会成功：中间有东西在接受连接，例如服务网格的边车。这里以 ping 的结果为准。
advice-proxy-answers = 不要把连接成功当作响应。
finding-healthy = Cloud Controller 可访问 BBS；活动领导者是 { $leader }。
advice-healthy = 无需操作。如果 push 仍然失败或警报仍在触发，则原因在别处，或已经过去。
finding-reached-not-proven = 可连接到 BBS；未能确认它是否响应：{ $why }。{ $leader } 看起来是活动领导者。
advice-reached-not-proven = 挂起的 BBS 也会接受连接：只要 push 仍失败，请设法使 ping 可行并重新检查，或查看 BBS 的日志。
finding-unexplained = 所见情况不符合任何已知模式。
advice-unexplained = 请手动继续（见下）。

verdict-healthy = 正常
verdict-reached-not-proven = 可连接，未证实有响应
verdict-will-help = 重新启动可解决
verdict-will-not-help = 重新启动无法解决
verdict-not-known = 不知道重新启动能否解决

## How long something has been so.

time-normal = 短时间内这是正常的。
time-over = 自 { $since } 起一直如此（已查看 { $looks } 次）。
time-over-new = 自 { $since } 起一直如此（已查看 { $looks } 次）。对启动来说时间偏长，但那里运行的内容自上次确认正常以来可能是新的，而迁移不应被中断。一旦 ping 得到响应即告结束；如果 BBS 的日志中没有迁移，须由人来决定。
title-time = 视持续时间而定
waits-stale-label = { $pod } 的标签滞后：剩余 { $left }，至 { $until }（已查看 { $looks } 次，需 { $wanted } 次）
waits-label-missing = { $pod } 缺少标签：剩余 { $left }，至 { $until }（已查看 { $looks } 次，需 { $wanted } 次）
waits-unreached = { $pod } 不可访问：剩余 { $left }，至 { $until }（已查看 { $looks } 次，需 { $wanted } 次）
waits-starting = { $pod } 正在启动：剩余 { $left }，至 { $until }（已查看 { $looks } 次，需 { $wanted } 次）
waits-leaderless = 没有领导者：剩余 { $left }，至 { $until }（已查看 { $looks } 次，需 { $wanted } 次）

## What a pod that is not ready may mean.

not-ready-database-unknown = 数据库停止时也会如此。
not-ready-database-up = 数据库有响应，因此原因不在于此。

## Why no ping could be made, and how one could.

unseen-ping-no-curl = api 容器中没有 curl；请将其加入镜像
unseen-ping-old-curl = api 容器的 curl 缺少某个选项或 TLS；请更新它
unseen-ping-no-certificates = 在 api 容器中无法使用 Cloud Controller 用于 BBS 的证书；请参阅 ping 的输出
unseen-ping-other-name = BBS 证书上的名称与访问时使用的名称不符，且无法读取 Cloud Controller 用来访问它的名称
unseen-ping-exec-denied = 机器人无权在 api pod 中 exec；请在那里授予 pods/exec 权限
unseen-ping-exec-refused = 集群的某项策略拒绝在 api pod 中执行命令；请在那里豁免机器人的账号
unseen-ping-exec-not-carried = 到 API 服务器的路径不支持 WebSocket；请让中间的代理放行
unseen-ping-exec-failed = 在 api pod 中 exec 失败；请参阅 ping 的输出
unseen-ping-in-doubt = ping 的结果存疑；下次查看时会再次进行
unseen-ping-because = { $why }

## What is missing for a recovery, and what stops a restart.

missing-sight = 无法查看集群
missing-pods = BBS pod 应有 { $wanted } 个，现有 { $found } 个
missing-gone = { $pod } 仍在终止
missing-gone-held = { $pod } 仍在终止：其 finalizer 尚未放行（{ $finalizers }）
missing-ready-containers = { $pod } 就绪 { $ready }/{ $containers }（{ $status }；未就绪：{ $unready }）
missing-ready = { $pod } 就绪 { $ready }/{ $containers }（{ $status }）
missing-leader = 没有活动的 pod
missing-one-leader = 有 { $count } 个 pod 为活动
missing-endpoints = 领导者尚未位于 BBS Service 之后
missing-probe = 无法进行探测
missing-probe-from = 从 { $pod } 的探测失败：{ $text }
missing-ping-from = 从 { $pod } ping BBS 没有响应：{ $text }
missing-answer = 在这里连接成功不能证明任何事，也无法进行 ping
missing-listening = { $pod } 的标签为活动，但没有在监听
missing-label = { $pod } 正在监听，但未被标记为活动
missing-probe-of = 之前从 { $pod } 的探测失败，此后未再从该 pod 探测

stopped-absent = { $pod } 没有被重新创建
stopped-terminating = { $pod } 在 { $hangs }后仍在终止：{ $held }。其后的 pod 均未删除
held-finalizers = 其 finalizer 尚未放行（{ $finalizers }）
held-not-seen = 未能看到是什么阻止其终止（可查看其事件和节点）
went-past = { $pod } 处于 Terminating 已有 { $hangs }：{ $held }。其 StatefulSet 为 Parallel，已确认的计划不再等待它。
stopped-failed = 新的 { $pod } 无法运行（{ $why }）；其他 pod 保持不动
stopped-not-ready = 新的 { $pod } 未及时就绪（{ $ready }/{ $containers }）；其他 pod 保持不动
stopped-stalled = 太久没有任何进展
stopped-switched-off = 在此期间，配置中关闭了重新启动
stopped-delete-failed = 无法删除 { $pod }

voided-reached = 又可连接到 BBS，但未能确认它是否响应
voided-recovered = 已恢复正常
voided-pods-changed = 计划中的某个 pod 已消失或被他人替换
voided-cause-changed = 依据已变化（现在：{ $now }）
voided-one-account = 按我当前的配置，申请者 { $requester } 与批准者 { $approver } 可能是同一人：账号 { $account } 现在或曾经同时属于两者
voided-one-name = 按我当前的配置，申请者 { $requester } 与批准者 { $approver } 可能是同一人：姓名 { $name } 现在或曾经同时属于两者
voided-person-unknown = { $who } 已不是我配置中的人员，因此我无法判断此申请背后是否有两个人
voided-account = { $who } 的账号现已停用、属于访客或机器人，或已不存在，而此申请以此人的决定为依据
voided-group-not-known = 此申请以群组 { $group } 的权限为依据，而我无法查看其成员（{ $why }）
voided-too-few = 按我当前的配置，此申请须由 { $needed } 人批准，其中有权批准者只有 { $given } 人
voided-database-alert = 在此期间收到了有关数据库的警报（{ $name }）
voided-not-seen = 无法重新检查依据

skipped-healthy = 环境正常
skipped-reached = 又可连接到 BBS
skipped-replaced = 已被他人替换
skipped-terminating = 他人正在删除它
skipped-dry-run-canary = 试运行：若正式执行，会删除 { $pod }（UID { $uid }），然后等待其替代 pod 的所有容器就绪
skipped-dry-run = 试运行：若正式执行，会重新检查，然后删除 { $pod }（UID { $uid }）

## The timeline.

act-check = 检查
act-restart = 申请重新启动
act-approve = 批准
act-deny = 拒绝
act-cancel = 取消
act-handover = 接手

told-check = { $who } 要求检查 { $environment }。
told-alert = { $environment } 的警报 { $name }（{ $source }）：{ $summary }
told-reopened = 结束后不久，{ $what } 再次触发（累计 { $count } 次）：正在检查。
told-muted = { $who } 已将警报静音至 { $until }：警报不会打开或加入任何事件单。
told-muted-because = { $who } 已将警报静音至 { $until }：{ $reason }
told-unmuted = { $who } 已结束静音：重新接收警报。
told-alert-joined = 警报 { $name }（{ $source }）已加入：{ $summary }
watch-fires = { $count ->
    [1] 查看一次即发现问题：{ $found }
   *[other] 连续 { $count } 次查看均发现问题：{ $found }
}
watch-over = { $found }
told-alert-lapsed = 警报 { $name }（{ $source }）未再出现：不再因它阻止重新启动。
told-alert-joined-count = 警报 { $name }（{ $source }）已加入 { $count } 次，最初内容：{ $summary }
told-alert-resolved = { $source } 报告警报 { $name } 已结束：正在检查。
told-alert-resolved-count = { $source } 先后 { $count } 次报告警报 { $name } 已结束：正在检查。
told-check-again = { $who } 要求重新检查。
told-claimed = 机器人重新接管了此事件单（接管编号 { $claim }）。
told-diagnosed = 结论：{ $verdict }。{ $because }
told-diagnosed-evidence = 结论：{ $verdict }。{ $because }
    { $evidence }
told-evidence = 所见全部内容：
    { $evidence }
told-evidence-more = 所见全部内容（另有 { $more } 个字符被省略；可在 stagerbot audit bundle 中查看）：
    { $evidence }
told-requested = { $who } 申请重新启动 { $pods }（代码 { $code }，{ $until } 前可批准）。
told-requested-because = { $who } 申请重新启动 { $pods }（代码 { $code }，{ $until } 前可批准）：{ $reason }
told-requested-dry = { $who } 申请重新启动 { $pods }（代码 { $code }，{ $until } 前可批准）。试运行：不会删除任何 pod。
told-requested-dry-because = { $who } 申请重新启动 { $pods }（代码 { $code }，{ $until } 前可批准）：{ $reason } 试运行：不会删除任何 pod。
told-approved = { $who } 已批准。
told-approved-database = { $who } 已批准，并声明已检查数据库。
told-approval-given = { $who } 已批准（共需 { $needed } 人，已有 { $given } 人）。
told-denied = { $who } 拒绝了申请。
told-expired = 无人及时批准：申请已过期。
told-cancelled = { $who } 取消了申请。
told-voided = 申请已失效：{ $why }。
told-rechecked = 批准后已重新检查：pod 相同，原因相同。继续。
    { $probes }
told-taken-over = 中断后已重新检查：尚未恢复正常。继续。
    { $probes }
told-intended = 正在删除 { $pod }，前提是其 UID 仍为 { $uid }、资源版本仍为 { $version }。
told-intended-past = 正在删除 { $pod }，前提是其 UID 仍为 { $uid }、资源版本仍为 { $version }。{ $past }
told-deleted = 正在删除 { $pod }（UID { $uid }）。
told-deleted-terminating = 发现 { $pod }（UID { $uid }）正在终止。
told-deleted-gone = 发现 { $pod }（UID { $uid }）已不存在。
told-unclear = 不知道对 { $pod }（UID { $uid }）的删除请求是否送达：{ $why }。正在查看。
told-failed = { $pod }（UID { $uid }）没有被删除：{ $why }。正在重新查看。
told-spared = { $pod }（UID { $uid }）已成为正常环境的活动领导者，保持不动。
told-spared-unproven = 从连接情况看，{ $pod }（UID { $uid }）已成为活动领导者，保持不动。
told-skipped = 不删除 { $pod }（UID { $uid }）：{ $why }。
told-recovery-awaited = 所有删除均已完成。恢复情况将观察至 { $until }。
told-leader = 新的活动领导者：{ $leader }。之前的领导者未知。
told-leader-after-led = 新的活动领导者：{ $leader }。之前是 { $before }（{ $at } 时确认为领导者）。
told-leader-after = 新的活动领导者：{ $leader }。之前是 { $before }（最后一次确认正常是在 { $at }）。
told-healthy = 所有容器均已就绪，只有一个活动领导者，同一探测成功。此状态须保持一段时间。
    { $probes }
told-healthy-unproven = 所有容器均已就绪，只有一个活动领导者，同一探测成功。无法进行 ping，因此仅以连接为据。此状态须保持一段时间。
    { $probes }
told-health-lost = 未能保持：{ $missing }。
told-pods = { $pods }
told-refused = { $who } 的操作（{ $what }）被拒绝：{ $why }
told-called = 已在 { $destination } 通知：{ $names }。
told-called-missed = 已在 { $destination } 通知：{ $names }。未联系上：{ $missed }。
told-channel-closed = { $platform } 的频道 { $channel } 不接受卡片：{ $why }。
told-channel-opened = { $platform } 的频道 { $channel } 重新接受卡片。
told-drill = { $who } 为 { $environment } 发起了演习（至 { $until }）：看谁会作为另一人响应，以及多快响应。不会查看环境，也不会重新启动任何东西。

outcome-healthy = 正常，无需操作。
outcome-reached = 可连接；未能确认 BBS 是否响应。
outcome-reached-again = 机器人未执行任何重新启动，现在又可连接；未能确认 BBS 是否响应。
outcome-recovered-itself = 机器人未执行任何重新启动，已自行恢复正常。
outcome-recovered = 已恢复，活动领导者是 { $leader }（计划的 { $planned } 个 pod 中已删除 { $deleted } 个）。
outcome-recovered-unproven = 从连接情况看已恢复，活动领导者是 { $leader }（计划的 { $planned } 个 pod 中已删除 { $deleted } 个）。无法进行 ping。
outcome-not-recovered = 未恢复：{ $why }（计划的 { $planned } 个 pod 中已删除 { $deleted } 个）。请人工接手。
outcome-dry-run = 试运行：若正式执行，会删除 { $planned } 个 pod；实际未删除任何 pod。
outcome-handed-over = { $who } 已接手。
outcome-handed-over-because = { $who } 已接手：{ $reason }
outcome-drill-found = { $who } 已响应。未重新启动任何东西。
outcome-drill-cancelled = { $who } 已结束演习。未重新启动任何东西。
outcome-drill-nobody = 无人及时响应。未重新启动任何东西。

phase-diagnosis = 至诊断
phase-request = 至申请
phase-approval = 至批准
phase-deletes = 至最后一次删除
phase-recovery = 至恢复正常
phase-rest = 至关闭

## The picture of a closed incident, and what stands beside it.

picture-line = { $letter }：{ $says }
picture-alt =
    事件单 { $incident } 各阶段的图示，条形长度即所用时间：
    { $phases }
picture-text =
    事件单 { $incident } 的经过：
    { $phases }

## Refusals: always with the reason.

refused-other-workspace = 只有我所安装的工作区的成员才能在这里使用我，请找其中一位。未执行任何操作。
refused-other-server = 我服务于另一个服务器，在这里不做任何事。
refused-direct-message = 我在私信中不做任何事：请在服务器中 { $names } 的频道里输入 /stager。
refused-other-channel = 此按钮属于 { $environment } 频道中的卡片，而点击来自其他频道，因此我未做任何事。
refused-not-mapped = 您的账号不属于我配置中的任何人员，因此您不能申请或批准。请让运维人员添加您。
refused-may-not-look = 我只向有权查看的人说明情况，而您的账号无此权限。有权者：{ $who }。请询问其中一位，或让运维人员添加您。
refused-may-not-request = 您无权申请重新启动。有权者：{ $who }。
refused-may-not-approve = 您无权批准或拒绝重新启动。有权者：{ $who }。
refused-deactivated = 此账号已停用，在此不起任何作用。
refused-guest = 访客只能查看，不能申请或批准。请找工作区的正式成员。
refused-bot = 这是机器人的账号。重新启动须由人来决定，请找有权申请或批准的人。
refused-gone = 此账号已不属于此工作区或服务器，在此不起任何作用。
refused-group-not-known = 您的权限来自群组 { $group }，而我无法查看其成员，因此拒绝（{ $why }）。请稍后重试，或改由以个人名义拥有权限的人处理。
refused-own-request = 此次重新启动由您本人申请，必须由另一人批准。
refused-approved-once = { $who } 已批准过此申请，只计一次。还须另一人批准。
refused-one-account = 此申请记录的申请者是 { $who }，而账号 { $account } 现在或曾经同时属于此人和您：你们可能是同一人。必须由其他人批准。如果你们确实是两个人，请拒绝此申请并让对方重新提出。
refused-one-name = 此申请记录的申请者是 { $who }，而姓名 { $name } 现在或曾经同时属于此人和您：你们可能是同一人。必须由其他人批准。如果你们确实是两个人，请拒绝此申请并让对方重新提出。
refused-person-unknown = 申请者 { $who } 已不是我配置中的人员，因此我无法判断你们是否为两个不同的人。请拒绝此申请，再由有权申请的人重新提出。
refused-database-not-confirmed = 数据库的状态未知。请检查数据库，然后声明已检查。
refused-no-such-code = 没有代码为 { $code } 的待批准申请，据我所知也从未有过。申请的代码显示在其卡片上。
refused-old-code = 代码 { $code } 来自我的早期版本，当时两个申请可能具有相同的代码。请使用其卡片上的按钮。
refused-of-closed = { $why }该代码属于 { $who } 于 { $requested } 在事件单 { $incident } 中提出的申请，该事件单已关闭。
refused-already-approved = 来不及了：{ $who } 已于 { $at } 批准。
refused-already-denied = 来不及了：{ $who } 已于 { $at } 拒绝。
refused-already-cancelled = 来不及了：{ $who } 已于 { $at } 取消。
refused-expired = 来不及了：申请已于 { $at } 过期。请再次申请重新启动。
refused-voided = 来不及了：由于依据不再成立，申请已于 { $at } 失效。
refused-closed-before = 来不及了：事件单已于 { $at } 关闭，此前无人批准。
refused-already-requested = { $who } 已申请重新启动；正在等待批准。
refused-being-carried-out = 正在执行重新启动。
refused-not-diagnosed = 检查仍在进行。
refused-verdict = 不能重新启动：{ $verdict }。{ $because }
refused-restarts-off = 我的配置中已关闭重新启动。
refused-one-restart = 此事件单已执行过一次重新启动。如需再次重新启动，须由人工操作。
refused-cool-down = 环境不久前刚重新启动过。{ $until } 之前不能再次重新启动。
refused-database-alert = 有警报显示数据库有问题（{ $source } 的 { $name }，最后收到于 { $at }）：重新启动毫无收益。请检查数据库，然后声明：/stager restart database-checked [原因]
refused-reason-needed = 重新启动 { $environment } 须说明原因。请重新申请：输入 /stager restart，并在其后写明原因
refused-not-yours = 只有 { $who } 能取消此申请。您可以改为拒绝。
refused-nothing-pending = 没有等待批准的申请。
refused-closed = 该事件单已关闭。
refused-no-incident = 这里没有打开的事件单。请先输入 /stager check。
refused-of-drill = 这是演习：只能批准、拒绝或取消，不能做其他操作。
refused-drill-open = 这里已有演习在进行：事件单 { $incident }。
refused-too-many = 短时间内操作过多，此项未执行。请等待 { $wait }后再继续。有权批准者始终可以批准、拒绝和取消。
refused-which-environment = 哪个环境？可选：{ $names }。
refused-no-environment = 没有名为 { $name } 的环境。可选：{ $names }。
refused-mute-length = 多长时间？例如：/stager mute 2h 网络变更。从 1m 到 24h。
refused-unclear = 我不明白“{ $text }”。
    { $help }
refused-meant = 我不明白“{ $text }”，未执行任何操作。您是指 { $verb } 吗？那么请输入：
    { $line }
refused-whole-code = 需要申请的完整代码；未执行任何操作。有一个申请在等待。请输入：
    { $line }
refused-which-code = 需要申请的完整代码；未执行任何操作。等待中的申请：
    { $lines }
waiting-of = { $line }（{ $environment }）
refused-and-line = { $why }请输入：
    { $line }

## Answers to what was accepted.

answer-checking = 正在检查 { $environment }：请查看其频道中的事件单 { $incident }。
answer-joined = { $environment } 已有打开的事件单 { $incident }：正在重新检查。
answer-restart-requested = 已申请。必须由另一人批准，可使用按钮或输入：/stager approve { $code } database-checked
answer-form-lost = 询问原因的表单未能显示。请再次点击，或输入 /stager restart，并在其后写明原因
answer-approved = 已批准。在删除任何 pod 之前，会再次检查依据。
answer-approved-one = 已批准（共需 { $needed } 人，已有 { $given } 人）。其余人员也批准之前，不做任何操作。
answer-denied = 已拒绝。
answer-cancelled = 已取消。
answer-handed-over = 此事件单由您接手。
answer-alert = 已记录
answer-alert-muted = { $who } 已将 { $environment } 的警报静音至 { $until }，因此不会打开事件单。仍要查看：/stager check
answer-muted = { $environment } 的警报在 { $until } 之前不会打开任何事件单。要提前结束：/stager unmute
answer-unmuted = 已重新接收 { $environment } 的警报。
answer-drill = { $environment } 的演习已开始：请看其频道。不会查看环境，也不会重新启动任何东西。
answer-drill-found = 您在 { $length }后响应，谢谢。这是演习，未重新启动任何东西。
answer-status = { $lines }
status-line = { $stands }（事件单 { $incident }）
status-line-quiet = { $environment }：没有打开的事件单
status-lines = { $line }
    { $rest }
status-nothing = 没有配置任何环境。
status-not-shown = 无法显示 { $environment }：{ $why }。会不时重试，有人发出请求时也会重试
status-muted = {"    "}警报已静音至 { $until }，操作者 { $who }
status-muted-because = {"    "}警报已静音至 { $until }，操作者 { $who }：{ $reason }
status-rejected = 来自 { $source } 的 { $count } 个警报被拒收，最后一个于 { $at }：{ $reason }
status-rejected-here = {"    "}来自 { $source } 的 { $count } 个警报被拒收，最后一个于 { $at }：{ $reason }
answer-help = /stager check [环境] — 查看，并说明情况
    /stager status — 当前状况
    /stager restart [原因] — 申请重新启动；必须由另一人批准
    /stager approve，后接卡片上的代码和 database-checked — 检查数据库之后批准
    /stager deny 或 cancel，后接卡片上的代码 — 拒绝，或撤回自己的申请
    /stager handover [原因] — 接手事件单；机器人不再介入
    /stager mute [环境] 2h [原因] · /stager unmute — 让警报在一段时间内不打开任何事件单；重新接收警报
    /stager report [编号] · /stager history [环境] — 一份事件单的报告；最近的事件单及所用时间
    /stager whoami — 您是谁、可以做什么
    /stager policy [环境] — 重新启动需要什么
    /stager drill [环境] — 看另一人多快响应；不重新启动任何东西
    /stager help — 本帮助
answer-help-waiting = { $help }
    等待批准的申请：
    { $lines }
answer-commands = 可用的命令：/stager check、status、restart、approve、deny、cancel、handover、mute、unmute、report、history、whoami、policy、drill。说明：/stager help
whoami-both = 您是 { $who }（{ $accounts }）。您可以申请重新启动，也可以批准他人的申请。
whoami-request = 您是 { $who }（{ $accounts }）。您可以申请重新启动。
whoami-approve = 您是 { $who }（{ $accounts }）。您可以批准他人申请的重新启动。
whoami-look = 您是 { $who }（{ $accounts }）。您只能查看。
whoami-nobody = 您的账号不属于我配置中的任何人员。您只能查看。请让运维人员添加您。
whoami-groups = { $rest }在您的任一账号属于以下群组期间，您有更多权限：{ $groups }。
right-request = 申请
right-approve = 批准
group-gives = { $group }（{ $rights }）
list-more = { $one }、{ $more }
policy-takes = 重新启动 { $environment } 需要一份申请，并须在 { $expiry }内由申请者以外的人批准，每份批准来自不同的人，所需份数：{ $count }。
policy-dry-run = 目前为试运行：除删除外，一切照常进行。
policy-off = 重新启动已关闭：不会提供。
policy-reason = 申请须说明原因。
policy-quiet = 从 { $from } 到 { $to }（{ $zone }）须多一份批准。
policy-look-everybody = 可查看：所有人
policy-look = 可查看：{ $names }
policy-request = 可申请：{ $names }
policy-approve = 可批准：{ $names }
policy-groups = 列入我配置的人员，凭所在群组也可：{ $groups }

## The card.

card-checking = { $environment }：正在检查
card-healthy = { $environment }：正常
card-reached-not-proven = { $environment }：可连接；未能确认 BBS 是否响应（{ $why }）
card-will-help = { $environment }：登台程序不可用；重新启动可解决
card-will-not-help = { $environment }：重新启动无法解决
card-not-known = { $environment }：不知道重新启动能否解决
card-awaiting = { $environment }：{ $who } 已申请重新启动，等待另一人批准
card-restarting = { $environment }：正在重新启动，已开始 { $done }/{ $planned } 个 pod
card-recovering = { $environment }：已重新启动，正在观察恢复情况
card-closed = { $environment }：{ $outcome }

line-finding = { $says }{ $advice }
title-findings = 发现
title-last-look = 上次查看时
title-pods = pod 列表
title-probe = 探测
title-further = 其他依据
title-events = 这些 pod 的警告事件
title-plan = 将要执行的操作
title-progress = 进度
title-duration = 恢复用时：{ $total }
title-by-hand = 手动操作
title-missing = 尚缺

field-environment = 环境
field-leader = 活动领导者
field-database = 数据库
field-muted = 已静音
muted-until = 至 { $until }，操作者 { $who }
field-reopened = 重新打开
reopened-count = { $count } 次
field-database-alert = 阻止重新启动
field-evidence = 查看时间
field-alerts = 警报
field-requested = 申请者
field-approved = 批准者
field-approvals = 批准数
approvals-count = 共需 { $needed } 人，已有 { $given } 人

leader-none = 无
leader-several = 多个
leader-change = { $before } → { $after }
leader-change-unknown = 未知 → { $after }
database-up = 正常
database-accepts = 接受连接，但这说明不了什么，批准前请检查
database-down = 已停止
database-alert = { $name }（{ $source }）正在触发，请检查数据库
database-not-known = 未知，批准前请检查
not-seen = 未知（{ $why }）
alerts-count = { $count ->
    [1] { $name }
   *[other] { $name } 及另外 { $more } 个
}
alerts-same = { $name } ×{ $count }

plan-pods = 逐个删除 { $pods }：第一个作为金丝雀，其替代 pod 的所有容器就绪后再继续其余的。{ $promise }每次删除都绑定到 pod 的 UID，且每次删除前都会全部重新检查。应用继续运行；登台和扩缩容会暂停到结束为止。
plan-pod = 删除 { $pods }。{ $promise }删除绑定到 pod 的 UID，且删除前会全部重新检查。应用继续运行；登台和扩缩容会暂停到结束为止。
promise-ordered = 只要有 pod 未恢复，就不会删除其他 pod。
promise-parallel = 处于 Terminating 达 { $wait }后，不再等待该 pod。
promise-before = { $promise }
plan-dry = 试运行：不会删除任何 pod。
plan-withheld = 不提供重新启动：{ $why }
plan-expires = { $until } 前可批准。代码：{ $code }

progress-waiting = { $pod }：等待中
progress-intended = { $pod }：正在删除
progress-terminating = { $pod }：正在终止，宽限期剩余 { $left }（至 { $until }）
progress-held = { $pod }：正在终止，宽限期已过，其 finalizer 尚未放行（{ $finalizers }）
progress-late = { $pod }：正在终止，宽限期已过
progress-gone = { $pod }：已消失，尚未重新创建
progress-starting = { $pod }：正在启动 { $ready }/{ $containers }
progress-ready = { $pod }：就绪 { $ready }/{ $containers }
progress-active = { $pod }：就绪 { $ready }/{ $containers }，活动
progress-spared = { $pod }：保持不动
progress-skipped = { $pod }：未删除

phase-line = { $phase } { $length }
hand-look = # 查看
hand-why = # pod 为何未就绪
hand-probe = # 探测
hand-ping = # ping：200 即为有响应
hand-listens = # 其 BBS 是否在监听
hand-restart = # 仅当数据库有响应时
hand-restart-unseen = # 仅当从每个 api pod 的探测都失败、没有任何 pod 为活动且数据库有响应时
hand-wait = # 等到所有容器就绪且有一个 pod 为活动，然后重新探测
hand-wait-passive = # 等到有一个 pod 为活动且其所有容器就绪（被动 pod 始终少一个），然后重新探测
message-after-deleted = 此卡片取代前一张卡片；前一张卡片的消息列
message-head = 日志已关闭。以后如需验证：stagerbot audit verify --config stagerbot.toml --noted { $head }
message-repeated = （因机器人重新启动或回复丢失而重发：可能出现两次）
note-incident = 事件单 { $incident }，于 { $opened } 打开

button-restart = 申请重新启动
button-approve = 批准
button-deny = 拒绝
button-cancel = 取消申请
button-check-again = 重新检查
confirm-restart-title = 申请重新启动？
confirm-restart = { $environment }：删除 { $pods }。{ $promise }生成此卡片时，依据为 { $age }前所见；批准后会重新检查。必须由另一人批准。
confirm-restart-yes = 申请
confirm-approve-title = 批准重新启动？
confirm-approve = { $environment }：删除 { $pods }。批准即声明您已检查数据库。数据库：{ $database }。{ $promise }申请时，依据为 { $age }前所见；批准后会重新检查。
confirm-approve-yes = 已检查，批准
confirm-no = 返回
form-reason = 原因（供记录；可留空）
confirm-lost = 此卡片已不再显示您要确认的内容。请查看 /stager status，然后输入：
    { $line }

## Announcements: that somebody is needed, and how it went on.

field-told = 已通知
field-missed = 未联系上
told-names = { $names }，最近于 { $at }
missed-line = { $who }：{ $why }
missed-unknown = { $platform } 没有账号 { $account }；请修正配置
missed-deactivated = 账号 { $account } 在 { $platform } 上已停用
missed-failed = 无法发送（{ $why }）
call-approval = { $environment }：{ $who } 已申请重新启动；须由另一人批准
call-offer = { $environment }：重新启动可解决，但无人申请
call-blind = { $environment }：我看不出问题所在；需要有人查看
call-stopped = { $environment }：重新启动未能解决；需要有人接手
call-handed-over = { $environment }：已有人接手此事件单
call-unshown = { $environment }：{ $platform } 的频道 { $channel } 不接受卡片，因此那里无人看得到此事件单；需要有人修复
call-drill = { $environment }：{ $who } 想知道另一人多快响应；请点击“批准”
call-again = 自 { $since } 起一直无人响应。
call-last = 这是过期前的最后一次呼叫。
call-escalated = { $after }内无人响应。
call-reason = 原因：{ $reason }
call-why = 平台的说明：{ $why }
call-card = 卡片（含依据和按钮）
call-over-at = { $at }：{ $how }
call-over-requested = { $who } 申请了重新启动。
call-over-approved = { $who } 已批准。
call-over-denied = { $who } 已拒绝。
call-over-cancelled = { $who } 撤回了申请。
call-over-expired = 无人响应，已过期。
call-over-voided = 情况已变化，申请已失效。
call-over-closed = 事件单已关闭；不再需要有人处理。
call-over-verdict = 状况已变化；此事不再需要有人处理。
call-over-shown = 频道重新接受卡片。
notice-approved = { $who } 批准了您的申请。
notice-denied = { $who } 拒绝了您的申请。
notice-expired = 无人及时批准您的申请。要依据新的情况再次申请吗？
notice-voided = 您的申请已失效：{ $why }。要依据新的情况再次申请吗？
notice-ended = 您申请的重新启动已结束。{ $outcome }
notice-drill = 您发起的演习已结束，历时 { $length }。{ $outcome }
drill-marked = 演习（DRILL）· { $says }
drill-explained = 这是演习。申请者以外任何有权批准重新启动的人，点击“批准”或“拒绝”即可结束演习。这背后没有真实故障：不会查看环境，也不会重新启动任何东西。
drill-took = 用时 { $length }。
confirm-drill-title = 演习：批准？
confirm-drill-yes = 我在

## The terminal.

terminal-check = { $environment }（命名空间 { $namespace }），{ $at }
terminal-verdict = 结论：{ $verdict }
terminal-endpoints = BBS Service 的端点：{ $names }
terminal-field = { $name }：{ $value }
doctor-test = 这是 stagerbot doctor 发送的测试，没有任何故障。

## Why a channel takes nothing, within a sentence.

closed-slack-not-there = 机器人不在 Slack 频道 { $channel } 中：请用 /invite 邀请它
closed-slack-no-channel = Slack 没有频道 { $channel }，或机器人不在其中：{ $code }
closed-slack-archived = Slack 频道 { $channel } 已归档
closed-slack-may-not-post = Slack 不允许机器人在频道 { $channel } 中发帖：{ $code }
closed-slack-refused = Slack 拒绝了针对 { $channel } 的 { $call }：{ $code }
closed-discord-no-channel = Discord 没有频道 { $channel }
closed-discord-no-text = Discord 频道 { $channel } 无法显示卡片：需要文字频道
closed-discord-other-server = Discord 频道 { $channel } 属于另一个服务器
closed-discord-threads = Discord 服务器的开放子区已达上限，无法在频道 { $channel } 中开启子区：请归档一些
closed-discord-not-seen = 机器人看不到 Discord 频道 { $channel }：它在那里需要 View Channel 权限
closed-discord-may-not = 机器人无权在 Discord 频道 { $channel } 中执行 { $call }：它在那里需要 { $needed } 权限
closed-discord-lacks = 机器人在 Discord 频道 { $channel } 中权限不足：它在那里需要 { $needed }
closed-discord-refused = Discord 拒绝了在频道 { $channel } 中的 { $call }：{ $why }（{ $code }）

## What was seen, a line each, where it is not a machine's own text.

seen-at = { $at }  { $says }
seen-probe = { $pod }：{ $text }（退出码 { $code }）
seen-probe-no-code = { $pod }：{ $text }（无退出码）
seen-ping = ping { $from } → { $to } 的结果：{ $text }
seen-control = 对照连接：{ $line }
seen-connect = 从 { $pod } 到 { $target }：{ $text }
seen-connected = 已连接
seen-accepted = 连接被接受
seen-by-bash = { $text }（经 bash /dev/tcp；nc 不能扫描）
seen-by-bash-without-nc = { $text }（经 bash /dev/tcp；没有 nc）
seen-by-nc-running = { $text }（经 nc -e；nc 不能扫描，也没有 bash）
seen-not-ready = { $pod }  未就绪：{ $names }
seen-side-by-side = 并存的 StatefulSet：{ $sets }
seen-revision = StatefulSet { $set }：有修订版等待应用
seen-lock = 锁定 bbs（在 { $pod } 中查询）：{ $text }
seen-lock-nobody = 无人持有
seen-lock-hung = 未及时响应
seen-locket-read = { $pod }：Locket 从数据库读取了锁定
seen-locket-hung = { $pod }：Locket 未及时响应
seen-locket-refused = { $pod }：Locket 拒绝了

## From what the topology was concluded, a line for each part.

found-part = { $part }：{ $told }（{ $why }）
found-set = StatefulSet { $sets }，容器 { $container }
found-inside = 在 { $set } 的 pod 内
found-inside-bbs = 在 BBS 的 pod 内
found-configured = 按配置
found-no-role = 没有名为 { $names } 的
found-by = 根据 { $label }
found-by-name = 根据名称
found-by-selector = 根据其选择的对象
found-by-both = 根据名称及其选择的对象
found-as-called = 根据 Cloud Controller 的配置
found-service = BBS Service：{ $service }（{ $why }），端口 { $port }（{ $from }）
found-service-unlisted = 无法列出 Service；采用与 { $set } 配套的名称
found-service-none = 采用与 { $set } 配套的名称；它不存在，且没有任何 Service
found-service-absent = 采用与 { $set } 配套的名称；它不存在，而 { $names } 中没有一个具有 BBS 的 pod 和端口
found-port-of-service = Service 的端口
found-port-usual = 与所有已知版本相同
found-label = 活动标签：{ $told }（{ $why }）
found-on-pod = 在某个 BBS pod 上
found-in-selector = 在某个 BBS Service 的选择器中
found-of-kubecf = KubeCF 的 pod；被动的 pod 上没有
found-no-label = BBS pod 虽已就绪却都没有
found-label-assumed = 推测：没有 BBS pod 已就绪较长时间
unfound-name = 名称 { $name } 不能用在命令中
unfound-no-set = { $part } 的 pod 不属于任何 StatefulSet，这与所有已知版本不同：{ $pods }；机器人无法使用它们
unfound-part = 未找到 { $part }：按 { $labels } 或名称查找了名为 { $names } 的 StatefulSet；现有 { $sets }
unfound-no-sets = 未找到 { $part }：按 { $labels } 或名称查找了名为 { $names } 的 StatefulSet；但一个 StatefulSet 也没有
unfound-several = 无法确定 { $part }：按 { $label }，{ $sets } 都像是它；请在 [environment.topology] 下用 { $key } 指定其中一个
unfound-several-names = 无法确定 { $part }：按名称，{ $sets } 都像是它；请在 [environment.topology] 下用 { $key } 指定其中一个
unfound-container = 无法确定 { $part } 的容器：{ $sets } 有 { $containers }；请在 [environment.topology] 下用 { $key } 指定

## Why something could not be seen or was not answered, within a sentence.

unseen-call = { $call }：{ $why }
unseen-in-pod = { $pod }：{ $why }
unseen-all = { $lines }
unseen-no-answer = { $seconds } 秒内没有响应
unseen-page = 代替 API 服务器应答的是其他程序：HTTP { $code } 和一个页面
unseen-page-titled = 代替 API 服务器应答的是其他程序：HTTP { $code } 和页面“{ $title }”
unseen-no-json = 代替 API 服务器应答的是其他程序：不是 Kubernetes 的 JSON，可能是代理的页面
unseen-by-policy = 集群的某项策略拒绝了它：{ $text }（{ $code }）
unseen-credentials = API 服务器拒绝了凭证（401 Unauthorized）
unseen-permission = 缺少权限：{ $text }
unseen-exec-not-upgraded = API 服务器没有开始 exec：{ $text }
unseen-no-websockets = 到 API 服务器的路径不支持 exec 所需的 WebSocket（{ $why }）
unseen-no-switch = 没有切换协议，而是 HTTP { $code }
unseen-no-protocol = 响应中没有 exec 的任何协议
unseen-no-upgrade = 响应不是升级到 WebSocket
unseen-parts = 在命名空间 { $namespace } 中，{ $why }
unseen-no-service = 命名空间 { $namespace } 中没有 Service { $service }
unseen-no-turn = 未及时轮到它
unseen-exec-unanswered = exec 未及时得到响应
unseen-exec-no-status = exec 没有状态
unseen-exec-not-begun = 命令没有开始执行
unseen-exec-lost = 连接在收到退出码之前断开
unseen-exec-lost-said = 连接在收到退出码之前断开：{ $text }
unseen-late = 命令未及时结束
unseen-late-said = 命令未及时结束：{ $text }
unseen-script-silent = 脚本没有给出回答就结束了（退出码 { $code }）
unseen-script-silent-said = 脚本没有给出回答就结束了（退出码 { $code }）：{ $text }
unseen-tools = 容器中没有 { $tools }
unseen-printed-nothing = 命令没有任何输出
unseen-exit-code = 退出码 { $code }
unseen-exit-code-said = { $text }（退出码 { $code }）
unseen-own-port = 其自身的端口在 { $seconds } 秒内没有响应
unseen-curl-killed = curl 被强行终止
unseen-curl-silent = curl 没有任何输出（退出码 { $code }）
unseen-cfdot-killed = cfdot 被强行终止
unseen-cfdot-too-much = cfdot 的输出超出了读取上限
unseen-cfdot-not-run = 无法运行 cfdot：{ $text }
unseen-cfdot-missing = 没有 cfdot：{ $text }
unseen-no-pinger = 没有就绪的 Cloud Controller pod 可用来发送 ping
unseen-no-bbs = 没有正在运行的 BBS pod 可供查询
unseen-no-address = 其地址未配置
unseen-unreachable = { $server }不可访问：{ $why }
unseen-not-trusted = { $server }不可信：{ $why }
unseen-wants-certificate = { $server }拒绝了凭证：它要求客户端证书
unseen-client-certificate = { $server }拒绝了凭证：客户端证书（{ $why }）
distrust-client-authority = 它不认识签发该证书的机构
distrust-client-expired = 已过期
distrust-client-revoked = 已被吊销
distrust-authority-unknown = 签发其证书的机构不在 kubeconfig 中；请核对 certificate-authority
distrust-authority-not-here = 此处不认识签发其证书的机构；如果由公司的代理签发，请在 SSL_CERT_FILE 中指定该机构的文件
distrust-authority-expired = 签发其证书的机构已失效或尚未生效
distrust-expired = 其证书已过期
distrust-not-yet = 其证书尚未生效；请核对时钟
distrust-name = 其证书属于另一个名称
distrust-names = 其证书属于 { $presented }，而不是 { $expected }；tls-server-name 指定它应有的名称
distrust-no-name = 其证书没有任何名称，不属于 { $expected }；tls-server-name 指定它应有的名称
distrust-purpose = 其证书不得用于服务器（extendedKeyUsage）
distrust-old = 其证书是 TLS 库不支持的 X.509 版本 1；请换成版本 3
distrust-key = 其证书的密钥类型不受 TLS 库支持（{ $kind }）；请换成 RSA、P-256 或 P-384 密钥
distrust-other = 无法验证其证书：{ $text }
way-server = API 服务器
way-proxy = 代理 { $proxy }
way-by-proxy = { $proxy }：{ $why }
way-name = 名称 { $name } 无法解析
way-late = 它未及时响应
way-refused = 连接被拒绝；那里没有程序在监听
way-no-route = 没有通往它的路由
way-timed-out = 未及时建立连接；数据包可能在途中被丢弃
way-cut-off = 连接被切断
way-tls-version = 它不支持 TLS 1.2 或 1.3
way-handshake = 它中止了 TLS 握手（{ $alert }）
way-handshake-key = 它中止了 TLS 握手；其密钥可能是 TLS 库不支持的类型，例如 P-521
way-no-tls = 那里应答的不是 TLS；可能是明文 HTTP，或是中间的其他程序
way-address = 它给出的地址无法使用：必须是 https 或 loopback
way-request = 无法写出请求
way-tls = TLS：{ $text }
credentials-file-lost = 没有凭证：无法读取令牌文件
credentials-file-empty = 没有凭证（用户 { $user }）：其令牌文件 { $path } 为空
credentials-file-broken = 没有凭证（用户 { $user }）：其令牌文件 { $path } 的令牌中有换行或控制字符
credentials-file-unreadable = 没有凭证（用户 { $user }）：无法读取其令牌文件 { $path }：{ $text }
credentials-oidc-expired = 没有凭证（用户 { $user }）：其 auth-provider oidc 的 id-token 已过期，只有 kubectl 能更新它；请使用 exec 插件或服务账号的令牌
credentials-plugin-not-run = 没有凭证（用户 { $user }）：凭证插件 { $plugin } 无法运行
credentials-plugin-unusable = 没有凭证（用户 { $user }）：凭证插件 { $plugin } 的输出无法使用：{ $text }
credentials-plugin-failed = 没有凭证（用户 { $user }）：凭证插件 { $plugin } 失败，退出码 { $code }
credentials-plugin-killed = 没有凭证（用户 { $user }）：凭证插件 { $plugin } 被强行终止
credentials-plugin-late = 没有凭证（用户 { $user }）：凭证插件 { $plugin } 在 { $seconds } 秒内没有响应，已被终止；它可能在等待登录、浏览器或 VPN
credentials-plugin-too-much = 没有凭证（用户 { $user }）：凭证插件 { $plugin } 输出过多，已被终止
credentials-plugin-missing = 没有凭证（用户 { $user }）：凭证插件 { $plugin } 未安装在此处
credentials-plugin-missing-hint = 没有凭证（用户 { $user }）：凭证插件 { $plugin } 未安装在此处：{ $hint }
credentials-plugin-not-begun = 没有凭证（用户 { $user }）：凭证插件 { $plugin } 无法启动：{ $text }

## Why a delete was not sent, or it is not known what became of it, within a sentence.

unsent-because = 未发送：{ $why }
unsent-too-old = 未发送：所见情况已过旧，不能据以操作
unsent-unknown = 未发送：{ $pod } 的 UID 或资源版本未知
unsent-no-part = 未发送：{ $pod } 不是 { $environment } 的 BBS 或 Locket pod
unsent-parts-unknown = 未发送：不知道 { $environment } 中哪些 pod 属于 BBS
unsent-still-there = 该 pod 仍然存在，且未在终止
unsent-bug = 删除失败（程序缺陷）

## Why something could not be told, asked or paged, within a sentence.

failed-gone = 它已不存在
failed-paused = 平台要求暂停
failed-passing = 目前无法进行；原因见日志
failed-lasting = 在有人更改那里的设置之前会被拒绝；原因见日志
failed-unasked = 无法向 { $platform } 请求 { $call }：{ $why }
failed-unreadable = 无法读取 { $platform } 对 { $call } 的响应
failed-status = { $platform } 对 { $call } 的响应为 HTTP { $code }
failed-late = { $platform } 在 { $seconds } 秒内没有响应 { $call }
failed-slack-token = Slack 不接受 { $token }：{ $code }
failed-slack-scope = { $token } 缺少 { $call } 所需的 { $scope }
failed-slack-app-scope = Slack 应用缺少作用域 { $scope }
failed-slack-refused = Slack 拒绝了 { $call }：{ $code }
failed-slack-unfit = Slack 无法接受 { $call } 的内容：{ $why }
failed-discord-unfit = Discord 无法接受 { $call } 的内容：{ $why }
failed-discord-token = Discord 不接受机器人的令牌
failed-discord-not-there = 机器人不在 Discord 服务器中，或邀请时没有作用域 applications.commands（{ $call }）
failed-discord-may-not = Discord 不允许机器人执行 { $call }
failed-discord-refused = Discord 拒绝了 { $call }：{ $code } { $why }
failed-no-platform = 其平台未配置
failed-nobody-looked = 最近没有人查看过
failed-no-pager = 没有名为 { $name } 的呼叫方式
failed-pager-address = { $name } 的地址无法使用
failed-pager-late = { $name } 在 { $seconds } 秒内没有响应
failed-pager-refused = { $name } 以 HTTP { $code } 拒绝了呼叫：{ $text }
failed-pager-status = { $name } 的响应为 HTTP { $code }
failed-pager-lost = { $name } 不可访问：{ $why }

## Alerts that were turned away before anybody judged them, and what their senders should know.

rejected-not-configured = 未配置警报：请设置 alerts.token_file 或 STAGERBOT__ALERTS__TOKEN
rejected-no-token = 缺少标头“Authorization: Bearer <token>”
rejected-wrong-token = bearer 令牌与所配置的不符
rejected-wrong-password = 用户或密码与所配置的不符
rejected-no-signature = 缺少标头 { $header }，其中应有正文的十六进制 HMAC-SHA256
rejected-wrong-signature = { $header } 中没有用所配置密钥对收到的正文所作的签名
rejected-not-fresh = { $header } 中的时间与现在相差超过 { $seconds } 秒
rejected-no-source = 没有这样的来源；现有 { $names }
rejected-too-large = 正文超过 { $limit } 字节；请参阅 alerts.max_body
rejected-body-too-large = 正文过大
rejected-too-slow = 正文到达用时过长
rejected-no-room = 同时到达的正文过多
rejected-broke-off = 正文中途中断
rejected-not-stored = 警报无法存储；已要求发送方重新发送
rejected-not-json = 正文不是 JSON（第 { $line } 行第 { $column } 列）
rejected-shape = 正文的结构与预期不同（{ $sender }），位于 { $path }
rejected-sender = 这看起来是其他发送方的正文：{ $sender }。stagerbot alerts explain 会说明应发送到哪里
rejected-straight = 机器人不是 Alertmanager，而是在 POST /alerts/alertmanager 接收其 webhook。请让 Prometheus 或 vmalert 发送到 Alertmanager，再由它发送给机器人（deploy/alertmanager）
rejected-left-out = 发送方在一次发送中省略了 { $count } 个警报：其 max_alerts 较小
rejected-muted = { $who } 已将 { $environment } 的警报静音至 { $until }
unread-withheld = 按其状态，它处于等待、暂停、静默或无数据：其发送方并未发出它
unread-no-alert = 应为警报，实为其他 JSON：{ $kind }
unread-tried = 有人在测试订阅
unread-neither = { $kind } 既未说明事件已触发，也未说明事件已结束
note-grafana = 这看起来是 Grafana 的 webhook：请发送到 POST /alerts/grafana
note-alertmanager = 这看起来是 Alertmanager 的 webhook：请发送到 POST /alerts/alertmanager
tested-no-data = 其查询没有返回数据
tested-query-failed = 其查询失败
tested-contact-point = 有人在测试联络点

## Times and lengths of time.

moment = { $time } { $zone }
moment-dated = { $year }/{ $month }/{ $day } { $time } { $zone }
span-seconds = { $seconds }.{ $tenths } 秒
span-minutes = { $minutes } 分 { $seconds } 秒
span-hours = { $hours } 小时 { $minutes } 分

## Reports of incidents, and what many come to.

report-title = 事件单 { $incident }：{ $environment }
report-opened = 打开
report-closed = 关闭
report-still-open = 仍未关闭
report-reopened = 再次打开的次数
report-outcome = 结果
report-cause = 原因
report-durations = 所用时间
report-length = { $length }
report-people = 谁做了什么
report-evidence = 依据
report-restart = 重新启动的 pod
report-deleted = 于 { $at } 删除
report-left = 未删除
report-timeline = 经过
report-verify = 验证日志
report-line = { $at } { $says }
report-whole = 供事后分析的全文：{ $line }

did-checked = 要求检查
did-requested = 申请重新启动
did-approved = 批准重新启动
did-denied = 拒绝重新启动
did-cancelled = 撤回申请
did-took-over = 接手事件单
did-drilled = 开始演习

took-acknowledged = 至有人处理
took-approved = 从申请至批准
took-mitigated = 从打开至恢复正常
took-found = 从演习开始至另一人响应

stats-title = 故障
stats-title-since = { $since } 以来的故障
stats-incidents = 事件单
stats-open = 未关闭
stats-outages = 按环境和原因统计的故障
stats-outcomes = 如何结束
stats-spread = 中位数 { $median }，p90 { $ninety }（共 { $count } 次）
stats-none = 尚无
stats-who = 找过谁
stats-asked = 找过 { $asked } 次，回应 { $answered } 次
stats-drills = 演习
stats-drills-count = 次数
stats-drills-nobody = 无人响应

history-nothing = 尚无事件单。
history-line = { $at } · { $environment } · 事件单 { $incident }：{ $ended }
history-outage = { $at } · { $environment } · 事件单 { $incident }：{ $cause }，{ $ended }
history-drill = { $at } · { $environment } · 事件单 { $incident }：演习，{ $ended }
history-length = { $line }（{ $length }）
history-spread = { $what }：{ $spread }

ended-open = 未关闭
ended-healthy = 正常
ended-recovered-itself = 自行恢复
ended-reached-not-proven = 可连接，未证实
ended-recovered = 重新启动后恢复
ended-not-recovered = 重新启动后未恢复
ended-dry-run = 试运行
ended-handed-over = 已有人接手

## What Discord says of the commands, each in 100 characters at most. Their names stay as they are.

command-stager = 检查登台，申请或批准重新启动 Diego 的 BBS
command-check = 查看某个环境，并说明情况
command-status = 当前状况
command-restart = 申请重新启动；必须由另一人批准
command-approve = 批准他人申请的重新启动
command-deny = 拒绝重新启动
command-cancel = 撤回自己的申请
command-handover = 接手事件单；机器人不再介入
command-mute = 让警报在一段时间内不打开任何事件单
command-unmute = 重新接收警报
command-report = 显示一份事件单的报告
command-history = 列出最近的事件单及所用时间
command-whoami = 说明您是谁、可以做什么
command-policy = 说明重新启动需要什么
command-drill = 看另一人多快响应；不重新启动任何东西
command-help = 说明各命令
option-environment = 环境的名称
option-incident = 编号；不填则为最新的一份
option-for = 多长时间，例如 2h；最长 24h
option-code = 卡片上显示的申请代码
option-reason = 原因，供记录
option-database-checked = 您已亲自检查 Diego 的数据库

## Alerts: what they mean, and why they start nothing.

means-stager-unavailable = 登台程序不可用
means-same-outage = 同一故障的另一种说法
means-symptom = 值得检查的症状
means-look-alike = 另一种登台错误
means-database = 数据库的问题
means-unrelated = 与登台无关

ignored-by-rule = alerts.rule 的规则 { $rule } 要求忽略它
ignored-test = 其发送方只是在测试连通性，或没有数据：{ $what }
ignored-look-alike = 它说的是另一种登台错误，其中 Diego 有响应：重新启动无法解决
ignored-no-code = 它并未表明登台程序不可用：其中有 { $number }，但只是其他内容的一部分
ignored-unrelated = 它并未表明登台程序不可用：没有标签或注解包含 170010 或 CF-StagerUnavailable
ignored-unmatched = 它的标签与任何环境都不符：{ $wanted }
ignored-unmatched-several = 它的标签与多个环境相符：{ $environments }
ignored-too-many = 它超出了一次发送中有关同一环境的前 { $most } 个警报

because-read = 含义：{ $says }（规则 { $rule }），依据为“{ $quote }”
because-nothing = { $says }（规则 { $rule }）
because-rule-means = alerts.rule 的规则 { $rule } 规定其含义为：{ $meaning }
because-rule-severity = alerts.rule 的规则 { $rule } 规定其严重性为 { $severity }
because-severity = 其发送方标明的严重性为 { $severity }
because-rule-environment = alerts.rule 的规则 { $rule } 规定它与 { $environment } 有关
because-named = 它指明了 { $environment }
because-labels = 它具有 { $environment } 的标签：{ $labels }
because-only = { $environment } 是唯一的环境
because-nameless = 它未指明环境，而 alerts.no_environment 要求检查所有环境：{ $environments }

reads-stager-code = 登台程序自身的错误，依其错误代码
reads-stager-phrase = 登台程序自身的错误，依其文字
reads-stager-number = 登台程序自身的错误，依其编号
reads-relative-code = 同一故障，依另一错误的代码
reads-relative-phrase = 同一故障，依另一错误的文字
reads-relative-number = 同一故障，依另一错误的编号
reads-instances-unknown = 同一故障：Cloud Controller 不知道有多少实例在运行
reads-other-staging-error = 另一种登台错误，其中 Diego 有响应
reads-other-staging-number = 另一种登台错误，依其编号
reads-bbs-lost-lock = BBS 失去了锁定，依其日志
reads-push-fails = 表明 push 失败的警报
reads-alert-about-database = 有关数据库的警报
reads-log-about-database = 数据库不可访问，依日志
reads-none = 其中没有提到登台
reads-number-is-no-code = 虽是相关数字，但并非错误代码：属于哈希、版本、数量、指标或链接的一部分
reads-senders-test = 发送方的测试，或没有数据的查询

explained-source = 按来源 { $source } 的正文读取
explained-title = { $place }：{ $name }
explained-refused = 将被拒绝：{ $why }
explained-ignored = 不会触发任何操作：{ $why }
explained-note = 对其发送方的答复：{ $note }
explained-elsewhere = 在其他地址对其发送方的答复：{ $note }
explained-left-out = 其发送方省略了 { $count } 个警报。
explained-nothing = 其中没有警报。
explained-firing = 正在触发。
explained-resolved = 已结束。
explained-over = 从“{ $quote }”可知它已结束。
explained-opens = 它会打开 { $environments } 的事件单，或加入已打开的事件单。
explained-joins = 它会加入 { $environments } 已打开的事件单，不会打开新的。
explained-checks = 它会使 { $environments } 已打开的事件单重新查看，不会打开新的。
explained-inhibits = 只要它在触发，就不提供 { $environments } 的重新启动，除非有人声明已检查数据库。

## The playground's page.

play-title = Stagerbot 试玩场
play-intro = 真正的机器人，运行在模拟的 Cloud Foundry、Slack 和 Discord 之间，全部在本机上。再打开一个窗口，即可扮演第二个人。
play-you = 您是
play-role-requester = 申请重新启动的人
play-role-approver = 批准他人申请的人
play-role-second-account = Ada 的第二个账号
play-role-nobody = 只能查看的人
play-role-stranger = 通过 Slack Connect 加入的其他组织的人
play-language = 语言
play-scene = 场景
play-free = 自由试玩
play-scene-outage = 故障与恢复
play-scene-own-request = 有人批准自己的申请
play-scene-escalation = 无人响应
play-scene-recovers-itself = 批准之前自行恢复
play-scene-database-down = 数据库已停止
play-scene-bot-killed = 机器人中途被强制终止
play-look-free =
    一切正常。请制造一个故障，让 Alertmanager 报告，或输入 /stager check。
    请看机器人向集群请求什么，又提供什么。
play-look-outage =
    请以 Ada 的身份申请重新启动，再以 Grace 的身份批准：卡片上列出两人各自的依据。
    在右侧，pod 一次只删除一个，第一个恢复之后才轮到第二个。
play-look-own-request =
    请以 Ada 的身份申请，再用 Ada 的两个账号分别批准：只有她能看到的答复会说明为何不行。
    右侧没有任何 pod 被删除，消息列中保留每一次拒绝。
play-look-escalation =
    请以 Ada 的身份申请，然后等待：机器人会提醒有权批准的人，之后在频道 cf-managers 中呼叫他们。
    再以 Grace 的身份批准：每一条呼叫都会改为说明结果。
play-look-recovers-itself =
    请以 Ada 的身份申请，然后在有人批准之前，在右侧修复一切。
    申请随之失效，没有一个 pod 被删除。
play-look-database-down =
    卡片上没有重新启动按钮：数据库停止时，被删除的 pod 永远不会就绪。
    请照样输入 /stager restart，然后在右侧修复一切。
play-look-bot-killed =
    请以 Ada 的身份申请，以 Grace 的身份批准；第一个 pod 开始终止时强制终止机器人，然后再启动它。
    它会先查看再继续：没有 pod 被删除两次，也不会删除已无需删除的 pod。
play-begin-again = 重新开始
play-people = 让人物自动操作
play-opening = 即将出现故障……
play-your-turn = 轮到您了。
play-playing = 人物正在自动操作。
play-ended-well = 场景按预期结束。
play-ended-ill = 场景未按预期结束：
play-chat = 聊天
play-direct = 私信
play-only-you = 仅您可见
play-edited = （已编辑）
play-thread = 消息列
play-type = 输入消息，或 /stager check
play-send = 发送
play-dismiss = 关闭消息
play-cancel = 取消
play-thinking = 正在思考……
play-silence = 这里还没有消息。
play-not-here = 此账号不在这里。
play-cluster = 集群
play-pod = pod 名称
play-ready = 就绪
play-state = 状态
play-label = 标签
play-active = 活动
play-passive = 被动
play-terminating = 正在终止 (Terminating)
play-endpoints = Service 端点
play-lock = 锁定持有者
play-requests = 向 Kubernetes API 发出的请求
play-faults = 制造故障
play-fault-connections-lost = 数据库连接失效
play-fault-database-down = 数据库停止
play-fault-bbs-hung = BBS 挂起
play-fault-stale-label = 标签过时
play-fault-network-policy = 网络策略阻断
play-fault-image-missing = 新 pod 缺少镜像
play-fault-hangs-terminating = finalizer 阻止 pod 消失
play-fault-exec-denied = 机器人无 exec 权限
play-fault-delete-answers-lost = 删除请求的响应丢失
play-fault-api-down = API 服务器停止
play-heal = 修复一切
play-alert = 让 Alertmanager 报告
play-kill = 强制终止机器人
play-revive = 启动机器人
play-timeline = 时间线
play-timeline-none = 尚无事件单。
play-incident = 事件单
play-kubectl = kubectl 在这里也可用：
play-failed = 操作未成功：
play-lost = 试玩场已结束，或无法访问。
