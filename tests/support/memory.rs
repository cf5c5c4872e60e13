//! The memory of another process: a snapshot of every present page, and a search for secrets in
//! every encoding, whole and in pieces. Linux only; only root can read a process that makes itself
//! unreadable.

use super::leaks;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::os::unix::fs::FileExt;

const PAGE: u64 = 4096;
/// The fewest characters of a piece: shorter ones are chance.
const PIECE: usize = 8;

/// Every page of a process that was present (or swapped) at one moment: heap, stacks, data, and the
/// pages of files.
pub struct Snapshot {
    regions: Vec<Region>,
}

/// Pages that follow each other in one mapping.
pub struct Region {
    pub name: String,
    /// The address of the first byte.
    pub start: u64,
    /// True if the process may have written there.
    pub writable: bool,
    pub content: Vec<u8>,
}

/// Which pages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pages {
    /// All of them.
    Present,
    /// Those that the process itself may have written: fast enough for a snapshot at each system
    /// call.
    Writable,
}

impl Snapshot {
    /// Takes a snapshot to search later, so that the process does not go on meanwhile. Fails if
    /// this account may not read the process.
    pub fn take(pid: u32, pages: Pages) -> std::io::Result<Self> {
        let maps = std::fs::read_to_string(format!("/proc/{pid}/maps"))?;
        let memory = File::open(format!("/proc/{pid}/mem"))?;
        let pagemap = File::open(format!("/proc/{pid}/pagemap"))?;
        let mut regions = Vec::new();
        for line in maps.lines() {
            let mut words = line.split_ascii_whitespace();
            let (range, mode) = (
                words.next().unwrap_or_default(),
                words.next().unwrap_or_default(),
            );
            let name = words.nth(3).unwrap_or("anonymous").to_owned();
            // These two belong to the kernel and cannot be read through the file.
            let writable = mode.contains('w');
            if name == "[vvar]" || name == "[vsyscall]" || (pages == Pages::Writable && !writable) {
                continue;
            }
            let (from, to) = range.split_once('-').expect("a range");
            let address = |text: &str| u64::from_str_radix(text, 16).expect("a hexadecimal number");
            for (at, length) in present(&pagemap, address(from), address(to))? {
                let mut content = vec![0u8; usize::try_from(length).expect("a region")];
                // A page that has just gone away is skipped.
                if memory.read_exact_at(&mut content, at).is_ok() {
                    regions.push(Region {
                        name: name.clone(),
                        start: at,
                        writable,
                        content,
                    });
                }
            }
        }
        Ok(Self { regions })
    }

    /// Its size in bytes.
    pub fn size(&self) -> usize {
        self.regions.iter().map(|region| region.content.len()).sum()
    }

    /// All of it.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// How often these bytes occur.
    pub fn count(&self, bytes: &[u8]) -> usize {
        let finder = AhoCorasick::new([bytes]).expect("a pattern");
        self.regions
            .iter()
            .map(|region| finder.find_iter(&region.content).count())
            .sum()
    }

    /// How many pieces of 8 bytes of a message occur, without overlap: what a moved struct takes
    /// along between its fields is as short.
    pub fn pieces_of(&self, message: &[u8]) -> usize {
        let pieces: HashSet<&[u8]> = message.windows(PIECE).collect();
        let finder = AhoCorasick::new(pieces).expect("patterns");
        self.regions
            .iter()
            .map(|region| finder.find_iter(&region.content).count())
            .sum()
    }

    /// How many of a message's 16-byte blocks occur: any piece of 31 bytes or more has one.
    pub fn blocks_of(&self, message: &[u8]) -> usize {
        let blocks: HashSet<&[u8]> = message.chunks_exact(16).collect();
        let finder = AhoCorasick::new(blocks).expect("patterns");
        self.regions
            .iter()
            .map(|region| finder.find_iter(&region.content).count())
            .sum()
    }
}

/// The `VmFlags` of the one mapping that holds these bytes (`proc_pid_smaps(5)`: `lo` is locked,
/// `dd` is left out of dumps).
pub fn flags_around(pid: u32, bytes: &[u8]) -> Vec<String> {
    let snapshot = Snapshot::take(pid, Pages::Writable).unwrap();
    let regions: Vec<_> = snapshot
        .regions()
        .iter()
        .filter(|r| r.content.windows(bytes.len()).any(|window| window == bytes))
        .collect();
    let [region] = regions.as_slice() else {
        panic!("in {} places", regions.len())
    };
    let smaps = std::fs::read_to_string(format!("/proc/{pid}/smaps")).unwrap();
    let mut inside = false;
    for line in smaps.lines() {
        if let Some((from, to)) = line
            .split(' ')
            .next()
            .and_then(|range| range.split_once('-'))
        {
            let address = |text: &str| u64::from_str_radix(text, 16).unwrap_or_default();
            inside = (address(from)..address(to)).contains(&region.start);
        } else if let Some(flags) = line.strip_prefix("VmFlags:").filter(|_| inside) {
            return flags.split_ascii_whitespace().map(str::to_owned).collect();
        }
    }
    panic!("no mapping at {:x}", region.start)
}

/// The runs of pages that are present or swapped out: (address, length).
fn present(pagemap: &File, from: u64, to: u64) -> std::io::Result<Vec<(u64, u64)>> {
    let mut entries = vec![0u8; usize::try_from((to - from) / PAGE * 8).expect("a mapping")];
    pagemap.read_exact_at(&mut entries, from / PAGE * 8)?;
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for (at, entry) in (from..to).step_by(4096).zip(entries.chunks_exact(8)) {
        // Bits 63 and 62 of an entry (proc_pid_pagemap(5)).
        if u64::from_le_bytes(entry.try_into().expect("8 bytes")) >> 62 == 0 {
            continue;
        }
        match runs.last_mut() {
            Some((start, length)) if *start + *length == at => *length += PAGE,
            _ => runs.push((at, PAGE)),
        }
    }
    Ok(runs)
}

/// The findings for one secret: whole copies by encoding, and pieces of 8 characters in any
/// encoding, including those within whole copies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub whole: BTreeMap<&'static str, usize>,
    pub pieces: usize,
    /// Where: the names of the mappings.
    pub places: Vec<String>,
}

impl Found {
    pub fn is_nothing(&self) -> bool {
        self.whole.is_empty() && self.pieces == 0
    }
}

/// Searches for secrets in all their encodings, in one pass.
pub struct Finder {
    automaton: AhoCorasick,
    /// For each pattern the number of its secret, and the encoding of a whole copy, or `None` for a
    /// piece.
    meanings: Vec<(usize, Option<&'static str>)>,
    count: usize,
}

impl Finder {
    pub fn of(secrets: &[&str]) -> Self {
        let mut known = HashSet::new();
        let (mut patterns, mut meanings) = (Vec::new(), Vec::new());
        for (number, secret) in secrets.iter().enumerate() {
            let mut add = |bytes: Vec<u8>, encoding| {
                if bytes.len() >= PIECE && known.insert(bytes.clone()) {
                    patterns.push(bytes);
                    meanings.push((number, encoding));
                }
            };
            for (name, bytes) in leaks::encodings(secret) {
                add(bytes, Some(name));
            }
            let characters: Vec<char> = secret.chars().collect();
            for window in characters.windows(PIECE) {
                // The length of a piece depends on the encoding: 8 characters are 32 bytes of
                // UTF-32.
                let piece: String = window.iter().collect();
                for (_, bytes) in leaks::encodings(&piece) {
                    add(bytes, None);
                }
            }
        }
        let kind = Some(AhoCorasickKind::DFA);
        let automaton = AhoCorasick::builder()
            .kind(kind)
            .build(&patterns)
            .expect("patterns");
        Self {
            automaton,
            meanings,
            count: secrets.len(),
        }
    }

    /// The names of the encodings, in the order of the table.
    pub fn encodings() -> Vec<&'static str> {
        let mut names: Vec<&'static str> = Vec::new();
        for (name, _) in leaks::encodings("a text & more") {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The findings for each secret, in their order.
    pub fn search(&self, snapshot: &Snapshot) -> Vec<Found> {
        let mut all = vec![Found::default(); self.count];
        for region in snapshot.regions() {
            for hit in self.automaton.find_overlapping_iter(&region.content) {
                let (number, encoding) = self.meanings[hit.pattern().as_usize()];
                let found = &mut all[number];
                match encoding {
                    Some(encoding) => *found.whole.entry(encoding).or_default() += 1,
                    None => found.pieces += 1,
                }
                if !found.places.contains(&region.name) {
                    found.places.push(region.name.clone());
                }
            }
        }
        all
    }
}
