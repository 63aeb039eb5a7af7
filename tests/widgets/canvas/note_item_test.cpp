#include "widgets/canvas/note_item.h"

#include <gtest/gtest.h>

#include "core/exchange/templates.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

constexpr QSizeF kSize(200, 120);

TEST(NoteItem, WritesLargerFromAfarWhereThereIsRoom) {
  NoteItem note(NoteId("n"));
  note.setFace(QStringLiteral("Few words"), kSize);
  EXPECT_EQ(note.pixelsAt(Detail::Full), 13);
  EXPECT_EQ(note.pixelsAt(Detail::Reduced), 18);
  const QString words = QStringLiteral("words that take a line or so each, ");
  note.setFace(words.repeated(3), kSize);
  EXPECT_LT(note.pixelsAt(Detail::Reduced), 18);
  EXPECT_GE(note.pixelsAt(Detail::Reduced), 13);
  EXPECT_TRUE(note.toolTip().isEmpty());
}

TEST(NoteItem, SaysInItsToolTipWhatDoesNotFit) {
  NoteItem note(NoteId("n"));
  const QString words = QStringLiteral("words that take a line or so each, ").repeated(20);
  note.setFace(words, kSize);
  EXPECT_EQ(note.pixelsAt(Detail::Reduced), 13);
  EXPECT_EQ(note.toolTip(), words.trimmed());
  note.setFace(QStringLiteral("Few words"), kSize);
  EXPECT_TRUE(note.toolTip().isEmpty());
}

TEST(NoteItem, ShowsAllOfEveryNoteOfATemplateAlsoFromAfar) {
  for (const exchange::Template& each : exchange::templates()) {
    const auto loaded = exchange::loadTemplate(each.key, catalog::Catalog::builtIn());
    ASSERT_TRUE(loaded.ok()) << each.key;
    for (const Note& note : loaded->design.notes) {
      NoteItem item(note.id);
      item.setFace(toQString(note.text), QSizeF(note.area.size.width, note.area.size.height));
      EXPECT_TRUE(item.toolTip().isEmpty()) << each.key << ": " << note.id;
      EXPECT_GE(item.pixelsAt(Detail::Reduced), 16) << each.key << ": " << note.id;
    }
  }
}

}  // namespace
}  // namespace cantilever::widgets
