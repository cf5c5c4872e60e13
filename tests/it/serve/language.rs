//! The language of a failure: that of the person who started the job for that person, and English
//! for the job's programs.

use super::job::Job;
use crate::support::{Sandbox, random_secret};
use entra_emulator::{CONTOSO_USER, ExpiresIn};
use std::time::{Duration, Instant};

const SHORT: u64 = 8;

fn is_japanese(text: &str) -> bool {
    text.chars()
        .any(|c| ('\u{3040}'..='\u{30ff}').contains(&c) || ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn japanese() -> Sandbox {
    let mut sandbox = Sandbox::with(|config| config.with_expires_in(ExpiresIn::Seconds(SHORT)));
    sandbox.set_env("ROPC_LANG", "ja");
    sandbox.login(&[]).expect(0);
    sandbox
}

fn change_password(sandbox: &Sandbox) {
    let new = random_secret("Pw");
    sandbox.watch("new password", &new);
    sandbox.emulator.set_password(CONTOSO_USER, &new);
}

#[test]
fn a_job_that_cannot_start_says_so_in_the_language_of_its_user() {
    let sandbox = japanese();
    change_password(&sandbox);
    let run = sandbox
        .run(&["exec", "--serve", "--no-cache", "--", "true"])
        .expect(125);
    assert!(
        run.stderr.contains("AADSTS50126: ") && is_japanese(&run.stderr),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("Entra says"), "{}", run.stderr);
}

#[test]
fn the_answers_of_the_endpoint_are_english_in_every_language() {
    let sandbox = japanese();
    let job = Job::start(&sandbox, &[]);
    assert_eq!(job.graph().status, 200);
    change_password(&sandbox);
    let started = Instant::now();
    let refused = loop {
        let reply = job.graph();
        if reply.status != 200 {
            break reply;
        }
        assert!(
            started.elapsed() < Duration::from_secs(SHORT * 4),
            "the token is served after its end"
        );
        std::thread::sleep(Duration::from_millis(200));
    };
    assert_eq!(refused.status, 403, "{refused:?}");
    let json = refused.json();
    let message = json["message"].as_str().unwrap();
    assert!(
        message.contains("AADSTS50126: user name or password refused") && !is_japanese(message),
        "{message}"
    );
    // Clients read the id for the tenant admin from that text.
    assert!(
        message.contains(&format!(
            "correlation id {}",
            json["correlationId"].as_str().unwrap()
        )),
        "{message}"
    );
    job.end().expect(0);
}
