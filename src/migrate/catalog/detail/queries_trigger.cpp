#include <array>

#include "migrate/catalog/detail/query.hpp"

namespace migrate::catalog::detail {
namespace {

using schema::EntityKind;

constexpr std::string_view k_triggers = R"sql(
SELECT n.nspname AS schema, c.relname AS of, t.tgname AS name, 'pg_trigger'::regclass::oid AS classid, t.oid AS objid,
  pg_get_triggerdef(t.oid) AS definition,
  CASE t.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS enabled
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND {relation:c}
ORDER BY t.oid)sql";

constexpr std::string_view k_rules = R"sql(
SELECT n.nspname AS schema, c.relname AS of, r.rulename AS name, 'pg_rewrite'::regclass::oid AS classid, r.oid AS objid,
  rtrim(pg_get_ruledef(r.oid), ';') AS definition,
  CASE r.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS enabled
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND {relation:c}
ORDER BY r.oid)sql";

constexpr std::string_view k_policies = R"sql(
SELECT n.nspname AS schema, c.relname AS of, p.polname AS name, 'pg_policy'::regclass::oid AS classid, p.oid AS objid,
  CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' END AS command,
  CASE WHEN NOT p.polpermissive THEN 'false' END AS permissive,
  (SELECT array_agg(quote_ident(r.rolname) ORDER BY r.rolname) FROM pg_roles r WHERE r.oid = ANY (p.polroles)) AS "roles[]",
  pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS check
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {relation:c}
ORDER BY p.oid)sql";

constexpr std::string_view k_statistics = R"sql(
SELECT n.nspname AS schema, s.stxname AS name, 'pg_statistic_ext'::regclass::oid AS classid, s.oid AS objid,
  pg_get_statisticsobjdef(s.oid) AS definition, s.stxrelid::regclass::text AS table,
  CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget END AS target
FROM pg_statistic_ext s
  JOIN pg_namespace n ON n.oid = s.stxnamespace
WHERE s.stxnamespace = ANY ($1) AND NOT {member:pg_statistic_ext:s.oid}
ORDER BY s.oid)sql";

constexpr std::string_view k_event_triggers = R"sql(
SELECT e.evtname AS name, 'pg_event_trigger'::regclass::oid AS classid, e.oid AS objid,
  e.evtevent AS event, e.evttags AS "tags[]",
  quote_ident(n.nspname) || '.' || quote_ident(p.proname) AS function,
  CASE e.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS enabled
FROM pg_event_trigger e JOIN pg_proc p ON p.oid = e.evtfoid JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE NOT {member:pg_event_trigger:e.oid}
ORDER BY e.oid)sql";

constexpr std::array k_queries{Query{EntityKind::trigger, k_triggers}, Query{EntityKind::rule, k_rules},
                               Query{EntityKind::policy, k_policies}, Query{EntityKind::statistics, k_statistics},
                               Query{EntityKind::event_trigger, k_event_triggers}};

}  // namespace

std::span<const Query> trigger_queries() {
  return k_queries;
}

}  // namespace migrate::catalog::detail
