#pragma once

#include <QDialog>
#include <functional>
#include <memory>
#include <vector>

#include "core/exchange/exporter.h"

namespace cantilever::widgets {

/// Choose a target, read the files and what could not be expressed, then ask for them to be written. Writes
/// nothing itself.
class ExportDialog : public QDialog {
  Q_OBJECT

 public:
  using Render = std::function<Result<exchange::ExportOutput>(const exchange::Exporter&)>;
  /// `base`: each target is suggested a folder of its own, "base-compose".
  ExportDialog(const std::vector<exchange::Exporter>& exporters, Render render, const QString& base,
               QWidget* parent = nullptr);
  ~ExportDialog() override;

  void chooseTarget(const QString& key);
  /// Shows the outcome of writing under the preview.
  void showOutcome(const QString& message, bool isError);

 Q_SIGNALS:
  void writeRequested(const cantilever::exchange::FileSet& files, const QString& folder);

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace cantilever::widgets
