#pragma once
#include <optional>
#include <string_view>

#include "migrate/engine/detail/exchange.hpp"
#include "migrate/engine/parameters.hpp"

namespace migrate::engine::detail {

/// A statement whose rows come one by one. Paused at each row: row() holds it. command_timeout bounds the wait for
/// each.
class RowSource final : public Exchange {
 public:
  explicit RowSource(Channel& channel);
  void start(std::string_view sql, const Parameters& parameters);

  /// Before the driver goes on to the next row.
  void next_row();
  /// A result of one row; nothing when over().
  [[nodiscard]] const std::optional<Result>& row() const noexcept { return row_; }
  /// When over: throws what ended it, an error after rows too. Else the statement's own result, without rows.
  Result finish();

  /// Nobody wants the rest. What has arrived is dropped; false: more is on its way, so cut(abandon) and drive on.
  bool abandon();
  /// After that: whether the connection can go on.
  bool finish_abandoned() noexcept;

 private:
  Progress advance() override;

  std::optional<Result> row_;
  bool abandoned_ = false;
};

}  // namespace migrate::engine::detail
