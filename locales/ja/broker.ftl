# Texts of the area `broker`. The rules stand in src/l10n/mod.rs.
