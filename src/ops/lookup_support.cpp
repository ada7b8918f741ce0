#include "ops/lookup_support.h"

#include <fmt/format.h>

#include "mote_runtime.h"
#include "ops/import_support.h"
#include "ops/integer_support.h"

namespace mote::ops {

static int32_t checked_count(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = input_of(p, l, 0, DType::kInt8), &y = output_of(p, l, 0, DType::kInt8);
  require(x.shape.elements() == y.shape.elements(), l,
          fmt::format("input {} and output {} differ", x.shape.text(), y.shape.text()), ErrorCode::kShape);
  return static_cast<int32_t>(x.shape.elements());
}

OpDef lookup_op(const std::string &name, const std::string &doc, std::vector<AttrSpec> attrs,
                TableOf table_of, Tflite tflite) {
  const NotSupported imported = imported_only(name);
  return {.name = name,
          .doc = doc,
          .attrs = std::move(attrs),
          .structure = imported,
          .forward = imported,
          .backward = imported,
          .integer = imported,
          .run = Run([table_of](const IntegerProgram &p, const ProgramLayer &l) -> HostCall {
            const int32_t count = checked_count(p, l);
            return [table = table_of(p, l), count](const void *const *in, void *const *out) {
              mote_lookup_s8(table.data(), static_cast<const int8_t *>(in[0]), count,
                             static_cast<int8_t *>(out[0]));
            };
          }),
          .c = EmitC([table_of](const IntegerProgram &p, const ProgramLayer &l) {
            const Table table = table_of(p, l);
            return CCall{"mote_lookup_s8",
                         "copy.c",
                         "",
                         {},
                         {{"table", DType::kInt8, {table.begin(), table.end()}}},
                         {"table", "in0", std::to_string(checked_count(p, l)), "out0"}};
          }),
          .tflite = std::move(tflite),
          .cost = CostOf([](const std::vector<Shape> &, const Shape &, const Attrs &) { return Cost{}; })};
}

}  // namespace mote::ops
