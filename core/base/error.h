// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

namespace elbo {

/// What kind of thing failed; the window translates by it, the command line maps every one to exit status 1.
enum class ErrorCode {
    BadSetting,    ///< a field, option or argument that cannot be used
    NotFound,      ///< a file, folder, key or image that is not there
    BadFile,       ///< a file that is empty, truncated, foreign or damaged
    BadData,       ///< readable data that do not fit: sides that disagree, no labels, too few images
    Unsupported,   ///< this build or this model cannot do it
    NoPermission,  ///< the system refuses to read or write there
    DiskFull,      ///< no space left while writing
    NoDevice,      ///< a GPU asked for and absent
    NotFinite,     ///< a loss that became NaN or infinite
    OutOfMemory,   ///< memory of the machine or the device is used up
    Busy,          ///< another process writes here
    HelperFailed,  ///< the helper process crashed, was killed or could not be started
    Internal,      ///< a foreign exception nobody foresaw: a bug of ours
};

/// The code's stable name ("bad-setting"), for JSON and logs. Never translated.
[[nodiscard]] std::string_view toString(ErrorCode code);
/// @return the code of that name; Internal for a name nobody knows (a newer helper).
[[nodiscard]] ErrorCode errorCodeFromString(std::string_view name);

/// The one exception type of core. what() is one English sentence for the user: what failed and what to do.
class Error : public std::runtime_error {
public:
    Error(ErrorCode code, const std::string& sentence, std::string detail = {});
    [[nodiscard]] ErrorCode code() const noexcept { return m_code; }
    /// For the log: the foreign message, file offset and the like. May be empty.
    [[nodiscard]] const std::string& detail() const noexcept { return m_detail; }

private:
    ErrorCode m_code;
    std::string m_detail;
};

/// An error as a value, to cross threads and processes.
struct Failure {
    ErrorCode code = ErrorCode::Internal;
    std::string sentence;
    std::string detail;
    bool operator==(const Failure&) const = default;
};

/// Whether the sentence alone tells too little of what happened: then the details are shown, asked for or
/// not.
[[nodiscard]] bool needsDetail(const Failure& failure);

/// The exception being handled, as a value; foreign exceptions (c10::Error, bad_alloc, filesystem_error,
/// JSON, any std::exception) are turned here and nowhere else. Call it only inside a catch block.
[[nodiscard]] Failure currentFailure();

/// An Error for a failed system call on a file: picks NoPermission, DiskFull, NotFound or BadFile by
/// `errnoValue`.
/// @param verb  "write", "read", "create" ...: becomes "Could not <verb> <path>: <reason>. <what to do>."
[[nodiscard]] Error fileError(int errnoValue, std::string_view verb, const std::string& path);

}  // namespace elbo
