#include "migrate/engine/registry.hpp"

#include <atomic>
#include <utility>

namespace migrate::engine {
namespace {

std::atomic<EngineRegistry*>& override_of_registry() noexcept {
  static std::atomic<EngineRegistry*> instead{nullptr};
  return instead;
}

}  // namespace

EngineRegistry::EngineRegistry() : EngineRegistry(EngineFactoryOptions{}) {}

EngineRegistry::EngineRegistry(EngineFactoryOptions options)
    : factory_(std::make_shared<SyncEngineFactory>(std::move(options))) {}

void EngineRegistry::configure(EngineFactoryOptions options) {
  auto factory = std::make_shared<SyncEngineFactory>(std::move(options));
  const std::lock_guard lock(mutex_);
  factory_ = std::move(factory);
}

ConnectionConfig EngineRegistry::config() const {
  const auto factory = this->factory();
  if (!factory->options().config) throw_unconfigured();
  return *factory->options().config;
}

std::shared_ptr<SyncEngineFactory> EngineRegistry::factory() const {
  const std::lock_guard lock(mutex_);
  return factory_;
}

void EngineRegistry::reset() {
  const auto before = factory();
  configure(EngineFactoryOptions{});
  before->dispose();
}

bool EngineRegistry::close(Deadline deadline) {
  return factory()->close(deadline);
}

EngineRegistry& current_registry() noexcept {
  static EngineRegistry own;
  EngineRegistry* const instead = override_of_registry().load();
  return instead != nullptr ? *instead : own;
}

RegistryOverride::RegistryOverride(EngineRegistry& instead) noexcept
    : before_(override_of_registry().exchange(&instead)) {}

RegistryOverride::~RegistryOverride() {
  override_of_registry().store(before_);
}

}  // namespace migrate::engine
