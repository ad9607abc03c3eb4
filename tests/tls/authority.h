// Certificates for tests, made in memory: an authority, and what it signs.
#pragma once

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace arun::test {

struct Certificate {
  std::shared_ptr<X509> certificate;
  std::shared_ptr<EVP_PKEY> key;

  // Certificate and key as PEM.
  std::string pem() const;
};

struct Wanted {
  std::string common_name = "localhost";
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  long from_seconds = -3600;  // from now
  long to_seconds = 3600;
};

class Authority {
 public:
  explicit Authority(const std::string& name);

  Certificate sign(const Wanted& wanted) const;
  const Certificate& root() const { return root_; }

 private:
  Certificate root_;
};

}  // namespace arun::test
