#!/usr/bin/env bash
# mote as a library: examples/ is built outside the tree against what `cmake --install` installed, and nothing else; by
# pkg-config; and as a part of another project.
. "$(dirname "$0")/support.bash"
checks 21

build=$(dirname "$mote")
cd "$work"
cp -r "$source/examples" .
quietly cmake --install "$build" --prefix "$work/usr"
unset CMAKE_PREFIX_PATH

check "find_package" cmake -S examples -B found -G Ninja -DCMAKE_PREFIX_PATH="$work/usr" -DCMAKE_CXX_FLAGS=-O0
check "the examples are built" cmake --build found
absent_text() { awk -v folder="$1" 'index($0, folder) { found = 1 } END { exit found }' "$2"; }
check "nothing of the source tree is in the build" absent_text "$source/" found/build.ninja
each examples/*.cpp
for example in "${list[@]}"; do
  example=$(basename "$example" .cpp)
  check "$example runs" "found/example_$example" "$work/$example"
done

# The CMake of the README, with a program of its name
mkdir readme
cp examples/gesture.cpp readme
{ echo 'cmake_minimum_required(VERSION 3.22)'; echo 'project(readme LANGUAGES CXX)'; echo 'set(CMAKE_CXX_STANDARD 20)'
  awk '/^```cmake$/ { on = 1; next } /^```$/ { on = 0 } on' "$source/README.md"; } >readme/CMakeLists.txt
holds mote::mote readme/CMakeLists.txt
check "the CMake of the README" cmake -S readme -B readme/build -G Ninja -DCMAKE_PREFIX_PATH="$work/usr" -DCMAKE_CXX_FLAGS=-O0
check "builds its program" cmake --build readme/build

export PKG_CONFIG_PATH
PKG_CONFIG_PATH=$(dirname "$(find "$work/usr" -name mote.pc)")
pkg-config --cflags --libs mote >words
check "pkg-config" grep -q -- -lmote words
read -ra words <words
check "a program is built with its flags" g++ -std=c++20 -O0 examples/explain.cpp -o explained "${words[@]}"
check "and runs" ./explained

# In a project of others: the library alone is built, without optimization.
mkdir outer
cat >outer/CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.22)
project(outer LANGUAGES C CXX)
set(CMAKE_CXX_STANDARD 20)
if(FETCHED)
  include(FetchContent)
  FetchContent_Declare(mote SOURCE_DIR $source)
  FetchContent_MakeAvailable(mote)
else()  # into the folder that FetchContent takes, so that nothing is compiled twice
  add_subdirectory($source \${CMAKE_BINARY_DIR}/_deps/mote-build)
endif()
add_executable(gesture $work/examples/gesture.cpp)
target_link_libraries(gesture PRIVATE mote::mote)
END
options=(-G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0 -DCMAKE_C_FLAGS_DEBUG=-O1)
check "add_subdirectory" cmake -S outer -B part "${options[@]}"
check "builds the library and the program" cmake --build part --target gesture
check "which begins" test -x part/gesture
rm part/gesture
check "FetchContent" cmake -S outer -B part "${options[@]}" -DFETCHED=ON
check "builds the program" cmake --build part --target gesture
absent part/_deps/mote-build/mote
