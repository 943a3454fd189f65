#include "migrate/script/detail/cpp_builder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/digest.hpp"
#include "migrate/base/text.hpp"
#include "migrate/script/detail/cpp_command.hpp"
#include "migrate/script/detail/embedded_files.hpp"
#include "migrate/script/detail/prebuilt_support.hpp"

namespace migrate::script::detail {
namespace {

namespace fs = std::filesystem;

/// Precompiling costs as much as it saves on about six revisions; in parallel, six on each core.
constexpr std::size_t k_revisions_worth_a_pch = 6;

constexpr std::string_view k_module_folder = "migrate/schema/module/";

std::string support_source(SourceTree tree) {
  std::string text;
  for (const auto& file : tree) {
    if (file.path.starts_with(k_module_folder) && file.path.ends_with(".cpp")) {
      text += fmt::format("#include \"{}\"\n", file.path);
    }
  }
  return text;
}

bool blames_pch(const std::string& text) {
  for (const auto* word : {".gch", "PCH", "precompiled", "-include"}) {
    if (text.find(word) != std::string::npos) return true;
  }
  return false;
}

CompileError failures(const std::vector<std::string>& texts) {
  const auto count = texts.size();
  const auto first = count == 1 ? std::string("a C++ revision does not compile")
                                : fmt::format("{} C++ revisions do not compile", count);
  return CompileError(fmt::format("{}:\n{}", first, base::join(texts, "\n")));
}

}  // namespace

CppOptions settled(CppOptions options) {
  const auto whole = [](const fs::path& path) { return fs::absolute(path).lexically_normal(); };
  options.project_dir = whole(options.project_dir.empty() ? fs::current_path() : options.project_dir);
  // "/a/b/" would count as another folder than "/a/b".
  if (!options.project_dir.has_filename()) options.project_dir = options.project_dir.parent_path();
  for (auto& folder : options.include_dirs) folder = (options.project_dir / folder).lexically_normal();
  if (!options.cache_dir.empty()) options.cache_dir = whole(options.project_dir / options.cache_dir);
  return options;
}

CppBuilder::CppBuilder(SourceTree tree, const CppOptions& options, const base::Environment& environment)
    : tree_(tree),
      options_(settled(options)),
      cache_(options_, environment),
      compiler_(find_compiler(options_, environment, cache_)),
      tree_digest_(tree_digest(tree)),
      headers_(headers_folder(cache_, tree_digest_)),
      store_(cache_, options_.project_dir),
      common_(common_key(compiler_, options_, environment, tree_digest_, store_.digests())) {}

Recipe CppBuilder::recipe_for(std::string_view what, std::string_view content) const {
  Recipe recipe;
  recipe.key = base::sha256_hex(fmt::format("{}\n{}\n{}", common_, what, content));
  recipe.suffix = ".so";
  return recipe;
}

Recipe CppBuilder::pch_recipe() const {
  auto recipe = recipe_for("pch", "");
  recipe.suffix = fmt::format("pch-{}/op.hpp.gch", recipe.key.substr(0, 32));
  recipe.fixed = true;
  return recipe;
}

CppBuilder::Work CppBuilder::work_for(const Revision& revision) {
  Work work;
  work.source = fs::absolute(revision.path).lexically_normal();
  const auto text = base::read_file(work.source);
  const auto name = project_path(work.source, options_).string();
  auto digest = base::sha256_hex(text);
  work.recipe = recipe_for("module " + name, digest);
  store_.digests().note(work.source, std::move(digest));
  work.recipe.search_dirs = search_folders(work.source, options_);
  work.op_header_first = begins_with_op_header(text);
  return work;
}

std::vector<std::optional<fs::path>> CppBuilder::look_up(std::span<const Revision> revisions,
                                                         std::vector<Work>& works) {
  works.resize(revisions.size());
  std::vector<std::optional<fs::path>> found(revisions.size());
  const auto look = [&](std::size_t i) {
    works[i] = work_for(revisions[i]);
    found[i] = store_.find(works[i].recipe);
  };
  if (revisions.empty()) return found;
  // The first one has the headers that all of them share summed up; after that each has little but its own file to
  // read.
  look(0);
  in_parallel(revisions.size() - 1, options_, [&](std::size_t i) { look(i + 1); });
  return found;
}

BuildReport CppBuilder::build(std::span<const Revision> revisions, const BuildEvents& events) {
  BuildReport report;
  std::vector<Work> works;
  std::vector<std::size_t> missing;
  const auto known = look_up(revisions, works);
  for (std::size_t i = 0; i < works.size(); ++i) {
    report.modules.push_back({revisions[i].id, revisions[i].path, known[i].value_or(""), known[i].has_value(), 0, {}});
    if (!known[i]) missing.push_back(i);
  }
  auto support = store_.find(recipe_for("support", ""));
  if (missing.empty() && support) {
    cache_.touch(headers_.parent_path().lexically_relative(cache_.path()));
    report.support = *support;
    return report;
  }
  if (events.on_start && !missing.empty()) events.on_start(missing.size());
  unpack(tree_, tree_digest_, cache_);
  const auto scratch = cache_.scratch();
  base::write_new_file(scratch.path() / "exports", k_exports);
  prepare(missing.size(), support, scratch.path());
  const std::size_t first = support ? 0 : 1;
  in_parallel(first + missing.size(), options_, [&](std::size_t task) {
    if (task < first) {
      support = make_support(scratch.path());
    } else {
      const auto index = missing[task - first];
      build_module(works[index], scratch.path(), report.modules[index]);
      tell(events, report.modules[index]);
    }
  });
  report.support = *support;
  std::vector<std::string> texts;
  for (const auto& work : works) {
    if (!work.failure.empty()) texts.push_back(work.failure);
  }
  if (!texts.empty()) throw failures(texts);
  cache_.prune();
  return report;
}

void CppBuilder::tell(const BuildEvents& events, const BuiltModule& built) {
  if (built.module.empty() || !events.on_built) return;
  const std::lock_guard lock(events_);
  events.on_built(built);
}

CompileResult CppBuilder::run(const std::vector<std::string>& command, const Outputs& outputs,
                              const fs::path& scratch) const {
  return compile(command, outputs, options_, headers_, scratch);
}

bool CppBuilder::pch_allowed() const {
  // Another header that is to come first takes the place of ours.
  return options_.pch && std::ranges::none_of(options_.flags, [](const std::string& flag) {
           return flag.starts_with("-include") || flag.starts_with("-imacros") || flag.starts_with('@');
         });
}

void CppBuilder::prepare(std::size_t to_compile, std::optional<fs::path>& support, const fs::path& scratch) {
  if (!pch_allowed() || to_compile == 0) return;
  const auto recipe = pch_recipe();
  if (const auto known = store_.find(recipe)) {
    pch_ = known->parent_path() / "op.hpp";
    pch_dependencies_ = store_.dependencies(recipe);
    cache_.touch(fs::path(recipe.suffix).parent_path());
  } else if (to_compile >= k_revisions_worth_a_pch * job_count(options_)) {
    // The revisions wait for it, so that the other cores have the support library to do.
    in_parallel(support ? 1 : 2, options_, [&](std::size_t task) {
      if (task == 0) {
        build_pch(scratch);
      } else {
        support = make_support(scratch);
      }
    });
  }
}

fs::path CppBuilder::make_support(const fs::path& scratch) {
  const bool is_ours = tree_.data() == embedded_headers().data();
  if (!is_ours || !prebuilt_support_fits(compiler_, options_, headers_)) return build_support(scratch);
  const auto file = scratch / "support.so";
  base::write_new_file(file, {prebuilt_support().data(), prebuilt_support().size()});
  return store_.keep(recipe_for("support", ""), file, {});
}

fs::path CppBuilder::build_support(const fs::path& scratch) {
  const auto source = scratch / "support.cpp";
  base::write_new_file(source, support_source(tree_));
  const Outputs outputs{scratch / "support.so", scratch / "support.d"};
  auto made = run(support_command(compiler_, options_, headers_, source, outputs), outputs, scratch);
  if (!made.ok) {
    throw CompileError(
        fmt::format("migrate's own part of C++ revisions does not compile with `{}`:\n{}",
                    base::join(compiler_.words, " "), made.text),
        "Nothing was run. C++20 is needed, as in GCC 11, Clang 14 or newer; check compiler, flags and standard under "
        "[alembic.cpp].");
  }
  std::erase(made.dependencies, source.string());
  return store_.keep(recipe_for("support", ""), outputs.file, made.dependencies);
}

void CppBuilder::build_pch(const fs::path& scratch) {
  const auto recipe = pch_recipe();
  const auto folder = fs::path(recipe.suffix).parent_path();
  const auto stub = folder / "op.hpp";
  cache_.write(stub, "#include <migrate/op.hpp>\n");
  const Outputs outputs{scratch / "op.hpp.gch", scratch / "op.d"};
  const auto made = run(pch_command(compiler_, options_, headers_, cache_.path() / stub, outputs), outputs, scratch);
  // Without it everything works, only slower: what is wrong is told when the revisions are compiled.
  if (!made.ok) return;
  store_.keep(recipe, outputs.file, made.dependencies);
  pch_ = cache_.path() / stub;
  pch_dependencies_ = made.dependencies;
}

void CppBuilder::build_module(Work& work, const fs::path& scratch, BuiltModule& built) {
  const auto& name = work.recipe.key;
  const Outputs outputs{scratch / (name + ".so"), scratch / (name + ".d"), scratch / "exports"};
  const auto attempt = [&](const fs::path& pch) {
    return run(module_command(compiler_, options_, headers_, work.source, outputs, pch), outputs, scratch);
  };
  const auto pch = work.op_header_first ? pch_ : fs::path();
  auto made = attempt(pch);
  if (!pch.empty()) {
    // A compiler that cannot read the precompiled header is no fault of the revision.
    if (!made.ok && blames_pch(made.text)) made = attempt({});
    made.dependencies.insert(made.dependencies.end(), pch_dependencies_.begin(), pch_dependencies_.end());
  }
  if (!made.ok) {
    work.failure = made.text;
    return;
  }
  built.module = store_.keep(work.recipe, outputs.file, made.dependencies);
  built.seconds = made.seconds;
  built.warnings = std::move(made.text);
}

}  // namespace migrate::script::detail
