#include "widgets/inspector/param_field.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include "widgets/inspector/commit_line_edit.h"
#include "widgets/inspector/page_wheel.h"
#include "widgets/panels/labels.h"
#include "widgets/style/choice_box.h"
#include "widgets/style/icons.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

QString wordsOfGrade(catalog::Source::Grade grade) {
  switch (grade) {
    case catalog::Source::Grade::Read:
      return ParamField::tr("read in");
    case catalog::Source::Grade::Known:
      return ParamField::tr("documented fact:");
    case catalog::Source::Grade::Judgement:
      return ParamField::tr("our judgement:");
  }
  return {};
}

}  // namespace

ParamField::ParamField(catalog::ParamSpec spec, QWidget* parent)
    : ParamField(std::move(spec), Options(), parent) {}

ParamField::ParamField(catalog::ParamSpec spec, Options options, QWidget* parent)
    : QWidget(parent), m_spec(std::move(spec)), m_options(std::move(options)) {
  const QString label = toQString(m_spec.label);
  m_error = makeCaption({}, this);
  m_error->setTone(Tone::Critical);
  m_error->setObjectName(QStringLiteral("error"));
  m_error->hide();
  m_source = makeCaption({}, this);
  m_source->setObjectName(QStringLiteral("source"));
  m_source->hide();

  m_reset = makeSmallButton(QStringLiteral("reset"), this);
  m_reset->setObjectName(QStringLiteral("reset"));
  m_reset->setAccessibleName(tr("Reset %1").arg(label));
  QSizePolicy keepsItsPlace = m_reset->sizePolicy();
  keepsItsPlace.setRetainSizeWhenHidden(true);
  m_reset->setSizePolicy(keepsItsPlace);
  m_reset->setVisible(false);
  connect(m_reset, &QToolButton::clicked, this, [this] {
    showError({});
    forgetTyping();
    Q_EMIT edited(std::nullopt);
  });
  buildEditor();
  m_default = {m_spec.defaultValue, false, true};
  buildSourceText();
}

void ParamField::buildEditor() {
  const QString label = toQString(m_spec.label);
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(2);
  auto* head = new QHBoxLayout;
  head->setSpacing(0);
  auto* info = makeSmallButton(QStringLiteral("info"), this);
  info->setObjectName(QStringLiteral("info"));
  info->setCheckable(true);
  info->setVisible(m_options.hasDefault);
  info->setAccessibleName(tr("About %1").arg(label));
  info->setToolTip(tr("What it means and where the default comes from"));
  connect(info, &QToolButton::toggled, m_source, &QWidget::setVisible);

  QWidget* editor = nullptr;
  if (m_spec.kind == ParamKind::Bool) {
    m_check = new QCheckBox(label, this);
    connect(m_check, &QCheckBox::clicked, this, [this] {
      // From "mixed" a click means yes; there is no way back to mixed but undo.
      const bool isOn = m_check->checkState() != Qt::Unchecked;
      m_check->setTristate(false);
      m_check->setChecked(isOn);
      Q_EMIT edited(ParamValue(isOn));
    });
    editor = m_check;
    head->addWidget(m_check, 1);
  } else {
    auto* caption = new ToneLabel(label, Tone::Muted, this);
    caption->setFont(captionFont());
    caption->setWordWrap(true);  // it may hold a name: the panel's width is not that one's to say
    caption->setToolTip(toQString(m_spec.help));
    head->addWidget(caption, 1);
    if (m_spec.kind == ParamKind::Choice) {
      m_combo = new ChoiceBox(this);
      m_combo->setPlaceholderText(tr("mixed"));
      m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
      m_combo->setMinimumContentsLength(8);
      fillCombo();
      leaveWheelToPage(*m_combo);
      connect(m_combo, &QComboBox::activated, this, [this](int row) {
        const Choice chosen{toUtf8(m_combo->itemData(row).toString())};
        if (m_shown.isMixed || m_shown.value != ParamValue(chosen)) {
          Q_EMIT edited(ParamValue(chosen));
        }
      });
      editor = m_combo;
    } else {
      m_line = new CommitLineEdit(this);
      connect(m_line, &CommitLineEdit::committed, this, &ParamField::commitText);
      connect(m_line, &CommitLineEdit::reverted, this, [this] { showError({}); });
      m_scale = SliderScale::of(m_spec);
      editor = m_line;
    }
    caption->setBuddy(editor);
  }
  editor->setObjectName(toQString(m_spec.key));
  editor->setAccessibleName(label);
  editor->setAccessibleDescription(toQString(m_spec.help));
  editor->setToolTip(toQString(m_spec.help));

  head->addWidget(m_reset);
  head->addWidget(info);
  rows->addLayout(head);
  if (m_scale) {
    auto* line = new QHBoxLayout;
    line->setSpacing(10);
    line->addWidget(m_line, 2);  // laws need as much; sliders stand below each other
    m_slider = new QSlider(Qt::Horizontal, this);
    m_slider->setObjectName(QStringLiteral("slider"));
    m_slider->setRange(0, SliderScale::kSteps);
    m_slider->setSingleStep(SliderScale::kSteps / 100);
    m_slider->setPageStep(SliderScale::kSteps / 10);
    m_slider->setAccessibleName(tr("%1, slider").arg(label));
    m_slider->setToolTip(m_spec.isLogarithmic ? tr("Drag to change; each step multiplies")
                                              : tr("Drag to change"));
    leaveWheelToPage(*m_slider);
    connect(m_slider, &QSlider::valueChanged, this, &ParamField::scrub);
    line->addWidget(m_slider, 1);
    rows->addLayout(line);
  } else if (m_check == nullptr) {
    rows->addWidget(editor);
  }
  rows->addWidget(m_error);
  rows->addWidget(m_source);
}

void ParamField::fillCombo() {
  m_combo->clear();
  for (const Choice& choice : m_spec.choices) {
    m_combo->addItem(wordsOf(choice), toQString(choice.value));
  }
}

QString ParamField::wordsOf(const Choice& choice) const {
  const auto named = m_options.choiceLabels.find(choice.value);
  return named == m_options.choiceLabels.end() ? toQString(m_spec.labelOf(choice)) : named->second;
}

void ParamField::setChoices(const std::vector<Choice>& choices,
                            const std::map<std::string, QString>& labels) {
  if (m_combo != nullptr && (m_spec.choices != choices || m_options.choiceLabels != labels)) {
    m_spec.choices = choices;
    m_options.choiceLabels = labels;
    fillCombo();
  }
}

void ParamField::Shown::add(const std::optional<ParamValue>& one, bool isDefaultOfIt) {
  isMixed = isMixed || (isBegun && value != one);
  value = isBegun ? value : one;
  isDefault = isDefault && isDefaultOfIt;
  isBegun = true;
}

/// "from 1 to 1000", as far as there are limits.
QString ParamField::rangeText() const {
  const auto inUnit = [this](double number) {
    return toQString(catalog::textOf(catalog::withNumber(m_spec.defaultValue, number)));
  };
  const bool hasNumber = catalog::numberOf(m_spec.defaultValue).has_value();
  if (!hasNumber || (!m_spec.minimum && !m_spec.maximum)) {
    return {};
  }
  if (!m_spec.maximum) {
    return tr("%1 or more").arg(inUnit(*m_spec.minimum));
  }
  return m_spec.minimum ? tr("from %1 to %2").arg(inUnit(*m_spec.minimum), inUnit(*m_spec.maximum))
                        : tr("at most %1").arg(inUnit(*m_spec.maximum));
}

void ParamField::buildSourceText() {
  if (!m_options.hasDefault) {
    m_reset->setToolTip(m_options.emptyMeans);
    return;
  }
  QString text = toQString(m_spec.help);
  if (!text.isEmpty()) {
    text += QLatin1Char('\n');
  }
  if (const QString range = rangeText(); !range.isEmpty() && m_spec.kind != ParamKind::Law) {
    text += tr("Allowed: %1.").arg(range) + QLatin1Char('\n');
  }
  const Choice* choice = std::get_if<Choice>(&*m_default.value);
  const QString value = choice != nullptr ? wordsOf(*choice) : toQString(catalog::textOf(*m_default.value));
  m_reset->setToolTip(m_default.isMixed ? tr("Back to the defaults, which differ")
                                        : tr("Back to the default: %1").arg(value));
  m_source->setText(text + originOfDefault(value));
}

/// The default, which is `value`, and where it comes from.
QString ParamField::originOfDefault(const QString& value) const {
  const QString follows = toQString(m_spec.follows);
  if (m_default.isMixed) {
    return follows.isEmpty() ? tr("The defaults differ: %1").arg(m_options.ownDefaults)
                             : tr("The defaults differ: they follow %1").arg(follows);
  }
  if (!m_default.isDefault) {
    return tr("Default %1: %2").arg(value, m_options.ownDefaults);
  }
  if (m_spec.source.document.empty()) {
    return tr("Default %1").arg(value);
  }
  const QString usual = follows.isEmpty() ? tr("Default %1").arg(value)
                                          : tr("Default %1, which follows %2").arg(value, follows);
  return tr("%1, %2 %3").arg(usual, wordsOfGrade(m_spec.source.grade), toQString(m_spec.source.document));
}

void ParamField::setDefault(const Shown& defaults) {
  if (m_default != defaults) {
    m_default = defaults;
    buildSourceText();
  }
}

void ParamField::setShown(const Shown& shown) {
  m_shown = shown;
  // Where no value is one of the values, several different ones can be taken back to it.
  const bool isSet = !m_options.emptyMeans.isEmpty() && (shown.isMixed || shown.value);
  m_reset->setVisible(m_options.hasDefault ? !shown.isDefault : isSet);
  if (m_check != nullptr) {
    const bool* isOn = shown.value ? std::get_if<bool>(&*shown.value) : nullptr;
    m_check->setTristate(shown.isMixed);
    m_check->setCheckState(shown.isMixed              ? Qt::PartiallyChecked
                           : isOn != nullptr && *isOn ? Qt::Checked
                                                      : Qt::Unchecked);
    m_check->setText(shown.isMixed ? tr("%1 (mixed)").arg(toQString(m_spec.label)) : toQString(m_spec.label));
    return;
  }
  if (m_combo != nullptr) {
    const Choice* choice = shown.value ? std::get_if<Choice>(&*shown.value) : nullptr;
    const bool isOne = !shown.isMixed && choice != nullptr;
    // A value that is no longer among the choices is shown, and can be replaced.
    m_combo->setPlaceholderText(isOne ? wordsOf(*choice) : tr("mixed"));
    m_combo->setCurrentIndex(isOne ? m_combo->findData(toQString(choice->value)) : -1);
    return;
  }
  m_line->setPlaceholderText(shown.isMixed ? tr("mixed") : m_options.emptyMeans);
  m_line->setStanding(textShown());
  if (!m_line->isHalfTyped()) {
    const bool isOpaque = shown.value && std::holds_alternative<OpaqueValue>(*shown.value);
    showError(isOpaque ? tr("This text of the file is not understood. Type a value, or reset it.")
                       : QString());
  }
  const std::optional<double> number = shown.value ? catalog::numberOf(*shown.value) : std::nullopt;
  // While it is dragged the handle stays under the mouse, whatever the number was rounded to.
  if (m_slider != nullptr && number && !m_slider->isSliderDown()) {
    const QSignalBlocker quiet(m_slider);
    // Positions that mean the same number stay, so that single key steps always add up.
    if (m_scale->numberAt(m_slider->value()) != *number) {
      m_slider->setValue(m_scale->positionOf(*number));
    }
  }
}

void ParamField::forgetTyping() {
  showError({});
  if (m_line != nullptr) {
    m_line->replaceStanding(textShown());
  }
}

QString ParamField::textShown() const {
  if (m_shown.isMixed || !m_shown.value) {
    return {};
  }
  return toQString(catalog::textOf(*m_shown.value));
}

void ParamField::commitText(const QString& text) {
  const QString typed = text.trimmed();
  std::optional<ParamValue> value;
  if (!typed.isEmpty() || m_options.emptyMeans.isEmpty()) {
    const Result<ParamValue> parsed = m_spec.parse(toUtf8(typed));
    if (!parsed) {
      showError(toQString(parsed.error().message));
      return;
    }
    value = *parsed;
  }
  showError({});
  const bool isNew = m_shown.isMixed || m_shown.value != value;
  m_shown.value = value;
  m_shown.isMixed = false;
  m_line->replaceStanding(textShown());
  if (isNew) {
    Q_EMIT edited(value);
  }
}

void ParamField::scrub(int position) {
  const ParamValue& like = m_shown.value ? *m_shown.value : m_spec.defaultValue;
  const ParamValue value = catalog::withNumber(kindOf(like) == m_spec.kind ? like : m_spec.defaultValue,
                                               m_scale->numberAt(position));
  if (!m_shown.isMixed && m_shown.value == value) {
    return;
  }
  m_shown.value = value;
  m_shown.isMixed = false;
  forgetTyping();
  Q_EMIT edited(value);
}

void ParamField::showError(const QString& message) {
  m_error->setText(message);
  m_error->setVisible(!message.isEmpty());
  if (m_line != nullptr) {
    // The accessible description says what a screen reader would otherwise not see.
    m_line->setAccessibleDescription(message.isEmpty() ? toQString(m_spec.help) : message);
    m_line->setInvalid(!message.isEmpty());
  }
}

}  // namespace cantilever::widgets
