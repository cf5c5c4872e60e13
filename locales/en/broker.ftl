# Texts of the area `broker`. The rules are in src/text/mod.rs.

## The breaker: why nothing is sent

broker-latched-password = the password of { $user } is not sent: Entra refused it before
    { $said }
broker-latched-client-secret = the client secret of app { $app } is not sent: Entra refused it before
    { $said }
broker-latched-certificate = nothing is sent for app { $app }: Entra refused its certificate before
    { $said }
broker-store-right-password = store the right password with `ropc login{ $p }`
broker-store-right-client-secret = store the right client secret with `ropc login{ $p }`
broker-store-right-certificate = store another certificate with `ropc login{ $p } --certificate FILE`
broker-change-password = change the password where the store `{ $store }` takes it from: ropc picks up a new one automatically
broker-change-client-secret = change the client secret where the store `{ $store }` takes it from: ropc picks up a new one automatically
broker-change-certificate = change the certificate where the store `{ $store }` takes it from: ropc picks up a new one automatically
broker-change-password-and-retry = change the password where the store `{ $store }` takes it from, then `ropc login{ $p } --retry`
broker-change-client-secret-and-retry = change the client secret where the store `{ $store }` takes it from, then `ropc login{ $p } --retry`
broker-change-certificate-and-retry = change the certificate where the store `{ $store }` takes it from, then `ropc login{ $p } --retry`
broker-right-after-all = if it is right, `ropc login{ $p } --retry` sends it once more
broker-right-after-all-given = if it is right: `ropc login{ $p } --retry` with `--secrets-stdin` or `--password-file` sends it once more
broker-refusal-limit = Entra refused 2 passwords of { $user } within the hour, so none is sent before { $until }: a third could lock the account
broker-find-password = find the right password first, then run `ropc login{ $p }`
broker-rate-limit = Entra granted 10 sign-ins of { $user } within 5 minutes: the next one waits until { $until }, as Entra would take it for a loop (AADSTS50196)
broker-use-the-cache = leave out `{ $flag }`: the cached token serves every job until it expires
broker-paused = nothing is sent for { $user } before { $until }
    { $said }
broker-paused-scopes = nothing is sent for { $user } with this app and these scopes before { $until }
    { $said }
broker-wait-or-retry = wait, or try at once: `ropc login{ $p } --retry` with the stored secrets, `ropc login{ $p }` with others
broker-wait-or-retry-stored = wait, or try at once: `ropc login{ $p } --retry`
broker-wait-or-retry-given = wait, or try at once: `ropc login{ $p } --retry` with `--secrets-stdin` or `--password-file`
broker-paced = { $count ->
    [one] nothing is sent for { $user } before { $until }: the last sign-in got no clear answer, so Entra may have judged the password
   *[other] nothing is sent for { $user } before { $until }: { $count } sign-ins in a row got no clear answer, so Entra may have judged the password each time
    }
    last answer: { $said }
broker-paced-capped = nothing is sent for { $user } before { $until }: Entra may have judged the last sign-ins, and more of them could lock the account
broker-paced-next-run = the next run after that tries automatically; to try at once: `ropc login{ $p } --retry`
broker-next-try = Entra may have judged the password: the next try is due { $until }
broker-said = { $label }: { $meaning }, at { $at }
broker-said-with-ids = { $label }: { $meaning }, at { $at }, { $ids }
broker-said-nothing = none, to the request of { $at } with request id { $request }
broker-status-password-elsewhere = Entra refused a password of this user in the profile `{ $profile }`; ropc does not send it if this profile holds the same one, which `ropc doctor` checks: { $said }
broker-status-client-secret-elsewhere = Entra refused a client secret of this app in the profile `{ $profile }`; ropc does not send it if this profile holds the same one, which `ropc doctor` checks: { $said }
broker-status-certificate-elsewhere = Entra refused a certificate of this app in the profile `{ $profile }`; ropc sends nothing if this profile holds the same one, which `ropc doctor` checks: { $said }
broker-status-loop = Entra granted 10 sign-ins within 5 minutes, and would take one more for a loop (AADSTS50196)
broker-status-replaceable = { $said }; ropc picks up another secret from the store automatically

## The record and its place

broker-record-unreadable = the sign-in record { $path } cannot be read, so no password is sent: { $reason }
broker-record-new = `ropc login{ $p } --retry` removes it, tries once and starts a new record
broker-record-remove = remove { $path } by hand, then run the same command again
broker-not-compared = there is too little memory to compare the secrets with those of the sign-in record { $path } that Entra refused, so none is sent
broker-not-compared-memory = give ropc 32 MiB more (`ulimit -v`, or the memory limit of the service or container); `ropc login{ $p } --retry` sends without comparing
broker-record-unwritable = the sign-in record { $path } cannot be written, so no password is sent: { $reason }
broker-record-kept = the sign-in record { $path } keeps what it knows of this profile, as it cannot be written: { $reason }
broker-record-make-room = make room or make it writable, or set ROPC_STATE_DIR to a directory that this account may write
broker-no-state = no directory for the sign-in record can be written, and without it ropc sends no password
broker-set-state-dir = set ROPC_STATE_DIR to a directory that this account may write
broker-state-unwritable = { $path } cannot be written
broker-state-none = neither HOME nor ROPC_STATE_DIR is set
broker-state-fallback = the sign-in record is in { $runtime }, which is lost at log-out: { $reason }; set ROPC_STATE_DIR to a directory that this account may write
broker-state-refused = the directory of the sign-in record is not this account's alone, so no password is sent: { $reason }
broker-state-refused-own = give it to this account with mode 0700, or set ROPC_STATE_DIR to a directory that belongs to this account alone

## Locks

broker-lock-unusable = the lock file { $path } cannot be used: { $reason }
broker-lock-set-state-dir = make it writable, or set ROPC_STATE_DIR to a directory that this account may write
broker-lock-timeout = gave up after { $time } of waiting for { $awaited }
broker-lock-longer = run it again; `--timeout 10m` waits longer
broker-lock-waiting = waiting for { $awaited }
broker-awaited-profile = another ropc to finish signing in with the profile `{ $profile }`
broker-awaited-user = another sign-in of { $user } to end
broker-awaited-app = a sign-in of another user with the app { $app } to end
broker-awaited-sign-in = another sign-in to end
broker-awaited-outcome = another sign-in to write its outcome

## The token cache

broker-token-cached = token from the cache
broker-token-cached-meanwhile = token from the cache, stored by another process meanwhile
broker-token-ignored = the cached token does not open for this profile and these scopes: ignored
broker-token-sealed = token sealed in { $path }
broker-token-not-cached = the token was not cached, so the next run signs in again: { $reason }
broker-token-short = a token lives { $life } here, less than the { $wanted } that --min-ttl asks for
broker-cache-none = there is no token cache: { $reason }
broker-cache-set-directory = there is no cache directory: set ROPC_CACHE_DIR
broker-key-nearby = its key is in the kernel keyring
broker-key-not-nearby = the kernel keyring is not used here: { $reason }
broker-key-nowhere = the store holds no keys, and XDG_RUNTIME_DIR names no directory in memory that is this account's alone

## One sign-in

broker-ca-unreadable = the CA file { $path } cannot be read: { $reason }
broker-lifetime-assumed = the answer does not say how long the token lives (`expires_in`): ropc takes { $time }
broker-ca-unusable = the roots of trust in the CA file { $path } cannot be used: { $reason }
broker-ca-put-back = put it back, or enrol another with `ropc login{ $p } --ca-file FILE`
broker-no-secrets = { $store } holds no secrets for the profile `{ $profile }` and the account { $account }
broker-no-secrets-login = secrets belong to the account that stored them: run `ropc login{ $p }` as { $account }
broker-bundle-unusable = the secrets of the profile `{ $profile }` in { $store } cannot be used: { $reason }
broker-bundle-store-again = update ropc, or store the secrets again with `ropc login{ $p }`
broker-binding = the profile `{ $profile }` was changed after its secrets were stored: they are enrolled for the { $fact } `{ $enrolled }`, and the profile says `{ $now }`; nothing was sent
broker-binding-on-purpose = if you changed it on purpose, enrol again with `ropc login{ $p }`
broker-binding-by-others = if you did not, find out who did: the password would have gone there
broker-public-client-differs = the profile `{ $profile }` says `public_client = { $value }`, and its secrets were stored for the opposite; nothing was sent
broker-enrol-again = enrol again with `ropc login{ $p }`
broker-certificate-key = the stored key of the certificate of the profile `{ $profile }` is damaged; nothing was sent
broker-certificate-again = store it again: `ropc login{ $p } --certificate FILE`
broker-certificate-ended = the certificate of the profile `{ $profile }` ended at { $ended }, so Entra would refuse it; nothing was sent
broker-certificate-renew = register a new certificate on the app, then `ropc login{ $p } --certificate FILE`; the password is kept
broker-asking = asking { $url } for a token, request id { $request }
broker-secrets-from-store = the secrets come from the store `{ $store }`: change them there; ropc picks up new ones automatically
broker-waiting-answer = waiting for the answer of { $host }
broker-waiting-repeat = { $failure }: waiting to try once more
broker-once-more = { $failure }; trying once more in { $seconds } s
