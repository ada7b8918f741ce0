// The linker's names of the runtime's routines: the same code has the same name, other code another.
#include "codegen/c/runtime_names.h"

#include <regex>
#include <sstream>

#include "base/files.h"
#include "test_support.h"

namespace mote {
namespace {

const std::set<std::string> kFiles{"gru_s8.c", "sigmoid_s16.c", "softmax_s8.c"};

// Names with `from` changed to `to` in one file of the runtime.
std::map<std::string, std::string> names(const std::string &file = "", const std::string &from = "",
                                         const std::string &to = "") {
  std::map<std::string, std::string> texts, made;
  std::istringstream lines(runtime_names(kFiles, [&](std::string_view name) -> std::string_view {
    std::string &text = texts[std::string(name)] = runtime_source(name);
    if (name == file) {
      EXPECT_NE(text.find(from), text.npos);
      text.replace(text.find(from), from.size(), to);
    }
    return text;
  }));
  for (std::string define, name, linked; lines >> define >> name >> linked;) made[name] = linked;
  return made;
}

TEST(RuntimeNames, are_those_of_all_routines_and_end_in_a_checksum) {
  const auto made = names();
  ASSERT_EQ(made.size(), 6u);  // gru, softmax, and four of sigmoid_s16.c
  for (const auto &[name, linked] : made) {
    EXPECT_TRUE(linked.starts_with(name + "_")) << linked;
    EXPECT_EQ(linked.size(), name.size() + 9) << linked;
  }
  EXPECT_EQ(made.count("mote_gru_s8"), 1u);
  EXPECT_EQ(made.count("mote_sigmoid_q15"), 1u);
}

TEST(RuntimeNames, change_with_the_code_and_with_nothing_else) {
  const auto before = names();
  EXPECT_EQ(names("softmax_s8.c", "/* Q12.19 */", "/* another\n   comment */  "), before);
  auto after = names("softmax_s8.c", "- 128, -128", "- 127, -128");
  EXPECT_NE(after["mote_softmax_s8"], before.at("mote_softmax_s8"));
  after["mote_softmax_s8"] = before.at("mote_softmax_s8");
  EXPECT_EQ(after, before);  // the others are as they were
}

TEST(RuntimeNames, change_with_what_a_routine_includes_or_calls) {
  const auto before = names();
  auto after = names("mote_fixed_point.h", "1895147668", "1895147669");  // included by softmax_s8.c
  EXPECT_NE(after["mote_softmax_s8"], before.at("mote_softmax_s8"));
  EXPECT_EQ(after["mote_gru_s8"], before.at("mote_gru_s8"));
  after = names("sigmoid_s16.c", "33451", "33452");  // called by gru_s8.c
  EXPECT_NE(after["mote_sigmoid_q15"], before.at("mote_sigmoid_q15"));
  EXPECT_NE(after["mote_gru_s8"], before.at("mote_gru_s8"));
  EXPECT_EQ(after["mote_softmax_s8"], before.at("mote_softmax_s8"));
}

// A routine that another one calls is in the caller's checksum, or two versions of it could not stand side by
// side.
TEST(RuntimeNames, of_callers_hold_what_they_call) {
  std::map<std::string, std::string> home;  // of a routine: the file that defines it
  std::vector<std::string> files;
  const std::regex definition("MOTE_SHARED [^;(]*?(mote_[a-z0-9_]+)\\("), call("\\b(mote_[a-z0-9_]+)\\(");
  for (const auto &entry : fs::directory_iterator(fs::path(MOTE_SOURCE_DIR) / "runtime")) {
    if (entry.path().extension() != ".c") continue;
    files.push_back(entry.path().filename().string());
    const std::string text = read_file(entry.path());
    for (std::sregex_iterator m(text.begin(), text.end(), definition), end; m != end; ++m)
      home[(*m)[1]] = files.back();
  }
  EXPECT_GT(home.size(), 30u);
  size_t calls = 0;
  for (const std::string &file : files) {
    const std::set<std::string> needs = runtime_needs(file);
    const std::string text = read_file(fs::path(MOTE_SOURCE_DIR) / "runtime" / file);
    for (std::sregex_iterator m(text.begin(), text.end(), call), end; m != end; ++m) {
      const auto found = home.find((*m)[1]);
      if (found == home.end() || found->second == file) continue;
      ++calls;
      EXPECT_TRUE(needs.contains(found->second)) << file << " calls " << found->first;
    }
  }
  EXPECT_GT(calls, 3u);
}

}  // namespace
}  // namespace mote
