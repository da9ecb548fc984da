"""ECS: agents that register their instances, states that take their time, and the events of each.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html
"""
