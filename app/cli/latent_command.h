// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/shown_image.h"
#include "core/latent/encoding.h"
#include "core/training/weights.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace elbo::cli {

class Session;

/// What the commands that decode codes share.
struct LatentArguments {
    std::string run;
    std::string data;  ///< SPEC; empty: the run's own set
    std::string weights = "last";
    std::string device = "auto";
    std::string asClass;
    std::string out;
};
/// RUN, --data, --weights, --device, --class and --out.
void addLatentOptions(CLI::App& command, LatentArguments& arguments, const std::string& outHelp);

/// A model and, when something asks for it, its data.
class LatentModel {
public:
    /// @throws Error as loadModel does
    LatentModel(const LatentArguments& arguments, Session& session);

    [[nodiscard]] const LoadedModel& loaded() const { return m_loaded; }
    [[nodiscard]] Vae& model() const { return *m_loaded.model; }
    /// The images that the model can use. @throws Error as loading does
    [[nodiscard]] const Dataset& data();
    /// Those of its test side; without any all of them. @throws Error(BadData) for none
    [[nodiscard]] std::vector<std::int64_t> testImages();
    /// Posterior mean of an image of the set: [K]. @throws Error(BadSetting) for one that is not there
    [[nodiscard]] at::Tensor codeOf(std::int64_t index);
    /// Of the training images, or of all where there are none.
    [[nodiscard]] LatentCodes trainingCodes();
    /// --class, else the class of that image, where the model is given one.
    /// @throws Error(BadSetting) when neither tells
    [[nodiscard]] std::optional<std::int64_t> shownClass(std::optional<std::int64_t> image);
    /// @param z [B,K] @throws Error as shownCodes does
    [[nodiscard]] std::vector<ShownImage> decoded(const at::Tensor& z, std::optional<std::int64_t> shown);

private:
    const LatentArguments& m_arguments;
    Session& m_session;
    LoadedModel m_loaded;
    std::shared_ptr<const Dataset> m_data;
};

struct LatentFiles {
    std::vector<ShownImage> images;
    at::Tensor z;                ///< float32 [B,K], of the images
    int columns = 1;             ///< of a sheet
    double framesPerSecond = 8;  ///< of an animation
    bool animated = false;       ///< whether .gif and .mp4 can be asked for
    std::string stem = "image";  ///< of the files in a folder
    bool quiet = false;          ///< files are not printed
};
/// FILE.png: a sheet; FILE.gif or FILE.mp4: an animation; a folder: NAME.color.png, NAME.depth.png (16-bit
/// millimetres, or relative 0..65535), z.csv and z.npy. Prints each file.
/// @throws Error(BadSetting) for another ending, and what writing throws
void writeLatentFiles(const LatentFiles& files, const std::filesystem::path& out);

}  // namespace elbo::cli
