# Texts of the area `entra`. The rules stand in src/l10n/mod.rs.
