// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/io/event_file.h"
#include "tests/core/io/event_parser.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <cmath>
#include <filesystem>
#include <limits>

using namespace elbo;
namespace fs = std::filesystem;

class EventFileTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    fs::path at(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }
    static std::uint32_t checksum(const std::string& text)
    {
        return crc32c(std::as_bytes(std::span(text.data(), text.size())));
    }

private Q_SLOTS:
    // The vectors of RFC 3720, B.4, and the well-known check value.
    void checksumsArePublished()
    {
        QCOMPARE(checksum("123456789"), 0xE3069283U);
        QCOMPARE(checksum(""), 0U);
        QCOMPARE(checksum(std::string(32, '\0')), 0x8A9136AAU);
        QCOMPARE(checksum(std::string(32, '\xFF')), 0x62A8AB43U);
        std::string ascending;
        for (char c = 0; c < 32; ++c)
            ascending += c;
        QCOMPARE(checksum(ascending), 0x46DD794EU);
    }

    void maskIsRotationAndConstant()
    {
        const std::string text = "123456789";
        // 0xE3069283 turned right by 15 bits is 0x2507C60D.
        QCOMPARE(maskedCrc32c(std::as_bytes(std::span(text.data(), text.size()))),
                 static_cast<std::uint32_t>(0x2507C60DU + 0xA282EAD8U));
    }

    // The first record of every event file that TensorFlow itself writes, byte by byte.
    void frameIsByteForByte()
    {
        EventFile file(at("first"), 0.0);
        file.commit();
        const auto bytes = readTextFile(at("first"));
        const std::string payload = std::string("\x09", 1) + std::string(8, '\0') +
                                    "\x1A\x0D"
                                    "brain.Event:2";
        QCOMPARE(bytes.size(), 8 + 4 + payload.size() + 4);
        QCOMPARE(bytes.substr(0, 8), std::string("\x18\0\0\0\0\0\0\0", 8));
        // The length 24 is the one of every file of TensorBoard: its masked checksum is known from those.
        QCOMPARE(bytes.substr(8, 4), std::string("\xA3\x7F\x4B\x22", 4));
        QCOMPARE(bytes.substr(12, payload.size()), payload);
    }

    void valuesComeBack()
    {
        const auto path = at("values");
        const std::vector<std::uint8_t> encoded{0, 1, 2, 0xFF, 0x80};
        EventFile file(path, 12.5);
        file.addScalar("train/elbo", 1, 13.25, -1234.5678901234);
        file.addScalar("", (std::int64_t{1} << 40) + 3, 1.7e9, std::numeric_limits<double>::quiet_NaN());
        file.addScalar("tag", 300, 0, std::numeric_limits<double>::infinity());
        file.addImage("color/0/truth", 7, 14, {.width = 640, .height = 3, .channels = 1, .encoded = encoded});
        QVERIFY(!fs::exists(path));
        file.commit();
        const auto events = tests::parseEvents(readTextFile(path));
        QCOMPARE(events.size(), 5U);
        QCOMPARE(events[0].version, std::string("brain.Event:2"));
        QCOMPARE(events[0].wallTime, 12.5);
        QCOMPARE(events[1].tag, std::string("train/elbo"));
        QCOMPARE(events[1].step, 1);
        QCOMPARE(events[1].wallTime, 13.25);
        QCOMPARE(events[1].value.value(), static_cast<float>(-1234.5678901234));
        QCOMPARE(events[2].step, (std::int64_t{1} << 40) + 3);
        QVERIFY(std::isnan(events[2].value.value()));
        QVERIFY(std::isinf(events[3].value.value()));
        QVERIFY(!events[4].value.has_value());
        QCOMPARE(events[4].step, 7);
        QCOMPARE(events[4].image.value().width, 640);
        QCOMPARE(events[4].image.value().height, 3);
        QCOMPARE(events[4].image.value().channels, 1);
        QCOMPARE(events[4].image.value().encoded, std::string(encoded.begin(), encoded.end()));
    }

    // What the parser of these tests accepts means something: it refuses a flipped bit anywhere.
    void aFlippedBitIsFound()
    {
        EventFile file(at("flipped"), 1.0);
        file.addScalar("train/mse", 2, 3.0, 4.0);
        file.commit();
        const auto bytes = readTextFile(at("flipped"));
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            auto damaged = bytes;
            damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
            QVERIFY_EXCEPTION_THROWN(static_cast<void>(tests::parseEvents(damaged)), std::runtime_error);
        }
    }

    void withoutCommitNothingIsThere()
    {
        {
            EventFile file(at("dropped"), 1.0);
            file.addScalar("tag", 1, 1.0, 1.0);
        }
        QVERIFY(!fs::exists(at("dropped")));
        QVERIFY_EXCEPTION_THROWN(EventFile(at("no/such/place"), 1.0), Error);
    }
};

QTEST_GUILESS_MAIN(EventFileTest)
#include "tst_event_file.moc"
