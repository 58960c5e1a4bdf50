# Every sentence that Stagerbot says, in Korean. What is missing here is said in English.

## What was found. advice-<id> says what to do.

finding-api-unreachable = Kubernetes API 서버에 액세스할 수 없어 아무것도 판단할 수 없습니다.
advice-api-unreachable = API 서버와 여기에서 그곳까지의 네트워크를 확인하세요. 아무도 액세스할 수 없는 상태라면 그 장애를 먼저 해결해야 합니다.
finding-api-slow = Kubernetes API 서버가 제시간에 응답하지 않아 아무것도 판단할 수 없습니다.
advice-api-slow = API 서버의 부하를 확인하세요. 곧 다시 시도합니다.
finding-credentials-missing = 봇이 로그인에 사용할 인증 정보가 없어 Kubernetes API 서버에 요청을 보내지 않았습니다.
advice-credentials-missing = 사유에 표시된 인증 정보 플러그인 또는 파일을 고치세요. 고친 내용은 봇이 다음에 살펴볼 때 반영됩니다.
finding-api-not-trusted = Kubernetes API 서버 또는 그 자리에서 대신 응답하는 것의 인증서를 신뢰할 수 없어 아무것도 보내지 않았습니다.
advice-api-not-trusted = 서버의 인증서를 kubeconfig의 certificate-authority 및 tls-server-name과 비교하세요. 검증을 끄지 마세요. 누군가 중간에서 통신을 가로채고 있을 수 있습니다.
finding-credentials-refused = Kubernetes API 서버가 봇의 인증 정보를 거부했습니다. 만료되었거나 잘못되었습니다.
advice-credentials-refused = 봇의 토큰 또는 kubeconfig를 갱신하세요.
finding-permission-missing = 봇에 팟(Pod) 또는 StatefulSet을 볼 권한이 없습니다.
advice-permission-missing = deploy/의 Role을 부여하세요: pods, statefulsets, endpoints에 대한 get, list, watch.
finding-parts-not-found = 클러스터는 응답하지만, 어느 팟(Pod)이 Cloud Controller의 것이고 어느 팟(Pod)이 BBS의 것인지 알 수 없습니다.
advice-parts-not-found = 환경의 네임스페이스와 preset을 확인하세요. 구성 요소를 자동으로 찾게 하거나 [environment.topology]에 StatefulSet을 지정하세요.
finding-not-an-api-server = API 서버의 주소에서 프록시나 로그인 페이지처럼 Kubernetes API 서버가 아닌 것이 응답하여 아무것도 판단할 수 없습니다.
advice-not-an-api-server = 여기와 API 서버 사이에 무엇이 있는지, 그리고 kubeconfig의 서버 주소를 살펴보세요.
finding-cluster-not-seen = 클러스터를 볼 수 없어 아무것도 판단할 수 없습니다.
advice-cluster-not-seen = API 서버, 봇의 토큰과 그 권한을 확인한 후 다시 점검하세요.

finding-name-not-resolved = { $service } Service는 있지만, 어느 Cloud Controller 팟(Pod)에서도 그 이름을 해석하지 못합니다.
advice-name-not-resolved = 클러스터의 DNS와 해당 팟(Pod)의 /etc/resolv.conf 내용을 확인하세요.
finding-database-down = 데이터베이스가 응답하지 않습니다. 지금 다시 시작하면 상황이 더 나빠집니다. 데이터베이스가 중단된 동안에는 삭제된 팟(Pod)이 준비 상태가 되지 않습니다.
advice-database-down = 먼저 데이터베이스를 복구하세요. 그 후에는 Diego가 스스로 회복되는 경우가 많습니다. 30초쯤 지난 후 다시 점검하세요.
finding-database-exhausted = 데이터베이스에 남은 연결이 없어 새 팟(Pod)이 연결을 얻을 수 없습니다.
advice-database-exhausted = 연결을 비우거나 한도를 늘리고, 무엇이 연결을 점유하는지 찾은 후 다시 점검하세요.
finding-database-no-session = Locket이 데이터베이스의 세션을 얻지 못합니다: { $why }
advice-database-no-session = 메시지에 나온 것(로그인, 데이터베이스 이름, 주소, TLS)을 바로잡은 후 다시 점검하세요. 새 팟(Pod)도 똑같이 거부됩니다.
finding-update-under-way = 업데이트가 진행 중입니다. 두 버전이 함께 실행 중이며({ $sets }) 준비되지 않은 것이 있습니다: { $pods }.
advice-update-under-way = 먼저 업데이트를 완료하거나 롤백하세요. 새 버전의 팟(Pod)을 살펴보세요.
finding-cloud-controller-absent = Cloud Controller 팟(Pod)이 없습니다(필요한 수: { $wanted }). 스테이징할 수 없고 BBS를 프로브할 수도 없습니다.
advice-cloud-controller-absent = 먼저 api 팟(Pod)의 StatefulSet과 그 이벤트를 살펴보세요.
finding-cloud-controller-not-ready = 준비된 Cloud Controller 팟(Pod)이 없습니다: { $pods }. 스테이징할 수 없고 BBS를 프로브할 수도 없습니다.
advice-cloud-controller-not-ready = 먼저 api 팟(Pod)을 살펴본 후 다시 점검하세요.
finding-cloud-controller-short = 준비되지 않은 Cloud Controller 팟(Pod)이 있습니다: { $pods }. 나머지는 BBS에 액세스할 수 있으므로 Stager 장애가 아닙니다.
advice-cloud-controller-short = 해당 api 팟(Pod)을 살펴보세요. Diego를 다시 시작해도 도움이 되지 않습니다.
finding-node-lost = { $pods } 팟(Pod)의 노드({ $nodes })에서 응답이 없습니다. 삭제해도 끝나지 않고, 대신할 팟(Pod)도 만들어지지 않습니다.
advice-node-lost = 노드를 복구하세요. 팟(Pod)을 해제하기 위해 노드를 클러스터에서 제거하는 것은 노드가 확실히 꺼진 것을 확인한 후에만 하세요.
finding-finalizer-holds = 컨테이너가 중지된 후에도 finalizer({ $finalizers })가 { $pods } 팟(Pod)을 붙잡고 있습니다. finalizer가 해제될 때까지 새 팟(Pod)은 만들어지지 않습니다.
advice-finalizer-holds = 그 finalizer가 누구의 것인지 찾아 처리를 끝내게 하세요.
finding-unschedulable = { $pods } 팟(Pod)을 배치할 수 있는 노드가 없습니다({ $why }). 다시 시작해도 대기하는 팟(Pod)이 하나 더 생길 뿐입니다.
advice-unschedulable = 팟(Pod)의 이벤트에서 리소스, taint, 선호도 또는 볼륨을 살펴보세요.
finding-image-missing = { $pods } 팟(Pod)의 이미지를 가져올 수 없습니다({ $why }). 다시 시작해도 같은 일이 반복됩니다.
advice-image-missing = 이미지 이름, 레지스트리, 이미지 가져오기 시크릿을 확인하세요.
finding-crash-loop = 팟(Pod)이 반복해서 비정상 종료됩니다({ $pods }). 다시 시작해도 같은 일이 반복됩니다.
advice-crash-loop = 팟(Pod)의 로그를 이전 실행의 것까지 살펴보세요.
finding-cannot-start = { $pods } 팟(Pod)의 컨테이너를 시작할 수 없습니다. 다시 시작해도 같은 일이 반복됩니다.
advice-cannot-start = 팟(Pod)의 이벤트에서 구성, 시크릿 또는 볼륨을 살펴보세요.
finding-certificates-refused = BBS에 액세스할 수 있지만 TLS 인증서가 거부됩니다. 만료되었거나, 다른 인증 기관의 것이거나, 다른 이름의 것입니다.
advice-certificates-refused = 인증서를 확인하고 교체하세요. 다시 시작해도 인증서는 갱신되지 않습니다.
finding-locket-tls-refused = Locket은 응답하지만 TLS가 거부됩니다(확인한 곳: { $pod }): { $why }
advice-locket-tls-refused = Locket과 그 클라이언트의 인증서를 확인하고 교체하세요. 새 팟(Pod)도 같은 인증서를 사용합니다.
finding-bbs-migrating = BBS에 액세스할 수 있지만 503으로 응답합니다. 시작하는 중이거나 데이터베이스를 마이그레이션하는 중입니다. { $time }
advice-bbs-migrating = 기다리세요. 다시 시작하면 마이그레이션이 처음부터 다시 진행됩니다. 곧 다시 점검합니다.
finding-bbs-answers-error = BBS에 액세스할 수 있지만 오류로 응답합니다.
advice-bbs-answers-error = BBS의 로그와 데이터베이스를 살펴보세요.
finding-service-missing = BBS를 찾는 데 사용한 { $service } Service가 없습니다. 이 릴리스에서는 다른 이름을 쓸 수 있습니다.
advice-service-missing = 네임스페이스의 Service를 나열하고, 환경에 BBS의 Service를 설정하거나 자동으로 찾게 하세요.
finding-network-blocked = { $pods }의 BBS는 수신 대기 중이고 준비되었으며 Service에 연결되어 있지만, 어느 Cloud Controller 팟(Pod)에서도 액세스할 수 없습니다. 네트워크 문제입니다.
advice-network-blocked = 네트워크 정책과, 해당 노드의 네트워크 플러그인 및 kube-proxy를 확인하세요.
finding-some-api-pods-affected = 다른 Cloud Controller 팟(Pod)에서는 BBS에 액세스할 수 있지만 { $pods }에서는 액세스할 수 없습니다.
advice-some-api-pods-affected = 해당 api 팟(Pod)과 그 노드 및 네트워크를 살펴보세요.
finding-pending-revision = StatefulSet({ $sets })에 보류 중인 리비전이 있습니다. 팟(Pod)을 삭제하면 그 리비전이 배포됩니다.
advice-pending-revision = 먼저 업데이트를 완료하거나 롤백하세요.
finding-two-versions = 두 버전이 함께 실행 중입니다({ $sets }). 업데이트가 진행 중입니다.
advice-two-versions = 먼저 업데이트가 끝나게 하세요.

finding-pods-terminating = 종료 중인 팟(Pod)이 있습니다({ $pods }). 이미 누군가 다시 시작하고 있습니다.
advice-pods-terminating = 팟(Pod)이 돌아올 때까지 기다리세요.
finding-pods-starting = 팟(Pod)이 만들어지는 중입니다({ $pods }).
advice-pods-starting = 준비될 때까지 기다리세요.
finding-pods-not-starting = 만들어진 지 5분이 넘었는데 아무것도 실행되지 않는 팟(Pod)이 있습니다({ $pods }).
advice-pods-not-starting = 팟(Pod)의 이벤트에서 볼륨, 네트워크, 초기화 컨테이너를 살펴보세요.
finding-bbs-absent = 현재 있는 BBS 팟(Pod)은 { $wanted }개 중 { $found }개입니다.
advice-bbs-absent = StatefulSet과 그 이벤트를 살펴보세요. OrderedReady 세트는 앞의 팟(Pod)이 준비되지 않은 동안 새 팟(Pod)을 만들지 않습니다.
finding-bbs-not-ready = 준비되지 않은 BBS 팟(Pod)이 있습니다: { $pods }. { $database }
advice-bbs-not-ready = 준비되지 않은 컨테이너와 그 로그를 살펴보세요. 데이터베이스가 중단되었다면 먼저 복구하세요. 그동안 다시 시작하면 얻는 것 없이 이중화만 잃습니다.
finding-locket-absent = 현재 있는 Locket 팟(Pod)은 { $wanted }개 중 { $found }개입니다.
advice-locket-absent = StatefulSet과 그 이벤트를 살펴보세요. OrderedReady 세트는 앞의 팟(Pod)이 준비되지 않은 동안 새 팟(Pod)을 만들지 않습니다.
finding-locket-not-ready = 준비되지 않은 Locket 팟(Pod)이 있습니다: { $pods }. { $database }
advice-locket-not-ready = 데이터베이스와 Locket의 로그를 확인하세요.
finding-locket-down = Locket이 해당 포트에서 응답하지 않습니다(확인한 곳: { $pod }). 어느 BBS도 잠금을 얻을 수 없습니다.
advice-locket-down = Locket의 로그, 인증서, 데이터베이스를 살펴보세요. monit이 Locket을 계속 다시 시작하고 있습니다.
finding-exec-denied = 봇이 Cloud Controller 팟(Pod)에서 exec할 수 없어 프로브할 수 없습니다. pods/exec에 대한 { $verb } 권한이 없습니다.
advice-exec-denied = deploy/의 Role처럼 pods/exec에 대한 create와 get을 부여하거나, 직접 프로브하세요(아래 참조).
finding-exec-refused = 클러스터의 정책이 Cloud Controller 팟(Pod)에서의 명령 실행을 거부하여 프로브가 실행되지 않았습니다. 봇의 역할 때문이 아닙니다.
advice-exec-refused = 이 네임스페이스에서 봇의 계정을 그 정책의 예외로 두세요. 그때까지는 정책이 허용하는 계정으로 직접 프로브하세요(아래 참조).
finding-exec-not-carried = 여기에서 API 서버까지의 경로가 팟(Pod)에서 명령을 실행하는 데 필요한 WebSocket을 전달하지 않아 프로브가 실행되지 않았습니다. kubectl은 WebSocket 없이도 작동할 수 있습니다.
advice-exec-not-carried = 프록시나 로드 밸런서가 WebSocket 업그레이드를 전달하게 하거나 API 서버 자체의 주소를 지정하세요. 그때까지는 직접 프로브하세요(아래 참조).
finding-exec-impossible = Cloud Controller 팟(Pod)에서 exec에 실패하여 프로브가 실행되지 않았습니다.
advice-exec-impossible = 팟(Pod)의 컨테이너와 노드를 확인하고, 직접 프로브하세요(아래 참조).
finding-probe-not-possible = 프로브에서 명확한 응답을 얻지 못했습니다.
advice-probe-not-possible = 각 api 팟(Pod)에서 직접 프로브하세요(아래 참조).
finding-name-not-resolved-by-some = BBS Service의 이름을 { $pods }에서는 해석하지 못하지만 다른 api 팟(Pod)에서는 해석합니다.
advice-name-not-resolved-by-some = 해당 팟(Pod)과 그 노드에서 보이는 DNS를 살펴보세요.
finding-two-leaders = 활성 리더로 보이는 팟(Pod)이 둘 이상입니다: { $pods }.
advice-two-leaders = 어느 팟(Pod)이 응답하는지, 누가 잠금을 보유하는지 각 팟(Pod)에서 직접 확인하세요. 확인되기 전에는 어느 것도 삭제하지 마세요.
finding-label-stale = 레이블에는 { $pods } 팟(Pod)이 활성으로 되어 있지만 그곳에서 아무것도 수신 대기하지 않습니다. { $time }
advice-label-stale = 레이블이 따라올 때까지 기다리고 Locket과 데이터베이스를 확인하세요. 곧 다시 점검합니다.
finding-label-missing = { $pods }의 BBS는 수신 대기 중이지만 레이블은 활성이 아닙니다. Service가 그곳으로 연결되지 않을 수 있습니다. { $time }
advice-label-missing = 레이블이 따라올 때까지 기다리세요. 곧 다시 점검합니다. 그대로라면 팟(Pod)에 자신의 레이블을 변경할 권한이 있는지 확인하세요.
finding-leader-awaited = 리더가 없지만 Locket은 작동합니다. BBS 중 하나가 다음 시도에서 잠금을 얻어야 정상입니다. 리더를 잃은 직후 몇 초 동안은 그렇습니다.
advice-leader-awaited = 기다리세요. 시간이 지나면 알 수 있습니다. 곧 다시 점검합니다.
finding-bbs-start-slow = { $pods }의 BBS가 503으로 응답합니다. { $time } 시작 중에 멈췄거나 데이터베이스를 기다리고 있습니다. 데이터베이스가 작동하는지는 확인하지 못했습니다.
advice-bbs-start-slow = 데이터베이스를 확인하세요. 작동한다면 BBS의 로그를 살펴보세요.
finding-leader-not-reachable = { $leader } 팟(Pod)이 활성 리더여야 하지만 어느 Cloud Controller 팟(Pod)에서도 액세스할 수 없습니다. 레이블이 오래되었거나 네트워크 문제일 수 있습니다. { $time }
advice-leader-not-reachable = 레이블이 따라올 때까지 기다리세요. 곧 다시 점검합니다. 그대로라면 해당 팟(Pod) 안에서 BBS가 수신 대기하는지 살펴보세요.
finding-ping-not-answered = BBS의 포트는 연결을 받지만 ping에 응답이 없고, 어느 팟(Pod)이 멈췄는지는 확인하지 못했습니다.
advice-ping-not-answered = 응답하지 않는 팟(Pod)을 찾으려면 각 BBS 팟(Pod)에 직접 ping을 보내세요(아래 참조). 확인되기 전에는 어느 것도 삭제하지 마세요.
finding-ping-cut-off = BBS의 포트는 연결을 받지만 ping의 연결은 응답 전에 닫힙니다. 서비스 메시의 사이드카 같은 프록시가 받았거나 BBS가 끊은 것입니다.
advice-ping-cut-off = api 팟(Pod)의 사이드카 로그와 BBS 자체의 로그를 살펴보세요. 여기서는 연결의 성공이 아무것도 증명하지 않습니다.
finding-connects-prove-nothing = 아무도 수신 대기하지 않는 곳에서도 연결이 성공합니다. 서비스 메시의 사이드카처럼 중간에 있는 것이 받고 있습니다. BBS에 액세스할 수 있는지는 확인하지 못했습니다.
advice-connects-prove-nothing = ping이 가능하게 하거나(api 컨테이너에 curl과 Cloud Controller의 인증서 준비) BBS 팟(Pod)에서 exec할 수 있게 하세요. 그때까지는 연결이 성공해도 믿지 마세요.
finding-lock-at-risk = { $leader } 팟(Pod)은 아직 작동하지만 Locket이 응답하지 않습니다. 이 상태가 계속되면 몇 초 안에 잠금을 잃습니다.
advice-lock-at-risk = 데이터베이스를 확인하세요. 곧 다시 점검합니다.

finding-label-stuck = 레이블에는 { $pods } 팟(Pod)이 활성으로 되어 있지만, Locket이 작동하는데도 그곳에서 아무것도 수신 대기하지 않습니다. { $time } 레이블이 갱신되지 않은 채 멈춰 있어 Service가 어디로도 연결되지 않습니다.
advice-label-stuck = 해당 팟(Pod)만 다시 시작하면 해결됩니다. 다시 시작을 요청하세요. 다른 한 사람이 승인합니다.
finding-bbs-start-hung = { $pods }의 BBS가 503으로 응답하는데, 데이터베이스는 작동하고 마이그레이션할 새로운 것도 없습니다. { $time } 시작 중에 멈췄습니다.
advice-bbs-start-hung = 해당 팟(Pod)만 다시 시작하면 해결됩니다. 다시 시작을 요청하세요. 다른 한 사람이 승인합니다.
finding-bbs-unreachable = Cloud Controller가 BBS에 액세스할 수 없습니다. BBS 팟(Pod)은 준비되었지만 그중 활성 리더가 없습니다.
finding-bbs-unreachable-passive = Cloud Controller가 BBS에 액세스할 수 없습니다. BBS 팟(Pod)은 리더 없이 가능한 데까지 준비되었지만 그중 활성 상태인 것이 없습니다.
advice-bbs-unreachable = 데이터베이스가 응답한다면, 다시 시작하면 해결됩니다. 데이터베이스를 확인한 후 다시 시작을 요청하세요. 다른 한 사람이 승인합니다.
finding-bbs-hung = { $pods }의 BBS가 멈췄습니다. 포트는 연결을 받지만 아무것도 응답하지 않습니다.
advice-bbs-hung = 다시 시작하면 해결됩니다. 다시 시작을 요청하세요. 다른 한 사람이 승인합니다.

finding-no-active-leader = 활성 리더인 BBS 팟(Pod)이 없습니다.
advice-no-active-leader = Locket과 데이터베이스가 작동하면, 이전 리더를 잃은 후 30초 안에 하나가 잠금을 얻어야 정상입니다.
finding-locket-works = Locket은 작동하지만, 잠금을 보유하면서 작동하는 BBS가 없습니다. 리더를 잃은 직후 몇 초 동안은 그렇습니다.
advice-locket-works = 다시 시작하기 전에, 30초쯤 지난 후 다시 점검하세요.
finding-locket-hung = Locket이 응답하지 않습니다(확인한 곳: { $pod }). Locket이 멈췄거나 그 데이터베이스가 멈췄습니다. 겉으로는 구별되지 않습니다.
advice-locket-hung = 데이터베이스를 확인하세요. 데이터베이스가 응답하면 Locket이 이미 끊어진 연결을 기다리며 멈춘 것입니다.
finding-locket-client-refused = BBS는 서비스 중이지만 { $pod }에서 Locket에 묻는 클라이언트와 Locket 사이의 TLS가 실패합니다: { $why }
advice-locket-client-refused = 이 클라이언트와 Locket의 인증서를 확인하세요. 지금 서비스 중인 것에는 영향이 없습니다. 다만 Locket의 인증서가 원인이라면 새로 시작하는 BBS는 잠금을 얻지 못합니다.
finding-lock-elsewhere = { $leader } 팟(Pod)이 리더로 보이지만 잠금의 소유자는 { $owner }입니다. 레이블이나 잠금의 행이 최신이 아닐 수 있습니다.
advice-lock-elsewhere = 1분 후 다시 비교하고, 두 팟(Pod) 중 어느 것이 응답하는지 확인하세요. 잠금은 건드리지 마세요. 그 소유자만 작동하고 있을 수 있습니다.
finding-cells-evacuating = 셀이 비워지는 중입니다({ $pods }). 앱이 이동하고 있어 Diego를 다시 시작하면 앱이 영향을 받습니다.
advice-cells-evacuating = 기다릴 수 있다면, 다시 시작하기 전에 셀 비우기가 끝나게 하세요.
finding-cloud-controller-short-too = 준비되지 않은 Cloud Controller 팟(Pod)도 있습니다: { $pods }. 프로브는 나머지에서 수행했습니다.
advice-cloud-controller-short-too = 해당 api 팟(Pod)도 살펴보세요.
finding-passive-not-ready = 수동(passive)이며 BBS 자체의 컨테이너만 준비되지 않은 팟(Pod): { $pods }. 준비 상태 프로브가 BBS의 포트를 검사하는 릴리스에서는 이것이 수동 팟(Pod)의 평소 상태이며, 모든 컨테이너가 준비되는 일은 없습니다.
advice-passive-not-ready = 이 릴리스가 그렇지 않다면 해당 컨테이너를 살펴보세요.
finding-proxy-answers = 아무도 수신 대기하지 않는 곳에서도 연결이 성공합니다. 서비스 메시의 사이드카처럼 중간에 있는 것이 받고 있습니다. 여기서는 ping의 결과로 판단합니다.
advice-proxy-answers = 연결을 응답으로 여기지 마세요.
finding-healthy = Cloud Controller가 BBS에 액세스할 수 있습니다. 활성 리더는 { $leader }입니다.
advice-healthy = 조치가 필요하지 않습니다. push가 여전히 실패하거나 경보가 계속되면 원인이 다른 곳에 있거나 이미 해소된 것입니다.
finding-reached-not-proven = BBS에 연결되지만 응답하는지는 확인하지 못했습니다: { $why }. 활성 리더는 { $leader } 팟(Pod)으로 보입니다.
advice-reached-not-proven = 멈춘 BBS도 연결은 받습니다. push가 실패하는 동안에는 ping이 가능하게 하여 다시 점검하거나 BBS의 로그를 살펴보세요.
finding-unexplained = 확인된 상태가 알려진 어떤 패턴과도 맞지 않습니다.
advice-unexplained = 직접 조치를 계속하세요(아래 참조).

verdict-healthy = 정상
verdict-reached-not-proven = 연결 가능, 응답은 확인되지 않음
verdict-will-help = 다시 시작하면 해결됨
verdict-will-not-help = 다시 시작해도 해결되지 않음
verdict-not-known = 다시 시작하면 해결될지 알 수 없음

## How long something has been so.

time-normal = 짧은 시간이라면 정상입니다.
time-over = { $since }부터 그렇습니다(살펴본 횟수: { $looks }).
time-over-new = { $since }부터 그렇습니다(살펴본 횟수: { $looks }). 시작치고는 오래 걸리지만, 마지막으로 정상임을 확인한 뒤로 실행 중인 것이 새로 바뀌었을 수 있고 마이그레이션은 중단하면 안 됩니다. ping에 응답이 오면 끝난 것입니다. BBS의 로그에 마이그레이션이 보이지 않으면 사람이 판단해야 합니다.
title-time = 시간 경과를 기다리는 것
waits-stale-label = { $pod }의 레이블이 늦어지고 있습니다: { $left } 남음, { $until }까지(살펴본 횟수: { $looks }, 필요: { $wanted })
waits-label-missing = { $pod }의 레이블이 없습니다: { $left } 남음, { $until }까지(살펴본 횟수: { $looks }, 필요: { $wanted })
waits-unreached = { $pod }에 액세스할 수 없습니다: { $left } 남음, { $until }까지(살펴본 횟수: { $looks }, 필요: { $wanted })
waits-starting = { $pod } 시작 중: { $left } 남음, { $until }까지(살펴본 횟수: { $looks }, 필요: { $wanted })
waits-leaderless = 리더가 없습니다: { $left } 남음, { $until }까지(살펴본 횟수: { $looks }, 필요: { $wanted })

## What a pod that is not ready may mean.

not-ready-database-unknown = 데이터베이스가 중단되었을 때도 이렇게 보입니다.
not-ready-database-up = 데이터베이스는 응답하므로 원인이 아닙니다.

## Why no ping could be made, and how one could.

unseen-ping-no-curl = api 컨테이너에 curl이 없습니다. 이미지에 추가하세요
unseen-ping-old-curl = api 컨테이너의 curl에 필요한 옵션 또는 TLS가 없습니다. 업데이트하세요
unseen-ping-no-certificates = api 컨테이너에서 BBS용 Cloud Controller 인증서를 사용할 수 없습니다. ping의 출력을 참조하세요
unseen-ping-other-name = BBS의 인증서가 요청에 쓴 이름과 다른 이름의 것이며, Cloud Controller가 쓰는 이름을 읽을 수 없었습니다
unseen-ping-exec-denied = 봇이 api 팟(Pod)에서 exec할 수 없습니다. 해당 팟(Pod)에 대한 pods/exec 권한을 부여하세요
unseen-ping-exec-refused = 클러스터의 정책이 api 팟(Pod)에서의 명령 실행을 거부합니다. 해당 팟(Pod)에서는 봇의 계정을 예외로 두세요
unseen-ping-exec-not-carried = API 서버까지의 경로가 WebSocket을 전달하지 않습니다. 중간의 프록시가 전달하게 하세요
unseen-ping-exec-failed = api 팟(Pod)에서 exec에 실패했습니다. ping의 출력을 참조하세요
unseen-ping-in-doubt = ping의 결과가 불확실합니다. 다음에 살펴볼 때 다시 보냅니다
unseen-ping-because = { $why }

## What is missing for a recovery, and what stops a restart.

missing-sight = 클러스터를 볼 수 없습니다
missing-pods = 현재 있는 BBS 팟(Pod)은 { $wanted }개 중 { $found }개입니다
missing-gone = { $pod } 팟(Pod)이 아직 종료 중입니다
missing-gone-held = { $pod } 팟(Pod)이 아직 종료 중입니다. finalizer가 붙잡고 있습니다({ $finalizers })
missing-ready-containers = { $pod }의 준비된 컨테이너: { $ready }/{ $containers }({ $status }, 준비되지 않음: { $unready })
missing-ready = { $pod }의 준비된 컨테이너: { $ready }/{ $containers }({ $status })
missing-leader = 활성 팟(Pod)이 없습니다
missing-one-leader = 활성 팟(Pod)이 { $count }개입니다
missing-endpoints = 리더가 아직 BBS Service에 연결되지 않았습니다
missing-probe = 프로브를 수행할 수 없었습니다
missing-probe-from = { $pod }에서의 프로브가 실패합니다: { $text }
missing-ping-from = { $pod }에서 보낸 ping에 BBS가 응답하지 않습니다: { $text }
missing-answer = 여기서는 연결이 아무것도 증명하지 않고, ping도 보낼 수 없었습니다
missing-listening = { $pod } 팟(Pod)은 레이블이 활성이지만 수신 대기하지 않습니다
missing-label = { $pod } 팟(Pod)은 수신 대기 중이지만 활성 레이블이 없습니다
missing-probe-of = 이전에 프로브가 실패한 { $pod }에서는 다시 프로브하지 않았습니다

stopped-absent = { $pod } 팟(Pod)이 다시 만들어지지 않았습니다
stopped-terminating = { $pod } 팟(Pod)이 { $hangs } 후에도 아직 종료 중입니다: { $held }. 그 뒤의 팟(Pod)은 하나도 삭제하지 않았습니다
held-finalizers = finalizer가 붙잡고 있습니다({ $finalizers })
held-not-seen = 무엇이 붙잡고 있는지 확인하지 못했습니다(이벤트와 노드에서 알 수 있을지도 모릅니다)
went-past = { $pod } 팟(Pod)이 { $hangs } 동안 Terminating 상태입니다: { $held }. 세트가 Parallel이므로 확인된 계획에 따라 더 기다리지 않습니다.
stopped-failed = 새 { $pod } 팟(Pod)을 실행할 수 없습니다({ $why }). 다른 팟(Pod)은 건드리지 않았습니다
stopped-not-ready = 새 { $pod } 팟(Pod)이 제시간에 준비되지 않았습니다({ $ready }/{ $containers }). 다른 팟(Pod)은 건드리지 않았습니다
stopped-stalled = 너무 오랫동안 아무것도 진행되지 않았습니다
stopped-switched-off = 그사이에 구성에서 다시 시작이 꺼졌습니다
stopped-delete-failed = { $pod } 팟(Pod)을 삭제할 수 없었습니다

voided-reached = BBS에 다시 연결되지만, 응답하는지는 확인하지 못했습니다
voided-recovered = 다시 정상입니다
voided-pods-changed = 계획된 팟(Pod)이 없어졌거나 다른 사람이 교체했습니다
voided-cause-changed = 상황이 바뀌었습니다(현재: { $now })
voided-one-account = 현재 구성에서는 이를 요청한 { $requester } 님과 승인한 { $approver } 님이 같은 사람일 수 있습니다. { $account } 계정이 현재 또는 과거에 두 사람 모두의 것입니다
voided-one-name = 현재 구성에서는 이를 요청한 { $requester } 님과 승인한 { $approver } 님이 같은 사람일 수 있습니다. 이름({ $name })이 현재 또는 과거에 두 사람 모두의 것입니다
voided-person-unknown = { $who } 님은 더 이상 구성에 있는 사람이 아니므로, 서로 다른 두 사람이 관여했는지 알 수 없습니다
voided-account = 이 다시 시작은 { $who } 님의 판단에 근거하는데, 그 계정이 현재 비활성화되었거나, 게스트 또는 봇의 것이거나, 없어졌습니다
voided-group-not-known = 이 다시 시작의 권한은 { $group } 그룹에 근거하는데, 누가 그 안에 있는지 확인할 수 없습니다({ $why })
voided-too-few = 현재 구성에서는 필요한 승인자 { $needed }명 중 { $given }명만 승인할 수 있습니다
voided-database-alert = 그사이에 데이터베이스에 대한 경보가 왔습니다({ $name })
voided-not-seen = 상황을 다시 확인할 수 없었습니다

skipped-healthy = 환경이 정상입니다
skipped-reached = BBS에 다시 연결됩니다
skipped-replaced = 다른 사람이 교체했습니다
skipped-terminating = 다른 사람이 삭제하고 있습니다
skipped-dry-run-canary = 모의 실행: 실제라면 { $pod }(UID { $uid }) 팟(Pod)을 삭제하고, 대신할 팟(Pod)의 모든 컨테이너가 준비될 때까지 기다립니다
skipped-dry-run = 모의 실행: 실제라면 다시 점검한 후 { $pod }(UID { $uid }) 팟(Pod)을 삭제합니다

## The timeline.

act-check = 점검
act-restart = 다시 시작 요청
act-approve = 승인
act-deny = 거부
act-cancel = 취소
act-handover = 인계

told-check = { $who } 님이 { $environment } 점검을 요청했습니다.
told-alert = { $environment }에 대한 { $name }({ $source }) 경보: { $summary }
told-reopened = 종료 후 얼마 되지 않아 다시 열렸습니다(계기: { $what }, 총 { $count }회). 점검 중입니다.
told-muted = { $who } 님이 { $until }까지 경보를 음소거했습니다. 경보가 인시던트를 열지도, 인시던트에 추가되지도 않습니다.
told-muted-because = { $who } 님이 { $until }까지 경보를 음소거했습니다: { $reason }
told-unmuted = { $who } 님이 음소거를 해제했습니다. 경보를 다시 받습니다.
told-alert-joined = { $name }({ $source }) 경보가 추가되었습니다: { $summary }
watch-fires = { $count ->
    [1] 살펴본 결과 문제가 발견되었습니다: { $found }
   *[other] { $count }회 연속으로 살펴본 결과 문제가 발견되었습니다: { $found }
}
watch-over = { $found }
told-alert-lapsed = { $name }({ $source }) 경보가 반복되지 않았습니다. 이 경보는 더 이상 다시 시작을 막지 않습니다.
told-alert-joined-count = { $name }({ $source }) 경보가 { $count }회 추가되었습니다. 처음 내용: { $summary }
told-alert-resolved = { $source }에 따르면 { $name } 경보가 해소되었습니다. 점검 중입니다.
told-alert-resolved-count = { $source }에서 { $name } 경보가 해소되었다고 { $count }회 알렸습니다. 점검 중입니다.
told-check-again = { $who } 님이 다시 점검을 요청했습니다.
told-claimed = 봇이 이 인시던트를 다시 맡았습니다(담당 번호 { $claim }).
told-diagnosed = 판정: { $verdict }. { $because }
told-diagnosed-evidence = 판정: { $verdict }. { $because }
    { $evidence }
told-evidence = 확인된 모든 내용:
    { $evidence }
told-evidence-more = 확인된 모든 내용({ $more }자가 더 생략됨, stagerbot audit bundle에 있음):
    { $evidence }
told-requested = { $who } 님이 { $pods } 다시 시작을 요청했습니다(코드 { $code }, { $until }까지 승인 가능).
told-requested-because = { $who } 님이 { $pods } 다시 시작을 요청했습니다(코드 { $code }, { $until }까지 승인 가능): { $reason }
told-requested-dry = { $who } 님이 { $pods } 다시 시작을 요청했습니다(코드 { $code }, { $until }까지 승인 가능). 모의 실행: 아무것도 삭제하지 않습니다.
told-requested-dry-because = { $who } 님이 { $pods } 다시 시작을 요청했습니다(코드 { $code }, { $until }까지 승인 가능): { $reason } 모의 실행: 아무것도 삭제하지 않습니다.
told-approved = { $who } 님이 승인했습니다.
told-approved-database = { $who } 님이 승인하고, 데이터베이스를 확인했다고 밝혔습니다.
told-approval-given = { $who } 님이 승인했습니다({ $needed }명 중 { $given }명).
told-denied = { $who } 님이 요청을 거부했습니다.
told-expired = 제시간에 아무도 승인하지 않아 요청이 만료되었습니다.
told-cancelled = { $who } 님이 요청을 취소했습니다.
told-voided = 요청이 무효가 되었습니다: { $why }.
told-rechecked = 승인 후 다시 점검했습니다. 팟(Pod)도 원인도 그대로입니다. 계속합니다.
    { $probes }
told-taken-over = 중단 후 다시 점검했습니다. 아직 정상이 아닙니다. 계속합니다.
    { $probes }
told-intended = UID가 여전히 { $uid }이고 리소스 버전이 { $version }인 경우에만 { $pod } 팟(Pod)을 삭제합니다.
told-intended-past = UID가 여전히 { $uid }이고 리소스 버전이 { $version }인 경우에만 { $pod } 팟(Pod)을 삭제합니다. { $past }
told-deleted = { $pod }(UID { $uid }) 팟(Pod)을 삭제하고 있습니다.
told-deleted-terminating = { $pod }(UID { $uid }) 팟(Pod)은 이미 종료 중이었습니다.
told-deleted-gone = { $pod }(UID { $uid }) 팟(Pod)은 이미 없었습니다.
told-unclear = { $pod }(UID { $uid }) 팟(Pod)의 삭제 요청이 도착했는지 알 수 없습니다: { $why }. 살펴보는 중입니다.
told-failed = { $pod }(UID { $uid }) 팟(Pod)이 삭제되지 않았습니다: { $why }. 다시 살펴보는 중입니다.
told-spared = { $pod }(UID { $uid }) 팟(Pod)이 정상 환경의 활성 리더가 되어 건드리지 않습니다.
told-spared-unproven = 연결로 알 수 있는 한 { $pod }(UID { $uid }) 팟(Pod)이 활성 리더가 되어 건드리지 않습니다.
told-skipped = { $pod }(UID { $uid }) 팟(Pod)을 삭제하지 않습니다: { $why }.
told-recovery-awaited = 삭제를 모두 마쳤습니다. { $until }까지 복구를 지켜봅니다.
told-leader = 새 활성 리더: { $leader }. 이전 리더는 알 수 없습니다.
told-leader-after-led = 새 활성 리더: { $leader }. 이전: { $before }(리더로 확인: { $at }).
told-leader-after = 새 활성 리더: { $leader }. 이전: { $before }(마지막으로 정상 확인: { $at }).
told-healthy = 모든 컨테이너가 준비되었고 활성 리더가 하나이며 같은 프로브가 성공합니다. 이 상태가 얼마간 유지되는지 지켜봅니다.
    { $probes }
told-healthy-unproven = 모든 컨테이너가 준비되었고 활성 리더가 하나이며 같은 프로브가 성공합니다. ping은 보낼 수 없었으므로 연결에만 근거합니다. 이 상태가 얼마간 유지되는지 지켜봅니다.
    { $probes }
told-health-lost = 정상 상태가 유지되지 않았습니다: { $missing }.
told-pods = { $pods }
told-refused = { $who } 님의 작업({ $what })이 거절되었습니다: { $why }
told-called = { $destination }에 알림: { $names }.
told-called-missed = { $destination }에 알림: { $names }. 연락하지 못함: { $missed }.
told-channel-closed = { $platform }의 { $channel } 채널이 카드를 받지 않습니다: { $why }.
told-channel-opened = { $platform }의 { $channel } 채널이 다시 카드를 받습니다.
told-drill = { $who } 님이 { $environment } 훈련을 시작했습니다({ $until }까지). 누가 두 번째 사람으로 오는지, 얼마나 빨리 오는지 봅니다. 아무것도 살펴보거나 다시 시작하지 않습니다.

outcome-healthy = 정상이며, 조치가 필요하지 않습니다.
outcome-reached = 연결되지만 BBS가 응답하는지는 확인하지 못했습니다.
outcome-reached-again = 봇이 다시 시작하지 않았는데 다시 연결됩니다. BBS가 응답하는지는 확인하지 못했습니다.
outcome-recovered-itself = 봇이 다시 시작하지 않았는데 다시 정상이 되었습니다.
outcome-recovered = 복구되었습니다. 활성 리더는 { $leader }입니다(계획된 팟(Pod) { $planned }개 중 { $deleted }개 삭제됨).
outcome-recovered-unproven = 연결로 알 수 있는 한 복구되었습니다. 활성 리더는 { $leader }입니다(계획된 팟(Pod) { $planned }개 중 { $deleted }개 삭제됨). ping은 보낼 수 없었습니다.
outcome-not-recovered = 복구되지 않았습니다: { $why }. 계획된 팟(Pod) { $planned }개 중 { $deleted }개를 삭제했습니다. 이제 사람이 맡아야 합니다.
outcome-dry-run = 모의 실행: 팟(Pod) { $planned }개를 삭제했을 것입니다. 실제로는 아무것도 삭제하지 않았습니다.
outcome-handed-over = { $who } 님이 인계받았습니다.
outcome-handed-over-because = { $who } 님이 인계받았습니다: { $reason }
outcome-drill-found = { $who } 님이 왔습니다. 아무것도 다시 시작하지 않았습니다.
outcome-drill-cancelled = { $who } 님이 훈련을 끝냈습니다. 아무것도 다시 시작하지 않았습니다.
outcome-drill-nobody = 제시간에 아무도 오지 않았습니다. 아무것도 다시 시작하지 않았습니다.

phase-diagnosis = 진단까지
phase-request = 요청까지
phase-approval = 승인까지
phase-deletes = 마지막 삭제까지
phase-recovery = 정상화까지
phase-rest = 종료까지

## The picture of a closed incident, and what stands beside it.

picture-line = { $letter }: { $says }
picture-alt =
    인시던트 { $incident }번의 단계별 소요 시간을 막대 길이로 나타낸 그림:
    { $phases }
picture-text =
    인시던트 { $incident }번의 경과:
    { $phases }

## Refusals: always with the reason.

refused-other-workspace = 이 봇은 봇이 설치된 워크스페이스의 사람만 여기에서 사용할 수 있습니다. 그중 한 사람에게 부탁하세요. 아무것도 수행하지 않았습니다.
refused-other-server = 이 봇은 다른 서버를 담당하므로 여기서는 아무것도 하지 않습니다.
refused-direct-message = 다이렉트 메시지에서는 아무것도 하지 않습니다. 서버에 있는 { $names }의 채널에서 /stager를 입력하세요.
refused-other-channel = 이 버튼은 { $environment } 채널의 카드에 속하는데 다른 채널에서 눌렸으므로 아무것도 하지 않았습니다.
refused-not-mapped = 이 계정은 구성에 있는 누구의 것도 아니므로, 요청이나 승인을 할 수 없습니다. 운영자에게 추가를 요청하세요.
refused-may-not-look = 상황은 볼 권한이 있는 사람에게만 알려 드리며, 이 계정에는 그 권한이 없습니다. 볼 수 있는 사람: { $who }. 그중 한 사람에게 묻거나 운영자에게 추가를 요청하세요.
refused-may-not-request = 다시 시작을 요청할 권한이 없습니다. 요청할 수 있는 사람: { $who }.
refused-may-not-approve = 다시 시작을 승인하거나 거부할 권한이 없습니다. 할 수 있는 사람: { $who }.
refused-deactivated = 이 계정은 비활성화되어 있어 여기에서는 아무 권한이 없습니다.
refused-guest = 게스트는 보기만 할 수 있고 요청이나 승인은 할 수 없습니다. 워크스페이스의 정식 멤버에게 부탁하세요.
refused-bot = 이것은 봇의 계정입니다. 다시 시작하려면 사람의 판단이 필요합니다. 요청하거나 승인할 수 있는 사람에게 부탁하세요.
refused-gone = 이 계정은 더 이상 이 워크스페이스나 서버에 속하지 않으므로 여기에서는 아무 권한이 없습니다.
refused-group-not-known = 이 작업의 권한은 { $group } 그룹에 근거하는데, 누가 그 안에 있는지 확인할 수 없어 거부합니다({ $why }). 잠시 후 다시 시도하거나 개별적으로 권한이 있는 사람에게 부탁하세요.
refused-own-request = 이 다시 시작은 본인이 요청한 것입니다. 다른 한 사람이 승인해야 합니다.
refused-approved-once = { $who } 님은 이 요청을 이미 승인했으며, 한 사람의 승인은 한 번만 계산됩니다. 다른 사람도 승인해야 합니다.
refused-one-account = 이 요청은 { $who } 님의 것으로 기록되었는데, { $account } 계정이 현재 또는 과거에 그 사람과 본인 모두의 것입니다. 같은 사람일 수 있으므로 다른 사람이 승인해야 합니다. 정말 서로 다른 두 사람이라면 요청을 거부하고 새로 요청하게 하세요.
refused-one-name = 이 요청은 { $who } 님의 것으로 기록되었는데, 이름({ $name })이 현재 또는 과거에 그 사람과 본인 모두의 것입니다. 같은 사람일 수 있으므로 다른 사람이 승인해야 합니다. 정말 서로 다른 두 사람이라면 요청을 거부하고 새로 요청하게 하세요.
refused-person-unknown = 이를 요청한 { $who } 님은 더 이상 구성에 있는 사람이 아니므로, 본인과 서로 다른 사람인지 알 수 없습니다. 요청을 거부하고 새로 요청하게 하세요.
refused-database-not-confirmed = 데이터베이스의 상태를 알 수 없습니다. 확인한 후 확인했다고 밝히세요.
refused-no-such-code = { $code } 코드로 승인을 기다리는 요청이 없으며, 과거 기록에도 없습니다. 요청의 코드는 카드에 있습니다.
refused-old-code = { $code } 코드는 두 요청이 같은 코드를 가질 수 있었던 이전 버전 봇의 것입니다. 카드의 버튼을 사용하세요.
refused-of-closed = { $why } 이 코드는 { $who } 님이 { $requested }에 한 요청의 것이며, 해당 인시던트 { $incident }번은 종료되었습니다.
refused-already-approved = 늦었습니다. { $who } 님이 { $at }에 승인했습니다.
refused-already-denied = 늦었습니다. { $who } 님이 { $at }에 거부했습니다.
refused-already-cancelled = 늦었습니다. { $who } 님이 { $at }에 취소했습니다.
refused-expired = 늦었습니다. 요청이 { $at }에 만료되었습니다. 다시 시작을 새로 요청하세요.
refused-voided = 늦었습니다. 근거가 더 이상 유효하지 않아 요청이 { $at }에 무효가 되었습니다.
refused-closed-before = 늦었습니다. 아무도 승인하기 전에 인시던트가 { $at }에 종료되었습니다.
refused-already-requested = { $who } 님이 이미 다시 시작을 요청했으며, 그 요청이 승인을 기다리고 있습니다.
refused-being-carried-out = 다시 시작을 수행하는 중입니다.
refused-not-diagnosed = 아직 점검 중입니다.
refused-verdict = 다시 시작할 수 없음: { $verdict }. { $because }
refused-restarts-off = 구성에서 다시 시작이 꺼져 있습니다.
refused-one-restart = 이 인시던트에서는 이미 한 번 다시 시작했습니다. 한 번 더 하려면 사람이 직접 해야 합니다.
refused-cool-down = 환경을 다시 시작한 지 얼마 되지 않았습니다. { $until } 전에는 다시 시작할 수 없습니다.
refused-database-alert = 데이터베이스에 문제가 있다는 경보가 있습니다({ $source }의 { $name }, 마지막 수신 { $at }). 다시 시작해도 얻는 것이 없습니다. 데이터베이스를 확인한 후 다음과 같이 밝히세요: /stager restart database-checked [사유]
refused-reason-needed = { $environment } 환경을 다시 시작하려면 사유가 필요합니다. 사유와 함께 다시 요청하세요: /stager restart 뒤에 사유
refused-not-yours = 이 요청은 { $who } 님만 취소할 수 있습니다. 대신 거부하세요.
refused-nothing-pending = 승인을 기다리는 요청이 없습니다.
refused-closed = 그 인시던트는 종료되었습니다.
refused-no-incident = 여기에는 열린 인시던트가 없습니다. /stager check로 시작하세요.
refused-of-drill = 이것은 훈련입니다. 승인, 거부, 취소만 할 수 있습니다.
refused-drill-open = 여기에서는 이미 훈련이 진행 중입니다: 인시던트 { $incident }.
refused-too-many = 한꺼번에 요청이 너무 많아 이번 것은 수행하지 않았습니다. { $wait } 기다린 뒤 계속하세요. 승인 권한이 있는 사람은 언제든지 승인, 거부, 취소할 수 있습니다.
refused-which-environment = 어느 환경입니까? 알고 있는 환경: { $names }.
refused-no-environment = { $name } 환경은 없습니다. 알고 있는 환경: { $names }.
refused-mute-length = 얼마 동안입니까? 1m부터 24h까지 지정하세요. 예: /stager mute 2h 네트워크 변경
refused-unclear = “{ $text }”의 뜻을 알 수 없습니다.
    { $help }
refused-meant = “{ $text }”의 뜻을 알 수 없어 아무것도 수행하지 않았습니다. { $verb } 명령을 의도하셨습니까? 그렇다면 다음을 입력하세요:
    { $line }
refused-whole-code = 요청의 전체 코드가 필요합니다. 아무것도 수행하지 않았습니다. 대기 중인 요청은 한 건입니다. 다음을 입력하세요:
    { $line }
refused-which-code = 요청의 전체 코드가 필요합니다. 아무것도 수행하지 않았습니다. 대기 중인 요청:
    { $lines }
waiting-of = { $line } ({ $environment })
refused-and-line = { $why } 다음을 입력하세요:
    { $line }

## Answers to what was accepted.

answer-checking = { $environment } 점검 중: 해당 채널의 인시던트 { $incident }번을 보세요.
answer-joined = { $environment }의 인시던트 { $incident }번이 열려 있습니다. 다시 점검합니다.
answer-restart-requested = 요청했습니다. 다른 한 사람이 버튼이나 다음 명령으로 승인해야 합니다: /stager approve { $code } database-checked
answer-form-lost = 사유를 묻는 양식이 표시되지 않았습니다. 다시 클릭하거나 /stager restart 뒤에 사유를 입력하세요
answer-approved = 승인되었습니다. 삭제하기 전에 상황을 한 번 더 점검합니다.
answer-approved-one = 승인되었습니다({ $needed }명 중 { $given }명). 나머지 사람도 승인할 때까지 아무것도 하지 않습니다.
answer-denied = 거부되었습니다.
answer-cancelled = 취소되었습니다.
answer-handed-over = 이 인시던트를 넘겨받았습니다.
answer-alert = 접수됨
answer-alert-muted = { $who } 님이 { $until }까지 { $environment }의 경보를 음소거하여 인시던트가 열리지 않습니다. 그래도 점검하려면: /stager check
answer-muted = { $environment }의 경보는 { $until }까지 인시던트를 열지 않습니다. 그 전에 해제하려면: /stager unmute
answer-unmuted = { $environment }의 경보를 받습니다.
answer-drill = { $environment } 훈련을 시작했습니다. 해당 채널을 보세요. 아무것도 살펴보거나 다시 시작하지 않습니다.
answer-drill-found = { $length } 만에 오셨습니다. 감사합니다. 이것은 훈련이었고 아무것도 다시 시작하지 않았습니다.
answer-status = { $lines }
status-line = { $stands }(인시던트 { $incident })
status-line-quiet = { $environment }: 열린 인시던트 없음
status-lines = { $line }
    { $rest }
status-nothing = 구성된 환경이 없습니다.
status-not-shown = { $environment } 환경을 표시할 수 없습니다: { $why }. 이따금, 그리고 누군가 상황을 물을 때마다 다시 시도합니다
status-muted = {"    "}경보가 { $until }까지 음소거됨(설정한 사람: { $who })
status-muted-because = {"    "}경보가 { $until }까지 음소거됨(설정한 사람: { $who }): { $reason }
status-rejected = { $source }의 경보 { $count }건이 거절됨, 마지막 { $at }: { $reason }
status-rejected-here = {"    "}{ $source }의 경보 { $count }건이 거절됨, 마지막 { $at }: { $reason }
answer-help = /stager check [환경] — 살펴보고 그 의미를 알립니다
    /stager status — 현재 상황
    /stager restart [사유] — 다시 시작을 요청합니다. 다른 한 사람이 승인해야 합니다
    /stager approve, 카드의 코드, database-checked — 데이터베이스를 확인했음을 밝히고 승인합니다
    /stager deny 또는 cancel, 카드의 코드 — 거부하거나 자신의 요청을 취소합니다
    /stager handover [사유] — 인시던트를 인계받습니다. 봇은 손을 뗍니다
    /stager mute [환경] 2h [사유] · /stager unmute — 얼마 동안 경보가 인시던트를 열지 않게 합니다 · 다시 받습니다
    /stager report [번호] · /stager history [환경] — 인시던트 한 건의 보고서 · 최근 인시던트와 걸린 시간
    /stager whoami — 내가 누구이며 무엇을 할 수 있는지
    /stager policy [환경] — 다시 시작에 필요한 것
    /stager drill [환경] — 두 번째 사람이 얼마나 빨리 오는지 확인합니다. 아무것도 다시 시작하지 않습니다
    /stager help — 이 도움말
answer-help-waiting = { $help }
    승인을 기다리는 요청:
    { $lines }
answer-commands = 사용할 수 있는 명령: /stager check, status, restart, approve, deny, cancel, handover, mute, unmute, report, history, whoami, policy, drill. 설명: /stager help
whoami-both = { $who } 님입니다({ $accounts }). 다시 시작을 요청하고 다른 사람의 요청을 승인할 수 있습니다.
whoami-request = { $who } 님입니다({ $accounts }). 다시 시작을 요청할 수 있습니다.
whoami-approve = { $who } 님입니다({ $accounts }). 다른 사람이 요청한 다시 시작을 승인할 수 있습니다.
whoami-look = { $who } 님입니다({ $accounts }). 보기만 할 수 있습니다.
whoami-nobody = 이 계정은 구성에 있는 누구의 것도 아닙니다. 보기만 할 수 있습니다. 운영자에게 추가를 요청하세요.
whoami-groups = { $rest } 본인의 계정 중 하나가 속해 있는 동안 권한을 더해 주는 그룹: { $groups }.
right-request = 요청
right-approve = 승인
group-gives = { $group }({ $rights })
list-more = { $one }, { $more }
policy-takes = { $environment } 환경을 다시 시작하려면 요청과, { $expiry } 이내에 요청자가 아닌 서로 다른 사람들의 승인이 필요합니다. 필요한 승인 수: { $count }.
policy-dry-run = 모의 실행입니다. 삭제를 제외한 모든 것이 수행됩니다.
policy-off = 다시 시작이 꺼져 있어 제안되지 않습니다.
policy-reason = 요청에는 사유가 있어야 합니다.
policy-quiet = { $from }부터 { $to }까지({ $zone })는 승인이 하나 더 필요합니다.
policy-look-everybody = 볼 수 있는 사람: 모두
policy-look = 볼 수 있는 사람: { $names }
policy-request = 요청할 수 있는 사람: { $names }
policy-approve = 승인할 수 있는 사람: { $names }
policy-groups = 그룹에 따른 권한(구성에 있는 사람만): { $groups }

## The card.

card-checking = { $environment }: 점검 중
card-healthy = { $environment }: 정상
card-reached-not-proven = { $environment }: 연결 가능, BBS가 응답하는지는 확인하지 못함({ $why })
card-will-help = { $environment }: Stager 사용 불가능, 다시 시작하면 해결됨
card-will-not-help = { $environment }: 다시 시작해도 해결되지 않음
card-not-known = { $environment }: 다시 시작하면 해결될지 알 수 없음
card-awaiting = { $environment }: { $who } 님이 다시 시작을 요청함, 다른 한 사람의 승인을 기다리는 중
card-restarting = { $environment }: 다시 시작하는 중, 팟(Pod) { $planned }개 중 { $done }개 착수
card-recovering = { $environment }: 다시 시작함, 복구를 지켜보는 중
card-closed = { $environment }: { $outcome }

line-finding = { $says } { $advice }
title-findings = 발견 사항
title-last-look = 마지막으로 살펴본 상태
title-pods = 팟(Pod)
title-probe = 프로브
title-further = 추가 근거
title-events = 해당 팟(Pod)의 경고 이벤트
title-plan = 수행할 내용
title-progress = 진행 상황
title-duration = 복구까지 걸린 시간: { $total }
title-by-hand = 직접 조치
title-missing = 아직 충족되지 않은 조건

field-environment = 환경
field-leader = 활성 리더
field-database = 데이터베이스
field-muted = 음소거
muted-until = { $until }까지(설정한 사람: { $who })
field-reopened = 다시 열림
reopened-count = { $count }회
field-database-alert = 다시 시작을 막는 것
field-evidence = 확인 시각
field-alerts = 경보
field-requested = 요청자
field-approved = 승인자
field-approvals = 승인 수
approvals-count = { $needed }명 중 { $given }명

leader-none = 없음
leader-several = 여러 개
leader-change = { $before } → { $after }
leader-change-unknown = 알 수 없음 → { $after }
database-up = 작동 중
database-accepts = 연결은 받지만 정상이라는 보장은 없음, 승인하기 전에 확인하세요
database-down = 중단됨
database-alert = { $name }({ $source }) 발생 중, 데이터베이스를 확인하세요
database-not-known = 알 수 없음, 승인하기 전에 확인하세요
not-seen = 알 수 없음({ $why })
alerts-count = { $count ->
    [1] { $name }
   *[other] { $name } 외 { $more }건
}
alerts-same = { $name } ×{ $count }

plan-pods = { $pods } 팟(Pod)을 하나씩 삭제합니다. 첫 번째가 카나리아이며, 대신할 팟(Pod)의 모든 컨테이너가 준비되면 나머지를 이어서 진행합니다. { $promise }각 삭제는 해당 UID의 팟(Pod)으로 제한되며, 매번 그 전에 모든 것을 다시 점검합니다. 앱은 계속 실행되고, 끝날 때까지 스테이징과 스케일링이 멈춥니다.
plan-pod = { $pods } 팟(Pod)을 삭제합니다. { $promise }삭제는 해당 UID의 팟(Pod)으로 제한되며, 그 전에 모든 것을 다시 점검합니다. 앱은 계속 실행되고, 끝날 때까지 스테이징과 스케일링이 멈춥니다.
promise-ordered = 돌아오지 않은 팟(Pod)이 있는 동안에는 다른 팟(Pod)을 삭제하지 않습니다.
promise-parallel = { $wait } 동안 Terminating 상태인 팟(Pod)은 더 이상 기다리지 않습니다.
promise-before = { $promise }{ " " }
plan-dry = 모의 실행: 아무것도 삭제하지 않습니다.
plan-withheld = 다시 시작을 제안하지 않음: { $why }
plan-expires = { $until }까지 승인할 수 있습니다. 코드: { $code }

progress-waiting = { $pod }: 대기 중
progress-intended = { $pod }: 삭제하는 중
progress-terminating = { $pod }: 종료 중, 유예 시간 { $left } 남음({ $until }까지)
progress-held = { $pod }: 종료 중, 유예 시간이 지났고 finalizer가 붙잡고 있음({ $finalizers })
progress-late = { $pod }: 종료 중, 유예 시간이 지남
progress-gone = { $pod }: 삭제됨, 아직 다시 만들어지지 않음
progress-starting = { $pod }: 시작 중 { $ready }/{ $containers }
progress-ready = { $pod }: 준비 { $ready }/{ $containers }
progress-active = { $pod }: 준비 { $ready }/{ $containers }, 활성
progress-spared = { $pod }: 건드리지 않음
progress-skipped = { $pod }: 삭제하지 않음

phase-line = { $phase } { $length }
hand-look = # 살펴보기
hand-why = # 팟(Pod)이 준비되지 않은 이유
hand-probe = # 프로브
hand-ping = # ping: 200이면 응답한 것
hand-listens = # 해당 BBS가 수신 대기하는지
hand-restart = # 데이터베이스가 응답하는 경우에만
hand-restart-unseen = # 모든 api 팟(Pod)에서 프로브가 실패하고, 활성 팟(Pod)이 없으며, 데이터베이스가 응답하는 경우에만
hand-wait = # 모든 컨테이너가 준비되고 활성 팟(Pod)이 하나가 될 때까지 기다린 후 다시 프로브
hand-wait-passive = # 활성 팟(Pod)이 하나가 되고 그 모든 컨테이너가 준비될 때까지 기다린 후(수동 팟(Pod)은 늘 하나가 모자람) 다시 프로브
message-after-deleted = 이 카드는 이전 카드를 대신합니다. 이전 카드의 스레드
message-head = 로그가 마감되었습니다. 나중에 검증하려면: stagerbot audit verify --config stagerbot.toml --noted { $head }
message-repeated = (봇이 다시 시작되었거나 응답이 유실되어 다시 보냄: 두 번 표시될 수 있음)
note-incident = 인시던트 { $incident }, { $opened }에 열림

button-restart = 다시 시작 요청
button-approve = 승인
button-deny = 거부
button-cancel = 내 요청 취소
button-check-again = 다시 점검
confirm-restart-title = 다시 시작을 요청할까요?
confirm-restart = { $environment }: { $pods } 팟(Pod)을 삭제합니다. { $promise }이 카드가 만들어질 때 근거는 { $age } 전의 것이었습니다. 승인 후 다시 점검합니다. 다른 한 사람이 승인해야 합니다.
confirm-restart-yes = 요청
confirm-approve-title = 다시 시작을 승인할까요?
confirm-approve = { $environment }: { $pods } 팟(Pod)을 삭제합니다. 승인하면 본인이 데이터베이스를 확인했다고 밝히는 것입니다. 데이터베이스: { $database }. { $promise }근거는 요청 당시 { $age } 전의 것이었고, 승인 후 다시 점검합니다.
confirm-approve-yes = 확인했음, 승인
confirm-no = 뒤로
form-reason = 사유(기록용, 비워 둘 수 있음)
confirm-lost = 확정하려던 내용이 이 카드에 더 이상 표시되지 않습니다. /stager status를 본 후 다음을 입력하세요:
    { $line }

## Announcements: that somebody is needed, and how it went on.

field-told = 알림 대상
field-missed = 연락하지 못한 사람
told-names = { $names }, 마지막 { $at }
missed-line = { $who }: { $why }
missed-unknown = { $platform }에 { $account } 계정이 없습니다. 구성을 고치세요
missed-deactivated = { $account } 계정은 { $platform }에서 비활성화되었습니다
missed-failed = 보낼 수 없습니다({ $why })
call-approval = { $environment }: { $who } 님이 다시 시작을 요청했습니다. 다른 한 사람이 승인해야 합니다
call-offer = { $environment }: 다시 시작하면 해결되지만 아무도 요청하지 않았습니다
call-blind = { $environment }: 무엇이 문제인지 확인할 수 없습니다. 사람이 살펴봐야 합니다
call-stopped = { $environment }: 다시 시작으로 복구되지 않았습니다. 사람이 이어서 맡아야 합니다
call-handed-over = { $environment }: 누군가 인시던트를 인계받았습니다
call-unshown = { $environment }: { $platform }의 { $channel } 채널이 카드를 받지 않아 그곳에서는 아무도 인시던트를 볼 수 없습니다. 사람이 고쳐야 합니다
call-drill = { $environment }: { $who } 님이 두 번째 사람이 얼마나 빨리 오는지 알아보고 있습니다. ‘승인’을 클릭하세요
call-again = { $since } 이후 아무도 오지 않았습니다.
call-last = 만료 전 마지막 호출입니다.
call-escalated = { $after } 안에 아무도 오지 않았습니다.
call-reason = 사유: { $reason }
call-why = 플랫폼의 메시지: { $why }
call-card = 카드(근거와 버튼)
call-over-at = { $at }: { $how }
call-over-requested = { $who } 님이 다시 시작을 요청했습니다.
call-over-approved = { $who } 님이 승인했습니다.
call-over-denied = { $who } 님이 거부했습니다.
call-over-cancelled = { $who } 님이 요청을 취소했습니다.
call-over-expired = 아무도 오지 않아 요청이 만료되었습니다.
call-over-voided = 상황이 바뀌어 요청이 무효가 되었습니다.
call-over-closed = 인시던트가 종료되었습니다. 이제 대응하지 않아도 됩니다.
call-over-verdict = 상황이 바뀌었습니다. 이 일에는 이제 대응하지 않아도 됩니다.
call-over-shown = 채널이 다시 카드를 받습니다.
notice-approved = { $who } 님이 내 요청을 승인했습니다.
notice-denied = { $who } 님이 내 요청을 거부했습니다.
notice-expired = 제시간에 아무도 내 요청을 승인하지 않았습니다. 새로 확인한 결과로 다시 요청하시겠습니까?
notice-voided = 내 요청이 무효가 되었습니다: { $why }. 새로 확인한 결과로 다시 요청하시겠습니까?
notice-ended = 내가 요청한 다시 시작이 끝났습니다. { $outcome }
notice-drill = 내가 시작한 훈련이 { $length } 만에 끝났습니다. { $outcome }
drill-marked = 훈련(DRILL) · { $says }
drill-explained = 이것은 훈련입니다. 훈련을 시작한 사람을 제외하고, 다시 시작을 승인할 수 있는 사람이 ‘승인’ 또는 ‘거부’를 클릭하면 끝납니다. 실제 장애로 인한 것이 아닙니다. 아무것도 살펴보지 않고 아무것도 다시 시작하지 않습니다.
drill-took = 걸린 시간: { $length }.
confirm-drill-title = 훈련: 승인할까요?
confirm-drill-yes = 응답

## The terminal.

terminal-check = { $environment }(네임스페이스 { $namespace }), { $at }
terminal-verdict = 판정: { $verdict }
terminal-endpoints = BBS Service의 엔드포인트: { $names }
terminal-field = { $name }: { $value }
doctor-test = stagerbot doctor의 테스트입니다. 아무 문제가 없습니다.

## Why a channel takes nothing, within a sentence.

closed-slack-not-there = 봇이 Slack 채널 { $channel }에 없습니다. /invite로 초대하세요
closed-slack-no-channel = Slack에 채널 { $channel }이(가) 없거나 봇이 그 채널에 없습니다: { $code }
closed-slack-archived = Slack 채널 { $channel }은(는) 보관되었습니다
closed-slack-may-not-post = Slack이 봇의 채널 { $channel } 게시를 허용하지 않습니다: { $code }
closed-slack-refused = Slack이 { $channel }에 대한 { $call }을(를) 거부했습니다: { $code }
closed-discord-no-channel = Discord에 채널 { $channel }이(가) 없습니다
closed-discord-no-text = Discord 채널 { $channel }에는 카드를 표시할 수 없습니다. 텍스트 채널이어야 합니다
closed-discord-other-server = Discord 채널 { $channel }은(는) 다른 서버의 채널입니다
closed-discord-threads = Discord 서버의 열린 스레드 수가 한도에 이르러 채널 { $channel }에서 스레드를 시작할 수 없습니다. 일부를 보관하세요
closed-discord-not-seen = 봇이 Discord 채널 { $channel }을(를) 볼 수 없습니다. 그곳에 View Channel 권한이 필요합니다
closed-discord-may-not = 봇이 Discord 채널 { $channel }에서 { $call }을(를) 할 수 없습니다. 그곳에 { $needed } 권한이 필요합니다
closed-discord-lacks = 봇에게 Discord 채널 { $channel }의 권한이 부족합니다. 그곳에 { $needed } 권한이 필요합니다
closed-discord-refused = Discord가 채널 { $channel }에서 { $call }을(를) 거부했습니다: { $why } ({ $code })

## What was seen, a line each, where it is not a machine's own text.

seen-at = { $at }  { $says }
seen-probe = { $pod }: { $text }(종료 코드 { $code })
seen-probe-no-code = { $pod }: { $text }(종료 코드 없음)
seen-ping = ping { $from } → { $to } 결과: { $text }
seen-control = 대조용 연결: { $line }
seen-connect = { $pod }에서 { $target }(으)로: { $text }
seen-connected = 연결됨
seen-accepted = 연결이 수락됨
seen-by-bash = { $text }(bash /dev/tcp 사용, nc는 스캔할 수 없음)
seen-by-bash-without-nc = { $text }(bash /dev/tcp 사용, nc 없음)
seen-by-nc-running = { $text }(nc -e 사용, nc는 스캔할 수 없고 bash 없음)
seen-not-ready = { $pod }  준비되지 않음: { $names }
seen-side-by-side = 나란히 있는 StatefulSet: { $sets }
seen-revision = StatefulSet { $set }: 적용 대기 중인 리비전이 있음
seen-lock = 잠금 bbs(확인한 곳: { $pod }): { $text }
seen-lock-nobody = 없음
seen-lock-hung = 제시간에 응답 없음
seen-locket-read = { $pod }: Locket이 데이터베이스에서 잠금을 읽음
seen-locket-hung = { $pod }: Locket이 제시간에 응답하지 않음
seen-locket-refused = { $pod }: Locket이 거부함

## From what the topology was concluded, a line for each part.

found-part = { $part }: { $told }({ $why })
found-set = StatefulSet { $sets }, 컨테이너 { $container }
found-inside = { $set }의 팟(Pod) 안
found-inside-bbs = BBS 팟(Pod) 안
found-configured = 구성에 따름
found-no-role = 이름이 { $names }인 것이 없음
found-by = { $label }에 따름
found-by-name = 이름에 따름
found-by-selector = 선택하는 대상에 따름
found-by-both = 이름과 선택하는 대상에 따름
found-as-called = Cloud Controller의 구성에 따름
found-service = BBS Service: { $service }({ $why }), 포트 { $port }({ $from })
found-service-unlisted = Service를 나열할 수 없어 { $set }와(과) 함께 쓰이는 이름을 사용
found-service-none = { $set }와(과) 함께 쓰이는 이름. 존재하지 않으며 Service가 하나도 없음
found-service-absent = { $set }와(과) 함께 쓰이는 이름. 존재하지 않으며 { $names } 중 어느 것도 BBS의 팟(Pod)과 포트를 갖고 있지 않음
found-port-of-service = Service의 포트
found-port-usual = 알려진 모든 릴리스와 같음
found-label = 활성 레이블: { $told }({ $why })
found-on-pod = BBS 팟(Pod)에 있음
found-in-selector = BBS Service의 선택자에 있음
found-of-kubecf = KubeCF의 팟(Pod). 수동 팟(Pod)에는 없음
found-no-label = 준비된 BBS 팟(Pod)에도 없음
found-label-assumed = 추정. 오래 준비 상태인 BBS 팟(Pod)이 없음
unfound-name = { $name } 이름은 명령에 쓸 수 없습니다
unfound-no-set = 알려진 모든 릴리스와 달리 { $part }의 팟(Pod)이 어느 StatefulSet에도 속하지 않습니다: { $pods }. 봇은 이것을 다룰 수 없습니다
unfound-part = { $part }을(를) 찾지 못했습니다. { $labels } 또는 이름이 { $names }인 StatefulSet을 찾았으나 있는 것은 { $sets }입니다
unfound-no-sets = { $part }을(를) 찾지 못했습니다. { $labels } 또는 이름이 { $names }인 StatefulSet을 찾았으나 StatefulSet이 하나도 없습니다
unfound-several = { $part }을(를) 특정할 수 없습니다. { $label }에 따르면 { $sets } 모두 해당합니다. [environment.topology]의 { $key }(으)로 하나를 지정하세요
unfound-several-names = { $part }을(를) 특정할 수 없습니다. 이름으로는 { $sets } 모두 해당합니다. [environment.topology]의 { $key }(으)로 하나를 지정하세요
unfound-container = { $part }의 컨테이너를 특정할 수 없습니다. { $sets }에는 { $containers }이(가) 있습니다. [environment.topology]의 { $key }(으)로 지정하세요

## Why something could not be seen or was not answered, within a sentence.

unseen-call = { $call }: { $why }
unseen-in-pod = { $pod }: { $why }
unseen-all = { $lines }
unseen-no-answer = { $seconds }초 안에 응답 없음
unseen-page = API 서버 대신 다른 것이 응답했습니다: HTTP { $code }와(과) 페이지
unseen-page-titled = API 서버 대신 다른 것이 응답했습니다: HTTP { $code }와(과) 페이지 “{ $title }”
unseen-no-json = API 서버 대신 다른 것이 응답했습니다. Kubernetes JSON이 아니며 프록시의 페이지일 수 있습니다
unseen-by-policy = 클러스터의 정책이 거부했습니다: { $text }({ $code })
unseen-credentials = API 서버가 인증 정보를 거부했습니다(401 Unauthorized)
unseen-permission = 권한이 없습니다: { $text }
unseen-exec-not-upgraded = API 서버가 exec를 시작하지 않았습니다: { $text }
unseen-no-websockets = API 서버까지의 경로가 exec에 필요한 WebSocket을 전달하지 않습니다({ $why })
unseen-no-switch = 프로토콜 전환 대신 HTTP { $code }
unseen-no-protocol = 응답에 exec의 프로토콜이 없음
unseen-no-upgrade = 응답이 WebSocket으로의 업그레이드가 아님
unseen-parts = { $namespace } 네임스페이스: { $why }
unseen-no-service = { $namespace } 네임스페이스에 { $service } Service가 없습니다
unseen-no-turn = 제시간에 차례가 오지 않았습니다
unseen-exec-unanswered = exec에 제시간에 응답이 없습니다
unseen-exec-no-status = exec의 상태가 없습니다
unseen-exec-not-begun = 명령이 시작되지 않았습니다
unseen-exec-lost = 종료 코드가 오기 전에 연결이 끊어졌습니다
unseen-exec-lost-said = 종료 코드가 오기 전에 연결이 끊어졌습니다: { $text }
unseen-late = 명령이 제시간에 끝나지 않았습니다
unseen-late-said = 명령이 제시간에 끝나지 않았습니다: { $text }
unseen-script-silent = 스크립트가 응답 없이 끝났습니다(종료 코드 { $code })
unseen-script-silent-said = 스크립트가 응답 없이 끝났습니다(종료 코드 { $code }): { $text }
unseen-tools = 컨테이너에 { $tools }이(가) 없습니다
unseen-printed-nothing = 명령이 아무것도 출력하지 않았습니다
unseen-exit-code = 종료 코드 { $code }
unseen-exit-code-said = { $text }(종료 코드 { $code })
unseen-own-port = 자신의 포트가 { $seconds }초 안에 응답하지 않았습니다
unseen-curl-killed = curl이 강제 종료되었습니다
unseen-curl-silent = curl이 아무것도 출력하지 않았습니다(종료 코드 { $code })
unseen-cfdot-killed = cfdot이 강제 종료되었습니다
unseen-cfdot-too-much = cfdot의 출력이 읽을 수 있는 양을 넘었습니다
unseen-cfdot-not-run = cfdot을 실행할 수 없습니다: { $text }
unseen-cfdot-missing = cfdot이 없습니다: { $text }
unseen-no-pinger = ping을 보낼 준비가 된 Cloud Controller 팟(Pod)이 없습니다
unseen-no-bbs = 물어볼 수 있는 실행 중인 BBS 팟(Pod)이 없습니다
unseen-no-address = 주소가 구성되지 않았습니다
unseen-unreachable = { $server }에 액세스할 수 없습니다: { $why }
unseen-not-trusted = { $server }을(를) 신뢰할 수 없습니다: { $why }
unseen-wants-certificate = { $server }이(가) 인증 정보를 거부했습니다. 클라이언트 인증서가 필요합니다
unseen-client-certificate = { $server }이(가) 인증 정보(클라이언트 인증서)를 거부했습니다({ $why })
distrust-client-authority = 서명한 인증 기관을 알지 못함
distrust-client-expired = 만료됨
distrust-client-revoked = 폐기됨
distrust-authority-unknown = 인증서에 서명한 인증 기관이 kubeconfig에 없습니다. certificate-authority를 비교하세요
distrust-authority-not-here = 인증서에 서명한 인증 기관을 여기서는 알지 못합니다. 회사의 프록시가 서명한다면 그 인증 기관의 파일을 SSL_CERT_FILE로 지정하세요
distrust-authority-expired = 인증서에 서명한 인증 기관이 더 이상 유효하지 않거나 아직 유효하지 않습니다
distrust-expired = 인증서가 만료되었습니다
distrust-not-yet = 인증서가 아직 유효하지 않습니다. 시계를 비교하세요
distrust-name = 인증서가 다른 이름의 것입니다
distrust-names = 인증서가 { $expected }이(가) 아니라 { $presented }의 것입니다. 필요한 이름은 tls-server-name으로 지정합니다
distrust-no-name = 인증서에 이름이 없어 { $expected }의 것이 아닙니다. 필요한 이름은 tls-server-name으로 지정합니다
distrust-purpose = 서버용으로 쓸 수 없는 인증서입니다(extendedKeyUsage)
distrust-old = 인증서가 TLS 라이브러리가 지원하지 않는 X.509 버전 1입니다. 버전 3으로 갱신하세요
distrust-key = 인증서의 키가 TLS 라이브러리가 지원하지 않는 종류입니다({ $kind }). RSA, P-256 또는 P-384 키로 갱신하세요
distrust-other = 인증서를 검증할 수 없습니다: { $text }
way-server = API 서버
way-proxy = 프록시 { $proxy }
way-by-proxy = { $proxy }: { $why }
way-name = { $name } 이름을 확인할 수 없습니다
way-late = 제시간에 응답하지 않았습니다
way-refused = 연결이 거부되었습니다. 그곳에서 수신 대기하는 것이 없습니다
way-no-route = 그곳으로 가는 경로가 없습니다
way-timed-out = 제시간에 연결되지 않았습니다. 패킷이 도중에 버려지고 있을 수 있습니다
way-cut-off = 연결이 끊겼습니다
way-tls-version = TLS 1.2도 1.3도 지원하지 않습니다
way-handshake = TLS 핸드셰이크를 끝냈습니다({ $alert })
way-handshake-key = TLS 핸드셰이크를 끝냈습니다. 키가 P-521처럼 TLS 라이브러리가 지원하지 않는 종류일 수 있습니다
way-no-tls = 응답하는 것이 TLS가 아닙니다. 일반 HTTP이거나 중간의 다른 것일 수 있습니다
way-address = 알려 준 주소를 쓸 수 없습니다. https이거나 loopback이어야 합니다
way-request = 요청을 작성할 수 없습니다
way-tls = TLS: { $text }
credentials-file-lost = 인증 정보 없음: 토큰 파일을 읽을 수 없었습니다
credentials-file-empty = 인증 정보 없음: 사용자 { $user }: 토큰 파일 { $path }이(가) 비어 있습니다
credentials-file-broken = 인증 정보 없음: 사용자 { $user }: 토큰 파일 { $path }의 토큰에 줄바꿈이나 제어 문자가 있습니다
credentials-file-unreadable = 인증 정보 없음: 사용자 { $user }: 토큰 파일 { $path }을(를) 읽을 수 없습니다: { $text }
credentials-oidc-expired = 인증 정보 없음: 사용자 { $user }: auth-provider oidc의 id-token이 만료되었으며 kubectl만 갱신할 수 있습니다. exec 플러그인이나 서비스 계정의 토큰을 사용하세요
credentials-plugin-not-run = 인증 정보 없음: 사용자 { $user }: 인증 플러그인 { $plugin }을(를) 실행할 수 없었습니다
credentials-plugin-unusable = 인증 정보 없음: 사용자 { $user }: 인증 플러그인 { $plugin }의 출력을 쓸 수 없습니다: { $text }
credentials-plugin-failed = 인증 정보 없음: 사용자 { $user }: 인증 플러그인 { $plugin }이(가) 종료 코드 { $code }(으)로 실패했습니다
credentials-plugin-killed = 인증 정보 없음: 사용자 { $user }: 인증 플러그인 { $plugin }이(가) 강제 종료되었습니다
credentials-plugin-late = 인증 정보 없음: 사용자 { $user }: 인증 플러그인 { $plugin }이(가) { $seconds }초 안에 응답하지 않아 종료했습니다. 로그인, 브라우저 또는 VPN을 기다리고 있을 수 있습니다
credentials-plugin-too-much = 인증 정보 없음: 사용자 { $user }: 인증 플러그인 { $plugin }의 출력이 너무 많아 종료했습니다
credentials-plugin-missing = 인증 정보 없음: 사용자 { $user }: 인증 플러그인 { $plugin }이(가) 여기에 설치되어 있지 않습니다
credentials-plugin-missing-hint = 인증 정보 없음: 사용자 { $user }: 인증 플러그인 { $plugin }이(가) 여기에 설치되어 있지 않습니다: { $hint }
credentials-plugin-not-begun = 인증 정보 없음: 사용자 { $user }: 인증 플러그인 { $plugin }을(를) 시작할 수 없습니다: { $text }

## Why a delete was not sent, or it is not known what became of it, within a sentence.

unsent-because = 보내지 않음: { $why }
unsent-too-old = 보내지 않음: 살펴본 내용이 너무 오래되어 근거로 삼을 수 없습니다
unsent-unknown = 보내지 않음: { $pod }의 UID 또는 리소스 버전을 알 수 없습니다
unsent-no-part = 보내지 않음: { $pod }은(는) { $environment }의 BBS 또는 Locket 팟(Pod)이 아닙니다
unsent-parts-unknown = 보내지 않음: { $environment }에서 어느 팟(Pod)이 BBS의 것인지 알 수 없습니다
unsent-still-there = 팟(Pod)이 종료 중이 아닌 상태로 그대로 있습니다
unsent-bug = 삭제에 실패했습니다(버그)

## Why something could not be told, asked or paged, within a sentence.

failed-gone = 더 이상 존재하지 않습니다
failed-paused = 플랫폼이 잠시 멈추기를 요구합니다
failed-passing = 지금은 작동하지 않습니다. 이유는 로그에 있습니다
failed-lasting = 누군가 그곳의 설정을 바꿀 때까지 거부됩니다. 이유는 로그에 있습니다
failed-unasked = { $platform }에 { $call }을(를) 요청할 수 없었습니다: { $why }
failed-unreadable = { $call }에 대한 { $platform }의 응답을 읽을 수 없습니다
failed-status = { $call }에 대해 { $platform }이(가) HTTP { $code }(으)로 응답했습니다
failed-late = { $platform }이(가) { $call }에 { $seconds }초 안에 응답하지 않았습니다
failed-slack-token = Slack이 { $token }을(를) 받아들이지 않습니다: { $code }
failed-slack-scope = { $token }에 { $call }에 필요한 { $scope }이(가) 없습니다
failed-slack-app-scope = Slack 앱에 { $scope } 범위가 없습니다
failed-slack-refused = Slack이 { $call }을(를) 거부했습니다: { $code }
failed-slack-unfit = Slack이 { $call }의 내용을 받을 수 없습니다: { $why }
failed-discord-unfit = Discord가 { $call }의 내용을 받을 수 없습니다: { $why }
failed-discord-token = Discord가 봇의 토큰을 받아들이지 않습니다
failed-discord-not-there = 봇이 Discord 서버에 없거나 applications.commands 범위 없이 초대되었습니다({ $call })
failed-discord-may-not = Discord가 봇의 { $call }을(를) 허용하지 않습니다
failed-discord-refused = Discord가 { $call }을(를) 거부했습니다: { $code } { $why }
failed-no-platform = 해당 플랫폼이 구성되어 있지 않습니다
failed-nobody-looked = 최근에 확인하지 않았습니다
failed-no-pager = { $name }(이)라는 호출 수단이 없습니다
failed-pager-address = { $name }의 주소를 쓸 수 없습니다
failed-pager-late = { $name }이(가) { $seconds }초 안에 응답하지 않았습니다
failed-pager-refused = { $name }이(가) 호출을 HTTP { $code }(으)로 거부했습니다: { $text }
failed-pager-status = { $name }이(가) HTTP { $code }(으)로 응답했습니다
failed-pager-lost = { $name }에 액세스할 수 없습니다: { $why }

## Alerts that were turned away before anybody judged them, and what their senders should know.

rejected-not-configured = 경보가 구성되어 있지 않습니다. alerts.token_file 또는 STAGERBOT__ALERTS__TOKEN을 설정하세요
rejected-no-token = “Authorization: Bearer <token>” 헤더가 필요합니다
rejected-wrong-token = bearer 토큰이 구성된 것과 다릅니다
rejected-wrong-password = 사용자 또는 비밀번호가 구성된 것과 다릅니다
rejected-no-signature = 본문의 HMAC-SHA256(16진수)을 담은 { $header } 헤더가 필요합니다
rejected-wrong-signature = { $header }에 구성된 키로 받은 본문에 서명한 것이 없습니다
rejected-not-fresh = { $header }의 시각이 현재와 { $seconds }초 넘게 차이 납니다
rejected-no-source = 그런 소스가 없습니다. 있는 것은 { $names }입니다
rejected-too-large = 본문이 { $limit }바이트보다 큽니다. alerts.max_body를 참조하세요
rejected-body-too-large = 본문이 너무 큽니다
rejected-too-slow = 본문이 도착하는 데 너무 오래 걸렸습니다
rejected-no-room = 한꺼번에 도착하는 본문이 너무 많습니다
rejected-broke-off = 본문이 도중에 끊겼습니다
rejected-not-stored = 경보를 저장할 수 없었습니다. 보낸 쪽에 다시 보내 달라고 요청했습니다
rejected-not-json = 본문이 JSON이 아닙니다({ $line }행 { $column }열)
rejected-shape = 본문의 형식이 예상과 다릅니다({ $sender }). 위치: { $path }
rejected-sender = 다른 곳에서 보낸 본문 같습니다: { $sender }. 보낼 곳은 stagerbot alerts explain이 알려 줍니다
rejected-straight = 봇은 Alertmanager가 아니라 그 webhook을 POST /alerts/alertmanager에서 받습니다. Prometheus나 vmalert는 Alertmanager로 보내고, 거기서 봇으로 보내게 하세요(deploy/alertmanager)
rejected-left-out = 보낸 쪽이 본문에서 경보 { $count }건을 뺐습니다. 그쪽의 max_alerts가 더 작습니다
rejected-muted = { $who }이(가) { $until }까지 { $environment }의 경보를 음소거했습니다
unread-withheld = 상태에 따르면 대기, 일시 중지, 무음 또는 데이터 없음입니다. 보낸 쪽이 알리지 않는 경보입니다
unread-no-alert = 경보가 있어야 할 곳에 다른 JSON이 있습니다: { $kind }
unread-tried = 누군가 구독을 시험하고 있습니다
unread-neither = { $kind }은(는) 인시던트가 발생했다는 것도 끝났다는 것도 말하지 않습니다
note-grafana = Grafana의 webhook 같습니다. POST /alerts/grafana로 보내세요
note-alertmanager = Alertmanager의 webhook 같습니다. POST /alerts/alertmanager로 보내세요
tested-no-data = 쿼리 결과에 데이터가 없음
tested-query-failed = 쿼리가 실패함
tested-contact-point = 누군가 연락 지점을 시험함

## Times and lengths of time.

moment = { $time } { $zone }
moment-dated = { $year }. { $month }. { $day }. { $time } { $zone }
span-seconds = { $seconds }.{ $tenths }초
span-minutes = { $minutes }분 { $seconds }초
span-hours = { $hours }시간 { $minutes }분

## Reports of incidents, and what many come to.

report-title = 인시던트 { $incident }: { $environment }
report-opened = 열림
report-closed = 종료
report-still-open = 아직 열려 있음
report-reopened = 다시 열린 횟수
report-outcome = 결과
report-cause = 원인
report-durations = 걸린 시간
report-length = { $length }
report-people = 누가 무엇을 했는지
report-evidence = 근거
report-restart = 다시 시작 대상 팟(Pod)
report-deleted = { $at }에 삭제됨
report-left = 삭제되지 않음
report-timeline = 경과
report-verify = 로그를 검증하려면
report-line = { $at } { $says }
report-whole = 사후 검토용 전체 내용: { $line }

did-checked = 점검을 요청함
did-requested = 다시 시작을 요청함
did-approved = 다시 시작을 승인함
did-denied = 다시 시작을 거부함
did-cancelled = 요청을 취소함
did-took-over = 인시던트를 인계받음
did-drilled = 훈련을 시작함

took-acknowledged = 사람이 대응할 때까지
took-approved = 요청부터 승인까지
took-mitigated = 열림부터 정상화까지
took-found = 훈련 시작부터 두 번째 사람의 응답까지

stats-title = 장애
stats-title-since = { $since } 이후의 장애
stats-incidents = 인시던트
stats-open = 열려 있음
stats-outages = 환경과 원인별 장애
stats-outcomes = 결과별
stats-spread = 중앙값 { $median }, p90 { $ninety }({ $count }건)
stats-none = 아직 없음
stats-who = 호출 대상
stats-asked = 호출 { $asked }건, 응답 { $answered }건
stats-drills = 훈련
stats-drills-count = 횟수
stats-drills-nobody = 아무도 오지 않음

history-nothing = 아직 인시던트가 없습니다.
history-line = { $at } · { $environment } · 인시던트 { $incident }: { $ended }
history-outage = { $at } · { $environment } · 인시던트 { $incident }: { $cause }, { $ended }
history-drill = { $at } · { $environment } · 인시던트 { $incident }: 훈련, { $ended }
history-length = { $line } ({ $length })
history-spread = { $what }: { $spread }

ended-open = 열려 있음
ended-healthy = 정상
ended-recovered-itself = 저절로 정상이 됨
ended-reached-not-proven = 연결 가능, 응답은 확인되지 않음
ended-recovered = 다시 시작 후 복구됨
ended-not-recovered = 다시 시작으로 복구되지 않음
ended-dry-run = 모의 실행
ended-handed-over = 사람이 인계받음

## What Discord says of the commands, each in 100 characters at most. Their names stay as they are.

command-stager = 스테이징을 점검하고 Diego BBS의 다시 시작을 요청하거나 승인합니다
command-check = 환경을 살펴보고 그 의미를 알립니다
command-status = 현재 상황
command-restart = 다시 시작을 요청합니다. 다른 한 사람이 승인해야 합니다
command-approve = 다른 사람이 요청한 다시 시작을 승인합니다
command-deny = 다시 시작을 거부합니다
command-cancel = 자신의 요청을 취소합니다
command-handover = 인시던트를 인계받습니다. 봇은 손을 뗍니다
command-mute = 얼마 동안 경보가 인시던트를 열지 않게 합니다
command-unmute = 경보를 다시 받습니다
command-report = 인시던트 한 건의 보고서를 표시합니다
command-history = 최근 인시던트와 걸린 시간을 표시합니다
command-whoami = 내가 누구이며 무엇을 할 수 있는지 표시합니다
command-policy = 다시 시작에 필요한 것을 표시합니다
command-drill = 두 번째 사람이 얼마나 빨리 오는지 확인합니다. 아무것도 다시 시작하지 않습니다
command-help = 명령을 설명합니다
option-environment = 환경의 이름
option-incident = 인시던트의 번호. 생략하면 가장 최근 것
option-for = 시간(예: 2h, 최대 24h)
option-code = 카드에 있는 요청의 코드
option-reason = 사유(기록용)
option-database-checked = Diego의 데이터베이스를 직접 확인했음

## Alerts: what they mean, and why they start nothing.

means-stager-unavailable = Stager 사용 불가능
means-same-outage = 다른 말로 표현된 같은 장애
means-symptom = 점검할 만한 증상
means-look-alike = 다른 스테이징 오류
means-database = 데이터베이스 문제
means-unrelated = 스테이징과 무관함

ignored-by-rule = alerts.rule의 { $rule } 규칙에 따라 무시합니다
ignored-test = 보낸 쪽이 연결을 시험하는 것일 뿐이거나 데이터가 없습니다: { $what }
ignored-look-alike = Diego가 응답한 다른 스테이징 오류에 대한 것입니다. 다시 시작해도 도움이 되지 않습니다
ignored-no-code = Stager가 사용 불가능하다는 내용이 아닙니다. { $number } 번호가 있지만 다른 것의 일부입니다
ignored-unrelated = Stager가 사용 불가능하다는 내용이 아닙니다. 레이블에도 어노테이션에도 170010 또는 CF-StagerUnavailable이 없습니다
ignored-unmatched = 어느 환경의 레이블과도 일치하지 않습니다: { $wanted }
ignored-unmatched-several = 여러 환경의 레이블과 일치합니다: { $environments }
ignored-too-many = 한 번의 전송에서 같은 환경에 대한 경보는 처음 { $most }건까지이며, 이것은 그 뒤의 것입니다

because-read = 의미: { $says }(규칙 { $rule }), 근거는 “{ $quote }”
because-nothing = { $says }(규칙 { $rule })
because-rule-means = alerts.rule의 규칙 { $rule }에 따른 의미: { $meaning }
because-rule-severity = alerts.rule의 규칙 { $rule }에 따른 심각도: { $severity }
because-severity = 보낸 쪽이 정한 심각도: { $severity }
because-rule-environment = alerts.rule의 규칙 { $rule }에 따른 대상 환경: { $environment }
because-named = { $environment } 환경의 이름이 들어 있습니다
because-labels = { $environment }의 레이블이 있습니다: { $labels }
because-only = 환경이 { $environment }뿐입니다
because-nameless = 환경의 이름이 없어 alerts.no_environment에 따라 모든 환경을 점검합니다: { $environments }

reads-stager-code = Stager 자체의 오류(코드로 판단)
reads-stager-phrase = Stager 자체의 오류(문구로 판단)
reads-stager-number = Stager 자체의 오류(번호로 판단)
reads-relative-code = 같은 장애(다른 오류의 코드로 판단)
reads-relative-phrase = 같은 장애(다른 오류의 문구로 판단)
reads-relative-number = 같은 장애(다른 오류의 번호로 판단)
reads-instances-unknown = 같은 장애: Cloud Controller가 실행 중인 인스턴스 수를 알지 못함
reads-other-staging-error = Diego가 응답한 다른 스테이징 오류
reads-other-staging-number = 다른 스테이징 오류(번호로 판단)
reads-bbs-lost-lock = BBS가 잠금을 잃었다는 로그
reads-push-fails = push가 실패한다는 경보
reads-alert-about-database = 데이터베이스에 대한 경보
reads-log-about-database = 데이터베이스에 액세스할 수 없다는 로그
reads-none = 스테이징에 대한 내용이 없음
reads-number-is-no-code = 해당 번호이지만 코드가 아님: 해시, 버전, 수량, 메트릭 또는 링크의 일부
reads-senders-test = 보낸 쪽의 시험 또는 데이터 없는 쿼리

explained-source = 소스 { $source }의 본문으로 읽음
explained-title = { $place }: { $name }
explained-refused = 거절됩니다: { $why }
explained-ignored = 아무것도 시작하지 않습니다: { $why }
explained-note = 보낸 쪽이 받는 답: { $note }
explained-elsewhere = 다른 주소로 왔을 때 보낸 쪽이 받는 답: { $note }
explained-left-out = 보낸 쪽이 경보 { $count }건을 생략했습니다.
explained-nothing = 경보가 들어 있지 않습니다.
explained-firing = 발생 중입니다.
explained-resolved = 해소되었습니다.
explained-over = 해소되었다는 것은 “{ $quote }”에서 알 수 있습니다.
explained-opens = { $environments }의 인시던트를 열거나, 열려 있는 것에 추가됩니다.
explained-joins = { $environments }의 열린 인시던트에 추가되며, 새로 열지 않습니다.
explained-checks = { $environments }의 열린 인시던트가 다시 살펴보게 하며, 새로 열지 않습니다.
explained-inhibits = 발생하는 동안에는 누군가 데이터베이스를 확인했다고 밝히지 않는 한 { $environments }의 다시 시작을 제안하지 않습니다.

## The playground's page.

play-title = Stagerbot 플레이그라운드
play-intro = 진짜 봇이 모의 Cloud Foundry, Slack, Discord 사이에서 동작하며, 모두 이 컴퓨터 안에 있습니다. 두 번째 사람이 되려면 창을 하나 더 여세요.
play-you = 현재 역할
play-role-requester = 다시 시작을 요청하는 사람
play-role-approver = 다른 사람의 요청을 승인하는 사람
play-role-second-account = Ada의 두 번째 계정
play-role-nobody = 볼 수만 있는 사람
play-role-stranger = Slack Connect로 들어온 다른 조직의 사람
play-language = 언어
play-scene = 시나리오
play-free = 자유롭게 해 보기
play-scene-outage = 장애와 복구
play-scene-own-request = 자기 요청을 직접 승인하려 한다
play-scene-escalation = 아무도 응답하지 않는다
play-scene-recovers-itself = 승인 전에 복구된다
play-scene-database-down = 데이터베이스가 중단되었다
play-scene-bot-killed = 봇이 도중에 강제 종료된다
play-look-free =
    모두 정상입니다. 장애를 일으키고 Alertmanager가 알리게 하거나 /stager check를 입력하세요.
    봇이 클러스터에 무엇을 묻고 무엇을 제안하는지 보세요.
play-look-outage =
    Ada로 다시 시작을 요청하고 Grace로 승인하세요. 카드에는 두 사람이 각각 판단하는 근거가 나옵니다.
    오른쪽에서는 팟(Pod)이 하나씩 삭제되며, 둘째는 첫째가 돌아온 뒤에만 삭제됩니다.
play-look-own-request =
    Ada로 요청하고 Ada의 두 계정으로 승인해 보세요. 왜 안 되는지는 Ada에게만 보이는 답에 나옵니다.
    오른쪽에서는 아무것도 삭제되지 않고, 스레드에는 모든 거절이 남습니다.
play-look-escalation =
    Ada로 요청한 뒤 기다리세요. 봇은 승인할 수 있는 사람에게 다시 알리고, 그다음 cf-managers 채널에서 호출합니다.
    Grace로 승인하면 모든 호출이, 어떻게 되었는지 알리는 내용으로 수정됩니다.
play-look-recovers-itself =
    Ada로 요청하고, 누군가 승인하기 전에 오른쪽에서 모두 복구하세요.
    요청은 무효가 되고, 팟(Pod)은 하나도 삭제되지 않습니다.
play-look-database-down =
    카드에 다시 시작 버튼이 없습니다. 데이터베이스가 중단되면 삭제한 팟(Pod)은 준비되지 않기 때문입니다.
    그래도 /stager restart를 입력해 보고, 그다음 오른쪽에서 모두 복구하세요.
play-look-bot-killed =
    Ada로 요청하고 Grace로 승인한 뒤, 첫 팟(Pod)이 종료되기 시작하면 봇을 강제 종료하고 다시 시작하세요.
    봇은 계속하기 전에 먼저 확인합니다. 같은 팟(Pod)을 두 번 삭제하지 않고, 더 이상 삭제할 필요가 없는 팟(Pod)도 삭제하지 않습니다.
play-begin-again = 처음부터 다시
play-people = 등장인물이 자동으로 움직이게 하기
play-opening = 곧 문제가 생깁니다…
play-your-turn = 이제 직접 할 차례입니다.
play-playing = 등장인물이 자동으로 움직이고 있습니다.
play-ended-well = 시나리오가 예상대로 끝났습니다.
play-ended-ill = 시나리오가 예상대로 끝나지 않았습니다:
play-chat = 채팅
play-direct = 다이렉트 메시지
play-only-you = 나에게만 표시됨
play-edited = (편집됨)
play-thread = 스레드
play-type = 메시지 또는 /stager check 입력
play-send = 보내기
play-dismiss = 메시지 닫기
play-cancel = 취소
play-thinking = 생각 중…
play-silence = 아직 아무 말도 없습니다.
play-not-here = 이 계정은 여기에 없습니다.
play-cluster = 클러스터
play-pod = 팟(Pod)
play-ready = 준비
play-state = 상태
play-label = 레이블
play-active = 활성
play-passive = 수동
play-terminating = 종료 중(Terminating)
play-endpoints = Service 엔드포인트
play-lock = 잠금 소유자
play-requests = Kubernetes API에 보낸 요청
play-faults = 장애 일으키기
play-fault-connections-lost = 데이터베이스 연결이 끊긴다
play-fault-database-down = 데이터베이스 중단
play-fault-bbs-hung = BBS가 멈춘다
play-fault-stale-label = 레이블이 오래되었다
play-fault-network-policy = 네트워크 정책이 막는다
play-fault-image-missing = 새 팟(Pod)이 이미지를 가져오지 못한다
play-fault-hangs-terminating = finalizer가 팟(Pod)을 붙잡는다
play-fault-exec-denied = 봇에 exec 권한이 없다
play-fault-delete-answers-lost = 삭제 응답이 사라진다
play-fault-api-down = API 서버 중단
play-heal = 모두 복구
play-alert = Alertmanager가 알리게 하기
play-kill = 봇 강제 종료
play-revive = 봇 시작
play-timeline = 타임라인
play-timeline-none = 아직 인시던트가 없습니다.
play-incident = 인시던트
play-kubectl = 여기서는 kubectl도 사용할 수 있습니다:
play-failed = 되지 않았습니다:
play-lost = 플레이그라운드가 끝났거나 연결할 수 없습니다.
