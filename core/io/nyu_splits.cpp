// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/nyu_splits.h"

#include "core/base/error.h"
#include "core/io/mat_file.h"

#include <cmath>
#include <cstdio>
#include <system_error>

namespace elbo {

namespace fs = std::filesystem;

namespace {

std::string numberText(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
}

void addSide(const MatFile& mat, const fs::path& file, const std::string& name, SplitSide side,
             std::vector<std::optional<SplitSide>>& sides)
{
    if (!mat.find(name).has_value())
        throw Error(ErrorCode::BadFile,
                    file.string() + " has no variable " + name +
                        ": give the splits.mat of NYU Depth V2, with trainNdxs and testNdxs.");
    for (const double number : mat.numbers(name)) {
        if (!(number >= 1.0) || number > static_cast<double>(kMaximumMatNumbers) ||
            std::floor(number) != number)
            throw Error(ErrorCode::BadFile, name + " in " + file.string() + " holds " + numberText(number) +
                                                ", which is no index from 1 on: give the splits.mat of NYU "
                                                "Depth V2.");
        const auto index = static_cast<std::size_t>(number) - 1;
        if (index >= sides.size())
            sides.resize(index + 1);
        if (sides[index].has_value() && *sides[index] != side)
            throw Error(ErrorCode::BadFile, file.string() + " has image " + numberText(number) +
                                                " on both sides: give the splits.mat of NYU Depth V2.");
        sides[index] = side;
    }
}

}  // namespace

std::vector<std::optional<SplitSide>> readNyuSplits(const fs::path& file)
{
    const auto mat = openMatFile(file);
    std::vector<std::optional<SplitSide>> sides;
    addSide(*mat, file, "trainNdxs", SplitSide::Train, sides);
    addSide(*mat, file, "testNdxs", SplitSide::Test, sides);
    return sides;
}

std::optional<fs::path> splitsBeside(const fs::path& file)
{
    for (const char* name : {"splits.mat", "Splits.mat", "SPLITS.MAT"}) {
        const auto beside = file.parent_path() / name;
        std::error_code ignored;  // what cannot be looked at is not there
        if (beside != file && fs::is_regular_file(beside, ignored))
            return beside;
    }
    return std::nullopt;
}

}  // namespace elbo
