#pragma once

#include <QWidget>
#include <memory>

#include "core/model/design.h"
#include "core/sim/result.h"

namespace cantilever::widgets {

/// What a run tells beyond classes and pools: where the time of requests went, links on which calls failed or
/// were tried again, caches, consumers of logs, and what changed the system and why. Sections without content
/// are not there.
class RunSections : public QWidget {
  Q_OBJECT

 public:
  explicit RunSections(QWidget* parent = nullptr);
  ~RunSections() override;
  void show(const Design& design, const plan::Plan& plan, const sim::RunResult& run);

 Q_SIGNALS:
  void blockChosen(const cantilever::BlockId& block);

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace cantilever::widgets
