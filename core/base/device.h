// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace elbo {

enum class Precision { Float32, BFloat16 };
/// "float32", "bf16": as in files and on the command line.
[[nodiscard]] std::string_view toString(Precision precision);

struct DeviceInfo {
    std::string key;    ///< "cpu", "cuda:0"
    std::string title;  ///< "AMD EPYC 9554, 2 cores", "NVIDIA H200"
    std::int64_t memoryBytes = 0;
    bool fastBFloat16 =
        false;  ///< has bf16 instructions worth using (avx512_bf16, amx_bf16, neoverse bf16, sm_80+)
};
/// All devices this build and machine have; the CPU is always the first.
[[nodiscard]] std::vector<DeviceInfo> availableDevices();

/// @param key  auto | cpu | cuda | cuda:N;  auto = the first CUDA device, else the CPU
/// @throws Error(NoDevice) when that GPU is not there (says why: a CPU build, no driver, only N GPUs),
/// Error(BadSetting) for another text
[[nodiscard]] c10::Device chooseDevice(std::string_view key);
/// @param text  auto | float32 | bf16; auto = bf16 where the device has fast bf16, else float32
[[nodiscard]] Precision choosePrecision(std::string_view text, const c10::Device& device);
[[nodiscard]] DeviceInfo deviceInfo(const c10::Device& device);

/// Memory of this process now, and the most it has held, in bytes (from /proc/self/status); 0 where unknown.
[[nodiscard]] std::int64_t residentBytes();
[[nodiscard]] std::int64_t peakResidentBytes();
/// What this process can write to and shares with none, whether touched or not: what RLIMIT_DATA limits.
[[nodiscard]] std::int64_t dataBytes();
/// Memory of the machine that programs can still have without swapping, in bytes (MemAvailable of
/// /proc/meminfo: what the page cache would give back counts); 0 where unknown.
[[nodiscard]] std::int64_t availableBytes();

}  // namespace elbo
