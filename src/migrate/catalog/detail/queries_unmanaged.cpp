#include <array>

#include "migrate/catalog/detail/query.hpp"

namespace migrate::catalog::detail {
namespace {

using schema::EntityKind;

// The server itself tells what an object is called.
constexpr std::string_view k_objects = R"sql(
SELECT i.type || ' ' || i.identity AS name, i.identity AS match, o.classid, o.objid
FROM (
  SELECT 'pg_operator'::regclass::oid AS classid, oid AS objid FROM pg_operator WHERE oprnamespace = ANY ($1)
  UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass WHERE opcnamespace = ANY ($1)
  UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily WHERE opfnamespace = ANY ($1)
  UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion WHERE connamespace = ANY ($1)
  UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config WHERE cfgnamespace = ANY ($1)
  UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict WHERE dictnamespace = ANY ($1)
  UNION ALL SELECT 'pg_ts_parser'::regclass, oid FROM pg_ts_parser WHERE prsnamespace = ANY ($1)
  UNION ALL SELECT 'pg_ts_template'::regclass, oid FROM pg_ts_template WHERE tmplnamespace = ANY ($1)
  UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type t WHERE t.typnamespace = ANY ($1)
    AND (t.typtype = 'b' OR NOT t.typisdefined) AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
  UNION ALL SELECT 'pg_cast'::regclass, oid FROM pg_cast WHERE oid >= 16384
  UNION ALL SELECT 'pg_transform'::regclass, oid FROM pg_transform WHERE oid >= 16384
  UNION ALL SELECT 'pg_am'::regclass, oid FROM pg_am WHERE oid >= 16384
  UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language WHERE oid >= 16384
) o, pg_identify_object(o.classid, o.objid, 0) i
WHERE NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = o.classid AND m.objid = o.objid AND m.deptype IN ('e', 'i'))
ORDER BY o.objid)sql";

constexpr std::string_view k_subscriptions = R"sql(
SELECT 'subscription ' || quote_ident(s.subname) AS name, s.subname AS match
FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
WHERE d.datname = current_database()
ORDER BY s.subname)sql";

// ALTER … DEPENDS ON EXTENSION.
constexpr std::string_view k_auto_extensions = R"sql(
SELECT DISTINCT i.type || ' ' || i.identity || ' depends on extension ' || quote_ident(e.extname) AS name,
  i.identity AS match
FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid, pg_identify_object(d.classid, d.objid, d.objsubid) i
WHERE d.deptype = 'x' AND d.refclassid = 'pg_extension'::regclass AND (i.schema IS NULL OR EXISTS (
  SELECT FROM pg_namespace n WHERE n.oid = ANY ($1) AND i.schema IN (n.nspname, quote_ident(n.nspname))))
ORDER BY 1)sql";

// Data rather than schema, and told of for that reason: no revision will carry them.
constexpr std::string_view k_large_objects = R"sql(
SELECT 'large objects' AS name FROM pg_largeobject_metadata HAVING count(*) > 0)sql";

constexpr std::string_view k_security_labels = R"sql(
SELECT DISTINCT 'security label on ' || objtype || ' ' || objname AS name, objname AS match
FROM pg_seclabels WHERE objnamespace = ANY ($1)
ORDER BY 1)sql";

constexpr std::string_view k_foreign = R"sql(
SELECT i.type || ' ' || i.identity AS name, i.identity AS match, o.classid, o.objid
FROM (
  SELECT 'pg_foreign_data_wrapper'::regclass::oid AS classid, oid AS objid FROM pg_foreign_data_wrapper
  UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
  UNION ALL SELECT 'pg_user_mapping'::regclass, umid FROM pg_user_mappings
  UNION ALL SELECT 'pg_class'::regclass, c.oid FROM pg_class c WHERE c.relkind = 'f' AND {relation:c}
) o, pg_identify_object(o.classid, o.objid, 0) i
WHERE NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = o.classid AND m.objid = o.objid AND m.deptype = 'e')
ORDER BY o.objid)sql";

constexpr std::array k_queries{
    Query{EntityKind::unmanaged, k_objects},         Query{EntityKind::unmanaged, k_subscriptions},
    Query{EntityKind::unmanaged, k_auto_extensions}, Query{EntityKind::unmanaged, k_large_objects},
    Query{EntityKind::unmanaged, k_security_labels}, Query{EntityKind::unmanaged, k_foreign, Wanted::without_foreign}};

}  // namespace

std::span<const Query> unmanaged_queries() {
  return k_queries;
}

}  // namespace migrate::catalog::detail
