#include "migrate/cli/usage.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/cli/session.hpp"

namespace migrate::cli {
namespace {

using Words = std::vector<std::string>;

Words verb_names(CLI::App& app) {
  Words names;
  for (const auto* verb : app.get_subcommands([](const CLI::App*) { return true; })) names.push_back(verb->get_name());
  return names;
}

/// The innermost verb that was named; the program itself without one.
CLI::App& named_verb(CLI::App& app) {
  CLI::App* verb = &app;
  while (!verb->get_subcommands().empty()) verb = verb->get_subcommands().front();
  return *verb;
}

/// "db start"; empty for the program itself.
std::string path_of(const CLI::App& verb) {
  if (verb.get_parent() == nullptr) return "";
  const std::string above = path_of(*verb.get_parent());
  return above.empty() ? verb.get_name() : above + " " + verb.get_name();
}

/// First example of the verb's help; empty when it has none.
std::string example_of(const CLI::App& verb) {
  const std::string footer = verb.get_footer();
  for (const auto line : base::split(footer, '\n')) {
    if (line.starts_with("  migrate ")) return std::string(base::trim(line));
  }
  return "";
}

std::string help_hint(const CLI::App& verb) {
  const std::string path = path_of(verb);
  if (path.empty()) return "`migrate --help` lists the commands, `migrate COMMAND --help` the options of one.";
  return fmt::format("`migrate {} --help` tells what it takes.", path);
}

std::string example_hint(const CLI::App& verb) {
  const std::string example = example_of(verb);
  return example.empty() ? help_hint(verb) : fmt::format("For example `{}`; {}", example, help_hint(verb));
}

std::string suggestion(const std::string& word, const Words& known) {
  const auto near = base::nearest(word, known);
  return near ? fmt::format("; did you mean {}?", *near) : "";
}

command::Failure unknown_command(CLI::App& above, const std::string& word) {
  const std::string path = path_of(above);
  const Words names = verb_names(above);
  command::Failure failure{.code = ExitCode::usage};
  failure.message =
      fmt::format("there is no command \"{}{}{}\"{}", path, path.empty() ? "" : " ", word, suggestion(word, names));
  failure.hint =
      path.empty() ? help_hint(above) : fmt::format("`migrate {}` goes with: {}.", path, base::join(names, ", "));
  return failure;
}

/// Long options of the verb and those of every command.
Words option_names(CLI::App& app, CLI::App& verb) {
  Words names;
  for (auto* scope : {&verb, &app}) {
    for (const auto* option : scope->get_options()) {
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

command::Failure unknown_option(CLI::App& app, CLI::App& verb, const std::string& word) {
  command::Failure failure{.code = ExitCode::usage, .hint = help_hint(verb)};
  const std::string name = word.substr(0, word.find('='));
  const std::string of = path_of(verb).empty() ? "migrate" : "`migrate " + path_of(verb) + "`";
  if (verb.get_option_no_throw(name) != nullptr) {
    failure.message = fmt::format("{} is an option of {}: write it after the command", name, of);
  } else {
    failure.message = fmt::format("{} has no option {}{}", of, name, suggestion(name, option_names(app, verb)));
  }
  return failure;
}

std::size_t place_of(const Words& words, const std::string& word) {
  return static_cast<std::size_t>(std::ranges::find(words, word) - words.begin());
}

/// Words nothing could take.
command::Failure extra_words(CLI::App& app, const Words& words) {
  CLI::App& verb = named_verb(app);
  const Words extra = app.remaining(true);
  const std::string word = extra.empty() ? "" : extra.front();
  const std::string shown = undisguised(word);
  if (shown.starts_with('-') && shown == word) return unknown_option(app, verb, word);
  if (verb.get_parent() == nullptr || place_of(words, word) < place_of(words, verb.get_name())) {
    return unknown_command(app, shown);
  }
  command::Failure failure{.code = ExitCode::usage, .hint = help_hint(verb)};
  failure.message = fmt::format("`migrate {}` cannot take the word \"{}\"", path_of(verb), shown);
  if (verb.get_name() == "revision") {
    failure.hint = fmt::format("A message goes behind -m: `migrate revision -m \"{}\"`.", shown);
  }
  return failure;
}

command::Failure missing_words(CLI::App& app, const std::string& complaint) {
  CLI::App& verb = named_verb(app);
  command::Failure failure{.code = ExitCode::usage, .hint = example_hint(verb)};
  const Words below = verb_names(verb);
  if (!below.empty()) {
    const Words extra = app.remaining(true);
    if (!extra.empty()) return unknown_command(verb, undisguised(extra.front()));
    failure.message = fmt::format("`migrate {}` needs one of: {}", path_of(verb), base::join(below, ", "));
    return failure;
  }
  const std::string several = verb.get_name() == "merge" ? "two revisions or more" : "one revision or more";
  failure.message =
      fmt::format("`migrate {}` needs {}", path_of(verb), complaint.starts_with("revisions") ? several : "a revision");
  return failure;
}

}  // namespace

command::Failure usage_failure(CLI::App& app, const CLI::ParseError& error, const Words& words) {
  const std::string complaint = base::replace_all(error.what(), disguised("-0").substr(0, 1), "-");
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) return extra_words(app, words);
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return missing_words(app, complaint);
  CLI::App& verb = named_verb(app);
  command::Failure failure{.code = ExitCode::usage, .message = complaint, .hint = help_hint(verb)};
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && complaint.ends_with(" missing")) {
    failure.message = fmt::format("{} needs a value behind it", complaint.substr(0, complaint.find(':')));
    failure.hint = example_hint(verb);
    if (verb.get_name() == "current" && complaint.starts_with("--config")) {
      failure.hint = "-c names the configuration file; the check is `migrate current --check-heads`.";
    }
  }
  return failure;
}

command::Failure no_command_failure(CLI::App& app, const Words& words) {
  command::Failure failure{.code = ExitCode::usage, .message = "no command is named", .hint = help_hint(app)};
  const Words names = verb_names(app);
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (!words[i - 1].starts_with('-') || std::ranges::find(names, words[i]) == names.end()) continue;
    failure.message += fmt::format(": {} took \"{}\" as its value", words[i - 1], words[i]);
    break;
  }
  return failure;
}

}  // namespace migrate::cli
