# Texts of the area `doctor`. The rules are in src/text/mod.rs.

## The report

doctor-headline = ropc { $version } on { $os } as { $account }, profile { $profile }
doctor-note = note: { $text }
doctor-fix = fix: { $text }
doctor-checking = checking: store, network, session
doctor-as-above = as above
doctor-all-well = all is well: a job of this account works here
doctor-works = a job of this account works now; { $warnings }
doctor-fails = a job fails here: { $problems }, { $warnings }
doctor-problems = { $count ->
    [one] 1 problem
   *[other] { $count } problems
}
doctor-warnings = { $count ->
    [one] 1 warning
   *[other] { $count } warnings
}
doctor-gave-up = { $what }: no answer in time
doctor-gave-up-hangs = likely causes are a keyring with an open prompt, a network share or a name server that does not answer: run it again with `--timeout 2m`
doctor-checks-store = the checks of the secret store
doctor-checks-network = the checks of the network
doctor-checks-session = the checks of the session
doctor-checks-files = the checks of the files of this account

## The profile and the account

doctor-no-place-set = cron and services start with few variables: set HOME or ROPC_CONFIG_DIR in the job
doctor-profile = { $path } can be read and is complete: { $user } at { $authority }
doctor-foreign-home = this runs as { $account }, but HOME ({ $home }) belongs to { $owner }
doctor-foreign-home-run-as = run it as the account that ran `ropc login{ $p }`: `sudo -u { $owner } -H ropc doctor`, or log in as { $owner }
doctor-foreign-home-own = if { $account } is the right account, give it a home of its own and enrol there with `{ $login }`
doctor-account = this runs as { $account }
doctor-profile-mode = only this account and root may change the profile
doctor-profile-changeable = { $reason }, so others can choose the scopes that a job gets
doctor-profile-changeable-mode = remove that right with `chmod go-w`, and let the account of the job own the path

## The app's credential

doctor-credential = the app proves itself by its { $credential }, which ends on { $ends }
doctor-credential-ended = the { $credential } of the app ended on { $ends }
doctor-credential-new-certificate = register a new certificate on the app, then `{ $login } --certificate FILE`; the password is kept
doctor-credential-new-secret = make a new client secret in the portal, then `{ $login } --client-secret-file FILE --secret-expires DATE`; the password is kept

## Directories

doctor-state-none = there is no state directory, as neither HOME nor ROPC_STATE_DIR is set; without a sign-in record ropc sends no password
doctor-state-none-runtime = there is no state directory, as neither HOME nor ROPC_STATE_DIR is set; the sign-in record is kept in { $runtime } and lost with the log-in session
doctor-state-unwritable = the state directory cannot be written: { $reason }; without a sign-in record ropc sends no password
doctor-state-unwritable-runtime = the state directory cannot be written: { $reason }; the sign-in record is kept in { $runtime } and lost with the log-in session
doctor-state = the sign-in record in { $path } can be written
doctor-state-spare = the sign-in record in { $path } can be written; the fallback is { $runtime }
doctor-cache-none = there is no cache directory, as neither HOME nor ROPC_CACHE_DIR is set; every run signs in, and Entra stops a user who does so too often (AADSTS50196)
doctor-cache-unwritable = the cache directory cannot be written: { $reason }; every run signs in, and Entra stops a user who does so too often (AADSTS50196)
doctor-cache = tokens can be cached, sealed, in { $path }
doctor-cache-set = set ROPC_CACHE_DIR to a directory that this account may write

## The breaker's record

doctor-breaker-ready = no refusal is on record: a sign-in may be sent
doctor-breaker-elsewhere = a sign-in may be sent; { $said }
doctor-breaker-refused = Entra refused a stored secret, so it is not sent again: { $said }
doctor-breaker-store-right = store the right secret with `{ $login }`
doctor-breaker-change-there = change it where the store `{ $store }` takes it from
doctor-breaker-right-after-all = if it is right, `{ $login } --retry` sends it once more
doctor-breaker-paused = nothing is sent before { $until }; last answer: { $said }
doctor-breaker-try-once = `{ $login } --retry` tries once, at once
doctor-breaker-limited = Entra refused 2 passwords within the hour: none is sent before { $until }, as a third could lock the account
doctor-breaker-find-password = find the right password first, then run `{ $login }`
doctor-breaker-unreadable = no password is sent: { $reason }
doctor-breaker-new-record = `{ $login } --retry` removes a record that cannot be read, tries once and starts a new one

## The network

doctor-proxy = { $host } is reached through the proxy { $proxy }, named by { $variable }; the job must have that too
doctor-proxy-none = none: { $host } is reached directly
doctor-unread-entries = { $variable } has entries that ropc does not understand, and that match no host: { $entries }
doctor-unread-entries-forms = ropc reads `*`, `contoso.example`, `.contoso.example`, `*.contoso.example`, `host:port`, IP addresses, `10.0.0.0/8` and `<local>`
doctor-throttles = { $host } throttles: it answered with status 429
doctor-throttles-wait = wait, then run it again
doctor-host-fault = { $host } answered with status { $status }: it, or a proxy before it, has a fault
doctor-not-entra = { $host } answered with status { $status }, and not as Entra does
doctor-not-entra-look = look for a proxy or a captive portal in between, and check the authority of the profile
doctor-answers-system = { $host } answers: name, TCP and TLS work, with the system's roots
doctor-answers-enrolled = { $host } answers: name, TCP and TLS work, with the enrolled CA file
doctor-clock-unknown = { $host } did not report its time
doctor-clock-agrees = it agrees with { $host }
doctor-clock-ahead = the clock of this machine is { $time } ahead of { $host }
doctor-clock-behind = the clock of this machine is { $time } behind { $host }
doctor-clock-breaks = { $clock }: tokens look expired or not yet valid, and so do certificates
doctor-clock-set = set the clock: `timedatectl set-ntp true` (Linux), `w32tm /resync` (Windows), `sntp -sS time.apple.com` (macOS)

## The tenant and the user

doctor-tenant-unknown = { $host } knows no tenant `{ $tenant }`
doctor-tenant-copy = copy the id from Azure portal > Microsoft Entra ID > Overview, and enrol with `{ $login } --tenant ...`
doctor-tenant-national = a tenant of a national cloud is known there only: `{ $login } --cloud usgov` or `--cloud china`
doctor-tenant-unanswered = the authority did not say whether it knows a tenant `{ $tenant }`
doctor-tenant-fix-authority = fix the authority first
doctor-tenant-elsewhere = `{ $tenant }` lives in another cloud: its sign-ins go to { $host }, and the profile sends them to { $now }
doctor-tenant-authority = enrol with `{ $login } --authority https://{ $host }`
doctor-tenant-cloud = enrol with `{ $login } --cloud { $cloud }`
doctor-tenant = `{ $tenant }` is known to { $host }
doctor-managed = Entra checks the password of { $user } itself (managed)
doctor-federated = { $user } is federated: another server checks the password, and Entra refuses the password grant (AADSTS50126) unless a policy allows it
doctor-federated-by = { $user } is federated: { $server } checks the password, and Entra refuses the password grant (AADSTS50126) unless a policy allows it
doctor-federated-cloud-only = use a cloud-only account, as svc-report@TENANT.onmicrosoft.com
doctor-federated-hashes = or have the tenant admin sync password hashes and allow them with a home realm discovery policy (AllowCloudPasswordValidation)
doctor-realm-unknown = Entra knows no directory for { $user }: the domain is misspelt or not verified
doctor-realm-check = check the sign-in name in the portal, and enrol it with `{ $login } --username ...`
doctor-realm-none = this authority reports no user realms; ropc assumes managed
doctor-realm-unanswered = whether { $user } is federated was not answered (status { $status })
doctor-realm-later = run it again later

## The secret store

doctor-secrets = they are stored, and enrolled for what the profile says
doctor-secrets-refused = one of them is a secret that Entra refused before, so it is not sent: { $said }
doctor-secrets-store-right = store the right one with `{ $login }`
doctor-secrets-readable = they can be read from { $store }
doctor-assertion = { $source } gives an assertion, which lives { $time }
doctor-store = { $store } took a random value, gave it back and removed it
doctor-store-read-only = { $store } can be read, so jobs work, but not written: { $reason }
doctor-store-read-only-login = `ropc login{ $p }` would fail here: run it where the store can be written
doctor-store-gives-else = { $store } returned another value than the one stored
doctor-store-file-instead = keep the secrets in an encrypted file instead: `ropc login{ $p } --store file --key-source key-file`
doctor-store-lost = { $store } lost a value between reading and removing it
doctor-store-tidied = does another program tidy it up? look at its settings
doctor-logon = this is { $logon }, and Credential Manager keeps entries for it
doctor-logon-fails = this is { $logon }: { $reason }
doctor-logon-unknown = a logon of unknown type
doctor-logon-task = in Task Scheduler leave 'Do not store password' off; over SSH and PowerShell remoting there is no Credential Manager
doctor-cache-key = while a token lives, a copy of the cache's key is in the kernel keyring: quick to read
doctor-cache-key-slow = the kernel keyring is not used here ({ $reason }): each run asks the store for the cache's key, which is slower
doctor-store-key = only this account may read the key file
doctor-store-key-beside = the key is beside the store: a backup that holds both opens it; ROPC_KEY_FILE or a systemd credential keeps them apart

## The session

doctor-not-absolute = { $name } is not an absolute path
doctor-no-variables = nothing here depends on a variable that a job might lack
doctor-variables-used = this run depends on { $names }
doctor-variables-inherit = a job does not inherit them from this session: set them in its unit, crontab or task too
doctor-ssh-macos = over SSH the login keychain is locked, or may not ask, unless the same user is logged in at the screen
doctor-ssh-macos-agent = run the job as a LaunchAgent of the logged-in user, and `ropc doctor` from there
doctor-session = this is { $session }; ropc needs no terminal, as everything it needs is stored
doctor-session-alone = this is { $session }
doctor-session-ssh = an SSH session
doctor-session-plain = no SSH session
doctor-session-job = this holds for this session only: run `ropc doctor` once from the job itself as well
doctor-bus = the D-Bus session bus is at { $path }, where a job finds it too
doctor-bus-this-session = DBUS_SESSION_BUS_ADDRESS points to a bus of this session only: a job of cron or a timer does not inherit it and finds no keyring
doctor-bus-systemd = let systemd keep the bus of the account (package dbus-user-session), and start the job under it
doctor-bus-absent = DBUS_SESSION_BUS_ADDRESS is not set, and { $path } does not exist (cron, a container, or an account that is not logged in)
doctor-bus-linger = `loginctl enable-linger { $account }` keeps a bus without a log-in, but the keyring stays locked until that user logs in with the password
doctor-linger-off = lingering is off: when { $account } logs out, the session bus and the keyring end, and jobs fail
doctor-linger-enable = `loginctl enable-linger { $account }`; after a reboot the keyring still stays locked until { $account } logs in with the password
doctor-linger-on = lingering is on: the session bus stays when its user logs out
doctor-linger-unknown = systemd does not run here: the session bus lives as long as what started it
doctor-linger-reboot = after a reboot a keyring stays locked until { $account } logs in with the password; a job that must run before uses `--store file`

## Variables

doctor-variables = none here would mislead the job
doctor-identities = set here, and passed on to the job: { $names }; an Azure SDK in it may sign in with these instead of the token
doctor-identities-unset = remove them from the job's environment: `{ $command }`
doctor-identities-secret = one of them holds a secret in plain text: change that secret when the job works with ropc
doctor-stale-token = { $name } is set here already: a script that is started without `ropc exec` uses that old token
doctor-stale-token-unset = `{ $command }`; `ropc exec` replaces it for its own child only
doctor-no-proxy = { $name } is set, and NO_PROXY does not except 127.0.0.1: calls of the job to this machine go to the proxy
doctor-no-proxy-export = `{ $command }` (and no_proxy, which some programs read instead)
doctor-two-proxies = { $upper } and { $lower } are both set and differ: ropc reads { $upper }, the job may read the other
doctor-two-proxies-same = give both the same value
