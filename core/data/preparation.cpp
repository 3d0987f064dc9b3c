// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/preparation.h"

#include "core/base/error.h"
#include "core/base/plain_line.h"
#include "core/data/data_fields.h"
#include "core/data/label_table.h"
#include "core/data/load.h"
#include "core/data/parallel.h"
#include "core/data/prepare_image.h"
#include "core/data/prepared_writer.h"
#include "core/data/registry.h"
#include "core/data/split.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <mutex>
#include <set>
#include <variant>

namespace elbo {

namespace {

constexpr std::int64_t kBlock = 32;  ///< images read at a time: bounds the memory

/// What fills holes as `fill` says; nothing: nearest or none. @throws Error(Unsupported)
DepthFiller fillerOf(const DataConfig& config, const DataReaders& readers)
{
    const auto fill = hasDataField(config, "fill") ? dataText(config, "fill") : "nearest";
    if (fill == "nearest" || fill == "none")
        return {};
    const auto found = readers.fillers.find(fill);
    if (found == readers.fillers.end())
        throw Error(ErrorCode::Unsupported,
                    "This build cannot fill depth with fill=" + fill +
                        ": use fill=nearest, or prepare the set elsewhere with elbo-cli prepare, and give "
                        "prepared:FILE.");
    return found->second;
}

ImageRecipe recipeOf(const DataConfig& config, const ImageSource& source)
{
    ImageRecipe recipe;
    recipe.size = parseImageSize(dataText(config, "size"));
    recipe.resizing = dataText(config, "resize") == "area" ? Resizing::Area : Resizing::Bicubic;
    recipe.fillHoles = !hasDataField(config, "fill") || dataText(config, "fill") != "none";
    recipe.storeUnchanged = source.storeUnchanged();
    if (hasDataField(config, "intrinsics") && !dataText(config, "intrinsics").empty())
        recipe.intrinsics = parseIntrinsics(dataText(config, "intrinsics"));
    return recipe;
}

struct ReadImage {
    RecipeResult result;
    std::optional<std::string> label;
};
using ReadOutcome = std::variant<ReadImage, Failure>;

/// One pass over a set; what is gathered is a few dozen bytes an image.
class Preparation {
public:
    Preparation(const DataConfig& config, ImageSource& source, const std::filesystem::path& out,
                DepthFiller filler, const PreparationHooks& hooks)
        : m_config(config), m_source(source), m_out(out), m_hooks(hooks), m_recipe(recipeOf(config, source))
    {
        m_recipe.filler = std::move(filler);
        m_recipe.stop = hooks.stop;
        if (!dataText(config, "labels").empty())
            m_labelTable.emplace(dataText(config, "labels"));
    }

    void run(const std::string& fingerprint)
    {
        for (const auto& problem : m_source.listingProblems())
            report(problem);
        const auto places =
            evenlySpread(static_cast<std::int64_t>(m_source.items().size()), dataInteger(m_config, "limit"));
        const auto total = static_cast<std::int64_t>(places.size());
        for (std::int64_t begin = 0; begin < total; begin += kBlock) {
            const auto count = std::min(kBlock, total - begin);
            const auto outcomes = readBlock(places, begin, count);
            for (std::int64_t i = 0; i < count; ++i)
                keep(m_source.items()[static_cast<std::size_t>(places[static_cast<std::size_t>(begin + i)])],
                     outcomes[static_cast<std::size_t>(i)]);
            if (m_hooks.progress)
                m_hooks.progress({"Reading images", begin + count, total});
        }
        if (m_writer == nullptr)
            throw Error(ErrorCode::BadData, noImageSentence(total));
        if (m_labelTable.has_value() &&
            std::ranges::none_of(m_labels, [](const auto& label) { return label.has_value(); }))
            throw Error(ErrorCode::BadData, dataText(m_config, "labels") +
                                                " has a label for none of the images: its column image must "
                                                "hold their names, such as " +
                                                m_ending.names.front() + ".");
        if (hasDataField(m_config, "unusable") && dataText(m_config, "unusable") == "refuse")
            refuseUnusable();
        finish(fingerprint);
    }

private:
    std::vector<ReadOutcome> readBlock(const std::vector<std::int64_t>& places, std::int64_t begin,
                                       std::int64_t count)
    {
        std::vector<ReadOutcome> outcomes(static_cast<std::size_t>(count));
        const auto place = [&](std::int64_t i) { return places[static_cast<std::size_t>(begin + i)]; };
        std::mutex mutex;
        std::int64_t done = 0;
        runParallel(count, [&](std::int64_t i) {
            throwIfStopped(m_hooks.stop);
            outcomes[static_cast<std::size_t>(i)] = readOne(place(i));
            if (m_recipe.filler && m_hooks.progress) {  // a block takes long then: each image is told
                const std::lock_guard lock(mutex);
                m_hooks.progress(
                    {"Reading images", begin + ++done, static_cast<std::int64_t>(places.size())});
            }
        });
        for (std::int64_t i = 0; i < count; ++i) {  // a huge picture may fit when it is alone
            auto& outcome = outcomes[static_cast<std::size_t>(i)];
            if (const auto* failure = std::get_if<Failure>(&outcome);
                failure != nullptr && failure->code == ErrorCode::OutOfMemory)
                outcome = readOne(place(i));
        }
        return outcomes;
    }

    [[nodiscard]] ReadOutcome readOne(std::int64_t index) const
    {
        try {
            auto image = m_source.read(index);
            return ReadImage{applyRecipe(image, m_recipe), image.label};
        } catch (const Cancelled&) {
            throw;
        } catch (...) {
            return currentFailure();  // becomes a problem of this image, by name
        }
    }

    void report(const ImageProblem& problem)
    {
        const ImageProblem plain{plainLine(problem.name), plainLine(problem.sentence), problem.leftOut};
        m_ending.problems.push_back(plain);
        if (m_hooks.problem)
            m_hooks.problem(plain);
    }

    void keep(const SourceItem& item, const ReadOutcome& outcome)
    {
        if (const auto* failure = std::get_if<Failure>(&outcome)) {
            report({item.name, failure->sentence, true});
            return;
        }
        const auto& [result, label] = std::get<ReadImage>(outcome);
        const auto& image = result.image;
        const PreparedLayout layout{image.color.size(0), image.color.size(1), image.color.size(2),
                                    image.depth.defined()};
        if (m_writer == nullptr)
            m_writer = std::make_unique<PreparedWriter>(m_out, layout, m_hooks.writeObserver);
        if (layout != m_writer->layout())
            throw Error(ErrorCode::BadData, mismatchSentence(item.name, layout));
        m_writer->add(image.color, image.depth, image.ranges);
        for (const auto& sentence : image.problems)
            report({item.name, sentence, false});
        m_kept.push_back(item);
        // A file system takes any bytes for a name, the prepared file a line of UTF-8.
        m_ending.names.push_back(plainLine(item.name));
        m_ending.intrinsics.push_back(result.intrinsics);
        m_holes = m_holes || result.holes;
        if (m_labelTable.has_value())
            m_labels.push_back(m_labelTable->find(item.name));
        else
            m_labels.push_back(label.has_value() ? label : item.label);
    }

    [[nodiscard]] std::string mismatchSentence(const std::string& name, const PreparedLayout& layout) const
    {
        const auto& first = m_writer->layout();
        const auto sides = [](const PreparedLayout& l) {
            return std::to_string(l.width) + "x" + std::to_string(l.height);
        };
        if (layout.width != first.width || layout.height != first.height) {
            return "size=native needs images of one size: " + m_ending.names.front() + " is " + sides(first) +
                   " but " + name + " is " + sides(layout) + "; give a size such as size=128.";
        }
        return "The images " + m_ending.names.front() + " and " + name +
               " have different channels: keep only images of one kind in the set.";
    }

    [[nodiscard]] std::string noImageSentence(std::int64_t total) const
    {
        const auto told = [](const ImageProblem& problem) {
            return problem.name + ": " + problem.sentence + (problem.sentence.ends_with('.') ? "" : ".");
        };
        if (total == 0)
            return "The data set holds no image that can be used: " + (m_ending.problems.empty()
                                                                           ? std::string("check its path.")
                                                                           : told(m_ending.problems.front()));
        return "None of the " + std::to_string(total) + " images could be used; the first, " +
               told(m_ending.problems.back());
    }

    /// After the last image, so that every unusable one was told by name and all of them are counted.
    void refuseUnusable() const
    {
        const auto count = std::ranges::count_if(m_ending.problems, &ImageProblem::leftOut);
        if (count == 0)
            return;
        const auto& first = *std::ranges::find_if(m_ending.problems, &ImageProblem::leftOut);
        auto reason = first.sentence;
        if (reason.ends_with('.'))
            reason.pop_back();
        throw Error(ErrorCode::BadData,
                    std::to_string(count) + (count == 1 ? " image" : " images") +
                        " of the set cannot be used; the first, " + first.name + ": " + reason +
                        "; mend or remove them, or leave them out with unusable=leave-out.");
    }

    /// Indices of the labels that were found; the names come from the set, else from what occurs.
    std::vector<std::string> resolveLabels()
    {
        std::set<std::string> present;
        std::int64_t unknown = 0;
        for (const auto& label : m_labels) {
            if (label.has_value())
                present.insert(*label);
            else
                ++unknown;
        }
        if (present.empty())
            return {};
        auto names = m_labelTable.has_value() ? std::vector<std::string>{} : m_source.labelNames();
        if (names.empty())
            names.assign(present.begin(), present.end());
        for (const auto& label : m_labels) {
            const auto found =
                label.has_value() ? std::find(names.begin(), names.end(), *label) : names.end();
            m_ending.labels.push_back(found == names.end() ? -1 : found - names.begin());
        }
        if (unknown > 0)
            report({"labels",
                    std::to_string(unknown) + " of " + std::to_string(m_labels.size()) +
                        " images have no label; models that need one leave them out",
                    false});
        return names;
    }

    void finish(const std::string& fingerprint)
    {
        const auto labelNames = resolveLabels();
        const auto split = splitItems(m_kept, splitRequestOf(m_config));
        for (const auto side : split.sides)
            m_ending.sides.push_back(static_cast<std::uint8_t>(side));
        auto note = split.note;
        if (!m_source.note().empty())
            note += (note.empty() ? "" : " ") + m_source.note();
        throwIfStopped(m_hooks.stop);
        m_writer->finish(m_ending, {{"config", toJson(m_config)},
                                    {"title", findDataSet(m_config.key).title},
                                    {"fingerprint", fingerprint},
                                    {"metric_depth", m_source.hasDepth() && m_source.metricDepth()},
                                    {"holes", m_holes},
                                    {"stored_unchanged", m_source.storeUnchanged()},
                                    {"split_kind", split.kind},
                                    {"split_note", note},
                                    {"label_names", labelNames}});
    }

    const DataConfig& m_config;
    ImageSource& m_source;
    const std::filesystem::path& m_out;
    const PreparationHooks& m_hooks;
    ImageRecipe m_recipe;
    std::optional<LabelTable> m_labelTable;
    std::unique_ptr<PreparedWriter> m_writer;
    PreparedEnding m_ending;
    std::vector<SourceItem> m_kept;
    std::vector<std::optional<std::string>> m_labels;
    bool m_holes = false;
};

}  // namespace

void prepareDataset(const DataConfig& config, const DataReaders& readers, const std::filesystem::path& out,
                    const PreparationHooks& hooks)
{
    if (const auto found = problems(config); !found.empty())
        throw Error(ErrorCode::BadSetting, found.front());
    auto filler = fillerOf(config, readers);
    const auto fingerprint = dataFingerprint(config, readers);
    const auto source = findReader(config, readers).open(config, hooks.progress);
    Preparation(config, *source, out, std::move(filler), hooks).run(fingerprint);
}

}  // namespace elbo
