#include "modules/tls/engine.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "lua/error.h"
#include "modules/tls/context.h"

namespace arun::tls {

using stream::ByteBuffer;

// What OpenSSL reads from and writes to.
struct Wire {
  static int read(BIO* bio, char* into, int size) {
    auto* engine = static_cast<Engine*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    std::size_t count = std::min(static_cast<std::size_t>(size), engine->incoming_.size());
    if (count == 0) {
      BIO_set_retry_read(bio);
      return -1;
    }
    std::memcpy(into, engine->incoming_.data(), count);
    engine->incoming_.remove_prefix(count);
    return static_cast<int>(count);
  }

  static int write(BIO* bio, const char* bytes, int size) {
    auto* engine = static_cast<Engine*>(BIO_get_data(bio));
    return engine->wire_->append({bytes, static_cast<std::size_t>(size)}) ? size : -1;
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static BIO_METHOD* method() {
    static BIO_METHOD* const made = [] {
      BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "arun");
      BIO_meth_set_read(method, read);
      BIO_meth_set_write(method, write);
      BIO_meth_set_ctrl(method, control);
      return method;
    }();
    return made;
  }
};

namespace {

// The largest record (RFC 8446, 5.1).
constexpr std::size_t kRecord = std::size_t{16} * 1024;

constexpr const char* kEndedInHandshake = "the peer closed the connection during the handshake";

bool is_address(const std::string& name) {
  std::unique_ptr<ASN1_OCTET_STRING, decltype(&ASN1_OCTET_STRING_free)> address(a2i_IPADDRESS(name.c_str()),
                                                                                ASN1_OCTET_STRING_free);
  ERR_clear_error();
  return address != nullptr;
}

// Whose certificate it must be. An IP address is no name for SNI (RFC 6066, 3).
void expect_name(SSL* ssl, const std::string& name) {
  if (is_address(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str());
    return;
  }
  SSL_set_tlsext_host_name(ssl, name.c_str());
  // The subject's common name is no name to go by (RFC 9110, 4.3.4).
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  SSL_set1_host(ssl, name.c_str());
}

}  // namespace

Engine::Engine(std::shared_ptr<Context> context, Role role, std::string name)
    : context_(std::move(context)), name_(std::move(name)), ssl_(SSL_new(context_->get())) {
  BIO* wire = BIO_new(Wire::method());
  BIO_set_data(wire, this);
  BIO_set_init(wire, 1);
  SSL_set_bio(ssl_.get(), wire, wire);
  if (role == Role::server) {
    SSL_set_accept_state(ssl_.get());
    return;
  }
  SSL_set_connect_state(ssl_.get());
  SSL_set_app_data(ssl_.get(), &name_);
  expect_name(ssl_.get(), name_);
  if (SSL_SESSION* known = context_->session_of(name_)) SSL_set_session(ssl_.get(), known);
}

Engine::~Engine() {
  // Otherwise OpenSSL takes the session of a connection that was not closed properly for one not to be resumed.
  SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

void Engine::start(ByteBuffer& wire) {
  wire_ = &wire;
  shake_hands();
}

void Engine::receive(std::string_view bytes, ByteBuffer& plain, ByteBuffer& wire) {
  incoming_ = bytes;
  wire_ = &wire;
  if (state() == State::opening) shake_hands();
  if (state() == State::open) read(plain);
}

void Engine::wire_ended() {
  if (state() == State::opening) return fail(unexpected_end(kEndedInHandshake));
  if (state() != State::open) return;
  fail(unexpected_end("the peer closed the connection without ending TLS: what came may be only a part"));
}

void Engine::shake_hands() {
  ERR_clear_error();
  int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return set_state(State::open);
  note(result);
  if (state() == State::ended) fail(unexpected_end(kEndedInHandshake));
}

void Engine::read(ByteBuffer& plain) {
  for (;;) {
    if (!plain.reserve(kRecord)) return fail({"not enough memory", "ENOMEM"});
    std::size_t count = 0;
    ERR_clear_error();
    int result = SSL_read_ex(ssl_.get(), plain.room(), plain.room_size(), &count);
    if (result != 1) return note(result);
    plain.added(count);
  }
}

void Engine::send(std::string_view bytes, ByteBuffer& wire) {
  wire_ = &wire;
  while (!bytes.empty()) {
    std::size_t sent = 0;
    ERR_clear_error();
    int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
    if (result != 1) {
      note(result);
      // Only a renegotiation, which is refused, could make it wait for the peer.
      if (state() != State::failed) fail({"the peer asked for a renegotiation", "ERR_SSL_NO_RENEGOTIATION"});
      return;
    }
    bytes.remove_prefix(sent);
  }
}

void Engine::shut_down(ByteBuffer& wire) {
  wire_ = &wire;
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

void Engine::note(int result) {
  int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_WANT_READ) return;
  if (error == SSL_ERROR_ZERO_RETURN) return set_state(State::ended);
  fail(failure_of(ssl_.get(), context_->settings().verify, name_));
}

void Engine::fail(Failure failure) {
  failure_ = std::move(failure);
  set_state(State::failed);
}

void Engine::push_error(lua_State* L, const char* address) const {
  lua::push_error(L, "tls", "tls %s: %s", address, failure_.text.c_str());
  lua_pushstring(L, address);
  lua_setfield(L, -2, "address");
  lua_pushstring(L, failure_.code.c_str());
  lua_setfield(L, -2, "code");
}

std::string_view Engine::protocol() const {
  const unsigned char* name = nullptr;
  unsigned int length = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &length);
  return {reinterpret_cast<const char*>(name), length};
}

}  // namespace arun::tls
