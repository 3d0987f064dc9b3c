// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/resources.h"

#include <QtCore/QDirIterator>
#include <QtGui/QIcon>
#include <QtTest/QtTest>

class ResourcesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { elbo::loadResources(); }

    void everyIconLoads_data()
    {
        QTest::addColumn<QString>("file");
        QDirIterator icons(QStringLiteral(":/icons"), QDir::Files, QDirIterator::Subdirectories);
        while (icons.hasNext()) {
            const QString file = icons.next();
            QTest::newRow(qPrintable(file)) << file;
        }
        QVERIFY2(QFile::exists(QStringLiteral(":/icons/elbo.svg")), "no icon was found at all");
    }

    // A picture that Qt's reader of SVG does not understand gives an empty pixmap rather than an error.
    void everyIconLoads()
    {
        QFETCH(QString, file);
        const QImage image = QIcon(file).pixmap(64, 64).toImage().convertToFormat(QImage::Format_ARGB32);
        QVERIFY(!image.isNull());
        int painted = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                painted += qAlpha(image.pixel(x, y)) > 0 ? 1 : 0;
            }
        }
        QVERIFY2(painted > 64, "the icon is empty");
    }
};

QTEST_MAIN(ResourcesTest)
#include "tst_resources.moc"
