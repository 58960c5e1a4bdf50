# Every sentence that Stagerbot says, in Japanese. What is missing here is said in English.

## What was found. advice-<id> says what to do.

finding-api-unreachable = Kubernetes API サーバーにアクセスできないため、何も判断できません。
advice-api-unreachable = API サーバーと、ここからそこまでのネットワークを確認してください。誰からもアクセスできない場合は、その障害への対応が先です。
finding-api-slow = Kubernetes API サーバーが時間内に応答しなかったため、何も判断できません。
advice-api-slow = API サーバーの負荷を確認してください。まもなく再試行します。
finding-credentials-missing = ボットにはログインするための資格情報がないため、Kubernetes API サーバーに問い合わせていません。
advice-credentials-missing = 理由に示された資格情報プラグインまたはファイルを修正してください。ボットは次の確認から修正後のものを使います。
finding-api-not-trusted = Kubernetes API サーバー、またはその代わりに応答しているものの証明書を信頼できないため、何も送信していません。
advice-api-not-trusted = サーバーの証明書を、kubeconfig の certificate-authority および tls-server-name と照合してください。検証を無効にしないでください。第三者が通信に割り込んでいる可能性があります。
finding-credentials-refused = Kubernetes API サーバーがボットの資格情報を拒否しました。期限切れか、誤っています。
advice-credentials-refused = ボットのトークンまたは kubeconfig を更新してください。
finding-permission-missing = ボットにはポッドまたは StatefulSet を参照する権限がありません。
advice-permission-missing = deploy/ の Role を付与してください。pods、statefulsets、endpoints に対する get、list、watch です。
finding-parts-not-found = クラスターは応答しますが、どのポッドが Cloud Controller のもので、どのポッドが BBS のものか判別できません。
advice-parts-not-found = 環境の名前空間と preset を確認してください。構成を自動検出させるか、[environment.topology] に StatefulSet を指定してください。
finding-not-an-api-server = API サーバーのアドレスで、プロキシーやログイン・ページなど Kubernetes API サーバー以外のものが応答しているため、何も判断できません。
advice-not-an-api-server = ここから API サーバーまでの間にあるものと、kubeconfig のサーバー・アドレスを調べてください。
finding-cluster-not-seen = クラスターを確認できなかったため、何も判断できません。
advice-cluster-not-seen = API サーバー、ボットのトークンとその権限を確認し、もう一度チェックしてください。

finding-name-not-resolved = Service { $service } は存在しますが、その名前をどの Cloud Controller ポッドでも解決できません。
advice-name-not-resolved = クラスターの DNS と、それらのポッドの /etc/resolv.conf の内容を確認してください。
finding-database-down = データベースが応答しません。今再始動すると状況が悪化します。データベースが停止している間、削除したポッドは準備完了になりません。
advice-database-down = まずデータベースを復旧してください。その後 Diego は自力で回復することが多いので、30 秒ほどしてからもう一度チェックしてください。
finding-database-exhausted = データベースに空き接続がありません。新しいポッドは接続を取得できません。
advice-database-exhausted = 接続を解放するか上限を引き上げ、何が接続を占有しているかを調べてから、もう一度チェックしてください。
finding-database-no-session = Locket がデータベースのセッションを取得できません：{ $why }
advice-database-no-session = メッセージの内容（ログイン、データベース名、アドレス、TLS）を直してから、もう一度チェックしてください。新しいポッドも同じように拒否されます。
finding-update-under-way = 更新の途中です。2 つのバージョンが並行して動いていて（{ $sets }）、準備完了でないものがあります：{ $pods }。
advice-update-under-way = まず更新を完了するか、ロールバックしてください。新しいバージョンのポッドを調べてください。
finding-cloud-controller-absent = Cloud Controller ポッドがありません（必要数：{ $wanted }）。ステージングはできず、BBS へのプローブもできません。
advice-cloud-controller-absent = まず api ポッドの StatefulSet とそのイベントを調べてください。
finding-cloud-controller-not-ready = 準備完了の Cloud Controller ポッドがありません：{ $pods }。ステージングはできず、BBS へのプローブもできません。
advice-cloud-controller-not-ready = まず api ポッドを調べてから、もう一度チェックしてください。
finding-cloud-controller-short = 準備完了でない Cloud Controller ポッドがあります：{ $pods }。ほかのポッドからは BBS にアクセスできるため、ステージャーの障害ではありません。
advice-cloud-controller-short = それらの api ポッドを調べてください。Diego を再始動しても解決しません。
finding-node-lost = { $pods } のノード（{ $nodes }）から応答がありません。ポッドを削除しても完了せず、代わりのポッドも作成されません。
advice-node-lost = ノードを復旧してください。ポッドを解放するためにノードをクラスターから外すのは、確実に停止しているとわかってからにしてください。
finding-finalizer-holds = コンテナーの停止後も、finalizer（{ $finalizers }）が { $pods } を保持しています。解放されるまで新しいポッドは作成されません。
advice-finalizer-holds = それらの finalizer の持ち主を突き止め、処理を完了させてください。
finding-unschedulable = { $pods } を配置できるノードがありません（{ $why }）。再始動しても、待機するポッドが増えるだけです。
advice-unschedulable = ポッドのイベントで、リソース、taint、アフィニティー、ボリュームを調べてください。
finding-image-missing = { $pods } のイメージをプルできません（{ $why }）。再始動しても同じことの繰り返しです。
advice-image-missing = イメージの名前、レジストリー、そのプル・シークレットを確認してください。
finding-crash-loop = ポッドがクラッシュを繰り返しています（{ $pods }）。再始動しても同じことの繰り返しです。
advice-crash-loop = ポッドのログを、前回の実行分も含めて調べてください。
finding-cannot-start = { $pods } のコンテナーを始動できません。再始動しても同じことの繰り返しです。
advice-cannot-start = ポッドのイベントで、構成、シークレット、ボリュームを調べてください。
finding-certificates-refused = BBS にはアクセスできますが、TLS 証明書が拒否されています。期限切れか、別の認証局のものか、別の名前のものです。
advice-certificates-refused = 証明書を確認し、ローテーションしてください。再始動しても証明書は更新されません。
finding-locket-tls-refused = Locket は応答しますが、TLS が拒否されています（確認先：{ $pod }）：{ $why }
advice-locket-tls-refused = Locket とそのクライアントの証明書を確認し、ローテーションしてください。新しいポッドも同じ証明書を使います。
finding-bbs-migrating = BBS にはアクセスできますが、503 を返します。始動中か、データベースをマイグレーション中です。{ $time }
advice-bbs-migrating = お待ちください。再始動するとマイグレーションが最初からやり直しになります。まもなく再度チェックします。
finding-bbs-answers-error = BBS にはアクセスできますが、エラーを返します。
advice-bbs-answers-error = BBS のログとデータベースを調べてください。
finding-service-missing = BBS を探すのに使った Service { $service } が存在しません。このリリースでは別の名前かもしれません。
advice-service-missing = 名前空間の Service を一覧表示し、環境に BBS の Service を設定するか、自動検出させてください。
finding-network-blocked = { $pods } の BBS はリッスンしていて、準備完了で、Service の配下にもありますが、どの Cloud Controller ポッドからもアクセスできません。ネットワークの問題です。
advice-network-blocked = ネットワーク・ポリシーと、該当ノードのネットワーク・プラグインおよび kube-proxy を確認してください。
finding-some-api-pods-affected = ほかの Cloud Controller ポッドからは BBS にアクセスできますが、{ $pods } からはアクセスできません。
advice-some-api-pods-affected = それらの api ポッド、そのノードとネットワークを調べてください。
finding-pending-revision = StatefulSet（{ $sets }）に保留中のリビジョンがあります。ポッドを削除すると、それがデプロイされます。
advice-pending-revision = まず更新を完了するか、ロールバックしてください。
finding-two-versions = 2 つのバージョンが並行して動いています（{ $sets }）。更新の途中です。
advice-two-versions = まず更新を終わらせてください。

finding-pods-terminating = 終了処理中のポッドがあります（{ $pods }）。すでに誰かが再始動しています。
advice-pods-terminating = 戻るまでお待ちください。
finding-pods-starting = ポッドを作成中です（{ $pods }）。
advice-pods-starting = 準備完了になるまでお待ちください。
finding-pods-not-starting = 5 分以上前に作成されたのに、何も動いていないポッドがあります（{ $pods }）。
advice-pods-not-starting = ポッドのイベントで、ボリューム、ネットワーク、init コンテナーを調べてください。
finding-bbs-absent = 存在する BBS ポッドは { $wanted } 個中 { $found } 個です。
advice-bbs-absent = StatefulSet とそのイベントを調べてください。OrderedReady のセットは、前のポッドが準備完了になるまで次のポッドを作成しません。
finding-bbs-not-ready = 準備完了でない BBS ポッドがあります：{ $pods }。{ $database }
advice-bbs-not-ready = 準備完了でないコンテナーとそのログを調べてください。データベースが停止している場合は、その復旧が先です。その間の再始動に効果はなく、冗長性が失われます。
finding-locket-absent = 存在する Locket ポッドは { $wanted } 個中 { $found } 個です。
advice-locket-absent = StatefulSet とそのイベントを調べてください。OrderedReady のセットは、前のポッドが準備完了になるまで次のポッドを作成しません。
finding-locket-not-ready = 準備完了でない Locket ポッドがあります：{ $pods }。{ $database }
advice-locket-not-ready = データベースと Locket のログを確認してください。
finding-locket-down = Locket がポートで応答しません（確認先：{ $pod }）。どの BBS もロックを取得できません。
advice-locket-down = Locket のログ、証明書、データベースを調べてください。monit が Locket を繰り返し始動しています。
finding-exec-denied = ボットは Cloud Controller ポッドで exec できないため、プローブできません。pods/exec に対する { $verb } の権限がありません。
advice-exec-denied = deploy/ の Role のように、pods/exec に対する create と get を付与するか、手動でプローブしてください（下記）。
finding-exec-refused = クラスターのポリシーが Cloud Controller ポッドでのコマンド実行を拒否しているため、プローブは実行されませんでした。ボットのロールが原因ではありません。
advice-exec-refused = この名前空間でボットのアカウントをそのポリシーの対象から外してください。それまでは、ポリシーで許可されるアカウントで、手動でプローブしてください（下記）。
finding-exec-not-carried = ポッドでのコマンド実行に必要な WebSocket が、ここから API サーバーまでの経路を通らないため、プローブは実行されませんでした。kubectl は WebSocket なしでも動くかもしれません。
advice-exec-not-carried = プロキシーまたはロード・バランサーで WebSocket へのアップグレードを通すか、API サーバー自体のアドレスを指定してください。それまでは、手動でプローブしてください（下記）。
finding-exec-impossible = Cloud Controller ポッドでの exec に失敗したため、プローブは実行されませんでした。
advice-exec-impossible = ポッドのコンテナーとノードを確認し、手動でプローブしてください（下記）。
finding-probe-not-possible = プローブから明確な応答が得られませんでした。
advice-probe-not-possible = 各 api ポッドから手動でプローブしてください（下記）。
finding-name-not-resolved-by-some = BBS の Service の名前を { $pods } では解決できませんが、ほかの api ポッドでは解決できます。
advice-name-not-resolved-by-some = そのポッドとノードから見た DNS を調べてください。
finding-two-leaders = アクティブなリーダーに見えるポッドが複数あります：{ $pods }。
advice-two-leaders = どのポッドが応答するか、誰がロックを保持しているかを、各ポッドに手動で確認してください。それがわかるまで、どれも削除しないでください。
finding-label-stale = ラベルでは { $pods } がアクティブですが、そこでは何もリッスンしていません。{ $time }
advice-label-stale = ラベルが追いつくのを待ち、Locket とデータベースを確認してください。まもなく再度チェックします。
finding-label-missing = { $pods } の BBS はリッスンしていますが、ラベルがアクティブになっていません。Service がそこへつながらない可能性があります。{ $time }
advice-label-missing = ラベルが追いつくのを待ってください。まもなく再度チェックします。変わらない場合は、ポッドに自分のラベルを変更する権限があるかを確認してください。
finding-leader-awaited = リーダーが不在ですが、Locket は動いています。いずれかの BBS が次の試行でロックを取得するはずです。リーダーを失った直後の数秒間はこうなります。
advice-leader-awaited = お待ちください。時間が経てばわかります。まもなく再度チェックします。
finding-bbs-start-slow = { $pods } の BBS が 503 を返します。{ $time }始動中にハングしているか、データベースを待っているかのどちらかです。データベースが動いているかは確認できませんでした。
advice-bbs-start-slow = データベースを確認してください。動いている場合は、BBS のログを調べてください。
finding-leader-not-reachable = { $leader } がアクティブなリーダーのはずですが、どの Cloud Controller ポッドからもアクセスできません。ラベルが古いか、ネットワークの問題かもしれません。{ $time }
advice-leader-not-reachable = ラベルが追いつくのを待ってください。まもなく再度チェックします。変わらない場合は、そのポッドの中から BBS がリッスンしているかを確認してください。
finding-ping-not-answered = BBS のポートは接続を受け付けますが、ping に応答がなく、どのポッドがハングしているかは確認できませんでした。
advice-ping-not-answered = 応答しないポッドを見つけるため、各 BBS ポッドに手動で ping してください（下記）。それがわかるまで、どれも削除しないでください。
finding-ping-cut-off = BBS のポートは接続を受け付けますが、ping の接続は応答の前に閉じられます。サービス・メッシュのサイドカーなどのプロキシーが受けているか、BBS が切断しています。
advice-ping-cut-off = api ポッドのサイドカーのログと、BBS 自体のログを調べてください。ここでは、接続の成功は何の証明にもなりません。
finding-connects-prove-nothing = 誰もリッスンしていないところでも接続が成功します。サービス・メッシュのサイドカーなど、間にあるものが受け付けています。BBS にアクセスできるかは確認できませんでした。
advice-connects-prove-nothing = ping できるようにする（api コンテナーに curl と Cloud Controller の証明書を用意する）か、BBS ポッドで exec できるようにしてください。それまでは、接続の成功を信用しないでください。
finding-lock-at-risk = { $leader } はまだ稼働していますが、Locket が応答しません。このままでは数秒でロックを失います。
advice-lock-at-risk = データベースを確認してください。まもなく再度チェックします。

finding-label-stuck = ラベルでは { $pods } がアクティブですが、Locket は動いているのに、そこでは何もリッスンしていません。{ $time }ラベルが古いまま更新されず、Service はどこにもつながりません。
advice-label-stuck = そのポッドだけを再始動すれば解決します。再始動を依頼してください。承認は別の人が行います。
finding-bbs-start-hung = { $pods } の BBS が 503 を返しますが、データベースは動いていて、マイグレーションが必要な変更もありません。{ $time }始動中にハングしています。
advice-bbs-start-hung = そのポッドだけを再始動すれば解決します。再始動を依頼してください。承認は別の人が行います。
finding-bbs-unreachable = Cloud Controller が BBS にアクセスできません。BBS ポッドは準備完了ですが、どれもアクティブなリーダーではありません。
finding-bbs-unreachable-passive = Cloud Controller が BBS にアクセスできません。BBS ポッドはリーダーがいない状態で可能なところまで準備完了ですが、どれもアクティブではありません。
advice-bbs-unreachable = データベースが応答していれば、再始動で解決します。データベースを確認してから、再始動を依頼してください。承認は別の人が行います。
finding-bbs-hung = { $pods } の BBS がハングしています。ポートは接続を受け付けますが、何も応答しません。
advice-bbs-hung = 再始動で解決します。再始動を依頼してください。承認は別の人が行います。

finding-no-active-leader = アクティブなリーダーの BBS ポッドがありません。
advice-no-active-leader = Locket とデータベースが動いていれば、前のリーダーを失ってから 30 秒以内に、いずれかがロックを取得するはずです。
finding-locket-works = Locket は動いていますが、ロックを保持し、かつ稼働している BBS がありません。リーダーを失った直後の数秒間はこうなります。
advice-locket-works = 再始動の前に、30 秒ほどしてからもう一度チェックしてください。
finding-locket-hung = Locket が応答しません（確認先：{ $pod }）。Locket 自体がハングしているのか、そのデータベースなのか、外からは区別できません。
advice-locket-hung = データベースを確認してください。応答する場合、Locket はすでに切れている接続を待ってハングしています。
finding-locket-client-refused = BBS はサービスを提供していますが、{ $pod } で Locket に問い合わせるクライアントと Locket の間の TLS が失敗します：{ $why }
advice-locket-client-refused = そのクライアントと Locket の証明書を確認してください。現在の稼働には影響しません。ただし Locket の証明書が原因の場合、新たに始動する BBS はロックを取得できません。
finding-lock-elsewhere = { $leader } がリーダーに見えますが、ロックの所有者は { $owner } です。ラベルまたはロックの行が古いのかもしれません。
advice-lock-elsewhere = 1 分後にもう一度比べ、どちらが応答するかを両方のポッドに確認してください。ロックには触れないでください。その所有者だけが稼働している可能性があります。
finding-cells-evacuating = セルが退避中です（{ $pods }）。アプリが移動しているため、Diego を再始動するとアプリに影響します。
advice-cells-evacuating = 待てるなら、再始動の前に退避を終わらせてください。
finding-cloud-controller-short-too = 準備完了でない Cloud Controller ポッドもあります：{ $pods }。プローブはほかのポッドから行いました。
advice-cloud-controller-short-too = それらの api ポッドも調べてください。
finding-passive-not-ready = パッシブで、BBS 自体のコンテナーだけが準備完了でないもの：{ $pods }。readiness プローブが BBS のポートを調べるリリースでは、パッシブのポッドはこれが通常の状態で、すべてのコンテナーが準備完了になることはありません。
advice-passive-not-ready = このリリースがそうでない場合は、そのコンテナーを調べてください。
finding-proxy-answers = 誰もリッスンしていないところでも接続が成功します。サービス・メッシュのサイドカーなど、間にあるものが受け付けています。ここでは ping の結果で判断します。
advice-proxy-answers = 接続の成功を応答とみなさないでください。
finding-healthy = Cloud Controller は BBS にアクセスできます。アクティブなリーダーは { $leader } です。
advice-healthy = 何もする必要はありません。push がまだ失敗する、またはアラートが続く場合、原因は別のところにあるか、すでに解消しています。
finding-reached-not-proven = BBS に接続できますが、応答するかは確認できませんでした：{ $why }。{ $leader } がアクティブなリーダーに見えます。
advice-reached-not-proven = ハングした BBS も接続は受け付けます。push が失敗している間は、ping できるようにしてもう一度チェックするか、BBS のログを調べてください。
finding-unexplained = 確認した状態は、既知のどのパターンにも当てはまりません。
advice-unexplained = 手動で対応を続けてください（下記）。

verdict-healthy = 正常
verdict-reached-not-proven = 接続可能、応答は未確認
verdict-will-help = 再始動で解決します
verdict-will-not-help = 再始動では解決しません
verdict-not-known = 再始動で解決するか不明

## How long something has been so.

time-normal = 短時間ならこれは正常です。
time-over = { $since } からこの状態です（確認回数：{ $looks }）。
time-over-new = { $since } からこの状態です（確認回数：{ $looks }）。始動としては長いものの、最後に正常と確認されてから新しくなったものが動いている可能性があり、マイグレーションは中断すべきではありません。ping に応答があれば終わりです。BBS のログにマイグレーションが見当たらない場合は、人が判断してください。
title-time = 時間の経過を待つもの
waits-stale-label = { $pod } のラベルが遅れています：残り { $left }、{ $until } まで（確認回数：{ $looks }、必要数：{ $wanted }）
waits-label-missing = { $pod } のラベルがありません：残り { $left }、{ $until } まで（確認回数：{ $looks }、必要数：{ $wanted }）
waits-unreached = { $pod } にアクセスできません：残り { $left }、{ $until } まで（確認回数：{ $looks }、必要数：{ $wanted }）
waits-starting = { $pod } が始動中です：残り { $left }、{ $until } まで（確認回数：{ $looks }、必要数：{ $wanted }）
waits-leaderless = リーダーが不在です：残り { $left }、{ $until } まで（確認回数：{ $looks }、必要数：{ $wanted }）

## What a pod that is not ready may mean.

not-ready-database-unknown = データベースが停止しているときもこうなります。
not-ready-database-up = データベースは応答するため、原因ではありません。

## Why no ping could be made, and how one could.

unseen-ping-no-curl = api コンテナーに curl がありません。イメージに追加してください
unseen-ping-old-curl = api コンテナーの curl に必要なオプションまたは TLS がありません。更新してください
unseen-ping-no-certificates = BBS 用の Cloud Controller の証明書を api コンテナーで使えません。ping の出力を参照してください
unseen-ping-other-name = BBS の証明書が、問い合わせた名前とは別の名前のもので、Cloud Controller が使う名前を読み取れませんでした
unseen-ping-exec-denied = ボットは api ポッドで exec できません。そのポッドに対する pods/exec を付与してください
unseen-ping-exec-refused = クラスターのポリシーが api ポッドでのコマンド実行を拒否しています。そのポッドについてはボットのアカウントをポリシーの対象から外してください
unseen-ping-exec-not-carried = API サーバーまでの経路が WebSocket を通しません。間にあるプロキシーで通してください
unseen-ping-exec-failed = api ポッドでの exec に失敗しました。ping の出力を参照してください
unseen-ping-in-doubt = ping の結果が不確かです。次の確認でもう一度行います
unseen-ping-because = { $why }

## What is missing for a recovery, and what stops a restart.

missing-sight = クラスターを確認できません
missing-pods = 存在する BBS ポッドは { $wanted } 個中 { $found } 個です
missing-gone = { $pod } はまだ終了処理中です
missing-gone-held = { $pod } はまだ終了処理中です。finalizer が保持しています（{ $finalizers }）
missing-ready-containers = { $pod } の準備完了は { $ready }/{ $containers } です（{ $status }、準備完了でないもの：{ $unready }）
missing-ready = { $pod } の準備完了は { $ready }/{ $containers } です（{ $status }）
missing-leader = アクティブなポッドがありません
missing-one-leader = { $count } 個のポッドがアクティブです
missing-endpoints = リーダーがまだ BBS の Service の配下にありません
missing-probe = プローブを実行できませんでした
missing-probe-from = { $pod } からのプローブが失敗します：{ $text }
missing-ping-from = { $pod } からの ping に BBS が応答しません：{ $text }
missing-answer = ここでは接続は何の証明にもならず、ping もできませんでした
missing-listening = { $pod } はアクティブのラベルが付いていますが、リッスンしていません
missing-label = { $pod } はリッスンしていますが、アクティブのラベルがありません
missing-probe-of = 以前プローブが失敗した { $pod } からは、もう一度プローブしていません

stopped-absent = { $pod } が再作成されませんでした
stopped-terminating = { $pod } は { $hangs }経ってもまだ終了処理中です：{ $held }。それより後のポッドは何も削除していません
held-finalizers = finalizer が保持しています（{ $finalizers }）
held-not-seen = 何が保持しているかは確認できませんでした（イベントとノードからわかるかもしれません）
went-past = { $pod } は { $hangs }の間 Terminating のままです：{ $held }。セットは Parallel のため、確認済みの計画に従い、これ以上待ちません。
stopped-failed = 新しい { $pod } を実行できません（{ $why }）。ほかのポッドには手を付けていません
stopped-not-ready = 新しい { $pod } が時間内に準備完了になりませんでした（{ $ready }/{ $containers }）。ほかのポッドには手を付けていません
stopped-stalled = 長時間、何も進みませんでした
stopped-switched-off = その間に、構成で再始動が無効になりました
stopped-delete-failed = { $pod } を削除できませんでした

voided-reached = 再び BBS に接続できるようになりましたが、応答するかは確認できませんでした
voided-recovered = 再び正常になりました
voided-pods-changed = 予定していたポッドがなくなったか、ほかの人が置き換えました
voided-cause-changed = 状況が変わりました（現在：{ $now }）
voided-one-account = 現在の構成では、これを依頼した { $requester } と承認した { $approver } が同一人物の可能性があります。アカウント { $account } は、現在または過去に両者のものです
voided-one-name = 現在の構成では、これを依頼した { $requester } と承認した { $approver } が同一人物の可能性があります。名前 { $name } は、現在または過去に両者のものです
voided-person-unknown = { $who } は構成に登録された人ではなくなったため、別々の 2 人が関わっているかどうか判断できません
voided-account = この再始動は { $who } の判断に基づいていますが、そのアカウントは現在、無効化されているか、ゲストまたはボットのものか、存在しません
voided-group-not-known = この再始動の権限はグループ { $group } によるものですが、そのメンバーを確認できません（{ $why }）
voided-too-few = 現在の構成では、必要な承認者 { $needed } 人のうち { $given } 人にしか承認権限がありません
voided-database-alert = その間に、データベースに関するアラートが届きました（{ $name }）
voided-not-seen = 状況をもう一度確認できませんでした

skipped-healthy = 環境は正常です
skipped-reached = 再び BBS に接続できます
skipped-replaced = ほかの人が置き換えました
skipped-terminating = ほかの人が削除しています
skipped-dry-run-canary = ドライラン：本来なら { $pod }（UID { $uid }）を削除し、代わりのポッドの全コンテナーが準備完了になるまで待ちます
skipped-dry-run = ドライラン：本来なら、もう一度チェックしてから { $pod }（UID { $uid }）を削除します

## The timeline.

act-check = チェック
act-restart = 再始動の依頼
act-approve = 承認
act-deny = 却下
act-cancel = 取り消し
act-handover = 引き継ぎ

told-check = { $who } が { $environment } のチェックを依頼しました。
told-alert = { $environment } に関するアラート { $name }（{ $source }）：{ $summary }
told-reopened = 終了から間もなく再オープンしました（きっかけ：{ $what }、通算 { $count } 回）。チェック中です。
told-muted = { $who } が { $until } までアラートをミュートしました。アラートがインシデントを開くことも、インシデントに加わることもありません。
told-muted-because = { $who } が { $until } までアラートをミュートしました：{ $reason }
told-unmuted = { $who } がミュートを解除しました。アラートを再び受け付けます。
told-alert-joined = アラート { $name }（{ $source }）が加わりました：{ $summary }
watch-fires = { $count ->
    [1] 確認で問題が見つかりました：{ $found }
   *[other] { $count } 回続けて、確認で問題が見つかりました：{ $found }
}
watch-over = { $found }
told-alert-lapsed = アラート { $name }（{ $source }）は繰り返されませんでした。このアラートが再始動を妨げることはもうありません。
told-alert-joined-count = アラート { $name }（{ $source }）が { $count } 回加わりました。最初の内容：{ $summary }
told-alert-resolved = { $source } によると、アラート { $name } は解消しました。チェック中です。
told-alert-resolved-count = { $source } から、アラート { $name } が解消したとの通知が { $count } 回ありました。チェック中です。
told-check-again = { $who } が再チェックを依頼しました。
told-claimed = ボットがこのインシデントの処理を再開しました（担当番号 { $claim }）。
told-diagnosed = 判定：{ $verdict }。{ $because }
told-diagnosed-evidence = 判定：{ $verdict }。{ $because }
    { $evidence }
told-evidence = 確認した内容のすべて：
    { $evidence }
told-evidence-more = 確認した内容のすべて（あと { $more } 文字は省略しました。stagerbot audit bundle で見られます）：
    { $evidence }
told-requested = { $who } が { $pods } の再始動を依頼しました（コード { $code }、{ $until } まで承認可能）。
told-requested-because = { $who } が { $pods } の再始動を依頼しました（コード { $code }、{ $until } まで承認可能）：{ $reason }
told-requested-dry = { $who } が { $pods } の再始動を依頼しました（コード { $code }、{ $until } まで承認可能）。ドライラン：何も削除しません。
told-requested-dry-because = { $who } が { $pods } の再始動を依頼しました（コード { $code }、{ $until } まで承認可能）：{ $reason } ドライラン：何も削除しません。
told-approved = { $who } が承認しました。
told-approved-database = { $who } が承認し、データベースを確認済みと表明しました。
told-approval-given = { $who } が承認しました（{ $needed } 人中 { $given } 人）。
told-denied = { $who } が依頼を却下しました。
told-expired = 時間内に誰も承認しなかったため、依頼の期限が切れました。
told-cancelled = { $who } が依頼を取り消しました。
told-voided = 依頼は無効になりました：{ $why }。
told-rechecked = 承認後に再チェックしました。ポッドも原因も変わっていません。続行します。
    { $probes }
told-taken-over = 中断後に再チェックしました。まだ正常ではありません。続行します。
    { $probes }
told-intended = UID が { $uid }、リソース・バージョンが { $version } のままであれば、{ $pod } を削除します。
told-intended-past = UID が { $uid }、リソース・バージョンが { $version } のままであれば、{ $pod } を削除します。{ $past }
told-deleted = { $pod }（UID { $uid }）を削除しています。
told-deleted-terminating = { $pod }（UID { $uid }）はすでに終了処理中でした。
told-deleted-gone = { $pod }（UID { $uid }）はすでになくなっていました。
told-unclear = { $pod }（UID { $uid }）の削除要求が届いたかどうか不明です：{ $why }。確認しています。
told-failed = { $pod }（UID { $uid }）は削除されませんでした：{ $why }。もう一度確認しています。
told-spared = { $pod }（UID { $uid }）が正常な環境のアクティブなリーダーになったため、手を付けません。
told-spared-unproven = 接続で見る限り { $pod }（UID { $uid }）がアクティブなリーダーになったため、手を付けません。
told-skipped = { $pod }（UID { $uid }）は削除しません：{ $why }。
told-recovery-awaited = 削除はすべて終わりました。{ $until } まで復旧を見守ります。
told-leader = 新しいアクティブなリーダー：{ $leader }。以前のリーダーは不明です。
told-leader-after-led = 新しいアクティブなリーダー：{ $leader }。以前：{ $before }（リーダーと確認：{ $at }）。
told-leader-after = 新しいアクティブなリーダー：{ $leader }。以前：{ $before }（最後に正常を確認：{ $at }）。
told-healthy = 全コンテナーが準備完了で、アクティブなリーダーは 1 つ、同じプローブも成功しました。しばらくこの状態が続くか見守ります。
    { $probes }
told-healthy-unproven = 全コンテナーが準備完了で、アクティブなリーダーは 1 つ、同じプローブも成功しました。ping はできなかったため、接続だけに基づく判断です。しばらくこの状態が続くか見守ります。
    { $probes }
told-health-lost = 正常な状態が続きませんでした：{ $missing }。
told-pods = { $pods }
told-refused = { $who } の操作（{ $what }）は拒否されました：{ $why }
told-called = { $destination } で連絡：{ $names }。
told-called-missed = { $destination } で連絡：{ $names }。連絡できず：{ $missed }。
told-channel-closed = { $platform } のチャンネル { $channel } がカードを受け付けません：{ $why }。
told-channel-opened = { $platform } のチャンネル { $channel } が再びカードを受け付けます。
told-drill = { $who } が { $environment } の訓練を開始しました（{ $until } まで）。2 人目として誰が、どれだけ早く来るかを確かめます。環境の確認も再始動も行いません。

outcome-healthy = 正常です。何もする必要はありません。
outcome-reached = 接続できますが、BBS が応答するかは確認できませんでした。
outcome-reached-again = ボットによる再始動なしに、再び接続できるようになりました。BBS が応答するかは確認できませんでした。
outcome-recovered-itself = ボットによる再始動なしに、再び正常になりました。
outcome-recovered = 復旧しました。アクティブなリーダーは { $leader } です（予定 { $planned } 個中 { $deleted } 個のポッドを削除）。
outcome-recovered-unproven = 接続で見る限り復旧しました。アクティブなリーダーは { $leader } です（予定 { $planned } 個中 { $deleted } 個のポッドを削除）。ping はできませんでした。
outcome-not-recovered = 復旧しませんでした：{ $why }。予定した { $planned } 個のポッドのうち { $deleted } 個を削除しました。ここからは人による対応をお願いします。
outcome-dry-run = ドライラン：本来なら { $planned } 個のポッドを削除していました。実際には何も削除していません。
outcome-handed-over = { $who } が引き継ぎました。
outcome-handed-over-because = { $who } が引き継ぎました：{ $reason }
outcome-drill-found = { $who } が応答しました。再始動は行っていません。
outcome-drill-cancelled = { $who } が訓練を終了しました。再始動は行っていません。
outcome-drill-nobody = 時間内に誰も応答しませんでした。再始動は行っていません。

phase-diagnosis = 診断まで
phase-request = 依頼まで
phase-approval = 承認まで
phase-deletes = 最後の削除まで
phase-recovery = 正常化まで
phase-rest = クローズまで

## The picture of a closed incident, and what stands beside it.

picture-line = { $letter }：{ $says }
picture-alt =
    インシデント { $incident } の各段階を所要時間の長さの棒で表した図：
    { $phases }
picture-text =
    インシデント { $incident } の経過：
    { $phases }

## Refusals: always with the reason.

refused-other-workspace = このボットを使えるのは、ボットがインストールされているワークスペースの人だけです。その中の誰かに頼んでください。何も実行していません。
refused-other-server = このボットは別のサーバー用のため、ここでは何もしません。
refused-direct-message = ダイレクト・メッセージでは何もしません。サーバーの { $names } のチャンネルで /stager と入力してください。
refused-other-channel = このボタンは { $environment } のチャンネルのカードのものですが、別のチャンネルから押されたため、何もしませんでした。
refused-not-mapped = あなたのアカウントは、構成に登録された人のものではありません。依頼も承認もできません。登録を管理者に依頼してください。
refused-may-not-look = 状況をお伝えできるのは閲覧の権限がある人だけで、あなたのアカウントには権限がありません。権限がある人：{ $who }。その人に尋ねるか、登録を管理者に依頼してください。
refused-may-not-request = あなたには再始動を依頼する権限がありません。権限がある人：{ $who }。
refused-may-not-approve = あなたには再始動を承認または却下する権限がありません。権限がある人：{ $who }。
refused-deactivated = このアカウントは無効化されているため、ここでは何の権限もありません。
refused-guest = ゲストは閲覧のみで、依頼も承認もできません。ワークスペースの正規のメンバーに依頼してください。
refused-bot = これはボットのアカウントです。再始動には人の判断が必要です。依頼または承認できる人に頼んでください。
refused-gone = このアカウントはもうこのワークスペースまたはサーバーに属していないため、ここでは何の権限もありません。
refused-group-not-known = あなたの権限はグループ { $group } によるものですが、そのメンバーを確認できないため拒否します（{ $why }）。少し待って再試行するか、個別に権限を持つ人に依頼してください。
refused-own-request = この再始動はあなた自身が依頼したものです。承認は別の人が行う必要があります。
refused-approved-once = { $who } はこの依頼をすでに承認しています。同じ人の承認は 1 回だけ数えます。さらに別の人の承認が必要です。
refused-one-account = この依頼は { $who } のものとして記録されていますが、アカウント { $account } は現在または過去に、その人とあなたの両方のものです。同一人物の可能性があるため、ほかの人が承認する必要があります。本当に 2 人である場合は、依頼を却下し、もう一度依頼してもらってください。
refused-one-name = この依頼は { $who } のものとして記録されていますが、名前 { $name } は現在または過去に、その人とあなたの両方のものです。同一人物の可能性があるため、ほかの人が承認する必要があります。本当に 2 人である場合は、依頼を却下し、もう一度依頼してもらってください。
refused-person-unknown = これを依頼した { $who } は構成に登録された人ではなくなったため、あなたと別人かどうか判断できません。依頼を却下し、もう一度依頼してもらってください。
refused-database-not-confirmed = データベースの状態がわかりません。確認してから、その旨を表明してください。
refused-no-such-code = コード { $code } で承認を待っている依頼はなく、過去の記録にもありません。依頼のコードはカードに記載されています。
refused-old-code = コード { $code } は、2 つの依頼が同じコードになることがあった以前のバージョンのボットのものです。カードのボタンを使ってください。
refused-of-closed = { $why }このコードは、{ $who } が { $requested } に行った依頼のもので、そのインシデント { $incident } はクローズ済みです。
refused-already-approved = 間に合いませんでした。{ $who } が { $at } に承認しています。
refused-already-denied = 間に合いませんでした。{ $who } が { $at } に却下しています。
refused-already-cancelled = 間に合いませんでした。{ $who } が { $at } に取り消しています。
refused-expired = 間に合いませんでした。依頼は { $at } に期限切れになりました。再始動をもう一度依頼してください。
refused-voided = 間に合いませんでした。根拠が成り立たなくなったため、依頼は { $at } に無効になりました。
refused-closed-before = 間に合いませんでした。誰も承認しないまま、インシデントは { $at } にクローズされました。
refused-already-requested = { $who } がすでに再始動を依頼していて、承認を待っています。
refused-being-carried-out = 再始動を実行中です。
refused-not-diagnosed = まだチェック中です。
refused-verdict = 再始動はできません：{ $verdict }。{ $because }
refused-restarts-off = 構成で再始動が無効になっています。
refused-one-restart = このインシデントでは、すでに再始動を行いました。もう一度再始動する場合は、人が手動で行ってください。
refused-cool-down = 環境は少し前に再始動されたばかりです。{ $until } までは再始動できません。
refused-database-alert = データベースに問題があるというアラートが出ています（{ $source } の { $name }、最終受信 { $at }）。再始動に効果はありません。データベースを確認してから、次のように表明してください：/stager restart database-checked [理由]
refused-reason-needed = { $environment } の再始動には理由が必要です。理由を添えてもう一度依頼してください：/stager restart の後に理由
refused-not-yours = この依頼を取り消せるのは { $who } だけです。代わりに却下してください。
refused-nothing-pending = 承認を待っているものはありません。
refused-closed = そのインシデントはクローズ済みです。
refused-no-incident = ここで開いているインシデントはありません。/stager check で始めてください。
refused-of-drill = これは訓練です。できるのは承認、却下、取り消しだけです。
refused-drill-open = ここでは訓練がすでに進行中です：インシデント { $incident }。
refused-too-many = 一度に受け付けられる数を超えたため、実行しませんでした。{ $wait }待ってから続けてください。承認権限のある人は、いつでも承認、却下、取り消しができます。
refused-which-environment = どの環境ですか？ 登録されている環境：{ $names }。
refused-no-environment = { $name } という環境はありません。登録されている環境：{ $names }。
refused-mute-length = どのくらいの時間ですか？ 1m から 24h までで指定してください。例：/stager mute 2h ネットワークの変更
refused-unclear = 「{ $text }」がわかりません。
    { $help }
refused-meant = 「{ $text }」がわからないため、何も実行していません。{ $verb } のことですか？ それなら、次のように入力してください：
    { $line }
refused-whole-code = 依頼のコード全体が必要です。何も実行していません。承認待ちは 1 件です。次のように入力してください：
    { $line }
refused-which-code = 依頼のコード全体が必要です。何も実行していません。承認待ちの依頼：
    { $lines }
waiting-of = { $line }（{ $environment }）
refused-and-line = { $why }次のように入力してください：
    { $line }

## Answers to what was accepted.

answer-checking = { $environment } をチェックしています。そのチャンネルのインシデント { $incident } を見てください。
answer-joined = { $environment } のインシデント { $incident } が開いています。もう一度チェックします。
answer-restart-requested = 依頼しました。別の人が、ボタンまたは次のコマンドで承認する必要があります：/stager approve { $code } database-checked
answer-form-lost = 理由を尋ねるフォームを表示できませんでした。もう一度クリックするか、/stager restart に続けて理由を入力してください
answer-approved = 承認しました。何かを削除する前に、状況をもう一度チェックします。
answer-approved-one = 承認しました（{ $needed } 人中 { $given } 人）。残りの人も承認するまで何も行いません。
answer-denied = 却下しました。
answer-cancelled = 取り消しました。
answer-handed-over = インシデントはあなたの担当になりました。
answer-alert = 受け付けました
answer-alert-muted = { $who } が { $environment } のアラートを { $until } までミュートしているため、インシデントは開かれません。それでも確認するには：/stager check
answer-muted = { $environment } では、{ $until } までアラートでインシデントは開かれません。それより前に解除するには：/stager unmute
answer-unmuted = { $environment } のアラートを受け付けます。
answer-drill = { $environment } の訓練を開始しました。そのチャンネルを見てください。環境の確認も再始動も行いません。
answer-drill-found = 応答まで { $length }でした。ありがとうございます。これは訓練で、再始動は行っていません。
answer-status = { $lines }
status-line = { $stands }（インシデント { $incident }）
status-line-quiet = { $environment }：開いているインシデントなし
status-lines = { $line }
    { $rest }
status-nothing = 環境が構成されていません。
status-not-shown = { $environment } を表示できません：{ $why }。ときどき、また誰かが状況を尋ねるたびに再試行します
status-muted = {"    "}アラートは { $until } までミュート中（{ $who } による）
status-muted-because = {"    "}アラートは { $until } までミュート中（{ $who } による）：{ $reason }
status-rejected = { $source } からの { $count } 件のアラートを拒否しました。最後は { $at }：{ $reason }
status-rejected-here = {"    "}{ $source } からの { $count } 件のアラートを拒否しました。最後は { $at }：{ $reason }
answer-help = /stager check [環境] — 確認して、その意味を伝える
    /stager status — 現在の状況
    /stager restart [理由] — 再始動を依頼する。承認は別の人が行う
    /stager approve、カードのコード、database-checked — データベースを確認したうえで承認する
    /stager deny または cancel、カードのコード — 却下する、または自分の依頼を取り消す
    /stager handover [理由] — インシデントを引き継ぐ。ボットは手を離す
    /stager mute [環境] 2h [理由] · /stager unmute — しばらくアラートでインシデントを開かない · 再び受け付ける
    /stager report [番号] · /stager history [環境] — インシデント 1 件の報告 · 最近のインシデントと所要時間
    /stager whoami — あなたが誰で、何ができるか
    /stager policy [環境] — 再始動に必要なもの
    /stager drill [環境] — 2 人目がどれだけ早く来るかを確かめる。再始動はしない
    /stager help — このヘルプ
answer-help-waiting = { $help }
    承認待ちの依頼：
    { $lines }
answer-commands = 使えるコマンド：/stager check、status、restart、approve、deny、cancel、handover、mute、unmute、report、history、whoami、policy、drill。説明は：/stager help
whoami-both = あなたは { $who } です（{ $accounts }）。再始動の依頼と、ほかの人の依頼の承認ができます。
whoami-request = あなたは { $who } です（{ $accounts }）。再始動を依頼できます。
whoami-approve = あなたは { $who } です（{ $accounts }）。ほかの人が依頼した再始動を承認できます。
whoami-look = あなたは { $who } です（{ $accounts }）。閲覧のみできます。
whoami-nobody = あなたのアカウントは、構成に登録された人のものではありません。閲覧のみできます。登録を管理者に依頼してください。
whoami-groups = { $rest }あなたのアカウントのいずれかが属している間、権限が追加されるグループ：{ $groups }。
right-request = 依頼
right-approve = 承認
group-gives = { $group }（{ $rights }）
list-more = { $one }、{ $more }
policy-takes = { $environment } の再始動には、依頼と、{ $expiry }以内の、依頼者以外の別々の人による承認が必要です。必要な承認数：{ $count }。
policy-dry-run = ドライランです。削除以外はすべて行われます。
policy-off = 再始動は無効です。提案されません。
policy-reason = 依頼には理由が必要です。
policy-quiet = { $from } から { $to } まで（{ $zone }）は、承認がもう 1 つ必要です。
policy-look-everybody = 閲覧できる人：全員
policy-look = 閲覧できる人：{ $names }
policy-request = 依頼できる人：{ $names }
policy-approve = 承認できる人：{ $names }
policy-groups = グループによる権限（構成に登録された人に限る）：{ $groups }

## The card.

card-checking = { $environment }：チェック中
card-healthy = { $environment }：正常
card-reached-not-proven = { $environment }：接続可能、BBS が応答するかは未確認（{ $why }）
card-will-help = { $environment }：ステージャーが使用できません。再始動で解決します
card-will-not-help = { $environment }：再始動では解決しません
card-not-known = { $environment }：再始動で解決するか不明
card-awaiting = { $environment }：{ $who } が再始動を依頼、別の人の承認待ち
card-restarting = { $environment }：再始動中（ポッド { $planned } 個中 { $done } 個に着手）
card-recovering = { $environment }：再始動済み、復旧を見守り中
card-closed = { $environment }：{ $outcome }

line-finding = { $says }{ $advice }
title-findings = 検出結果
title-last-look = 最後の確認時
title-pods = ポッド
title-probe = プローブ
title-further = その他の根拠
title-events = これらのポッドの警告イベント
title-plan = 実行する内容
title-progress = 進行状況
title-duration = 復旧までの時間：{ $total }
title-by-hand = 手動で行う場合
title-missing = まだ満たされていない条件

field-environment = 環境
field-leader = アクティブなリーダー
field-database = データベース
field-muted = ミュート
muted-until = { $until } まで（{ $who } による）
field-reopened = 再オープン
reopened-count = { $count } 回
field-database-alert = 再始動を妨げるもの
field-evidence = 確認時刻
field-alerts = アラート
field-requested = 依頼者
field-approved = 承認者
field-approvals = 承認数
approvals-count = { $needed } 人中 { $given } 人

leader-none = なし
leader-several = 複数
leader-change = { $before } → { $after }
leader-change-unknown = 不明 → { $after }
database-up = 稼働中
database-accepts = 接続は受け付けますが、正常とは限りません。承認の前に確認してください
database-down = 停止中
database-alert = { $name }（{ $source }）が発生中。データベースを確認してください
database-not-known = 不明。承認の前に確認してください
not-seen = 不明（{ $why }）
alerts-count = { $count ->
    [1] { $name }
   *[other] { $name } ほか { $more } 件
}
alerts-same = { $name } ×{ $count }

plan-pods = { $pods } を 1 つずつ削除します。最初の 1 つがカナリアで、その代わりのポッドの全コンテナーが準備完了になってから、残りを続けます。{ $promise }各削除はポッドの UID に限定され、そのつど事前にすべてを再チェックします。アプリは動き続けます。終わるまでステージングとスケーリングは止まります。
plan-pod = { $pods } を削除します。{ $promise }削除はポッドの UID に限定され、事前にすべてを再チェックします。アプリは動き続けます。終わるまでステージングとスケーリングは止まります。
promise-ordered = 戻っていないポッドがある間は、ほかのポッドを削除しません。
promise-parallel = { $wait }の間 Terminating のままのポッドは、それ以上待ちません。
promise-before = { $promise }
plan-dry = ドライラン：何も削除しません。
plan-withheld = 再始動は提案しません：{ $why }
plan-expires = { $until } まで承認できます。コード：{ $code }

progress-waiting = { $pod }：待機中
progress-intended = { $pod }：削除中
progress-terminating = { $pod }：終了処理中、猶予は残り { $left }（{ $until } まで）
progress-held = { $pod }：終了処理中、猶予は切れ、finalizer が保持しています（{ $finalizers }）
progress-late = { $pod }：終了処理中、猶予は切れました
progress-gone = { $pod }：削除済み、まだ再作成されていません
progress-starting = { $pod }：始動中 { $ready }/{ $containers }
progress-ready = { $pod }：準備完了 { $ready }/{ $containers }
progress-active = { $pod }：準備完了 { $ready }/{ $containers }、アクティブ
progress-spared = { $pod }：手を付けません
progress-skipped = { $pod }：削除しません

phase-line = { $phase } { $length }
hand-look = # 確認
hand-why = # ポッドが準備完了でない理由
hand-probe = # プローブ
hand-ping = # ping：200 なら応答あり
hand-listens = # その BBS がリッスンしているか
hand-restart = # データベースが応答する場合のみ
hand-restart-unseen = # どの api ポッドからもプローブが失敗し、アクティブなポッドがなく、データベースが応答する場合のみ
hand-wait = # 全コンテナーが準備完了、アクティブなポッドが 1 つになるまで待ってから、もう一度プローブ
hand-wait-passive = # アクティブなポッドが 1 つになり、その全コンテナーが準備完了になるまで待ってから（パッシブのポッドは常に 1 つ足りない）、もう一度プローブ
message-after-deleted = このカードは前のカードに代わるものです。前のカードのスレッド
message-head = ログは確定しました。後で検証するには：stagerbot audit verify --config stagerbot.toml --noted { $head }
message-repeated = （ボットの再始動または応答の消失後に再送したため、重複している場合があります）
note-incident = インシデント { $incident }、{ $opened } に開始

button-restart = 再始動を依頼
button-approve = 承認
button-deny = 却下
button-cancel = 依頼を取り消し
button-check-again = 再チェック
confirm-restart-title = 再始動を依頼しますか？
confirm-restart = { $environment }：{ $pods } を削除します。{ $promise }このカードの作成時点で、根拠は { $age }前のものです。承認後に再チェックします。承認は別の人が行う必要があります。
confirm-restart-yes = 依頼する
confirm-approve-title = 再始動を承認しますか？
confirm-approve = { $environment }：{ $pods } を削除します。承認は、あなたがデータベースを確認したという表明になります。データベース：{ $database }。{ $promise }根拠は依頼時点で { $age }前のもので、承認後に再チェックします。
confirm-approve-yes = 確認済み、承認する
confirm-no = 戻る
form-reason = 理由（記録用。空でもかまいません）
confirm-lost = 確定しようとした内容は、もうこのカードに表示されていません。/stager status を見てから、次のように入力してください：
    { $line }

## Announcements: that somebody is needed, and how it went on.

field-told = 通知先
field-missed = 連絡できなかった人
told-names = { $names }（最終 { $at }）
missed-line = { $who }：{ $why }
missed-unknown = { $platform } にアカウント { $account } がありません。構成を修正してください
missed-deactivated = アカウント { $account } は { $platform } で無効です
missed-failed = 送信できません（{ $why }）
call-approval = { $environment }：{ $who } が再始動を依頼しました。別の人の承認が必要です
call-offer = { $environment }：再始動で解決しますが、誰も依頼していません
call-blind = { $environment }：何が起きているか確認できません。人による確認が必要です
call-stopped = { $environment }：再始動では復旧しませんでした。人による対応が必要です
call-handed-over = { $environment }：インシデントが人に引き継がれました
call-unshown = { $environment }：{ $platform } のチャンネル { $channel } がカードを受け付けず、そこでは誰にもインシデントが見えません。人による修復が必要です
call-drill = { $environment }：{ $who } が、2 人目がどれだけ早く来るかを確かめています。「承認」をクリックしてください
call-again = { $since } から、まだ誰も応答していません。
call-last = 期限切れ前の最後の呼び出しです。
call-escalated = { $after }以内に誰も応答しませんでした。
call-reason = 理由：{ $reason }
call-why = プラットフォームからのメッセージ：{ $why }
call-card = カード（根拠とボタン）
call-over-at = { $at }：{ $how }
call-over-requested = { $who } が再始動を依頼しました。
call-over-approved = { $who } が承認しました。
call-over-denied = { $who } が却下しました。
call-over-cancelled = { $who } が依頼を取り消しました。
call-over-expired = 誰も応答せず、期限が切れました。
call-over-voided = 状況が変わったため、依頼は無効になりました。
call-over-closed = インシデントはクローズされました。もう対応は不要です。
call-over-verdict = 状況が変わりました。この件の対応は不要です。
call-over-shown = チャンネルが再びカードを受け付けます。
notice-approved = { $who } があなたの依頼を承認しました。
notice-denied = { $who } があなたの依頼を却下しました。
notice-expired = 時間内に誰もあなたの依頼を承認しませんでした。新しい確認結果に基づいて、もう一度依頼しますか？
notice-voided = あなたの依頼は無効になりました：{ $why }。新しい確認結果に基づいて、もう一度依頼しますか？
notice-ended = あなたが依頼した再始動は終了しました。{ $outcome }
notice-drill = あなたが始めた訓練は { $length }で終了しました。{ $outcome }
drill-marked = 訓練（DRILL）· { $says }
drill-explained = これは訓練です。再始動を承認でき、訓練の開始者ではない人が「承認」または「却下」をクリックすると終了します。実際の障害によるものではありません。環境の確認も再始動も行いません。
drill-took = 所要時間：{ $length }。
confirm-drill-title = 訓練：承認しますか？
confirm-drill-yes = 応答する

## The terminal.

terminal-check = { $environment }（名前空間 { $namespace }）{ $at } 時点
terminal-verdict = 判定：{ $verdict }
terminal-endpoints = BBS の Service のエンドポイント：{ $names }
terminal-field = { $name }：{ $value }
doctor-test = stagerbot doctor によるテストです。問題はありません。

## Why a channel takes nothing, within a sentence.

closed-slack-not-there = ボットが Slack のチャンネル { $channel } に参加していません。/invite で招待してください
closed-slack-no-channel = Slack にチャンネル { $channel } がないか、ボットが参加していません：{ $code }
closed-slack-archived = Slack のチャンネル { $channel } はアーカイブされています
closed-slack-may-not-post = Slack がチャンネル { $channel } へのボットの投稿を許可していません：{ $code }
closed-slack-refused = Slack が { $channel } への { $call } を拒否しました：{ $code }
closed-discord-no-channel = Discord にチャンネル { $channel } がありません
closed-discord-no-text = Discord のチャンネル { $channel } にはカードを表示できません。テキストチャンネルが必要です
closed-discord-other-server = Discord のチャンネル { $channel } は別のサーバーのものです
closed-discord-threads = Discord サーバーで開けるスレッド数の上限に達しているため、チャンネル { $channel } でスレッドを開始できません。いくつかアーカイブしてください
closed-discord-not-seen = ボットは Discord のチャンネル { $channel } を閲覧できません。View Channel の権限が必要です
closed-discord-may-not = ボットは Discord のチャンネル { $channel } で { $call } を実行できません。{ $needed } の権限が必要です
closed-discord-lacks = ボットには Discord のチャンネル { $channel } での権限が足りません。{ $needed } が必要です
closed-discord-refused = Discord がチャンネル { $channel } での { $call } を拒否しました：{ $why }（{ $code }）

## What was seen, a line each, where it is not a machine's own text.

seen-at = { $at }  { $says }
seen-probe = { $pod }：{ $text }（終了コード { $code }）
seen-probe-no-code = { $pod }：{ $text }（終了コードなし）
seen-ping = ping { $from } → { $to } の結果：{ $text }
seen-control = 対照用の接続：{ $line }
seen-connect = { $pod } から { $target } へ：{ $text }
seen-connected = 接続しました
seen-accepted = 接続が受け入れられました
seen-by-bash = { $text }（bash /dev/tcp で確認。nc はスキャンできません）
seen-by-bash-without-nc = { $text }（bash /dev/tcp で確認。nc がありません）
seen-by-nc-running = { $text }（nc -e で確認。nc はスキャンできず、bash がありません）
seen-not-ready = { $pod }  未準備：{ $names }
seen-side-by-side = 並行して存在する StatefulSet：{ $sets }
seen-revision = StatefulSet { $set }：適用待ちのリビジョンがあります
seen-lock = ロック bbs（確認先：{ $pod }）：{ $text }
seen-lock-nobody = 保持者なし
seen-lock-hung = 時間内に応答がありません
seen-locket-read = { $pod }：Locket がデータベースからロックを読み取りました
seen-locket-hung = { $pod }：Locket が時間内に応答しませんでした
seen-locket-refused = { $pod }：Locket が拒否しました

## From what the topology was concluded, a line for each part.

found-part = { $part }：{ $told }（{ $why }）
found-set = StatefulSet { $sets }、コンテナー { $container }
found-inside = { $set } のポッドの中
found-inside-bbs = BBS ポッドの中
found-configured = 構成による
found-no-role = { $names } という名前のものがないため
found-by = { $label } による
found-by-name = 名前による
found-by-selector = 選択対象による
found-by-both = 名前と選択対象による
found-as-called = Cloud Controller の構成による
found-service = BBS の Service：{ $service }（{ $why }）、ポート { $port }（{ $from }）
found-service-unlisted = Service を一覧できないため、{ $set } と併用される通常の名前
found-service-none = { $set } と併用される通常の名前。存在せず、Service は 1 つもありません
found-service-absent = { $set } と併用される通常の名前。存在せず、{ $names } のいずれも BBS のポッドとポートを持っていません
found-port-of-service = Service のもの
found-port-usual = 既知のすべてのリリースと同じ
found-label = アクティブ・ラベル：{ $told }（{ $why }）
found-on-pod = BBS ポッドにあるもの
found-in-selector = BBS の Service のセレクターにあるもの
found-of-kubecf = KubeCF のポッド。パッシブなものにはありません
found-no-label = 準備完了の BBS ポッドにもありません
found-label-assumed = 推定。長く準備完了の状態にある BBS ポッドがありません
unfound-name = 名前 { $name } はコマンドで使えません
unfound-no-set = { $part } のポッドが、既知のリリースとは異なりどの StatefulSet にも属していません：{ $pods }。ボットはこれらを扱えません
unfound-part = { $part } が見つかりません。{ $labels } または名前が { $names } の StatefulSet を探しました。あるのは { $sets } です
unfound-no-sets = { $part } が見つかりません。{ $labels } または名前が { $names } の StatefulSet を探しましたが、StatefulSet は 1 つもありません
unfound-several = { $part } を特定できません。{ $label } によれば { $sets } のいずれも該当します。[environment.topology] の { $key } で 1 つを指定してください
unfound-several-names = { $part } を特定できません。名前からは { $sets } のいずれも該当します。[environment.topology] の { $key } で 1 つを指定してください
unfound-container = { $part } のコンテナーを特定できません。{ $sets } には { $containers } があります。[environment.topology] の { $key } で指定してください

## Why something could not be seen or was not answered, within a sentence.

unseen-call = { $call }：{ $why }
unseen-in-pod = { $pod }：{ $why }
unseen-all = { $lines }
unseen-no-answer = { $seconds } 秒以内に応答がありません
unseen-page = API サーバーの代わりに別のものが応答しました：HTTP { $code } とページ
unseen-page-titled = API サーバーの代わりに別のものが応答しました：HTTP { $code } とページ「{ $title }」
unseen-no-json = API サーバーの代わりに別のものが応答しました。Kubernetes の JSON ではなく、プロキシーのページかもしれません
unseen-by-policy = クラスターのポリシーが拒否しました：{ $text }（{ $code }）
unseen-credentials = API サーバーが資格情報を拒否しました（401 Unauthorized）
unseen-permission = 権限がありません：{ $text }
unseen-exec-not-upgraded = API サーバーが exec を開始しませんでした：{ $text }
unseen-no-websockets = API サーバーまでの経路が、exec に必要な WebSocket を通しません（{ $why }）
unseen-no-switch = プロトコルの切り替えではなく HTTP { $code }
unseen-no-protocol = 応答に exec のプロトコルがありません
unseen-no-upgrade = 応答が WebSocket へのアップグレードではありません
unseen-parts = 名前空間 { $namespace }：{ $why }
unseen-no-service = 名前空間 { $namespace } に Service { $service } がありません
unseen-no-turn = 時間内に順番が回りませんでした
unseen-exec-unanswered = exec に時間内の応答がありません
unseen-exec-no-status = exec の状態がありません
unseen-exec-not-begun = コマンドは開始されませんでした
unseen-exec-lost = 終了コードが届く前に接続が切れました
unseen-exec-lost-said = 終了コードが届く前に接続が切れました：{ $text }
unseen-late = コマンドが時間内に終わりませんでした
unseen-late-said = コマンドが時間内に終わりませんでした：{ $text }
unseen-script-silent = スクリプトが応答なしで終わりました（終了コード { $code }）
unseen-script-silent-said = スクリプトが応答なしで終わりました（終了コード { $code }）：{ $text }
unseen-tools = コンテナーに { $tools } がありません
unseen-printed-nothing = コマンドは何も出力しませんでした
unseen-exit-code = 終了コード { $code }
unseen-exit-code-said = { $text }（終了コード { $code }）
unseen-own-port = 自身のポートが { $seconds } 秒以内に応答しませんでした
unseen-curl-killed = curl が強制終了されました
unseen-curl-silent = curl は何も出力しませんでした（終了コード { $code }）
unseen-cfdot-killed = cfdot が強制終了されました
unseen-cfdot-too-much = cfdot の出力が読み取れる量を超えています
unseen-cfdot-not-run = cfdot を実行できません：{ $text }
unseen-cfdot-missing = cfdot がありません：{ $text }
unseen-no-pinger = ping を送れる準備完了の Cloud Controller ポッドがありません
unseen-no-bbs = 問い合わせできる稼働中の BBS ポッドがありません
unseen-no-address = アドレスが構成されていません
unseen-unreachable = { $server }にアクセスできません：{ $why }
unseen-not-trusted = { $server }を信頼できません：{ $why }
unseen-wants-certificate = { $server }が資格情報を拒否しました。クライアント証明書が必要です
unseen-client-certificate = { $server }が資格情報（クライアント証明書）を拒否しました（{ $why }）
distrust-client-authority = 署名した認証局を知らないため
distrust-client-expired = 期限切れ
distrust-client-revoked = 失効済み
distrust-authority-unknown = 証明書に署名した認証局が kubeconfig にありません。certificate-authority を確認してください
distrust-authority-not-here = 証明書に署名した認証局が、ここでは知られていません。社内のプロキシーが署名している場合は、その認証局のファイルを SSL_CERT_FILE で指定してください
distrust-authority-expired = 証明書に署名した認証局の有効期間外です
distrust-expired = 証明書の有効期限が切れています
distrust-not-yet = 証明書がまだ有効ではありません。時計を確認してください
distrust-name = 証明書が別の名前のものです
distrust-names = 証明書は { $presented } のもので、{ $expected } のものではありません。必要な名前は tls-server-name で指定します
distrust-no-name = 証明書に名前がなく、{ $expected } のものではありません。必要な名前は tls-server-name で指定します
distrust-purpose = 証明書をサーバーに使うことが許されていません（extendedKeyUsage）
distrust-old = 証明書が、TLS ライブラリーの対応していない X.509 バージョン 1 です。バージョン 3 で更新してください
distrust-key = 証明書の鍵が、TLS ライブラリーの対応していない種類です（{ $kind }）。RSA、P-256 または P-384 の鍵で更新してください
distrust-other = 証明書を検証できません：{ $text }
way-server = API サーバー
way-proxy = プロキシー { $proxy }
way-by-proxy = { $proxy }：{ $why }
way-name = 名前 { $name } を解決できません
way-late = 時間内に応答しませんでした
way-refused = 接続が拒否されました。そこでは何も待ち受けていません
way-no-route = そこへの経路がありません
way-timed-out = 時間内に接続できません。パケットが途中で破棄されている可能性があります
way-cut-off = 接続が切断されました
way-tls-version = TLS 1.2 にも 1.3 にも対応していません
way-handshake = TLS ハンドシェークが打ち切られました（{ $alert }）
way-handshake-key = TLS ハンドシェークが打ち切られました。鍵が P-521 など TLS ライブラリーの対応していない種類の可能性があります
way-no-tls = 応答しているものが TLS ではありません。平文の HTTP か、間にある別のものかもしれません
way-address = 示されたアドレスを使えません。https または loopback である必要があります
way-request = 要求を作成できません
way-tls = TLS：{ $text }
credentials-file-lost = 資格情報がありません。トークン・ファイルを読み取れませんでした
credentials-file-empty = 資格情報がありません（ユーザー { $user }）。トークン・ファイル { $path } が空です
credentials-file-broken = 資格情報がありません（ユーザー { $user }）。トークン・ファイル { $path } のトークンに改行または制御文字が含まれています
credentials-file-unreadable = 資格情報がありません（ユーザー { $user }）。トークン・ファイル { $path } を読み取れません：{ $text }
credentials-oidc-expired = 資格情報がありません（ユーザー { $user }）。auth-provider oidc の id-token の期限が切れており、更新できるのは kubectl だけです。exec プラグインかサービス・アカウントのトークンを使ってください
credentials-plugin-not-run = 資格情報がありません（ユーザー { $user }）。認証プラグイン { $plugin } を実行できませんでした
credentials-plugin-unusable = 資格情報がありません（ユーザー { $user }）。認証プラグイン { $plugin } の出力を使えません：{ $text }
credentials-plugin-failed = 資格情報がありません（ユーザー { $user }）。認証プラグイン { $plugin } が終了コード { $code } で失敗しました
credentials-plugin-killed = 資格情報がありません（ユーザー { $user }）。認証プラグイン { $plugin } が強制終了されました
credentials-plugin-late = 資格情報がありません（ユーザー { $user }）。認証プラグイン { $plugin } が { $seconds } 秒以内に応答しなかったため終了させました。ログイン、ブラウザー、または VPN を待っている可能性があります
credentials-plugin-too-much = 資格情報がありません（ユーザー { $user }）。認証プラグイン { $plugin } の出力が多すぎるため終了させました
credentials-plugin-missing = 資格情報がありません（ユーザー { $user }）。認証プラグイン { $plugin } がここにインストールされていません
credentials-plugin-missing-hint = 資格情報がありません（ユーザー { $user }）。認証プラグイン { $plugin } がここにインストールされていません：{ $hint }
credentials-plugin-not-begun = 資格情報がありません（ユーザー { $user }）。認証プラグイン { $plugin } を開始できません：{ $text }

## Why a delete was not sent, or it is not known what became of it, within a sentence.

unsent-because = 送信していません：{ $why }
unsent-too-old = 送信していません。確認した内容が古くなりすぎました
unsent-unknown = 送信していません。{ $pod } の UID またはリソース・バージョンが不明です
unsent-no-part = 送信していません。{ $pod } は { $environment } の BBS または Locket のポッドではありません
unsent-parts-unknown = 送信していません。{ $environment } のどのポッドが BBS のものか不明です
unsent-still-there = ポッドは終了処理に入らずに残っています
unsent-bug = 削除に失敗しました（バグ）

## Why something could not be told, asked or paged, within a sentence.

failed-gone = もう存在しません
failed-paused = プラットフォームが一時停止を求めています
failed-passing = 現在は機能していません。理由はログにあります
failed-lasting = 誰かが設定を変えるまで拒否されます。理由はログにあります
failed-unasked = { $platform } に { $call } を要求できませんでした：{ $why }
failed-unreadable = { $call } に対する { $platform } の応答を読み取れません
failed-status = { $call } に対して { $platform } が HTTP { $code } を返しました
failed-late = { $platform } が { $call } に { $seconds } 秒以内に応答しませんでした
failed-slack-token = Slack が { $token } を受け付けません：{ $code }
failed-slack-scope = { $token } に、{ $call } が必要とする { $scope } がありません
failed-slack-app-scope = Slack アプリにスコープ { $scope } がありません
failed-slack-refused = Slack が { $call } を拒否しました：{ $code }
failed-slack-unfit = Slack が { $call } の内容を受け付けません：{ $why }
failed-discord-unfit = Discord が { $call } の内容を受け付けません：{ $why }
failed-discord-token = Discord がボットのトークンを受け付けません
failed-discord-not-there = ボットが Discord サーバーに参加していないか、スコープ applications.commands なしで招待されています（{ $call }）
failed-discord-may-not = Discord がボットの { $call } を許可していません
failed-discord-refused = Discord が { $call } を拒否しました：{ $code } { $why }
failed-no-platform = そのプラットフォームが構成されていません
failed-nobody-looked = 最近は確認されていません
failed-no-pager = { $name } という名前の呼び出し先がありません
failed-pager-address = { $name } のアドレスを使えません
failed-pager-late = { $name } が { $seconds } 秒以内に応答しませんでした
failed-pager-refused = { $name } が呼び出しを HTTP { $code } で拒否しました：{ $text }
failed-pager-status = { $name } が HTTP { $code } を返しました
failed-pager-lost = { $name } にアクセスできません：{ $why }

## Alerts that were turned away before anybody judged them, and what their senders should know.

rejected-not-configured = アラートが構成されていません。alerts.token_file または STAGERBOT__ALERTS__TOKEN を設定してください
rejected-no-token = ヘッダー「Authorization: Bearer <token>」が必要です
rejected-wrong-token = bearer トークンが構成されたものと一致しません
rejected-wrong-password = ユーザーまたはパスワードが構成されたものと一致しません
rejected-no-signature = 本文の HMAC-SHA256（16 進数）を持つヘッダー { $header } が必要です
rejected-wrong-signature = { $header } に、構成された鍵による受信した本文への署名がありません
rejected-not-fresh = { $header } の時刻が現在と { $seconds } 秒を超えて離れています
rejected-no-source = そのような送信元の種類はありません。あるのは { $names } です
rejected-too-large = 本文が { $limit } バイトを超えています。alerts.max_body を参照してください
rejected-body-too-large = 本文が大きすぎます
rejected-too-slow = 本文の到着に時間がかかりすぎました
rejected-no-room = 同時に届く本文が多すぎます
rejected-broke-off = 本文が途中で途切れました
rejected-not-stored = アラートを保存できませんでした。送信元に再送を求めました
rejected-not-json = 本文が JSON ではありません（{ $line } 行 { $column } 列）
rejected-shape = 本文の形式が期待と異なります（{ $sender }）。箇所：{ $path }
rejected-sender = 別の送信元の本文のようです：{ $sender }。送り先は stagerbot alerts explain で分かります
rejected-straight = ボットは Alertmanager ではなく、その webhook を POST /alerts/alertmanager で受け取ります。Prometheus または vmalert から Alertmanager に送り、そこからボットに送ってください（deploy/alertmanager）
rejected-left-out = 送信元が本文から { $count } 件のアラートを省きました。その max_alerts が小さすぎます
rejected-muted = { $who } が { $until } まで { $environment } のアラートをミュートしました
unread-withheld = ステータスによると、保留、一時停止、サイレンス、またはデータなしです。送信元は発報していません
unread-no-alert = アラートではなく別の JSON がありました：{ $kind }
unread-tried = 誰かがサブスクリプションを試しています
unread-neither = { $kind } は、インシデントの発生も終了も伝えていません
note-grafana = Grafana の webhook のようです。POST /alerts/grafana に送ってください
note-alertmanager = Alertmanager の webhook のようです。POST /alerts/alertmanager に送ってください
tested-no-data = クエリーの結果にデータがありません
tested-query-failed = クエリーが失敗しました
tested-contact-point = 誰かが連絡先をテストしています

## Times and lengths of time.

moment = { $time } { $zone }
moment-dated = { $year }/{ $month }/{ $day } { $time } { $zone }
span-seconds = { $seconds }.{ $tenths } 秒
span-minutes = { $minutes } 分 { $seconds } 秒
span-hours = { $hours } 時間 { $minutes } 分

## Reports of incidents, and what many come to.

report-title = インシデント { $incident }：{ $environment }
report-opened = 開始
report-closed = 終了
report-still-open = 未終了
report-reopened = 再オープンの回数
report-outcome = 結果
report-cause = 原因
report-durations = 所要時間
report-length = { $length }
report-people = 誰が何をしたか
report-evidence = 根拠
report-restart = 再始動の対象ポッド
report-deleted = { $at } に削除
report-left = 削除せず
report-timeline = 経過
report-verify = ログを検証するには
report-line = { $at } { $says }
report-whole = ポストモーテム用の全記録：{ $line }

did-checked = チェックを依頼した
did-requested = 再始動を依頼した
did-approved = 再始動を承認した
did-denied = 再始動を却下した
did-cancelled = 依頼を取り消した
did-took-over = インシデントを引き継いだ
did-drilled = 訓練を開始した

took-acknowledged = 人が対応を始めるまで
took-approved = 依頼から承認まで
took-mitigated = 開始から正常化まで
took-found = 訓練開始から 2 人目の応答まで

stats-title = 障害
stats-title-since = { $since } 以降の障害
stats-incidents = インシデント
stats-open = 未終了
stats-outages = 環境・原因別の障害
stats-outcomes = 結果の内訳
stats-spread = 中央値 { $median }、p90 { $ninety }（{ $count } 件）
stats-none = まだなし
stats-who = 呼び出した相手
stats-asked = 呼び出し { $asked } 件、応答 { $answered } 件
stats-drills = 訓練
stats-drills-count = 回数
stats-drills-nobody = 誰も応答せず

history-nothing = インシデントはまだありません。
history-line = { $at } · { $environment } · インシデント { $incident }：{ $ended }
history-outage = { $at } · { $environment } · インシデント { $incident }：{ $cause }、{ $ended }
history-drill = { $at } · { $environment } · インシデント { $incident }：訓練、{ $ended }
history-length = { $line }（{ $length }）
history-spread = { $what }：{ $spread }

ended-open = 未終了
ended-healthy = 正常
ended-recovered-itself = 自然に正常化
ended-reached-not-proven = 接続可能、応答は未確認
ended-recovered = 再始動後に復旧
ended-not-recovered = 再始動で復旧せず
ended-dry-run = ドライラン
ended-handed-over = 引き継ぎ

## What Discord says of the commands, each in 100 characters at most. Their names stay as they are.

command-stager = ステージングをチェックし、Diego の BBS の再始動を依頼または承認する
command-check = 環境を確認して、その意味を伝える
command-status = 現在の状況
command-restart = 再始動を依頼する。承認は別の人が行う
command-approve = ほかの人が依頼した再始動を承認する
command-deny = 再始動を却下する
command-cancel = 自分の依頼を取り消す
command-handover = インシデントを引き継ぐ。ボットは手を離す
command-mute = しばらくの間、アラートでインシデントを開かない
command-unmute = アラートを再び受け付ける
command-report = インシデント 1 件の報告を表示する
command-history = 最近のインシデントと所要時間を表示する
command-whoami = あなたが誰で、何ができるかを表示する
command-policy = 再始動に必要なものを表示する
command-drill = 2 人目がどれだけ早く来るかを確かめる。再始動はしない
command-help = コマンドを説明する
option-environment = 環境の名前
option-incident = 番号。省略すると最新のもの
option-for = 時間（例：2h、最長 24h）
option-code = カードに記載されている依頼のコード
option-reason = 理由（記録用）
option-database-checked = Diego のデータベースを自分で確認した

## Alerts: what they mean, and why they start nothing.

means-stager-unavailable = ステージャーが使用できない
means-same-outage = 別の表現による同じ障害
means-symptom = チェックする価値のある症状
means-look-alike = 別のステージング・エラー
means-database = データベースの問題
means-unrelated = ステージングとは無関係

ignored-by-rule = alerts.rule のルール { $rule } で無視することになっています
ignored-test = 送信元が接続を試しているだけか、データがありません：{ $what }
ignored-look-alike = Diego が応答した別のステージング・エラーについてのものです。再始動では解決しません
ignored-no-code = ステージャーが使用できないという内容ではありません。{ $number } はありますが、別のものの一部です
ignored-unrelated = ステージャーが使用できないという内容ではありません。ラベルにもアノテーションにも 170010 または CF-StagerUnavailable がありません
ignored-unmatched = どの環境のラベルとも一致しません：{ $wanted }
ignored-unmatched-several = 複数の環境のラベルと一致します：{ $environments }
ignored-too-many = 1 回の送信に含まれる同じ環境のアラートのうち、最初の { $most } 件を超えた分です

because-read = 意味：{ $says }（ルール { $rule }）、根拠は「{ $quote }」
because-nothing = { $says }（ルール { $rule }）
because-rule-means = alerts.rule のルール { $rule } による意味：{ $meaning }
because-rule-severity = alerts.rule のルール { $rule } による重大度：{ $severity }
because-severity = 送信元による重大度：{ $severity }
because-rule-environment = alerts.rule のルール { $rule } による対象環境：{ $environment }
because-named = { $environment } の名前が含まれています
because-labels = { $environment } のラベルがあります：{ $labels }
because-only = 環境は { $environment } だけです
because-nameless = 環境の名前が含まれていないため、alerts.no_environment に従ってすべての環境を確認します：{ $environments }

reads-stager-code = ステージャー自体のエラー（コードによる）
reads-stager-phrase = ステージャー自体のエラー（文言による）
reads-stager-number = ステージャー自体のエラー（番号による）
reads-relative-code = 同じ障害（別のエラーのコードによる）
reads-relative-phrase = 同じ障害（別のエラーの文言による）
reads-relative-number = 同じ障害（別のエラーの番号による）
reads-instances-unknown = 同じ障害：Cloud Controller が実行中のインスタンス数を把握していない
reads-other-staging-error = Diego が応答した別のステージング・エラー
reads-other-staging-number = 別のステージング・エラー（番号による）
reads-bbs-lost-lock = BBS がロックを失ったというログ
reads-push-fails = push が失敗するというアラート
reads-alert-about-database = データベースに関するアラート
reads-log-about-database = データベースにアクセスできないというログ
reads-none = ステージングに関する記述がない
reads-number-is-no-code = 該当する番号だがコードではない：ハッシュ、バージョン、数量、メトリック、リンクの一部
reads-senders-test = 送信元のテスト、またはデータのないクエリー

explained-source = ソース { $source } の本文として読み取りました
explained-title = { $place }：{ $name }
explained-refused = 拒否されます：{ $why }
explained-ignored = 何も始まりません：{ $why }
explained-note = 送信元への返答：{ $note }
explained-elsewhere = ほかのアドレスに届いた場合の送信元への返答：{ $note }
explained-left-out = 送信元が { $count } 件のアラートを省略しました。
explained-nothing = アラートが含まれていません。
explained-firing = 発生中です。
explained-resolved = 解消しています。
explained-over = 解消したことは「{ $quote }」からわかります。
explained-opens = { $environments } のインシデントを開くか、開いているものに加わります。
explained-joins = { $environments } の開いているインシデントに加わります。新しくは開きません。
explained-checks = { $environments } の開いているインシデントを再確認させます。新しくは開きません。
explained-inhibits = 発生中は、データベースを確認済みと誰かが表明しない限り、{ $environments } の再始動は提案しません。

## The playground's page.

play-title = Stagerbot プレイグラウンド
play-intro = 本物のボットが、模擬の Cloud Foundry・Slack・Discord の間で動きます。すべてこのマシンの中です。2 人目になるには、もう 1 つウィンドウを開いてください。
play-you = あなたは
play-role-requester = 再始動を依頼する人
play-role-approver = ほかの人の依頼を承認する人
play-role-second-account = Ada の 2 つ目のアカウント
play-role-nobody = 見ることだけができる人
play-role-stranger = Slack Connect で参加する別の組織の人
play-language = 言語
play-scene = シナリオ
play-free = 自由に操作する
play-scene-outage = 障害と復旧
play-scene-own-request = 自分の依頼を自分で承認しようとする
play-scene-escalation = 誰も応答しない
play-scene-recovers-itself = 承認の前に復旧する
play-scene-database-down = データベースが停止している
play-scene-bot-killed = ボットが途中で強制終了される
play-look-free =
    すべて正常です。障害を起こし、Alertmanager に通知させるか、/stager check と入力してください。
    ボットがクラスターに何を問い合わせ、何を提案するかを見てください。
play-look-outage =
    Ada として再始動を依頼し、Grace として承認してください。カードには、2 人がそれぞれ判断に使う根拠が示されます。
    右側では、ポッドが 1 つずつ削除されます。2 つ目が削除されるのは、1 つ目が戻ってからです。
play-look-own-request =
    Ada として依頼し、Ada の両方のアカウントで承認してみてください。承認できない理由が、Ada だけに見える返信で示されます。
    右側では何も削除されず、スレッドには拒否がすべて残ります。
play-look-escalation =
    Ada として依頼し、待ってください。ボットは承認できる人に催促し、その後 cf-managers チャンネルで呼び出します。
    Grace として承認すると、どの呼び出しも、どうなったかを伝える内容に書き換えられます。
play-look-recovers-itself =
    Ada として依頼し、誰かが承認する前に、右側ですべてを修復してください。
    依頼は無効になり、ポッドは 1 つも削除されません。
play-look-database-down =
    カードに再始動のボタンはありません。データベースが停止していると、削除したポッドは準備完了になりません。
    それでも /stager restart と入力し、その後、右側ですべてを修復してください。
play-look-bot-killed =
    Ada として依頼し、Grace として承認し、最初のポッドの終了処理が始まったらボットを強制終了して、また起動してください。
    ボットは続ける前に確かめます。同じポッドが 2 回削除されることも、もう削除の必要がないポッドが削除されることもありません。
play-begin-again = 最初からやり直す
play-people = 登場人物に自動で操作させる
play-opening = まもなく問題が起こります…
play-your-turn = あなたの番です。
play-playing = 登場人物が自動で操作しています。
play-ended-well = シナリオは期待どおりに終わりました。
play-ended-ill = シナリオは期待どおりに終わりませんでした：
play-chat = チャット
play-direct = ダイレクト・メッセージ
play-only-you = あなただけに表示されています
play-edited = （編集済み）
play-thread = スレッド
play-type = メッセージ、または /stager check を入力
play-send = 送信
play-dismiss = メッセージを閉じる
play-cancel = キャンセル
play-thinking = 考え中…
play-silence = ここではまだ何も発言されていません。
play-not-here = このアカウントはここにありません。
play-cluster = クラスター
play-pod = ポッド
play-ready = 準備完了
play-state = 状態
play-label = ラベル
play-active = アクティブ
play-passive = パッシブ
play-terminating = 終了処理中（Terminating）
play-endpoints = Service のエンドポイント
play-lock = ロックの所有者
play-requests = Kubernetes API への要求
play-faults = 障害を起こす
play-fault-connections-lost = データベース接続が切れる
play-fault-database-down = データベース停止
play-fault-bbs-hung = BBS がハングする
play-fault-stale-label = ラベルが古いまま
play-fault-network-policy = ネットワーク・ポリシーが遮断する
play-fault-image-missing = 新しいポッドがイメージを取得できない
play-fault-hangs-terminating = finalizer がポッドを保持する
play-fault-exec-denied = ボットに exec の権限がない
play-fault-delete-answers-lost = 削除の応答が失われる
play-fault-api-down = API サーバー停止
play-heal = すべて修復
play-alert = Alertmanager に通知させる
play-kill = ボットを強制終了
play-revive = ボットを起動
play-timeline = タイムライン
play-timeline-none = インシデントはまだありません。
play-incident = インシデント
play-kubectl = kubectl もここで使えます：
play-failed = できませんでした：
play-lost = プレイグラウンドが終了したか、接続できません。
