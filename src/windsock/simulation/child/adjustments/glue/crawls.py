"""Crawls: each runs for its time or until it is stopped. It looks at nothing, so it finds nothing."""

from __future__ import annotations

from typing import Any

from moto.core.utils import utcnow
from moto.glue.models import FakeCrawl, FakeCrawler, glue_backends

from windsock.simulation.child.adjustments import change
from windsock.simulation.child.held_states import hold
from windsock.simulation.child.observed import happened

_start, _stop = FakeCrawler.start_crawler, FakeCrawler.stop_crawler


def apply() -> None:
    """Change moto's classes."""
    hold(FakeCrawl)
    FakeCrawler.start_crawler = _started
    FakeCrawler.stop_crawler = _stopping


def _started(crawler: FakeCrawler) -> None:
    _start(crawler)
    _tell(crawler, crawler.crawls[-1])


def _stopping(crawler: FakeCrawler) -> None:
    _stop(crawler)
    _tell(crawler, crawler.crawls[-1])


def _tell(crawler: FakeCrawler, crawl: FakeCrawl) -> None:
    happened(
        "glue.crawl",
        crawler.backend.account_id,
        crawler.backend.region_name,
        crawler=crawler.name,
        crawl=crawl.crawl_id,
        state=crawl.status,
        started_ms=int(crawl.start_time.timestamp() * 1000),
    )


@change("PassCrawl")
def pass_crawl(account: str, region: str, params: dict[str, Any]) -> None:
    """A crawl that is still in the state `from` comes into the state `to`."""
    crawler = glue_backends[account][region].crawlers.get(params["crawler"])
    for crawl in crawler.crawls if crawler else ():
        if crawl.crawl_id == params["crawl"] and crawl.status == params["from"]:
            crawl.status, crawl.end_time = params["to"], utcnow()
            _tell(crawler, crawl)
