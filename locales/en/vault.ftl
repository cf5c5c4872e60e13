# Texts of the area `vault`. The rules are in src/text/mod.rs.

## The stores in words

vault-title-secret-service = the keychain (Secret Service)
vault-title-windows = Windows Credential Manager
vault-title-macos = the macOS keychain
vault-title-file = the encrypted file { $path }, its key from { $key }
vault-title-directory = the directory { $path }
vault-title-credentials = systemd's credentials directory

## What they are worth

vault-worth-keychain = this account's logon password seals it, which keeps out other accounts and a thief of the disk; while it is unlocked, every program of this account can read it
vault-worth-credential = its key is a systemd credential: a copy of the disk opens only with this machine's host key or TPM; root here and this unit can read it
vault-worth-key-file = a copy of the store without that file is worthless; a program that can read both as this account or root has the secrets
vault-worth-key-in-keychain = its key is in the keychain: this account's logon password seals it, which keeps out other accounts and a thief of the disk; while it is unlocked, every program of this account can read it
vault-worth-passphrase = its key is made from the passphrase (Argon2id, 64 MiB, 3 passes): a copy of the file is as safe as the passphrase is strong; no unattended job can use it
vault-worth-directory = ropc keeps no copy: an account that may read these files has the secrets, and here only this account and root may
vault-worth-directory-open = ropc keeps no copy: an account that may read these files has the secrets, and other accounts here may read some of them
vault-worth-command = ropc keeps no copy; every program of this account that can run that program gets the secrets, unless it asks for more

## All stores

vault-file-instead = keep the secrets in an encrypted file instead: `ropc login{ $p } --store file`
vault-or-file = or keep the secrets in an encrypted file: `ropc login{ $p } --store file`
vault-readable-by = it must be readable by { $account }
vault-chmod = `chmod 600 { $path }`

## Secrets as JSON

vault-json-shape = one JSON object: {"{"}"client_secret": "...", "password": "..."{"}"}
vault-json-encoding-fix = in PowerShell: `$OutputEncoding = [Text.UTF8Encoding]::new($false)` before the pipe; a file as UTF-8 without a byte-order mark: `[IO.File]::WriteAllText($path, $json)`
vault-json-no-password = the password is missing
vault-json-unwanted = it has another credential than the app, which has: { $credential }
vault-json-unwanted-leave = leave the other credential out, or enrol the app with it
vault-json-no-client-secret = the client secret is missing
vault-json-no-certificate = the certificate is missing
vault-json-certificate-shape = or {"{"}"client_certificate": "-----BEGIN ...", "password": "..."{"}"}: the PEM text with certificate and private key, its newlines as `\n`
vault-json-bad-certificate = `client_certificate` cannot be used: { $reason }
vault-json-public-client = or `ropc login{ $p } --public-client`, if the app has no secret
vault-json-early-end = the input ends too early
vault-json-array = the input is a JSON array
vault-json-not = the input is not JSON
vault-json-not-because = the input is not JSON: { $reason }
vault-json-other = the input has another key, a key twice, or a value that is not a text

## The store `command`

vault-command-whole-path = give it with its whole path, as a job has a shorter PATH than a shell: `ropc login{ $p } --store command ... -- /usr/bin/op ...`
vault-command-by-hand = its own messages are not shown, as they may hold a secret: run it by hand as { $account } (key `command` of the profile)
vault-command-not-secrets = the program `{ $program }` printed something else than the secrets: { $reason }
vault-command-must-print = it must print { $shape }
vault-command-empty-password = the program `{ $program }` printed an empty password

## The store `directory`

vault-directory-no-credentials = the secrets are systemd credentials, and CREDENTIALS_DIRECTORY is not set here: this is not that unit
vault-directory-unit = start the job as a unit with `LoadCredentialEncrypted=password:...` and `LoadCredentialEncrypted=client_secret:...`
vault-directory-name-it = or name the directory once: `ropc login{ $p } --store directory --secrets-dir DIR`
vault-directory-both-files = the directory must hold the files `password` and `client_secret`
vault-directory-certificate-file = the directory must hold the files `password` and `client_certificate.pem`
vault-directory-public-client = or enrol with `--public-client`, if the app has no secret
vault-directory-changeable = the secrets in { $path } are not used: { $reason }
vault-directory-mode = only this account and root may write there: `chmod go-w`, `chown`, or mount it read-only
vault-directory-unusable = { $path } cannot be used: { $reason }
vault-directory-odd = { $title }: { $reason }
vault-directory-one-secret = the file must hold the secret, and at most one newline after it
vault-text-mark = it begins with a byte-order mark, which would be sent as part of the secret
vault-text-mark-fix = save it as UTF-8 without a byte-order mark: in PowerShell, 5.1 too, `[IO.File]::WriteAllText($path, $value)`; elsewhere `tail -c +4 OLD > NEW`
vault-text-utf16 = it is UTF-16 text, with or without a byte-order mark, as PowerShell 5.1 writes it
vault-text-utf16-fix = save it as UTF-8 without a byte-order mark: in PowerShell, 5.1 too, `[IO.File]::WriteAllText($path, $value)`; elsewhere `iconv -f UTF-16 -t UTF-8 OLD > NEW`
vault-text-not-utf8-fix = save it as UTF-8 without a byte-order mark: in PowerShell, 5.1 too, `[IO.File]::WriteAllText($path, $value)`; elsewhere `iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW`

## The store `file`

vault-file-unreadable = the file store { $path } cannot be read: { $reason }
vault-file-look = run this as the account that ran `ropc login{ $p }`, or restore the file from a backup; without one, remove it, then run `ropc login{ $p }`
vault-file-open = the file store { $path } may be read by others, or another account owns it
vault-file-other-source = the file store { $path } was sealed with a key from the source { $sealed }, not { $asked }
vault-file-use-source = enrol with `ropc login{ $p } --key-source { $source }`
vault-file-wrong-key = the file store { $path } does not open with the key from { $place }: it is another key, or the file is damaged
vault-file-mistyped = try again: the passphrase may be mistyped
vault-file-restore-either = restore the file or its key from a backup, or remove the file and run `ropc login{ $p }`
vault-file-newer-format = the file store { $path } cannot be used: { $reason }
vault-file-update = update ropc
vault-file-unknown-source = the file store { $path } was sealed with a key from a source that this ropc does not know
vault-file-newer = a newer ropc wrote it: update ropc
vault-file-foreign = the file store { $path } is not a ropc store, or is damaged
vault-file-restore = restore it from a backup, or remove it and run `ropc login{ $p }`
vault-file-unwritable = the file store { $path } cannot be written: { $reason }
vault-file-not-locked = the lock of the file store, { $path }, cannot be used: { $reason }
vault-file-lock-made = ropc makes { $path } itself: remove what is there; its directory must be writable, and its file system must have locks
vault-file-busy = another process writes the file store { $path } and does not end
vault-file-busy-look = end the ropc process that hangs, then run this again
vault-file-no-item = the file store { $path } holds no item `{ $item }`

## The key of the store `file`

vault-key-in-file = { $source } ({ $path })
vault-key-from-keychain = the keychain
vault-key-from-passphrase = a passphrase
vault-key-no-source = the file store needs a key, and no source for one was named
vault-key-no-credentials = the key of the file store is a systemd credential, and CREDENTIALS_DIRECTORY is not set here
vault-key-unit = start the job as a unit with `LoadCredentialEncrypted={ $name }:...`
vault-key-not-had = the key of the file store is not available: { $reason }
vault-key-damaged = the key of the file store in the keychain is damaged
vault-key-ask = Passphrase of the file store
vault-key-ask-new = New passphrase of the file store
vault-key-ask-again = The same again
vault-key-no-terminal = the file store opens with a passphrase, which a person types at a terminal
vault-key-choose-another = for an unattended job choose another key: remove the store with everything in it (`store.sealed` beside the profiles), then `ropc login{ $p }` again with one of these
vault-key-passphrase-short = the passphrase is too short
vault-key-passphrase-longer = take at least { $count } characters, better five random words
vault-key-passphrase-differs = the two passphrases differ
vault-key-no-memory = there is not enough memory to make a key of the passphrase
vault-key-unreadable = the key of the file store cannot be read from { $path }: { $reason }

vault-key-missing-restore = the store opens with that key only: restore the file, or remove `store.sealed` and run `ropc login{ $p }`
vault-key-other-place = if the store was made with another ROPC_KEY_FILE, or without it, do the same for this run
vault-key-open = others may read it, or another account owns it
vault-key-shape = it is neither 32 bytes nor 64 hexadecimal digits
vault-key-make = make one with `head -c 32 /dev/urandom > { $path }`
vault-key-not-made = the key file { $path } cannot be made: { $reason }
vault-key-name-place = name a writable place with ROPC_KEY_FILE
vault-key-option-file = `--key-source key-file` keeps it in a file that only this account reads: `store.key` in the configuration directory, or where ROPC_KEY_FILE points
vault-key-option-credential = `--key-source credential` takes it from systemd: `LoadCredentialEncrypted={ $name }:...`
vault-key-option-others = `--key-source keychain` keeps it in the keychain, `--key-source passphrase` asks a person each time

## The keychain of the operating system

vault-keychain-gives-else = the keychain stored the item, but returns something else
vault-keychain-other-login = is another `ropc login{ $p }` running? try again
vault-keychain-no-item = the keychain holds no item `{ $item }`
vault-keychain-too-long = the keychain takes at most { $limit } bytes for one item
vault-native-no-session = this logon session has no Credential Manager (SSH, PowerShell remoting, or a task with 'Do not store password')
vault-native-use-console = use a console or Remote Desktop session, or a task with a stored password
vault-native-policy = on a normal desktop a group policy may forbid storing credentials: ask your administrator
vault-native-locked = the keychain is locked or may not ask in this session (SSH, launchd, cron)
vault-native-unlock = run `security unlock-keychain` in this session, or run ropc from a LaunchAgent in your login session
vault-native-upgraded = if ropc was just upgraded, run `ropc login{ $p }` again from Terminal
vault-native-no-login-keychain = there is no login keychain here (a daemon has none)
vault-native-launch-agent = use a LaunchAgent, or `ropc login{ $p } --store file`
vault-native-no-answer = { $store } gave no answer: { $reason }
vault-native-damaged-item = { $store } returns a damaged item
vault-native-store-again = store it again: `ropc login{ $p }`

## The Secret Service

vault-bus-none = no D-Bus session bus here, so no keyring can be reached (cron, ssh without a log-in session, container)
vault-bus-refused = the D-Bus session bus belongs to another user (sudo, su, or an old or copied DBUS_SESSION_BUS_ADDRESS)
vault-bus-no-provider = nothing on the session bus keeps secrets: org.freedesktop.secrets has no owner
vault-bus-no-keyring = the keyring service runs, but has no default keyring yet (new account, or never logged in with a password)
vault-bus-asks-first = { $count ->
    [one] the keyring is locked: answer its dialog in the desktop session within 1 second
   *[other] the keyring is locked: answer its dialog in the desktop session within { $count } seconds
    }
vault-bus-waiting = waiting for the answer to that dialog
vault-bus-session = the default keyring is the one named "session": it is in memory, and its contents are lost when this log-in session ends
vault-bus-set-default = make a keyring that lasts the default one: in Seahorse ("Passwords and Keys"), right-click `Login` and choose "Set as default"
vault-bus-locked = the keyring is locked, and ropc did not prompt to unlock it
vault-bus-not-allowed = the keyring is unlocked, but gives this item only to a program that a person allows, and ropc did not prompt
vault-bus-dismissed = the keyring's prompt was closed without an answer
vault-bus-timeout = the keyring did not answer in time (it hangs, or waits at a prompt)
vault-bus-daemon-gone = the keyring service stopped during a request, and the second try failed as well
vault-bus-not-stored = the keyring reported that it stored the value, but returns something else
vault-bus-other = the keyring answered with an error: { $name }
vault-or-key-file = or keep the secrets in an encrypted file: `ropc login{ $p } --store file --key-source key-file`
vault-with-credential = for a systemd service or timer, use the file store with its key as a credential: `ropc login{ $p } --store file --key-source credential`
vault-bus-same-user = run it as the user who ran `ropc login{ $p }`, in that user's own session, without sudo
vault-bus-linger = `loginctl enable-linger USER` starts a session bus without a log-in, but the keyring stays locked until that user logs in with the password
vault-bus-unlock = unlock it in the desktop session (log in there, or open `seahorse`, KWalletManager or KeePassXC), then try again
vault-bus-allow-clients = in KeePassXC, turn off "Confirm when passwords are retrieved by clients" (Settings, Secret Service Integration): each run of ropc is a new client to it
vault-bus-doctor = `ropc doctor` shows whether it answers again, and whether a job would find it
vault-bus-install = install and start a keyring: gnome-keyring, KWallet or KeePassXC
vault-bus-make-keyring = log in to the desktop once (a new KWallet: once more), or create a keyring in `seahorse` and make it the default; in KeePassXC, open the database and expose one of its groups
vault-bus-answer-it = run the command again and answer it
vault-bus-open-prompt = look for an open prompt in the desktop session
vault-bus-restart = restart the keyring by logging out and in
vault-bus-journal = look at `journalctl --user -e`, then log out and in to start it again
