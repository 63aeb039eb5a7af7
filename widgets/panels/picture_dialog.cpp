#include "widgets/panels/picture_dialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "widgets/panels/labels.h"
#include "widgets/style/choice_box.h"

namespace cantilever::widgets {

PictureDialog::PictureDialog(Selection selected, Part part, QWidget* parent)
    : QDialog(parent),
      m_selected(std::move(selected)),
      m_part(new ChoiceBox(this)),
      m_scale(new ChoiceBox(this)),
      m_theme(new ChoiceBox(this)),
      m_transparent(new QCheckBox(tr("&Transparent background"), this)) {
  setObjectName(QStringLiteral("pictureDialog"));
  setWindowTitle(tr("Save a picture"));
  m_part->setObjectName(QStringLiteral("picturePart"));
  m_part->addItem(tr("Everything"));
  if (!m_selected.isEmpty()) {
    m_part->addItem(tr("What is selected"));
    m_part->setCurrentIndex(part == Part::Selected ? 1 : 0);
  }
  m_scale->setObjectName(QStringLiteral("pictureScale"));
  for (const int scale : {1, 2, 3, 4}) {
    m_scale->addItem(tr("%1 %").arg(100 * scale), scale);
  }
  m_scale->setCurrentIndex(1);  // it is looked at on dense screens
  m_scale->setToolTip(tr("Of PNG; SVG and PDF are sharp at any size"));
  m_theme->setObjectName(QStringLiteral("pictureTheme"));
  m_theme->addItem(tr("Light"));
  m_theme->addItem(tr("Dark"));
  m_theme->setCurrentIndex(currentTheme().kind == Theme::Kind::Light ? 0 : 1);
  m_transparent->setObjectName(QStringLiteral("pictureTransparent"));

  auto* form = new QFormLayout;
  form->setHorizontalSpacing(16);
  form->setVerticalSpacing(8);
  form->addRow(tr("Sho&ws"), m_part);
  form->addRow(tr("Si&ze"), m_scale);
  form->addRow(tr("T&heme"), m_theme);
  form->addRow(QString(), m_transparent);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);
  buttons->button(QDialogButtonBox::Save)->setText(tr("&Save as..."));
  connect(buttons, &QDialogButtonBox::accepted, this, &PictureDialog::saveRequested);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(20, 20, 20, 16);
  rows->setSpacing(16);
  rows->addWidget(makeCaption(tr("PNG, SVG or PDF: the name of the file decides."), this));
  rows->addLayout(form);
  rows->addWidget(buttons);
  const int width = std::max(360, sizeHint().width());
  setFixedSize(width, rows->totalHeightForWidth(width));  // what wraps, at this width
}

PictureOptions PictureDialog::options() const {
  PictureOptions options;
  options.scale = m_scale->currentData().toDouble();
  options.isTransparent = m_transparent->isChecked();
  options.theme = m_theme->currentIndex() == 0 ? Theme::Kind::Light : Theme::Kind::Dark;
  if (m_part->currentIndex() == 1) {
    options.only = m_selected;
  }
  return options;
}

}  // namespace cantilever::widgets
