"""What no tool has made gives a result or an error, soon and in bounded memory. Tests/Scripts/hostile does more of it."""

from Tests.EndToEnd.support import hostile
from Tests.EndToEnd.support.setting import Case


class Hostile(Case):
    def test_variants(self):
        faults, statuses = hostile.check(300, seed=7, folder=self.folder)
        print(f"{statuses[0]} results, {statuses[65]} errors")
        self.assertEqual(faults, [])
        # Variants that are all refused, or none, would say nothing.
        self.assertGreater(min(statuses[0], statuses[65]), 30)
