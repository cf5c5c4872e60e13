# Texts of the area `explain`. The rules stand in src/l10n/mod.rs.

explain-how = give the number, as in `ropc explain 50126`, or the whole error text: `ropc explain < error.txt`
explain-no-code = no code was given
explain-empty-input = no code was given: standard input is empty
explain-code-not-found = there is no AADSTS code in that text
explain-token-ended = this is Graph's answer, not the sign-in's: the token has ended or was revoked. `ropc token --refresh` once, and `ropc exec --serve` for jobs longer than a token
explain-no-right = this is Graph's answer, not the sign-in's: the token lacks a permission, or the user a right. Compare what `ropc status` says that the token carries with the reference page of the API
explain-status-only = this text has the HTTP status only, and the code stands in the body of the answer: in PowerShell print `$_.ErrorDetails.Message`, in Python `response.text`
explain-unreadable = standard input cannot be read: { $reason }
