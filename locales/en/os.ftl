# Texts of the area `os`. The rules stand in src/l10n/mod.rs.
