//! The documents of the repository as the tests read them: which pages there are, and the blocks of
//! code on a page. What a block has to be is the business of each test.

use std::path::{Path, PathBuf};

/// The pages at the top of the repository; all others are below `docs/`.
const AT_THE_TOP: [&str; 8] = [
    "README.md",
    "README.ja.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "CODE_OF_CONDUCT.md",
    "BENCHMARKS.md",
    "STYLE.md",
];

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a page, by its path in the repository.
pub fn page(name: &str) -> String {
    let path = root().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every page, by its path in the repository.
pub fn pages() -> Vec<String> {
    let mut found = AT_THE_TOP.map(str::to_owned).to_vec();
    found.extend(book());
    found
}

/// The pages of the book, sorted.
pub fn book() -> Vec<String> {
    let mut found = Vec::new();
    let mut directories = vec![PathBuf::from("docs")];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(root().join(&directory)).unwrap() {
            let entry = entry.unwrap();
            let path = directory.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|e| e == "md") {
                found.push(path.display().to_string().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// A block of code.
#[derive(Debug)]
pub struct Block {
    /// What the fence names; empty where it names nothing, and for an indented block.
    pub language: String,
    /// Without the fence or the indentation.
    pub text: String,
}

/// The blocks of a page, in order.
pub fn blocks(page: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut fenced = false;
    let mut indented = false;
    let mut before = "";
    for line in page.lines() {
        if let Some(language) = line.strip_prefix("```") {
            fenced = !fenced;
            indented = false;
            if fenced {
                found.push(block(language));
            }
        } else if fenced {
            add(&mut found, line);
        } else if let Some(code) = line.strip_prefix("    ") {
            if !indented && before.is_empty() {
                indented = true;
                found.push(block(""));
            }
            if indented {
                add(&mut found, code);
            }
        } else if line.is_empty() && indented {
            add(&mut found, "");
        } else {
            indented = false;
        }
        before = line;
    }
    found
}

fn block(language: &str) -> Block {
    Block {
        language: language.to_owned(),
        text: String::new(),
    }
}

fn add(blocks: &mut [Block], line: &str) {
    if let Some(last) = blocks.last_mut() {
        last.text.push_str(line);
        last.text.push('\n');
    }
}

/// The block of a page that begins with this line.
pub fn block_that_begins(name: &str, first: &str) -> String {
    blocks(&page(name))
        .into_iter()
        .find(|block| block.text.lines().next() == Some(first))
        .unwrap_or_else(|| panic!("{name} has no block that begins with {first}"))
        .text
}
