//! Connections to programs of this machine: within a time, and who is on the other side. The
//! standard library does neither. The only place of this crate with `unsafe`, all of it for system
//! calls.

use std::io;
use std::mem::{offset_of, size_of};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// Where a program of this machine listens.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LocalName {
    /// A file.
    Path(Vec<u8>),
    /// A name in Linux's namespace without files.
    Abstract(Vec<u8>),
}

/// The number of the account this process runs as.
pub(crate) fn effective_uid() -> u32 {
    // SAFETY: geteuid has no preconditions and cannot fail.
    unsafe { libc::geteuid() }
}

/// Connects within this time. A plain `connect` waits for ever where the queue of a server that was
/// stopped is full; here that is [`io::ErrorKind::WouldBlock`].
pub(crate) fn connect_local(name: &LocalName, limit: Duration) -> io::Result<UnixStream> {
    let (address, length) = address(name)?;
    // SAFETY: plain system call; the descriptor is checked and owned at once.
    let stream = unsafe {
        let descriptor = libc::socket(libc::AF_UNIX, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0);
        if descriptor < 0 {
            return Err(io::Error::last_os_error());
        }
        UnixStream::from(OwnedFd::from_raw_fd(descriptor))
    };
    // Linux takes the bound on sending for connecting as well (socket(7)); elsewhere a full queue
    // refuses at once.
    stream.set_write_timeout(Some(limit))?;
    loop {
        // SAFETY: the address is a local that is longer than the length says.
        let connected =
            unsafe { libc::connect(stream.as_raw_fd(), (&raw const address).cast(), length) };
        match io::Error::last_os_error() {
            _ if connected == 0 => return Ok(stream),
            error if error.kind() == io::ErrorKind::Interrupted => {}
            error => return Err(error),
        }
    }
}

fn address(name: &LocalName) -> io::Result<(libc::sockaddr_un, libc::socklen_t)> {
    // SAFETY: a structure of numbers, for which all zeros is a value.
    let mut address: libc::sockaddr_un = unsafe { std::mem::zeroed() };
    address.sun_family =
        libc::sa_family_t::try_from(libc::AF_UNIX).map_err(|_| io::ErrorKind::Unsupported)?;
    // A path ends with a zero; a name without a file begins with one and ends where the length
    // says.
    let (start, bytes) = match name {
        LocalName::Path(bytes) => (0, bytes),
        LocalName::Abstract(bytes) if cfg!(target_os = "linux") => (1, bytes),
        LocalName::Abstract(_) => return Err(io::ErrorKind::Unsupported.into()),
    };
    if start + bytes.len() >= address.sun_path.len() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    for (to, from) in address.sun_path[start..].iter_mut().zip(bytes) {
        *to = from.cast_signed() as libc::c_char;
    }
    let length = offset_of!(libc::sockaddr_un, sun_path) + bytes.len() + 1;
    Ok((
        address,
        libc::socklen_t::try_from(length).map_err(|_| io::ErrorKind::InvalidInput)?,
    ))
}

/// The account of the program that listens on the other side, as the kernel noted it.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn peer_uid(stream: &UnixStream) -> io::Result<u32> {
    let mut peer = libc::ucred {
        pid: 0,
        uid: u32::MAX,
        gid: u32::MAX,
    };
    let mut length = libc::socklen_t::try_from(size_of::<libc::ucred>())
        .map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: the kernel writes at most `length` bytes into a local of that size.
    let answered = unsafe {
        let (level, option) = (libc::SOL_SOCKET, libc::SO_PEERCRED);
        libc::getsockopt(
            stream.as_raw_fd(),
            level,
            option,
            (&raw mut peer).cast(),
            &raw mut length,
        )
    };
    if answered == 0 {
        Ok(peer.uid)
    } else {
        Err(io::Error::last_os_error())
    }
}

/// The account of the program that listens on the other side, as the kernel noted it.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn peer_uid(stream: &UnixStream) -> io::Result<u32> {
    let (mut uid, mut gid) = (u32::MAX, u32::MAX);
    // SAFETY: the kernel writes into two locals.
    let answered = unsafe { libc::getpeereid(stream.as_raw_fd(), &raw mut uid, &raw mut gid) };
    if answered == 0 {
        Ok(uid)
    } else {
        Err(io::Error::last_os_error())
    }
}

/// A stopped bus: it accepts no connection, and one client fills its queue.
#[cfg(test)]
pub(crate) fn listen_to_one(
    path: &std::path::Path,
) -> io::Result<std::os::unix::net::UnixListener> {
    let listener = std::os::unix::net::UnixListener::bind(path)?;
    // SAFETY: a plain system call on a descriptor that is open.
    let shortened = unsafe { libc::listen(listener.as_raw_fd(), 0) };
    if shortened == 0 {
        Ok(listener)
    } else {
        Err(io::Error::last_os_error())
    }
}
