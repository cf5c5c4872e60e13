# Texts of the area `program`. The rules are in src/text/mod.rs.

## A program that ropc runs for its output

program-not-found = プログラム `{ $program }` が見つかりません
program-cannot-run = プログラム `{ $program }` を実行できません: { $reason }
program-look = `ls -l { $program }` で確認してください: そこにあって実行できる必要があります。スクリプトの場合は、そのインタープリターも必要です
program-no-output = プログラム `{ $program }` の出力を使用できません: { $reason }
program-failed = プログラム `{ $program }` が失敗しました ({ $status })
program-timeout = プログラム `{ $program }` またはそれが起動したもの、あるいはその出力が { $count } 秒以内に終わらなかったため、終了させました
program-no-prompt = 端末やダイアログで人に入力を求めるものは使えません。専用のサービス アカウントかトークンを与えてください
program-title = プログラム `{ $program }`
