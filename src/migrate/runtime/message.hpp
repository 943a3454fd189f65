#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/error.hpp"
#include "migrate/runtime/cpp_statements.hpp"
#include "migrate/runtime/prepared_step.hpp"

namespace migrate::runtime {

/// What a statement of a message is there for; decides how its failure is told.
enum class Purpose { frame, revision, row_guard, row_change, journal, hook, commit, reset };

/// One simple-protocol message made of statements of a revision and of our own, which can say afterwards what a failure
/// in it belongs to.
class Message {
 public:
  /// A statement of our own, or of a hook that is written at `place`.
  void add(Purpose purpose, std::string_view sql, std::string place = {});
  /// A statement of the revision's file.
  void add(const PreparedStep& step, const sql::Statement& statement);
  /// A statement of a C++ revision.
  void add(const PlacedStatement& statement);

  [[nodiscard]] bool empty() const noexcept { return parts_.empty(); }
  /// Sends it and reads all results.
  void send(engine::Connection& connection) const;

  struct Blame {
    Purpose purpose = Purpose::frame;
    std::optional<std::size_t> offset;  ///< byte in the revision's file
    std::string statement;              ///< its text
    std::string place;                  ///< of a hook, or the line of a C++ revision
  };
  /// Which statement failed, and where.
  [[nodiscard]] Blame blame(const engine::SqlError& error) const;

 private:
  struct Part {
    Purpose purpose;
    std::size_t start;  ///< byte in text_
    std::size_t length;
    std::optional<std::size_t> source;  ///< byte in the file
    std::string place;
  };
  std::string text_;
  std::vector<Part> parts_;
  std::vector<std::string_view> copies_;
  std::vector<std::unique_ptr<const std::string>> data_;  ///< of copies that no file holds
};

}  // namespace migrate::runtime
