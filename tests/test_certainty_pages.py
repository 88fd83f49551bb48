"""Chapters on certainty run with other choices: value, bars, labels, table and words follow."""

import json
import re

import papermill
import pytest

from helpers.figures import METADATA_KEY
from helpers.results import read_results

CHOSEN = ["member-02", "member-05", "member-09"]


class Page:
    """A chapter run with parameters: its figures, its outputs as text and its results."""

    def __init__(self, root, folder, name, **parameters):
        out = folder / f"{name}.ipynb"
        papermill.execute_notebook(
            root / "notebooks" / f"{name}.ipynb", out, cwd=root, progress_bar=False,
            parameters={**parameters, "results_dir": str(folder / "results")},
        )  # fmt: skip
        outputs = [
            output
            for cell in json.loads(out.read_text(encoding="utf-8"))["cells"]
            for output in cell.get("outputs", [])
        ]
        self.alts = {
            output["metadata"][METADATA_KEY]["files"][0].removesuffix(".csv"): "".join(
                output["data"]["text/plain"]
            )
            for output in outputs
            if METADATA_KEY in output.get("metadata", {})
        }
        self.parameters = [output["metadata"][METADATA_KEY]["parameters"]
                           for output in outputs
                           if METADATA_KEY in output.get("metadata", {})]  # fmt: skip
        self.html = "".join(
            "".join(output["data"]["text/html"])
            for output in outputs
            if "text/html" in output.get("data", {})
        )
        self.results = read_results(name, results_dir=folder / "results")
        self.drawn = {path.stem: path.read_text(encoding="utf-8")
                      for path in (folder / "results" / "figures").glob("*.csv")}  # fmt: skip


@pytest.mark.slow
def test_another_experiment_on_the_bridge(root, tmp_path):
    page = Page(root, tmp_path, "bridge", experiment="IS", steps_on=["rivers"])
    level = page.results.query("quantity == 'level_air'").iloc[0]
    assert (level["member"], round(level["value"], 4)) == ("IS", 0.6006)
    assert "uptake from air, −NBE: 0.60 ±" in page.alts["bridge-down"]
    assert "crops harvested off" in page.alts["bridge-down"]
    assert "0.6006" in page.drawn["bridge-down"]
    assert all(shown["experiment"] == "IS" for shown in page.parameters)
    assert "level_air" not in page.results.query("member == 'LNLGIS'")["quantity"].values
    left = page.results.query("quantity == 'leftover_vegas'")["value"].iloc[0]
    assert f"air less VEGAS, both as NBP {left:.2f}" in page.alts["bridge-leftover"]


@pytest.mark.slow
def test_fewer_members_on_their_page(root, tmp_path):
    page = Page(root, tmp_path, "members", member_names=CHOSEN, start_year=2016)
    found = page.results.query("quantity == 'without' and scope == 'China'")
    assert sorted(found["member"]) == CHOSEN
    assert set(found["period"]) == {"2016-2019"}
    alt = page.alts["members-china"]
    assert "mean of 3 members" in alt
    assert "member-01" not in alt
    assert "member-01" not in page.drawn["members-china"]
    data = json.loads(re.search(r'application/json">(.*?)</script>', page.html)[1])
    assert data["members"] == CHOSEN
    assert data["years"][0] == 2016
    mean = sum(sum(series) / 4 for series in data["values"]["China"]) / 3
    assert f"mean of 3 members {mean:.2f}" in alt
    assert "member-01" not in page.html
    assert all(shown["members"] == ", ".join(CHOSEN) for shown in page.parameters
               if "members" in shown)  # fmt: skip
