---@meta arun.net
-- TCP, Unix sockets and DNS: streams that read and write, listeners, names.
--
-- Times are seconds, sizes bytes; ports are integers from 0 to 65535, and addresses numeric ("127.0.0.1", "::1").
-- A path is that of a Unix socket; with "\0" in front it is a name in the abstract namespace (unix(7)).
--
-- Errors: what the system refuses raises kind "io" with `code` ("ECONNREFUSED", "ECONNRESET", errno(3)), `operation`,
-- `address`, and a message such as
--   connect 127.0.0.1:81: connection refused (ECONNREFUSED)
-- Names that do not resolve raise kind "dns", a time limit kind "timeout", the use of something closed kind "closed",
-- bad arguments and options kind "usage".

local connect = require "arun.net.connect"
local listen = require "arun.net.listen"
local resolver = require "arun.net.resolver"

local net = {}

---@class arun.Stream a connection: bytes in order, both ways. To be closed (`<close>`), and closed when collected. One
---task may read and another write at the same time; a second one that reads, or writes, is kind "usage". Closing wakes
---both with kind "closed". Reads whose data is at hand, and writes that the system takes at once, need not suspend; a
---loop of such calls gives way to other tasks every mebibyte, or every thousand calls. A read that is cancelled, or
---fails, has taken nothing: what came is there for the next. A write that is cancelled while it waits has taken all of
---its data nevertheless, and what is left is sent behind the scenes: nothing is ever sent by halves, unless the stream
---is closed meanwhile
---@field read fun(self: arun.Stream, count?: integer): string? up to `count` bytes (default 65536): what is there, at
---least one. nil at the end.
---@field read_exactly fun(self: arun.Stream, count: integer): string? exactly so many bytes. nil at the end; kind "io"
---with code "EOF" when the end comes in the middle, and with how many did come in `received`: those stay to be read.
---@field read_until fun(self: arun.Stream, delimiter: string, options?: {max: integer}): string? all up to the
---delimiter and with it. nil at the end; kind "io" with code "EOF" when the end comes before the delimiter, "EMSGSIZE"
---when it does not come within `max` bytes (default 1 MiB).
---@field read_all fun(self: arun.Stream, options?: {max: integer}): string all to the end. Kind "io" with code
---"EMSGSIZE" when that is more than `max` bytes (default: no limit).
---@field lines fun(self: arun.Stream, options?: {max: integer}): fun(): string? an iterator of lines, without their
---ends ("\n" or "\r\n"); the last may have none. A line may have `max` bytes, as in read_until. The stream stays open.
---@field write fun(self: arun.Stream, ...: string|number): arun.Stream sends strings, without joining them, and gives
---the stream. What the system does not take at once is queued, and sent as soon as it does; the call waits while more
---than 64 KiB are left. An error that comes later is raised by the next write, flush or close, or by a read at the end
---of the input.
---@field flush fun(self: arun.Stream) waits until the system has taken all that was written
---@field shutdown fun(self: arun.Stream) ends the output: once all is sent, the other side reads to the end. Reading
---goes on. Again: nothing.
---@field close fun(self: arun.Stream) ends the stream, after the system has taken all that was written; waits for that,
---where waiting is possible. Again: nothing. Leaving the block of a `<close>` variable does the same, unless by an
---error: then what is queued is dropped, as it is when the task is cancelled while it waits here.
---@field local_address fun(self: arun.Stream): (string, integer?) where this end is: host and port, or the path (""
---when it has none) of a Unix socket
---@field peer_address fun(self: arun.Stream): (string, integer?) where the other end is, in the same way
---@field set_nodelay fun(self: arun.Stream, on: boolean) whether small pieces are sent at once (TCP_NODELAY, tcp(7)),
---as they are unless told otherwise
---@field set_keepalive fun(self: arun.Stream, seconds: integer|false) probes a connection that has been idle for so
---many seconds; false: does not (SO_KEEPALIVE, TCP_KEEPIDLE, tcp(7))

---Connects. A name that has several addresses is tried as RFC 8305 says: IPv6 and IPv4 in turn, the next when one fails
---or has not answered for a quarter of a second; the first connection wins. A Unix socket whose queue is full is waited
---for.
---@param options arun.ConnectOptions
---@return arun.Stream stream
---Raises kind "io" when every address fails: it names all that were tried, their errors are in `errors`. Kind "dns",
---kind "timeout" with phase "connect", kind "usage" for wrong options.
---@usage local stream <close> = net.connect { host = "example.com", port = 80, timeout = 5 }
net.connect = connect

---@class arun.ConnectOptions
---@field host string? a name or an address; with `port`
---@field port integer?
---@field path string? of a Unix socket, in place of host and port
---@field timeout number? seconds for all of it (default: none)
---@field family "ipv4"|"ipv6"|nil only addresses of this family
---@field local_address string? the address to connect from
---@field nodelay boolean? (default true) see arun.Stream
---@field keepalive integer|false|nil seconds (default false), see arun.Stream
---@field resolver arun.Resolver? in place of the usual one

---Listens for connections.
---@param options? arun.ListenOptions
---@return arun.Listener listener
---Raises kind "io": EADDRINUSE, EACCES, ...; kind "dns", kind "usage".
---@usage local listener <close> = net.listen { port = 8080 }
net.listen = listen

---@class arun.ListenOptions
---@field host string? a name or an address (default "127.0.0.1"); "0.0.0.0" or "::" is all of this machine's
---@field port integer? (default 0) 0 is any that is free
---@field path string? of a Unix socket, in place of host and port
---@field backlog integer? how many connections may wait to be accepted (default: as many as the system allows)
---@field reuse_port boolean? (default false) several listeners may share the port (SO_REUSEPORT)
---@field resolver arun.Resolver? for the host, in place of the usual one

---@class arun.Listener a socket that takes connections. To be closed (`<close>`), and closed when collected. One task
---at a time may accept
---@field address string where it listens: the host as an address, or the path
---@field port integer? nil for a Unix socket
---@field accept fun(self: arun.Listener): arun.Stream waits for the next connection. Raises kind "io" (EMFILE, ...),
---and kind "closed" when the listener is closed.
---@field close fun(self: arun.Listener) ends it, and removes the path of a Unix socket; again: nothing. Connections
---that were accepted stay.

---The addresses of a name: from /etc/hosts, then from the servers of /etc/resolv.conf. What is an address already comes
---back as it is.
---@param host string
---@param options? {family: "ipv4"|"ipv6", resolver: arun.Resolver} `family`: only addresses of this family
---@return string[] addresses in the order of preference (RFC 6724); never empty
---Raises kind "dns" with `host` and `code`: ENOTFOUND (no such name), ENODATA (it has no address, or none of the
---family), ETIMEOUT, ECONNREFUSED (every server refused, failed, or was not there), EBADNAME, ...
---@usage for _, address in ipairs(net.resolve "example.com") do print(address) end
net.resolve = resolver.resolve

---A resolver of one's own, for net.resolve, net.connect and net.listen.
---@param options? {servers: string[], timeout: number, tries: integer} `servers`: addresses, with ":port" if need be
---("[::1]:53"), in place of those of /etc/resolv.conf; `timeout`: seconds for the first try (default 5), the next take
---twice as long each; `tries`: for each server (default 4)
---@return arun.Resolver
---Raises kind "usage" for wrong options.
net.resolver = resolver.new

---@class arun.Resolver what net.resolver makes: an option of those functions, without methods of its own

return net
