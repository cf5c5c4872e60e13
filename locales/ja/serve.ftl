# Texts of the area `serve`. The rules are in src/text/mod.rs.

## The endpoint

serve-no-endpoint = 127.0.0.1 にエンドポイントを作成できません: { $reason }
serve-no-endpoint-sandbox = ループバックでの待ち受けを禁止するサンドボックスやファイアウォールが主な原因です
serve-log-refused = エンドポイント: { $status }: { $message }
serve-log-not-allowed = エンドポイント: 403: `{ $resource }` は許可されていません。--allow-resource を参照してください
serve-log-other-identity = エンドポイント: クライアントが別の ID を指定しましたが、ここにある ID は 1 つだけなので、それを使用します
serve-log-token = エンドポイント: `{ $resource }` のトークンを渡しました
serve-log-status = エンドポイント: `{ $resource }` に { $status } を返しました
serve-not-a-resource = `{ $text }` はリソースではありません
serve-not-a-resource-shape = リソースのアドレスかアプリケーション ID を指定してください。例: `--allow-resource https://management.core.windows.net/`
serve-resource-denied = `{ $resource }` は許可されていません: `ropc exec --serve --allow-resource { $resource }` でジョブを開始してください
serve-resource-nameless = このリソースは許可されていません: `ropc exec --serve --allow-resource URI` でジョブを開始してください
serve-permission-missing = トークンにアクセス許可 `{ $permission }` がありません: アプリに同意し、`ropc token --refresh` を実行してください。プロファイルがスコープを名前で指定している場合は、`--scope { $permission }` も付けてジョブを開始してください
serve-a-permission = `{ $text }` はアクセス許可で、リソースではありません: そのリソースは `{ $resource }` です
serve-a-permission-scope = プロファイル自身のリソースのアクセス許可は `--scope` で指定します。ほかのリソースでは `--allow-resource` にリソースを指定し、残りは同意が決めます

## Renewals

serve-broken-off = トークンの更新が途中で打ち切られました
serve-ask-again = もう一度要求してください
serve-takes-long = 更新に { $count } 秒かかっており、まだ続いています
serve-since = { $since } から
serve-since-and-again = { $since } から、次の試行は { $again }
serve-old-token-serves = 新しいトークンをまだ取得できませんが、現在のトークンは引き続き使えます: { $reason }
serve-no-answer = トークンの更新が応答なしで終了しました (終了コード { $code })
serve-no-answer-signal = トークンの更新が応答なしで終了しました (シグナルによる終了)
serve-no-answer-look = 更新処理のメッセージがあれば上に表示されています。手動で動作するかどうかは `ropc token` で確認できます
serve-not-run = トークンの更新を実行できませんでした: { $reason }
serve-not-run-limit = このコンピューターのプロセス数やメモリの制限を確認してください。`ropc token` で手動で試せます
serve-other-identity = プロファイル `{ $profile }` は、このジョブの開始時とは別の ID のものになっています ({ $fact }): `{ $before }` から `{ $after }` に変わりました
serve-other-identity-start = 新しい ID で実行する場合は、ジョブを開始し直してください
