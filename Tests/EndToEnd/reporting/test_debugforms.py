"""Debug information is found in every form it comes in: the same lines are hit in each."""

import json
import os
from concurrent.futures import ThreadPoolExecutor

from Tests.EndToEnd.support import debugforms as forms
from Tests.EndToEnd.support import reports
from Tests.EndToEnd.support.setting import Case, output

COLUMNS = list(forms.C_FORMS[0].columns())


def differences(sources, lines, functions):
    """What a report says otherwise than the sources' comments; both are as reports.lcov gives them."""
    found = []
    for source in sources:
        path = str(source)
        hit, named, free = forms.expected(source)
        known = {line: count > 0 for line, count in lines.get(path, {}).items() if line not in free}
        for line in sorted(hit.keys() | known.keys()):
            if hit.get(line) != known.get(line):
                found.append(f"{source.name}:{line} is {known.get(line)}, not {hit.get(line)}")
        for name, (line, is_hit) in named.items():
            first, count = functions.get(path, {}).get(name, (None, None))
            if functions is not None and (first, bool(count)) != (line, is_hit):
                found.append(f"{source.name} {name} is {first, count}, not {line, is_hit}")
    return found


class Matrix(Case):
    SOURCES = [forms.SOURCES / name for name in ("main.c", "steps.c", "steps.h")]

    def check(self, form, compiler, processor, folder):
        """What is not as it should be."""
        guest = forms.build(form, compiler, processor, folder)
        trace = folder.with_suffix(".drcov")
        guest.record(trace)
        done = self.covtool("lcov", *guest.options, trace, folder=folder)
        lines, functions, _ = reports.lcov(done.stdout)
        return differences(self.SOURCES, lines, functions)

    def test_matrix(self):
        """Form by processor and compiler."""
        cells, wrong = {}, []

        def cell(number, form, compiler, processor):
            folder = self.folder / f"{number}-{compiler}-{processor}"
            try:
                found = self.check(form, compiler, processor, folder)
            except AssertionError as error:
                found = [str(error)]
            wrong.extend(f"{form.name}, {compiler}, {processor}: {words}" for words in found)
            return "WRONG" if found else "ok"

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for number, form in enumerate(forms.C_FORMS):
                for column, is_possible in form.columns().items():
                    if is_possible:
                        cells[form.name, *column] = pool.submit(cell, number, form, *column)
        print(f"{'':20} " + " ".join(f"{compiler + ' ' + processor:13}" for compiler, processor in COLUMNS))
        for name in dict.fromkeys(form.name for form in forms.C_FORMS):
            row = [cells[name, *column].result() if (name, *column) in cells else "" for column in COLUMNS]
            print(f"{name:20} " + " ".join(f"{text:13}" for text in row).rstrip())
        self.assertEqual(wrong, [])

    def test_comments(self):
        """What the fixture says of itself, gcov says too."""
        output("gcc", "-O0", "--coverage", *self.SOURCES[:2], "-o", "forms", folder=self.folder)
        output(self.folder / "forms", folder=self.folder)
        lines, functions = {}, {}
        for text in output("gcov", "--json-format", "--stdout", *self.folder.glob("*.gcda"),
                           folder=self.folder).splitlines():
            for file in json.loads(text)["files"]:
                known = lines.setdefault(file["file"], {})
                for line in file["lines"]:
                    known[line["line_number"]] = known.get(line["line_number"], 0) + line["count"]
                for function in file["functions"]:
                    first, count = functions.setdefault(file["file"], {}).get(function["name"], (0, 0))
                    functions[file["file"]][function["name"]] = (
                        function["start_line"], count + function["execution_count"])
        self.assertEqual(differences(self.SOURCES, lines, functions), [])


class OtherLanguages(Case):
    def check(self, source):
        guest = forms.Guest(self.folder / "forms", "x86_64")
        guest.record(self.folder / "forms.drcov")
        info = self.covtool("lcov", "--elf", "forms", "forms.drcov").stdout
        lines, _, _ = reports.lcov(info)
        hit, _, free = forms.expected(source)
        known = {line: count > 0 for line, count in lines.get(str(source), {}).items()
                 if line not in free}
        self.assertEqual(known, hit)

    def test_rust(self):
        source = forms.SOURCES / "main.rs"
        output("rustc", "-g", source, "-o", "forms", folder=self.folder)
        self.check(source)

    def test_swift(self):
        source = forms.SOURCES / "main.swift"
        output("swiftc", "-g", "-Onone", source, "-o", "forms", folder=self.folder)
        self.check(source)
