//! Windows: a port of the loopback interface for this process alone.

use std::io;
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::os::windows::io::{FromRawSocket, RawSocket};
use windows_sys::Win32::Networking::WinSock as ws;

/// Listens on a free port of 127.0.0.1 for this process alone: without `SO_EXCLUSIVEADDRUSE`
/// another process could bind it too, with `SO_REUSEADDR` (Microsoft: "Using `SO_REUSEADDR` and
/// `SO_EXCLUSIVEADDRUSE`").
pub(crate) fn loopback_listener() -> io::Result<TcpListener> {
    // The standard library starts Winsock before its first socket, so open and close one.
    drop(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?);
    let failed = || io::Error::last_os_error();
    let on = 1_i32;
    let address = ws::SOCKADDR_IN {
        sin_family: ws::AF_INET,
        sin_port: 0,
        sin_addr: ws::IN_ADDR {
            S_un: ws::IN_ADDR_0 {
                S_addr: u32::from_ne_bytes([127, 0, 0, 1]),
            },
        },
        sin_zero: [0; 8],
    };
    let size = |bytes: usize| i32::try_from(bytes).map_err(io::Error::other);
    // SAFETY: all pointers are to locals that outlive the calls, with their sizes; the socket is
    // owned by the listener as soon as it exists, which closes it in every case.
    unsafe {
        let socket = ws::WSASocketW(
            i32::from(ws::AF_INET),
            ws::SOCK_STREAM,
            ws::IPPROTO_TCP,
            std::ptr::null(),
            0,
            ws::WSA_FLAG_OVERLAPPED | ws::WSA_FLAG_NO_HANDLE_INHERIT,
        );
        if socket == ws::INVALID_SOCKET {
            return Err(failed());
        }
        let listener = TcpListener::from_raw_socket(socket as RawSocket);
        let option = (&raw const on).cast();
        let length = size(size_of_val(&on))?;
        if ws::setsockopt(
            socket,
            ws::SOL_SOCKET,
            ws::SO_EXCLUSIVEADDRUSE,
            option,
            length,
        ) != 0
            || ws::bind(
                socket,
                (&raw const address).cast(),
                size(size_of_val(&address))?,
            ) != 0
            || ws::listen(socket, 128) != 0
        {
            return Err(failed());
        }
        Ok(listener)
    }
}
