#pragma once
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <thread>

#include "migrate/engine/deadline.hpp"

namespace migrate::engine {

/// Who asks for a connection. Coroutines have no thread of their own and leave it empty.
struct PoolHolder {
  std::thread::id thread;
  std::source_location site;
};

/// What a pool notes of one connection. Changed by its ledger under its lock, or by the one who leases it where said.
struct PoolSlot {
  Deadline::Clock::time_point expires = Deadline::Clock::time_point::max();  ///< not reused from then on
  Deadline::Clock::time_point idle_since{};
  Deadline::Clock::time_point heard{};                                       ///< returned, or answered a ping since
  Deadline::Clock::time_point keep_at = Deadline::Clock::time_point::max();  ///< to be pinged when idle until then
  Deadline::Clock::time_point leased_at{};
  std::uint64_t generation = 0;  ///< the pool's when connecting began; an older one is not reused
  PoolHolder holder;             ///< whom the lease was given to
  std::uint64_t round = 0;       ///< the last retain() that looked at it
  bool borrowed = false;         ///< the pool itself holds it, for a look
  bool leak_told = false;
  bool soft_invalid = false;  ///< set by the holder: not reused after this lease
  PoolSlot* next = nullptr;
  PoolSlot* previous = nullptr;
};

/// A doubly linked list through the items themselves: nothing is allocated, any item leaves in constant time.
template <typename Item>
class LinkedList {
 public:
  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] Item* first() const noexcept { return first_; }
  [[nodiscard]] Item* last() const noexcept { return last_; }

  void push_front(Item& item) noexcept {
    item.previous = nullptr;
    item.next = first_;
    (first_ == nullptr ? last_ : first_->previous) = &item;
    first_ = &item;
    ++size_;
  }
  void push_back(Item& item) noexcept {
    item.next = nullptr;
    item.previous = last_;
    (last_ == nullptr ? first_ : last_->next) = &item;
    last_ = &item;
    ++size_;
  }
  /// Puts `item` before `place`, which is in the list.
  void insert_before(Item& place, Item& item) noexcept {
    if (&place == first_) return push_front(item);
    item.previous = place.previous;
    item.next = &place;
    place.previous->next = &item;
    place.previous = &item;
    ++size_;
  }
  void remove(Item& item) noexcept {
    (item.previous == nullptr ? first_ : item.previous->next) = item.next;
    (item.next == nullptr ? last_ : item.next->previous) = item.previous;
    item.next = item.previous = nullptr;
    --size_;
  }
  Item* pop_front() noexcept {
    Item* item = first_;
    if (item != nullptr) remove(*item);
    return item;
  }

 private:
  Item* first_ = nullptr;
  Item* last_ = nullptr;
  std::size_t size_ = 0;
};

using SlotList = LinkedList<PoolSlot>;

}  // namespace migrate::engine
