# Texts of the area `profile`. The rules are in src/text/mod.rs.

## Facts of a profile, as other texts name them

profile-fact-authority = authority
profile-fact-tenant = tenant
profile-fact-client-id = client id
profile-fact-user = user
profile-fact-ca-file = CA file's SHA-256
profile-fact-store = store
profile-fact-key-source = key source
profile-fact-command = program
profile-fact-secrets-dir = directory of the secrets
profile-fact-ca-path = CA file
profile-fact-public-client = `public_client`
profile-fact-app-credential = app credential
profile-fact-none = none

## Clouds and authorities

profile-no-cloud = there is no cloud `{ $name }`
profile-did-you-mean = did you mean `{ $name }`?
profile-clouds = clouds: { $names }
profile-keys = a profile has these keys: { $names }
profile-authority-http = the authority must be https: it receives the password and the client secret
profile-authority-use = use `--authority https://{ $host }`
profile-authority-not = `{ $text }` is not an authority
profile-authority-not-https = `{ $text }` is not an https host
profile-authority-shape = use a host and an optional port: `--authority https://login.contoso.example:8443`
profile-authority-user = an authority holds no user name and no password
profile-authority-more = `{ $text }` is more than a host and a port
profile-authority-added = ropc adds the tenant and the path: `--authority https://{ $host }`
profile-authority-alias = `{ $host }` is an old name of the { $cloud } authority
profile-authority-use-cloud = use `--cloud { $cloud }`
profile-authority-near = `{ $host }` looks like `{ $known }`, but is another host: the password would go there
profile-authority-near-cloud = leave `--authority` out and choose the cloud with `--cloud`

## Names and ids

profile-name = `{ $text }` cannot be the name of a profile
profile-name-shape = use 1 to 64 letters, digits, `-`, `_` or `.`, starting with a letter or digit, and no device of Windows such as `con`: `-p reports-prod`
profile-tenant-common = the tenant `{ $tenant }` cannot be used: Entra accepts the password grant only for a given directory (AADSTS9001023), and personal Microsoft accounts cannot use it at all
profile-tenant-give = give the tenant id: Azure portal > Microsoft Entra ID > Overview > Tenant ID, as in `--tenant 7f1d3c52-...`
profile-tenant = `{ $text }` is neither a tenant id nor a domain
profile-tenant-guid = a tenant id is a GUID of 32 hexadecimal digits: check for a missing or doubled character
profile-tenant-shape = use the GUID (Azure portal > Microsoft Entra ID > Overview) or a domain such as `contoso.onmicrosoft.com`
profile-client-id = `{ $text }` is not an application (client) id: that is a GUID
profile-client-id-copy = copy it from Azure portal > App registrations > your app > Overview > Application (client) ID
profile-username = `{ $text }` is not a sign-in name
profile-username-shape = use the user principal name, as in `--username svc-report@contoso.example`
profile-generation = `{ $text }` is not a generation id
profile-generation-hands-off = `ropc login{ $p }` writes this value; do not edit it

## Scopes

profile-scope-offline = `offline_access` asks for a refresh token, and ropc keeps none
profile-scope-offline-leave = leave it out: ropc signs in again when a token ends
profile-scope-no-resource = no scope names a resource
profile-scope-no-resource-use = use `https://graph.microsoft.com/.default`, or names such as `User.Read.All`
profile-scope-resources = one token serves one resource, and these scopes name { $count }: { $resources }
profile-scope-resources-split = make one profile or one `--scope` run a resource
profile-scope-mixed = `.default` cannot be mixed with named permissions (AADSTS70011)
profile-scope-mixed-either = ask either for `.default` or for names
profile-scope = `{ $text }` is not a scope
profile-scope-shape = write scopes without quotation marks, as in `--scope User.ReadBasic.All --scope Team.Create`

## Profile files

profile-none = there is no profile `{ $name }` in { $directory }
profile-none-did-you-mean = did you mean `-p { $name }`?
profile-none-but = the profiles here: { $names }
profile-none-login = set it up once with `{ $login }`
profile-unreadable-look = look at it with `{ $command } { $path }`
profile-unwritable = { $path } cannot be written: { $reason }
profile-not-removed = { $path } cannot be removed: { $reason }
profile-not-removed-by-hand = make its directory writable, or remove it by hand if it is no file
profile-unwritable-unchanged = nothing was changed; make the directory writable, or set ROPC_CONFIG_DIR to one that is
profile-line = line { $line }: { $reason }
profile-fix-line = fix the line, or run `ropc login{ $p }` again
profile-version = ropc does not know version { $version } of the profile format
profile-version-newer = a newer ropc wrote it: update ropc, or run `ropc login{ $p }` again
profile-version-needs = ropc { $release } and newer read it: update ropc, or run `ropc login{ $p }` again
profile-both-hosts = `authority` and `cloud` exclude each other
profile-both-hosts-keep = keep one of the two
profile-unknown-key = `{ $key }` is not a key of a profile
profile-secret-in-file = this file never holds secrets: remove the line, change that secret, and run `ropc login{ $p }`
profile-missing-key = the key `{ $key }` is missing
profile-missing-key-login = run `ropc login{ $p }` again, which writes the whole file
profile-must-be-text = `{ $key }` must be a text in quotation marks
profile-must-be-flag = `{ $key }` must be true or false
profile-must-be-thumbprint = `{ $key }` must be the hexadecimal digits of a thumbprint
profile-must-be-time = `{ $key }` must be a time such as `2027-05-31T00:00:00Z`
profile-must-be-list = `{ $key }` must be a list of texts
profile-must-be-path = `{ $key }` must be an absolute path
profile-must-be-command = `{ $key }` must be a list of texts: the program and its arguments
profile-must-be-program = `{ $key }` must begin with a whole path, or with a name that ropc finds in PATH
profile-belongs-to = `{ $key }` goes with `store = "{ $store }"` only
profile-belongs-to-credential = the key `{ $key }` belongs to the app credential `{ $credential }`, which this profile does not have
profile-remove-line = remove the line, or run `ropc login{ $p }` again
profile-unknown-value = `{ $key } = "{ $value }"` is not known
profile-one-of = use one of: { $names }
profile-changeable = the profile `{ $profile }` with the store `{ $store }` is not used: { $reason }
profile-changeable-mode = it decides where the secrets are sent, so only this account and root may write it: `chmod go-w`, `chown`

## What `login` enrolled

profile-not-as-enrolled = the profile `{ $profile }` was changed after `ropc login{ $p }`: the { $fact } was `{ $enrolled }`, and the profile says `{ $now }`; nothing was run, read or sent
profile-not-as-enrolled-on-purpose = if you changed it on purpose, enrol it again with `{ $command }`, which asks for everything
profile-not-as-enrolled-by-others = if you did not, find out who did: the next job would have used it
profile-not-enrolled = the profile `{ $profile }` with the store `{ $store }` is not used: this account has not enrolled it, and could have written it itself ({ $reason })
profile-not-enrolled-login = enrol it with `{ $command }`, as this account (looked in: { $directory })
profile-not-enrolled-mount = for a container or a service, let root own the profile and its directories, or mount them read-only: see "Where jobs run" in the documents
profile-not-enrolled-again = enrol it again with `{ $command }`
profile-enrolment-damaged = { $path } is damaged: it holds what `ropc login{ $p }` enrolled
profile-enrolment-mode = it says which program or directory is used, so only this account and root may write it: `chmod go-w`, `chown`
profile-enrolment-nowhere = there is no state directory, and a profile with the store `{ $store }` is used only as it was enrolled there
profile-enrolment-set-state = nothing was changed; set ROPC_STATE_DIR to a directory that can be written and lasts
