#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "migrate/command/detail/config_keys.hpp"
#include "migrate/command/detail/faults.hpp"
#include "migrate/command/detail/interpolation.hpp"
#include "migrate/command/detail/toml_node.hpp"

namespace migrate::command {

/// Puts one value of the file into its slot: ${…} replaced, type and rule checked. A text with ${…} may also stand
/// where a number or true/false is wanted: that is how these come from the environment.
class SlotWriter {
 public:
  /// `name` is what messages call the key: "alembic.engine.pool_size". All references must outlive the writer.
  SlotWriter(const ConfigKey& key, std::string name, Variables& variables, Faults& faults);

  /// Leaves the slot as it is when the value is wrong; the faults say why.
  void write(const TomlNode& node, Slot slot);

  /// The value for people, secrets hidden.
  [[nodiscard]] const std::string& shown() const noexcept { return shown_; }
  /// The variables that went into it.
  [[nodiscard]] const std::vector<std::string>& origins() const noexcept { return origins_; }

 private:
  std::optional<std::string> text_of(const TomlNode& node);
  std::optional<bool> boolean_of(const TomlNode& node);
  std::optional<double> number_of(const TomlNode& node, bool fraction);
  std::optional<std::vector<std::string>> list_of(const TomlNode& node);
  std::optional<std::string> checked_text_of(const TomlNode& node);
  bool passes(const std::string& text, const TomlNode& node);
  void wrong_type(const TomlNode& node, std::string_view wanted);

  const ConfigKey& key_;
  std::string name_;
  Variables& variables_;
  Faults& faults_;
  std::string shown_;
  std::vector<std::string> origins_;
};

/// What a slot holds, for people: text as it is, lists as ["a", "b"], durations in seconds.
std::string show(const Slot& slot);
std::string show_list(const std::vector<std::string>& items);

}  // namespace migrate::command
