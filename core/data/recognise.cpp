// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/recognise.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace elbo {

namespace fs = std::filesystem;

namespace {

constexpr int kLevels = 3;
constexpr int kLooks = 20'000;  ///< at names of a folder that may hold hundreds of thousands

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Kinds of files that a folder of images holds.
struct Kinds {
    bool hdf5 = false;
    bool officialColor = false;
    bool officialDepth = false;
    bool otherPicture = false;
};

Kinds kindsIn(const fs::path& folder)
{
    Kinds kinds;
    std::error_code failed;  // what cannot be listed decides nothing: reading it says why
    fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, failed);
    int looks = 0;
    for (const fs::recursive_directory_iterator end; !failed && entry != end && looks < kLooks;
         entry.increment(failed), ++looks) {
        if (entry.depth() >= kLevels)
            entry.disable_recursion_pending();
        const auto name = entry->path().filename().string();
        const auto suffix = lower(entry->path().extension().string());
        constexpr std::array<std::string_view, 5> pictures{".png", ".jpg", ".jpeg", ".tif", ".tiff"};
        if (name.starts_with('.'))
            continue;
        if (suffix == ".h5" || suffix == ".hdf5")
            kinds.hdf5 = true;
        else if (std::find(pictures.begin(), pictures.end(), suffix) == pictures.end())
            continue;
        else if (name.starts_with("rgb_"))
            kinds.officialColor = true;
        else if (name.starts_with("sync_depth_"))
            kinds.officialDepth = true;
        else
            kinds.otherPicture = true;
    }
    return kinds;
}

std::string recogniseFolder(const std::string& path)
{
    if (hasIdxFiles(path)) {
        // Both sets have files of the same names; the folder's own name is all that tells them apart.
        const auto name = lower(fs::path(path).filename().string());
        return name.find("fashion") != std::string::npos ? "fashion-mnist" : "mnist";
    }
    const auto kinds = kindsIn(path);
    const bool pictures = kinds.officialColor || kinds.officialDepth || kinds.otherPicture;
    if (kinds.hdf5 && !pictures)
        return "frames-h5";
    if (kinds.officialColor && kinds.officialDepth && !kinds.otherPicture)
        return "official-splits";
    return "rgbd-folder";
}

}  // namespace

bool hasIdxFiles(const fs::path& folder)
{
    for (const char* name : {"train-images-idx3-ubyte", "train-images.idx3-ubyte"}) {
        if (somethingAt((folder / name).string()) ||
            somethingAt((folder / (std::string(name) + ".gz")).string()))
            return true;
    }
    return false;
}

bool somethingAt(const std::string& path)
{
    std::error_code ignored;  // why there is nothing to see is told by absence()
    return !path.empty() && fs::exists(path, ignored);
}

Error absence(const std::string& path, const std::string& use)
{
    std::error_code failed;
    (void)fs::status(path, failed);
    auto refused = fileError(failed.value(), "read", path);
    if (refused.code() == ErrorCode::NoPermission)
        return refused;
    return {ErrorCode::NotFound, "There is no file or folder " + path + use + ": check the path."};
}

std::string recogniseDataSet(const std::string& path)
{
    if (!somethingAt(path))
        throw absence(path);
    if (fs::is_directory(path))
        return recogniseFolder(path);
    const auto suffix = lower(fs::path(path).extension().string());
    if (suffix == ".safetensors")
        return "prepared";
    if (suffix == ".mat")
        return "nyu-mat";
    const std::string name = fs::path(path).filename().string();
    if (suffix == ".h5" || suffix == ".hdf5")
        throw Error(ErrorCode::BadFile,
                    path +
                        " is one HDF5 file: give the folder of frames that it lies in, or nyu-mat:PATH for a "
                        "file with all images.");
    if (name.find("idx") != std::string::npos && name.find("ubyte") != std::string::npos)
        throw Error(ErrorCode::BadFile,
                    path + " is one of the four files of MNIST: give the folder they lie in.");
    throw Error(ErrorCode::BadFile,
                path +
                    " is no data set this program knows: give a folder of colour and depth images, a folder "
                    "with the files of MNIST, a .mat file of NYU Depth V2, or a prepared .safetensors file.");
}

}  // namespace elbo
