# Texts of the area `import`. The rules stand in src/l10n/mod.rs.

import-unreadable = { $path } を読み取れません: { $reason }
import-too-large = 1 MiB を超えています。人が書いたスクリプトとは考えられません
import-binary = テキストではありません
import-bad-utf16 = UTF-16 のように始まりますが、UTF-16 ではありません
import-other-language = ここでは読めない言語で書かれています (`ropc import --help` を参照): 値は手作業で取り除き、`ropc login` を使ってください

import-read = { $path } ({ $language } として読み取り):
import-legacy = このファイルは UTF-8 でも UTF-16 でもありません。ASCII 以外の文字を含む値は読み取れません
import-found = { $line } 行目: { $field }: { $value }
import-found-in-comment = { $line } 行目: { $field }: { $value } (コメント内のため使いません)
import-found-outside = { $line } 行目: { $field }: { $value } (`--lines` の範囲外のため使いません)
import-hidden = [非表示、{ $count } 文字]
import-more = ほかに { $count } 件
import-unclear = { $line } 行目: { $field }: { $reason }。使いません
import-computed = スクリプトの実行時に計算されます
import-elsewhere = このファイルで設定されていない変数の値です
import-interpolated = 実行時に組み立てられるか、プログラムによって読み方が異なります
import-placeholder = プレースホルダーです
import-malformed = この種類の値の形式ではありません
import-encoding = 文字コードが不明です

import-tenant = テナント
import-client-id = クライアント ID
import-client-secret = クライアント シークレット
import-username = ユーザー
import-password = パスワード
import-scope = スコープ
import-authority = 機関

import-nothing = { $path } には、取り出せるパスワードもクライアント シークレットもありません
import-nothing-hint = 計算される値や別の場所から読み取る値はファイルにありません: `ropc login` を使ってください
import-nothing-in-lines = `--lines` の範囲外にあるものは使われません
import-dry-run = 送信、保存、変更は行っていません: `--dry-run` の代わりに `--write` を付けると実行します
import-several = { $path } には { $field } の異なる値が { $count } 個あります ({ $lines } 行目)。自動では選びません
import-several-flag = どれを使うかを `{ $flag }` で指定してください
import-several-lines = `--lines FROM-TO` で使う行を限り、プロファイルごとに実行してください (`-p NAME`)
import-unknown-host = { $path } の { $line } 行目はシークレットを { $host } に送ります。これは既知のクラウドの機関ではありません
import-unknown-host-hint = それで正しい場合は、自分で指定してください: `--authority https://{ $host }`

import-broken = { $path } を編集できません: { $line } 行目で始まるものが終わっていません
import-broken-hint = `--write` を外し、シークレットは手作業で取り除いてください
import-uneditable = { $path } を編集できません: { $reason }
import-hard-link = 別の名前 (ハード リンク) があり、そちらにシークレットが残ります
import-hard-link-hint = もう一方の名前を削除するか、`--write` を外してください
import-read-only = 読み取り専用です
import-read-only-hint = 書き込めるようにするか、`--write` を外してください
import-unwritable-hint = ファイルを丸ごと置き換えるため、ディレクトリに書き込める必要があります。または `--write` を外してください
import-backup-exists = バックアップ { $path } が既にあります
import-backup-exists-hint = シークレットが入っています: 削除するか、`--backup` を外してください
import-changed-meanwhile = 読み取った後に変更されました
import-not-edited = シークレットは保存しましたが、{ $path } は元のままです: { $reason }
import-not-edited-hint = 原因を直し、同じコマンドに `--yes` を付けてもう一度実行してください

import-left = { $path } にはまだシークレットがあります: `--write` で取り除けます
import-backup = 元のファイルは { $path } にあります。シークレットが入っているので、早めに削除してください
import-edited = { $path } を編集しました (元の { $lines } 行目)
import-unchanged = { $path } には編集する箇所がありませんでした
import-uses-token = トークンの要求を、`ropc exec` が設定する変数 GRAPH_ACCESS_TOKEN に置き換えました
import-no-request = トークンの要求が既知の形ではありません: `ropc exec` が設定する変数 GRAPH_ACCESS_TOKEN に手作業で置き換えてください
import-orphans = 空になった値を使っている行があります: { $lines }
import-other-secret = { $line } 行目: { $field } の別の値がまだ残っています
import-clean = 読み直しました: { $path } にはどちらのシークレットもありません (そのまま、エスケープ、パーセント エンコード、base64 のいずれの形でも)
import-clean-one = 読み直しました: { $path } に{ $field }はもうありません (そのまま、エスケープ、パーセント エンコード、base64 のいずれの形でも)
import-not-searched = { $field }はこのファイルから取ったものではないため、{ $path } に残っているかどうかは調べていません
import-changed-afterwards = { $path } を編集しましたが、直後に別のものが変更しました: シークレットが残っていないか確かめてください
import-remains = { $path } の次の行にシークレットが残っています: { $lines }
import-remains-hint = 手作業で取り除いてください: 解釈できないものは編集しません

import-next = 次の手順: `{ $command }`
import-next-settings = 次の手順: このファイルを読むプログラムを `{ $command } -- COMMAND` で実行してください。トークンは GRAPH_ACCESS_TOKEN にあります
import-git-tracked = { $name } は git で管理されています: 古い版を含むすべてのコミットとクローンにシークレットがあります
import-git-work-tree = このファイルは git の作業ツリーにあります: 一度でもコミットした場合は、履歴にシークレットがあります
import-sibling = { $path } にもシークレットがあるかもしれません
import-change-them = 平文で置かれていたものは知られているかもしれません: パスワードとクライアント シークレットを変更してから `ropc login` を実行してください
import-other-copies = ほかのコピーも確認してください: バージョン管理、バックアップ、エディターのファイル、チャット、シェルの履歴
