// What the connections of one session or server share: certificates, keys, whom to trust, sessions to resume.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include <openssl/ssl.h>

#include "modules/tls/failure.h"

namespace arun::tls {

struct Settings {
  bool server = false;
  bool verify = true;     // of a client: the chain and the name. Of a server: whether it demands a client's certificate
  std::string ca_file;    // PEM; "" = the system's
  std::string cert_file;  // PEM, its own certificate first, then intermediate ones
  std::string key_password;
  std::string key_file;   // PEM; "" = in cert_file
  std::string protocols;  // for ALPN, in wire format: each a byte of length and a name
};

class Context {
 public:
  // Makes it; null, with *failure saying why and about which file, when a setting is no good.
  static std::shared_ptr<Context> make(const Settings& settings, Failure* failure);

  SSL_CTX* get() const { return context_.get(); }
  const Settings& settings() const { return settings_; }

  // The session to resume with a host, which the caller may use but not keep; null = none.
  SSL_SESSION* session_of(const std::string& host);
  void remember(const std::string& host, SSL_SESSION* session);  // takes the session over

 private:
  struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  struct FreeSession {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
  };
  using Session = std::pair<std::string, std::unique_ptr<SSL_SESSION, FreeSession>>;

  explicit Context(Settings settings) : settings_(std::move(settings)) {}

  Settings settings_;
  std::unique_ptr<SSL_CTX, FreeContext> context_;
  std::list<Session> sessions_;  // the last used first
  std::unordered_map<std::string, std::list<Session>::iterator> by_host_;
};

}  // namespace arun::tls
