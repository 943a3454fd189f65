#include "migrate/base/digest.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

#include "migrate/base/error.hpp"

namespace migrate::base {
namespace {

constexpr std::size_t k_digest_bytes = 32;
using Digest = std::array<unsigned char, k_digest_bytes>;
using Context = std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)>;

/// `worked`: what the library answers when all is well is 1.
void require(int worked) {
  if (worked == 1) return;
  throw Error("the system's cryptographic library cannot compute SHA-256",
              "Check the installation of OpenSSL's libcrypto, and its configuration file (openssl.cnf).");
}

std::string in_hex(const Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(digest.size() * 2);
  for (const auto byte : digest) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::optional<std::string> digest_of(int file) {
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  require(context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1 ? 1 : 0);
  // Small enough for the processor's cache: what is read is still there when it is summed up.
  std::array<char, 65536> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  for (;;) {
    const auto count = ::read(file, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    require(EVP_DigestUpdate(context.get(), piece.data(), static_cast<std::size_t>(count)));
  }
  Digest digest{};
  require(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr));
  return in_hex(digest);
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  Digest digest{};
  require(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr));
  return in_hex(digest);
}

std::optional<std::string> sha256_hex_of_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  try {
    auto digest = digest_of(file);
    ::close(file);
    return digest;
  } catch (...) {
    ::close(file);
    throw;
  }
}

}  // namespace migrate::base
