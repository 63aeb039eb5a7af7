#pragma once

#include <QWidget>
#include <optional>
#include <vector>

#include "core/catalog/param_spec.h"

namespace cantilever::widgets {

class ParamField;

/// The parameters of one thing or of several alike (links, zones, workloads, classes), under the headings of
/// their groups.
/// Shows what it is given; wishes go out as `edited`.
class ParamForm : public QWidget {
  Q_OBJECT

 public:
  ParamForm(const std::vector<catalog::ParamSpec>& specs, QWidget* parent);

  /// Of each thing; at least one.
  void show(const std::vector<const Params*>& params, bool keepsTyping);

 Q_SIGNALS:
  /// No value: back to the default.
  void edited(const std::string& key, const std::optional<cantilever::ParamValue>& value);

 private:
  std::vector<ParamField*> m_fields;
};

/// The parameters with one of them set, or taken back to its default.
Params withParam(Params params, const std::string& key, const std::optional<ParamValue>& value);

}  // namespace cantilever::widgets
