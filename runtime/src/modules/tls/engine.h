// TLS 1.2 and 1.3 (RFC 5246, RFC 8446) between a stream and its wire, by OpenSSL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include "modules/tls/failure.h"
#include "stream/filter.h"

namespace arun::tls {

class Context;

class Engine final : public stream::Filter {
 public:
  enum class Role : std::uint8_t { client, server };

  // For a client, `name` is the host to be reached, a name or an IP address: the certificate must be its, unless the
  // context does not verify.
  Engine(std::shared_ptr<Context> context, Role role, std::string name);
  ~Engine() override;

  void start(stream::ByteBuffer& wire) override;
  void receive(std::string_view bytes, stream::ByteBuffer& plain, stream::ByteBuffer& wire) override;
  // Without the peer's word that it sends no more, what came may be only a part: that is a failure (RFC 8446, 6.1).
  void wire_ended() override;
  void send(std::string_view bytes, stream::ByteBuffer& wire) override;
  void shut_down(stream::ByteBuffer& wire) override;
  void push_error(lua_State* L, const char* address) const override;

  // Why it failed: "certificate has expired (example.org)", CERT_HAS_EXPIRED.
  const Failure& failure() const { return failure_; }

  // Once it is open: "TLSv1.3", "TLS_AES_256_GCM_SHA384", the protocol chosen by ALPN ("" = none).
  const char* version() const { return SSL_get_version(ssl_.get()); }
  const char* cipher() const { return SSL_get_cipher_name(ssl_.get()); }
  std::string_view protocol() const;
  bool resumed() const { return SSL_session_reused(ssl_.get()) != 0; }

 private:
  friend struct Wire;
  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  void shake_hands();
  void read(stream::ByteBuffer& plain);
  // A call of OpenSSL gave `result`: notes an end or a failure; waiting for more of the wire is neither.
  void note(int result);
  void fail(Failure failure);

  std::shared_ptr<Context> context_;
  std::string name_;
  // During a call: what came, and where to put what is to be sent.
  std::string_view incoming_;
  stream::ByteBuffer* wire_ = nullptr;
  Failure failure_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
};

}  // namespace arun::tls
