#include "program/program.h"

namespace mote {

int IntegerProgram::add_tensor(ProgramTensor tensor) {
  tensors.push_back(std::move(tensor));
  return static_cast<int>(tensors.size()) - 1;
}

}  // namespace mote
