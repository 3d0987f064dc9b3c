// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/depth_scene.h"
#include "core/geometry/ply.h"
#include "core/io/depth_files.h"
#include "core/io/images.h"

#include <cmath>
#include <locale>
#include <sstream>

namespace elbo {

namespace {

constexpr float kMillimetresAMetre = 1000;

ImageF inMillimetres(ImageF metres)
{
    for (auto& value : metres.values) {
        value *= kMillimetresAMetre;
    }
    return metres;
}

std::string quoted(const std::string& text)
{
    std::string result = "\"";
    for (const char c : text) {
        result += c == '"' ? "\"\"" : std::string(1, c);
    }
    return result + "\"";
}

}  // namespace

void saveScene(const DepthScene& scene, const std::filesystem::path& folder, const std::string& stem)
{
    writePng(folder / (stem + ".color.png"), scene.color);
    (void)writeDepth(folder, stem, toTensor(scene.estimated));
    writePly(folder / (stem + ".ply"), *scene.cloud);
    if (!scene.truth.empty()) {
        writePng16(folder / (stem + ".true-depth.png"), inMillimetres(scene.truth));
    }
    if (scene.reconstruction) {
        writePng(folder / (stem + ".rebuilt.color.png"), scene.reconstruction->color);
        writePng16(folder / (stem + ".rebuilt.depth.png"), inMillimetres(scene.reconstruction->depth));
        if (scene.rebuilt && scene.rebuilt->size() > 0) {
            writePly(folder / (stem + ".rebuilt.ply"), *scene.rebuilt);
        }
    }
}

std::string sceneTableHeading()
{
    std::string heading = "name,depth_min_m,depth_max_m,fx,fy,cx,cy,intrinsics";
    forEachMetric({}, [&](const char* name, double) { heading += std::string(",") + name; });
    return heading + ",vae_mse,vae_psnr,vae_ssim,estimate_ms\n";
}

std::string sceneTableLine(const DepthScene& scene)
{
    std::ostringstream line;
    line.imbue(std::locale::classic());
    float low = std::numeric_limits<float>::infinity(), high = 0;
    for (const float value : scene.estimated.values) {
        low = std::min(low, value);
        high = std::max(high, value);
    }
    line << quoted(scene.input.name) << ',' << low << ',' << high << ',' << scene.intrinsics.fx << ','
         << scene.intrinsics.fy << ',' << scene.intrinsics.cx << ',' << scene.intrinsics.cy << ','
         << quoted(scene.intrinsics.guessed ? "guess" : scene.intrinsics.source);
    forEachMetric(scene.metrics.value_or(DepthMetrics{}), [&](const char*, double value) {
        line << ',';
        if (scene.metrics) {
            line << value;
        }
    });
    if (scene.reconstruction) {
        line << ',' << scene.reconstruction->mse << ',' << scene.reconstruction->psnr << ','
             << scene.reconstruction->ssim;
    } else {
        line << ",,,";
    }
    for (const auto& time : scene.times) {
        if (time.step == "estimate") {
            line << ',' << time.milliseconds;
        }
    }
    line << '\n';
    return line.str();
}

}  // namespace elbo
