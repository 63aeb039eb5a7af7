#include "widgets/inspector/block_page.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <iterator>

#include "widgets/inspector/commit_line_edit.h"
#include "widgets/inspector/figure_row.h"
#include "widgets/inspector/param_field.h"
#include "widgets/panels/labels.h"
#include "widgets/panels/status_mark.h"
#include "widgets/style/icons.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

/// The type's icon on a tile, as on the canvas.
class TypeTile : public QWidget {
 public:
  TypeTile(QString iconName, QWidget* parent) : QWidget(parent), m_iconName(std::move(iconName)) {
    setFixedSize(40, 40);
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.border);
    painter.setBrush(theme.accentSoft);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
    painter.drawPixmap(8, 8, iconPixmap(m_iconName, 24, theme.accent, theme.accentSoft, devicePixelRatioF()));
  }

 private:
  QString m_iconName;
};

Mark markOfSeverity(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return Mark::Critical;
    case Severity::Warning:
      return Mark::Warning;
    case Severity::Note:
      return Mark::Unknown;
  }
  return Mark::Unknown;
}

/// What both allow. Whose default it is cannot be said of two that differ.
void narrow(catalog::ParamSpec& spec, const catalog::ParamSpec& other) {
  if (other.minimum && (!spec.minimum || *other.minimum > *spec.minimum)) {
    spec.minimum = other.minimum;
  }
  if (other.maximum && (!spec.maximum || *other.maximum < *spec.maximum)) {
    spec.maximum = other.maximum;
  }
  if (other.defaultValue != spec.defaultValue) {
    spec.source = {
        catalog::Source::Grade::Judgement,
        toUtf8(BlockPage::tr("of the first type; each type has its own, and a reset gives each its own"))};
  }
}

QString iconNameOf(const catalog::BlockType& type) {
  return toQString(type.icon.empty() ? type.key : type.icon);
}

}  // namespace

BlockPage::BlockPage(std::vector<const catalog::BlockType*> types, QWidget* parent)
    : QWidget(parent), m_types(std::move(types)) {
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(8);
  buildHeader(rows);
  buildFields(rows);
}

std::vector<const catalog::BlockType*> BlockPage::typesOf(const std::vector<const Block*>& blocks,
                                                          const catalog::Catalog& catalog) {
  std::vector<const catalog::BlockType*> types;
  for (const Block* block : blocks) {
    const catalog::BlockType* type = catalog.find(block->type);
    if (std::find(types.begin(), types.end(), type) == types.end()) {
      types.push_back(type);
    }
  }
  std::sort(types.begin(), types.end(), [](const auto* a, const auto* b) {
    return (a == nullptr ? std::string() : a->key) < (b == nullptr ? std::string() : b->key);
  });
  return types;
}

void BlockPage::buildHeader(QVBoxLayout* rows) {
  const catalog::BlockType* only = m_types.size() == 1 ? m_types.front() : nullptr;
  auto* head = new QHBoxLayout;
  head->setSpacing(10);
  head->addWidget(new TypeTile(only == nullptr ? QStringLiteral("block") : iconNameOf(*only), this), 0,
                  Qt::AlignTop);
  auto* names = new QVBoxLayout;
  names->setSpacing(0);
  m_name = new CommitLineEdit(this);
  m_name->setObjectName(QStringLiteral("blockName"));
  m_name->setFont(titleFont());
  m_name->setAccessibleName(tr("Name"));
  m_name->setToolTip(tr("Name of the block"));
  connect(m_name, &CommitLineEdit::committed, this, [this](const QString& text) {
    // A block without a name could not be told from others.
    if (text.trimmed().isEmpty()) {
      m_name->restore();
      return;
    }
    m_name->replaceStanding(text.trimmed());
    Q_EMIT nameEdited(text.trimmed());
  });
  m_title = makeTitle({}, this);
  names->addWidget(m_name);
  names->addWidget(m_title);
  m_typeLabel = makeCaption({}, this);
  m_typeLabel->setObjectName(QStringLiteral("blockType"));
  m_typeLabel->setContentsMargins(2, 2, 0, 0);
  names->addWidget(m_typeLabel);
  head->addLayout(names, 1);
  QToolButton* about = nullptr;
  if (only != nullptr && !only->documentation.empty()) {
    about = makeSmallButton(QStringLiteral("info"), this);
    about->setObjectName(QStringLiteral("about"));
    about->setCheckable(true);
    about->setAccessibleName(tr("About %1").arg(toQString(only->label)));
    about->setToolTip(tr("What it does, what is modelled and what is not"));
    head->addWidget(about, 0, Qt::AlignTop);
  }
  rows->addLayout(head);

  m_unknown = makeBody({}, this);
  m_unknown->setTone(Tone::Warning);
  rows->addWidget(m_unknown);
  if (only != nullptr) {
    rows->addWidget(makeCaption(toQString(only->purpose), this));
  }
  if (about != nullptr) {
    auto* documentation = makeCaption({}, this);
    documentation->setObjectName(QStringLiteral("documentation"));
    documentation->setTextFormat(Qt::MarkdownText);
    documentation->setText(toQString(only->documentation));
    documentation->hide();
    connect(about, &QToolButton::toggled, documentation, &QWidget::setVisible);
    rows->addWidget(documentation);
  }
  m_figures = new FigureRow(this);
  m_figures->hide();
  rows->addWidget(m_figures);
  m_remarks = new QWidget(this);
  m_remarks->setObjectName(QStringLiteral("remarks"));
  auto* remarks = new QVBoxLayout(m_remarks);
  remarks->setContentsMargins(0, 0, 0, 0);
  remarks->setSpacing(4);
  m_remarks->hide();
  rows->addWidget(m_remarks);
}

/// Of several types: with the range that all of them allow, and no default if they have different ones.
std::vector<catalog::ParamSpec> BlockPage::sharedSpecs() const {
  std::vector<catalog::ParamSpec> shared;
  if (m_types.front() == nullptr) {
    return shared;
  }
  for (const catalog::ParamSpec& spec : m_types.front()->params) {
    catalog::ParamSpec common = spec;
    const bool isShared = std::all_of(m_types.begin(), m_types.end(), [&](const auto* type) {
      const catalog::ParamSpec* other = type == nullptr ? nullptr : type->find(spec.key);
      if (other == nullptr || other->kind != spec.kind || other->choices != spec.choices) {
        return false;
      }
      narrow(common, *other);
      return true;
    });
    if (isShared) {
      shared.push_back(std::move(common));
    }
  }
  return shared;
}

void BlockPage::buildFields(QVBoxLayout* rows) {
  // A stable sort by first appearance: specs of one group stay together even if the type interleaves them.
  std::vector<std::string> groups;
  const std::vector<catalog::ParamSpec> specs = sharedSpecs();
  for (const catalog::ParamSpec& spec : specs) {
    if (std::find(groups.begin(), groups.end(), spec.group) == groups.end()) {
      groups.push_back(spec.group);
    }
  }
  for (const std::string& group : groups) {
    rows->addWidget(makeDivider(this));
    rows->addWidget(makeHeading(toQString(group), this));
    for (const catalog::ParamSpec& spec : specs) {
      if (spec.group != group) {
        continue;
      }
      auto* field = new ParamField(spec, this);
      connect(field, &ParamField::edited, this, [this, field](const std::optional<ParamValue>& value) {
        Q_EMIT paramEdited(toQString(field->spec().key), value);
      });
      rows->addWidget(field);
      m_fields.push_back(field);
    }
  }
}

const catalog::BlockType* BlockPage::typeOf(const Block& block) const {
  const auto found = std::find_if(m_types.begin(), m_types.end(), [&](const catalog::BlockType* type) {
    return type != nullptr && type->key == block.type;
  });
  return found == m_types.end() ? nullptr : *found;
}

void BlockPage::show(const std::vector<const Block*>& blocks, Typing typing) {
  m_ids.clear();
  for (const Block* block : blocks) {
    m_ids.push_back(block->id);
  }
  const bool isOne = blocks.size() == 1;
  m_name->setVisible(isOne);
  m_title->setVisible(!isOne);
  if (isOne) {
    const QString name = toQString(blocks.front()->name);
    typing == Typing::Keep ? m_name->setStanding(name) : m_name->replaceStanding(name);
  } else {
    m_title->setText(tr("%1 blocks").arg(blocks.size()));
  }

  const catalog::BlockType* first = m_types.front();
  if (m_types.size() > 1) {
    m_typeLabel->setText(m_fields.empty() ? tr("Of several types, with nothing to set in common")
                                          : tr("Of several types; what they have in common"));
  } else {
    m_typeLabel->setText(first != nullptr ? toQString(first->label) : toQString(blocks.front()->type));
  }
  const bool isUnknown = std::find(m_types.begin(), m_types.end(), nullptr) != m_types.end();
  m_unknown->setText(tr("The type \u201c%1\u201d is not known to this version. The block is kept as it is "
                        "and does not take part in runs.")
                         .arg(toQString(blocks.front()->type)));
  m_unknown->setVisible(isUnknown && m_types.size() == 1);

  for (ParamField* field : m_fields) {
    showField(*field, blocks);
    if (typing == Typing::Forget) {
      field->forgetTyping();
    }
  }
}

void BlockPage::showField(ParamField& field, const std::vector<const Block*>& blocks) {
  ParamField::Shown shown;
  ParamField::Shown defaults;
  shown.isDefault = defaults.isDefault = true;
  for (const Block* block : blocks) {
    const catalog::BlockType* type = typeOf(*block);
    const catalog::ParamSpec& spec = *type->find(field.spec().key);
    const ParamValue value = type->valueOf(*block, spec.key);
    shown.add(value, !block->params.contains(spec.key) || spec.isNothingButDefault(value));
    defaults.add(spec.defaultFor(block->params), true);
  }
  if (field.spec().derivedDefault) {
    field.setDefault(defaults);
  }
  field.setShown(shown);
}

void BlockPage::setDiagnostics(const std::vector<Diagnostic>& diagnostics) {
  std::vector<Diagnostic> remarks;
  std::copy_if(diagnostics.begin(), diagnostics.end(), std::back_inserter(remarks),
               [this](const Diagnostic& diagnostic) {
                 return std::find(m_ids.begin(), m_ids.end(), diagnostic.block) != m_ids.end();
               });
  if (remarks == m_shownRemarks) {
    return;
  }
  m_shownRemarks = remarks;
  auto* rows = static_cast<QVBoxLayout*>(m_remarks->layout());
  while (QLayoutItem* item = rows->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  for (const Diagnostic& diagnostic : remarks) {
    auto* remark = new QWidget(m_remarks);
    auto* line = new QHBoxLayout(remark);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(8);
    line->addWidget(new StatusMark(markOfSeverity(diagnostic.severity), 16, remark), 0, Qt::AlignTop);
    line->addWidget(makeBody(toQString(diagnostic.message), remark), 1);
    rows->addWidget(remark);
  }
  m_remarks->setVisible(!remarks.empty());
}

void BlockPage::setOverlay(const CanvasOverlay& overlay) {
  const auto figures = m_ids.size() == 1 ? overlay.blocks.find(m_ids.front()) : overlay.blocks.end();
  m_figures->setVisible(figures != overlay.blocks.end());
  if (figures != overlay.blocks.end()) {
    m_figures->setFigures(figures->second);
  }
}

}  // namespace cantilever::widgets
