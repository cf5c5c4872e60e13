# Texts of the area `vault`. The rules stand in src/l10n/mod.rs.
