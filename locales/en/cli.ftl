# Texts of the area `cli`. The rules are in src/text/mod.rs.

cli-usage = Usage: { $usage }
cli-more = For more information, try '--help'
cli-unknown-argument = unexpected argument '{ $argument }' found
cli-unknown-command = unrecognized subcommand '{ $command }'
cli-value-missing = a value is required for '{ $argument }' but none was supplied
cli-invalid-value = invalid value '{ $value }' for '{ $argument }'
cli-invalid-value-because = invalid value '{ $value }' for '{ $argument }': { $reason }
cli-unexpected-value = unexpected value '{ $value }' for '{ $argument }' found; no more were expected
cli-missing-arguments = the following required arguments were not provided:
cli-not-unicode = invalid UTF-8 was detected in one or more arguments
cli-twice = the argument '{ $argument }' cannot be used multiple times
cli-conflict = the argument '{ $argument }' cannot be used with '{ $other }'
cli-conflicts = the argument '{ $argument }' cannot be used with:
cli-possible-values = [possible values: { $values }]
cli-similar-command = tip: a similar subcommand exists: '{ $name }'
cli-similar-argument = tip: a similar argument exists: '{ $name }'
cli-similar-value = tip: a similar value exists: '{ $name }'
cli-pass-as-value = tip: to pass '{ $value }' as a value, use '{ $form }'
cli-exists = tip: '{ $form }' exists
cli-duration-form = write it as in 90s, 5m or 1h30m
cli-duration-range = it must be between 1s and 24h

cli-exec-form = put the command after `--`, as in `ropc exec -- pwsh script.ps1`
cli-profile-flag = a profile is named with `-p`, as in `ropc { $verb } -p { $name }`
cli-verb-first = a verb comes first, and its flags after it, as in `ropc status -p NAME`

cli-lines-form = write it as in 12 or 1-20
cli-date-form = write it as in 2027-05-31
