// Random streams against a generator written from its paper, and text helpers at their edges.
#include <cmath>
#include <limits>
#include <map>

#include "base/cpu.h"
#include "base/random.h"
#include "base/text.h"
#include "base/threads.h"
#include "test_support.h"

namespace mote {
namespace {

// SplitMix64 as in Steele, Lea, Flood 2014, figure 13, from the state that the stream's name gives.
struct SplitMix {
  uint64_t state;
  static uint64_t scramble(uint64_t z) {
    z = (z ^ (z >> 30)) * 13787848793156543929ull;
    z = (z ^ (z >> 27)) * 10723151780598845931ull;
    return z ^ (z >> 31);
  }
  uint64_t next() { return scramble(state += 11400714819323198485ull); }
};
SplitMix stream(uint64_t seed, const std::vector<uint64_t> &name) {
  constexpr uint64_t kStep = 11400714819323198485ull;
  SplitMix s{SplitMix::scramble(seed + kStep)};
  for (uint64_t part : name) s.state = SplitMix::scramble(s.state ^ SplitMix::scramble(part + kStep));
  return s;
}

TEST(RandomStream, draws_what_the_generator_gives) {
  Random random(7, {3, 9});
  SplitMix s = stream(7, {3, 9});
  for (int i = 0; i < 50; ++i) EXPECT_EQ(random.bits(), s.next());
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(random.uniform(), static_cast<double>(s.next() >> 11) / 9007199254740992.0);
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(random.uniform(2.0f, 6.0f), 2.0f + 4.0f * (static_cast<float>(s.next() >> 40) / 16777216.0f));
  for (int i = 0; i < 50; ++i) {
    const double u = static_cast<double>(s.next() >> 11) / 9007199254740992.0,
                 v = static_cast<double>(s.next() >> 11) / 9007199254740992.0;
    EXPECT_NEAR(random.normal(), std::sqrt(-2 * std::log(u)) * std::cos(2 * std::acos(-1.0) * v), 1e-12);
  }
  for (uint64_t n : {1u, 2u, 7u, 1000u}) EXPECT_EQ(random.below(n), s.next() % n);
}

TEST(RandomStream, shuffles_every_item_to_every_place) {
  std::map<std::pair<size_t, int>, int> times;
  constexpr int kItems = 5, kDraws = 5000;
  for (uint64_t seed = 0; seed < kDraws; ++seed) {
    std::vector<int> items(kItems);
    for (int i = 0; i < kItems; ++i) items[static_cast<size_t>(i)] = i;
    Random(seed).shuffle(items);
    for (size_t place = 0; place < items.size(); ++place) ++times[{place, items[place]}];
  }
  EXPECT_EQ(times.size(), static_cast<size_t>(kItems * kItems));
  for (const auto &[key, count] : times) EXPECT_NEAR(count, kDraws / kItems, 150) << key.first << key.second;
}

TEST(Text, nearest_allows_two_typos_or_a_third_of_a_long_name) {
  EXPECT_EQ(nearest("abcdef", {"abcdxy"}), "abcdxy");
  EXPECT_EQ(nearest("abcdef", {"abcxyz"}), "");
  EXPECT_EQ(nearest("abcdefghi", {"abcdefxyz"}), "abcdefxyz");
  EXPECT_EQ(nearest("abcdefghi", {"abcdewxyz"}), "");
  EXPECT_EQ(nearest("epoch", {"batch", "epochs", "epochss"}), "epochs");
  EXPECT_EQ(nearest("bc", {"abc"}), "abc");    // one to insert
  EXPECT_EQ(nearest("abcd", {"abd"}), "abd");  // one to leave out
}

TEST(Text, identifiers_are_cut_from_names) {
  EXPECT_EQ(c_identifier("Az09"), "az09");
  EXPECT_EQ(c_identifier("a--b__c"), "a_b_c");
  EXPECT_EQ(c_identifier("_a_"), "a");
  EXPECT_EQ(c_identifier("0"), "m0");
  EXPECT_EQ(c_identifier("9z"), "m9z");
  EXPECT_EQ(c_identifier("while"), "while_model");
}

TEST(Text, bytes_are_read_and_shown_in_units_of_1024) {
  EXPECT_EQ(parse_bytes("24576", "x"), 24576u);
  EXPECT_EQ(parse_bytes(" 24k ", "x"), 24576u);
  EXPECT_EQ(parse_bytes("1.5K", "x"), 1536u);
  EXPECT_EQ(parse_bytes("2M", "x"), 2u << 20);
  EXPECT_EQ(parse_bytes("1048576M", "x"), size_t{1} << 40);
  for (const char *bad : {"", "k", "0", "-1", "x", "1g", "1048577M"})
    EXPECT_ERROR(parse_bytes(bad, "x"), "x: '" + std::string(bad) + "' is no number of bytes");
  EXPECT_EQ(human_bytes(10239), "10,239 bytes");
  EXPECT_EQ(human_bytes(10240), "10.0 KB");
  EXPECT_EQ(human_bytes(999), "999 bytes");
  EXPECT_EQ(human_bytes(1536 * 1024), "1536.0 KB");
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(1000), "1,000");
  EXPECT_EQ(with_commas(-1234567), "-1,234,567");
  EXPECT_EQ(with_commas(-123), "-123");
}

TEST(Text, numbers_too_large_or_too_small_keep_their_meaning) {
  EXPECT_EQ(parse_number("1e-400"), 0.0);
  EXPECT_EQ(parse_number("1e400"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse_number("-1e400"), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::signbit(*parse_number("-1e-400")));
  EXPECT_EQ(parse_number("-0.25\r\n"), -0.25);
  EXPECT_FALSE(parse_number("+"));
}

TEST(Text, trim_and_utf8_at_their_edges) {
  EXPECT_EQ(trim(" \t\r\n a b \n"), "a b");
  EXPECT_EQ(trim(" "), "");
  EXPECT_TRUE(is_utf8("\x7F"));
  EXPECT_FALSE(is_utf8("\x80"));
  EXPECT_FALSE(is_utf8("\xC1\xBF"));
  EXPECT_TRUE(is_utf8("\xC2\x80"));
  EXPECT_TRUE(is_utf8("\xE2\x82\xAC"));
  EXPECT_FALSE(is_utf8("\xE2\x82"));
  EXPECT_FALSE(is_utf8("\xE2\x82x"));
  EXPECT_TRUE(is_utf8("\xF4\x8F\xBF\xBF"));
  EXPECT_FALSE(is_utf8("\xF5\x80\x80\x80"));
}

// The smallest normal number, halved: zero where denormals are flushed, as within a pool.
TEST(Threads, flush_denormals_within_and_only_there) {
  volatile float smallest = std::numeric_limits<float>::min(), half = 0.5f;
  EXPECT_GT(smallest * half, 0.0f);
  for (int threads : {1, 3}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    std::vector<float> products(64, 1.0f);
    pool.run(64, [&](int i) { products[static_cast<size_t>(i)] = smallest * half; });
    EXPECT_EQ(products, std::vector<float>(64));
  }
  EXPECT_GT(smallest * half, 0.0f);
}

}  // namespace
}  // namespace mote
