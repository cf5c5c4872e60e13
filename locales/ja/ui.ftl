# Texts of the area `ui`. The rules stand in src/l10n/mod.rs.

ui-stdout-unwritable = 標準出力に書き込めません: { $reason }
ui-stdout-unwritable-hint = 書き込めるパイプかファイルに出力してください: `ropc ... > FILE`
