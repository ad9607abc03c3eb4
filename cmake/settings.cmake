# What every target of the project is compiled with.
add_library(arun_settings INTERFACE)
target_compile_features(arun_settings INTERFACE cxx_std_20)
target_compile_options(arun_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Werror
  # Lua reports errors by longjmp: no frame may rely on exceptions passing through it.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-clobbered>
  # GCC 12 warns of std::string's own operator+ (its bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
if(ARUN_SANITIZE)
  string(REPLACE ";" "," sanitizers "${ARUN_SANITIZE}")
  target_compile_options(arun_settings INTERFACE -fsanitize=${sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(arun_settings INTERFACE -fsanitize=${sanitizers})
endif()
set(CMAKE_CXX_EXTENSIONS OFF)
