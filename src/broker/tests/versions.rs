//! Records that one version writes and another reads.

use super::super::ledger::{Refused, Said, SecretKind};
use super::*;

#[test]
fn a_record_of_an_earlier_version_still_holds() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    let path = bench.user_record(&profile);
    let now = bench.clock.now();
    let generation = profile.generation.as_str();
    let open =
        |at: u64| serde_json::json!({ "request_id": "r", "at": at, "generation": generation });
    let write = |more: serde_json::Value| {
        let mut record = serde_json::json!({ "version": 1, "about": "x", "written": 7 });
        record
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        crate::os::write_private(&path, &serde_json::to_vec(&record).unwrap()).unwrap();
    };
    write(serde_json::json!({ "unanswered": [open(now - 40), open(now - 10)] }));
    let held = bench.get(&profile).unwrap_err();
    assert!(shown(&held, &bench).contains("(in 20 seconds)"), "{held}");
    write(serde_json::json!({ "refusals_at": [now - 40, now - 10] }));
    assert!(
        bench
            .get(&profile)
            .unwrap_err()
            .to_string()
            .contains("2 passwords")
    );
    let said = serde_json::json!({ "at": 1, "label": "AADSTS50126", "code": 50126, "ids": "", "temporary": false });
    let refused = serde_json::json!({ "what": "password", "profile": "default", "generation": generation,
        "fingerprint": null, "said": said });
    write(serde_json::json!({ "refused": [refused] }));
    assert!(is_latched(&bench.get(&profile).unwrap_err()));
    assert_eq!(bench.endpoint.asked.get(), 0);
    write(serde_json::json!({}));
    bench.get(&profile).unwrap();
    let record: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(
        (&record["version"], &record["written"]),
        (&2.into(), &9.into())
    );
}

/// For an earlier version another name is damage, and then it sends nothing at all.
#[test]
fn a_refused_app_credential_has_the_name_that_every_version_reads() {
    let refused = |what| Refused {
        what,
        profile: "p".into(),
        generation: "g".into(),
        fingerprint: None,
        said: Said::of_status(503, 1),
        replaced: false,
        never_stored: false,
    };
    for (what, name) in [
        (SecretKind::Password, "password"),
        (SecretKind::ClientSecret, "client_secret"),
    ] {
        let written = serde_json::to_value(refused(what)).unwrap();
        assert_eq!(written["what"], name);
        let read: Refused = serde_json::from_value(written).unwrap();
        assert_eq!(read, refused(what));
    }
}

/// The same for app and scopes, which rate limit and pauses use.
#[test]
fn entries_of_an_app_and_scopes_have_the_name_that_every_version_reads() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.get(&profile).unwrap();
    bench.pass(3600);
    bench.answer(400, refusal(50_076));
    bench.get(&profile).unwrap_err();
    let bytes = std::fs::read(bench.user_record(&profile)).unwrap();
    let record: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let digest = record["pauses"][0]["what"].as_str().unwrap();
    assert_eq!(digest.len(), 16);
    assert!(record["pauses"][0].get("purpose").is_none(), "{record}");
}
