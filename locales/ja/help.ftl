# Help texts of the command line. The English ones are the comments in src/cli.rs and src/cli/. A text that is missing stays English.
#
# help-COMMAND-about, help-COMMAND-after: before and after the arguments; without COMMAND, those of `ropc` itself.
# help-COMMAND-ARGUMENT: one argument; help-any-ARGUMENT where it is the same for every command.
# help-...-ARGUMENT-VALUE: one of the values that it takes.
# The program breaks the lines; those of the texts after the arguments stay as they are, at most 84 cells wide.

help-word-usage = 使い方
help-word-commands = コマンド
help-word-arguments = 引数
help-word-options = オプション
help-word-everywhere = 共通のオプション
help-word-default = 既定値
help-word-values = 指定できる値

help-any-help = ヘルプを表示します (要約は `-h`)
help-any-help-brief = ヘルプを表示します (詳細は `--help`)
help-any-version = バージョンを表示します
help-any-version-brief = バージョンを表示します
help-any-help-command = このヘルプ、またはコマンドのヘルプを表示

help-about = Microsoft Graph のバッチ ジョブを、スクリプトにパスワードを書かずにユーザーとして実行
help-after =
    例:
      ropc login                     最初に 1 回: 質問に答え、サインインを確かめて保存
      ropc exec -- pwsh script.ps1   実行のたびに: トークンを $env:GRAPH_ACCESS_TOKEN に設定
      ropc import report.ps1         平文のシークレットがあるスクリプトから取り込む
      ropc status                    何がどこに保存され、使える状態か
      ropc doctor                    ジョブはここで無人で動くか。原因と対処
      ropc explain 50076             エラー コードの意味と対処
      ropc --version --verbose       このプログラムのコミット、ターゲット、機能、libc

    環境変数: ROPC_PROFILE, ROPC_NO_INPUT, ROPC_CONFIG_DIR, ROPC_CACHE_DIR,
    ROPC_STATE_DIR, ROPC_KEY_FILE, ROPC_LANG, NO_COLOR, HTTPS_PROXY, NO_PROXY
    IDENTITY_HEADER と ACTIONS_ID_TOKEN_REQUEST_TOKEN は Azure と GitHub の鍵で、
    その送信元にだけ渡します。
    パスワードとアプリのシークレットを環境変数から読むことはありません

    終了コード: 0 成功、1 その他、2 使い方の誤り、3 プロファイルまたは構成、
    4 サインインの拒否、5 シークレット ストア、6 ネットワークまたは一時的な障害
    exec: 子プロセスの終了コード。125 その前に ropc が失敗、126 実行できない、127 見つからない

help-any-no-input = 入力を求めません。足りないものがあればすぐに失敗します (`ROPC_NO_INPUT=1` でも同じ)
help-any-timeout = ropc 自身の処理 (ロック、ストア、ネットワーク) にかける時間の上限。子プロセスには及びません。例: 90s、5m。既定値: 2m、`doctor` では 45s
help-any-verbose = 何をしているかを表示します。シークレットは表示しません
help-any-color = メッセージの色付け
help-any-color-auto = 出力先が端末のとき
help-any-color-always = 常に
help-any-color-never = なし
help-any-profile = プロファイル。省略すると `ROPC_PROFILE`、それもなければ `default`
help-any-scope = プロファイルのスコープの代わりに、今回だけ使うスコープ。繰り返し指定できます
help-any-min-ttl = トークンに必要な残りの有効期間。例: 30m
help-any-refresh = キャッシュにトークンがあってもサインインし、新しいトークンを保存します
help-any-no-cache = トークンのキャッシュを読み書きしません
help-any-json = 1 つの JSON オブジェクトで出力します

help-login-about = サインインできることを確かめてから、シークレットを保存
help-login-after =
    例:
      ropc login --tenant contoso.example --client-id GUID --username job@contoso.example
      vault-tool print | ropc login --secrets-stdin --yes --tenant ... --client-id ...
      ropc login --store directory --secrets-dir /run/secrets --tenant ... --client-id ...
      ropc login --store command --tenant ... --client-id ... -- op read op://jobs/ropc/json
      ropc login --assertion managed-identity --tenant ... --client-id ... --username ...
      ropc login --certificate app.pem   証明書で証明する。保存済みのパスワードはそのまま
      ropc login --retry            保存済みのシークレットをもう一度だけ試す

    --secrets-stdin と、ストア command のプログラムは、1 つの JSON オブジェクトを渡します:
    {"  {"}"client_secret": "...", "password": "..."{"}"}
    関連: ropc status, ropc explain
help-login-tenant = テナント: GUID またはドメインの 1 つ
help-login-client-id = アプリの登録のアプリケーション (クライアント) ID
help-login-username = サインインするユーザー (UPN)
help-login-scope = 要求するスコープ。繰り返し指定できます。既定: 付与されたアクセス許可のすべて (Microsoft Graph の `.default`)
help-login-cloud = 国内クラウド: global, usgov, usgov-dod, china, bleu, delos, govsg
help-login-authority = 別の https ホスト (ポートも可) を機関として登録します。シークレットはそこに送信されます
help-login-ca-file = この PEM ファイルの証明書だけを信頼します
help-login-store = シークレットの保存場所: os (このシステムのキーチェーン)、file (暗号化されたファイル)、directory (systemd、Docker、Kubernetes、Vault が用意するファイル)、command (シークレットを出力するプログラム)
help-login-store-os = このシステムのキーチェーン
help-login-store-file = 暗号化されたファイル
help-login-store-directory = ほかのものが用意する、シークレットごとのファイル。読み取り専用
help-login-store-command = シークレットを出力するプログラム。読み取り専用
help-login-key-source = ファイル ストアの鍵の場所: credential (systemd)、key-file、keychain、passphrase
help-login-key-source-credential = systemd の資格情報ディレクトリにある `ropc-key`
help-login-key-source-key-file = `ROPC_KEY_FILE` のファイル。なければプロファイル横の `store.key`
help-login-key-source-keychain = このシステムのキーチェーンの項目
help-login-key-source-passphrase = 端末で毎回尋ねるパスフレーズ。ジョブには使えません
help-login-secrets-dir = ストア directory の場所。ファイル `password` と `client_secret` または `client_certificate.pem` を置きます。既定: `$CREDENTIALS_DIRECTORY`
help-login-public-client = アプリにシークレットがありません (「パブリック クライアント フローを許可する」)
help-login-no-verify = サインインできることを確かめずに保存します
help-login-secrets-stdin = 2 つのシークレットを 1 つの JSON オブジェクトとして標準入力から読みます
help-login-password-file = パスワードをファイルから読みます (`-`: 標準入力)。末尾の改行は 1 つだけ取り除きます
help-login-client-secret-file = クライアント シークレットをファイルから読みます (`-`: 標準入力)。末尾の改行は 1 つだけ取り除きます
help-login-certificate = アプリはこのファイルの証明書で自分を証明します: RSA キーの入った PEM または PKCS#12。キーはストアに保存されます。FILE を省けるのは `ropc login` だけです (ファイルやプログラムのストア、または `--secrets-stdin` の場合)
help-login-certificate-password-file = PKCS#12 ファイルのパスワードをファイルから読みます (`-`: 標準入力)。末尾の改行は 1 つだけ取り除きます
help-login-secret-expires = クライアント シークレットの期限。ポータルに表示される日付 (2027-05-31) を指定すると、30 日前から ropc が警告します
help-login-yes = 既存のプロファイルを確認なしで置き換えます
help-login-retry = 拒否されたシークレットをもう一度送信します: 今回渡したもの、なければ保存済みのもの
help-login-assertion = アプリが、サインインのたびに他の ID プロバイダーのアサーションで自分を証明します: managed-identity (Azure にあるこのコンピューターのもの)、managed-identity=CLIENT_ID (複数あるうちの 1 つ)、github (ワークフローのこの実行のもの)。ropc はアプリのシークレットを保存しません
help-login-assertion-file = アサーションをファイルから読み取ります。ファイルは、期限が切れる前に別のプログラムが書き直すものです。既定値: `$AZURE_FEDERATED_TOKEN_FILE`
help-login-assertion-command = `--` の後のプログラムがアサーションを出力します
help-login-secrets-command = プログラムとその引数。`--` の後に書きます。シークレットの JSON を出力するストア command のもの、または `--assertion-command` のもので、シェルを介さずに実行されます

help-import-about = スクリプトや設定ファイルの平文の資格情報をストアに移す
help-import-after =
    例:
      ropc import report.ps1 --dry-run     見つかるもの。送信も保存も書き込みもしない
      ropc import report.ps1               サインインを確かめ、シークレットを保存
      ropc import report.ps1 --write       さらにファイルから取り除く
      ropc import .env -p reports --scope User.Read

    PowerShell、.env、curl を使うシェル スクリプト、.bat と .cmd、Python、JavaScript、
    JSON、YAML を読みます
    計算される値、尋ねる値、別の場所から読む値は行番号を示すだけで、推測しません
    平文だったパスワードは知られています: 後で変更し、`ropc login` を実行してください
    関連: ropc login, ropc exec
help-import-file = スクリプトまたは設定ファイル
help-import-write = シークレットを保存した後、ファイルから取り除きます。編集の内容を示して確認します。端末がない場合は --yes が必要です
help-import-backup = 元のファイルを隣に残します (モード 0600)。そのコピーにはシークレットが入っています
help-import-dry-run = 見つかったものを表示するだけです
help-import-lines = この範囲の行にあるものだけを使います。例: 1-20。サインインが複数あるファイルのため
help-import-tenant = ファイルの値の代わりに使うテナント
help-import-client-id = ファイルの値の代わりに使うアプリケーション (クライアント) ID
help-import-username = ファイルの値の代わりにサインインするユーザー (UPN)
help-import-scope = ファイルの値の代わりに要求するスコープ。繰り返し指定できます
help-import-cloud = ファイルの値の代わりに使う国内クラウド
help-import-authority = 別の https ホスト (ポートも可) を機関として登録します。シークレットはそこに送信されます
help-import-ca-file = この PEM ファイルの証明書だけを信頼します
help-import-store = シークレットの保存先: os (このシステムのキーチェーン) または file (暗号化されたファイル)
help-import-store-os = このシステムのキーチェーン
help-import-store-file = 暗号化されたファイル
help-import-key-source = ファイル ストアの鍵の場所: credential (systemd)、key-file、keychain、passphrase
help-import-key-source-credential = systemd の資格情報ディレクトリにある `ropc-key`
help-import-key-source-key-file = `ROPC_KEY_FILE` のファイル。なければプロファイル横の `store.key`
help-import-key-source-keychain = このシステムのキーチェーンの項目
help-import-key-source-passphrase = 端末で毎回尋ねるパスフレーズ。ジョブには使えません
help-import-public-client = アプリにシークレットがありません (「パブリック クライアント フローを許可する」)
help-import-no-verify = サインインできることを確かめずに保存します
help-import-password-file = スクリプトにない場合、パスワードをファイルから読みます (`-`: 標準入力)
help-import-client-secret-file = スクリプトにない場合、クライアント シークレットをファイルから読みます (`-`: 標準入力)
help-import-certificate = アプリはこのファイルの証明書で自分を証明します: RSA キーの入った PEM または PKCS#12。キーはストアに保存されます。FILE を省けるのは `ropc login` だけです (ファイルやプログラムのストア、または `--secrets-stdin` の場合)
help-import-certificate-password-file = PKCS#12 ファイルのパスワードをファイルから読みます (`-`: 標準入力)。末尾の改行は 1 つだけ取り除きます
help-import-secret-expires = クライアント シークレットの期限。ポータルに表示される日付 (2027-05-31) を指定すると、30 日前から ropc が警告します
help-import-yes = 既存のプロファイルを確認なしで置き換えます

help-exec-about = 新しいトークンを環境変数に入れてコマンドを実行
help-exec-after =
    例:
      ropc exec -- pwsh script.ps1
      ropc exec -p reports --min-ttl 45m -- python3 report.py --all
      ropc exec --env GRAPH_ACCESS_TOKEN \
                --env ARM_TOKEN=https://management.azure.com/.default -- ./both.sh
      ropc exec --token-file TOKEN_FILE -- ./job.sh
      ropc exec --env MS365_MCP_OAUTH_TOKEN -- my-server
      ropc exec --serve -- pwsh -c 'Connect-MgGraph -Identity; ./hours.ps1'

    子プロセスには GRAPH_ACCESS_TOKEN (または --env で指定した名前) と、ROPC_PROFILE,
    ROPC_TENANT_ID, ROPC_CLIENT_ID, ROPC_USERNAME, ROPC_EXPIRES_ON を渡します
    保存したシークレットを渡すことはありません

    --serve では代わりに IDENTITY_ENDPOINT と IDENTITY_HEADER を渡します。Azure と Graph の
    クライアントは、ジョブが動いている間、このループバックのエンドポイントから新しいトークンを
    取得できます。別の場所に向かわせる変数は取り除きます
    関連: ropc token, ropc status
help-exec-env = `GRAPH_ACCESS_TOKEN` の代わりに、この変数にトークンを入れます。`=SCOPE` を付けると別のリソースのトークンになります。繰り返し指定できます
help-exec-token-file = トークンそのものの代わりに、トークンが入ったメモリ上のファイルのパスをこの変数に入れます。ファイルはコマンドとともに消えます (Linux)。繰り返し指定できます
help-exec-serve = トークンの有効期間より長いジョブのために、App Service のマネージド ID と同じ方法で、新しいトークンを 127.0.0.1 で提供します
help-exec-allow-resource = このリソース (URI または GUID) のトークンも提供します。繰り返し指定できます。省略すると、プロファイルのリソースだけです
help-exec-keep-env = 環境変数にあるほかの Azure の ID と `AZURE_TOKEN_CREDENTIALS` をそのまま残します
help-exec-command = コマンドとその引数。`--` の後に書きます

help-token-about = トークンを出力
help-token-after =
    例:
      curl -H @<(ropc token --output header) https://graph.microsoft.com/v1.0/me
      ropc token --output json | jq -r .expires_on
      ropc token --output az                AzureCliCredential が `az` から読む形式
    関連: ropc exec
help-token-output = 出力の形式
help-token-output-text = トークンだけ
help-token-output-json = トークンと有効期限を含む 1 つの JSON オブジェクト
help-token-output-header = ヘッダー行 `Authorization: Bearer ...`
help-token-output-az = `az account get-access-token` の形の JSON。`az` の代用品のため
help-token-show = 標準出力が端末でも表示します

help-status-about = プロファイルの保存場所、トークンのキャッシュ、サインインの状態を表示
help-status-after =
    例:
      ropc status
      ropc status -p reports --json

    関連: ropc list, ropc doctor, ropc explain

help-list-about = すべてのプロファイルを表示
help-list-after =
    例:
      ropc list                      -p なしで使われるプロファイルに `*` が付きます
      ropc list --json | jq -r '.profiles[].profile'

    関連: ropc status

help-logout-about = プロファイルを、シークレット、キャッシュ、記録とともに削除
help-logout-after =
    例:
      ropc logout -p reports
      ropc logout --all --yes

    関連: ropc login, ropc list
help-logout-all = すべてのプロファイル
help-logout-yes = 確認を求めません

help-setup-about = テナントを準備するスクリプトを出力 (実行はしません)
help-setup-after =
    スクリプトを読み、必要に応じて変更してから、テナントの管理者として実行してください。
    最後のコマンドは `ropc login` なので、ジョブのマシンで、ジョブのアカウントで実行します

    例:
      ropc setup --tenant contoso.example --username svc-job@contoso.example \
        --scope User.ReadBasic.All --address 203.0.113.7/32 > tenant.ps1
      ropc setup --shell az --tenant ... --username ... > tenant.sh

    関連: ropc login, ropc import
help-setup-shell = スクリプトの種類: PowerShell 7 と Microsoft Graph PowerShell、または sh と Azure CLI。Azure CLI のアプリは接続元の制限を作成できません
help-setup-shell-pwsh = PowerShell 用
help-setup-shell-az = Azure CLI 用
help-setup-tenant = テナント。GUID またはドメイン
help-setup-username = 作成するユーザー (UPN)
help-setup-app = アプリの登録の名前
help-setup-scope = Microsoft Graph の委任されたアクセス許可。繰り返し指定できます
help-setup-address = ジョブの接続元アドレス。例: 203.0.113.7/32。繰り返し指定できます

help-rename-about = プロファイルの名前を変更
help-rename-after =
    シークレット、キャッシュ内のトークン、ブレーカーの記録も移ります。
    元の名前を指定しているジョブには新しい名前が必要です

    例:
      ropc rename default reports

    関連: ropc list, ropc login
help-rename-old = 元の名前
help-rename-new = 新しい名前。同じ名前のプロファイルがあると使えません

help-doctor-about = このアカウントとログオンでジョブが無人で動くかを診断
help-doctor-after =
    ジョブと同じ条件で実行してください: 同じアカウント、同じタスクまたはユニット、端末なし

    例:
      ropc doctor
      ropc doctor -p reports --json
      sudo systemd-run --wait --pipe --uid=svc ropc doctor

    終了コード: 0 問題なし、または警告のみ。失敗があれば次の順で最初に当てはまるもの:
    3 プロファイル、構成、時計、5 シークレット ストア、6 ネットワーク、
    4 シークレットの拒否、1 その他
    シークレットは送信しません
    関連: ropc status, ropc explain
help-doctor-quiet = 問題と警告だけを表示

help-explain-about = パスワードでのサインインにおける AADSTS コードの意味を説明 (オフライン)
help-explain-after =
    例:
      ropc explain 50126
      ropc explain AADSTS7000215
      ropc explain < error.txt

    関連: ropc doctor, ropc status
help-explain-what = コード、またはコードを含むエラーのテキスト。指定しないか `-` にすると、標準入力からテキストを読みます

help-generate-about = シェルの補完または man ページを生成
help-generate-after =
    例:
      source <(ropc generate completions bash)
      ropc generate man ~/.local/share/man/man1
help-generate-completions-about = シェルの補完を標準出力に出力
help-generate-completions-after =
    例:
      source <(ropc generate completions bash)
      ropc generate completions fish > ~/.config/fish/completions/ropc.fish
      ropc generate completions powershell >> $PROFILE
help-generate-completions-shell = シェル
help-generate-completions-shell-bash = Bash 用
help-generate-completions-shell-elvish = Elvish 用
help-generate-completions-shell-fish = fish 用
help-generate-completions-shell-powershell = PowerShell 5.1 と 7 用
help-generate-completions-shell-zsh = Zsh 用
help-generate-man-about = コマンドごとの man ページをディレクトリに書き込み
help-generate-man-after =
    例:
      ropc generate man ~/.local/share/man/man1
help-generate-man-dir = ディレクトリ。存在している必要があります
