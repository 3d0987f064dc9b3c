// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/small_json.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace elbo {

namespace {

/// @return what is wrong with it; empty when `text` was read
std::string readSmall(int descriptor, std::string& text, std::size_t largest)
{
    struct stat about{};
    if (::fstat(descriptor, &about) != 0)
        return std::generic_category().message(errno);
    if (!S_ISREG(about.st_mode))
        return "it is no file";
    if (static_cast<std::size_t>(about.st_size) > largest)
        return "it is too large";
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto count = ::read(descriptor, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return std::generic_category().message(errno);
        if (count == 0)
            return {};
        text.append(buffer.data(), static_cast<std::size_t>(count));
        if (text.size() > largest)
            return "it is too large";
    }
}

}  // namespace

std::optional<nlohmann::json> readSmallJson(const std::filesystem::path& file, std::string* problem,
                                            std::size_t largest)
{
    const auto refuse = [problem](const std::string& why) {
        if (problem != nullptr)
            *problem = why;
        return std::nullopt;
    };
    const auto descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0)
        return errno == ENOENT  ? std::nullopt
               : errno == ELOOP ? refuse("it is a link")
                                : refuse(std::generic_category().message(errno));
    std::string text;
    const auto wrong = readSmall(descriptor, text, largest);
    ::close(descriptor);
    if (!wrong.empty())
        return refuse(wrong);
    auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object())
        return refuse("it is damaged");
    return json;
}

}  // namespace elbo
