resource "aws_msk_configuration" "events" {
  name              = "${var.name}-events"
  kafka_versions    = ["3.9.x"]
  server_properties = "num.partitions=12\ndefault.replication.factor=3\nlog.retention.hours=168\n"
}

# The number of brokers must be a multiple of the number of their zones.
locals {
  events_zones = min(3, var.availability_zones)
}

resource "aws_msk_cluster" "events" {
  cluster_name           = "${var.name}-events"
  kafka_version          = "3.9.x"
  number_of_broker_nodes = ceil(3 / local.events_zones) * local.events_zones

  broker_node_group_info {
    instance_type   = "kafka.m5.large"
    client_subnets  = slice(aws_subnet.private[*].id, 0, local.events_zones)
    security_groups = [aws_security_group.events.id]

    storage_info {
      ebs_storage_info {
        volume_size = 100
      }
    }
  }

  configuration_info {
    arn      = aws_msk_configuration.events.arn
    revision = aws_msk_configuration.events.latest_revision
  }

  client_authentication {
    unauthenticated = true
  }

  encryption_info {
    encryption_in_transit {
      client_broker = "TLS"
      in_cluster    = true
    }
  }
}
