// Operands of foreign files, read operator by operator: what is refused before the shapes are looked at.
#include "ops/import_support.h"

#include "graph/op_def.h"
#include "test_support.h"

namespace mote {
namespace {

constexpr int kSplitV = 102;

int add_constant(IntegerProgram &p, const std::vector<int32_t> &values) {
  ProgramTensor t{"c", {static_cast<int>(values.size())}, DType::kInt32, {}, {}, true};
  const auto *bytes = reinterpret_cast<const uint8_t *>(values.data());
  t.data.assign(bytes, bytes + 4 * values.size());
  return p.add_tensor(t);
}

TEST(Axis, counts_from_either_end_and_exists) {
  const ProgramLayer l{"split", "s", {}, {}, {}};
  for (int axis = -3; axis < 3; ++axis) EXPECT_EQ(ops::normal_axis(l, axis, 3), (axis + 3) % 3);
  for (int axis : {-100, -4, 3, 100})
    EXPECT_ERROR(ops::normal_axis(l, axis, 3),
                 "axis " + std::to_string(axis) + " does not exist in 3 dimensions");
}

TEST(SplitV, has_a_size_for_each_output) {
  IntegerProgram p;
  const int x = p.add_tensor({"x", {1, 6}, DType::kInt8, {{0.1f}, {0}, 0}, {}, false}),
            a = p.add_tensor({"a", {1, 2}, DType::kInt8, {{0.1f}, {0}, 0}, {}, false}),
            b = p.add_tensor({"b", {1, 4}, DType::kInt8, {{0.1f}, {0}, 0}, {}, false}),
            axis = add_constant(p, {1});
  const auto read = [&](const std::vector<int32_t> &sizes, int input) {
    ProgramLayer l{"split", "s", {}, {input, add_constant(p, sizes), axis}, {a, b}};
    return op_by_name("split").tflite->read({kSplitV, 1, {}}, p, l);
  };
  EXPECT_EQ(read({2, 4}, x).integer("axis"), 1);
  EXPECT_EQ(read({2, -1}, x).integer("axis"), 1);
  for (const std::vector<int32_t> &sizes : {std::vector<int32_t>{2}, {2, 4, 0}})
    EXPECT_ERROR(read(sizes, x), "needs a size for each output");
  EXPECT_ERROR(read({2, 4}, -1), "needs a size for each output");
  EXPECT_ERROR(read({4, 2}, x), "output 0 (1, 2) has not the size 4");
}

}  // namespace
}  // namespace mote
