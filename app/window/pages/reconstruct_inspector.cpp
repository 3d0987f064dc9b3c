// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/reconstruct_inspector.h"

#include "app/window/frame/parts.h"
#include "app/window/session/data_title.h"
#include "app/window/session/text.h"
#include "widgets/read_outs.h"
#include "widgets/theme.h"

#include <QtCore/QLocale>
#include <QtCore/QSignalBlocker>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QRadioButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

QString formatText(WeightsFormat format)
{
    switch (format) {
        case WeightsFormat::Safetensors:
            return ReconstructInspector::tr("safetensors");
        case WeightsFormat::TorchZip:
            return ReconstructInspector::tr("PyTorch");
        case WeightsFormat::TorchLegacy:
            return ReconstructInspector::tr("PyTorch before 1.6");
    }
    return {};
}

}  // namespace

ReconstructInspector::ReconstructInspector(QWidget* parent) : QWidget(parent)
{
    auto* layout = inspectorLayout(this);
    addModelPart(*layout);
    addImagesPart(*layout);
    addOptionsPart(*layout);
    addResultsPart(*layout);
    layout->addStretch(1);
    setModel(nullptr);
    setDataTitle({});
    setResults({}, false, false);
}

void ReconstructInspector::addModelPart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("Run or weights")));
    m_modelNote = noteLabel({});
    m_modelNote->setObjectName(QStringLiteral("modelNote"));
    layout.addWidget(m_modelNote);
    m_model = new ReadOuts;
    m_model->setObjectName(QStringLiteral("modelNumbers"));
    m_model->setRows({{QStringLiteral("model"), tr("Model"), {}, GoodDirection::None, {}},
                      {QStringLiteral("parameters"), tr("Parameters"), {}, GoodDirection::None, {}},
                      {QStringLiteral("epoch"), tr("Epoch"), {}, GoodDirection::None, {}},
                      {QStringLiteral("images"), tr("Images"), {}, GoodDirection::None, {}},
                      {QStringLiteral("file"), tr("File"), {}, GoodDirection::None, {}}});
    layout.addWidget(m_model);
    m_weights = new QComboBox;
    m_weights->setObjectName(QStringLiteral("weights"));
    m_weights->addItem(tr("Last epoch"), QStringLiteral("last"));
    m_weights->addItem(tr("Best epoch"), QStringLiteral("best"));
    m_weightsLine = new QWidget;
    auto* weights = new QHBoxLayout(m_weightsLine);
    weights->setContentsMargins(0, 0, 0, 0);
    weights->addWidget(new QLabel(tr("Weights of the")));
    weights->addWidget(m_weights, 1);
    layout.addWidget(m_weightsLine);
    auto* opening = controlLine(layout);
    auto* folder = namedButton(tr("Open run..."), QStringLiteral("openRun"));
    auto* file = namedButton(tr("Open weights..."), QStringLiteral("openWeights"));
    opening->addWidget(folder);
    opening->addWidget(file);
    connect(folder, &QPushButton::clicked, this, &ReconstructInspector::openFolderWanted);
    connect(file, &QPushButton::clicked, this, &ReconstructInspector::openWanted);
    connect(m_weights, &QComboBox::activated, this, &ReconstructInspector::weightsChanged);
}

void ReconstructInspector::addImagesPart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("Images")));
    auto* pictures = namedButton(tr("Add pictures..."), QStringLiteral("addPictures"));
    pictures->setToolTip(
        tr("Colour pictures; the depth image beside each is found by its name. Dropping them works too."));
    m_depth = namedButton(tr("Add the depth image..."), QStringLiteral("addDepth"));
    layout.addWidget(pictures);
    layout.addWidget(m_depth);
    m_dataNote = noteLabel({});
    layout.addWidget(m_dataNote);
    auto* indices = controlLine(layout);
    m_indices = new QLineEdit;
    m_indices->setObjectName(QStringLiteral("indices"));
    m_indices->setPlaceholderText(tr("Index, e.g. 0, 5, 9-12"));
    m_addIndices = namedButton(tr("Add"), QStringLiteral("addIndices"));
    indices->addWidget(m_indices, 1);
    indices->addWidget(m_addIndices);
    m_testImages = namedButton(tr("Add eight test images"), QStringLiteral("addTestImages"));
    layout.addWidget(m_testImages);
    const auto want = [this] {
        if (!m_indices->text().trimmed().isEmpty()) {
            Q_EMIT indicesWanted(m_indices->text());
        }
    };
    connect(pictures, &QPushButton::clicked, this, &ReconstructInspector::picturesWanted);
    connect(m_depth, &QPushButton::clicked, this, &ReconstructInspector::depthWanted);
    connect(m_addIndices, &QPushButton::clicked, this, want);
    connect(m_indices, &QLineEdit::returnPressed, this, want);
    connect(m_testImages, &QPushButton::clicked, this, &ReconstructInspector::testImagesWanted);
}

void ReconstructInspector::addOptionsPart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("Latent code and fit")));
    m_mean = new QRadioButton(tr("Posterior mean"));
    m_mean->setObjectName(QStringLiteral("useMean"));
    m_mean->setChecked(true);
    layout.addWidget(m_mean);
    auto* sample = controlLine(layout);
    m_sample = new QRadioButton(tr("A sample, seed"));
    m_sample->setObjectName(QStringLiteral("useSample"));
    m_seed = new QSpinBox;
    m_seed->setObjectName(QStringLiteral("seed"));
    m_seed->setRange(0, 1 << 30);
    m_seed->setValue(1);
    m_seed->setEnabled(false);
    sample->addWidget(m_sample);
    sample->addWidget(m_seed, 1);
    m_fit = new QComboBox;
    m_fit->setObjectName(QStringLiteral("fit"));
    m_fit->addItem(tr("Stretch, as sets are"), static_cast<int>(Fit::Stretch));
    m_fit->addItem(tr("Crop to the middle"), static_cast<int>(Fit::Crop));
    m_fit->addItem(tr("Pad with the edges"), static_cast<int>(Fit::Pad));
    m_fit->setToolTip(
        tr("How added pictures of other proportions are made to fit the network. They are shown in their own "
           "proportions again; the numbers are of what the network saw."));
    auto* fit = controlLine(layout);
    auto* fitLabel = new QLabel(tr("Added pictures"));
    fitLabel->setBuddy(m_fit);
    fit->addWidget(fitLabel);
    fit->addWidget(m_fit, 1);
    m_class = new QComboBox;
    m_class->setObjectName(QStringLiteral("asClass"));
    m_class->setToolTip(
        tr("The class that the decoder is given: an image's own, or another one, which shows the same "
           "latent code as that class. It stands in where an image's own class is not known."));
    m_classLine = new QWidget;
    auto* classLine = new QHBoxLayout(m_classLine);
    classLine->setContentsMargins(0, 0, 0, 0);
    auto* classLabel = new QLabel(tr("Decode as"));
    classLabel->setBuddy(m_class);
    classLine->addWidget(classLabel);
    classLine->addWidget(m_class, 1);
    layout.addWidget(m_classLine);
    connect(m_class, &QComboBox::activated, this, &ReconstructInspector::optionsChanged);
    connect(m_fit, &QComboBox::currentIndexChanged, this, &ReconstructInspector::optionsChanged);
    connect(m_sample, &QRadioButton::toggled, this, [this](bool on) {
        m_seed->setEnabled(on);
        Q_EMIT optionsChanged();
    });
    connect(m_seed, &QSpinBox::valueChanged, this, &ReconstructInspector::optionsChanged);
}

void ReconstructInspector::addResultsPart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("Average over the images")));
    m_averages = new ReadOuts;
    m_averages->setObjectName(QStringLiteral("averages"));
    const auto mseHelp =
        tr("Sum of squares an image; values in [-1, 1] with depth, in [0, 1] for grey pictures");
    m_averages->setRows({{QStringLiteral("images"), tr("Images"), {}, GoodDirection::None, {}},
                         {QStringLiteral("mse"), tr("MSE"), {}, GoodDirection::None, mseHelp},
                         {QStringLiteral("mse_color"), tr("MSE of colour"), {}, GoodDirection::None, mseHelp},
                         {QStringLiteral("mse_depth"), tr("MSE of depth"), {}, GoodDirection::None, mseHelp},
                         {QStringLiteral("psnr"), tr("PSNR"), tr("dB"), GoodDirection::None, {}},
                         {QStringLiteral("ssim"), tr("SSIM"), {}, GoodDirection::None, {}},
                         {QStringLiteral("rmse"), tr("Depth RMSE"), tr("m"), GoodDirection::None, {}}});
    layout.addWidget(m_averages);
    m_save = namedButton(tr("Save images and numbers..."), QStringLiteral("saveResults"));
    m_save->setToolTip(
        tr("Colour as PNG, depth as 16-bit PNG, a sheet of all, and table.csv, into a folder."));
    layout.addWidget(m_save);
    auto* copies = controlLine(layout);
    m_copyTable = namedButton(tr("Copy numbers"), QStringLiteral("copyTable"));
    m_copyPicture = namedButton(tr("Copy picture"), QStringLiteral("copyPicture"));
    copies->addWidget(m_copyTable);
    copies->addWidget(m_copyPicture);
    m_clear = namedButton(tr("Remove all images"), QStringLiteral("clearImages"));
    layout.addWidget(m_clear);
    connect(m_save, &QPushButton::clicked, this, &ReconstructInspector::saveWanted);
    connect(m_copyTable, &QPushButton::clicked, this, &ReconstructInspector::copyTableWanted);
    connect(m_copyPicture, &QPushButton::clicked, this, &ReconstructInspector::copyPictureWanted);
    connect(m_clear, &QPushButton::clicked, this, &ReconstructInspector::clearWanted);
}

void ReconstructInspector::setOpening(bool opening)
{
    if (opening) {
        m_modelNote->setText(tr("Opening..."));
        m_modelNote->setVisible(true);
    }
}

void ReconstructInspector::setModel(const OpenedModel* model)
{
    m_model->setVisible(model != nullptr);
    m_weightsLine->setVisible(model != nullptr && !model->runFolder.empty());
    setClasses(model == nullptr ? std::vector<std::string>() : model->classes);
    if (model == nullptr) {
        m_modelNote->setText(tr("Open a run or a weights file, or drop it on the window."));
        return;
    }
    m_model->setText(QStringLiteral("model"), toQt(model->title));
    m_model->setNumber(QStringLiteral("parameters"), static_cast<double>(model->parameters), 12);
    if (model->dataKnown) {
        m_model->setNumber(QStringLiteral("epoch"), static_cast<double>(model->epoch), 9);
    } else {
        m_model->setText(QStringLiteral("epoch"), tr("not told"));
    }
    m_model->setText(QStringLiteral("file"), formatText(model->format));
    const auto colors = model->channels - (model->hasDepth ? 1 : 0);
    m_model->setText(QStringLiteral("images"), tr("%1 x %2, %3")
                                                   .arg(model->width)
                                                   .arg(model->height)
                                                   .arg((colors == 1 ? tr("grey") : tr("RGB")) +
                                                        (model->hasDepth ? tr(" + depth") : QString())));
    m_modelNote->setText(
        model->dataKnown
            ? tr("Trained on %1 images of %2.")
                  .arg(QLocale(QLocale::English).toString(static_cast<qlonglong>(model->trainedImages)),
                       dataTitle(model->data))
            : tr("The weights do not tell what they were trained on; images of a set of this size "
                 "can be taken once it is open."));
}

void ReconstructInspector::setClasses(const std::vector<std::string>& classes)
{
    const auto chosen = m_class->currentText();
    m_class->clear();
    m_class->addItem(tr("Each image's own class"));
    for (std::size_t i = 0; i < classes.size(); ++i) {
        m_class->addItem(toQt(classes[i]), static_cast<int>(i));
    }
    m_class->setCurrentIndex(std::max(0, m_class->findText(chosen)));
    m_classLine->setVisible(!classes.empty());
}

void ReconstructInspector::setDataTitle(const QString& title)
{
    m_dataNote->setText(title.isEmpty() ? tr("With a run open, images of its data set can be taken by index.")
                                        : tr("From the data set %1:").arg(title));
    m_indices->setEnabled(!title.isEmpty());
    m_addIndices->setEnabled(!title.isEmpty());
    m_testImages->setEnabled(!title.isEmpty());
}

void ReconstructInspector::setResults(const ReconstructionResults& results, bool anyImages, bool depthMissing)
{
    const bool any = !results.empty();
    m_save->setEnabled(any);
    m_copyTable->setEnabled(any);
    m_copyPicture->setEnabled(any);
    m_clear->setEnabled(anyImages);
    m_depth->setVisible(depthMissing);
    const auto average = [&](auto&& value, auto&& counts) -> std::optional<double> {
        double sum = 0;
        double n = 0;
        for (const auto& result : results) {
            if (counts(*result)) {
                sum += value(*result);
                n += 1;
            }
        }
        return n > 0 ? std::optional(sum / n) : std::nullopt;
    };
    const auto all = [](const Reconstruction&) { return true; };
    const auto deep = [](const Reconstruction& result) { return !result.depth.empty(); };
    m_averages->setNumber(QStringLiteral("images"), static_cast<double>(results.size()), 9);
    m_averages->setNumber(QStringLiteral("mse"), average([](const auto& r) { return r.mse; }, all));
    m_averages->setNumber(QStringLiteral("mse_color"),
                          average([](const auto& r) { return r.mseColor; }, deep));
    m_averages->setNumber(QStringLiteral("mse_depth"),
                          average([](const auto& r) { return r.mseDepth; }, deep));
    m_averages->setNumber(
        QStringLiteral("psnr"),
        average([](const auto& r) { return r.psnr; }, [](const auto& r) { return std::isfinite(r.psnr); }),
        4);
    m_averages->setNumber(QStringLiteral("ssim"), average([](const auto& r) { return r.ssim; }, all), 3);
    m_averages->setNumber(
        QStringLiteral("rmse"),
        average([](const auto& r) { return r.depthRmse; }, [](const auto& r) { return r.depthRmse >= 0; }),
        3);
}

ReconstructionOptions ReconstructInspector::options() const
{
    ReconstructionOptions options{m_sample->isChecked(), static_cast<std::uint64_t>(m_seed->value()),
                                  static_cast<Fit>(m_fit->currentData().toInt())};
    if (m_class->currentData().isValid()) {
        options.asClass = m_class->currentData().toInt();
    }
    return options;
}

void ReconstructInspector::setOptions(const ReconstructionOptions& options)
{
    m_seed->setValue(static_cast<int>(options.seed));
    (options.sample ? m_sample : m_mean)->setChecked(true);
}

QString ReconstructInspector::weights() const
{
    return m_weights->currentData().toString();
}

}  // namespace elbo
