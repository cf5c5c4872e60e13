//! A finished run of the program, and assertions about it.

/// A finished run, with its output as text.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub signal: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// The first error of an output with more than three hints, if there is one.
pub fn error_with_too_many_hints(stderr: &str) -> Option<&str> {
    let starts = stderr.match_indices("ropc: error: ").map(|(at, _)| at);
    starts.map(|at| &stderr[at..]).find(|error| {
        let lines = error.lines().skip(1);
        let own = lines
            .take_while(|line| !line.starts_with("ropc: ") || line.starts_with("ropc: hint: "));
        own.filter(|line| line.starts_with("ropc: hint: ")).count() > 3
    })
}

impl Run {
    /// Asserts the exit code, showing the output if it differs.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "stdout: {}\nstderr: {}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// Asserts that stderr holds each of the texts.
    #[track_caller]
    pub fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(
                self.stderr.contains(text),
                "`{text}` is not in:\n{}",
                self.stderr
            );
        }
        self
    }
}
