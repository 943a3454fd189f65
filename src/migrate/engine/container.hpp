#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "migrate/engine/connection_proxy.hpp"
#include "migrate/engine/engine_factory.hpp"

namespace migrate::engine {

/// Ends an override when it goes.
class [[nodiscard]] ProviderOverride {
 public:
  explicit ProviderOverride(std::function<void()> undo) : undo_(std::move(undo)) {}
  ~ProviderOverride() {
    if (undo_) undo_();
  }
  ProviderOverride(ProviderOverride&& other) noexcept : undo_(std::exchange(other.undo_, nullptr)) {}
  ProviderOverride(const ProviderOverride&) = delete;
  ProviderOverride& operator=(const ProviderOverride&) = delete;
  ProviderOverride& operator=(ProviderOverride&&) = delete;

 private:
  std::function<void()> undo_;
};

/// Makes a T with each call. Thread-safe. Stays where it is, and must outlive its overrides.
template <typename T>
class Factory {
 public:
  using Make = std::function<T()>;

  explicit Factory(Make make) : make_(std::make_shared<const Make>(std::move(make))) {}
  Factory(const Factory&) = delete;
  Factory& operator=(const Factory&) = delete;

  T operator()() { return (*current())(); }

  /// For tests: until the returned object goes, T comes from `make`. Overrides end in the reverse order of their
  /// beginning.
  ProviderOverride override(Make make) {
    const std::lock_guard lock(mutex_);
    auto before = std::exchange(make_, std::make_shared<const Make>(std::move(make)));
    return ProviderOverride([this, before = std::move(before)] {
      const std::lock_guard relock(mutex_);
      make_ = before;
    });
  }

 private:
  std::shared_ptr<const Make> current() {
    const std::lock_guard lock(mutex_);
    return make_;
  }

  std::mutex mutex_;
  std::shared_ptr<const Make> make_;
};

/// Makes a T with the first call and answers the same one ever after. Thread-safe. Stays where it is, and must outlive
/// its overrides.
template <typename T>
class Singleton {
 public:
  using Make = std::function<std::shared_ptr<T>()>;

  explicit Singleton(Make make) : make_(std::move(make)) {}
  Singleton(const Singleton&) = delete;
  Singleton& operator=(const Singleton&) = delete;

  std::shared_ptr<T> operator()() {
    const std::lock_guard lock(mutex_);
    if (made_ == nullptr) made_ = make_();
    return made_;
  }

  /// For tests: until the returned object goes, `instead` is the one.
  ProviderOverride override(std::shared_ptr<T> instead) {
    const std::lock_guard lock(mutex_);
    auto before = std::exchange(made_, std::move(instead));
    return ProviderOverride([this, before = std::move(before)] {
      const std::lock_guard relock(mutex_);
      made_ = before;
    });
  }
  /// The next call makes a new one.
  void reset() {
    const std::lock_guard lock(mutex_);
    made_.reset();
  }

 private:
  std::mutex mutex_;
  Make make_;
  std::shared_ptr<T> made_;
};

/// What every application has; it adds repositories and units of work of its own:
///
///   struct Services : Container {
///     using Container::Container;
///     Factory<UnitOfWork<Users>> unit{[this] { return UnitOfWork<Users>(engine_factory()); }};
///   };
struct Container {
  explicit Container(ConnectionConfig config, ConnectionHooks hooks = {})
      : engine_factory([config = std::move(config), hooks = std::move(hooks)]() -> std::shared_ptr<EngineFactory> {
          return std::make_shared<SyncEngineFactory>(config, hooks);
        }) {}

  Singleton<EngineFactory> engine_factory;
  Factory<SessionFactory> session_factory{[this] { return SessionFactory(engine_factory()->create()); }};
  Factory<std::unique_ptr<ConnectionProxy>> connection_proxy{
      [this] { return std::make_unique<ConnectionProxy>(engine_factory()); }};
};

}  // namespace migrate::engine
