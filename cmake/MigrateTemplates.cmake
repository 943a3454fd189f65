# migrate_embed_templates(target folder): compiles every file below `folder` into `target`, as the function
# migrate::script::detail::embedded_files() of src/migrate/script/detail/embedded_files.hpp. The source is made at build
# time, again whenever a file changes, comes or goes. Including this module embeds templates/ into migrate_script, which
# must be declared before.
#
# The same file is the script that writes the source: cmake -DFOLDER=… -DOUTPUT=… -P MigrateTemplates.cmake

if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*)
  list(SORT files)
  set(entries "")
  foreach(path IN LISTS files)
    file(READ ${FOLDER}/${path} text)
    string(APPEND entries "    {\"${path}\", R\"__file__(${text})__file__\"},\n")
  endforeach()
  file(WRITE ${OUTPUT} "// Made from the templates folder by cmake/MigrateTemplates.cmake.
#include \"migrate/script/detail/embedded_files.hpp\"

namespace migrate::script::detail {

std::span<const BuiltinFile> embedded_files() {
  static constexpr BuiltinFile files[] = {
${entries}  };
  return files;
}

}  // namespace migrate::script::detail
")
  return()
endif()

function(migrate_embed_templates target folder)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/*)
  set(output ${PROJECT_BINARY_DIR}/generated/embedded_files.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DOUTPUT=${output} -P ${PROJECT_SOURCE_DIR}/cmake/MigrateTemplates.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/MigrateTemplates.cmake
    COMMENT "Embedding ${folder}" VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()

migrate_embed_templates(migrate_script ${PROJECT_SOURCE_DIR}/templates)
