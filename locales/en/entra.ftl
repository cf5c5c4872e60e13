# Texts of the area `entra`. The rules stand in src/l10n/mod.rs.

## A refusal

entra-says = Entra says: { $text }
entra-left-out = (left out: it repeats a secret)
entra-not-searched = (left out: the secrets could not be read again, so it cannot be searched for them)
entra-trace-id = trace id { $id }
entra-correlation-id = correlation id { $id }
entra-time = time { $time }
entra-more = more: `ropc explain { $code }`
entra-service-fault = the fault is on the service's side: run it again later
entra-look-up = look the sign-in up in the Entra sign-in logs, by user and time: the reason stands there
entra-give-ids = give the ids above to the tenant admin: they find the sign-in in the Entra sign-in logs
entra-when-gone = when the cause is gone: `ropc login --retry`

## An answer that no token endpoint gives

entra-odd = { $host } answered with status { $status } and { $answer }: something other than Entra's token endpoint answered
entra-odd-look = look for a proxy or a captive portal in between, and check `--authority`
entra-odd-throttled = { $host } answered with status { $status } and { $answer }: too many requests
entra-odd-throttled-wait = wait, then run it again; spread jobs that start at the same minute
entra-odd-fault = { $host } answered with status { $status } and { $answer }: the service or something before it has a fault
entra-odd-fault-later = run it again later; Microsoft's status page is https://status.cloud.microsoft/
entra-answer-redirect = a redirect, which ropc never follows with a password
entra-answer-empty = an empty answer
entra-answer-not-json = not the JSON of a token endpoint
entra-answer-no-word = an error without an OAuth error word
entra-answer-not-labelled = a 200 that is not labelled as JSON
entra-answer-no-token = an answer without a token
entra-answer-empty-token = an answer with an empty token
entra-answer-bad-characters = a token with characters that no token has
entra-answer-not-bearer = a token that is not of the type Bearer

## No answer

entra-fault-with-detail = { $fault }: { $detail }
entra-no-name = the name { $host } cannot be resolved
entra-connection-refused = { $host } refused the connection
entra-no-connection-in-time = no connection to { $host } in time
entra-no-answer-in-time = { $host } did not answer in time
entra-no-tls = no trusted TLS connection to { $host }
entra-proxy = the proxy let no connection to { $host } through
entra-too-long = { $host } answered with more than a token answer can be
entra-no-roots = the roots of trust cannot be used
entra-no-system-roots = this system has no certificates of its own that can be used
entra-cut-off = the answer of { $host } (status { $status }) was cut off
entra-closed = { $host } closed the connection without an answer
entra-connection-failed = the connection to { $host } failed
entra-try-curl = try `curl -v https://{ $host }/` on this machine, under this account
entra-check-dns = check DNS, and HTTPS_PROXY if this machine reaches the internet through a proxy only
entra-check-firewall = check firewall and port; behind a proxy set HTTPS_PROXY for this job too
entra-wait-longer = run it again; `--timeout 5m` waits longer
entra-inspected = if your network inspects TLS, add its root certificate to the system's store, or enrol it with `ropc login --ca-file ROOT.pem`
entra-check-clock = check the clock of this machine
entra-check-proxy = check HTTPS_PROXY and the proxy's rules for this host, or name the host in NO_PROXY
entra-not-entra = something other than Entra answers there: check proxy and `--authority`
entra-give-pem = give `--ca-file` a PEM file with at least one CERTIFICATE block
entra-install-roots = install them (package `ca-certificates`; small container images lack it), or point SSL_CERT_FILE to a bundle
entra-enrol-roots = or enrol roots for this profile alone: `ropc login --ca-file ROOT.pem`
entra-look-between = run it again; if it stays, look for a proxy or firewall in between
entra-no-certificate = the CA file holds no certificate
entra-no-https-host = not an https host
