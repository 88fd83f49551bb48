/* What the pages do beyond text: regions that scroll can be reached by keyboard, and a figure opens
   at full size. Own code, no library, no request. Without it every page still reads. */
(function () {
  "use strict";

  var SCROLLING =
    ".pst-scrollable-table-container, .cell_output .output, .cell_output, div.math, figure, pre";

  /* A region that is wider than the page scrolls by itself; give it a place in the tab order and a
     name. One that fits is left alone. */
  function nameRegions() {
    document.querySelectorAll(SCROLLING).forEach(function (region) {
      var scrolls =
        region.scrollWidth > region.clientWidth + 1 &&
        /auto|scroll/.test(getComputedStyle(region).overflowX);
      if (!scrolls) {
        if (region.dataset.scrolls) {
          ["tabindex", "role", "aria-label", "data-scrolls"].forEach(function (name) {
            region.removeAttribute(name);
          });
        }
        return;
      }
      var caption = region.querySelector("caption, figcaption");
      var kind = region.matches("div.math") ? "Formula" : region.matches("pre") ? "Code" : "Table";
      region.dataset.scrolls = "yes";
      region.tabIndex = 0;
      region.setAttribute("role", "group");
      region.setAttribute(
        "aria-label",
        (caption ? caption.textContent.trim().slice(0, 80) : kind) + ", scrolls sideways"
      );
    });
  }

  /* On a narrow screen the letters of a figure are small: a tap shows it as wide as it was drawn,
     and it can be moved about. The link below the figure does the same without a script. */
  function openFigures() {
    var images = document.querySelectorAll("article figure img");
    if (!images.length || !window.HTMLDialogElement) return;
    var dialog = document.createElement("dialog");
    dialog.className = "figure-dialog";
    dialog.setAttribute("aria-label", "Figure at full size");
    dialog.innerHTML =
      '<form method="dialog"><button type="submit">Close</button></form>' +
      '<div class="figure-pane" tabindex="0" role="region" aria-label="Figure, scrolls"></div>';
    document.body.appendChild(dialog);
    var pane = dialog.querySelector(".figure-pane");

    function show(image) {
      var copy = new Image();
      copy.src = image.currentSrc || image.src;
      copy.alt = image.alt;
      pane.replaceChildren(copy);
      dialog.showModal();
    }
    dialog.addEventListener("click", function (event) {
      if (event.target === dialog) dialog.close();
    });
    images.forEach(function (image) {
      image.classList.add("opens");
      image.addEventListener("click", function () {
        show(image);
      });
      var figure = image.closest("figure");
      var link = figure.querySelector("a.full-size");
      if (!link) return;
      link.addEventListener("click", function (event) {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        show(image);
      });
    });
  }

  /* The arrows of the contents at the left have no words of their own. */
  function nameArrows() {
    document.querySelectorAll(".bd-links li.has-children > details > summary").forEach(
      function (arrow) {
        var link = arrow.closest("li").querySelector("a");
        arrow.setAttribute("aria-label", "Pages below " + (link ? link.textContent.trim() : "this"));
      }
    );
  }

  /* A folded hint is named by what its button shows, and by the title it stands in. */
  function nameHints() {
    function name(button) {
      var title = button.closest(".admonition-title");
      var words = [button.dataset.toggleHint, title ? title.textContent.trim() : ""];
      button.setAttribute("aria-label", words.filter(Boolean).join(": "));
    }
    var watcher = new MutationObserver(function (changes) {
      changes.forEach(function (change) {
        name(change.target);
      });
    });
    document.querySelectorAll("button.toggle-button").forEach(function (button) {
      name(button);
      watcher.observe(button, { attributeFilter: ["data-toggle-hint"] });
    });
  }

  var waiting;
  window.addEventListener("resize", function () {
    clearTimeout(waiting);
    waiting = setTimeout(nameRegions, 150);
  });
  document.addEventListener(
    "toggle",
    function () {
      nameRegions();
    },
    true
  );
  function begin() {
    nameRegions();
    nameArrows();
    openFigures();
  }
  window.addEventListener("load", nameHints); // after the buttons were made
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
