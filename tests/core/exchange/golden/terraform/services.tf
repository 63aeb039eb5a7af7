locals {
  app_start = templatefile("${path.module}/start-container.sh.tftpl", {
    image   = var.app_image
    command = ""
    port    = 8080
    environment = {
      DATABASE_HOST           = aws_db_proxy.pool.endpoint
      DATABASE_NAME           = aws_db_instance.primary.db_name
      DATABASE_READ_HOSTS     = join(",", aws_db_instance.replica[*].address)
      DATABASE_SECRET_ARN     = aws_secretsmanager_secret.primary.arn
      KAFKA_BOOTSTRAP_SERVERS = aws_msk_cluster.events.bootstrap_brokers_tls
      REDIS_HOST              = aws_elasticache_replication_group.cache.configuration_endpoint_address
      S3_BUCKET               = aws_s3_bucket.files.id
    }
  })
}

resource "aws_launch_template" "app" {
  name                   = "${var.name}-app"
  image_id               = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
  instance_type          = "c7g.large"
  user_data              = base64encode(local.app_start)
  vpc_security_group_ids = [aws_security_group.app.id]

  iam_instance_profile {
    arn = aws_iam_instance_profile.app.arn
  }

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }

  monitoring {
    enabled = true
  }
}

resource "aws_autoscaling_group" "app" {
  name                      = "${var.name}-app"
  min_size                  = 2
  max_size                  = 8
  desired_capacity          = 4
  vpc_zone_identifier       = aws_subnet.private[*].id
  health_check_type         = "ELB"
  health_check_grace_period = 180
  target_group_arns         = [aws_lb_target_group.balancer__app.arn]

  launch_template {
    id      = aws_launch_template.app.id
    version = aws_launch_template.app.latest_version
  }

  instance_refresh {
    strategy = "Rolling"
  }

  tag {
    key                 = "Name"
    value               = "${var.name}-app"
    propagate_at_launch = true
  }

  lifecycle {
    ignore_changes = [desired_capacity]
  }
}

resource "aws_autoscaling_policy" "app" {
  name                   = "cpu"
  autoscaling_group_name = aws_autoscaling_group.app.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = 60

    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}

locals {
  worker_start = templatefile("${path.module}/start-container.sh.tftpl", {
    image   = var.worker_image
    command = ""
    port    = 0
    environment = {
      KAFKA_BOOTSTRAP_SERVERS = aws_msk_cluster.events.bootstrap_brokers_tls
    }
  })
}

resource "aws_launch_template" "worker" {
  name                   = "${var.name}-worker"
  image_id               = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
  instance_type          = "c7g.large"
  user_data              = base64encode(local.worker_start)
  vpc_security_group_ids = [aws_security_group.worker.id]

  iam_instance_profile {
    arn = aws_iam_instance_profile.worker.arn
  }

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }

  monitoring {
    enabled = true
  }
}

resource "aws_autoscaling_group" "worker" {
  name                      = "${var.name}-worker"
  min_size                  = 2
  max_size                  = 2
  desired_capacity          = 2
  vpc_zone_identifier       = aws_subnet.private[*].id
  health_check_type         = "EC2"
  health_check_grace_period = 180

  launch_template {
    id      = aws_launch_template.worker.id
    version = aws_launch_template.worker.latest_version
  }

  instance_refresh {
    strategy = "Rolling"
  }

  tag {
    key                 = "Name"
    value               = "${var.name}-worker"
    propagate_at_launch = true
  }
}
