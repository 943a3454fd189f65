#include <array>

#include "migrate/catalog/detail/query.hpp"

namespace migrate::catalog::detail {
namespace {

using schema::EntityKind;

constexpr std::string_view k_schemas = R"sql(
SELECT n.nspname AS name, 'pg_namespace'::regclass::oid AS classid, n.oid AS objid
FROM pg_namespace n
WHERE n.oid = ANY ($1) AND NOT {member:pg_namespace:n.oid}
ORDER BY n.oid)sql";

// Every new database has plpgsql.
constexpr std::string_view k_extensions = R"sql(
SELECT e.extname AS name, 'pg_extension'::regclass::oid AS classid, e.oid AS objid,
  n.nspname AS in_schema, e.extversion AS version
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
ORDER BY e.oid)sql";

constexpr std::string_view k_publications = R"sql(
SELECT p.pubname AS name, 'pg_publication'::regclass::oid AS classid, p.oid AS objid,
  CASE WHEN p.puballtables THEN 'true' END AS all_tables,
[15+] (SELECT array_agg(r.prrelid::regclass || coalesce((SELECT ' (' || string_agg(quote_ident(a.attname), ', ' ORDER BY u.n) || ')'
[15+]     FROM unnest(r.prattrs::int2[]) WITH ORDINALITY u(num, n)
[15+]     JOIN pg_attribute a ON a.attrelid = r.prrelid AND a.attnum = u.num), '')
[15+]   || coalesce(' WHERE ' || pg_get_expr(r.prqual, r.prrelid), '') ORDER BY r.prrelid::regclass::text)
[15+]  FROM pg_publication_rel r WHERE r.prpubid = p.oid) AS "tables[]",
[15+] (SELECT array_agg(quote_ident(n.nspname) ORDER BY n.nspname) FROM pg_publication_namespace s
[15+]  JOIN pg_namespace n ON n.oid = s.pnnspid WHERE s.pnpubid = p.oid) AS "schemas[]",
[<15] (SELECT array_agg(r.prrelid::regclass::text ORDER BY r.prrelid::regclass::text)
[<15]  FROM pg_publication_rel r WHERE r.prpubid = p.oid) AS "tables[]",
  CASE WHEN NOT (p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate) THEN
    array_to_string(ARRAY[CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
      CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END], ', ') END AS publish,
  CASE WHEN p.pubviaroot THEN 'true' END AS via_root
FROM pg_publication p
WHERE NOT {member:pg_publication:p.oid}
ORDER BY p.oid)sql";

constexpr std::string_view k_default_privileges = R"sql(
SELECT coalesce(n.nspname, '') AS schema, r.rolname AS name,
  CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
    WHEN 'n' THEN 'schemas' ELSE 'large objects' END AS of,
  'pg_default_acl'::regclass::oid AS classid, d.oid AS objid,
  (SELECT array_agg(x.privilege_type || ' TO ' || coalesce(quote_ident(g.rolname), 'PUBLIC')
     || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END ORDER BY g.rolname, x.privilege_type)
   FROM aclexplode(d.defaclacl) x LEFT JOIN pg_roles g ON g.oid = x.grantee) AS "acl[]"
FROM pg_default_acl d JOIN pg_roles r ON r.oid = d.defaclrole LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
WHERE d.defaclnamespace = 0 OR d.defaclnamespace = ANY ($1)
ORDER BY d.oid)sql";

// initdb describes the schema public.
constexpr std::string_view k_comments = R"sql(
SELECT classoid AS classid, objoid AS objid, objsubid, description AS comment
FROM pg_description
WHERE (objoid >= 16384 OR classoid = 'pg_namespace'::regclass)
  AND NOT (classoid = 'pg_namespace'::regclass AND description = 'standard public schema'))sql";

// A missing list stands for the built-in default.
constexpr std::string_view k_privileges = R"sql(
SELECT o.classid, o.objid, o.objsubid, quote_ident(w.rolname) AS owner,
  (SELECT array_agg(x.privilege_type || ' TO ' || coalesce(quote_ident(g.rolname), 'PUBLIC')
     || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END ORDER BY g.rolname, x.privilege_type)
   FROM (SELECT grantee, privilege_type, bool_or(is_grantable) AS is_grantable FROM aclexplode(o.acl)
         GROUP BY grantee, privilege_type) x LEFT JOIN pg_roles g ON g.oid = x.grantee) AS "acl[]"
FROM (
  SELECT 'pg_namespace'::regclass::oid AS classid, oid AS objid, 0 AS objsubid, nspowner AS owner,
    coalesce(nspacl, acldefault('n', nspowner)) AS acl FROM pg_namespace WHERE oid = ANY ($1)
  UNION ALL SELECT 'pg_class'::regclass, oid, 0, relowner,
    coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))
    FROM pg_class WHERE relnamespace = ANY ($1) AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL SELECT 'pg_class'::regclass, a.attrelid, a.attnum, 0, a.attacl
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = ANY ($1) AND a.attacl IS NOT NULL AND NOT a.attisdropped
  UNION ALL SELECT 'pg_proc'::regclass, oid, 0, proowner, coalesce(proacl, acldefault('f', proowner))
    FROM pg_proc WHERE pronamespace = ANY ($1)
  UNION ALL SELECT 'pg_type'::regclass, oid, 0, typowner, coalesce(typacl, acldefault('T', typowner))
    FROM pg_type WHERE typnamespace = ANY ($1) AND typtype IN ('e', 'd', 'c', 'r')
  UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid, 0, fdwowner, coalesce(fdwacl, acldefault('F', fdwowner))
    FROM pg_foreign_data_wrapper
  UNION ALL SELECT 'pg_foreign_server'::regclass, oid, 0, srvowner, coalesce(srvacl, acldefault('S', srvowner))
    FROM pg_foreign_server
  UNION ALL SELECT 'pg_collation'::regclass, oid, 0, collowner, NULL FROM pg_collation WHERE collnamespace = ANY ($1)
  UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, 0, stxowner, NULL
    FROM pg_statistic_ext WHERE stxnamespace = ANY ($1)
  UNION ALL SELECT 'pg_event_trigger'::regclass, oid, 0, evtowner, NULL FROM pg_event_trigger
  UNION ALL SELECT 'pg_publication'::regclass, oid, 0, pubowner, NULL FROM pg_publication
) o LEFT JOIN pg_roles w ON w.oid = o.owner)sql";

// i, e, P: what is part of something else, or a member of an extension, is known by that when it is no entity.
constexpr std::string_view k_dependencies = R"sql(
SELECT classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype
FROM pg_depend
WHERE (objid >= 16384 OR deptype = 'e') AND (refobjid >= 16384 OR refclassid = 'pg_namespace'::regclass)
UNION ALL
SELECT 'pg_attrdef'::regclass, oid, 0, 'pg_class'::regclass, adrelid, adnum, 'i' FROM pg_attrdef)sql";

constexpr std::array k_queries{Query{EntityKind::schema, k_schemas}, Query{EntityKind::extension, k_extensions},
                               Query{EntityKind::publication, k_publications},
                               Query{EntityKind::default_privileges, k_default_privileges, Wanted::with_acl}};

}  // namespace

std::span<const Query> database_queries() {
  return k_queries;
}

std::string_view comments_query() {
  return k_comments;
}

std::string_view privileges_query() {
  return k_privileges;
}

std::string_view dependencies_query() {
  return k_dependencies;
}

}  // namespace migrate::catalog::detail
