#include "modules/tls/failure.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <string_view>

#include <uv.h>

namespace arun::tls {
namespace {

struct Named {
  long result;
  const char* code;
};

#define ARUN_VERIFY_RESULT(name) \
  { X509_V_ERR_##name, #name }
constexpr Named kCertificateCodes[] = {
    ARUN_VERIFY_RESULT(UNABLE_TO_GET_ISSUER_CERT),
    ARUN_VERIFY_RESULT(UNABLE_TO_DECRYPT_CERT_SIGNATURE),
    ARUN_VERIFY_RESULT(UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY),
    ARUN_VERIFY_RESULT(CERT_SIGNATURE_FAILURE),
    ARUN_VERIFY_RESULT(CERT_NOT_YET_VALID),
    ARUN_VERIFY_RESULT(CERT_HAS_EXPIRED),
    ARUN_VERIFY_RESULT(ERROR_IN_CERT_NOT_BEFORE_FIELD),
    ARUN_VERIFY_RESULT(ERROR_IN_CERT_NOT_AFTER_FIELD),
    ARUN_VERIFY_RESULT(OUT_OF_MEM),
    ARUN_VERIFY_RESULT(DEPTH_ZERO_SELF_SIGNED_CERT),
    ARUN_VERIFY_RESULT(SELF_SIGNED_CERT_IN_CHAIN),
    ARUN_VERIFY_RESULT(UNABLE_TO_GET_ISSUER_CERT_LOCALLY),
    ARUN_VERIFY_RESULT(UNABLE_TO_VERIFY_LEAF_SIGNATURE),
    ARUN_VERIFY_RESULT(CERT_CHAIN_TOO_LONG),
    ARUN_VERIFY_RESULT(CERT_REVOKED),
    ARUN_VERIFY_RESULT(INVALID_CA),
    ARUN_VERIFY_RESULT(PATH_LENGTH_EXCEEDED),
    ARUN_VERIFY_RESULT(INVALID_PURPOSE),
    ARUN_VERIFY_RESULT(CERT_UNTRUSTED),
    ARUN_VERIFY_RESULT(CERT_REJECTED),
    ARUN_VERIFY_RESULT(UNHANDLED_CRITICAL_EXTENSION),
    ARUN_VERIFY_RESULT(INVALID_EXTENSION),
    ARUN_VERIFY_RESULT(PERMITTED_VIOLATION),
    ARUN_VERIFY_RESULT(EXCLUDED_VIOLATION),
    ARUN_VERIFY_RESULT(EE_KEY_TOO_SMALL),
    ARUN_VERIFY_RESULT(CA_KEY_TOO_SMALL),
    ARUN_VERIFY_RESULT(CA_MD_TOO_WEAK),
    {X509_V_ERR_HOSTNAME_MISMATCH, "ERR_TLS_CERT_ALTNAME_INVALID"},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, "ERR_TLS_CERT_ALTNAME_INVALID"},
};
#undef ARUN_VERIFY_RESULT

const char* code_of_certificate(long result) {
  const auto* found = std::find_if(std::begin(kCertificateCodes), std::end(kCertificateCodes),
                                   [=](const Named& named) { return named.result == result; });
  return found != std::end(kCertificateCodes) ? found->code : "UNSPECIFIED";
}

// "wrong version number" as WRONG_VERSION_NUMBER.
std::string as_word(const char* text) {
  std::string word(text);
  for (char& c : word) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? static_cast<char>(std::toupper(c)) : '_';
  return word;
}

// The part of OpenSSL that failed, with an underscore behind it; "" where that says nothing.
const char* part_of(unsigned long error) {
  switch (ERR_GET_LIB(error)) {
    case ERR_LIB_ASN1:
      return "ASN1_";
    case ERR_LIB_EC:
      return "EC_";
    case ERR_LIB_EVP:
      return "EVP_";
    case ERR_LIB_PEM:
      return "PEM_";
    case ERR_LIB_RSA:
      return "RSA_";
    case ERR_LIB_X509:
      return "X509_";
    default:
      return "";
  }
}

std::string code_of(unsigned long error) {
  if (ERR_SYSTEM_ERROR(error)) return uv_err_name(-ERR_GET_REASON(error));
  const char* text = ERR_reason_error_string(error);
  std::string reason = text != nullptr ? as_word(text) : std::to_string(ERR_GET_REASON(error));
  if (ERR_GET_LIB(error) != ERR_LIB_SSL) return std::string("ERR_OSSL_") + part_of(error) + reason;
  // The words for an alert depend on OpenSSL's version, its number does not.
  int alert = ERR_GET_REASON(error) - SSL_AD_REASON_OFFSET;
  if (alert >= 0 && alert <= 255) return "ERR_SSL_ALERT_" + as_word(SSL_alert_desc_string_long(alert));
  return "ERR_SSL_" + reason;
}

std::string text_of(unsigned long error) {
  if (ERR_SYSTEM_ERROR(error)) return std::strerror(ERR_GET_REASON(error));
  const char* reason = ERR_reason_error_string(error);
  return reason != nullptr ? reason : "error " + std::to_string(error);
}

}  // namespace

Failure take_failure() {
  unsigned long error = ERR_get_error();
  ERR_clear_error();
  if (error == 0) return {};
  return {text_of(error), code_of(error)};
}

Failure failure_of(SSL* ssl, bool verify, const std::string& name) {
  Failure noted = take_failure();
  long verified = SSL_get_verify_result(ssl);
  if (verify && verified != X509_V_OK) {
    // What is wrong with the certificate is the reason, and not that the handshake failed.
    std::string text = X509_verify_cert_error_string(verified);
    return {name.empty() ? text : text + " (" + name + ")", code_of_certificate(verified)};
  }
  return noted ? noted : Failure{"the connection broke", "UNSPECIFIED"};
}

Failure unexpected_end(const char* text) {
  return {text, "ERR_SSL_UNEXPECTED_EOF_WHILE_READING"};
}

}  // namespace arun::tls
