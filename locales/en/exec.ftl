# Texts of the area `exec`. The rules are in src/text/mod.rs.

## The command

exec-no-command = no command was given
exec-no-command-where = put it after `--`, as in `ropc exec -- pwsh script.ps1`
exec-no-file = `{ $program }` was not found: there is no such file, or the interpreter that it names is missing
exec-not-in-path = `{ $program }` was not found: it is in no directory of PATH
exec-check-spelling = check the spelling; a script needs its interpreter first, as in `ropc exec -- pwsh script.ps1`
exec-too-long = `{ $program }` cannot be run: arguments and environment are too long together
exec-too-long-shorten = shorten the arguments, or let the job call `ropc token` and read the token from the pipe
exec-cannot-run = `{ $program }` cannot be run: { $reason }
exec-no-program = it is no program, and its first line names no interpreter (`#!`)
exec-script-line = put its interpreter first: `{ $line }`
exec-interpreter-first = a script needs its interpreter first, as in `ropc exec -- pwsh script.ps1`
exec-check-rights = check that it is a program with the right to execute: `ls -l { $program }`
exec-wait-failed = ropc cannot wait for the command: { $reason }
exec-wait-failed-look = it may still run: look for it before starting it again

## Variables of the child

exec-token-too-long = the token is { $length } bytes long, and a variable holds at most { $limit } here
exec-token-too-long-narrow = narrow the scopes, or let the job call `ropc token` and read it from the pipe
exec-env-name = `{ $name }` cannot be the name of a variable
exec-env-name-shape = use letters, digits and `_`, as in `--env MS365_MCP_OAUTH_TOKEN`
exec-env-scope = `=SCOPE` after the name of a variable asks for the token of another resource, and `{ $scope }` names no resource
exec-env-scope-form = write the scope with its resource, as in `--env ARM_TOKEN=https://management.azure.com/.default`
exec-env-scope-serve = with `--serve`, `--env NAME` takes no scope: a token in a variable goes stale
exec-env-scope-serve-hint = name the resource with `--allow-resource URI`, and let the job ask the endpoint for its token
exec-no-memory-file = `--token-file` needs a file in memory, which this system cannot make: { $reason }
exec-no-memory-file-hint = use `--env NAME`, or let the job call `ropc token` and read the token from the pipe
exec-env-forbidden = `--env { $name }` is not allowed: other programs read that variable as something else
exec-env-forbidden-other = leave `--env` out for GRAPH_ACCESS_TOKEN, or choose another name
exec-env-twice = { $name } is named twice, and the command gets it once
exec-env-twice-other = give each token a variable of its own
