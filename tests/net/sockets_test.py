#!/usr/bin/env python3
"""Streams against sockets of another program: resets, half-closed and slow peers, back-pressure, many connections.
sockets_test.py PROGRAM"""
import asyncio
import os
import socket
import struct
import tempfile
import threading
import time

from peers import ARUN, check, check_run, finish, run, server, start

GIBIBYTE = 1 << 30
SANITIZED = "asan" in ARUN
BULK = GIBIBYTE >> (3 if SANITIZED else 0)
MANY = 1000 if SANITIZED else 10_000
# What garbage there may be; AddressSanitizer keeps what is freed.
LOOSE = (512 if SANITIZED else 64) << 20


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def read_all(connection):
    pieces = []
    while piece := connection.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


def resets():
    def after_a_line(connection):
        connection.recv(100)
        reset(connection)

    code = """
      local stream <close> = net.connect(ip(...))
      stream:write("hello")
      local ok, err = pcall(stream.read, stream)
      print(err.kind, err.code, err.operation, err.address == "127.0.0.1:" .. ..., err.message:match("^read 127.0.0.1:%d+: "))
      print(outcome(stream.read, stream), outcome(stream.read_all, stream), outcome(stream.write, stream, "x"))
    """
    port, _ = server(after_a_line)
    check_run("a reset while reading",
              f"io\tECONNRESET\tread\ttrue\tread 127.0.0.1:{port}: \nio ECONNRESET\tio ECONNRESET\tio EPIPE\n", code, port)

    def after_data(connection):
        connection.sendall(b"all that there is")
        connection.recv(100)
        reset(connection)

    port, _ = server(after_data)
    check_run("what came before a reset is read", "17\nio ECONNRESET\n", """
      local stream <close> = net.connect(ip(...))
      local reading = async.create_task(function() return #stream:read_exactly(17) end)
      print(async.await(reading))
      stream:write("now")
      print(outcome(stream.read, stream))
    """, port)

    port, _ = server(lambda connection: reset(connection))
    seen = run("""
      local port = ...
      print(outcome(function()
        local stream = net.connect(ip(port))
        for _ = 1, 1000 do stream:write(("x"):rep(100000)) end
      end))
    """, port)
    check("a reset while writing", seen in ("io ECONNRESET\n", "io EPIPE\n"), seen)


def half_close():
    def answer_after_the_end(connection):
        received = read_all(connection)
        connection.sendall(b"got %d" % len(received))

    port, _ = server(answer_after_the_end)
    check_run("a half-closed connection still reads", "got 300000\n", """
      local stream <close> = net.connect(ip(...))
      stream:write(("x"):rep(300000))
      stream:shutdown()
      print(stream:read_all())
    """, port)

    received = []

    def end_first(connection):
        connection.sendall(b"request")
        connection.shutdown(socket.SHUT_WR)
        received.append(read_all(connection))

    port, thread = server(end_first)
    check_run("one whose peer has ended its output can still write", "request\tnil\n", """
      local stream <close> = net.connect(ip(...))
      print(stream:read_exactly(7), stream:read())
      for i = 1, 1000 do stream:write(i, ";") end
    """, port)
    thread.join()
    check("and all of it arrives", received[0] == b"".join(b"%d;" % i for i in range(1, 1001)), received[0][-20:])


def slow_peer():
    def byte_by_byte(connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in b"first line\nsecond line\r\nthe rest":
            connection.sendall(bytes([byte]))
            time.sleep(0.0005)

    port, _ = server(byte_by_byte)
    check_run("lines that come byte by byte", "first line|second line|the rest|\n", """
      local stream <close> = net.connect(ip(...))
      for line in stream:lines() do io.write(line, "|") end
      print()
    """, port)


def back_pressure():
    """A mebibyte may be on its way; a gibibyte must not be in memory."""
    sent = []

    def push(connection):
        block = b"x" * (1 << 20)
        for _ in range(BULK // len(block)):
            connection.sendall(block)
            sent.append(len(block))

    port, _ = server(push)
    process, code = start("""
      local port, loose = ...
      local stream <close> = net.connect(ip(port))
      stream:read(1)
      local before, most, received = memory(), 0, 1
      async.sleep(0.5)
      print("paused", (memory() - before) < 4 << 20)
      while true do
        local data = stream:read()
        if not data then break end
        received = received + #data
        if received % (1 << 26) < #data then collectgarbage() most = math.max(most, memory()) end
      end
      print(received, (most - before) < tonumber(loose))
    """, port, LOOSE)
    out, err = process.communicate(code, timeout=300)
    check("a reader that pauses holds nothing in memory, then reads all", out == f"paused\ttrue\n{BULK}\ttrue\n", out + err)

    total = []

    def slow_start(connection):
        time.sleep(0.5)
        count = 0
        while piece := connection.recv(1 << 20):
            count += len(piece)
        total.append(count)

    port, thread = server(slow_start)
    seen = run("""
      local port, bulk = ...
      local stream <close> = net.connect(ip(port))
      local block, before, most = ("x"):rep(1 << 18), memory(), 0
      for i = 1, bulk // #block do
        stream:write(block)
        if i % 64 == 0 then most = math.max(most, memory()) end
      end
      print((most - before) < 16 << 20)
    """, port, BULK)
    thread.join(timeout=60)
    check("a writer waits for a reader that is slow, and holds little in memory", seen == "true\n", seen)
    check("and the reader gets all", total == [BULK], total)


def many_connections():
    async def serve(reader, writer):
        while data := await reader.read(1000):
            writer.write(data)
        writer.close()

    ready = threading.Event()
    address = []

    def asyncio_server():
        async def main():
            listening = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=4096)
            address.append(listening.sockets[0].getsockname()[1])
            ready.set()
            await listening.serve_forever()

        asyncio.run(main())

    threading.Thread(target=asyncio_server, daemon=True).start()
    ready.wait()
    check_run(f"{MANY} connections open at the same time, and closed", f"{MANY}\ttrue\ntrue\n", """
      local port, many = ...
      many = tonumber(many)
      local before, answered, during = descriptors(), 0, 0
      local all_open = async.event()
      local tasks = {}
      for i = 1, many do
        tasks[i] = async.create_task(function()
          local stream <close> = net.connect(ip(port))
          local text = "hello " .. i
          stream:write(text)
          if stream:read_exactly(#text) == text then answered = answered + 1 end
          if answered == many then
            during = descriptors()
            all_open:set()
          end
          all_open:wait()
        end)
      end
      async.gather(tasks)
      print(answered, during >= before + many)
      print(descriptors() <= before)
    """, address[0], MANY)


def unix_sockets():
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "socket")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
            listening.bind(path)
            listening.listen(1)
            names = []

            def serve():
                for _ in range(20):
                    connection, _ = listening.accept()
                    with connection:
                        names.append(connection.recv(100))
                        connection.sendall(b"answer")

            # Nobody accepts at first: the queue of one is full, and the others wait.
            timer = threading.Timer(0.2, serve)
            timer.start()
            check_run("a Unix socket whose queue is full is waited for", "20\n", """
              local answered = 0
              local tasks = {}
              for i = 1, 20 do
                tasks[i] = async.create_task(function(path)
                  local stream <close> = net.connect { path = path }
                  stream:write("hello")
                  if stream:read_all() == "answer" then answered = answered + 1 end
                end, ...)
              end
              async.gather(tasks)
              print(answered)
            """, path)
            timer.join()
            check("and each is served", names == [b"hello"] * 20, names)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        name = f"arun-test-{os.getpid()}"
        listening.bind(b"\0" + name.encode())
        listening.listen()
        threading.Thread(target=lambda: listening.accept()[0].sendall(b"abstract"), daemon=True).start()
        check_run("a name in the abstract namespace", "abstract\n", """
          print(net.connect({ path = "\\0" .. ... }):read())
        """, name)


def listens_for_others():
    process, code = start("""
      local listener <close> = net.listen {}
      print(listener.port)
      io.stdout:flush()
      for _ = 1, 3 do
        local stream <close> = listener:accept()
        stream:write(stream:read_until("\\n"):upper())
      end
    """)
    process.stdin.write(code)
    process.stdin.close()
    port = int(process.stdout.readline())
    for i in range(3):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"hello %d\n" % i)
            answer = read_all(connection)
        check("a listener serves another program", answer == b"HELLO %d\n" % i, answer)
    process.wait(timeout=30)
    check("and ends", process.returncode == 0, process.stderr.read())


resets()
half_close()
slow_peer()
unix_sockets()
listens_for_others()
back_pressure()
many_connections()
finish()
