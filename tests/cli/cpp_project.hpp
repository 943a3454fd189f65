#pragma once
#include <fmt/format.h>

#include <cctype>
#include <chrono>

#include "expect.hpp"
#include "migrate/base/text.hpp"

namespace migrate::test {

/// The text of a C++ revision: a header and the two functions. Empty `downgrade`: it has none.
inline std::string cpp_text(std::string_view id, std::string_view down, std::string_view upgrade,
                            std::string_view downgrade = "") {
  auto text = fmt::format(
      "// revision {0}\n//\n// revision: {0}\n// down_revision: {1}\n\n#include <migrate/op.hpp>\n\n"
      "using namespace migrate;\n\nvoid upgrade(Operations& op) {{\n{2}\n}}\n",
      id, down, upgrade);
  if (!downgrade.empty()) text += fmt::format("\nvoid downgrade(Operations& op) {{\n{}\n}}\n", downgrade);
  return text;
}

/// Line of the first statement of upgrade() in such a text.
inline constexpr int k_first_line = 11;

inline std::filesystem::path add_cpp(const Project& project, std::string_view id, std::string_view down,
                                     std::string_view upgrade, std::string_view downgrade = "") {
  return project.add_revision(fmt::format("{}.cpp", id), cpp_text(id, down, upgrade, downgrade));
}

/// An identifier that no other run has used: what holds it is in no cache.
inline std::string never_seen(const Project& project) {
  auto word = fmt::format("{}_{}", project.path().filename().string(),
                          std::chrono::system_clock::now().time_since_epoch().count());
  for (char& c : word) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return base::to_lower(word);
}

}  // namespace migrate::test
