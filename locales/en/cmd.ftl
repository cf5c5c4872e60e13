# Texts of the area `cmd`. The rules stand in src/l10n/mod.rs.

cmd-unknown-language = ROPC_LANG is `{ $wish }`, which is no language of this program: set it to `en` or `ja`
