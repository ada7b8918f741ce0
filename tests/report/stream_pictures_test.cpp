// Pictures and tables of streams, also of those with little in them.
#include "report/stream_pictures.h"

#include "test_support.h"

namespace mote::test {
namespace {

bool holds_no_numbers_gone_wrong(const std::string &svg) {
  return svg.find("nan") == std::string::npos && svg.find("inf") == std::string::npos;
}

TEST(StreamPictures, curve_as_a_table) {
  EXPECT_EQ(stream_curve_csv({{128, 1, 4, 6, 2.5}, {256, 4, 4, 0, 0}}),
            "threshold,events,missed,false_accepts,false_accepts_per_hour\n"
            "0.500000,4,1,6,2.5\n1.000000,4,4,0,0\n");
}

TEST(StreamPictures, with_much_and_with_nothing_in_them) {
  const Picture curve = draw_stream_curve({{128, 1, 4, 6, 2.5}, {256, 4, 4, 0, 0}}, 128, 2.4);
  const Picture empty = draw_stream_curve({{128, 0, 0, 3, 1}}, 128, 0);
  EXPECT_NE(curve.svg, empty.svg);
  StreamPanel p;
  p.title = "night.wav";
  p.length = 60;
  p.unit = "s";
  p.low = {std::vector<float>(StreamPanel::kColumns, -1)};
  p.high = {std::vector<float>(StreamPanel::kColumns, 2)};
  p.probabilities.assign(2, std::vector<float>(StreamPanel::kColumns, 0.25f));
  p.events = {{10, 12, 0, true}, {30, 31, 0, false}};
  p.detections = {{11, 0, StreamDetection::Kind::kFound}, {50, 0, StreamDetection::Kind::kFalse}};
  StreamPanel few = p;  // two rows of one value, and no window
  few.length = 2;
  few.unit = "rows";
  few.low = {std::vector<float>(StreamPanel::kColumns, INFINITY)};
  few.high = {std::vector<float>(StreamPanel::kColumns, -INFINITY)};
  few.low[0][0] = few.high[0][0] = few.low[0][430] = few.high[0][430] = 5;
  few.probabilities.assign(2, std::vector<float>(StreamPanel::kColumns, -1));
  few.events.clear();
  few.detections.clear();
  const StreamPicture picture{{"word", "rest"}, {false, true}, 0.5, true, {p, few}, 3};
  const Picture drawn = draw_streams(picture);
  for (const Picture &one : {curve, empty, drawn}) {
    EXPECT_TRUE(one.png.starts_with("\x89PNG"));
    EXPECT_TRUE(holds_no_numbers_gone_wrong(one.svg));
  }
  StreamPicture other = picture;
  other.panels[0].detections[1].kind = StreamDetection::Kind::kFound;
  EXPECT_NE(draw_streams(other).svg, drawn.svg);
}

}  // namespace
}  // namespace mote::test
