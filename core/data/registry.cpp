// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/registry.h"

#include "core/base/error.h"
#include "core/base/nearest_name.h"

#include <algorithm>

namespace elbo {

namespace {

Field integerField(std::string name, std::string label, std::string help, std::string unit,
                   std::int64_t value, double minimum, double maximum, double step = 1.0)
{
    Field field;
    field.name = std::move(name);
    field.label = std::move(label);
    field.help = std::move(help);
    field.unit = std::move(unit);
    field.kind = FieldKind::Integer;
    field.defaultValue = value;
    field.minimum = minimum;
    field.maximum = maximum;
    field.step = step;
    return field;
}

Field realField(std::string name, std::string label, std::string help, std::string unit, double maximum,
                double step)
{
    Field field = integerField(std::move(name), std::move(label), std::move(help), std::move(unit), 0, 0.0,
                               maximum, step);
    field.kind = FieldKind::Real;
    field.defaultValue = 0.0;
    return field;
}

Field textField(FieldKind kind, std::string name, std::string label, std::string help, std::string unit,
                std::string value)
{
    Field field =
        integerField(std::move(name), std::move(label), std::move(help), std::move(unit), 0, 0.0, 0.0);
    field.kind = kind;
    field.defaultValue = std::move(value);
    return field;
}

Field choiceField(std::string name, std::string label, std::string help, std::vector<std::string> choices,
                  std::vector<std::string> labels)
{
    Field field =
        textField(FieldKind::Choice, std::move(name), std::move(label), std::move(help), "", choices.front());
    field.choices = std::move(choices);
    field.choiceLabels = std::move(labels);
    return field;
}

Field advanced(Field field)
{
    field.advanced = true;
    return field;
}

Field folderField(std::string help)
{
    return textField(FieldKind::Path, "path", "Folder", std::move(help), "", "");
}

/// @param patterns the names such a file has
Field fileField(std::string name, std::string label, std::string help, std::vector<std::string> patterns)
{
    Field field = textField(FieldKind::Path, std::move(name), std::move(label), std::move(help), "", "");
    field.choices = std::move(patterns);
    return field;
}

Field sizeField(std::string value)
{
    return textField(FieldKind::Text, "size", "Size",
                     "Size every image is resized to: a side (128), width x height (640x480), or native for "
                     "the size it has.",
                     "pixels", std::move(value));
}

/// What fits every set that is prepared.
std::vector<Field> commonFields(const std::string& size)
{
    Field testFraction =
        realField("test", "Test fraction", "Share of the images kept for testing when the split is seeded.",
                  "", 0.9, 0.05);
    testFraction.defaultValue = 0.1;
    return {
        sizeField(size),
        integerField("limit", "Limit",
                     "Use only this many images, spread evenly over the set in name order; 0 uses all.",
                     "images", 0, 0, 10'000'000, 100),
        textField(FieldKind::Text, "split", "Split",
                  "official: the set's own test images where it has them, else a seeded split; seeded; or a "
                  "file with the name of one test image a line.",
                  "", "official"),
        testFraction,
        realField("validation", "Validation fraction",
                  "Share of the training images kept aside to choose the best epoch.", "", 0.9, 0.05),
        advanced(integerField("split-seed", "Split seed",
                              "Decides which images a seeded split tests on; nothing else changes the split.",
                              "", 1, 0, 9.0e15)),
        advanced(fileField(
            "labels", "Labels",
            "A CSV file with a column image and one more, the label; empty uses the labels the set brings.",
            {"*.csv", "*.txt"})),
        advanced(
            choiceField("resize", "Resizing",
                        "Antialiased bicubic keeps detail as MATLAB's imresize does; area averaging blurs.",
                        {"bicubic", "area"}, {"Antialiased bicubic", "Area average"})),
    };
}

/// What fits every set that is read from files: those of a person may be damaged.
std::vector<Field> fileFields()
{
    return {
        choiceField("unusable", "Bad images",
                    "What to do about images that are damaged, lack their partner or hold no valid depth: "
                    "leave-out lists each by name and reason and goes on without it; refuse ends the "
                    "preparation.",
                    {"leave-out", "refuse"}, {"Leave out and list", "Refuse the set"}),
    };
}

std::vector<Field> depthFields()
{
    return {
        choiceField(
            "fill", "Holes in depth",
            "nearest fills pixels without depth from the nearest one that has it; colourise from "
            "neighbours of like brightness (slow, best at edges); bilateral from pixels that are near "
            "and of like colour; none keeps the holes, which a VAE refuses.",
            {"nearest", "colourise", "bilateral", "none"},
            {"Nearest value", "Colourisation", "Cross-bilateral filter", "Keep holes"}),
    };
}

std::vector<Field> cameraFields()
{
    return {
        realField("depth-scale", "Depth units a metre",
                  "1000 for millimetres; 0 takes 1000 for 16-bit files, 1 for float files, and leaves 8-bit "
                  "files relative.",
                  "units a metre", 1.0e7, 100),
        advanced(textField(FieldKind::Text, "intrinsics", "Intrinsics",
                           "Focal lengths and centre of the camera, fx;fy;cx;cy in pixels of the unresized "
                           "image, or a file with them.",
                           "pixels", "")),
    };
}

std::vector<Field> joined(std::initializer_list<std::vector<Field>> parts)
{
    std::vector<Field> all;
    for (const auto& part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

std::vector<DataSetEntry> makeEntries()
{
    const auto mnistPath = [] {
        return std::vector<Field>{folderField("Folder with the four official IDX files, plain or .gz.")};
    };
    return {
        {"rooms", "Synthetic rooms", "Made by this program",
         "Furnished rooms with exact depth in metres, made from a seed; needs no files.", false, true,
         joined(
             {{integerField("count", "Images", "How many rooms to make.", "images", 500, 1, 1'000'000, 100),
               integerField("seed", "Scene seed", "Decides what stands in the rooms.", "", 1, 0, 9.0e15)},
              commonFields("128"),
              depthFields()})},
        {"mnist", "MNIST", "LeCun, Bottou, Bengio and Haffner 1998",
         "70,000 handwritten digits of 28x28; the path is the folder with the four official files.", true,
         false, joined({mnistPath(), commonFields("native"), fileFields()})},
        {"fashion-mnist", "Fashion-MNIST", "Xiao, Rasul and Vollgraf 2017",
         "70,000 pictures of clothing of 28x28; the path is the folder with the four official files.", true,
         false, joined({mnistPath(), commonFields("native"), fileFields()})},
        {"rgbd-folder", "Colour and depth pairs", "Your own images",
         "A folder of colour images with their depth images, matched by name: N.jpg and N.png, rgb and depth "
         "folders, rgb_N and sync_depth_N, or N.color and N.depth.",
         true, true,
         joined({{folderField("Folder with the pairs; it is searched three levels deep.")},
                 commonFields("128"),
                 fileFields(),
                 depthFields(),
                 cameraFields()})},
        {"nyu-mat", "NYU Depth V2 (.mat)", "Silberman, Hoiem, Kohli and Fergus 2012",
         "nyu_depth_v2_labeled.mat, or a .mat file with images and depths as it has them; scene types are "
         "the "
         "labels, and splits.mat beside it is the official split.",
         true, true,
         joined({{fileField("path", "File",
                            "A .mat file of MATLAB 7.3 (HDF5) or 5 to 7 with images [height, width, 3, "
                            "images] and depths [height, width, images] in metres.",
                            {"*.mat"}),
                  choiceField("depths", "Depth",
                              "inpainted is the set's own filled depth; raw is as the camera gave it, with "
                              "holes (rawDepths).",
                              {"inpainted", "raw"}, {"In-painted", "Raw"}),
                  fileField("splits", "Split file",
                            "The official split, a .mat file with trainNdxs and testNdxs; empty takes "
                            "splits.mat beside the file.",
                            {"*.mat"})},
                 commonFields("128"),
                 fileFields(),
                 depthFields(),
                 cameraFields()})},
        {"frames-h5", "HDF5 frames", "Ma and Karaman 2018",
         "A folder with one HDF5 file a frame, rgb [3, height, width] and depth [height, width] in metres, "
         "in "
         "scene folders; train and val above them are the official sides.",
         true, true,
         joined({{folderField("Folder above the scenes; it is searched three levels deep.")},
                 commonFields("128"),
                 fileFields(),
                 depthFields(),
                 cameraFields()})},
        {"official-splits", "NYU frames in scene folders", "Lee, Han, Ko and Suh 2019 (BTS)",
         "A folder of scenes with rgb_NNNNN.jpg and sync_depth_NNNNN.png (millimetres); folders train and "
         "test, or lists of files, are the official sides, and scene types the labels.",
         true, true,
         joined({{folderField("Folder above the scenes; it is searched three levels deep.")},
                 commonFields("128"),
                 fileFields(),
                 depthFields(),
                 cameraFields()})},
        {"prepared",
         "Prepared file",
         "Written by elbo-cli prepare",
         "A file with images that were resized and normalised before; used as it is.",
         true,
         true,
         {fileField("path", "File", "A .safetensors file written by elbo-cli prepare.", {"*.safetensors"})}},
    };
}

}  // namespace

const std::vector<DataSetEntry>& dataSets()
{
    static const std::vector<DataSetEntry> entries = makeEntries();
    return entries;
}

const DataSetEntry& findDataSet(std::string_view key)
{
    const auto& entries = dataSets();
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [key](const DataSetEntry& entry) { return entry.key == key; });
    if (found != entries.end())
        return *found;
    std::vector<std::string> keys;
    for (const auto& entry : entries)
        keys.push_back(entry.key);
    throw Error(ErrorCode::BadSetting, "There is no data set \"" + std::string(key) + "\"" +
                                           nearestHint(key, keys) + ": use one of " + listed(keys) + ".");
}

}  // namespace elbo
