// SPDX-License-Identifier: GPL-3.0-or-later
// Precompiled for core: these headers of LibTorch take seconds a file otherwise. Files still include what
// they use. Not <torch/torch.h>: with it every file, also one that needs no tensor, spends three times as
// long reading this.
#pragma once

#include <ATen/Functions.h>
#include <torch/nn/module.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>
