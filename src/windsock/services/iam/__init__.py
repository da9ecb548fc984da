"""AWS Identity and Access Management: an account's users, groups, roles and policies."""
