# Texts of the area `exec`. The rules stand in src/l10n/mod.rs.
