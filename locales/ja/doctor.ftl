# Texts of the area `doctor`. The rules stand in src/l10n/mod.rs.
