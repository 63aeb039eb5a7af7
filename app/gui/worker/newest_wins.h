#pragma once

#include <QMetaObject>
#include <QObject>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace cantilever::app {

/// Works off requests on a thread of its own. The newest wins: one that waits is replaced, one that is being
/// worked on may ask whether it still matters, and what comes of one that does not is dropped. The public
/// side, and the outcomes, belong to the owner's thread; the owner has it as a member, so that nothing posted
/// outlives it.
template <class Request, class Outcome>
class NewestWins {
 public:
  /// The request that is being worked on, as its work sees it.
  class Turn {
   public:
    std::uint64_t revision() const { return m_revision; }
    /// Whether nobody has asked for something newer, or for nothing.
    bool isWanted() const { return m_revision == m_whole.m_revision && !m_stop.stop_requested(); }
    /// Runs it on the owner's thread if that is still so then.
    void tell(std::function<void()> what) const { m_whole.post(m_revision, std::move(what)); }

   private:
    friend NewestWins;
    Turn(NewestWins& whole, std::uint64_t revision, const std::stop_token& stop)
        : m_whole(whole), m_revision(revision), m_stop(stop) {}

    NewestWins& m_whole;
    std::uint64_t m_revision;
    const std::stop_token& m_stop;
  };
  using OutcomePtr = std::shared_ptr<const Outcome>;
  using Work = std::function<Outcome(const Request&, const Turn&)>;
  using Deliver = std::function<void(const OutcomePtr&)>;

  NewestWins(QObject* owner, Work work, Deliver deliver)
      : m_owner(owner),
        m_work(std::move(work)),
        m_deliver(std::move(deliver)),
        m_thread([this](const std::stop_token& stop) { run(stop); }) {}

  void request(Request request) {
    m_isBusy = true;
    const std::lock_guard lock(m_mutex);
    ++m_revision;
    m_waiting = std::move(request);
    m_requested.notify_one();
  }
  void cancel() {
    m_isBusy = false;
    const std::lock_guard lock(m_mutex);
    ++m_revision;
    m_waiting.reset();
  }
  /// Until the outcome of the newest request is delivered, or it is cancelled.
  bool isBusy() const { return m_isBusy; }

 private:
  void run(const std::stop_token& stop) {
    while (true) {
      Request request;
      std::uint64_t revision = 0;
      {
        std::unique_lock lock(m_mutex);
        if (!m_requested.wait(lock, stop, [this] { return m_waiting.has_value(); })) {
          return;
        }
        request = *std::exchange(m_waiting, std::nullopt);
        revision = m_revision;
      }
      const auto outcome = std::make_shared<const Outcome>(m_work(request, Turn(*this, revision, stop)));
      post(revision, [this, outcome] {
        m_isBusy = false;
        m_deliver(outcome);
      });
    }
  }

  void post(std::uint64_t revision, std::function<void()> what) {
    QMetaObject::invokeMethod(
        m_owner,
        [this, revision, what = std::move(what)] {
          if (revision == m_revision) {
            what();
          }
        },
        Qt::QueuedConnection);
  }

  QObject* m_owner;
  Work m_work;
  Deliver m_deliver;
  bool m_isBusy = false;                      // owner's thread
  std::atomic<std::uint64_t> m_revision = 0;  // written by the owner's thread
  std::mutex m_mutex;
  std::condition_variable_any m_requested;
  std::optional<Request> m_waiting;  // guarded by m_mutex
  std::jthread m_thread;             // last: stops and joins before the rest goes
};

}  // namespace cantilever::app
