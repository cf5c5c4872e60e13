# Texts of the area `vault`. The rules are in src/text/mod.rs.

## The stores in words

vault-title-secret-service = キーチェーン (Secret Service)
vault-title-windows = Windows 資格情報マネージャー
vault-title-macos = macOS のキーチェーン
vault-title-file = 暗号化されたファイル { $path } (鍵: { $key })
vault-title-directory = ディレクトリ { $path }
vault-title-credentials = systemd の資格情報ディレクトリ

## What they are worth

vault-worth-keychain = このアカウントのログオン パスワードで暗号化され、ほかのアカウントやディスクを盗んだ者からは守られます。ロックが解除されている間は、このアカウントのすべてのプログラムが読み取れます
vault-worth-credential = 鍵は systemd の資格情報です: ディスクのコピーは、このコンピューターのホスト キーか TPM がなければ開けません。このコンピューターの root とこのユニットは読み取れます
vault-worth-key-file = この鍵ファイルがなければ、ストアのコピーは役に立ちません。このアカウントまたは root として両方を読み取れる者は、シークレットを入手できます
vault-worth-key-in-keychain = 鍵はキーチェーンにあります: このアカウントのログオン パスワードで暗号化され、ほかのアカウントやディスクを盗んだ者からは守られます。ロックが解除されている間は、このアカウントのすべてのプログラムが読み取れます
vault-worth-passphrase = 鍵はパスフレーズから作られます (Argon2id、64 MiB、3 パス): ファイルをコピーした者に対する強さは、パスフレーズの強さと同じです。人がいなければ、どのジョブも使えません
vault-worth-directory = ropc はコピーを保持しません: これらのファイルを読み取れる者はシークレットを入手できます。ここで読み取れるのは、このアカウントと root だけです
vault-worth-directory-open = ropc はコピーを保持しません: これらのファイルを読み取れる者はシークレットを入手できます。ここでは、その一部をほかのアカウントも読み取れます
vault-worth-command = ropc はコピーを保持しません。このアカウントとしてこのプログラムを実行し、求められるものを用意できる者は、シークレットを入手できます

## All stores

vault-file-instead = 代わりに、シークレットを暗号化されたファイルに保存してください: `ropc login{ $p } --store file`
vault-or-file = または、シークレットを暗号化されたファイルに保存してください: `ropc login{ $p } --store file`
vault-readable-by = { $account } が読み取れる必要があります
vault-chmod = `chmod 600 { $path }` を実行してください

## Secrets as JSON

vault-json-shape = 1 つの JSON オブジェクト: {"{"}"client_secret": "...", "password": "..."{"}"}
vault-json-encoding-fix = PowerShell では、パイプの前に `$OutputEncoding = [Text.UTF8Encoding]::new($false)` を実行してください。ファイルはバイト順マークなしの UTF-8 で: `[IO.File]::WriteAllText($path, $json)`
vault-json-no-password = パスワードがありません
vault-json-unwanted = 別の資格情報が入っています。このプロファイルのアプリの資格情報: { $credential }
vault-json-unwanted-leave = 別の資格情報を外すか、その資格情報でアプリを登録してください
vault-json-no-client-secret = クライアント シークレットがありません
vault-json-no-certificate = 証明書がありません
vault-json-certificate-shape = または {"{"}"client_certificate": "-----BEGIN ...", "password": "..."{"}"}: 証明書と秘密キーの PEM テキスト。改行は `\n` と書きます
vault-json-bad-certificate = `client_certificate` は使用できません: { $reason }
vault-json-public-client = または、アプリにシークレットがない場合は `ropc login{ $p } --public-client` を使ってください
vault-json-early-end = 入力が途中で終わっています
vault-json-array = 入力が JSON の配列です
vault-json-not = 入力が JSON ではありません
vault-json-not-because = 入力が JSON ではありません: { $reason }
vault-json-other = 入力に別のキー、重複したキー、または文字列ではない値があります

## The store `command`

vault-command-whole-path = ジョブの PATH はシェルより短いため、フル パスで指定してください: `ropc login{ $p } --store command ... -- /usr/bin/op ...`
vault-command-by-hand = プログラム自体のメッセージは、シークレットを含む可能性があるため表示しません: { $account } として手動で実行してください (プロファイルのキー `command`)
vault-command-not-secrets = プログラム `{ $program }` の出力がシークレットではありません: { $reason }
vault-command-must-print = 次のものを出力する必要があります: { $shape }
vault-command-empty-password = プログラム `{ $program }` が空のパスワードを出力しました

## The store `directory`

vault-directory-no-credentials = シークレットは systemd の資格情報ですが、CREDENTIALS_DIRECTORY が設定されていません: そのユニットの中で実行されていません
vault-directory-unit = `LoadCredentialEncrypted=password:...` と `LoadCredentialEncrypted=client_secret:...` を指定したユニットとしてジョブを開始してください
vault-directory-name-it = または、ディレクトリを一度指定してください: `ropc login{ $p } --store directory --secrets-dir DIR`
vault-directory-both-files = ディレクトリにはファイル `password` と `client_secret` が必要です
vault-directory-certificate-file = ディレクトリにはファイル `password` と `client_certificate.pem` が必要です
vault-directory-public-client = または、アプリにシークレットがない場合は `--public-client` で登録してください
vault-directory-changeable = { $path } のシークレットは使用しません: { $reason }
vault-directory-mode = そこに書き込めるのはこのアカウントと root だけにする必要があります: `chmod go-w`、`chown`、または読み取り専用でマウントしてください
vault-directory-unusable = { $path } を使用できません: { $reason }
vault-directory-odd = { $title }: { $reason }
vault-directory-one-secret = ファイルの内容はシークレットだけで、そのあとの改行は 1 つまでにしてください
vault-text-mark = バイト順マークで始まっており、シークレットの一部として送信されてしまいます
vault-text-mark-fix = バイト順マークなしの UTF-8 で保存してください: PowerShell (5.1 も同じ) では `[IO.File]::WriteAllText($path, $value)`、それ以外では `tail -c +4 OLD > NEW`
vault-text-utf16 = UTF-16 のテキストです (バイト順マークの有無によらず、PowerShell 5.1 の既定)
vault-text-utf16-fix = バイト順マークなしの UTF-8 で保存してください: PowerShell (5.1 も同じ) では `[IO.File]::WriteAllText($path, $value)`、それ以外では `iconv -f UTF-16 -t UTF-8 OLD > NEW`
vault-text-not-utf8-fix = バイト順マークなしの UTF-8 で保存してください: PowerShell (5.1 も同じ) では `[IO.File]::WriteAllText($path, $value)`、それ以外では `iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW`

## The store `file`

vault-file-unreadable = ファイル ストア { $path } を読み取れません: { $reason }
vault-file-look = `ropc login{ $p }` を実行したアカウントで実行するか、ファイルをバックアップから復元してください。バックアップがなければ、ファイルを削除してから `ropc login{ $p }` を実行してください
vault-file-open = ファイル ストア { $path } はほかのアカウントが読み取れるか、所有者が別のアカウントです
vault-file-other-source = ファイル ストア { $path } は、{ $asked } ではなく { $sealed } の鍵で暗号化されています
vault-file-use-source = `ropc login{ $p } --key-source { $source }` で登録してください
vault-file-wrong-key = ファイル ストア { $path } を開けません (鍵: { $place }): 別の鍵か、ファイルが破損しています
vault-file-mistyped = もう一度試してください: パスフレーズを打ち間違えた可能性があります
vault-file-restore-either = ファイルか鍵をバックアップから復元するか、ファイルを削除してから `ropc login{ $p }` でやり直してください
vault-file-newer-format = ファイル ストア { $path } は使えません: { $reason }
vault-file-update = ropc を更新してください
vault-file-unknown-source = ファイル ストア { $path } は、未対応の鍵の取得元で暗号化されています
vault-file-newer = より新しい ropc で書かれています: ropc を更新してください
vault-file-foreign = ファイル ストア { $path } は ropc のストアではないか、破損しています
vault-file-restore = バックアップから復元するか、削除してから `ropc login{ $p }` でやり直してください
vault-file-unwritable = ファイル ストア { $path } に書き込めません: { $reason }
vault-file-not-locked = ファイル ストアのロック ファイル { $path } を使用できません: { $reason }
vault-file-lock-made = { $path } は ropc が作成します: そこにあるものを削除してください。ディレクトリは書き込み可能で、ファイル システムはロックに対応している必要があります
vault-file-busy = ファイル ストア { $path } に、終了しない別のプロセスが書き込んでいます
vault-file-busy-look = 応答しない ropc のプロセスを終了してから、もう一度実行してください
vault-file-no-item = ファイル ストア { $path } に項目 `{ $item }` がありません

## The key of the store `file`

vault-key-in-file = { $source } ({ $path })
vault-key-from-keychain = キーチェーン
vault-key-from-passphrase = パスフレーズ
vault-key-no-source = ファイル ストアには鍵が必要ですが、鍵の取得元が指定されていません
vault-key-no-credentials = ファイル ストアの鍵は systemd の資格情報ですが、ここでは CREDENTIALS_DIRECTORY が設定されていません
vault-key-unit = `LoadCredentialEncrypted={ $name }:...` を指定したユニットとしてジョブを開始してください
vault-key-not-had = ファイル ストアの鍵を取得できません: { $reason }
vault-key-damaged = キーチェーンにあるファイル ストアの鍵が破損しています
vault-key-ask = ファイル ストアのパスフレーズ
vault-key-ask-new = ファイル ストアの新しいパスフレーズ
vault-key-ask-again = 確認のためもう一度
vault-key-no-terminal = ファイル ストアを開くには、人が端末でパスフレーズを入力する必要があります
vault-key-choose-another = 無人で実行するジョブには別の鍵を選んでください: ストア (プロファイルの隣の `store.sealed`) を中身ごと削除してから、次のいずれかを付けてもう一度 `ropc login{ $p }` を実行します
vault-key-passphrase-short = このパスフレーズは使用できません: 短すぎます
vault-key-passphrase-longer = { $count } 文字以上にしてください。無作為に選んだ 5 つの単語ならさらに安全です
vault-key-passphrase-differs = このパスフレーズは使用できません: 2 回の入力が一致しません
vault-key-no-memory = パスフレーズから鍵を作るためのメモリが足りません
vault-key-unreadable = ファイル ストアの鍵を { $path } から読み取れません: { $reason }

vault-key-missing-restore = ストアはこの鍵でしか開けません: ファイルを復元するか、`store.sealed` を削除してから `ropc login{ $p }` でやり直してください
vault-key-other-place = ストアの作成時に別の ROPC_KEY_FILE を使っていた場合や、設定していなかった場合は、今回も同じにしてください
vault-key-open = ほかのアカウントが読み取れるか、所有者が別のアカウントです
vault-key-shape = 32 バイトでも 16 進数 64 桁でもありません
vault-key-make = `head -c 32 /dev/urandom > { $path }` で作成できます
vault-key-not-made = 鍵ファイル { $path } を作成できません: { $reason }
vault-key-name-place = 書き込める場所を ROPC_KEY_FILE に指定してください
vault-key-option-file = `--key-source key-file`: このアカウントだけが読み取れるファイルに保存します。場所は構成ディレクトリの `store.key` か、ROPC_KEY_FILE で指定した場所です
vault-key-option-credential = `--key-source credential`: systemd から取得します: `LoadCredentialEncrypted={ $name }:...`
vault-key-option-others = `--key-source keychain` はキーチェーンに保存し、`--key-source passphrase` は毎回入力を求めます

## The keychain of the operating system

vault-keychain-gives-else = キーチェーンに項目を保存しましたが、読み取ると内容が異なります
vault-keychain-other-login = 別の `ropc login{ $p }` が実行中ではありませんか? もう一度試してください
vault-keychain-no-item = キーチェーンに項目 `{ $item }` がありません
vault-keychain-too-long = キーチェーンに保存できるのは、1 項目につき { $limit } バイトまでです
vault-native-no-session = このログオン セッションでは資格情報マネージャーを使えません (SSH、PowerShell リモート処理、または [パスワードを保存しない] を選んだタスク)
vault-native-use-console = コンソールかリモート デスクトップのセッション、またはパスワードを保存したタスクを使ってください
vault-native-policy = 通常のデスクトップの場合は、グループ ポリシーで資格情報の保存が禁止されている可能性があります: 管理者に確認してください
vault-native-locked = キーチェーンがロックされているか、このセッションでは確認を求められません (SSH、launchd、cron)
vault-native-unlock = このセッションで `security unlock-keychain` を実行するか、ログイン セッションの LaunchAgent から ropc を実行してください
vault-native-upgraded = ropc を更新した直後の場合は、ターミナルからもう一度 `ropc login{ $p }` を実行してください
vault-native-no-login-keychain = ここにはログイン キーチェーンがありません (デーモンにはありません)
vault-native-launch-agent = LaunchAgent か、`ropc login{ $p } --store file` を使ってください
vault-native-no-answer = { $store } から応答がありません: { $reason }
vault-native-damaged-item = { $store } から返された項目が壊れています
vault-native-store-again = 保存し直してください: `ropc login{ $p }`

## The Secret Service

vault-bus-none = D-Bus セッション バスがないため、キーリングに接続できません (cron、ログイン セッションのない ssh、コンテナー)
vault-bus-refused = D-Bus セッション バスは別のユーザーのものです (sudo、su、または古いかコピーされた DBUS_SESSION_BUS_ADDRESS)
vault-bus-no-provider = セッション バスにシークレットを保管するサービスがありません: org.freedesktop.secrets の所有者がいません
vault-bus-no-keyring = キーリング サービスは動作していますが、既定のキーリングがまだありません (新しいアカウント、またはパスワードで一度もログインしていない場合)
vault-bus-asks-first = キーリングがロックされています。デスクトップ セッションに表示される確認画面に { $count } 秒以内に応答してください
vault-bus-waiting = そのダイアログへの回答を待っています
vault-bus-session = 既定のキーリングは「session」です: メモリ上にあるため、このログイン セッションが終わると内容は失われます
vault-bus-set-default = 残るキーリングを既定にしてください: Seahorse (「パスワードと鍵」) で `Login` を右クリックし、既定として設定します
vault-bus-locked = キーリングがロックされています。ロック解除の確認は表示していません
vault-bus-not-allowed = キーリングのロックは解除されていますが、この項目は許可されたプログラムにしか渡されません。許可の確認は表示していません
vault-bus-dismissed = キーリングの確認画面が、応答のないまま閉じられました
vault-bus-timeout = キーリングから時間内に応答がありませんでした (応答しなくなったか、確認画面で入力を待っています)
vault-bus-daemon-gone = キーリング サービスが処理の途中で停止し、2 回目の試行も失敗しました
vault-bus-not-stored = キーリングは値を保存したと応答しましたが、読み取ると内容が異なります
vault-bus-other = キーリングからエラーの応答がありました: { $name }
vault-or-key-file = または、シークレットを暗号化されたファイルに保存してください: `ropc login{ $p } --store file --key-source key-file`
vault-with-credential = systemd のサービスやタイマーでは、鍵を資格情報にしたファイル ストアを使ってください: `ropc login{ $p } --store file --key-source credential`
vault-bus-same-user = `ropc login{ $p }` を実行したユーザーとして、そのユーザー自身のセッションで、sudo を使わずに実行してください
vault-bus-linger = `loginctl enable-linger USER` を使うと、ログインなしでもセッション バスが起動しますが、そのユーザーがパスワードでログインするまでキーリングはロックされたままです
vault-bus-unlock = デスクトップ セッションでロックを解除してから (そこにログインするか、`seahorse`、KWalletManager、または KeePassXC を開きます)、もう一度試してください
vault-bus-allow-clients = KeePassXC の設定の「シークレットサービス統合」で「クライアントがパスワードを取得する際に確認する」をオフにしてください。KeePassXC にとって、ropc の実行は毎回新しいクライアントです
vault-bus-doctor = 再び応答するかどうか、ジョブから使えるかどうかは、`ropc doctor` で確認できます
vault-bus-install = キーリング (gnome-keyring、KWallet、または KeePassXC) をインストールして起動してください
vault-bus-make-keyring = デスクトップに一度ログインするか (新しい KWallet の場合はもう一度)、`seahorse` でキーリングを作成して既定に設定してください。KeePassXC の場合は、データベースを開き、そのグループの 1 つを公開してください
vault-bus-answer-it = コマンドをもう一度実行し、確認画面に応答してください
vault-bus-open-prompt = デスクトップ セッションで、開いたままの確認画面がないか調べてください
vault-bus-restart = ログアウトとログインを行って、キーリングを再起動してください
vault-bus-journal = `journalctl --user -e` を確認してから、ログアウトとログインを行って再起動してください
