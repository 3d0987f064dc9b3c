// SPDX-License-Identifier: GPL-3.0-or-later
// Precompiled for core: the headers of LibTorch take seconds a file otherwise. Files still include what they
// use.
#pragma once

#include <torch/nn.h>
#include <torch/torch.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>
