// Templates: values, conditions and repetitions are filled in, and what is missing or left over is refused.
//
// The templates themselves are tested by what is made of them: tests/codegen, tests/device.
#include "base/template.h"

#include "test_support.h"

namespace mote {
namespace {

TEST(Template, puts_values_in_the_places_of_their_names) {
  EXPECT_EQ(
      fill_template("x.h.in", "int @model@_predict(@MODEL@_SIZE);\n", {{"model", "toy"}, {"MODEL", "TOY"}}),
      "int toy_predict(TOY_SIZE);\n");
  EXPECT_EQ(fill_template("x.h.in", "@a@@b@, @a@", {{"a", 1}, {"b", size_t{2}}}), "12, 1");
  EXPECT_EQ(fill_template("x.h.in", "", {}), "");
}

TEST(Template, leaves_what_is_no_name) {
  for (const char *text :
       {"@", "a@b", "\t@test -n x || @cp a b\n", "@ name @", "@@", "x @-y@ z\n", "@_x@", "{0} {{%d}}"})
    EXPECT_EQ(fill_template("x.h.in", text, {}), text);
  EXPECT_EQ(fill_template("x.h.in", "a@b @c@@", {{"c", "d"}}), "a@b d@");
}

TEST(Template, a_value_is_not_filled_again) {
  EXPECT_EQ(fill_template("x.h.in", "@a@-@b@", {{"a", "@b@"}, {"b", "@if a@\n"}}), "@b@-@if a@\n");
}

TEST(Template, a_value_alone_on_its_line_is_whole_lines) {
  const std::string text = "one\n@more@\ntwo\n";
  EXPECT_EQ(fill_template("x.h.in", text, {{"more", ""}}), "one\ntwo\n");
  EXPECT_EQ(fill_template("x.h.in", text, {{"more", "x"}}), "one\nx\ntwo\n");
  EXPECT_EQ(fill_template("x.h.in", text, {{"more", "x\ny\n"}}), "one\nx\ny\ntwo\n");
  EXPECT_EQ(fill_template("x.h.in", "  @more@\n", {{"more", ""}}), "  \n");  // not alone
  EXPECT_EQ(fill_template("x.h.in", "@a@@b@\n", {{"a", ""}, {"b", ""}}), "\n");
}

TEST(Template, keeps_the_part_whose_condition_holds) {
  const std::string text = "a\n@if is_long@\nb\n@if name@\nc @name@\n@end@\n@else@\nd\n@end@\ne\n";
  EXPECT_EQ(fill_template("x.h.in", text, {{"is_long", true}, {"name", "x"}}), "a\nb\nc x\ne\n");
  EXPECT_EQ(fill_template("x.h.in", text, {{"is_long", true}, {"name", ""}}), "a\nb\ne\n");
  EXPECT_EQ(fill_template("x.h.in", text, {{"is_long", false}, {"name", "x"}}), "a\nd\ne\n");
}

// Of an inner condition, only what stands within an outer part that is kept.
TEST(Template, an_else_does_not_open_what_is_around_it) {
  const std::string text = "@if a@\n@if b@\n1\n@else@\n2\n@end@\n@end@\n";
  EXPECT_EQ(fill_template("x.h.in", text, {{"a", false}, {"b", false}}), "");
  EXPECT_EQ(fill_template("x.h.in", text, {{"a", false}, {"b", true}}), "");
  EXPECT_EQ(fill_template("x.h.in", text, {{"a", true}, {"b", false}}), "2\n");
}

TEST(Template, names_and_values_must_match) {
  EXPECT_THROW(fill_template("x.h.in", "@a@", {}), InternalError);
  EXPECT_THROW(fill_template("x.h.in", "a", {{"a", 1}}), InternalError);
  EXPECT_THROW(fill_template("x.h.in", "@A@", {{"a", 1}}), InternalError);
  EXPECT_THROW(fill_template("x.h.in", "@a@", {{"a", true}}), InternalError);
  // in a part that is left out, too
  EXPECT_THROW(fill_template("x.h.in", "@if a@\n@b@\n@end@\n", {{"a", false}}), InternalError);
  EXPECT_THROW(fill_template("x.h.in", "@if a@\n@if b@\n@end@\n@end@\n", {{"a", false}}), InternalError);
  EXPECT_EQ(fill_template("x.h.in", "@if a@\n@b@\n@end@\n", {{"a", false}, {"b", 1}}), "");
}

TEST(Template, shared_values_may_go_unnamed) {
  EXPECT_EQ(fill_template("x.h.in", "@a@ @b@", {{"a", 1}}, {{"b", 2}, {"c", 3}}), "1 2");
  EXPECT_EQ(fill_template("x.h.in", "@a@", {{"a", 1}}, {{"a", 2}}), "1");  // its own value counts
  EXPECT_THROW(fill_template("x.h.in", "@d@", {}, {{"c", 3}}), InternalError);
}

TEST(Template, parts_must_be_closed) {
  EXPECT_THROW(fill_template("x.h.in", "@if a@\n", {{"a", true}}), InternalError);
  EXPECT_THROW(fill_template("x.h.in", "@end@\n", {}), InternalError);
  EXPECT_THROW(fill_template("x.h.in", "@else@\n", {}), InternalError);
  EXPECT_THROW(fill_template("x.h.in", "@if a@\n@else@\n@else@\n@end@\n", {{"a", true}}), InternalError);
}

}  // namespace
}  // namespace mote
