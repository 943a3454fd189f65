#pragma once
#include <optional>

#include "migrate/engine/detail/operation.hpp"

namespace migrate::engine::detail {

class Channel;

/// Until a notification is there. The deadline is no failure.
class NotificationWait final : public Operation {
 public:
  NotificationWait(Channel& channel, Deadline deadline);

  Want step(bool readable) override;
  [[nodiscard]] int fd() const noexcept override;
  [[nodiscard]] Deadline deadline() const noexcept override { return deadline_; }
  void cut(Cut why) override { cut_ = why; }
  [[nodiscard]] bool is_cut() const noexcept override { return cut_ != Cut::none; }

  /// Nothing: the deadline passed. Throws DatabaseInterrupted, and DatabaseConnectionError when the connection was
  /// lost.
  std::optional<Notification> finish();

 private:
  Channel& channel_;
  Deadline deadline_;
  Cut cut_ = Cut::none;
  bool lost_ = false;
  std::optional<Notification> found_;
};

}  // namespace migrate::engine::detail
