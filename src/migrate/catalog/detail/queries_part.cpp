#include <array>

#include "migrate/catalog/detail/query.hpp"

namespace migrate::catalog::detail {
namespace {

using schema::EntityKind;

// A view's columns are what its query makes of them; only what can be set on them is theirs. Among a column's options
// stands a mark of the server's own (pg_attver, since the minor releases of 2026), which pg_dump passes over too.
constexpr std::string_view k_columns = R"sql(
SELECT n.nspname AS schema, c.relname AS of, a.attname AS name, a.attnum AS position,
  'pg_class'::regclass::oid AS classid, c.oid AS objid, a.attnum AS objsubid,
  format_type(a.atttypid, a.atttypmod) AS type,
  CASE WHEN a.attcollation <> t.typcollation AND c.relkind NOT IN ('v', 'm') THEN a.attcollation::regcollation::text
    END AS collation,
  CASE WHEN a.attnotnull THEN 'true' END AS not_null,
  CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS default,
  CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END AS generated,
  CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END AS expression,
  CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
  s.seqstart AS identity_start, s.seqincrement AS identity_increment, s.seqmin AS identity_min,
  s.seqmax AS identity_max, s.seqcache AS identity_cache, CASE WHEN s.seqcycle THEN 'true' END AS identity_cycle,
  sc.relname AS identity_sequence,
  CASE WHEN a.attstorage <> t.typstorage AND c.relkind IN ('r', 'p', 'm') THEN CASE a.attstorage
    WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' WHEN 'x' THEN 'extended' END END AS storage,
[14+] CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
  CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END AS statistics,
  CASE WHEN a.attoptions[1] LIKE 'pg\_attver=%' AND cardinality(a.attoptions) = 1 THEN NULL
    ELSE (SELECT array_agg(o) FROM unnest(a.attoptions) o WHERE o NOT LIKE 'pg\_attver=%') END AS "options[]",
  CASE WHEN a.attfdwoptions IS NOT NULL THEN
    (SELECT array_agg(quote_ident(option_name) || ' ' || quote_literal(option_value) ORDER BY option_name)
     FROM pg_options_to_table(a.attfdwoptions)) END AS "fdw_options[]",
  CASE WHEN a.attinhcount > 0 THEN CASE WHEN a.attislocal THEN 'merged' ELSE 'only' END END AS inherited
FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef
  LEFT JOIN (pg_depend i JOIN pg_sequence s ON s.seqrelid = i.objid JOIN pg_class sc ON sc.oid = i.objid)
    ON i.classid = 'pg_class'::regclass AND i.refclassid = 'pg_class'::regclass AND i.refobjid = a.attrelid
    AND i.refobjsubid = a.attnum AND i.deptype = 'i' AND a.attidentity <> ''
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND {relation:c}
ORDER BY c.oid, a.attnum)sql";

// From 18 on NOT NULL is a constraint too; it is the column's attribute, and here only when there is more to say.
constexpr std::string_view k_constraints = R"sql(
SELECT n.nspname AS schema, coalesce(c.relname, t.typname) AS of, k.conname AS name,
  'pg_constraint'::regclass::oid AS classid, k.oid AS objid,
  CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign key'
    WHEN 'x' THEN 'exclusion' WHEN 'n' THEN 'not null' END AS type,
  pg_get_constraintdef(k.oid) AS definition,
  CASE WHEN NOT k.convalidated THEN 'false' END AS valid,
  names.of_columns AS "columns[]",
  CASE k.contype WHEN 'f' THEN k.confrelid::regclass::text END AS references,
  xc.reloptions AS "options[]", quote_ident(s.spcname) AS tablespace,
  CASE WHEN x.indisclustered THEN 'true' END AS clustered
FROM pg_constraint k
  JOIN pg_namespace n ON n.oid = k.connamespace
  LEFT JOIN pg_class c ON c.oid = k.conrelid
  LEFT JOIN pg_type t ON t.oid = k.contypid
  LEFT JOIN (pg_index x JOIN pg_class xc ON xc.oid = x.indexrelid)
    ON x.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_tablespace s ON s.oid = xc.reltablespace
  LEFT JOIN (SELECT o.oid, array_agg(a.attname::text ORDER BY u.n) AS of_columns
             FROM pg_constraint o CROSS JOIN unnest(o.conkey) WITH ORDINALITY u(num, n)
             JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = u.num
             GROUP BY o.oid) names ON names.oid = k.oid
WHERE k.contype <> 't' AND k.conparentid = 0 AND k.connamespace = ANY ($1)
[18+] AND NOT (k.contype = 'n' AND k.convalidated AND NOT k.connoinherit AND (k.conrelid = 0 OR EXISTS (
[18+]   SELECT FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
[18+]     AND k.conname = c.relname || '_' || a.attname || '_not_null')))
[18+] AND (k.conislocal OR k.contype IN ('p', 'u', 'x', 'f'))
[<18] AND k.contype <> 'n' AND (k.conislocal OR k.contype <> 'c')
  AND CASE WHEN c.oid IS NOT NULL THEN {relation:c}
    ELSE NOT {member:pg_type:t.oid} END
ORDER BY k.oid)sql";

constexpr std::string_view k_indexes = R"sql(
SELECT n.nspname AS schema, t.relname AS of, c.relname AS name, 'pg_class'::regclass::oid AS classid, c.oid AS objid,
  pg_get_indexdef(c.oid) AS definition,
  CASE WHEN x.indisunique THEN 'true' END AS unique,
  CASE WHEN NOT x.indisvalid THEN 'false' END AS valid,
  CASE WHEN x.indisclustered THEN 'true' END AS clustered,
  quote_ident(s.spcname) AS tablespace,
  targets.of_columns AS "statistics[]",
  i.inhparent::regclass::text AS parent
FROM pg_index x
  JOIN pg_class c ON c.oid = x.indexrelid
  JOIN pg_class t ON t.oid = x.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
  LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
  LEFT JOIN (SELECT attrelid, array_agg(attnum || '=' || attstattarget ORDER BY attnum) AS of_columns
             FROM pg_attribute WHERE attstattarget >= 0 AND attnum > 0 GROUP BY attrelid) targets
    ON targets.attrelid = c.oid
WHERE {relation:t} AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))
ORDER BY c.oid)sql";

constexpr std::array k_queries{Query{EntityKind::column, k_columns}, Query{EntityKind::constraint, k_constraints},
                               Query{EntityKind::index, k_indexes}};

}  // namespace

std::span<const Query> part_queries() {
  return k_queries;
}

}  // namespace migrate::catalog::detail
