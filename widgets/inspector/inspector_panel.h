#pragma once

#include <QWidget>
#include <memory>
#include <optional>
#include <vector>

#include "core/catalog/block_type.h"
#include "core/model/design.h"
#include "core/model/diagnostic.h"
#include "widgets/canvas/canvas_view.h"

namespace cantilever::widgets {

/// What is selected, and everything about it that can be set: generated from parameter specs for blocks
/// (several at once: the parameters they share), from the fields for links and zones, and for the design
/// itself when nothing is selected (name, load, classes, objectives). Of a selection of several kinds each
/// kind has its page, one below the other. Text is parsed as a person types it
/// ("20 ms"); what does not parse is shown as an error under the field and not applied.
class InspectorPanel : public QWidget {
  Q_OBJECT

 public:
  explicit InspectorPanel(const catalog::Catalog& catalog, QWidget* parent = nullptr);
  ~InspectorPanel() override;

  /// Keeps the focus and a half-typed text when the same things stay selected.
  void show(DesignPtr design, const Selection& selection);
  /// Gives the keyboard to the first field.
  void focusFirst();
  void setDiagnostics(const std::vector<Diagnostic>& diagnostics);
  void setOverlay(const CanvasOverlay& overlay);

 Q_SIGNALS:
  /// No value: reset to the default.
  void paramEdited(const std::vector<cantilever::BlockId>& blocks, const QString& key,
                   const std::optional<cantilever::ParamValue>& value);
  void nameEdited(const cantilever::BlockId& block, const QString& name);
  /// As one step, for these two and the mix.
  void linksEdited(const std::vector<cantilever::Link>& links);
  void zonesEdited(const std::vector<cantilever::Zone>& zones);
  void noteEdited(const cantilever::Note& note);
  void workloadEdited(const cantilever::Workload& workload);
  void objectiveEdited(const cantilever::Objective& objective);
  void mixEdited(const std::vector<cantilever::Workload>& workloads);
  /// An id that the design does not have adds one, for a class, a workload and an objective.
  void requestClassEdited(const cantilever::RequestClass& requestClass);
  void requestClassRemoved(const cantilever::ClassId& requestClass);
  void workloadRemoved(const cantilever::WorkloadId& workload);
  void objectiveRemoved(const cantilever::ObjectiveId& objective);
  void titleEdited(const QString& name, const QString& description);

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace cantilever::widgets
