# migrate_add_revisions(target DIR [CONFIG alembic.toml] [NAME table])
#
# Links the revisions of the folder DIR into the program `target`: SQL as it is, C++ compiled with CMAKE_CXX_COMPILER. The
# program gets at them by migrate::command::linked_project(), and needs no files where it runs.
#
# CONFIG is the alembic.toml whose version_locations name DIR; its other settings come along, without passwords. When it
# is left out, it is the one beside DIR, or, where there is none, the defaults. NAME is its table; alembic when left out.
#
# The revisions are looked at in every build, which compiles only what changed; the program is linked again only when
# they are not the same as before.
set(MIGRATE_REVISIONS_FOLDER ${CMAKE_CURRENT_LIST_DIR})

function(migrate_add_revisions target directory)
  cmake_parse_arguments(ADD "" "CONFIG;NAME" "" ${ARGN})
  if(ADD_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "migrate_add_revisions(${target} …): what is ${ADD_UNPARSED_ARGUMENTS}? "
      "Write migrate_add_revisions(target DIR [CONFIG alembic.toml] [NAME table]).")
  endif()
  get_filename_component(directory ${directory} ABSOLUTE)
  if(NOT IS_DIRECTORY ${directory})
    message(FATAL_ERROR "migrate_add_revisions(${target} …): there is no folder ${directory}.")
  endif()
  if(TARGET ${target}_revisions)
    message(FATAL_ERROR "migrate_add_revisions(${target} …): called twice; a program has one project inside.")
  endif()

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}_revisions.dir)
  get_filename_component(beside ${directory}/../alembic.toml ABSOLUTE)
  if(ADD_CONFIG)
    get_filename_component(config ${ADD_CONFIG} ABSOLUTE)
  elseif(EXISTS ${beside})
    set(config ${beside})
  else()
    set(config ${folder}/alembic.toml)
    file(CONFIGURE OUTPUT ${config} CONTENT "[alembic]\nversion_locations = ['@directory@']\n" @ONLY)
  endif()
  if(NOT ADD_NAME)
    set(ADD_NAME alembic)
  endif()

  # Packed beside the last one and put in its place only when it differs. The cache is the build's own.
  set(archive ${folder}/revisions.archive)
  add_custom_target(${target}_revisions
    COMMAND ${CMAKE_COMMAND} -E env CXX=${CMAKE_CXX_COMPILER} XDG_CACHE_HOME=${folder}
      $<TARGET_FILE:migrate::program> --quiet -c ${config} -n ${ADD_NAME} bundle --archive-only --force -o ${archive}.new
      > ${folder}/output.log
    COMMAND ${CMAKE_COMMAND} -E copy_if_different ${archive}.new ${archive}
    BYPRODUCTS ${archive}
    COMMENT "Packing the revisions of ${directory}" VERBATIM)

  set(source ${folder}/linked_project.cpp)
  configure_file(${MIGRATE_REVISIONS_FOLDER}/linked_project.cpp.in ${source} @ONLY)
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${archive})
  target_sources(${target} PRIVATE ${source})
  target_link_libraries(${target} PRIVATE migrate::command)
  add_dependencies(${target} ${target}_revisions)
endfunction()
