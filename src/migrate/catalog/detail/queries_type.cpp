#include <array>

#include "migrate/catalog/detail/query.hpp"

namespace migrate::catalog::detail {
namespace {

using schema::EntityKind;

constexpr std::string_view k_enums = R"sql(
SELECT n.nspname AS schema, t.typname AS name, 'pg_type'::regclass::oid AS classid, t.oid AS objid,
  (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) AS "labels[]"
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'e' AND t.typnamespace = ANY ($1) AND NOT {member:pg_type:t.oid}
ORDER BY t.oid)sql";

constexpr std::string_view k_domains = R"sql(
SELECT n.nspname AS schema, t.typname AS name, 'pg_type'::regclass::oid AS classid, t.oid AS objid,
  format_type(t.typbasetype, t.typtypmod) AS type,
  CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation::regcollation::text END AS collation,
  CASE WHEN t.typnotnull THEN 'true' END AS not_null,
  coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)) AS default
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_type b ON b.oid = t.typbasetype
WHERE t.typtype = 'd' AND t.typnamespace = ANY ($1) AND NOT {member:pg_type:t.oid}
ORDER BY t.oid)sql";

// The row type of a table is the table's.
constexpr std::string_view k_composites = R"sql(
SELECT n.nspname AS schema, t.typname AS name, 'pg_type'::regclass::oid AS classid, t.oid AS objid
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_class c ON c.oid = t.typrelid
WHERE t.typtype = 'c' AND c.relkind = 'c' AND t.typnamespace = ANY ($1) AND NOT {member:pg_type:t.oid}
ORDER BY t.oid)sql";

constexpr std::string_view k_ranges = R"sql(
SELECT n.nspname AS schema, t.typname AS name, 'pg_type'::regclass::oid AS classid, t.oid AS objid,
[14+] quote_ident(mn.nspname) || '.' || quote_ident(m.typname) AS multirange_type_name,
  format_type(r.rngsubtype, NULL) AS subtype,
  CASE WHEN NOT o.opcdefault THEN quote_ident(p.nspname) || '.' || quote_ident(o.opcname) END AS subtype_opclass,
  CASE WHEN r.rngcollation <> s.typcollation THEN r.rngcollation::regcollation::text END AS collation,
  CASE WHEN r.rngcanonical <> 0 THEN r.rngcanonical::regproc::text END AS canonical,
  CASE WHEN r.rngsubdiff <> 0 THEN r.rngsubdiff::regproc::text END AS subtype_diff
FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_range r ON r.rngtypid = t.oid
  JOIN pg_type s ON s.oid = r.rngsubtype
  JOIN pg_opclass o ON o.oid = r.rngsubopc
  JOIN pg_namespace p ON p.oid = o.opcnamespace
[14+] JOIN pg_type m ON m.oid = r.rngmultitypid JOIN pg_namespace mn ON mn.oid = m.typnamespace
WHERE t.typnamespace = ANY ($1) AND NOT {member:pg_type:t.oid}
ORDER BY t.oid)sql";

// Where a collation keeps its locale changed in 15 and in 17.
constexpr std::string_view k_collations = R"sql(
SELECT n.nspname AS schema, c.collname AS name, 'pg_collation'::regclass::oid AS classid, c.oid AS objid,
  CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'default' END AS provider,
  CASE c.collprovider WHEN 'c' THEN c.collcollate END AS lc_collate,
  CASE c.collprovider WHEN 'c' THEN c.collctype END AS lc_ctype,
[<15] CASE WHEN c.collprovider <> 'c' THEN c.collcollate END AS locale,
[15+][<17] CASE WHEN c.collprovider <> 'c' THEN c.colliculocale END AS locale,
[17+] CASE WHEN c.collprovider <> 'c' THEN c.colllocale END AS locale,
[16+] c.collicurules AS rules,
  CASE WHEN NOT c.collisdeterministic THEN 'false' END AS deterministic
FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
WHERE c.collnamespace = ANY ($1) AND NOT {member:pg_collation:c.oid}
ORDER BY c.oid)sql";

constexpr std::array k_queries{Query{EntityKind::enum_type, k_enums}, Query{EntityKind::domain, k_domains},
                               Query{EntityKind::composite_type, k_composites}, Query{EntityKind::range_type, k_ranges},
                               Query{EntityKind::collation, k_collations}};

}  // namespace

std::span<const Query> type_queries() {
  return k_queries;
}

}  // namespace migrate::catalog::detail
