// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/weights_file.h"

#include "core/base/error.h"
#include "core/store/input_file.h"
#include "core/store/torch_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace elbo {
namespace {

/// A safetensors file has the length of its JSON here, then the JSON's brace.
constexpr std::size_t kMarkBytes = 9;

Error damagedFile(const std::string& path, const std::string& reason)
{
    return {ErrorCode::BadFile, "Could not read " + path + ": " + reason +
                                    "; choose a file of weights (.safetensors, .pt or .pth)."};
}

std::string lowerExtension(const std::filesystem::path& file)
{
    std::string extension = file.extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return extension;
}

WeightsHeader weightsHeader(TorchHeader header)
{
    return {
        .format = header.format == TorchFormat::Zip ? WeightsFormat::TorchZip : WeightsFormat::TorchLegacy,
        .tensors = std::move(header.tensors),
        .metadata = std::move(header.metadata),
        .place = std::move(header.place)};
}

}  // namespace

std::string_view toString(WeightsFormat format)
{
    switch (format) {
        case WeightsFormat::Safetensors:
            return "safetensors";
        case WeightsFormat::TorchZip:
            return "pytorch-zip";
        case WeightsFormat::TorchLegacy:
            return "pytorch-legacy";
    }
    return "";
}

WeightsFormat weightsFormat(const std::filesystem::path& file)
{
    const InputFile input(file, damagedFile);
    std::array<char, kMarkBytes> mark{};
    input.read(0, mark.data(), std::min<std::uint64_t>(input.size(), mark.size()));
    const std::string_view begin(mark.data(), mark.size());
    if (begin.starts_with(std::string_view("PK\x03\x04", 4)) && begin.back() != '{') {
        return WeightsFormat::TorchZip;
    }
    // The protocol of a pickle, then a number of ten bytes.
    if (begin.starts_with(std::string_view("\x80\x02\x8a\x0a", 4))) {
        return WeightsFormat::TorchLegacy;
    }
    return WeightsFormat::Safetensors;
}

bool isTorchFile(const std::filesystem::path& file)
{
    std::error_code ignored;  // what cannot be looked at is no PyTorch file; opening it will say why
    if (!std::filesystem::is_regular_file(file, ignored)) {
        return false;
    }
    try {
        return weightsFormat(file) != WeightsFormat::Safetensors;
    } catch (const Error&) {
        return false;
    }
}

WeightsHeader readWeightsHeader(const std::filesystem::path& file)
{
    if (weightsFormat(file) != WeightsFormat::Safetensors) {
        return weightsHeader(readTorchHeader(file));
    }
    auto header = readSafetensorsHeader(file);
    return {.format = WeightsFormat::Safetensors,
            .tensors = std::move(header.tensors),
            .metadata = std::move(header.metadata),
            .place = {}};
}

WeightsFile readWeights(const std::filesystem::path& file)
{
    if (weightsFormat(file) != WeightsFormat::Safetensors) {
        auto torch = readTorch(file);
        return {.header = weightsHeader(std::move(torch.header)), .tensors = std::move(torch.tensors)};
    }
    auto stored = readSafetensors(file);
    WeightsFile result;
    for (const auto& [name, tensor] : stored.tensors) {
        result.header.tensors.push_back(
            {.name = name, .type = tensor.scalar_type(), .shape = tensor.sizes().vec()});
    }
    result.header.metadata = std::move(stored.metadata);
    result.tensors = std::move(stored.tensors);
    return result;
}

WeightsFormat weightsFormatOfName(const std::filesystem::path& file)
{
    const std::string extension = lowerExtension(file);
    if (extension == ".safetensors") {
        return WeightsFormat::Safetensors;
    }
    if (extension == ".pt" || extension == ".pth") {
        return WeightsFormat::TorchZip;
    }
    throw Error(ErrorCode::BadSetting,
                file.string() +
                    " does not say what to write: end its name in .safetensors, or in .pt or .pth for "
                    "PyTorch.");
}

void writeWeights(const std::filesystem::path& file, const std::vector<NamedTensor>& tensors,
                  const std::map<std::string, std::string>& metadata, const WriteObserver& observer)
{
    if (weightsFormatOfName(file) == WeightsFormat::Safetensors) {
        writeSafetensors(file, tensors, metadata, observer);
    } else {
        writeTorch(file, tensors, metadata, observer);
    }
}

}  // namespace elbo
