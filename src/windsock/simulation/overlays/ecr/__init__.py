"""ECR: images that are pushed or deleted are announced."""
