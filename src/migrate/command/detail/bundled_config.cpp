#include "migrate/command/detail/bundled_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "migrate/command/config_error.hpp"

namespace migrate::command {
namespace {

/// What only commands read that a bundle refuses.
constexpr std::array<std::string_view, 3> k_left_out = {"autogenerate", "post_write_hooks", "cpp"};

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      result += c;
    }
  }
  return result + '"';
}

/// A value as TOML. A date, or a table within a list, is no setting; load_config has refused it.
std::string value_text(const TomlNode& node) {
  switch (node.kind) {
    case TomlNode::Kind::boolean:
      return node.boolean ? "true" : "false";
    case TomlNode::Kind::integer:
      return fmt::format("{}", node.integer);
    case TomlNode::Kind::real:
      return fmt::format("{:#}", node.real);
    case TomlNode::Kind::array: {
      std::string list;
      for (const auto& item : node.items) list += (list.empty() ? "" : ", ") + value_text(item);
      return "[" + list + "]";
    }
    default:
      return quoted(node.text);
  }
}

/// Writes one table of the document; lives for one call of bundled_config.
class Writer {
 public:
  Writer(std::string table, std::string file) : table_(std::move(table)), file_(std::move(file)) {}

  BundledConfig write(const TomlNode& root) {
    write_table(quoted(table_), "", root);
    for (const auto& item : root.items) {
      if (std::ranges::find(k_left_out, item.key) != k_left_out.end()) continue;
      if (item.kind == TomlNode::Kind::table) write_table(quoted(table_) + "." + quoted(item.key), item.key, item);
      if (is_list_of_tables(item)) write_elements(item);
    }
    return std::move(result_);
  }

 private:
  static bool is_list_of_tables(const TomlNode& node) {
    return node.kind == TomlNode::Kind::array && !node.items.empty() && node.items[0].kind == TomlNode::Kind::table;
  }

  void write_table(const std::string& name, std::string_view inner, const TomlNode& table) {
    result_.text += fmt::format("[{}]\n", name);
    for (const auto& item : table.items) {
      if (item.kind == TomlNode::Kind::table || is_list_of_tables(item)) continue;
      const bool url = inner == "engine" && (item.key == "url" || item.key == "direct_url");
      if (inner == "engine" && item.key == "password_command") check_command(item.key, item);
      result_.text += fmt::format("{} = {}\n", quoted(item.key), url ? url_text(item) : value_text(item));
    }
  }

  /// [[on_version_apply]]: its commands run where the bundle runs.
  void write_elements(const TomlNode& list) {
    for (const auto& element : list.items) {
      result_.text += fmt::format("[[{}.{}]]\n", quoted(table_), quoted(list.key));
      for (const auto& item : element.items) {
        if (item.key == "command") check_command(list.key, item);
        result_.text += fmt::format("{} = {}\n", quoted(item.key), value_text(item));
      }
    }
  }

  void check_command(const std::string& owner, const TomlNode& command) {
    for (const auto& word : command.items) {
      if (!without_password(word.text).removed) continue;
      throw ConfigError(fmt::format("{}:{}: a command of {} holds a password, which would stand in the bundle for "
                                    "everybody to read",
                                    file_, command.place.line, owner),
                        "Take it from a variable: ${NAME}.");
    }
    if (command.items.empty()) return;
    result_.notices.push_back(fmt::format("{} runs {}, which the bundle does not carry: it must be where it runs",
                                          owner, command.items[0].text));
  }

  std::string url_text(const TomlNode& node) {
    const auto cleaned = without_password(node.text);
    if (cleaned.unclear) {
      throw ConfigError(
          fmt::format("{}:{}: engine.{} has an @ where its password cannot be told from the rest", file_,
                      node.place.line, node.key),
          "In a user name or password write @ as %40 and / as %2F; or take the URL from a variable: ${DATABASE_URL}.");
    }
    if (cleaned.removed) {
      result_.notices.push_back(
          fmt::format("The password of engine.{} is not put into the bundle: give it where the bundle runs, by --url, "
                      "$PGPASSWORD or a password file",
                      node.key));
    }
    return quoted(cleaned.text);
  }

  std::string table_;
  std::string file_;
  BundledConfig result_;
};

}  // namespace

BundledConfig bundled_config(const TomlNode& document, const std::string& table, const std::string& file) {
  const auto* root = document.find(table);
  if (root == nullptr) throw ConfigError(fmt::format("{}: there is no table [{}]", file, table));
  return Writer(table, file).write(*root);
}

}  // namespace migrate::command
