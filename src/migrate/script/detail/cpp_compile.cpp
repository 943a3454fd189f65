#include "migrate/script/detail/cpp_compile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include "migrate/base/clock.hpp"
#include "migrate/base/files.hpp"
#include "migrate/base/process.hpp"
#include "migrate/base/text.hpp"
#include "migrate/script/detail/cpp_depfile.hpp"
#include "migrate/script/error.hpp"

namespace migrate::script::detail {
namespace {

namespace fs = std::filesystem;

std::string readable(const base::ProcessResult& answer, const CppOptions& options, const fs::path& headers) {
  auto text = answer.errors + answer.output;
  text = base::replace_all(text, (headers / "").string(), "");
  if (!options.project_dir.empty()) text = base::replace_all(text, (options.project_dir / "").string(), "");
  if (text.empty() && answer.exit_code > 128) {
    text = fmt::format("the compiler was killed by signal {}", answer.exit_code - 128);
  } else if (text.empty() && answer.exit_code != 0) {
    text = fmt::format("the compiler ended with exit code {} and said nothing", answer.exit_code);
  }
  return text;
}

std::string read_if_there(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(file, ignored) ? base::read_file(file) : std::string();
}

std::vector<std::string> files_read(const Outputs& outputs, const fs::path& scratch) {
  auto files = parse_depfile(read_if_there(outputs.depfile));
  for (auto& file : parse_link_depfile(read_if_there(outputs.depfile.string() + ".link"))) {
    // The compiler's own object file is not there any more.
    if (!file.starts_with((scratch / "").string())) files.push_back(std::move(file));
  }
  return files;
}

}  // namespace

CompileResult compile(const std::vector<std::string>& command, const Outputs& outputs, const CppOptions& options,
                      const fs::path& headers, const fs::path& scratch) {
  const base::Stopwatch watch;
  const auto answer = base::run_process(command, {.working_directory = options.project_dir,
                                                  .environment = {{"TMPDIR", scratch.string()}},
                                                  .interrupt_fd = options.interrupt_fd,
                                                  .own_group = true});
  if (answer.interrupted) throw Interrupted("interrupted while C++ revisions were compiled", "Nothing was run.");
  CompileResult result;
  result.ok = answer.exit_code == 0;
  result.text = readable(answer, options, headers);
  result.seconds = watch.milliseconds() / 1000;
  if (result.ok) result.dependencies = files_read(outputs, scratch);
  return result;
}

unsigned job_count(const CppOptions& options) {
  return options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
}

void in_parallel(std::size_t count, const CppOptions& options, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto serve = [&] {
    for (auto index = next++; index < count; index = next++) {
      try {
        work(index);
      } catch (...) {
        next = count;
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
      }
    }
  };
  std::vector<std::thread> threads;
  const auto wanted = std::min<std::size_t>(job_count(options), count);
  threads.reserve(wanted);
  try {
    while (threads.size() + 1 < wanted) threads.emplace_back(serve);
  } catch (const std::system_error&) {
    // No more threads to be had: those there are do it all.
    threads.shrink_to_fit();
  }
  serve();
  for (auto& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace migrate::script::detail
