// What a name of others becomes in each language: by example, and for every byte that there is.
#include "base/escape.h"

#include "base/process.h"
#include "base/text.h"
#include "test_support.h"

namespace mote {
namespace {

TEST(Escape, by_example) {
  const auto is = [](Language language, const std::string &in, const std::string &out) {
    EXPECT_EQ(escaped(language, in), out) << in;
  };
  is(Language::kC, "a */ int x; // \\\n", "a __ int x; __ __");
  is(Language::kCString,
     "a\"b\\c\n?\xC3\xBC"
     "1",
     "a\\\"b\\\\c\\012\\?\\303\\2741");
  is(Language::kHtml, "<img src=\"x\"> & co", "&lt;img src=&quot;x&quot;&gt; &amp; co");
  is(Language::kYaml, "a: \"b\"\n- c\\", "a: \\\"b\\\" - c\\\\");
  is(Language::kKconfig, "$(shell,touch x) \"q\" \\", "_(shell,touch x) _q_ _");
  is(Language::kCMake, "${HOME};\"@x@\"", "\\${HOME}\\;\\\"\\@x\\@\\\"");
  is(Language::kMake, "$(shell touch x) \\\nall:", "_(shell touch x) _ all:");
  is(Language::kProperties, "a\nname=b\\", "a name=b_");
  is(Language::kMarkdown, "[x](y) `z` <b>\n# head", "\\[x\\](y) \\`z\\` \\<b\\> # head");
  is(Language::kCsv, "plain name", "plain name");
  is(Language::kCsv, "a,\"b\"", "\"a,\"\"b\"\"\"");
  is(Language::kTerminal,
     "\x1b]0;owned\x07 \xE2\x80\xAE"
     "abc\nnext",
     "\\x1b]0;owned\\x07 \\u202eabc\nnext");
  is(Language::kTerminal, "gr\xC3\xBC\xC3\x9F \xFF", "gr\xC3\xBC\xC3\x9F \xEF\xBF\xBD");
  is(Language::kTerminal,
     "\xC2\x9B"
     "2J",
     "\\u009b2J");  // CSI as one character
  EXPECT_EQ(toml_quoted("a\"b\\\n"), "\"a\\\"b\\\\ \"");
}

TEST(Escape, leaves_nothing_that_moves_a_cursor_or_is_no_text) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  for (const Language language :
       {Language::kC, Language::kCString, Language::kHtml, Language::kYaml, Language::kKconfig,
        Language::kCMake, Language::kMake, Language::kProperties, Language::kMarkdown, Language::kCsv,
        Language::kToml, Language::kTerminal}) {
    const std::string text = escaped(language, all);
    EXPECT_TRUE(is_utf8(text));
    for (const char c : text) {
      const bool is_line = language == Language::kTerminal && (c == '\n' || c == '\t');
      EXPECT_TRUE(is_line || (static_cast<unsigned char>(c) >= 32 && c != 127)) << static_cast<int>(c);
      if (language == Language::kC || language == Language::kCString) EXPECT_GT(c, 0);
    }
  }
}

TEST(Escape, the_language_of_a_file_is_in_its_name) {
  EXPECT_EQ(language_of("zephyr/Kconfig.in"), Language::kKconfig);
  EXPECT_EQ(language_of("model.c.in"), Language::kC);
  EXPECT_EQ(language_of("arduino/Imu.ino.in"), Language::kC);
  EXPECT_EQ(language_of("cmake/CMakeLists.txt.in"), Language::kCMake);
  EXPECT_THROW(language_of("new.kind.in"), InternalError);
}

TEST(Utf8, the_length_of_the_first_character) {
  EXPECT_EQ(utf8_length("a"), 1u);
  EXPECT_EQ(utf8_length("\xC3\xBCx"), 2u);
  EXPECT_EQ(utf8_length("\xF0\x9F\x98\x80"), 4u);
  EXPECT_EQ(code_point("\xF0\x9F\x98\x80"), char32_t{0x1F600});
  for (const char *bad : {"", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80"})
    EXPECT_EQ(utf8_length(bad), 0u);
}

// What a shell makes of `printf %s WORD`.
std::string by_shell(const std::string &word) {
  const ProcessResult ran = run_process({"bash", "-c", "printf %s " + word});
  EXPECT_EQ(ran.status, 0) << word;
  return ran.output;
}

TEST(ShellWord, is_one_word_of_the_same_bytes_and_can_be_seen) {
  for (const std::string text :
       {"wave",    "my project", "it's", "a\"b", "$(rm -rf x)", "`id`",     "$HOME",
        "a;b",     "a&b",        "a\nb", "a\tb", "*.csv",       "~",        "#x",
        "\\",      "a\\'b\n",    "",     "!x",   "{a,b}",       "\x1b[31m", "gr\xC3\xBC\xC3\x9F",
        "\xff\n'", "(x)",        "<y>"}) {
    const std::string word = shell_word(text);
    EXPECT_EQ(by_shell(word), text) << word;
    EXPECT_EQ(word.find('\n'), std::string::npos);
    EXPECT_EQ(escaped(Language::kTerminal, word), word);
  }
  EXPECT_EQ(shell_word("wave"), "wave");
  EXPECT_EQ(shell_word("my project"), "'my project'");
  EXPECT_EQ(shell_path("-x y"), "'./-x y'");
  EXPECT_EQ(shell_path("a/-x"), "a/-x");
}

}  // namespace
}  // namespace mote
