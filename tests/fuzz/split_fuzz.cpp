// Cutting SQL into statements, and what is done with the pieces: parsing, placeholders, positions, quoting.
#include "fuzz/target.hpp"
#include "migrate/sql/placeholder.hpp"
#include "migrate/sql/position.hpp"
#include "migrate/sql/quote.hpp"
#include "migrate/sql/statement.hpp"
#include "migrate/sql/syntax.hpp"

namespace {

using namespace migrate;
using test::promise;

void statements(std::string_view script) {
  std::size_t end = 0;
  for (const auto& statement : sql::split(script)) {
    promise(statement.text.offset >= end && statement.text.length > 0 && statement.text.end() <= script.size(),
            "statements come in order and lie within the script", script);
    promise(!statement.kind.empty(), "a statement has a kind", script);
    end = statement.text.end();
    if (statement.copy_data) {
      promise(statement.copy_data->offset >= end && statement.copy_data->end() <= script.size(),
              "COPY data follows its statement", script);
      end = statement.copy_data->end();
      continue;
    }
    const auto fault = sql::check_syntax(statement.text.of(script));
    if (fault) promise(fault->offset <= statement.text.length, "a syntax error lies within its statement", script);
  }
}

void split(std::string_view script) {
  try {
    statements(script);
  } catch (const sql::SqlSyntaxError& error) {
    promise(error.offset() < script.size(), "what cannot be cut is found within the script", script);
    const auto position = sql::position_at(script, error.offset());
    promise(position.line >= 1 && position.column >= 1, "lines and columns count from 1", script);
  } catch (const base::Error&) {
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = test::text_of(data, size);
  split(text);
  test::gives_result([&] {
    std::size_t end = 0;
    for (const auto& placeholder : sql::find_placeholders(text)) {
      promise(placeholder.text.offset >= end && placeholder.text.end() <= text.size(), "placeholders come in order");
      end = placeholder.text.end();
    }
  });
  if (text.find('\0') != std::string_view::npos || text.empty()) return 0;
  for (const auto& quoted : {sql::quote_identifier(text), sql::quote_literal(text)}) {
    const auto select = "SELECT " + quoted;
    const auto one = sql::split(select);
    promise(one.size() == 1 && one.front().text.length == select.size(), "what is quoted is one token", select);
  }
  return 0;
}
