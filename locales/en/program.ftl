# Texts of the area `program`. The rules are in src/text/mod.rs.

## A program that ropc runs for its output

program-not-found = the program `{ $program }` was not found
program-cannot-run = the program `{ $program }` cannot be run: { $reason }
program-look = look at it with `ls -l { $program }`: it must be there and executable, and so must the interpreter that a script names
program-no-output = the program `{ $program }` gave no usable output: { $reason }
program-failed = the program `{ $program }` failed ({ $status })
program-timeout = { $count ->
    [one] the program `{ $program }`, or one that it started, did not end or close its output within 1 second, and ropc ended it
   *[other] the program `{ $program }`, or one that it started, did not end or close its output within { $count } seconds, and ropc ended it
    }
program-no-prompt = it must not prompt: it has no terminal and no dialog; give it a service account or a token of its own
program-title = the program `{ $program }`
