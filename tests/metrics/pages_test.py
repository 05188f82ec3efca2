"""O7: the page lists every metric, and queries name none that does not exist."""

import unittest

import pages


class PagesTest(unittest.TestCase):
    def test_the_page_lists_every_metric(self):
        self.assertGreater(len(pages.written()), 20)
        self.assertEqual(sorted(pages.documented()), sorted(pages.written()))

    def test_queries_name_metrics_that_exist(self):
        texts = pages.dashboard_queries() + pages.page_queries() + [pages.ALERTS.read_text()]
        self.assertGreater(len(texts), 10)
        for text in texts:
            self.assertNotEqual(pages.families_in(text), set(), text)
            self.assertEqual(pages.families_in(text) - pages.written(), set(), text)

    def test_names_of_queries(self):
        self.assertEqual(pages.families_in("rate(rpc_client_duration_seconds_bucket[5m])"),
                         {"rpc_client_duration_seconds"})
        self.assertEqual(pages.families_in("sum(other_metric)"), set())


if __name__ == "__main__":
    unittest.main()
