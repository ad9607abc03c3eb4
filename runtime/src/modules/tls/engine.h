// One TLS connection without I/O: bytes of the wire in, plain bytes out, and the other way round. TLS 1.2 and 1.3
// (RFC 5246, RFC 8446), by OpenSSL.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

namespace arun::tls {

class Context;

class Engine {
 public:
  enum class Role { client, server };
  enum class Status {
    ok,
    wants_input,  // nothing more happens until further bytes of the wire come
    ended,        // the peer said that it will send no more (close_notify)
    cut,          // the wire ended without that: what came may be only a part
    failed,       // see error()
  };

  // The context must outlive the engine. For a client, `name` is the host to be reached, a name or an IP address: the
  // certificate must be its, unless the context does not verify.
  Engine(Context& context, Role role, const std::string& name);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Bytes of the wire arrived; an empty view: none will come any more.
  void receive(std::string_view wire);
  // Goes on with the handshake; ok when it is done.
  Status handshake();
  // Plain bytes, at most `size` of them; *count is 0 unless ok.
  Status read(char* into, std::size_t size, std::size_t* count);
  // Plain bytes to be sent. ok or failed.
  Status write(std::string_view plain);
  // Says to the peer that no more will be sent.
  void shutdown();

  // Bytes for the wire. The caller takes what it could send, from the front.
  std::string& outgoing() { return outgoing_; }

  // Why it failed: "certificate has expired (example.org)".
  const std::string& error() const { return error_; }

  // After the handshake: "TLSv1.3", "TLS_AES_256_GCM_SHA384", the protocol chosen by ALPN ("" = none).
  const char* version() const { return SSL_get_version(ssl_.get()); }
  const char* cipher() const { return SSL_get_cipher_name(ssl_.get()); }
  std::string_view protocol() const;
  bool resumed() const { return SSL_session_reused(ssl_.get()) != 0; }
  SSL* ssl() const { return ssl_.get(); }

 private:
  friend struct Wire;
  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  Status status_of(int result);

  Context& context_;
  std::string name_;
  std::string incoming_;      // of the wire, not yet seen by OpenSSL
  std::size_t consumed_ = 0;  // of it
  bool wire_ended_ = false;
  std::string outgoing_;
  std::string error_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
};

}  // namespace arun::tls
