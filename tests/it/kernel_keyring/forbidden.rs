//! Sessions and sandboxes with another kernel keyring, or without one.

use super::{content, key_name, raw_add, raw_unlink, serial, warm};
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Before `exec`: a new session keyring without links, as a systemd service has it.
fn private_session(command: &mut Command) {
    // SAFETY: one system call, which touches no memory of this process.
    unsafe {
        command.pre_exec(|| {
            let none = std::ptr::null::<libc::c_char>();
            match libc::syscall(
                libc::SYS_keyctl,
                libc::KEYCTL_JOIN_SESSION_KEYRING,
                none,
                0,
                0,
                0,
            ) {
                -1 => Err(std::io::Error::last_os_error()),
                _ => Ok(()),
            }
        });
    }
}

#[test]
fn a_private_session_keyring_does_not_hide_the_copy() {
    let Some((sandbox, daemon)) = warm(3600) else {
        return;
    };
    let (name, args) = (key_name(&sandbox), ["exec", "--", "true"]);
    daemon.lock();
    let run = |title: &str| {
        let mut command = sandbox.command(args);
        private_session(&mut command);
        sandbox.finish(title, command, &[])
    };
    run("with the copy").expect(0);
    // Control: a key with ordinary rights in the same place cannot be read there.
    let key = content(&name).unwrap();
    raw_unlink(&name);
    assert!(raw_add(&name, &key) > 0);
    assert_eq!(
        sandbox.run(&args).code,
        Some(0),
        "an ordinary session reads an ordinary key"
    );
    run("without its rights").expect(125).says(&["locked"]);
}

/// From now on `add_key`, and `keyctl` too if `both`, fail with this error: as in containers, or
/// with a full quota.
fn forbid(command: &mut Command, error: i32, both: bool) {
    let jump = |number: i64, to: u8| libc::sock_filter {
        code: 0x15,
        jt: to,
        jf: 0,
        k: number as u32,
    };
    let program = [
        libc::sock_filter {
            code: 0x20,
            jt: 0,
            jf: 0,
            k: 0,
        },
        jump(libc::SYS_add_key, 2),
        jump(
            if both {
                libc::SYS_keyctl
            } else {
                libc::SYS_add_key
            },
            1,
        ),
        libc::sock_filter {
            code: 0x06,
            jt: 0,
            jf: 0,
            k: 0x7fff_0000,
        },
        libc::sock_filter {
            code: 0x06,
            jt: 0,
            jf: 0,
            k: 0x0005_0000 | error as u32,
        },
    ];
    // SAFETY: two system calls; the filter is alive until they return.
    unsafe {
        command.pre_exec(move || {
            let filter = libc::sock_fprog {
                len: program.len() as u16,
                filter: program.as_ptr().cast_mut(),
            };
            let done = libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
                && libc::prctl(
                    libc::PR_SET_SECCOMP,
                    libc::SECCOMP_MODE_FILTER,
                    &raw const filter,
                ) == 0;
            if done {
                Ok(())
            } else {
                Err(std::io::Error::last_os_error())
            }
        });
    }
}

#[test]
fn if_the_kernel_keyring_is_forbidden_ropc_asks_the_keyring_without_a_message() {
    let Some((sandbox, daemon)) = warm(3600) else {
        return;
    };
    let name = key_name(&sandbox);
    for (error, both) in [
        (libc::EPERM, true),
        (libc::ENOSYS, true),
        (libc::EDQUOT, false),
        (libc::EACCES, true),
    ] {
        raw_unlink(&name);
        let run = |args: &[&str]| {
            let mut command = sandbox.command(args);
            forbid(&mut command, error, both);
            sandbox.finish("forbidden", command, &[]).expect(0)
        };
        assert_eq!(run(&["exec", "--", "true"]).stderr, "");
        assert_eq!(run(&["token", "--refresh"]).stderr, "");
        assert!(
            run(&["status", "--json"])
                .stdout
                .contains("\"key\":\"store\"")
        );
        run(&["exec", "--verbose", "--", "true"]).says(&["kernel keyring is not used here"]);
        let said = run(&["doctor"]).stdout;
        assert!(
            said.contains("the kernel keyring is not used here"),
            "{said}"
        );
        assert_eq!(serial(&name), None, "nothing was laid down");
    }
    // Control: if it is allowed, the same run makes the copy, and then needs no keyring.
    sandbox.run(&["exec", "--", "true"]).expect(0);
    daemon.lock();
    sandbox.run(&["exec", "--", "true"]).expect(0);
}
