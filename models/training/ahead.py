"""Work of the next step done while the network does this one's."""

from concurrent.futures import ThreadPoolExecutor


class Ahead:
    """Calls `make` one time ahead of whoever takes what it makes."""

    def __init__(self, make):
        self.make = make
        self.pool = ThreadPoolExecutor(1)
        self.following = self.pool.submit(make)

    def take(self):
        """What `make` returned; it is called again at once."""
        made = self.following.result()
        self.following = self.pool.submit(self.make)
        return made
