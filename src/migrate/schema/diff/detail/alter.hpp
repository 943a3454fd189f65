#pragma once
#include <string>
#include <vector>

#include "migrate/schema/diff/detail/words.hpp"

/// Statements that change an entity in place, or end it.
namespace migrate::schema::detail {

/// Two schemas and one entity that both have under the same name.
struct Pair {
  const Model& from_model;
  const Model& to_model;
  const Entity& from;
  const Entity& to;
  const Change& change;
  bool default_released = false;  ///< of a column: was dropped before
  bool by_text = false;           ///< of a column: its type is made anew

  [[nodiscard]] const AttributeChange* differs(std::string_view attribute) const { return change.attribute(attribute); }
};

/// Everything but what belongs to release() and finish().
void alter(const Pair& pair, Writer& writer);

/// What has to go before other things can be dropped: inheritance, partitions, CLUSTER ON.
void release(const Pair& pair, Writer& writer);
/// What needs other things to be there: attaching, inheritance, REPLICA IDENTITY, OWNED BY.
void finish(const Pair& pair, Writer& writer);

/// OWNED BY of a sequence; NONE when it has none.
void own(const Entity& sequence, Writer& writer);

/// Shares of alter().
void alter_column(const Pair& pair, Writer& writer);
void alter_sequence(const Pair& pair, Writer& writer);
void alter_type(const Pair& pair, Writer& writer);
void alter_publication(const Pair& pair, Writer& writer);
void alter_foreign(const Pair& pair, Writer& writer);

/// "ALTER COLUMN c TYPE text USING c::text".
std::string retype_action(const Pair& pair);
/// The expression that turns values of one type into another's.
std::string conversion(const std::string& column, const std::string& from, const std::string& to);
/// Whether every value stays as it is and the table is not rewritten: varchar(10) to varchar(20) or text …
bool is_free_retype(const std::string& from, const std::string& to);
/// "varchar(10)[]" without its parameters and dimensions.
std::string base_type(std::string_view type);

void drop(const Model& model, const Entity& entity, Writer& writer);

/// ALTER … RENAME TO.
void rename(const Model& from, const Change& change, Writer& writer);

}  // namespace migrate::schema::detail
