#pragma once
#include <string>
#include <string_view>
#include <vector>

/// Names inside canonical SQL texts: what a definition will say once something it names is called differently.
namespace migrate::schema::detail {

/// A word, a quoted identifier (unquoted here), a string literal, or anything else of one character.
struct Token {
  enum class Kind { identifier, literal, other };
  Kind kind = Kind::other;
  std::string_view text;  ///< as it stands, quotes included
  std::string name;       ///< of an identifier: what it means
};

/// All of the text: the tokens put together again are the text. Blanks are `other`.
std::vector<Token> tokens_of(std::string_view sql);

/// "schema.from" becomes "schema.to", also as a literal ('schema.from'::regclass) and where columns are qualified by
/// it ("from.id").
std::string rename_qualified(std::string_view sql, std::string_view schema, std::string_view from, std::string_view to);

/// Every identifier `from` that is no qualifier becomes `to`.
std::string rename_identifier(std::string_view sql, std::string_view from, std::string_view to);

/// "from.anything" becomes "to.anything".
std::string rename_schema(std::string_view sql, std::string_view from, std::string_view to);

/// Whether the text has the string literal 'value'.
bool has_literal(std::string_view sql, std::string_view value);

/// "public.t" as {"public", "t"}; parts are unquoted.
std::vector<std::string> name_parts(std::string_view qualified);

}  // namespace migrate::schema::detail
