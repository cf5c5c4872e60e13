# Help texts of the command line. The English ones are clap's own, in src/cli.rs. The rules stand in src/l10n/mod.rs.
