// Whether the weights of an int8 program still share as few values as the model's do.
#include <fmt/format.h>

#include <set>

#include "mote/quantize.h"

namespace mote {

std::vector<std::string> judge_values(const Model &model, const IntegerProgram &program) {
  std::vector<std::string> list;
  for (const Parameter &p : model.graph.params) {
    if (p.form.clusters == 0 || p.form.is_per_channel) continue;
    const std::string weights = p.name.substr(0, p.name.rfind('/')) + "/weights";
    for (const ProgramTensor &t : program.tensors) {
      if (t.name != weights || !t.is_constant || t.dtype != DType::kInt8) continue;
      const std::vector<int8_t> all = t.values<int8_t>();
      const size_t values = std::set<int8_t>(all.begin(), all.end()).size();
      if (values > static_cast<size_t>(p.form.clusters))
        list.push_back(
            fmt::format("{} has {} int8 values and not {}: a normalization behind it has a factor below 0, "
                        "or one so small "
                        "that the bias needs another scale; compress the run anew",
                        p.name, values, p.form.clusters));
    }
  }
  return list;
}

}  // namespace mote
