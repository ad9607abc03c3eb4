// Why TLS failed: for people, and for programs.
#pragma once

#include <string>

#include <openssl/ssl.h>

namespace arun::tls {

// The code is a word that stays the same from one version of OpenSSL to the next:
//   CERT_HAS_EXPIRED, SELF_SIGNED_CERT_IN_CHAIN, ...  what is wrong with a certificate, by OpenSSL's name for it
//   ERR_TLS_CERT_ALTNAME_INVALID                      it is another host's
//   ERR_SSL_ALERT_HANDSHAKE_FAILURE, ...              the other side's alert (RFC 8446, 6)
//   ERR_SSL_WRONG_VERSION_NUMBER, ...                 what OpenSSL found wrong with what the other side said
//   ERR_OSSL_PEM_NO_START_LINE, ...                   a file; or the system's: ENOENT
struct Failure {
  std::string text;
  std::string code;

  explicit operator bool() const { return !text.empty(); }
};

// The oldest error that OpenSSL noted in this thread, and the rest forgotten; empty = none.
Failure take_failure();

// The failure of the connection's last call: the oldest error noted, or what is wrong with the peer's certificate,
// where that is the reason and it counts (`verify`); `name`: of the host that it was to be of, "" = of nobody.
Failure failure_of(SSL* ssl, bool verify, const std::string& name);

// The input ended where it may not.
Failure unexpected_end(const char* text);

}  // namespace arun::tls
