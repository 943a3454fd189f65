# The program bin/migrate. With MIGRATE_STATIC_RUNTIME it carries libstdc++, libgcc and fmt inside, so that a copied
# program, or a bundle made from it, asks a machine for libpq, libcrypto and the C library only. The libraries that
# applications link are not touched by this.
include(CheckCXXSourceCompiles)

add_executable(migrate_program src/main.cpp)
migrate_flags(migrate_program)
set_target_properties(migrate_program PROPERTIES OUTPUT_NAME migrate EXPORT_NAME program)
add_executable(migrate::program ALIAS migrate_program)
target_link_libraries(migrate_program PRIVATE migrate::cli)

set(runtime_flags -static-libstdc++ -static-libgcc LINKER:--as-needed LINKER:--exclude-libs,ALL)
if(PROJECT_IS_TOP_LEVEL AND NOT MIGRATE_SANITIZE)
  set(CMAKE_REQUIRED_LINK_OPTIONS ${runtime_flags})
  check_cxx_source_compiles("#include <string>
    int main(int argc, char** argv) { return std::stoi(std::string(argv[argc - 1])); }" MIGRATE_STATIC_RUNTIME_WORKS)
  unset(CMAKE_REQUIRED_LINK_OPTIONS)
endif()
option(MIGRATE_STATIC_RUNTIME "Link libstdc++, libgcc and fmt into bin/migrate" ${MIGRATE_STATIC_RUNTIME_WORKS})

if(MIGRATE_STATIC_RUNTIME)
  target_link_options(migrate_program PRIVATE ${runtime_flags})
  get_target_property(fmt_type fmt::fmt TYPE)
  if(fmt_type STREQUAL SHARED_LIBRARY)
    target_sources(migrate_program PRIVATE src/static_fmt.cpp)
  endif()
endif()

# For programs that are built together with this project.
include(MigrateRevisions)
