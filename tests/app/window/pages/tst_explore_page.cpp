// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/explore_page.h"
#include "app/window/session/latent_session.h"
#include "app/window/session/text.h"
#include "core/training/run_folder.h"
#include "tests/app/window/window_fixture.h"
#include "widgets/empty_state.h"
#include "widgets/latent_sliders.h"
#include "widgets/picture_strip.h"
#include "widgets/picture_table.h"
#include "widgets/picture_view.h"

#include <QtCore/QFile>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDoubleSpinBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QSlider>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QTabWidget>

#include <algorithm>
#include <cmath>

using elbo::LatentCode;
using elbo::tests::WindowFixture;

namespace {

elbo::ExplorePage& page(WindowFixture& fixture)
{
    fixture.window().showPage(QStringLiteral("explore"));
    return *fixture.find<elbo::ExplorePage>(QStringLiteral("explorePage"));
}

bool isDecoded(const elbo::LatentSession& session)
{
    return session.decoded() && session.decoded()->code == session.code();
}

}  // namespace

class ExplorePageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void withoutARunItSaysWhatBelongsThere()
    {
        WindowFixture fixture;
        auto& explore = page(fixture);
        QVERIFY(!explore.hasModel());
        QVERIFY(fixture.find<QAbstractButton>(QStringLiteral("exploreEmptyAction"))->isVisible());
        QVERIFY(!fixture.find<QWidget>(QStringLiteral("latentSliders"))->isVisible());
    }

    void theRunInViewIsExplored()
    {
        WindowFixture fixture;
        fixture.train();
        auto& session = page(fixture).session();
        ELBO_TRY_VERIFY(session.space() && isDecoded(session));
        QVERIFY2(fixture.error().isEmpty(), qPrintable(fixture.error()));
        const auto& space = *session.space();
        QCOMPARE(space.size, static_cast<std::int64_t>(session.code().size()));
        QCOMPARE(space.codes.size(), space.images.size());
        for (std::size_t i = 1; i < space.byKl.size(); ++i) {
            QVERIFY(space.kl[static_cast<std::size_t>(space.byKl[i - 1])] >=
                    space.kl[static_cast<std::size_t>(space.byKl[i])]);
        }
        // It starts with a test image, and shows what Reconstruct makes of it but for the ranges, which are
        // those of the training images.
        QVERIFY(session.code() == space.codes.front());
        QVERIFY(!fixture.find<elbo::PictureView>(QStringLiteral("decodedColor"))->picture().isNull());
        QVERIFY(fixture.find<elbo::PictureView>(QStringLiteral("decodedDepth"))->isVisible());
        QCOMPARE(session.decoded()->image.depth.width, 32);
    }

    // Without its own set the page says what it needs, and takes another one that fits.
    void aSetThatIsGoneIsReplacedByOneThatFits()
    {
        WindowFixture fixture;
        auto config = WindowFixture::smallRun(1);
        config.data = WindowFixture::smallDigits(fixture.path(QStringLiteral("digits")));
        fixture.train(config);
        fixture.loadRooms();  // of another size
        ELBO_TRY_VERIFY(fixture.workspace().data() && fixture.workspace().data()->summary.hasDepth);
        std::filesystem::remove_all(fixture.path(QStringLiteral("digits")));
        auto& explore = page(fixture);
        auto* empty = fixture.find<elbo::EmptyState>(QStringLiteral("exploreEmpty"));
        ELBO_TRY_VERIFY(empty->sentence().contains(QStringLiteral("load a data set")));
        QVERIFY(!fixture.error().isEmpty() && !explore.session().space());
        fixture.window().showPage(QStringLiteral("data"));
        fixture.workspace().loadData(WindowFixture::smallDigits(fixture.path(QStringLiteral("others"))));
        ELBO_TRY_VERIFY(fixture.workspace().data() && !fixture.workspace().data()->summary.hasDepth);
        fixture.window().showPage(QStringLiteral("explore"));
        ELBO_TRY_VERIFY(explore.session().space());
    }

    void slidersMoveTheCodeAndUndoBringsItBack()
    {
        WindowFixture fixture;
        fixture.train();
        auto& session = page(fixture).session();
        ELBO_TRY_VERIFY(session.space() && isDecoded(session));
        const auto start = session.code();
        const auto first = static_cast<std::size_t>(session.space()->byKl.front());
        auto* number = fixture.find<QDoubleSpinBox>(QStringLiteral("axisNumber-0"));
        QVERIFY(std::abs(number->value() - double(start[first])) < 0.006);
        auto* slider = fixture.find<QSlider>(QStringLiteral("axisSlider-0"));
        // A drag of several values is one step of undo.
        slider->setSliderDown(true);
        for (const int value : {200, 400, 500}) {
            slider->setValue(value);
        }
        slider->setSliderDown(false);
        QVERIFY(std::abs(session.code()[first] - 1.5F) < 1e-5F);  // half of 3
        QVERIFY(std::abs(number->value() - 1.5) < 1e-9);
        ELBO_TRY_VERIFY(isDecoded(session));
        fixture.click(QStringLiteral("undoCode"));
        QVERIFY(session.code() == start);
        QVERIFY(!session.canUndo());
        fixture.click(QStringLiteral("redoCode"));
        QVERIFY(std::abs(session.code()[first] - 1.5F) < 1e-5F);
        // Typed beyond the slider's range.
        number->setValue(7.25);
        QCOMPARE(session.code()[first], 7.25F);
        QCOMPARE(slider->value(), slider->maximum());
        fixture.click(QStringLiteral("axisReset-0"));
        QCOMPARE(session.code()[first], 0.0F);
        fixture.click(QStringLiteral("resetCode"));
        QVERIFY(session.code() == start);
        for (int i = 0; i < 3; ++i) {
            fixture.click(QStringLiteral("undoCode"));
        }
        QVERIFY(std::abs(session.code()[first] - 1.5F) < 1e-5F);
    }

    void principalDirectionsMoveSeveralDimensions()
    {
        WindowFixture fixture;
        fixture.train();
        auto& session = page(fixture).session();
        ELBO_TRY_VERIFY(session.space() && isDecoded(session));
        auto* kind = fixture.find<QComboBox>(QStringLiteral("axisKind"));
        kind->setCurrentIndex(1);
        Q_EMIT kind->activated(1);
        const auto start = session.code();
        auto* number = fixture.find<QDoubleSpinBox>(QStringLiteral("axisNumber-0"));
        const auto before = number->value();
        number->setValue(before + 2);
        const auto& space = *session.space();
        for (std::size_t k = 0; k < start.size(); ++k) {
            const auto expected = start[k] + 2 * std::sqrt(space.variances[0]) * space.directions[0][k];
            QVERIFY(std::abs(session.code()[k] - expected) < 0.02F * std::sqrt(space.variances[0]) + 1e-4F);
        }
    }

    void theGridShowsWhatDimensionsDo()
    {
        WindowFixture fixture;
        auto config = WindowFixture::smallRun(1);
        config.model.fields.set("latent_size", std::int64_t{5});
        fixture.train(config);
        auto& session = page(fixture).session();
        ELBO_TRY_VERIFY(session.space() && isDecoded(session));
        QVERIFY(!session.grid());  // nobody looks at it
        auto* tabs = fixture.find<QTabWidget>(QStringLiteral("exploreTabs"));
        tabs->setCurrentIndex(1);
        ELBO_TRY_VERIFY(session.grid());
        auto* table = fixture.find<elbo::PictureTable>(QStringLiteral("latentGrid"));
        QCOMPARE(table->rows(), 5);
        QCOMPARE(table->columns(), 9);
        const auto before = session.grid();
        QTest::mouseClick(table, Qt::LeftButton, {}, table->pictureRect(9 + 2).center());
        auto expected = session.space()->codes.front();
        expected[static_cast<std::size_t>(before->dims[1])] = before->values[2];
        QVERIFY(session.code() == expected);
        ELBO_TRY_VERIFY(isDecoded(session));
        ELBO_TRY_VERIFY(session.grid() != before);  // it follows the code
        QVERIFY(session.grid()->codes[0] != before->codes[0]);
        fixture.find<QCheckBox>(QStringLiteral("gridDepth"))->setChecked(true);
        QCOMPARE(table->count(), 45);
        fixture.click(QStringLiteral("undoCode"));
        QVERIFY(session.code() == session.space()->codes.front());
    }

    void codesOfTwoDimensionsHaveAPlane()
    {
        WindowFixture fixture;
        auto config = WindowFixture::smallRun(1);
        config.model.fields.set("latent_size", std::int64_t{2});
        fixture.train(config);
        auto& session = page(fixture).session();
        ELBO_TRY_VERIFY(session.space() && isDecoded(session));
        fixture.find<QTabWidget>(QStringLiteral("exploreTabs"))->setCurrentIndex(1);
        ELBO_TRY_VERIFY(session.grid() && session.grid()->plane);
        auto* table = fixture.find<elbo::PictureTable>(QStringLiteral("latentGrid"));
        QCOMPARE(table->count(), 121);
        QTest::mouseClick(table, Qt::LeftButton, {}, table->pictureRect(10).center());
        QVERIFY((session.code() == LatentCode{3, 3}));  // the upper right corner
        const auto plane = session.grid();
        QTest::keyClick(table, Qt::Key_Down);
        QTest::keyClick(table, Qt::Key_Return);
        QVERIFY(std::abs(session.code()[0] - 3) < 1e-6F && std::abs(session.code()[1] - 2.4F) < 1e-6F);
        ELBO_TRY_VERIFY(isDecoded(session));
        QVERIFY(session.grid() == plane);  // it holds every code already
    }

    void startsAndTextGiveCodes()
    {
        WindowFixture fixture;
        fixture.train();
        auto& session = page(fixture).session();
        ELBO_TRY_VERIFY(session.space() && isDecoded(session));
        fixture.click(QStringLiteral("startMean"));
        QVERIFY(session.code() == session.space()->mean);
        fixture.click(QStringLiteral("startZero"));
        QVERIFY(session.code() == LatentCode(session.code().size(), 0.0F));
        auto* seed = fixture.find<QSpinBox>(QStringLiteral("startSeed"));
        seed->setValue(5);
        fixture.click(QStringLiteral("startRandom"));
        const auto drawn = session.code();
        QVERIFY(drawn == elbo::drawnCode(session.space()->size, 5));
        QCOMPARE(seed->value(), 6);
        fixture.click(QStringLiteral("copyCode"));
        fixture.find<QSpinBox>(QStringLiteral("startImage"))->setValue(2);
        QVERIFY(session.code() == session.space()->codes[1]);
        fixture.click(QStringLiteral("pasteCode"));
        QVERIFY(session.code() == drawn);
        QGuiApplication::clipboard()->setText(QStringLiteral("1, 2"));
        fixture.click(QStringLiteral("pasteCode"));
        QVERIFY2(fixture.error().contains(QStringLiteral("these are 2")), qPrintable(fixture.error()));
        QVERIFY(session.code() == drawn);  // nothing is lost
    }

    void aWayHasExactEndsAndIsSaved()
    {
        WindowFixture fixture;
        fixture.train();
        auto& explore = page(fixture);
        auto& session = explore.session();
        ELBO_TRY_VERIFY(session.space() && isDecoded(session));
        const auto a = session.code();
        fixture.click(QStringLiteral("addPoint"));
        fixture.find<QSpinBox>(QStringLiteral("startImage"))->setValue(3);
        const auto b = session.code();
        fixture.click(QStringLiteral("addPoint"));
        auto* strip = fixture.find<elbo::PictureStrip>(QStringLiteral("wayStrip"));
        ELBO_TRY_VERIFY(strip->count() == 9);
        QTest::mouseClick(strip, Qt::LeftButton, {}, strip->pictureRect(0, false).center());
        QVERIFY(session.code() == a);
        ELBO_TRY_VERIFY(isDecoded(session));
        QVERIFY(session.decoded()->image.color == session.way().front().color);
        QTest::mouseClick(strip, Qt::LeftButton, {}, strip->pictureRect(8, false).center());
        QVERIFY(session.code() == b);
        QTest::mouseClick(strip, Qt::LeftButton, {}, strip->pictureRect(4, false).center());
        QVERIFY(session.code() != a && session.code() != b);
        auto* path = fixture.find<QComboBox>(QStringLiteral("wayPath"));
        path->setCurrentIndex(1);
        Q_EMIT path->activated(1);
        QVERIFY(session.path() == elbo::LatentPath::Spherical);
        fixture.click(QStringLiteral("playWay"));
        const auto before = session.code();
        ELBO_TRY_VERIFY(session.code() != before);
        fixture.click(QStringLiteral("playWay"));
        for (const auto* name : {"way.png", "way.gif", "way.mp4", "way.csv"}) {
            const auto file = elbo::toQt(fixture.path(QString::fromLatin1(name)));
            fixture.answers().saveFile = file;
            fixture.click(QStringLiteral("saveWay"));
            ELBO_TRY_VERIFY(QFile::exists(file) && QFile(file).size() > 100);
        }
        fixture.answers().saveFile = QStringLiteral("/proc/way.png");
        fixture.click(QStringLiteral("saveWay"));
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("/proc/way.png")));
        fixture.click(QStringLiteral("clearPoints"));
        QCOMPARE(strip->count(), 0);
    }

    // Ten thousand requests: few are computed, each newer than the one before, and the last of all comes.
    void aFloodOfRequestsEndsWithTheLast()
    {
        WindowFixture fixture;
        const auto run = fixture.train();
        const auto model = std::make_shared<const elbo::OpenedModel>(elbo::openModel(run, "last"));
        elbo::DecodeQueue queue;
        queue.setModel(model);
        std::vector<std::uint64_t> serials;
        LatentCode last;
        connect(&queue, &elbo::DecodeQueue::decoded, this,
                [&](const std::shared_ptr<const elbo::DecodedCode>& decoded) {
                    serials.push_back(decoded->serial);
                    last = decoded->code;
                });
        LatentCode code;
        std::uint64_t wanted = 0;
        ELBO_TRY_VERIFY(page(fixture).session().space());
        const auto dimensions = page(fixture).session().space()->size;
        for (int i = 0; i < 10000; ++i) {
            code = LatentCode(static_cast<std::size_t>(dimensions), static_cast<float>(i) / 10000);
            wanted = queue.request(code, 0);
            if (i % 500 == 0) {
                QCoreApplication::processEvents();
            }
        }
        ELBO_TRY_VERIFY(!serials.empty() && serials.back() == wanted);
        QVERIFY(last == code);
        QVERIFY(serials.size() < 5000);
        QVERIFY(std::is_sorted(serials.begin(), serials.end()));
        QVERIFY(std::adjacent_find(serials.begin(), serials.end()) == serials.end());
        ELBO_TRY_VERIFY(!queue.isBusy());
    }

    // The class of a digit decides what is decoded.
    void aModelWithClassesDecodesAsTheChosenOne()
    {
        WindowFixture fixture;
        auto config = WindowFixture::smallRun(1);
        config.data = WindowFixture::smallDigits(fixture.path(QStringLiteral("digits")));
        config.model = {"conditional-vae", {}};
        fixture.train(config);
        auto& session = page(fixture).session();
        ELBO_TRY_VERIFY(session.space() && isDecoded(session));
        auto* classes = fixture.find<QComboBox>(QStringLiteral("exploreClass"));
        QVERIFY(classes->isVisible());
        QCOMPARE(classes->count(), 10);
        QVERIFY(!fixture.find<QWidget>(QStringLiteral("decodedDepth"))->isVisible());
        const auto before = session.decoded()->image.color;
        const auto other = (session.shownClass() + 1) % 10;
        classes->setCurrentIndex(other);
        Q_EMIT classes->activated(other);
        ELBO_TRY_VERIFY(session.decoded()->image.color != before);
    }
};

QTEST_MAIN(ExplorePageTest)
#include "tst_explore_page.moc"
