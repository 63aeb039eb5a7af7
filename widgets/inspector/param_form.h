#pragma once

#include <QWidget>
#include <optional>
#include <vector>

#include "core/catalog/param_spec.h"

namespace cantilever::widgets {

class ParamField;

/// The parameters of one thing (a link, a workload, a request class), under the headings of their groups.
/// Shows what it is given; wishes go out as `edited`.
class ParamForm : public QWidget {
  Q_OBJECT

 public:
  ParamForm(const std::vector<catalog::ParamSpec>& specs, QWidget* parent);

  void show(const Params& params, bool keepsTyping);

 Q_SIGNALS:
  /// No value: back to the default.
  void edited(const std::string& key, const std::optional<cantilever::ParamValue>& value);

 private:
  std::vector<ParamField*> m_fields;
};

/// The parameters with one of them set, or taken back to its default.
Params withParam(Params params, const std::string& key, const std::optional<ParamValue>& value);

}  // namespace cantilever::widgets
