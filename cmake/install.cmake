# cmake --install: the program, the libraries, headers, shared modules, CMake package and pkg-config file. (The shared
# modules install themselves, see modules.cmake.) Nothing of it holds the prefix: the installed tree may be moved.
include(CMakePackageConfigHelpers)

set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/arun)

install(TARGETS arun arun_archive arun_static EXPORT arunTargets)
install(EXPORT arunTargets NAMESPACE arun:: DESTINATION ${package_directory})
install(DIRECTORY runtime/include/arun DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

configure_package_config_file(cmake/arunConfig.cmake.in ${PROJECT_BINARY_DIR}/arunConfig.cmake
  INSTALL_DESTINATION ${package_directory} PATH_VARS CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/arunConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/arunConfig.cmake ${PROJECT_BINARY_DIR}/arunConfigVersion.cmake
  DESTINATION ${package_directory})

configure_file(cmake/arun.pc.in ${PROJECT_BINARY_DIR}/arun.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/arun.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
