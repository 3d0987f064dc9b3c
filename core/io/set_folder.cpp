// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/set_folder.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/data/split.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <system_error>

namespace elbo {

namespace fs = std::filesystem;

namespace {

constexpr int kLevels = 3;

constexpr std::array<std::string_view, 27> kSceneTypes{
    "basement",       "bathroom",     "bedroom",         "bookstore",      "cafe",
    "classroom",      "computer_lab", "conference_room", "dinette",        "dining_room",
    "exercise_room",  "foyer",        "furniture_store", "home_office",    "home_storage",
    "indoor_balcony", "kitchen",      "laundry_room",    "living_room",    "office",
    "office_kitchen", "playroom",     "printer_room",    "reception_room", "student_lounge",
    "study",          "study_room"};

void listFolder(const fs::path& root, const fs::path& below, int level, const SetFolderWish& wish,
                SetFolder& found)
{
    std::error_code failed;
    fs::directory_iterator entry(root / below, failed);
    if (failed && level == 0)
        throw fileError(failed.value(), "read", root.string());
    if (failed) {
        found.problems.push_back({below.string(), "the folder cannot be opened: " + failed.message(), true});
        return;
    }
    for (const fs::directory_iterator end; entry != end; entry.increment(failed)) {
        const auto name = entry->path().filename();
        if (name.string().starts_with('.'))
            continue;
        std::error_code ignored;  // a link to nowhere is neither folder nor file
        if (entry->is_directory(ignored)) {
            if (level < kLevels)
                listFolder(root, below / name, level + 1, wish, found);
        } else if (wish.isImage(name)) {
            found.images.push_back(below / name);
        } else if (level == 0 && wish.isOther && wish.isOther(name)) {
            found.others.push_back(entry->path());
        }
    }
    // A listing that fails ends as a whole one does: half a folder must not be taken for all of it.
    if (failed)
        throw fileError(failed.value(), "read", (root / below).string());
}

const std::set<std::string, std::less<>>& testFolders()
{
    static const std::set<std::string, std::less<>> names{"test", "testing", "val", "validation"};
    return names;
}

bool isTrainFolder(const std::string& name)
{
    return name == "train" || name == "training";
}

}  // namespace

SetFolder listSetFolder(const fs::path& root, const SetFolderWish& wish)
{
    std::error_code ignored;
    if (fs::exists(root, ignored) && !fs::is_directory(root, ignored))
        throw Error(ErrorCode::BadSetting,
                    root.string() + " is a file: give the folder with " + wish.holds + ".");
    SetFolder found;
    listFolder(root, {}, 0, wish, found);
    std::sort(found.others.begin(), found.others.end());
    std::sort(found.images.begin(), found.images.end(),
              [](const fs::path& a, const fs::path& b) { return beforeInNameOrder(a.string(), b.string()); });
    return found;
}

std::string sceneName(const fs::path& scene)
{
    fs::path name;
    for (const auto& part : scene) {
        const auto text = part.string();
        const bool isSide = isTrainFolder(text) || testFolders().contains(text);
        if (!isSide && text != "." && text != "official")
            name /= part;
    }
    return name.generic_string();
}

std::optional<SplitSide> sideOfFolder(const fs::path& scene)
{
    for (const auto& part : scene) {
        if (isTrainFolder(part.string()))
            return SplitSide::Train;
        if (testFolders().contains(part.string()))
            return SplitSide::Test;
    }
    return std::nullopt;
}

std::optional<std::string> sceneType(const std::string& scene)
{
    auto name = fs::path(scene).filename().string();
    const auto end = name.find_last_not_of("0123456789abcdefgh");
    // A number with or without a letter: "_0028b". A name without one keeps its letters.
    if (end != std::string::npos && name[end] == '_' && end + 1 < name.size() && name[end + 1] >= '0' &&
        name[end + 1] <= '9')
        name.erase(end);
    if (name.starts_with("nyu_"))
        name.erase(0, 4);
    if (name == "excercise_room")  // as the published folders spell it
        name = "exercise_room";
    const auto* found = std::find(kSceneTypes.begin(), kSceneTypes.end(), name);
    return found == kSceneTypes.end() ? std::nullopt : std::optional(std::string(*found));
}

std::vector<std::string> linesOf(const fs::path& file)
{
    std::vector<std::string> lines;
    const auto text = readTextFile(file);
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        auto line = text.substr(begin, end - begin);
        line.erase(line.find_last_not_of(" \t\r") + 1);
        if (!line.empty())
            lines.push_back(line);
        begin = end + 1;
    }
    return lines;
}

}  // namespace elbo
