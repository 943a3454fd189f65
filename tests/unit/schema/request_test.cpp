#include <catch2/catch.hpp>
#include <random>

#include "migrate/op.hpp"
#include "migrate/schema/module/wire.hpp"

using namespace migrate::schema;

namespace {

/// Every operation of the variant as a default one, by index.
template <std::size_t... Index>
std::vector<Operation> default_operations(std::index_sequence<Index...>) {
  return {Operation(std::in_place_index<Index>)...};
}

Request rich_request() {
  Request request;
  request.kind = RequestKind::query;
  request.file = "versions/a.cpp";
  request.line = 12;
  request.text = std::string("SELECT 1\0 -- ", 13);
  request.parameters = {1, "x", nullptr, true, 2.5, expression("now()")};
  CreateTable table;
  table.name = "users";
  table.columns = {column("id", "bigint", primary_key, identity(true, {.start = -5})),
                   column("mood", "text", not_null, server_default(literal("it's")), comment("ü"),
                          references("moods", "id", {.ondelete = "CASCADE", .deferrable = true}))};
  table.options.with = {{"fillfactor", "70"}};
  request.operations.push_back({"versions/a.cpp", 3, table});
  AlterColumn alter{"t", "c", {}};
  alter.options.comment = nullptr;
  alter.options.server_default = "1";
  alter.options.type_ = Type("citext");
  request.operations.push_back({"versions/b.hpp", 4, alter});
  request.operations.push_back({"", 0, BulkInsert{"t", {"a", "b"}, {{1, "x"}, {nullptr, false}}, {}}});
  return request;
}

}  // namespace

TEST_CASE("a request arrives as it was sent", "[schema]") {
  const Request request = rich_request();
  const Request read = decode_request(encode(request));
  CHECK(encode(read) == encode(request));
  CHECK(read.kind == RequestKind::query);
  CHECK(read.text.size() == 13);
  CHECK(read.parameters == request.parameters);
  const auto& table = std::get<CreateTable>(read.operations.at(0).operation);
  CHECK(table.columns.at(0).identity->options.start == -5);
  CHECK(table.columns.at(1).references->options.deferrable == true);
  CHECK(table.columns.at(1).nullable == false);
  CHECK(table.options.with.at(0).value == "70");
  const auto& alter = std::get<AlterColumn>(read.operations.at(1).operation);
  CHECK(alter.options.comment.what() == NewValue::What::drop);
  CHECK(alter.options.server_default.value() == "1");
  CHECK(alter.options.type_->sql == "citext");
  CHECK(std::get<BulkInsert>(read.operations.at(2).operation).rows.at(1).at(0).kind() == Value::Kind::null);
}

TEST_CASE("every operation travels as itself", "[schema]") {
  for (const auto& operation : default_operations(std::make_index_sequence<std::variant_size_v<Operation>>{})) {
    Request request;
    request.operations.push_back({"f", 1, operation});
    CHECK(decode_request(encode(request)).operations.at(0).operation.index() == operation.index());
  }
}

TEST_CASE("damaged bytes of a request are refused and not obeyed", "[schema]") {
  const std::string bytes = encode(rich_request());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CHECK_THROWS_AS(decode_request(std::string_view(bytes).substr(0, length)), WireError);
  }
  CHECK_THROWS_AS(decode_request(bytes + "x"), WireError);
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = bytes;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    try {
      decode_request(damaged);
    } catch (const WireError&) {
    }
  }
}

TEST_CASE("rows and errors arrive as they were sent", "[schema]") {
  const QueryResult result({"a", "b"}, {{"1", std::nullopt}, {"", "x"}}, 7);
  const QueryResult read = decode_result(encode(result));
  CHECK(read.columns() == Names{"a", "b"});
  CHECK(read.rows() == result.rows());
  CHECK(read.affected_rows() == 7);
  CHECK(read.scalar() == "1");
  CHECK(!QueryResult().scalar());
  const ErrorReply error = decode_error(encode(ErrorReply{ErrorKind::offline, "no", "25P02"}));
  CHECK(error.kind == ErrorKind::offline);
  CHECK(error.sqlstate == "25P02");
  const RunInfo info = decode_info(encode(RunInfo{"abc", true, {{"k", "v"}}}));
  CHECK(info.offline);
  CHECK(info.x.at(0).second == "v");
}
