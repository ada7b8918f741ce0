// lint_split(): for each finding made-up data that have it, and data that nearly have it.
#include <cmath>
#include <functional>
#include <random>

#include "test_support.h"

namespace mote {
namespace {

std::vector<float> noise(size_t count, uint32_t seed, float scale = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, scale);
  std::vector<float> values;
  for (size_t i = 0; i < count; ++i) values.push_back(normal(random));
  return values;
}

Recording made(const std::string &label, const std::string &file, const std::vector<float> &values,
               int channels = 1, long line = 1) {
  Recording r{label, file, "", line, static_cast<int>(values.size()) / channels, {}};
  r.values.assign(values.begin(), values.end());
  return r;
}

Recordings made_set(std::vector<Recording> items, const std::vector<std::string> &channels = {"x"}) {
  Recordings set;
  set.channels = channels;
  set.labels = {"a", "b"};
  set.options.window = 64;
  set.items = std::move(items);
  return set;
}

// The finding of this kind; of severity kError where there is none.
Finding found(const Recordings &set, const Parts &parts, const std::string &kind) {
  for (const Finding &f : lint_split(set, {}, parts))
    if (f.kind == kind) {
      EXPECT_FALSE(f.remedy.empty()) << kind;
      return f;
    }
  return {Severity::kError, "", ""};
}
bool is_found(const Recordings &set, const Parts &parts, const std::string &kind) {
  return found(set, parts, kind).severity != Severity::kError;
}

TEST(LintCopies, names_those_on_both_sides) {
  const auto x = noise(200, 1), y = noise(200, 2), z = noise(200, 3);
  std::vector<Recording> items = {made("a", "1.csv", x), made("a", "2.csv", y), made("b", "3.csv", z),
                                  made("a", "4.csv", x)};
  const Finding apart = found(made_set(items), "ttvx", "copies");
  EXPECT_EQ(apart.severity, Severity::kWarning);
  EXPECT_EQ(apart.files, std::vector<std::string>{"4.csv:1"});
  EXPECT_NE(apart.message.find("1 recording is there twice, 1 of them on both sides"), std::string::npos)
      << apart.message;
  EXPECT_EQ(found(made_set(items), "tvvt", "copies").severity, Severity::kNote);
  items[3].label = "b";
  const Finding other = found(made_set(items), "tvvt", "copies");
  EXPECT_EQ(other.severity, Severity::kWarning);
  EXPECT_NE(other.message.find("1 of them with another class"), std::string::npos);
  items[3].values[7] += 0.5f;
  EXPECT_FALSE(is_found(made_set(items), "ttvx", "copies"));
}

TEST(LintCopies, sees_through_level_offset_and_a_little_noise) {
  const auto x = noise(400, 4), fine = noise(400, 5);
  const auto changed = [&](float gain, float offset, float added) {
    std::vector<float> v = x;
    for (size_t i = 0; i < v.size(); ++i) v[i] = gain * v[i] + offset + added * fine[i];
    return made_set({made("a", "1.csv", x), made("b", "2.csv", noise(400, 6)), made("a", "3.csv", v)});
  };
  EXPECT_TRUE(is_found(changed(0.3f, 2, 0.001f), "ttx", "near_copies"));
  EXPECT_FALSE(is_found(changed(0.3f, 2, 0.05f), "ttx", "near_copies"));
  EXPECT_FALSE(is_found(changed(1, 0, 0), "ttx", "near_copies"));  // an equal one is said once
}

TEST(LintCopies, are_not_signals_whose_spikes_meet) {
  const auto spiked = [](uint32_t seed) {
    std::vector<float> v = noise(400, seed);
    for (size_t i = 40; i < 46; ++i) v[i] = 5000;
    return v;
  };
  EXPECT_FALSE(is_found(made_set({made("a", "1.csv", spiked(1)), made("a", "2.csv", spiked(2))}), "tx",
                        "near_copies"));
}

TEST(LintCopies, finds_a_sound_that_was_resampled_and_not_another_of_the_word) {
  const auto sound = [](double stretch, double phase, float gain) {
    std::vector<float> v;
    for (int i = 0; i < 8000; ++i) {
      const double t = (i + phase) * stretch, loud = std::exp(-std::pow((t - 3000) / 900, 2)) +
                                                     0.2 * std::exp(-std::pow((t - 5500) / 500, 2));
      v.push_back(gain * static_cast<float>(8000 * loud *
                                            (std::sin(t * 0.11) + 0.5 * std::sin(t * 0.043 + t * t * 1e-6))));
    }
    return v;
  };
  const auto set = [&](const std::vector<float> &other) {
    return made_set({made("a", "1.wav", sound(1, 0, 1), 1, 0), made("b", "2.wav", noise(8000, 7, 900), 1, 0),
                     made("a", "3.wav", other, 1, 0)},
                    {"sound"});
  };
  EXPECT_TRUE(is_found(set(sound(1, 2.4, 0.5f)), "ttx", "near_copies"));
  EXPECT_FALSE(is_found(set(sound(1.03, 0, 1)), "ttx", "near_copies"));
}

TEST(LintCopies, finds_pictures_that_were_saved_again) {
  Recordings set = made_set({}, {"grey"});
  set.image_height = set.image_width = 24;
  std::vector<float> picture, other;
  for (int y = 0; y < 24; ++y)
    for (int x = 0; x < 24; ++x) {
      picture.push_back(static_cast<float>(128 + 90 * std::sin(0.4 * x + 0.1 * y) * std::cos(0.3 * y)));
      other.push_back(static_cast<float>(128 + 90 * std::sin(0.4 * x + 0.1 * y + 0.5) * std::cos(0.3 * y)));
    }
  std::vector<float> again = picture;
  const auto fine = noise(again.size(), 8);
  for (size_t i = 0; i < again.size(); ++i) again[i] = std::round(0.8f * again[i] + 10 + 2 * fine[i]);
  set.items = {made("a", "1.png", picture, 1, 0), made("b", "2.png", noise(576, 9, 40), 1, 0),
               made("a", "3.png", again, 1, 0)};
  EXPECT_TRUE(is_found(set, "ttx", "near_copies"));
  set.items[2] = made("a", "3.png", other, 1, 0);
  EXPECT_FALSE(is_found(set, "ttx", "near_copies"));
}

TEST(LintOverlap, finds_windows_that_were_cut_with_overlap) {
  const auto whole = noise(2000, 10);
  const auto cut = [&](size_t from) {
    return made("a", "x.csv",
                {whole.begin() + static_cast<long>(from), whole.begin() + static_cast<long>(from) + 512}, 1,
                static_cast<long>(from / 512 + 1) * 3);
  };
  const Finding f = found(made_set({cut(0), cut(256), made("b", "y.csv", noise(512, 11))}), "txt", "overlap");
  EXPECT_EQ(f.severity, Severity::kWarning);
  EXPECT_NE(f.message.find("begins 256 rows into"), std::string::npos) << f.message;
  EXPECT_FALSE(is_found(made_set({cut(0), cut(256)}), "tt", "overlap"));  // on one side
  EXPECT_FALSE(is_found(made_set({cut(0), cut(512)}), "tx", "overlap"));  // one behind the other
}

TEST(LintOverlap, is_not_moved_by_signals_at_rest) {
  const auto resting = [](uint32_t seed) {
    std::vector<float> v = noise(512, seed);
    for (size_t i = 100; i < 500; ++i) v[i] = 7;
    return v;
  };
  EXPECT_FALSE(
      is_found(made_set({made("a", "1.csv", resting(1)), made("a", "2.csv", resting(2))}), "tx", "overlap"));
}

TEST(LintOverlap, names_parts_of_one_recording_on_both_sides) {
  const auto cut = [](bool goes_on) {
    std::vector<Recording> items;
    for (int k = 0; k < 12; ++k) {
      std::vector<float> v;
      for (int i = 0; i < 64; ++i)
        v.push_back(std::sin(0.05f * static_cast<float>(goes_on ? 64 * k + i : i + 40)));
      items.push_back(made(k % 2 == 0 ? "a" : "b", "x.csv", v, 1, 2 + 64 * k));
    }
    return made_set(items);
  };
  const Parts parts = "txtxtxtttttt";
  EXPECT_EQ(found(cut(true), parts, "same_recording").files.size(), 3u);
  EXPECT_FALSE(is_found(cut(false), parts, "same_recording"));          // each begins anew
  EXPECT_FALSE(is_found(cut(true), "txtttttttttt", "same_recording"));  // once is no rule
  Recordings lines = cut(true);
  for (size_t k = 0; k < 12; ++k) lines.items[k].first_line += static_cast<long>(k);  // a blank line between
  EXPECT_FALSE(is_found(lines, parts, "same_recording"));
}

// Twelve files of each class as given.
Recordings files_of(const test::TempFolder &folder, const std::function<std::string(int)> &of_a,
                    const std::function<std::string(int)> &of_b) {
  Recordings set = made_set({});
  for (int i = 0; i < 24; ++i) {
    const std::string name = (i % 2 == 0 ? "a" : "b") + std::to_string(i % 2 == 0 ? i : i + 100) + ".wav";
    write_file(folder / name, i % 2 == 0 ? of_a(i) : of_b(i));
    set.items.push_back(
        made(i % 2 == 0 ? "a" : "b", (folder / name).string(), noise(100, static_cast<uint32_t>(i)), 1, 0));
  }
  return set;
}
const Parts kHalf = "ttttttttttttttttxxxxxxxx";

TEST(LintTells, finds_a_class_of_another_format) {
  test::TempFolder folder;
  const auto wav = [](uint32_t rate) {
    return [rate](int) {
      return "RIFF0000WAVEfmt " + std::string("\x10\0\0\0\1\0\1\0", 8) +
             std::string({static_cast<char>(rate & 255), static_cast<char>(rate >> 8), 0, 0}) +
             std::string("\0\0\0\0\2\0\x10\0", 8) + "data";
    };
  };
  const Finding f = found(files_of(folder, wav(16000), wav(8000)), kHalf, "format_tells_class");
  EXPECT_EQ(f.severity, Severity::kWarning);
  EXPECT_NE(f.message.find("the rate of the file alone tells"), std::string::npos) << f.message;
  EXPECT_NE(f.message.find("'a' (16000 Hz; right in 100 %)"), std::string::npos) << f.message;
  EXPECT_FALSE(is_found(files_of(folder, wav(16000), wav(16000)), kHalf, "format_tells_class"));
  const auto some = [&](int i) { return wav(i % 3 == 0 ? 8000 : 16000)(i); };
  EXPECT_FALSE(is_found(files_of(folder, wav(16000), some), kHalf, "format_tells_class"));
}

Recordings pictures(bool has_blocks) {
  Recordings set = made_set({}, {"grey"});
  set.image_height = set.image_width = 32;
  for (uint32_t i = 0; i < 24; ++i) {
    std::vector<float> v = noise(1024, 100 + i, 20);
    if (i % 2 == 1 && has_blocks)  // a level of its own for each block
      for (size_t k = 0; k < v.size(); ++k)
        v[k] = 128 + 0.3f * v[k] + noise(16, 900 + i, 20)[k % 32 / 8 + 4 * (k / 256)];
    else
      for (float &x : v) x += 128;
    set.items.push_back(made(i % 2 == 0 ? "a" : "b", std::to_string(i * 7 % 24) + ".png", v, 1, 0));
  }
  return set;
}

TEST(LintTells, sees_the_traces_of_blocks) {
  const Finding f = found(pictures(true), kHalf, "format_tells_class");
  EXPECT_NE(f.message.find("the trace of JPEG's blocks alone tells"), std::string::npos) << f.message;
  EXPECT_FALSE(is_found(pictures(false), kHalf, "format_tells_class"));
}

TEST(LintTells, asks_about_level_and_padding_and_order) {
  const auto sounds = [](float level_b, int rows_b, bool in_turns) {
    Recordings set = made_set({}, {"sound"});
    set.options.window = 300;
    set.options.short_recordings = ShortRecordings::kZero;
    for (int i = 0; i < 24; ++i) {
      const bool is_b = i >= 12;
      const int number = in_turns ? (i % 12) * 2 + is_b : i;
      set.items.push_back(made(is_b ? "b" : "a", "clip_" + std::to_string(number) + ".wav",
                               noise(static_cast<size_t>(is_b ? rows_b : 200 + i), static_cast<uint32_t>(i),
                                     is_b ? level_b : 100.0f + 10.0f * static_cast<float>(i % 12)),
                               1, 0));
    }
    return set;
  };
  const Parts parts = "ttttttttxxxxttttttttxxxx";
  EXPECT_EQ(found(sounds(900, 205, true), parts, "level_tells_class").severity, Severity::kNote);
  EXPECT_FALSE(is_found(sounds(150, 205, true), parts, "level_tells_class"));
  EXPECT_TRUE(is_found(sounds(150, 120, true), parts, "length_tells_class"));
  EXPECT_FALSE(is_found(sounds(150, 205, true), parts, "length_tells_class"));
  EXPECT_TRUE(is_found(sounds(150, 205, false), parts, "order_tells_class"));
  EXPECT_FALSE(is_found(sounds(150, 205, true), parts, "order_tells_class"));
  Recordings rest = sounds(900, 205, true);
  for (Recording &r : rest.items)
    if (r.label == "b") r.label = "_silence_";
  const Finding f = found(rest, parts, "level_tells_class");
  EXPECT_EQ(f.message.find("_silence_"), std::string::npos);
}

TEST(LintSounds, finds_silence_flat_tops_and_offsets) {
  const auto sine = [](float amplitude, float offset, float limit) {
    std::vector<float> v;
    for (int i = 0; i < 4000; ++i)
      v.push_back(std::clamp(offset + amplitude * std::sin(0.05f * static_cast<float>(i)), -limit, limit));
    return v;
  };
  const auto has = [&](const std::vector<float> &v, const char *kind, const char *label = "a") {
    return is_found(
        made_set({made(label, "1.wav", v, 1, 0), made("b", "2.wav", noise(4000, 1, 500), 1, 0)}, {"sound"}),
        "tx", kind);
  };
  EXPECT_TRUE(has(sine(2, 0, 9), "silent"));
  EXPECT_FALSE(has(sine(30, 0, 90), "silent"));
  EXPECT_FALSE(has(sine(2, 0, 9), "silent", "silence"));
  EXPECT_TRUE(has(sine(40000, 0, 32767), "clipped"));
  EXPECT_FALSE(has(sine(32000, 0, 32767), "clipped"));
  EXPECT_FALSE(has(sine(4000, 0, 2000), "clipped"));  // a gate, far from full scale
  EXPECT_TRUE(has(sine(1000, 3000, 32767), "offset"));
  EXPECT_FALSE(has(sine(1000, 300, 32767), "offset"));
}

TEST(LintClaims, counts_who_is_tested) {
  const auto set = [](int count, bool has_persons) {
    std::vector<Recording> items;
    for (int i = 0; i < count; ++i) {
      items.push_back(
          made(i % 2 == 0 ? "a" : "b", std::to_string(i) + ".csv", noise(64, static_cast<uint32_t>(i))));
      if (has_persons) items.back().group = "p" + std::to_string(i / 10);
    }
    return made_set(items);
  };
  EXPECT_TRUE(is_found(set(30, false), Parts(30, 'x'), "small_test"));
  EXPECT_FALSE(is_found(set(60, false), Parts(60, 'x'), "small_test"));  // Wilson: 8 points
  const Finding f = found(set(60, true), Parts(60, 'x'), "small_test");
  EXPECT_NE(f.message.find("the test part has 6 groups"), std::string::npos) << f.message;
  EXPECT_FALSE(is_found(set(30, false), Parts(30, 't'), "small_test"));
}

TEST(LintClaims, sees_that_the_test_part_was_normalized_too) {
  const auto table = [](bool over_all) {
    Recordings set = made_set({}, {"p", "q"});
    set.is_features = true;
    std::vector<float> v = noise(200, 3, 5);
    for (size_t i = 120; i < 200; ++i) v[i] += 3;  // the test part differs
    const size_t rows = over_all ? 100 : 60;
    for (size_t c = 0; c < 2; ++c) {
      double sum = 0, squares = 0;
      for (size_t i = 0; i < rows; ++i) sum += double{v[2 * i + c]};
      const double mean = sum / static_cast<double>(rows);
      for (size_t i = 0; i < rows; ++i) squares += std::pow(double{v[2 * i + c]} - mean, 2);
      const double deviation = std::sqrt(squares / static_cast<double>(rows));
      for (size_t i = 0; i < 100; ++i)
        v[2 * i + c] = static_cast<float>((double{v[2 * i + c]} - mean) / deviation);
    }
    for (size_t i = 0; i < 100; ++i) {
      set.items.push_back(
          made(i % 2 == 0 ? "a" : "b", "t.csv", {v[2 * i], v[2 * i + 1]}, 2, static_cast<long>(i) + 2));
    }
    return set;
  };
  const Parts parts = Parts(60, 't') + Parts(40, 'x');
  EXPECT_TRUE(is_found(table(true), parts, "normalized_over_test"));
  EXPECT_FALSE(is_found(table(false), parts, "normalized_over_test"));
}

TEST(LintSplit, says_the_same_each_time_and_refuses_parts_of_others) {
  std::vector<Recording> items;
  for (uint32_t i = 0; i < 40; ++i)
    items.push_back(made(i % 2 == 0 ? "a" : "b", "x.csv", noise(128, i % 30), 1, i * 130 + 1));
  const Recordings set = made_set(items);
  const Parts parts = Parts(25, 't') + Parts(15, 'x');
  const auto first = lint_split(set, {}, parts), second = lint_split(set, {}, parts);
  ASSERT_EQ(first.size(), second.size());
  for (size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].message, second[i].message);
  EXPECT_THROW(lint_split(set, {}, "tx"), Error);
  EXPECT_TRUE(lint_split(made_set({}), {}, "").empty());
}

}  // namespace
}  // namespace mote
