#include "catalog_snapshot.hpp"

#include <catch2/catch.hpp>

namespace migrate::test {
namespace {

constexpr const char* k_snapshot = R"sql(
WITH mine AS (
  SELECT oid, nspname, nspowner, nspacl FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), relations AS (
  SELECT c.*, n.nspname FROM pg_class c JOIN mine n ON n.oid = c.relnamespace WHERE c.relname !~ '^alembic_version'
), lines(line) AS (
  SELECT format('schema %s %s %s', nspname, nspowner::regrole, nspacl) FROM mine
  UNION ALL
  SELECT format('relation %s.%s %s %s %s %s %s [%s] %s %s %s', r.nspname, relname, relkind, relpersistence, relowner::regrole,
                relacl, reloptions, pg_get_expr(relpartbound, r.oid), relrowsecurity, relforcerowsecurity,
                (SELECT amname FROM pg_am a WHERE a.oid = relam))
    FROM relations r
  UNION ALL
  SELECT format('inherits %s %s', inhrelid::regclass, inhparent::regclass) FROM pg_inherits
    WHERE inhrelid IN (SELECT oid FROM relations)
  UNION ALL
  SELECT format('partitioned %s %s', r.oid::regclass, pg_get_partkeydef(r.oid)) FROM relations r WHERE relkind = 'p'
  UNION ALL
  SELECT format('column %s.%s %s %s %s [%s] %s %s %s %s %s', r.oid::regclass, attname, format_type(atttypid, atttypmod),
                attnotnull, pg_get_expr(adbin, adrelid), attidentity, attgenerated, attstattarget, attcollation::regcollation,
                attstorage, format('%s %s', a.attacl, attcompression))
    FROM relations r JOIN pg_attribute a ON attrelid = r.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef d ON adrelid = r.oid AND adnum = attnum
  UNION ALL
  SELECT format('constraint %s %s.%s %s %s', conrelid::regclass, contypid::regtype, conname, pg_get_constraintdef(c.oid), convalidated)
    FROM pg_constraint c JOIN mine n ON n.oid = connamespace WHERE conname !~ '^alembic_version'
  UNION ALL
  SELECT format('index %s %s %s', pg_get_indexdef(indexrelid), indisvalid, indisclustered)
    FROM pg_index JOIN relations r ON r.oid = indexrelid
  UNION ALL
  SELECT format('type %s %s %s %s %s %s', t.oid::regtype, typtype, typowner::regrole, typdefault, typnotnull,
                (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid))
    FROM pg_type t JOIN mine n ON n.oid = typnamespace WHERE t.typname !~ 'alembic_version'
  UNION ALL
  SELECT format('sequence %s %s %s %s %s %s %s %s %s', seqrelid::regclass, seqtypid::regtype, seqstart, seqincrement, seqmax,
                seqmin, seqcache, seqcycle,
                (SELECT refobjid::regclass || '.' || refobjsubid FROM pg_depend WHERE objid = seqrelid AND deptype IN ('a', 'i')))
    FROM pg_sequence
  UNION ALL
  SELECT format('view %s %s %s', r.oid::regclass, relispopulated, pg_get_viewdef(r.oid)) FROM relations r
    WHERE relkind IN ('v', 'm')
  UNION ALL
  SELECT format('routine %s %s %s %s', p.oid::regprocedure, proowner::regrole, proacl, pg_get_functiondef(p.oid))
    FROM pg_proc p JOIN mine n ON n.oid = pronamespace
    WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  UNION ALL
  SELECT format('trigger %s %s', pg_get_triggerdef(t.oid), tgenabled)
    FROM pg_trigger t JOIN relations r ON r.oid = tgrelid WHERE NOT tgisinternal
  UNION ALL
  SELECT format('policy %s %s %s %s %s %s %s', polname, polrelid::regclass, polcmd, polpermissive,
                (SELECT array_agg(coalesce(rolname, 'public')) FROM unnest(polroles) x LEFT JOIN pg_roles ON oid = x),
                pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
    FROM pg_policy
  UNION ALL
  SELECT format('extension %s %s %s', extname, extversion, extnamespace::regnamespace) FROM pg_extension
  UNION ALL
  SELECT format('statistics %s %s', pg_get_statisticsobjdef(oid), stxowner::regrole) FROM pg_statistic_ext
  UNION ALL
  SELECT format('comment %s %s: %s', i.type, i.identity, description)
    FROM pg_description, pg_identify_object(classoid, objoid, objsubid) i
    WHERE objoid >= 16384 OR classoid = 'pg_namespace'::regclass
)
SELECT coalesce(string_agg(line, E'\n' ORDER BY line), '') FROM lines)sql";

}  // namespace

std::string catalog_snapshot(engine::Connection& connection) {
  return std::string(connection.execute(k_snapshot).text(0, 0));
}

}  // namespace migrate::test
