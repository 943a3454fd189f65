#pragma once
#include <memory>
#include <mutex>
#include <source_location>

#include "migrate/engine/engine_factory.hpp"
#include "migrate/engine/session_factory.hpp"

namespace migrate::engine {

/// The engines of a program that wants to ask for them from everywhere. Nothing needs it: whoever is given an engine or
/// a factory is easier to test. Thread-safe.
class EngineRegistry {
 public:
  EngineRegistry();
  explicit EngineRegistry(EngineFactoryOptions options);

  /// Which database get_engine() means, and what settings in parts leave out. Engines made before stay with those who
  /// have them, and are forgotten here.
  void configure(EngineFactoryOptions options);
  void configure(ConnectionConfig config) { configure(EngineFactoryOptions{.config = std::move(config)}); }
  /// Throws DatabaseArgumentError when nothing is configured.
  [[nodiscard]] ConnectionConfig config() const;

  /// Made with the first call, the same one ever after. Throws DatabaseArgumentError when nothing is configured.
  [[nodiscard]] Engine get_engine() { return factory()->create(); }
  /// One for each configuration.
  [[nodiscard]] Engine get_engine(const ConnectionConfig& config) { return factory()->create_engine(config); }
  [[nodiscard]] Engine get_engine(ConnectionSettings settings) { return factory()->create_engine(std::move(settings)); }
  [[nodiscard]] SessionFactory get_session_factory() { return SessionFactory(get_engine()); }
  [[nodiscard]] std::shared_ptr<SyncEngineFactory> factory() const;

  /// Forgets engines and configuration; idle connections are closed, leased ones when they come back.
  void reset();
  /// Closes every engine gracefully; see Engine::close().
  bool close(Deadline deadline = Deadline::never());

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<SyncEngineFactory> factory_;
};

/// The registry that the functions below ask: the program's own, or the one that overrides it.
[[nodiscard]] EngineRegistry& current_registry() noexcept;

/// While it lives, the functions below ask `instead`: for tests. Not while other threads ask.
class [[nodiscard]] RegistryOverride {
 public:
  explicit RegistryOverride(EngineRegistry& instead) noexcept;
  ~RegistryOverride();
  RegistryOverride(const RegistryOverride&) = delete;
  RegistryOverride& operator=(const RegistryOverride&) = delete;

 private:
  EngineRegistry* before_;
};

inline void configure_database(ConnectionConfig config) {
  current_registry().configure(std::move(config));
}
inline void configure_database(EngineFactoryOptions options) {
  current_registry().configure(std::move(options));
}
[[nodiscard]] inline Engine get_engine() {
  return current_registry().get_engine();
}
[[nodiscard]] inline SessionFactory get_session_factory() {
  return current_registry().get_session_factory();
}

/// A connection for this scope, of the registry's engine for such a configuration:
///   auto connection = sync_connection({.db_role = "app", .db_name = "shop"});
///   connection->execute("SELECT 1");
[[nodiscard]] inline Lease<Connection> sync_connection(
    ConnectionSettings settings, const std::source_location& site = std::source_location::current()) {
  return current_registry().get_engine(std::move(settings)).connect(Deadline::never(), site);
}
[[nodiscard]] inline Lease<Connection> sync_connection(
    const ConnectionConfig& config, const std::source_location& site = std::source_location::current()) {
  return current_registry().get_engine(config).connect(Deadline::never(), site);
}
/// A session for this scope; it commits when it is told to.
[[nodiscard]] inline Session sync_session(ConnectionSettings settings,
                                          const std::source_location& site = std::source_location::current()) {
  return Session(current_registry().get_engine(std::move(settings)), {}, site);
}
[[nodiscard]] inline Session sync_session(const ConnectionConfig& config,
                                          const std::source_location& site = std::source_location::current()) {
  return Session(current_registry().get_engine(config), {}, site);
}

}  // namespace migrate::engine
