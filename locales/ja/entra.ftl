# Texts of the area `entra`. The rules stand in src/l10n/mod.rs.

## A refusal

entra-says = Entra の応答: { $text }
entra-left-out = (シークレットと同じ内容を含むため省略)
entra-not-searched = (省略: シークレットを再び読み取れず、含まれていないか確認できないため)
entra-trace-id = トレース ID { $id }
entra-correlation-id = 関連付け ID { $id }
entra-time = 時刻 { $time }
entra-more = 詳細: `ropc explain { $code }`
entra-service-fault = サービス側の問題です: しばらくしてからもう一度実行してください
entra-look-up = Entra のサインイン ログで、このサインインをユーザーと時刻から探してください: 理由が記録されています
entra-give-ids = 上記の ID をテナント管理者に伝えてください: Entra のサインイン ログでこのサインインを特定できます
entra-when-gone = 原因が解消したら: `ropc login --retry`

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
entra-answer-not-bearer = 種類が Bearer ではないトークン

## No answer

entra-fault-with-detail = { $fault }: { $detail }
entra-no-name = 名前 { $host } を解決できません
entra-connection-refused = { $host } に接続を拒否されました
entra-no-connection-in-time = 時間内に { $host } に接続できませんでした
entra-no-answer-in-time = 時間内に { $host } から応答がありませんでした
entra-no-tls = { $host } への信頼された TLS 接続を確立できません
entra-proxy = プロキシが { $host } への接続を通しませんでした
entra-too-long = { $host } の応答が、トークンの応答としては長すぎます
entra-no-roots = 信頼されたルート証明書を使用できません
entra-no-system-roots = このシステムには、使用できるルート証明書がありません
entra-cut-off = { $host } からの応答 (状態コード { $status }) が途中で切れました
entra-closed = { $host } が応答せずに接続を閉じました
entra-connection-failed = { $host } への接続に失敗しました
entra-try-curl = このコンピューターで、このアカウントのまま `curl -v https://{ $host }/` を試してください
entra-check-dns = DNS を確認し、このコンピューターがプロキシ経由でしかインターネットに接続できない場合は HTTPS_PROXY も確認してください
entra-check-firewall = ファイアウォールとポートを確認してください。プロキシを使う環境では、このジョブにも HTTPS_PROXY を設定してください
entra-wait-longer = もう一度実行してください。`--timeout 5m` を付けるとより長く待ちます
entra-inspected = ネットワークで TLS 検査を行っている場合は、そのルート証明書をシステムの証明書ストアに追加するか、`ropc login --ca-file ROOT.pem` で登録してください
entra-check-clock = このコンピューターの時計を確認してください
entra-check-proxy = HTTPS_PROXY と、このホストに対するプロキシの規則を確認するか、ホストを NO_PROXY に指定してください
entra-not-entra = Entra 以外のものが応答しています: プロキシと `--authority` を確認してください
entra-give-pem = `--ca-file` には、CERTIFICATE ブロックを 1 つ以上含む PEM ファイルを指定してください
entra-install-roots = ルート証明書をインストールしてください (パッケージ `ca-certificates`。小さなコンテナー イメージには含まれません)。または SSL_CERT_FILE で証明書のファイルを指定してください
entra-enrol-roots = このプロファイルだけのルートを登録することもできます: `ropc login --ca-file ROOT.pem`
entra-look-between = もう一度実行してください。繰り返し起きる場合は、間にあるプロキシやファイアウォールを調べてください
entra-no-certificate = CA ファイルに証明書がありません
entra-no-https-host = https のホストではありません
