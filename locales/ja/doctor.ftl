# Texts of the area `doctor`. The rules are in src/text/mod.rs.

## The report

doctor-headline = ropc { $version } ({ $os })、アカウント { $account }、プロファイル { $profile }
doctor-note = 備考: { $text }
doctor-fix = 対処: { $text }
doctor-checking = 確認しています: ストア、ネットワーク、セッション
doctor-as-above = 上記と同じ
doctor-all-well = 問題ありません: このアカウントのジョブはここで動作します
doctor-works = このアカウントのジョブは現在動作します: { $warnings }
doctor-fails = ジョブはここでは失敗します: { $problems }、{ $warnings }
doctor-problems = 問題 { $count } 件
doctor-warnings = 警告 { $count } 件
doctor-gave-up = { $what }: 時間内に応答がありませんでした
doctor-gave-up-hangs = 応答しないのは、確認画面が開いたままのキーリング、ネットワーク共有、またはネーム サーバーです: `--timeout 2m` を付けてもう一度実行してください
doctor-checks-store = シークレット ストアの確認
doctor-checks-network = ネットワークの確認
doctor-checks-session = セッションの確認
doctor-checks-files = このアカウントのファイルの確認

## The profile and the account

doctor-no-place-set = cron やサービスでは環境変数がほとんど設定されません: ジョブの中で HOME か ROPC_CONFIG_DIR を設定してください
doctor-profile = { $path } は読み取り可能で、内容もそろっています: { $user }、{ $authority }
doctor-foreign-home = { $account } として実行されていますが、HOME ({ $home }) の所有者は { $owner } です
doctor-foreign-home-run-as = `ropc login{ $p }` を実行したアカウントとして実行してください: `sudo -u { $owner } -H ropc doctor`。または { $owner } としてログインしてください
doctor-foreign-home-own = { $account } が正しいアカウントの場合は、専用のホーム ディレクトリを用意し、そこで `{ $login }` を実行して登録してください
doctor-account = { $account } として実行されています
doctor-profile-mode = ほかのアカウントはプロファイルを変更できません
doctor-profile-changeable = { $reason }。そのため、ジョブが取得するスコープをほかのアカウントが変更できます
doctor-profile-changeable-mode = `chmod go-w` でその権限を取り除き、パスの所有者をジョブのアカウントにしてください

## The app's credential

doctor-credential = アプリの資格情報 ({ $credential }) の期限は { $ends } です
doctor-credential-ended = アプリの資格情報 ({ $credential }) は { $ends } に期限が切れました
doctor-credential-new-certificate = アプリに新しい証明書を登録してから、`{ $login } --certificate FILE` を実行してください。パスワードはそのまま使われます
doctor-credential-new-secret = ポータルで新しいクライアント シークレットを作成してから、`{ $login } --client-secret-file FILE --secret-expires DATE` を実行してください。パスワードはそのまま使われます

## Directories

doctor-state-none = HOME も ROPC_STATE_DIR も設定されていないため、状態ディレクトリがありません。サインイン記録がなければ、ropc はパスワードを送信しません
doctor-state-none-runtime = HOME も ROPC_STATE_DIR も設定されていないため、状態ディレクトリがありません。サインイン記録は { $runtime } に保存され、ログイン セッションの終了とともに失われます
doctor-state-unwritable = 状態ディレクトリに書き込めません: { $reason }。サインイン記録がなければ、ropc はパスワードを送信しません
doctor-state-unwritable-runtime = 状態ディレクトリに書き込めません: { $reason }。サインイン記録は { $runtime } に保存され、ログイン セッションの終了とともに失われます
doctor-state = { $path } のサインイン記録に書き込めます
doctor-state-spare = { $path } のサインイン記録に書き込めます。使えない場合は { $runtime } で代用します
doctor-cache-none = HOME も ROPC_CACHE_DIR も設定されていないため、キャッシュ ディレクトリがありません。実行のたびにサインインすることになり、回数が多すぎると Entra に止められます (AADSTS50196)
doctor-cache-unwritable = キャッシュ ディレクトリに書き込めません: { $reason }。実行のたびにサインインすることになり、回数が多すぎると Entra に止められます (AADSTS50196)
doctor-cache = トークンを暗号化して { $path } にキャッシュできます
doctor-cache-set = このアカウントで書き込めるディレクトリを ROPC_CACHE_DIR に設定してください

## The breaker's record

doctor-breaker-ready = 拒否の記録はありません: サインインを送信できます
doctor-breaker-elsewhere = サインインは送信できますが、次の点に注意してください: { $said }
doctor-breaker-refused = 保存されているシークレットが Entra に拒否されたため、再送信しません: { $said }
doctor-breaker-store-right = 正しいシークレットを `{ $login }` で保存してください
doctor-breaker-change-there = ストア `{ $store }` の読み取り元でシークレットを変更してください
doctor-breaker-right-after-all = それでも正しい場合は、`{ $login } --retry` でもう 1 回だけ送信できます
doctor-breaker-paused = { $until } まで何も送信しません。最後の応答: { $said }
doctor-breaker-try-once = `{ $login } --retry` で今すぐ 1 回だけ試せます
doctor-breaker-limited = 1 時間以内にパスワードが 2 回拒否されました: 3 回目でアカウントがロックされるおそれがあるため、{ $until } までは送信しません
doctor-breaker-find-password = その間に正しいパスワードを確認し、そのあとで `{ $login }` を実行してください
doctor-breaker-unreadable = パスワードを送信しません: { $reason }
doctor-breaker-new-record = `{ $login } --retry` を実行すると、読み取れない記録を削除して 1 回試し、新しい記録を作ります

## The network

doctor-proxy = { $host } には、{ $variable } で指定されたプロキシ { $proxy } を経由して接続します。ジョブにもこの設定が必要です
doctor-proxy-none = なし: { $host } に直接接続します
doctor-unread-entries = { $variable } に、ropc が読み取れない項目があります。どのホストにも一致しません: { $entries }
doctor-unread-entries-forms = ropc が読み取る形式: `*`、`contoso.example`、`.contoso.example`、`*.contoso.example`、`host:port`、IP アドレス、`10.0.0.0/8`、`<local>`
doctor-throttles = { $host } で要求が制限されています: 応答は状態コード 429 です
doctor-throttles-wait = しばらく待ってから、もう一度実行してください
doctor-host-fault = { $host } の応答は状態コード { $status } です: そのホストか、その手前にあるものに障害があります
doctor-not-entra = { $host } の応答は状態コード { $status } で、Entra のものではありません
doctor-not-entra-look = 間にプロキシやキャプティブ ポータルがないか調べ、プロファイルの機関を確認してください
doctor-answers-system = { $host } は応答します: 名前解決、TCP、TLS とも正常です (システムのルート証明書を使用)
doctor-answers-enrolled = { $host } は応答します: 名前解決、TCP、TLS とも正常です (登録された CA ファイルを使用)
doctor-clock-unknown = { $host } の応答に時刻がありませんでした
doctor-clock-agrees = { $host } と一致しています
doctor-clock-ahead = このコンピューターの時計は { $host } より { $time }進んでいます
doctor-clock-behind = このコンピューターの時計は { $host } より { $time }遅れています
doctor-clock-breaks = { $clock }: トークンも証明書も、期限切れか、まだ有効でないように見えます
doctor-clock-set = 時計を合わせてください: `timedatectl set-ntp true` (Linux)、`w32tm /resync` (Windows)、`sntp -sS time.apple.com` (macOS)

## The tenant and the user

doctor-tenant-unknown = { $host } にテナント `{ $tenant }` はありません
doctor-tenant-copy = Azure portal > Microsoft Entra ID > 概要 から ID をコピーし、`{ $login } --tenant ...` で登録してください
doctor-tenant-national = 国内クラウドのテナントは、そのクラウドにしかありません: `{ $login } --cloud usgov` または `--cloud china`
doctor-tenant-unanswered = テナント `{ $tenant }` があるかどうかの応答がありませんでした
doctor-tenant-fix-authority = 先に機関の問題を解決してください
doctor-tenant-elsewhere = `{ $tenant }` は別のクラウドにあります: サインイン先は { $host } ですが、プロファイルでは { $now } に送信されます
doctor-tenant-authority = `{ $login } --authority https://{ $host }` で登録してください
doctor-tenant-cloud = `{ $login } --cloud { $cloud }` で登録してください
doctor-tenant = `{ $tenant }` は { $host } にあります
doctor-managed = { $user } のパスワードは Entra 自体が検証します (マネージド)
doctor-federated = { $user } はフェデレーション ユーザーです: パスワードを検証するのは Entra ではないため、ポリシーで許可されていない限り、パスワード許可は拒否されます (AADSTS50126)
doctor-federated-by = { $user } はフェデレーション ユーザーです: パスワードを検証するのは Entra ではなく { $server } のため、ポリシーで許可されていない限り、パスワード許可は拒否されます (AADSTS50126)
doctor-federated-cloud-only = クラウド専用アカウントを使ってください。例: svc-report@TENANT.onmicrosoft.com
doctor-federated-hashes = または、パスワード ハッシュの同期と、ホーム領域検出ポリシー (AllowCloudPasswordValidation) による許可を、テナント管理者に依頼してください
doctor-realm-unknown = { $user } のディレクトリが Entra にありません: ドメインのつづりが違うか、確認されていません
doctor-realm-check = ポータルでサインイン名を確認し、`{ $login } --username ...` で登録してください
doctor-realm-none = この機関はユーザー領域を返しません。マネージドと見なします
doctor-realm-unanswered = { $user } がフェデレーション ユーザーかどうかの応答がありませんでした (状態コード { $status })
doctor-realm-later = しばらくしてからもう一度実行してください

## The secret store

doctor-secrets = 保存されており、登録時の内容もプロファイルと一致しています
doctor-secrets-refused = そのうちの 1 つは以前 Entra に拒否されたシークレットのため、送信しません: { $said }
doctor-secrets-store-right = 正しいものを `{ $login }` で保存してください
doctor-secrets-readable = { $store } から読み取れます
doctor-assertion = { $source } からアサーションを取得できます (残り { $time })
doctor-store = { $store } で乱数値の保存、読み取り、削除ができました
doctor-store-read-only = { $store } は読み取れるのでジョブは動作しますが、書き込めません: { $reason }
doctor-store-read-only-login = `ropc login{ $p }` はここでは失敗します: ストアに書き込める場所で実行してください
doctor-store-gives-else = { $store } に保存した値を読み取ると、内容が異なります
doctor-store-file-instead = 代わりに、シークレットを暗号化されたファイルに保存してください: `ropc login{ $p } --store file --key-source key-file`
doctor-store-lost = { $store } の値が、読み取ってから削除するまでの間に失われました
doctor-store-tidied = ほかのプログラムが整理していませんか? その設定を確認してください
doctor-logon = { $logon }で実行されており、資格情報マネージャーのエントリが保持されます
doctor-logon-fails = { $logon }で実行されています: { $reason }
doctor-logon-unknown = 種類が不明なログオン
doctor-logon-task = タスク スケジューラでは [パスワードを保存しない] をオフのままにしてください。SSH や PowerShell リモート処理では資格情報マネージャーを使えません
doctor-cache-key = トークンの有効期間中は、キャッシュの鍵のコピーがカーネルのキーリングにあり、すばやく読み取れます
doctor-cache-key-slow = ここではカーネルのキーリングを使用しません ({ $reason }): 実行のたびにキャッシュの鍵をストアから読み取るため、遅くなります
doctor-store-key = 鍵ファイルを読み取れるのは、このアカウントだけです
doctor-store-key-beside = 鍵がストアと同じ場所にあります: 両方を含むバックアップがあれば開けます。ROPC_KEY_FILE か systemd の資格情報を使うと分けられます

## The session

doctor-not-absolute = { $name } が絶対パスではありません
doctor-no-variables = ジョブにないかもしれない環境変数に依存しているものはありません
doctor-variables-used = この実行では次の環境変数が使われています: { $names }
doctor-variables-inherit = ジョブにはこのセッションから引き継がれません: ジョブのユニット、crontab、タスクでも設定してください
doctor-ssh-macos = 同じユーザーが画面にログインしていない限り、SSH 経由ではログイン キーチェーンがロックされているか、確認を求められません
doctor-ssh-macos-agent = ログインしているユーザーの LaunchAgent としてジョブを実行し、`ropc doctor` もそこから実行してください
doctor-session = { $session }で実行されています。必要なものはすべて保存されているため、ropc に端末は不要です
doctor-session-alone = { $session }で実行されています
doctor-session-ssh = SSH セッション
doctor-session-plain = SSH 以外のセッション
doctor-session-job = これはこのセッションについての結果です: ジョブからも一度 `ropc doctor` を実行してください
doctor-bus = D-Bus セッション バスは { $path } にあり、ジョブからも見つけられます
doctor-bus-this-session = DBUS_SESSION_BUS_ADDRESS はこのセッション専用のバスを指しています: cron やタイマーのジョブには引き継がれず、キーリングが見つかりません
doctor-bus-systemd = アカウントのバスを systemd に管理させ (パッケージ dbus-user-session)、その下でジョブを開始してください
doctor-bus-absent = DBUS_SESSION_BUS_ADDRESS が設定されておらず、{ $path } も存在しません (cron、コンテナー、またはログインしていないアカウント)
doctor-bus-linger = `loginctl enable-linger { $account }` を使うと、ログインしなくてもバスが維持されますが、そのユーザーがパスワードでログインするまでキーリングはロックされたままです
doctor-linger-off = linger がオフです: { $account } がログアウトするとセッション バスとキーリングが終了し、ジョブが失敗します
doctor-linger-enable = `loginctl enable-linger { $account }` を実行してください。それでも再起動後は、{ $account } がパスワードでログインするまでキーリングはロックされたままです
doctor-linger-on = linger がオンです: ユーザーがログアウトしてもセッション バスは維持されます
doctor-linger-unknown = systemd は動作していません: セッション バスは、起動元が動作している間だけ維持されます
doctor-linger-reboot = 再起動後は、{ $account } がパスワードでログインするまでキーリングはロックされたままです。それより前に実行するジョブでは `--store file` を使ってください

## Variables

doctor-variables = ジョブに悪影響を及ぼすものはありません
doctor-identities = ここで設定され、ジョブに引き継がれる環境変数: { $names }。ジョブの中の Azure SDK が、トークンの代わりにこれらでサインインする可能性があります
doctor-identities-unset = ジョブの環境から取り除いてください: `{ $command }`
doctor-identities-secret = シークレットが平文で設定されています: ジョブが ropc で動作するようになったら、シークレットを変更してください
doctor-stale-token = { $name } がすでに設定されています: `ropc exec` なしで開始したスクリプトは、この古いトークンを使います
doctor-stale-token-unset = `{ $command }` を実行してください。`ropc exec` が置き換えるのは、その子プロセスの分だけです
doctor-no-proxy = { $name } が設定されていますが、NO_PROXY で 127.0.0.1 が除外されていません: ジョブからこのコンピューターへの呼び出しがプロキシに送られます
doctor-no-proxy-export = `{ $command }` を実行してください (no_proxy を読み取るプログラムもあるため、そちらも設定してください)
doctor-two-proxies = { $upper } と { $lower } の両方が設定され、値が異なります: ropc は { $upper } を読み取りますが、ジョブはもう一方を読み取る可能性があります
doctor-two-proxies-same = 両方に同じ値を設定してください
