#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "migrate/engine/detail/wire.hpp"
#include "migrate/engine/result.hpp"

namespace migrate::engine::detail {

/// Several messages in one flight, and what came of each. Statements up to a sync are one implicit transaction; after
/// an error the rest up to there is skipped.
class Flight {
 public:
  struct Item {
    bool is_sync = false;
    bool skipped = false;
    std::optional<Result> result;
    std::unique_ptr<ErrorFields> error;  ///< rare, and large
  };

  explicit Flight(Wire& wire) : wire_(&wire) {}

  /// Each false: nothing more can be sent, the flight is broken and the connection with it.
  bool enter();
  bool query(const std::string& sql, Values values = {}) { return note(wire_->queue(sql, values)); }
  bool prepare(const std::string& name, const std::string& sql) { return note(wire_->queue_prepare(name, sql)); }
  bool prepared(const std::string& name, Values values) { return note(wire_->queue_prepared(name, values)); }
  bool sync();
  void launch() { wire_->launch(); }
  [[nodiscard]] bool in_air() const noexcept { return in_air_; }

  enum class Read { on, landed, broken };
  /// Reads one result; only when the wire has one.
  Read read();

  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  /// Items that were answered.
  [[nodiscard]] std::size_t answered() const noexcept { return at_; }
  [[nodiscard]] std::vector<Item>& items() noexcept { return items_; }
  void reserve(std::size_t size) { items_.reserve(size); }

 private:
  bool note(bool queued);

  Wire* wire_;
  std::vector<Item> items_;
  std::size_t at_ = 0;
  bool in_air_ = false;
};

}  // namespace migrate::engine::detail
