# Native parts that need further libraries are shared modules of their own, loaded by the first `require`: a program
# that does not use them does not pay for them at start. One that cannot be built is left out, and `require` says why.
# VERSIONS: "name version" of each such library, for `arun --version`.
# Its objects are a target of their own, arun_<name>_objects, which tests and fuzz targets link too.
function(arun_module name)
  cmake_parse_arguments(MODULE "" "" "SOURCES;LIBRARIES;INCLUDES;VERSIONS" ${ARGN})
  set(objects arun_${name}_objects)
  add_library(${objects} OBJECT ${MODULE_SOURCES})
  set_target_properties(${objects} PROPERTIES
    POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_include_directories(${objects} PUBLIC
    ${PROJECT_SOURCE_DIR}/runtime/include ${PROJECT_SOURCE_DIR}/runtime/src)
  target_include_directories(${objects} SYSTEM PUBLIC ${LUA_INCLUDE_DIRS} ${MODULE_INCLUDES})
  target_link_libraries(${objects} PRIVATE arun_settings PUBLIC ${MODULE_LIBRARIES})
  # Its symbols of the runtime come from the program or the library that loads it.
  add_library(arun_${name} MODULE)
  set_target_properties(arun_${name} PROPERTIES
    PREFIX "" OUTPUT_NAME ${name} SUFFIX ".so" LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/modules)
  target_link_libraries(arun_${name} PRIVATE arun_settings ${objects})
  set_property(GLOBAL APPEND PROPERTY ARUN_MODULES arun_${name})
  set_property(GLOBAL APPEND PROPERTY ARUN_MODULE_LIBRARIES ${MODULE_VERSIONS})
  install(TARGETS arun_${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/arun/modules)
endfunction()

pkg_check_modules(SIMDJSON IMPORTED_TARGET simdjson)
file(GLOB json_sources CONFIGURE_DEPENDS runtime/src/modules/json/*.cpp)
if(SIMDJSON_FOUND AND json_sources)
  arun_module(json SOURCES ${json_sources} LIBRARIES PkgConfig::SIMDJSON VERSIONS "simdjson ${SIMDJSON_VERSION}")
else()
  message(STATUS "arun.json is not built: install libsimdjson-dev")
endif()

pkg_check_modules(CARES IMPORTED_TARGET libcares)
if(CARES_FOUND)
  file(GLOB net_sources CONFIGURE_DEPENDS runtime/src/modules/net/*.cpp)
  arun_module(net SOURCES ${net_sources} LIBRARIES PkgConfig::CARES INCLUDES ${UV_INCLUDE_DIRS}
    VERSIONS "c-ares ${CARES_VERSION}")
else()
  message(STATUS "arun.net resolves no names: install libc-ares-dev")
endif()

pkg_check_modules(OPENSSL IMPORTED_TARGET openssl)
if(OPENSSL_FOUND)
  file(GLOB tls_sources CONFIGURE_DEPENDS runtime/src/modules/tls/*.cpp)
  arun_module(tls SOURCES ${tls_sources} LIBRARIES PkgConfig::OPENSSL INCLUDES ${UV_INCLUDE_DIRS}
    VERSIONS "OpenSSL ${OPENSSL_VERSION}")
else()
  message(STATUS "there is no TLS: install libssl-dev")
endif()

# Beast's parser is all in headers.
find_path(BEAST_INCLUDE_DIR boost/beast/http/basic_parser.hpp)
pkg_check_modules(HTTP_LIBRARIES IMPORTED_TARGET zlib libbrotlidec libzstd libidn2)
file(GLOB http_sources CONFIGURE_DEPENDS runtime/src/modules/http/*.cpp)
if(BEAST_INCLUDE_DIR AND HTTP_LIBRARIES_FOUND)
  file(STRINGS ${BEAST_INCLUDE_DIR}/boost/version.hpp boost REGEX "^#define BOOST_LIB_VERSION ")
  string(REGEX REPLACE ".*\"([0-9]+)_([0-9_]+)\".*" "\\1.\\2" boost "${boost}")
  arun_module(http SOURCES ${http_sources} LIBRARIES PkgConfig::HTTP_LIBRARIES
    INCLUDES ${BEAST_INCLUDE_DIR} ${UV_INCLUDE_DIRS}
    VERSIONS "Boost ${boost}" "zlib ${HTTP_LIBRARIES_zlib_VERSION}" "brotli ${HTTP_LIBRARIES_libbrotlidec_VERSION}"
      "zstd ${HTTP_LIBRARIES_libzstd_VERSION}" "libidn2 ${HTTP_LIBRARIES_libidn2_VERSION}")
else()
  message(STATUS "arun.http is not built: install libboost1.81-dev zlib1g-dev libbrotli-dev libzstd-dev libidn2-dev")
endif()
