// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/job_queue.h"
#include "core/data/data_config.h"
#include "core/evaluation/reconstruct.h"
#include "core/store/weights_file.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

struct LoadedModel;
class DatasetView;

/// What the window shows of opened weights; plain values.
struct OpenedModel {
    std::string title;  ///< "RGB-D VAE"
    std::string key;
    std::string name;  ///< of the run, or of the file
    std::filesystem::path file;
    std::filesystem::path runFolder;  ///< empty for a lone weights file
    DataConfig data;                  ///< what it was trained on
    bool dataKnown = true;            ///< false: weights from elsewhere, which do not tell it
    std::int64_t epoch = 0;
    std::int64_t parameters = 0;
    std::int64_t trainedImages = 0;  ///< that it learned from
    WeightsFormat format = WeightsFormat::Safetensors;
    std::int64_t channels = 0, width = 0, height = 0;
    bool hasDepth = false, metric = false;
    std::vector<std::string> classes;  ///< of a model that is given the class of an image; else empty
    /// The network itself: used by one worker at a time, never from the GUI thread.
    std::shared_ptr<LoadedModel> model;
};

/// A picture that a person gave: a colour file and, for models with depth, its depth file.
struct PicturePair {
    std::filesystem::path color;
    std::filesystem::path depth;  ///< empty: none known
    bool operator==(const PicturePair&) const = default;
};

/// What pictures are for: unknown until a model is open.
enum class PictureUse { Unknown, ColorOnly, WithDepth };

/// Shared, since pictures are large: the list, the inspector and a job that saves look at the same ones.
using ReconstructionResults = std::vector<std::shared_ptr<const Reconstruction>>;

/// All of these are for a worker thread and throw Error.
[[nodiscard]] OpenedModel openModel(const std::filesystem::path& runOrWeights, const std::string& which);

/// Whether a file of tensors is a prepared data set rather than weights, by its header.
[[nodiscard]] bool isPreparedSet(const std::filesystem::path& file);

/// Sorts dropped files into pairs: a depth picture joins its colour by the names of rgbd-folder; two files of
/// which one is a 16-bit or grey picture are one pair. Depth pictures whose colour is absent are told in
/// `problems`; with an unknown use they may be grey pictures to rebuild, and stay.
[[nodiscard]] std::vector<PicturePair> pairPictures(const std::vector<std::filesystem::path>& files,
                                                    PictureUse use, std::vector<std::string>& problems);

/// A small copy of a picture, at most 256 pixels a side, for a list. @throws Error when it cannot be read
[[nodiscard]] Image8 smallPicture(const std::filesystem::path& file);

[[nodiscard]] std::vector<Reconstruction> reconstructImages(const OpenedModel& opened,
                                                            const DatasetView& data,
                                                            const std::vector<std::int64_t>& indices,
                                                            const ReconstructionOptions& options);
/// @throws Error(BadData) when the model has depth and the pair has none
[[nodiscard]] Reconstruction reconstructPicture(const OpenedModel& opened, const PicturePair& pair,
                                                const ReconstructionOptions& options);

/// Writes NAME.color.png, NAME.depth.png (uint16: millimetres, or relative 0..65535), sheet.png and table.csv
/// into a folder that is made when it is not there; in a folder that holds something already, into a new one
/// below it, so that nothing is overwritten. @return the files written @throws Error, Cancelled
std::vector<std::filesystem::path> saveReconstructions(const ReconstructionResults& reconstructions,
                                                       const std::filesystem::path& folder,
                                                       const JobContext& context);
/// Truth above reconstruction of all of them, as one picture.
[[nodiscard]] Image8 sheetOf(const ReconstructionResults& reconstructions);
/// name, mse, mse_color, mse_depth, psnr, ssim, depth_rmse_m; a line an image and one of averages, over the
/// images of which a figure is known and finite. Quick.
[[nodiscard]] std::string reconstructionTable(const ReconstructionResults& reconstructions);

}  // namespace elbo
