# Texts of the area `entra`. The rules are in src/text/mod.rs.

## A refusal

entra-asked = 要求した範囲: { $scope }
entra-says = Entra の応答: { $text }
entra-key-unknown = この証明書はアプリに登録されていません
entra-key-ended = Entra の時計またはアプリの登録では、証明書の期限が切れています
entra-key-signature = 署名が証明書のキーによるものではありません
entra-key-of = { $fault }。拇印 { $thumbprint }、期限 { $ends }
entra-clock-agrees = このマシンの時計は Entra と合っています
entra-clock-behind = このマシンの時計は Entra より { $time } 遅れています
entra-clock-ahead = このマシンの時計は Entra より { $time } 進んでいます
entra-left-out = (シークレットと同じ内容を含む可能性があるため省略)
entra-not-searched = (省略: シークレットを再び読み取れず、含まれていないか確認できないため)
entra-trace-id = トレース ID { $id }
entra-correlation-id = 関連付け ID { $id }
entra-time = 時刻 { $time }
entra-more = 詳細: `ropc explain { $code }`
entra-service-fault = サービス側の問題です: しばらくしてからもう一度実行してください
entra-look-up = Entra のサインイン ログで、このサインインをユーザーと時刻から探してください: 理由が記録されています
entra-give-ids = 上記の ID をテナント管理者に伝えてください: Entra のサインイン ログでこのサインインを特定できます
entra-when-gone = 原因が解消したら: `ropc login{ $p } --retry`

## An answer that no token endpoint gives

entra-odd = { $host } の応答は状態コード { $status } で、{ $answer }でした: Entra のトークン エンドポイント以外のものが応答しています
entra-odd-look = 間にプロキシやキャプティブ ポータルがないか調べ、`--authority` を確認してください
entra-odd-throttled = { $host } の応答は状態コード { $status } で、{ $answer }でした: 要求が多すぎます
entra-odd-throttled-wait = しばらく待ってからもう一度実行してください。同じ時刻に始まるジョブは時間をずらしてください
entra-odd-fault = { $host } の応答は状態コード { $status } で、{ $answer }でした: サービスか、その手前にあるものに障害があります
entra-odd-fault-later = しばらくしてからもう一度実行してください。Microsoft の状態ページは https://status.cloud.microsoft/ です
entra-answer-redirect = リダイレクト (ropc はパスワードの要求ではリダイレクトに従いません)
entra-answer-empty = 空の応答
entra-answer-not-json = トークン エンドポイントの JSON ではないもの
entra-answer-no-word = OAuth のエラー コードがないエラー
entra-answer-not-labelled = JSON と示されていない 200
entra-answer-no-token = トークンがない応答
entra-answer-empty-token = トークンが空の応答
entra-answer-bad-characters = トークンに使われない文字を含むトークン
entra-answer-ended = すでに期限の切れたトークン (`expires_in` が 0 以下)
entra-answer-not-bearer = 種類が Bearer ではないトークン

## No answer

entra-fault-with-detail = { $fault }: { $detail }
entra-no-name = 名前 { $host } を解決できません
entra-silent-name = { $host } の名前解決に、どのネーム サーバーからも時間内に応答がありませんでした
entra-silent-name-servers = このコンピューターのネーム サーバーの設定を確認してください (/etc/resolv.conf、`resolvectl status`、`ipconfig /all`)
entra-silent-name-proxy = このコンピューターがプロキシ経由でしかインターネットに接続できない場合は、HTTPS_PROXY を設定してください
entra-connection-refused = { $host } に接続を拒否されました
entra-no-connection-in-time = 時間内 ({ $time }) に { $host } に接続できませんでした
entra-no-answer-in-time = 時間内 ({ $time }) に { $host } から応答がありませんでした
entra-time-of-system = システムの制限時間
entra-no-tls = { $host } への信頼された TLS 接続を確立できません: { $reason }
entra-too-long = { $host } の応答が、トークンの応答としては長すぎます
entra-no-system-roots = このシステムには、使用できるルート証明書がありません
entra-cut-off = { $host } からの応答 (状態コード { $status }) が途中で切れました
entra-closed = { $host } が応答せずに接続を閉じました
entra-connection-failed = { $host } への接続に失敗しました
entra-exhausted = このコンピューターには、{ $host } に接続するためのリソースが残っていません: { $reason }
entra-raise-limits = このアカウントまたはユニットの制限を緩めてください (`ulimit -n`、`ulimit -u`、`ulimit -v`。systemd では LimitNOFILE、TasksMax、MemoryMax)。何も送信していません
entra-try-curl = このコンピューターで、このアカウントのまま `curl -v https://{ $host }/` を試してください
entra-check-dns = DNS を確認し、このコンピューターがプロキシ経由でしかインターネットに接続できない場合は HTTPS_PROXY も確認してください
entra-check-firewall = ファイアウォールとポートを確認してください。プロキシを使う環境では、このジョブにも HTTPS_PROXY を設定してください
entra-wait-longer = もう一度実行してください。`--timeout { $time }` を付けるとより長く待ちます
entra-inspected = ネットワークで TLS 検査を行っている場合は、そのルート証明書をシステムの証明書ストアに追加するか、`ropc login{ $p } --ca-file ROOT.pem` で登録してください
entra-check-clock = このコンピューターの時計を確認してください
entra-not-entra = Entra 以外のものが応答しています: プロキシと `--authority` を確認してください
entra-give-pem = `--ca-file` には、CERTIFICATE ブロックが 1 つ以上あり、そのすべてが完全な PEM ファイルを指定してください
entra-install-roots = ルート証明書をインストールしてください (パッケージ `ca-certificates`。小さなコンテナー イメージには含まれません)。または SSL_CERT_FILE で証明書のファイルを指定してください
entra-enrol-roots = このプロファイルだけのルートを登録することもできます: `ropc login{ $p } --ca-file ROOT.pem`
entra-look-between = もう一度実行してください。繰り返し起きる場合は、間にあるプロキシやファイアウォールを調べてください
entra-no-https-host = https のホストではありません

# プロキシ。`setting` はプロキシを指定している変数です。
entra-at-proxy = プロキシ { $proxy } (設定元: { $setting })
entra-system-settings = システムの設定
entra-proxy-no-name = { $proxy } の名前を解決できません
entra-proxy-refused = { $proxy } に接続を拒否されました
entra-proxy-timeout = { $proxy } を経由した { $host } への接続が、時間内 ({ $time }) に完了しませんでした
entra-proxy-no-tls = { $proxy } への信頼された TLS 接続を確立できません: { $reason }
entra-proxy-wants-credentials = { $proxy } が資格情報を要求しています (状態コード 407)。提示された方式: { $schemes }
entra-proxy-refuses-credentials = { $proxy } が、渡された資格情報を受け付けません (状態コード 407)。提示された方式: { $schemes }
entra-proxy-no-scheme = なし
entra-proxy-status = { $proxy } が { $host } への接続を拒否しました (状態コード { $status })
entra-proxy-closed = { $proxy } が { $host } への接続を閉じました
entra-proxy-closed-detail = { $proxy } が { $host } への接続を閉じました: { $detail }
entra-proxy-check = { $setting } と、{ $host } に対するプロキシの規則を確認してください。直接接続できる場合は、ホストを NO_PROXY に指定してください
entra-proxy-give-credentials = 資格情報を { $setting } に入れてください: `http://USER:PASSWORD@HOST:PORT`。その中の `@`、`:`、`/`、`?`、`#`、`%` はパーセント エンコードが必要です
entra-proxy-check-credentials = { $setting } のユーザー名とパスワードを確認してください。その中の `@`、`:`、`/`、`?`、`#`、`%` はパーセント エンコードが必要です
entra-proxy-basic-only = ropc がプロキシに対して使う方式は Basic だけで、NTLM、Negotiate (Kerberos)、Digest は使えません。それらしか提示されない場合は、対応するローカル プロキシ (cntlm、px) を動かして、それを指定してください
entra-proxy-let-through = または、このコンピューターが個人の資格情報なしで { $host } に接続できる規則を依頼してください
entra-proxy-cannot-reach = プロキシ自体が { $host } に到達できません: 後でもう一度実行するか、プロキシの管理者に問い合わせてください

# 使用できない変数。値は表示しません。
entra-setting-unusable = { $setting } を使用できません。ropc は指定された経路以外では接続しません: { $flaw }
entra-setting-not-text = 値が正しいテキスト (UTF-8) ではありません
entra-setting-control = 値に制御文字が含まれています (Windows のファイルの改行 (CR) など)
entra-setting-blank = 値が空白だけです
entra-setting-quoted = 値が引用符で囲まれています。引用符は、読み取り元のファイルのものです
entra-setting-character = 値に、アドレスには使えない文字が含まれています
entra-setting-scheme = ropc が対応するのは http:// と https:// のプロキシで、{ $scheme }:// には対応していません
entra-setting-no-host = ホストがありません
entra-setting-port = ホストの後がポート番号ではありません
entra-setting-rest = ユーザー名、ホスト、ポート以外のものがあります。ユーザー名やパスワードの `@`、`/`、`?`、`#` はパーセント エンコードが必要です
entra-setting-no-address = プロキシのアドレスではありません
entra-setting-correct = 修正してください: `export { $setting }=http://HOST:PORT`
entra-setting-http-proxy = http のプロキシを指定してください: `export { $setting }=http://HOST:PORT`
entra-setting-correct-list = 修正してください: `export { $setting }=localhost,127.0.0.1,.contoso.example`
entra-setting-unset = または、直接接続してください: `unset { $setting }`
entra-setting-in-variable = システムの設定でプロキシを修正するか、このジョブのプロキシを HTTPS_PROXY で指定してください

# TLS: 「信頼された TLS 接続を確立できません:」の後に続く理由。
entra-tls-expired-at = 証明書の有効期限が { $end } に切れています
entra-tls-expired = 証明書の有効期限が切れています
entra-tls-not-yet-at = 証明書がまだ有効ではありません。{ $start } に有効になります
entra-tls-not-yet = 証明書がまだ有効ではありません
entra-tls-other-names = 証明書は別の名前のものです: { $names }
entra-tls-other-name = 証明書は別の名前のものです
entra-tls-issuer = 証明書の発行元がここでは信頼されていません (不明な発行元)
entra-tls-use = 証明書がサーバー用ではありません (用途が異なります)
entra-tls-revoked = 証明書は失効しています
entra-tls-revocation-unknown = 証明書が失効しているかどうかを確認できません
entra-tls-signature = 証明書の署名が正しくないか、もう受け入れられない方式です
entra-tls-bad-certificate = 証明書を使用できません: { $reason }
entra-tls-none-presented = サーバーが証明書を提示しませんでした
entra-tls-nothing-in-common = 共通の TLS バージョン、暗号、鍵交換がありません (ropc は TLS 1.2 と 1.3 に対応しています)
entra-tls-nothing-agreed = サーバーがハンドシェイクに応じません: 共通の暗号や鍵交換がないか、クライアント証明書を要求しています
entra-tls-not-tls = 応答しているのは TLS ではありません
entra-tls-wants-certificate = サーバーがクライアント証明書を要求しています
entra-tls-name-unknown = サーバーはその名前を知りません
entra-tls-alert = サーバーが接続を打ち切りました ({ $alert })
entra-tls-renew = そのサーバーまたは TLS 検査の管理者が、証明書を更新する必要があります
entra-tls-wait-or-renew = 時計が正しい場合は、そのサーバーの管理者が証明書を取り替える必要があります
entra-tls-check-name = `--authority`、名前解決、プロキシを確認してください: 別のサーバーが応答しています
entra-tls-look-at-issuer = 発行元を確認するには: `openssl s_client -connect HOST:443 -showcerts`
entra-tls-server-use = そのサーバーには、拡張キー使用法 `serverAuth` を持つ証明書が必要です
entra-tls-replace = そのサーバーまたは TLS 検査の管理者が、証明書を取り替える必要があります
entra-tls-another-root = ルートが同じ名前で更新された場合は、新しいルートを登録してください: `ropc login{ $p } --ca-file ROOT.pem`
entra-tls-do-not-trust = 回避しないでください: サーバーの鍵が盗まれた可能性があります
entra-tls-let-revocation-through = このコンピューターから、証明書に書かれた CRL と OCSP のアドレスに接続できるようにしてください
entra-tls-switch-on = そのサーバー、TLS 検査、またはゲートウェイで TLS 1.2 か 1.3 を有効にしてください
entra-tls-check-port = `--authority` とそのポートを確認してください: そこでは TLS が必要です
entra-tls-no-client-certificate = ropc はクライアント証明書を提示しません: このコンピューターには要求しないようにしてください
entra-tls-look-between = 間にあるゲートウェイや TLS 検査を調べてください

# ルート証明書: CA ファイルと、それを指定する変数。
entra-no-certificate = 証明書がありません
entra-roots-utf16 = UTF-16 です。UTF-8 または ASCII で保存してください
entra-roots-binary = バイナリ (DER) の証明書です。`openssl x509 -inform DER -in FILE -out ROOT.pem` で PEM に変換できます
entra-roots-block = ブロック { $number } ({ $line } 行目): { $why }
entra-roots-start = 先頭が正確に `-----BEGIN CERTIFICATE-----` ではありません
entra-roots-end = `-----END CERTIFICATE-----` がありません
entra-roots-base64 = base64 ではありません
entra-roots-no-certificate = ルートにできる証明書ではありません
entra-roots-label = CERTIFICATE ではなく `{ $label }` です
entra-roots-variable = { $variable } が指すルート証明書を使用できません: `{ $place }`: { $why }
entra-roots-correct = { $variable } を修正するか、設定を解除してシステムの証明書を信頼してください
entra-roots-empty-variable = 変数が空です
entra-roots-empty-file = ファイルが空です
entra-roots-none-in-directory = 証明書がありません
