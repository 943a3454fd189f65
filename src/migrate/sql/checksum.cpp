#include "migrate/sql/checksum.hpp"

#include "migrate/base/digest.hpp"
#include "migrate/sql/detail/canonical.hpp"
#include "migrate/sql/detail/cpp_tokens.hpp"

namespace migrate::sql {

std::string section_checksum(std::string_view text, std::span<const Statement> statements) {
  detail::CanonicalForm form;
  for (const Statement& statement : statements) form.add(text, statement);
  return "s1:" + base::sha256_hex(form.bytes());
}

std::vector<std::string> statement_checksums(std::string_view text, std::span<const Statement> statements) {
  std::vector<std::string> digests;
  digests.reserve(statements.size());
  detail::CanonicalForm form;
  for (const Statement& statement : statements) {
    form.clear();
    form.add(text, statement);
    digests.push_back(base::sha256_hex(form.bytes()).substr(0, 16));
  }
  return digests;
}

std::string cpp_checksum(std::string_view text) {
  return "c1:" + base::sha256_hex(detail::canonical_cpp(text));
}

}  // namespace migrate::sql
