# The support library of C++ revisions, ready made: src/migrate/schema/module compiled as a user's compiler would compile
# it, put into migrate_script as detail::prebuilt_support() (src/migrate/script/detail/prebuilt_support.hpp). A compiler
# whose standard library it does not fit compiles it for itself when it first meets a C++ revision.
file(GLOB module_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/migrate/schema/module/*.cpp)
add_library(migrate_support MODULE ${module_sources})
target_compile_features(migrate_support PRIVATE cxx_std_20)
target_include_directories(migrate_support PRIVATE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(migrate_support PRIVATE -O1 -g0 $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
target_link_options(migrate_support PRIVATE LINKER:-Bsymbolic -s)

set(library ${PROJECT_BINARY_DIR}/generated/migrate_support.so)
set_target_properties(migrate_support PROPERTIES PREFIX "" SUFFIX ".so"
  LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/generated)
set(prebuilt ${PROJECT_BINARY_DIR}/generated/prebuilt_support.cpp)
configure_file(${PROJECT_SOURCE_DIR}/cmake/prebuilt_support.cpp.in ${prebuilt} @ONLY)
set_source_files_properties(${prebuilt} PROPERTIES OBJECT_DEPENDS ${library})
target_sources(migrate_script PRIVATE ${prebuilt})
add_dependencies(migrate_script migrate_support)
