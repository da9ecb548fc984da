"""The kinds of target a rule can have, one file each; each makes its call through the chain."""
