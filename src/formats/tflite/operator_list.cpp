// Which operators of the .tflite format are read, and why the others are not: for documents and programs.
//
// There is no list here. What is read are the ops' own codes (OpDef::tflite), why not is what a file with
// such an operator is told (refusals.cpp), and the names are the schema's (builtin_names.cpp).
#include <algorithm>

#include "formats/tflite/options.h"
#include "formats/tflite/reading.h"
#include "graph/op_def.h"
#include "mote/files.h"

namespace mote {

namespace {

bool is_read(int code) {
  for (const OpDef *op : all_ops()) {
    if (!op->tflite.is_given()) continue;
    const auto &codes = op->tflite->builtin_codes;
    if (std::find(codes.begin(), codes.end(), code) != codes.end()) return true;
  }
  return false;
}

// No operators of a graph, but what a file says instead of one.
bool is_operator(const std::string &name) {
  for (const char *other : {"CUSTOM", "DELEGATE", "PLACEHOLDER_FOR_GREATER_OP_CODES"})
    if (name == other) return false;
  return true;
}

}  // namespace

std::vector<TfliteOperator> tflite_operators() {
  std::vector<TfliteOperator> list;
  for (int code = 0; code < builtin_count(); ++code) {
    TfliteOperator entry{code, builtin_name(code), is_read(code)};
    if (!is_operator(entry.name)) continue;
    if (!entry.is_read) {
      const Error refusal = builtin_refusal(code, false);
      entry.reason = refusal.message();
      entry.hint = refusal.hint();
    }
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace mote
