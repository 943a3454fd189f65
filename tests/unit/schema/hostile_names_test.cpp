#include <catch2/catch.hpp>
#include <set>

#include "migrate/base/text.hpp"
#include "migrate/sql/quote.hpp"
#include "rendering.hpp"

using namespace migrate;
using namespace migrate::schema;
using namespace rendering;
using Kind = ObjectKind;

namespace {

/// Asks for every operation with `n` wherever a name can stand, and `t` wherever a text can.
void ask_for_tables(Operations& op, const std::string& n, const std::string& t) {
  op.create_table(
      n, column(n, NamedType{n, n}, primary_key, collate("C"), compression(n), comment(t), indexed),
      column("b", Enum{.name = n, .labels = {t}, .schema = n}, storage("main"),
             references(n, n, {.name = n, .schema = n}), server_default(literal(t))),
      unique_constraint(n, {n}, {.include = {n}}), check_constraint(n, "true"),
      exclude_constraint(n, {exclude(n, "=")}, {.using_ = n}),
      foreign_key_constraint(n, {n}, n, {n}, {.referent_schema = n}),
      TableOptions{.comment = t, .schema = n, .inherits = {n}, .using_ = n, .with = {{"x", t}}, .tablespace = n});
  op.set_storage_parameters(n, {{"x", t}}, {n});
  op.reset_storage_parameters(n, {"x"}, {n});
  op.add_column(n, column(n, Array{NamedType{n}}, unique, comment(t)), {.schema = n});
  op.drop_column(n, n, {.schema = n});
  op.alter_column(n, n,
                  {.comment = t,
                   .server_default = literal(t),
                   .new_column_name = n,
                   .type_ = NamedType{n, n},
                   .compression = n,
                   .schema = n});
  op.create_index(n, n, {n, desc(n)}, {.using_ = n, .include = {n}, .with = {{"x", t}}, .tablespace = n, .schema = n});
  op.drop_index(n, {.schema = n});
  op.create_primary_key(n, n, {n}, {.include = {n}, .schema = n});
  op.create_primary_key(n, n, {}, {.using_index = n});
  op.create_unique_constraint(n, n, {n, n}, {.schema = n});
  op.create_foreign_key(n, n, n, {n}, {n}, {.source_schema = n, .referent_schema = n});
  op.create_check_constraint(n, n, "true", {.schema = n});
  op.create_exclude_constraint(n, n, {exclude(n, "=")}, {.using_ = n, .schema = n});
  op.drop_constraint(n, n, {.schema = n});
  op.validate_constraint(n, n, {n});
  op.create_partition(n, n, default_partition(), {.schema = n, .parent_schema = n, .tablespace = n});
  op.attach_partition(n, n, default_partition(), {.schema = n});
  op.detach_partition(n, n, {.parent_schema = n});
  op.bulk_insert(n, {n, n}, {{t, nullptr}}, {.schema = n});
  op.execute("SELECT $1", {t});
}

void ask_for_objects(Operations& op, const std::string& n, const std::string& t) {
  op.create_schema(n, {.authorization = n});
  op.create_extension(n, {.schema = n, .version = t});
  op.update_extension(n, t);
  op.create_enum(n, {t}, {n});
  op.add_enum_value(n, t, {.after = t, .schema = n});
  op.rename_enum_value(n, t, t, {n});
  op.create_domain(n, NamedType{n}, {.default_ = literal(t).sql, .check = "true", .constraint_name = n, .schema = n});
  op.create_composite_type(n, {column(n, NamedType{n}, comment(t))}, {n});
  op.create_sequence(n, {.owned_by = "none", .schema = n});
  op.alter_sequence(n, {.restart = 1, .schema = n});
  op.create_view(n, "SELECT 1", {.columns = {n}, .with = {{"x", t}}, .schema = n});
  op.create_materialized_view(n, "SELECT 1",
                              {.replace = true, .columns = {n}, .using_ = n, .tablespace = n, .schema = n});
  op.refresh_materialized_view(n, {.schema = n});
  op.create_function(n, "", "int", "SELECT 1", {.schema = n});
  op.create_trigger(n, n, {.events = {"INSERT"}, .function = "f", .arguments = {t}, .schema = n});
  op.enable_trigger(n, n, {n});
  op.create_policy(n, n, {.roles = {n}, .schema = n});
  op.alter_policy(n, n, {.roles = {n}, .schema = n});
  op.enable_row_level_security(n, {.schema = n});
  op.grant({"SELECT"}, table(n, n), {n}, {.columns = {n}});
  op.grant({"SELECT"}, all_in_schema(Kind::table, n), {n});
  op.revoke({"EXECUTE"}, object(Kind::function, n + "(int)", n), {n});
  op.create_statistics(n, n, {n, n}, {.schema = n});
}

constexpr Kind k_kinds[] = {Kind::table,
                            Kind::column,
                            Kind::index,
                            Kind::constraint,
                            Kind::sequence,
                            Kind::view,
                            Kind::materialized_view,
                            Kind::schema,
                            Kind::type,
                            Kind::domain,
                            Kind::function,
                            Kind::procedure,
                            Kind::trigger,
                            Kind::policy,
                            Kind::extension,
                            Kind::statistics,
                            Kind::database,
                            Kind::foreign_table,
                            Kind::language};

/// Every kind of object in every operation that is for any kind; what PostgreSQL cannot do is left out.
std::vector<Operation> kind_operations(const std::string& n, const std::string& t) {
  std::vector<Operation> operations;
  for (const Kind kind : k_kinds) {
    const bool bare =
        kind == Kind::schema || kind == Kind::extension || kind == Kind::database || kind == Kind::language;
    const bool routine = kind == Kind::function || kind == Kind::procedure;
    const Object named = object(kind, routine ? n + "(integer)" : n, bare ? "" : n, n);
    DropOptions options;
    options.schema = named.schema;
    operations.push_back(
        DropObject{kind, n, routine ? std::optional<std::string>("integer") : std::nullopt, n, options});
    operations.push_back(CommentOn{named, t});
    operations.push_back(RenameObject{named, n});
    operations.push_back(SetSchema{named, n});
    operations.push_back(SetOwner{named, n});
  }
  std::erase_if(operations, [](const Operation& operation) {
    try {
      return to_sql(operation).empty();
    } catch (const OperationError&) {
      return true;
    }
  });
  return operations;
}

std::vector<Operation> all_operations(const std::string& name, const std::string& text) {
  std::vector<Operation> operations = operations_of([&](Operations& op) { ask_for_tables(op, name, text); });
  for (auto& operation : operations_of([&](Operations& op) {
         ask_for_objects(op, name, text);
         auto block = op.autocommit_block();
       })) {
    operations.push_back(std::move(operation));
  }
  for (auto& operation : kind_operations(name, text)) operations.push_back(std::move(operation));
  return operations;
}

}  // namespace

TEST_CASE("hostile names and texts come through every operation unharmed", "[schema]") {
  const auto plain = all_operations("plainname", "plaintext");
  std::set<std::size_t> seen;
  for (const Operation& operation : plain) seen.insert(operation.index());
  CHECK(seen.size() == std::variant_size_v<Operation>);  // none is forgotten
  for (const std::string hostile : {"Mixed",      "select",     "with space",
                                    "dou\"ble",   "sing'le",    "back\\slash",
                                    "semi;colon", "com--ment",  "/*",
                                    "$$",         "$1",         "a.b",
                                    "ünïcode",    "user",       "between",
                                    "%s {}",      "new\nline",  "ends with \"",
                                    "\"",         "'",          "x); DROP TABLE t; --",
                                    "1a",         "(integer)x", "authorization",
                                    "verbose"}) {
    CAPTURE(hostile);
    const auto operations = all_operations(hostile, hostile);
    REQUIRE(operations.size() == plain.size());
    for (std::size_t i = 0; i < plain.size(); ++i) {
      const auto wanted = to_sql(plain[i]), made = to_sql(operations[i]);
      REQUIRE(made.size() == wanted.size());
      for (std::size_t k = 0; k < made.size(); ++k) {
        std::string expected = base::replace_all(wanted[k], "'plaintext'", sql::quote_literal(hostile));
        expected = base::replace_all(expected, "plainname", sql::quote_identifier(hostile));
        CHECK(made[k] == expected);
      }
    }
    statements_of([&](Operations& op) {
      ask_for_tables(op, hostile, hostile);
      ask_for_objects(op, hostile, hostile);
    });
  }
}

TEST_CASE("an operation with nothing in it is refused or harmless, never a crash", "[schema]") {
  const auto check_default = [](auto index) {
    const Operation operation(std::in_place_index<decltype(index)::value>);
    CHECK(!name_of(operation).empty());
    try {
      for (const auto& statement : to_sql(operation)) CHECK(!statement.empty());
    } catch (const OperationError& error) {
      CHECK(std::string_view(error.what()).starts_with(name_of(operation)));
    }
  };
  [&]<std::size_t... Index>(std::index_sequence<Index...>) {
    (check_default(std::integral_constant<std::size_t, Index>{}), ...);
  }
  (std::make_index_sequence<std::variant_size_v<Operation>>{});
}

TEST_CASE("operations are called as in the revision", "[schema]") {
  const auto name = [](const Revision& revision) { return std::string(name_of(operations_of(revision).at(0))); };
  CHECK(name(OP(create_foreign_key("f", "t", "u", {"a"}, {"b"}))) == "create_foreign_key");
  CHECK(name(OP(create_exclude_constraint("f", "t", {}))) == "create_exclude_constraint");
  CHECK(name(OP(drop_table("t"))) == "drop_table");
  CHECK(name(OP(drop_materialized_view("t"))) == "drop_materialized_view");
  CHECK(name(OP(rename_view("t", "u"))) == "rename_view");
  CHECK(name(OP(create_table_comment("t", "u"))) == "create_table_comment");
  CHECK(name(OP(drop_table_comment("t"))) == "drop_table_comment");
  CHECK(name(OP(comment_on(object(Kind::view, "v"), "x"))) == "comment_on");
  CHECK(name(OP(create_procedure("t", "", "u"))) == "create_procedure");
  CHECK(name(OP(disable_trigger("t", "u"))) == "disable_trigger");
  CHECK(name(OP(disable_row_level_security("t"))) == "disable_row_level_security");
  CHECK(name(OP(set_storage_parameters("t", {}))) == "set_storage_parameters");
}
