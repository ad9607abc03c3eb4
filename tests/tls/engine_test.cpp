// A client's and a server's engine that talk to each other through memory.
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

#include "authority.h"
#include "modules/tls/context.h"
#include "modules/tls/engine.h"

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

namespace arun::tls {
namespace {

using Status = Engine::Status;

class File {
 public:
  explicit File(const std::string& text) {
    char path[] = "/tmp/arun-tls-XXXXXX";
    int fd = mkstemp(path);
    REQUIRE(write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    close(fd);
    path_ = path;
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { unlink(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Setup {
  explicit Setup(const test::Wanted& wanted = {}) : pem(authority.sign(wanted).pem()), root(authority.root().pem()) {}

  std::unique_ptr<Context> server(const std::string& protocols = "") const {
    Settings settings;
    settings.server = true;
    settings.verify = false;
    settings.cert_file = pem.path();
    settings.protocols = protocols;
    return make(settings);
  }
  std::unique_ptr<Context> client(bool verify = true, const std::string& protocols = "") const {
    Settings settings;
    settings.verify = verify;
    settings.ca_file = root.path();
    settings.protocols = protocols;
    return make(settings);
  }
  static std::unique_ptr<Context> make(const Settings& settings) {
    std::string error;
    auto made = Context::make(settings, &error);
    INFO(error);
    REQUIRE(made != nullptr);
    return made;
  }

  test::Authority authority{"Test authority"};
  File pem;
  File root;
};

// Carries what one engine has for the wire to the other, in pieces of so many bytes.
void carry(Engine& from, Engine& to, std::size_t piece) {
  std::string bytes;
  bytes.swap(from.outgoing());
  for (std::size_t at = 0; at < bytes.size(); at += piece) to.receive(std::string_view(bytes).substr(at, piece));
}

// Both handshakes until nothing moves; the client's and the server's last status.
std::pair<Status, Status> shake(Engine& client, Engine& server, std::size_t piece = 1 << 20) {
  Status c = Status::wants_input;
  Status s = Status::wants_input;
  for (int turn = 0; turn < 6; ++turn) {
    if (c != Status::failed) c = client.handshake();
    carry(client, server, piece);
    if (s != Status::failed) s = server.handshake();
    carry(server, client, piece);
  }
  return {c, s};
}

std::string read_all(Engine& engine, Status* last) {
  std::string text;
  char buffer[3000];
  std::size_t count = 0;
  while ((*last = engine.read(buffer, sizeof buffer, &count)) == Status::ok) text.append(buffer, count);
  return text;
}

TEST_CASE("a handshake, bytes both ways, an end that is said", "[tls]") {
  Setup setup;
  auto server_context = setup.server();
  auto client_context = setup.client();
  std::size_t piece = GENERATE(std::size_t{1}, std::size_t{7}, std::size_t{1 << 20});
  Engine server(*server_context, Engine::Role::server, "");
  Engine client(*client_context, Engine::Role::client, "localhost");
  REQUIRE(shake(client, server, piece) == std::pair{Status::ok, Status::ok});
  CHECK(std::string(client.version()) == "TLSv1.3");

  std::string large(100'000, 'x');
  REQUIRE(client.write(large + "end") == Status::ok);
  carry(client, server, piece);
  Status last{};
  CHECK(read_all(server, &last) == large + "end");
  CHECK(last == Status::wants_input);

  REQUIRE(server.write("answer") == Status::ok);
  server.shutdown();
  carry(server, client, piece);
  CHECK(read_all(client, &last) == "answer");
  CHECK(last == Status::ended);
}

TEST_CASE("an end of the wire without close_notify is told apart", "[tls]") {
  Setup setup;
  auto server_context = setup.server();
  auto client_context = setup.client();
  Engine server(*server_context, Engine::Role::server, "");
  Engine client(*client_context, Engine::Role::client, "localhost");
  shake(client, server);
  REQUIRE(server.write("half") == Status::ok);
  carry(server, client, 1 << 20);
  client.receive({});
  Status last{};
  CHECK(read_all(client, &last) == "half");
  CHECK(last == Status::cut);
  CHECK(client.error() == "the peer closed the connection without saying so");
}

TEST_CASE("the name and the address in the certificate count", "[tls]") {
  Setup setup;
  auto server_context = setup.server();
  auto client_context = setup.client();
  for (const char* good : {"localhost", "127.0.0.1", "::1"}) {
    Engine server(*server_context, Engine::Role::server, "");
    Engine client(*client_context, Engine::Role::client, good);
    CHECK(shake(client, server).first == Status::ok);
  }
  for (const char* bad : {"example.org", "127.0.0.2", "localhost.example.org"}) {
    Engine server(*server_context, Engine::Role::server, "");
    Engine client(*client_context, Engine::Role::client, bad);
    CHECK(shake(client, server).first == Status::failed);
    CHECK_THAT(client.error(), Catch::Matchers::Contains("mismatch") && Catch::Matchers::Contains(bad));
  }
}

TEST_CASE("a certificate that is no good is refused, and why is said", "[tls]") {
  auto refused = [](const Setup& setup, const std::string& why) {
    auto server_context = setup.server();
    auto client_context = setup.client();
    Engine server(*server_context, Engine::Role::server, "");
    Engine client(*client_context, Engine::Role::client, "localhost");
    auto [c, s] = shake(client, server);
    CHECK(c == Status::failed);
    CHECK(s == Status::failed);
    CHECK(client.error() == why + " (localhost)");
  };
  refused(Setup({.from_seconds = -7000, .to_seconds = -60}), "certificate has expired");
  refused(Setup({.from_seconds = 600, .to_seconds = 7000}), "certificate is not yet valid");

  Setup setup;
  Setup other;
  Settings settings;
  settings.ca_file = other.root.path();
  auto server_context = setup.server();
  auto stranger = Setup::make(settings);
  Engine server(*server_context, Engine::Role::server, "");
  Engine client(*stranger, Engine::Role::client, "localhost");
  CHECK(shake(client, server).first == Status::failed);
  CHECK(client.error() == "certificate signature failure (localhost)");
}

TEST_CASE("a client that does not verify takes any certificate", "[tls]") {
  Setup setup({.common_name = "other", .names = "DNS:other", .from_seconds = -7000, .to_seconds = -60});
  auto server_context = setup.server();
  auto client_context = setup.client(false);
  Engine server(*server_context, Engine::Role::server, "");
  Engine client(*client_context, Engine::Role::client, "localhost");
  CHECK(shake(client, server) == std::pair{Status::ok, Status::ok});
}

TEST_CASE("a second connection to the same host resumes the session", "[tls]") {
  Setup setup;
  auto server_context = setup.server();
  auto client_context = setup.client();
  for (bool again : {false, true}) {
    Engine server(*server_context, Engine::Role::server, "");
    Engine client(*client_context, Engine::Role::client, "localhost");
    REQUIRE(shake(client, server) == std::pair{Status::ok, Status::ok});
    Status last{};
    read_all(client, &last);  // the tickets come after the handshake
    CHECK(client.resumed() == again);
  }
  Engine server(*server_context, Engine::Role::server, "");
  Engine client(*client_context, Engine::Role::client, "127.0.0.1");
  shake(client, server);
  CHECK_FALSE(client.resumed());
}

TEST_CASE("a protocol is chosen by ALPN, by the server's order", "[tls]") {
  Setup setup;
  auto server_context = setup.server("\x02h2\x08http/1.1");
  auto client_context = setup.client(true, "\x08http/1.1\x02h2");
  Engine server(*server_context, Engine::Role::server, "");
  Engine client(*client_context, Engine::Role::client, "localhost");
  REQUIRE(shake(client, server).first == Status::ok);
  CHECK(client.protocol() == "h2");
  CHECK(server.protocol() == "h2");
}

TEST_CASE("a peer that does not speak TLS is an error that says so", "[tls]") {
  Setup setup;
  auto client_context = setup.client();
  Engine client(*client_context, Engine::Role::client, "localhost");
  client.handshake();
  client.receive("HTTP/1.1 400 Bad Request\r\n\r\n");
  CHECK(client.handshake() == Status::failed);
  CHECK(client.error() == "wrong version number");

  Engine other(*client_context, Engine::Role::client, "localhost");
  other.handshake();
  other.receive({});
  CHECK(other.handshake() == Status::failed);
  CHECK(other.error() == "the peer closed the connection during the handshake");
}

TEST_CASE("settings that are no good name the file", "[tls]") {
  std::string error;
  Settings settings;
  settings.ca_file = "/nowhere/ca.pem";
  CHECK(Context::make(settings, &error) == nullptr);
  CHECK_THAT(error, Catch::Matchers::StartsWith("ca_file /nowhere/ca.pem: "));
  Setup setup;
  settings.ca_file = setup.root.path();
  settings.cert_file = "/nowhere/cert.pem";
  CHECK(Context::make(settings, &error) == nullptr);
  CHECK(error == "cert /nowhere/cert.pem: No such file or directory");
}

}  // namespace
}  // namespace arun::tls
