/* The claims ledger: hide the rows that do not fit the filter. The notes of sourced numbers: hide
   on Escape, keep inside the window. Own code, no library, no request. Without it the page shows
   every row. */
(function () {
  "use strict";

  function keepInside(sourced) {
    var note = sourced.querySelector('[role="tooltip"]');
    note.style.setProperty("--note-shift", "0px");
    var beyond = note.getBoundingClientRect().right + 16 - document.documentElement.clientWidth;
    if (beyond > 0) note.style.setProperty("--note-shift", -beyond + "px");
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") document.body.classList.add("notes-dismissed");
  });
  ["focusin", "pointerover"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var sourced = event.target.closest && event.target.closest(".sourced");
      if (!sourced) return;
      document.body.classList.remove("notes-dismissed");
      keepInside(sourced);
    });
  });

  function begin() {
    var form = document.querySelector("form.ledger-filter");
    if (!form) return;
    var names = ["topic", "verdict", "source", "product"];
    var status = form.querySelector(".ledger-count");
    var rows = Array.prototype.map.call(
      document.querySelectorAll("table.ledger tbody tr"),
      function (row) {
        return { row: row, text: row.textContent.toLowerCase(), data: row.dataset };
      }
    );

    function wanted() {
      var values = {};
      names.forEach(function (name) {
        values[name] = form.elements[name].value;
      });
      values.text = form.elements.text.value.trim();
      return values;
    }

    function fits(item, values, words) {
      return (
        names.every(function (name) {
          if (!values[name]) return true;
          return name === "product"
            ? item.data.product.split("|").indexOf(values.product) >= 0
            : item.data[name] === values[name];
        }) &&
        words.every(function (word) {
          return item.text.indexOf(word) >= 0;
        })
      );
    }

    function apply() {
      var values = wanted();
      var words = values.text.toLowerCase().split(/\s+/).filter(Boolean);
      var shown = 0;
      rows.forEach(function (item) {
        var show = fits(item, values, words);
        if (item.row.hidden === show) item.row.hidden = !show;
        shown += show ? 1 : 0;
      });
      status.textContent =
        shown === rows.length
          ? "All " + rows.length + " claims are shown."
          : shown + " of " + rows.length + " claims are shown.";
      remember(values);
    }

    /* Keep the choice in the address, so that it can be sent to someone. */
    function remember(values) {
      var query = new URLSearchParams();
      Object.keys(values).forEach(function (name) {
        if (values[name]) query.set(name, values[name]);
      });
      var text = query.toString();
      try {
        history.replaceState(null, "", (text ? "?" + text : location.pathname) + location.hash);
      } catch (error) {
        /* a page opened as a file may not change its address; the filter works all the same */
      }
    }

    function choose(values) {
      names.concat("text").forEach(function (name) {
        form.elements[name].value = values[name] || "";
      });
      apply();
    }

    form.addEventListener("input", apply);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
    });
    form.addEventListener("reset", function (event) {
      event.preventDefault();
      choose({});
    });
    document.querySelectorAll("[data-filter-verdict]").forEach(function (link) {
      link.addEventListener("click", function (event) {
        event.preventDefault();
        choose({ verdict: link.dataset.filterVerdict });
        form.scrollIntoView();
        form.elements.verdict.focus();
      });
    });

    /* A link to a claim must find it, whatever is filtered. */
    function reveal() {
      var row = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (row && row.hidden) {
        choose({});
        row.scrollIntoView();
      }
    }
    window.addEventListener("hashchange", reveal);

    form.hidden = false;
    var given = {};
    new URLSearchParams(location.search).forEach(function (value, name) {
      given[name] = value;
    });
    choose(given);
    reveal();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
