// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/class_labels.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

namespace {

/// Five images: kitchen, unknown, bedroom, kitchen, bedroom.
elbo::Dataset made()
{
    elbo::Dataset data;
    data.title = "five";
    data.color = at::zeros({5, 1, 2, 2}, at::kByte);
    data.side = at::tensor(std::vector<std::int64_t>{0, 0, 1, 1, 0}, at::kLong).to(at::kByte);
    data.labels = at::tensor(std::vector<std::int64_t>{1, -1, 0, 1, 0}, at::kLong);
    data.labelNames = {"bedroom", "kitchen"};
    return data;
}

std::vector<std::int64_t> labelsOf(const elbo::Dataset& data)
{
    const auto* values = data.labels.const_data_ptr<std::int64_t>();
    return {values, values + data.labels.numel()};
}

}  // namespace

class ClassLabelsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void imagesWithoutALabelAreOnNoSide()
    {
        const auto used = elbo::withClasses(made(), {"bedroom", "kitchen"});
        QVERIFY(used.indices(elbo::SplitSide::Train) == (std::vector<std::int64_t>{0, 4}));
        QVERIFY(used.indices(elbo::SplitSide::Test) == (std::vector<std::int64_t>{2, 3}));
        QVERIFY(used.splitNote.starts_with("1 of 5 images"));
    }

    void labelsAreMatchedByName()
    {
        const auto used = elbo::withClasses(made(), {"kitchen", "office", "bedroom"});
        QVERIFY(labelsOf(used) == (std::vector<std::int64_t>{0, -1, 2, 0, 2}));
        QVERIFY(used.labelNames == (std::vector<std::string>{"kitchen", "office", "bedroom"}));
        const auto kitchens = elbo::withClasses(made(), {"kitchen"});
        QVERIFY(labelsOf(kitchens) == (std::vector<std::int64_t>{0, -1, -1, 0, -1}));
        QVERIFY(kitchens.splitNote.starts_with("3 of 5 images"));
    }

    void theGivenSetStaysAsItIs()
    {
        const auto data = made();
        static_cast<void>(elbo::withClasses(data, {"kitchen"}));
        QVERIFY(labelsOf(data) == (std::vector<std::int64_t>{1, -1, 0, 1, 0}));
        QVERIFY(data.indices(elbo::SplitSide::Train).size() == 3);
    }

    void aSetWithoutLabelsIsRefused()
    {
        auto data = made();
        data.labels = at::Tensor();
        data.labelNames.clear();
        try {
            static_cast<void>(elbo::withClasses(data, {"kitchen"}));
            QFAIL("it was taken");
        } catch (const elbo::Error& error) {
            QVERIFY(error.code() == elbo::ErrorCode::BadData);
            QVERIFY(std::string(error.what()).find("labels=FILE") != std::string::npos);
        }
    }

    void aSetOfOtherClassesIsRefused()
    {
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(elbo::withClasses(made(), {"7"})), elbo::Error);
    }
};

QTEST_GUILESS_MAIN(ClassLabelsTest)
#include "tst_class_labels.moc"
