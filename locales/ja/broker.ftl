# Texts of the area `broker`. The rules are in src/text/mod.rs.

## The breaker: why nothing is sent

broker-latched-password = { $user } のパスワードは送信しません: 以前 Entra に拒否されています
    { $said }
broker-latched-client-secret = アプリ { $app } のクライアント シークレットは送信しません: 以前 Entra に拒否されています
    { $said }
broker-latched-certificate = アプリ { $app } には何も送信しません: 証明書が以前 Entra に拒否されています
    { $said }
broker-store-right-password = 正しいパスワードを `ropc login{ $p }` で保存してください
broker-store-right-client-secret = 正しいクライアント シークレットを `ropc login{ $p }` で保存してください
broker-store-right-certificate = 別の証明書を `ropc login{ $p } --certificate FILE` で保存してください
broker-change-password = ストア `{ $store }` の取得元でパスワードを変更してください: 新しいものは自動的に試されます
broker-change-client-secret = ストア `{ $store }` の取得元でクライアント シークレットを変更してください: 新しいものは自動的に試されます
broker-change-certificate = ストア `{ $store }` の取得元で証明書を変更してください: 新しいものは自動的に試されます
broker-change-password-and-retry = ストア `{ $store }` の取得元でパスワードを変更してから、`ropc login{ $p } --retry` を実行してください
broker-change-client-secret-and-retry = ストア `{ $store }` の取得元でクライアント シークレットを変更してから、`ropc login{ $p } --retry` を実行してください
broker-change-certificate-and-retry = ストア `{ $store }` の取得元で証明書を変更してから、`ropc login{ $p } --retry` を実行してください
broker-right-after-all = それでも正しい場合は、`ropc login{ $p } --retry` でもう 1 回だけ送信できます
broker-right-after-all-given = それでも正しい場合は、`ropc login{ $p } --retry` に `--secrets-stdin` か `--password-file` を付けると、もう 1 回だけ送信できます
broker-refusal-limit = { $user } のパスワードが 1 時間以内に 2 回拒否されたため、{ $until } までは送信しません: 3 回目でアカウントがロックされるおそれがあります
broker-find-password = その間に正しいパスワードを確認し、そのあとで `ropc login{ $p }` を実行してください
broker-rate-limit = { $user } のサインインが 5 分間に 10 回認められました: 次は { $until } 以降です。それより早いと Entra がループと見なします (AADSTS50196)
broker-use-the-cache = `{ $flag }` を外してください: キャッシュされたトークンは、有効期限までどのジョブでも使えます
broker-paused = { $user } については { $until } まで何も送信しません
    { $said }
broker-paused-scopes = このアプリとこれらのスコープでは、{ $user } については { $until } まで何も送信しません
    { $said }
broker-wait-or-retry = 待つか、すぐに試してください: 保存済みのシークレットなら `ropc login{ $p } --retry`、別のシークレットなら `ropc login{ $p }` を実行します
broker-wait-or-retry-stored = 待つか、すぐに試すには `ropc login{ $p } --retry` を実行してください
broker-wait-or-retry-given = 待つか、すぐに試すには `ropc login{ $p } --retry` を `--secrets-stdin` または `--password-file` と一緒に実行してください
broker-paced = { $user } については { $until } まで何も送信しません: 明確な応答のないサインインが { $count } 回続いており、そのたびにパスワードが判定された可能性があります
    最後の応答: { $said }
broker-paced-capped = { $user } については { $until } まで何も送信しません: 判定された可能性のあるサインインをこれ以上重ねると、アカウントがロックされるおそれがあります
broker-paced-next-run = その時刻を過ぎると、次の実行が自動的に試します。すぐに試すには `ropc login{ $p } --retry` を実行してください
broker-next-try = パスワードが判定された可能性があります: 次に試すのは { $until } です
broker-said = { $label }: { $meaning }。時刻: { $at }
broker-said-with-ids = { $label }: { $meaning }。時刻: { $at }、{ $ids }
broker-said-nothing = なし。要求の時刻は { $at }、要求 ID は { $request } です
broker-status-password-elsewhere = このユーザーのパスワードがプロファイル `{ $profile }` で拒否されています。このプロファイルのパスワードも同じ場合は送信しません (`ropc doctor` で比較できます): { $said }
broker-status-client-secret-elsewhere = このアプリのクライアント シークレットがプロファイル `{ $profile }` で拒否されています。このプロファイルのクライアント シークレットも同じ場合は送信しません (`ropc doctor` で比較できます): { $said }
broker-status-certificate-elsewhere = このアプリの証明書がプロファイル `{ $profile }` で拒否されています。このプロファイルの証明書も同じ場合は何も送信しません (`ropc doctor` で比較できます): { $said }
broker-status-loop = サインインが 5 分間に 10 回認められました。さらに行うと Entra がループと見なします (AADSTS50196)
broker-status-replaceable = { $said }。ストアに別のシークレットがあれば、自動的に試されます

## The record and its place

broker-record-unreadable = サインイン記録 { $path } を読み取れないため、パスワードを送信しません: { $reason }
broker-record-new = `ropc login{ $p } --retry` を実行すると、これを削除して 1 回試し、新しい記録を作ります
broker-record-remove = { $path } を手で削除してから、同じコマンドをもう一度実行してください
broker-not-compared = メモリが足りず、Entra が拒否したシークレット (サインイン記録 { $path }) と比較できないため、シークレットを送信しません
broker-not-compared-memory = ropc が使えるメモリを 32 MiB 増やしてください (`ulimit -v`、またはサービスやコンテナーのメモリ上限)。`ropc login{ $p } --retry` は比較せずに送信します
broker-record-unwritable = サインイン記録 { $path } に書き込めないため、パスワードを送信しません: { $reason }
broker-record-kept = サインイン記録 { $path } に書き込めないため、このプロファイルについての記録が残ります: { $reason }
broker-record-make-room = 空き容量を増やすか、書き込めるようにするか、このアカウントで書き込めるディレクトリを ROPC_STATE_DIR に設定してください
broker-no-state = サインイン記録を書き込めるディレクトリがありません。記録できない場合、ropc はパスワードを送信しません
broker-set-state-dir = このアカウントで書き込めるディレクトリを ROPC_STATE_DIR に設定してください
broker-state-unwritable = { $path } に書き込めません
broker-state-none = HOME も ROPC_STATE_DIR も設定されていません
broker-state-fallback = サインイン記録はログアウトすると失われる { $runtime } にあります: { $reason }。このアカウントで書き込めるディレクトリを ROPC_STATE_DIR に設定してください
broker-state-refused = サインイン記録のディレクトリがこのアカウントだけのものではないため、パスワードを送信しません: { $reason }
broker-state-refused-own = このアカウントの所有、モード 0700 にするか、このアカウントだけのディレクトリを ROPC_STATE_DIR に設定してください

## Locks

broker-lock-unusable = ロック ファイル { $path } を使用できません: { $reason }
broker-lock-set-state-dir = 書き込めるようにするか、このアカウントで書き込めるディレクトリを ROPC_STATE_DIR に設定してください
broker-lock-timeout = { $time }待ちましたが、間に合いませんでした: { $awaited }
broker-lock-longer = もう一度実行してください。`--timeout 10m` を付けるとより長く待ちます
broker-lock-waiting = 待機中: { $awaited }
broker-awaited-profile = プロファイル `{ $profile }` でのほかの ropc のサインインの完了
broker-awaited-user = { $user } のほかのサインインの終了
broker-awaited-app = アプリ { $app } でのほかのユーザーのサインインの終了
broker-awaited-sign-in = ほかのサインインの終了
broker-awaited-outcome = ほかのサインインの結果の書き込み

## The token cache

broker-token-cached = キャッシュのトークンを使用します
broker-token-cached-meanwhile = 待っている間にほかのプロセスがキャッシュに保存したトークンを使用します
broker-token-ignored = キャッシュされたトークンはこのプロファイルとスコープでは開けないため、無視します
broker-token-sealed = トークンを暗号化して { $path } に保存しました
broker-token-not-cached = トークンをキャッシュできなかったため、次回の実行では再びサインインします: { $reason }
broker-token-short = ここでのトークンの有効期間は { $life }で、--min-ttl で指定された { $wanted }より短くなっています
broker-cache-none = トークン キャッシュはありません: { $reason }
broker-cache-set-directory = キャッシュ ディレクトリがありません: ROPC_CACHE_DIR を設定してください
broker-key-nearby = 鍵はカーネルのキーリングにあります
broker-key-not-nearby = ここではカーネルのキーリングを使用しません: { $reason }
broker-key-nowhere = ストアに鍵を保存できず、XDG_RUNTIME_DIR にも、メモリ上にあってこのアカウント専用のディレクトリが指定されていません

## One sign-in

broker-ca-unreadable = CA ファイル { $path } を読み取れません: { $reason }
broker-lifetime-assumed = 応答にトークンの有効期間 (`expires_in`) がありません。{ $time }とみなします
broker-ca-unusable = CA ファイル { $path } のルート証明書を使用できません: { $reason }
broker-ca-put-back = 元に戻すか、`ropc login{ $p } --ca-file FILE` で別のファイルを登録してください
broker-no-secrets = { $store } に、プロファイル `{ $profile }` とアカウント { $account } のシークレットがありません
broker-no-secrets-login = シークレットは、それを保存したアカウントのものです: { $account } として `ropc login{ $p }` を実行してください
broker-bundle-unusable = { $store } にあるプロファイル `{ $profile }` の内容は使用できません: { $reason }
broker-bundle-store-again = ropc を更新するか、`ropc login{ $p }` でシークレットを保存し直してください
broker-binding = プロファイル `{ $profile }` は、シークレットの保存後に変更されています ({ $fact }): 登録時は `{ $enrolled }` でしたが、プロファイルでは `{ $now }` です。何も送信していません
broker-binding-on-purpose = 意図して変更した場合は、`ropc login{ $p }` で登録し直してください
broker-binding-by-others = 心当たりがない場合は、誰が変更したかを調べてください: パスワードがそこへ送信されるところでした
broker-public-client-differs = プロファイル `{ $profile }` は `public_client = { $value }` ですが、シークレットはその逆の設定で保存されています。何も送信していません
broker-enrol-again = `ropc login{ $p }` で登録し直してください
broker-certificate-key = プロファイル `{ $profile }` の証明書の保存済みキーが壊れています。何も送信していません
broker-certificate-again = 保存し直してください: `ropc login{ $p } --certificate FILE`
broker-certificate-ended = プロファイル `{ $profile }` の証明書は { $ended } に期限が切れたため、Entra に拒否されます。何も送信していません
broker-certificate-renew = アプリに新しい証明書を登録してから、`ropc login{ $p } --certificate FILE` を実行してください。パスワードはそのまま使われます
broker-asking = { $url } にトークンを要求しています。要求 ID は { $request } です
broker-secrets-from-store = シークレットはストア `{ $store }` から取得しています: そこで変更してください。新しいものは自動的に試されます
broker-waiting-answer = { $host } の応答を待っています
broker-waiting-repeat = { $failure }: もう一度試すまで待っています
broker-once-more = { $failure }。{ $seconds } 秒後にもう 1 回試します
