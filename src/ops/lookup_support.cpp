// An op that is a function of one int8 value: a table made when it is bound; a routine of its own on int16.
#include "ops/lookup_support.h"

#include <fmt/format.h>

#include "mote_runtime.h"
#include "ops/import_support.h"
#include "ops/integer_support.h"

namespace mote::ops {

static int32_t checked_count(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = values_in(p, l, 0), &y = values_out(p, l, 0, x);
  require(x.shape.elements() == y.shape.elements(), l,
          fmt::format("input {} and output {} differ", x.shape.text(), y.shape.text()), ErrorCode::kShape);
  return element_count(x);
}

OpDef lookup_op(const std::string &name, const std::string &doc, std::vector<AttrSpec> attrs,
                TableOf table_of, Tflite tflite, WideOf wide_of, OutputRange range,
                std::optional<FusedActivation> activation) {
  const NotSupported imported = imported_only(name);
  return {.name = name,
          .doc = doc,
          .attrs = std::move(attrs),
          .structure = imported,
          .forward = imported,
          .backward = imported,
          .integer = imported,
          .run = HostRun([table_of, wide_of](const IntegerProgram &p, const ProgramLayer &l) -> HostCall {
            const int32_t count = checked_count(p, l);
            if (is_int16(p, l) && wide_of) return wide_of(p, l).run;
            return [table = table_of(p, l), count](HostInputs in, HostOutputs out) {
              mote_lookup_s8(table.data(), in[0], count, out[0]);
            };
          }),
          .c = EmitC([table_of, wide_of](const IntegerProgram &p, const ProgramLayer &l) {
            if (is_int16(p, l) && wide_of) return wide_of(p, l).c;
            const Table table = table_of(p, l);
            CCall call{"mote_lookup_s8",
                       "copy.c",
                       "",
                       {},
                       {{"table", DType::kInt8, {table.begin(), table.end()}}},
                       {"table", "in0", std::to_string(checked_count(p, l)), "out0"}};
            call.rows = CRows{.count_argument = 2};
            return call;
          }),
          .tflite = std::move(tflite),
          .cost = CostOf(no_macs),
          .properties = wide_of ? Properties{Property::kTakesInt16, Property::kElementwise}
                                : Properties{Property::kElementwise},
          .output_range = range,
          .activation = activation};
}

}  // namespace mote::ops
