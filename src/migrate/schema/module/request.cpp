#include "migrate/schema/request.hpp"

#include "migrate/schema/module/wire.hpp"

namespace migrate::schema {
namespace {

/// A result as plain members.
struct PlainResult {
  Names columns;
  std::vector<std::vector<QueryResult::Field>> rows;
  long affected = 0;
};

template <class A>
void fields(A& archive, PlainResult& result) {
  archive(result.columns, result.rows, result.affected);
}

}  // namespace

std::string encode(const Request& request) {
  return wire::to_bytes(request);
}

std::string encode(const QueryResult& result) {
  return wire::to_bytes(PlainResult{result.columns(), result.rows(), result.affected_rows()});
}

std::string encode(const ErrorReply& reply) {
  return wire::to_bytes(reply);
}

std::string encode(const RunInfo& info) {
  return wire::to_bytes(info);
}

Request decode_request(std::string_view bytes) {
  auto request = wire::from_bytes<Request>(bytes);
  if (request.kind > RequestKind::failed) throw WireError("no such request");
  return request;
}

QueryResult decode_result(std::string_view bytes) {
  auto plain = wire::from_bytes<PlainResult>(bytes);
  return {std::move(plain.columns), std::move(plain.rows), plain.affected};
}

ErrorReply decode_error(std::string_view bytes) {
  return wire::from_bytes<ErrorReply>(bytes);
}

RunInfo decode_info(std::string_view bytes) {
  return wire::from_bytes<RunInfo>(bytes);
}

}  // namespace migrate::schema
