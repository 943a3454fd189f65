#include "migrate/script/detail/cpp_command.hpp"

#include <algorithm>

#include "migrate/base/digest.hpp"
#include "migrate/base/text.hpp"

namespace migrate::script::detail {
namespace {

namespace fs = std::filesystem;

/// Part of every key: to be changed with what the commands below ask for, where the arguments do not show it.
constexpr std::string_view k_recipe = "2";

/// Variables that GCC or Clang read.
constexpr const char* k_variables[] = {
    "CPATH",           "C_INCLUDE_PATH",    "CPLUS_INCLUDE_PATH", "LIBRARY_PATH",        "COMPILER_PATH",
    "GCC_EXEC_PREFIX", "SOURCE_DATE_EPOCH", "LD_RUN_PATH",        "CCC_OVERRIDE_OPTIONS"};

std::string library_argument(const std::string& library) {
  const bool as_it_is = library.starts_with('-') || library.find('/') != std::string::npos;
  return as_it_is ? library : "-l" + library;
}

void append(std::vector<std::string>& command, std::initializer_list<std::string> words) {
  command.insert(command.end(), words.begin(), words.end());
}

std::vector<std::string> start(const Compiler& compiler, const CppOptions& options, const fs::path& headers) {
  auto command = compiler.words;
  const auto language = language_arguments(options, compiler.gcc, headers);
  command.insert(command.end(), language.begin(), language.end());
  return command;
}

void add_outputs(std::vector<std::string>& command, const Outputs& outputs) {
  // A target of a fixed name: the output's may hold anything.
  append(command, {"-MD", "-MF", outputs.depfile.string(), "-MT", "made", "-o", outputs.file.string()});
}

/// A flag may name a file that decides what is compiled: "@options", "-specs=file", "-fplugin=file", "x.o".
void add_file(std::string& key, const std::string& word, const CppOptions& options, FileDigests& digests) {
  const auto equals = word.find('=');
  auto name = word.starts_with('@') ? word.substr(1) : word;
  if (word.starts_with('-')) name = equals == std::string::npos ? "" : word.substr(equals + 1);
  if (name.empty()) return;
  std::error_code ignored;
  const auto file = options.project_dir / name;
  if (fs::is_regular_file(file, ignored)) key += "file " + digests.of(file).value_or("?") + "\n";
}

std::string_view skip_comments(std::string_view text) {
  for (;;) {
    text = text.substr(std::min(text.find_first_not_of(" \t\r\n\f\v"), text.size()));
    const std::string_view end = text.starts_with("//") ? "\n" : "*/";
    if (!text.starts_with("//") && !text.starts_with("/*")) return text;
    const auto close = text.find(end, 2);
    if (close == std::string_view::npos) return {};
    // A backslash at its end makes a comment go on in the next line.
    const bool goes_on = end == "\n" && base::trim(text.substr(0, close)).ends_with('\\');
    if (goes_on) return {};
    text = text.substr(close + end.size());
  }
}

}  // namespace

fs::path project_path(const fs::path& file, const CppOptions& options) {
  const auto relative = file.lexically_relative(options.project_dir);
  return relative.empty() || *relative.begin() == ".." ? file : relative;
}

std::vector<fs::path> search_folders(const fs::path& source, const CppOptions& options) {
  std::vector<fs::path> folders{(options.project_dir / source).parent_path().lexically_normal()};
  for (const auto& folder : options.include_dirs) {
    folders.push_back((options.project_dir / folder / "").lexically_normal().parent_path());
  }
  return folders;
}

std::vector<std::string> language_arguments(const CppOptions& options, bool gcc, const fs::path& headers) {
  std::vector<std::string> words{"-std=" + options.standard, "-O0", "-fPIC", "-pipe"};
  // A "unique" symbol would be shared between revisions that happen to use the same name.
  if (gcc) append(words, {"-fno-gnu-unique", "-fmax-errors=20"});
  if (!options.project_dir.empty()) {
    words.push_back("-ffile-prefix-map=" + (options.project_dir / "").string() + "=");
  }
  append(words, {"-I", headers.string()});
  for (const auto& folder : options.include_dirs) append(words, {"-I", project_path(folder, options).string()});
  words.insert(words.end(), options.flags.begin(), options.flags.end());
  return words;
}

/// Symbols that no debugger asks for are a third of the file, which is read and summed up whenever the revision runs.
bool has_debug_information(const CppOptions& options) {
  return std::ranges::any_of(options.flags, [](const std::string& flag) { return flag.starts_with("-g"); });
}

std::vector<std::string> module_command(const Compiler& compiler, const CppOptions& options, const fs::path& headers,
                                        const fs::path& source, const Outputs& outputs, const fs::path& pch) {
  auto command = start(compiler, options, headers);
  if (!pch.empty()) append(command, {"-include", pch.string()});
  append(command, {"-shared", "-Wl,-Bsymbolic"});
  if (!has_debug_information(options)) command.push_back("-Wl,--strip-all");
  command.push_back("-Wl,--version-script=" + outputs.exports.string());
  // Two pieces to map in place of five, when two hundred of them are loaded at a time.
  append(command, {"-Wl,-z,noseparate-code", "-Wl,-z,norelro"});
  if (links_files(options)) append(command, {"-Xlinker", "--dependency-file=" + outputs.depfile.string() + ".link"});
  add_outputs(command, outputs);
  command.push_back(project_path(source, options).string());
  for (const auto& library : options.libraries) command.push_back(library_argument(library));
  return command;
}

std::vector<std::string> support_command(const Compiler& compiler, const CppOptions& options, const fs::path& headers,
                                         const fs::path& source, const Outputs& outputs) {
  auto command = start(compiler, options, headers);
  std::ranges::replace(command, std::string("-O0"), std::string("-O1"));
  // Its warnings are ours, whatever the user asks for.
  append(command, {"-w", "-shared", "-Wl,-Bsymbolic"});
  add_outputs(command, outputs);
  command.push_back(source.string());
  return command;
}

std::vector<std::string> pch_command(const Compiler& compiler, const CppOptions& options, const fs::path& headers,
                                     const fs::path& source, const Outputs& outputs) {
  auto command = start(compiler, options, headers);
  // Clang would refuse the header when its files are as they were but have another time.
  if (!compiler.gcc) append(command, {"-Xclang", "-fno-pch-timestamp"});
  append(command, {"-x", "c++-header"});
  add_outputs(command, outputs);
  command.push_back(source.string());
  return command;
}

bool links_files(const CppOptions& options) {
  return !options.libraries.empty() || std::ranges::any_of(options.flags, [](const std::string& flag) {
    return flag.starts_with("-l") || flag.starts_with("-L") || !flag.starts_with('-');
  });
}

std::string common_key(const Compiler& compiler, const CppOptions& options, const base::Environment& environment,
                       const std::string& tree_digest, FileDigests& digests) {
  std::string key = "migrate " + std::string(k_recipe) + " " + tree_digest + "\n" + compiler.identity + "\n";
  for (const auto& word : compiler.words) key += "compiler " + word + "\n";
  // The place of the project and of the cache must not count.
  CppOptions portable = options;
  portable.project_dir.clear();
  portable.include_dirs.clear();
  for (const auto& word : language_arguments(portable, compiler.gcc, "headers")) key += "word " + word + "\n";
  for (const auto& folder : options.include_dirs) key += "folder " + project_path(folder, options).string() + "\n";
  for (const auto& library : options.libraries) key += "library " + library + "\n";
  for (const auto& word : options.flags) add_file(key, word, options, digests);
  for (const auto* name : k_variables) {
    if (const auto value = environment(name)) key += std::string(name) + "=" + *value + "\n";
  }
  return base::sha256_hex(key);
}

bool begins_with_op_header(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text = skip_comments(text);
  if (!text.starts_with('#')) return false;
  const auto line = base::trim(text.substr(1, text.find('\n') - 1));
  if (!line.starts_with("include")) return false;
  const auto name = base::trim(line.substr(7));
  return name.starts_with("<migrate/op.hpp>") || name.starts_with("\"migrate/op.hpp\"");
}

}  // namespace migrate::script::detail
