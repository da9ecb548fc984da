"""windsock in tests: a server of one's own on a clock that the test moves, an account for each test.

    import windsock.testing

    with windsock.testing.start("--memory", "--clock", "virtual:2017-01-02T00:00:00Z") as server:
        account = server.account()
        account.client("events").put_rule(Name="nightly", ScheduleExpression="cron(0 2 * * ? *)")
        account.advance("30d")

With pytest the fixture `windsock` is such an account (`windsock.pytest_plugin`).
"""

from windsock.testing.account import Account
from windsock.testing.server import Refused, Server, ServerEnded, start

__all__ = ["Account", "Refused", "Server", "ServerEnded", "start"]
