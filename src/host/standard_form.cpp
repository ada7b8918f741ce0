#include "host/standard_form.h"

#include "graph/op_def.h"

namespace mote {

IntegerProgram in_standard_operators(const IntegerProgram &program) {
  IntegerProgram p = program;
  p.layers.clear();
  for (const ProgramLayer &l : program.layers) {
    const StandardForm &form = op_by_name(l.op).standard_form;
    if (!form) {
      p.layers.push_back(l);
      continue;
    }
    for (ProgramLayer &part : form(p, l)) p.layers.push_back(std::move(part));
  }
  drop_unused_tensors(p);
  return p;
}

}  // namespace mote
