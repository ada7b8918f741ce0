// The ops, in the order of op_list.def, and the search of one by its name.
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "ops/op_list.h"

namespace mote {

const std::vector<const OpDef *> &all_ops() {
  static const std::vector<const OpDef *> kOps = {
#define MOTE_OP(name) &ops::name##_op(),
#include "ops/op_list.def"
#undef MOTE_OP
  };
  return kOps;
}

const OpDef &op_by_name(const std::string &name) {
  std::vector<std::string> names;
  for (const OpDef *op : all_ops()) {
    if (op->name == name) return *op;
    names.push_back(op->name);
  }
  const std::string near = nearest(name, names);
  throw Error(ErrorCode::kUnsupported, "op", fmt::format("no op is called '{}'", name),
              near.empty() ? "" : fmt::format("did you mean '{}'?", near));
}

}  // namespace mote
