//! Runs a command at a new pseudo-terminal, as the leader of its session; a test reads and types at
//! it like a person.

#![allow(
    unsafe_code,
    reason = "a terminal of its own needs posix_openpt, setsid and TIOCSCTTY, which std does not offer"
)]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The longest wait. Generous, as a loaded machine is no failure.
const PATIENCE: Duration = Duration::from_secs(60);

/// A command at a terminal.
pub struct Terminal {
    keyboard: File,
    /// Open to the end, so that the test can read the settings after the end of the command.
    screen: Option<File>,
    seen: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
    child: Child,
    at_first: String,
}

/// Opens both sides of a new terminal, always with close-on-exec: another test may start a program
/// at any moment, and a program that inherits the screen keeps it open for as long as it runs.
fn open() -> (File, File) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let size = libc::winsize {
        ws_row: 40,
        ws_col: 200,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // After a failed test the others may still take the lock.
    let _guard = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    // SAFETY: numbers and one local struct; the name is a static buffer of the C library, copied
    // under the lock.
    let (keyboard, name) = unsafe {
        let keyboard = libc::posix_openpt(libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC);
        assert!(keyboard >= 0, "no pseudo-terminal");
        let keyboard = File::from_raw_fd(keyboard);
        assert_eq!(
            libc::grantpt(keyboard.as_raw_fd()),
            0,
            "no rights to the pseudo-terminal"
        );
        assert_eq!(
            libc::unlockpt(keyboard.as_raw_fd()),
            0,
            "the pseudo-terminal stays locked"
        );
        let name = libc::ptsname(keyboard.as_raw_fd());
        assert!(!name.is_null(), "the pseudo-terminal has no name");
        (
            keyboard,
            std::ffi::CStr::from_ptr(name).to_str().unwrap().to_owned(),
        )
    };
    let screen = File::options()
        .read(true)
        .write(true)
        .custom_flags(libc::O_NOCTTY)
        .open(name)
        .unwrap();
    // SAFETY: reads one local struct.
    let done = unsafe { libc::ioctl(screen.as_raw_fd(), libc::TIOCSWINSZ, &raw const size) };
    assert_eq!(done, 0, "no size");
    (keyboard, screen)
}

impl Terminal {
    /// Starts the command with the terminal as its standard input, output and error.
    pub fn start(mut command: Command) -> Self {
        let (keyboard, screen) = open();
        let stdio = || Stdio::from(screen.try_clone().unwrap());
        let at_first = stty(&screen);
        command.stdin(stdio()).stdout(stdio()).stderr(stdio());
        // SAFETY: both calls are async-signal-safe; descriptor 0 is the terminal by then.
        unsafe {
            command.pre_exec(|| {
                libc::setsid();
                #[allow(
                    clippy::useless_conversion,
                    reason = "the constant has another type on macOS"
                )]
                let request = libc::c_ulong::from(libc::TIOCSCTTY);
                if libc::ioctl(0, request, 0) == 0 {
                    Ok(())
                } else {
                    Err(std::io::Error::last_os_error())
                }
            });
        }
        let child = command.spawn().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (mut source, sink) = (keyboard.try_clone().unwrap(), Arc::clone(&seen));
        let reader = std::thread::spawn(move || {
            let mut buffer = [0u8; 4096];
            // An error means that the last holder of the other side is gone.
            while let Ok(count @ 1..) = source.read(&mut buffer) {
                sink.lock().unwrap().extend_from_slice(&buffer[..count]);
            }
        });
        Self {
            keyboard,
            screen: Some(screen),
            seen,
            reader: Some(reader),
            child,
            at_first,
        }
    }

    /// The process id of the command.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The output so far.
    pub fn seen(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().unwrap()).into_owned()
    }

    /// Waits until the output has the text.
    #[track_caller]
    pub fn wait_for(&self, text: &str) {
        self.wait_until(|t| t.seen().contains(text), text);
    }

    /// Waits until the condition holds.
    #[track_caller]
    pub fn wait_until(&self, condition: impl Fn(&Self) -> bool, what: &str) {
        let end = Instant::now() + PATIENCE;
        while !condition(self) {
            assert!(
                Instant::now() < end,
                "`{what}` did not come; output:\n{}",
                self.seen()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Types these keys.
    pub fn send(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits for a question and types the answer with the return key. For a secret, first waits
    /// until the echo is off.
    #[track_caller]
    pub fn answer(&mut self, question: &str, answer: &str, secret: bool) {
        self.wait_for(question);
        if secret {
            self.wait_until(|t| !t.echoes(), "echo to go off");
        }
        self.send(&format!("{answer}\r"));
    }

    /// Whether the terminal echoes typed keys.
    pub fn echoes(&self) -> bool {
        let screen = self.screen.as_ref().unwrap();
        // SAFETY: the descriptor is open, and a zeroed termios is a valid buffer to be filled.
        let settings = unsafe {
            let mut settings: libc::termios = std::mem::zeroed();
            assert_eq!(libc::tcgetattr(screen.as_raw_fd(), &raw mut settings), 0);
            settings
        };
        settings.c_lflag & libc::ECHO != 0
    }

    /// Changes a setting with `stty`, like a shell.
    pub fn set(&self, what: &str) {
        let stdin = Stdio::from(self.screen.as_ref().unwrap().try_clone().unwrap());
        assert!(
            Command::new("stty")
                .args(what.split(' '))
                .stdin(stdin)
                .status()
                .unwrap()
                .success()
        );
    }

    /// Gives the terminal this many columns.
    pub fn resize(&self, columns: u16) {
        self.set(&format!("cols {columns}"));
    }

    /// Every setting of the terminal, as `stty -a` shows them.
    pub fn stty(&self) -> String {
        stty(self.screen.as_ref().unwrap())
    }

    /// The settings before the command was started.
    pub fn stty_at_first(&self) -> &str {
        &self.at_first
    }

    /// Waits for the end of the command; the terminal stays.
    pub fn wait(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                Instant::now() < end,
                "it does not end; output:\n{}",
                self.seen()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits for the end and returns the whole output, for the scan.
    pub fn finish(mut self) -> Output {
        let status = self.wait();
        self.screen = None;
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        let stdout = self.seen.lock().unwrap().clone();
        Output {
            status,
            stdout,
            stderr: Vec::new(),
        }
    }
}

fn stty(screen: &File) -> String {
    let stdin = Stdio::from(screen.try_clone().unwrap());
    String::from_utf8(
        Command::new("stty")
            .arg("-a")
            .stdin(stdin)
            .output()
            .unwrap()
            .stdout,
    )
    .unwrap()
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
