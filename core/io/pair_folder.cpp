// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/pair_folder.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/io/images.h"

#include <algorithm>
#include <cmath>
#include <locale>
#include <sstream>
#include <system_error>
#include <utility>

namespace elbo {

namespace fs = std::filesystem;

namespace {

constexpr float kUnitsAMetre = 1000;
constexpr float kLargestUnits = 65534;  ///< 65535 means no value

/// Millimetres; 0 where a pixel has no depth that they can tell.
ImageF millimetres(const ImageF& depth)
{
    auto result = depth;
    for (auto& value : result.values) {
        const float units = std::round(value * kUnitsAMetre);
        value = units >= 1 && units <= kLargestUnits ? units : 0.0F;  // false for NaN
    }
    return result;
}

bool sameCamera(const Intrinsics& a, const Intrinsics& b)
{
    return a.fx == b.fx && a.fy == b.fy && a.cx == b.cx && a.cy == b.cy && a.width == b.width &&
           a.height == b.height;
}

}  // namespace

std::string uniqueFileStem(const std::string& name, std::set<std::string>& used)
{
    std::string stem;
    for (const char c : name)
        stem += (c == '/' || c == '\\' || c == ':') ? '_' : c;
    if (stem.empty() || stem == "." || stem == "..")
        stem = "image";
    std::string unique = stem;
    for (int n = 2; !used.insert(unique).second; ++n)
        unique = stem + "-" + std::to_string(n);
    return unique;
}

PairFolder::PairFolder(fs::path folder) : m_folder(std::move(folder))
{
    std::error_code problem;
    fs::create_directories(m_folder, problem);
    if (problem)
        throw fileError(problem.value(), "create", m_folder.string());
    const bool empty = fs::is_empty(m_folder, problem);
    if (problem)
        throw fileError(problem.value(), "read", m_folder.string());
    if (!empty)
        throw Error(ErrorCode::BadSetting,
                    m_folder.string() + " holds something already: choose an empty folder for the pairs.");
}

void PairFolder::add(const std::string& name, const Image8& color, const ImageF& depth,
                     const std::optional<Intrinsics>& intrinsics)
{
    if (color.width != depth.width || color.height != depth.height)
        throw Error(ErrorCode::BadData,
                    "Colour and depth of " + name + " differ in size: a pair needs both alike.");
    const auto units = millimetres(depth);
    if (std::ranges::none_of(units.values, [](float value) { return value > 0; }))
        throw Error(ErrorCode::BadData, "No pixel of " + name + " has a depth in metres: it makes no pair.");
    const auto stem = uniqueFileStem(name, m_names);
    const auto depthFile = m_folder / (stem + ".depth.png");
    writePng16(depthFile, units);
    try {
        writePng(m_folder / (stem + ".color.png"), color);
    } catch (...) {
        std::error_code ignored;  // the failure above is what is told
        fs::remove(depthFile, ignored);
        m_names.erase(stem);
        throw;
    }
    ++m_size;
    tellIntrinsics(intrinsics);
}

void PairFolder::tellIntrinsics(const std::optional<Intrinsics>& intrinsics)
{
    const auto file = m_folder / "camera-intrinsics.txt";
    const bool known = intrinsics && !intrinsics->guessed;
    if (m_size == 1 && known) {
        m_intrinsics = intrinsics;
        std::ostringstream text;
        text.imbue(std::locale::classic());
        text.precision(10);
        text << intrinsics->fx << " 0 " << intrinsics->cx << "\n0 " << intrinsics->fy << ' ' << intrinsics->cy
             << "\n0 0 1\n";
        writeTextFile(file, text.str());
    } else if (m_intrinsics && (!known || !sameCamera(*m_intrinsics, *intrinsics))) {
        m_intrinsics.reset();  // one file speaks for the whole folder
        std::error_code problem;
        fs::remove(file, problem);
        if (problem)
            throw fileError(problem.value(), "remove", file.string());
    }
}

}  // namespace elbo
