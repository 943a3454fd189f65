#include "migrate/schema/operations.hpp"

#include "migrate/schema/sink.hpp"

namespace migrate::schema {

Operations::Operations(Sink& sink) : TableOperations(sink), ObjectOperations(sink) {}

void Operations::execute(Name sql) {
  sink().add(sql.place(), Execute{sql.text(), std::nullopt});
}

void Operations::execute(Name sql, Row parameters) {
  sink().add(sql.place(), Execute{sql.text(), std::move(parameters)});
}

void Operations::bulk_insert(Name table, Names columns, std::vector<Row> rows, BulkInsertOptions options) {
  sink().add(table.place(), BulkInsert{table.text(), std::move(columns), std::move(rows), std::move(options)});
}

void Operations::backfill(Name table, BackfillOptions options) {
  Request request;
  request.kind = RequestKind::backfill;
  request.table = table.text();
  request.backfill = std::move(options);
  sink().call(std::move(request), table.place());
}

AutocommitBlock::AutocommitBlock(Sink& sink, Place at) : sink_(sink) {
  sink_.add(at, BeginAutocommit{});
}

AutocommitBlock::~AutocommitBlock() {
  sink_.add(Place{"", 0}, EndAutocommit{});
}

Connection Operations::get_bind(Place at) {
  return Connection(sink(), at);
}

bool Operations::is_offline() const {
  return sink().info().offline;
}

std::optional<std::string> Operations::x(std::string_view key) const {
  for (const auto& [name, value] : sink().info().x) {
    if (name == key) return value;
  }
  return std::nullopt;
}

std::string Operations::x(std::string_view key, std::string_view otherwise) const {
  return x(key).value_or(std::string(otherwise));
}

const std::string& Operations::revision() const {
  return sink().info().revision;
}

void Operations::log(std::string_view text) {
  sink().log(text);
}

}  // namespace migrate::schema
