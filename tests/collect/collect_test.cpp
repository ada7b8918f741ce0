// Sessions with a board on a pseudo-terminal: what is recorded against what was sent, and what is said of all
// that goes wrong.
#include <chrono>

#include "collect/board.h"
#include "collect/recording_file.h"
#include "collect/serial_port.h"

namespace mote::test {
namespace {

CollectOptions at_once(const FakeBoard &board, double seconds = 0.1, int count = 1) {
  CollectOptions options;
  options.port = board.port();
  options.seconds = seconds;
  options.count = count;
  options.countdown_s = 0;
  options.patience_s = 20;  // of a busy machine; where a test waits for its end it is shorter
  return options;
}

// Rows of a file are these of the board, from row `first` on.
void expect_rows(const Recording &r, uint32_t first, uint32_t rows, uint32_t channels) {
  ASSERT_EQ(r.rows, static_cast<int>(rows));
  size_t wrong = 0;
  for (uint32_t row = 0; row < rows; ++row)
    for (uint32_t c = 0; c < channels; ++c)
      wrong += r.values[row * channels + c] != static_cast<float>(value_of(first + row, c));
  EXPECT_EQ(wrong, 0u);
}

TEST(Collect, a_minute_of_nine_channels_at_a_kilohertz_loses_nothing) {
  FakeBoard board;
  board.begin_sending(described("rate_hz: 1000\nchannels: a,b,c,d,e,f,g,h,i\n") + row_frames(0, 60010, 9));
  Collected c;
  collect_into(c, at_once(board, 60));
  ASSERT_EQ(c.session.whole(), 1u);
  EXPECT_EQ(c.session.lost_rows + c.session.damaged + c.session.skipped_bytes, 0u);
  EXPECT_EQ(c.session.source, "frames");
  EXPECT_EQ(c.session.baud, 115200);
  EXPECT_EQ(c.session.board, "Test board");
  EXPECT_NEAR(c.session.measured_rate_hz, 1000, 1e-3);
  EXPECT_EQ(c.notes_text(), "");
  const Recordings set = c.recordings();
  ASSERT_EQ(set.items.size(), 1u);
  EXPECT_EQ(set.items[0].label, "punch");
  EXPECT_NEAR(set.rate_hz, 1000, 0.01);
  expect_rows(set.items[0], 0, 60000, 9);
}

TEST(Collect, what_is_lost_or_damaged_is_counted_and_stays_a_gap) {
  FakeBoard board;
  std::string bytes = described();
  bytes += row_frames(0, 20, 2) + row_frames(40, 10, 2);  // 20 .. 39 are missing
  std::string bad = row_frame(50, 10, 2);
  bad[20] = static_cast<char>(bad[20] ^ 4);
  bytes += bad + "noise" + row_frames(60, 60, 2);
  board.begin_sending(bytes);
  Collected c;
  collect_into(c, at_once(board));
  ASSERT_EQ(c.session.whole(), 1u);
  EXPECT_EQ(c.session.lost_rows, 30u);
  EXPECT_EQ(c.session.damaged, 1u);
  EXPECT_EQ(c.session.skipped_bytes, bad.size() + 5);
  EXPECT_EQ(c.session.files[0].rows, 70u);
  EXPECT_EQ(c.session.files[0].lost, 30u);
  EXPECT_NE(c.notes_text().find("30 rows lost in"), std::string::npos) << c.notes_text();
  const std::string text = c.file(0);
  EXPECT_NE(text.find("# lost_rows: 30\n"), std::string::npos) << text;
  EXPECT_NE(text.find("# damaged: 1\n"), std::string::npos);
  EXPECT_NE(text.find("# board: Test board\n"), std::string::npos);
  const std::string around_the_gap = fmt::format("\n0.019000,{},{}\n0.040000,{},{}\n", value_of(19, 0),
                                                 value_of(19, 1), value_of(40, 0), value_of(40, 1));
  EXPECT_NE(text.find(around_the_gap), std::string::npos) << text;
  const Recordings set = c.recordings();
  EXPECT_TRUE(std::any_of(set.findings.begin(), set.findings.end(), [](const Finding &f) {
    return f.message.find("gaps in time") != std::string::npos;
  }));
}

TEST(Collect, recordings_follow_each_other_without_a_row_between) {
  FakeBoard board;
  board.begin_sending(described() + row_frames(0, 400, 2, 7));
  Collected c;
  collect_into(c, at_once(board, 0.1, 3));
  const Recordings set = c.recordings();
  ASSERT_EQ(set.items.size(), 3u);
  for (uint32_t i = 0; i < 3; ++i) expect_rows(set.items[i], 100 * i, 100, 2);
}

TEST(Collect, a_hundred_channels_with_names_and_scales_of_their_own) {
  std::string names, scales;
  for (int c = 0; c < 100; ++c) {
    names += fmt::format("{}a long name {}", c == 0 ? "" : ",", c);
    scales += fmt::format("{}{}", c == 0 ? "" : ",", 0.5 * (c + 1));
  }
  FakeBoard board;
  board.begin_sending(described("rate_hz: 1000\nchannels: " + names + "\nscale: " + scales + "\n") +
                      row_frames(0, 120, 100));
  Collected c;
  collect_into(c, at_once(board));
  EXPECT_EQ(c.session.damaged, 0u);
  const Recordings set = c.recordings();
  ASSERT_EQ(set.channels.size(), 100u);
  EXPECT_EQ(set.channels[99], "a long name 99");
  EXPECT_EQ(set.items.at(0).values[199], 50.0f * static_cast<float>(value_of(1, 99)));
}

TEST(Collect, a_scale_that_is_none_is_refused_and_not_taken_for_one) {
  for (const char *scale : {"0", "0.5 g", "1,2,3", "nan", "1,x"}) {
    FakeBoard board;
    board.begin([&] {
      while (!board.is_over())
        board.send(described(fmt::format("rate_hz: 1000\nchannels: x,y\nscale: {}\n", scale)) +
                   row_frames(0, 50, 2));
    });
    Collected c;
    CollectOptions options = at_once(board);
    options.patience_s = 0.3;
    EXPECT_ERROR(collect_into(c, options), "the board's description of them does not do") << scale;
  }
}

TEST(Collect, channels_have_names_of_their_own) {
  FakeBoard board;
  board.begin_sending(described("rate_hz: 1000\nchannels: a,,a,a_2\n") + row_frames(0, 120, 4));
  Collected c;
  collect_into(c, at_once(board));
  EXPECT_EQ(c.session.channels, (std::vector<std::string>{"a", "c1", "a_2", "a_2_2"}));
  EXPECT_EQ(c.recordings().channels, c.session.channels);
}

std::string noise(size_t count, uint64_t seed) {
  Random random(seed);
  std::string bytes(count, '\0');
  for (char &b : bytes) b = static_cast<char>(random.below(256));
  return bytes;
}

TEST(Collect, random_bytes_are_neither_frames_nor_rows) {
  FakeBoard board;
  board.begin([&] {
    for (uint64_t seed = 0; !board.is_over(); ++seed) board.send(noise(10000, seed));
  });
  Collected c;
  EXPECT_ERROR(collect_into(c, at_once(board)),
               "what comes is neither frames nor rows of numbers at 115200, 921600");
}

TEST(Collect, random_bytes_between_frames_are_counted) {
  FakeBoard board;
  std::string bytes = described();
  for (uint32_t r = 0; r < 120; r += 10) bytes += row_frame(r, 10, 2) + noise(50, r);
  board.begin_sending(bytes);
  Collected c;
  collect_into(c, at_once(board));
  EXPECT_EQ(c.session.lost_rows, 0u);
  EXPECT_GE(c.session.skipped_bytes, 9u * 50);
  expect_rows(c.recordings().items.at(0), 0, 100, 2);
}

TEST(Collect, a_board_that_starts_anew_ends_the_recording_as_incomplete) {
  FakeBoard board;
  board.begin_sending(described() + row_frames(0, 60, 2) + "boot: hello\r\n" + described() +
                      row_frames(0, 130, 2));
  Collected c;
  collect_into(c, at_once(board));
  EXPECT_EQ(c.session.restarts, 1);
  ASSERT_EQ(c.session.files.size(), 2u);
  EXPECT_FALSE(c.session.files[0].is_whole);
  EXPECT_EQ(c.session.files[0].rows, 60u);
  EXPECT_TRUE(c.session.files[0].path.ends_with(".csv.incomplete"));
  EXPECT_NE(c.file(0).find("# broke off: the board started anew"), std::string::npos);
  EXPECT_NE(c.notes_text().find("the board started anew; 60 rows of the recording are kept as incomplete"),
            std::string::npos)
      << c.notes_text();
  const Recordings set = c.recordings();  // the incomplete one is no recording
  ASSERT_EQ(set.items.size(), 1u);
  EXPECT_EQ(set.items[0].rows, 100);
}

TEST(Collect, another_sketch_is_told_by_its_text) {
  FakeBoard board;
  board.begin([&] {
    while (!board.is_over()) {
      board.send("Hello, world\r\n");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  Collected c;
  CollectOptions options = at_once(board);
  options.patience_s = 0.3;
  EXPECT_ERROR(collect_into(c, options), "text came, and no two rows of as many numbers: 'Hello, world'");
}

TEST(Collect, nothing_that_comes_is_zero_hertz) {
  FakeBoard board;
  Collected c;
  CollectOptions options = at_once(board);
  options.patience_s = 0.2;
  EXPECT_ERROR(collect_into(c, options), "nothing came in 0.2 s (0 Hz)");
}

TEST(Collect, silence_behind_whole_recordings_ends_with_a_sentence) {
  FakeBoard board;
  board.begin_sending(described() + row_frames(0, 250, 2));
  Collected c;
  CollectOptions options = at_once(board, 0.1, 9);
  options.patience_s = 2;
  collect_into(c, options);
  EXPECT_EQ(c.session.whole(), 2u);
  EXPECT_EQ(c.session.why_ended, "nothing has come for 2 s");
}

TEST(Collect, a_port_that_goes_away_leaves_what_there_was) {
  FakeBoard board;
  board.begin([&] {
    board.send(described() + row_frames(0, 150, 2));
    board.wait_until_read();
    board.unplug();
  });
  Collected c;
  CollectOptions options = at_once(board, 0.1, 5);
  options.patience_s = 0.5;
  collect_into(c, options);
  ASSERT_EQ(c.session.files.size(), 2u);
  EXPECT_EQ(c.session.whole(), 1u);
  EXPECT_EQ(c.session.files[1].rows, 50u);
  EXPECT_EQ(c.session.why_ended, "went away, and was not back in 0.5 s");
}

TEST(Collect, a_port_that_comes_back_is_recorded_again) {
  FakeBoard board;
  TempFolder folder;
  const fs::path port = folder / "port";  // the name stays, as of a board that is plugged in again
  fs::create_symlink(board.port(), port);
  board.begin([&] {
    board.send(described() + row_frames(0, 50, 2));
    board.wait_until_read();
    board.unplug();
    board.plug_in();
    fs::remove(port);
    fs::create_symlink(board.port(), port);
    std::this_thread::sleep_for(std::chrono::milliseconds(500));  // it boots
    board.send(described() + row_frames(0, 130, 2));
  });
  Collected c;
  CollectOptions options = at_once(board);
  options.port = port.string();
  collect_into(c, options);
  EXPECT_EQ(c.session.reconnections, 1);
  EXPECT_EQ(c.session.whole(), 1u);
  EXPECT_EQ(c.session.why_ended, "");
  EXPECT_NE(c.notes_text().find("the port went away"), std::string::npos);
  EXPECT_NE(c.notes_text().find("the port is back"), std::string::npos);
}

TEST(Collect, a_port_is_of_one_program_at_a_time) {
  FakeBoard board;
  const SerialPort first(board.port(), 115200);
  Collected c;
  EXPECT_ERROR(collect_into(c, at_once(board)), "another program has this port open");
}

TEST(Collect, what_is_no_port_is_told) {
  FakeBoard board;
  Collected c;
  CollectOptions options = at_once(board);
  options.port = "/dev/ttyMOTE9";
  EXPECT_ERROR(collect_into(c, options), "there is no such port");
  options.port = (c.folder / "file").string();
  write_file(options.port, "text");
  EXPECT_ERROR(collect_into(c, options), "is no serial port");
  options.port = board.port();
  options.baud = 12345;
  EXPECT_ERROR(collect_into(c, options), "12345 is no rate of serial ports");
}

TEST(Collect, an_end_that_is_asked_for_keeps_what_is_whole) {
  FakeBoard board;
  board.begin_sending(described() + row_frames(0, 100000, 2));
  Collected c;
  size_t files = 0;
  collect_into(
      c, at_once(board, 10, 1000),
      {.collected = [&](const CollectedFile &) { ++files; }, .is_end_asked = [&] { return files >= 2; }});
  EXPECT_TRUE(c.session.is_asked_to_end);
  EXPECT_GE(c.session.whole(), 2u);
  EXPECT_EQ(c.session.whole(), c.session.files.size());
  for (const Recording &r : c.recordings().items) EXPECT_EQ(r.rows, 10000);
}

TEST(Collect, labels_are_names_of_folders) {
  for (const char *label : {"", " ", "a/b", "a\\b", ".", "..", ".hidden", " a", "a ", "a\nb", "\xff"})
    EXPECT_ERROR(check_label(label), "label");
  for (const char *label : {"punch", "left hand", "Gruß", "a.b", "7", "-x"})
    EXPECT_NO_THROW(check_label(label)) << label;
}

TEST(Collect, a_folder_that_cannot_be_made_is_told_before_anything_is_recorded) {
  FakeBoard board;
  board.begin_sending(described() + row_frames(0, 400, 2));
  Collected c;
  write_file(c.folder / "punch", "a file in the way");
  EXPECT_NE(error_of([&] { collect_into(c, at_once(board)); }).find("punch: cannot make this folder"),
            std::string::npos);
}

TEST(Collect, a_key_begins_a_recording) {
  FakeBoard board;
  board.begin_sending(described() + row_frames(0, 40000, 2, 100));
  Collected c;
  CollectOptions options = at_once(board, 0.1, 2);
  options.start = CollectStart::kKey;
  int asked = 0;
  collect_into(c, options, {.is_key_pressed = [&] { return ++asked % 3 == 0; }});
  EXPECT_EQ(c.session.whole(), 2u);
  EXPECT_EQ(asked, 6);
  EXPECT_ERROR(collect_into(c, options), "nobody presses a key");
}

TEST(Collect, a_level_begins_a_recording_with_what_was_before_it) {
  FakeBoard board;
  std::string bytes = described("rate_hz: 100\nchannels: x\n");
  Random random(3);
  std::vector<int> values;
  for (uint32_t r = 0; r < 600; ++r) {
    const bool is_event = r >= 250 && r % 150 >= 100 && r % 150 < 120;  // from 250, 400 and 550 on
    values.push_back((is_event ? 500 : 0) + static_cast<int>(random.below(9)) - 4);
    bytes += frame(2, r, 1 + 10000 * r, little(static_cast<uint16_t>(values.back()), 2));
  }
  board.begin_sending(bytes);
  Collected c;
  CollectOptions options = at_once(board, 0.6, 2);
  options.start = CollectStart::kLevel;
  options.before_s = 0.2;
  collect_into(c, options);
  const Recordings set = c.recordings();
  ASSERT_EQ(set.items.size(), 2u);
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(set.items[i].rows, 60);
    for (int r = 0; r < 60; ++r)
      EXPECT_EQ(set.items[i].values[r], static_cast<float>(values[250 + 150 * i - 20 + r])) << i << " " << r;
  }
}

TEST(Collect, pictures_become_files_that_are_read) {
  FakeBoard board;
  std::string bytes;
  std::vector<std::string> pictures;
  for (uint32_t n = 0; n < 4; ++n) {
    pictures.push_back(noise(96 * 96, n));
    bytes +=
        described("kind: picture\nwidth: 96\nheight: 96\n") + frame(4, n < 2 ? n : n + 1, 1 + n, pictures[n]);
  }
  board.begin_sending(bytes);
  Collected c;
  collect_into(c, at_once(board, 0.1, 4));
  EXPECT_EQ(c.session.lost_rows, 1u);
  const Recordings set = c.recordings();
  ASSERT_EQ(set.items.size(), 4u);
  for (size_t n = 0; n < 4; ++n)
    for (size_t i = 0; i < pictures[n].size(); ++i)
      ASSERT_EQ(set.items[n].values[i], static_cast<float>(static_cast<uint8_t>(pictures[n][i])));
  EXPECT_NE(c.file(0).find("board: Test board\n"), std::string::npos);
}

TEST(Collect, sounds_become_files_that_are_read) {
  FakeBoard board;
  std::string bytes = described("kind: sound\nrate_hz: 16000\nchannels: sound\n");
  const std::string samples = noise(2 * 6400, 1);
  for (uint32_t n = 0; n < 6400; n += 128)
    bytes += frame(2, n < 2560 ? n : n + 10, 1 + 125 * n / 2, samples.substr(2 * n, 256));
  board.begin_sending(bytes);
  Collected c;
  collect_into(c, at_once(board, 0.1, 2));
  ASSERT_EQ(c.session.files.size(), 3u);
  EXPECT_FALSE(c.session.files[1].is_whole) << "samples were lost in it";
  const Recordings set = c.recordings();
  ASSERT_EQ(set.items.size(), 2u);
  EXPECT_EQ(set.rate_hz, 16000);
  for (size_t i = 0; i < 1600; ++i)
    ASSERT_EQ(set.items[0].values[i],
              static_cast<float>(static_cast<int16_t>(static_cast<uint8_t>(samples[2 * i]) |
                                                      static_cast<uint8_t>(samples[2 * i + 1]) << 8)));
  EXPECT_NE(c.file(0).find("sketch: test 1\n"), std::string::npos);
}

int number_of(int row) { return row * 37 % 101; }

// Lines at a rate of their own, which is measured.
struct Lines {
  std::string beginning, format;
  std::vector<std::string> channels;
};
class CollectLines : public ::testing::TestWithParam<Lines> {};
TEST_P(CollectLines, have_columns_and_a_rate_that_are_found) {
  FakeBoard board;
  board.begin([&] {
    board.send("join" + GetParam().beginning);
    for (int n = 0; !board.is_over(); ++n) {
      board.send(fmt::format(fmt::runtime(GetParam().format), 0.25 * number_of(n), -number_of(n)));
      if (n == 4) board.send("0.5,x\r\n");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  Collected c;
  collect_into(c, at_once(board, 0.5));
  ASSERT_EQ(c.session.whole(), 1u);
  EXPECT_EQ(c.session.source, "lines");
  EXPECT_EQ(c.session.channels, GetParam().channels);
  EXPECT_EQ(c.session.damaged, 1u);
  const double hz = c.session.measured_rate_hz;
  EXPECT_GT(hz, 0);
  EXPECT_LT(hz, 210);
  const Recordings set = c.recordings();
  ASSERT_EQ(set.items.size(), 1u);
  const Recording &r = set.items[0];
  EXPECT_NEAR(r.rows, 0.5 * hz, 0.3 * hz + 2);
  for (int i = 0; i < r.rows; ++i) {
    EXPECT_EQ(r.values[2 * i], -0.25f * r.values[2 * i + 1]);
    if (i > 0) EXPECT_EQ((static_cast<int>(r.values[2 * i - 1] - r.values[2 * i + 1]) + 101) % 101, 37) << i;
  }
}
INSTANTIATE_TEST_SUITE_P(Forms, CollectLines,
                         ::testing::Values(Lines{"\naX,aY\r\n", "{},{}\r\n", {"aX", "aY"}},
                                           Lines{"\n", "x:{}\ty:{}\n", {"x", "y"}},
                                           Lines{"\n# board: UNO\n", "{} {}\n", {"c0", "c1"}}));

}  // namespace
}  // namespace mote::test
