"""moto as windsock sees it: asked one call at a time, its changes logged, brought back when it is lost."""
