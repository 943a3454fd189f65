# cmake --install: bin/migrate, the headers, the CMake package "migrate", templates under share/migrate.
include(CMakePackageConfigHelpers)

get_property(layers GLOBAL PROPERTY MIGRATE_LAYERS)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/migrate)
install(TARGETS ${layers} EXPORT migrateTargets FILE_SET HEADERS
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS migrate_program EXPORT migrateTargets)
install(EXPORT migrateTargets NAMESPACE migrate:: DESTINATION ${package_dir})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/templates/ DESTINATION ${CMAKE_INSTALL_DATADIR}/migrate/templates)

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/migrateConfig.cmake.in
  ${PROJECT_BINARY_DIR}/migrateConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/migrateConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/migrateConfig.cmake ${PROJECT_BINARY_DIR}/migrateConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/FindPgQuery.cmake ${PROJECT_SOURCE_DIR}/cmake/MigrateRevisions.cmake
  ${PROJECT_SOURCE_DIR}/cmake/linked_project.cpp.in DESTINATION ${package_dir})
