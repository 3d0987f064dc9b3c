// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/test_pictures.h"
#include "widgets/image_grid.h"
#include "widgets/resources.h"

#include <QtGui/QContextMenuEvent>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QScrollBar>

#include <cstdlib>
#include <memory>
#include <set>

using namespace elbo;

namespace {

constexpr std::int64_t kCount = 70000;

}  // namespace

class ImageGridTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { loadResources(); }

    void init()
    {
        m_asked.clear();
        m_grid = std::make_unique<ImageGrid>();
        m_grid->resize(800, 600);
        m_grid->setSide(48);
        setSource(false);
        m_grid->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_grid.get()));
        settle();
    }
    void cleanup() { m_grid.reset(); }

    void onlyVisiblePicturesAreAsked()
    {
        QVERIFY(m_asked.size() > 20);
        QVERIFY2(m_asked.size() < 250, qPrintable(QString::number(m_asked.size())));
        QVERIFY(*m_asked.rbegin() < 250);
        m_asked.clear();
        m_grid->jumpTo(50000);
        settle();
        QVERIFY(m_asked.contains(50000));
        QVERIFY(*m_asked.begin() > 49000);
        QVERIFY(m_asked.size() < 250);
    }

    void cachedPicturesAreNotAskedAgain()
    {
        m_asked.clear();
        m_grid->viewport()->update();
        settle();
        QVERIFY(m_asked.empty());
    }

    void theCacheKeepsItsBudget()
    {
        m_grid->setCacheBytes(1 << 20);
        for (int i = 0; i < 40; ++i) {
            m_grid->jumpTo(i * 1500);
            settle();
        }
        QVERIFY(m_grid->cachedBytes() <= std::size_t{1} << 20U);
        QVERIFY(m_grid->cachedBytes() > 0);
    }

    void jumpMakesItCurrentAndVisible()
    {
        QSignalSpy spy(m_grid.get(), &ImageGrid::currentChanged);
        QVERIFY(m_grid->jumpTo(69999));
        QCOMPARE(m_grid->current(), std::optional<std::int64_t>(69999));
        QVERIFY(m_grid->viewport()->rect().contains(m_grid->itemRect(69999)));
        QCOMPARE(spy.size(), 1);
        QVERIFY(!m_grid->jumpTo(70000));
        QVERIFY(!m_grid->jumpTo(-1));
    }

    void indexAtIsTheInverseOfItemRect()
    {
        m_grid->jumpTo(1234);
        QCOMPARE(m_grid->indexAt(m_grid->itemRect(1234).center()), std::optional<std::int64_t>(1234));
        QVERIFY(!m_grid->indexAt(QPoint(1, 1)).has_value());
    }

    void aFilterShowsItsImagesInItsOrder()
    {
        m_grid->setFilter({9, 3, 60000});
        settle();
        QCOMPARE(m_grid->shownCount(), std::int64_t{3});
        QVERIFY(m_grid->itemRect(9).left() < m_grid->itemRect(3).left());
        QVERIFY(m_grid->itemRect(4).isNull());
        QVERIFY(!m_grid->jumpTo(4));
        QVERIFY(m_grid->jumpTo(60000));
        m_grid->clearFilter();
        QCOMPARE(m_grid->shownCount(), kCount);
        QCOMPARE(m_grid->current(), std::optional<std::int64_t>(60000));
        QVERIFY(m_grid->viewport()->rect().intersects(m_grid->itemRect(60000)));
    }

    void filteringAwayUnselects()
    {
        m_grid->setSelection({3, 4});
        QSignalSpy spy(m_grid.get(), &ImageGrid::selectionChanged);
        m_grid->setFilter({4, 5});
        QCOMPARE(m_grid->selection(), (std::vector<std::int64_t>{4}));
        QCOMPARE(spy.size(), 1);
    }

    void theKeyboardMovesAndSelects()
    {
        const auto columns = columnCount();
        m_grid->jumpTo(0);
        QTest::keyClick(m_grid.get(), Qt::Key_Right);
        QCOMPARE(m_grid->current(), std::optional<std::int64_t>(1));
        QTest::keyClick(m_grid.get(), Qt::Key_Down);
        QCOMPARE(m_grid->current(), std::optional<std::int64_t>(1 + columns));
        QTest::keyClick(m_grid.get(), Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(m_grid.get(), Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(m_grid->selection(), (std::vector<std::int64_t>{1 + columns, 2 + columns, 3 + columns}));
        QTest::keyClick(m_grid.get(), Qt::Key_End);
        QCOMPARE(m_grid->current(), std::optional<std::int64_t>(kCount - 1));
        QTest::keyClick(m_grid.get(), Qt::Key_Home);
        QCOMPARE(m_grid->current(), std::optional<std::int64_t>(0));
        QSignalSpy activated(m_grid.get(), &ImageGrid::activated);
        QTest::keyClick(m_grid.get(), Qt::Key_Return);
        QCOMPARE(activated.size(), 1);
        QTest::keyClick(m_grid.get(), Qt::Key_Escape);
        QVERIFY(m_grid->selection().empty());
        QTest::keyClick(m_grid.get(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(m_grid->selection().size(), std::size_t{kCount});
    }

    void theMouseSelects()
    {
        const auto click = [this](std::int64_t index, Qt::KeyboardModifiers modifiers) {
            QTest::mouseClick(m_grid->viewport(), Qt::LeftButton, modifiers,
                              m_grid->itemRect(index).center());
        };
        click(2, Qt::NoModifier);
        click(5, Qt::ControlModifier);
        QCOMPARE(m_grid->selection(), (std::vector<std::int64_t>{2, 5}));
        click(5, Qt::ControlModifier);
        QCOMPARE(m_grid->selection(), (std::vector<std::int64_t>{2}));
        click(2, Qt::NoModifier);
        click(4, Qt::ShiftModifier);
        QCOMPARE(m_grid->selection(), (std::vector<std::int64_t>{2, 3, 4}));
        QSignalSpy activated(m_grid.get(), &ImageGrid::activated);
        QTest::mouseDClick(m_grid->viewport(), Qt::LeftButton, {}, m_grid->itemRect(3).center());
        QCOMPARE(activated.first().first().toLongLong(), 3);
    }

    void zoomKeepsTheMiddle()
    {
        m_grid->jumpTo(35000);
        settle();
        const auto middle = m_grid->indexAt(nearCentre());
        QVERIFY(middle.has_value());
        m_grid->setSide(120);
        QCOMPARE(m_grid->side(), 120);
        const auto rect = m_grid->itemRect(*middle);
        QVERIFY(rect.bottom() > 0 && rect.top() < m_grid->viewport()->height());
        m_grid->setSide(9999);
        QCOMPARE(m_grid->side(), ImageGrid::kMaximumSide);
    }

    void pairsAreWiderThanOne()
    {
        setSource(true);
        const auto pair = m_grid->itemRect(0).width();
        m_grid->setContent(GridContent::Depth);
        const auto one = m_grid->itemRect(0).width();
        QCOMPARE(pair, 2 * one + 2);
        settle();
        // What is painted is the depth through its map, not the grey of an empty picture.
        const auto image = m_grid->viewport()->grab(m_grid->itemRect(0)).toImage();
        const auto color = image.pixelColor(4, 4);
        QVERIFY(std::abs(color.red() - color.blue()) > 40);
    }

    void theContextMenuNamesTheImage()
    {
        QString seen;
        connect(m_grid.get(), &ImageGrid::menuWanted, this, [&seen](qint64 index, QMenu* menu) {
            seen = QString::number(index);
            menu->addAction(QStringLiteral("Reconstruct"));
            // Closed at once: the test goes on.
            QMetaObject::invokeMethod(menu, &QMenu::close, Qt::QueuedConnection);
        });
        const auto at = m_grid->itemRect(7).center();
        QContextMenuEvent event(QContextMenuEvent::Mouse, at, m_grid->viewport()->mapToGlobal(at));
        QApplication::sendEvent(m_grid->viewport(), &event);
        QCOMPARE(seen, QStringLiteral("7"));
    }

    void anEmptyGridSaysWhatBelongsHere()
    {
        m_grid->setEmptyText(QStringLiteral("Drop a folder here."));
        m_grid->clear();
        QCOMPARE(m_grid->shownCount(), std::int64_t{0});
        QCOMPARE(m_grid->accessibleDescription(), QStringLiteral("Drop a folder here."));
        const auto image = m_grid->viewport()->grab().toImage().convertToFormat(QImage::Format_RGB32);
        const auto ground = image.pixel(2, 2);
        bool written = false;
        for (int x = 0; x < image.width(); ++x) {
            for (int y = image.height() / 2 - 12; y < image.height() / 2 + 12; ++y) {
                written = written || image.pixel(x, y) != ground;
            }
        }
        QVERIFY(written);
        QTest::keyClick(m_grid.get(), Qt::Key_Right);
        QVERIFY(!m_grid->current().has_value());
    }

private:
    void setSource(bool depth)
    {
        m_grid->setSource(
            kCount,
            [this, depth](std::int64_t index) {
                m_asked.insert(index);
                return GridPicture{tests::madeColor(index, 28, 28, depth ? 3 : 1),
                                   depth ? tests::madeDepth(index, 28, 28) : ImageF{}, 1.0F, 5.0F};
            },
            [](std::int64_t index) { return GridCaption{{}, QString::number(index % 10), {}}; });
    }
    void settle() const
    {
        // A paint loads for a few milliseconds and asks for another: until a round brings nothing more.
        auto before = m_asked.size() + 1;
        while (before != m_asked.size()) {
            before = m_asked.size();
            m_grid->viewport()->repaint();
            QApplication::processEvents();
        }
    }
    int columnCount() const
    {
        int columns = 0;
        while (m_grid->itemRect(columns).top() == m_grid->itemRect(0).top()) {
            ++columns;
        }
        return columns;
    }
    QPoint nearCentre() const
    {
        const auto centre = m_grid->viewport()->rect().center();
        for (int d = 0; d < 40; ++d) {
            if (m_grid->indexAt(centre + QPoint(d, d)).has_value()) {
                return centre + QPoint(d, d);
            }
        }
        return centre;
    }

    std::unique_ptr<ImageGrid> m_grid;
    mutable std::set<std::int64_t> m_asked;
};

QTEST_MAIN(ImageGridTest)
#include "tst_image_grid.moc"
