// The TOML parser with characters that it believes cannot be there: each is read or refused with a sentence.
// What is undefined behaviour in the parser itself is seen by the sanitizers' build.
#include "base/toml.h"

#include "test_support.h"

namespace mote {
namespace {

std::string utf8(uint32_t c) {
  const auto byte = [](uint32_t value) {
    const char narrow = value;
    return std::string(1, narrow);
  };
  const auto tail = [&](int shift) { return byte(0x80 | (c >> shift & 0x3F)); };
  if (c < 0x800) return byte(0xC0 | c >> 6) + tail(0);
  if (c < 0x10000) return byte(0xE0 | c >> 12) + tail(6) + tail(0);
  return byte(0xF0 | c >> 18) + tail(12) + tail(6) + tail(0);
}

// "@" is the character.
const std::vector<std::string> &contexts() {
  static const std::vector<std::string> kContexts = {"@",
                                                     "a@ = 1",
                                                     "a = @",
                                                     "a = 1@",
                                                     "a = 1 @",
                                                     "[@]",
                                                     "[[a]@]",
                                                     "a = [1, @]",
                                                     "a = {b @}",
                                                     "a.\"b\"@ = 1",
                                                     "a = \"\\@\"",
                                                     "a = \"\"\"\\ @\"\"\"",
                                                     "nam=2[\"\"\"\"@",
                                                     "a = 0x@",
                                                     "a = 1979-05-27@",
                                                     "a = 12:00:00.@",
                                                     "a = inf@",
                                                     "a = tru@",
                                                     "x = 5u\"..\"..&.@.=\"",
                                                     "a = '''''@",
                                                     "a = 1e@",
                                                     "a = 5_@",
                                                     "= @",
                                                     "a = \"\"\"\"@"};
  return kContexts;
}

TEST(Toml, no_character_is_beyond_what_the_parser_defines) {
  size_t refused = 0;
  for (uint32_t c = 0x80; c < 0x12000; c += c < 0x800 || (c > 0xFD00 && c < 0x10010) ? 3 : 61) {
    if (c >= 0xD800 && c < 0xE000) continue;  // not in UTF-8
    for (std::string text : contexts()) {
      text.replace(text.find('@'), 1, utf8(c));
      try {
        parse_toml(text, "t");
      } catch (const Error &e) {
        ++refused;
        ASSERT_EQ(e.code(), ErrorCode::kDataFormat);
        ASSERT_TRUE(e.where().starts_with("t")) << e.what();
      }
    }
  }
  EXPECT_GT(refused, 1000u);
}

TEST(Toml, letters_of_all_languages_stand_in_strings_and_comments) {
  for (const uint32_t c : {0xE9u, 0x1680u, 0x202Fu, 0x3042u, 0xFDFBu, 0x1F600u}) {
    const toml::table t =
        parse_toml("a = \"" + utf8(c) + "\" # " + utf8(c) + "\n[\"" + utf8(c) + "\"]\nb = 1\n", "t");
    EXPECT_EQ(t["a"].value<std::string>(), utf8(c));
    EXPECT_TRUE(t.contains(utf8(c)));
  }
}

TEST(Toml, nesting_is_bounded) {
  std::string deep = "a = ";
  for (int i = 0; i < 100000; ++i) deep += '[';
  EXPECT_ERROR(parse_toml(deep, "t"), "t:1");
}

}  // namespace
}  // namespace mote
