#!/bin/bash
# The installed tree, moved elsewhere: the program runs there, and programs that embed the library build and run.
# installed_test.sh BUILD COMPILER
set -uo pipefail
build=$1
compiler=$2
source=$(cd "$(dirname "$0")/../.." && pwd)

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
prefix=$directory/moved
passed=0 failed=0

check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    echo "ok    $name"
    passed=$((passed + 1))
  else
    printf 'FAIL  %s\n%s\n' "$name" "$output"
    failed=$((failed + 1))
  fi
}

# prints EXPECTED COMMAND...
prints() {
  local expected=$1 output
  shift
  output=$("$@" 2>&1) || true
  [ "$output" = "$expected" ] || { printf 'expected:\n%s\ngot:\n%s\n' "$expected" "$output"; false; }
}

install_and_move() {
  cmake --install "$build" --prefix "$directory/prefix" && mv "$directory/prefix" "$prefix"
}

complete() {
  local file
  for file in bin/arun lib/libarun.so lib/libarun.a include/arun/runtime.h \
    lib/arun/modules/json.so lib/arun/modules/http.so \
    lib/cmake/arun/arunConfig.cmake lib/cmake/arun/arunConfigVersion.cmake lib/pkgconfig/arun.pc; do
    [ -e "$prefix/$file" ] || { echo "no $file"; return 1; }
  done
  ! grep -rl "$directory/prefix" "$prefix"
}

with_cmake() {
  cmake -G Ninja -S "$source/host/examples" -B "$directory/examples" -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_CXX_COMPILER="$compiler" && cmake --build "$directory/examples"
}

with_pkg_config() {
  local flags
  flags=$(PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config --cflags --libs arun) || return 1
  # shellcheck disable=SC2086
  "$compiler" -std=c++20 "$source/host/examples/embed.cpp" $flags -o "$directory/embed"
}

static_beside_modules() {
  mkdir -p "$directory/application/arun" && cp "$directory/examples/embed_static" "$directory/application/" &&
    cp -r "$prefix/lib/arun/modules" "$directory/application/arun/" &&
    prints "$with_json" "$directory/application/embed_static" arun.json
}

# What host/examples/embed.cpp prints, without and with the name of a module.
readings=$'indoors\t21\noutdoors\t-3'
plain=$readings$'\nexit code 0'
with_json=$readings$'\narun.json\ttable\nexit code 0'

check "installs, and the tree can be moved" install_and_move
check "all files are there, none names the prefix" complete
check "the program runs" prints 1 "$prefix/bin/arun" -e 'print(1)'
check "the program finds its modules" prints table "$prefix/bin/arun" -e 'print(type(require "arun.json"))'
ln -s "$prefix/bin/arun" "$directory/link"
check "through a symbolic link too" prints table "$directory/link" -e 'print(type(require "arun.json"))'
check "find_package: examples build" with_cmake
check "find_package: shared" prints "$plain" "$directory/examples/embed"
check "find_package: shared, with a shared module" prints "$with_json" "$directory/examples/embed" arun.json
check "find_package: static" prints "$plain" "$directory/examples/embed_static"
check "find_package: static, with a shared module" static_beside_modules
check "pkg-config: builds" with_pkg_config
check "pkg-config: runs" prints "$plain" env LD_LIBRARY_PATH="$prefix/lib" "$directory/embed"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
