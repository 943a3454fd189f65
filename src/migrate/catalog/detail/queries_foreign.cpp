#include <array>

#include "migrate/catalog/detail/query.hpp"

namespace migrate::catalog::detail {
namespace {

using schema::EntityKind;

constexpr std::string_view k_wrappers = R"sql(
SELECT w.fdwname AS name, 'pg_foreign_data_wrapper'::regclass::oid AS classid, w.oid AS objid,
  CASE WHEN w.fdwhandler <> 0 THEN w.fdwhandler::regproc::text END AS handler,
  CASE WHEN w.fdwvalidator <> 0 THEN w.fdwvalidator::regproc::text END AS validator,
  (SELECT array_agg(quote_ident(option_name) || ' ' || quote_literal(option_value) ORDER BY option_name)
   FROM pg_options_to_table(w.fdwoptions)) AS "options[]"
FROM pg_foreign_data_wrapper w
WHERE NOT {member:pg_foreign_data_wrapper:w.oid}
ORDER BY w.oid)sql";

constexpr std::string_view k_servers = R"sql(
SELECT s.srvname AS name, 'pg_foreign_server'::regclass::oid AS classid, s.oid AS objid,
  quote_ident(w.fdwname) AS wrapper, s.srvtype AS server_type, s.srvversion AS version,
  (SELECT array_agg(quote_ident(option_name) || ' ' || quote_literal(option_value) ORDER BY option_name)
   FROM pg_options_to_table(s.srvoptions)) AS "options[]"
FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
WHERE NOT {member:pg_foreign_server:s.oid}
ORDER BY s.oid)sql";

// Secrets stay on the server.
constexpr std::string_view k_user_mappings = R"sql(
SELECT u.srvname AS of, u.usename AS name, 'pg_user_mapping'::regclass::oid AS classid, u.umid AS objid,
  (SELECT array_agg(quote_ident(option_name) || ' ' ||
     CASE WHEN option_name ~* 'pass|secret|token|key' THEN '''********''' ELSE quote_literal(option_value) END
     ORDER BY option_name)
   FROM pg_options_to_table(u.umoptions)) AS "options[]"
FROM pg_user_mappings u
ORDER BY u.umid)sql";

constexpr std::array k_queries{Query{EntityKind::foreign_data_wrapper, k_wrappers, Wanted::with_foreign},
                               Query{EntityKind::foreign_server, k_servers, Wanted::with_foreign},
                               Query{EntityKind::user_mapping, k_user_mappings, Wanted::with_foreign}};

}  // namespace

std::span<const Query> foreign_queries() {
  return k_queries;
}

}  // namespace migrate::catalog::detail
