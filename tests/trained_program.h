// A small network, trained and quantized once for all tests of a program.
#pragma once

#include <memory>

#include "test_support.h"

namespace mote::test {

class TrainedProgram : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (program_) return;
    data_ = std::make_unique<Splits>(toy_splits());
    run_ = std::make_unique<TrainedRun>(toy_run(*data_, 3));
    program_ = std::make_unique<IntegerProgram>(quantize(run_->model, {data_->train}));
  }
  inline static std::unique_ptr<Splits> data_;
  inline static std::unique_ptr<TrainedRun> run_;
  inline static std::unique_ptr<IntegerProgram> program_;
};

}  // namespace mote::test
