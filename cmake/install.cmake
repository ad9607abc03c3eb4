# cmake --install: the program, the libraries, headers, shared modules, CMake package and pkg-config file.
include(CMakePackageConfigHelpers)

# (below)
