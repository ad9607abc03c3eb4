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

using State = Engine::State;

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

  std::shared_ptr<Context> server(const std::string& protocols = "") const {
    Settings settings;
    settings.server = true;
    settings.verify = false;
    settings.cert_file = pem.path();
    settings.protocols = protocols;
    return make(settings);
  }
  std::shared_ptr<Context> client(bool verify = true, const std::string& protocols = "") const {
    Settings settings;
    settings.verify = verify;
    settings.ca_file = root.path();
    settings.protocols = protocols;
    return make(settings);
  }
  static std::shared_ptr<Context> make(const Settings& settings) {
    Failure failure;
    auto made = Context::make(settings, &failure);
    INFO(failure.text);
    REQUIRE(made != nullptr);
    return made;
  }

  test::Authority authority{"Test authority"};
  File pem;
  File root;
};

// An engine with its two buffers.
struct Side {
  Side(std::shared_ptr<Context> context, Engine::Role role, const char* name = "")
      : engine(std::move(context), role, name) {}
  std::string take_plain() {
    std::string text(plain.bytes());
    plain.consume(text.size());
    return text;
  }
  Engine engine;
  stream::ByteBuffer plain;
  stream::ByteBuffer wire;
};

// Carries what one side has for the wire to the other, in pieces of so many bytes.
void carry(Side& from, Side& to, std::size_t piece = 1 << 20) {
  std::string bytes(from.wire.bytes());
  from.wire.consume(bytes.size());
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    to.engine.receive(std::string_view(bytes).substr(at, piece), to.plain, to.wire);
  }
}

// Both until nothing moves; whether both are open.
bool shake(Side& client, Side& server, std::size_t piece = 1 << 20) {
  client.engine.start(client.wire);
  server.engine.start(server.wire);
  while (!client.wire.empty() || !server.wire.empty()) {
    carry(client, server, piece);
    carry(server, client, piece);
  }
  return client.engine.state() == State::open && server.engine.state() == State::open;
}

TEST_CASE("a handshake, bytes both ways, an end that is said", "[tls]") {
  Setup setup;
  auto server_context = setup.server();
  auto client_context = setup.client();
  std::size_t piece = GENERATE(std::size_t{1}, std::size_t{7}, std::size_t{1 << 20});
  Side server(server_context, Engine::Role::server);
  Side client(client_context, Engine::Role::client, "localhost");
  REQUIRE(shake(client, server, piece));
  CHECK(std::string(client.engine.version()) == "TLSv1.3");

  std::string large(100'000, 'x');
  client.engine.send(large + "end", client.wire);
  carry(client, server, piece);
  CHECK(server.take_plain() == large + "end");
  CHECK(server.engine.state() == State::open);

  server.engine.send("answer", server.wire);
  server.engine.shut_down(server.wire);
  carry(server, client, piece);
  CHECK(client.take_plain() == "answer");
  CHECK(client.engine.state() == State::ended);
  client.engine.wire_ended();
  CHECK(client.engine.state() == State::ended);
  client.engine.send("still", client.wire);
  carry(client, server, piece);
  CHECK(server.take_plain() == "still");
}

TEST_CASE("an end of the wire without close_notify is told apart", "[tls]") {
  Setup setup;
  auto server_context = setup.server();
  auto client_context = setup.client();
  Side server(server_context, Engine::Role::server);
  Side client(client_context, Engine::Role::client, "localhost");
  shake(client, server);
  server.engine.send("half", server.wire);
  carry(server, client);
  client.engine.wire_ended();
  CHECK(client.take_plain() == "half");
  CHECK(client.engine.state() == State::failed);
  CHECK_THAT(client.engine.failure().text,
             Catch::Matchers::StartsWith("the peer closed the connection without ending TLS"));
  CHECK(client.engine.failure().code == "ERR_SSL_UNEXPECTED_EOF_WHILE_READING");
}

TEST_CASE("the name and the address in the certificate count", "[tls]") {
  Setup setup;
  auto server_context = setup.server();
  auto client_context = setup.client();
  for (const char* good : {"localhost", "127.0.0.1", "::1"}) {
    Side server(server_context, Engine::Role::server);
    Side client(client_context, Engine::Role::client, good);
    CHECK(shake(client, server));
  }
  for (const char* bad : {"example.org", "127.0.0.2", "localhost.example.org"}) {
    Side server(server_context, Engine::Role::server);
    Side client(client_context, Engine::Role::client, bad);
    CHECK_FALSE(shake(client, server));
    CHECK_THAT(client.engine.failure().text, Catch::Matchers::Contains("mismatch") && Catch::Matchers::Contains(bad));
    CHECK(client.engine.failure().code == "ERR_TLS_CERT_ALTNAME_INVALID");
  }
}

TEST_CASE("a certificate that is no good is refused, and why is said", "[tls]") {
  auto refused = [](const Setup& setup, const std::string& why, const std::string& code) {
    auto server_context = setup.server();
    auto client_context = setup.client();
    Side server(server_context, Engine::Role::server);
    Side client(client_context, Engine::Role::client, "localhost");
    CHECK_FALSE(shake(client, server));
    CHECK(client.engine.state() == State::failed);
    CHECK(server.engine.state() == State::failed);
    CHECK(client.engine.failure().text == why + " (localhost)");
    CHECK(client.engine.failure().code == code);
  };
  refused(Setup({.from_seconds = -7000, .to_seconds = -60}), "certificate has expired", "CERT_HAS_EXPIRED");
  refused(Setup({.from_seconds = 600, .to_seconds = 7000}), "certificate is not yet valid", "CERT_NOT_YET_VALID");

  Setup setup;
  Setup other;
  Settings settings;
  settings.ca_file = other.root.path();
  auto server_context = setup.server();
  auto stranger = Setup::make(settings);
  Side server(server_context, Engine::Role::server);
  Side client(stranger, Engine::Role::client, "localhost");
  CHECK_FALSE(shake(client, server));
  CHECK(client.engine.failure().text == "certificate signature failure (localhost)");
  CHECK(client.engine.failure().code == "CERT_SIGNATURE_FAILURE");
  // The client's alert, as the server hears it.
  CHECK(server.engine.failure().code == "ERR_SSL_ALERT_DECRYPT_ERROR");
}

TEST_CASE("a client that does not verify takes any certificate", "[tls]") {
  Setup setup({.common_name = "other", .names = "DNS:other", .from_seconds = -7000, .to_seconds = -60});
  auto server_context = setup.server();
  auto client_context = setup.client(false);
  Side server(server_context, Engine::Role::server);
  Side client(client_context, Engine::Role::client, "localhost");
  CHECK(shake(client, server));
}

TEST_CASE("a second connection to the same host resumes the session", "[tls]") {
  Setup setup;
  auto server_context = setup.server();
  auto client_context = setup.client();
  for (bool again : {false, true}) {
    Side server(server_context, Engine::Role::server);
    Side client(client_context, Engine::Role::client, "localhost");
    REQUIRE(shake(client, server));
    CHECK(client.engine.resumed() == again);
  }
  Side server(server_context, Engine::Role::server);
  Side client(client_context, Engine::Role::client, "127.0.0.1");
  shake(client, server);
  CHECK_FALSE(client.engine.resumed());
}

TEST_CASE("a protocol is chosen by ALPN, by the server's order", "[tls]") {
  Setup setup;
  auto server_context = setup.server("\x02h2\x08http/1.1");
  auto client_context = setup.client(true, "\x08http/1.1\x02h2");
  Side server(server_context, Engine::Role::server);
  Side client(client_context, Engine::Role::client, "localhost");
  REQUIRE(shake(client, server));
  CHECK(client.engine.protocol() == "h2");
  CHECK(server.engine.protocol() == "h2");
}

TEST_CASE("a peer that does not speak TLS is an error that says so", "[tls]") {
  Setup setup;
  auto client_context = setup.client();
  Side client(client_context, Engine::Role::client, "localhost");
  client.engine.start(client.wire);
  client.engine.receive("HTTP/1.1 400 Bad Request\r\n\r\n", client.plain, client.wire);
  CHECK(client.engine.state() == State::failed);
  CHECK(client.engine.failure().text == "wrong version number");
  CHECK(client.engine.failure().code == "ERR_SSL_WRONG_VERSION_NUMBER");

  Side other(client_context, Engine::Role::client, "localhost");
  other.engine.start(other.wire);
  other.engine.wire_ended();
  CHECK(other.engine.failure().text == "the peer closed the connection during the handshake");
}

TEST_CASE("settings that are no good name the file", "[tls]") {
  Failure failure;
  Settings settings;
  settings.ca_file = "/nowhere/ca.pem";
  CHECK(Context::make(settings, &failure) == nullptr);
  CHECK_THAT(failure.text, Catch::Matchers::StartsWith("ca_file /nowhere/ca.pem: "));
  Setup setup;
  settings.ca_file = setup.root.path();
  settings.cert_file = "/nowhere/cert.pem";
  CHECK(Context::make(settings, &failure) == nullptr);
  CHECK(failure.text == "cert /nowhere/cert.pem: No such file or directory");
  CHECK(failure.code == "ENOENT");
  settings.cert_file = setup.pem.path();
  settings.key_file = setup.root.path();
  CHECK(Context::make(settings, &failure) == nullptr);
  CHECK(failure.code == "ERR_OSSL_X509_KEY_VALUES_MISMATCH");
  settings.key_file = "/dev/null";
  CHECK(Context::make(settings, &failure) == nullptr);
  CHECK_THAT(failure.code, Catch::Matchers::StartsWith("ERR_OSSL_"));
}

}  // namespace
}  // namespace arun::tls
