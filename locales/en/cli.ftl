# Texts of the area `cli`. The rules stand in src/l10n/mod.rs.
