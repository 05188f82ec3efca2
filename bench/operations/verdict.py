"""The checks of a soak: a line for each, and whether all hold."""


class Verdict:
    def __init__(self):
        self.rows = []  # (holds, name, text); `holds` is None for a figure without a check
        self.holds = True

    def check(self, name, holds, text):
        self.rows.append((bool(holds), name, text))
        self.holds = self.holds and bool(holds)

    def figure(self, name, text):
        self.rows.append((None, name, text))

    def print(self):
        words = {True: "ok", False: "FAULT", None: ""}
        for holds, name, text in self.rows:
            print(f"{words[holds]:7}{name:22}{text}", flush=True)
