# Texts of the area `import`. The rules stand in src/l10n/mod.rs.

import-unreadable = { $path } cannot be read: { $reason }
import-too-large = it is larger than 1 MiB, which is no script that somebody wrote
import-binary = it is no text
import-bad-utf16 = it begins like UTF-16 text, and is none
import-other-language = it is in a language that is not read here (see `ropc import --help`): take the values out by hand, and use `ropc login`

import-read = { $path }, read as { $language }:
import-legacy = the file is neither UTF-8 nor UTF-16: values with other than ASCII characters cannot be read
import-found = line { $line }: { $field }: { $value }
import-found-in-comment = line { $line }: { $field }: { $value } (in a comment: not used)
import-found-outside = line { $line }: { $field }: { $value } (outside of `--lines`: not used)
import-hidden = [hidden, { $count } characters]
import-more = and { $count } more
import-unclear = line { $line }: { $field }: { $reason }: not used
import-computed = computed when the script runs
import-elsewhere = from a variable that this file does not set
import-interpolated = put together when the script runs, or read differently by different programs
import-placeholder = a placeholder
import-malformed = not what such a value looks like
import-encoding = in an encoding that is not known

import-tenant = tenant
import-client-id = client id
import-client-secret = client secret
import-username = user
import-password = password
import-scope = scope
import-authority = authority

import-nothing = { $path } holds neither a password nor a client secret that could be taken from it
import-nothing-hint = what is computed or read elsewhere is not in the file: use `ropc login`
import-nothing-in-lines = `--lines` leaves out what stands elsewhere in the file
import-dry-run = nothing was sent, stored or changed: `--write` in place of `--dry-run` does it
import-several = { $path } holds { $count } different values for { $field } (lines { $lines }), and none is chosen for you
import-several-flag = say which with `{ $flag }`
import-several-lines = use what stands in some lines only with `--lines FROM-TO`, once for each profile (`-p NAME`)
import-unknown-host = line { $line } of { $path } sends the secrets to { $host }, which is the authority of no known cloud
import-unknown-host-hint = if that is right, say it yourself: `--authority https://{ $host }`

import-broken = { $path } cannot be edited: what begins in line { $line } never ends
import-broken-hint = leave `--write` out, and take the secrets out by hand
import-uneditable = { $path } cannot be edited: { $reason }
import-hard-link = it has a second name (a hard link), which would keep the secrets
import-hard-link-hint = remove the other name, or leave `--write` out
import-read-only = it is read-only
import-read-only-hint = make it writable, or leave `--write` out
import-unwritable-hint = the file is replaced as a whole, so its directory must be writable; or leave `--write` out
import-backup-exists = the backup { $path } exists
import-backup-exists-hint = it holds secrets: remove it, or leave `--backup` out
import-changed-meanwhile = it was changed after it was read
import-not-edited = the secrets are stored, but { $path } is as it was: { $reason }
import-not-edited-hint = mend that and run the same command once more with `--yes`

import-left = { $path } still holds the secrets: `--write` takes them out
import-backup = the file as it was is in { $path }, and that copy holds the secrets: remove it soon
import-edited = { $path } is edited (old lines { $lines })
import-unchanged = { $path } needed no edit
import-uses-token = the token request is replaced by the variable GRAPH_ACCESS_TOKEN, which `ropc exec` sets
import-no-request = the token request is not of a shape that is known here: replace it by hand with the variable GRAPH_ACCESS_TOKEN, which `ropc exec` sets
import-orphans = these lines use a value that is empty now: { $lines }
import-other-secret = line { $line }: another value for { $field } still stands there
import-clean = read again: { $path } holds neither secret, plain, escaped, percent-encoded or in base64
import-clean-one = read again: { $path } does not hold the { $field } any more, plain, escaped, percent-encoded or in base64
import-not-searched = the { $field } did not come from this file: whether it stands in { $path } was not looked for
import-changed-afterwards = { $path } was edited, and changed by something else at once: look whether a secret stands in it
import-remains = { $path } still holds a secret in these lines: { $lines }
import-remains-hint = take it out by hand: what is not understood is not edited

import-next = next: `{ $command }`
import-next-settings = next: run the program that reads this file with `{ $command } -- COMMAND`; it finds the token in GRAPH_ACCESS_TOKEN
import-git-tracked = git tracks { $name }: every commit and every clone with the old version holds the secrets
import-git-work-tree = the file is in a git work tree: if it was ever committed, the history holds the secrets
import-sibling = { $path } may hold the secrets as well
import-change-them = what stood in plain text may be known: change the password and the client secret, then run `ropc login`
import-other-copies = look for other copies: version control, backups, editors' files, chats, the shell history
