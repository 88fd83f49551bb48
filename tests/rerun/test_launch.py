"""Launch links: none without the setting, exact ones with it, mistakes refused."""

import pytest

from helpers.errors import InputError
from helpers.rerun.launch import services

NOTEBOOK = "notebooks/masks.ipynb"


@pytest.mark.parametrize("setting", [None, {}, {"repository": ""}])
def test_without_a_repository_there_is_no_link(setting):
    assert services(setting, notebook=NOTEBOOK) == []


def test_github_gives_binder_and_colab_and_a_hub_where_named():
    setting = {"repository": "https://github.com/owner/the-book.git", "branch": "a/b",
               "hub": "https://hub.example.org/"}  # fmt: skip
    links = {one.name: one.link for one in services(setting, notebook=NOTEBOOK)}
    assert links == {
        "Binder": "https://mybinder.org/v2/gh/owner/the-book/a%2Fb?labpath=notebooks%2Fmasks.ipynb",
        "Colab": "https://colab.research.google.com/github/owner/the-book/blob/a%2Fb/"
        "notebooks/masks.ipynb",
        "JupyterHub": "https://hub.example.org/hub/user-redirect/git-pull"
        "?repo=https%3A%2F%2Fgithub.com%2Fowner%2Fthe-book.git&branch=a%2Fb"
        "&urlpath=lab%2Ftree%2Fthe-book%2Fnotebooks%2Fmasks.ipynb",
    }


def test_another_host_has_binder_only():
    (one,) = services({"repository": "https://git.example.org/x/book"}, notebook=NOTEBOOK)
    assert one.link.startswith(
        "https://mybinder.org/v2/git/https%3A%2F%2Fgit.example.org%2Fx%2Fbook/main?"
    )


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ({"repo": "https://github.com/o/n"}, "Unknown key"),
        ({"hub": "https://hub.example.org"}, "hub needs a repository"),
        ({"repository": "owner/name"}, "Not a web address"),
        ({"repository": "https://github.com/o/n", "hub": "javascript:x"}, "Not a web address"),
    ],
)
def test_mistakes_are_refused(setting, complaint):
    with pytest.raises(InputError, match=complaint):
        services(setting, notebook=NOTEBOOK)
