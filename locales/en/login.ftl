# Texts of the area `login`. The rules stand in src/l10n/mod.rs.
