# Texts of the area `assertion`. The rules are in src/text/mod.rs.

## Sources

assertion-source-file = the file `{ $path }`
assertion-source-identity = the managed identity of this machine
assertion-source-identity-named = the managed identity { $id }
assertion-source-github = the runner of GitHub Actions
assertion-says = the assertion says: issuer `{ $issuer }`, subject `{ $subject }`, audience `{ $audience }`

## No assertion

assertion-is-none = { $source } gives no assertion: { $reason }
assertion-form = it is not three parts of base64url with dots between them
assertion-content = its middle part is not the JSON of a statement
assertion-no-end = it does not say when it ends
assertion-must-be = it must be one JWT and nothing else, with `iss`, `sub`, `aud` and `exp`
assertion-ended = the assertion of { $source } ended at { $end }; nothing was sent
assertion-ended-file = what writes { $path } must write it again before that: Kubernetes does so, and a copy of its file stays old
assertion-ended-command = `{ $program }` must print a new one each time

## A file

assertion-file-unreadable = the assertion file `{ $path }` cannot be read: { $reason }
assertion-file-permission = let { $account } read it: in Kubernetes, with `fsGroup` in the pod's `securityContext`
assertion-file-pod = in AKS, the pod needs the label `azure.workload.identity/use: "true"` and a service account with the annotation `azure.workload.identity/client-id`
assertion-file-elsewhere = if the file is elsewhere, enrol its path: `ropc login{ $p } --assertion-file PATH`

## A program

assertion-command-whole-path = give it with its whole path, as a job has a shorter PATH than a shell: `ropc login{ $p } --assertion-command -- /usr/bin/PROGRAM ...`
assertion-command-by-hand = its own messages are not shown, as they may hold an assertion: run it by hand as { $account } (key `assertion_command` of the profile)

## A managed identity, and GitHub Actions

assertion-no-variable = { $variable } is not set: this is no job of GitHub Actions, or the job may not ask for an assertion
assertion-bad-variable = { $variable } is no address or key that this source has
assertion-bad-variable-unset = leave { $variable } as the system sets it, or unset it
assertion-no-answer = no assertion from { $source }: { $reason }
assertion-refused = no assertion from { $source }: { $host } refused (status { $status })
assertion-odd = no assertion from { $source }: { $host } answers with something else
assertion-later = try again in about a minute: the service is busy or starts again
assertion-github-permission = give the job `permissions: { "{" } id-token: write, contents: read { "}" }` in the workflow
assertion-github-fork = a workflow that a pull request of a fork starts gets none: run it on a branch of the repository
assertion-github-later = try again; https://www.githubstatus.com says whether GitHub has a fault
assertion-identity-azure = only a machine, container or app in Azure has a managed identity: run the job there, and give it a user-assigned identity
assertion-identity-other = elsewhere choose another source: `ropc login{ $p } --help` lists them
assertion-identity-assign = assign the user-assigned identity to this machine or app, and name it: `ropc login{ $p } --assertion managed-identity=CLIENT_ID`
