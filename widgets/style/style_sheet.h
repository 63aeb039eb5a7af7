#pragma once

#include <QString>

#include "widgets/style/theme.h"

namespace cantilever::widgets {

/// The application's style sheet in the colours of the theme. Besides the standard widgets it knows a few
/// dynamic properties, which are set before the widget is first shown:
///   QPushButton  primary=true      the one action that a page is about
///   QLabel       role=title|heading|caption|muted|number|good|warning|critical
///   QFrame       card=true         a raised panel with a border
///   QLineEdit    invalid=true      what is typed cannot be applied

QString styleSheetOf(const Theme& theme);

}  // namespace cantilever::widgets
