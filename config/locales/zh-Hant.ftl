# Every sentence that Stagerbot says, in Chinese, traditional. What is missing here is said in English.

## What was found. advice-<id> says what to do.

finding-api-unreachable = 無法存取 Kubernetes API 伺服器，因此無法做出任何判斷。
advice-api-unreachable = 請檢查 API 伺服器，以及從此處到它的網路。如果所有人都無法存取，應先處理該故障。
finding-api-slow = Kubernetes API 伺服器未及時回應，因此無法做出任何判斷。
advice-api-slow = 請檢查 API 伺服器的負載。稍後會重試。
finding-credentials-missing = 機器人沒有可用來登入的認證資訊，因此未向 Kubernetes API 伺服器發出要求。
advice-credentials-missing = 請修復原因中提到的認證外掛程式或檔案。機器人會在下次查看時使用修復後的內容。
finding-api-not-trusted = Kubernetes API 伺服器（或代替它回應者）的憑證不受信任，因此未向其傳送任何內容。
advice-api-not-trusted = 請將伺服器的憑證與 kubeconfig 中的 certificate-authority 和 tls-server-name 比較。請勿關閉驗證：中間可能有人攔截。
finding-credentials-refused = Kubernetes API 伺服器拒絕了機器人的認證資訊：已過期或有誤。
advice-credentials-refused = 請更新機器人的權杖或 kubeconfig。
finding-permission-missing = 機器人無權查看 Pod 或其 StatefulSet。
advice-permission-missing = 請授予它 deploy/ 中的 Role：對 pods、statefulsets 和 endpoints 的 get、list 和 watch。
finding-parts-not-found = 叢集有回應，但無法判斷哪些 Pod 屬於雲端控制器、哪些屬於 BBS。
advice-parts-not-found = 請檢查環境的命名空間和 preset；讓機器人自動探索各元件，或在 [environment.topology] 下指定 StatefulSet。
finding-not-an-api-server = 在 API 伺服器的位址上回應的不是 Kubernetes API 伺服器，而可能是 Proxy 或登入頁面，因此無法做出任何判斷。
advice-not-an-api-server = 請查看從此處到 API 伺服器之間有什麼，以及 kubeconfig 中的伺服器位址。
finding-cluster-not-seen = 無法查看叢集，因此無法做出任何判斷。
advice-cluster-not-seen = 請檢查 API 伺服器、機器人的權杖及其權限，然後重新檢查。

finding-name-not-resolved = Service { $service } 存在，但其名稱在所有雲端控制器 Pod 中都無法解析。
advice-name-not-resolved = 請檢查叢集的 DNS，以及這些 Pod 中 /etc/resolv.conf 的內容。
finding-database-down = 資料庫沒有回應。現在重新啟動會使情況惡化：資料庫停止期間，被刪除的 Pod 不會備妥。
advice-database-down = 請先恢復資料庫。之後 Diego 往往會自行恢復；請在半分鐘後重新檢查。
finding-database-exhausted = 資料庫沒有可用的連線：新的 Pod 將無法取得連線。
advice-database-exhausted = 請釋放連線或提高上限，並查明是誰佔用了連線，然後重新檢查。
finding-database-no-session = Locket 無法在其資料庫上建立階段作業：{ $why }
advice-database-no-session = 請依其所述修正（登入資訊、資料庫名稱、位址、TLS），然後重新檢查：新的 Pod 同樣會被拒絕。
finding-update-under-way = 更新正在進行：兩個版本同時執行（{ $sets }），且有 Pod 未備妥：{ $pods }。
advice-update-under-way = 請先完成更新或退回舊版，並查看新版本的 Pod。
finding-cloud-controller-absent = 沒有雲端控制器 Pod（應有 { $wanted } 個）：無法編譯打包，也無法探測 BBS。
advice-cloud-controller-absent = 請先查看 api Pod 的 StatefulSet 及其事件。
finding-cloud-controller-not-ready = 沒有任何雲端控制器 Pod 已備妥：{ $pods }。無法編譯打包，也無法探測 BBS。
advice-cloud-controller-not-ready = 請先查看 api Pod，然後重新檢查。
finding-cloud-controller-short = 有雲端控制器 Pod 未備妥：{ $pods }。其餘 Pod 可存取 BBS，因此這不是編譯打包器的故障。
advice-cloud-controller-short = 請查看這些 api Pod。重新啟動 Diego 對它們沒有幫助。
finding-node-lost = { $pods } 所在的節點（{ $nodes }）失去聯繫。刪除會卡住，也不會建立替代的 Pod。
advice-node-lost = 請恢復該節點。只有在確定節點已關機時，才將其移出叢集以釋放其 Pod。
finding-finalizer-holds = 容器已停止，但 finalizer（{ $finalizers }）尚未放行 { $pods }：放行之前不會建立新的 Pod。
advice-finalizer-holds = 請查明這些 finalizer 屬於誰，並讓它們執行完畢。
finding-unschedulable = 沒有節點能接納 { $pods }（{ $why }）：重新啟動只會再產生一個等待中的 Pod。
advice-unschedulable = 請查看 Pod 的事件：資源、taint、親和性或磁碟區。
finding-image-missing = 無法拉取 { $pods } 的映像檔（{ $why }）：重新啟動只會重複同樣的問題。
advice-image-missing = 請檢查映像檔名稱、映像檔儲存庫及其拉取 Secret。
finding-crash-loop = Pod 反覆當機（{ $pods }）：重新啟動只會重複同樣的問題。
advice-crash-loop = 請查看 Pod 的日誌，包括上一次執行的日誌。
finding-cannot-start = { $pods } 的某個容器無法啟動：重新啟動只會重複同樣的問題。
advice-cannot-start = 請查看 Pod 的事件：設定、Secret 或磁碟區。
finding-certificates-refused = 可存取 BBS，但 TLS 憑證被拒絕：已過期、由其他 CA 簽發，或名稱不符。
advice-certificates-refused = 請檢查並輪替憑證。重新啟動不會更新憑證。
finding-locket-tls-refused = Locket 有回應，但其 TLS 被拒絕（在 { $pod } 中查詢）：{ $why }
advice-locket-tls-refused = 請檢查並輪替 Locket 及其用戶端的憑證。新的 Pod 會使用同樣的憑證。
finding-bbs-migrating = 可存取 BBS，它傳回 503：正在啟動，或正在移轉其資料庫。{ $time }
advice-bbs-migrating = 請等待：重新啟動會使移轉從頭開始。稍後會重新檢查。
finding-bbs-answers-error = 可存取 BBS，但它傳回錯誤。
advice-bbs-answers-error = 請查看 BBS 的日誌及其資料庫。
finding-service-missing = 用來尋找 BBS 的 Service { $service } 不存在。此版本可能使用其他名稱。
advice-service-missing = 請列出命名空間中的 Service；在環境中設定 BBS 的 Service，或讓機器人自動探索。
finding-network-blocked = { $pods } 中的 BBS 正在監聽、已備妥並位於其 Service 之後，但沒有雲端控制器 Pod 能存取它：問題出在網路。
advice-network-blocked = 請檢查網路原則，以及相關節點上的網路外掛程式和 kube-proxy。
finding-some-api-pods-affected = 從其他雲端控制器 Pod 可存取 BBS，只有從 { $pods } 無法存取。
advice-some-api-pods-affected = 請查看這些 api Pod、其節點及節點的網路。
finding-pending-revision = StatefulSet（{ $sets }）有待部署的修訂版：刪除其 Pod 就會部署該修訂版。
advice-pending-revision = 請先完成更新或退回舊版。
finding-two-versions = 兩個版本同時執行（{ $sets }）：更新正在進行。
advice-two-versions = 請先讓更新結束。

finding-pods-terminating = 有 Pod 正在終止（{ $pods }）：已經有人在重新啟動。
advice-pods-terminating = 請等待它們恢復。
finding-pods-starting = 正在建立 Pod（{ $pods }）。
advice-pods-starting = 請等待它們備妥。
finding-pods-not-starting = 有 Pod 建立已超過五分鐘，但其中沒有任何容器在執行（{ $pods }）。
advice-pods-not-starting = 請查看 Pod 的事件：磁碟區、網路、init 容器。
finding-bbs-absent = BBS Pod 應有 { $wanted } 個，現有 { $found } 個。
advice-bbs-absent = 請查看 StatefulSet 及其事件：採用 OrderedReady 時，前一個 Pod 未備妥就不會建立下一個。
finding-bbs-not-ready = 有 BBS Pod 未備妥：{ $pods }。{ $database }
advice-bbs-not-ready = 請查看未備妥的容器及其日誌。如果資料庫已停止，請先恢復資料庫：此時重新啟動毫無益處，還會損失備援。
finding-locket-absent = Locket Pod 應有 { $wanted } 個，現有 { $found } 個。
advice-locket-absent = 請查看 StatefulSet 及其事件：採用 OrderedReady 時，前一個 Pod 未備妥就不會建立下一個。
finding-locket-not-ready = 有 Locket Pod 未備妥：{ $pods }。{ $database }
advice-locket-not-ready = 請檢查資料庫，並查看 Locket 的日誌。
finding-locket-down = Locket 在其連接埠上沒有回應（在 { $pod } 中查詢）：沒有 BBS 能取得鎖定。
advice-locket-down = 請查看 Locket 的日誌、憑證和資料庫；monit 正在反覆啟動它。
finding-exec-denied = 機器人無權在雲端控制器 Pod 中 exec，因此無法探測：缺少對 pods/exec 的 { $verb } 權限。
advice-exec-denied = 請比照 deploy/ 中的 Role 授予對 pods/exec 的 create 和 get 權限；或手動探測（見下方）。
finding-exec-refused = 叢集的某項原則拒絕在雲端控制器 Pod 中執行指令，因此未進行探測。原因不在機器人的角色。
advice-exec-refused = 請讓該原則在此命名空間中豁免機器人的帳號；在此之前，請以該原則放行的帳號手動探測（見下方）。
finding-exec-not-carried = 從此處到 API 伺服器的路徑不支援 WebSocket，而在 Pod 中執行指令需要它，因此未進行探測。kubectl 也許沒有它也能運作。
advice-exec-not-carried = 請讓 Proxy 或負載平衡器放行 WebSocket 升級，或指定 API 伺服器本身的位址；在此之前，請手動探測（見下方）。
finding-exec-impossible = 在雲端控制器 Pod 中 exec 失敗，因此未進行探測。
advice-exec-impossible = 請檢查該 Pod 的容器及其節點；請手動探測（見下方）。
finding-probe-not-possible = 探測沒有得到明確的結果。
advice-probe-not-possible = 請從每個 api Pod 手動探測（見下方）。
finding-name-not-resolved-by-some = BBS Service 的名稱在 { $pods } 中無法解析，但在其他 api Pod 中可以。
advice-name-not-resolved-by-some = 請查看該 Pod 及其節點所看到的 DNS。
finding-two-leaders = 有多個 Pod 看起來是作用中的領導者：{ $pods }。
advice-two-leaders = 請手動逐一確認哪個 Pod 有回應，以及誰持有鎖定。在釐清之前請勿刪除任何一個。
finding-label-stale = 標籤顯示 { $pods } 為作用中，但那裡沒有任何程序在監聽。{ $time }
advice-label-stale = 請等待標籤更新，並檢查 Locket 和資料庫；稍後會重新檢查。
finding-label-missing = { $pods } 中的 BBS 正在監聽，但標籤並未如此顯示：Service 可能沒有指向那裡。{ $time }
advice-label-missing = 請等待標籤更新；稍後會重新檢查。如果一直如此，請檢查 Pod 是否有權修改自己的標籤。
finding-leader-awaited = 沒有領導者，但 Locket 正常：某個 BBS 應會在下一次嘗試時取得鎖定。剛失去領導者後的幾秒內會如此。
advice-leader-awaited = 請等待：視持續時間而定；稍後會重新檢查。
finding-bbs-start-slow = { $pods } 中的 BBS 傳回 503。{ $time }它可能在啟動時卡住，也可能正在等待其資料庫：未能確認資料庫是否正常。
advice-bbs-start-slow = 請檢查資料庫。如果資料庫正常，請查看 BBS 的日誌。
finding-leader-not-reachable = { $leader } 應為作用中的領導者，但沒有雲端控制器 Pod 能存取它。可能是其標籤已過時，或是網路的問題。{ $time }
advice-leader-not-reachable = 請等待標籤更新；稍後會重新檢查。如果一直如此，請從該 Pod 內部查看其 BBS 是否在監聽。
finding-ping-not-answered = BBS 的連接埠接受連線，但其 ping 沒有回應，且未能確認是哪個 Pod 卡住。
advice-ping-not-answered = 請手動 ping 每個 BBS Pod（見下方），找出沒有回應的那個。在釐清之前請勿刪除任何一個。
finding-ping-cut-off = BBS 的連接埠接受連線，但 ping 的連線在得到回應之前就被關閉：可能由服務網格的 Sidecar 等 Proxy 接管，或被 BBS 中斷。
advice-ping-cut-off = 請查看 api Pod 中 Sidecar 的日誌，以及 BBS 本身的日誌。在這裡，連線成功不能證明任何事。
finding-connects-prove-nothing = 在無人監聽之處連線也會成功：中間有東西在接受連線，例如服務網格的 Sidecar。未能確認是否可存取 BBS。
advice-connects-prove-nothing = 請設法使 ping 可行（在 api 容器中準備 curl 和雲端控制器的憑證），或使 BBS Pod 可以 exec；在此之前，請勿以連線成功為依據。
finding-lock-at-risk = { $leader } 仍在提供服務，但 Locket 沒有回應：如果持續下去，幾秒內就會失去鎖定。
advice-lock-at-risk = 請檢查資料庫。稍後會重新檢查。

finding-label-stuck = 標籤顯示 { $pods } 為作用中，但那裡沒有任何程序在監聽，而 Locket 正常。{ $time }標籤已卡住，Service 沒有指向任何地方。
advice-label-stuck = 只需重新啟動它即可解決：請申請重新啟動；由另一人核准。
finding-bbs-start-hung = { $pods } 中的 BBS 傳回 503，而資料庫正常，也沒有任何需要移轉的新內容。{ $time }它在啟動時卡住。
advice-bbs-start-hung = 只需重新啟動它即可解決：請申請重新啟動；由另一人核准。
finding-bbs-unreachable = 雲端控制器無法存取 BBS；BBS Pod 已備妥，但其中沒有作用中的領導者。
finding-bbs-unreachable-passive = 雲端控制器無法存取 BBS；BBS Pod 已備妥到沒有領導者時所能達到的程度，但其中沒有一個為作用中。
advice-bbs-unreachable = 只要資料庫有回應，重新啟動即可解決：請先檢查資料庫，再申請重新啟動；由另一人核准。
finding-bbs-hung = { $pods } 中的 BBS 卡住：其連接埠接受連線，但沒有任何回應。
advice-bbs-hung = 重新啟動它即可解決：請申請重新啟動；由另一人核准。

finding-no-active-leader = 沒有 BBS Pod 是作用中的領導者。
advice-no-active-leader = 如果 Locket 和資料庫正常，失去前一個領導者後半分鐘內應有一個 BBS 取得鎖定。
finding-locket-works = Locket 正常，但沒有任何 BBS 持有鎖定並提供服務。剛失去領導者後的幾秒內會如此。
advice-locket-works = 重新啟動之前，請在半分鐘後重新檢查。
finding-locket-hung = Locket 沒有回應（在 { $pod } 中查詢）。它卡住了，或是其資料庫卡住了：兩者看起來一樣。
advice-locket-hung = 請檢查資料庫：如果資料庫有回應，則 Locket 卡在已失效的連線上。
finding-locket-client-refused = BBS 正在提供服務，但 { $pod } 中查詢 Locket 的用戶端與 Locket 之間的 TLS 失敗：{ $why }
advice-locket-client-refused = 請檢查該用戶端和 Locket 的憑證。正在提供的服務不受影響；但如果問題出在 Locket 的憑證上，新啟動的 BBS 將無法取得鎖定。
finding-lock-elsewhere = { $leader } 看起來是領導者，但鎖定中記錄的持有者是 { $owner }。標籤或鎖定的資料列可能已過時。
advice-lock-elsewhere = 請一分鐘後再次比較，並確認兩個 Pod 中哪個有回應。請勿動鎖定：其持有者可能是唯一在提供服務的 Pod。
finding-cells-evacuating = Diego cell 正在撤出（{ $pods }）：應用程式正在移動，重新啟動 Diego 會影響它們。
advice-cells-evacuating = 如果可以等待，請在重新啟動之前讓撤出結束。
finding-cloud-controller-short-too = 另有雲端控制器 Pod 未備妥：{ $pods }。探測是從其餘 Pod 進行的。
advice-cloud-controller-short-too = 也請查看這些 api Pod。
finding-passive-not-ready = 以下被動 Pod 只有 BBS 本身的容器未備妥：{ $pods }。在備妥探測檢查 BBS 連接埠的版本中，被動 Pod 最多只能備妥到這個程度。
advice-passive-not-ready = 如果此版本並非如此，請查看該容器。
finding-proxy-answers = 在無人監聽之處連線也會成功：中間有東西在接受連線，例如服務網格的 Sidecar。這裡以 ping 的結果為準。
advice-proxy-answers = 請勿把連線成功當作回應。
finding-healthy = 雲端控制器可存取 BBS；作用中的領導者是 { $leader }。
advice-healthy = 無需處理。如果 push 仍然失敗或警示仍在觸發，則原因在別處，或已經過去。
finding-reached-not-proven = 可連線到 BBS；未能確認它是否回應：{ $why }。{ $leader } 看起來是作用中的領導者。
advice-reached-not-proven = 卡住的 BBS 也會接受連線：只要 push 仍失敗，請設法使 ping 可行並重新檢查，或查看 BBS 的日誌。
finding-unexplained = 所見情況不符合任何已知模式。
advice-unexplained = 請手動繼續（見下方）。

verdict-healthy = 正常
verdict-reached-not-proven = 可連線，未證實有回應
verdict-will-help = 重新啟動可解決
verdict-will-not-help = 重新啟動無法解決
verdict-not-known = 不知道重新啟動能否解決

## How long something has been so.

time-normal = 短時間內這是正常的。
time-over = 自 { $since } 起一直如此（已查看 { $looks } 次）。
time-over-new = 自 { $since } 起一直如此（已查看 { $looks } 次）。就啟動而言時間偏長，但那裡執行的內容自上次確認正常以來可能是新的，而移轉不應被中斷。一旦 ping 得到回應即告結束；如果 BBS 的日誌中沒有移轉，須由人來決定。
title-time = 視持續時間而定
waits-stale-label = { $pod } 的標籤落後：剩餘 { $left }，至 { $until }（已查看 { $looks } 次，需 { $wanted } 次）
waits-label-missing = { $pod } 缺少標籤：剩餘 { $left }，至 { $until }（已查看 { $looks } 次，需 { $wanted } 次）
waits-unreached = 無法存取 { $pod }：剩餘 { $left }，至 { $until }（已查看 { $looks } 次，需 { $wanted } 次）
waits-starting = { $pod } 正在啟動：剩餘 { $left }，至 { $until }（已查看 { $looks } 次，需 { $wanted } 次）
waits-leaderless = 沒有領導者：剩餘 { $left }，至 { $until }（已查看 { $looks } 次，需 { $wanted } 次）

## What a pod that is not ready may mean.

not-ready-database-unknown = 資料庫停止時也會如此。
not-ready-database-up = 資料庫有回應，因此原因不在於此。

## Why no ping could be made, and how one could.

unseen-ping-no-curl = api 容器中沒有 curl；請將其加入映像檔
unseen-ping-old-curl = api 容器的 curl 缺少某個選項或 TLS；請更新它
unseen-ping-no-certificates = 在 api 容器中無法使用雲端控制器用於 BBS 的憑證；請參閱 ping 的輸出
unseen-ping-other-name = BBS 憑證上的名稱與存取時使用的名稱不符，且無法讀取雲端控制器用來存取它的名稱
unseen-ping-exec-denied = 機器人無權在 api Pod 中 exec；請在那裡授予 pods/exec 權限
unseen-ping-exec-refused = 叢集的某項原則拒絕在 api Pod 中執行指令；請在那裡豁免機器人的帳號
unseen-ping-exec-not-carried = 到 API 伺服器的路徑不支援 WebSocket；請讓中間的 Proxy 放行
unseen-ping-exec-failed = 在 api Pod 中 exec 失敗；請參閱 ping 的輸出
unseen-ping-in-doubt = ping 的結果存疑；下次查看時會再次進行
unseen-ping-because = { $why }

## What is missing for a recovery, and what stops a restart.

missing-sight = 無法查看叢集
missing-pods = BBS Pod 應有 { $wanted } 個，現有 { $found } 個
missing-gone = { $pod } 仍在終止
missing-gone-held = { $pod } 仍在終止：其 finalizer 尚未放行（{ $finalizers }）
missing-ready-containers = { $pod } 已備妥 { $ready }/{ $containers }（{ $status }；未備妥：{ $unready }）
missing-ready = { $pod } 已備妥 { $ready }/{ $containers }（{ $status }）
missing-leader = 沒有作用中的 Pod
missing-one-leader = 有 { $count } 個 Pod 為作用中
missing-endpoints = 領導者尚未位於 BBS Service 之後
missing-probe = 無法進行探測
missing-probe-from = 從 { $pod } 的探測失敗：{ $text }
missing-ping-from = 從 { $pod } ping BBS 沒有回應：{ $text }
missing-answer = 在這裡連線成功不能證明任何事，也無法進行 ping
missing-listening = { $pod } 的標籤為作用中，但沒有在監聽
missing-label = { $pod } 正在監聽，但未標示為作用中
missing-probe-of = 之前從 { $pod } 的探測失敗，此後未再從該 Pod 探測

stopped-absent = { $pod } 沒有重新建立
stopped-terminating = { $pod } 在 { $hangs }後仍在終止：{ $held }。其後的 Pod 皆未刪除
held-finalizers = 其 finalizer 尚未放行（{ $finalizers }）
held-not-seen = 未能看到是什麼阻止其終止（可查看其事件和節點）
went-past = { $pod } 處於 Terminating 已有 { $hangs }：{ $held }。其 StatefulSet 為 Parallel，已確認的計畫不再等待它。
stopped-failed = 新的 { $pod } 無法執行（{ $why }）；其他 Pod 保持不動
stopped-not-ready = 新的 { $pod } 未及時備妥（{ $ready }/{ $containers }）；其他 Pod 保持不動
stopped-stalled = 太久沒有任何進展
stopped-switched-off = 在此期間，設定中關閉了重新啟動
stopped-delete-failed = 無法刪除 { $pod }

voided-reached = 又可連線到 BBS，但未能確認它是否回應
voided-recovered = 已恢復正常
voided-pods-changed = 計畫中的某個 Pod 已消失或被他人取代
voided-cause-changed = 依據已改變（現在：{ $now }）
voided-one-account = 依我目前的設定，申請者 { $requester } 與核准者 { $approver } 可能是同一人：帳號 { $account } 現在或曾經同時屬於兩者
voided-one-name = 依我目前的設定，申請者 { $requester } 與核准者 { $approver } 可能是同一人：姓名 { $name } 現在或曾經同時屬於兩者
voided-person-unknown = { $who } 已不是我設定中的人員，因此我無法判斷此申請背後是否有兩個人
voided-account = { $who } 的帳號現已停用、屬於訪客或機器人，或已不存在，而此申請以此人的決定為依據
voided-group-not-known = 此申請以群組 { $group } 的權限為依據，而我無法查看其成員（{ $why }）
voided-too-few = 依我目前的設定，此申請須由 { $needed } 人核准，其中有權核准者只有 { $given } 人
voided-database-alert = 在此期間收到了有關資料庫的警示（{ $name }）
voided-not-seen = 無法重新檢查依據

skipped-healthy = 環境正常
skipped-reached = 又可連線到 BBS
skipped-replaced = 已被他人取代
skipped-terminating = 他人正在刪除它
skipped-dry-run-canary = 測試執行：若正式執行，會刪除 { $pod }（UID { $uid }），然後等待其替代 Pod 的所有容器備妥
skipped-dry-run = 測試執行：若正式執行，會重新檢查，然後刪除 { $pod }（UID { $uid }）

## The timeline.

act-check = 檢查
act-restart = 申請重新啟動
act-approve = 核准
act-deny = 拒絕
act-cancel = 取消
act-handover = 接手

told-check = { $who } 要求檢查 { $environment }。
told-alert = { $environment } 的警示 { $name }（{ $source }）：{ $summary }
told-reopened = 結束後不久，{ $what } 再次觸發（累計 { $count } 次）：正在檢查。
told-muted = { $who } 已將警示靜音至 { $until }：警示不會開啟或加入任何事件單。
told-muted-because = { $who } 已將警示靜音至 { $until }：{ $reason }
told-unmuted = { $who } 已結束靜音：重新接收警示。
told-alert-joined = 警示 { $name }（{ $source }）已加入：{ $summary }
watch-fires = { $count ->
    [1] 查看一次即發現問題：{ $found }
   *[other] 連續 { $count } 次查看皆發現問題：{ $found }
}
watch-over = { $found }
told-alert-lapsed = 警示 { $name }（{ $source }）未再出現：不再因它阻止重新啟動。
told-alert-joined-count = 警示 { $name }（{ $source }）已加入 { $count } 次，最初內容：{ $summary }
told-alert-resolved = { $source } 回報警示 { $name } 已結束：正在檢查。
told-alert-resolved-count = { $source } 先後 { $count } 次回報警示 { $name } 已結束：正在檢查。
told-check-again = { $who } 要求重新檢查。
told-claimed = 機器人重新接管了此事件單（接管編號 { $claim }）。
told-diagnosed = 結論：{ $verdict }。{ $because }
told-diagnosed-evidence = 結論：{ $verdict }。{ $because }
    { $evidence }
told-evidence = 所見全部內容：
    { $evidence }
told-evidence-more = 所見全部內容（另有 { $more } 個字元被省略；可在 stagerbot audit bundle 中查看）：
    { $evidence }
told-requested = { $who } 申請重新啟動 { $pods }（代碼 { $code }，{ $until } 前可核准）。
told-requested-because = { $who } 申請重新啟動 { $pods }（代碼 { $code }，{ $until } 前可核准）：{ $reason }
told-requested-dry = { $who } 申請重新啟動 { $pods }（代碼 { $code }，{ $until } 前可核准）。測試執行：不會刪除任何 Pod。
told-requested-dry-because = { $who } 申請重新啟動 { $pods }（代碼 { $code }，{ $until } 前可核准）：{ $reason } 測試執行：不會刪除任何 Pod。
told-approved = { $who } 已核准。
told-approved-database = { $who } 已核准，並聲明已檢查資料庫。
told-approval-given = { $who } 已核准（共需 { $needed } 人，已有 { $given } 人）。
told-denied = { $who } 拒絕了申請。
told-expired = 無人及時核准：申請已過期。
told-cancelled = { $who } 取消了申請。
told-voided = 申請已失效：{ $why }。
told-rechecked = 核准後已重新檢查：Pod 相同，原因相同。繼續。
    { $probes }
told-taken-over = 中斷後已重新檢查：尚未恢復正常。繼續。
    { $probes }
told-intended = 正在刪除 { $pod }，前提是其 UID 仍為 { $uid }、資源版本仍為 { $version }。
told-intended-past = 正在刪除 { $pod }，前提是其 UID 仍為 { $uid }、資源版本仍為 { $version }。{ $past }
told-deleted = 正在刪除 { $pod }（UID { $uid }）。
told-deleted-terminating = 發現 { $pod }（UID { $uid }）正在終止。
told-deleted-gone = 發現 { $pod }（UID { $uid }）已不存在。
told-unclear = 不知道對 { $pod }（UID { $uid }）的刪除要求是否送達：{ $why }。正在查看。
told-failed = { $pod }（UID { $uid }）沒有被刪除：{ $why }。正在重新查看。
told-spared = { $pod }（UID { $uid }）已成為正常環境的作用中領導者，保持不動。
told-spared-unproven = 從連線情況看，{ $pod }（UID { $uid }）已成為作用中的領導者，保持不動。
told-skipped = 不刪除 { $pod }（UID { $uid }）：{ $why }。
told-recovery-awaited = 所有刪除皆已完成。恢復情況將觀察至 { $until }。
told-leader = 新的作用中領導者：{ $leader }。之前的領導者不明。
told-leader-after-led = 新的作用中領導者：{ $leader }。之前是 { $before }（{ $at } 時確認為領導者）。
told-leader-after = 新的作用中領導者：{ $leader }。之前是 { $before }（最後一次確認正常是在 { $at }）。
told-healthy = 所有容器皆已備妥，只有一個作用中的領導者，同一探測成功。此狀態須維持一段時間。
    { $probes }
told-healthy-unproven = 所有容器皆已備妥，只有一個作用中的領導者，同一探測成功。無法進行 ping，因此僅以連線為依據。此狀態須維持一段時間。
    { $probes }
told-health-lost = 未能維持：{ $missing }。
told-pods = { $pods }
told-refused = { $who } 的操作（{ $what }）被拒絕：{ $why }
told-called = 已在 { $destination } 通知：{ $names }。
told-called-missed = 已在 { $destination } 通知：{ $names }。未聯絡上：{ $missed }。
told-channel-closed = { $platform } 的頻道 { $channel } 不接受卡片：{ $why }。
told-channel-opened = { $platform } 的頻道 { $channel } 重新接受卡片。
told-drill = { $who } 為 { $environment } 發起了演習（至 { $until }）：看誰會作為另一人回應，以及多快回應。不會查看環境，也不會重新啟動任何東西。

outcome-healthy = 正常，無需處理。
outcome-reached = 可連線；未能確認 BBS 是否回應。
outcome-reached-again = 機器人未執行任何重新啟動，現在又可連線；未能確認 BBS 是否回應。
outcome-recovered-itself = 機器人未執行任何重新啟動，已自行恢復正常。
outcome-recovered = 已恢復，作用中的領導者是 { $leader }（計畫的 { $planned } 個 Pod 中已刪除 { $deleted } 個）。
outcome-recovered-unproven = 從連線情況看已恢復，作用中的領導者是 { $leader }（計畫的 { $planned } 個 Pod 中已刪除 { $deleted } 個）。無法進行 ping。
outcome-not-recovered = 未恢復：{ $why }（計畫的 { $planned } 個 Pod 中已刪除 { $deleted } 個）。請人工接手。
outcome-dry-run = 測試執行：若正式執行，會刪除 { $planned } 個 Pod；實際未刪除任何 Pod。
outcome-handed-over = { $who } 已接手。
outcome-handed-over-because = { $who } 已接手：{ $reason }
outcome-drill-found = { $who } 已回應。未重新啟動任何東西。
outcome-drill-cancelled = { $who } 已結束演習。未重新啟動任何東西。
outcome-drill-nobody = 無人及時回應。未重新啟動任何東西。

phase-diagnosis = 至診斷
phase-request = 至申請
phase-approval = 至核准
phase-deletes = 至最後一次刪除
phase-recovery = 至恢復正常
phase-rest = 至關閉

## The picture of a closed incident, and what stands beside it.

picture-line = { $letter }：{ $says }
picture-alt =
    事件單 { $incident } 各階段的圖示，長條長度即所用時間：
    { $phases }
picture-text =
    事件單 { $incident } 的經過：
    { $phases }

## Refusals: always with the reason.

refused-other-workspace = 只有我所安裝的工作空間的成員才能在這裡使用我，請找其中一位。未執行任何動作。
refused-other-server = 我服務於另一個伺服器，在這裡不做任何事。
refused-direct-message = 我在私訊中不做任何事：請在伺服器中 { $names } 的頻道裡輸入 /stager。
refused-other-channel = 此按鈕屬於 { $environment } 頻道中的卡片，而點擊來自其他頻道，因此我未做任何事。
refused-not-mapped = 您的帳號不屬於我設定中的任何人員，因此您不能申請或核准。請維運人員將您加入。
refused-may-not-look = 我只向有權查看的人說明情況，而您的帳號無此權限。有權者：{ $who }。請詢問其中一位，或請維運人員將您加入。
refused-may-not-request = 您無權申請重新啟動。有權者：{ $who }。
refused-may-not-approve = 您無權核准或拒絕重新啟動。有權者：{ $who }。
refused-deactivated = 此帳號已停用，在此不具任何效力。
refused-guest = 訪客只能查看，不能申請或核准。請找工作空間的正式成員。
refused-bot = 這是機器人的帳號。重新啟動須由人來決定，請找有權申請或核准的人。
refused-gone = 此帳號已不屬於此工作空間或伺服器，在此不具任何效力。
refused-group-not-known = 您的權限來自群組 { $group }，而我無法查看其成員，因此拒絕（{ $why }）。請稍後再試，或改由以個人名義擁有權限的人處理。
refused-own-request = 此次重新啟動由您本人申請，必須由另一人核准。
refused-approved-once = { $who } 已核准過此申請，只計一次。還須另一人核准。
refused-one-account = 此申請記錄的申請者是 { $who }，而帳號 { $account } 現在或曾經同時屬於此人和您：你們可能是同一人。必須由其他人核准。如果你們確實是兩個人，請拒絕此申請並請對方重新提出。
refused-one-name = 此申請記錄的申請者是 { $who }，而姓名 { $name } 現在或曾經同時屬於此人和您：你們可能是同一人。必須由其他人核准。如果你們確實是兩個人，請拒絕此申請並請對方重新提出。
refused-person-unknown = 申請者 { $who } 已不是我設定中的人員，因此我無法判斷你們是否為兩個不同的人。請拒絕此申請，再由有權申請的人重新提出。
refused-database-not-confirmed = 資料庫的狀態不明。請檢查資料庫，然後聲明已檢查。
refused-no-such-code = 沒有代碼為 { $code } 的待核准申請，據我所知也從未有過。申請的代碼顯示在其卡片上。
refused-old-code = 代碼 { $code } 來自我的舊版本，當時兩個申請可能具有相同的代碼。請使用其卡片上的按鈕。
refused-of-closed = { $why }該代碼屬於 { $who } 於 { $requested } 在事件單 { $incident } 中提出的申請，該事件單已關閉。
refused-already-approved = 來不及了：{ $who } 已於 { $at } 核准。
refused-already-denied = 來不及了：{ $who } 已於 { $at } 拒絕。
refused-already-cancelled = 來不及了：{ $who } 已於 { $at } 取消。
refused-expired = 來不及了：申請已於 { $at } 過期。請再次申請重新啟動。
refused-voided = 來不及了：由於依據不再成立，申請已於 { $at } 失效。
refused-closed-before = 來不及了：事件單已於 { $at } 關閉，此前無人核准。
refused-already-requested = { $who } 已申請重新啟動；正在等待核准。
refused-being-carried-out = 正在執行重新啟動。
refused-not-diagnosed = 檢查仍在進行。
refused-verdict = 不能重新啟動：{ $verdict }。{ $because }
refused-restarts-off = 我的設定中已關閉重新啟動。
refused-one-restart = 此事件單已執行過一次重新啟動。如需再次重新啟動，須由人工操作。
refused-cool-down = 環境不久前才重新啟動過。{ $until } 之前不能再次重新啟動。
refused-database-alert = 有警示顯示資料庫有問題（{ $source } 的 { $name }，最後收到於 { $at }）：重新啟動毫無益處。請檢查資料庫，然後聲明：/stager restart database-checked [原因]
refused-reason-needed = 重新啟動 { $environment } 須說明原因。請重新申請：輸入 /stager restart，並在其後寫明原因
refused-not-yours = 只有 { $who } 能取消此申請。您可以改為拒絕。
refused-nothing-pending = 沒有等待核准的申請。
refused-closed = 該事件單已關閉。
refused-no-incident = 這裡沒有開啟中的事件單。請先輸入 /stager check。
refused-of-drill = 這是演習：只能核准、拒絕或取消，不能做其他操作。
refused-drill-open = 這裡已有演習在進行：事件單 { $incident }。
refused-too-many = 短時間內操作過多，此項未執行。請等待 { $wait }後再繼續。有權核准者始終可以核准、拒絕和取消。
refused-which-environment = 哪個環境？可選：{ $names }。
refused-no-environment = 沒有名為 { $name } 的環境。可選：{ $names }。
refused-mute-length = 多久？例如：/stager mute 2h 網路變更。從 1m 到 24h。
refused-unclear = 我不懂「{ $text }」。
    { $help }
refused-meant = 我不懂「{ $text }」，未執行任何動作。您是指 { $verb } 嗎？那麼請輸入：
    { $line }
refused-whole-code = 需要申請的完整代碼；未執行任何動作。有一個申請在等待。請輸入：
    { $line }
refused-which-code = 需要申請的完整代碼；未執行任何動作。等待中的申請：
    { $lines }
waiting-of = { $line }（{ $environment }）
refused-and-line = { $why }請輸入：
    { $line }

## Answers to what was accepted.

answer-checking = 正在檢查 { $environment }：請查看其頻道中的事件單 { $incident }。
answer-joined = { $environment } 已有開啟中的事件單 { $incident }：正在重新檢查。
answer-restart-requested = 已申請。必須由另一人核准，可使用按鈕或輸入：/stager approve { $code } database-checked
answer-form-lost = 詢問原因的表單未能顯示。請再按一次，或輸入 /stager restart，並在其後寫明原因
answer-approved = 已核准。在刪除任何 Pod 之前，會再次檢查依據。
answer-approved-one = 已核准（共需 { $needed } 人，已有 { $given } 人）。其餘人員也核准之前，不做任何操作。
answer-denied = 已拒絕。
answer-cancelled = 已取消。
answer-handed-over = 此事件單由您接手。
answer-alert = 已記錄
answer-alert-muted = { $who } 已將 { $environment } 的警示靜音至 { $until }，因此不會開啟事件單。仍要查看：/stager check
answer-muted = { $environment } 的警示在 { $until } 之前不會開啟任何事件單。若要提前結束：/stager unmute
answer-unmuted = 已重新接收 { $environment } 的警示。
answer-drill = { $environment } 的演習已開始：請看其頻道。不會查看環境，也不會重新啟動任何東西。
answer-drill-found = 您在 { $length }後回應，謝謝。這是演習，未重新啟動任何東西。
answer-status = { $lines }
status-line = { $stands }（事件單 { $incident }）
status-line-quiet = { $environment }：沒有開啟中的事件單
status-lines = { $line }
    { $rest }
status-nothing = 沒有設定任何環境。
status-not-shown = 無法顯示 { $environment }：{ $why }。會不時重試，有人提出請求時也會重試
status-muted = {"    "}警示已靜音至 { $until }，操作者 { $who }
status-muted-because = {"    "}警示已靜音至 { $until }，操作者 { $who }：{ $reason }
status-rejected = 來自 { $source } 的 { $count } 個警示被拒收，最後一個於 { $at }：{ $reason }
status-rejected-here = {"    "}來自 { $source } 的 { $count } 個警示被拒收，最後一個於 { $at }：{ $reason }
answer-help = /stager check [環境] — 查看，並說明情況
    /stager status — 目前狀況
    /stager restart [原因] — 申請重新啟動；必須由另一人核准
    /stager approve，後接卡片上的代碼和 database-checked — 檢查資料庫之後核准
    /stager deny 或 cancel，後接卡片上的代碼 — 拒絕，或撤回自己的申請
    /stager handover [原因] — 接手事件單；機器人不再介入
    /stager mute [環境] 2h [原因] · /stager unmute — 讓警示在一段時間內不開啟任何事件單；重新接收警示
    /stager report [編號] · /stager history [環境] — 一份事件單的報告；最近的事件單及所用時間
    /stager whoami — 您是誰、可以做什麼
    /stager policy [環境] — 重新啟動需要什麼
    /stager drill [環境] — 看另一人多快回應；不重新啟動任何東西
    /stager help — 本說明
answer-help-waiting = { $help }
    等待核准的申請：
    { $lines }
answer-commands = 可用的指令：/stager check、status、restart、approve、deny、cancel、handover、mute、unmute、report、history、whoami、policy、drill。說明：/stager help
whoami-both = 您是 { $who }（{ $accounts }）。您可以申請重新啟動，也可以核准他人的申請。
whoami-request = 您是 { $who }（{ $accounts }）。您可以申請重新啟動。
whoami-approve = 您是 { $who }（{ $accounts }）。您可以核准他人申請的重新啟動。
whoami-look = 您是 { $who }（{ $accounts }）。您只能查看。
whoami-nobody = 您的帳號不屬於我設定中的任何人員。您只能查看。請維運人員將您加入。
whoami-groups = { $rest }在您的任一帳號屬於以下群組期間，您有更多權限：{ $groups }。
right-request = 申請
right-approve = 核准
group-gives = { $group }（{ $rights }）
list-more = { $one }、{ $more }
policy-takes = 重新啟動 { $environment } 需要一份申請，並須在 { $expiry }內由申請者以外的人核准，每份核准來自不同的人，所需份數：{ $count }。
policy-dry-run = 目前為測試執行：除刪除外，一切照常進行。
policy-off = 重新啟動已關閉：不會提供。
policy-reason = 申請須說明原因。
policy-quiet = 從 { $from } 到 { $to }（{ $zone }）須多一份核准。
policy-look-everybody = 可查看：所有人
policy-look = 可查看：{ $names }
policy-request = 可申請：{ $names }
policy-approve = 可核准：{ $names }
policy-groups = 列入我設定的人員，憑所在群組也可：{ $groups }

## The card.

card-checking = { $environment }：正在檢查
card-healthy = { $environment }：正常
card-reached-not-proven = { $environment }：可連線；未能確認 BBS 是否回應（{ $why }）
card-will-help = { $environment }：編譯打包器無法使用；重新啟動可解決
card-will-not-help = { $environment }：重新啟動無法解決
card-not-known = { $environment }：不知道重新啟動能否解決
card-awaiting = { $environment }：{ $who } 已申請重新啟動，等待另一人核准
card-restarting = { $environment }：正在重新啟動，已開始 { $done }/{ $planned } 個 Pod
card-recovering = { $environment }：已重新啟動，正在觀察恢復情況
card-closed = { $environment }：{ $outcome }

line-finding = { $says }{ $advice }
title-findings = 發現
title-last-look = 上次查看時
title-pods = Pod 清單
title-probe = 探測
title-further = 其他依據
title-events = 這些 Pod 的警告事件
title-plan = 將要執行的動作
title-progress = 進度
title-duration = 恢復耗時：{ $total }
title-by-hand = 手動操作
title-missing = 尚缺

field-environment = 環境
field-leader = 作用中的領導者
field-database = 資料庫
field-muted = 已靜音
muted-until = 至 { $until }，操作者 { $who }
field-reopened = 重新開啟
reopened-count = { $count } 次
field-database-alert = 阻止重新啟動
field-evidence = 查看時間
field-alerts = 警示
field-requested = 申請者
field-approved = 核准者
field-approvals = 核准數
approvals-count = 共需 { $needed } 人，已有 { $given } 人

leader-none = 無
leader-several = 多個
leader-change = { $before } → { $after }
leader-change-unknown = 不明 → { $after }
database-up = 正常
database-accepts = 接受連線，但這證明不了什麼，核准前請檢查
database-down = 已停止
database-alert = { $name }（{ $source }）正在觸發，請檢查資料庫
database-not-known = 不明，核准前請檢查
not-seen = 不明（{ $why }）
alerts-count = { $count ->
    [1] { $name }
   *[other] { $name } 及另外 { $more } 個
}
alerts-same = { $name } ×{ $count }

plan-pods = 逐一刪除 { $pods }：第一個作為金絲雀，其替代 Pod 的所有容器備妥後再繼續其餘的。{ $promise }每次刪除都繫結到 Pod 的 UID，且每次刪除前都會全部重新檢查。應用程式會繼續執行；編譯打包和擴縮會暫停到結束為止。
plan-pod = 刪除 { $pods }。{ $promise }刪除繫結到 Pod 的 UID，且刪除前會全部重新檢查。應用程式會繼續執行；編譯打包和擴縮會暫停到結束為止。
promise-ordered = 只要有 Pod 未恢復，就不會刪除其他 Pod。
promise-parallel = 處於 Terminating 達 { $wait }後，不再等待該 Pod。
promise-before = { $promise }
plan-dry = 測試執行：不會刪除任何 Pod。
plan-withheld = 不提供重新啟動：{ $why }
plan-expires = { $until } 前可核准。代碼：{ $code }

progress-waiting = { $pod }：等待中
progress-intended = { $pod }：正在刪除
progress-terminating = { $pod }：正在終止，寬限期剩餘 { $left }（至 { $until }）
progress-held = { $pod }：正在終止，寬限期已過，其 finalizer 尚未放行（{ $finalizers }）
progress-late = { $pod }：正在終止，寬限期已過
progress-gone = { $pod }：已消失，尚未重新建立
progress-starting = { $pod }：正在啟動 { $ready }/{ $containers }
progress-ready = { $pod }：已備妥 { $ready }/{ $containers }
progress-active = { $pod }：已備妥 { $ready }/{ $containers }，作用中
progress-spared = { $pod }：保持不動
progress-skipped = { $pod }：未刪除

phase-line = { $phase } { $length }
hand-look = # 查看
hand-why = # Pod 為何未備妥
hand-probe = # 探測
hand-ping = # ping：200 即為有回應
hand-listens = # 其 BBS 是否在監聽
hand-restart = # 僅當資料庫有回應時
hand-restart-unseen = # 僅當從每個 api Pod 的探測都失敗、沒有任何 Pod 為作用中且資料庫有回應時
hand-wait = # 等到所有容器備妥且有一個 Pod 為作用中，然後重新探測
hand-wait-passive = # 等到有一個 Pod 為作用中且其所有容器備妥（被動 Pod 始終少一個），然後重新探測
message-after-deleted = 此卡片取代前一張卡片；前一張卡片的討論串
message-head = 日誌已關閉。日後如需驗證：stagerbot audit verify --config stagerbot.toml --noted { $head }
message-repeated = （因機器人重新啟動或回覆遺失而重送：可能出現兩次）
note-incident = 事件單 { $incident }，於 { $opened } 開啟

button-restart = 申請重新啟動
button-approve = 核准
button-deny = 拒絕
button-cancel = 取消申請
button-check-again = 重新檢查
confirm-restart-title = 申請重新啟動？
confirm-restart = { $environment }：刪除 { $pods }。{ $promise }產生此卡片時，依據為 { $age }前所見；核准後會重新檢查。必須由另一人核准。
confirm-restart-yes = 申請
confirm-approve-title = 核准重新啟動？
confirm-approve = { $environment }：刪除 { $pods }。核准即聲明您已檢查資料庫。資料庫：{ $database }。{ $promise }申請時，依據為 { $age }前所見；核准後會重新檢查。
confirm-approve-yes = 已檢查，核准
confirm-no = 返回
form-reason = 原因（供記錄；可留空）
confirm-lost = 此卡片已不再顯示您要確認的內容。請查看 /stager status，然後輸入：
    { $line }

## Announcements: that somebody is needed, and how it went on.

field-told = 已通知
field-missed = 未聯絡上
told-names = { $names }，最近於 { $at }
missed-line = { $who }：{ $why }
missed-unknown = { $platform } 沒有帳號 { $account }；請修正設定
missed-deactivated = 帳號 { $account } 在 { $platform } 上已停用
missed-failed = 無法傳送（{ $why }）
call-approval = { $environment }：{ $who } 已申請重新啟動；須由另一人核准
call-offer = { $environment }：重新啟動可解決，但無人申請
call-blind = { $environment }：我看不出問題所在；需要有人查看
call-stopped = { $environment }：重新啟動未能解決；需要有人接手
call-handed-over = { $environment }：已有人接手此事件單
call-unshown = { $environment }：{ $platform } 的頻道 { $channel } 不接受卡片，因此那裡無人看得到此事件單；需要有人修復
call-drill = { $environment }：{ $who } 想知道另一人多快回應；請點擊「核准」
call-again = 自 { $since } 起一直無人回應。
call-last = 這是過期前的最後一次呼叫。
call-escalated = { $after }內無人回應。
call-reason = 原因：{ $reason }
call-why = 平台的說明：{ $why }
call-card = 卡片（含依據和按鈕）
call-over-at = { $at }：{ $how }
call-over-requested = { $who } 申請了重新啟動。
call-over-approved = { $who } 已核准。
call-over-denied = { $who } 已拒絕。
call-over-cancelled = { $who } 撤回了申請。
call-over-expired = 無人回應，已過期。
call-over-voided = 情況已改變，申請已失效。
call-over-closed = 事件單已關閉；不再需要有人處理。
call-over-verdict = 狀況已改變；此事不再需要有人處理。
call-over-shown = 頻道重新接受卡片。
notice-approved = { $who } 核准了您的申請。
notice-denied = { $who } 拒絕了您的申請。
notice-expired = 無人及時核准您的申請。要依據新的情況再次申請嗎？
notice-voided = 您的申請已失效：{ $why }。要依據新的情況再次申請嗎？
notice-ended = 您申請的重新啟動已結束。{ $outcome }
notice-drill = 您發起的演習已結束，歷時 { $length }。{ $outcome }
drill-marked = 演習（DRILL）· { $says }
drill-explained = 這是演習。申請者以外任何有權核准重新啟動的人，點擊「核准」或「拒絕」即可結束演習。這背後沒有真實故障：不會查看環境，也不會重新啟動任何東西。
drill-took = 耗時 { $length }。
confirm-drill-title = 演習：核准？
confirm-drill-yes = 我在

## The terminal.

terminal-check = { $environment }（命名空間 { $namespace }），{ $at }
terminal-verdict = 結論：{ $verdict }
terminal-endpoints = BBS Service 的端點：{ $names }
terminal-field = { $name }：{ $value }
doctor-test = 這是 stagerbot doctor 傳送的測試，沒有任何故障。

## Why a channel takes nothing, within a sentence.

closed-slack-not-there = 機器人不在 Slack 頻道 { $channel } 中：請用 /invite 邀請它
closed-slack-no-channel = Slack 沒有頻道 { $channel }，或機器人不在其中：{ $code }
closed-slack-archived = Slack 頻道 { $channel } 已封存
closed-slack-may-not-post = Slack 不允許機器人在頻道 { $channel } 中發文：{ $code }
closed-slack-refused = Slack 拒絕了對 { $channel } 的 { $call }：{ $code }
closed-discord-no-channel = Discord 沒有頻道 { $channel }
closed-discord-no-text = Discord 頻道 { $channel } 無法顯示卡片：需要文字頻道
closed-discord-other-server = Discord 頻道 { $channel } 屬於另一個伺服器
closed-discord-threads = Discord 伺服器開啟的討論串已達上限，無法在頻道 { $channel } 中開始討論串：請封存一些
closed-discord-not-seen = 機器人看不到 Discord 頻道 { $channel }：它在那裡需要 View Channel 權限
closed-discord-may-not = 機器人無權在 Discord 頻道 { $channel } 中執行 { $call }：它在那裡需要 { $needed } 權限
closed-discord-lacks = 機器人在 Discord 頻道 { $channel } 中權限不足：它在那裡需要 { $needed }
closed-discord-refused = Discord 拒絕了在頻道 { $channel } 中的 { $call }：{ $why }（{ $code }）

## What was seen, a line each, where it is not a machine's own text.

seen-at = { $at }  { $says }
seen-probe = { $pod }：{ $text }（結束碼 { $code }）
seen-probe-no-code = { $pod }：{ $text }（無結束碼）
seen-ping = ping { $from } → { $to } 的結果：{ $text }
seen-control = 對照連線：{ $line }
seen-connect = 從 { $pod } 到 { $target }：{ $text }
seen-connected = 已連線
seen-accepted = 連線被接受
seen-by-bash = { $text }（經由 bash /dev/tcp；nc 無法掃描）
seen-by-bash-without-nc = { $text }（經由 bash /dev/tcp；沒有 nc）
seen-by-nc-running = { $text }（經由 nc -e；nc 無法掃描，也沒有 bash）
seen-not-ready = { $pod }  未備妥：{ $names }
seen-side-by-side = 並存的 StatefulSet：{ $sets }
seen-revision = StatefulSet { $set }：有修訂版等待套用
seen-lock = 鎖定 bbs（在 { $pod } 中查詢）：{ $text }
seen-lock-nobody = 無人持有
seen-lock-hung = 未及時回應
seen-locket-read = { $pod }：Locket 從資料庫讀取了鎖定
seen-locket-hung = { $pod }：Locket 未及時回應
seen-locket-refused = { $pod }：Locket 拒絕了

## From what the topology was concluded, a line for each part.

found-part = { $part }：{ $told }（{ $why }）
found-set = StatefulSet { $sets }，容器 { $container }
found-inside = 在 { $set } 的 Pod 內
found-inside-bbs = 在 BBS 的 Pod 內
found-configured = 依設定
found-no-role = 沒有名為 { $names } 的
found-by = 依據 { $label }
found-by-name = 依據名稱
found-by-selector = 依據其選取的對象
found-by-both = 依據名稱及其選取的對象
found-as-called = 依據雲端控制器的設定
found-service = BBS Service：{ $service }（{ $why }），連接埠 { $port }（{ $from }）
found-service-unlisted = 無法列出 Service；採用與 { $set } 搭配的名稱
found-service-none = 採用與 { $set } 搭配的名稱；它不存在，且沒有任何 Service
found-service-absent = 採用與 { $set } 搭配的名稱；它不存在，而 { $names } 中沒有一個具有 BBS 的 Pod 和連接埠
found-port-of-service = Service 的連接埠
found-port-usual = 與所有已知版本相同
found-label = 作用中標籤：{ $told }（{ $why }）
found-on-pod = 在某個 BBS Pod 上
found-in-selector = 在某個 BBS Service 的選取器中
found-of-kubecf = KubeCF 的 Pod；被動的 Pod 上沒有
found-no-label = BBS Pod 雖已備妥卻都沒有
found-label-assumed = 推測：沒有 BBS Pod 已備妥較長時間
unfound-name = 名稱 { $name } 不能用在指令中
unfound-no-set = { $part } 的 Pod 不屬於任何 StatefulSet，這與所有已知版本不同：{ $pods }；機器人無法使用它們
unfound-part = 找不到 { $part }：依 { $labels } 或名稱尋找了名為 { $names } 的 StatefulSet；現有 { $sets }
unfound-no-sets = 找不到 { $part }：依 { $labels } 或名稱尋找了名為 { $names } 的 StatefulSet；但一個 StatefulSet 也沒有
unfound-several = 無法確定 { $part }：依 { $label }，{ $sets } 都像是它；請在 [environment.topology] 下用 { $key } 指定其中一個
unfound-several-names = 無法確定 { $part }：依名稱，{ $sets } 都像是它；請在 [environment.topology] 下用 { $key } 指定其中一個
unfound-container = 無法確定 { $part } 的容器：{ $sets } 有 { $containers }；請在 [environment.topology] 下用 { $key } 指定

## Why something could not be seen or was not answered, within a sentence.

unseen-call = { $call }：{ $why }
unseen-in-pod = { $pod }：{ $why }
unseen-all = { $lines }
unseen-no-answer = { $seconds } 秒內沒有回應
unseen-page = 代替 API 伺服器回應的是其他程式：HTTP { $code } 和一個頁面
unseen-page-titled = 代替 API 伺服器回應的是其他程式：HTTP { $code } 和頁面「{ $title }」
unseen-no-json = 代替 API 伺服器回應的是其他程式：不是 Kubernetes 的 JSON，可能是 Proxy 的頁面
unseen-by-policy = 叢集的某項原則拒絕了它：{ $text }（{ $code }）
unseen-credentials = API 伺服器拒絕了認證資訊（401 Unauthorized）
unseen-permission = 缺少權限：{ $text }
unseen-exec-not-upgraded = API 伺服器沒有開始 exec：{ $text }
unseen-no-websockets = 到 API 伺服器的路徑不支援 exec 所需的 WebSocket（{ $why }）
unseen-no-switch = 沒有切換通訊協定，而是 HTTP { $code }
unseen-no-protocol = 回應中沒有 exec 的任何通訊協定
unseen-no-upgrade = 回應不是升級到 WebSocket
unseen-parts = 在命名空間 { $namespace } 中，{ $why }
unseen-no-service = 命名空間 { $namespace } 中沒有 Service { $service }
unseen-no-turn = 未及時輪到它
unseen-exec-unanswered = exec 未及時得到回應
unseen-exec-no-status = exec 沒有狀態
unseen-exec-not-begun = 指令沒有開始執行
unseen-exec-lost = 連線在收到結束碼之前中斷
unseen-exec-lost-said = 連線在收到結束碼之前中斷：{ $text }
unseen-late = 指令未及時結束
unseen-late-said = 指令未及時結束：{ $text }
unseen-script-silent = 指令碼沒有給出回答就結束了（結束碼 { $code }）
unseen-script-silent-said = 指令碼沒有給出回答就結束了（結束碼 { $code }）：{ $text }
unseen-tools = 容器中沒有 { $tools }
unseen-printed-nothing = 指令沒有任何輸出
unseen-exit-code = 結束碼 { $code }
unseen-exit-code-said = { $text }（結束碼 { $code }）
unseen-own-port = 其自身的連接埠在 { $seconds } 秒內沒有回應
unseen-curl-killed = curl 被強制終止
unseen-curl-silent = curl 沒有任何輸出（結束碼 { $code }）
unseen-cfdot-killed = cfdot 被強制終止
unseen-cfdot-too-much = cfdot 的輸出超出了讀取上限
unseen-cfdot-not-run = 無法執行 cfdot：{ $text }
unseen-cfdot-missing = 沒有 cfdot：{ $text }
unseen-no-pinger = 沒有已備妥的雲端控制器 Pod 可用來傳送 ping
unseen-no-bbs = 沒有正在執行的 BBS Pod 可供查詢
unseen-no-address = 其位址未設定
unseen-unreachable = 無法存取{ $server }：{ $why }
unseen-not-trusted = 無法信任{ $server }：{ $why }
unseen-wants-certificate = { $server }拒絕了認證資訊：它要求用戶端憑證
unseen-client-certificate = { $server }拒絕了認證資訊：用戶端憑證（{ $why }）
distrust-client-authority = 它不認識簽發該憑證的機構
distrust-client-expired = 已過期
distrust-client-revoked = 已被撤銷
distrust-authority-unknown = 簽發其憑證的機構不在 kubeconfig 中；請核對 certificate-authority
distrust-authority-not-here = 此處不認識簽發其憑證的機構；如果由公司的 Proxy 簽發，請在 SSL_CERT_FILE 中指定該機構的檔案
distrust-authority-expired = 簽發其憑證的機構已失效或尚未生效
distrust-expired = 其憑證已過期
distrust-not-yet = 其憑證尚未生效；請核對時鐘
distrust-name = 其憑證屬於另一個名稱
distrust-names = 其憑證屬於 { $presented }，而不是 { $expected }；tls-server-name 指定它應有的名稱
distrust-no-name = 其憑證沒有任何名稱，不屬於 { $expected }；tls-server-name 指定它應有的名稱
distrust-purpose = 其憑證不得用於伺服器（extendedKeyUsage）
distrust-old = 其憑證是 TLS 程式庫不支援的 X.509 第 1 版；請換成第 3 版
distrust-key = 其憑證的金鑰類型不受 TLS 程式庫支援（{ $kind }）；請換成 RSA、P-256 或 P-384 金鑰
distrust-other = 無法驗證其憑證：{ $text }
way-server = API 伺服器
way-proxy = Proxy 伺服器 { $proxy }
way-by-proxy = { $proxy }：{ $why }
way-name = 名稱 { $name } 無法解析
way-late = 它未及時回應
way-refused = 連線被拒絕；那裡沒有程式在接聽
way-no-route = 沒有通往它的路由
way-timed-out = 未及時建立連線；封包可能在途中被丟棄
way-cut-off = 連線被切斷
way-tls-version = 它不支援 TLS 1.2 或 1.3
way-handshake = 它中止了 TLS 信號交換（{ $alert }）
way-handshake-key = 它中止了 TLS 信號交換；其金鑰可能是 TLS 程式庫不支援的類型，例如 P-521
way-no-tls = 那裡回應的不是 TLS；可能是明文 HTTP，或是中間的其他程式
way-address = 它給出的位址無法使用：必須是 https 或 loopback
way-request = 無法寫出要求
way-tls = TLS：{ $text }
credentials-file-lost = 沒有認證資訊：無法讀取記號檔
credentials-file-empty = 沒有認證資訊（使用者 { $user }）：其記號檔 { $path } 是空的
credentials-file-broken = 沒有認證資訊（使用者 { $user }）：其記號檔 { $path } 的記號中有換行或控制字元
credentials-file-unreadable = 沒有認證資訊（使用者 { $user }）：無法讀取其記號檔 { $path }：{ $text }
credentials-oidc-expired = 沒有認證資訊（使用者 { $user }）：其 auth-provider oidc 的 id-token 已過期，只有 kubectl 能更新它；請使用 exec 外掛程式或服務帳號的記號
credentials-plugin-not-run = 沒有認證資訊（使用者 { $user }）：認證外掛程式 { $plugin } 無法執行
credentials-plugin-unusable = 沒有認證資訊（使用者 { $user }）：認證外掛程式 { $plugin } 的輸出無法使用：{ $text }
credentials-plugin-failed = 沒有認證資訊（使用者 { $user }）：認證外掛程式 { $plugin } 失敗，結束碼 { $code }
credentials-plugin-killed = 沒有認證資訊（使用者 { $user }）：認證外掛程式 { $plugin } 被強制終止
credentials-plugin-late = 沒有認證資訊（使用者 { $user }）：認證外掛程式 { $plugin } 在 { $seconds } 秒內沒有回應，已被終止；它可能在等待登入、瀏覽器或 VPN
credentials-plugin-too-much = 沒有認證資訊（使用者 { $user }）：認證外掛程式 { $plugin } 輸出過多，已被終止
credentials-plugin-missing = 沒有認證資訊（使用者 { $user }）：認證外掛程式 { $plugin } 未安裝在此處
credentials-plugin-missing-hint = 沒有認證資訊（使用者 { $user }）：認證外掛程式 { $plugin } 未安裝在此處：{ $hint }
credentials-plugin-not-begun = 沒有認證資訊（使用者 { $user }）：認證外掛程式 { $plugin } 無法啟動：{ $text }

## Why a delete was not sent, or it is not known what became of it, within a sentence.

unsent-because = 未傳送：{ $why }
unsent-too-old = 未傳送：所見情況已過舊，不能據以操作
unsent-unknown = 未傳送：{ $pod } 的 UID 或資源版本不明
unsent-no-part = 未傳送：{ $pod } 不是 { $environment } 的 BBS 或 Locket Pod
unsent-parts-unknown = 未傳送：不知道 { $environment } 中哪些 Pod 屬於 BBS
unsent-still-there = 該 Pod 仍然存在，且未在終止
unsent-bug = 刪除失敗（程式錯誤）

## Why something could not be told, asked or paged, within a sentence.

failed-gone = 它已不存在
failed-paused = 平台要求暫停
failed-passing = 目前無法進行；原因見日誌
failed-lasting = 在有人變更那裡的設定之前會被拒絕；原因見日誌
failed-unasked = 無法向 { $platform } 要求 { $call }：{ $why }
failed-unreadable = 無法讀取 { $platform } 對 { $call } 的回應
failed-status = { $platform } 對 { $call } 的回應為 HTTP { $code }
failed-late = { $platform } 在 { $seconds } 秒內沒有回應 { $call }
failed-slack-token = Slack 不接受 { $token }：{ $code }
failed-slack-scope = { $token } 缺少 { $call } 所需的 { $scope }
failed-slack-app-scope = Slack 應用程式缺少範圍 { $scope }
failed-slack-refused = Slack 拒絕了 { $call }：{ $code }
failed-slack-unfit = Slack 無法接受 { $call } 的內容：{ $why }
failed-discord-unfit = Discord 無法接受 { $call } 的內容：{ $why }
failed-discord-token = Discord 不接受機器人的權杖
failed-discord-not-there = 機器人不在 Discord 伺服器中，或邀請時沒有範圍 applications.commands（{ $call }）
failed-discord-may-not = Discord 不允許機器人執行 { $call }
failed-discord-refused = Discord 拒絕了 { $call }：{ $code } { $why }
failed-no-platform = 其平台未設定
failed-nobody-looked = 最近沒有人查看過
failed-no-pager = 沒有名為 { $name } 的呼叫方式
failed-pager-address = { $name } 的位址無法使用
failed-pager-late = { $name } 在 { $seconds } 秒內沒有回應
failed-pager-refused = { $name } 以 HTTP { $code } 拒絕了呼叫：{ $text }
failed-pager-status = { $name } 的回應為 HTTP { $code }
failed-pager-lost = 無法存取 { $name }：{ $why }

## Alerts that were turned away before anybody judged them, and what their senders should know.

rejected-not-configured = 未設定警示：請設定 alerts.token_file 或 STAGERBOT__ALERTS__TOKEN
rejected-no-token = 缺少標頭「Authorization: Bearer <token>」
rejected-wrong-token = bearer 記號與所設定的不符
rejected-wrong-password = 使用者或密碼與所設定的不符
rejected-no-signature = 缺少標頭 { $header }，其中應有本文的十六進位 HMAC-SHA256
rejected-wrong-signature = { $header } 中沒有用所設定金鑰對收到的本文所作的簽章
rejected-not-fresh = { $header } 中的時間與現在相差超過 { $seconds } 秒
rejected-no-source = 沒有這樣的來源；現有 { $names }
rejected-too-large = 本文超過 { $limit } 位元組；請參閱 alerts.max_body
rejected-body-too-large = 本文過大
rejected-too-slow = 本文到達耗時過長
rejected-no-room = 同時到達的本文過多
rejected-broke-off = 本文中途中斷
rejected-not-stored = 警示無法儲存；已要求傳送者重新傳送
rejected-not-json = 本文不是 JSON（第 { $line } 行第 { $column } 欄）
rejected-shape = 本文的結構與預期不同（{ $sender }），位於 { $path }
rejected-sender = 這看起來是其他傳送者的本文：{ $sender }。stagerbot alerts explain 會說明應傳送到哪裡
rejected-straight = 機器人不是 Alertmanager，而是在 POST /alerts/alertmanager 接收其 webhook。請讓 Prometheus 或 vmalert 傳送到 Alertmanager，再由它傳送給機器人（deploy/alertmanager）
rejected-left-out = 傳送者在一次傳送中省略了 { $count } 個警示：其 max_alerts 較小
rejected-muted = { $who } 已將 { $environment } 的警示靜音至 { $until }
unread-withheld = 依其狀態，它處於等待、暫停、靜默或無資料：其傳送者並未發出它
unread-no-alert = 應為警示，實為其他 JSON：{ $kind }
unread-tried = 有人在測試訂閱
unread-neither = { $kind } 既未說明事件已觸發，也未說明事件已結束
note-grafana = 這看起來是 Grafana 的 webhook：請傳送到 POST /alerts/grafana
note-alertmanager = 這看起來是 Alertmanager 的 webhook：請傳送到 POST /alerts/alertmanager
tested-no-data = 其查詢沒有傳回資料
tested-query-failed = 其查詢失敗
tested-contact-point = 有人在測試聯絡點

## Times and lengths of time.

moment = { $time } { $zone }
moment-dated = { $year }/{ $month }/{ $day } { $time } { $zone }
span-seconds = { $seconds }.{ $tenths } 秒
span-minutes = { $minutes } 分 { $seconds } 秒
span-hours = { $hours } 小時 { $minutes } 分

## Reports of incidents, and what many come to.

report-title = 事件單 { $incident }：{ $environment }
report-opened = 開啟
report-closed = 關閉
report-still-open = 仍未關閉
report-reopened = 再次開啟的次數
report-outcome = 結果
report-cause = 原因
report-durations = 所用時間
report-length = { $length }
report-people = 誰做了什麼
report-evidence = 依據
report-restart = 重新啟動的 Pod
report-deleted = 於 { $at } 刪除
report-left = 未刪除
report-timeline = 經過
report-verify = 驗證日誌
report-line = { $at } { $says }
report-whole = 供事後分析的全文：{ $line }

did-checked = 要求檢查
did-requested = 申請重新啟動
did-approved = 核准重新啟動
did-denied = 拒絕重新啟動
did-cancelled = 撤回申請
did-took-over = 接手事件單
did-drilled = 開始演習

took-acknowledged = 至有人處理
took-approved = 從申請至核准
took-mitigated = 從開啟至恢復正常
took-found = 從演習開始至另一人回應

stats-title = 故障
stats-title-since = { $since } 以來的故障
stats-incidents = 事件單
stats-open = 未關閉
stats-outages = 依環境和原因統計的故障
stats-outcomes = 如何結束
stats-spread = 中位數 { $median }，p90 { $ninety }（共 { $count } 次）
stats-none = 尚無
stats-who = 找過誰
stats-asked = 找過 { $asked } 次，回應 { $answered } 次
stats-drills = 演習
stats-drills-count = 次數
stats-drills-nobody = 無人回應

history-nothing = 尚無事件單。
history-line = { $at } · { $environment } · 事件單 { $incident }：{ $ended }
history-outage = { $at } · { $environment } · 事件單 { $incident }：{ $cause }，{ $ended }
history-drill = { $at } · { $environment } · 事件單 { $incident }：演習，{ $ended }
history-length = { $line }（{ $length }）
history-spread = { $what }：{ $spread }

ended-open = 未關閉
ended-healthy = 正常
ended-recovered-itself = 自行恢復
ended-reached-not-proven = 可連線，未證實
ended-recovered = 重新啟動後恢復
ended-not-recovered = 重新啟動後未恢復
ended-dry-run = 測試執行
ended-handed-over = 已有人接手

## What Discord says of the commands, each in 100 characters at most. Their names stay as they are.

command-stager = 檢查編譯打包，申請或核准重新啟動 Diego 的 BBS
command-check = 查看某個環境，並說明情況
command-status = 目前狀況
command-restart = 申請重新啟動；必須由另一人核准
command-approve = 核准他人申請的重新啟動
command-deny = 拒絕重新啟動
command-cancel = 撤回自己的申請
command-handover = 接手事件單；機器人不再介入
command-mute = 讓警示在一段時間內不開啟任何事件單
command-unmute = 重新接收警示
command-report = 顯示一份事件單的報告
command-history = 列出最近的事件單及所用時間
command-whoami = 說明您是誰、可以做什麼
command-policy = 說明重新啟動需要什麼
command-drill = 看另一人多快回應；不重新啟動任何東西
command-help = 說明各指令
option-environment = 環境的名稱
option-incident = 編號；不填則為最新的一份
option-for = 多久，例如 2h；最長 24h
option-code = 卡片上顯示的申請代碼
option-reason = 原因，供記錄
option-database-checked = 您已親自檢查 Diego 的資料庫

## Alerts: what they mean, and why they start nothing.

means-stager-unavailable = 編譯打包器無法使用
means-same-outage = 同一故障的另一種說法
means-symptom = 值得檢查的症狀
means-look-alike = 另一種編譯打包錯誤
means-database = 資料庫的問題
means-unrelated = 與編譯打包無關

ignored-by-rule = alerts.rule 的規則 { $rule } 要求忽略它
ignored-test = 其傳送者只是在測試連線，或沒有資料：{ $what }
ignored-look-alike = 它說的是另一種編譯打包錯誤，其中 Diego 有回應：重新啟動無法解決
ignored-no-code = 它並未表明編譯打包器無法使用：其中有 { $number }，但只是其他內容的一部分
ignored-unrelated = 它並未表明編譯打包器無法使用：沒有標籤或註解包含 170010 或 CF-StagerUnavailable
ignored-unmatched = 它的標籤與任何環境都不符：{ $wanted }
ignored-unmatched-several = 它的標籤與多個環境相符：{ $environments }
ignored-too-many = 它超出了一次傳送中有關同一環境的前 { $most } 個警示

because-read = 含義：{ $says }（規則 { $rule }），依據為「{ $quote }」
because-nothing = { $says }（規則 { $rule }）
because-rule-means = alerts.rule 的規則 { $rule } 指定其含義為：{ $meaning }
because-rule-severity = alerts.rule 的規則 { $rule } 指定其嚴重性為 { $severity }
because-severity = 其傳送者標明的嚴重性為 { $severity }
because-rule-environment = alerts.rule 的規則 { $rule } 指定它與 { $environment } 有關
because-named = 它指明了 { $environment }
because-labels = 它具有 { $environment } 的標籤：{ $labels }
because-only = { $environment } 是唯一的環境
because-nameless = 它未指明環境，而 alerts.no_environment 要求檢查所有環境：{ $environments }

reads-stager-code = 編譯打包器本身的錯誤，依其錯誤碼
reads-stager-phrase = 編譯打包器本身的錯誤，依其文字
reads-stager-number = 編譯打包器本身的錯誤，依其編號
reads-relative-code = 同一故障，依另一錯誤的錯誤碼
reads-relative-phrase = 同一故障，依另一錯誤的文字
reads-relative-number = 同一故障，依另一錯誤的編號
reads-instances-unknown = 同一故障：雲端控制器不知道有多少實例在執行
reads-other-staging-error = 另一種編譯打包錯誤，其中 Diego 有回應
reads-other-staging-number = 另一種編譯打包錯誤，依其編號
reads-bbs-lost-lock = BBS 失去了鎖定，依其日誌
reads-push-fails = 表明 push 失敗的警示
reads-alert-about-database = 有關資料庫的警示
reads-log-about-database = 無法存取資料庫，依日誌
reads-none = 其中沒有提到編譯打包
reads-number-is-no-code = 雖是相關數字，但並非錯誤碼：屬於雜湊、版本、數量、指標或連結的一部分
reads-senders-test = 傳送者的測試，或沒有資料的查詢

explained-source = 依來源 { $source } 的內文讀取
explained-title = { $place }：{ $name }
explained-refused = 將被拒絕：{ $why }
explained-ignored = 不會觸發任何動作：{ $why }
explained-note = 對其傳送者的答覆：{ $note }
explained-elsewhere = 在其他位址對其傳送者的答覆：{ $note }
explained-left-out = 其傳送者省略了 { $count } 個警示。
explained-nothing = 其中沒有警示。
explained-firing = 正在觸發。
explained-resolved = 已結束。
explained-over = 從「{ $quote }」可知它已結束。
explained-opens = 它會開啟 { $environments } 的事件單，或加入開啟中的事件單。
explained-joins = 它會加入 { $environments } 開啟中的事件單，不會開啟新的。
explained-checks = 它會使 { $environments } 開啟中的事件單重新查看，不會開啟新的。
explained-inhibits = 只要它在觸發，就不提供 { $environments } 的重新啟動，除非有人聲明已檢查資料庫。

## The playground's page.

play-title = Stagerbot 試玩場
play-intro = 真正的機器人，執行於模擬的 Cloud Foundry、Slack 與 Discord 之間，全部在本機上。再開啟一個視窗，即可扮演第二個人。
play-you = 您是
play-role-requester = 申請重新啟動的人
play-role-approver = 核准他人申請的人
play-role-second-account = Ada 的第二個帳號
play-role-nobody = 只能查看的人
play-role-stranger = 透過 Slack Connect 加入的其他組織的人
play-language = 語言
play-scene = 場景
play-free = 自由試玩
play-scene-outage = 故障與恢復
play-scene-own-request = 有人核准自己的申請
play-scene-escalation = 無人回應
play-scene-recovers-itself = 核准之前自行恢復
play-scene-database-down = 資料庫已停止
play-scene-bot-killed = 機器人中途被強制終止
play-look-free =
    一切正常。請製造一個故障，讓 Alertmanager 回報，或輸入 /stager check。
    請看機器人向叢集要求什麼，又提供什麼。
play-look-outage =
    請以 Ada 的身分申請重新啟動，再以 Grace 的身分核准：卡片上列出兩人各自的依據。
    在右側，Pod 一次只刪除一個，第一個恢復之後才輪到第二個。
play-look-own-request =
    請以 Ada 的身分申請，再用 Ada 的兩個帳號分別核准：只有她看得到的答覆會說明為何不行。
    右側沒有任何 Pod 被刪除，討論串中保留每一次拒絕。
play-look-escalation =
    請以 Ada 的身分申請，然後等待：機器人會提醒有權核准的人，之後在頻道 cf-managers 中呼叫他們。
    再以 Grace 的身分核准：每一則呼叫都會改為說明結果。
play-look-recovers-itself =
    請以 Ada 的身分申請，然後在有人核准之前，在右側修復一切。
    申請隨之失效，沒有一個 Pod 被刪除。
play-look-database-down =
    卡片上沒有重新啟動按鈕：資料庫停止時，被刪除的 Pod 永遠不會備妥。
    請照樣輸入 /stager restart，然後在右側修復一切。
play-look-bot-killed =
    請以 Ada 的身分申請，以 Grace 的身分核准；第一個 Pod 開始終止時強制終止機器人，然後再啟動它。
    它會先查看再繼續：沒有 Pod 被刪除兩次，也不會刪除已無需刪除的 Pod。
play-begin-again = 重新開始
play-people = 讓人物自動操作
play-opening = 即將發生故障……
play-your-turn = 輪到您了。
play-playing = 人物正在自動操作。
play-ended-well = 場景依預期結束。
play-ended-ill = 場景未依預期結束：
play-chat = 聊天
play-direct = 私訊
play-only-you = 只有您看得到
play-edited = （已編輯）
play-thread = 討論串
play-type = 輸入訊息，或 /stager check
play-send = 傳送
play-dismiss = 關閉訊息
play-cancel = 取消
play-thinking = 正在思考……
play-silence = 這裡還沒有訊息。
play-not-here = 此帳號不在這裡。
play-cluster = 叢集
play-pod = Pod 名稱
play-ready = 已備妥
play-state = 狀態
play-label = 標籤
play-active = 作用中
play-passive = 被動
play-terminating = 正在終止 (Terminating)
play-endpoints = Service 端點
play-lock = 鎖定持有者
play-requests = 向 Kubernetes API 發出的要求
play-faults = 製造故障
play-fault-connections-lost = 資料庫連線失效
play-fault-database-down = 資料庫停止
play-fault-bbs-hung = BBS 卡住
play-fault-stale-label = 標籤過時
play-fault-network-policy = 網路原則阻斷
play-fault-image-missing = 新 Pod 缺少映像檔
play-fault-hangs-terminating = finalizer 阻止 Pod 消失
play-fault-exec-denied = 機器人無 exec 權限
play-fault-delete-answers-lost = 刪除要求的回應遺失
play-fault-api-down = API 伺服器停止
play-heal = 修復一切
play-alert = 讓 Alertmanager 回報
play-kill = 強制終止機器人
play-revive = 啟動機器人
play-timeline = 時間軸
play-timeline-none = 尚無事件單。
play-incident = 事件單
play-kubectl = kubectl 在這裡也可用：
play-failed = 操作未成功：
play-lost = 試玩場已結束，或無法存取。
