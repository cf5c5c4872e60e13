//! The keeper with a scripted source: what it hands out when, and how often it asks the source.
//! Time is virtual: it moves while every task waits.

mod outages;
mod script;

use super::*;
use crate::error::Kind;
use script::{Kept, Play, Script, keeper, own, pass, run};
use std::sync::atomic::Ordering;

/// A keeper whose first token is `age` seconds old; `then` follow these plays.
async fn with_token(age: u64, then: Vec<Play>) -> (Kept, Arc<Script>) {
    let plays = [vec![Play::Token { life: 3600, age }], then].concat();
    let (keeper, script) = keeper(plays);
    keeper.first().await.unwrap();
    (keeper, script)
}

const NEW: Play = Play::Token { life: 3600, age: 0 };

#[test]
fn many_clients_at_once_make_one_renewal() {
    run(async {
        let (keeper, script) = keeper(vec![NEW]);
        let asked: Vec<_> = (0..50)
            .map(|_| {
                let keeper = Arc::clone(&keeper);
                tokio::spawn(async move { own(&keeper).await.is_ok() })
            })
            .collect();
        for one in asked {
            assert!(one.await.unwrap());
        }
        assert_eq!(script.asked(), 1);
    });
}

#[test]
fn a_token_in_use_is_renewed_ahead_and_an_unused_one_is_not() {
    run(async {
        let (_idle, script) = with_token(0, vec![NEW]).await;
        pass(3600).await;
        assert_eq!(script.asked(), 1, "the control: no client asked");
        let (keeper, script) = with_token(0, vec![NEW]).await;
        let old = own(&keeper).await.unwrap();
        pass(2699).await;
        assert_eq!(script.asked(), 1);
        pass(2).await;
        assert_eq!(
            script.asked(),
            2,
            "15 minutes before its end, without a request"
        );
        assert_eq!(
            script.orders.lock().unwrap()[1].least,
            Some(901),
            "no cached token of the same age"
        );
        assert!(!Arc::ptr_eq(&own(&keeper).await.unwrap(), &old));
        assert_eq!(script.asked(), 2);
    });
}

#[test]
fn below_the_margin_a_client_waits_for_the_new_token() {
    run(async {
        let (keeper, script) = with_token(3010, vec![NEW]).await;
        assert_eq!(
            own(&keeper).await.unwrap().scope.as_deref(),
            Some("Mail.Send 2")
        );
        assert_eq!(script.asked(), 2);
    });
}

#[test]
fn the_present_token_serves_through_every_failure_as_long_as_it_lives() {
    for failure in [
        Play::Fails(Kind::Network),
        Play::Paced(600),
        Play::Fails(Kind::Vault),
        Play::Fails(Kind::SignIn),
        Play::Hangs,
    ] {
        run(async {
            let (keeper, script) = with_token(3500, vec![failure.clone()]).await;
            for _ in 0..5 {
                assert_eq!(
                    own(&keeper).await.unwrap().scope.as_deref(),
                    Some("Mail.Send 1")
                );
            }
            assert_eq!(script.asked(), 2, "there is a pause between two tries");
        });
    }
}

#[test]
fn a_renewal_that_hangs_delays_no_client_for_long() {
    run(async {
        let (keeper, script) = with_token(3500, vec![Play::Hangs]).await;
        let start = Instant::now();
        assert!(own(&keeper).await.is_ok());
        assert_eq!(start.elapsed().as_secs(), 5);
        assert!(own(&keeper).await.is_ok(), "the second waits no more");
        assert_eq!((start.elapsed().as_secs(), script.asked()), (5, 2));
    });
    run(async {
        let (keeper, script) = keeper(vec![Play::Hangs]);
        let start = Instant::now();
        let late = own(&keeper).await.unwrap_err();
        assert!(!late.passes_soon(script.clock.now()), "without a token");
        assert_eq!(start.elapsed().as_secs(), 25);
    });
}

#[test]
fn an_expired_token_serves_no_more() {
    run(async {
        let (keeper, _) = with_token(3600, vec![Play::Fails(Kind::Network)]).await;
        assert!(own(&keeper).await.is_err());
    });
}

#[test]
fn a_refusal_is_answered_from_memory_until_a_login() {
    run(async {
        let (keeper, script) = keeper(vec![Play::Fails(Kind::SignIn), NEW]);
        for _ in 0..5 {
            assert_eq!(own(&keeper).await.unwrap_err().lasting, Lasting::UntilLogin);
        }
        assert_eq!(script.asked(), 1, "one flight, one refusal");
        script.stored.store(1, Ordering::SeqCst);
        assert!(own(&keeper).await.is_ok());
    });
}

#[test]
fn each_request_tries_again_while_a_repair_is_needed() {
    run(async {
        let (keeper, script) = keeper(vec![
            Play::Fails(Kind::Vault),
            Play::Fails(Kind::Vault),
            NEW,
        ]);
        assert_eq!(
            own(&keeper).await.unwrap_err().lasting,
            Lasting::UntilRepaired
        );
        assert!(own(&keeper).await.is_err());
        assert!(own(&keeper).await.is_ok(), "the store is open again");
        assert_eq!(script.asked(), 3);
    });
}

#[test]
fn the_breaker_sets_the_pace_and_the_cause_stays() {
    run(async {
        let (keeper, script) = keeper(vec![Play::Paced(600), NEW]);
        let first = own(&keeper).await.unwrap_err();
        assert!(
            !first.passes_soon(script.clock.now()),
            "ten minutes are no reason to ask again at once"
        );
        for _ in 0..10 {
            pass(59).await;
            let later = own(&keeper).await.unwrap_err();
            assert_eq!(
                (later.since, later.error.to_string()),
                (first.since, first.error.to_string())
            );
        }
        assert_eq!(script.asked(), 1);
        pass(10).await;
        assert!(own(&keeper).await.is_ok(), "the ten minutes are over");
    });
    run(async {
        let (keeper, script) = keeper(vec![Play::Fails(Kind::Network)]);
        let failure = own(&keeper).await.unwrap_err();
        assert!(failure.passes_soon(script.clock.now()), "one second is");
    });
}

#[test]
fn after_a_login_or_a_refresh_the_keeper_drops_its_token() {
    run(async {
        let (keeper, script) = with_token(
            0,
            vec![NEW, Play::Fails(Kind::Network), Play::Fails(Kind::SignIn)],
        )
        .await;
        assert!(own(&keeper).await.is_ok());
        assert_eq!(script.asked(), 1, "the control: nothing has changed");
        script.shared.store(1, Ordering::SeqCst);
        assert_eq!(
            own(&keeper).await.unwrap().scope.as_deref(),
            Some("Mail.Send 2")
        );
        assert!(own(&keeper).await.is_ok());
        assert_eq!(script.asked(), 2, "once for each change");
        script.shared.store(2, Ordering::SeqCst);
        assert!(
            own(&keeper).await.is_ok(),
            "the present token serves through a fault of the network"
        );
        script.stored.store(1, Ordering::SeqCst);
        assert_eq!(
            own(&keeper).await.unwrap_err().lasting,
            Lasting::UntilLogin,
            "a refused login is not"
        );
        assert_eq!(script.asked(), 4);
    });
}

#[test]
fn a_token_that_the_resource_refused_is_replaced_once_a_minute() {
    run(async {
        let (keeper, script) = with_token(0, vec![NEW, Play::Fails(Kind::Network)]).await;
        let named = |token: &Token| hex(&token.access.sha256()).to_uppercase();
        let first = own(&keeper).await.unwrap();
        let other = keeper
            .get(&Wanted::Own, Some(&"0".repeat(64)))
            .await
            .unwrap();
        assert_eq!(
            (script.asked(), Arc::ptr_eq(&first, &other)),
            (1, true),
            "the control: another token's name"
        );
        let second = keeper
            .get(&Wanted::Own, Some(&named(&first)))
            .await
            .unwrap();
        assert!(!Arc::ptr_eq(&first, &second));
        assert_eq!(
            script.orders.lock().unwrap()[1].refused.as_deref(),
            Some(named(&first).to_lowercase().as_str())
        );
        let again = keeper
            .get(&Wanted::Own, Some(&named(&first)))
            .await
            .unwrap();
        assert!(
            Arc::ptr_eq(&again, &second),
            "many clients cost one sign-in"
        );
        let young = keeper
            .get(&Wanted::Own, Some(&named(&second)))
            .await
            .unwrap();
        assert_eq!(
            (script.asked(), Arc::ptr_eq(&young, &second)),
            (2, true),
            "not twice a minute"
        );
        pass(60).await;
        let late = keeper.get(&Wanted::Own, Some(&named(&second))).await;
        assert!(
            late.is_err(),
            "a minute later the keeper asks for one again"
        );
        assert_eq!(script.asked(), 3);
    });
}

#[test]
fn the_client_whose_token_was_refused_gets_the_failure_and_others_the_token() {
    run(async {
        let (keeper, _) = with_token(0, vec![Play::Paced(600)]).await;
        let first = own(&keeper).await.unwrap();
        let named = hex(&first.access.sha256());
        for _ in 0..3 {
            assert!(keeper.get(&Wanted::Own, Some(&named)).await.is_err());
        }
        assert!(Arc::ptr_eq(&own(&keeper).await.unwrap(), &first));
    });
}

#[test]
fn the_own_token_says_what_was_granted() {
    run(async {
        let (keeper, _) = keeper(vec![NEW, NEW]);
        own(&keeper).await.unwrap();
        keeper.get(&Wanted::Other("x".into()), None).await.unwrap();
        assert_eq!(
            keeper.granted().as_deref(),
            Some("Mail.Send 1"),
            "another resource's scopes are not the own ones"
        );
    });
}

#[test]
fn a_renewal_goes_on_when_its_client_disconnects() {
    run(async {
        let (keeper, script) = keeper(vec![NEW]);
        let impatient = tokio::time::timeout(Duration::from_millis(1), own(&keeper)).await;
        assert!(impatient.is_err());
        assert!(own(&keeper).await.is_ok());
        assert_eq!(script.asked(), 1);
    });
}
