resource "aws_db_subnet_group" "main" {
  name       = var.name
  subnet_ids = aws_subnet.private[*].id
}

# Not as in the design: "pool": RDS Proxy does not pool connections to the read replicas "replica": servers connect to them directly.
data "aws_iam_policy_document" "pool_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["rds.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "pool" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.primary.arn]
  }
}

resource "aws_iam_role" "pool" {
  name               = "${var.name}-pool"
  assume_role_policy = data.aws_iam_policy_document.pool_assume.json
}

resource "aws_iam_role_policy" "pool" {
  name   = "secret"
  role   = aws_iam_role.pool.id
  policy = data.aws_iam_policy_document.pool.json
}

resource "aws_db_proxy" "pool" {
  name                   = "${var.name}-pool"
  engine_family          = "POSTGRESQL"
  require_tls            = true
  role_arn               = aws_iam_role.pool.arn
  vpc_subnet_ids         = aws_subnet.private[*].id
  vpc_security_group_ids = [aws_security_group.pool.id]

  auth {
    auth_scheme = "SECRETS"
    iam_auth    = "DISABLED"
    secret_arn  = aws_secretsmanager_secret.primary.arn
  }
}

resource "aws_db_proxy_default_target_group" "pool" {
  db_proxy_name = aws_db_proxy.pool.name

  connection_pool_config {
    max_connections_percent      = 20
    max_idle_connections_percent = 10
  }
}

resource "aws_db_proxy_target" "pool" {
  db_proxy_name          = aws_db_proxy.pool.name
  target_group_name      = aws_db_proxy_default_target_group.pool.name
  db_instance_identifier = aws_db_instance.primary.identifier
}

resource "aws_db_parameter_group" "primary" {
  name   = "${var.name}-primary"
  family = "postgres17"

  parameter {
    name         = "max_connections"
    value        = "200"
    apply_method = "pending-reboot"
  }
}

resource "aws_db_instance" "primary" {
  identifier                   = "${var.name}-primary"
  engine                       = "postgres"
  engine_version               = "17"
  instance_class               = "db.r6g.large"
  db_name                      = "app"
  username                     = "app"
  password                     = var.primary_password
  storage_type                 = "gp3"
  allocated_storage            = 100
  storage_encrypted            = true
  multi_az                     = false
  backup_retention_period      = 1
  db_subnet_group_name         = aws_db_subnet_group.main.name
  parameter_group_name         = aws_db_parameter_group.primary.name
  vpc_security_group_ids       = [aws_security_group.primary.id]
  performance_insights_enabled = true
  deletion_protection          = var.deletion_protection
  final_snapshot_identifier    = "${var.name}-primary-final"
}

resource "aws_secretsmanager_secret" "primary" {
  name_prefix = "${var.name}-primary-"
}

resource "aws_secretsmanager_secret_version" "primary" {
  secret_id = aws_secretsmanager_secret.primary.id
  secret_string = jsonencode({
    username = aws_db_instance.primary.username
    password = var.primary_password
    host     = aws_db_instance.primary.address
    port     = aws_db_instance.primary.port
    dbname   = aws_db_instance.primary.db_name
  })
}

resource "aws_db_parameter_group" "replica" {
  name   = "${var.name}-replica"
  family = "postgres17"
}

resource "aws_db_instance" "replica" {
  count                        = 2
  identifier                   = "${var.name}-replica-${count.index + 1}"
  replicate_source_db          = aws_db_instance.primary.identifier
  instance_class               = "db.r6g.large"
  storage_type                 = "gp3"
  storage_encrypted            = true
  availability_zone            = data.aws_availability_zones.available.names[count.index % var.availability_zones]
  parameter_group_name         = aws_db_parameter_group.replica.name
  vpc_security_group_ids       = [aws_security_group.replica.id]
  performance_insights_enabled = true
  skip_final_snapshot          = true
}
