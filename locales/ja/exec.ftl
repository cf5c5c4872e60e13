# Texts of the area `exec`. The rules are in src/text/mod.rs.

## The command

exec-no-command = コマンドが指定されていません
exec-no-command-where = `--` のあとに指定してください。例: `ropc exec -- pwsh script.ps1`
exec-no-file = `{ $program }` が見つかりません: そのファイルがないか、ファイルで指定されているインタープリターがありません
exec-not-in-path = `{ $program }` が見つかりません: PATH のどのディレクトリにもありません
exec-check-spelling = つづりを確認してください。スクリプトの場合は先頭にインタープリターが必要です。例: `ropc exec -- pwsh script.ps1`
exec-too-long = `{ $program }` を実行できません: 引数と環境変数の合計が長すぎます
exec-too-long-shorten = 引数を短くするか、ジョブから `ropc token` を呼び出してパイプでトークンを読み取ってください
exec-cannot-run = `{ $program }` を実行できません: { $reason }
exec-no-program = プログラムではなく、最初の行にインタープリター (`#!`) の指定もありません
exec-script-line = インタープリターを先に指定してください: `{ $line }`
exec-interpreter-first = スクリプトの場合は先頭にインタープリターが必要です。例: `ropc exec -- pwsh script.ps1`
exec-check-rights = 実行権限のあるプログラムかどうかを確認してください: `ls -l { $program }`
exec-wait-failed = コマンドの終了を待機できません: { $reason }
exec-wait-failed-look = まだ実行中の可能性があります: もう一度開始する前に確認してください

## Variables of the child

exec-token-too-long = トークンの長さが { $length } バイトで、ここで環境変数に入る上限の { $limit } バイトを超えています
exec-token-too-long-narrow = スコープを絞るか、ジョブから `ropc token` を呼び出してパイプで読み取ってください
exec-env-name = `{ $name }` は環境変数の名前として使えません
exec-env-name-shape = 英字、数字、`_` を使ってください。例: `--env MS365_MCP_OAUTH_TOKEN`
exec-env-scope = 変数名の後の `=SCOPE` は別のリソースのトークンを求めますが、`{ $scope }` はリソースを示していません
exec-env-scope-form = `--env ARM_TOKEN=https://management.azure.com/.default` のように、スコープにリソースを付けてください
exec-env-scope-serve = `--serve` と一緒の `--env NAME` にはスコープを付けられません。変数の中のトークンは古くなります
exec-env-scope-serve-hint = `--allow-resource URI` でリソースを指定し、ジョブがエンドポイントからそのトークンを取得するようにしてください
exec-no-memory-file = `--token-file` にはメモリ上のファイルが必要ですが、このシステムでは作成できません: { $reason }
exec-no-memory-file-hint = `--env NAME` を使うか、ジョブから `ropc token` を呼び出してパイプでトークンを読み取ってください
exec-env-forbidden = `--env { $name }` は許可されていません: その環境変数は、ほかのプログラムが別の用途で読み取ります
exec-env-forbidden-other = `--env` を省略して GRAPH_ACCESS_TOKEN を使うか、別の名前を指定してください
exec-env-twice = { $name } が 2 回指定されています。コマンドに渡せるのは 1 つだけです
exec-env-twice-other = トークンごとに別の環境変数を指定してください
