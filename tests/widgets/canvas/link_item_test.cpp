#include "widgets/canvas/link_item.h"

#include <gtest/gtest.h>

#include <QGraphicsScene>
#include <QImage>
#include <QPainter>

namespace cantilever::widgets {
namespace {

LinkFace faceOf(LinkRole role) {
  LinkFace face;
  face.role = role;
  return face;
}

Route straight(Point from, Point to) {
  Route route;
  route.points = {from, to};
  route.labelAt = {(from.x + to.x) / 2, (from.y + to.y) / 2};
  return route;
}

QImage pictureOf(QGraphicsScene& scene, const QRectF& area) {
  QImage image(area.size().toSize(), QImage::Format_RGB32);
  image.fill(Qt::white);
  QPainter painter(&image);
  scene.render(&painter, QRectF(), area);
  return image;
}

// Where a crowd leaves no other place, a label lies over the lines of others: it can be read.
TEST(LinkItem, ALabelLiesOverTheLinesOfAllLinks) {
  QGraphicsScene scene;
  auto* labelled = new LinkItem(LinkId("a"));
  scene.addItem(labelled);
  labelled->setFace(faceOf(LinkRole::Replication));
  labelled->setRoute(straight({0, 50}, {200, 50}));
  const QRectF label = labelled->labelArea();
  ASSERT_FALSE(label.isEmpty());
  const QRectF inside = label.adjusted(2, 2, -2, -2);
  const QImage alone = pictureOf(scene, inside);
  auto* crossing = new LinkItem(LinkId("b"));
  scene.addItem(crossing);
  crossing->setFace(faceOf(LinkRole::Default));
  crossing->setRoute(straight({100, 0}, {100, 100}));
  EXPECT_EQ(pictureOf(scene, inside), alone);
  EXPECT_EQ(scene.items(label.center()).size(), 2)
      << "the two links: the label itself is nothing to point at";

  labelled->setVisible(false);
  crossing->setVisible(false);
  QImage nothing(alone.size(), QImage::Format_RGB32);
  nothing.fill(Qt::white);
  EXPECT_EQ(pictureOf(scene, inside), nothing) << "it goes with its link";
  delete labelled;
  EXPECT_EQ(scene.items().size(), 1);
}

}  // namespace
}  // namespace cantilever::widgets
