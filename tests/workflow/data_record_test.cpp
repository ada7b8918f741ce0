// data.json: places in findings begin in the project, however it was named.
#include "base/files.h"
#include "test_support.h"
#include "workflow/support.h"

namespace mote {
namespace {

using nlohmann::json;

Recordings two_recordings() {
  Recordings set;
  set.labels = {"up", "down"};
  set.channels = {"x"};
  set.options.window = set.options.stride = 2;
  for (const std::string &label : set.labels) {
    Recording r;
    r.label = label;
    r.file = label + ".csv";
    r.rows = 2;
    r.values = {1, 2};
    set.items.push_back(std::move(r));
  }
  return set;
}

TEST(DataRecord, places_begin_in_the_project) {
  const fs::path here = fs::current_path();
  Recordings set = two_recordings();
  set.findings = {{Severity::kNote, (here / "wave/data/0.jpg").string(),
                   "is cut; and so in 2 more files, " + (here / "wave/data/2.jpg").string() + " the last"}};
  const std::vector<Finding> judged = {
      {Severity::kWarning, "wave/data/up.csv:3", "is clipped, 'wave/data/up.csv' beside my_wave/data too"}};
  const json expected = json::array({{{"severity", "warning"},
                                      {"where", "data/up.csv:3"},
                                      {"message", "is clipped, 'data/up.csv' beside my_wave/data too"}},
                                     {{"severity", "note"},
                                      {"where", "data/0.jpg"},
                                      {"message", "is cut; and so in 2 more files, data/2.jpg the last"}}});
  for (const std::string &folder :
       {std::string("wave"), (here / "wave").string(), (here / "wave/").string()}) {
    Project project;
    project.folder = folder;
    EXPECT_EQ(data_record(project, set, judged).at("findings"), expected) << folder;
  }
}

TEST(DataRecord, elsewhere_stays_elsewhere_and_many_are_counted) {
  Recordings set = two_recordings();
  for (int i = 0; i < 700; ++i)
    set.findings.push_back({Severity::kNote, "/data/" + std::to_string(i), "odd"});
  for (const char *folder : {".", "", "/", "wave"}) {
    Project project;
    project.folder = folder;
    const json findings = data_record(project, set, {}).at("findings");
    ASSERT_EQ(findings.size(), 501u);
    EXPECT_EQ(findings[3].at("where"), "/data/3") << folder;
    EXPECT_EQ(findings[500].at("message"), "and 200 more findings; `mote data` lists them");
  }
}

}  // namespace
}  // namespace mote
