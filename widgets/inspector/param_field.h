#pragma once

#include <QWidget>
#include <map>
#include <optional>
#include <string>

#include "core/catalog/param_spec.h"
#include "widgets/inspector/slider_scale.h"

class QCheckBox;
class QComboBox;
class QSlider;
class QToolButton;

namespace cantilever::widgets {

class CommitLineEdit;
class ToneLabel;

/// One value with its label, editor by kind, slider where it has a range, reset, source of the default, and
/// the error under it when a text does not parse. Shows what it is given; wishes go out as `edited`.
class ParamField : public QWidget {
  Q_OBJECT

 public:
  struct Options {
    /// If set: no text is meaningful, is edited as "no value", and shows this placeholder.
    QString emptyMeans = {};
    /// By value of the choice; others have those of the spec.
    std::map<std::string, QString> choiceLabels = {};
    /// The source of the default and the reset button; off for what has no default.
    bool hasDefault = true;
    /// Whose defaults those are that are not the spec's (setDefault).
    QString ownDefaults = {};
  };
  /// What to show. No value and not mixed: the empty text of `emptyMeans`.
  struct Shown {
    std::optional<ParamValue> value;
    bool isMixed = false;    ///< several blocks differ; `value` is then the first's, for the slider
    bool isDefault = false;  ///< nothing to reset

    /// One thing more, whose value this is; begin with isDefault true.
    void add(const std::optional<ParamValue>& one, bool isDefaultOfIt);
    bool isBegun = false;

    bool operator==(const Shown&) const = default;
  };

  explicit ParamField(catalog::ParamSpec spec, QWidget* parent = nullptr);
  ParamField(catalog::ParamSpec spec, Options options, QWidget* parent = nullptr);

  const catalog::ParamSpec& spec() const { return m_spec; }
  /// Other choices than before, with their labels; for a field of kind Choice. Set before the value is shown.
  void setChoices(const std::vector<Choice>& choices, const std::map<std::string, QString>& labels);
  /// What no value means to each of the things that are shown; `isDefault`: what the spec says. Without it:
  /// the spec's.
  void setDefault(const Shown& defaults);
  /// A half-typed text and its error stay.
  void setShown(const Shown& shown);
  /// Drops what is half-typed: the field now stands for another thing.
  void forgetTyping();

 Q_SIGNALS:
  /// No value: back to the default (or what empty means).
  void edited(const std::optional<cantilever::ParamValue>& value);

 private:
  void buildEditor();
  void buildSourceText();
  QString originOfDefault(const QString& value) const;
  void commitText(const QString& text);
  void scrub(int position);
  void showError(const QString& message);
  void fillCombo();
  QString wordsOf(const Choice& choice) const;
  QString rangeText() const;
  QString textShown() const;

  catalog::ParamSpec m_spec;
  Options m_options;
  std::optional<SliderScale> m_scale;
  Shown m_default;
  Shown m_shown;
  QCheckBox* m_check = nullptr;
  QComboBox* m_combo = nullptr;
  CommitLineEdit* m_line = nullptr;
  QSlider* m_slider = nullptr;
  QToolButton* m_reset = nullptr;
  ToneLabel* m_source = nullptr;
  ToneLabel* m_error = nullptr;
};

}  // namespace cantilever::widgets
