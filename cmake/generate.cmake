# What is generated into the build folder: the op sources from op_list.def, the layer list from src/nn/layers, the
# flatbuffers header, and the runtime files as text.

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/ops/op_list.def)
file(STRINGS src/ops/op_list.def op_lines REGEX "^MOTE_OP\\(")
set(OP_NAMES)
set(OP_SOURCES)
foreach(line ${op_lines})
  string(REGEX REPLACE "^MOTE_OP\\(([a-z0-9_]+)\\).*" "\\1" op ${line})
  list(APPEND OP_NAMES ${op})
  list(APPEND OP_SOURCES src/ops/${op}.cpp)
endforeach()

file(GLOB layer_files CONFIGURE_DEPENDS src/nn/layers/*.cpp)
set(declarations "")
set(entries "")
foreach(file ${layer_files})
  get_filename_component(layer ${file} NAME_WE)
  string(APPEND declarations "const LayerDef &${layer}_layer();\n")
  string(APPEND entries "    &nn::${layer}_layer(),\n")
endforeach()
file(CONFIGURE OUTPUT ${GENERATED}/nn/layer_list.h CONTENT
"// Generated from src/nn/layers/*.cpp.
#pragma once

namespace mote {

namespace nn {
${declarations}}  // namespace nn

const std::vector<const LayerDef *> &all_layers() {
  static const std::vector<const LayerDef *> kLayers = {
${entries}  };
  return kLayers;
}

}  // namespace mote
")

add_custom_command(OUTPUT ${GENERATED}/flatbuffers/tflite_generated.h
  COMMAND ${FLATC} --cpp -o ${GENERATED}/flatbuffers ${CMAKE_SOURCE_DIR}/src/formats/tflite/tflite.fbs
  DEPENDS src/formats/tflite/tflite.fbs)

file(GLOB runtime_files CONFIGURE_DEPENDS runtime/*.c runtime/*.h)
add_custom_command(OUTPUT ${GENERATED}/runtime_sources.cpp
  COMMAND ${CMAKE_COMMAND} -DOUTPUT=${GENERATED}/runtime_sources.cpp "-DFILES=${runtime_files}" -DLICENSE=${CMAKE_SOURCE_DIR}/LICENSE
          -DHEADER=codegen/c/runtime_sources.h -DFUNCTION=runtime_source -P ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
  DEPENDS ${runtime_files} LICENSE cmake/embed.cmake VERBATIM)

file(GLOB device_files CONFIGURE_DEPENDS src/device/firmware/* src/device/*.toml)
add_custom_command(OUTPUT ${GENERATED}/device_files.cpp
  COMMAND ${CMAKE_COMMAND} -DOUTPUT=${GENERATED}/device_files.cpp "-DFILES=${device_files}" -DHEADER=device/device_files.h
          -DFUNCTION=device_file -P ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
  DEPENDS ${device_files} cmake/embed.cmake VERBATIM)

set(GENERATED_SOURCES ${GENERATED}/device_files.cpp ${GENERATED}/flatbuffers/tflite_generated.h ${GENERATED}/runtime_sources.cpp)
