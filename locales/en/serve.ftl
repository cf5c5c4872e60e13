# Texts of the area `serve`. The rules stand in src/l10n/mod.rs.
