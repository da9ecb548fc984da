"""IAM policies as a pure library: documents read and checked, and requests decided by all that apply.

`parse` compiles a document or refuses it with IAM's message; `decide` tells what a `Request` gets under a set
of `Policies`, and which statements made it so. See docs/policies.md.
"""

from windsock.languages.policies.decide import Decision, Match, Policies, Source, Verdict, decide
from windsock.languages.policies.document import Kind, Policy, Statement, parse
from windsock.languages.policies.errors import PolicyError
from windsock.languages.policies.principals import Grade, Principal
from windsock.languages.policies.request import Request

__all__ = [
    "Decision",
    "Grade",
    "Kind",
    "Match",
    "Policies",
    "Policy",
    "PolicyError",
    "Principal",
    "Request",
    "Source",
    "Statement",
    "Verdict",
    "decide",
    "parse",
]
