// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/translation.h"

#include <QtCore/QDir>
#include <QtCore/QTranslator>
#include <QtTest/QtTest>

class TranslationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTranslationLoads_data()
    {
        QTest::addColumn<QString>("file");
        const QStringList files = QDir(QStringLiteral(":/i18n")).entryList({QStringLiteral("*.qm")});
        QVERIFY2(files.contains(QStringLiteral("elbo_de.qm")), "the programs carry no German");
        for (const QString& file : files) {
            QTest::newRow(qPrintable(file)) << QStringLiteral(":/i18n/") + file;
        }
    }

    void everyTranslationLoads()
    {
        QFETCH(QString, file);
        QTranslator translator;
        QVERIFY(translator.load(file));
        QVERIFY(!translator.isEmpty());
    }

    void aLanguageWithoutTranslationStaysEnglish()
    {
        QVERIFY(!elbo::installTranslation(QLocale(QLocale::Icelandic)));
        QCOMPARE(elbo::languageName(), QStringLiteral("English"));
    }

    // Last: what is installed stays for the rest of the process.
    void germanIsInstalled()
    {
        QVERIFY(elbo::installTranslation(QLocale(QLocale::German, QLocale::Austria)));
        QCOMPARE(elbo::languageName(), QStringLiteral("Deutsch"));
    }
};

QTEST_GUILESS_MAIN(TranslationTest)
#include "tst_translation.moc"
