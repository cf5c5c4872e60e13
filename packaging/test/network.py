"""network.py LOG: a DNS server on 127.0.0.1:53 that knows localhost, and a proxy that opens tunnels to this machine. It prints the
port of the proxy, and LOG gets a line for each question. It runs until it is ended."""
import socket, struct, sys, threading

log = open(sys.argv[1], "a", buffering=1)


def name_of(question):
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]].decode())
        at += question[at] + 1
    return ".".join(labels), question[12 : at + 5]


def answer_names(server):
    while True:
        question, client = server.recvfrom(512)
        name, asked = name_of(question)
        log.write(f"name {name}\n")
        known = name == "localhost" and asked[-4:-2] == b"\0\1"
        flags = 0x8180 if name == "localhost" else 0x8183
        head = question[:2] + struct.pack(">5H", flags, 1, int(known), 0, 0)
        address = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1" if known else b""
        server.sendto(head + asked + address, client)


def copy(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # The other side has closed the connection.


def open_tunnel(client):
    head = b""
    while b"\r\n\r\n" not in head:
        head += client.recv(4096)
    target = head.split()[1].decode()
    log.write(f"connect {target}\n")
    upstream = socket.create_connection(("127.0.0.1", int(target.rsplit(":", 1)[1])))
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    threading.Thread(target=copy, args=(upstream, client), daemon=True).start()
    copy(client, upstream)


names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
names.bind(("127.0.0.1", 53))
threading.Thread(target=answer_names, args=(names,), daemon=True).start()
proxy = socket.create_server(("127.0.0.1", 0))
print(proxy.getsockname()[1], flush=True)
while True:
    threading.Thread(target=open_tunnel, args=(proxy.accept()[0],), daemon=True).start()
