// unpack: one output per index of an axis.
#include "ops/import_support.h"
#include "ops/integer_support.h"
#include "ops/move_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

Moves moves_of(const IntegerProgram &p, const ProgramLayer &l) { return take_parts(p, l, Parts::kStacked); }

}  // namespace

const OpDef &unpack_op() {
  static const OpDef kOp =
      moving_op({.name = "unpack",
                 .doc = "One output per index of an axis.",
                 .attrs = {{"axis", int64_t{0}, "the axis that goes", {}, -6, 5}},
                 .trained = imported_form("unpack"),
                 .moves = moves_of,
                 .tflite = Tflite{{88},
                                  [](const IntegerProgram &p, const ProgramLayer &l) {
                                    return TfOperator{88, is_int16(p, l) ? 4 : 2,
                                                      TfUnpack{static_cast<int>(l.outputs.size()),
                                                               l.attrs.integer("axis")}};
                                  },
                                  [](const TfOperator &op, const IntegerProgram &, ProgramLayer &) {
                                    const auto *o = std::get_if<TfUnpack>(&op.options);
                                    return Attrs{{"axis", int64_t{o ? o->axis : 0}}};
                                  }},
                 .output_range = OutputRange::kSameAsInput});
  return kOp;
}

}  // namespace mote::ops
