#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/command/schema_files.hpp"

namespace migrate::command::detail {

/// A statement of a schema file that is not about the session only.
struct Piece {
  std::string_view text;
  std::optional<std::string_view> data;  ///< of COPY … FROM stdin
  std::size_t offset = 0;                ///< in the file
  std::size_t settings_before = 0;       ///< how many of SchemaScript::settings() stand before it
  std::string kind;                      ///< sql::Statement::kind
};

/// A schema file cut into what can be run apart. The file must outlive it.
class SchemaScript {
 public:
  /// Throws SchemaError with the place for text that cannot be cut.
  explicit SchemaScript(const SchemaFile& file);

  [[nodiscard]] const SchemaFile& file() const noexcept { return *file_; }
  [[nodiscard]] const std::vector<Piece>& pieces() const noexcept { return pieces_; }
  /// SET, RESET and set_config(): what the statements behind them may rely on.
  [[nodiscard]] const std::vector<std::string_view>& settings() const noexcept { return settings_; }

  /// False when a statement of it refuses to be run together with others.
  [[nodiscard]] bool runs_as_one() const noexcept { return runs_as_one_; }
  /// Everything in one message, and the data of its COPY statements.
  [[nodiscard]] const std::string& as_one() const noexcept { return as_one_; }
  [[nodiscard]] const std::vector<std::string_view>& copy_data() const noexcept { return copy_data_; }

 private:
  const SchemaFile* file_;
  std::vector<Piece> pieces_;
  std::vector<std::string_view> settings_;
  std::string as_one_;
  std::vector<std::string_view> copy_data_;
  bool runs_as_one_ = true;
};

}  // namespace migrate::command::detail
