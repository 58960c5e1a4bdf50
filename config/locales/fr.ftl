# Every sentence that Stagerbot says, in French. What is missing here is said in English.

## What was found. advice-<id> says what to do.

finding-api-unreachable = Le serveur d'API Kubernetes n'est pas accessible : rien ne peut être affirmé.
advice-api-unreachable = Vérifiez le serveur d'API et le réseau entre ici et lui. S'il est en panne pour tout le monde, c'est cette panne-là qui passe en premier.
finding-api-slow = Le serveur d'API Kubernetes n'a pas répondu à temps : rien ne peut être affirmé.
advice-api-slow = Vérifiez la charge du serveur d'API. Un nouvel essai suit sous peu.
finding-credentials-missing = Le bot n'a rien pour s'authentifier : le serveur d'API Kubernetes n'a donc pas été interrogé.
advice-credentials-missing = Réparez le plugin d'authentification ou le fichier indiqué dans la raison affichée. Le bot en tient compte à son prochain examen.
finding-api-not-trusted = Le certificat du serveur d'API Kubernetes, ou de ce qui répond à sa place, n'est pas reconnu comme digne de confiance : rien ne lui a été envoyé.
advice-api-not-trusted = Comparez le certificat du serveur avec certificate-authority et tls-server-name dans le kubeconfig. Ne désactivez pas la vérification : quelqu'un peut s'être interposé.
finding-credentials-refused = Le serveur d'API Kubernetes a refusé les identifiants du bot : ils ont expiré ou sont erronés.
advice-credentials-refused = Renouvelez le jeton ou le kubeconfig du bot.
finding-permission-missing = Le bot n'a pas le droit de voir les pods ou leurs StatefulSets.
advice-permission-missing = Accordez-lui le Role de deploy/ : get, list et watch sur pods, statefulsets et endpoints.
finding-parts-not-found = Le cluster répond, mais il est impossible de dire quels pods sont ceux du contrôleur de cloud et lesquels sont ceux du BBS.
advice-parts-not-found = Vérifiez l'espace de noms et le preset de l'environnement ; laissez découvrir les composants, ou nommez les StatefulSets sous [environment.topology].
finding-not-an-api-server = Autre chose qu'un serveur d'API Kubernetes répond à son adresse, par exemple un proxy ou une page de connexion : rien ne peut être affirmé.
advice-not-an-api-server = Regardez ce qui se trouve entre ici et le serveur d'API, et l'adresse du serveur dans le kubeconfig.
finding-cluster-not-seen = Le cluster n'a pas pu être examiné : rien ne peut être affirmé.
advice-cluster-not-seen = Vérifiez le serveur d'API, le jeton du bot et ses droits, puis relancez la vérification.

finding-name-not-resolved = Le nom du Service { $service } n'est résolu dans aucun pod du contrôleur de cloud, alors que le Service existe.
advice-name-not-resolved = Vérifiez le DNS du cluster, et ce que contient /etc/resolv.conf dans ces pods.
finding-database-down = La base de données ne répond pas. Redémarrer maintenant aggrave la situation : un pod supprimé ne redevient pas prêt tant que la base est en panne.
advice-database-down = Rétablissez d'abord la base de données. Souvent, Diego se remet ensuite de lui-même ; revérifiez une demi-minute après.
finding-database-exhausted = La base de données n'a plus de connexion libre : de nouveaux pods n'en obtiendraient pas.
advice-database-exhausted = Libérez des connexions ou relevez la limite, et cherchez qui les occupe ; puis revérifiez.
finding-database-no-session = Locket n'obtient aucune session auprès de sa base de données : { $why }
advice-database-no-session = Corrigez ce que signale ce message (identifiants, nom de la base, adresse, TLS), puis revérifiez : de nouveaux pods essuieraient le même refus.
finding-update-under-way = Une mise à jour est en cours : deux versions tournent côte à côte ({ $sets }), et des pods ne sont pas prêts : { $pods }.
advice-update-under-way = Terminez d'abord la mise à jour ou revenez à la version précédente ; regardez les pods de la nouvelle version.
finding-cloud-controller-absent = Il n'existe aucun pod du contrôleur de cloud (attendus : { $wanted }) : aucune préproduction n'est possible, et le BBS ne peut pas être sondé.
advice-cloud-controller-absent = Regardez d'abord le StatefulSet des pods api et ses événements.
finding-cloud-controller-not-ready = Aucun pod du contrôleur de cloud n'est prêt : { $pods }. Aucune préproduction n'est possible, et le BBS ne peut pas être sondé.
advice-cloud-controller-not-ready = Examinez d'abord les pods api, puis revérifiez.
finding-cloud-controller-short = Des pods du contrôleur de cloud ne sont pas prêts : { $pods }. Les autres atteignent le BBS : ce n'est donc pas la panne du stager.
advice-cloud-controller-short = Examinez ces pods api. Redémarrer Diego ne les aiderait pas.
finding-node-lost = Le nœud ({ $nodes }) qui porte { $pods } ne donne plus signe de vie. Une suppression resterait bloquée, et aucun pod ne serait créé en remplacement.
advice-node-lost = Rétablissez le nœud. Ne le retirez du cluster, pour libérer ses pods, que lorsqu'il est éteint à coup sûr.
finding-finalizer-holds = Des finalizers ({ $finalizers }) retiennent { $pods } après l'arrêt des conteneurs : aucun nouveau pod n'est créé tant qu'ils ne sont pas levés.
advice-finalizer-holds = Trouvez à qui appartiennent ces finalizers, et laissez-les aboutir.
finding-unschedulable = Aucun nœud ne prend { $pods } ({ $why }) : un redémarrage ne ferait que créer un autre pod en attente.
advice-unschedulable = Regardez les événements du pod : ressources, taints, affinité ou volumes.
finding-image-missing = L'image de { $pods } ne peut pas être téléchargée ({ $why }) : un redémarrage ne ferait que reproduire la même erreur.
advice-image-missing = Vérifiez le nom de l'image, le registre et son secret d'accès.
finding-crash-loop = Des pods plantent en boucle ({ $pods }) : un redémarrage ne ferait que reproduire la même erreur.
advice-crash-loop = Regardez le journal du pod, y compris celui de son exécution précédente.
finding-cannot-start = Un conteneur de { $pods } ne peut pas être démarré : un redémarrage ne ferait que reproduire la même erreur.
advice-cannot-start = Regardez les événements du pod : configuration, secrets ou volumes.
finding-certificates-refused = Le BBS est accessible, mais les certificats TLS sont refusés : expirés, d'une autre autorité, ou établis pour un autre nom.
advice-certificates-refused = Vérifiez et renouvelez les certificats. Un redémarrage ne les renouvelle pas.
finding-locket-tls-refused = Locket répond, mais son TLS est refusé (pod interrogé : { $pod }) : { $why }
advice-locket-tls-refused = Vérifiez et renouvelez les certificats de Locket et de ses clients. De nouveaux pods auraient les mêmes.
finding-bbs-migrating = Le BBS est accessible et répond 503 : il démarre, ou migre sa base de données. { $time }
advice-bbs-migrating = Attendez : un redémarrage relancerait la migration depuis le début. Une nouvelle vérification suit sous peu.
finding-bbs-answers-error = Le BBS est accessible, et répond par une erreur.
advice-bbs-answers-error = Regardez le journal du BBS et sa base de données.
finding-service-missing = Le Service { $service }, par lequel le BBS a été cherché, n'existe pas. La version installée utilise peut-être un autre nom.
advice-service-missing = Listez les Services de l'espace de noms ; indiquez le Service du BBS dans l'environnement, ou laissez-le découvrir.
finding-network-blocked = Le BBS de { $pods } écoute, est prêt et se trouve derrière son Service, mais aucun pod du contrôleur de cloud ne l'atteint : le réseau est en cause.
advice-network-blocked = Vérifiez les politiques réseau (NetworkPolicy), ainsi que le plugin réseau et kube-proxy sur les nœuds concernés.
finding-some-api-pods-affected = Le BBS est accessible depuis d'autres pods du contrôleur de cloud, mais pas depuis { $pods }.
advice-some-api-pods-affected = Regardez ces pods api, leur nœud et son réseau.
finding-pending-revision = Un StatefulSet ({ $sets }) a une révision en attente : supprimer ses pods la déploierait.
advice-pending-revision = Terminez d'abord la mise à jour, ou revenez à la version précédente.
finding-two-versions = Deux versions tournent côte à côte ({ $sets }) : une mise à jour est en cours.
advice-two-versions = Laissez d'abord la mise à jour se terminer.

finding-pods-terminating = Des pods sont en cours d'arrêt ({ $pods }) : quelqu'un les redémarre déjà.
advice-pods-terminating = Attendez qu'ils soient revenus.
finding-pods-starting = Des pods sont en cours de création ({ $pods }).
advice-pods-starting = Attendez qu'ils soient prêts.
finding-pods-not-starting = Des pods ont été créés il y a plus de cinq minutes, et rien n'y tourne ({ $pods }).
advice-pods-not-starting = Regardez les événements des pods : volumes, réseaux, conteneurs d'initialisation.
finding-bbs-absent = Pods du BBS présents : { $found } sur { $wanted }.
advice-bbs-absent = Regardez le StatefulSet et ses événements : en mode OrderedReady, aucun pod n'est créé tant que le précédent n'est pas prêt.
finding-bbs-not-ready = Des pods du BBS ne sont pas prêts : { $pods }. { $database }
advice-bbs-not-ready = Regardez les conteneurs qui ne sont pas prêts, et leurs journaux. Si la base de données est en panne, rétablissez-la d'abord : un redémarrage n'apporte alors rien et coûte de la redondance.
finding-locket-absent = Pods de Locket présents : { $found } sur { $wanted }.
advice-locket-absent = Regardez le StatefulSet et ses événements : en mode OrderedReady, aucun pod n'est créé tant que le précédent n'est pas prêt.
finding-locket-not-ready = Des pods de Locket ne sont pas prêts : { $pods }. { $database }
advice-locket-not-ready = Vérifiez la base de données et le journal de Locket.
finding-locket-down = Locket ne répond pas sur son port (pod interrogé : { $pod }) : aucun BBS ne peut obtenir le verrou.
advice-locket-down = Regardez le journal de Locket, ses certificats et sa base de données ; monit le relance sans cesse.
finding-exec-denied = Le bot n'a pas le droit d'exécuter une commande dans les pods du contrôleur de cloud, et ne peut donc pas sonder le BBS : il lui manque le droit { $verb } sur pods/exec.
advice-exec-denied = Accordez create et get sur pods/exec, comme le fait le Role de deploy/ ; ou lancez la sonde à la main (ci-dessous).
finding-exec-refused = Une politique du cluster refuse les commandes dans les pods du contrôleur de cloud : la sonde n'a pas été exécutée. Le rôle du bot n'est pas en cause.
advice-exec-refused = Faites exempter le compte du bot de cette politique dans cet espace de noms ; d'ici là, lancez la sonde à la main (ci-dessous), avec un compte qu'elle laisse passer.
finding-exec-not-carried = Le chemin d'ici au serveur d'API ne laisse pas passer les WebSockets, nécessaires pour exécuter une commande dans un pod : la sonde n'a pas été exécutée. kubectl s'en passe peut-être.
advice-exec-not-carried = Faites en sorte que le proxy ou le répartiteur de charge laisse passer le basculement vers WebSocket (upgrade), ou indiquez l'adresse du serveur d'API lui-même ; d'ici là, lancez la sonde à la main (ci-dessous).
finding-exec-impossible = L'exécution d'une commande dans un pod du contrôleur de cloud a échoué : la sonde n'a pas été exécutée.
advice-exec-impossible = Vérifiez le conteneur du pod et son nœud ; lancez la sonde à la main (ci-dessous).
finding-probe-not-possible = La sonde n'a pas donné de réponse claire.
advice-probe-not-possible = Lancez la sonde à la main (ci-dessous), depuis chaque pod api.
finding-name-not-resolved-by-some = Le nom du Service du BBS n'est pas résolu dans { $pods }, mais il l'est dans d'autres pods api.
advice-name-not-resolved-by-some = Vérifiez la résolution DNS depuis ces pods et depuis leurs nœuds.
finding-two-leaders = Plus d'un pod semble être le leader actif : { $pods }.
advice-two-leaders = Interrogez chaque pod à la main pour savoir lequel répond et qui détient le verrou. N'en supprimez aucun avant de le savoir.
finding-label-stale = Le label désigne { $pods } comme actif, mais rien n'y écoute. { $time }
advice-label-stale = Attendez que le label suive, et vérifiez Locket et la base de données ; une nouvelle vérification suit sous peu.
finding-label-missing = Le BBS de { $pods } écoute, mais le label ne le dit pas : il se peut que le Service n'y mène pas. { $time }
advice-label-missing = Attendez que le label suive ; une nouvelle vérification suit sous peu. Si cela persiste, vérifiez que les pods ont le droit de modifier leurs propres labels.
finding-leader-awaited = Il n'y a pas de leader, et Locket fonctionne : l'un des BBS devrait prendre le verrou à son prochain essai. Juste après la perte d'un leader, c'est le cas pendant quelques secondes.
advice-leader-awaited = Attendez : le temps le dira ; une nouvelle vérification suit sous peu.
finding-bbs-start-slow = Le BBS de { $pods } répond 503. { $time } Il est bloqué au démarrage, ou attend sa base de données : il n'a pas été possible de voir si elle fonctionne.
advice-bbs-start-slow = Vérifiez la base de données. Si elle fonctionne, regardez le journal du BBS.
finding-leader-not-reachable = { $leader } devrait être le leader actif, mais aucun pod du contrôleur de cloud ne l'atteint. Son label est peut-être périmé, ou le réseau en cause. { $time }
advice-leader-not-reachable = Attendez que le label suive ; une nouvelle vérification suit sous peu. Si cela persiste, regardez depuis l'intérieur de ce pod si son BBS écoute.
finding-ping-not-answered = Le port du BBS accepte les connexions, mais son ping reste sans réponse, et il n'a pas été possible de voir quel pod est bloqué.
advice-ping-not-answered = Envoyez à la main un ping à chaque pod du BBS (ci-dessous) pour trouver celui qui ne répond pas. N'en supprimez aucun avant de le savoir.
finding-ping-cut-off = Le port du BBS accepte les connexions, mais celle du ping est fermée avant toute réponse : un proxy, comme le sidecar d'un maillage de services, l'intercepte, ou le BBS l'interrompt.
advice-ping-cut-off = Regardez le journal du sidecar dans le pod api, et celui du BBS lui-même. Qu'une connexion réussisse ne prouve rien ici.
finding-connects-prove-nothing = Des connexions réussissent là où personne n'écoute : un intermédiaire les accepte, comme le sidecar d'un maillage de services. Il n'a pas été possible de voir si le BBS est accessible.
advice-connects-prove-nothing = Rendez le ping possible (curl et les certificats du contrôleur de cloud dans le conteneur api), ou l'exécution de commandes dans les pods du BBS ; d'ici là, ne vous fiez pas à une connexion qui réussit.
finding-lock-at-risk = { $leader } assure encore le service, mais Locket ne répond pas : si cela dure, le verrou est perdu en quelques secondes.
advice-lock-at-risk = Vérifiez la base de données. Une nouvelle vérification suit sous peu.

finding-label-stuck = Le label désigne { $pods } comme actif, et rien n'y écoute, alors que Locket fonctionne. { $time } Le label est figé, et le Service ne mène nulle part.
advice-label-stuck = Redémarrer le pod concerné, et lui seul, y remédie : demandez-le ; une deuxième personne approuve.
finding-bbs-start-hung = Le BBS de { $pods } répond 503, alors que la base de données fonctionne et qu'aucune nouveauté n'explique une migration. { $time } Il est bloqué au démarrage.
advice-bbs-start-hung = Redémarrer le pod concerné, et lui seul, y remédie : demandez-le ; une deuxième personne approuve.
finding-bbs-unreachable = Le contrôleur de cloud n'atteint pas le BBS, dont les pods sont prêts, et aucun d'eux n'est le leader actif.
finding-bbs-unreachable-passive = Le contrôleur de cloud n'atteint pas le BBS ; les pods du BBS sont aussi prêts qu'ils peuvent l'être sans leader, et aucun n'est actif.
advice-bbs-unreachable = Les redémarrer y remédie, une fois que la base de données répond : vérifiez-la, puis demandez un redémarrage ; une deuxième personne l'approuve.
finding-bbs-hung = Le BBS de { $pods } est bloqué : son port accepte les connexions, et rien ne répond.
advice-bbs-hung = Le redémarrer y remédie : demandez-le ; une deuxième personne approuve.

finding-no-active-leader = Aucun pod du BBS n'est le leader actif.
advice-no-active-leader = Si Locket et la base de données fonctionnent, l'un d'eux devrait prendre le verrou dans la demi-minute qui suit la perte du précédent.
finding-locket-works = Locket fonctionne, mais aucun BBS ne détient le verrou tout en assurant le service. Juste après la perte d'un leader, c'est le cas pendant quelques secondes.
advice-locket-works = Avant un redémarrage, revérifiez dans une demi-minute.
finding-locket-hung = Locket ne répond pas (pod interrogé : { $pod }). Il est bloqué, ou sa base de données l'est : vus d'ici, les deux se ressemblent.
advice-locket-hung = Vérifiez la base de données : si elle répond, Locket est bloqué sur des connexions mortes.
finding-locket-client-refused = Le BBS est en service, mais TLS échoue entre Locket et le client qui l'interroge dans { $pod } : { $why }
advice-locket-client-refused = Vérifiez les certificats de ce client et ceux de Locket. Ce qui est en service n'en est pas affecté ; mais s'il s'agit de ceux de Locket, un BBS qui démarre de nouveau ne pourrait pas obtenir le verrou.
finding-lock-elsewhere = { $leader } semble être le leader, mais le verrou désigne { $owner }. Le label ou la ligne du verrou n'est peut-être pas à jour.
advice-lock-elsewhere = Comparez de nouveau dans une minute, et interrogez les deux pods pour savoir lequel répond. Ne touchez pas au verrou : son détenteur est peut-être le seul à assurer le service.
finding-cells-evacuating = Des cellules sont en cours d'évacuation ({ $pods }) : des applications se déplacent, et un redémarrage de Diego les toucherait.
advice-cells-evacuating = Si cela peut attendre, laissez l'évacuation se terminer avant un redémarrage.
finding-cloud-controller-short-too = Des pods du contrôleur de cloud ne sont pas prêts non plus : { $pods }. La sonde est partie des autres.
advice-cloud-controller-short-too = Examinez aussi ces pods api.
finding-passive-not-ready = Passifs, et chez eux seul le conteneur du BBS lui-même n'est pas prêt : { $pods }. Dans les versions dont la sonde de disponibilité interroge le port du BBS, un pod passif n'est jamais plus prêt que cela.
advice-passive-not-ready = S'il n'en va pas ainsi dans cette version, regardez ce conteneur.
finding-proxy-answers = Des connexions réussissent là où personne n'écoute : un intermédiaire les accepte, comme le sidecar d'un maillage de services. Ce qui compte ici, c'est ce que disent les pings.
advice-proxy-answers = Ne prenez pas une connexion pour une réponse.
finding-healthy = Le contrôleur de cloud atteint le BBS ; { $leader } est le leader actif.
advice-healthy = Rien à faire. Si les push échouent encore ou qu'une alerte reste active, la cause est ailleurs, ou a déjà disparu.
finding-reached-not-proven = Des connexions atteignent le BBS ; il n'a pas été possible de voir s'il répond : { $why }. { $leader } semble être le leader actif.
advice-reached-not-proven = Un BBS bloqué accepte lui aussi les connexions : tant que des push échouent, rendez le ping possible et revérifiez, ou regardez le journal du BBS.
finding-unexplained = Ce qui a été observé ne correspond à aucun schéma connu.
advice-unexplained = Continuez à la main (ci-dessous).

verdict-healthy = tout va bien
verdict-reached-not-proven = accessible, réponse non prouvée
verdict-will-help = un redémarrage y remédiera
verdict-will-not-help = un redémarrage n'y changera rien
verdict-not-known = on ne sait pas si un redémarrage y remédierait

## How long something has been so.

time-normal = Pendant un court moment, c'est normal.
time-over = Il en est ainsi depuis { $since } (examens : { $looks }).
time-over-new = Il en est ainsi depuis { $since } (examens : { $looks }). C'est long pour un démarrage, mais ce qui s'y exécute peut être nouveau depuis le dernier état sain constaté, et une migration ne doit pas être interrompue. C'est terminé dès qu'un ping reçoit une réponse ; si le journal du BBS ne montre aucune migration, c'est à une personne de décider.
title-time = Le temps le dira
waits-stale-label = Le label de { $pod } est en retard : encore { $left }, jusqu'à { $until } (examens : { $looks }, nécessaires : { $wanted })
waits-label-missing = Le label de { $pod } manque : encore { $left }, jusqu'à { $until } (examens : { $looks }, nécessaires : { $wanted })
waits-unreached = { $pod } n'est pas accessible : encore { $left }, jusqu'à { $until } (examens : { $looks }, nécessaires : { $wanted })
waits-starting = { $pod } démarre : encore { $left }, jusqu'à { $until } (examens : { $looks }, nécessaires : { $wanted })
waits-leaderless = Il n'y a pas de leader : encore { $left }, jusqu'à { $until } (examens : { $looks }, nécessaires : { $wanted })

## What a pod that is not ready may mean.

not-ready-database-unknown = Une base de données en panne donne le même tableau.
not-ready-database-up = La base de données répond : ce n'est donc pas la cause.

## Why no ping could be made, and how one could.

unseen-ping-no-curl = curl n'est pas dans le conteneur api ; ajoutez-le à l'image
unseen-ping-old-curl = il manque au curl du conteneur api une option ou TLS ; mettez-le à jour
unseen-ping-no-certificates = les certificats du contrôleur de cloud pour le BBS ne sont pas utilisables dans le conteneur api ; voir le texte du ping
unseen-ping-other-name = le certificat du BBS est établi pour un autre nom que celui demandé, et le nom que lui donne le contrôleur de cloud n'a pas pu être lu
unseen-ping-exec-denied = le bot n'a pas le droit d'exécuter une commande dans le pod api ; accordez-lui pods/exec sur ce pod
unseen-ping-exec-refused = une politique du cluster refuse les commandes dans le pod api ; faites-en exempter le compte du bot pour ce pod
unseen-ping-exec-not-carried = le chemin jusqu'au serveur d'API ne laisse pas passer les WebSockets ; faites-les transmettre par le proxy intermédiaire
unseen-ping-exec-failed = l'exécution de la commande dans le pod api a échoué ; voir le texte du ping
unseen-ping-in-doubt = le résultat du ping est incertain ; il sera refait au prochain examen
unseen-ping-because = { $why }

## What is missing for a recovery, and what stops a restart.

missing-sight = le cluster ne peut pas être examiné
missing-pods = pods du BBS présents : { $found } sur { $wanted }
missing-gone = { $pod } est encore en cours d'arrêt
missing-gone-held = { $pod } est encore en cours d'arrêt : ses finalizers le retiennent ({ $finalizers })
missing-ready-containers = { $pod } : { $ready }/{ $containers } conteneurs prêts ({ $status } ; pas prêts : { $unready })
missing-ready = { $pod } : { $ready }/{ $containers } conteneurs prêts ({ $status })
missing-leader = aucun pod n'est actif
missing-one-leader = { $count } pods sont actifs
missing-endpoints = le leader n'est pas encore derrière le Service du BBS
missing-probe = aucune sonde n'a pu être faite
missing-probe-from = la sonde depuis { $pod } échoue : { $text }
missing-ping-from = le BBS ne répond pas au ping depuis { $pod } : { $text }
missing-answer = les connexions ne prouvent rien ici, et aucun ping n'a pu être fait
missing-listening = { $pod } porte le label actif mais n'écoute pas
missing-label = { $pod } écoute mais ne porte pas le label actif
missing-probe-of = { $pod }, depuis lequel la sonde échouait auparavant, n'a pas été sondé de nouveau

stopped-absent = { $pod } n'a pas été recréé
stopped-terminating = { $pod } est encore en cours d'arrêt après { $hangs } : { $held }. Aucun pod n'a été supprimé après lui
held-finalizers = ses finalizers le retiennent ({ $finalizers })
held-not-seen = ce qui le retient n'a pas été vu (ses événements et son nœud peuvent le dire)
went-past = { $pod } est en Terminating depuis { $hangs } : { $held }. Son StatefulSet est Parallel, et le plan confirmé ne l'attend plus.
stopped-failed = le nouveau { $pod } ne peut pas tourner ({ $why }) ; les autres pods n'ont pas été touchés
stopped-not-ready = le nouveau { $pod } n'a pas été prêt à temps ({ $ready }/{ $containers }) ; les autres pods n'ont pas été touchés
stopped-stalled = rien n'a bougé pendant trop longtemps
stopped-switched-off = les redémarrages ont été désactivés entre-temps dans la configuration
stopped-delete-failed = { $pod } n'a pas pu être supprimé

voided-reached = les connexions atteignent de nouveau le BBS, et il n'a pas été possible de voir s'il répond
voided-recovered = tout va de nouveau bien
voided-pods-changed = un pod prévu a disparu ou a été remplacé par quelqu'un d'autre
voided-cause-changed = les éléments observés ont changé (à présent : { $now })
voided-one-account = d'après ma configuration actuelle, { $requester }, auteur de la demande, et { $approver }, qui l'a approuvée, sont peut-être une seule personne : le compte { $account } est ou était celui des deux
voided-one-name = d'après ma configuration actuelle, { $requester }, auteur de la demande, et { $approver }, qui l'a approuvée, sont peut-être une seule personne : le nom { $name } est ou était celui des deux
voided-person-unknown = { $who } n'est plus une personne de ma configuration : je ne peux donc pas dire si deux personnes sont derrière ceci
voided-account = le compte de { $who } est désormais désactivé, celui d'un invité ou d'un robot, ou n'existe plus, et ceci repose sur sa parole
voided-group-not-known = ceci repose sur le groupe { $group }, et je ne peux pas voir qui en fait partie ({ $why })
voided-too-few = d'après ma configuration actuelle, trop peu des personnes qui ont approuvé ceci en ont le droit : { $given } sur { $needed } nécessaires
voided-database-alert = une alerte au sujet de la base de données est arrivée entre-temps ({ $name })
voided-not-seen = les éléments observés n'ont pas pu être revérifiés

skipped-healthy = l'environnement va bien
skipped-reached = les connexions atteignent de nouveau le BBS
skipped-replaced = quelqu'un d'autre l'a remplacé
skipped-terminating = quelqu'un d'autre est en train de le supprimer
skipped-dry-run-canary = essai à blanc : { $pod } (UID { $uid }) serait supprimé, puis le bot attendrait que tous les conteneurs de son remplaçant soient prêts
skipped-dry-run = essai à blanc : tout serait revérifié, puis { $pod } (UID { $uid }) serait supprimé

## The timeline.

act-check = de vérifier
act-restart = de demander un redémarrage
act-approve = d'approuver
act-deny = de refuser une demande
act-cancel = d'annuler une demande
act-handover = de reprendre l'incident

told-check = { $who } a demandé une vérification de { $environment }.
told-alert = Alerte { $name } ({ $source }) pour { $environment } : { $summary }
told-reopened = { $count ->
    [one] { $what } de nouveau, peu après la fin : vérification en cours.
   *[other] { $what } de nouveau, déjà { $count } fois : vérification en cours.
}
told-muted = { $who } a mis les alertes en sourdine jusqu'au { $until } : elles n'ouvrent et ne rejoignent aucun incident.
told-muted-because = { $who } a mis les alertes en sourdine jusqu'au { $until } : { $reason }
told-unmuted = { $who } a mis fin à la sourdine : les alertes sont de nouveau prises en compte.
told-alert-joined = L'alerte { $name } ({ $source }) a rejoint l'incident : { $summary }
watch-fires = { $count ->
    [one] Un examen a constaté un problème : { $found }
   *[other] { $count } examens de suite ont constaté un problème : { $found }
}
watch-over = { $found }
told-alert-lapsed = L'alerte { $name } ({ $source }) n'a pas été répétée : elle ne fait plus obstacle à un redémarrage.
told-alert-joined-count = L'alerte { $name } ({ $source }) a rejoint l'incident { $count } fois, la première avec : { $summary }
told-alert-resolved = { $source } signale que l'alerte { $name } est terminée : vérification en cours.
told-alert-resolved-count = { $source } a signalé { $count } fois que l'alerte { $name } est terminée : vérification en cours.
told-check-again = { $who } a demandé une nouvelle vérification.
told-claimed = Le bot a repris cet incident (prise en charge { $claim }).
told-diagnosed = Verdict : { $verdict }. { $because }
told-diagnosed-evidence = Verdict : { $verdict }. { $because }
    { $evidence }
told-evidence = Tout ce qui a été observé :
    { $evidence }
told-evidence-more = Tout ce qui a été observé ({ $more } caractères de plus ont été omis ; stagerbot audit bundle les contient) :
    { $evidence }
told-requested = { $who } a demandé un redémarrage de { $pods } (code { $code }, peut être approuvé jusqu'à { $until }).
told-requested-because = { $who } a demandé un redémarrage de { $pods } (code { $code }, peut être approuvé jusqu'à { $until }) : { $reason }
told-requested-dry = { $who } a demandé un redémarrage de { $pods } (code { $code }, peut être approuvé jusqu'à { $until }). Essai à blanc : rien ne sera supprimé.
told-requested-dry-because = { $who } a demandé un redémarrage de { $pods } (code { $code }, peut être approuvé jusqu'à { $until }) : { $reason } Essai à blanc : rien ne sera supprimé.
told-approved = { $who } a approuvé.
told-approved-database = { $who } a approuvé, et déclare que la base de données a été vérifiée.
told-approval-given = { $who } a approuvé : { $given } sur { $needed }.
told-denied = { $who } a refusé la demande.
told-expired = Personne n'a approuvé à temps : la demande a expiré.
told-cancelled = { $who } a annulé la demande.
told-voided = La demande est caduque : { $why }.
told-rechecked = Revérifié après l'approbation : les mêmes pods, la même cause. On continue.
    { $probes }
told-taken-over = Revérifié après une interruption : tout n'est pas encore rétabli. On continue.
    { $probes }
told-intended = Suppression de { $pod }, à condition qu'il ait encore l'UID { $uid } à la version de ressource { $version }.
told-intended-past = Suppression de { $pod }, à condition qu'il ait encore l'UID { $uid } à la version de ressource { $version }. { $past }
told-deleted = { $pod } (UID { $uid }) est en cours de suppression.
told-deleted-terminating = { $pod } (UID { $uid }) était déjà en cours d'arrêt.
told-deleted-gone = { $pod } (UID { $uid }) avait déjà disparu.
told-unclear = Impossible de savoir si la demande de suppression de { $pod } (UID { $uid }) est bien arrivée : { $why }. Examen en cours.
told-failed = { $pod } (UID { $uid }) n'a pas été supprimé : { $why }. Nouvel examen.
told-spared = { $pod } (UID { $uid }) est devenu le leader actif d'un environnement qui va bien : on n'y touche pas.
told-spared-unproven = { $pod } (UID { $uid }) est devenu le leader actif, pour autant que les connexions le montrent : on n'y touche pas.
told-skipped = { $pod } (UID { $uid }) n'est pas supprimé : { $why }.
told-recovery-awaited = Toutes les suppressions sont faites. Surveillance du rétablissement jusqu'à { $until }.
told-leader = Nouveau leader actif : { $leader }. Celui d'avant n'est pas connu.
told-leader-after-led = Nouveau leader actif : { $leader }. Avant : { $before } (vu comme tel à { $at }).
told-leader-after = Nouveau leader actif : { $leader }. Avant : { $before } (vu en bon état pour la dernière fois à { $at }).
told-healthy = Tous les conteneurs sont prêts, un seul leader est actif, et la même sonde réussit. Cela doit tenir un moment.
    { $probes }
told-healthy-unproven = Tous les conteneurs sont prêts, un seul leader est actif, et la même sonde réussit. Aucun ping n'a pu être fait : le constat repose sur des connexions. Cela doit tenir un moment.
    { $probes }
told-health-lost = Cela n'a pas tenu : { $missing }.
told-pods = { $pods }
told-refused = { $who } a tenté { $what }, et a essuyé un refus : { $why }
told-called = Prévenus sur { $destination } : { $names }.
told-called-missed = Prévenus sur { $destination } : { $names }. Non joints : { $missed }.
told-channel-closed = Le canal { $channel } sur { $platform } n'accepte aucune carte : { $why }.
told-channel-opened = Le canal { $channel } sur { $platform } accepte de nouveau les cartes.
told-drill = { $who } a lancé un exercice pour { $environment }, jusqu'à { $until } : qui vient comme deuxième personne, et en combien de temps ? Rien n'est observé ni redémarré.

outcome-healthy = Tout va bien, rien à faire.
outcome-reached = Accessible par connexion ; il n'a pas été possible de voir si le BBS répond.
outcome-reached-again = De nouveau accessible par connexion, sans redémarrage de notre part ; il n'a pas été possible de voir si le BBS répond.
outcome-recovered-itself = Tout va de nouveau bien, sans redémarrage de notre part.
outcome-recovered = Rétabli, { $leader } est le leader actif (pods supprimés : { $deleted } sur { $planned } prévus).
outcome-recovered-unproven = Rétabli, pour autant que les connexions le montrent, et { $leader } est le leader actif (pods supprimés : { $deleted } sur { $planned } prévus). Aucun ping n'a pu être fait.
outcome-not-recovered = Non rétabli : { $why } (pods supprimés : { $deleted } sur { $planned } prévus). À vous de prendre le relais.
outcome-dry-run = Essai à blanc : { $planned ->
    [one] { $planned } pod aurait été supprimé ; aucun ne l'a été.
   *[other] { $planned } pods auraient été supprimés ; aucun ne l'a été.
}
outcome-handed-over = { $who } a repris l'incident.
outcome-handed-over-because = { $who } a repris l'incident : { $reason }
outcome-drill-found = { $who } a répondu. Rien n'a été redémarré.
outcome-drill-cancelled = { $who } y a mis fin. Rien n'a été redémarré.
outcome-drill-nobody = Personne n'est venu à temps. Rien n'a été redémarré.

phase-diagnosis = jusqu'au diagnostic
phase-request = jusqu'à la demande
phase-approval = jusqu'à l'approbation
phase-deletes = jusqu'à la dernière suppression
phase-recovery = jusqu'au rétablissement
phase-rest = jusqu'à la clôture

## The picture of a closed incident, and what stands beside it.

picture-line = { $letter } : { $says }
picture-alt =
    Les phases de l'incident { $incident }, chacune une barre aussi longue que sa durée :
    { $phases }
picture-text =
    Le déroulement de l'incident { $incident } :
    { $phases }

## Refusals: always with the reason.

refused-other-workspace = Seules les personnes de l'espace de travail où je suis installé peuvent m'utiliser ici : adressez-vous à l'une d'elles. Rien n'a été fait.
refused-other-server = Je travaille pour un autre serveur, et ne fais rien ici.
refused-direct-message = Je ne fais rien en message privé : tapez /stager sur le serveur, dans le canal de { $names }.
refused-other-channel = Ce bouton appartient à la carte dans le canal de { $environment }, et le clic vient d'un autre canal : je n'ai rien fait.
refused-not-mapped = Votre compte n'appartient à aucune personne de ma configuration : vous ne pouvez ni demander ni approuver. Demandez à un opérateur de vous ajouter.
refused-may-not-look = Je ne dis où en sont les choses qu'à ceux qui ont le droit de regarder, et votre compte n'en fait pas partie. Ont ce droit : { $who }. Adressez-vous à l'un d'eux, ou demandez à un opérateur de vous ajouter.
refused-may-not-request = Vous n'avez pas le droit de demander un redémarrage. Ont ce droit : { $who }.
refused-may-not-approve = Vous n'avez pas le droit d'approuver ni de refuser un redémarrage. Ont ce droit : { $who }.
refused-deactivated = Ce compte est désactivé : il ne compte pour rien ici.
refused-guest = Les invités peuvent regarder, mais ni demander ni approuver. Adressez-vous à un membre à part entière de l'espace de travail.
refused-bot = C'est le compte d'un robot. Seules des personnes peuvent demander ou approuver un redémarrage : adressez-vous à l'une d'elles.
refused-gone = Ce compte n'appartient plus à cet espace de travail ou à ce serveur : il ne compte pour rien ici.
refused-group-not-known = Votre droit repose sur le groupe { $group }, et je ne peux pas voir qui en fait partie : je refuse donc ({ $why }). Réessayez dans un instant, ou adressez-vous à quelqu'un qui a ce droit à titre personnel.
refused-own-request = Vous avez vous-même demandé ce redémarrage. Une deuxième personne doit l'approuver.
refused-approved-once = { $who } a déjà approuvé cette demande et ne compte qu'une fois. Une autre personne doit aussi l'approuver.
refused-one-account = Cette demande a été enregistrée au nom de { $who }, et le compte { $account } est ou était à la fois le sien et le vôtre : vous êtes peut-être une seule personne. Quelqu'un d'autre doit l'approuver. Si vous êtes réellement deux, refusez-la et faites-la déposer de nouveau.
refused-one-name = Cette demande a été enregistrée au nom de { $who }, et le nom { $name } est ou était à la fois le sien et le vôtre : vous êtes peut-être une seule personne. Quelqu'un d'autre doit l'approuver. Si vous êtes réellement deux, refusez-la et faites-la déposer de nouveau.
refused-person-unknown = { $who }, auteur de la demande, n'est plus une personne de ma configuration : je ne peux donc pas dire si vous êtes deux. Refusez-la et faites-la déposer de nouveau.
refused-database-not-confirmed = L'état de la base de données n'est pas connu. Vérifiez-la, puis déclarez-le.
refused-no-such-code = Aucune demande n'attend sous le code { $code }, et je n'en connais aucune qui l'ait porté. Le code d'une demande figure sur sa carte.
refused-old-code = Le code { $code } vient d'une version antérieure du bot, où deux demandes pouvaient porter le même. Utilisez les boutons de sa carte.
refused-of-closed = { $why } Ce code est celui de la demande faite par { $who } à { $requested } dans l'incident { $incident }, qui est clos.
refused-already-approved = Trop tard : { $who } l'a approuvée à { $at }.
refused-already-denied = Trop tard : { $who } l'a refusée à { $at }.
refused-already-cancelled = Trop tard : { $who } l'a annulée à { $at }.
refused-expired = Trop tard : la demande a expiré à { $at }. Faites une nouvelle demande.
refused-voided = Trop tard : la demande est devenue caduque à { $at }, car les éléments observés ne valaient plus.
refused-closed-before = Trop tard : l'incident a été clos à { $at }, avant toute approbation.
refused-already-requested = { $who } a déjà demandé un redémarrage ; la demande attend d'être approuvée.
refused-being-carried-out = Un redémarrage est en cours.
refused-not-diagnosed = La vérification est encore en cours.
refused-verdict = Pas de redémarrage : { $verdict }. { $because }
refused-restarts-off = Les redémarrages sont désactivés dans ma configuration.
refused-one-restart = Cet incident a déjà eu son redémarrage. Un autre devra être fait à la main.
refused-cool-down = L'environnement a été redémarré il y a peu. Pas d'autre redémarrage avant { $until }.
refused-database-alert = Une alerte signale un problème de base de données ({ $name } de { $source }, reçue en dernier à { $at }) : un redémarrage n'apporterait rien. Vérifiez la base, puis déclarez-le : /stager restart database-checked [motif]
refused-reason-needed = Un redémarrage de { $environment } exige un motif. Refaites la demande en l'indiquant : /stager restart, suivi du motif
refused-not-yours = Seul l'auteur de la demande, { $who }, peut l'annuler. Refusez-la plutôt.
refused-nothing-pending = Rien n'attend d'approbation.
refused-closed = Cet incident est clos.
refused-no-incident = Aucun incident n'est ouvert ici. Commencez par /stager check.
refused-of-drill = C'est un exercice : on peut l'approuver, le refuser ou l'annuler, rien d'autre.
refused-drill-open = Un exercice est déjà en cours ici : incident { $incident }.
refused-too-many = C'était trop à la fois : cette commande n'a pas été exécutée. Attendez { $wait }, puis continuez. Les personnes qui ont le droit d'approuver peuvent à tout moment approuver, refuser et annuler.
refused-which-environment = Quel environnement ? Je connais : { $names }.
refused-no-environment = Je ne connais aucun environnement nommé { $name }. Je connais : { $names }.
refused-mute-length = Combien de temps ? Par exemple : /stager mute 2h modification du réseau. De 1m à 24h.
refused-unclear = Je ne comprends pas « { $text } ».
    { $help }
refused-meant = Je ne comprends pas « { $text } », et n'ai rien fait. Vouliez-vous dire { $verb } ? Alors tapez :
    { $line }
refused-whole-code = Il faut le code entier de la demande ; je n'ai rien fait. Une demande attend. Tapez :
    { $line }
refused-which-code = Il faut le code entier de la demande ; je n'ai rien fait. Demandes en attente :
    { $lines }
waiting-of = { $line } ({ $environment })
refused-and-line = { $why } Tapez :
    { $line }

## Answers to what was accepted.

answer-checking = Vérification de { $environment } : voir l'incident { $incident } dans son canal.
answer-joined = L'incident { $incident } de { $environment } est ouvert : nouvelle vérification.
answer-restart-requested = Demandé. Une deuxième personne doit approuver, avec le bouton ou en tapant : /stager approve { $code } database-checked
answer-form-lost = Le formulaire qui demande le motif ne s'est pas affiché. Cliquez de nouveau, ou tapez : /stager restart, suivi du motif
answer-approved = Approuvé. Les éléments observés sont revérifiés avant la moindre suppression.
answer-approved-one = Approuvé : { $given } sur { $needed }. Rien n'est fait avant que les autres aient approuvé, eux aussi.
answer-denied = Refusé.
answer-cancelled = Annulé.
answer-handed-over = L'incident est à vous.
answer-alert = noté
answer-alert-muted = { $who } a mis les alertes de { $environment } en sourdine jusqu'au { $until } : ceci n'ouvre aucun incident. Pour examiner quand même : /stager check
answer-muted = Les alertes de { $environment } n'ouvrent aucun incident jusqu'au { $until }. Pour y mettre fin avant : /stager unmute
answer-unmuted = Les alertes de { $environment } sont de nouveau prises en compte.
answer-drill = L'exercice pour { $environment } a commencé : voyez son canal. Rien n'est observé ni redémarré.
answer-drill-found = Vous avez répondu en { $length } : merci. C'était un exercice, rien n'a été redémarré.
answer-status = { $lines }
status-line = { $stands } (incident n° { $incident })
status-line-quiet = { $environment } : aucun incident ouvert
status-lines = { $line }
    { $rest }
status-nothing = Aucun environnement n'est configuré.
status-not-shown = { $environment } ne peut pas être affiché : { $why }. Nouvel essai de temps en temps, et à chaque demande
status-muted = {"    "}alertes en sourdine jusqu'au { $until }, par { $who }
status-muted-because = {"    "}alertes en sourdine jusqu'au { $until }, par { $who } : { $reason }
status-rejected = { $count ->
    [one] une alerte rejetée
   *[other] { $count } alertes rejetées
    }, source { $source }, la dernière à { $at } : { $reason }
status-rejected-here = {"    "}{ $count ->
    [one] une alerte rejetée
   *[other] { $count } alertes rejetées
    }, source { $source }, la dernière à { $at } : { $reason }
answer-help = /stager check [environnement] — examiner, et dire ce qu'il en est
    /stager status — où en sont les choses
    /stager restart [motif] — demander un redémarrage ; une deuxième personne doit approuver
    /stager approve, le code de la carte, database-checked — approuver, après avoir vérifié la base de données
    /stager deny, cancel, et le code de la carte — refuser, ou retirer votre propre demande
    /stager handover [motif] — reprendre l'incident ; le bot n'intervient plus
    /stager mute [environnement] 2h [motif] · /stager unmute — les alertes n'ouvrent aucun incident pendant un temps ; les prendre de nouveau en compte
    /stager report [numéro] · /stager history [environnement] — le compte rendu d'un incident ; les derniers incidents, et le temps qu'ils ont pris
    /stager whoami — qui vous êtes pour moi, et ce que vous pouvez faire
    /stager policy [environnement] — ce qu'exige un redémarrage
    /stager drill [environnement] — voir en combien de temps une deuxième personne vient ; rien n'est redémarré
    /stager help — cette aide
answer-help-waiting = { $help }
    En attente d'approbation :
    { $lines }
answer-commands = Je connais : /stager check, status, restart, approve, deny, cancel, handover, mute, unmute, report, history, whoami, policy, drill. Ce qu'elles font : /stager help
whoami-both = Vous êtes { $who }, d'après { $accounts }. Vous pouvez demander un redémarrage, et approuver ceux des autres.
whoami-request = Vous êtes { $who }, d'après { $accounts }. Vous pouvez demander un redémarrage.
whoami-approve = Vous êtes { $who }, d'après { $accounts }. Vous pouvez approuver les redémarrages que d'autres demandent.
whoami-look = Vous êtes { $who }, d'après { $accounts }. Vous pouvez regarder, sans plus.
whoami-nobody = Votre compte n'appartient à aucune personne de ma configuration. Vous pouvez regarder, sans plus. Demandez à un opérateur de vous ajouter.
whoami-groups = { $rest } Les groupes qui vous donnent davantage tant que l'un de vos comptes en fait partie : { $groups }.
right-request = demander
right-approve = approuver
group-gives = { $group } ({ $rights })
list-more = { $one }, { $more }
policy-takes = Un redémarrage de { $environment } exige une demande et, dans un délai de { $expiry }, ce nombre d'approbations par d'autres personnes, toutes différentes : { $count }.
policy-dry-run = C'est un essai à blanc : tout a lieu, sauf les suppressions.
policy-off = Les redémarrages sont désactivés : aucun n'est proposé.
policy-reason = La demande doit dire pourquoi.
policy-quiet = De { $from } à { $to } ({ $zone }), il faut une approbation de plus.
policy-look-everybody = Peut regarder : tout le monde
policy-look = Peuvent regarder : { $names }
policy-request = Peuvent demander : { $names }
policy-approve = Peuvent approuver : { $names }
policy-groups = Et par groupe, pour les personnes de ma configuration : { $groups }

## The card.

card-checking = { $environment } : vérification en cours
card-healthy = { $environment } : tout va bien
card-reached-not-proven = { $environment } : accessible ; il n'a pas été possible de voir si le BBS répond ({ $why })
card-will-help = { $environment } : le stager est non disponible ; un redémarrage y remédiera
card-will-not-help = { $environment } : un redémarrage n'y changera rien
card-not-known = { $environment } : on ne sait pas si un redémarrage y remédierait
card-awaiting = { $environment } : redémarrage demandé par { $who }, en attente d'une deuxième personne
card-restarting = { $environment } : redémarrage, pods entamés : { $done } sur { $planned }
card-recovering = { $environment } : redémarré, rétablissement sous surveillance
card-closed = { $environment } : { $outcome }

line-finding = { $says } { $advice }
title-findings = Constats
title-last-look = Au dernier examen
title-pods = Pods
title-probe = Sonde
title-further = Autres éléments
title-events = Événements d'avertissement de ces pods
title-plan = Ce qui va se passer
title-progress = Avancement
title-duration = Temps jusqu'au rétablissement : { $total }
title-by-hand = À la main
title-missing = Ce qui manque encore

field-environment = Environnement
field-leader = Leader actif
field-database = Base de données
field-muted = En sourdine
muted-until = jusqu'au { $until }, par { $who }
field-reopened = Rouvert
reopened-count = { $count ->
    [one] une fois
   *[other] { $count } fois
}
field-database-alert = Contre un redémarrage
field-evidence = Observé à
field-alerts = Alertes
field-requested = Demandé par
field-approved = Approuvé par
field-approvals = Approbations
approvals-count = { $given } sur { $needed }

leader-none = aucun
leader-several = plusieurs
leader-change = { $before } → { $after }
leader-change-unknown = inconnu → { $after }
database-up = en service
database-accepts = accepte les connexions, ce qui prouve peu : à vérifier avant d'approuver
database-down = en panne
database-alert = { $name } ({ $source }) est active : vérifiez la base de données
database-not-known = état inconnu, à vérifier avant d'approuver
not-seen = inconnu ({ $why })
alerts-count = { $count ->
    [one] { $name }
   *[other] { $name } et { $more } de plus
}
alerts-same = { $name } ×{ $count }

plan-pods = Supprimer { $pods }, l'un après l'autre : le premier sert de canari, et les autres suivent une fois que tous les conteneurs de son remplaçant sont prêts. { $promise }Chaque suppression est liée à l'UID du pod, et tout est revérifié avant chacune. Les applications continuent de tourner ; la préproduction et les changements d'échelle sont suspendus jusqu'à la fin.
plan-pod = Supprimer { $pods }. { $promise }La suppression est liée à l'UID du pod, et tout est revérifié avant. Les applications continuent de tourner ; la préproduction et les changements d'échelle sont suspendus jusqu'à la fin.
promise-ordered = Tant qu'un pod n'est pas revenu, aucun autre n'est supprimé.
promise-parallel = Après { $wait } en Terminating, un pod n'est plus attendu.
promise-before = { $promise }{ " " }
plan-dry = Essai à blanc : rien ne sera supprimé.
plan-withheld = Aucun redémarrage n'est proposé : { $why }
plan-expires = Peut être approuvé jusqu'à { $until }. Code : { $code }

progress-waiting = { $pod } : en attente
progress-intended = { $pod } : en cours de suppression
progress-terminating = { $pod } : en cours d'arrêt, délai de grâce restant : { $left } (jusqu'à { $until })
progress-held = { $pod } : en cours d'arrêt, délai de grâce écoulé, retenu par ses finalizers ({ $finalizers })
progress-late = { $pod } : en cours d'arrêt, délai de grâce écoulé
progress-gone = { $pod } : disparu, pas encore recréé
progress-starting = { $pod } : démarre { $ready }/{ $containers }
progress-ready = { $pod } : prêt { $ready }/{ $containers }
progress-active = { $pod } : prêt { $ready }/{ $containers }, actif
progress-spared = { $pod } : non touché
progress-skipped = { $pod } : non supprimé

phase-line = { $length } { $phase }
hand-look = # regarder
hand-why = # voir pourquoi des pods ne sont pas prêts
hand-probe = # sonder
hand-ping = # ping : 200 est une réponse
hand-listens = # voir si son BBS écoute
hand-restart = # seulement si la base de données répond
hand-restart-unseen = # seulement si la sonde échoue depuis chaque pod api, qu'aucun pod n'est actif et que la base de données répond
hand-wait = # attendre que tous les conteneurs soient prêts et qu'un seul pod soit actif, puis sonder de nouveau
hand-wait-passive = # attendre qu'un pod soit actif avec tous ses conteneurs prêts (il en manque toujours un à un pod passif), puis sonder de nouveau
message-after-deleted = Cette carte remplace la précédente, dont voici le fil
message-head = Le journal de l'incident est clos. Pour le vérifier plus tard : stagerbot audit verify --config stagerbot.toml --noted { $head }
message-repeated = (répété après un redémarrage du bot ou une réponse perdue : peut figurer ici deux fois)
note-incident = Incident { $incident }, ouvert à { $opened }

button-restart = Demander un redémarrage
button-approve = Approuver
button-deny = Refuser
button-cancel = Retirer ma demande
button-check-again = Revérifier
confirm-restart-title = Demander le redémarrage ?
confirm-restart = { $environment } : supprimer { $pods }. { $promise }Les observations étaient vieilles de { $age } à l'affichage de cette carte ; elles sont revérifiées après l'approbation. Une deuxième personne doit approuver.
confirm-restart-yes = Demander
confirm-approve-title = Approuver le redémarrage ?
confirm-approve = { $environment } : supprimer { $pods }. Approuver, c'est déclarer avoir vérifié la base ({ $database }). { $promise }Observations vieilles de { $age } à la demande, revérifiées après l'approbation.
confirm-approve-yes = Vérifiée, approuver
confirm-no = Retour
form-reason = Motif (pour la trace ; peut rester vide)
confirm-lost = Cette carte ne montre plus ce que vous confirmeriez. Voyez /stager status, puis tapez :
    { $line }

## Announcements: that somebody is needed, and how it went on.

field-told = Prévenus
field-missed = Non joints
told-names = { $names }, la dernière fois à { $at }
missed-line = { $who } : { $why }
missed-unknown = { $platform } ne connaît aucun compte { $account } ; corrigez la configuration
missed-deactivated = le compte { $account } est désactivé sur { $platform }
missed-failed = l'envoi est impossible ({ $why })
call-approval = { $environment } : { $who } a demandé un redémarrage ; une deuxième personne doit l'approuver
call-offer = { $environment } : un redémarrage y remédiera, et personne n'en a demandé
call-blind = { $environment } : je ne vois pas ce qui ne va pas ; quelqu'un doit regarder
call-stopped = { $environment } : le redémarrage n'y a pas remédié ; une personne doit prendre le relais
call-handed-over = { $environment } : quelqu'un a repris l'incident
call-unshown = { $environment } : le canal { $channel } sur { $platform } n'accepte aucune carte : personne n'y voit l'incident ; quelqu'un doit y remédier
call-drill = { $environment } : { $who } veut savoir en combien de temps une deuxième personne vient ; cliquez sur Approuver
call-again = Personne n'est venu depuis { $since }.
call-last = Dernier appel avant l'expiration.
call-escalated = Toujours personne au bout de { $after }.
call-reason = Motif : { $reason }
call-why = Ce que dit la plateforme : { $why }
call-card = La carte, avec les éléments observés et les boutons
call-over-at = { $at } : { $how }
call-over-requested = { $who } a demandé le redémarrage.
call-over-approved = { $who } a approuvé.
call-over-denied = { $who } a refusé.
call-over-cancelled = { $who } a retiré la demande.
call-over-expired = La demande a expiré ; personne n'est venu.
call-over-voided = La demande est caduque : la situation a changé.
call-over-closed = L'incident est clos ; plus besoin de personne.
call-over-verdict = L'état a changé ; plus besoin de personne pour cela.
call-over-shown = Le canal accepte de nouveau les cartes.
notice-approved = { $who } a approuvé votre demande.
notice-denied = { $who } a refusé votre demande.
notice-expired = Personne n'a approuvé votre demande à temps. La refaire, sur de nouvelles observations ?
notice-voided = Votre demande est caduque : { $why }. La refaire, sur de nouvelles observations ?
notice-ended = Votre redémarrage est terminé. { $outcome }
notice-drill = Votre exercice est terminé, après { $length }. { $outcome }
drill-marked = EXERCICE (DRILL) · { $says }
drill-explained = Ceci est un exercice. Quiconque peut approuver un redémarrage et n'est pas le demandeur y met fin d'un clic sur Approuver ou Refuser. Aucune panne ne se cache derrière : rien n'est observé, et rien ne sera redémarré.
drill-took = Cela a pris { $length }.
confirm-drill-title = EXERCICE : approuver ?
confirm-drill-yes = Je suis là

## The terminal.

terminal-check = { $environment } (espace de noms { $namespace }) à { $at }
terminal-verdict = Verdict : { $verdict }
terminal-endpoints = Endpoints du Service du BBS : { $names }
terminal-field = { $name } : { $value }
doctor-test = Ceci est un test de stagerbot doctor : tout va bien.

## Why a channel takes nothing, within a sentence.

closed-slack-not-there = le bot n'est pas dans le canal Slack { $channel } : invitez-le avec /invite
closed-slack-no-channel = Slack n'a pas de canal { $channel }, ou le bot n'y est pas : { $code }
closed-slack-archived = le canal Slack { $channel } est archivé
closed-slack-may-not-post = Slack ne laisse pas le bot publier dans le canal { $channel } : { $code }
closed-slack-refused = Slack a refusé { $call } pour { $channel } : { $code }
closed-discord-no-channel = Discord n'a pas de salon { $channel }
closed-discord-no-text = le salon Discord { $channel } ne peut pas contenir de carte : il faut un salon textuel
closed-discord-other-server = le salon Discord { $channel } appartient à un autre serveur
closed-discord-threads = le serveur Discord a autant de fils ouverts que possible : aucun ne peut être ouvert dans son salon { $channel } ; archivez-en
closed-discord-not-seen = le bot ne peut pas voir le salon Discord { $channel } : il lui faut View Channel à cet endroit
closed-discord-may-not = le bot n'a pas le droit de faire { $call } dans le salon Discord { $channel } : il lui faut { $needed } à cet endroit
closed-discord-lacks = il manque au bot des permissions dans le salon Discord { $channel } : il lui faut { $needed } à cet endroit
closed-discord-refused = Discord a refusé { $call } dans le salon { $channel } : { $why } ({ $code })

## What was seen, a line each, where it is not a machine's own text.

seen-at = { $at }  { $says }
seen-probe = { $pod } : { $text } (code de sortie { $code })
seen-probe-no-code = { $pod } : { $text } (aucun code de sortie)
seen-ping = le ping { $from } → { $to } : { $text }
seen-control = connexion de contrôle depuis { $line }
seen-connect = de { $pod } à { $target } : { $text }
seen-connected = connexion établie
seen-accepted = connexion acceptée
seen-by-bash = { $text } (bash /dev/tcp ; nc ne sait pas sonder un port)
seen-by-bash-without-nc = { $text } (bash /dev/tcp ; nc est absent)
seen-by-nc-running = { $text } (nc -e ; nc ne sait pas sonder un port, et bash est absent)
seen-not-ready = { $pod }  pas prêt : { $names }
seen-side-by-side = StatefulSets côte à côte : { $sets }
seen-revision = StatefulSet { $set } : une révision attend
seen-lock = verrou bbs, demandé dans { $pod } : { $text }
seen-lock-nobody = personne
seen-lock-hung = pas de réponse à temps
seen-locket-read = { $pod } : Locket a lu ses verrous dans la base de données
seen-locket-hung = { $pod } : Locket n'a pas répondu à temps
seen-locket-refused = { $pod } : Locket a refusé

## From what the topology was concluded, a line for each part.

found-part = { $part } : { $told } ({ $why })
found-set = StatefulSet { $sets }, conteneur { $container }
found-inside = dans les pods de { $set }
found-inside-bbs = dans les pods du BBS
found-configured = selon la configuration
found-no-role = rien ne s'appelle { $names }
found-by = d'après { $label }
found-by-name = d'après le nom
found-by-selector = d'après ce qu'il sélectionne
found-by-both = d'après le nom et ce qu'il sélectionne
found-as-called = d'après la configuration du contrôleur de cloud
found-service = Service du BBS : { $service } ({ $why }), port { $port } ({ $from })
found-service-unlisted = les Services ne peuvent pas être listés ; nom habituel à côté de { $set }
found-service-none = nom habituel à côté de { $set } ; il n'existe pas, et il n'y a aucun Service
found-service-absent = nom habituel à côté de { $set } ; il n'existe pas, et parmi { $names } aucun n'a les pods et le port du BBS
found-port-of-service = celui du Service
found-port-usual = comme dans toutes les versions connues
found-label = label actif : { $told } ({ $why })
found-on-pod = sur un pod du BBS
found-in-selector = dans le sélecteur d'un Service du BBS
found-of-kubecf = pods de KubeCF ; absent d'un pod passif
found-no-label = aucun pod du BBS n'en a, bien que prêt
found-label-assumed = supposé : aucun pod du BBS n'est prêt depuis longtemps
unfound-name = le nom { $name } ne peut pas être utilisé dans une commande
unfound-no-set = les pods de { $part } n'appartiennent à aucun StatefulSet, contrairement à toutes les versions connues : { $pods } ; le bot ne peut pas s'en servir
unfound-part = { $part } est introuvable : recherche d'un StatefulSet ainsi nommé ({ $names }) d'après { $labels } ou d'après le nom ; il y a { $sets }
unfound-no-sets = { $part } est introuvable : recherche d'un StatefulSet ainsi nommé ({ $names }) d'après { $labels } ou d'après le nom ; il n'y en a aucun
unfound-several = impossible de reconnaître { $part } : { $sets } lui ressemblent tous d'après { $label } ; indiquez-en un comme { $key } sous [environment.topology]
unfound-several-names = impossible de reconnaître { $part } : { $sets } lui ressemblent tous d'après leur nom ; indiquez-en un comme { $key } sous [environment.topology]
unfound-container = impossible de reconnaître le conteneur de { $part } : { $sets } contient { $containers } ; indiquez-le comme { $key } sous [environment.topology]

## Why something could not be seen or was not answered, within a sentence.

unseen-call = { $call } : { $why }
unseen-in-pod = { $pod } : { $why }
unseen-all = { $lines }
unseen-no-answer = pas de réponse en { $seconds } s
unseen-page = autre chose qu'un serveur d'API a répondu à sa place : HTTP { $code } avec une page
unseen-page-titled = autre chose qu'un serveur d'API a répondu à sa place : HTTP { $code } avec une page, « { $title } »
unseen-no-json = autre chose qu'un serveur d'API a répondu à sa place : pas de JSON de Kubernetes, peut-être la page d'un proxy
unseen-by-policy = une politique du cluster l'a refusé : { $text } ({ $code })
unseen-credentials = le serveur d'API a refusé les identifiants (401 Unauthorized)
unseen-permission = droit manquant : { $text }
unseen-exec-not-upgraded = le serveur d'API n'a pas lancé l'exec : { $text }
unseen-no-websockets = le chemin jusqu'au serveur d'API ne laisse pas passer les WebSockets, dont exec a besoin ({ $why })
unseen-no-switch = HTTP { $code } au lieu d'un changement de protocole
unseen-no-protocol = la réponse ne nomme aucun des protocoles d'exec
unseen-no-upgrade = la réponse n'est pas un passage en WebSocket
unseen-parts = dans l'espace de noms { $namespace }, { $why }
unseen-no-service = pas de Service { $service } dans l'espace de noms { $namespace }
unseen-no-turn = son tour n'est pas venu à temps
unseen-exec-unanswered = pas de réponse à l'exec à temps
unseen-exec-no-status = l'exec n'a pas d'état
unseen-exec-not-begun = la commande n'a pas été lancée
unseen-exec-lost = la connexion a été perdue avant l'arrivée d'un code de sortie
unseen-exec-lost-said = la connexion a été perdue avant l'arrivée d'un code de sortie : { $text }
unseen-late = la commande ne s'est pas terminée à temps
unseen-late-said = la commande ne s'est pas terminée à temps : { $text }
unseen-script-silent = le script s'est terminé sans réponse (code de sortie { $code })
unseen-script-silent-said = le script s'est terminé sans réponse (code de sortie { $code }) : { $text }
unseen-tools = il manque au conteneur { $tools }
unseen-printed-nothing = la commande n'a rien affiché
unseen-exit-code = code de sortie { $code }
unseen-exit-code-said = { $text } (code de sortie { $code })
unseen-own-port = son propre port n'a pas répondu en { $seconds } s
unseen-curl-killed = curl a été tué
unseen-curl-silent = curl n'a rien affiché (code de sortie { $code })
unseen-cfdot-killed = cfdot a été tué
unseen-cfdot-too-much = cfdot en a dit plus que ce qui est lu
unseen-cfdot-not-run = cfdot ne peut pas être exécuté : { $text }
unseen-cfdot-missing = cfdot est absent : { $text }
unseen-no-pinger = aucun pod du contrôleur de cloud n'est prêt pour envoyer un ping
unseen-no-bbs = aucun pod du BBS en marche ne peut être interrogé
unseen-no-address = son adresse n'est pas configurée
unseen-unreachable = { $server } n'est pas accessible : { $why }
unseen-not-trusted = { $server } n'est pas digne de confiance : { $why }
unseen-wants-certificate = { $server } a refusé les identifiants : un certificat client est exigé
unseen-client-certificate = { $server } a refusé les identifiants : le certificat client ({ $why })
distrust-client-authority = il ne connaît pas l'autorité qui l'a signé
distrust-client-expired = il a expiré
distrust-client-revoked = il a été révoqué
distrust-authority-unknown = son certificat est signé par une autorité que le kubeconfig ne nomme pas ; comparez certificate-authority
distrust-authority-not-here = son certificat est signé par une autorité inconnue ici ; si c'est un proxy d'entreprise qui signe, indiquez le fichier de cette autorité dans SSL_CERT_FILE
distrust-authority-expired = son certificat : l'autorité qui l'a signé n'est plus valide, ou pas encore
distrust-expired = son certificat a expiré
distrust-not-yet = son certificat n'est pas encore valide ; comparez les horloges
distrust-name = son certificat est établi pour un autre nom
distrust-names = son certificat est établi pour { $presented } et non pour { $expected } ; tls-server-name dit quel nom il doit porter
distrust-no-name = son certificat n'est établi pour aucun nom, et donc pas pour { $expected } ; tls-server-name dit quel nom il doit porter
distrust-purpose = son certificat ne peut pas être celui d'un serveur (extendedKeyUsage)
distrust-old = son certificat : il est au format X.509 version 1, que la bibliothèque TLS ne connaît pas ; renouvelez-le en version 3
distrust-key = son certificat : il est pour { $kind }, que la bibliothèque TLS ne connaît pas ; renouvelez-le avec une clé RSA, P-256 ou P-384
distrust-other = son certificat ne peut pas être vérifié : { $text }
way-server = le serveur d'API
way-proxy = le proxy { $proxy }
way-by-proxy = { $proxy } : { $why }
way-name = le nom { $name } ne peut pas être résolu
way-late = il n'a pas répondu à temps
way-refused = la connexion a été refusée ; rien n'écoute à cet endroit
way-no-route = aucune route n'y mène
way-timed-out = pas de connexion à temps ; les paquets sont peut-être perdus en chemin
way-cut-off = la connexion a été coupée
way-tls-version = il ne parle ni TLS 1.2 ni TLS 1.3
way-handshake = il a mis fin à la négociation TLS ({ $alert })
way-handshake-key = il a mis fin à la négociation TLS ; sa clé est peut-être d'un type que la bibliothèque TLS ne connaît pas, comme P-521
way-no-tls = ce qui répond là ne parle pas TLS ; c'est peut-être du HTTP simple, ou quelque chose d'intermédiaire
way-address = l'adresse indiquée est inutilisable : elle doit être en https, ou sur loopback
way-request = la requête ne peut pas être écrite
way-tls = TLS : { $text }
credentials-file-lost = pas d'identifiants : le fichier du jeton n'a pas pu être lu
credentials-file-empty = pas d'identifiants : utilisateur { $user } : son fichier de jeton { $path } est vide
credentials-file-broken = pas d'identifiants : utilisateur { $user } : le jeton de son fichier { $path } contient un saut de ligne ou un caractère de contrôle
credentials-file-unreadable = pas d'identifiants : utilisateur { $user } : son fichier de jeton { $path } ne peut pas être lu : { $text }
credentials-oidc-expired = pas d'identifiants : utilisateur { $user } : l'id-token de son auth-provider oidc a expiré, et seul kubectl le renouvelle ; utilisez un plugin exec ou le jeton d'un compte de service
credentials-plugin-not-run = pas d'identifiants : utilisateur { $user } : le plugin d'authentification { $plugin } n'a pas pu être exécuté
credentials-plugin-unusable = pas d'identifiants : utilisateur { $user } : le plugin d'authentification { $plugin } n'a rien affiché d'utilisable : { $text }
credentials-plugin-failed = pas d'identifiants : utilisateur { $user } : le plugin d'authentification { $plugin } a échoué avec le code de sortie { $code }
credentials-plugin-killed = pas d'identifiants : utilisateur { $user } : le plugin d'authentification { $plugin } a été tué
credentials-plugin-late = pas d'identifiants : utilisateur { $user } : le plugin d'authentification { $plugin } n'a pas répondu en { $seconds } s et a été arrêté ; il attend peut-être une connexion, un navigateur ou un VPN
credentials-plugin-too-much = pas d'identifiants : utilisateur { $user } : le plugin d'authentification { $plugin } a affiché beaucoup trop de texte et a été arrêté
credentials-plugin-missing = pas d'identifiants : utilisateur { $user } : le plugin d'authentification { $plugin } n'est pas installé ici
credentials-plugin-missing-hint = pas d'identifiants : utilisateur { $user } : le plugin d'authentification { $plugin } n'est pas installé ici : { $hint }
credentials-plugin-not-begun = pas d'identifiants : utilisateur { $user } : le plugin d'authentification { $plugin } ne peut pas être lancé : { $text }

## Why a delete was not sent, or it is not known what became of it, within a sentence.

unsent-because = non envoyé : { $why }
unsent-too-old = non envoyé : ce qui a été observé est devenu trop ancien pour agir
unsent-unknown = non envoyé : l'UID ou la version de ressource de { $pod } n'est pas connu
unsent-no-part = non envoyé : { $pod } n'est pas un pod du BBS ou de Locket de { $environment }
unsent-parts-unknown = non envoyé : impossible de savoir quels pods sont ceux du BBS dans { $environment }
unsent-still-there = le pod est toujours là, sans être en cours d'arrêt
unsent-bug = la suppression a échoué (un bogue)

## Why something could not be told, asked or paged, within a sentence.

failed-gone = cela n'existe plus
failed-paused = la plateforme demande une pause
failed-passing = cela ne fonctionne pas pour le moment ; le journal dit pourquoi
failed-lasting = c'est refusé tant que personne n'y change quelque chose ; le journal dit pourquoi
failed-unasked = impossible de demander { $call } à { $platform } : { $why }
failed-unreadable = la réponse de { $platform } à { $call } est illisible
failed-status = { $platform } a répondu à { $call } par HTTP { $code }
failed-late = { $platform } n'a pas répondu à { $call } en { $seconds } s
failed-slack-token = Slack n'accepte pas le jeton « { $token } » : { $code }
failed-slack-scope = il manque au jeton « { $token } » le scope { $scope }, dont { $call } a besoin
failed-slack-app-scope = il manque à l'application Slack le scope { $scope }
failed-slack-refused = Slack a refusé { $call } : { $code }
failed-slack-unfit = Slack ne peut pas prendre ce que dit { $call } : { $why }
failed-discord-unfit = Discord ne peut pas prendre ce que dit { $call } : { $why }
failed-discord-token = Discord n'accepte pas le jeton du bot
failed-discord-not-there = le bot n'est pas dans le serveur Discord, ou n'a pas été invité avec le scope applications.commands ({ $call })
failed-discord-may-not = Discord ne laisse pas le bot faire { $call }
failed-discord-refused = Discord a refusé { $call } : { $code } { $why }
failed-no-platform = sa plateforme n'est pas configurée
failed-nobody-looked = personne n'a vérifié récemment
failed-no-pager = rien de ce nom n'alerte quelqu'un : { $name }
failed-pager-address = l'adresse de { $name } est inutilisable
failed-pager-late = { $name } n'a pas répondu en { $seconds } s
failed-pager-refused = { $name } a refusé un appel par HTTP { $code } : { $text }
failed-pager-status = { $name } a répondu par HTTP { $code }
failed-pager-lost = { $name } n'est pas accessible : { $why }

## Alerts that were turned away before anybody judged them, and what their senders should know.

rejected-not-configured = les alertes ne sont pas configurées : définissez alerts.token_file ou STAGERBOT__ALERTS__TOKEN
rejected-no-token = en-tête attendu : « Authorization: Bearer <token> »
rejected-wrong-token = le jeton bearer n'est pas celui qui est configuré
rejected-wrong-password = l'utilisateur ou le mot de passe n'est pas celui qui est configuré
rejected-no-signature = en-tête attendu : { $header }, avec un HMAC-SHA256 du corps en hexadécimal
rejected-wrong-signature = aucune signature dans { $header } n'a été faite avec une clé configurée sur le corps tel qu'il est arrivé
rejected-not-fresh = l'heure dans { $header } est à plus de { $seconds } s de maintenant
rejected-no-source = il n'y a pas de telle source ; il y a { $names }
rejected-too-large = le corps dépasse { $limit } octets ; voir alerts.max_body
rejected-body-too-large = le corps est trop grand
rejected-too-slow = le corps a mis trop longtemps à arriver
rejected-no-room = trop de corps arrivent en même temps
rejected-broke-off = le corps s'est interrompu
rejected-not-stored = les alertes n'ont pas pu être enregistrées ; leur émetteur a été prié de les renvoyer
rejected-not-json = le corps n'est pas du JSON, à la ligne { $line }, colonne { $column }
rejected-shape = le corps n'a pas la forme attendue ({ $sender }), à { $path }
rejected-sender = cela ressemble au corps d'un autre émetteur : { $sender }. stagerbot alerts explain dit où l'envoyer
rejected-straight = le bot n'est pas un Alertmanager : il en prend le webhook à POST /alerts/alertmanager. Faites envoyer Prometheus ou vmalert à un Alertmanager, et celui-ci au bot (deploy/alertmanager)
rejected-left-out = l'émetteur a omis { $count } alertes d'un corps : son max_alerts est plus bas
rejected-muted = { $who } a mis en sourdine les alertes de { $environment } jusqu'à { $until }
unread-withheld = d'après son statut, elle est en attente, suspendue, mise en silence ou sans données : son émetteur ne la signale pas
unread-no-alert = une alerte était attendue ; trouvé ce JSON : { $kind }
unread-tried = quelqu'un essaie l'abonnement
unread-neither = { $kind } ne dit ni que l'incident est déclenché, ni qu'il est terminé
note-grafana = cela ressemble au webhook de Grafana : envoyez-le à POST /alerts/grafana
note-alertmanager = cela ressemble au webhook d'Alertmanager : envoyez-le à POST /alerts/alertmanager
tested-no-data = sa requête n'a donné aucune donnée
tested-query-failed = sa requête a échoué
tested-contact-point = quelqu'un essaie le point de contact

## Times and lengths of time.

moment = { $time } { $zone }
moment-dated = { $day }/{ $month }/{ $year } { $time } { $zone }
span-seconds = { $seconds },{ $tenths } s
span-minutes = { $minutes } min { $seconds } s
span-hours = { $hours } h { $minutes } min

## Reports of incidents, and what many come to.

report-title = Incident { $incident } : { $environment }
report-opened = Ouvert
report-closed = Clos
report-still-open = encore ouvert
report-reopened = Réouvertures
report-outcome = Issue
report-cause = Cause constatée
report-durations = Durées
report-length = { $length }
report-people = Qui a fait quoi
report-evidence = Éléments observés
report-restart = Pods du redémarrage
report-deleted = supprimé à { $at }
report-left = pas supprimé
report-timeline = Ce qui s'est passé
report-verify = Pour vérifier le journal
report-line = { $at } { $says }
report-whole = Le tout, pour un post-mortem : { $line }

did-checked = a demandé une vérification
did-requested = a demandé le redémarrage
did-approved = a approuvé le redémarrage
did-denied = a refusé le redémarrage
did-cancelled = a retiré la demande
did-took-over = a repris l'incident
did-drilled = a lancé un exercice

took-acknowledged = jusqu'à ce qu'une personne agisse
took-approved = de la demande à l'approbation
took-mitigated = de l'ouverture au rétablissement
took-found = de l'exercice à la deuxième personne

stats-title = Pannes
stats-title-since = Pannes depuis le { $since }
stats-incidents = Nombre d'incidents
stats-open = Ouverts
stats-outages = Pannes par environnement et par cause
stats-outcomes = Issues
stats-spread = médiane { $median }, p90 { $ninety } (sur { $count })
stats-none = aucune mesure pour l'instant
stats-who = Qui a été sollicité
stats-asked = sollicité dans { $asked }, a répondu dans { $answered }
stats-drills = Exercices
stats-drills-count = Nombre
stats-drills-nobody = Personne n'est venu

history-nothing = Aucun incident pour l'instant.
history-line = { $at } · { $environment } · incident { $incident } : { $ended }
history-outage = { $at } · { $environment } · incident { $incident } : { $cause }, { $ended }
history-drill = { $at } · { $environment } · incident { $incident } : exercice, { $ended }
history-length = { $line } ({ $length })
history-spread = { $what } : { $spread }

ended-open = ouvert
ended-healthy = tout allait bien
ended-recovered-itself = rétabli de lui-même
ended-reached-not-proven = accessible, réponse non prouvée
ended-recovered = rétabli après un redémarrage
ended-not-recovered = non rétabli malgré un redémarrage
ended-dry-run = essai à blanc
ended-handed-over = repris par une personne

## What Discord says of the commands, each in 100 characters at most. Their names stay as they are.

command-stager = Vérifier la préproduction, demander ou approuver un redémarrage du BBS de Diego
command-check = Examiner un environnement, et dire ce qu'il en est
command-status = Où en sont les choses
command-restart = Demander un redémarrage ; une deuxième personne doit approuver
command-approve = Approuver un redémarrage que quelqu'un d'autre a demandé
command-deny = Refuser un redémarrage
command-cancel = Retirer votre propre demande
command-handover = Reprendre l'incident ; le bot n'intervient plus
command-mute = Empêcher les alertes d'ouvrir un incident pendant un temps
command-unmute = Prendre de nouveau les alertes en compte
command-report = Rendre compte d'un incident
command-history = Montrer les derniers incidents, et le temps qu'ils ont pris
command-whoami = Dire qui vous êtes pour le bot, et ce que vous pouvez faire
command-policy = Dire ce qu'exige un redémarrage
command-drill = Voir en combien de temps une deuxième personne vient ; rien ne redémarre
command-help = Expliquer les commandes
option-environment = Son nom
option-incident = Son numéro ; sans lui, le plus récent
option-for = Combien de temps, par exemple 2h ; au plus 24h
option-code = Le code de la demande, tel qu'il figure sur la carte
option-reason = Le motif, pour la trace
option-database-checked = Vous avez vous-même vérifié la base de données de Diego

## Alerts: what they mean, and why they start nothing.

means-stager-unavailable = le stager est non disponible
means-same-outage = la même panne en d'autres termes
means-symptom = un symptôme, qui mérite une vérification
means-look-alike = une autre erreur de préproduction
means-database = un problème de base de données
means-unrelated = aucun rapport avec la préproduction

ignored-by-rule = la règle { $rule } de alerts.rule dit de l'ignorer
ignored-test = son émetteur ne fait que tester la liaison, ou n'a pas de données : { $what }
ignored-look-alike = elle parle d'une autre erreur de préproduction, où Diego a répondu : un redémarrage n'y changerait rien
ignored-no-code = elle ne dit pas que le stager est non disponible : { $number } y figure, mais comme partie d'autre chose
ignored-unrelated = elle ne dit pas que le stager est non disponible : ni label ni annotation ne contient 170010 ou CF-StagerUnavailable
ignored-unmatched = elle n'a les labels d'aucun environnement : { $wanted }
ignored-unmatched-several = elle a les labels de plusieurs environnements : { $environments }
ignored-too-many = elle vient après les { $most } premières alertes d'un même envoi au sujet d'un environnement

because-read = elle signifie : { $says } (règle { $rule }), d'après « { $quote } »
because-nothing = { $says } (règle { $rule })
because-rule-means = la règle { $rule } de alerts.rule dit qu'elle signifie : { $meaning }
because-rule-severity = la règle { $rule } de alerts.rule dit que sa gravité est { $severity }
because-severity = son émetteur lui donne la gravité { $severity }
because-rule-environment = la règle { $rule } de alerts.rule dit qu'elle concerne { $environment }
because-named = elle nomme { $environment }
because-labels = elle a les labels de { $environment } : { $labels }
because-only = { $environment } est le seul environnement
because-nameless = elle ne nomme aucun environnement, et alerts.no_environment dit de les interroger tous : { $environments }

reads-stager-code = l'erreur du stager lui-même, reconnue à son code
reads-stager-phrase = l'erreur du stager lui-même, reconnue à son texte
reads-stager-number = l'erreur du stager lui-même, reconnue à son numéro
reads-relative-code = la même panne, reconnue au code d'une autre erreur
reads-relative-phrase = la même panne, reconnue au texte d'une autre erreur
reads-relative-number = la même panne, reconnue au numéro d'une autre erreur
reads-instances-unknown = la même panne : le contrôleur de cloud ne sait pas combien d'instances tournent
reads-other-staging-error = une autre erreur de préproduction, où Diego a répondu
reads-other-staging-number = une autre erreur de préproduction, reconnue à son numéro
reads-bbs-lost-lock = le BBS a perdu son verrou, d'après son journal
reads-push-fails = une alerte disant que des push échouent
reads-alert-about-database = une alerte au sujet de la base de données
reads-log-about-database = la base de données n'est pas accessible, d'après un journal
reads-none = rien n'y parle de préproduction
reads-number-is-no-code = un de nos numéros, mais qui n'est pas un code : il fait partie d'une empreinte, d'une version, d'une quantité, d'une métrique ou d'un lien
reads-senders-test = un essai de son émetteur, ou une requête sans données

explained-source = Lu comme un envoi de la source { $source }
explained-title = { $place } : { $name }
explained-refused = Ce serait refusé : { $why }
explained-ignored = Cela ne déclenche rien : { $why }
explained-note = Réponse à son émetteur : { $note }
explained-elsewhere = À toute autre adresse, réponse à son émetteur : { $note }
explained-left-out = Son émetteur a omis des alertes : { $count }.
explained-nothing = Aucune alerte n'y figure.
explained-firing = Elle est active.
explained-resolved = Elle est terminée.
explained-over = Qu'elle est terminée se lit dans « { $quote } ».
explained-opens = Elle ouvre un incident de { $environments }, ou rejoint celui qui est ouvert.
explained-joins = Elle rejoint un incident ouvert de { $environments }, et n'en ouvre aucun.
explained-checks = Elle fait revérifier un incident ouvert de { $environments }, et n'en ouvre aucun.
explained-inhibits = Tant qu'elle est active, aucun redémarrage de { $environments } n'est proposé, sauf si quelqu'un déclare que la base de données a été vérifiée.

## The playground's page.

play-title = Le terrain de jeu de Stagerbot
play-intro = Le vrai bot entre un Cloud Foundry, un Slack et un Discord simulés, tous sur cette machine. Ouvrez une deuxième fenêtre pour être une deuxième personne.
play-you = Vous êtes
play-role-requester = demande des redémarrages
play-role-approver = approuve ce que d'autres demandent
play-role-second-account = le second compte d'Ada
play-role-nobody = peut regarder, sans plus
play-role-stranger = d'une autre organisation, par Slack Connect
play-language = Langue
play-scene = Scène
play-free = Jeu libre
play-scene-outage = Panne et rétablissement
play-scene-own-request = Quelqu'un approuve sa propre demande
play-scene-escalation = Personne ne répond
play-scene-recovers-itself = Tout se rétablit avant l'approbation
play-scene-database-down = La base de données est en panne
play-scene-bot-killed = Le bot est tué en plein travail
play-look-free =
    Tout va bien. Provoquez une panne, faites-la signaler par Alertmanager, ou tapez /stager check.
    Observez ce que le bot demande au cluster, et ce qu'il propose.
play-look-outage =
    Demandez le redémarrage en tant qu'Ada, approuvez-le en tant que Grace : la carte montre les éléments observés sur lesquels chacune se fonde.
    À droite, un seul pod s'arrête à la fois, et le second seulement quand le premier est revenu.
play-look-own-request =
    Demandez en tant qu'Ada, et approuvez en tant qu'Ada, par ses deux comptes : la réponse qu'elle seule voit lui dit pourquoi c'est refusé.
    À droite rien n'est supprimé, et le fil garde chaque refus.
play-look-escalation =
    Demandez en tant qu'Ada, puis attendez : le bot relance ceux qui peuvent approuver, puis les appelle dans le canal cf-managers.
    Approuvez en tant que Grace : chaque appel est modifié et dit ce qui s'est passé.
play-look-recovers-itself =
    Demandez en tant qu'Ada, puis réparez tout à droite avant que quelqu'un approuve.
    La demande devient caduque, et aucun pod n'est supprimé.
play-look-database-down =
    La carte n'a pas de bouton de redémarrage : base en panne, un pod supprimé ne serait jamais prêt.
    Tapez tout de même /stager restart, puis réparez tout à droite.
play-look-bot-killed =
    Demandez en tant qu'Ada, approuvez en tant que Grace, et tuez le bot dès que le premier pod s'arrête ; puis relancez-le.
    Il regarde avant de continuer : aucun pod n'est supprimé deux fois, ni sans nécessité.
play-begin-again = Recommencer
play-people = Laisser les personnes agir d'elles-mêmes
play-opening = Quelque chose va mal tourner…
play-your-turn = À vous de jouer.
play-playing = Les personnes agissent d'elles-mêmes.
play-ended-well = La scène s'est terminée comme prévu.
play-ended-ill = La scène ne s'est pas terminée comme prévu :
play-chat = Discussion
play-direct = Messages directs
play-only-you = Visible uniquement par vous
play-edited = (modifié)
play-thread = Fil de discussion
play-type = Écrivez un message, ou /stager check
play-send = Envoyer
play-dismiss = Fermer le message
play-cancel = Annuler
play-thinking = réfléchit…
play-silence = Rien n'a encore été dit ici.
play-not-here = Ce compte n'est pas ici.
play-cluster = Cluster Kubernetes
play-pod = Pod (nom)
play-ready = Prêts
play-state = État
play-label = Label du rôle
play-active = actif
play-passive = passif
play-terminating = En cours d'arrêt (Terminating)
play-endpoints = Endpoints du Service
play-lock = Verrou détenu par
play-requests = Ce qui est demandé à l'API Kubernetes
play-faults = Provoquer une panne
play-fault-connections-lost = Les connexions à la base meurent
play-fault-database-down = Base de données en panne
play-fault-bbs-hung = Un BBS est bloqué
play-fault-stale-label = Le label est périmé
play-fault-network-policy = Une politique réseau bloque
play-fault-image-missing = Image introuvable pour les nouveaux pods
play-fault-hangs-terminating = Un finalizer retient un pod
play-fault-exec-denied = Exec est interdit au bot
play-fault-delete-answers-lost = Les réponses aux suppressions se perdent
play-fault-api-down = Serveur d'API en panne
play-heal = Tout réparer
play-alert = Faire signaler par Alertmanager
play-kill = Tuer le bot
play-revive = Relancer le bot
play-timeline = Chronologie
play-timeline-none = Pas encore d'incident.
play-incident = Incident n°
play-kubectl = kubectl fonctionne aussi ici :
play-failed = Cela n'a pas fonctionné :
play-lost = Le terrain de jeu est fermé, ou injoignable.
