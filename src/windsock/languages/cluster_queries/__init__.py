"""The cluster query language of ECS as a pure library: which container instances are meant.

`parse` compiles an expression or raises InvalidQuery; the query that it gives tells of an instance, by the
values of its subjects, whether it is one of them.
Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
"""

from windsock.languages.cluster_queries.syntax import InvalidQuery, parse

__all__ = ["InvalidQuery", "parse"]
