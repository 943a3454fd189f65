#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace migrate::engine {

/// A thread that calls one function again and again, whenever it is due. It starts when asked, and is never waited for:
/// what it works on must be kept alive by the function, or found gone by it. Thread-safe.
class UpkeepThread {
 public:
  /// Does what is due; answers when to be called again, or nothing: never. Must not throw.
  using Work = std::function<std::optional<std::chrono::nanoseconds>()>;

  UpkeepThread();
  /// Ends the thread soon.
  ~UpkeepThread();
  UpkeepThread(const UpkeepThread&) = delete;
  UpkeepThread& operator=(const UpkeepThread&) = delete;

  /// The first call starts the thread, later ones do nothing. Throws std::system_error when there can be none.
  void start(Work work);
  /// A function that has the work called at once, or as soon as it runs no more. It may outlive this object.
  [[nodiscard]] std::function<void()> bell() const;
  /// The work is not called again, except that a call under way goes on.
  void stop() noexcept;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace migrate::engine
