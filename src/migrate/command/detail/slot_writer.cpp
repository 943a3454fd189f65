#include "migrate/command/detail/slot_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <tuple>

#include "migrate/base/error.hpp"
#include "migrate/base/text.hpp"
#include "migrate/command/detail/text_checks.hpp"

namespace migrate::command {
namespace {

template <typename... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <typename... F>
Overloaded(F...) -> Overloaded<F...>;

std::optional<double> parse_number(std::string_view text) {
  text = base::trim(text);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::string quoted(const std::string& text) {
  return fmt::format("\"{}\"", base::replace_all(base::replace_all(text, "\\", "\\\\"), "\"", "\\\""));
}

/// Below zero there is only -1: never.
std::chrono::milliseconds milliseconds_of(double seconds) {
  return std::chrono::milliseconds(seconds < 0 ? -1 : std::llround(seconds * 1000));
}

std::string seconds_text(std::int64_t milliseconds) {
  if (milliseconds < 0) return "-1";
  return fmt::format("{}", static_cast<double>(milliseconds) / 1000);
}

}  // namespace

SlotWriter::SlotWriter(const ConfigKey& key, std::string name, Variables& variables, Faults& faults)
    : key_(key), name_(std::move(name)), variables_(variables), faults_(faults) {}

void SlotWriter::write(const TomlNode& node, Slot slot) {
  const auto number = [&](bool fraction, auto store) {
    const auto value = number_of(node, fraction);
    if (!value) return;
    store(*value);
    shown_ = show(slot);
  };
  std::visit(Overloaded{
                 [&](bool* target) {
                   if (const auto value = boolean_of(node)) {
                     *target = *value;
                     shown_ = show(slot);
                   }
                 },
                 [&](int* target) { number(false, [&](double value) { *target = static_cast<int>(value); }); },
                 [&](std::chrono::seconds* target) {
                   number(false,
                          [&](double value) { *target = std::chrono::seconds(static_cast<std::int64_t>(value)); });
                 },
                 [&](std::chrono::milliseconds* target) {
                   number(true, [&](double value) { *target = milliseconds_of(value); });
                 },
                 [&](std::string* target) {
                   if (auto value = checked_text_of(node)) *target = std::move(*value);
                 },
                 [&](std::vector<std::string>* target) {
                   if (auto value = list_of(node)) *target = std::move(*value);
                 },
             },
             slot);
}

std::optional<std::string> SlotWriter::text_of(const TomlNode& node) {
  if (node.kind == TomlNode::Kind::integer && key_.rule.number_too) return shown_ = std::to_string(node.integer);
  if (node.kind != TomlNode::Kind::text) {
    wrong_type(node, "text");
    return std::nullopt;
  }
  try {
    auto expansion = expand(node.text, variables_);
    for (const auto& [message, hint] : expansion.complaints) {
      faults_.add(node.place, fmt::format("{}: {}", name_, message), hint);
    }
    if (!expansion.complaints.empty()) return std::nullopt;
    shown_ = std::move(expansion.shown);
    origins_.insert(origins_.end(), expansion.origins.begin(), expansion.origins.end());
    if (expansion.text.find('\0') == std::string::npos) return std::move(expansion.text);
    faults_.add(node.place, name_ + " must not hold a zero byte");
  } catch (const base::FileError& error) {
    faults_.add(node.place, fmt::format("{}: {}", name_, error.what()), error.hint());
  }
  return std::nullopt;
}

bool SlotWriter::passes(const std::string& text, const TomlNode& node) {
  const auto& rule = key_.rule;
  if (!rule.words.empty() && std::ranges::find(rule.words, text) == rule.words.end()) {
    std::vector<std::string> words(rule.words.begin(), rule.words.end());
    std::erase(words, "");
    const auto near = base::nearest(base::to_lower(text), words);
    faults_.add(node.place, fmt::format("{} must be one of {}, found \"{}\"{}", name_, base::join(words, ", "), shown_,
                                        near ? fmt::format("; did you mean {}?", *near) : ""));
    return false;
  }
  if (rule.check == nullptr) return true;
  auto [message, hint] = rule.check(text);
  if (message.empty()) return true;
  // A check may quote the text or a piece of it. Of a URL that is all secret, it knows what to hide.
  const bool whole_url = rule.check == check_dev_url && shown_.find("://") == std::string::npos;
  if (text != shown_ && !whole_url) {
    std::tie(message, hint) = rule.check(shown_);
    if (message.empty()) message = fmt::format("\"{}\" is not right with the value of its secret variable", shown_);
  }
  faults_.add(node.place, fmt::format("{}: {}", name_, message), hint);
  return false;
}

std::optional<std::string> SlotWriter::checked_text_of(const TomlNode& node) {
  auto text = text_of(node);
  if (text && !passes(*text, node)) text.reset();
  return text;
}

std::optional<bool> SlotWriter::boolean_of(const TomlNode& node) {
  if (node.kind == TomlNode::Kind::boolean) return node.boolean;
  if (node.kind != TomlNode::Kind::text || !has_variables(node.text)) {
    wrong_type(node, "true or false");
    return std::nullopt;
  }
  const auto text = text_of(node);
  if (!text) return std::nullopt;
  const auto word = base::to_lower(base::trim(*text));
  if (word == "true" || word == "false") return word == "true";
  faults_.add(node.place, fmt::format("{} must be true or false, found \"{}\"", name_, shown_));
  return std::nullopt;
}

std::optional<double> SlotWriter::number_of(const TomlNode& node, bool fraction) {
  const auto wanted = fraction ? "a number of seconds" : "a whole number";
  std::optional<double> number;
  if (node.kind == TomlNode::Kind::integer) {
    number = static_cast<double>(node.integer);
  } else if (node.kind == TomlNode::Kind::real && fraction) {
    number = node.real;
  } else if (node.kind == TomlNode::Kind::text && has_variables(node.text)) {
    const auto text = text_of(node);
    if (!text) return std::nullopt;
    number = parse_number(*text);
    if (!number || (!fraction && *number != std::floor(*number))) {
      faults_.add(node.place, fmt::format("{} must be {}, found \"{}\"", name_, wanted, shown_));
      return std::nullopt;
    }
  } else {
    wrong_type(node, wanted);
    return std::nullopt;
  }
  const auto& [least, most, words, check, not_empty, number_too] = key_.rule;
  const bool neither = *number < 0 && *number > -1;
  if (!neither && *number >= static_cast<double>(least) && *number <= static_cast<double>(most)) return number;
  const auto found = node.kind == TomlNode::Kind::text ? shown_ : fmt::to_string(*number);
  if (neither && least < 0) {
    faults_.add(node.place, fmt::format("{} must be -1, or between 0 and {}, found {}", name_, most, found));
    return std::nullopt;
  }
  faults_.add(node.place, fmt::format("{} must be between {} and {}, found {}", name_, least, most, found));
  return std::nullopt;
}

std::optional<std::vector<std::string>> SlotWriter::list_of(const TomlNode& node) {
  if (node.kind != TomlNode::Kind::array) {
    wrong_type(node, "a list of texts");
    return std::nullopt;
  }
  if (node.items.empty() && key_.rule.not_empty) {
    faults_.add(node.place, name_ + " must not be empty");
    return std::nullopt;
  }
  std::vector<std::string> items;
  std::vector<std::string> shown;
  bool good = true;
  for (const auto& item : node.items) {
    auto text = checked_text_of(item);
    good = good && text.has_value();
    if (text) items.push_back(std::move(*text));
    shown.push_back(shown_);
  }
  shown_ = show_list(shown);
  return good ? std::optional(std::move(items)) : std::nullopt;
}

void SlotWriter::wrong_type(const TomlNode& node, std::string_view wanted) {
  std::string hint;
  if (node.kind == TomlNode::Kind::text && wanted != "a list of texts") hint = "Write the value without quotes.";
  if (node.kind == TomlNode::Kind::text && wanted == "a list of texts") hint = "Write a list: [\"one\", \"two\"].";
  const bool simple = node.kind != TomlNode::Kind::array && node.kind != TomlNode::Kind::table;
  if (simple && node.kind != TomlNode::Kind::text && wanted == "text") hint = "Write the value in quotes.";
  faults_.add(node.place, fmt::format("{} must be {}, found {}", name_, wanted, kind_name(node.kind)), hint);
}

std::string show(const Slot& slot) {
  return std::visit(Overloaded{
                        [](const bool* value) { return std::string(*value ? "true" : "false"); },
                        [](const int* value) { return std::to_string(*value); },
                        [](const std::string* value) { return *value; },
                        [](const std::vector<std::string>* value) { return show_list(*value); },
                        [](const std::chrono::milliseconds* value) { return seconds_text(value->count()); },
                        [](const std::chrono::seconds* value) { return std::to_string(value->count()); },
                    },
                    slot);
}

std::string show_list(const std::vector<std::string>& items) {
  std::vector<std::string> words;
  words.reserve(items.size());
  for (const auto& item : items) words.push_back(quoted(item));
  return "[" + base::join(words, ", ") + "]";
}

}  // namespace migrate::command
