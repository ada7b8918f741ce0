# What is generated into the build folder: the op sources from op_list.def, the layer list from src/nn/layers, the
# flatbuffers header, and as text: the files of the runtime, firmware, tables of boards, and templates.

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/ops/op_list.def)
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
  COMMAND ${FLATC} --cpp -o ${GENERATED}/flatbuffers ${PROJECT_SOURCE_DIR}/src/formats/tflite/tflite.fbs
  DEPENDS src/formats/tflite/tflite.fbs)

set(GENERATED_SOURCES ${GENERATED}/flatbuffers/tflite_generated.h)
# mote_embed(NAME HEADER FUNCTION FILES... [ROOT FOLDER] [LICENSE FILE]): cmake/embed.cmake says what comes of it.
function(mote_embed name header function)
  cmake_parse_arguments(A "" "ROOT;LICENSE" "FILES" ${ARGN})
  add_custom_command(OUTPUT ${GENERATED}/${name}.cpp
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${GENERATED}/${name}.cpp "-DFILES=${A_FILES}" -DROOT=${A_ROOT} -DLICENSE=${A_LICENSE}
            -DHEADER=${header} -DFUNCTION=${function} -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${A_FILES} ${A_LICENSE} cmake/embed.cmake VERBATIM)
  set(GENERATED_SOURCES ${GENERATED_SOURCES} ${GENERATED}/${name}.cpp PARENT_SCOPE)
endfunction()

file(GLOB runtime_files CONFIGURE_DEPENDS runtime/*.c runtime/*.h runtime/features/*.c runtime/features/*.h)
mote_embed(runtime_sources codegen/c/runtime_sources.h runtime_source FILES ${runtime_files} LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
file(GLOB_RECURSE c_templates CONFIGURE_DEPENDS src/codegen/c/templates/*)
mote_embed(c_templates codegen/c/templates.h c_template FILES ${c_templates} ROOT ${PROJECT_SOURCE_DIR}/src/codegen/c/templates)
file(GLOB format_templates CONFIGURE_DEPENDS src/formats/*/*.in)
mote_embed(format_templates formats/templates.h format_template FILES ${format_templates} ROOT ${PROJECT_SOURCE_DIR}/src/formats)
file(GLOB report_templates CONFIGURE_DEPENDS src/report/templates/*.in)
mote_embed(report_templates report/templates.h report_template FILES ${report_templates} ROOT ${PROJECT_SOURCE_DIR}/src/report/templates)
file(GLOB device_files CONFIGURE_DEPENDS src/device/firmware/* src/device/*.toml)
mote_embed(device_files device/device_files.h device_file FILES ${device_files})
