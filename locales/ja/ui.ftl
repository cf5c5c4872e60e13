# Texts of the area `ui`. The rules are in src/text/mod.rs.

ui-stdout-unwritable = 標準出力に書き込めません: { $reason }
ui-stdout-unwritable-hint = 書き込めるパイプかファイルに出力してください: `ropc ... > FILE`
ui-more = ほかに { $count } 件
