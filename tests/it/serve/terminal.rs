//! Keys at a terminal: a pseudo-terminal from `script` (util-linux), the keys as bytes.

use crate::support::{ROPC, Sandbox, needs};
use std::io::{Read, Write};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

struct Terminal {
    script: Child,
    screen: String,
    bytes: Receiver<Vec<u8>>,
}

impl Terminal {
    /// `None` if there is no `script`.
    fn open(sandbox: &Sandbox, command: &str) -> Option<Self> {
        let mut script = sandbox.program("script");
        script
            .args(["-qec", command, "/dev/null"])
            .env("TERM", "dumb")
            .env("SHELL", "/bin/sh")
            .stdin(Stdio::piped())
            .stderr(Stdio::null());
        crate::support::default_signals(&mut script);
        if !needs::programs(&["script"]) {
            return None;
        }
        let mut script = script.spawn().unwrap();
        let mut out = script.stdout.take().unwrap();
        let (tell, bytes) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0u8; 4096];
            while let Ok(n @ 1..) = out.read(&mut buffer) {
                if tell.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        Some(Self {
            script,
            screen: String::new(),
            bytes,
        })
    }

    /// Waits until the text is on the screen.
    #[track_caller]
    fn expect(&mut self, text: &str) {
        let started = Instant::now();
        while !self.screen.contains(text) {
            match self.bytes.recv_timeout(Duration::from_secs(1)) {
                Ok(bytes) => self.screen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => assert!(
                    started.elapsed() < Duration::from_secs(60),
                    "no `{text}` on:\n{}",
                    self.screen
                ),
            }
        }
    }

    fn press(&mut self, keys: &[u8]) {
        self.script.stdin.as_mut().unwrap().write_all(keys).unwrap();
    }

    fn close(mut self) -> (i32, String) {
        let code = self.script.wait().unwrap().code().unwrap_or(-1);
        while let Ok(bytes) = self.bytes.recv_timeout(Duration::from_millis(500)) {
            self.screen.push_str(&String::from_utf8_lossy(&bytes));
        }
        (code, self.screen)
    }
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    sandbox
}

#[test]
fn ctrl_c_reaches_the_child_once() {
    let sandbox = sandbox();
    let child = "trap 'n=$((n+1)); echo INT=$n' INT; echo rea''dy; i=0; while [ $i -lt 40 ]; do sleep 0.05; i=$((i+1)); done; echo total=$n; exit 6";
    std::fs::write(sandbox.root().join("child.sh"), child).unwrap();
    let Some(mut terminal) = Terminal::open(
        &sandbox,
        &format!("exec {ROPC} exec --serve -- sh child.sh"),
    ) else {
        return;
    };
    terminal.expect("ready");
    terminal.press(b"\x03");
    terminal.expect("INT=1");
    terminal.expect("total=");
    let (code, screen) = terminal.close();
    assert!(screen.contains("total=1"), "{screen}");
    assert_eq!(code, 6, "{screen}");
}

#[test]
fn ctrl_c_ends_job_and_parent_by_the_signal() {
    let sandbox = sandbox();
    std::fs::write(
        sandbox.root().join("child.sh"),
        "echo rea''dy; exec sleep 30",
    )
    .unwrap();
    let Some(mut terminal) = Terminal::open(
        &sandbox,
        &format!("exec {ROPC} exec --serve -- sh child.sh"),
    ) else {
        return;
    };
    terminal.expect("ready");
    terminal.press(b"\x03");
    let (code, screen) = terminal.close();
    assert_eq!(code, 128 + 2, "{screen}");
}

#[test]
fn a_child_in_its_own_group_gets_the_signals_that_the_terminal_does_not_send_it() {
    let sandbox = sandbox();
    let child = r"
import os, signal, time
def got(*_):
    os.write(1, b'moved child got INT\n')
    os._exit(9)
os.setpgid(0, 0)
signal.signal(signal.SIGINT, got)
os.write(1, b'rea' + b'dy\n')
time.sleep(30)
";
    std::fs::write(sandbox.root().join("child.py"), child).unwrap();
    if !needs::programs(&["python3"]) {
        return;
    }
    let Some(mut terminal) = Terminal::open(
        &sandbox,
        &format!("exec {ROPC} exec --serve -- /usr/bin/env python3 child.py"),
    ) else {
        return;
    };
    terminal.expect("ready");
    terminal.press(b"\x03");
    terminal.expect("moved child got INT");
    let (code, screen) = terminal.close();
    assert_eq!(code, 9, "{screen}");
}

#[test]
fn ctrl_z_gives_the_shell_its_prompt_and_fg_goes_on() {
    let sandbox = sandbox();
    let child = "echo rea''dy; read -r line; echo \"line: $line\"; exit 9";
    std::fs::write(sandbox.root().join("child.sh"), child).unwrap();
    let shell = format!(
        "set -m\n{ROPC} exec --serve -- sh child.sh\necho \"shell has $?\"\nfg %1\necho \"code $?\"\n"
    );
    std::fs::write(sandbox.root().join("shell.sh"), shell).unwrap();
    let Some(mut terminal) = Terminal::open(&sandbox, "bash shell.sh") else {
        return;
    };
    terminal.expect("ready");
    terminal.press(b"\x1a");
    // 128 + SIGTSTP, as the shell saw the job stop.
    terminal.expect("shell has 148");
    terminal.press(b"hello\n");
    terminal.expect("line: hello");
    terminal.expect("code 9");
    assert_eq!(terminal.close().0, 0);
}

#[test]
fn a_stop_from_a_process_stops_both() {
    let sandbox = sandbox();
    let shell = format!(
        "set -m\n{ROPC} exec --serve -- sh child.sh\necho \"shell has $?\"\nps -o stat= -p $(cat child.pid)\nfg %1\necho \"code $?\"\n"
    );
    std::fs::write(sandbox.root().join("shell.sh"), shell).unwrap();
    std::fs::write(
        sandbox.root().join("child.sh"),
        "echo $$ >child.pid; echo rea''dy; kill -TSTP $PPID; read -r line; exit 4",
    )
    .unwrap();
    let Some(mut terminal) = Terminal::open(&sandbox, "bash shell.sh") else {
        return;
    };
    terminal.expect("ready");
    terminal.expect("shell has 148");
    terminal.expect("T");
    terminal.press(b"hello\n");
    terminal.expect("code 4");
    assert_eq!(terminal.close().0, 0);
}
