"""Writes each form that the tests know into a folder."""

import sys
from pathlib import Path

from Tests.EndToEnd import forms

for number, form in enumerate(forms.forms()):
    (Path(sys.argv[1]) / f"form-{number:03}").write_bytes(form.data)
