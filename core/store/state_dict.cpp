// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/state_dict.h"

#include "core/base/error.h"
#include "core/base/plain_line.h"

#include <torch/utils.h>

#include <map>
#include <string>

namespace elbo {
namespace {

void append(const torch::nn::Module& module, const std::string& prefix, std::vector<NamedTensor>& entries)
{
    for (const auto& parameter : module.named_parameters(/*recurse=*/false)) {
        entries.push_back({prefix + parameter.key(), parameter.value().detach()});
    }
    for (const auto& buffer : module.named_buffers(/*recurse=*/false)) {
        entries.push_back({prefix + buffer.key(), buffer.value().detach()});
    }
    for (const auto& child : module.named_children()) {
        append(*child.value(), prefix + child.key() + ".", entries);
    }
}

std::string shapeText(const at::Tensor& tensor)
{
    std::string text = "[";
    for (const auto size : tensor.sizes()) {
        text += (text.size() > 1 ? "," : "") + std::to_string(size);
    }
    return text + "]";
}

[[noreturn]] void refuse(const std::string& reason)
{
    throw Error(ErrorCode::BadFile, "These are the weights of another model: " + reason +
                                        "; choose the model and its settings that they were trained with.");
}

}  // namespace

std::vector<NamedTensor> stateDict(const torch::nn::Module& module)
{
    std::vector<NamedTensor> entries;
    append(module, "", entries);
    return entries;
}

void loadStateDict(torch::nn::Module& module, const std::vector<NamedTensor>& tensors)
{
    std::map<std::string, at::Tensor> given;
    for (const auto& [name, tensor] : tensors) {
        given.emplace(name, tensor);
    }
    // Everything is compared before anything is copied: refused weights leave the module as it was.
    std::vector<std::pair<at::Tensor, at::Tensor>> copies;
    for (const auto& [name, target] : stateDict(module)) {
        const auto found = given.find(name);
        if (found == given.end()) {
            refuse(name + " is missing");
        }
        if (found->second.sizes() != target.sizes()) {
            refuse(name + " is " + shapeText(found->second) + " where " + shapeText(target) + " is needed");
        }
        copies.emplace_back(target, found->second);
        given.erase(found);
    }
    if (!given.empty()) {
        refuse(plainLine(given.begin()->first) + " has no place in it");  // a name from the file
    }
    const torch::NoGradGuard noGrad;
    for (auto& [target, source] : copies) {
        target.copy_(source);
    }
}

}  // namespace elbo
