//! Removes from an answer everything that repeats a secret, before ropc records, caches or shows
//! it. To search a refusal, the broker reads the secrets that it sent again. A granted answer is
//! the usual case and needs no second read of the store, unless it lists a permission that the
//! request did not ask for and that is on no list: only such a word could be a secret. What cannot
//! be searched is not kept.

use super::permissions::is_well_known;
use crate::entra::wire::{Answer, Grant};
use crate::profile::Scopes;
use crate::secret::{SecretRef, Secrets, is_repeated_in};

/// True if the answer holds words that must be searched before they are kept.
pub(super) fn needs_search(answer: &Answer, asked: &Scopes) -> bool {
    match answer {
        Answer::Refused(_) => true,
        Answer::Granted(grant) => grant
            .scope
            .as_ref()
            .is_some_and(|scope| !unfamiliar(scope, asked).is_empty()),
        Answer::Odd(_) => false,
    }
}

/// The answer, searched with the secrets that were sent.
pub(super) fn searched(answer: Answer, sent: &Secrets, asked: &Scopes) -> Answer {
    let password = Some(SecretRef::Password(&sent.password));
    let known = [password, sent.credential.judged()];
    let repeats = |text: &str| known.into_iter().flatten().any(|s| is_repeated_in(s, text));
    match answer {
        Answer::Refused(refusal) => Answer::Refused(refusal.without_echo(repeats)),
        Answer::Granted(grant) => {
            let fits = |scope: &String| !repeats(&unfamiliar(scope, asked));
            Answer::Granted(Grant {
                scope: grant.scope.filter(fits),
                ..grant
            })
        }
        Answer::Odd(odd) => Answer::Odd(odd),
    }
}

/// The answer without the words that need a search, where the secrets are not available.
pub(super) fn unsearched(answer: Answer, asked: &Scopes, request_id: &str) -> Answer {
    match answer {
        Answer::Refused(refusal) => Answer::Refused(refusal.without_words(request_id)),
        Answer::Granted(grant) => Answer::Granted(Grant {
            scope: grant.scope.and_then(|scope| familiar(&scope, asked)),
            ..grant
        }),
        Answer::Odd(odd) => Answer::Odd(odd),
    }
}

fn is_familiar(word: &str, asked: &Scopes) -> bool {
    is_well_known(word) || asked.iter().any(|own| own == word)
}

/// The scopes that were asked for or that the list of permissions has.
fn familiar(scope: &str, asked: &Scopes) -> Option<String> {
    let kept: Vec<&str> = scope
        .split(' ')
        .filter(|word| is_familiar(word, asked))
        .collect();
    (!kept.is_empty()).then(|| kept.join(" "))
}

/// The scopes that [`familiar`] leaves out.
fn unfamiliar(scope: &str, asked: &Scopes) -> String {
    scope
        .split(' ')
        .filter(|word| !is_familiar(word, asked))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::{AccessToken, AppCredential, ClientSecret, Password};

    fn secrets() -> Secrets {
        Secrets {
            credential: AppCredential::Secret(ClientSecret::new("Client.Secret".into())),
            password: Password::new("Correct.Horse".into()),
        }
    }

    fn granted(scope: &str) -> Answer {
        let token = AccessToken::new("x.y.z".into());
        let scope = Some(scope.to_owned());
        Answer::Granted(Grant {
            token,
            expires_in: Some(3600),
            scope,
        })
    }

    fn scope(answer: Answer) -> Option<String> {
        match answer {
            Answer::Granted(grant) => grant.scope,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_granted_answer_keeps_no_scope_that_repeats_a_secret() {
        let asked = Scopes::parse(&["api://x/Asked.For"]).unwrap();
        let own = "User.Read api://x/Asked.For";
        assert!(!needs_search(&granted(own), &asked));
        for echo in [
            "Correct.Horse",
            "Client.Secret",
            "esroH.tcerroC",
            "Pbeerpg.Ubefr",
            "x_436f72726563742e486f727365",
        ] {
            let answer = || granted(&format!("{own} {echo}"));
            assert!(needs_search(&answer(), &asked), "{echo}");
            assert_eq!(
                scope(searched(answer(), &secrets(), &asked)),
                None,
                "{echo}"
            );
            assert_eq!(
                scope(unsearched(answer(), &asked, "id")).as_deref(),
                Some(own),
                "{echo}"
            );
        }
        // The controls: the search keeps another unknown word; a known one needs no search.
        let other = format!("{own} access_as_user");
        assert_eq!(
            scope(searched(granted(&other), &secrets(), &asked)),
            Some(other)
        );
        assert_eq!(
            scope(unsearched(granted(own), &asked, "id")).as_deref(),
            Some(own)
        );
        assert_eq!(
            scope(unsearched(granted("Correct.Horse"), &asked, "id")),
            None
        );
    }
}
