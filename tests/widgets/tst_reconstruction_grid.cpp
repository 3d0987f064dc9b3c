// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/test_pictures.h"
#include "widgets/reconstruction_grid.h"
#include "widgets/resources.h"

#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QContextMenuEvent>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

using namespace elbo;
using Picture = ReconstructionGrid::Picture;

namespace {

ReconstructionItem madeItem(std::int64_t id, bool depth)
{
    ReconstructionItem item;
    item.id = id;
    item.name = QStringLiteral("image-%1").arg(id);
    Reconstruction result;
    result.truthColor = Image8{16, 16, 3, std::vector<std::uint8_t>(768, 250)};
    result.color = Image8{16, 16, 3, std::vector<std::uint8_t>(768, 10)};
    if (depth) {
        result.truthDepth = tests::madeDepth(id, 16, 16);
        result.depth = tests::madeDepth(id + 1, 16, 16);
    }
    result.mse = 4411.25;
    result.psnr = 23.4;
    result.ssim = 0.81;
    item.result = result;
    return item;
}

}  // namespace

class ReconstructionGridTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { loadResources(); }

    void init()
    {
        m_grid = std::make_unique<ReconstructionGrid>();
        m_grid->resize(900, 700);
        m_grid->setItems({madeItem(11, true), madeItem(12, true), madeItem(13, true)});
        m_grid->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_grid.get()));
    }
    void cleanup() { m_grid.reset(); }

    void truthStandsAboveReconstructionColourThenDepth()
    {
        auto last = -1;
        for (const auto picture :
             {Picture::TruthColor, Picture::Color, Picture::TruthDepth, Picture::Depth}) {
            const auto rect = m_grid->pictureRect(12, picture);
            QVERIFY(rect.top() > last);
            QCOMPARE(rect.left(), m_grid->pictureRect(12, Picture::TruthColor).left());
            last = rect.bottom();
        }
        QVERIFY(m_grid->columnRect(13).left() > m_grid->columnRect(12).right());
        QVERIFY(m_grid->columnRect(12).bottom() <= m_grid->viewport()->height());
    }

    void withoutDepthThereAreTwoPictures()
    {
        m_grid->setItems({madeItem(1, false)});
        QVERIFY(m_grid->pictureRect(1, Picture::TruthDepth).isNull());
        QVERIFY(m_grid->pictureRect(1, Picture::Color).isValid());
        QVERIFY(m_grid->side() > 150);
    }

    void anItemThatNeedsDepthSaysSoAndShowsNoReconstruction()
    {
        ReconstructionItem lone;
        lone.id = 20;
        lone.name = QStringLiteral("lone");
        lone.color = tests::madeColor(0, 16, 16);
        lone.placeholder = QStringLiteral("Needs depth: add its depth image.");
        m_grid->addItem(lone);
        QVERIFY(m_grid->pictureRect(20, Picture::TruthColor).isValid());
        QVERIFY(m_grid->pictureRect(20, Picture::Color).isNull());
        QVERIFY(m_grid->picture(20, Picture::Depth).isNull());
        const auto before = m_grid->columnRect(20);
        auto done = madeItem(20, true);
        m_grid->updateItem(done);
        QCOMPARE(m_grid->columnRect(20), before);
        QVERIFY(m_grid->pictureRect(20, Picture::Depth).isValid());
    }

    void hoveringMagnifiesTheSameSpotInAllFour()
    {
        const auto plain = m_grid->viewport()->grab().toImage();
        const auto rect = m_grid->pictureRect(12, Picture::TruthDepth);
        QTest::mouseMove(m_grid->viewport(), rect.center());
        QTRY_VERIFY(m_grid->spot().has_value());
        QVERIFY(std::abs(m_grid->spot()->x() - 0.5) < 0.05);
        const auto hovered = m_grid->viewport()->grab().toImage();
        for (const auto picture :
             {Picture::TruthColor, Picture::Color, Picture::TruthDepth, Picture::Depth}) {
            const auto area = m_grid->pictureRect(12, picture);
            QVERIFY(plain.copy(area) != hovered.copy(area));
            const auto other = m_grid->pictureRect(11, picture);
            QCOMPARE(plain.copy(other), hovered.copy(other));
        }
        m_grid->setMagnifier(false);
        QCOMPARE(m_grid->viewport()->grab(rect).toImage(), plain.copy(rect));
    }

    void draggingWipesBetweenTruthAndReconstruction()
    {
        const auto rect = m_grid->pictureRect(11, Picture::Color);
        const auto quarter = QPoint(rect.left() + rect.width() / 4, rect.center().y());
        QTest::mousePress(m_grid->viewport(), Qt::LeftButton, {}, rect.center());
        QTest::mouseMove(m_grid->viewport(), quarter);
        QTRY_VERIFY(m_grid->wipe().has_value());
        QVERIFY(std::abs(*m_grid->wipe() - 0.25) < 0.02);
        const auto image = m_grid->viewport()->grab().toImage();
        QCOMPARE(image.pixelColor(rect.left() + rect.width() / 8, rect.center().y()).red(), 250);
        QCOMPARE(image.pixelColor(rect.left() + rect.width() / 2, rect.center().y()).red(), 10);
        QTest::mouseRelease(m_grid->viewport(), Qt::LeftButton, {}, quarter);
        QVERIFY(!m_grid->wipe().has_value());
    }

    void escapeEndsTheWipe()
    {
        const auto rect = m_grid->pictureRect(11, Picture::Color);
        QTest::mousePress(m_grid->viewport(), Qt::LeftButton, {}, rect.center());
        QTest::mouseMove(m_grid->viewport(), rect.center() - QPoint(20, 0));
        QTRY_VERIFY(m_grid->wipe().has_value());
        QTest::keyClick(m_grid.get(), Qt::Key_Escape);
        QVERIFY(!m_grid->wipe().has_value());
        QTest::mouseRelease(m_grid->viewport(), Qt::LeftButton, {}, rect.center());
    }

    void selectionByMouseAndKeyboard()
    {
        QSignalSpy spy(m_grid.get(), &ReconstructionGrid::selectionChanged);
        click(11, Qt::NoModifier);
        click(13, Qt::ControlModifier);
        QCOMPARE(m_grid->selection(), (std::vector<std::int64_t>{11, 13}));
        QCOMPARE(spy.size(), 2);
        QTest::keyClick(m_grid.get(), Qt::Key_Left);
        QCOMPARE(m_grid->selection(), (std::vector<std::int64_t>{12}));
        QTest::keyClick(m_grid.get(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(m_grid->selection().size(), std::size_t{3});
        QTest::keyClick(m_grid.get(), Qt::Key_Escape);
        QVERIFY(m_grid->selection().empty());
    }

    void removalIsAskedFor()
    {
        QSignalSpy spy(m_grid.get(), &ReconstructionGrid::removeWanted);
        click(12, Qt::NoModifier);
        QTest::keyClick(m_grid.get(), Qt::Key_Delete);
        QCOMPARE(spy.first().first().value<QList<qint64>>(), QList<qint64>{12});
        m_grid->removeItem(12);
        QCOMPARE(m_grid->items().size(), std::size_t{2});
        QVERIFY(m_grid->selection().empty());
        QTest::mouseMove(m_grid->viewport(), m_grid->pictureRect(13, Picture::Color).center());
        auto* button = m_grid->findChild<QToolButton*>(QStringLiteral("reconstruction-remove"));
        QTRY_VERIFY(button->isVisible());
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(spy.last().first().value<QList<qint64>>(), QList<qint64>{13});
    }

    void numbersCanBeCopied()
    {
        connect(m_grid.get(), &ReconstructionGrid::menuWanted, this, [](qint64, Picture, QMenu* menu) {
            for (auto* action : menu->actions()) {
                if (action->text() == QStringLiteral("Copy numbers")) {
                    action->trigger();
                }
            }
            QMetaObject::invokeMethod(menu, &QMenu::close, Qt::QueuedConnection);
        });
        const auto at = m_grid->pictureRect(11, Picture::Color).center();
        QContextMenuEvent event(QContextMenuEvent::Mouse, at, m_grid->viewport()->mapToGlobal(at));
        QApplication::sendEvent(m_grid->viewport(), &event);
        QCOMPARE(QApplication::clipboard()->text(),
                 QStringLiteral("name\tMSE\tPSNR dB\tSSIM\nimage-11\t4411.25\t23.4\t0.81\n"));
    }

    void depthOfBothIsOnTheRangeOfTheTruth()
    {
        auto item = madeItem(30, true);
        item.result->depth = item.result->truthDepth;
        m_grid->setItems({item});
        QCOMPARE(m_grid->picture(30, Picture::Depth), m_grid->picture(30, Picture::TruthDepth));
        const auto turbo = m_grid->picture(30, Picture::Depth);
        m_grid->setDepthMap(QStringLiteral("viridis"));
        QVERIFY(m_grid->picture(30, Picture::Depth) != turbo);
    }

    void eachColumnHasTheScaleOfItsDepth()
    {
        const auto item = madeItem(12, true);
        const auto& depth = item.result->truthDepth.values;
        const auto range = m_grid->depthRange(12);
        QVERIFY(range.has_value());
        QCOMPARE(range->first, *std::min_element(depth.begin(), depth.end()));
        QCOMPARE(range->second, *std::max_element(depth.begin(), depth.end()));
        const auto image = m_grid->viewport()->grab().toImage();
        const auto pictures = m_grid->pictureRect(12, Picture::Depth);
        std::set<QRgb> seen;
        for (int x = m_grid->columnRect(12).left(); x < m_grid->columnRect(12).right(); ++x) {
            seen.insert(image.pixel(x, pictures.bottom() + 8));
        }
        QVERIFY2(seen.size() > 50, qPrintable(QString::number(seen.size())));
        m_grid->setItems({madeItem(1, false)});
        QVERIFY(!m_grid->depthRange(1).has_value());
    }

    void wipeAndLensStayWhenAnotherImageIsDone()
    {
        const auto rect = m_grid->pictureRect(11, Picture::Color);
        QTest::mousePress(m_grid->viewport(), Qt::LeftButton, {}, rect.center());
        QTest::mouseMove(m_grid->viewport(), rect.center() - QPoint(20, 0));
        QTRY_VERIFY(m_grid->wipe().has_value());
        const auto wiped = *m_grid->wipe();
        m_grid->updateItem(madeItem(13, true));
        m_grid->addItem(madeItem(14, true));
        QCOMPARE(m_grid->wipe().value_or(-1), wiped);
        QTest::mouseRelease(m_grid->viewport(), Qt::LeftButton, {}, rect.center() - QPoint(20, 0));
        QTest::mouseMove(m_grid->viewport(), m_grid->pictureRect(12, Picture::Color).center());
        QTRY_VERIFY(m_grid->spot().has_value());
        m_grid->updateItem(madeItem(12, true));
        QVERIFY(m_grid->spot().has_value());
        // Without its picture there is nothing to magnify or wipe.
        m_grid->clear();
        QVERIFY(!m_grid->spot().has_value());
        m_grid->setItems({madeItem(11, true), madeItem(12, true)});
        QTest::mousePress(m_grid->viewport(), Qt::LeftButton, {}, rect.center());
        m_grid->clear();
        QTest::mouseMove(m_grid->viewport(), rect.center() + QPoint(30, 0));
        QVERIFY(!m_grid->wipe().has_value());
        QTest::mouseRelease(m_grid->viewport(), Qt::LeftButton, {}, rect.center());
    }

    void theMenuKeyMeansTheColumnTheKeyboardIsAt()
    {
        click(11, Qt::NoModifier);
        QTest::keyClick(m_grid.get(), Qt::Key_End);
        qint64 wanted = 0;
        connect(m_grid.get(), &ReconstructionGrid::menuWanted, this,
                [&wanted](qint64 id, Picture, QMenu* menu) {
                    wanted = id;
                    QMetaObject::invokeMethod(menu, &QMenu::close, Qt::QueuedConnection);
                });
        const auto middle = m_grid->viewport()->rect().center();
        QContextMenuEvent event(QContextMenuEvent::Keyboard, middle, m_grid->viewport()->mapToGlobal(middle));
        QApplication::sendEvent(m_grid->viewport(), &event);
        QCOMPARE(wanted, 13);
    }

private:
    void click(std::int64_t id, Qt::KeyboardModifiers modifiers)
    {
        QTest::mouseClick(m_grid->viewport(), Qt::LeftButton, modifiers,
                          m_grid->pictureRect(id, Picture::TruthColor).center());
    }

    std::unique_ptr<ReconstructionGrid> m_grid;
};

QTEST_MAIN(ReconstructionGridTest)
#include "tst_reconstruction_grid.moc"
