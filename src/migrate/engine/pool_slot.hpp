#pragma once
#include <cstddef>
#include <cstdint>
#include <thread>

#include "migrate/engine/deadline.hpp"

namespace migrate::engine {

/// What a pool notes of one connection. Changed by its ledger, or by the one thread that leases it.
struct PoolSlot {
  Deadline::Clock::time_point expires = Deadline::Clock::time_point::max();  ///< not reused from then on
  Deadline::Clock::time_point idle_since{};
  std::uint64_t generation = 0;  ///< the pool's when connecting began; an older one is not reused
  std::thread::id owner;         ///< the thread the lease was given to
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
