#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migrate/engine/detail/exchange.hpp"
#include "migrate/engine/detail/flight.hpp"
#include "migrate/engine/detail/statement_cache.hpp"
#include "migrate/engine/parameters.hpp"

namespace migrate::engine::detail {

/// What goes out in the same flight as a statement.
struct Glue {
  std::string begin;    ///< before it: BEGIN …; empty: none
  bool commit = false;  ///< after it: COMMIT; ROLLBACK, one round trip later, when the statement failed
};

/// One statement with parameters, in one round trip: as it is, or prepared and remembered where the connection keeps
/// statements, alone or glued to BEGIN and COMMIT. A prepared statement the server has lost, or whose result would have
/// other columns than before, is prepared again and sent again, outside of a transaction.
class Query final : public Exchange {
 public:
  /// Bounded by command_timeout.
  explicit Query(Channel& channel);

  void start(std::string_view sql, Parameters parameters, Glue glue = {});
  void start(std::shared_ptr<Statement> statement, Parameters parameters, Glue glue = {});
  /// Only parses it.
  void start_prepare(std::shared_ptr<Statement> statement);

  /// After it is over. Throws what went wrong; with COMMIT glued to it, also what that failed of.
  Result finish();
  /// Whether BEGIN took effect, so that a transaction is open unless COMMIT has ended it. Known when over.
  [[nodiscard]] bool begun() const noexcept { return begun_; }

 private:
  static constexpr std::size_t k_nowhere = static_cast<std::size_t>(-1);
  /// Where in the flight something is.
  struct Places {
    std::size_t begin = k_nowhere, prepare = k_nowhere, run = k_nowhere, commit = k_nowhere;
  };

  Progress advance() override;
  void launch();
  void launch_plain();
  void launch_flight();
  bool queue_doomed();
  bool queue_statement();
  bool queue_words(const std::string& sql, std::shared_ptr<Statement>& kept, std::size_t& place);
  bool queue_parse(const std::shared_ptr<Statement>& statement);
  bool queue_all();
  Progress read_plain();
  void land();
  Progress roll_back();
  Progress go_again();
  [[nodiscard]] bool begins_here() const;
  [[nodiscard]] bool worth_another_try(const std::optional<ErrorFields>& error);

  std::string sql_;
  std::shared_ptr<Statement> statement_;
  Parameters parameters_;
  Glue glue_;
  Flight flight_;
  Places places_;
  std::shared_ptr<Statement> begin_;  ///< BEGIN and COMMIT prepared, where statements are kept
  std::shared_ptr<Statement> commit_;
  std::vector<std::pair<std::size_t, std::shared_ptr<Statement>>> parsed_;  ///< what the flight prepares, and where
  std::size_t first_ = 0;  ///< of the flight that belongs to this statement
  bool run_ = true;
  bool outside_ = false;  ///< of any transaction when it was sent
  bool retried_ = false;
  bool begun_ = false;
  bool committed_ = false;
  bool rolling_back_ = false;
  bool again_ = false;
};

}  // namespace migrate::engine::detail
