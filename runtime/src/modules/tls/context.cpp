#include "modules/tls/context.h"

namespace arun::tls {
namespace {

constexpr std::size_t kMostSessions = 1024;

// A server's choice among the protocols that the client offers, by the server's own order.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* offered,
                    unsigned int offered_length, void* context) {
  const std::string& own = static_cast<Context*>(context)->settings().protocols;
  unsigned char* chosen = nullptr;
  int found = SSL_select_next_proto(&chosen, out_length, reinterpret_cast<const unsigned char*>(own.data()),
                                    static_cast<unsigned int>(own.size()), offered, offered_length);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// A server sends tickets after the handshake, in TLS 1.3 several: the last one is as good as any.
int new_session(SSL* ssl, SSL_SESSION* session) {
  auto* context = static_cast<Context*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  const auto* host = static_cast<const std::string*>(SSL_get_app_data(ssl));
  if (host == nullptr) return 0;
  context->remember(*host, session);
  return 1;
}

// While a key is read that is encrypted.
struct PasswordRequest {
  const std::string& password;
  bool made = false;
};

// Never asks the terminal, as OpenSSL would.
int give_password(char* into, int size, int, void* context) {
  auto* asked = static_cast<PasswordRequest*>(context);
  if (asked == nullptr) return -1;
  asked->made = true;
  const std::string& password = asked->password;
  if (password.empty() || password.size() > static_cast<std::size_t>(size)) return -1;
  return static_cast<int>(password.copy(into, password.size()));
}

// What went wrong with something: with a file, mostly.
Failure about(const std::string& what) {
  Failure failure = take_failure();
  failure.text = what + ": " + failure.text;
  return failure;
}

// Why no key comes of the file.
Failure about_key(const Settings& settings, const std::string& file, bool is_encrypted) {
  Failure failure = take_failure();
  if (is_encrypted && settings.key_password.empty()) {
    failure.text = "the key is encrypted, and there is no option 'key_password'";
  } else if (is_encrypted) {
    failure.text = "the key is encrypted, and not with this 'key_password'";
  } else if (settings.key_file.empty() &&
             (failure.code.ends_with("NO_START_LINE") || failure.code.ends_with("UNSUPPORTED"))) {
    failure.text = "there is no key in this file, and no option 'key' names another";
  }
  failure.text = (settings.key_file.empty() ? "cert " : "key ") + file + ": " + failure.text;
  return failure;
}

Failure load(SSL_CTX* context, const Settings& settings) {
  if (!settings.ca_file.empty() && SSL_CTX_load_verify_locations(context, settings.ca_file.c_str(), nullptr) != 1) {
    return about("ca_file " + settings.ca_file);
  }
  if (settings.ca_file.empty() && settings.verify && SSL_CTX_set_default_verify_paths(context) != 1) {
    return about("the system's certificate authorities");
  }
  if (settings.cert_file.empty()) return {};
  if (SSL_CTX_use_certificate_chain_file(context, settings.cert_file.c_str()) != 1) {
    return about("cert " + settings.cert_file);
  }
  const std::string& key = settings.key_file.empty() ? settings.cert_file : settings.key_file;
  PasswordRequest request{settings.key_password};
  SSL_CTX_set_default_passwd_cb_userdata(context, &request);
  bool loaded = SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) == 1;
  SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
  return loaded ? Failure{} : about_key(settings, key, request.made);
}

}  // namespace

std::shared_ptr<Context> Context::make(const Settings& settings, Failure* failure) {
  std::shared_ptr<Context> made(new Context(settings));
  made->context_.reset(SSL_CTX_new(settings.server ? TLS_server_method() : TLS_client_method()));
  SSL_CTX* context = made->get();
  if (context == nullptr) {
    *failure = take_failure();
    return nullptr;
  }
  SSL_CTX_set_app_data(context, made.get());
  SSL_CTX_set_default_passwd_cb(context, give_password);
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // Buffers are released while a connection is idle: ten thousand of them cost little.
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_read_ahead(context, 1);
  int mode = SSL_VERIFY_NONE;
  if (settings.verify) mode = settings.server ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_PEER;
  SSL_CTX_set_verify(context, mode, nullptr);
  if (settings.server) {
    static const unsigned char id[] = "arun";
    SSL_CTX_set_session_id_context(context, id, sizeof id - 1);
    if (!settings.protocols.empty()) SSL_CTX_set_alpn_select_cb(context, choose_protocol, made.get());
  } else {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, new_session);
    if (!settings.protocols.empty()) {
      SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(settings.protocols.data()),
                              static_cast<unsigned int>(settings.protocols.size()));
    }
  }
  *failure = load(context, settings);
  if (*failure) return nullptr;
  return made;
}

SSL_SESSION* Context::session_of(const std::string& host) {
  auto at = by_host_.find(host);
  if (at == by_host_.end()) return nullptr;
  sessions_.splice(sessions_.begin(), sessions_, at->second);
  return at->second->second.get();
}

void Context::remember(const std::string& host, SSL_SESSION* session) {
  auto at = by_host_.find(host);
  if (at != by_host_.end()) {
    at->second->second.reset(session);
    sessions_.splice(sessions_.begin(), sessions_, at->second);
    return;
  }
  sessions_.emplace_front(host, session);
  by_host_[host] = sessions_.begin();
  if (sessions_.size() <= kMostSessions) return;
  by_host_.erase(sessions_.back().first);
  sessions_.pop_back();
}

}  // namespace arun::tls
