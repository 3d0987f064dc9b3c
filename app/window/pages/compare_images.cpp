// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/compare_images.h"

#include "app/window/frame/parts.h"
#include "app/window/pages/index_text.h"
#include "app/window/session/text.h"
#include "core/base/error.h"
#include "widgets/number_text.h"
#include "widgets/picture.h"
#include "widgets/picture_table.h"
#include "widgets/theme.h"
#include "widgets/wipe_view.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace elbo {

namespace {

enum Kind { Color, Depth, ColorError, DepthError };

constexpr std::int64_t kMostPlaces = 1'000'000;
constexpr std::size_t kMostImages = 16;

/// Smallest and largest over pictures that are compared, so that all are shown on one scale.
ValueRange2 commonRange(const std::vector<ComparedPictures::Row>& rows,
                        std::vector<ImageF> ComparedPictures::Row::* values, bool fromZero)
{
    ValueRange2 range{fromZero ? 0.0F : 1e30F, fromZero ? 1e-6F : -1e30F};
    for (const auto& row : rows) {
        for (const auto& image : row.*values) {
            const auto own = finiteRange(image);
            range.low = std::min(range.low, own.low);
            range.high = std::max(range.high, own.high);
        }
    }
    return range;
}

}  // namespace

CompareImages::CompareImages(QWidget* parent) : QWidget(parent)
{
    m_places = new QLineEdit(QStringLiteral("0-7"));
    m_places->setObjectName(QStringLiteral("comparePlaces"));
    m_places->setToolTip(tr("Places in the list of test images of the first chosen run: 0, 5, 9-12"));
    m_places->setMaximumWidth(120);
    m_kind = new QComboBox;
    m_kind->setObjectName(QStringLiteral("compareKind"));
    m_save = namedButton(tr("Save grid..."), QStringLiteral("compareSaveGrid"));
    m_note = noteLabel({});
    m_note->setObjectName(QStringLiteral("compareImagesNote"));
    auto* controls = new QHBoxLayout;
    controls->setSpacing(theme::kControlGap);
    controls->addWidget(new QLabel(tr("Test images")));
    controls->addWidget(m_places);
    controls->addWidget(m_kind);
    controls->addWidget(m_note, 1);
    controls->addWidget(m_save);
    m_table = new PictureTable;
    m_table->setObjectName(QStringLiteral("compareTable"));
    m_wipe = new WipeView;
    m_wipe->setObjectName(QStringLiteral("compareWipe"));
    m_wipe->setEmptyText(tr("Two rows over each other"));
    m_left = new QComboBox;
    m_left->setObjectName(QStringLiteral("wipeLeft"));
    m_right = new QComboBox;
    m_right->setObjectName(QStringLiteral("wipeRight"));
    for (auto* box : {m_left, m_right}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(8);
    }
    auto* wipe = new QVBoxLayout;
    wipe->setSpacing(theme::kStep);
    auto* sides = new QHBoxLayout;
    sides->addWidget(m_left, 1);
    sides->addWidget(m_right, 1);
    wipe->addLayout(sides);
    wipe->addWidget(m_wipe, 1);
    auto* sideBySide = new QHBoxLayout;
    sideBySide->setSpacing(theme::kPanelGap);
    sideBySide->addWidget(m_table, 3);
    sideBySide->addLayout(wipe, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, theme::kControlGap, 0, 0);
    layout->setSpacing(theme::kControlGap);
    layout->addLayout(controls);
    layout->addLayout(sideBySide, 1);
    connect(m_places, &QLineEdit::editingFinished, this, &CompareImages::ask);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &CompareImages::show);
    connect(m_left, &QComboBox::currentIndexChanged, this, &CompareImages::showWipe);
    connect(m_right, &QComboBox::currentIndexChanged, this, &CompareImages::showWipe);
    connect(m_save, &QPushButton::clicked, this, &CompareImages::saveWanted);
    connect(m_table, &PictureTable::chosen, this, [this](int index) {
        const auto row = index / std::max(1, m_table->columns());
        m_column = static_cast<std::size_t>(index % std::max(1, m_table->columns()));
        if (row != m_left->currentIndex()) {
            m_right->setCurrentIndex(row);
        }
        showWipe();
    });
    setPictures(nullptr);
}

void CompareImages::setDepthMap(const QString& key)
{
    m_depthMap = key;
    show();
}

void CompareImages::setEmptyText(const QString& text)
{
    m_table->setEmptyText(text);
}

void CompareImages::ask()
{
    try {
        auto places = parseIndices(m_places->text(), kMostPlaces);
        if (places.size() > kMostImages) {
            places.resize(kMostImages);
            Q_EMIT failed(
                tr("At most %1 images stand side by side: the first ones are shown.").arg(kMostImages));
        }
        Q_EMIT picturesWanted(places);
    } catch (const Error& error) {
        Q_EMIT failed(toQt(std::string(error.what())));
    }
}

void CompareImages::setPictures(std::shared_ptr<const ComparedPictures> pictures)
{
    m_pictures = std::move(pictures);
    if (m_pictures) {
        m_depthRange = commonRange(m_pictures->rows, &ComparedPictures::Row::depth, false);
        m_colorErrorRange = commonRange(m_pictures->rows, &ComparedPictures::Row::colorError, true);
        m_depthErrorRange = commonRange(m_pictures->rows, &ComparedPictures::Row::depthError, true);
    }
    fillChoices();
    show();
}

void CompareImages::fillChoices()
{
    const QSignalBlocker kind(m_kind), left(m_left), right(m_right);
    const auto kindBefore = m_kind->currentData();
    const auto leftBefore = m_left->currentText(), rightBefore = m_right->currentText();
    m_kind->clear();
    m_kind->addItem(tr("Colour"), Color);
    m_kind->addItem(tr("Error of colour"), ColorError);
    m_left->clear();
    m_right->clear();
    if (m_pictures) {
        if (!m_pictures->rows.front().depth.empty()) {
            m_kind->insertItem(1, tr("Depth"), Depth);
            m_kind->addItem(tr("Error of depth"), DepthError);
        }
        for (const auto& row : m_pictures->rows) {
            const auto name = row.name.empty() ? tr("Truth") : toQt(row.name);
            m_left->addItem(name);
            m_right->addItem(name);
        }
    }
    m_kind->setCurrentIndex(std::max(0, m_kind->findData(kindBefore)));
    m_left->setCurrentIndex(std::max(0, m_left->findText(leftBefore)));
    const auto other = m_right->findText(rightBefore);
    m_right->setCurrentIndex(other > 0 ? other : m_right->count() - 1);
}

std::vector<QImage> CompareImages::rowImages(std::size_t row) const
{
    std::vector<QImage> images;
    for (std::size_t column = 0; column < m_pictures->names.size(); ++column) {
        images.push_back(imageOf(row, column));
    }
    return images;
}

QImage CompareImages::imageOf(std::size_t row, std::size_t column) const
{
    const auto& of = m_pictures->rows[row];
    const auto kind = m_kind->currentData().toInt();
    const auto shown = [&](const std::vector<ImageF>& images, const QString& map, const ValueRange2& range) {
        return toQImage(images[column], map, range.low, range.high);
    };
    const bool truth = of.mse.empty();  // it stands as it is beside the errors
    switch (kind) {
        case Depth:
            return shown(of.depth, m_depthMap, m_depthRange);
        case ColorError:
            return truth ? toQImage(of.color[column])
                         : shown(of.colorError, QStringLiteral("magma"), m_colorErrorRange);
        case DepthError:
            return truth ? shown(of.depth, m_depthMap, m_depthRange)
                         : shown(of.depthError, QStringLiteral("magma"), m_depthErrorRange);
        default:
            return toQImage(of.color[column]);
    }
}

void CompareImages::show()
{
    m_save->setEnabled(m_pictures != nullptr && !m_pictures->names.empty());
    if (!m_pictures || m_pictures->names.empty()) {
        m_table->setPictures({}, 1);
        m_table->setCaptions({});
        m_table->setNames({}, {});
        m_note->clear();
        m_wipe->setPictures({}, {});
        return;
    }
    std::vector<QImage> pictures;
    QStringList rows, captions, columns;
    for (std::size_t row = 0; row < m_pictures->rows.size(); ++row) {
        const auto& of = m_pictures->rows[row];
        rows << fontMetrics().elidedText(of.name.empty() ? tr("Truth") : toQt(of.name), Qt::ElideMiddle, 140);
        for (auto& image : rowImages(row)) {
            pictures.push_back(std::move(image));
        }
        for (std::size_t i = 0; i < m_pictures->names.size(); ++i) {
            captions << (of.mse.empty() ? QString() : numberText(of.mse[i], 4));
        }
    }
    for (const auto& name : m_pictures->names) {
        columns << fileTitle(name);
    }
    m_table->setNames(rows, m_pictures->names.size() <= 8 ? columns : QStringList());
    m_table->setCaptions(captions);
    m_table->setPictures(std::move(pictures), static_cast<int>(m_pictures->names.size()));
    const auto kind = m_kind->currentData().toInt();
    const auto unit = m_pictures->metric ? tr("m") : tr("of the relative range");
    QString note = tr("MSE under each image");
    if (kind == ColorError) {
        note += tr("; black 0 to bright %1 of white").arg(numberText(m_colorErrorRange.high, 2));
    } else if (kind == DepthError) {
        note += tr("; black 0 to bright %1 %2").arg(numberText(m_depthErrorRange.high, 2), unit);
    }
    m_note->setText(note + (m_pictures->problems.empty()
                                ? QString()
                                : tr("; left out: %1").arg(m_pictures->problems.size())));
    QStringList problems;
    for (const auto& problem : m_pictures->problems) {
        problems << toQt(problem);
    }
    m_note->setToolTip(problems.join(QLatin1Char('\n')));
    m_column = std::min(m_column, m_pictures->names.size() - 1);
    showWipe();
}

void CompareImages::showWipe()
{
    if (!m_pictures || m_pictures->names.empty() || m_left->currentIndex() < 0 ||
        m_right->currentIndex() < 0) {
        return;
    }
    m_wipe->setPictures(imageOf(static_cast<std::size_t>(m_left->currentIndex()), m_column),
                        imageOf(static_cast<std::size_t>(m_right->currentIndex()), m_column));
    m_wipe->setNames(m_left->currentText(), m_right->currentText());
}

QImage CompareImages::sheet() const
{
    return m_pictures && !m_pictures->names.empty() ? m_table->grab().toImage() : QImage();
}

}  // namespace elbo
