"""The officer's page: a campaign in a browser on this machine, and nowhere else.

Above ``campaign``, beside ``api``; only here Starlette, uvicorn and Jinja2 are imported. Everything the page does is a call
the commands make, too, and what it shows is read from the campaign each time: it keeps nothing of its own. A newcomer would
compute a figure in a template; every figure comes from ``campaign`` and ``report``.
"""
