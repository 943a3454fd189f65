# Compiles files into the library migrate_script, which must be declared before this module is included, so that one
# copied program is enough:
#   detail::embedded_files()    everything below templates/
#   detail::embedded_headers()  migrate/op.hpp, the sources of schema/module, and all that these include
# (src/migrate/script/detail/embedded_files.hpp). The sources are made at build time, again whenever a file changes,
# comes or goes.
#
# The same file is the script that writes such a source:
#   cmake -DFUNCTION=… -DFOLDER=… [-DROOTS=a,b*] -DOUTPUT=… -P MigrateEmbed.cmake
# With ROOTS, only the files of FOLDER that match these, and what they include from FOLDER.

if(CMAKE_SCRIPT_MODE_FILE)
  cmake_minimum_required(VERSION 3.25)
  if(ROOTS)
    string(REPLACE "," ";" queue "${ROOTS}")
    list(TRANSFORM queue PREPEND ${FOLDER}/)
    file(GLOB queue RELATIVE ${FOLDER} ${queue})
    set(files "")
    while(queue)
      list(POP_FRONT queue path)
      if(path IN_LIST files OR NOT EXISTS ${FOLDER}/${path})
        continue()
      endif()
      list(APPEND files ${path})
      file(STRINGS ${FOLDER}/${path} lines REGEX "^#include [\"<]migrate/")
      foreach(line IN LISTS lines)
        string(REGEX REPLACE "^#include [\"<]([^\">]+)[\">].*" "\\1" included "${line}")
        list(APPEND queue ${included})
      endforeach()
    endwhile()
  else()
    file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*)
  endif()
  list(SORT files)
  set(entries "")
  foreach(path IN LISTS files)
    file(READ ${FOLDER}/${path} text)
    string(APPEND entries "    {\"${path}\", R\"__file__(${text})__file__\"},\n")
  endforeach()
  file(WRITE ${OUTPUT} "// Made from ${FUNCTION}'s files by cmake/MigrateEmbed.cmake.
#include \"migrate/script/detail/embedded_files.hpp\"

namespace migrate::script::detail {

std::span<const BuiltinFile> ${FUNCTION}() {
  static constexpr BuiltinFile files[] = {
${entries}  };
  return files;
}

}  // namespace migrate::script::detail
")
  return()
endif()

# migrate_embed(target FUNCTION name FOLDER folder [ROOTS patterns…] WATCH patterns…)
# WATCH: the files whose change makes the source anew.
function(migrate_embed target)
  cmake_parse_arguments(EMBED "" "FUNCTION;FOLDER" "ROOTS;WATCH" ${ARGN})
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${EMBED_WATCH})
  set(output ${PROJECT_BINARY_DIR}/generated/${EMBED_FUNCTION}.cpp)
  set(script ${PROJECT_SOURCE_DIR}/cmake/MigrateEmbed.cmake)
  list(JOIN EMBED_ROOTS "," roots)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DFUNCTION=${EMBED_FUNCTION} -DFOLDER=${EMBED_FOLDER} -DROOTS=${roots} -DOUTPUT=${output}
      -P ${script}
    DEPENDS ${files} ${script}
    COMMENT "Embedding ${EMBED_FUNCTION}" VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()

set(sources ${PROJECT_SOURCE_DIR}/src)
migrate_embed(migrate_script FUNCTION embedded_files FOLDER ${PROJECT_SOURCE_DIR}/templates
  WATCH ${PROJECT_SOURCE_DIR}/templates/*)
migrate_embed(migrate_script FUNCTION embedded_headers FOLDER ${sources}
  ROOTS migrate/op.hpp migrate/models.hpp migrate/schema/module/*
  WATCH ${sources}/migrate/op.hpp ${sources}/migrate/models.hpp ${sources}/migrate/schema/*.hpp ${sources}/migrate/schema/module/*
    ${sources}/migrate/base/*.hpp)
