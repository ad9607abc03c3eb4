# Native parts that need further libraries are shared modules of their own, loaded by the first `require`: a program
# that does not use them does not pay for them at start. One that cannot be built is left out, and `require` says why.
function(arun_module name)
  cmake_parse_arguments(MODULE "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_library(arun_${name} MODULE ${MODULE_SOURCES})
  set_target_properties(arun_${name} PROPERTIES
    PREFIX "" OUTPUT_NAME ${name} SUFFIX ".so"
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/modules)
  # Its symbols of the runtime come from the program or the library that loads it.
  target_include_directories(arun_${name} PRIVATE ${PROJECT_SOURCE_DIR}/runtime/include ${PROJECT_SOURCE_DIR}/runtime/src)
  target_link_libraries(arun_${name} PRIVATE arun_settings ${MODULE_LIBRARIES})
  set_property(GLOBAL APPEND PROPERTY ARUN_MODULES arun_${name})
  install(TARGETS arun_${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/arun/modules)
endfunction()

pkg_check_modules(SIMDJSON IMPORTED_TARGET simdjson)
file(GLOB json_sources CONFIGURE_DEPENDS runtime/src/modules/json/*.cpp)
if(SIMDJSON_FOUND AND json_sources)
  arun_module(json SOURCES ${json_sources} LIBRARIES PkgConfig::SIMDJSON)
  target_include_directories(arun_json SYSTEM PRIVATE ${LUA_INCLUDE_DIRS})
else()
  message(STATUS "arun.json is not built: install libsimdjson-dev")
endif()

pkg_check_modules(CARES IMPORTED_TARGET libcares)
if(CARES_FOUND)
  file(GLOB net_sources CONFIGURE_DEPENDS runtime/src/modules/net/*.cpp)
  arun_module(net SOURCES ${net_sources} LIBRARIES PkgConfig::CARES)
  target_include_directories(arun_net SYSTEM PRIVATE ${LUA_INCLUDE_DIRS} ${UV_INCLUDE_DIRS})
else()
  message(STATUS "arun.net resolves no names: install libc-ares-dev")
endif()
