#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "migrate/base/error.hpp"

namespace migrate::command {

/// The desired schema cannot be had: a file is missing or is no SQL, or the server does not take a statement of it. The
/// message begins with "file:line:column: " where there is one. Nothing was changed anywhere.
class SchemaError : public base::Error {
 public:
  using Error::Error;
};

/// A file of SQL, such as schema.sql or a dump.
struct SchemaFile {
  std::filesystem::path path;
  std::string text;

  /// "schema.sql:12:5" for a byte of the text.
  [[nodiscard]] std::string place(std::size_t offset) const;
};

/// The files as they are, and of directories all .sql files in them and below, in the order of their names. Throws
/// SchemaError for what is not there, directories without any, and text that is not UTF-8.
std::vector<SchemaFile> read_schema_files(std::span<const std::filesystem::path> targets);

}  // namespace migrate::command
