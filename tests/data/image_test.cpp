// Images: pixels against what was encoded by the libraries themselves, and files that are not what they
// claim.
#include <cstdio>  // jpeglib.h needs it before

#include <jpeglib.h>
#include <png.h>
#include <zlib.h>

#include <fmt/format.h>

#include "base/files.h"
#include "data/image.h"
#include "data/said.h"
#include "mote/project.h"
#include "test_support.h"

namespace mote {
namespace {

std::vector<uint8_t> pattern(int height, int width, int channels) {
  std::vector<uint8_t> pixels;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c) pixels.push_back(static_cast<uint8_t>(x * 9 + y * 5 + c * 60));
  return pixels;
}

std::string png_of(int height, int width, uint32_t format, const std::vector<uint8_t> &pixels) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<uint32_t>(width);
  png.height = static_cast<uint32_t>(height);
  png.format = format;
  png_alloc_size_t size = 0;
  png_image_write_to_memory(&png, nullptr, &size, 0, pixels.data(), 0, nullptr);
  std::string bytes(size, '\0');
  png_image_write_to_memory(&png, bytes.data(), &size, 0, pixels.data(), 0, nullptr);
  bytes.resize(size);
  return bytes;
}

std::string jpeg_of(int height, int width, int channels, std::vector<uint8_t> pixels) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char *memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &memory, &size);
  jpeg.image_width = static_cast<JDIMENSION>(width);
  jpeg.image_height = static_cast<JDIMENSION>(height);
  jpeg.input_components = channels;
  jpeg.in_color_space = channels == 1 ? JCS_GRAYSCALE : channels == 4 ? JCS_CMYK : JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 100, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = pixels.data() + jpeg.next_scanline * static_cast<size_t>(width * channels);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  std::string bytes(reinterpret_cast<char *>(memory), size);
  jpeg_destroy_compress(&jpeg);
  std::free(memory);
  return bytes;
}

TEST(Image, png_gives_the_pixels_that_were_written) {
  const auto grey = pattern(7, 5, 1), color = pattern(4, 6, 3);
  const Image a = parse_image(png_of(7, 5, PNG_FORMAT_GRAY, grey), "a.png");
  EXPECT_EQ(a.height, 7);
  EXPECT_EQ(a.width, 5);
  EXPECT_EQ(a.channels, 1);
  EXPECT_EQ(a.pixels, grey);
  const Image b = parse_image(png_of(4, 6, PNG_FORMAT_RGB, color), "b.png");
  EXPECT_EQ(b.channels, 3);
  EXPECT_EQ(b.pixels, color);
  EXPECT_EQ(parse_image(png_of(7, 5, PNG_FORMAT_GRAY, grey), "a.png", 3).pixels[3], grey[1]);
  EXPECT_EQ(parse_image(png_of(4, 6, PNG_FORMAT_RGB, color), "b.png", 1).pixels.size(), 24u);
  const std::vector<uint8_t> transparent = {200, 100, 50, 255, 9, 9, 9, 0};
  EXPECT_EQ(parse_image(png_of(1, 2, PNG_FORMAT_RGBA, transparent), "c.png").pixels,
            (std::vector<uint8_t>{200, 100, 50, 0, 0, 0}));
}

TEST(Image, jpeg_gives_nearly_the_pixels_that_were_written) {
  const auto grey = pattern(16, 16, 1);
  const Image image = parse_image(jpeg_of(16, 16, 1, grey), "a.jpg");
  ASSERT_EQ(image.pixels.size(), grey.size());
  for (size_t i = 0; i < grey.size(); ++i) EXPECT_NEAR(image.pixels[i], grey[i], 2);
  EXPECT_EQ(parse_image(jpeg_of(8, 16, 3, pattern(8, 16, 3)), "b.jpg").channels, 3);
}

// Pillow 9.4 gives these colours of the same files, within a step of rounding.
TEST(Image, jpeg_of_inks_gives_the_colours_that_they_leave) {
  std::vector<uint8_t> inks;
  for (int i = 0; i < 64; ++i)
    inks.insert(inks.end(), {255, 0, 128, 200});  // as Adobe stores them: what is left
  const std::string file = jpeg_of(8, 8, 4, inks);
  const Image image = parse_image(file, "a.jpg");
  ASSERT_EQ(image.channels, 3);
  ASSERT_EQ(image.pixels.size(), 8u * 8 * 3);
  const double expected[] = {255 * 200 / 255.0, 0, 128 * 200 / 255.0};
  for (size_t i = 0; i < image.pixels.size(); ++i) EXPECT_NEAR(image.pixels[i], expected[i % 3], 1.5) << i;
  const Image grey = parse_image(file, "a.jpg", 1);
  EXPECT_EQ(grey.channels, 1);
  EXPECT_NEAR(grey.pixels.at(0), 0.299 * expected[0] + 0.114 * expected[2], 1.5);
}

TEST(Image, damaged_files_are_refused_by_name) {
  const std::string png = png_of(9, 9, PNG_FORMAT_GRAY, pattern(9, 9, 1)),
                    jpeg = jpeg_of(16, 16, 1, pattern(16, 16, 1));
  EXPECT_ERROR(parse_image("", "e.png"), "e.png: is empty");
  EXPECT_ERROR(parse_image("hello", "t.png"), "neither PNG nor JPEG");
  for (size_t size = 9; size < png.size() - 12; size += 5)
    EXPECT_ERROR(parse_image(png.substr(0, size), "cut.png"), "cut.png: is");
  for (size_t size = 4; size < jpeg.size() - 2; size += 40)
    EXPECT_ERROR(parse_image(jpeg.substr(0, size), "cut.jpg"), "cut.jpg: is a damaged JPEG");
  EXPECT_ERROR(parse_image(jpeg.substr(0, jpeg.size() - 9), "cut.jpg"), "Premature end of JPEG file");
  Random random(3);
  for (int n = 0; n < 400; ++n) {  // changed bytes may or may not be noticed, but nothing worse happens
    std::string changed = n % 2 ? png : jpeg;
    changed[random.below(changed.size())] = static_cast<char>(random.below(256));
    try {
      parse_image(changed, "x");
    } catch (const Error &) {
    }
  }
}

// An EXIF block of one entry, the orientation, as a segment behind the beginning of a JPEG.
std::string with_exif(const std::string &jpeg, int orientation, char type = 3, size_t cut = 0,
                      bool is_little = true) {
  const auto number = [&](uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * (is_little ? i : bytes - 1 - i)));
    return text;
  };
  std::string exif = std::string("Exif\0\0", 6) + (is_little ? "II" : "MM") + number(42, 2) + number(8, 4);
  exif += number(1, 2) + number(0x112, 2) + number(static_cast<uint32_t>(type), 2) + number(1, 4);
  exif += number(static_cast<uint32_t>(orientation), 2) + number(0, 2) + number(0, 4);
  exif.resize(exif.size() - cut);
  const size_t length = exif.size() + 2;
  return jpeg.substr(0, 2) + "\xff\xe1" + static_cast<char>(length >> 8) + static_cast<char>(length) + exif +
         jpeg.substr(2);
}

// Four quarters of 8 x 8 or 8 x 16 pixels of one grey each.
std::string quarters_jpeg() {
  std::vector<uint8_t> pixels;
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 32; ++x)
      pixels.push_back(static_cast<uint8_t>(y < 8 ? (x < 16 ? 10 : 80) : (x < 16 ? 150 : 220)));
  return jpeg_of(16, 32, 1, pixels);
}

// 'a' to 'd': the quarters as they are stored, from left to right and from top to bottom.
std::string quarters_of(const Image &image) {
  std::string names;
  for (const int y : {0, image.height - 1})
    for (const int x : {0, image.width - 1})
      names += static_cast<char>('a' + (image.pixels[static_cast<size_t>(y * image.width + x)] + 20) / 70);
  return names;
}

TEST(Image, photographs_are_turned_as_their_exif_says) {
  // what a viewer shows of each of the eight orientations
  const std::string shown[] = {"abcd", "badc", "dcba", "cdab", "acbd", "cadb", "dbca", "bdac"},
                    jpeg = quarters_jpeg();
  for (int o = 1; o <= 8; ++o)
    for (const bool is_little : {true, false}) {
      const Image image = parse_image(with_exif(jpeg, o, 3, 0, is_little), "a.jpg");
      EXPECT_EQ(quarters_of(image), shown[o - 1]) << o;
      EXPECT_EQ(image.height, o < 5 ? 16 : 32);
      EXPECT_EQ(image.width, o < 5 ? 32 : 16);
      EXPECT_EQ(image.was_turned, o != 1);
      EXPECT_EQ(image.note, "");
    }
  EXPECT_EQ(quarters_of(parse_image(with_exif(jpeg, 6), "a.jpg", 3)).size(), 4u);
}

TEST(Image, damaged_exif_is_ignored_with_a_note) {
  const std::string jpeg = quarters_jpeg();
  for (const std::string &bytes : {with_exif(jpeg, 9), with_exif(jpeg, 0), with_exif(jpeg, 6, 2),
                                   with_exif(jpeg, 6, 3, 14), with_exif(jpeg, 6, 3, 24)}) {
    const Image image = parse_image(bytes, "a.jpg");
    EXPECT_EQ(quarters_of(image), "abcd");
    EXPECT_EQ(image.note, "has damaged EXIF: the picture is taken as it is stored");
  }
  EXPECT_EQ(parse_image(jpeg, "a.jpg").note, "");
}

struct Folder : test::TempFolder {
  void put(const std::string &name, const std::string &bytes) const {
    fs::create_directories((*this / name).parent_path());
    write_file(*this / name, bytes);
  }
};

TEST(Images, photographs_are_read_upright_and_damaged_exif_is_counted) {
  const Folder folder;
  const std::string lying = quarters_jpeg();
  folder.put("a/1.jpg", with_exif(lying, 6));
  folder.put("b/1.jpg", with_exif(lying, 8));
  const Recordings set = load_recordings(folder.text());
  EXPECT_EQ(set.input_shape(), (Shape{32, 16, 1}));
  EXPECT_NEAR(set.items[0].values.front(), 150, 2);
  EXPECT_NEAR(set.items[1].values.front(), 80, 2);
  EXPECT_TRUE(test::says(set, "photographs are turned as their EXIF says"));
  for (int i = 2; i < 8; ++i) folder.put(fmt::format("c/{}.jpg", i), with_exif(lying, 77));
  fs::remove_all(folder / "a");
  fs::remove_all(folder / "b");
  const Recordings damaged = load_recordings(folder.text());
  ASSERT_EQ(damaged.findings.size(), 1u);
  EXPECT_TRUE(test::says(damaged, "the picture is taken as it is stored; and so in 5 more files"));
}

TEST(Images, a_folder_per_class_becomes_a_data_set) {
  const Folder folder;
  for (int i = 0; i < 8; ++i) {
    auto pixels = pattern(6, 5, 1);
    pixels[0] = static_cast<uint8_t>(i);
    folder.put("cat/" + std::to_string(i) + ".png", png_of(6, 5, PNG_FORMAT_GRAY, pixels));
    folder.put("dog/" + std::to_string(i) + ".png", png_of(6, 5, PNG_FORMAT_GRAY, pixels));
  }
  const Recordings set = load_recordings(folder.text());
  EXPECT_EQ(set.labels, (std::vector<std::string>{"cat", "dog"}));
  EXPECT_EQ(set.input_shape(), (Shape{6, 5, 1}));
  const Dataset all = set.all();
  EXPECT_EQ(all.size(), 16u);
  EXPECT_EQ(all.example_floats(), 30u);
  EXPECT_EQ(all.example(3)[0], 3.0f);
  const Splits splits = set.split({});
  Model model = sequential("net", set.input_shape(), {Conv2D{2}, Flatten{}, Dense{2}});
  EXPECT_NO_THROW(train(model, splits, {.epochs = 1}));

  folder.put("cat/odd.png", png_of(6, 6, PNG_FORMAT_GRAY, pattern(6, 6, 1)));
  EXPECT_ERROR(load_recordings(folder.text()), "has 6 x 6 pixels");
  folder.put("cat/odd.png", png_of(6, 5, PNG_FORMAT_RGB, pattern(6, 5, 3)));
  EXPECT_ERROR(load_recordings(folder.text()), "set image_channels to 1 or 3");
  EXPECT_EQ(load_recordings(folder.text(), {.image_channels = 3}).channel_count(), 3);
  folder.put("dog/x.csv", "1,2\n3,4\n");
  EXPECT_ERROR(load_recordings(folder.text(), {.image_channels = 1}),
               "is a table, the files before it are images");
}

// Of a camera, of a phone and out of the net: brought to one size where the project says so.
TEST(Images, of_other_sizes_are_fitted_to_the_size_of_the_project) {
  const Folder folder;
  folder.put("cat/a.png", png_of(6, 5, PNG_FORMAT_GRAY, pattern(6, 5, 1)));
  folder.put("cat/b.png", png_of(4, 3, PNG_FORMAT_GRAY, pattern(4, 3, 1)));
  folder.put("dog/c.png", png_of(17, 40, PNG_FORMAT_RGB, pattern(17, 40, 3)));
  folder.put("dog/d.jpg", jpeg_of(8, 8, 1, pattern(8, 8, 1)));
  folder.put("dog/e.png", png_of(30, 9, PNG_FORMAT_GRAY, pattern(30, 9, 1)));
  const LoadOptions plain{.image_channels = 1};
  EXPECT_ERROR(load_recordings(folder.text(), plain), "data.image_size = [height, width]");
  for (const ImageFit fit : {ImageFit::kCrop, ImageFit::kStretch, ImageFit::kPad}) {
    LoadOptions options = plain;
    options.image = {4, 3, fit};
    const Recordings set = load_recordings(folder.text(), options);
    EXPECT_EQ(set.input_shape(), (Shape{4, 3, 1}));
    ASSERT_EQ(set.items.size(), 5u);
    EXPECT_EQ(set.all().image, options.image);
    for (const Recording &r : set.items) {
      const Image from = parse_image(read_file(r.file), r.file, 1), to = fitted(from, options.image);
      EXPECT_TRUE(std::equal(r.values.begin(), r.values.end(), to.pixels.begin(), to.pixels.end())) << r.file;
    }
    ASSERT_EQ(set.findings.size(), 1u);
    EXPECT_NE(set.findings[0].message.find("is brought to 3 x 4"), std::string::npos)
        << set.findings[0].message;
    EXPECT_NE(set.findings[0].message.find("and so in 3 more files"), std::string::npos);
  }
}

TEST(Images, of_several_sizes_or_large_ones_have_a_size_proposed) {
  const auto proposed = [](const std::vector<std::pair<std::string, std::string>> &files) {
    const Folder folder;
    for (const auto &[name, bytes] : files) folder.put(name, bytes);
    const Proposal proposal = propose_project({folder.text()}, "pictures");
    const Project project = parse_project(proposal.toml, "mote.toml", folder.text());
    EXPECT_NO_THROW(load_recordings(folder.text(), project.load));
    return project.load;
  };
  const std::string grey = png_of(100, 110, PNG_FORMAT_GRAY, pattern(100, 110, 1)),
                    small = png_of(40, 60, PNG_FORMAT_GRAY, pattern(40, 60, 1)),
                    colour = png_of(200, 300, PNG_FORMAT_RGB, pattern(200, 300, 3));
  const auto size_of = [](const LoadOptions &load) { return std::pair(load.image.height, load.image.width); };
  EXPECT_EQ(size_of(proposed({{"a/1.png", grey}, {"b/2.png", grey}})), std::pair(0, 0));
  EXPECT_EQ(size_of(proposed({{"a/1.png", grey}, {"b/2.png", small}})), std::pair(96, 96));
  EXPECT_EQ(size_of(proposed({{"a/1.png", small}, {"b/2.png", grey}})), std::pair(32, 32));
  EXPECT_EQ(size_of(proposed({{"a/1.png", colour}, {"b/2.png", colour}})), std::pair(80, 116));
  const LoadOptions mixed = proposed({{"a/1.png", grey}, {"a/3.png", colour}, {"b/2.png", colour}});
  EXPECT_EQ(size_of(mixed), std::pair(96, 96));
  EXPECT_EQ(mixed.image_channels, 3);
}

std::string idx(uint8_t type, const std::vector<uint32_t> &shape, const std::string &values) {
  std::string bytes = {0, 0, static_cast<char>(type), static_cast<char>(shape.size())};
  for (uint32_t d : shape)
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(d >> shift);
  return bytes + values;
}

TEST(Images, idx_files_are_read_with_the_labels_beside_them) {
  const Folder folder;
  const std::string images = "train-images-idx3-ubyte", labels = "train-labels-idx1-ubyte";
  folder.put(images, idx(8, {3, 2, 2}, "abcdefghijkl"));
  EXPECT_ERROR(load_recordings(folder.text()), "has no labels beside it");
  folder.put(labels, idx(8, {3}, std::string("\x07\x01\x07", 3)));
  const Recordings set = load_recordings(folder.text());
  EXPECT_EQ(set.labels, (std::vector<std::string>{"1", "7"}));
  EXPECT_EQ(set.items[1].label, "1");
  EXPECT_EQ(set.items[1].values, (SensorValues{'e', 'f', 'g', 'h'}));
  EXPECT_EQ(set.input_shape(), (Shape{2, 2, 1}));

  const auto refused = [&](const std::string &name, const std::string &bytes, const std::string &part) {
    const std::string keep = read_file(folder / name);
    folder.put(name, bytes);
    const std::string said = test::error_of([&] { load_recordings(folder.text()); });
    EXPECT_NE(said.find(part), std::string::npos) << said;
    EXPECT_LT(said.find(name), said.find(part)) << said;
    folder.put(name, keep);
  };
  refused(images, idx(8, {3, 2, 2}, "abc"), "ends early");
  refused(images, idx(8, {3, 2, 2}, "abcdefghijklm"), "more values");
  refused(images, idx(8, {3, 65535, 65535}, "abc"), "larger than 2 GiB");
  refused(images, idx(8, {3, 20000, 20000}, "abc"), "ends early");
  refused(images, idx(13, {3, 2, 2}, "abcdefghijkl"), "not unsigned bytes");
  refused(images, "hello world", "is not an idx file");
  refused(images, "", "ends early");
  refused(labels, idx(8, {2}, "ab"), "has 2 labels for 3 images");

  const gzFile file = gzopen((folder / (images + ".gz")).c_str(), "wb");
  const std::string bytes = idx(8, {3, 2, 2}, "abcdefghijkl");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  fs::remove(folder / images);
  fs::rename(folder / labels, folder / (labels + ".gz"));  // gzread takes plain files too
  EXPECT_EQ(load_recordings(folder.text()).items[2].values, set.items[2].values);
}

}  // namespace
}  // namespace mote
