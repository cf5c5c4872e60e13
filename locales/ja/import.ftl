# Texts of the area `import`. The rules stand in src/l10n/mod.rs.
