#include "migrate/runtime/message.hpp"

#include <algorithm>

#include "migrate/sql/position.hpp"

namespace migrate::runtime {

void Message::add(Purpose purpose, std::string_view sql, std::string place) {
  parts_.push_back({purpose, text_.size(), sql.size(), std::nullopt, std::move(place)});
  text_.append(sql).append(";\n");
}

void Message::add(const PreparedStep& step, const sql::Statement& statement) {
  const std::string_view sql = statement.text.of(step.text);
  parts_.push_back({Purpose::revision, text_.size(), sql.size(), statement.text.offset, {}});
  text_.append(sql).append(";\n");
  if (statement.copy_data) copies_.push_back(statement.copy_data->of(step.text));
}

void Message::add(const PlacedStatement& statement) {
  add(Purpose::revision, statement.sql, statement.place);
  if (!statement.copy_data) return;
  data_.push_back(std::make_unique<const std::string>(*statement.copy_data));
  copies_.emplace_back(*data_.back());
}

void Message::send(engine::Connection& connection) const {
  engine::ScriptOptions options;
  if (!copies_.empty()) {
    options.copy_data = [this](std::size_t n) { return n < copies_.size() ? copies_[n] : std::string_view{}; };
  }
  connection.script(text_, options);
}

Message::Blame Message::blame(const engine::SqlError& error) const {
  Blame blame;
  const Part* part = nullptr;
  if (error.fields().position) {
    // A syntax error is found before anything runs, so its place beats the count of finished statements.
    const std::size_t at = sql::byte_offset_of_character(text_, *error.fields().position - 1);
    const auto next = std::ranges::upper_bound(parts_, at, {}, &Part::start);
    if (next != parts_.begin()) part = &*std::prev(next);
    if (part != nullptr && part->source) blame.offset = *part->source + std::min(at - part->start, part->length);
  } else if (error.statement_index() < parts_.size()) {
    part = &parts_[error.statement_index()];
    blame.offset = part->source;
  }
  if (part == nullptr) return blame;
  blame.purpose = part->purpose;
  blame.place = part->place;
  blame.statement = text_.substr(part->start, part->length);
  return blame;
}

}  // namespace migrate::runtime
