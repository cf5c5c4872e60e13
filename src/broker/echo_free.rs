//! An answer without whatever repeats a secret: nothing else of it is recorded, cached or shown.
//!
//! A refusal is searched with the secrets that were sent, read again for that. A granted answer is the rule and must not
//! cost a second look into the store: there only words are kept that can be no secret.

use super::fingerprint::Mark;
use crate::entra::wire::{Answer, Grant};
use crate::profile::Scopes;
use crate::secret::{SecretRef, Secrets, is_repeated_in};

/// With the secrets at hand.
pub(super) fn searched(answer: Answer, sent: &Secrets) -> Answer {
    let given = sent.client_secret.as_ref().map(SecretRef::ClientSecret);
    let known = [Some(SecretRef::Password(&sent.password)), given];
    let repeats = |text: &str| known.into_iter().flatten().any(|s| is_repeated_in(s, text));
    match answer {
        Answer::Refused(refusal) => Answer::Refused(refusal.without_echo(repeats)),
        Answer::Granted(grant) => Answer::Granted(Grant { scope: grant.scope.filter(|s| !repeats(s)), ..grant }),
        Answer::Odd(odd) => Answer::Odd(odd),
    }
}

/// Without them.
pub(super) fn unsearched(answer: Answer, mark: Option<&Mark>, asked: &Scopes, request_id: &str) -> Answer {
    match answer {
        Answer::Refused(refusal) => Answer::Refused(refusal.without_words(request_id)),
        Answer::Granted(grant) => {
            Answer::Granted(Grant { scope: grant.scope.and_then(|s| permissions(&s, mark, asked)), ..grant })
        }
        Answer::Odd(odd) => Answer::Odd(odd),
    }
}

/// The scopes that were asked for or have the form of a permission's name, and are none of the secrets.
fn permissions(scope: &str, mark: Option<&Mark>, asked: &Scopes) -> Option<String> {
    let fits = |word: &&str| {
        let is_secret = |mark: &Mark| mark.may_be(word) || word.split('/').any(|part| mark.may_be(part));
        asked.iter().any(|own| own == *word) || (is_permission(word) && mark.is_some_and(|mark| !is_secret(mark)))
    };
    let kept: Vec<&str> = scope.split(' ').filter(fits).collect();
    (!kept.is_empty()).then(|| kept.join(" "))
}

/// `User.Read`, `user_impersonation`, with or without `https://host/` or `api://id/`, or a scope of OpenID. Made of words
/// with a dot or underscore between them, so it is no hexadecimal text and no base64 of anything.
fn is_permission(word: &str) -> bool {
    if ["openid", "profile", "email", "offline_access"].contains(&word) {
        return true;
    }
    let (resource, name) = word.rsplit_once('/').unwrap_or(("", word));
    let is_resource = resource.is_empty() || resource.starts_with("https://") || resource.starts_with("api://");
    let letters = |part: &str| part.len() <= 40 && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_resource && resource.len() <= 100 && name.contains(['.', '_']) && name.split(['.', '_']).all(letters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::{AccessToken, ClientSecret, Password};

    fn secrets() -> Secrets {
        Secrets {
            client_secret: Some(ClientSecret::new("Client.Secret".into())),
            password: Password::new("Correct.Horse".into()),
        }
    }

    fn kept(scope: &str, with_mark: bool) -> Option<String> {
        let mark = Mark::of(&secrets()).filter(|_| with_mark);
        permissions(scope, mark.as_ref(), &Scopes::parse(&["User.Read"]).unwrap())
    }

    #[test]
    fn permissions_are_kept() {
        let entra = "https://graph.microsoft.com/Chat.ReadWrite https://graph.microsoft.com/.default email openid \
                     profile User.Read user_impersonation api://3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901/access_as_user \
                     read-all.of_it";
        // One word in 65,536 is taken for a secret by chance.
        assert!((0..3).any(|_| kept(entra, true).as_deref() == Some(entra)));
        assert_eq!(kept("User.Read Chat.ReadWrite", false).as_deref(), Some("User.Read"));
    }

    #[test]
    fn secrets_are_not_whatever_their_form() {
        for scope in [
            "Correct.Horse",
            "https://graph.microsoft.com/Correct.Horse",
            "api://Client.Secret/x_y",
            "Q29ycmVjdC5Ib3JzZQ",
            "436f72726563742e486f727365",
            "Correct%2EHorse",
            "http://x/Correct.Horse.",
        ] {
            assert_eq!(kept(scope, true), None, "{scope}");
        }
    }

    #[test]
    fn a_word_of_another_form_is_no_permission() {
        let longest = format!("{}.Read", "x".repeat(40));
        assert!(is_permission(&longest) && !is_permission(&format!("x{longest}")));
        for word in ["User.Re%61d", "User.Read=", "x_\u{e4}", "a.b+c", "ftp://x/User.Read", "plain"] {
            assert!(!is_permission(word), "{word}");
        }
    }

    #[test]
    fn a_granted_answer_keeps_no_scope_that_repeats_a_secret() {
        let granted = |scope: &str| {
            let (token, scope) = (AccessToken::new("x.y.z".into()), Some(scope.to_owned()));
            Answer::Granted(Grant { token, expires_in: Some(3600), scope })
        };
        let scope = |answer: Answer| match answer {
            Answer::Granted(grant) => grant.scope,
            other => panic!("{other:?}"),
        };
        let asked = Scopes::parse(&["User.Read"]).unwrap();
        let with_secrets = |text: &str| scope(searched(granted(text), &secrets()));
        let without = |text: &str| scope(unsearched(granted(text), Mark::of(&secrets()).as_ref(), &asked, "id"));
        assert_eq!(with_secrets("User.Read Mail.Send").as_deref(), Some("User.Read Mail.Send"));
        for echo in ["Correct.Horse", "Client.Secret"] {
            assert_eq!(with_secrets(&format!("User.Read {echo}")), None);
            assert_eq!(without(&format!("User.Read {echo}")).as_deref(), Some("User.Read"));
        }
    }
}
