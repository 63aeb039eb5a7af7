#pragma once

#include <QByteArray>
#include <QSettings>
#include <QStringList>

#include "widgets/style/theme.h"

namespace cantilever::app {

/// What the program remembers between starts. The store is the caller's choice, so that tests and screenshots
/// never touch the user's.
class Settings {
 public:
  /// The user's own.
  Settings();
  /// In an INI file.
  explicit Settings(const QString& iniPath);

  widgets::Theme::Kind theme() const;
  void setTheme(widgets::Theme::Kind kind);

  QByteArray geometry() const;
  QByteArray layout() const;
  void setWindow(const QByteArray& geometry, const QByteArray& layout);

  /// Newest first, at most ten; files that are gone are left out.
  QStringList recentFiles() const;
  void addRecentFile(const QString& path);

  /// Keys of block types. Those used of late, newest first, at most six.
  QStringList recentTypes() const;
  void addRecentType(const QString& key);
  QStringList favouriteTypes() const;
  void toggleFavourite(const QString& key);

  bool isMinimapShown() const;
  void setMinimapShown(bool isShown);

 private:
  QSettings m_store;
};

}  // namespace cantilever::app
