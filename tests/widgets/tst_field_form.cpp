// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/field_form.h"
#include "widgets/resources.h"
#include "widgets/theme.h"

#include <QtTest/QtTest>
#include <QtWidgets/QAbstractSpinBox>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

using namespace elbo;

namespace {

Field field(const char* name, FieldKind kind, FieldValue value, double low = 0, double high = 0)
{
    Field made;
    made.name = name;
    made.label = std::string("Label of ") + name;
    made.help = "Help.";
    made.kind = kind;
    made.defaultValue = std::move(value);
    made.minimum = low;
    made.maximum = high;
    return made;
}

std::vector<Field> table()
{
    auto rate = field("learning_rate", FieldKind::Real, 1e-3, 0, 1);
    rate.minimumExclusive = true;
    rate.logarithmic = true;
    auto batch = field("batch_size", FieldKind::Integer, std::int64_t{50}, 1, 4096);
    batch.unit = "images";
    auto precision = field("precision", FieldKind::Choice, std::string("auto"));
    precision.choices = {"auto", "bf16"};
    precision.choiceLabels = {"Automatic", "bf16"};
    auto seed = field("seed", FieldKind::Integer, std::int64_t{1}, 0, 9.2e18);
    seed.advanced = true;
    return {rate,
            batch,
            precision,
            field("flip", FieldKind::Boolean, true),
            field("note", FieldKind::Text, std::string()),
            field("folder", FieldKind::Path, std::string("/data")),
            seed};
}

}  // namespace

class FieldFormTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { loadResources(); }

    void init()
    {
        m_form = std::make_unique<FieldForm>();
        m_form->setFields(table());
        m_form->resize(360, 600);
        m_form->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_form.get()));
    }
    void cleanup() { m_form.reset(); }

    void defaultsAreShownAndGivenBack()
    {
        const auto values = m_form->values();
        const auto fields = table();
        QCOMPARE(values.real(fields, "learning_rate"), 1e-3);
        QCOMPARE(values.integer(fields, "batch_size"), std::int64_t{50});
        QCOMPARE(values.text(fields, "precision"), std::string("auto"));
        QCOMPARE(values.boolean(fields, "flip"), true);
        QCOMPARE(values.text(fields, "folder"), std::string("/data"));
        QVERIFY(m_form->isValid());
        QVERIFY(m_form->changedValues().all().empty());
    }

    void scientificNumbersAreRead()
    {
        type("learning_rate", "1e-4");
        QVERIFY(m_form->isValid());
        QCOMPARE(m_form->values().real(table(), "learning_rate"), 1e-4);
        // Setting the same value leaves the text as it was typed.
        m_form->setValues(m_form->values());
        QCOMPARE(line("learning_rate")->text(), QStringLiteral("1e-4"));
    }

    void wrongValuesAreMarkedAndKeepStartOff_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("text");
        QTest::newRow("word") << QStringLiteral("learning_rate") << QStringLiteral("fast");
        QTest::newRow("empty") << QStringLiteral("learning_rate") << QString();
        QTest::newRow("open end") << QStringLiteral("learning_rate") << QStringLiteral("0");
        QTest::newRow("above") << QStringLiteral("learning_rate") << QStringLiteral("1.5");
        QTest::newRow("nan") << QStringLiteral("learning_rate") << QStringLiteral("nan");
        QTest::newRow("below") << QStringLiteral("batch_size") << QStringLiteral("0");
        QTest::newRow("fraction") << QStringLiteral("batch_size") << QStringLiteral("2.5");
        QTest::newRow("overflow") << QStringLiteral("batch_size") << QStringLiteral("99999999999999999999");
    }
    void wrongValuesAreMarkedAndKeepStartOff()
    {
        QFETCH(QString, name);
        QFETCH(QString, text);
        QPushButton start;
        connect(m_form.get(), &FieldForm::validityChanged, &start, &QPushButton::setEnabled);
        auto* reason = m_form->findChild<QLabel*>(QStringLiteral("problem-") + name);
        QVERIFY(!reason->isVisible());
        type(name.toUtf8().constData(), text.toUtf8().constData());
        QVERIFY(!m_form->isValid());
        QVERIFY(!start.isEnabled());
        QVERIFY(reason->isVisible());
        QVERIFY(!reason->text().isEmpty());
        QCOMPARE(m_form->problems().size(), 1);
        QVERIFY(m_form->problems().front().startsWith(QStringLiteral("Label of ") + name));
        QVERIFY(!m_form->values().has(name.toStdString()));
        type(name.toUtf8().constData(), "1");
        QVERIFY(m_form->isValid());
        QVERIFY(start.isEnabled());
        QVERIFY(!reason->isVisible());
    }

    void changedIsSaidOnceForSetValuesAndForEachEdit()
    {
        QSignalSpy changed(m_form.get(), &FieldForm::changed);
        QSignalSpy edited(m_form.get(), &FieldForm::edited);
        FieldValues values;
        values.set("batch_size", std::int64_t{8});
        values.set("flip", false);
        values.set("unknown", 3.0);
        m_form->setValues(values);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(edited.size(), 0);
        m_form->setValues(values);
        QCOMPARE(changed.size(), 1);
        QTest::mouseClick(m_form->findChild<QCheckBox*>(QStringLiteral("field-flip")), Qt::LeftButton, {},
                          QPoint(8, 8));
        QCOMPARE(changed.size(), 2);
        QCOMPARE(edited.last().first().toString(), QStringLiteral("flip"));
    }

    void choicesShowWordsAndGiveKeys()
    {
        auto* box = m_form->findChild<QComboBox*>(QStringLiteral("field-precision"));
        QCOMPARE(box->currentText(), QStringLiteral("Automatic"));
        box->setCurrentIndex(1);
        QCOMPARE(m_form->values().text(table(), "precision"), std::string("bf16"));
    }

    void arrowsStepByFactorsOnALogarithmicScale()
    {
        auto* edit = m_form->findChild<QAbstractSpinBox*>(QStringLiteral("field-learning_rate"));
        edit->stepUp();
        QCOMPARE(m_form->values().real(table(), "learning_rate"), 0.002);
        edit->stepDown();
        edit->stepDown();
        QCOMPARE(m_form->values().real(table(), "learning_rate"), 5e-4);
        for (int i = 0; i < 40; ++i) {
            edit->stepUp();
        }
        QVERIFY(m_form->isValid());
        QCOMPARE(m_form->values().real(table(), "learning_rate"), 1.0);
    }

    void seedsKeepAll64Bits()
    {
        FieldValues values;
        values.set("seed", std::int64_t{9007199254740993});
        m_form->setValues(values);
        QCOMPARE(m_form->values().integer(table(), "seed"), std::int64_t{9007199254740993});
        m_form->findChild<QAbstractSpinBox*>(QStringLiteral("field-seed"))->stepUp();
        QCOMPARE(m_form->values().integer(table(), "seed"), std::int64_t{9007199254740994});
    }

    void advancedFieldsAreFoldedUntilAskedForOrWrong()
    {
        auto* seed = m_form->findChild<QWidget*>(QStringLiteral("field-seed"));
        QVERIFY(!seed->isVisible());
        m_form->findChild<QToolButton*>(QStringLiteral("advanced-fields"))->click();
        QVERIFY(seed->isVisible());
        m_form->setAdvancedShown(false);
        QVERIFY(!seed->isVisible());
        type("seed", "-3");
        QVERIFY(seed->isVisible());
    }

    void browsingFillsThePath()
    {
        QString asked;
        m_form->setBrowse([&asked](QWidget*, const Field& of, const QString& current) {
            asked = QString::fromStdString(of.name) + QLatin1Char(' ') + current;
            return QStringLiteral("/elsewhere");
        });
        m_form->findChild<QToolButton*>(QStringLiteral("browse-folder"))->click();
        QCOMPARE(asked, QStringLiteral("folder /data"));
        QCOMPARE(m_form->values().text(table(), "folder"), std::string("/elsewhere"));
        m_form->setBrowse([](QWidget*, const Field&, const QString&) { return QString(); });
        m_form->findChild<QToolButton*>(QStringLiteral("browse-folder"))->click();
        QCOMPARE(m_form->values().text(table(), "folder"), std::string("/elsewhere"));
    }

    void foreignProblemsStayUntilTheFieldChanges()
    {
        m_form->setProblem(QStringLiteral("batch_size"), QStringLiteral("Larger than the set of 20 images."));
        QVERIFY(!m_form->isValid());
        QVERIFY(m_form->findChild<QLabel*>(QStringLiteral("problem-batch_size"))->isVisible());
        type("batch_size", "20");
        QVERIFY(m_form->isValid());
    }

    void hiddenFieldsAreNoProblem()
    {
        type("batch_size", "none");
        QVERIFY(!m_form->isValid());
        m_form->setFieldVisible(QStringLiteral("batch_size"), false);
        QVERIFY(m_form->isValid());
    }

    void readOnlyCannotBeTyped()
    {
        m_form->setReadOnly(true);
        type("batch_size", "7");
        QCOMPARE(m_form->values().integer(table(), "batch_size"), std::int64_t{50});
        QVERIFY(!m_form->findChild<QComboBox*>(QStringLiteral("field-precision"))->isEnabled());
        m_form->setReadOnly(false);
        type("batch_size", "7");
        QCOMPARE(m_form->values().integer(table(), "batch_size"), std::int64_t{7});
    }

    void anotherTableKeepsWhatItCanTake()
    {
        type("batch_size", "16");
        type("learning_rate", "0.5");
        auto fields = table();
        fields[0].maximum = 0.1;
        m_form->setFields(fields);
        QCOMPARE(m_form->values().integer(fields, "batch_size"), std::int64_t{16});
        QCOMPARE(m_form->values().real(fields, "learning_rate"), 1e-3);
    }

    void everyControlHasALabelAndAToolTip()
    {
        for (const auto& described : table()) {
            const auto* control = m_form->findChild<QWidget*>(QStringLiteral("field-") +
                                                              QString::fromStdString(described.name));
            QVERIFY(control != nullptr);
            QVERIFY(!control->toolTip().isEmpty());
            QCOMPARE(control->accessibleName(), QString::fromStdString(described.label));
        }
    }

    void tabReachesEveryControl()
    {
        m_form->setAdvancedShown(true);
        m_form->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_form.get()));
        auto* first = m_form->findChild<QWidget*>(QStringLiteral("field-learning_rate"));
        first->setFocus();
        QSet<QString> seen{first->objectName()};
        for (int i = 0; i < 20; ++i) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            seen.insert(QApplication::focusWidget()->objectName());
        }
        for (const auto& described : table()) {
            QVERIFY2(seen.contains(QStringLiteral("field-") + QString::fromStdString(described.name)),
                     described.name.c_str());
        }
    }

    /// Units in the colour of notes and reasons in that of errors, after each change of theme.
    void textsCanBeReadInBothThemes()
    {
        m_form->setProblem(QStringLiteral("batch_size"), QStringLiteral("Too large for the memory."));
        for (const auto scheme : {theme::Scheme::Dark, theme::Scheme::Light, theme::Scheme::Dark}) {
            theme::applyScheme(scheme);
            QCoreApplication::processEvents();
            int units = 0;
            for (const auto* label : m_form->findChildren<QLabel*>()) {
                const auto text = label->palette().color(QPalette::Active, QPalette::WindowText);
                const auto ground = m_form->palette().color(QPalette::Active, QPalette::Window);
                QVERIFY2(theme::contrast(text, ground) >= 4.5,
                         qPrintable(
                             QStringLiteral("%1: %2").arg(label->text()).arg(theme::contrast(text, ground))));
                units += label->text() == QLatin1String("images") ? 1 : 0;
            }
            QCOMPARE(units, 1);
            const auto* edit = m_form->findChild<QWidget*>(QStringLiteral("field-batch_size"));
            QVERIFY(theme::contrast(edit->palette().color(QPalette::Text),
                                    edit->palette().color(QPalette::Base)) >= 4.5);
        }
        theme::applyScheme(theme::Scheme::System);
    }

private:
    QLineEdit* line(const char* name) const
    {
        auto* control = m_form->findChild<QWidget*>(QStringLiteral("field-") + QLatin1String(name));
        auto* direct = qobject_cast<QLineEdit*>(control);
        return direct != nullptr ? direct : control->findChild<QLineEdit*>();
    }
    void type(const char* name, const char* text) const
    {
        auto* edit = line(name);
        edit->selectAll();
        QTest::keyClick(edit, Qt::Key_Delete);
        QTest::keyClicks(edit, QLatin1String(text));
    }

    std::unique_ptr<FieldForm> m_form;
};

QTEST_MAIN(FieldFormTest)
#include "tst_field_form.moc"
