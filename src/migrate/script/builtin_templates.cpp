#include "migrate/script/builtin_templates.hpp"

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "migrate/script/detail/embedded_files.hpp"
#include "migrate/script/template.hpp"

namespace migrate::script {
namespace {

/// One alembic.toml for all init templates, so that its documentation is written once.
constexpr std::string_view k_settings = "alembic.toml.mako";
constexpr std::string_view k_readme = "/README";

/// The files, and the text of those that are rendered.
struct Catalogue {
  std::vector<BuiltinFile> files;
  std::deque<std::string> texts;  ///< a deque, because the files look into it while it grows

  std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
};

Catalogue make_catalogue() {
  Catalogue all;
  std::string_view settings;
  for (const auto& file : detail::embedded_files()) {
    if (file.path == k_settings) {
      settings = file.text;
    } else {
      all.files.push_back(file);
    }
  }
  std::vector<std::string> names;
  for (const auto& file : all.files) {
    if (file.path.ends_with(k_readme)) names.emplace_back(file.path.substr(0, file.path.size() - k_readme.size()));
  }
  for (const auto& name : names) {
    const auto text = all.keep(render_template(settings, k_settings, {{"template", name}}));
    all.files.push_back({all.keep(name + "/alembic.toml"), text});
  }
  std::ranges::sort(all.files, {}, &BuiltinFile::path);
  return all;
}

}  // namespace

std::span<const BuiltinFile> builtin_templates() {
  static const Catalogue all = make_catalogue();
  return all.files;
}

}  // namespace migrate::script
