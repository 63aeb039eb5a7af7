# One group for each block; a link in the design is a rule here.
data "aws_ec2_managed_prefix_list" "cloudfront" {
  name = "com.amazonaws.global.cloudfront.origin-facing"
}

resource "aws_security_group" "app" {
  name        = "${var.name}-app"
  description = "app"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_egress_rule" "app" {
  security_group_id = aws_security_group.app.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_security_group" "balancer" {
  name        = "${var.name}-balancer"
  description = "balancer"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_egress_rule" "balancer" {
  security_group_id = aws_security_group.balancer.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_vpc_security_group_ingress_rule" "balancer_cloudfront" {
  security_group_id = aws_security_group.balancer.id
  description       = "From CloudFront only"
  prefix_list_id    = data.aws_ec2_managed_prefix_list.cloudfront.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_security_group" "cache" {
  name        = "${var.name}-cache"
  description = "cache"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_egress_rule" "cache" {
  security_group_id = aws_security_group.cache.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_security_group" "events" {
  name        = "${var.name}-events"
  description = "events"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_egress_rule" "events" {
  security_group_id = aws_security_group.events.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_security_group" "pool" {
  name        = "${var.name}-pool"
  description = "pool"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_egress_rule" "pool" {
  security_group_id = aws_security_group.pool.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_security_group" "primary" {
  name        = "${var.name}-primary"
  description = "primary"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_egress_rule" "primary" {
  security_group_id = aws_security_group.primary.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_security_group" "replica" {
  name        = "${var.name}-replica"
  description = "replica"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_egress_rule" "replica" {
  security_group_id = aws_security_group.replica.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_security_group" "worker" {
  name        = "${var.name}-worker"
  description = "worker"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_egress_rule" "worker" {
  security_group_id = aws_security_group.worker.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_vpc_security_group_ingress_rule" "cache__app" {
  security_group_id            = aws_security_group.cache.id
  referenced_security_group_id = aws_security_group.app.id
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
}

resource "aws_vpc_security_group_ingress_rule" "events__app" {
  security_group_id            = aws_security_group.events.id
  referenced_security_group_id = aws_security_group.app.id
  ip_protocol                  = "tcp"
  from_port                    = 9094
  to_port                      = 9094
}

resource "aws_vpc_security_group_ingress_rule" "pool__app" {
  security_group_id            = aws_security_group.pool.id
  referenced_security_group_id = aws_security_group.app.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_security_group_ingress_rule" "app__balancer" {
  security_group_id            = aws_security_group.app.id
  referenced_security_group_id = aws_security_group.balancer.id
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
}

resource "aws_vpc_security_group_ingress_rule" "events__worker" {
  security_group_id            = aws_security_group.events.id
  referenced_security_group_id = aws_security_group.worker.id
  ip_protocol                  = "tcp"
  from_port                    = 9094
  to_port                      = 9094
}

resource "aws_vpc_security_group_ingress_rule" "primary__pool" {
  security_group_id            = aws_security_group.primary.id
  referenced_security_group_id = aws_security_group.pool.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_security_group_ingress_rule" "replica__app" {
  security_group_id            = aws_security_group.replica.id
  referenced_security_group_id = aws_security_group.app.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}
