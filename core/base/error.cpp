// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

#include <c10/util/Exception.h>

#include <nlohmann/json.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <new>
#include <system_error>
#include <utility>

namespace elbo {

namespace {

constexpr std::array<std::pair<ErrorCode, std::string_view>, 13> kNames{{
    {ErrorCode::BadSetting, "bad-setting"},
    {ErrorCode::NotFound, "not-found"},
    {ErrorCode::BadFile, "bad-file"},
    {ErrorCode::BadData, "bad-data"},
    {ErrorCode::Unsupported, "unsupported"},
    {ErrorCode::NoPermission, "no-permission"},
    {ErrorCode::DiskFull, "disk-full"},
    {ErrorCode::NoDevice, "no-device"},
    {ErrorCode::NotFinite, "not-finite"},
    {ErrorCode::OutOfMemory, "out-of-memory"},
    {ErrorCode::Busy, "busy"},
    {ErrorCode::HelperFailed, "helper-failed"},
    {ErrorCode::Internal, "internal"},
}};

/// Of sentences that leave it to the details to tell what happened.
constexpr auto kLookAtDetails = "look at the details in the log";

Failure outOfMemory(std::string detail)
{
    return {
        ErrorCode::OutOfMemory,
        "Memory is used up: choose a smaller batch or image size, or close other programs, and try again.",
        std::move(detail)};
}

Failure internal(std::string detail)
{
    return {ErrorCode::Internal,
            std::string("Something failed inside Elbo that it did not foresee: ") + kLookAtDetails +
                " and report them.",
            std::move(detail)};
}

}  // namespace

std::string_view toString(ErrorCode code)
{
    for (const auto& [known, name] : kNames)
        if (known == code)
            return name;
    return "internal";
}

ErrorCode errorCodeFromString(std::string_view name)
{
    for (const auto& [code, known] : kNames)
        if (known == name)
            return code;
    return ErrorCode::Internal;
}

Error::Error(ErrorCode code, const std::string& sentence, std::string detail)
    : std::runtime_error(sentence), m_code(code), m_detail(std::move(detail))
{
}

bool needsDetail(const Failure& failure)
{
    return failure.code == ErrorCode::Internal || failure.code == ErrorCode::HelperFailed ||
           failure.sentence.find(kLookAtDetails) != std::string::npos;
}

Failure currentFailure()
{
    try {
        throw;
    } catch (const Error& error) {
        return {error.code(), error.what(), error.detail()};
    } catch (const c10::OutOfMemoryError& error) {
        return outOfMemory(error.what());
    } catch (const c10::Error& error) {
        // LibTorch's CPU allocator reports a failed allocation as a plain c10::Error.
        const std::string text = error.what();
        if (text.find("allocate memory") != std::string::npos ||
            text.find("not enough memory") != std::string::npos ||
            text.find("out of memory") != std::string::npos)
            return outOfMemory(text);
        return internal(text);
    } catch (const std::bad_alloc& error) {
        return outOfMemory(error.what());
    } catch (const std::filesystem::filesystem_error& error) {
        const auto foreign = fileError(error.code().value(), "use", error.path1().string());
        return {foreign.code(), foreign.what(), error.what()};
    } catch (const nlohmann::json::exception& error) {
        return {
            ErrorCode::BadFile,
            std::string("A file is not the JSON that Elbo expects: it may be damaged or written by another "
                        "program; ") +
                kLookAtDetails + ".",
            error.what()};
    } catch (const std::exception& error) {
        return internal(error.what());
    } catch (...) {
        return internal("an exception of an unknown type");
    }
}

Error fileError(int errnoValue, std::string_view verb, const std::string& path)
{
    const std::string start = "Could not " + std::string(verb) + " " + path + ": ";
    const std::string detail = std::generic_category().message(errnoValue);
    switch (errnoValue) {
        case ENOENT:
            return {ErrorCode::NotFound, start + "it is not there; check the path.", detail};
        case ENOTDIR:
            return {ErrorCode::NotFound,
                    start + "a part of its path is a file, not a folder; check the path.", detail};
        case EACCES:
        case EPERM:
        case EROFS:
            return {ErrorCode::NoPermission,
                    start + "permission denied; choose another place or change its rights.", detail};
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return {ErrorCode::DiskFull, start + "the disk is full; free some space and try again.", detail};
        case EISDIR:
            return {ErrorCode::BadFile, start + "it is a folder; give a file.", detail};
        case EMFILE:
        case ENFILE:
            return {ErrorCode::Busy, start + "too many files are open; close other programs and try again.",
                    detail};
        default:
            return {ErrorCode::BadFile, start + detail + "; check the file and its disk.", detail};
    }
}

}  // namespace elbo
