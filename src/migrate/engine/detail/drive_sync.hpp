#pragma once
#include <chrono>

#include "migrate/engine/deadline.hpp"
#include "migrate/engine/detail/operation.hpp"
#include "migrate/engine/detail/wire.hpp"

namespace migrate::engine::detail {

enum class DriveEnd { done, timed_out, interrupted };

/// The blocking driver: waits with poll(2) and steps the wire until it is done, the deadline passes, or `interrupt_fd`
/// (-1: none) becomes readable. What is done already counts as done, late or not.
DriveEnd drive_sync(Wire& wire, Deadline deadline, int interrupt_fd);

/// The same for a whole operation: until it is over or paused. An `interrupt_fd` that is readable cuts it, once.
void drive_sync(Operation& operation, int interrupt_fd);

/// Whether the descriptor is readable now.
bool is_readable(int fd) noexcept;

/// Sleeps; false as soon as `interrupt_fd` is readable.
bool sleep_unless(int interrupt_fd, std::chrono::nanoseconds time) noexcept;

}  // namespace migrate::engine::detail
