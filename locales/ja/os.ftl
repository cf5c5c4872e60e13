# Texts of the area `os`. The rules are in src/text/mod.rs.

## Files

os-symbolic-link = シンボリック リンクのため、たどりません
os-directory-in-place = ディレクトリであり、ファイルではありません
os-pipe-in-place = パイプであり、ファイルではありません
os-device-in-place = デバイスまたはソケットであり、ファイルではありません
os-too-large = この種類のファイルとしては大きすぎます
os-not-absolute = { $path } は絶対パスではありません
os-too-many-links = { $path } の途中にシンボリック リンクが多すぎます
os-foreign = { $path } の所有者は別のアカウントです (uid { $uid })
os-others-write-to = { $path } にほかのアカウントが書き込めます (モード { $mode })
os-ours = { $path } の所有者はこのアカウントです
os-root-writes-to = root は { $path } に書き込めます
os-reach-unknown = このアカウントが { $path } に書き込めるかどうかは、このシステムでは判断できません
os-at-path = { $path }: { $reason }
os-kernel-keyring-forgets = そこに置いたものが見つかりません

## Accounts and sessions

os-under-sudo = sudo で実行されています: { $user } が保存したシークレットは { $user } 自身のキーチェーンにあります
os-own-account = タスクやサービスから見えるのは、それを実行するアカウント (ここでは { $account }) のシークレットだけです: そのアカウントで `ropc login{ $p }` を実行してください
os-logon-service = サービス ログオン
os-logon-batch = バッチ ログオン (スケジュールされたタスク)
os-logon-network = ネットワーク ログオン (SSH、PowerShell リモート処理)
os-logon-interactive = 対話型ログオン
os-no-credential-manager = このログオン セッションでは資格情報マネージャーを使えません
os-credential-manager-silent = このログオンで何が保持されるかについて、資格情報マネージャーから応答がありませんでした
os-credentials-forbidden = このログオンでの資格情報の保存がポリシーで禁止されています
os-credentials-until-logoff = 資格情報マネージャーがエントリを保持するのは、このログオンが終わるまでの間だけです

## Standard output

os-stdout-closed = ropc の起動前に閉じられています
os-stdout-read-only = 読み取り専用で開かれています

## Prompts

os-prompt-too-long = シークレットとしては長すぎます
os-prompt-not-unicode = Unicode ではありません
os-empty = 空です
os-no-random-bytes = オペレーティング システムから乱数を取得できませんでした: { $reason }
os-no-random = オペレーティング システムから乱数を取得できませんでした
os-unreadable = { $path } を読み取れません: { $reason }
os-too-long = 64 KiB を超えています
os-not-utf8 = UTF-8 のテキストではありません
