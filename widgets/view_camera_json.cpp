// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "widgets/view_camera.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace elbo {

namespace {

constexpr std::size_t kLongestText = 4096;  ///< a camera has some 200 characters

[[noreturn]] void refuse(const std::string& why)
{
    throw Error(ErrorCode::BadSetting, "This text is no camera of a point cloud (" + why +
                                           "): copy one with \"Copy camera\" and paste that.");
}

double number(const nlohmann::json& object, const char* name, double low, double high)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number()) {
        refuse(std::string("its number \"") + name + "\" is missing");
    }
    const auto value = found->get<double>();
    if (!(value >= low && value <= high)) {
        refuse(std::string("its \"") + name + "\" is out of range");
    }
    return value;
}

}  // namespace

std::string toJson(const ViewCamera& camera)
{
    const nlohmann::ordered_json object{{"elbo_camera", 1},
                                        {"target", camera.target},
                                        {"azimuth", camera.azimuth},
                                        {"elevation", camera.elevation},
                                        {"distance", camera.distance},
                                        {"view_angle", camera.viewAngle},
                                        {"projection", camera.orthographic ? "orthographic" : "perspective"}};
    return object.dump(2);
}

ViewCamera viewCameraFromJson(const std::string& text)
{
    if (text.size() > kLongestText) {
        refuse("it is too long");
    }
    const auto object = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object() || !object.contains("elbo_camera")) {
        refuse("it is no JSON object with \"elbo_camera\"");
    }
    if (number(object, "elbo_camera", 0, 1e9) != 1) {
        refuse("it was made by a newer version");
    }
    ViewCamera camera;
    const auto target = object.find("target");
    if (target == object.end() || !target->is_array() || target->size() != 3) {
        refuse("its \"target\" is not three numbers");
    }
    for (std::size_t i = 0; i < 3; ++i) {
        if (!(*target)[i].is_number() || !(std::abs((*target)[i].get<double>()) <= 1e6)) {
            refuse("its \"target\" is out of range");
        }
        camera.target[i] = (*target)[i].get<double>();
    }
    camera.azimuth = std::remainder(number(object, "azimuth", -1e6, 1e6), 360.0);
    camera.elevation = number(object, "elevation", -90, 90);
    camera.distance = number(object, "distance", 1e-4, 1e5);
    camera.viewAngle = number(object, "view_angle", 1, 150);
    const auto projection = object.find("projection");
    if (projection == object.end() || (*projection != "perspective" && *projection != "orthographic")) {
        refuse("its \"projection\" is neither perspective nor orthographic");
    }
    camera.orthographic = *projection == "orthographic";
    return camera;
}

}  // namespace elbo
