# Sources of a folder are compiled as one file, up to fifty of them: headers are read, and what they instantiate is
# compiled, once (workflow: 25 s of CPU instead of 40 in three files, data 25 instead of 32; 0.7 GB at most).
# Files that give a name of their own to what its neighbours also name are compiled alone. MOTE_UNITY=OFF compiles each by
# itself, which is quicker when one file is edited again and again.
option(MOTE_UNITY "Compile several sources as one" ON)

# mote_unity(TARGET SOURCES... ALONE PATTERN...): a pattern is a regular expression over the path.
function(mote_unity target)
  cmake_parse_arguments(A "" "" "SOURCES;ALONE" ${ARGN})
  if(NOT MOTE_UNITY)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  set(last "")
  set(groups "")
  foreach(source ${A_SOURCES})
    set(is_alone FALSE)
    foreach(pattern ${A_ALONE})
      if(source MATCHES "${pattern}")
        set(is_alone TRUE)
      endif()
    endforeach()
    if(is_alone)
      continue()
    endif()
    get_filename_component(folder ${source} DIRECTORY)
    if(NOT folder STREQUAL last)
      set(last ${folder})
      set(count 0)
    endif()
    math(EXPR part "${count} / 50")
    math(EXPR count "${count} + 1")
    string(REGEX REPLACE "^(.*/)?(src|tests|apps)/" "" name "${folder}")
    string(MAKE_C_IDENTIFIER "${name}_${part}" name)
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${name})
    string(APPEND groups "${name}\t${source}\n")
  endforeach()
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/unity/${target}.tsv CONTENT "${groups}")  # for tests/e2e/aarch64.sh
endfunction()
