#include <array>

#include "migrate/catalog/detail/query.hpp"

namespace migrate::catalog::detail {
namespace {

using schema::EntityKind;

// Options of the TOAST table are the table's, with a prefix.
constexpr std::string_view k_tables = R"sql(
SELECT n.nspname AS schema, c.relname AS name, 'pg_class'::regclass::oid AS classid, c.oid AS objid,
  CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
  CASE WHEN am.amname <> 'heap' THEN quote_ident(am.amname) END AS access_method,
  quote_ident(s.spcname) AS tablespace,
  c.reloptions || (SELECT array_agg('toast.' || o) FROM unnest(t.reloptions) o) AS "options[]",
  CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS of_type,
  CASE WHEN NOT c.relispartition THEN i.parents END AS "inherits[]",
  CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
  CASE WHEN c.relispartition THEN i.parents[1] END AS partition_of,
  CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END AS partition_bound,
  CASE c.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' WHEN 'i' THEN 'index' END AS replica_identity,
  r.relname AS replica_identity_index,
  CASE WHEN c.relrowsecurity THEN 'true' END AS row_security,
  CASE WHEN c.relforcerowsecurity THEN 'true' END AS force_row_security
FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_am am ON am.oid = c.relam
  LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
  LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
  LEFT JOIN (SELECT inhrelid, array_agg(inhparent::regclass::text ORDER BY inhseqno) AS parents
             FROM pg_inherits GROUP BY inhrelid) i ON i.inhrelid = c.oid
  LEFT JOIN (pg_index x JOIN pg_class r ON r.oid = x.indexrelid) ON x.indrelid = c.oid AND x.indisreplident
    AND c.relreplident = 'i'
WHERE c.relkind IN ('r', 'p') AND {relation:c}
ORDER BY c.oid)sql";

constexpr std::string_view k_views = R"sql(
SELECT n.nspname AS schema, c.relname AS name, 'pg_class'::regclass::oid AS classid, c.oid AS objid,
  rtrim(btrim(pg_get_viewdef(c.oid)), ';') AS definition, c.reloptions AS "options[]"
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'v' AND {relation:c}
ORDER BY c.oid)sql";

constexpr std::string_view k_materialized_views = R"sql(
SELECT n.nspname AS schema, c.relname AS name, 'pg_class'::regclass::oid AS classid, c.oid AS objid,
  rtrim(btrim(pg_get_viewdef(c.oid)), ';') AS definition,
  CASE WHEN am.amname <> 'heap' THEN quote_ident(am.amname) END AS access_method,
  quote_ident(s.spcname) AS tablespace,
  c.reloptions || (SELECT array_agg('toast.' || o) FROM unnest(t.reloptions) o) AS "options[]",
  CASE WHEN NOT c.relispopulated THEN 'false' END AS populated
FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_am am ON am.oid = c.relam
  LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
  LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
WHERE c.relkind = 'm' AND {relation:c}
ORDER BY c.oid)sql";

constexpr std::string_view k_sequences = R"sql(
SELECT n.nspname AS schema, c.relname AS name, 'pg_class'::regclass::oid AS classid, c.oid AS objid,
  format_type(s.seqtypid, NULL) AS type, s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS min,
  s.seqmax AS max, s.seqcache AS cache, CASE WHEN s.seqcycle THEN 'true' END AS cycle,
  CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
  CASE WHEN a.attnum IS NOT NULL THEN ARRAY[tn.nspname, t.relname, a.attname]::text[] END AS "owned_by[]"
FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_sequence s ON s.seqrelid = c.oid
  LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
    AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
  LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  LEFT JOIN pg_class t ON t.oid = d.refobjid
  LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
WHERE c.relkind = 'S' AND d.deptype IS DISTINCT FROM 'i' AND {relation:c}
  AND (d.refobjid IS NULL OR NOT {member:pg_class:d.refobjid})
ORDER BY c.oid)sql";

constexpr std::string_view k_foreign_tables = R"sql(
SELECT n.nspname AS schema, c.relname AS name, 'pg_class'::regclass::oid AS classid, c.oid AS objid,
  s.srvname AS server,
  (SELECT array_agg(quote_ident(option_name) || ' ' || quote_literal(option_value) ORDER BY option_name)
   FROM pg_options_to_table(f.ftoptions)) AS "options[]",
  CASE WHEN NOT c.relispartition THEN i.parents END AS "inherits[]",
  CASE WHEN c.relispartition THEN i.parents[1] END AS partition_of,
  CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END AS partition_bound
FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_foreign_table f ON f.ftrelid = c.oid
  JOIN pg_foreign_server s ON s.oid = f.ftserver
  LEFT JOIN (SELECT inhrelid, array_agg(inhparent::regclass::text ORDER BY inhseqno) AS parents
             FROM pg_inherits GROUP BY inhrelid) i ON i.inhrelid = c.oid
WHERE c.relkind = 'f' AND {relation:c}
ORDER BY c.oid)sql";

constexpr std::array k_queries{Query{EntityKind::table, k_tables}, Query{EntityKind::view, k_views},
                               Query{EntityKind::materialized_view, k_materialized_views},
                               Query{EntityKind::sequence, k_sequences},
                               Query{EntityKind::foreign_table, k_foreign_tables, Wanted::with_foreign}};

}  // namespace

std::span<const Query> relation_queries() {
  return k_queries;
}

}  // namespace migrate::catalog::detail
