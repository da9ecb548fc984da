"""ElastiCache: clusters take their time, and their topics are told what became of them.

Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html
"""
