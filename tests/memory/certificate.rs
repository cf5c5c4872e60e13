//! The key of a certificate: no piece of it is in memory while the answer is awaited, or with the token
//! in hand. Sought as the file, the store and the crypto library hold it: base64, big-endian,
//! little-endian. The same search finds it while it is in use.

use crate::may_scan;
use crate::process::{Still, token, wait_for};
use crate::scan::{Pages, Snapshot};
use crate::scenarios::Stage;
use entra_emulator::AppCertificate;

/// Where the private numbers begin in a PKCS#8 file of 2,048 bits: after headers, modulus and
/// public exponent.
const PRIVATE: usize = 304;

/// What to search for.
struct Key {
    forms: [(&'static str, Vec<u8>); 3],
}

impl Key {
    fn of(certificate: &AppCertificate) -> Self {
        let numbers = certificate.key()[PRIVATE..].to_vec();
        let reversed = numbers.iter().rev().copied().collect();
        let pem = certificate.pem();
        let lines = pem.lines().skip(8).take_while(|line| line.len() == 64);
        Self {
            forms: [
                ("big-endian", numbers),
                ("little-endian", reversed),
                ("base64", lines.collect::<String>().into_bytes()),
            ],
        }
    }

    /// 16-byte blocks that are there, by form.
    fn found(&self, pid: u32) -> Vec<(&'static str, usize)> {
        let snapshot = Snapshot::take(pid, Pages::Present).unwrap();
        let counted = |(form, bytes): &(&'static str, Vec<u8>)| (*form, snapshot.blocks_of(bytes));
        self.forms.iter().map(counted).collect()
    }

    fn is_gone(&self, pid: u32) -> bool {
        self.found(pid).iter().all(|(_, count)| *count == 0)
    }
}

#[test]
fn no_piece_of_the_key_of_a_certificate_stays() {
    if !may_scan() {
        return;
    }
    let certificate = AppCertificate::ending_in(365);
    let key = Key::of(&certificate);
    let stage = Stage::certificate(&certificate);

    let in_use = Still::at(token(&stage.sandbox, &[]), "secrets-in-use", b"");
    let found = key.found(in_use.pid());
    println!("CONTROL key in use       {found:?}");
    assert!(found[0].1 > 0, "the control finds nothing: {found:?}");
    drop(in_use);

    let (still, hold) = stage.awaited();
    wait_for(
        || key.is_gone(still.pid()),
        "a piece of the key is in memory",
    );
    println!("answer awaited           {:?}", key.found(still.pid()));
    hold.release();
    drop(still);

    let in_hand = stage.token_in_hand();
    let found = key.found(in_hand.pid());
    println!("token in hand            {found:?}");
    assert!(key.is_gone(in_hand.pid()), "{found:?}");
    drop(in_hand);

    let leak = stage.leaking("secrets", "token-in-hand");
    let found = key.found(leak.pid());
    println!("CONTROL key leaked       {found:?}");
    assert!(found[0].1 > 0, "the control finds nothing: {found:?}");
}
