#include "migrate/runtime/revision_content.hpp"

#include "migrate/base/files.hpp"
#include "migrate/script/section.hpp"
#include "migrate/sql/checksum.hpp"

namespace migrate::runtime {

RevisionContent upgrade_content(const script::Revision& revision) {
  RevisionContent content;
  if (revision.type == script::RevisionType::cpp) {
    content.text = revision.text ? std::string(*revision.text) : base::read_file(revision.path);
    content.body = {0, content.text.size()};
    content.checksum = sql::cpp_checksum(content.text);
    return content;
  }
  auto loaded = script::load_sql_revision(revision);
  content.text = std::move(loaded.text);
  if (loaded.upgrade) content.body = loaded.upgrade->body;
  content.checksum = sql::section_checksum(content.section(), sql::split(content.section()));
  return content;
}

}  // namespace migrate::runtime
