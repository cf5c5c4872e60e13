# Texts of the area `explain`. The rules stand in src/l10n/mod.rs.
