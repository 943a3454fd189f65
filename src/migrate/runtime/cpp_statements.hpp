#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "migrate/base/error.hpp"
#include "migrate/schema/naming.hpp"
#include "migrate/schema/operation.hpp"

namespace migrate::runtime {

/// A C++ revision asked for what cannot be. The message begins with the place.
class CppFault : public base::Error {
 public:
  CppFault(std::string place, const std::string& what, std::string hint = {});
  [[nodiscard]] const std::string& place() const noexcept { return place_; }
  [[nodiscard]] const std::string& what_alone() const noexcept { return what_; }

 private:
  std::string place_, what_;
};

/// One statement that a C++ revision wants run, or the beginning or end of a block outside transactions.
struct PlacedStatement {
  enum class Kind { statement, begin_autocommit, end_autocommit };
  Kind kind = Kind::statement;
  std::string sql;
  std::optional<std::string> copy_data;
  std::string place;  ///< "versions/ab_x.cpp:12"
  bool refuses_transaction = false;
  bool touches_session = false;
};

/// "versions/ab_x.cpp:12", with the revision's path as migrate knows it; the path alone when the line is not known.
std::string cpp_place(const std::filesystem::path& path, const std::string& file, unsigned line);

/// Turns the operations of one run of a revision into statements; knows, between two requests of it, whether it is in a
/// block outside transactions.
class CppRenderer {
 public:
  /// `path` of the revision; `transaction`: it runs in one. What is given must outlive this.
  CppRenderer(const std::filesystem::path& path, const schema::NamingConvention& naming, bool transaction)
      : path_(path), naming_(naming), transaction_(transaction) {}

  [[nodiscard]] bool outside() const noexcept { return !transaction_ || blocks_ > 0; }
  /// Throws CppFault for operations that make no sense, for BEGIN or COMMIT inside a transaction, and for what
  /// PostgreSQL refuses there.
  std::vector<PlacedStatement> render(std::span<const schema::PlacedOperation> operations);

 private:
  const std::filesystem::path& path_;
  const schema::NamingConvention& naming_;
  bool transaction_;
  int blocks_ = 0;  ///< open ones, one inside the other
};

/// The statements of one text, with the same checks.
std::vector<PlacedStatement> cut_statements(const std::string& text, const std::string& place, bool outside);

}  // namespace migrate::runtime
