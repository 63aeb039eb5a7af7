output "balancer_address" {
  description = "Address of the load balancer balancer"
  value       = aws_lb.balancer.dns_name
}

output "cdn_address" {
  description = "Address of the CDN cdn"
  value       = aws_cloudfront_distribution.cdn.domain_name
}

output "events_bootstrap_servers" {
  description = "Brokers of events, TLS"
  value       = aws_msk_cluster.events.bootstrap_brokers_tls
}

output "files_bucket" {
  description = "Bucket of files"
  value       = aws_s3_bucket.files.id
}

output "primary_address" {
  description = "Address of the database primary"
  value       = aws_db_instance.primary.address
}

output "replica_addresses" {
  description = "Addresses of the replicas replica"
  value       = aws_db_instance.replica[*].address
}
