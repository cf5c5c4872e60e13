# Texts of the area `explain`. The rules stand in src/l10n/mod.rs.

explain-how = 番号 (例: `ropc explain 50126`) か、エラーの全文 (`ropc explain < error.txt`) を渡してください
explain-no-code = コードが指定されていません
explain-empty-input = コードが指定されていません: 標準入力が空です
explain-code-not-found = そのテキストには AADSTS コードがありません
explain-token-ended = これはサインインではなく Graph の応答です: トークンの期限が切れたか、取り消されています。一度 `ropc token --refresh` を実行し、トークンの有効期間より長いジョブには `ropc exec --serve` を使ってください
explain-no-right = これはサインインではなく Graph の応答です: トークンのアクセス許可か、ユーザーの権限が足りません。`ropc status` が示すトークンのスコープを、API のリファレンスと見比べてください
explain-status-only = このテキストには HTTP ステータスしかありません。コードは応答の本文にあります: PowerShell では `$_.ErrorDetails.Message`、Python では `response.text` を出力してください
explain-unreadable = 標準入力を読み取れません: { $reason }
