# Texts of the area `cmd`. The rules stand in src/l10n/mod.rs.

cmd-unknown-language = ROPC_LANG の `{ $wish }` はこのプログラムにない言語です: `en` または `ja` を設定してください
