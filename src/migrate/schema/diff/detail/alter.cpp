#include "migrate/schema/diff/detail/alter.hpp"

#include <fmt/format.h>

#include "migrate/schema/diff/detail/create.hpp"
#include "migrate/schema/diff/detail/rules.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

using Kind = EntityKind;

/// SET and RESET of storage parameters; `head` is "ALTER TABLE public.t".
void alter_options(const Pair& pair, const std::string& head, Writer& writer) {
  if (pair.differs("options") == nullptr) return;
  const auto& old = pair.from.list("options");
  const auto& wanted = pair.to.list("options");
  if (const auto gone = unnamed_in(old, wanted); !gone.empty())
    writer.add(head + " RESET (" + parameter_names(gone) + ")");
  if (const auto set = without(wanted, old); !set.empty()) writer.add(head + " SET (" + storage_parameters(set) + ")");
}

void alter_tablespace(const Pair& pair, const std::string& head, Writer& writer) {
  if (pair.differs("tablespace") == nullptr) return;
  const auto& wanted = pair.to.fact("tablespace");
  writer.add(
      head + " SET TABLESPACE " + (wanted.empty() ? "pg_default" : sql::quote_identifier(wanted)),
      {{HazardKind::rewrite, "copies " + describe(pair.to.id) + " into another tablespace under an exclusive lock"}});
}

void alter_table(const Pair& pair, Writer& writer) {
  const auto head = "ALTER TABLE " + name_of(pair.to.id);
  if (pair.differs("persistence") != nullptr) {
    const bool unlogged = pair.to.fact("persistence") == "unlogged";
    std::vector<Hazard> hazards{{HazardKind::rewrite, "rewrites " + describe(pair.to.id) + " under an exclusive lock"}};
    if (unlogged)
      hazards.push_back({HazardKind::data_loss, "a crash of the server will empty " + describe(pair.to.id)});
    writer.add(head + (unlogged ? " SET UNLOGGED" : " SET LOGGED"), std::move(hazards));
  }
  if (pair.differs("access_method") != nullptr) {
    const auto& method = pair.to.fact("access_method");
    writer.add(head + " SET ACCESS METHOD " + (method.empty() ? "heap" : sql::quote_identifier(method)),
               {{HazardKind::rewrite, "rewrites " + describe(pair.to.id) + " under an exclusive lock"}});
  }
  alter_options(pair, head, writer);
  alter_tablespace(pair, head, writer);
  if (pair.differs("row_security") != nullptr) {
    writer.add(head + (pair.to.has("row_security") ? " ENABLE" : " DISABLE") + " ROW LEVEL SECURITY");
  }
  if (pair.differs("force_row_security") != nullptr) {
    writer.add(head + (pair.to.has("force_row_security") ? " FORCE" : " NO FORCE") + " ROW LEVEL SECURITY");
  }
}

void alter_view(const Pair& pair, Writer& writer) {
  if (pair.differs("definition") != nullptr) {
    const auto& options = pair.to.list("options");
    writer.add("CREATE OR REPLACE VIEW " + name_of(pair.to.id) +
               (options.empty() ? std::string() : "\nWITH (" + storage_parameters(options) + ")") + " AS\n" +
               trimmed(pair.to.fact("definition")));
  } else {
    alter_options(pair, "ALTER VIEW " + name_of(pair.to.id), writer);
  }
}

void alter_materialized_view(const Pair& pair, Writer& writer) {
  const auto head = "ALTER MATERIALIZED VIEW " + name_of(pair.to.id);
  alter_options(pair, head, writer);
  alter_tablespace(pair, head, writer);
  if (pair.differs("access_method") != nullptr) {
    const auto& method = pair.to.fact("access_method");
    writer.add(head + " SET ACCESS METHOD " + (method.empty() ? "heap" : sql::quote_identifier(method)));
  }
}

void alter_index(const Pair& pair, Writer& writer) {
  const auto name = sql::quote_qualified(pair.to.id.schema, pair.to.id.name);
  const auto head = "ALTER INDEX " + name;
  alter_options(pair, head, writer);
  alter_tablespace(pair, head, writer);
  if (pair.differs("clustered") != nullptr && pair.to.has("clustered")) {
    writer.add(
        fmt::format("ALTER TABLE {} CLUSTER ON {}", whole_name(pair.to.id), sql::quote_identifier(pair.to.id.name)));
  }
  if (pair.differs("statistics") == nullptr) return;
  for (const auto& gone : unnamed_in(pair.from.list("statistics"), pair.to.list("statistics"))) {
    writer.add(fmt::format("{} ALTER COLUMN {} SET STATISTICS -1", head, gone.substr(0, gone.find('='))));
  }
  for (const auto& set : without(pair.to.list("statistics"), pair.from.list("statistics"))) {
    const auto sign = set.find('=');
    writer.add(fmt::format("{} ALTER COLUMN {} SET STATISTICS {}", head, set.substr(0, sign), set.substr(sign + 1)));
  }
}

void alter_constraint(const Pair& pair, Writer& writer) {
  if (pair.differs("valid") != nullptr && !pair.to.has("valid")) {
    const Entity* whole = whole_of(pair.to_model, pair.to.id);
    const bool of_domain = whole != nullptr && whole->id.kind == Kind::domain;
    writer.add(fmt::format("ALTER {} {} VALIDATE CONSTRAINT {}", of_domain ? "DOMAIN" : "TABLE", whole_name(pair.to.id),
                           sql::quote_identifier(pair.to.id.name)),
               {{HazardKind::scan, "reads all of " + whole_name(pair.to.id)}});
  }
  alter_index(pair, writer);
}

void alter_policy(const Pair& pair, Writer& writer) {
  std::string text = "ALTER POLICY " + sql::quote_identifier(pair.to.id.name) + " ON " + whole_name(pair.to.id);
  const auto& roles = pair.to.list("roles");
  const auto plain = text.size();
  if (pair.differs("roles") != nullptr) text += " TO " + (roles.empty() ? std::string("PUBLIC") : joined(roles));
  if (pair.differs("using") != nullptr) text += " USING (" + pair.to.fact("using") + ")";
  if (pair.differs("check") != nullptr) text += " WITH CHECK (" + pair.to.fact("check") + ")";
  if (text.size() != plain) writer.add(std::move(text));
}

void alter_routine(const Pair& pair, Writer& writer) {
  if (pair.differs("definition") != nullptr || pair.differs("language") != nullptr) create_routine(pair.to, writer);
}

void alter_rule(const Pair& pair, Writer& writer) {
  if (pair.differs("definition") == nullptr) return;
  auto text = trimmed(pair.to.fact("definition"));
  constexpr std::string_view k_head = "CREATE RULE";
  if (text.starts_with(k_head)) text.replace(0, k_head.size(), "CREATE OR REPLACE RULE");
  writer.add(std::move(text));
}

void alter_default_privileges(const Pair& pair, Writer& writer) {
  grant_by_default(pair.to, pair.from.list("acl"), pair.to.list("acl"), writer);
}

void alter_others(const Pair& pair, Writer& writer) {
  const EntityId& id = pair.to.id;
  if (id.kind == Kind::extension && pair.differs("in_schema") != nullptr) {
    writer.add("ALTER EXTENSION " + name_of(id) + " SET SCHEMA " + sql::quote_identifier(pair.to.fact("in_schema")));
  }
  if (id.kind == Kind::statistics && pair.differs("target") != nullptr) {
    const auto& target = pair.to.fact("target");
    writer.add("ALTER STATISTICS " + name_of(id) + " SET STATISTICS " + (target.empty() ? "-1" : target));
  }
}

}  // namespace

void alter(const Pair& pair, Writer& writer) {
  switch (pair.to.id.kind) {
    case Kind::table:
      alter_table(pair, writer);
      break;
    case Kind::column:
      alter_column(pair, writer);
      break;
    case Kind::constraint:
      alter_constraint(pair, writer);
      break;
    case Kind::index:
      alter_index(pair, writer);
      break;
    case Kind::view:
      alter_view(pair, writer);
      break;
    case Kind::materialized_view:
      alter_materialized_view(pair, writer);
      break;
    case Kind::function:
    case Kind::procedure:
    case Kind::aggregate:
      alter_routine(pair, writer);
      break;
    case Kind::rule:
      alter_rule(pair, writer);
      break;
    case Kind::policy:
      alter_policy(pair, writer);
      break;
    case Kind::sequence:
      alter_sequence(pair, writer);
      break;
    case Kind::enum_type:
    case Kind::domain:
      alter_type(pair, writer);
      break;
    case Kind::publication:
      alter_publication(pair, writer);
      break;
    case Kind::foreign_data_wrapper:
    case Kind::foreign_server:
    case Kind::user_mapping:
    case Kind::foreign_table:
      alter_foreign(pair, writer);
      break;
    case Kind::default_privileges:
      alter_default_privileges(pair, writer);
      break;
    default:
      alter_others(pair, writer);
      break;
  }
  if (pair.differs("enabled") != nullptr) writer.add(enabling(pair.to));
  dress_anew(pair.to_model, pair.from, pair.to, writer);
}

void release(const Pair& pair, Writer& writer) {
  const EntityId& id = pair.to.id;
  const bool index = id.kind == Kind::index || id.kind == Kind::constraint;
  if (index && pair.differs("clustered") != nullptr && !pair.to.has("clustered")) {
    writer.add("ALTER TABLE " + whole_name(id) + " SET WITHOUT CLUSTER");
  }
  if (id.kind == Kind::column && pair.from.has("identity") && !pair.to.has("identity")) {
    writer.add(
        fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP IDENTITY", whole_name(id), sql::quote_identifier(id.name)));
  }
  if (id.kind != Kind::table) return;
  const auto head = "ALTER TABLE " + name_of(id);
  if (pair.from.has("partition_of") &&
      (pair.differs("partition_of") != nullptr || pair.differs("partition_bound") != nullptr)) {
    writer.add(fmt::format("ALTER TABLE {} DETACH PARTITION {}", pair.from.fact("partition_of"), name_of(id)));
  }
  if (pair.differs("inherits") != nullptr) {
    for (const auto& parent : pair.from.list("inherits")) writer.add(head + " NO INHERIT " + parent);
  }
  if (pair.differs("of_type") != nullptr && pair.from.has("of_type")) writer.add(head + " NOT OF");
}

void finish(const Pair& pair, Writer& writer) {
  if (pair.to.id.kind == Kind::sequence && pair.differs("owned_by") != nullptr) own(pair.to, writer);
  if (pair.to.id.kind != Kind::table) return;
  const auto head = "ALTER TABLE " + name_of(pair.to.id);
  if (pair.differs("inherits") != nullptr) {
    for (const auto& parent : pair.to.list("inherits")) writer.add(head + " INHERIT " + parent);
  }
  if (pair.differs("of_type") != nullptr && pair.to.has("of_type")) writer.add(head + " OF " + pair.to.fact("of_type"));
  if (pair.to.has("partition_of") &&
      (pair.differs("partition_of") != nullptr || pair.differs("partition_bound") != nullptr)) {
    attach(pair.to, writer);
    writer.out().back().hazards.push_back(
        {HazardKind::scan, "reads all of " + describe(pair.to.id) + " unless a check proves the bound"});
  }
  if (pair.differs("replica_identity") != nullptr || pair.differs("replica_identity_index") != nullptr) {
    replica_identity(pair.to, writer);
  }
}

void own(const Entity& sequence, Writer& writer) {
  const auto& owner = sequence.list("owned_by");
  const auto words = owner.size() == 3
                         ? sql::quote_qualified(owner[0], owner[1]) + "." + sql::quote_identifier(owner[2])
                         : std::string("NONE");
  writer.add("ALTER SEQUENCE " + name_of(sequence.id) + " OWNED BY " + words);
}

}  // namespace migrate::schema::detail
