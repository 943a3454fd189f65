#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::command {

/// What a .env file says: NAME=value lines, optionally after "export "; blank lines and lines that start with # are
/// skipped. A value in 'single' quotes is taken as it is, one in "double" quotes knows \n \t \r \" \\ \$; both may run
/// over several lines. An unquoted value ends before " #". Nothing in a value is expanded. The last of two equal names
/// counts.
struct Dotenv {
  struct Value {
    std::string text;
    std::size_t line = 0;
  };
  std::map<std::string, Value, std::less<>> values;
  std::vector<std::size_t> unreadable_lines;  ///< neither blank, nor a comment, nor NAME=value
};

Dotenv parse_dotenv(std::string_view text);

/// Whether this may name an environment variable: a letter or _, then letters, digits and _.
bool is_variable_name(std::string_view name);

}  // namespace migrate::command
