# Texts of the area `serve`. The rules are in src/text/mod.rs.

## The endpoint

serve-no-endpoint = no endpoint on 127.0.0.1: { $reason }
serve-no-endpoint-sandbox = the usual cause is a sandbox or firewall that forbids listening on loopback
serve-log-refused = endpoint: { $status }: { $message }
serve-log-not-allowed = endpoint: 403: `{ $resource }` is not allowed; see --allow-resource
serve-log-other-identity = endpoint: the client named another identity; there is one here, and the client gets it
serve-log-token = endpoint: a token for `{ $resource }`
serve-log-status = endpoint: { $status } for `{ $resource }`
serve-not-a-resource = `{ $text }` is not a resource
serve-not-a-resource-shape = give its address or application id, as in `--allow-resource https://management.core.windows.net/`
serve-resource-denied = `{ $resource }` is not allowed: start the job with `ropc exec --serve --allow-resource { $resource }`
serve-resource-nameless = this resource is not allowed: start the job with `ropc exec --serve --allow-resource URI`
serve-permission-missing = the token does not carry the permission `{ $permission }`: consent to it for the app, then `ropc token --refresh`; where the profile names its scopes, start the job with `--scope { $permission }` too
serve-a-permission = `{ $text }` is a permission, and no resource: its resource is `{ $resource }`
serve-a-permission-scope = a permission of the profile's own resource goes with `--scope`; for another one `--allow-resource` takes the resource, and consent decides about the rest

## Renewals

serve-broken-off = the renewal was cancelled
serve-ask-again = ask again
serve-takes-long = { $count ->
    [one] the renewal has taken 1 second and goes on
   *[other] the renewal has taken { $count } seconds and goes on
    }
serve-since = since { $since }
serve-since-and-again = since { $since }, next try at { $again }
serve-old-token-serves = no new token yet, the old one is still served: { $reason }
serve-no-answer = the renewal ended without an answer (exit code { $code })
serve-no-answer-signal = the renewal ended without an answer (ended by a signal)
serve-no-answer-look = its own messages, if any, are above; `ropc token` shows whether it works by hand
serve-not-run = the renewal could not be run: { $reason }
serve-not-run-limit = look for a limit of processes or memory on this machine; `ropc token` tries by hand
serve-other-identity = the profile `{ $profile }` belongs to another identity than the one this job started with: the { $fact } was `{ $before }` and is `{ $after }`
serve-other-identity-start = start the job again if it is to run as the new one
