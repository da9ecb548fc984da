"""The web console: pages for people, rendered here, that work without JavaScript.

`mount` is where the gateway hands it requests, `pages` what answers them, `views/` has one file a view.
What a page shows it asks of the call chain, as whoever signed in.
"""
