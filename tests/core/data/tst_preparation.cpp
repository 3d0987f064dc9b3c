// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/preparation.h"
#include "core/data/resize.h"
#include "core/store/safetensors.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cerrno>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

using namespace elbo;
namespace fs = std::filesystem;

namespace {

/// A set made by the test, under the key and with the fields of rooms.
class MadeSource : public ImageSource {
public:
    explicit MadeSource(std::vector<SourceImage> images) : m_images(std::move(images))
    {
        for (std::size_t i = 0; i < m_images.size(); ++i)
            m_items.push_back({"image" + std::to_string(i), "", std::nullopt, m_images[i].label});
    }
    MadeSource(std::vector<SourceImage> images, const std::vector<std::string>& names)
        : MadeSource(std::move(images))
    {
        for (std::size_t i = 0; i < names.size(); ++i)
            m_items.at(i).name = names[i];
    }
    [[nodiscard]] const std::vector<SourceItem>& items() const override { return m_items; }
    [[nodiscard]] SourceImage read(std::int64_t index) override
    {
        const auto& image = m_images.at(static_cast<std::size_t>(index));
        if (!image.color.defined())
            throw Error(ErrorCode::BadFile, "cannot be read: copy it again.");
        return image;
    }
    [[nodiscard]] bool hasDepth() const override { return true; }
    [[nodiscard]] bool metricDepth() const override { return true; }
    [[nodiscard]] int colorChannels() const override { return 3; }

private:
    std::vector<SourceImage> m_images;
    std::vector<SourceItem> m_items;
};

DataReaders readersOf(const std::vector<SourceImage>& images, const std::vector<std::string>& names = {})
{
    DataReaders readers;
    readers["rooms"] = {[](const DataConfig&) { return std::vector<fs::path>{}; },
                        [images, names](const DataConfig&, const ProgressFunction&) {
                            return std::make_unique<MadeSource>(images, names);
                        }};
    return readers;
}

SourceImage makeImage(int seed, std::int64_t height, std::int64_t width)
{
    SourceImage image;
    const auto places = at::arange(3 * height * width, at::kLong).view({3, height, width});
    image.color = ((places * 7919 + seed * 104729).remainder(251) + 2).to(at::kByte);
    image.depth = ((places[0] * 37 + seed * 101).remainder(5000) + 500).to(at::kFloat) / 1000.0;
    image.intrinsics = {
        {500.0, 510.0, 0.5 * static_cast<double>(width) - 0.5, 0.5 * static_cast<double>(height) - 0.5}};
    return image;
}

std::string sentenceOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

class PreparationTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path m_file;

    Dataset prepare(const std::vector<SourceImage>& images, const std::string& size,
                    const std::string& fill = "nearest")
    {
        DataConfig config;
        config.fields.set("size", size);
        config.fields.set("fill", fill);
        prepareDataset(config, readersOf(images), m_file, {});
        return readPrepared(m_file);
    }

private Q_SLOTS:
    void init() { m_file = fs::path(m_folder.path().toStdString()) / "set.safetensors"; }

    void nativeGivesTheBytesBack()
    {
        const std::vector<SourceImage> images{makeImage(1, 30, 41), makeImage(2, 30, 41)};
        const auto data = prepare(images, "native");
        QCOMPARE(data.size(), 2);
        QCOMPARE(data.shape(), (ImageShape{4, 30, 41, 0, true}));
        const auto values = imageValues(data, {0, 1}).to(at::kDouble);
        for (std::int64_t i = 0; i < 2; ++i) {
            const auto low = data.ranges[i].select(1, 0).to(at::kDouble).view({4, 1, 1});
            const auto high = data.ranges[i].select(1, 1).to(at::kDouble).view({4, 1, 1});
            const auto back = low + values[i] * (high - low);
            const auto& image = images[static_cast<std::size_t>(i)];
            QVERIFY(at::equal(back.slice(0, 0, 3).round().to(at::kByte), image.color));
            const auto millimetres = (back[3] * 1000.0).round();
            QVERIFY(at::equal(millimetres, (image.depth.to(at::kDouble) * 1000.0).round()));
        }
        QVERIFY(at::equal(data.intrinsics[0], at::tensor({500.0F, 510.0F, 20.0F, 14.5F})));
        QVERIFY(data.metricDepth && !data.holes && !data.storedUnchanged);
    }

    void codesSpanEachChannel()
    {
        const auto data = prepare({makeImage(1, 60, 80)}, "16");
        for (std::int64_t c = 0; c < 3; ++c) {
            QCOMPARE(data.color[0][c].min().item<std::int64_t>(), 0);
            QCOMPARE(data.color[0][c].max().item<std::int64_t>(), 255);
        }
        const auto values = imageValues(data, {0});
        QCOMPARE(values[0][3].min().item<float>(), 0.0F);
        QCOMPARE(values[0][3].max().item<float>(), 1.0F);
        // 80x60 to 16x16: the focal lengths shrink with their own sides, the middle stays the middle.
        QVERIFY(at::allclose(data.intrinsics[0], at::tensor({100.0F, 136.0F, 7.5F, 7.5F})));
    }

    void bicubicKeepsALineAndAreaAverages()
    {
        const auto ramp = at::arange(32, at::kFloat).view({1, 1, 32}).repeat({1, 32, 1});
        const auto small = resizeImage(ramp, {16, 16}, Resizing::Bicubic);
        const auto expected = at::arange(16, at::kFloat) * 2 + 0.5;
        QVERIFY(at::allclose(small[0][8].slice(0, 3, 13), expected.slice(0, 3, 13), 1e-5,
                             1e-4));  // away from the borders
        QVERIFY(at::allclose(resizeImage(ramp, {16, 16}, Resizing::Area)[0][3], expected));
        QVERIFY(at::equal(resizeNearest(ramp[0], {16, 32})[5], ramp[0][5].slice(0, 1, 32, 2)));
    }

    void holesAreFilledFromTheNearestPixel()
    {
        auto depth = (at::arange(17 * 23, at::kFloat).view({17, 23}) + 1.0).contiguous();
        const auto mask = ((at::arange(17 * 23).view({17, 23}) * 7919).remainder(11) < 9);
        depth.masked_fill_(mask, 0.0);
        depth[3][4] = std::numeric_limits<float>::quiet_NaN();
        depth[5][6] = -1.0;
        depth[7][8] = std::numeric_limits<float>::infinity();
        const auto filled = fillNearest(depth);
        const auto valid = validDepth(depth);
        for (int y = 0; y < 17; ++y) {
            for (int x = 0; x < 23; ++x) {
                int best = std::numeric_limits<int>::max();
                for (int v = 0; v < 17; ++v) {
                    for (int u = 0; u < 23; ++u) {
                        if (valid[v][u].item<bool>())
                            best = std::min(best, (v - y) * (v - y) + (u - x) * (u - x));
                    }
                }
                // Values are unique: they tell which pixel was taken.
                const int place = static_cast<int>(filled[y][x].item<float>()) - 1;
                const int v = place / 23;
                const int u = place % 23;
                QVERIFY(valid[v][u].item<bool>());
                QCOMPARE((v - y) * (v - y) + (u - x) * (u - x), best);
            }
        }
    }

    void holesNeverEnterARange()
    {
        auto image = makeImage(1, 20, 20);
        image.depth.slice(0, 0, 8).fill_(0.0);
        const auto filled = prepare({image}, "10");
        QVERIFY(!filled.holes);
        QVERIFY(filled.ranges[0][3][0].item<float>() >= 0.5F);
        const auto kept = prepare({image}, "native", "none");
        QVERIFY(kept.holes);
        QCOMPARE(kept.depth.view(at::kShort).eq(0).sum().item<std::int64_t>(), 160);
        QVERIFY(kept.ranges[0][3][0].item<float>() >= 0.5F);
    }

    void badImagesAreListedAndLeftOut()
    {
        auto constant = makeImage(3, 20, 20);
        constant.color[1].fill_(77);
        auto dark = makeImage(4, 20, 20);
        dark.depth.fill_(0.0);
        auto skewed = makeImage(5, 20, 20);
        skewed.depth = makeImage(5, 20, 24).depth;
        auto flat = makeImage(6, 20, 20);
        flat.depth.fill_(2.0);
        const auto data = prepare({makeImage(1, 20, 20), SourceImage{}, constant, dark, skewed, flat}, "16");
        QCOMPARE(data.names, (std::vector<std::string>{"image0", "image2", "image5"}));
        QCOMPARE(data.problems.size(), std::size_t{5});
        QVERIFY(data.problems[0].name == "image1" && data.problems[0].leftOut);
        QVERIFY(data.problems[1].name == "image2" && !data.problems[1].leftOut &&
                data.problems[1].sentence.find("green") != std::string::npos);
        QVERIFY(data.problems[2].name == "image3" &&
                data.problems[2].sentence.find("no valid value") != std::string::npos);
        QVERIFY(data.problems[3].name == "image4" &&
                data.problems[3].sentence.find("24x20") != std::string::npos);
        QVERIFY(data.problems[4].name == "image5" && !data.problems[4].leftOut);
        QCOMPARE(data.color[1][1].max().item<std::int64_t>(), 0);  // a constant channel: its lowest code
        QVERIFY(at::equal(data.ranges[1][1], at::tensor({77.0F, 77.0F})));
        QCOMPARE(data.depth[2].view(at::kShort).max().item<std::int64_t>(), 1);
        QCOMPARE(imageValues(data, {2})[0][3].max().item<float>(), 0.0F);
    }

    void aDepthOfAnotherSizeIsAllowedWithinOnePerCent()
    {
        auto image = makeImage(1, 100, 100);
        image.depth = makeImage(1, 50, 50).depth;
        QCOMPARE(prepare({image}, "native").shape().height, 100);
    }

    void nothingUsableIsAnError()
    {
        const QTemporaryDir fresh;
        m_file = fs::path(fresh.path().toStdString()) / "set.safetensors";
        const auto sentence = sentenceOf([&] { (void)prepare({SourceImage{}, SourceImage{}}, "16"); });
        QVERIFY2(sentence.find("None of the 2 images") == 0, sentence.c_str());
        QVERIFY(fs::is_empty(m_file.parent_path()));
    }

    // Every byte but 0 and the slash may stand in a file's name; the prepared file holds lines of UTF-8.
    void namesOfAnyBytesAreKeptApart()
    {
        const std::vector<SourceImage> images{makeImage(1, 20, 20), makeImage(2, 20, 20),
                                              makeImage(3, 20, 20), SourceImage{}};
        std::vector<ImageProblem> told;
        PreparationHooks hooks;
        hooks.problem = [&told](const ImageProblem& problem) { told.push_back(problem); };
        prepareDataset({}, readersOf(images, {"a\nb", "caf\xE9", "caf\xE8", "two\nlines"}), m_file, hooks);
        const auto data = readPrepared(m_file);
        QCOMPARE(data.names, (std::vector<std::string>{"a\\x0Ab", "caf\\xE9", "caf\\xE8"}));
        QCOMPARE(data.problems.size(), std::size_t{1});
        QCOMPARE(data.problems[0].name, std::string("two\\x0Alines"));
        QCOMPARE(told, data.problems);
    }

    void nativeRefusesSidesThatDisagreeByName()
    {
        const auto sentence =
            sentenceOf([&] { (void)prepare({makeImage(1, 20, 20), makeImage(2, 20, 22)}, "native"); });
        QVERIFY2(sentence.find("image0 is 20x20 but image1 is 22x20") != std::string::npos, sentence.c_str());
    }

    void aFullDiskLeavesTheOldFile()
    {
        (void)prepare({makeImage(1, 20, 20)}, "16");
        const auto before = fs::file_size(m_file);
        PreparationHooks hooks;
        hooks.writeObserver = [](const fs::path& target, std::uint64_t bytes, bool) {
            if (bytes > 5000)
                throw fileError(ENOSPC, "write", target.string());
        };
        DataConfig config;
        const auto sentence =
            sentenceOf([&] { prepareDataset(config, readersOf({makeImage(1, 20, 20)}), m_file, hooks); });
        QVERIFY2(sentence.find("Could not write") == 0, sentence.c_str());
        QCOMPARE(fs::file_size(m_file), before);
        QCOMPARE(std::distance(fs::directory_iterator(m_file.parent_path()), fs::directory_iterator{}), 1);
    }

    void aFolderThatIsNotThereIsSaid()
    {
        DataConfig config;
        const auto sentence = sentenceOf([&] {
            prepareDataset(config, readersOf({makeImage(1, 20, 20)}), "/no/such/folder/x.safetensors", {});
        });
        QVERIFY2(sentence.find("/no/such/folder") != std::string::npos, sentence.c_str());
    }

    void stopsWhenAsked()
    {
        PreparationHooks hooks;
        auto stop =
            std::make_unique<std::stop_source>();  // on the heap: g++ 12 warns wrongly of one on the stack
        stop->request_stop();
        hooks.stop = stop->get_token();
        const auto fresh = m_file.parent_path() / "cancelled.safetensors";
        QVERIFY_EXCEPTION_THROWN(prepareDataset({}, readersOf({makeImage(1, 20, 20)}), fresh, hooks),
                                 Cancelled);
        QVERIFY(!fs::exists(fresh));
    }

    void manyImagesKeepTheirOrder()
    {
        std::vector<SourceImage> images;
        for (int i = 0; i < 100; ++i) {
            images.push_back(makeImage(i, 8, 8));
            images.back().label = i % 3 == 0 ? std::optional<std::string>("b")
                                             : (i % 3 == 1 ? std::optional<std::string>("a") : std::nullopt);
        }
        const auto data = prepare(images, "native");
        QCOMPARE(data.size(), 100);
        QCOMPARE(data.names[99], std::string("image99"));
        QCOMPARE(data.labelNames, (std::vector<std::string>{"a", "b"}));
        QCOMPARE(data.labels[3].item<std::int64_t>(), 1);
        QCOMPARE(data.labels[5].item<std::int64_t>(), -1);
        QVERIFY(at::equal(
            data.color[42],
            ((images[42].color.to(at::kDouble) - images[42].color.flatten(1).amin(1).view({3, 1, 1})) /
             (images[42].color.flatten(1).amax(1) - images[42].color.flatten(1).amin(1)).view({3, 1, 1}) *
             255.0)
                .round()
                .to(at::kByte)));
        QVERIFY(data.indices(SplitSide::Test).size() >= 10);
        QCOMPARE(data.indices(SplitSide::Test).size() + data.indices(SplitSide::Train).size(),
                 std::size_t{100});
    }

    void droppedPicturesFitTheModel()
    {
        auto image = makeImage(1, 40, 50);
        const auto prepared = prepareImage(image, {4, 32, 32, 0, true}, false);
        QCOMPARE(prepared.color.sizes(), at::IntArrayRef({3, 32, 32}));
        QCOMPARE(prepared.depth.sizes(), at::IntArrayRef({1, 32, 32}));
        QCOMPARE(prepared.ranges.sizes(), at::IntArrayRef({4, 2}));
        const auto digit = prepareImage(image, {1, 28, 28, 10, false}, true);
        QCOMPARE(digit.color.sizes(), at::IntArrayRef({1, 28, 28}));
        QVERIFY(!digit.depth.defined());
        QCOMPARE(digit.ranges[0][1].item<float>(), 255.0F);
        image.depth = at::Tensor();
        QVERIFY_EXCEPTION_THROWN((void)prepareImage(image, {4, 32, 32, 0, true}, false), Error);
    }

    void picturesOfOtherProportionsAreCroppedOrPadded()
    {
        const auto image = makeImage(1, 32, 64);
        const ImageShape shape{4, 32, 32, 0, true};
        // Nothing is resampled here: the middle is the picture's own.
        const auto cropped = prepareImage(image, shape, false, Fit::Crop);
        auto middle = image;
        middle.color = image.color.slice(2, 16, 48);
        middle.depth = image.depth.slice(1, 16, 48);
        const auto expected = prepareImage(middle, shape, false);
        QVERIFY(at::equal(cropped.color, expected.color));
        QVERIFY(at::equal(cropped.depth.to(at::kInt), expected.depth.to(at::kInt)));
        QVERIFY(at::equal(cropped.ranges, expected.ranges));
        // Padded to 64x64 with its own edges, then resized.
        const auto padded = prepareImage(image, shape, false, Fit::Pad);
        auto square = image;
        square.color = at::cat({image.color.slice(1, 0, 1).expand({3, 16, 64}), image.color,
                                image.color.slice(1, 31, 32).expand({3, 16, 64})},
                               1);
        square.depth = at::cat({image.depth.slice(0, 0, 1).expand({16, 64}), image.depth,
                                image.depth.slice(0, 31, 32).expand({16, 64})},
                               0);
        const auto whole = prepareImage(square, shape, false);
        QVERIFY(at::equal(padded.color, whole.color));
        QVERIFY(at::equal(padded.depth.to(at::kInt), whole.depth.to(at::kInt)));
        // Sides that disagree are still found.
        auto wrong = image;
        wrong.depth = image.depth.transpose(0, 1).contiguous();
        QVERIFY_EXCEPTION_THROWN((void)prepareImage(wrong, shape, false, Fit::Crop), Error);
    }

    void depthCodesBecomeValues()
    {
        const auto codes =
            at::tensor({0, 1, 32768, 65535}, at::kInt).to(at::kShort).view(at::kUInt16).view({1, 1, 1, 4});
        const auto values = valuesFromCodes(at::zeros({1, 3, 1, 4}, at::kByte), codes).flatten(2)[0][3];
        QVERIFY(at::allclose(values, at::tensor({0.0F, 0.0F, 32767.0F / 65534.0F, 1.0F})));
        QVERIFY(
            at::equal(valuesFromCodes(at::full({1, 3, 1, 4}, 255, at::kByte), codes.view(at::kShort))[0][0],
                      at::ones({1, 4})));
    }

    // What a table does not cover is told as such, not as a set without labels.
    void labelsOfOtherImagesAreRefused()
    {
        fs::remove(m_file);
        const auto table = m_folder.path().toStdString() + "/labels.csv";
        DataConfig config;
        config.fields.set("size", std::string("16"));
        config.fields.set("labels", table);
        const auto read = [&] {
            return sentenceOf([&] { prepareDataset(config, readersOf({makeImage(1, 20, 20)}), m_file, {}); });
        };
        std::ofstream(table) << "image,type\nother,kitchen\n";
        const auto sentence = read();
        QVERIFY2(sentence.find("has a label for none of the images") != std::string::npos, sentence.c_str());
        QVERIFY2(sentence.ends_with("such as image0."), sentence.c_str());
        QVERIFY(!fs::exists(m_file));
        std::ofstream(table) << "image,type\nimage0,unknown\n";
        QVERIFY(read() != "no error");
        std::ofstream(table) << "image,type\nimage0,kitchen\n";
        QCOMPARE(read(), std::string("no error"));
    }

    void everyCutOfAPreparedFileIsTold()
    {
        (void)prepare({makeImage(1, 20, 20)}, "16");
        std::ifstream in(m_file, std::ios::binary);
        const std::string whole{std::istreambuf_iterator<char>(in), {}};
        for (std::size_t length = 0; length < whole.size(); ++length) {
            std::ofstream(m_file, std::ios::binary | std::ios::trunc) << whole.substr(0, length);
            QVERIFY2(sentenceOf([&] { (void)readPrepared(m_file); }) != "no error",
                     std::to_string(length).c_str());
        }
        fs::remove(m_file);
        QVERIFY(sentenceOf([&] { (void)readPrepared(m_file); }).find("it is not there") != std::string::npos);
        fs::create_directory(m_file);
        QVERIFY(sentenceOf([&] { (void)readPrepared(m_file); }).find("is not a file") != std::string::npos);
        fs::remove(m_file);
    }

    void hostilePreparedFilesAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("what");
        for (const char* name : {"color", "depth", "ranges", "side", "labels", "intrinsics", "names"}) {
            for (const char* what : {"another type", "another rank", "fewer images"})
                QTest::addRow("%s, %s", name, what) << QString::fromUtf8(name) << QString::fromUtf8(what);
        }
        for (const char* name : {"color", "ranges", "side", "names", "info", "problems"})
            QTest::addRow("%s, missing", name) << QString::fromUtf8(name) << QStringLiteral("missing");
        for (const char* name : {"color", "depth", "ranges"})
            QTest::addRow("%s, transposed", name) << QString::fromUtf8(name) << QStringLiteral("transposed");
        for (const char* name : {"ranges", "side", "labels"})
            QTest::addRow("%s, out of range", name)
                << QString::fromUtf8(name) << QStringLiteral("out of range");
        QTest::newRow("ranges, upside down") << QStringLiteral("ranges") << QStringLiteral("upside down");
        QTest::newRow("info, no JSON") << QStringLiteral("info") << QStringLiteral("text");
        QTest::newRow("problems, no JSON") << QStringLiteral("problems") << QStringLiteral("text");
    }
    void hostilePreparedFilesAreRefused()
    {
        QFETCH(QString, name);
        QFETCH(QString, what);
        auto images = std::vector{makeImage(1, 20, 30), makeImage(2, 20, 30)};
        images[0].label = "kitchen";
        images[1].color[0].fill_(7);  // a constant channel is a problem to list
        (void)prepare(images, "16x24");
        auto stored = readSafetensors(m_file);
        const auto found = std::ranges::find(stored.tensors, name.toStdString(), &NamedTensor::name);
        QVERIFY2(found != stored.tensors.end(), "the file has such a tensor");
        auto& tensor = found->tensor;
        const auto type = tensor.scalar_type();
        const auto wide =
            type == at::kUInt16 ? tensor.to(at::kInt) : tensor;  // LibTorch computes little with uint16
        if (what == QLatin1String("missing"))
            stored.tensors.erase(found);
        else if (what == QLatin1String("another type"))
            tensor = tensor.to(at::kDouble);
        else if (what == QLatin1String("another rank"))
            tensor = tensor.unsqueeze(0);
        else if (what == QLatin1String("fewer images"))
            tensor = wide.slice(0, 0, 1).contiguous().to(type);
        else if (what == QLatin1String("transposed"))
            tensor = wide.transpose(-1, -2).contiguous().to(type);
        else if (what == QLatin1String("upside down"))
            tensor = tensor.flip(2).contiguous();
        else if (what == QLatin1String("text"))
            tensor = at::full({4}, '{', at::kByte);
        else
            tensor =
                at::full_like(tensor, type == at::kFloat ? std::numeric_limits<double>::quiet_NaN() : 9.0);
        writeSafetensors(m_file, stored.tensors, stored.metadata);
        const auto sentence = sentenceOf([&] { (void)readPrepared(m_file); });
        QVERIFY(sentence != "no error");
        QVERIFY2(sentence.find(m_file.string()) != std::string::npos, sentence.c_str());
        QVERIFY2(sentence.ends_with('.') && sentence.find('\n') == std::string::npos, sentence.c_str());
    }

    void damagedPreparedFilesAreRefused()
    {
        (void)prepare({makeImage(1, 20, 20)}, "16");
        const auto whole = fs::file_size(m_file);
        auto stored = readSafetensors(m_file);
        fs::resize_file(m_file, whole - 10);
        QVERIFY_EXCEPTION_THROWN((void)readPrepared(m_file), Error);
        std::ofstream(m_file, std::ios::trunc) << "";
        QVERIFY_EXCEPTION_THROWN((void)readPrepared(m_file), Error);
        for (auto& tensor : stored.tensors) {
            if (tensor.name == "ranges")
                tensor.tensor = tensor.tensor.slice(1, 0, 2).contiguous();
        }
        writeSafetensors(m_file, stored.tensors, stored.metadata);
        QVERIFY(sentenceOf([&] { (void)readPrepared(m_file); }).find("ranges") != std::string::npos);
        writeSafetensors(m_file, stored.tensors, {});
        QVERIFY(sentenceOf([&] { (void)readPrepared(m_file); }).find("elbo-cli prepare") !=
                std::string::npos);
    }
};

QTEST_GUILESS_MAIN(PreparationTest)
#include "tst_preparation.moc"
