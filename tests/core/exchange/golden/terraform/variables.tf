variable "region" {
  description = "AWS region"
  type        = string
  default     = "us-east-1"
}

variable "name" {
  description = "Prefix of every name"
  type        = string
  default     = "test-design"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.name)) && length(var.name) <= 12
    error_message = "At most 12 lower-case letters, digits and single hyphens, beginning with a letter."
  }
}

variable "vpc_cidr" {
  description = "Addresses of the network; a /16 leaves room for 4,091 in each subnet"
  type        = string
  default     = "10.0.0.0/16"
}

variable "availability_zones" {
  description = "Number of availability zones to spread over"
  type        = number
  default     = 3

  validation {
    condition     = var.availability_zones >= 2 && var.availability_zones <= 8
    error_message = "Between 2 and 8: load balancers and databases need two zones."
  }
}

variable "deletion_protection" {
  description = "Refuse to destroy what holds data"
  type        = bool
  default     = true
}

variable "balancer_certificate_arn" {
  description = "ARN of the ACM certificate of the load balancer balancer, in the same region"
  type        = string
}

variable "balancer_domain_name" {
  description = "Host name that the certificate of balancer covers and that leads to its address"
  type        = string
}

variable "app_image" {
  description = "Container image of app"
  type        = string
  default     = "example/app:1.0"
}

variable "worker_image" {
  description = "Container image of worker"
  type        = string
  default     = "example/worker:1.0"
}

variable "primary_password" {
  description = "Password of the user app of primary"
  type        = string
  sensitive   = true
}
