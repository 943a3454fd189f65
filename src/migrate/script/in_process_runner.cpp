#include <dlfcn.h>
#include <fmt/format.h>

#include <atomic>
#include <exception>
#include <map>

#include "migrate/schema/request.hpp"
#include "migrate/script/detail/module_library.hpp"
#include "migrate/script/module.hpp"

namespace migrate::script {
namespace {

/// Between a revision and `serve`: no exception may pass the C function in the middle.
class Bridge {
 public:
  explicit Bridge(const Serve& serve) : serve_(serve) {}

  [[nodiscard]] MigrateChannel channel() { return {this, &Bridge::call, nullptr}; }

  /// Throws what `serve` threw.
  void finish() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  static int call(void* host, const char* request, std::size_t size, const char** reply, std::size_t* reply_size) {
    auto& self = *static_cast<Bridge*>(host);
    self.answer({request, size});
    *reply = self.reply_.bytes.data();
    *reply_size = self.reply_.bytes.size();
    return self.reply_.error ? 1 : 0;
  }

  void answer(std::string_view request) {
    try {
      if (!failure_) reply_ = serve_(request);
    } catch (...) {
      failure_ = std::current_exception();
    }
    // The revision is to end; whatever it still asks for is refused.
    if (failure_) reply_ = {true, schema::encode(schema::ErrorReply{schema::ErrorKind::other, "migrate gave up", ""})};
  }

  const Serve& serve_;
  ServeReply reply_;
  std::exception_ptr failure_;
};

class InProcessRunner : public ModuleRunner {
 public:
  void load(const ModuleSet& modules) override {
    std::atomic<unsigned> current{0};
    indexes_.clear();
    library_.load(modules, brings_runtime(modules), current);
    for (const auto& image : modules.revisions) {
      const auto index = indexes_.size();
      detail::require_upgrade(image, library_.function(index, Direction::upgrade) != nullptr);
      indexes_.emplace(image.revision, index);
    }
  }

  [[nodiscard]] bool has(std::string_view revision, Direction direction) const override {
    const auto found = indexes_.find(revision);
    return found != indexes_.end() && library_.function(found->second, direction) != nullptr;
  }

  bool run(std::string_view revision, Direction direction, std::string_view info, const Serve& serve) override {
    if (!has(revision, direction)) {
      throw RevisionError(fmt::format("revision {} has no {}() that could be run", revision, to_string(direction)));
    }
    Bridge bridge(serve);
    const auto channel = bridge.channel();
    const auto function = library_.function(indexes_.find(revision)->second, direction);
    const int failed = library_.entry()(function, &channel, info.data(), info.size());
    bridge.finish();
    return failed == 0;
  }

 private:
  /// A C++ runtime that this process uses already must stay the only one.
  static bool brings_runtime(const ModuleSet& modules) {
    return !modules.libraries.empty() && ::dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_NOLOAD) == nullptr;
  }

  detail::ModuleLibrary library_;
  std::map<std::string, std::size_t, std::less<>> indexes_;
};

}  // namespace

std::unique_ptr<ModuleRunner> in_process_runner() {
  return std::make_unique<InProcessRunner>();
}

}  // namespace migrate::script
