#pragma once
#include <string>

#include "migrate/script/revision.hpp"
#include "migrate/sql/statement.hpp"

namespace migrate::runtime {

/// What an applied revision is remembered by: its upgrade section, or all of its C++ source.
struct RevisionContent {
  std::string text;  ///< of the whole file
  sql::Range body;   ///< the part that counts
  std::string checksum;

  [[nodiscard]] std::string_view section() const { return body.of(text); }
};

/// Reads the file, or what a bundle holds of it. Throws RevisionError, FileError.
RevisionContent upgrade_content(const script::Revision& revision);

}  // namespace migrate::runtime
