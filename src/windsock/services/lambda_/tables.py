"""The tables of Lambda. JSON columns say so; `qualifier` is a version, an alias or `$LATEST`."""

from __future__ import annotations

import sqlalchemy as sa

from windsock.store.schema import blob, number, scoped_table, text


def of_function(table: sa.Table) -> sa.ColumnElement[bool]:
    """The condition that a row belongs to a function, which `FunctionName.columns` name."""
    return sa.and_(
        table.c.account == sa.bindparam("of_account"),
        table.c.region == sa.bindparam("of_region"),
        table.c.name == sa.bindparam("of_name"),
    )


# `tags` is a JSON object; `reserved` is the reserved concurrency, NULL for none; `published_description` is
# the description `$LATEST` had when `last_version` was published, which may have another.
functions = scoped_table(
    "lambda_functions",
    text("name", key=True),
    number("last_version"),
    text("published_description", optional=True),
    number("reserved", optional=True),
    text("recursive_loop"),
    text("tags"),
    number("created_ms"),
)

# `ordinal` is 0 for `$LATEST` and else the version's number; `configuration` (JSON) holds what the API
# answers of it; `package` is the hexadecimal SHA-256 of the code.
versions = scoped_table(
    "lambda_versions",
    text("name", key=True),
    text("version", key=True),
    number("ordinal"),
    text("configuration"),
    text("package"),
    number("package_size"),
    text("revision"),
    number("modified_ms"),
)
sa.Index("lambda_versions_package", versions.c.account, versions.c.region, versions.c.package)

packages = scoped_table("lambda_packages", text("sha256", key=True), number("size"), blob("content"))

# `weights` is a JSON object from version to weight.
aliases = scoped_table(
    "lambda_aliases",
    text("name", key=True),
    text("alias", key=True),
    text("version"),
    text("description"),
    text("weights"),
    text("revision"),
)

# Resource policies: `resource` is `function:<name>` or `layer:<name>`; `statements` is a JSON list.
policies = scoped_table(
    "lambda_policies",
    text("resource", key=True),
    text("qualifier", key=True),
    text("statements"),
    text("revision"),
)

# A deleted version stays (`deleted` is 1): functions that use it go on, and its number is not used again.
layer_versions = scoped_table(
    "lambda_layer_versions",
    text("layer", key=True),
    number("version", key=True),
    text("package"),
    number("package_size"),
    text("description"),
    text("runtimes"),
    text("architectures"),
    text("license"),
    number("deleted"),
    number("created_ms"),
)
sa.Index(
    "lambda_layer_versions_package",
    layer_versions.c.account,
    layer_versions.c.region,
    layer_versions.c.package,
)

# What belongs to one qualifier of a function, one row a kind of setting; `settings` is JSON.
qualified_settings = scoped_table(
    "lambda_qualified_settings",
    text("name", key=True),
    text("kind", key=True),
    text("qualifier", key=True),
    text("settings"),
    number("created_ms"),
    number("modified_ms"),
)

# `settings` (JSON) holds what the API answers of it; `enabled` is 0 or 1.
event_sources = scoped_table(
    "lambda_event_sources",
    text("uuid", key=True),
    text("function"),
    text("qualifier"),
    text("source"),
    number("enabled"),
    text("settings"),
    text("tags"),
    number("modified_ms"),
)
