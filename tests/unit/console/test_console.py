"""The console's pages, through its door: headers, forms, sessions, who may look at what."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from html import unescape
from pathlib import Path
from shutil import copyfile
from urllib.parse import parse_qsl, urlencode

import pytest
from jinja2 import Environment, PackageLoader
from tests.conftest import START_MS, Driver

from windsock.console.mount import Console
from windsock.console.view_marks import find_views
from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.engine.identities import Identity, Session
from windsock.engine.rooms import Rooms
from windsock.engine.settings import EngineSettings, IamMode
from windsock.gateway.request import Request, Response
from windsock.kernel.clock import VirtualClock
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.store.store import Store

ACCOUNT = "111122223333"
PREFIX = "/_windsock/console"
PASSWORD = "Correct-horse-7"

Running = Callable[[IamMode], AbstractAsyncContextManager["Visitor"]]


class Visitor:
    """A browser at the console's door, with its cookies."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.door = Console(driver.engine)
        self.cookies: dict[str, str] = {}

    async def __call__(
        self, method: str, path: str, fields: dict[str, str] | None = None, **headers: str
    ) -> Response:
        """Ask for a path of the console, or with a slash of the site."""
        target, _, query = (path if path.startswith("/") else f"{PREFIX}/{path}").partition("?")
        pairs = parse_qsl(query, keep_blank_values=True)
        sent = {"host": "localhost:4566", "cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = b""
        if fields is not None:
            sent["content-type"] = "application/x-www-form-urlencoded"
            body = urlencode(fields).encode()
        request = Request(method, target, target, pairs, {**sent, **headers}, body)
        assert self.door.claims(request)
        response = await self.door.answer(request, "127.0.0.1")
        for each in response.cookies:
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response

    async def post(self, path: str, **fields: str) -> Response:
        """Send a form that was shown to this browser."""
        return await self("POST", path, {"form_token": await self.token(), **fields})

    async def token(self) -> str:
        page = await self("GET", "sign-in")
        found = re.search(r'name="form_token" value="([^"]+)"', page.body.decode())
        assert found is not None
        return unescape(found[1])

    async def user(self, name: str = "ada") -> None:
        """Make a user who can sign in."""
        await self.driver("iam", "CreateUser", account=ACCOUNT, UserName=name)
        await self.driver("iam", "CreateLoginProfile", account=ACCOUNT, UserName=name, Password=PASSWORD)

    async def sign_in(self, password: str = PASSWORD) -> Response:
        return await self.post("sign-in", account=ACCOUNT, user="ada", password=password)


@pytest.fixture
def running(rooms: Rooms, empty_database: Path, tmp_path: Path) -> Running:
    @asynccontextmanager
    async def run(mode: IamMode) -> AsyncIterator[Visitor]:
        clock = VirtualClock(START_MS)
        database = tmp_path / "windsock.db"
        copyfile(empty_database, database)
        async with Store.open(database, durable=False) as store:
            engine = Engine(store, clock, rooms, EngineSettings(iam=mode))
            await engine.start()
            try:
                yield Visitor(Driver(engine, clock))
            finally:
                await engine.stop()

    return run


@pytest.fixture
async def visitor(driver: Driver) -> Visitor:
    return Visitor(driver)


class TestClaims:
    @pytest.mark.parametrize(
        ("path", "query", "claimed"),
        [
            (PREFIX, [], True),
            (f"{PREFIX}/sign-in", [], True),
            (f"{PREFIX}-other", [], False),
            ("/_windsock/health", [], False),
            ("/federation", [("Action", "getSigninToken")], True),
            ("/federation", [("Action", "login")], True),
            ("/federation", [], False),
            ("/federation", [("list-type", "2")], False),
            ("/federation/key", [("Action", "login")], False),
        ],
    )
    async def test_no_path_of_aws_is_taken(
        self, visitor: Visitor, path: str, query: list[tuple[str, str]], claimed: bool
    ) -> None:
        assert visitor.door.claims(Request("GET", path, path, query)) is claimed


class TestPages:
    async def test_every_page_is_kept_to_itself(self, visitor: Visitor) -> None:
        page = await visitor("GET", "sign-in")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["cache-control"] == "no-store"
        assert b"<script" not in page.body
        assert b"style=" not in page.body

    @pytest.mark.parametrize(("name", "kind"), [("style.css", "text/css"), ("icon.svg", "image/svg+xml")])
    async def test_what_pages_refer_to_is_there(self, visitor: Visitor, name: str, kind: str) -> None:
        assert f"{PREFIX}/{name}".encode() in (await visitor("GET", "sign-in")).body
        file = await visitor("GET", name)
        assert (file.status, file.headers["content-type"].partition(";")[0]) == (200, kind)

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "nothing", 404),
            ("GET", "sign-out", 405),
            ("PUT", "sign-in", 405),
            ("HEAD", "sign-in", 200),
        ],
    )
    async def test_what_is_not_there(self, visitor: Visitor, method: str, path: str, status: int) -> None:
        assert (await visitor(method, path)).status == status

    async def test_the_home_page_is_the_first_view(self, visitor: Visitor) -> None:
        home = await visitor("GET", "")
        assert (home.status, home.headers["location"]) == (303, f"{PREFIX}/denied-calls")

    async def test_what_people_send_is_shown_as_text(self, visitor: Visitor) -> None:
        page = await visitor("GET", 'sign-in?account="><img src=x>')
        assert b"<img" not in page.body
        assert b"&lt;img" in page.body

    def test_every_view_has_its_template(self) -> None:
        there = Environment(loader=PackageLoader("windsock.console"), autoescape=True).list_templates()
        assert {view.template for view in find_views().values()} <= set(there)


class TestOtherSites:
    @pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:9999"])
    async def test_their_forms_are_refused(self, visitor: Visitor, origin: str) -> None:
        fields = {"form_token": await visitor.token(), "account": ACCOUNT}
        assert (await visitor("POST", "look", fields, origin=origin)).status == 403

    async def test_names_that_others_point_here_are_refused_where_anybody_may_look(
        self, visitor: Visitor
    ) -> None:
        assert (await visitor("GET", "sign-in", host="rebound.example:4566")).status == 403

    async def test_where_iam_is_enforced_any_name_will_do(self, running: Running) -> None:
        async with running("enforce") as visitor:
            assert (await visitor("GET", "sign-in", host="windsock.example")).status == 200

    async def test_a_form_needs_the_token_of_this_browser(self, visitor: Visitor) -> None:
        token = await visitor.token()
        forged = visitor.driver.engine.session_tokens.seal("console form", ["another"])
        for sent in ({}, {"form_token": ""}, {"form_token": "x"}, {"form_token": forged}):
            assert (await visitor("POST", "look", {"account": ACCOUNT, **sent})).status == 403
        visitor.cookies["windsock-browser"] = "planted"
        assert (await visitor("POST", "look", {"account": ACCOUNT, "form_token": token})).status == 403
        visitor.cookies.clear()
        assert (await visitor("POST", "look", {"account": ACCOUNT, "form_token": token})).status == 403


class TestSessions:
    async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(self, visitor: Visitor) -> None:
        await visitor.user()
        entered = await visitor.sign_in()
        assert (entered.status, entered.headers["location"]) == (303, f"{PREFIX}/")
        assert entered.cookies[0].endswith(f"; Path={PREFIX}; HttpOnly; SameSite=Strict")
        assert b"user/ada" in (await visitor("GET", "denied-calls")).body

    async def test_over_tls_the_cookie_is_for_tls(self, visitor: Visitor) -> None:
        page = await visitor("GET", "sign-in", None, **{"x-forwarded-proto": "https"})
        assert page.cookies[0].endswith("; Secure")

    @pytest.mark.parametrize(
        "fields",
        [
            {"account": ACCOUNT, "user": "ada", "password": "wrong"},
            {"account": ACCOUNT, "user": "nobody", "password": PASSWORD},
            {"account": "no-such-alias", "user": "ada", "password": PASSWORD},
            {"account": "", "user": "", "password": ""},
            {"account": ACCOUNT, "kind": "root", "access_key": "AKIA", "secret_key": "x"},
        ],
    )
    async def test_every_failure_has_the_same_words(self, visitor: Visitor, fields: dict[str, str]) -> None:
        await visitor.user()
        page = await visitor.post("sign-in", **fields)
        assert page.status == 401
        assert b"Your authentication information is incorrect." in page.body
        assert "windsock-session" not in visitor.cookies

    async def test_too_many_failures_are_told(self, visitor: Visitor) -> None:
        for _ in range(5):
            await visitor.sign_in("wrong")
        page = await visitor.sign_in("wrong")
        assert page.status == 429
        assert b"Try again in 5 minutes" in page.body

    async def test_it_leads_to_the_view_that_was_wanted_and_to_no_other_place(self, visitor: Visitor) -> None:
        wanted = await visitor("GET", "services")
        assert wanted.headers["location"] == f"{PREFIX}/sign-in?next=services"
        for to, place in (("services", "services"), ("//evil.example", ""), ("../../", "")):
            entered = await visitor.post("look", account=ACCOUNT, next=to)
            assert entered.headers["location"] == f"{PREFIX}/{place}"

    async def test_signing_out_ends_the_session_and_its_copies(self, visitor: Visitor) -> None:
        await visitor.user()
        await visitor.sign_in()
        copied = visitor.cookies["windsock-session"]
        await visitor.post("sign-out")
        assert visitor.cookies["windsock-session"] == ""
        assert (await visitor("GET", "services")).status == 303
        await visitor.sign_in()
        own = visitor.cookies["windsock-session"]
        visitor.cookies["windsock-session"] = copied
        assert (await visitor("GET", "services")).status == 303
        assert (await visitor.post("sign-out")).status == 303
        visitor.cookies["windsock-session"] = own
        assert (await visitor("GET", "services")).status == 200

    async def test_it_ends_after_twelve_hours(self, visitor: Visitor) -> None:
        await visitor.user()
        await visitor.sign_in()
        await visitor.driver.advance(12 * 3600 - 1)
        assert (await visitor("GET", "services")).status == 200
        await visitor.driver.advance(1)
        assert (await visitor("GET", "services")).status == 303

    async def test_it_ends_with_the_user(self, visitor: Visitor) -> None:
        await visitor.user()
        await visitor.sign_in()
        await visitor.driver("iam", "DeleteLoginProfile", account=ACCOUNT, UserName="ada")
        await visitor.driver("iam", "DeleteUser", account=ACCOUNT, UserName="ada")
        assert (await visitor("GET", "services")).status == 303
        await visitor.user()
        assert (await visitor("GET", "services")).status == 303

    async def test_a_key_is_no_session_and_nothing_else_is(self, running: Running) -> None:
        async with running("enforce") as visitor:
            key = (await visitor.driver("iam", "CreateAccessKey", account=ACCOUNT))["AccessKey"][
                "AccessKeyId"
            ]
            for value in (ACCOUNT, key, f"{key}.", f"{key}.x", "ASIA.x", "."):
                visitor.cookies["windsock-session"] = value
                assert (await visitor("GET", "services")).status == 303

    async def test_one_that_was_changed_is_none(self, visitor: Visitor) -> None:
        await visitor.user()
        await visitor.sign_in()
        key, _, token = visitor.cookies["windsock-session"].partition(".")
        root = Identity("account", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT)
        other = visitor.driver.engine.session_tokens.issue(root, Session(root.arn, ACCOUNT, 0, 1))
        for value in (
            f"{other.access_key}.{token}",
            f"{key}.{other.session_token}",
            f"{key}.{token[:-4]}AAA=",
        ):
            visitor.cookies["windsock-session"] = value
            assert (await visitor("GET", "services")).status == 303


class TestLooking:
    @pytest.mark.parametrize("mode", ["audit", "off"])
    async def test_anybody_may_where_any_credentials_will_do(self, running: Running, mode: IamMode) -> None:
        async with running(mode) as visitor:
            await visitor.driver("sns", "CreateTopic", account=ACCOUNT, Name="alerts")
            assert b"Without signing in" in (await visitor("GET", "sign-in")).body
            await visitor.post("look", account=ACCOUNT)
            page = await visitor("GET", "event-history")
            assert b"not signed in, looking only" in page.body
            assert b"CreateTopic" in page.body

    async def test_nobody_may_where_iam_is_enforced(self, running: Running) -> None:
        async with running("enforce") as visitor:
            assert b"Without signing in" not in (await visitor("GET", "sign-in")).body
            assert (await visitor.post("look", account=ACCOUNT)).status == 403

    async def test_an_account_has_twelve_digits(self, visitor: Visitor) -> None:
        page = await visitor.post("look", account="nothing")
        assert page.status == 400
        assert b"An account has twelve digits." in page.body

    async def test_who_only_looks_has_no_password_to_change(self, visitor: Visitor) -> None:
        await visitor.post("look", account=ACCOUNT)
        assert (await visitor("GET", "password")).status == 403


class TestRoles:
    async def test_one_goes_on_as_a_role_and_back(self, visitor: Visitor) -> None:
        await visitor.user()
        await visitor.sign_in()
        page = await visitor("GET", "switch-role")
        assert f'value="{ACCOUNT}"'.encode() in page.body
        assert b"Switch back" not in page.body
        for role, shown in (("guest", b"assumed-role/guest/ada"), ("other", b"assumed-role/other/ada")):
            assert (await visitor.post("switch-role", account=ACCOUNT, role=role)).status == 303
            page = await visitor("GET", "services")
            assert shown in page.body
            assert b"Switch back" in page.body
        await visitor.post("switch-back")
        assert b"user/ada" in (await visitor("GET", "services")).body

    async def test_signing_out_ends_both_sessions(self, visitor: Visitor) -> None:
        await visitor.user()
        await visitor.sign_in()
        users = visitor.cookies["windsock-session"]
        await visitor.post("switch-role", account=ACCOUNT, role="guest")
        roles = visitor.cookies["windsock-session"]
        await visitor.post("sign-out")
        for session in (users, roles):
            visitor.cookies["windsock-session"] = session
            assert (await visitor("GET", "services")).status == 303

    async def test_the_role_must_trust_them_where_iam_is_enforced(self, running: Running) -> None:
        async with running("enforce") as visitor:
            await visitor.user()
            await visitor.sign_in()
            page = await visitor.post("switch-role", account=ACCOUNT, role="guest")
            assert page.status == 400
            assert b"is not authorized to perform: sts:AssumeRole" in page.body

    @pytest.mark.parametrize(
        ("account", "role"), [("nobodys-alias", "guest"), (ACCOUNT, ""), (ACCOUNT, "no such role")]
    )
    async def test_what_is_no_role_is_refused(self, visitor: Visitor, account: str, role: str) -> None:
        await visitor.user()
        await visitor.sign_in()
        assert (await visitor.post("switch-role", account=account, role=role)).status == 400


class TestPasswords:
    async def test_a_user_changes_the_own(self, visitor: Visitor) -> None:
        await visitor.user()
        await visitor.sign_in()
        changed = await visitor.post(
            "password", old_password=PASSWORD, new_password="Other-one-99", new_password_again="Other-one-99"
        )
        assert b"Your password is changed." in changed.body
        assert (await visitor.sign_in("Other-one-99")).status == 303

    @pytest.mark.parametrize("allowed", [True, False])
    async def test_where_iam_is_enforced_the_account_must_let_them(
        self, running: Running, allowed: bool
    ) -> None:
        async with running("enforce") as visitor:
            await visitor.user()
            await visitor.driver(
                "iam", "UpdateAccountPasswordPolicy", account=ACCOUNT, AllowUsersToChangePassword=allowed
            )
            await visitor.sign_in()
            page = await visitor.post(
                "password",
                old_password=PASSWORD,
                new_password="Other-one-99",
                new_password_again="Other-one-99",
            )
            assert (page.status == 200) is allowed
            assert (b"is not authorized to perform: iam:ChangePassword" in page.body) is not allowed

    @pytest.mark.parametrize(
        ("old", "new", "again", "message"),
        [
            ("wrong", "Other-one-99", "Other-one-99", b"The old password was incorrect."),
            (PASSWORD, "Other-one-99", "Other-one-98", b"The new passwords are not the same."),
            (PASSWORD, "short", "short", b"Password does not conform to the account password policy."),
        ],
    )
    async def test_iam_says_why_not(
        self, visitor: Visitor, old: str, new: str, again: str, message: bytes
    ) -> None:
        await visitor.user()
        await visitor.sign_in()
        page = await visitor.post("password", old_password=old, new_password=new, new_password_again=again)
        assert page.status == 400
        assert message in page.body


class TestViews:
    async def test_denied_calls_are_told_and_chosen_by_who(self, visitor: Visitor) -> None:
        await visitor.user()
        await visitor.sign_in()
        await visitor("GET", "event-history")
        page = (await visitor("GET", "denied-calls")).body.decode()
        assert "cloudtrail:LookupEvents" in page
        assert "would be denied" in page
        nobody = await visitor("GET", f"denied-calls?user=arn:aws:iam::{ACCOUNT}:user/bob")
        assert b"Nothing was denied to user/bob" in nobody.body

    async def test_a_list_without_anything_says_why(self, running: Running) -> None:
        async with running("off") as visitor:
            await visitor.post("look", account=ACCOUNT)
            assert b"IAM is off" in (await visitor("GET", "denied-calls")).body

    async def test_events_are_looked_up_by_attribute_and_paged(self, visitor: Visitor) -> None:
        for number in range(27):
            await visitor.driver("sns", "CreateTopic", account=ACCOUNT, Name=f"topic-{number:02}")
        await visitor.driver("sqs", "CreateQueue", account=ACCOUNT, QueueName="jobs")
        await visitor.post("look", account=ACCOUNT)
        page = (await visitor("GET", "event-history?attribute=EventName&value=CreateTopic")).body.decode()
        assert "topic-26" in page
        assert "topic-01" not in page
        assert "CreateQueue" not in page
        older = re.search(r'href="\?([^"]+after=[^"]+)"', page)
        assert older is not None
        rest = await visitor("GET", "event-history?" + unescape(older[1]))
        assert b"topic-01" in rest.body
        assert b"topic-26" not in rest.body

    async def test_one_event_is_shown_whole(self, visitor: Visitor) -> None:
        await visitor.driver("sns", "CreateTopic", account=ACCOUNT, Name="alerts")
        await visitor.post("look", account=ACCOUNT)
        listed = (await visitor("GET", "event-history")).body.decode()
        event = re.search(r"attribute=EventId&amp;value=([0-9a-f-]+)", listed)
        assert event is not None
        page = (await visitor("GET", f"event-history?attribute=EventId&value={event[1]}")).body.decode()
        assert "&#34;eventName&#34;: &#34;CreateTopic&#34;" in page

    async def test_events_say_who_and_what_went_wrong_whoever_it_was(self, visitor: Visitor) -> None:
        engine, scope = visitor.driver.engine, Scope(ACCOUNT, "us-east-1")
        service = Caller.service("events.amazonaws.com", ACCOUNT)
        await engine.call("sns", "CreateTopic", {"Name": "alerts"}, caller=service, scope=scope)
        role = Caller.role(f"arn:aws:iam::{ACCOUNT}:role/worker", ACCOUNT, "lambda.amazonaws.com")
        await engine.call("sns", "CreateTopic", {"Name": "alarms"}, caller=role, scope=scope)
        with pytest.raises(AwsError):
            await visitor.driver("iam", "DeleteUser", account=ACCOUNT, UserName="nobody")
        await visitor.sign_in()
        await visitor.post("look", account=ACCOUNT)
        page = (await visitor("GET", "event-history")).body.decode()
        for shown in (
            "events.amazonaws.com",
            "worker",
            "NoSuchEntity",
            "HIDDEN_DUE_TO_SECURITY_REASONS",
            ">failed<",
        ):
            assert shown in page, shown
        for event in re.findall(r"attribute=EventId&amp;value=([0-9a-f-]+)", page):
            whole = await visitor("GET", f"event-history?attribute=EventId&value={event}")
            assert (whole.status, b"Event record" in whole.body) == (200, True)

    async def test_another_region_has_its_own(self, visitor: Visitor) -> None:
        await visitor.driver("sns", "CreateTopic", account=ACCOUNT, region="eu-west-1", Name="alerts")
        await visitor.post("look", account=ACCOUNT)
        assert b"No event matches" in (await visitor("GET", "event-history")).body
        assert b"alerts" in (await visitor("GET", "event-history?region=eu-west-1")).body

    async def test_a_token_of_another_page_is_an_error_and_not_a_crash(self, visitor: Visitor) -> None:
        await visitor.post("look", account=ACCOUNT)
        page = await visitor("GET", "event-history?after=nonsense")
        assert page.status == 400
        assert b"InvalidNextTokenException" in page.body

    async def test_services_say_who_answers(self, visitor: Visitor) -> None:
        await visitor.post("look", account=ACCOUNT)
        page = (await visitor("GET", "services")).body
        assert b"stepfunctions" in page
        assert b"dynamodb" in page

    async def test_where_iam_is_enforced_each_sees_what_they_may(self, running: Running) -> None:
        async with running("enforce") as visitor:
            await visitor.user()
            await visitor.sign_in()
            for path, action in (
                ("denied-calls", b"iam:GetAccountAuthorizationDetails"),
                ("event-history", b"cloudtrail:LookupEvents"),
            ):
                page = await visitor("GET", path)
                assert page.status in (400, 403)
                assert b"is not authorized to perform: " + action in page.body
            reader = "arn:aws:iam::aws:policy/SecurityAudit"
            await visitor.driver("iam", "AttachUserPolicy", account=ACCOUNT, UserName="ada", PolicyArn=reader)
            assert b"Denied calls" in (await visitor("GET", "denied-calls")).body
            assert (await visitor("GET", "event-history")).status == 200
