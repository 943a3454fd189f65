#include "migrate/script/detail/prebuilt_support.hpp"

#include <algorithm>
#include <charconv>

#include "migrate/base/process.hpp"
#include "migrate/base/text.hpp"
#include "migrate/schema/module/library_abi.h"
#include "migrate/script/detail/cpp_command.hpp"
#include "migrate/script/error.hpp"

#define MIGRATE_TEXT_OF(word) #word
#define MIGRATE_TEXT(word) MIGRATE_TEXT_OF(word)

namespace migrate::script::detail {
namespace {

constexpr std::string_view k_mark = "migrate_library_abi ";
constexpr const char* k_question =
    "#include <migrate/schema/module/library_abi.h>\nmigrate_library_abi MIGRATE_LIBRARY_ABI __GLIBCXX__\n";

#ifdef __GLIBCXX__
constexpr long k_library_date = __GLIBCXX__;
#else
constexpr long k_library_date = 0;
#endif

/// Flags that change how values lie in memory without a macro that tells.
bool bends_layout(const std::string& flag) {
  const auto starts = [&](std::string_view word) { return flag.starts_with(word); };
  return starts("-fpack-struct") || starts("-fabi-") || starts("-mabi") || starts("-fshort-") || starts("-m32") ||
         starts("-mx32") || starts("@");
}

}  // namespace

bool answer_fits(std::string_view preprocessed) {
  const auto mark = preprocessed.rfind(k_mark);
  if (mark == std::string_view::npos) return false;
  const auto words = base::split_list(base::trim(preprocessed.substr(mark + k_mark.size())), ' ');
  if (words.size() != 2 || words[0] == "other" || words[0] != MIGRATE_TEXT(MIGRATE_LIBRARY_ABI)) return false;
  // Made with a newer library, ours could ask for functions that the user's does not have.
  long date = 0;
  const auto [end, error] = std::from_chars(words[1].data(), words[1].data() + words[1].size(), date);
  return error == std::errc() && end == words[1].data() + words[1].size() && date >= k_library_date;
}

bool prebuilt_support_fits(const Compiler& compiler, const CppOptions& options, const std::filesystem::path& headers) {
  if (prebuilt_support().empty() || std::ranges::any_of(options.flags, bends_layout)) return false;
  auto command = compiler.words;
  const auto language = language_arguments(options, compiler.gcc, headers);
  command.insert(command.end(), language.begin(), language.end());
  for (const auto* word : {"-w", "-E", "-P", "-x", "c++", "-"}) command.emplace_back(word);
  const auto answer = base::run_process(command, {.working_directory = options.project_dir,
                                                  .environment = {{"LC_ALL", "C"}},
                                                  .input = k_question,
                                                  .interrupt_fd = options.interrupt_fd,
                                                  .own_group = true});
  if (answer.interrupted) throw Interrupted("interrupted while asking the compiler for its standard library");
  return answer.exit_code == 0 && answer_fits(answer.output);
}

}  // namespace migrate::script::detail
