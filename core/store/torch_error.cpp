// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/torch_error.h"

#include <utility>

namespace elbo {

Error torchFileError(const std::string& path, const std::string& reason, std::string detail)
{
    std::string sentence = "Could not read " + path + ": " + reason;
    sentence += "; it is damaged or no PyTorch file, so take another copy of it.";
    return {ErrorCode::BadFile, sentence, std::move(detail)};
}

Error torchRefusal(const std::string& path, const std::string& what)
{
    std::string sentence = "Refused " + path + ": " + what;
    sentence += "; nothing of it was run, so save the model's state_dict() alone into a new file.";
    return {ErrorCode::BadFile, sentence};
}

}  // namespace elbo
