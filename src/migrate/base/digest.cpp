#include "migrate/base/digest.hpp"

#include <openssl/evp.h>

#include <array>

#include "migrate/base/error.hpp"

namespace migrate::base {

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw Error("the system's cryptographic library cannot compute SHA-256",
                "Check the installation of OpenSSL's libcrypto, and its configuration file (openssl.cnf).");
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(std::size_t{size} * 2);
  for (unsigned i = 0; i < size; ++i) {
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 15U];
  }
  return text;
}

}  // namespace migrate::base
