# Texts of the area `error`. The rules are in src/text/mod.rs.

error-io-not-found = 存在しません
error-io-denied = アクセスが許可されていません
error-io-full = ディスクに空きがありません
error-io-read-only = ファイル システムが読み取り専用です
error-io-is-a-directory = ディレクトリです
error-io-not-a-directory = パスの途中にディレクトリでないものがあります
error-io-exists = 既に存在します
error-io-timed-out = 時間がかかりすぎました
error-io-unknown = 原因は不明です
error-damaged = 破損しています
