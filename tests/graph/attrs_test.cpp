// Settings of layers and ops: what complete_attrs() lets through.
#include "graph/op_def.h"
#include "test_support.h"

namespace mote {
namespace {

using List = std::vector<int64_t>;

TEST(Attrs, a_list_has_as_many_numbers_as_its_setting_says) {
  const std::vector<AttrSpec> specs = {{"pair", List{1, 1}, "[a, b]", {}, 1, 9, {}, 2},
                                       {"any", List{1}, "numbers", {}, 1, 9}};
  EXPECT_EQ(complete_attrs("x", specs, {{"pair", List{2, 3}}}).list("pair"), (List{2, 3}));
  EXPECT_EQ(complete_attrs("x", specs, {{"any", List{1, 2, 3}}}).list("any"), (List{1, 2, 3}));
  for (const List &wrong : {List{}, List{1}, List{1, 1, 1}})
    EXPECT_ERROR(complete_attrs("x", specs, {{"pair", wrong}}), "pair: expected 2 integers, got ");
}

// Routines read both numbers of a pair: no op may take another count from a file.
TEST(Attrs, of_ops_with_pairs_are_pairs) {
  int pairs = 0;
  for (const OpDef *op : all_ops())
    for (const AttrSpec &spec : op->attrs) {
      const List *list = std::get_if<List>(&spec.fallback);
      if (!list || list->size() != 2) continue;
      ++pairs;
      EXPECT_EQ(spec.count, 2u) << op->name << " " << spec.name;
    }
  EXPECT_GT(pairs, 0);
}

TEST(Shapes, have_no_axis_beyond_their_rank) {
  EXPECT_THROW(Shape{}[-1], InternalError);
  EXPECT_THROW((Shape{2, 3}[2]), InternalError);
  EXPECT_THROW((Shape{2, 3}[-3]), InternalError);
  EXPECT_EQ((Shape{2, 3}[-1]), 3);
}

}  // namespace
}  // namespace mote
