// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/io/frame_reader.h"

#include <QtTest/QtTest>

#include <latch>
#include <semaphore>

namespace {

/// Gives frames as the test allows them, then ends as it was told.
class Script : public elbo::FrameSource {
public:
    enum class End { OfVideo, Unplugged };
    struct Control {
        std::counting_semaphore<> allowed{0};
        std::counting_semaphore<> asked{0};  ///< once for every call of next()
    };
    Script(std::shared_ptr<Control> control, bool live, int frames, End end)
        : m_control(std::move(control)), m_live(live), m_frames(frames), m_end(end)
    {
    }
    std::optional<elbo::VideoFrame> next() override
    {
        m_control->asked.release();
        m_control->allowed.acquire();
        if (m_index == m_frames) {
            if (m_end == End::Unplugged)
                throw elbo::Error(elbo::ErrorCode::NotFound, "The camera gives no more pictures.");
            return std::nullopt;
        }
        const auto index = m_index++;
        return elbo::VideoFrame{{1, 1, 3, {1, 2, 3}}, index, 0};
    }
    [[nodiscard]] bool isLive() const override { return m_live; }
    [[nodiscard]] std::int64_t frameCount() const override { return m_frames; }
    [[nodiscard]] std::string title() const override { return "script"; }

private:
    std::shared_ptr<Control> m_control;
    bool m_live;
    int m_frames;
    End m_end;
    std::int64_t m_index = 0;
};

}  // namespace

class FrameReaderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whoIsSlowMissesFramesAndIsNeverBehind()
    {
        const auto control = std::make_shared<Script::Control>();
        elbo::FrameReader reader(std::make_unique<Script>(control, true, 5, Script::End::Unplugged));
        control->allowed.release(4);
        for (int call = 0; call < 5; ++call)  // when asked for the fifth, four are there
            control->asked.acquire();
        const auto newest = reader.take({});
        QVERIFY(newest);
        QCOMPARE(newest->index, 3);
        QCOMPARE(reader.dropped(), 3);
        control->allowed.release(1);
        QCOMPARE(reader.take({})->index, 4);
        control->allowed.release(1);
        QVERIFY_EXCEPTION_THROWN((void)reader.take({}), elbo::Error);
        QVERIFY(!reader.take({}));  // told once
    }

    void theLastFrameComesBeforeTheEnd()
    {
        const auto control = std::make_shared<Script::Control>();
        control->allowed.release(3);
        elbo::FrameReader reader(std::make_unique<Script>(control, false, 2, Script::End::OfVideo));
        for (int call = 0; call < 3; ++call)
            control->asked.acquire();
        QCOMPARE(reader.take({})->index, 1);
        QVERIFY(!reader.take({}));
    }

    void aStopEndsTheWaiting()
    {
        const auto control = std::make_shared<Script::Control>();
        elbo::FrameReader reader(std::make_unique<Script>(control, true, 1, Script::End::OfVideo));
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!reader.take(stop.get_token()));
        control->allowed.release(2);
    }

    void aPausedCameraThrowsItsFramesAway()
    {
        const auto control = std::make_shared<Script::Control>();
        elbo::FrameReader reader(std::make_unique<Script>(control, true, 3, Script::End::OfVideo));
        reader.setPaused(true);
        control->allowed.release(2);
        for (int call = 0; call < 3; ++call)
            control->asked.acquire();
        reader.setPaused(false);
        control->allowed.release(2);
        QCOMPARE(reader.take({})->index, 2);
        QVERIFY(!reader.take({}));
    }

    void aPausedVideoGoesOnWhereItWas()
    {
        const auto control = std::make_shared<Script::Control>();
        elbo::FrameReader reader(std::make_unique<Script>(control, false, 2, Script::End::OfVideo));
        reader.setPaused(true);
        control->asked.acquire();
        control->allowed.release(1);
        reader.setPaused(false);
        control->asked.acquire();  // the first is there
        QCOMPARE(reader.take({})->index, 0);
        control->allowed.release(2);
        QCOMPARE(reader.take({})->index, 1);
        QVERIFY(!reader.take({}));
        QCOMPARE(reader.dropped(), 0);
    }
};

QTEST_APPLESS_MAIN(FrameReaderTest)
#include "tst_frame_reader.moc"
