#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "migrate/engine/engine.hpp"

namespace migrate::engine {

/// Where an engine comes from: what code that is to be tested with another one takes.
template <typename E>
class EngineSource {
 public:
  virtual ~EngineSource() = default;
  /// The same engine each time. No I/O.
  virtual E create() = 0;
};

using EngineFactory = EngineSource<Engine>;

/// What the engines of a factory have in common.
struct EngineFactoryOptions {
  /// Of create(), which is refused without; and what settings that are given in parts leave out.
  std::optional<ConnectionConfig> config{};
  ConnectionHooks hooks{};
};

/// Throws DatabaseArgumentError: no configuration was given before the first engine was asked for.
[[noreturn]] void throw_unconfigured();
/// Tells the log that there is another engine for a database that has one.
void warn_second_engine(const base::LogSink& log, const ConnectionConfig& config);

/// Makes an engine of a kind when it is first asked for, and the same one for an equal configuration ever after.
/// `Call` is what a callback on a new connection looks like. Thread-safe.
template <typename E, typename Call>
class CachingEngineFactory : public EngineSource<E> {
 public:
  using Callback = std::function<Call>;
  using Callbacks = std::map<std::string, Callback>;
  using Make = std::function<E(const ConnectionConfig&, const ConnectionHooks&, const Callbacks&)>;

  explicit CachingEngineFactory(EngineFactoryOptions options, Make make)
      : options_(std::move(options)), make_(std::move(make)) {}

  /// The engine of the factory's own configuration. Throws DatabaseArgumentError when it has none.
  E create() override {
    if (!options_.config) throw_unconfigured();
    return create_engine(*options_.config);
  }
  E create_engine(const ConnectionConfig& config);
  E create_engine(ConnectionSettings settings) {
    return create_engine(
        ConnectionConfig(std::move(settings), options_.config ? options_.config->parts() : ConnectionDefaults{}));
  }

  /// `callback` is run on every new connection of engines made after this, in the order of the names; what it throws
  /// fails the connect. A second one of the same name replaces the first.
  void register_callback(std::string name, Callback callback) {
    const std::lock_guard lock(mutex_);
    callbacks_.insert_or_assign(std::move(name), std::move(callback));
  }
  bool unregister_callback(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return callbacks_.erase(name) > 0;
  }

  /// Every engine made so far.
  [[nodiscard]] std::vector<E> engines() const;
  /// Forgets all engines and closes what they do not lend; users of one keep it.
  void dispose() {
    for (E& engine : forget()) engine.dispose();
  }
  [[nodiscard]] const EngineFactoryOptions& options() const noexcept { return options_; }

 protected:
  std::vector<E> forget();

 private:
  struct Entry {
    ConnectionConfig config;
    E engine;
  };

  EngineFactoryOptions options_;
  Make make_;
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
  Callbacks callbacks_;
};

/// Makes engines for threads.
class SyncEngineFactory : public CachingEngineFactory<Engine, void(Connection&)> {
 public:
  explicit SyncEngineFactory(EngineFactoryOptions options = {});
  explicit SyncEngineFactory(ConnectionConfig config, ConnectionHooks hooks = {});
  /// Closes every engine gracefully and forgets it; false when one had leases out at the deadline.
  bool close(Deadline deadline = Deadline::never());
};

template <typename E, typename Call>
E CachingEngineFactory<E, Call>::create_engine(const ConnectionConfig& config) {
  const std::lock_guard lock(mutex_);
  bool second = false;
  for (const Entry& entry : entries_) {
    if (entry.config == config) return entry.engine;
    second = second || entry.config.url() == config.url();
  }
  if (second) warn_second_engine(options_.hooks.log, config);
  E engine = make_(config, options_.hooks, callbacks_);
  entries_.push_back({config, engine});
  return engine;
}

template <typename E, typename Call>
std::vector<E> CachingEngineFactory<E, Call>::engines() const {
  const std::lock_guard lock(mutex_);
  std::vector<E> engines;
  for (const Entry& entry : entries_) engines.push_back(entry.engine);
  return engines;
}

template <typename E, typename Call>
std::vector<E> CachingEngineFactory<E, Call>::forget() {
  const std::lock_guard lock(mutex_);
  std::vector<E> engines;
  for (Entry& entry : entries_) engines.push_back(std::move(entry.engine));
  entries_.clear();
  return engines;
}

}  // namespace migrate::engine
