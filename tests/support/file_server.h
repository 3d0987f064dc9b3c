// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QMap>
#include <QtCore/QPointer>
#include <QtCore/QString>
#include <QtCore/QThread>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <memory>
#include <mutex>
#include <string>

namespace elbo::tests {

/// A web server on 127.0.0.1, in a thread of its own, that answers as a test wants.
class FileServer {
public:
    /// How one name is answered.
    struct Answer {
        QByteArray body;
        int status = 200;
        QByteArray headers = {};  ///< more of them, each ending in \r\n
        qsizetype cutAfter = -1;  ///< bytes of the body in the first answer, then the connection is cut
        bool ranges = true;       ///< false: a Range is ignored, as simple servers do
        bool silent = false;      ///< takes the request and never answers
        bool endless = false;     ///< says nothing of the length and sends the body again and again
    };

    FileServer()
    {
        m_worker.moveToThread(&m_thread);
        m_thread.start();
        QMetaObject::invokeMethod(&m_worker, [this] { listen(); }, Qt::BlockingQueuedConnection);
    }
    ~FileServer()
    {
        QMetaObject::invokeMethod(&m_worker, [this] { m_server.reset(); }, Qt::BlockingQueuedConnection);
        m_thread.quit();
        m_thread.wait();
    }
    FileServer(const FileServer&) = delete;
    FileServer& operator=(const FileServer&) = delete;

    void answer(const QString& name, const Answer& answer)
    {
        const std::lock_guard lock(m_mutex);
        m_answers[name] = answer;
    }
    /// "http://127.0.0.1:PORT/"
    [[nodiscard]] std::string address() const { return "http://127.0.0.1:" + std::to_string(m_port) + "/"; }
    /// The head of every request so far.
    [[nodiscard]] QList<QByteArray> requests() const
    {
        const std::lock_guard lock(m_mutex);
        return m_requests;
    }

private:
    void listen()
    {
        m_server = std::make_unique<QTcpServer>();
        QObject::connect(m_server.get(), &QTcpServer::newConnection, &m_worker, [this] {
            auto* socket = m_server->nextPendingConnection();
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { read(socket); });
            QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        });
        m_server->listen(QHostAddress::LocalHost);
        m_port = m_server->serverPort();
    }

    void read(QTcpSocket* socket)
    {
        const auto head = socket->peek(65536);
        if (!head.contains("\r\n\r\n"))
            return;
        socket->readAll();
        const auto name = QString::fromLatin1(head.mid(5, head.indexOf(' ', 5) - 5));
        Answer answer;
        {
            const std::lock_guard lock(m_mutex);
            m_requests << head;
            answer = m_answers.value(name, Answer{.body = "no such file", .status = 404});
            if (answer.cutAfter >= 0)
                m_answers[name].cutAfter = -1;
        }
        if (!answer.silent)
            reply(socket, head, answer);
    }

    static void reply(QTcpSocket* socket, const QByteArray& head, const Answer& answer)
    {
        auto body = answer.body;
        auto status = answer.status;
        QByteArray headers = answer.headers;
        const auto range = head.indexOf("Range: bytes=");
        if (range >= 0 && answer.ranges && status == 200) {
            const auto begin = head.mid(range + 13, head.indexOf('-', range + 13) - range - 13).toLongLong();
            if (begin >= body.size()) {
                status = 416;
                body.clear();
            } else {
                status = 206;
                headers += "Content-Range: bytes " + QByteArray::number(begin) + "-" +
                           QByteArray::number(body.size() - 1) + "/" + QByteArray::number(body.size()) +
                           "\r\n";
                body = body.mid(begin);
            }
        }
        if (!answer.endless)
            headers += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
        socket->write("HTTP/1.1 " + QByteArray::number(status) + " Answer\r\nConnection: close\r\n" +
                      headers + "\r\n");
        socket->write(answer.cutAfter >= 0 ? body.left(answer.cutAfter) : body);
        if (answer.endless) {
            QObject::connect(socket, &QTcpSocket::bytesWritten, socket,
                             [socket, body] { socket->write(body); });
            return;
        }
        socket->disconnectFromHost();
    }

    QThread m_thread;
    QObject m_worker;
    std::unique_ptr<QTcpServer> m_server;
    quint16 m_port = 0;
    mutable std::mutex m_mutex;
    QMap<QString, Answer> m_answers;
    QList<QByteArray> m_requests;
};

}  // namespace elbo::tests
