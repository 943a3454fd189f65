#include "migrate/engine/detail/notification_wait.hpp"

#include <utility>

#include "migrate/engine/detail/channel.hpp"

namespace migrate::engine::detail {

NotificationWait::NotificationWait(Channel& channel, Deadline deadline) : channel_(channel), deadline_(deadline) {
  channel.require_idle();
}

Want NotificationWait::step(bool readable) {
  if (found_ || lost_) return Want::done;
  // What has come already counts, also when the time is over.
  if (readable && !channel_.wire.consume_unasked()) lost_ = true;
  channel_.deliver_notices();
  found_ = channel_.wire.take_notification();
  if (found_ || lost_ || cut_ != Cut::none) return Want::done;
  return Want::read;
}

int NotificationWait::fd() const noexcept {
  return channel_.wire.socket();
}

std::optional<Notification> NotificationWait::finish() {
  if (found_) return std::move(found_);
  if (lost_) channel_.throw_lost(std::nullopt);
  if (cut_ == Cut::interrupt) throw DatabaseInterrupted("interrupted while waiting for a notification");
  return std::nullopt;
}

}  // namespace migrate::engine::detail
