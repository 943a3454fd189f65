#pragma once
#include <memory>
#include <mutex>

#include "migrate/engine/pool_slot.hpp"

namespace migrate::engine::detail {

class ContextGuest;

/// The objects that must let go of an execution context before it ends. Outlives the context, so that a guest can
/// leave at any time. Thread-safe.
class GuestList {
 public:
  void enter(ContextGuest& guest);
  void leave(ContextGuest& guest) noexcept;
  /// The context ends: tells every guest. From then on enter() throws DatabaseArgumentError.
  void send_home() noexcept;
  [[nodiscard]] bool gone() const noexcept;

 private:
  // A guest may own others that leave while it lets go.
  mutable std::recursive_mutex mutex_;
  LinkedList<ContextGuest> guests_;
  bool gone_ = false;
};

/// Something that holds objects or suspended coroutines of an execution context (asio::io_context …) and may outlive
/// it. The most derived destructor calls leave() first.
class ContextGuest {
 public:
  /// Throws DatabaseArgumentError when the context has ended already.
  explicit ContextGuest(std::shared_ptr<GuestList> list);
  virtual ~ContextGuest() = default;
  ContextGuest(const ContextGuest&) = delete;
  ContextGuest& operator=(const ContextGuest&) = delete;

  /// The context is about to end and nothing of it runs any more: let go of all that belongs to it.
  virtual void context_gone() noexcept = 0;

  ContextGuest* next = nullptr;
  ContextGuest* previous = nullptr;

 protected:
  void leave() noexcept { list_->leave(*this); }
  /// Enters a list again after leave().
  void enter() { list_->enter(*this); }

 private:
  friend class GuestList;
  std::shared_ptr<GuestList> list_;
  bool inside_ = false;
};

}  // namespace migrate::engine::detail
