# Texts of the area `ui`. The rules stand in src/l10n/mod.rs.

ui-stdout-unwritable = standard output cannot be written: { $reason }
