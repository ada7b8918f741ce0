// Replaces each layer that has a standard form by the operators it is made of, as its op says
// (OpDef::standard_form).
//
// For files that interpreters read; the host and the exported C run the layers as they are. That both give
// the same bytes, tests of the ops show.
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
