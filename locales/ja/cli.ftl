# Texts of the area `cli`. The rules are in src/text/mod.rs.

cli-usage = 使い方: { $usage }
cli-more = 詳しくは --help をご覧ください
cli-unknown-argument = 引数 '{ $argument }' は指定できません
cli-unknown-command = サブコマンド '{ $command }' はありません
cli-value-missing = '{ $argument }' に値がありません
cli-invalid-value = '{ $argument }' に値 '{ $value }' は使えません
cli-invalid-value-because = '{ $argument }' に値 '{ $value }' は使えません: { $reason }
cli-unexpected-value = '{ $argument }' に値 '{ $value }' は指定できません
cli-missing-arguments = 次の必須の引数がありません:
cli-not-unicode = UTF-8 として正しくない引数があります
cli-twice = 引数 '{ $argument }' は 1 回しか使えません
cli-conflict = 引数 '{ $argument }' は '{ $other }' と一緒に使えません
cli-conflicts = 引数 '{ $argument }' は次のものと一緒に使えません:
cli-possible-values = [指定できる値: { $values }]
cli-similar-command = ヒント: 似たサブコマンドがあります: '{ $name }'
cli-similar-argument = ヒント: 似た引数があります: '{ $name }'
cli-similar-value = ヒント: 似た値があります: '{ $name }'
cli-pass-as-value = ヒント: '{ $value }' を値として渡すには '{ $form }' と書きます
cli-exists = ヒント: '{ $form }' があります
cli-duration-form = 90s、5m、1h30m のように書いてください
cli-duration-range = 1s から 24h までの長さにしてください

cli-exec-form = コマンドは `--` の後に書いてください。例: `ropc exec -- pwsh script.ps1`
cli-profile-flag = プロファイルは `-p` で指定します。例: `ropc { $verb } -p { $name }`
cli-verb-first = 先にコマンド、その後にフラグを書いてください。例: `ropc status -p NAME`

cli-lines-form = 12 または 1-20 のように書いてください
cli-date-form = 2027-05-31 のように書いてください
