//! Among the files of a crate, imports go one way. An arrow goes from a file that names an item to
//! the file that defines it; `mod child;` is none. A facade only re-exports: no arrow ends there.
//! Which module may import which is in `imports`.

use super::modules::{Modules, made_up, read_files};
use super::{is_for_tests, sources};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// From each file to the files that it imports, with a path that it names.
type Arrows<'a> = BTreeMap<&'a str, BTreeMap<&'a str, String>>;

fn arrows<'a>(modules: &Modules<'a>) -> Arrows<'a> {
    let mut found = Arrows::new();
    for (name, module) in &modules.0 {
        for path in &module.paths {
            for file in modules.files_of(name, path).unwrap_or_default() {
                if file != module.file {
                    let from = found.entry(module.file).or_default();
                    from.entry(file).or_insert_with(|| path.join("::"));
                }
            }
        }
    }
    found
}

/// The files of the shortest circle through a file.
fn circle<'a>(arrows: &Arrows<'a>, file: &'a str) -> Option<Vec<&'a str>> {
    let mut seen = BTreeSet::new();
    let mut open = VecDeque::from([vec![file]]);
    while let Some(way) = open.pop_front() {
        for next in arrows.get(way.last()?).into_iter().flat_map(BTreeMap::keys) {
            if *next == file {
                return Some(way);
            }
            if seen.insert(next) {
                open.push_back([way.as_slice(), &[next]].concat());
            }
        }
    }
    None
}

/// The shortest circle through each file, as lines of one arrow each.
fn circles(arrows: &Arrows) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for file in arrows.keys() {
        // The same circle is found from each of its files.
        if let Some(way) = circle(arrows, file)
            && way.iter().min() == Some(file)
        {
            let ends = way.iter().cycle().skip(1);
            let arrow = |(from, to)| format!("{from} -> {to}, by `{}`", arrows[from][to]);
            found.push(way.iter().zip(ends).map(arrow).collect());
        }
    }
    found
}

#[test]
fn no_files_of_a_crate_import_each_other_in_a_circle() {
    let files = ["src", "crates", "tests/entra-emulator"]
        .into_iter()
        .flat_map(sources)
        .filter(|(name, _)| !is_for_tests(name));
    let files = read_files(files);
    let mut found = Vec::new();
    let mut count = 0;
    for root in files.keys() {
        if root.ends_with("/lib.rs") || root.ends_with("/main.rs") {
            let modules = Modules::read(&files, root);
            let arrows = arrows(&modules);
            count += arrows.values().map(BTreeMap::len).sum::<usize>();
            found.extend(circles(&arrows));
        }
    }
    assert!(count > 1500, "the control: {count} arrows are seen");
    assert!(found.is_empty(), "{found:#?}");
}

/// The circles of a made-up crate.
fn circles_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let files = made_up(files);
    circles(&arrows(&Modules::read(&files, "src/lib.rs")))
}

#[test]
fn a_circle_of_two_is_found_in_every_spelling() {
    let lib = "mod a; mod b;";
    let b = "use crate::{\n    a::A,\n};\npub struct B;";
    for (a, path) in [
        ("use crate::b::B; struct A;", "crate::b::B"),
        (
            "use crate::{\n    b::{\n        self,\n        B,\n    },\n};\nstruct A;",
            "crate::b::B",
        ),
        ("use super::b::B as Other; struct A;", "super::b::B"),
        ("struct A(crate::b::B);", "crate::b::B"),
        ("use crate::b; struct A(b::B);", "b::B"),
        ("use crate::b as c; struct A(Vec<c::B>);", "c::B"),
        ("pub(crate) use crate::b::B; struct A;", "crate::b::B"),
        (
            "struct A; mod inner { use super::super::b::B; }",
            "super::b::B",
        ),
        (
            "struct A; fn a() { crate::b::made_by_a_macro() }",
            "crate::b::made_by_a_macro",
        ),
    ] {
        let circle = [
            format!("src/a.rs -> src/b.rs, by `{path}`"),
            "src/b.rs -> src/a.rs, by `crate::a::A`".to_owned(),
        ];
        let found = circles_of(&[("src/lib.rs", lib), ("src/a.rs", a), ("src/b.rs", b)]);
        assert_eq!(found, [circle], "{a}");
    }
    for a in [
        "struct A; mod b { pub struct B; } use self::b::B;",
        "struct A; // crate::b::B",
        "struct A; const TEXT: &str = \"crate::b::B\";",
        "struct A; #[cfg(test)] mod tests { use crate::b::B; }",
        "use crate::b; use other::b::B; struct A;",
    ] {
        let found = circles_of(&[("src/lib.rs", lib), ("src/a.rs", a), ("src/b.rs", b)]);
        assert!(found.is_empty(), "{a}: {found:?}");
    }
}

#[test]
fn a_circle_through_a_facade_names_the_files_that_define() {
    let found = circles_of(&[
        ("src/lib.rs", "mod a; mod b; mod c;"),
        ("src/a/mod.rs", "mod deep; pub use deep::{Deep as Shown};"),
        ("src/a/deep.rs", "use super::super::b::B; pub struct Deep;"),
        ("src/b.rs", "pub struct B(crate::c::C);"),
        ("src/c.rs", "use crate::{a::Shown};\npub struct C;"),
    ]);
    let circle = [
        "src/a/deep.rs -> src/b.rs, by `super::super::b::B`",
        "src/b.rs -> src/c.rs, by `crate::c::C`",
        "src/c.rs -> src/a/deep.rs, by `crate::a::Shown`",
    ];
    assert_eq!(found, [circle]);
}

#[test]
fn a_file_with_definitions_that_re_exports_its_child_is_above_it() {
    let circles_with = |child| {
        let parent = "mod child; pub(crate) use child::Child; struct Own;";
        circles_of(&[
            ("src/lib.rs", "mod parent;"),
            ("src/parent.rs", parent),
            ("src/parent/child.rs", child),
        ])
    };
    let circle = [
        "src/parent.rs -> src/parent/child.rs, by `child::Child`",
        "src/parent/child.rs -> src/parent.rs, by `super::Own`",
    ];
    assert_eq!(circles_with("use super::Own; pub struct Child;"), [circle]);
    assert!(circles_with("pub struct Child;").is_empty());
}
