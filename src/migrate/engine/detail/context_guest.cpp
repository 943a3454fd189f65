#include "migrate/engine/detail/context_guest.hpp"

#include "migrate/engine/error.hpp"

namespace migrate::engine::detail {

void GuestList::enter(ContextGuest& guest) {
  const std::lock_guard lock(mutex_);
  if (gone_) {
    throw DatabaseArgumentError("the execution context of this engine or connection has ended",
                                "Keep the io_context alive for as long as connections are used.");
  }
  guests_.push_back(guest);
  guest.inside_ = true;
}

void GuestList::leave(ContextGuest& guest) noexcept {
  const std::lock_guard lock(mutex_);
  if (!guest.inside_) return;
  guests_.remove(guest);
  guest.inside_ = false;
}

void GuestList::send_home() noexcept {
  const std::lock_guard lock(mutex_);
  gone_ = true;
  while (ContextGuest* guest = guests_.pop_front()) {
    guest->inside_ = false;
    // Under the lock: a guest that ends at this moment on another thread waits in leave().
    guest->context_gone();
  }
}

bool GuestList::gone() const noexcept {
  const std::lock_guard lock(mutex_);
  return gone_;
}

ContextGuest::ContextGuest(std::shared_ptr<GuestList> list) : list_(std::move(list)) {
  list_->enter(*this);
}

}  // namespace migrate::engine::detail
