#include <array>

#include "migrate/catalog/detail/query.hpp"

namespace migrate::catalog::detail {
namespace {

using schema::EntityKind;

// What a type or a language brought along (deptype i), such as the constructors of a range type, is part of that.
#define MIGRATE_ROUTINES                                                                                            \
  "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang\n"          \
  "WHERE p.pronamespace = ANY ($1) AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_proc'::regclass\n" \
  "  AND m.objid = p.oid AND m.deptype IN ('e', 'i')) AND p.prokind "

#define MIGRATE_ROUTINE                                                                                   \
  "SELECT n.nspname AS schema, p.proname AS name, 'pg_proc'::regclass::oid AS classid, p.oid AS objid,\n" \
  "  oidvectortypes(p.proargtypes) AS signature, pg_get_function_arguments(p.oid) AS arguments,\n"        \
  "  rtrim(pg_get_functiondef(p.oid), E'\\n') AS definition, pg_get_function_result(p.oid) AS returns,\n" \
  "  quote_ident(l.lanname) AS language\n" MIGRATE_ROUTINES

constexpr std::string_view k_functions = MIGRATE_ROUTINE "IN ('f', 'w') ORDER BY p.oid";
constexpr std::string_view k_procedures = MIGRATE_ROUTINE "= 'p' ORDER BY p.oid";

// Options in the order of the manual. An ordered-set aggregate may modify its state unless told otherwise, others may
// not unless told so.
constexpr std::string_view k_aggregates = R"sql(
SELECT n.nspname AS schema, p.proname AS name, 'pg_proc'::regclass::oid AS classid, p.oid AS objid,
  CASE WHEN p.pronargs = 0 THEN '*' ELSE oidvectortypes(p.proargtypes) END AS signature,
  CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_get_function_arguments(p.oid) END AS arguments,
  pg_get_function_result(p.oid) AS returns,
  array_remove(ARRAY[
    'sfunc = ' || a.aggtransfn::regproc,
    'stype = ' || format_type(a.aggtranstype, NULL),
    CASE WHEN a.aggtransspace > 0 THEN 'sspace = ' || a.aggtransspace END,
    CASE WHEN a.aggfinalfn <> 0 THEN 'finalfunc = ' || a.aggfinalfn::regproc END,
    CASE WHEN a.aggfinalextra THEN 'finalfunc_extra' END,
    CASE WHEN a.aggfinalmodify <> m.usual THEN 'finalfunc_modify = ' || f.word END,
    CASE WHEN a.aggcombinefn <> 0 THEN 'combinefunc = ' || a.aggcombinefn::regproc END,
    CASE WHEN a.aggserialfn <> 0 THEN 'serialfunc = ' || a.aggserialfn::regproc END,
    CASE WHEN a.aggdeserialfn <> 0 THEN 'deserialfunc = ' || a.aggdeserialfn::regproc END,
    'initcond = ' || quote_literal(a.agginitval),
    CASE WHEN a.aggmtransfn <> 0 THEN 'msfunc = ' || a.aggmtransfn::regproc END,
    CASE WHEN a.aggminvtransfn <> 0 THEN 'minvfunc = ' || a.aggminvtransfn::regproc END,
    CASE WHEN a.aggmtranstype <> 0 THEN 'mstype = ' || format_type(a.aggmtranstype, NULL) END,
    CASE WHEN a.aggmtransspace > 0 THEN 'msspace = ' || a.aggmtransspace END,
    CASE WHEN a.aggmfinalfn <> 0 THEN 'mfinalfunc = ' || a.aggmfinalfn::regproc END,
    CASE WHEN a.aggmfinalextra THEN 'mfinalfunc_extra' END,
    CASE WHEN a.aggmtransfn <> 0 AND a.aggmfinalmodify <> m.usual THEN 'mfinalfunc_modify = ' || g.word END,
    'minitcond = ' || quote_literal(a.aggminitval),
    'sortop = OPERATOR(' || quote_ident(ns.nspname) || '.' || o.oprname || ')',
    CASE p.proparallel WHEN 's' THEN 'parallel = safe' WHEN 'r' THEN 'parallel = restricted' END,
    CASE WHEN a.aggkind = 'h' THEN 'hypothetical' END], NULL) AS "options[]"
FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_aggregate a ON a.aggfnoid = p.oid
  CROSS JOIN LATERAL (SELECT CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END::"char" AS usual) m
  CROSS JOIN LATERAL (SELECT CASE a.aggfinalmodify WHEN 'r' THEN 'read_only' WHEN 's' THEN 'shareable'
    ELSE 'read_write' END AS word) f
  CROSS JOIN LATERAL (SELECT CASE a.aggmfinalmodify WHEN 'r' THEN 'read_only' WHEN 's' THEN 'shareable'
    ELSE 'read_write' END AS word) g
  LEFT JOIN pg_operator o ON o.oid = a.aggsortop
  LEFT JOIN pg_namespace ns ON ns.oid = o.oprnamespace
WHERE p.pronamespace = ANY ($1) AND NOT {member:pg_proc:p.oid}
ORDER BY p.oid)sql";

constexpr std::array k_queries{Query{EntityKind::function, k_functions}, Query{EntityKind::procedure, k_procedures},
                               Query{EntityKind::aggregate, k_aggregates}};

}  // namespace

std::span<const Query> routine_queries() {
  return k_queries;
}

}  // namespace migrate::catalog::detail
