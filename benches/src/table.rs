//! The table: rows of text, printed as Markdown and written into `BENCHMARKS.md` between its marks.

use std::fmt::Write;
use std::path::Path;

/// Rows in the order of the measurements.
#[derive(Default)]
pub struct Table {
    rows: Vec<[String; 5]>,
}

impl Table {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row: the measurement, its result, the comparison, its result, and the target (empty
    /// if there is none).
    pub fn row(
        &mut self,
        measure: &str,
        value: String,
        against: &str,
        outcome: String,
        reach: &str,
    ) {
        eprintln!("{measure}: {value}; {against}: {outcome} (reach: {reach})");
        self.rows
            .push([measure.into(), value, against.into(), outcome, reach.into()]);
    }

    pub fn text(&self) -> String {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let mut text = format!(
            "{}, {cores} cores, {}, load {} at the end\n\n",
            output("date", &["-u", "+%Y-%m-%d %H:%M UTC"]),
            output("rustc", &["--version"]),
            std::fs::read_to_string("/proc/loadavg")
                .unwrap_or_default()
                .split(' ')
                .next()
                .unwrap_or_default(),
        );
        text.push_str(
            "| measure | ropc | compared with | outcome | target |\n|---|---|---|---|---|\n",
        );
        for row in &self.rows {
            let _ = writeln!(text, "| {} |", row.join(" | "));
        }
        text
    }
}

/// The output of a program, or an empty text.
pub fn output(program: &str, args: &[&str]) -> String {
    let output = std::process::Command::new(program).args(args).output();
    output
        .map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned())
        .unwrap_or_default()
}

/// Replaces the text between the marks.
pub fn write(path: &Path, table: &str) {
    const MARKS: [&str; 2] = [
        "<!-- table: written by benches/run -->\n",
        "<!-- end of the table -->",
    ];
    let text = std::fs::read_to_string(path).expect("BENCHMARKS.md is there");
    let (head, rest) = text.split_once(MARKS[0]).expect("the first mark");
    let (_, tail) = rest.split_once(MARKS[1]).expect("the second mark");
    std::fs::write(
        path,
        format!("{head}{}\n{table}\n{}{tail}", MARKS[0], MARKS[1]),
    )
    .expect("BENCHMARKS.md");
}
