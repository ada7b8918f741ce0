#!/usr/bin/env bash
# mote as a library: examples/ is built outside the tree against what `cmake --install` installed, and nothing else; by
# pkg-config; and as a part of another project.
. "$(dirname "$0")/support.bash"
checks 28

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

# The CMake of the README, with a program of its name: by the commands that build the example
mkdir readme
cp examples/gesture.cpp readme
{ echo 'cmake_minimum_required(VERSION 3.22)'; echo 'project(readme LANGUAGES CXX)'; echo 'set(CMAKE_CXX_STANDARD 20)'
  awk '/^```cmake$/ { on = 1; next } /^```$/ { on = 0 } on' "$source/README.md"; } >readme/CMakeLists.txt
holds mote::mote readme/CMakeLists.txt
check "the CMake of the README" cmake -S readme -B readme/build -G Ninja -DCMAKE_PREFIX_PATH="$work/usr" -DCMAKE_CXX_FLAGS=-O0
program() { ninja -C "$1" -t commands "$2" | sed "/^ninja: /d; s,example_gesture,gesture,g; s,$work/examples/,$work/readme/,g"; }
program readme/build gesture >readme.commands
program found example_gesture >found.commands
holds libmote.a readme.commands
same readme.commands found.commands

export PKG_CONFIG_PATH
PKG_CONFIG_PATH=$(dirname "$(find "$work/usr" -name mote.pc)")
pkg-config --cflags --libs mote >words
check "pkg-config" grep -q -- -lmote words
read -ra words <words
check "a program is built with its flags" g++ -std=c++20 -O0 examples/explain.cpp -o explained "${words[@]}"
check "and runs" ./explained

# In a project of others the library alone is built, by the commands of this build: then the objects are the same, and its
# archives stand for those that the other project would make.
setting() { sed -n "s,^$1:[A-Z]*=,,p" "$build/CMakeCache.txt"; }
in_another_project() {
  mkdir outer
  cat >outer/CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.22)
project(outer LANGUAGES C CXX)
set(CMAKE_CXX_STANDARD 20)
if(FETCHED)
  include(FetchContent)
  FetchContent_Declare(mote SOURCE_DIR $source)
  FetchContent_MakeAvailable(mote)
else()  # into the folder that FetchContent takes
  add_subdirectory($source \${CMAKE_BINARY_DIR}/_deps/mote-build)
endif()
add_executable(other_program $work/examples/gesture.cpp)
target_link_libraries(other_program PRIVATE mote::mote)
END
  options=(-G Ninja)
  for name in CMAKE_{C,CXX}_{COMPILER,COMPILER_LAUNCHER,FLAGS} MOTE_UNITY; do options+=("-D$name=$(setting $name)"); done
  # The other project's own flags, none here, are not those of the library; nor does it matter that it has no build type.
  check "add_subdirectory" cmake -S outer -B part "${options[@]}" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=
  check "FetchContent" cmake -S outer -B fetched "${options[@]}" -DFETCHED=ON
  commands() {  # folder of the build, that of mote in it, target...: every command, with paths as mote's folder sees them
    local folder=$1 inner=$2
    shift 2
    ninja -C "$folder" -t commands "$@" | sed "/^ninja: /d; s,$inner\\b,BUILD,g; s,_deps/mote-build/,,g" | tr -s ' ' | sort
  }
  commands "$build" "$build" libmote.a libmote_runtime.a >ours
  for folder in part fetched; do
    commands $folder "$work/$folder/_deps/mote-build" all >$folder.all
    grep -v other_program $folder.all >$folder.library
    check "in '$folder' the library is built as here, and nothing else" diff ours $folder.library
    # those that its commands compile: folders of an older build may hold others
    units() { (cd "$1"; grep -oE 'CMakeFiles/mote[a-z_]*\.dir/Unity/[a-z0-9_]*\.cxx$' "$work/ours" | sort -u | xargs md5sum); }
    units "$build" >units.ours
    units $folder/_deps/mote-build >units.$folder
    check "of the same units" diff units.ours units.$folder
  done
  check "and so is the program, either way" diff part.all fetched.all
  ninja -C part -t targets rule CUSTOM_COMMAND | grep ^_deps/mote-build/generated/ >generated
  # ninja would make the library before any of these
  by_itself() { (cd part; eval "$(ninja -t commands -s "$1")"); }
  ninja -C part -t targets rule CUSTOM_COMMAND | grep ^_deps/mote-build/generated/ >generated
  generate() { local file; while read -r file; do by_itself "$file"; done <generated; }
  check "what the library needs is generated" generate
  check "as it is here" diff -r "$build/generated" part/_deps/mote-build/generated
  cp "$build"/libmote.a "$build"/libmote_runtime.a part/_deps/mote-build
  check "a source of the program is compiled" by_itself "CMakeFiles/other_program.dir$work/examples/gesture.cpp.o"
  check "and linked" by_itself other_program
  check "and runs" part/other_program "$work/other"
}
if [ "$(setting CMAKE_GENERATOR)" = Ninja ] && [ "$(setting CMAKE_BUILD_TYPE)" = Release ]; then
  in_another_project
else
  skip 12 "only a release build by Ninja is compared with that of another project"
fi
