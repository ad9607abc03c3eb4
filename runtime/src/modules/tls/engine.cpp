#include "modules/tls/engine.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstring>

#include "modules/tls/context.h"

namespace arun::tls {

// What OpenSSL reads from and writes to: the engine's two strings.
struct Wire {
  static int read(BIO* bio, char* into, int size) {
    auto* engine = static_cast<Engine*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    std::size_t count = std::min(static_cast<std::size_t>(size), engine->incoming_.size() - engine->consumed_);
    if (count == 0) {
      if (engine->wire_ended_) return 0;
      BIO_set_retry_read(bio);
      return -1;
    }
    std::memcpy(into, engine->incoming_.data() + engine->consumed_, count);
    engine->consumed_ += count;
    return static_cast<int>(count);
  }

  static int write(BIO* bio, const char* bytes, int size) {
    static_cast<Engine*>(BIO_get_data(bio))->outgoing_.append(bytes, static_cast<std::size_t>(size));
    return size;
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
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_set1_host(ssl, name.c_str());
}

}  // namespace

Engine::Engine(Context& context, Role role, const std::string& name)
    : context_(context), name_(name), ssl_(SSL_new(context.get())) {
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
  if (name_.empty()) return;
  expect_name(ssl_.get(), name_);
  if (SSL_SESSION* known = context.session_of(name_)) SSL_set_session(ssl_.get(), known);
}

Engine::~Engine() {
  // Otherwise OpenSSL takes the session of a connection that was not closed properly for one not to be resumed.
  SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

void Engine::receive(std::string_view wire) {
  if (wire.empty()) wire_ended_ = true;
  if (consumed_ == incoming_.size()) {
    incoming_.clear();
    consumed_ = 0;
  }
  incoming_.append(wire);
}

Engine::Status Engine::status_of(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Status::wants_input;
    case SSL_ERROR_ZERO_RETURN:
      return Status::ended;
    default:
      break;
  }
  unsigned long code = ERR_peek_error();
  if (wire_ended_ && (code == 0 || ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING)) {
    error_ = "the peer closed the connection without saying so";
    ERR_clear_error();
    return Status::cut;
  }
  long verified = SSL_get_verify_result(ssl_.get());
  std::string reason = take_error();
  if (verified != X509_V_OK && context_.verifies()) {
    // Of a client, what is wrong with the certificate is the reason, and whose it is the place.
    reason = X509_verify_cert_error_string(verified);
    if (!name_.empty()) reason += " (" + name_ + ")";
  }
  error_ = reason.empty() ? "the connection broke" : reason;
  return Status::failed;
}

Engine::Status Engine::handshake() {
  ERR_clear_error();
  int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return Status::ok;
  Status status = status_of(result);
  if (status != Status::ended && status != Status::cut) return status;
  error_ = "the peer closed the connection during the handshake";
  return Status::failed;
}

Engine::Status Engine::read(char* into, std::size_t size, std::size_t* count) {
  ERR_clear_error();
  *count = 0;
  int result = SSL_read_ex(ssl_.get(), into, size, count);
  if (result == 1) return Status::ok;
  return status_of(result);
}

Engine::Status Engine::write(std::string_view plain) {
  ERR_clear_error();
  while (!plain.empty()) {
    std::size_t written = 0;
    int result = SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &written);
    if (result != 1) {
      Status status = status_of(result);
      // Only a renegotiation, which is refused, could make a write wait for input.
      if (status == Status::wants_input) error_ = "the peer asked for a renegotiation";
      return Status::failed;
    }
    plain.remove_prefix(written);
  }
  return Status::ok;
}

void Engine::shutdown() {
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

std::string_view Engine::protocol() const {
  const unsigned char* name = nullptr;
  unsigned int length = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &length);
  return {reinterpret_cast<const char*>(name), length};
}

}  // namespace arun::tls
