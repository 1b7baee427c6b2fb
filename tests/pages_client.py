"""A browser without a screen: the page's application behind its guard, asked from this process."""

import contextlib
from concurrent.futures import Future

from starlette.testclient import TestClient

from reportgen.serve.guard import Guard
from reportgen.serve.preview import RefusedError, tried
from reportgen.serve.routes import application
from reportgen.serve.shelf import Shelf

HOST = "127.0.0.1:8000"
OWN = {"origin": f"http://{HOST}"}


class NoPrinter:
    """Stands for the process that prints, which most tests do without: what is run there is run here."""

    def warm(self):
        pass

    def run(self, function, *args):
        future = Future()
        try:
            future.set_result(tried(function, *args))
        except RefusedError as error:
            future.set_exception(error)
        return future

    def close(self):
        pass


@contextlib.contextmanager
def page_of(folder, headers=OWN):
    """Give a client that has the cookie of the page of a folder."""
    with TestClient(Guard(application(Shelf(folder)), "secret", 8000), base_url=f"http://{HOST}", headers=headers) as client:
        client.get("/?token=secret")
        yield client


def opened(client, file="2024.yaml"):
    """What the page is told of a data file."""
    return client.get("/api/book", params={"file": file}).json()


def listed(client):
    """The answer that has the whole list of files."""
    while (found := client.get("/api/files").json())["waiting"]:
        pass
    return found
