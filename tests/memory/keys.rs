//! Whether a snapshot holds the keys that decrypt a recording of the wire.

use crate::recorders::SealedSecret;
use crate::scan::Snapshot;
use aes::Aes128;
use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use sha2::{Digest, Sha256, Sha384};

/// The first block of a bundle (`src/vault/bundle.rs`): enough to recognise the right key.
const BUNDLE: &[u8; 16] = b"{\"v\":1,\"authorit";

/// How many places hold the AES key of one of these messages: every 16 bytes that the process may
/// have written are tried. Only messages whose content is a bundle can be recognised.
pub fn bus_keys(snapshot: &Snapshot, messages: &[SealedSecret]) -> usize {
    let first = |m: &SealedSecret| (m.iv, m.ciphertext[..16].try_into().expect("a block"));
    let messages: Vec<([u8; 16], [u8; 16])> = messages.iter().map(first).collect();
    let mut found = 0;
    for region in snapshot.regions().iter().filter(|region| region.writable) {
        // Memory is mostly zeros; two zeros in 16 random bytes are as rare as 1 in 500.
        let mut zeros = [usize::MAX; 2];
        for (at, byte) in region.content.iter().enumerate() {
            if *byte == 0 {
                zeros = [zeros[1], at];
            }
            let from = at.wrapping_sub(15);
            if at < 15 || (zeros[0] != usize::MAX && zeros[0] >= from) {
                continue;
            }
            let key: &[u8; 16] = region.content[from..=at].try_into().expect("16 bytes");
            found += usize::from(
                looks_random(key) && messages.iter().any(|(iv, block)| opens(key, iv, block)),
            );
        }
    }
    found
}

/// False for text: fewer than 11 different values in 16 random bytes are as rare as 1 in 10,000,
/// and so are 16 ASCII letters.
fn looks_random(window: &[u8; 16]) -> bool {
    let mut seen = [0u64; 4];
    for byte in window {
        seen[usize::from(*byte >> 6)] |= 1 << (byte & 63);
    }
    (seen[2] | seen[3]) != 0 && seen.iter().map(|bits| bits.count_ones()).sum::<u32>() >= 11
}

/// CBC: the first block decrypted and xored with the initialisation vector.
fn opens(key: &[u8; 16], iv: &[u8; 16], block: &[u8; 16]) -> bool {
    let mut plain = (*block).into();
    Aes128::new(key.into()).decrypt_block(&mut plain);
    plain
        .iter()
        .zip(iv)
        .zip(BUNDLE)
        .all(|((byte, iv), wanted)| byte ^ iv == *wanted)
}

/// How many copies of the client's traffic secrets and of the AES keys made from them the memory
/// holds (RFC 8446 sections 7.1 and 7.3), each connection's.
pub fn tls_keys(snapshot: &Snapshot, secrets: &[(String, Vec<u8>)]) -> (usize, usize) {
    let (mut traffic, mut aes) = (0, 0);
    for (_, secret) in secrets
        .iter()
        .filter(|(label, _)| label == "CLIENT_TRAFFIC_SECRET_0")
    {
        traffic += snapshot.count(secret);
        aes += snapshot.count(&record_key(secret));
    }
    (traffic, aes)
}

/// HKDF-Expand-Label(secret, "key", "", length): one block of the hash that belongs to the secret's
/// length.
fn record_key(secret: &[u8]) -> Vec<u8> {
    let length = if secret.len() == 48 { 32u8 } else { 16 };
    let info = [&[0, length, 9][..], b"tls13 key", &[0, 1]].concat();
    let block = if secret.len() == 48 {
        hmac::<Sha384>(secret, &info, 128)
    } else {
        hmac::<Sha256>(secret, &info, 64)
    };
    block[..usize::from(length)].to_vec()
}

/// RFC 2104, for a key that is no longer than a block.
fn hmac<D: Digest>(key: &[u8], message: &[u8], block: usize) -> Vec<u8> {
    let pad = |byte: u8| {
        (0..block)
            .map(|at| key.get(at).unwrap_or(&0) ^ byte)
            .collect::<Vec<u8>>()
    };
    let inner = D::new()
        .chain_update(pad(0x36))
        .chain_update(message)
        .finalize();
    D::new()
        .chain_update(pad(0x5c))
        .chain_update(inner)
        .finalize()
        .to_vec()
}

#[test]
fn the_key_of_a_message_is_found_in_memory() {
    if !crate::may_scan() {
        return;
    }
    let random = || {
        let mut bytes = [0u8; 16];
        getrandom::fill(&mut bytes).unwrap();
        // Replaces a key that `looks_random` skips.
        if looks_random(&bytes) {
            bytes
        } else {
            *b"\x80random, indeed!"
        }
    };
    // A key on the heap of this process, at an odd address, with a message that it opens; and a
    // message without a key.
    let place = std::hint::black_box([&[0x80][..], &random()].concat());
    let (key, iv): (&[u8; 16], _) = (place[1..].try_into().unwrap(), random());
    let mut block = std::array::from_fn::<u8, 16, _>(|at| BUNDLE[at] ^ iv[at]).into();
    Aes128::new(key.into()).encrypt_block(&mut block);
    let opened = SealedSecret {
        iv,
        ciphertext: block.to_vec(),
    };
    let closed = SealedSecret {
        iv,
        ciphertext: random().to_vec(),
    };
    let snapshot = Snapshot::take(std::process::id(), crate::scan::Pages::Writable).unwrap();
    assert!(bus_keys(&snapshot, &[opened]) > 0, "the scanner is blind");
    assert_eq!(bus_keys(&snapshot, &[closed]), 0);
    drop(std::hint::black_box(place));
}

#[test]
fn the_key_schedule_is_that_of_the_standard() {
    // RFC 8448 section 3: the client's application traffic secret and the key that follows from it.
    let hex = |text: &str| -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    };
    let secret = hex("9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5");
    assert_eq!(record_key(&secret), hex("17422dda596ed5d9acd890e3c63f5051"));
}
