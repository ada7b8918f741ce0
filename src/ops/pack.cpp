// pack: inputs stacked along a new axis.
#include "ops/import_support.h"
#include "ops/integer_support.h"
#include "ops/move_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

Moves moves_of(const IntegerProgram &p, const ProgramLayer &l) { return join_parts(p, l, Parts::kStacked); }

}  // namespace

const OpDef &pack_op() {
  static const OpDef kOp =
      moving_op({.name = "pack",
                 .doc = "Inputs stacked along a new axis.",
                 .attrs = {{"axis", int64_t{0}, "the new axis", {}, -6, 5}},
                 .trained = imported_form("pack"),
                 .moves = moves_of,
                 .tflite = Tflite{{83},
                                  [](const IntegerProgram &p, const ProgramLayer &l) {
                                    return TfOperator{
                                        83, is_int16(p, l) ? 3 : 2,
                                        TfPack{static_cast<int>(l.inputs.size()), l.attrs.integer("axis")}};
                                  },
                                  [](const TfOperator &op, const IntegerProgram &, ProgramLayer &) {
                                    const auto *o = std::get_if<TfPack>(&op.options);
                                    return Attrs{{"axis", int64_t{o ? o->axis : 0}}};
                                  }},
                 .output_range = OutputRange::kSameAsInput});
  return kOp;
}

}  // namespace mote::ops
