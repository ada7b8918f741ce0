// Every format of format_list.def is known by its content, and has a name and extension of its own.
//
// The fields of each: mote_fields_test.cpp, tflite_file_test.cpp.
#include <set>

#include "base/files.h"
#include "formats/model_format.h"
#include "mote/host_program.h"
#include "small_program.h"

namespace mote::test {
namespace {

class EveryFormat : public ::testing::TestWithParam<const ModelFormat *> {};

TEST_P(EveryFormat, is_known_by_its_content_whatever_the_file_is_called) {
  const ModelFormat &format = *GetParam();
  if (!format.write.is_given() || !format.read.is_given()) GTEST_SKIP() << "read or written only";
  const SmallProgram small(4, 2, 4, Last::kSoftmax);
  TempFolder folder;
  const fs::path path = folder / "new/deeper/model.bin";
  write_model(format, small.p, path.string());
  HostProgram there(small.p), back(std::get<IntegerProgram>(load(path.string())));
  std::vector<int8_t> x(there.input_bytes(), 7), a(there.output_bytes()), b(there.output_bytes());
  there.invoke(x.data(), a.data());
  back.invoke(x.data(), b.data());
  EXPECT_EQ(a, b);
  const std::string bytes = read_file(path);
  for (const ModelFormat *other : model_formats())
    EXPECT_EQ(other->is_kind(bytes), other == &format) << other->name;
}

TEST_P(EveryFormat, takes_no_empty_or_short_file_for_its_own) {
  for (const char *bytes : {"", "P", "TFL3", "\x1c"}) EXPECT_FALSE(GetParam()->is_kind(bytes)) << bytes;
}

INSTANTIATE_TEST_SUITE_P(Formats, EveryFormat, ::testing::ValuesIn(model_formats()),
                         [](const auto &info) { return info.param->name; });

TEST(ModelFormats, have_names_and_extensions_of_their_own) {
  std::set<std::string> names, extensions;
  for (const ModelFormat *format : model_formats()) {
    EXPECT_TRUE(names.insert(format->name).second);
    EXPECT_TRUE(extensions.insert(format->extension).second);
    EXPECT_EQ(format->extension[0], '.');
    EXPECT_EQ(writable_format(format->name), format->write.is_given() ? format : nullptr);
  }
  EXPECT_EQ(writable_format("exe"), nullptr);
}

TEST(ModelFormats, a_file_of_no_kind_is_refused_with_all_kinds) {
  TempFolder folder;
  write_file(folder / "m.tflite", "hello, I am no model");
  for (const ModelFormat *format : model_formats())
    EXPECT_ERROR(load((folder / "m.tflite").string()), " a " + format->extension);
  EXPECT_ERROR(load((folder / "none").string()), "none");
}

TEST(ModelFormats, a_folder_that_cannot_be_made_is_an_error) {
  const SmallProgram small(4, 2, 4, Last::kSoftmax);
  TempFolder folder;
  write_file(folder / "file", "x");
  for (const std::string &name : writable_formats())
    EXPECT_ERROR(write_model(*writable_format(name), small.p, (folder / "file/m").string()),
                 "cannot create the folder");
}

}  // namespace
}  // namespace mote::test
