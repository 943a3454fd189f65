#include "migrate/command/detail/settings_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/error.hpp"
#include "migrate/base/text.hpp"
#include "migrate/command/detail/slot_writer.hpp"

namespace migrate::command {
namespace {

/// Reads one document; lives for one call of read_settings.
class Reader {
 public:
  Reader(const ReadRequest& request, Variables& variables, Faults& faults)
      : request_(request), variables_(variables), faults_(faults) {}

  ReadSettings read(const TomlNode& document) {
    check_top_level(document);
    const auto* root = document.find(request_.table);
    if (root == nullptr) {
      missing_table(document);
    } else if (root->kind != TomlNode::Kind::table) {
      faults_.add(root->key_place, fmt::format("{} must be a table, found {}", request_.table, kind_name(root->kind)),
                  fmt::format("Write [{}] on a line of its own, and the keys below it.", request_.table));
    } else {
      read_root(*root);
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::string full(std::string_view table) const { return dotted(request_.table, table); }

  /// Keys before any header, and [engine] where [alembic.engine] is meant, would be passed over in silence.
  void check_top_level(const TomlNode& document) {
    for (const auto& item : document.items) {
      const auto* table = table_named(item.key);
      if (item.kind != TomlNode::Kind::table && item.kind != TomlNode::Kind::array) {
        faults_.add(item.key_place, fmt::format("the key {} stands before any table", item.key),
                    fmt::format("Put a line [{}] above it.", request_.table));
      } else if (table != nullptr && item.key != request_.table) {
        const auto name = full(table->name);
        faults_.add(item.key_place, fmt::format("the table {} belongs within {}", item.key, request_.table),
                    table->repeated ? fmt::format("Write [[{}]].", name) : fmt::format("Write [{}].", name));
      } else if (item.kind == TomlNode::Kind::array && item.key != request_.table) {
        const bool tables = !item.items.empty() && item.items[0].kind == TomlNode::Kind::table;
        if (!tables) {
          faults_.add(item.key_place, fmt::format("the key {} stands before any table", item.key),
                      fmt::format("Put a line [{}] above it.", request_.table));
        }
      }
    }
  }

  void missing_table(const TomlNode& document) {
    std::vector<std::string> names;
    for (const auto& item : document.items) {
      if (item.kind == TomlNode::Kind::table) names.push_back(item.key);
    }
    std::string hint = "Name one of them with -n NAME";
    if (names.empty()) {
      hint = fmt::format("Add a line [{}] and the settings below it; `migrate init` writes a file with all of them.",
                         request_.table);
    } else if (const auto near = base::nearest(request_.table, names)) {
      hint = fmt::format("Did you mean [{}]? Another table is named with -n NAME.", *near);
    } else {
      hint += ", or add the table.";
    }
    for (auto& name : names) name = fmt::format("[{}]", name);
    faults_.add(request_.file,
                fmt::format("there is no table [{}]; {}", request_.table,
                            names.empty() ? "the file has no tables" : "the file has " + base::join(names, ", ")),
                hint);
  }

  static const ConfigTable* table_named(std::string_view name) {
    const auto tables = config_tables();
    const auto found = std::ranges::find(tables, name, &ConfigTable::name);
    return found == tables.end() ? nullptr : &*found;
  }

  void read_root(const TomlNode& root) {
    for (const auto& item : root.items) {
      if (const auto* table = table_named(item.key)) {
        read_inner(*table, item);
      } else {
        read_key("", 0, item);
      }
    }
  }

  void read_inner(const ConfigTable& table, const TomlNode& node) {
    const auto name = full(table.name);
    if (!table.repeated) {
      if (node.kind == TomlNode::Kind::table) return read_items(table.name, 0, node);
      faults_.add(node.key_place, fmt::format("{} must be a table, found {}", name, kind_name(node.kind)),
                  fmt::format("Write [{}] on a line of its own, and the keys below it.", name));
      return;
    }
    const bool good = node.kind == TomlNode::Kind::array && std::ranges::all_of(node.items, [](const auto& item) {
                        return item.kind == TomlNode::Kind::table;
                      });
    if (!good) {
      faults_.add(node.key_place, fmt::format("{} must be a list of tables, found {}", name, kind_name(node.kind)),
                  fmt::format("Write [[{}]], with two brackets, and the keys below it; one for each.", name));
      return;
    }
    for (std::size_t element = 0; element < node.items.size(); ++element) {
      table.begin(result_.settings);
      result_.elements[table.name].push_back(node.items[element].place);
      read_items(table.name, element, node.items[element]);
    }
  }

  void read_items(std::string_view table, std::size_t element, const TomlNode& node) {
    for (const auto& item : node.items) read_key(table, element, item);
  }

  void read_key(std::string_view table, std::size_t element, const TomlNode& node) {
    const auto keys = config_keys();
    const auto found =
        std::ranges::find_if(keys, [&](const auto& key) { return key.table == table && key.name == node.key; });
    if (found == keys.end()) return unknown_key(table, node);
    SaidKey said{&*found, element, node.place, {}, fmt::format("{}:{}", request_.file, node.place.line)};
    const bool skip =
        request_.ignore_url && found->table == "engine" && (found->name == "url" || found->name == "direct_url");
    if (skip) return;
    SlotWriter writer(*found, full(dotted(table, found->name)), variables_, faults_);
    writer.write(node, found->slot(result_.settings));
    said.shown = writer.shown();
    for (const auto& origin : writer.origins()) said.origin += ", " + origin;
    result_.said.push_back(std::move(said));
  }

  void unknown_key(std::string_view table, const TomlNode& node) {
    std::vector<std::string> known;
    for (const auto& key : config_keys()) {
      if (key.table == table) known.emplace_back(key.name);
    }
    if (table.empty()) {
      for (const auto& inner : config_tables()) known.emplace_back(inner.name);
    }
    std::string message = fmt::format("unknown key {} in [{}]", node.key, full(table));
    std::string hint = fmt::format("Known here: {}.", base::join(known, ", "));
    const auto keys = config_keys();
    const auto elsewhere = std::ranges::find(keys, node.key, &ConfigKey::name);
    const auto foreign = std::ranges::find(foreign_keys(), node.key, &ForeignKey::name);
    if (table.empty() && foreign != foreign_keys().end()) {
      hint = std::string(foreign->advice);
    } else if (const auto near = base::nearest(node.key, known)) {
      message += fmt::format("; did you mean {}?", *near);
      hint.clear();
    } else if (elsewhere != keys.end()) {
      message += fmt::format("; it belongs in [{}]", full(elsewhere->table));
      hint.clear();
    }
    faults_.add(node.key_place, message, hint);
  }

  const ReadRequest& request_;
  Variables& variables_;
  Faults& faults_;
  ReadSettings result_;
};

}  // namespace

const SaidKey* ReadSettings::find(std::string_view table, std::string_view name, std::size_t element) const {
  const auto found = std::ranges::find_if(said, [&](const auto& one) {
    return one.key->table == table && one.key->name == name && one.element == element;
  });
  return found == said.end() ? nullptr : &*found;
}

ReadSettings read_settings(const TomlNode& document, const ReadRequest& request, Variables& variables, Faults& faults) {
  return Reader(request, variables, faults).read(document);
}

}  // namespace migrate::command
