// SPDX-License-Identifier: GPL-3.0-or-later
// A test aid: every widget with made data, to be looked at.   gallery train|data|reconstruct|parts
// [light|dark] [picture.png]
#include "tests/widgets/test_pictures.h"
#include "widgets/color_bar.h"
#include "widgets/drop_overlay.h"
#include "widgets/empty_state.h"
#include "widgets/epoch_slider.h"
#include "widgets/field_form.h"
#include "widgets/histogram_view.h"
#include "widgets/image_grid.h"
#include "widgets/load_panel.h"
#include "widgets/log_drawer.h"
#include "widgets/message_bar.h"
#include "widgets/picture_view.h"
#include "widgets/plot_panel.h"
#include "widgets/read_outs.h"
#include "widgets/reconstruction_grid.h"
#include "widgets/resources.h"
#include "widgets/run_list.h"
#include "widgets/side_bar.h"
#include "widgets/strip_view.h"
#include "widgets/theme.h"

#include <QtCore/QTimer>
#include <QtWidgets/QApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMainWindow>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QVBoxLayout>

namespace {

using namespace elbo;

QString text(const char* words)
{
    return QString::fromUtf8(words);
}

Field madeField(const char* name, const char* label, FieldKind kind, FieldValue value, double low = 0,
                double high = 0)
{
    Field field;
    field.name = name;
    field.label = label;
    field.help = "What this setting does, in one or two sentences.";
    field.kind = kind;
    field.defaultValue = std::move(value);
    field.minimum = low;
    field.maximum = high;
    return field;
}

FieldForm* makeForm(QWidget* parent)
{
    auto* form = new FieldForm(parent);
    auto rate = madeField("learning_rate", "Learning rate", FieldKind::Real, 1e-3, 0, 1);
    rate.minimumExclusive = rate.logarithmic = true;
    auto batch = madeField("batch_size", "Batch size", FieldKind::Integer, std::int64_t{50}, 1, 4096);
    batch.unit = "images";
    auto epochs = madeField("epochs", "Epochs", FieldKind::Integer, std::int64_t{200}, 1, 100000);
    auto latent = madeField("latent", "Latent values", FieldKind::Integer, std::int64_t{400}, 1, 4096);
    auto precision = madeField("precision", "Precision", FieldKind::Choice, std::string("auto"));
    precision.choices = {"auto", "float32", "bf16"};
    precision.choiceLabels = {"Automatic", "float32", "bf16 autocast"};
    auto runs =
        madeField("runs", "Runs folder", FieldKind::Path, std::string("/home/user/Documents/Elbo/runs"));
    auto flip = madeField("flip", "Flip images", FieldKind::Boolean, true);
    auto seed = madeField("seed", "Seed", FieldKind::Integer, std::int64_t{1}, 0, 9e18);
    seed.advanced = true;
    form->setSections(
        {{text("Model"), {latent, flip}}, {text("Training"), {epochs, batch, rate, precision, runs, seed}}});
    FieldValues values;
    values.set("learning_rate", 2.0);
    form->setValues(values);
    return form;
}

QWidget* makeInspector(QWidget* content)
{
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFixedWidth(theme::kInspectorMinimum + 20);
    content->setContentsMargins(theme::kPanelGap, theme::kPanelGap, theme::kPanelGap, theme::kPanelGap);
    area->setWidget(content);
    return area;
}

KeptStrip makeStrip()
{
    KeptStrip strip;
    strip.epoch = 24;
    strip.metric = true;
    for (int i = 0; i < 8; ++i) {
        strip.names.push_back("kitchen_0004/" + std::to_string(100 + i));
        strip.truthColor.push_back(tests::madeColor(i, 128, 128));
        strip.color.push_back(tests::madeColor(i, 32, 32));
        strip.truthDepth.push_back(tests::madeDepth(i, 128, 128));
        strip.depth.push_back(tests::madeDepth(i + 1, 32, 32));
    }
    return strip;
}

QWidget* trainPage()
{
    auto* main = new QSplitter(Qt::Vertical);
    auto* plots = new PlotGrid;
    plots->setTabbed(false);
    const auto nats = text("nats per image");
    plots->setTerms({{text("elbo"), text("ELBO"), nats, true},
                     {text("log_likelihood"), text("Log-likelihood"), nats, true},
                     {text("kl"), text("KL divergence"), nats, false},
                     {text("mse"), text("MSE"), text("sum of squares per image"), false}});
    plots->appendHistory(tests::madeHistory(24, 16));
    auto* lower = new QWidget;
    auto* layout = new QVBoxLayout(lower);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* strip = new StripView;
    strip->setStrip(makeStrip());
    auto* slider = new EpochSlider;
    slider->setEpochs({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 24, 25, 30});
    slider->setBest(24, true);
    slider->setPlannedEpochs(60);
    slider->setCurrentEpoch(24);
    layout->addWidget(strip, 1);
    layout->addWidget(slider);
    main->addWidget(plots);
    main->addWidget(lower);
    main->setStretchFactor(0, 3);
    main->setStretchFactor(1, 2);

    auto* side = new QWidget;
    auto* rows = new QVBoxLayout(side);
    rows->setSpacing(theme::kPanelGap);
    auto* values = new ReadOuts;
    values->setRows({{text("epoch"), text("Epoch"), text("of 200"), GoodDirection::None, {}},
                     {text("speed"), text("Speed"), text("images/s"), GoodDirection::None, {}},
                     {text("elbo"), text("ELBO"), text("nats"), GoodDirection::Up, {}},
                     {text("mse"), text("MSE"), text("sum of squares"), GoodDirection::Down, {}}});
    values->setNumber(text("epoch"), 24);
    values->setNumber(text("speed"), 123.4, 4);
    values->setNumber(text("elbo"), -58123.4);
    values->setNumber(text("elbo"), -57891.2);
    values->setNumber(text("mse"), 4411.0);
    values->setNumber(text("mse"), 4433.0);
    rows->addWidget(makeForm(side));
    rows->addWidget(values);
    rows->addStretch(1);
    auto* page = new QSplitter;
    page->addWidget(main);
    page->addWidget(makeInspector(side));
    page->setStretchFactor(0, 1);
    return page;
}

QWidget* dataPage()
{
    auto* grid = new ImageGrid;
    grid->setSource(
        795,
        [](std::int64_t index) {
            return GridPicture{tests::madeColor(index, 128, 128), tests::madeDepth(index, 128, 128), 1.0F,
                               5.0F};
        },
        [](std::int64_t index) {
            return GridCaption{
                QStringLiteral("kitchen_%1").arg(index), text(index % 3 == 0 ? "kitchen" : "bedroom"), {}};
        });
    grid->setSelection({4});
    auto* side = new QWidget;
    auto* rows = new QVBoxLayout(side);
    rows->setSpacing(theme::kPanelGap);
    auto* bar = new ColorBar;
    bar->setScale(0.71, 9.99, text("m"));
    auto* relative = new ColorBar;
    relative->setMap(text("viridis"));
    auto* histogram = new HistogramView;
    std::vector<HistogramSeries> series;
    for (int c = 0; c < 3; ++c) {
        HistogramSeries one{QStringList{text("red"), text("green"), text("blue")}[c],
                            QStringList{text("#d55e00"), text("#009e73"), text("#0072b2")}[c],
                            {}};
        for (int i = 0; i < 64; ++i) {
            one.counts.push_back(1000.0 * std::exp(-std::pow((i - 20.0 - 10.0 * c) / 12.0, 2)));
        }
        series.push_back(one);
    }
    histogram->setSeries(series, 0, 255, {});
    histogram->setTitle(text("Colour"));
    auto* picture = new PictureView;
    picture->setValues(tests::madeDepth(3, 32, 24), text("turbo"), 1.0F, 5.0F);
    picture->setLabel(text("kitchen_3, depth"));
    picture->setMinimumHeight(180);
    for (auto* widget : {static_cast<QWidget*>(bar), static_cast<QWidget*>(relative),
                         static_cast<QWidget*>(histogram), static_cast<QWidget*>(picture)}) {
        rows->addWidget(widget);
    }
    rows->addStretch(1);
    auto* page = new QSplitter;
    page->addWidget(grid);
    page->addWidget(makeInspector(side));
    page->setStretchFactor(0, 1);
    return page;
}

QWidget* reconstructPage()
{
    auto* grid = new ReconstructionGrid;
    for (int i = 0; i < 9; ++i) {
        ReconstructionItem item;
        item.id = i + 1;
        item.name = QStringLiteral("kitchen_0004_%1").arg(i);
        if (i == 3) {
            item.placeholder = text("Needs depth: add its depth image.");
            item.color = tests::madeColor(i, 128, 128);
        } else {
            item.result = Reconstruction{item.name.toStdString(),
                                         tests::madeColor(i, 128, 128),
                                         tests::madeColor(i + 1, 128, 128),
                                         tests::madeDepth(i, 128, 128),
                                         tests::madeDepth(i + 1, 128, 128),
                                         true,
                                         4411.2 + i,
                                         3000,
                                         1411,
                                         23.41,
                                         0.8123,
                                         0.31};
        }
        grid->addItem(item);
    }
    return grid;
}

QWidget* partsPage()
{
    auto* page = new QWidget;
    auto* columns = new QHBoxLayout(page);
    auto* list = new RunList;
    std::vector<RunRow> runs;
    const RunRowState states[] = {RunRowState::Running, RunRowState::Paused, RunRowState::Completed,
                                  RunRowState::Stopped, RunRowState::Failed, RunRowState::Interrupted};
    for (int i = 0; i < 12; ++i) {
        RunRow run;
        run.id = QStringLiteral("/runs/%1").arg(i);
        run.name = QStringLiteral("rgbd-vae-nyu-2026-11-%1-1542").arg(10 + i);
        run.data = text(i % 2 == 0 ? "NYU Depth V2, 795 pairs" : "MNIST");
        run.model = text(i % 2 == 0 ? "RGB-D VAE" : "FC VAE");
        run.state = states[i % 6];
        run.epochs = 20 * i;
        run.createdUtc = QStringLiteral("2026-11-%1").arg(10 + i);
        if (i > 0) {
            run.testMse = 4400.0 + 12.3 * i;
            run.testElbo = -57000.0 - i;
        }
        runs.push_back(run);
    }
    list->model()->setRuns(runs);
    auto* left = new QVBoxLayout;
    left->addWidget(list, 3);
    auto* load = new LoadPanel;
    load->start(text("Preparing 795 pairs of colour and depth"));
    load->setProgress(312, 795);
    load->setNote(text("312 of 795 images, about 4 s left"));
    left->addWidget(load, 2);
    columns->addLayout(left, 3);
    auto* right = new QVBoxLayout;
    auto* empty = new EmptyState(
        text("image"), text("Pick a data set on the left, or drop a folder of colour and depth pairs here."),
        text("Open..."));
    empty->setSecondButtonText(text("Use the embedded rooms"));
    right->addWidget(empty, 1);
    auto* zone = new QWidget;
    zone->setMinimumHeight(200);
    auto* overlay = new DropOverlay(zone);
    overlay->setObjectName(text("gallery-overlay"));
    right->addWidget(zone, 1);
    columns->addLayout(right, 2);
    return page;
}

}  // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    loadResources();
    const auto arguments = QApplication::arguments();
    QApplication::setStyle(text("Fusion"));
    theme::applyScheme(arguments.contains(text("dark")) ? theme::Scheme::Dark : theme::Scheme::Light);
    const auto name = arguments.size() > 1 ? arguments[1] : text("train");
    auto* page = name == text("data")          ? dataPage()
                 : name == text("reconstruct") ? reconstructPage()
                 : name == text("parts")       ? partsPage()
                                               : trainPage();
    QWidget window;
    auto* row = new QHBoxLayout(&window);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    auto* bar = new SideBar;
    bar->addPage(text("data"), text("data"), text("Data"), 1);
    bar->addPage(text("train"), text("train"), text("Train"), 2);
    bar->addPage(text("reconstruct"), text("reconstruct"), text("Reconstruct"), 3);
    bar->addTool(text("settings"), text("settings"), text("Settings"));
    bar->setCurrent(name);
    auto* rest = new QVBoxLayout;
    rest->setSpacing(0);
    auto* messages = new MessageBar;
    auto* body = new QVBoxLayout;
    body->setContentsMargins(theme::kPanelGap, theme::kPanelGap, theme::kPanelGap, 0);
    body->addWidget(page, 1);
    auto* log = new LogDrawer;
    rest->addWidget(messages);
    rest->addLayout(body, 1);
    rest->addWidget(log);
    row->addWidget(bar);
    row->addLayout(rest, 1);
    if (name == text("parts")) {
        messages->showMessage(MessageKind::Error,
                              text("3 of 798 images could not be read: leave them out, or mend the files."),
                              text("kitchen/00012.png: truncated"), {{text("leave-out"), text("Leave out")}});
        log->append(LogLevel::Info, text("Prepared 795 images"));
        log->append(LogLevel::Error,
                    text("Could not write history.jsonl: no space left. Free some and retry."));
        log->append(LogLevel::Info, text("Epoch 3 done"));
    }
    window.resize(1280, 800);
    window.show();
    if (arguments.size() > 3) {
        QTimer::singleShot(500, &window, [&] {
            window.grab().save(arguments[3]);
            QApplication::quit();
        });
    }
    return QApplication::exec();
}
