// The small things that all else stands on: mathematics, random streams, text, files, archives.
//
// Oracles: the C library, recorded values, a formula. Numbers, templates, TOML and spilled lists have files
// beside this one.
#include <sys/resource.h>

#include <cmath>
#include <csignal>
#include <limits>
#include <set>
#include <thread>

#include "base/clock.h"
#include "base/cpu.h"
#include "base/files.h"
#include "base/math.h"
#include "base/random.h"
#include "base/staged_folder.h"
#include "base/text.h"
#include "base/threads.h"
#include "base/zip.h"
#include "test_support.h"

namespace mote {
namespace {

using test::TempFolder;

TEST(Math, agrees_with_the_c_library_to_a_few_ulp) {
  for (int i = -2000; i <= 2000; ++i) {
    const double x = i * 0.173;
    EXPECT_NEAR(exact_exp(x / 20), std::exp(x / 20), 1e-15 * std::exp(x / 20)) << x;  // less than 5 ulp
    double s, c;
    exact_sincos(x, &s, &c);
    EXPECT_NEAR(s, std::sin(x), 1e-13) << x;
    EXPECT_NEAR(c, std::cos(x), 1e-13) << x;
    EXPECT_NEAR(exact_tanh(x / 100), std::tanh(x / 100), 1e-14) << x;
    const double positive = std::exp(x / 10);
    EXPECT_NEAR(exact_log(positive), std::log(positive),
                1e-14 * std::max(1.0, std::fabs(std::log(positive))));
  }
  EXPECT_EQ(exact_exp(-1000), 0.0);
  EXPECT_TRUE(std::isinf(exact_exp(1000)));
}

TEST(Math, exact_fma_equals_the_hardware_fma) {
  Random random(3);
  for (int i = 0; i < 200000; ++i) {
    const auto draw = [&] {
      return static_cast<float>(random.normal()) * std::ldexp(1.0f, static_cast<int>(random.below(24)) - 12);
    };
    const float a = draw(), b = draw(), c = i % 3 ? draw() : -a * b;
    ASSERT_EQ(exact_fma(a, b, c), std::fma(a, b, c)) << a << " " << b << " " << c;
  }
}

TEST(RandomStream, depends_on_its_name_only) {
  Random a(7, {1, 2}), b(7, {1, 2}), c(7, {2, 1});
  const uint64_t first = a.bits();
  EXPECT_EQ(first, b.bits());
  EXPECT_NE(first, c.bits());
}

TEST(RandomStream, is_uniform_and_normal) {
  Random random(1);
  double sum = 0, squares = 0, uniform = 0;
  constexpr int kDraws = 100000;
  for (int i = 0; i < kDraws; ++i) {
    const double z = random.normal();
    sum += z;
    squares += z * z;
    uniform += random.uniform();
    ASSERT_LT(random.below(7), 7u);
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.02);
  EXPECT_NEAR(squares / kDraws, 1, 0.03);
  EXPECT_NEAR(uniform / kDraws, 0.5, 0.01);
}

TEST(FillNormal, is_normal_and_follows_its_formula) {
  constexpr size_t kCount = 1 << 20;
  std::vector<float> x(kCount), other(kCount);
  fill_normal(41, x.data(), kCount);
  fill_normal(42, other.data(), kCount);
  double sum = 0, squares = 0, fourth = 0, product = 0;
  size_t inside = 0;
  for (size_t i = 0; i < kCount; ++i) {
    const auto v = static_cast<double>(x[i]);
    ASSERT_TRUE(std::isfinite(v) && std::fabs(v) < 5.8);
    sum += v;
    squares += v * v;
    fourth += v * v * v * v;
    product += v * static_cast<double>(other[i]);
    inside += std::fabs(v) < 1;
  }
  const double n = kCount;
  EXPECT_NEAR(sum / n, 0, 0.005);
  EXPECT_NEAR(squares / n, 1, 0.01);
  EXPECT_NEAR(fourth / n, 3, 0.05);
  EXPECT_NEAR(static_cast<double>(inside) / n, 0.682689, 0.003);
  EXPECT_NEAR(product / n, 0, 0.005);
  // the cosine and the sine of a pair lie on its circle: radius^2 is exponential with mean 2
  double radius = 0;
  for (size_t i = 0; i < 64; ++i) radius += std::pow(static_cast<double>(x[i]), 2) + std::pow(x[64 + i], 2);
  EXPECT_NEAR(radius / 64, 2, 1);
  std::vector<float> head(100);
  fill_normal(41, head.data(), head.size());  // whatever the length
  EXPECT_TRUE(std::equal(head.begin(), head.end(), x.begin()));
}

TEST(RandomStream, has_the_recorded_values) {  // a change would change every model of every user
  Random random(7, {1});
  EXPECT_EQ(random.bits(), 17126274275019680313ull);
}

TEST(Text, numbers_are_parsed_whole_or_not_at_all) {
  EXPECT_EQ(parse_number(" -1.5e2 "), -150.0);
  EXPECT_EQ(parse_number("+3"), 3.0);
  for (const char *bad : {"", " ", "1,5", "abc", "1 2", "0x10", "+-3", "1e", "--1"})
    EXPECT_FALSE(parse_number(bad)) << bad;
  EXPECT_TRUE(std::isnan(*parse_number("nan")));
}

TEST(Text, nearest_finds_typos_and_not_strangers) {
  EXPECT_EQ(nearest("windw", {"window", "stride"}), "window");
  EXPECT_EQ(nearest("zebra", {"window", "stride"}), "");
}

TEST(Text, identifiers_are_valid_c_for_any_name) {
  EXPECT_EQ(c_identifier("Gesture v2!"), "gesture_v2");
  EXPECT_EQ(c_identifier("3axis"), "m3axis");
  EXPECT_EQ(c_identifier("\xC3\xA4"), "model");
  EXPECT_EQ(c_identifier("float"), "float_model");
}

TEST(Text, utf8_is_told_from_latin1) {
  EXPECT_TRUE(is_utf8("gr\xC3\xBC\xC3\x9F"));
  EXPECT_FALSE(is_utf8("gr\xFC\xDF"));
  EXPECT_FALSE(is_utf8("\xC3"));
}

TEST(Files, a_file_is_replaced_whole_or_not_at_all) {
  TempFolder folder;
  const fs::path path = folder / "a.txt";
  write_file(path, "old");
  write_file(path, "new content");
  EXPECT_EQ(read_file(path), "new content");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / ""), fs::directory_iterator()), 1);
  EXPECT_ERROR(write_file(folder / "missing/a.txt", "x"), "cannot write");
  EXPECT_ERROR(read_file(folder / "b.txt"), "no such file");
  EXPECT_ERROR(read_file(folder / ""), "folder");
}

// A write that fails after any number of bytes leaves the old file and no temporary one.
TEST(Files, a_full_disk_leaves_the_old_file) {
  TempFolder folder;
  const fs::path path = folder / "model.bin";
  write_file(path, "old");
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit saved;
  getrlimit(RLIMIT_FSIZE, &saved);
  for (rlim_t limit : {0, 1, 4096, 99999}) {
    const rlimit tight{limit, saved.rlim_max};
    setrlimit(RLIMIT_FSIZE, &tight);
    std::string message;
    try {
      write_file(path, std::string(100000, 'x'));
    } catch (const Error &e) {
      message = e.what();
    }
    setrlimit(RLIMIT_FSIZE, &saved);
    EXPECT_NE(message.find("cannot write"), std::string::npos) << limit;
    EXPECT_EQ(read_file(path), "old");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder / ""), fs::directory_iterator()), 1);
  }
}

TEST(Files, a_staged_folder_appears_at_once) {
  TempFolder folder;
  {
    StagedFolder staged(folder / "run");
    staged.write("a/b.txt", "1");
    EXPECT_FALSE(fs::exists(folder / "run"));
  }
  EXPECT_TRUE(folder.is_empty());
  StagedFolder staged(folder / "run");
  staged.write("a/b.txt", "1");
  staged.commit();
  EXPECT_EQ(read_file(folder / "run/a/b.txt"), "1");
  write_file(folder / "run/keep.txt", "mine");
  StagedFolder again(folder / "run");
  again.write("a/b.txt", "2");
  again.commit();
  EXPECT_EQ(read_file(folder / "run/a/b.txt"), "2");
  EXPECT_EQ(read_file(folder / "run/keep.txt"), "mine");
}

TEST(Zip, gives_back_what_it_was_given_and_the_same_bytes_each_time) {
  const ZipEntries entries = {{"a.txt", "hello"}, {"dir/b.bin", std::string(5000, 'b')}, {"empty", ""}};
  const std::string bytes = format_zip(entries);
  EXPECT_EQ(bytes, format_zip(entries));
  EXPECT_EQ(parse_zip(bytes, "x"), entries);
}

TEST(Zip, refuses_every_truncation_and_any_flipped_content_byte) {
  const std::string bytes = format_zip({{"a.txt", "hello hello hello"}, {"b", std::string(300, 'q')}});
  for (size_t n = 0; n < bytes.size(); n += 7) EXPECT_THROW(parse_zip(bytes.substr(0, n), "x"), Error) << n;
  std::string broken = bytes;
  broken[40] = static_cast<char>(broken[40] ^ 0x55);
  EXPECT_THROW(parse_zip(broken, "x"), Error);
}

TEST(Threads, every_shard_runs_once_and_errors_arrive) {
  for (int threads : {1, 2, 3, 8}) {
    ThreadPool pool(threads);
    for (int round = 0; round < 200; ++round) {
      std::vector<int> hits(17);
      pool.run(17, [&](int i) { ++hits[static_cast<size_t>(i)]; });
      for (int h : hits) ASSERT_EQ(h, 1);
    }
    EXPECT_THROW(pool.run(5,
                          [](int i) {
                            if (i == 3) throw Error(ErrorCode::kIo, "x", "y");
                          }),
                 Error);
    int after = 0;
    pool.run(1, [&](int) { ++after; });
    EXPECT_EQ(after, 1);
  }
}

TEST(Cpu, an_unknown_tier_is_an_error) {
  EXPECT_EQ(available_tiers().back(), Tier::kScalar);
#if defined(__x86_64__)
  EXPECT_THROW(force_tier(Tier::kNeon), Error);
#endif
}

TEST(Math, single_precision_functions_are_accurate_and_keep_nan) {
  double worst_exp = 0, worst_sigmoid = 0, worst_tanh = 0;
  for (int i = -86900; i <= 87900; ++i) {
    const float x = static_cast<float>(i) * 1e-3f;
    const double e = std::exp(static_cast<double>(x)), s = 1 / (1 + std::exp(-static_cast<double>(x)));
    worst_exp = std::max(worst_exp, std::fabs(static_cast<double>(exp_float(x)) / e - 1));
    worst_sigmoid = std::max(worst_sigmoid, std::fabs(static_cast<double>(sigmoid_float(x)) - s));
    worst_tanh = std::max(worst_tanh,
                          std::fabs(static_cast<double>(tanh_float(x)) - std::tanh(static_cast<double>(x))));
  }
  EXPECT_LT(worst_exp, 2.5e-7);
  EXPECT_LT(worst_sigmoid, 1.2e-7);
  EXPECT_LT(worst_tanh, 2e-7);
  const float nan = std::numeric_limits<float>::quiet_NaN(),
              infinity = std::numeric_limits<float>::infinity();
  EXPECT_TRUE(std::isnan(sigmoid_float(nan)) && std::isnan(tanh_float(nan)));
  EXPECT_EQ(sigmoid_float(infinity), 1.0f);
  EXPECT_LT(sigmoid_float(-infinity), 1e-37f);
  EXPECT_EQ(tanh_float(infinity), 1.0f);
  EXPECT_EQ(tanh_float(-infinity), -1.0f);
}

TEST(Clock, of_records_is_the_one_that_was_given_in_utc) {
  ::setenv("SOURCE_DATE_EPOCH", "1796083261", 1);
  const std::tm t = record_time();
  EXPECT_EQ(t.tm_year, 126);
  EXPECT_EQ(t.tm_mon, 11);
  EXPECT_EQ(t.tm_mday, 1);
  EXPECT_EQ(t.tm_hour, 0);
  EXPECT_EQ(t.tm_min, 1);
  EXPECT_EQ(t.tm_sec, 1);
  for (const char *text : {"x", "-1", "1.5", " 1", "1 ", "99999999999999999999", "253402300800"}) {
    ::setenv("SOURCE_DATE_EPOCH", text, 1);
    EXPECT_ERROR(record_time(), "no number of seconds since 1970");
  }
  ::unsetenv("SOURCE_DATE_EPOCH");
  EXPECT_GT(record_time().tm_year, 125);
}

}  // namespace
}  // namespace mote
