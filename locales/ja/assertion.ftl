# Texts of the area `assertion`. The rules are in src/text/mod.rs.

## Sources

assertion-source-file = ファイル `{ $path }`
assertion-source-identity = このコンピューターのマネージド ID
assertion-source-identity-named = マネージド ID { $id }
assertion-source-github = GitHub Actions のランナー
assertion-says = アサーションの内容: 発行者 `{ $issuer }`、サブジェクト `{ $subject }`、対象ユーザー (aud) `{ $audience }`

## No assertion

assertion-is-none = { $source } から得たものはアサーションではありません: { $reason }
assertion-form = ドットで区切られた 3 つの base64url の部分ではありません
assertion-content = 中央の部分がアサーションの JSON ではありません
assertion-no-end = 有効期限がありません
assertion-must-be = `iss`、`sub`、`aud`、`exp` を持つ 1 つの JWT だけである必要があります
assertion-ended = { $source } のアサーションは { $end } に期限が切れています。何も送信していません
assertion-ended-file = { $path } は、期限が切れる前に書き直される必要があります: Kubernetes は自動的に書き直しますが、ファイルのコピーは古いままです
assertion-ended-command = `{ $program }` は、毎回新しいものを出力する必要があります

## A file

assertion-file-unreadable = アサーション ファイル `{ $path }` を読み取れません: { $reason }
assertion-file-permission = { $account } が読み取れるようにしてください: Kubernetes では、ポッドの `securityContext` の `fsGroup` を使います
assertion-file-pod = AKS では、ポッドにラベル `azure.workload.identity/use: "true"` と、注釈 `azure.workload.identity/client-id` のあるサービス アカウントが必要です
assertion-file-elsewhere = ファイルが別の場所にある場合は、そのパスを登録してください: `ropc login{ $p } --assertion-file PATH`

## A program

assertion-command-whole-path = ジョブの PATH はシェルより短いため、フル パスで指定してください: `ropc login{ $p } --assertion-command -- /usr/bin/PROGRAM ...`
assertion-command-by-hand = プログラム自体のメッセージは、アサーションを含む可能性があるため表示しません: { $account } として手動で実行してください (プロファイルのキー `assertion_command`)

## A managed identity, and GitHub Actions

assertion-no-variable = { $variable } が設定されていません: GitHub Actions のジョブではないか、ジョブにアサーションを求める権限がありません
assertion-bad-variable = { $variable } は、この取得元で使えるアドレスまたはキーではありません
assertion-bad-variable-unset = { $variable } をシステムが設定した値のままにするか、設定を解除してください
assertion-no-answer = { $source } からアサーションを取得できません: { $reason }
assertion-refused = { $source } からアサーションを取得できません: { $host } が拒否しました (状態 { $status })
assertion-odd = { $source } からアサーションを取得できません: { $host } の応答が別のものです
assertion-later = 約 1 分後にもう一度試してください: サービスが混み合っているか、再起動しています
assertion-github-permission = ワークフローでジョブに `permissions: { "{" } id-token: write, contents: read { "}" }` を与えてください
assertion-github-fork = フォークのプル リクエストで始まるワークフローは取得できません: リポジトリのブランチで実行してください
assertion-github-later = もう一度試してください。GitHub の障害は https://www.githubstatus.com で確認できます
assertion-identity-azure = マネージド ID は、Azure のコンピューター、コンテナー、アプリにしかありません: そこでジョブを実行し、ユーザー割り当て ID を与えてください
assertion-identity-other = それ以外の場所では別の取得元を選んでください: `ropc login{ $p } --help` に一覧があります
assertion-identity-assign = ユーザー割り当て ID をこのコンピューターまたはアプリに割り当て、その ID を指定してください: `ropc login{ $p } --assertion managed-identity=CLIENT_ID`
