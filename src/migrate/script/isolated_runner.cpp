#include <fmt/format.h>

#include <csignal>
#include <map>

#include "migrate/script/detail/module_library.hpp"
#include "migrate/script/detail/module_process.hpp"
#include "migrate/script/module.hpp"

namespace migrate::script {
namespace {

using detail::FrameKind;

class IsolatedRunner : public ModuleRunner {
 public:
  explicit IsolatedRunner(int interrupt_fd) : interrupt_fd_(interrupt_fd) {}

  void load(const ModuleSet& modules) override {
    process_.reset();
    modules_ = modules;
    functions_.clear();
    use_libraries_ = false;
    start();
  }

  [[nodiscard]] bool has(std::string_view revision, Direction direction) const override {
    const auto found = functions_.find(revision);
    return found != functions_.end() && (found->second.bits & (direction == Direction::upgrade ? 1 : 2)) != 0;
  }

  bool run(std::string_view revision, Direction direction, std::string_view info, const Serve& serve) override {
    if (!has(revision, direction)) {
      throw RevisionError(fmt::format("revision {} has no {}() that could be run", revision, to_string(direction)));
    }
    try {
      if (!process_) start();
      const auto index = functions_.find(revision)->second.index;
      const auto order = fmt::format("{}{}{}", direction == Direction::upgrade ? 'u' : 'd', index, '\0');
      if (process_->send(FrameKind::run, order + std::string(info))) {
        while (auto frame = process_->receive()) {
          if (frame->kind == FrameKind::done) return frame->bytes == "1";
          const auto reply = serve(frame->bytes);
          if (frame->kind == FrameKind::told) continue;
          if (!process_->send(reply.error ? FrameKind::error : FrameKind::answer, reply.bytes)) break;
        }
      }
      throw crash(modules_.revisions[index], direction);
    } catch (...) {
      process_.reset();
      throw;
    }
  }

 private:
  struct Functions {
    std::size_t index = 0;
    int bits = 0;  ///< 1: upgrade, 2: downgrade
  };

  void start() {
    if (!modules_.support.path.empty() || !modules_.support.bytes.empty()) {
      try {
        start_process();
      } catch (const detail::LoadFailure& failure) {
        if (use_libraries_ || !failure.library() || modules_.libraries.empty()) throw;
        // The system's C++ runtime will not do; the bundle brings the one it was built with.
        use_libraries_ = true;
        start_process();
      }
    }
  }

  void start_process() {
    process_ = std::make_unique<detail::ModuleProcess>(modules_, use_libraries_, interrupt_fd_);
    try {
      const auto frame = process_->receive();
      if (!frame) throw load_crash();
      if (frame->kind == FrameKind::refused) throw refusal(frame->bytes);
      take_functions(frame->bytes);
    } catch (...) {
      process_.reset();
      throw;
    }
  }

  void take_functions(const std::string& bits) {
    for (std::size_t index = 0; index < modules_.revisions.size() && index < bits.size(); ++index) {
      const auto& image = modules_.revisions[index];
      detail::require_upgrade(image, (bits[index] & 1) != 0);
      functions_[image.revision] = {index, bits[index]};
    }
  }

  static detail::LoadFailure refusal(const std::string& bytes) {
    const auto zero = bytes.find('\0');
    return {bytes.substr(1, zero - 1), bytes.substr(zero + 1), bytes[0] == '1'};
  }

  [[nodiscard]] RevisionError load_crash() const {
    const auto current = process_->current();
    const auto& image = current < modules_.revisions.size() ? modules_.revisions[current] : modules_.support;
    return RevisionError(
        fmt::format("{}: the revision {} while it was loaded", detail::shown(image), process_->end().words()),
        "Nothing was run. Its static objects are made when it is loaded: look at those.");
  }

  [[nodiscard]] ModuleCrash crash(const ModuleImage& image, Direction direction) const {
    const auto& end = process_->end();
    const auto* hint =
        end.signal == SIGKILL && !end.cut ? "It was killed from outside, perhaps for want of memory." : "";
    return ModuleCrash(fmt::format("{}: {}() {}", detail::shown(image), to_string(direction), end.words()), end.signal,
                       end.exit_code, hint);
  }

  int interrupt_fd_;
  ModuleSet modules_;
  bool use_libraries_ = false;
  std::map<std::string, Functions, std::less<>> functions_;
  std::unique_ptr<detail::ModuleProcess> process_;
};

}  // namespace

std::unique_ptr<ModuleRunner> isolated_runner(int interrupt_fd) {
  return std::make_unique<IsolatedRunner>(interrupt_fd);
}

}  // namespace migrate::script
