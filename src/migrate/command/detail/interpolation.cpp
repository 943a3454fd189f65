#include "migrate/command/detail/interpolation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"

namespace migrate::command {
namespace {

constexpr int k_deepest_default = 20;

/// A URL with something before its @.
bool holds_password(std::string_view value) {
  const auto scheme = value.find("://");
  return scheme != std::string_view::npos && value.find('@', scheme) != std::string_view::npos;
}

/// Where the } stands that closes the ${ before `from`; npos when there is none.
std::size_t closing_brace(std::string_view text, std::size_t from) {
  int open = 1;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text.substr(i).starts_with("${")) {
      ++open;
      ++i;
    } else if (text[i] == '}' && --open == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

bool is_reference(std::string_view name) {
  if (!name.starts_with("x:")) return is_variable_name(name);
  return name.size() > 2 && name.find_first_of("${} \t\n") == std::string_view::npos;
}

/// Expands one text; complaints gather in the result.
class Expander {
 public:
  Expander(Variables& variables, Expansion& result) : variables_(variables), result_(result) {}

  void expand(std::string_view text, int depth) {
    for (std::size_t at = 0; at < text.size();) {
      const auto rest = text.substr(at);
      if (rest.starts_with("$${")) {
        put("${", "${");
        at += 3;
      } else if (rest.starts_with("${")) {
        const auto close = closing_brace(text, at + 2);
        if (close == std::string_view::npos) {
          complain("${ without its closing }", "Write $${ for a ${ that is meant as it stands.");
          return;
        }
        reference(text.substr(at + 2, close - at - 2), depth);
        at = close + 1;
      } else {
        const auto plain = rest.substr(0, std::max<std::size_t>(rest.find('$'), 1));
        put(plain, plain);
        at += plain.size();
      }
    }
  }

 private:
  void reference(std::string_view inside, int depth) {
    const auto dash = inside.find(":-");
    const auto name = inside.substr(0, dash);
    if (!is_reference(name)) {
      complain(fmt::format("${{{}}} names no variable", inside),
               "Write ${NAME}, ${NAME:-default} or ${x:key}; $${ for a ${ that is meant as it stands.");
      return;
    }
    const auto found = variables_.find(name);
    const bool has_default = dash != std::string_view::npos;
    if (found && !(has_default && found->text.empty())) {
      accept(name, *found);
    } else if (has_default && depth < k_deepest_default) {
      expand(inside.substr(dash + 2), depth + 1);
    } else if (has_default) {
      complain("defaults stand in each other too deep", "");
    } else {
      const bool option = name.starts_with("x:");
      complain(option ? fmt::format("-x {}=… was not given", name.substr(2)) : fmt::format("${{{}}} is not set", name),
               variables_.hint_for(name));
    }
  }

  void accept(std::string_view name, const Variables::Value& value) {
    if (base::first_invalid_utf8(value.text) || value.text.find('\0') != std::string::npos) {
      complain(fmt::format("the value of {} is not UTF-8 text", value.origin), "");
      return;
    }
    const bool secret = sounds_secret(name) || holds_password(value.text);
    put(value.text, secret && !value.text.empty() ? "***" : std::string_view(value.text));
    result_.origins.push_back(value.origin);
  }

  void put(std::string_view text, std::string_view shown) {
    result_.text += text;
    result_.shown += shown;
  }

  void complain(std::string message, std::string hint) {
    result_.complaints.push_back({std::move(message), std::move(hint)});
  }

  Variables& variables_;
  Expansion& result_;
};

}  // namespace

Variables::Variables(base::Environment environment, Options x, std::filesystem::path dotenv_file,
                     std::string dotenv_name)
    : environment_(std::move(environment)),
      x_(std::move(x)),
      dotenv_file_(std::move(dotenv_file)),
      dotenv_name_(std::move(dotenv_name)) {}

const Dotenv& Variables::dotenv() {
  if (!dotenv_) {
    dotenv_.emplace();
    std::error_code none;
    // A directory called .env is a Python environment, not ours.
    const auto type = std::filesystem::status(dotenv_file_, none).type();
    const bool readable =
        type != std::filesystem::file_type::not_found && type != std::filesystem::file_type::directory;
    if (readable) dotenv_ = parse_dotenv(base::read_file(dotenv_file_));
  }
  return *dotenv_;
}

std::optional<Variables::Value> Variables::find(std::string_view name) {
  if (name.starts_with("x:")) {
    // As with any option, the last one counts.
    const auto given =
        std::find_if(x_.rbegin(), x_.rend(), [&](const auto& pair) { return pair.first == name.substr(2); });
    if (given == x_.rend()) return std::nullopt;
    return Value{given->second, "-x " + given->first};
  }
  if (auto value = environment_(name)) return Value{std::move(*value), fmt::format("${}", name)};
  const auto& file = dotenv().values;
  const auto found = file.find(name);
  if (found == file.end()) return std::nullopt;
  return Value{found->second.text, fmt::format("{}:{} {}", dotenv_name_, found->second.line, name)};
}

std::string Variables::hint_for(std::string_view name) const {
  if (name.starts_with("x:")) {
    return fmt::format("Add -x {}=VALUE to the command, or give a default in the file: ${{{}:-value}}.", name.substr(2),
                       name);
  }
  std::string hint = fmt::format("Set {} in the environment or in {}, or give a default in the file: ${{{}:-value}}.",
                                 name, dotenv_name_, name);
  if (dotenv_ && !dotenv_->unreadable_lines.empty()) {
    hint += fmt::format(" (Line {} of {} was passed over: it is not NAME=value.)", dotenv_->unreadable_lines.front(),
                        dotenv_name_);
  }
  return hint;
}

Expansion expand(std::string_view text, Variables& variables) {
  Expansion result;
  Expander(variables, result).expand(text, 0);
  return result;
}

bool sounds_secret(std::string_view name) {
  const std::string upper = base::to_upper(name);
  constexpr std::array words{"PASS", "PWD", "SECRET", "TOKEN", "KEY", "CREDENTIAL"};
  return std::ranges::any_of(words, [&](const char* word) { return upper.find(word) != std::string::npos; });
}

bool has_variables(std::string_view text) {
  return text.find("${") != std::string_view::npos;
}

}  // namespace migrate::command
