// mote collect as people type it: what a terminal shows and a pipe does not, Ctrl-C, the Enter key, the
// microphone.
#include "base/process.h"
#include "cli/terminal.h"
#include "collect/board.h"

namespace mote::test {
namespace {

// Into data/ of the folder that it runs in.
std::vector<std::string> collecting(const FakeBoard &board, const std::vector<std::string> &more) {
  std::vector<std::string> all = {"collect", "--output", "data", "--port", board.port(), "--label", "punch"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

// Nine channels, a frame of 10 rows every 10 milliseconds.
void play_rows(FakeBoard &board) {
  board.begin([&board] {
    for (uint32_t r = 0; !board.is_over(); r += 10) {
      if (r % 500 == 0) board.send(described("rate_hz: 1000\nchannels: aX,aY,aZ,gX,gY,gZ,mX,mY,mZ\n"));
      board.send(row_frame(r, 10, 9));
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  });
}

TEST(CliCollect, shows_one_line_on_a_terminal_and_nothing_of_it_in_a_pipe) {
  FakeBoard board;
  play_rows(board);
  for (const size_t columns : {80, 40}) {
    TempFolder folder;
    const Shown shown = mote_on_terminal(
        folder.path(), columns, collecting(board, {"--countdown", "0.5", "--seconds", "0.5", "--count", "2"}),
        {{"LC_ALL", "C.UTF-8"}});
    EXPECT_EQ(shown.status, 0) << shown.text();
    EXPECT_EQ(shown.wraps, 0u) << shown.text();
    for (const char *part : {"0/2 in 1", "1/2 recording 0.", "1000 Hz", "▁"})
      EXPECT_NE(shown.raw.find(part), std::string::npos) << part << "\n" << shown.raw;
    for (const char *part : {"recording 0.", "▁"})
      EXPECT_EQ(shown.text().find(part), std::string::npos) << shown.text() << "is left when it is over";
    EXPECT_NE(shown.text().find("Recorded 2 examples of 'punch'"), std::string::npos) << shown.text();
  }
  TempFolder folder;
  const Said said = mote_in(folder.path(), collecting(board, {"--countdown", "0", "--seconds", "0.5"}));
  EXPECT_EQ(said.status, 0);
  for (const char *part : {"\r", "recording 0.", "\033"})
    EXPECT_EQ((said.out + said.err).find(part), std::string::npos) << said.out << said.err;
  EXPECT_EQ(said.err, "");
  EXPECT_EQ(lines_of(said.out).size(), 4u) << said.out;
}

TEST(CliCollect, json_has_what_came) {
  FakeBoard board;
  board.begin_sending(described() + row_frames(0, 40, 2) + row_frames(50, 100, 2));
  TempFolder folder;
  const json j =
      mote_in(folder.path(), collecting(board, {"--countdown", "0", "--seconds", "0.1", "--json"})).parsed();
  EXPECT_EQ(j["recordings"], 1);
  EXPECT_EQ(j["lost_rows"], 10);
  EXPECT_EQ(j["channels"], (json{"x", "y"}));
  EXPECT_EQ(j["board"], "Test board");
  EXPECT_EQ(j["stated_rate_hz"], 1000);
  EXPECT_NEAR(j["measured_rate_hz"].get<double>(), 1000, 1e-3);
  EXPECT_EQ(j["files"][0]["rows"], 90);
  EXPECT_EQ(fs::path(j["files"][0]["path"].get<std::string>()).parent_path(), "data/punch");
}

TEST(CliCollect, an_interrupt_keeps_what_is_whole) {
  FakeBoard board;
  play_rows(board);
  TempFolder folder;
  bool is_sent = false;
  const Shown shown = mote_on_terminal(
      folder.path(), 80, collecting(board, {"--countdown", "0", "--seconds", "0.2", "--count", "1000"}), {},
      [&](const std::string &said, pid_t child, int) {
        if (!is_sent && said.find("200 rows") != std::string::npos) {
          is_sent = true;
          ::kill(child, SIGINT);
        }
      });
  EXPECT_EQ(shown.ended_by, SIGINT) << shown.text();
  EXPECT_NE(shown.text().find("Stopping"), std::string::npos) << shown.text();
  const Recordings set = load_recordings((folder / "data").string());
  EXPECT_GE(set.items.size(), 1u);
  for (const Recording &r : set.items) EXPECT_EQ(r.rows, 200);
}

TEST(CliCollect, each_line_of_a_pipe_begins_a_recording) {
  FakeBoard board;
  play_rows(board);
  TempFolder folder;
  const ProcessResult result = run_process(
      {"sh", "-c",
       fmt::format(
           "printf '\\n\\n' | '{}' collect --output '{}' --port {} --label punch --start key --countdown 0 "
           "--seconds 0.1 --count 3",
           MOTE_BINARY, folder.text(), board.port())});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.output.find("ended before every recording was begun; 2 whole recordings are kept"),
            std::string::npos)
      << result.output;
  EXPECT_EQ(load_recordings(folder.text()).items.size(), 2u);
}

// The default device of ALSA gives the samples of a file.
TEST(CliCollect, the_microphone_becomes_sounds) {
  TempFolder folder;
  std::string samples;
  for (uint32_t i = 0; i < 40000; ++i) samples += little(static_cast<uint16_t>(value_of(i, 0)), 2);
  write_file(folder / "samples.raw", samples);
  write_file(
      folder / "asound.conf",
      fmt::format(
          "pcm.!default {{ type plug slave.pcm \"played\" }}\n"
          "pcm.played {{ type file slave.pcm \"silent\" file \"/dev/null\" infile \"{}\" format \"raw\" }}\n"
          "pcm.silent {{ type null }}\n",
          (folder / "samples.raw").string()));
  const auto record = [&] {
    return run_process({"env", "ALSA_CONFIG_PATH=" + (folder / "asound.conf").string(), MOTE_BINARY,
                        "collect", "--output", (folder / "data").string(), "--microphone", "--label", "hum",
                        "--countdown", "0", "--seconds", "0.5", "--count", "2", "--json", "--quiet"});
  };
  const ProcessResult result = record();
  if (result.output.find("was built without ALSA") != std::string::npos)
    GTEST_SKIP() << "mote was built without ALSA (libasound2-dev)";
  ASSERT_EQ(result.status, 0) << result.output;
  EXPECT_EQ(json::parse(result.output)["source"], "microphone");
  const Recordings set = load_recordings((folder / "data").string());
  ASSERT_EQ(set.items.size(), 2u);
  EXPECT_EQ(set.rate_hz, 16000);
  size_t wrong = 0;
  for (uint32_t i = 0; i < 16000; ++i)
    wrong += set.items[i / 8000].values[i % 8000] != static_cast<float>(value_of(i, 0));
  EXPECT_EQ(wrong, 0u);

  write_file(folder / "asound.conf", "");
  const ProcessResult without = record();
  EXPECT_EQ(without.status, 1);
  EXPECT_NE(without.output.find("the default sound device cannot record"), std::string::npos)
      << without.output;
}

TEST(CliCollect, sketches_are_written_and_ports_listed) {
  TempFolder folder;
  EXPECT_EQ(mote_ok(folder.path(), {"collect", "--sketch", "esp32-imu-text", "--output", "sketches"}).err,
            "");
  EXPECT_TRUE(fs::exists(folder / "sketches/esp32_imu_text/esp32_imu_text.ino"));
  EXPECT_TRUE(mote_ok("/", {"collect", "--ports", "--json"}).parsed()["ports"].is_array());
  EXPECT_EQ(mote_in("/", {"collect", "--sketch", "uno"}).status, 2);
}

}  // namespace
}  // namespace mote::test
