# Texts of the area `profile`. The rules stand in src/l10n/mod.rs.
