#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "migrate/base/error.hpp"

namespace migrate::command {

/// The desired schema cannot be had: a file is missing or is no SQL, or the server does not take a statement of it. The
/// message begins with "file:line:column: " where there is one. Nothing was changed anywhere.
class SchemaError : public base::Error {
 public:
  using Error::Error;
};

/// A file of SQL, such as schema.sql or a dump; or a model, as its source or as the SQL that it stands for.
struct SchemaFile {
  std::filesystem::path path;
  std::string text;
  /// Of a model's SQL: where what begins at the byte was written, "models/users.cpp:12". In the order of the text.
  std::vector<std::pair<std::size_t, std::string>> places{};

  /// "schema.sql:12:5" for a byte of the text.
  [[nodiscard]] std::string place(std::size_t offset) const;
};

/// The files as they are, and of directories all .sql and .cpp files in them and below, in the order of their names.
/// Throws SchemaError for what is not there, directories without any, and text that is not UTF-8.
std::vector<SchemaFile> read_schema_files(std::span<const std::filesystem::path> targets);

}  // namespace migrate::command
