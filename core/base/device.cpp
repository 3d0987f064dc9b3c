// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/device.h"

#include "core/base/error.h"
#include "core/base/nvidia_driver.h"

#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

#include <unistd.h>

namespace elbo {

namespace {

std::string processorName()
{
    std::ifstream cpuinfo("/proc/cpuinfo");
    for (std::string line; std::getline(cpuinfo, line);)
        if (line.starts_with("model name"))
            if (const auto colon = line.find(": "); colon != std::string::npos)
                return line.substr(colon + 2);
    return "CPU";
}

bool processorHasBFloat16()
{
    std::ifstream cpuinfo("/proc/cpuinfo");
    for (std::string line; std::getline(cpuinfo, line);) {
        const bool listsFeatures = line.starts_with("flags") || line.starts_with("Features");
        if (!listsFeatures)
            continue;
        std::istringstream words(line);
        for (std::string word; words >> word;)
            if (word == "avx512_bf16" || word == "amx_bf16" || word == "bf16")
                return true;
        return false;
    }
    return false;
}

DeviceInfo cpuInfo()
{
    const auto cores = std::max(1U, std::thread::hardware_concurrency());
    const auto pages = sysconf(_SC_PHYS_PAGES);
    const auto pageBytes = sysconf(_SC_PAGE_SIZE);
    return {"cpu", processorName() + ", " + std::to_string(cores) + (cores == 1 ? " core" : " cores"),
            static_cast<std::int64_t>(pages) * pageBytes, processorHasBFloat16()};
}

int cudaDeviceCount()
{
    return at::hasCUDA() ? static_cast<int>(at::detail::getCUDAHooks().deviceCount()) : 0;
}

DeviceInfo cudaInfo(int index, const std::vector<NvidiaCard>& cards)
{
    DeviceInfo info;
    info.key = "cuda:" + std::to_string(index);
    if (const auto at = static_cast<std::size_t>(index); at < cards.size()) {
        info.title = cards[at].name;
        info.memoryBytes = cards[at].memoryBytes;
        info.fastBFloat16 = cards[at].capabilityMajor >= 8;
    } else {
        // The driver does not say: every card that LibTorch 2.11 and newer supports well has bf16.
        info.title = "NVIDIA GPU " + std::to_string(index);
        info.fastBFloat16 = true;
    }
    return info;
}

std::int64_t kernelBytes(const char* file, std::string_view name)
{
    std::ifstream status(file);
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(name)) {
            std::istringstream words(line.substr(name.size()));
            std::int64_t kibibytes = 0;
            words >> kibibytes;
            return kibibytes * 1024;
        }
    return 0;
}

[[noreturn]] void throwNoGpu(std::string_view key, int count)
{
    const std::string reason =
        count == 0 ? "no NVIDIA GPU answers (a CPU build of LibTorch, or no driver)"
                   : "this machine has only " + std::to_string(count) + (count == 1 ? " GPU" : " GPUs");
    throw Error(ErrorCode::NoDevice, "The device \"" + std::string(key) + "\" cannot be used, since " +
                                         reason + ": choose the device cpu or auto.");
}

/// The same run must give the same bits, and float32 must mean float32: cuDNN may neither pick by timing, nor
/// add up in any order, nor round the factors of convolutions to 10 bits, as LibTorch lets it unless told.
void useExactCuda()
{
    auto& context = at::globalContext();
    context.setDeterministicCuDNN(true);
    context.setBenchmarkCuDNN(false);
    context.setAllowTF32CuDNN(false);
}

std::optional<int> cudaIndex(std::string_view key)
{
    if (key == "cuda")
        return 0;
    if (!key.starts_with("cuda:"))
        return std::nullopt;
    key.remove_prefix(5);
    int index = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
    const bool whole = error == std::errc{} && end == key.data() + key.size() && index >= 0;
    return whole ? std::optional(index) : std::nullopt;
}

}  // namespace

std::string_view toString(Precision precision)
{
    return precision == Precision::BFloat16 ? "bf16" : "float32";
}

std::vector<DeviceInfo> availableDevices()
{
    std::vector<DeviceInfo> devices{cpuInfo()};
    const auto cards = nvidiaCards();
    for (int index = 0; index < cudaDeviceCount(); ++index)
        devices.push_back(cudaInfo(index, cards));
    return devices;
}

c10::Device chooseDevice(std::string_view key)
{
    const int count = cudaDeviceCount();
    if (key == "cpu" || (key == "auto" && count == 0))
        return c10::Device(c10::kCPU);
    useExactCuda();
    if (key == "auto")
        return c10::Device(c10::kCUDA, 0);
    const auto index = cudaIndex(key);
    if (!index)
        throw Error(ErrorCode::BadSetting,
                    "The device must be auto, cpu, cuda or cuda:N, not \"" + std::string(key) + "\".");
    if (*index >= count)
        throwNoGpu(key, count);
    return c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(*index));
}

Precision choosePrecision(std::string_view text, const c10::Device& device)
{
    if (text == "float32")
        return Precision::Float32;
    if (text == "bf16")
        return Precision::BFloat16;
    if (text == "auto")
        return deviceInfo(device).fastBFloat16 ? Precision::BFloat16 : Precision::Float32;
    throw Error(ErrorCode::BadSetting,
                "The precision must be auto, float32 or bf16, not \"" + std::string(text) + "\".");
}

DeviceInfo deviceInfo(const c10::Device& device)
{
    return device.is_cpu() ? cpuInfo() : cudaInfo(device.index(), nvidiaCards());
}

std::int64_t residentBytes()
{
    return kernelBytes("/proc/self/status", "VmRSS:");
}

std::int64_t dataBytes()
{
    return kernelBytes("/proc/self/status", "VmData:");
}

std::int64_t peakResidentBytes()
{
    return kernelBytes("/proc/self/status", "VmHWM:");
}

std::int64_t availableBytes()
{
    return kernelBytes("/proc/meminfo", "MemAvailable:");
}

}  // namespace elbo
