// The pages of docs/reference are what the program says of itself.
#include "cli/command.h"
#include "mote/files.h"
#include "mote/settings.h"

namespace mote {
namespace {

using test::mote_in;
using test::mote_ok;

class Reference : public testing::TestWithParam<const char *> {};

TEST_P(Reference, page_is_that_of_the_program) {
  const std::string name = GetParam();
  const fs::path page = fs::path(MOTE_SOURCE_DIR) / "docs/reference" / (name + ".md");
  EXPECT_TRUE(mote_ok(".", {"reference", name}).out == read_file(page))
      << "build/mote reference " << name << " >docs/reference/" << name << ".md";
}
INSTANTIATE_TEST_SUITE_P(Pages, Reference,
                         testing::Values("commands", "settings", "layers", "boards", "operators"),
                         [](const auto &page) { return std::string(page.param); });

// Seen from the other side: what the program lists elsewhere has its row.
TEST(ReferencePages, leave_nothing_out) {
  const std::string commands = mote_ok(".", {"reference", "commands"}).out,
                    settings = mote_ok(".", {"reference", "settings"}).out,
                    boards = mote_ok(".", {"reference", "boards"}).out;
  for (const Setting &s : all_settings()) EXPECT_NE(settings.find(s.name), std::string::npos) << s.name;
  for (const auto &b : mote_ok(".", {"boards", "--json"}).parsed())
    EXPECT_NE(boards.find("| `" + b.at("name").get<std::string>() + "` |"), std::string::npos) << b;
  const std::string help = mote_ok(".", {"train", "--help"}).out;
  const std::regex option("--[a-z][a-z-]+");
  size_t found = 0;
  for (std::sregex_iterator m(help.begin(), help.end(), option), end; m != end; ++m, ++found)
    EXPECT_NE(commands.find(m->str()), std::string::npos) << m->str();
  EXPECT_GT(found, 10u);
  EXPECT_EQ(mote_in(".", {"reference", "nothing"}).status, 2);
}

// Codes are those of TensorFlow Lite's schema.
TEST(TfliteOperators, have_the_codes_of_the_schema_and_a_reason) {
  size_t read = 0;
  for (const TfliteOperator &op : tflite_operators()) {
    read += op.is_read;
    EXPECT_EQ(op.is_read, op.reason.empty()) << op.name;
    EXPECT_EQ(op.is_read, op.hint.empty()) << op.name;
    if (op.name == "CONV_2D") EXPECT_TRUE(op.code == 3 && op.is_read);
    if (op.name == "SOFTMAX") EXPECT_TRUE(op.code == 25 && op.is_read);
    if (op.name == "RESIZE_BILINEAR") EXPECT_TRUE(op.code == 23 && !op.is_read);
    if (op.name == "WHILE") EXPECT_TRUE(op.code == 119 && !op.is_read);
  }
  EXPECT_GE(read, 30u);
}

}  // namespace
}  // namespace mote
