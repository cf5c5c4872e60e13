# Texts of the area `entra`. The rules are in src/text/mod.rs.

## A refusal

entra-asked = asked for: { $scope }
entra-says = Entra says: { $text }
entra-key-unknown = the app does not list this certificate
entra-key-ended = the certificate has ended, by Entra's clock or by its entry at the app
entra-key-signature = the signature was made with another key than that of the certificate
entra-key-of = { $fault }; thumbprint { $thumbprint }, ends on { $ends }
entra-clock-agrees = the clock of this machine agrees with Entra's
entra-clock-behind = the clock of this machine is { $time } behind Entra's
entra-clock-ahead = the clock of this machine is { $time } ahead of Entra's
entra-left-out = (left out: it may repeat a secret)
entra-not-searched = (left out: the secrets could not be read again, so it cannot be searched for them)
entra-trace-id = trace id { $id }
entra-correlation-id = correlation id { $id }
entra-time = time { $time }
entra-more = more: `ropc explain { $code }`
entra-service-fault = the fault is on the service's side: run it again later
entra-look-up = look the sign-in up in the Entra sign-in logs, by user and time: they show the reason
entra-give-ids = give the ids above to the tenant admin: they find the sign-in in the Entra sign-in logs
entra-when-gone = when the cause is fixed: `ropc login{ $p } --retry`

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
entra-answer-ended = a token that has ended already (`expires_in` is 0 or less)
entra-answer-not-bearer = a token that is not of the type Bearer

## No answer

entra-fault-with-detail = { $fault }: { $detail }
entra-no-name = the name { $host } cannot be resolved
entra-silent-name = no name server says where { $host } is: the question got no answer in time
entra-silent-name-servers = check the name servers of this machine (/etc/resolv.conf, `resolvectl status`, `ipconfig /all`)
entra-silent-name-proxy = if this machine reaches the internet through a proxy only, set HTTPS_PROXY
entra-connection-refused = { $host } refused the connection
entra-no-connection-in-time = no connection to { $host } in time ({ $time })
entra-no-answer-in-time = { $host } did not answer in time ({ $time })
entra-time-of-system = the system's limit
entra-no-tls = no trusted TLS connection to { $host }: { $reason }
entra-too-long = { $host } answered with more than a token answer can be
entra-no-system-roots = this system has no certificates of its own that can be used
entra-cut-off = the answer of { $host } (status { $status }) was cut off
entra-closed = { $host } closed the connection without an answer
entra-connection-failed = the connection to { $host } failed
entra-exhausted = this machine has no resources left for a connection to { $host }: { $reason }
entra-raise-limits = raise the limits of this account or unit (`ulimit -n`, `ulimit -u`, `ulimit -v`; LimitNOFILE, TasksMax and MemoryMax of systemd); nothing was sent
entra-try-curl = try `curl -v https://{ $host }/` on this machine, under this account
entra-check-dns = check DNS, and HTTPS_PROXY if this machine reaches the internet through a proxy only
entra-check-firewall = check firewall and port; behind a proxy set HTTPS_PROXY for this job too
entra-wait-longer = run it again; `--timeout { $time }` waits longer
entra-inspected = if your network inspects TLS, add its root certificate to the system's store, or enrol it with `ropc login{ $p } --ca-file ROOT.pem`
entra-check-clock = check the clock of this machine
entra-not-entra = something other than Entra answers there: check proxy and `--authority`
entra-give-pem = give `--ca-file` a PEM file in which every CERTIFICATE block is whole, and at least one is there
entra-install-roots = install them (package `ca-certificates`; small container images lack it), or point SSL_CERT_FILE to a bundle
entra-enrol-roots = or enrol roots for this profile alone: `ropc login{ $p } --ca-file ROOT.pem`
entra-look-between = run it again; if it stays, look for a proxy or firewall in between
entra-no-https-host = not an https host

# A proxy. `setting` is the variable that names it.
entra-at-proxy = the proxy { $proxy } (from { $setting })
entra-system-settings = the system's settings
entra-proxy-no-name = the name of { $proxy } cannot be resolved
entra-proxy-refused = { $proxy } refused the connection
entra-proxy-timeout = no connection to { $host } through { $proxy } in time ({ $time })
entra-proxy-no-tls = no trusted TLS connection to { $proxy }: { $reason }
entra-proxy-wants-credentials = { $proxy } asks for credentials (status 407); it offers: { $schemes }
entra-proxy-refuses-credentials = { $proxy } does not accept the credentials (status 407); it offers: { $schemes }
entra-proxy-no-scheme = no scheme
entra-proxy-status = { $proxy } refused to connect to { $host } (status { $status })
entra-proxy-closed = { $proxy } closed the connection to { $host }
entra-proxy-closed-detail = { $proxy } closed the connection to { $host }: { $detail }
entra-proxy-check = check { $setting } and the proxy's rules for { $host }; or name the host in NO_PROXY if it is reached directly
entra-proxy-give-credentials = put them into { $setting }: `http://USER:PASSWORD@HOST:PORT`, with `@`, `:`, `/`, `?`, `#` and `%` in them percent-encoded
entra-proxy-check-credentials = check user and password in { $setting }; `@`, `:`, `/`, `?`, `#` and `%` in them must be percent-encoded
entra-proxy-basic-only = ropc speaks Basic to a proxy, not NTLM, Negotiate (Kerberos) or Digest: where only those are offered, run a local proxy that speaks them (cntlm, px) and name that one
entra-proxy-let-through = or ask for a rule that lets this machine connect to { $host } without credentials of a person
entra-proxy-cannot-reach = the proxy itself cannot reach { $host }: run it again later, or ask the admin of the proxy

# A variable that cannot be used. Its value is never shown.
entra-setting-unusable = { $setting } cannot be used, and ropc does not ignore it: { $flaw }
entra-setting-not-text = its value is not valid text (UTF-8)
entra-setting-control = its value holds a control character, such as the line end of a Windows file (CR)
entra-setting-blank = its value is blank
entra-setting-quoted = its value is in quotation marks, which belong to the file that it was read from
entra-setting-character = its value holds a character that no address has
entra-setting-scheme = ropc speaks to http:// and https:// proxies, not to { $scheme }://
entra-setting-no-host = it names no host
entra-setting-port = what follows the host is no port
entra-setting-rest = it holds more than user, host and port; `@`, `/`, `?` and `#` in a user or password must be percent-encoded
entra-setting-no-address = it is no address of a proxy
entra-setting-correct = correct it: `export { $setting }=http://HOST:PORT`
entra-setting-http-proxy = name an http proxy: `export { $setting }=http://HOST:PORT`
entra-setting-correct-list = correct it: `export { $setting }=localhost,127.0.0.1,.contoso.example`
entra-setting-unset = or connect directly: `unset { $setting }`
entra-setting-in-variable = correct the proxy in the system's settings, or name one for this job in HTTPS_PROXY

# TLS: why, after "no trusted TLS connection to ...:".
entra-tls-expired-at = its certificate expired at { $end }
entra-tls-expired = its certificate has expired
entra-tls-not-yet-at = its certificate is not valid yet; it begins at { $start }
entra-tls-not-yet = its certificate is not valid yet
entra-tls-other-names = its certificate is for other names: { $names }
entra-tls-other-name = its certificate is for another name
entra-tls-issuer = no issuer that this machine trusts issued its certificate (unknown issuer)
entra-tls-use = its certificate is not for a server (wrong use)
entra-tls-revoked = its certificate was revoked
entra-tls-revocation-unknown = ropc cannot find out whether its certificate was revoked
entra-tls-signature = a signature of its certificate is wrong, or made in a way that is no longer accepted
entra-tls-bad-certificate = its certificate cannot be used: { $reason }
entra-tls-none-presented = the server showed none
entra-tls-nothing-in-common = no TLS version, cipher or key exchange in common (ropc speaks TLS 1.2 and 1.3)
entra-tls-nothing-agreed = the server agrees to no handshake: no cipher or key exchange in common, or it asks for a certificate of the client
entra-tls-not-tls = what answers there does not speak TLS
entra-tls-wants-certificate = the server asks for a certificate of the client
entra-tls-name-unknown = the server does not know that name
entra-tls-alert = the server ended the handshake ({ $alert })
entra-tls-renew = the admin of that server or TLS inspection has to renew its certificate
entra-tls-wait-or-renew = if the clock is right, the admin of that server has to replace its certificate
entra-tls-check-name = check `--authority`, name resolution and proxy: another server answers there
entra-tls-look-at-issuer = to see who issued it: `openssl s_client -connect HOST:443 -showcerts`
entra-tls-server-use = the admin of that server has to install a certificate with the extended key usage `serverAuth`
entra-tls-replace = the admin of that server or TLS inspection has to replace its certificate
entra-tls-another-root = if its root was renewed under the same name, enrol the new one: `ropc login{ $p } --ca-file ROOT.pem`
entra-tls-do-not-trust = do not work around it: the server's key may be stolen
entra-tls-let-revocation-through = let this machine reach the CRL and OCSP addresses that the certificate names
entra-tls-switch-on = turn on TLS 1.2 or 1.3 at that server, TLS inspection or gateway
entra-tls-check-port = check `--authority` and its port: TLS is expected there
entra-tls-no-client-certificate = ropc shows no certificate of its own: turn that demand off for this machine
entra-tls-look-between = look for a gateway or TLS inspection in between

# Roots of trust: a CA file, and the variables that name one.
entra-no-certificate = it holds no certificate
entra-roots-utf16 = it is UTF-16; save it as UTF-8 or ASCII
entra-roots-binary = it is a binary (DER) certificate; `openssl x509 -inform DER -in FILE -out ROOT.pem` makes PEM of it
entra-roots-block = block { $number } (line { $line }): { $why }
entra-roots-start = it does not begin with exactly `-----BEGIN CERTIFICATE-----`
entra-roots-end = its `-----END CERTIFICATE-----` is missing
entra-roots-base64 = it is not base64
entra-roots-no-certificate = it is no certificate that can be a root
entra-roots-label = it is a `{ $label }`, not a CERTIFICATE
entra-roots-variable = { $variable } names no roots of trust that can be used: `{ $place }`: { $why }
entra-roots-correct = correct { $variable }, or unset it to trust the certificates of the system
entra-roots-empty-variable = the variable is empty
entra-roots-empty-file = the file is empty
entra-roots-none-in-directory = no certificate in there
