#pragma once

#include <QString>
#include <QTextDocument>
#include <string_view>

namespace cantilever::widgets {

/// Core speaks UTF-8, Qt UTF-16.
inline QString toQString(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}
inline std::string toUtf8(const QString& text) {
  return text.toStdString();
}

/// For tool tips: what a design says is shown as it is, even where Qt would take it for HTML (and load what
/// that names).
inline QString plainToolTip(const QString& text) {
  return Qt::mightBeRichText(text) ? Qt::convertFromPlainText(text) : text;
}

/// The first line of a Markdown text as it reads: "Why two queues", not "### Why *two* queues". For lists.
inline QString firstLineOf(const QString& markdown) {
  QTextDocument document;
  document.setMarkdown(markdown, QTextDocument::MarkdownNoHTML);
  return document.toPlainText().trimmed().section(QLatin1Char('\n'), 0, 0);
}

}  // namespace cantilever::widgets
