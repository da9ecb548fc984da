"""Route 53: health checks that really ask their endpoints, over HTTP or TCP, and measure what they find.

Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
"""
