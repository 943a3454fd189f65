#include "migrate/script/detail/cpp_compiler.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "migrate/base/digest.hpp"
#include "migrate/base/process.hpp"
#include "migrate/base/text.hpp"
#include "migrate/script/cpp_build.hpp"

namespace migrate::script::detail {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_usual_names[] = {"c++", "g++", "clang++"};
constexpr const char* k_hint =
    "Nothing was run. Install g++ or clang++, or name a compiler as compiler under [alembic.cpp] in alembic.toml; for "
    "a machine without one, make a program that carries the compiled revisions with `migrate bundle`.";

bool is_program(const fs::path& path) {
  std::error_code ignored;
  return ::access(path.c_str(), X_OK) == 0 && !fs::is_directory(path, ignored);
}

/// All programs of this name on $PATH; a name with a slash counts from the project's folder.
std::vector<fs::path> programs_named(const std::string& name, const fs::path& project,
                                     const base::Environment& environment) {
  std::vector<fs::path> found;
  const auto consider = [&](const fs::path& path) {
    if (is_program(path)) found.push_back(path);
  };
  if (name.find('/') != std::string::npos) {
    consider(project / name);
    return found;
  }
  const auto path = environment("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  for (const auto folder : base::split(path, ':')) {
    if (!folder.empty() && !name.empty()) consider(fs::absolute(fs::path(folder)) / name);
  }
  return found;
}

std::vector<std::string> words_of(const std::string& command, const fs::path& project) {
  // A path may hold blanks; a command of several words is no path.
  if (command.find('/') != std::string::npos && is_program(project / command)) return {command};
  return base::split_list(base::replace_all(command, "\t", " "), ' ');
}

std::string facts_of(const fs::path& program) {
  struct stat facts {};
  std::error_code ignored;
  const auto real = fs::canonical(program, ignored);
  if (::stat(real.c_str(), &facts) != 0) return program.string();
  return fmt::format("{} {} {} {}.{}\n", program.string(), real.string(), facts.st_size, facts.st_mtim.tv_sec,
                     facts.st_mtim.tv_nsec);
}

/// What the command is made of. A launcher, or a program standing in for another of its name further down $PATH, is
/// told apart from what it leads to: each word that names a program counts, with all programs of that name.
std::string facts_of(const std::vector<std::string>& words, const fs::path& project,
                     const base::Environment& environment) {
  std::string facts;
  for (const auto& word : words) {
    facts += word + "\n";
    if (word.starts_with('-')) continue;
    const auto name = fs::path(word).filename().string();
    for (const auto& program : programs_named(word, project, environment)) facts += facts_of(program);
    if (name != word) {
      for (const auto& program : programs_named(name, project, environment)) facts += facts_of(program);
    }
  }
  return facts;
}

std::string ask(const Compiler& compiler, const CppOptions& options) {
  auto command = compiler.words;
  command.emplace_back("-v");
  const auto answer = base::run_process(command, {.working_directory = options.project_dir,
                                                  .environment = {{"LC_ALL", "C"}},
                                                  .interrupt_fd = options.interrupt_fd,
                                                  .own_group = true});
  if (answer.interrupted) throw Interrupted("interrupted while asking the compiler for its version");
  if (answer.exit_code != 0) {
    throw NoCompilerError(fmt::format("the compiler cannot be used: `{}` failed:\n{}", base::join(command, " "),
                                      base::trim(answer.errors)),
                          k_hint);
  }
  return answer.errors + answer.output;
}

Compiler identify(Compiler compiler, const CppOptions& options, const base::Environment& environment,
                  const CppCache& cache) {
  const auto facts = facts_of(compiler.words, options.project_dir, environment);
  const auto file = fs::path("compilers") / base::sha256_hex(facts);
  if (const auto known = cache.read(file); known && known->size() > 65) {
    auto text = known->substr(65);
    if (base::sha256_hex(text) == std::string_view(*known).substr(0, 64)) compiler.identity = std::move(text);
  }
  if (compiler.identity.empty()) {
    compiler.identity = ask(compiler, options);
    cache.write(file, base::sha256_hex(compiler.identity) + "\n" + compiler.identity);
  } else {
    cache.touch(file);
  }
  compiler.gcc = compiler.identity.find("gcc version") != std::string::npos;
  if (!compiler.gcc && compiler.identity.find("clang version") == std::string::npos) {
    throw NoCompilerError(fmt::format("`{}` is neither GCC nor Clang: its -v says neither \"gcc version\" nor "
                                      "\"clang version\"",
                                      base::join(compiler.words, " ")),
                          k_hint);
  }
  return compiler;
}

}  // namespace

Compiler find_compiler(const CppOptions& options, const base::Environment& environment, const CppCache& cache) {
  const auto resolve = [&](const std::vector<std::string>& words) -> std::optional<Compiler> {
    if (words.empty()) return std::nullopt;
    const auto found = programs_named(words[0], options.project_dir, environment);
    if (found.empty()) return std::nullopt;
    Compiler compiler;
    compiler.words = words;
    compiler.words[0] = found[0].string();
    return identify(std::move(compiler), options, environment, cache);
  };
  const auto from_environment = environment("CXX").value_or("");
  const auto named = options.compiler.empty() ? std::string(base::trim(from_environment)) : options.compiler;
  if (!named.empty()) {
    if (auto compiler = resolve(words_of(named, options.project_dir))) return *std::move(compiler);
    throw NoCompilerError(fmt::format("C++ revisions need a compiler, and there is no program \"{}\", which {} names",
                                      named, options.compiler.empty() ? "$CXX" : "[alembic.cpp] compiler"),
                          k_hint);
  }
  for (const auto* name : k_usual_names) {
    if (auto compiler = resolve({name})) return *std::move(compiler);
  }
  throw NoCompilerError(
      fmt::format("C++ revisions need a compiler, and none was found: $CXX is not set, and there is no c++, g++ or "
                  "clang++ on PATH ({})",
                  environment("PATH").value_or("not set")),
      k_hint);
}

}  // namespace migrate::script::detail
