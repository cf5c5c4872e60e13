# Texts of the area `profile`. The rules are in src/text/mod.rs.

## Facts of a profile, as other texts name them

profile-fact-authority = 機関
profile-fact-tenant = テナント
profile-fact-client-id = クライアント ID
profile-fact-user = ユーザー
profile-fact-ca-file = CA ファイルの SHA-256
profile-fact-store = ストア
profile-fact-key-source = 鍵の取得元
profile-fact-command = プログラム
profile-fact-secrets-dir = シークレットのディレクトリ
profile-fact-ca-path = CA ファイル
profile-fact-public-client = `public_client`
profile-fact-app-credential = アプリの資格情報
profile-fact-none = なし

## Clouds and authorities

profile-no-cloud = `{ $name }` というクラウドはありません
profile-did-you-mean = `{ $name }` のことですか?
profile-clouds = クラウド: { $names }
profile-keys = プロファイルで使えるキー: { $names }
profile-authority-http = 機関は https である必要があります: パスワードとクライアント シークレットの送信先だからです
profile-authority-use = `--authority https://{ $host }` を使ってください
profile-authority-not = `{ $text }` は機関ではありません
profile-authority-not-https = `{ $text }` は https のホストではありません
profile-authority-shape = ホストと、必要ならポートを指定してください: `--authority https://login.contoso.example:8443`
profile-authority-user = 機関にユーザー名やパスワードを含めることはできません
profile-authority-more = `{ $text }` にはホストとポート以外のものが含まれています
profile-authority-added = テナントとパスは ropc が付け加えます: `--authority https://{ $host }`
profile-authority-alias = `{ $host }` は { $cloud } の機関の古い名前です
profile-authority-use-cloud = `--cloud { $cloud }` を使ってください
profile-authority-near = `{ $host }` は `{ $known }` に似ていますが、別のホストです: パスワードがそこへ送信されてしまいます
profile-authority-near-cloud = `--authority` を省略し、クラウドを `--cloud` で選んでください

## Names and ids

profile-name = `{ $text }` はプロファイルの名前として使えません
profile-name-shape = 英字、数字、`-`、`_`、`.` を 1 文字から 64 文字で、先頭は英字か数字にしてください。`con` など Windows のデバイス名は使用できません: `-p reports-prod`
profile-tenant-common = テナント `{ $tenant }` は使用できません: Entra が ROPC フローを受け付けるのは特定のディレクトリに対してだけで (AADSTS9001023)、個人用 Microsoft アカウントでは一切使用できません
profile-tenant-give = テナント ID を指定してください: Azure portal > Microsoft Entra ID > 概要 > テナント ID。例: `--tenant 7f1d3c52-...`
profile-tenant = `{ $text }` はテナント ID でもドメインでもありません
profile-tenant-guid = テナント ID は 16 進数 32 桁の GUID です: 文字の抜けや重複がないか確認してください
profile-tenant-shape = GUID (Azure portal > Microsoft Entra ID > 概要) か、`contoso.onmicrosoft.com` のようなドメインを指定してください
profile-client-id = `{ $text }` はアプリケーション (クライアント) ID ではありません: GUID で指定します
profile-client-id-copy = Azure portal > アプリの登録 > 対象のアプリ > 概要 > アプリケーション (クライアント) ID からコピーしてください
profile-username = `{ $text }` はサインイン名ではありません
profile-username-shape = ユーザー プリンシパル名を指定してください。例: `--username svc-report@contoso.example`
profile-generation = `{ $text }` は世代 ID ではありません
profile-generation-hands-off = この値は `ropc login{ $p }` が書き込みます。編集しないでください

## Scopes

profile-scope-offline = `offline_access` は更新トークンを要求しますが、ropc は更新トークンを保持しません
profile-scope-offline-leave = これを外してください: トークンの有効期限が切れると、ropc が再びサインインします
profile-scope-no-resource = リソースを指定しているスコープがありません
profile-scope-no-resource-use = `https://graph.microsoft.com/.default` か、`User.Read.All` のような名前を指定してください
profile-scope-resources = 1 つのトークンは 1 つのリソース用ですが、これらのスコープは { $count } 個のリソースを指定しています: { $resources }
profile-scope-resources-split = リソースごとにプロファイルを作るか、`--scope` を分けて実行してください
profile-scope-mixed = `.default` と名前を指定したアクセス許可を混在させることはできません (AADSTS70011)
profile-scope-mixed-either = `.default` か名前のどちらか一方で要求してください
profile-scope = `{ $text }` はスコープではありません
profile-scope-shape = スコープは引用符なしで書いてください。例: `--scope User.ReadBasic.All --scope Team.Create`

## Profile files

profile-none = { $directory } にプロファイル `{ $name }` はありません
profile-none-did-you-mean = `-p { $name }` のことですか?
profile-none-but = ここにあるプロファイル: { $names }
profile-none-login = `{ $login }` で一度設定してください
profile-unreadable-look = `{ $command } { $path }` で確認してください
profile-unwritable = { $path } に書き込めません: { $reason }
profile-not-removed = { $path } を削除できません: { $reason }
profile-not-removed-by-hand = そのディレクトリを書き込めるようにするか、ファイルでなければ手で削除してください
profile-unwritable-unchanged = 何も変更していません。ディレクトリを書き込めるようにするか、書き込めるディレクトリを ROPC_CONFIG_DIR に設定してください
profile-line = { $line } 行目: { $reason }
profile-fix-line = その行を直すか、もう一度 `ropc login{ $p }` を実行してください
profile-version = プロファイル形式のバージョン { $version } には対応していません
profile-version-newer = より新しい ropc で書かれています: ropc を更新するか、もう一度 `ropc login{ $p }` を実行してください
profile-version-needs = 読めるのは ropc { $release } 以降です: ropc を更新するか、もう一度 `ropc login{ $p }` を実行してください
profile-both-hosts = `authority` と `cloud` を同時に指定することはできません
profile-both-hosts-keep = どちらか一方だけを残してください
profile-unknown-key = `{ $key }` はプロファイルのキーではありません
profile-secret-in-file = このファイルにシークレットを書くことはできません: その行を削除し、シークレットを変更してから、`ropc login{ $p }` を実行してください
profile-missing-key = キー `{ $key }` がありません
profile-missing-key-login = もう一度 `ropc login{ $p }` を実行してください。ファイルが新しく作成されます
profile-must-be-text = `{ $key }` は引用符で囲んだ文字列である必要があります
profile-must-be-flag = `{ $key }` は true か false である必要があります
profile-must-be-thumbprint = `{ $key }` は拇印の 16 進数である必要があります
profile-must-be-time = `{ $key }` は `2027-05-31T00:00:00Z` のような日時である必要があります
profile-must-be-list = `{ $key }` は文字列のリストである必要があります
profile-must-be-path = `{ $key }` は絶対パスである必要があります
profile-must-be-command = `{ $key }` は文字列のリスト (プログラムとその引数) である必要があります
profile-must-be-program = `{ $key }` の先頭は絶対パスか、PATH から探す名前である必要があります
profile-belongs-to = `{ $key }` を指定できるのは `store = "{ $store }"` の場合だけです
profile-belongs-to-credential = キー `{ $key }` はアプリの資格情報 `{ $credential }` のものですが、このプロファイルはそれを使いません
profile-remove-line = その行を削除するか、もう一度 `ropc login{ $p }` を実行してください
profile-unknown-value = `{ $key } = "{ $value }"` は使えない値です
profile-one-of = 次のいずれかを指定してください: { $names }
profile-changeable = ストア `{ $store }` のプロファイル `{ $profile }` は使用しません: { $reason }
profile-changeable-mode = シークレットの送信先を決めるファイルなので、書き込めるのはこのアカウントと root だけにする必要があります: `chmod go-w`、`chown`

## What `login` enrolled

profile-not-as-enrolled = プロファイル `{ $profile }` は `ropc login{ $p }` の後に変更されています ({ $fact }): 登録時は `{ $enrolled }` でしたが、プロファイルでは `{ $now }` です。何も実行、読み取り、送信していません
profile-not-as-enrolled-on-purpose = 意図して変更した場合は、`{ $command }` で登録し直してください (すべての項目を改めて指定します)
profile-not-as-enrolled-by-others = 心当たりがない場合は、誰が変更したかを調べてください: 次のジョブで使われるところでした
profile-not-enrolled = ストア `{ $store }` のプロファイル `{ $profile }` は使用しません: このアカウントでは登録されておらず、このアカウント自身が書いた可能性があります ({ $reason })
profile-not-enrolled-login = このアカウントで `{ $command }` を実行して登録してください (探した場所: { $directory })
profile-not-enrolled-mount = コンテナーやサービスでは、プロファイルとそのディレクトリの所有者を root にするか、読み取り専用でマウントしてください: ドキュメントの「ジョブを実行する場所」を参照してください
profile-not-enrolled-again = `{ $command }` で登録し直してください
profile-enrolment-damaged = { $path } が壊れています: `ropc login{ $p }` で登録した内容のファイルです
profile-enrolment-mode = 使用するプログラムやディレクトリを決めるファイルなので、書き込めるのはこのアカウントと root だけにする必要があります: `chmod go-w`、`chown`
profile-enrolment-nowhere = 状態ディレクトリがありません。ストア `{ $store }` のプロファイルは、そこに登録されたとおりにのみ使用されます
profile-enrolment-set-state = 何も変更していません。書き込めて消えないディレクトリを ROPC_STATE_DIR に設定してください
