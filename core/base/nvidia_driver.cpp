// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/nvidia_driver.h"

#include <dlfcn.h>

#include <array>
#include <cstdlib>

namespace elbo {

namespace {

using NvmlDevice = void*;
struct NvmlMemory {
    unsigned long long total, free, used;
};

/// NVML's stable C functions, looked up at run time: 0 is success.
struct Nvml {
    int (*init)() = nullptr;
    int (*shutdown)() = nullptr;
    int (*count)(unsigned*) = nullptr;
    int (*handle)(unsigned, NvmlDevice*) = nullptr;
    int (*name)(NvmlDevice, char*, unsigned) = nullptr;
    int (*memory)(NvmlDevice, NvmlMemory*) = nullptr;
    int (*capability)(NvmlDevice, int*, int*) = nullptr;
};

template <class Function>
bool look(void* library, const char* symbol, Function& function)
{
    // dlsym hands out a void*; POSIX promises that it converts to a function pointer.
    function = reinterpret_cast<Function>(dlsym(library, symbol));
    return function != nullptr;
}

bool load(void* library, Nvml& nvml)
{
    return look(library, "nvmlInit_v2", nvml.init) && look(library, "nvmlShutdown", nvml.shutdown) &&
           look(library, "nvmlDeviceGetCount_v2", nvml.count) &&
           look(library, "nvmlDeviceGetHandleByIndex_v2", nvml.handle) &&
           look(library, "nvmlDeviceGetName", nvml.name) &&
           look(library, "nvmlDeviceGetMemoryInfo", nvml.memory) &&
           look(library, "nvmlDeviceGetCudaComputeCapability", nvml.capability);
}

std::vector<NvidiaCard> cardsOf(const Nvml& nvml)
{
    std::vector<NvidiaCard> cards;
    unsigned count = 0;
    if (nvml.count(&count) != 0)
        return cards;
    for (unsigned index = 0; index < count; ++index) {
        NvmlDevice device = nullptr;
        std::array<char, 128> name{};
        NvmlMemory memory{};
        int major = 0;
        int minor = 0;
        if (nvml.handle(index, &device) != 0 || nvml.name(device, name.data(), name.size()) != 0 ||
            nvml.memory(device, &memory) != 0 || nvml.capability(device, &major, &minor) != 0)
            return {};
        cards.push_back({name.data(), static_cast<std::int64_t>(memory.total), major});
    }
    return cards;
}

}  // namespace

std::vector<NvidiaCard> nvidiaCards()
{
    if (std::getenv("CUDA_VISIBLE_DEVICES") != nullptr)
        return {};
    void* library = dlopen("libnvidia-ml.so.1", RTLD_LAZY | RTLD_LOCAL);
    if (library == nullptr)
        return {};
    Nvml nvml;
    std::vector<NvidiaCard> cards;
    if (load(library, nvml) && nvml.init() == 0) {
        cards = cardsOf(nvml);
        nvml.shutdown();
    }
    dlclose(library);
    return cards;
}

}  // namespace elbo
