"""Children of a program whose other threads are in system calls when it forks: none hangs, and each trace
has its own process's blocks."""


from Tests.EndToEnd.support import columns, drcov, execlog, guests
from Tests.EndToEnd.support.setting import PLUGIN, ROOT, Case, output, run
from Tests.EndToEnd.support.truth import differences

QEMU = "user"
FORKS = 200
LOGGED_FORKS = 8


class Forks(Case):
    def fork(self, column, count, pause, *options, environment=None):
        """Runs the guest; gives its children: process -> how it was made, its step."""
        self.traces = self.folder / "traces"
        self.traces.mkdir()
        done = run(columns.qemu(column), *options, "-plugin", f"{PLUGIN},out={self.traces}/%p.drcov",
                   guests.built("no-pie") / "forks", count, pause, environment=environment)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout[-200:])
        children = {}
        for line in done.stdout.splitlines():
            process, how, step = line.split()
            children[process] = how, int(step)
        self.assertEqual(len(children), count)
        self.assertEqual(len(list(self.traces.iterdir())), count + 1)  # and no journal
        return children

    @columns.on_each
    def test_children_end(self, column):
        (words,) = (line.split() for line in
                    output("readelf", "-sW", guests.built("no-pie") / "forks").splitlines()
                    if line.endswith(" steps"))
        steps = int(words[1], 16)
        children = self.fork(column, FORKS, 0)
        ways = set()
        for process, (how, number) in children.items():
            ways.add(how)
            found = {address - steps for address, _ in
                     drcov.load(self.traces / f"{process}.drcov").located()
                     if 0 <= address - steps < 64 * 16}
            # Two bytes each, by the guest's own construction.
            expected = {16 * number + 2 * block for block in range(8)} if number >= 0 else set()
            self.assertEqual(found, expected, (process, how))
        self.assertEqual(ways, {"fork", "vfork", "clone", "posix_spawn"})
        print(f"{column}: {len(children)} children, none hung, each with its own step's blocks alone")

    @columns.on_each
    def test_children_equal_logs(self, column):
        library = self.folder / "reopenlog.so"
        output("gcc", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror",
               ROOT / "Tests/EndToEnd/support/reopenlog.c", "-o", library)
        log = self.folder / "log"
        children = self.fork(
            column, LOGGED_FORKS, 500, "-U", "LD_PRELOAD", *execlog.OPTIONS, log,
            environment={"LD_PRELOAD": str(library), "REOPENLOG": str(log)})
        blocks = 0
        for process, (how, _) in children.items():
            logged = execlog.executed(f"{log}.{process}")
            missing, extra = differences(drcov.load(self.traces / f"{process}.drcov"), logged)
            self.assertEqual((len(missing), len(extra)), (0, 0), (process, how))
            blocks += len(logged)
        self.assertGreater(blocks, 8 * LOGGED_FORKS)
        print(f"{column}: {len(children)} children, {blocks} blocks, none missing, none extra")
