/* Interactive twins of figures. A button below a figure loads the chart and its values from this
   book when a reader asks, never before. Arrow keys go from value to value; the same values stand
   in a table. Nothing is fetched from elsewhere; without this script the figure and its files stay. */
(function () {
  "use strict";

  var own = document.currentScript && document.currentScript.src;
  var base = own ? own.replace(/[^/]*$/, "") : "_static/";
  var waiting = {}, taken = {}, scripts = {};

  function script(address) {
    scripts[address] = scripts[address] || new Promise(function (resolve, reject) {
      var element = document.createElement("script");
      element.src = address;
      element.onload = resolve;
      element.onerror = function () {
        delete scripts[address];
        reject(new Error("a file of this book could not be loaded"));
      };
      document.head.appendChild(element);
    });
    return scripts[address];
  }

  function take(name, content) {
    taken[name] = content;
    if (waiting[name]) { waiting[name](content); }
  }

  /* The content of one data file and the library, both from this book. */
  function load(name) {
    var content = taken[name] ? Promise.resolve(taken[name]) : new Promise(function (resolve) {
      waiting[name] = resolve;
    });
    return Promise.all([
      script(base + "interactive/vega.js"), script(base + "interactive/" + name + ".js")
    ]).then(function () { return content; });
  }

  /* The drawing itself is silent: what surrounds it names it, says each value and holds the table. */
  function embed(place, spec) {
    return window.vegaEmbed(place, spec, {
      actions: false, ast: true, renderer: "svg", mode: "vega-lite",
      tooltip: false
    }).then(function (drawn) {
      place.querySelectorAll("svg").forEach(function (svg) {
        svg.setAttribute("aria-hidden", "true");
      });
      return drawn;
    });
  }

  function make(tag, attributes, content) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      element.setAttribute(name, attributes[name]);
    });
    [].concat(content === undefined ? [] : content).forEach(function (part) {
      element.append(part);
    });
    return element;
  }

  function number(value, digits) {
    if (value === null || value === undefined || value === "") { return ""; }
    if (typeof value !== "number") { return String(value); }
    var text = value.toFixed(digits);
    return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "\u2212");
  }

  /* --- the table ------------------------------------------------------------------------------ */

  function table(caption, head, rows) {
    var header = make("tr", {}, head.map(function (text) {
      return make("th", { scope: "col" }, text);
    }));
    var body = rows.map(function (row) {
      return make("tr", {}, row.map(function (text, place) {
        return place ? make("td", {}, text) : make("th", { scope: "row" }, text);
      }));
    });
    var whole = make("table", {}, [
      make("caption", {}, caption), make("thead", {}, header), make("tbody", {}, body)
    ]);
    return make("div", { "class": "twin-table", tabindex: "0", role: "region",
      "aria-label": caption }, whole);
  }

  function unique(values) {
    return values.filter(function (value, place) { return values.indexOf(value) === place; });
  }

  /* Series side by side where there are two keys, else the columns as they are. */
  function tableOf(spec, rows) {
    var facts = spec.usermeta, pivot = facts.pivot, title = titleOf(spec);
    if (!pivot) {
      return table(title, facts.columns.map(function (pair) { return pair[1]; }),
        rows.map(function (row) {
          return facts.columns.map(function (pair) { return number(row[pair[0]], facts.digits); });
        }));
    }
    var names = unique(rows.map(function (row) { return row[pivot.column]; }));
    var keys = unique(rows.map(function (row) { return row[pivot.row]; })), found = {};
    rows.forEach(function (row) {
      found[row[pivot.row] + "\n" + row[pivot.column]] = number(row[pivot.value], facts.digits);
    });
    var columns = facts.columns[facts.columns.length - 1];
    return table(title + ", " + columns[1], [facts.columns[2][1]].concat(names),
      keys.map(function (key) {
        return [key].concat(names.map(function (name) { return found[key + "\n" + name] || ""; }));
      }));
  }

  function titleOf(spec) { return spec.title && spec.title.text ? spec.title.text : "Chart"; }

  /* --- the keyboard --------------------------------------------------------------------------- */

  /* Series of rows that are shown, each in the order of its values. */
  function lanes(rows, hidden, keys) {
    var order = [], byName = {};
    rows.forEach(function (row) {
      if (hidden.indexOf(row._switch) >= 0) { return; }
      var name = keys === "rows" ? "" : row._series;
      if (!byName[name]) { byName[name] = []; order.push(byName[name]); }
      byName[name].push(row);
    });
    return order;
  }

  /* Where a key leads from a row; null for a key that does nothing here. */
  function step(key, current, rows, hidden, keys) {
    var all = lanes(rows, hidden, keys), lane = 0, place = -1;
    if (!all.length) { return null; }
    all.forEach(function (series, l) {
      series.forEach(function (row, p) {
        if (row._row === current) { lane = l; place = p; }
      });
    });
    var along = { ArrowRight: 1, ArrowLeft: -1 }[key] || 0;
    var across = { ArrowDown: 1, ArrowUp: -1 }[key] || 0;
    if (key === "Home" || key === "End") {
      place = key === "Home" ? 0 : all[lane].length - 1;
    } else if (!along && !across) {
      return null;
    } else if (place < 0) {
      place = 0;
    } else if (all.length === 1) {
      place += along + across;
    } else {
      place += along;
      lane = (lane + across + all.length) % all.length;
    }
    place = Math.max(0, Math.min(all[lane].length - 1, place));
    return all[lane][place];
  }

  function keyboard(chart, view, rows, facts, choose, state) {
    chart.addEventListener("keydown", function (event) {
      var row = event.key === "Escape" ? { _row: -1, _text: "" }
        : step(event.key, state.row, rows(), state.hidden, facts.keys);
      if (!row || event.altKey || event.ctrlKey || event.metaKey) { return; }
      if (event.key !== "Escape") { event.preventDefault(); }
      choose(row);
      if (facts.keys === "rows" && row._row >= 0) { keepInView(chart, view, row); }
    });
  }

  /* Where the corner of the plot lies in the picture: the padding counts too. */
  function corner(view) {
    var origin = view.origin(), padding = view.padding();
    return [origin[0] + (padding.left || 0), origin[1] + (padding.top || 0)];
  }

  function keepInView(chart, view, row) {
    var top = chart.getBoundingClientRect().top + corner(view)[1] + view.scale("y")(row._y);
    if (top < 120) { window.scrollBy(0, top - 120); }
    if (top > window.innerHeight - 140) { window.scrollBy(0, top - window.innerHeight + 140); }
  }

  /* --- the pointer ---------------------------------------------------------------------------- */

  /* The row nearest to a place in the chart; rows with a line of their own count by that alone. */
  function nearest(rows, hidden, keys, x, y, xs, ys) {
    var best = null, least = keys === "rows" ? 24 : 40;
    rows.forEach(function (row) {
      if (hidden.indexOf(row._switch) >= 0) { return; }
      var dx = keys === "rows" ? 0 : xs(row._x) - x;
      var dy = keys === "rows" ? ys(row._y) - 8 - y : ys(row.value) - y;
      var away = Math.sqrt(dx * dx + dy * dy);
      if (keys === "rows") { away += Math.abs(xs(row.value) - x) / 1e4; }
      if (away < least) { least = away; best = row; }
    });
    return best;
  }

  function pointer(chart, view, rows, facts, choose, state) {
    var tip = make("div", { "class": "twin-tip", "aria-hidden": "true", hidden: "" });
    chart.append(tip);
    function hide() { tip.hidden = true; }
    function follow(event) {
      var box = chart.querySelector("svg").getBoundingClientRect(), origin = corner(view);
      var xs = view.scale("x"), ys = view.scale("y");
      var row = nearest(rows(), state.hidden, facts.keys, event.clientX - box.left - origin[0],
        event.clientY - box.top - origin[1], xs, ys);
      if (!row) { hide(); return; }
      choose(row);
      tip.hidden = false;
      tip.textContent = row._text;
      var here = facts.keys === "rows" ? [xs(row.value), ys(row._y)] : [xs(row._x), ys(row.value)];
      var left = here[0] + origin[0] - tip.offsetWidth / 2;
      tip.style.left = Math.max(0, Math.min(box.width - tip.offsetWidth, left)) + "px";
      tip.style.top = Math.max(0, here[1] + origin[1] - tip.offsetHeight - 14) + "px";
    }
    chart.addEventListener("pointermove", follow);
    chart.addEventListener("pointerdown", follow);
    chart.addEventListener("pointerleave", hide);
    chart.addEventListener("keydown", hide);
  }

  /* Let keys and pointer choose among the rows that a function returns. */
  function meet(chart, view, rows, facts, readout, state) {
    function choose(row) {
      if (row._row === state.row) { return; }
      state.row = row._row;
      readout.textContent = row._text;
      view.signal("cursor", row._row).runAsync();
    }
    keyboard(chart, view, rows, facts, choose, state);
    pointer(chart, view, rows, facts, choose, state);
  }

  /* --- which series are shown ----------------------------------------------------------------- */

  function switches(names, view, state) {
    var box = make("fieldset", { "class": "twin-switches" }, make("legend", {}, "Show"));
    names.forEach(function (name) {
      var input = make("input", { type: "checkbox", checked: "" });
      input.addEventListener("change", function () {
        state.hidden = state.hidden.filter(function (other) { return other !== name; });
        if (!input.checked) { state.hidden = state.hidden.concat(name); }
        view.signal("hidden", state.hidden).runAsync();
      });
      box.append(make("label", {}, [input, " " + name]));
    });
    return box;
  }

  /* --- the panel ------------------------------------------------------------------------------ */

  function rowsOf(spec) { return spec.data.values; }

  function show(panel, spec) {
    var facts = spec.usermeta, rows = rowsOf(spec), state = { row: -1, hidden: [] };
    var chart = make("div", { "class": "twin-chart", tabindex: "0", role: "application",
      "aria-label": titleOf(spec) + ". Chart: arrow keys go from value to value; the table below "
        + "holds the same values." });
    var readout = make("p", { "class": "twin-readout", role: "status" },
      "Point at a value, or reach the chart with Tab and use the arrow keys.");
    if (facts.mark) { panel.append(make("p", { "class": "twin-mark" }, facts.mark)); }
    panel.append(chart, readout);
    return embed(chart, spec).then(function (result) {
      var details = make("details", {}, make("summary", {}, "The values as a table"));
      meet(chart, result.view, function () { return rows; }, facts, readout, state);
      if (facts.switches.length > 1) {
        panel.insertBefore(switches(facts.switches, result.view, state), chart);
      }
      details.addEventListener("toggle", function () {
        if (details.open && details.children.length === 1) {
          details.append(tableOf(spec, rows));
        }
      });
      panel.append(details);
      panel.setAttribute("data-ready", "");
    });
  }

  function refuse(panel, error) {
    panel.textContent = "";
    panel.append(make("p", { role: "alert" }, "The chart could not be shown (" + error.message
      + "). The figure above and its files hold the same values."));
  }

  function begin(twin, place) {
    var name = twin.dataset.twin, id = "twin-" + place;
    var button = make("button", { type: "button", "class": "twin-button", "aria-expanded": "false",
      "aria-controls": id }, "Explore the values");
    var panel = make("div", { "class": "twin-panel", id: id, hidden: "" });
    button.addEventListener("click", function () {
      var opens = panel.hidden;
      panel.hidden = !opens;
      button.setAttribute("aria-expanded", String(opens));
      button.textContent = opens ? "Hide the values" : "Explore the values";
      if (!opens || panel.childNodes.length) { return; }
      var note = make("p", { role: "status" }, "Loading from this book \u2026");
      panel.append(note);
      load(name).then(function (spec) {
        note.remove();
        return show(panel, spec);
      }).catch(function (error) { refuse(panel, error); });
    });
    twin.append(button, panel);
  }

  function start() {
    Array.prototype.forEach.call(document.querySelectorAll(".twin[data-twin]"), begin);
    Array.prototype.forEach.call(document.querySelectorAll(".sink-map[data-map]"), function (map) {
      Promise.all([load(map.dataset.map), script(base + "interactive-map.js")])
        .then(function (both) { return window.sinkbookMap.show(map, both[0]); })
        .catch(function (error) { refuse(map, error); });
    });
  }

  var api = { take: take, load: load, embed: embed, make: make, number: number, step: step,
    nearest: nearest, meet: meet, corner: corner, table: table, refuse: refuse };
  if (typeof window !== "undefined") { window.sinkbookInteractive = api; }
  if (typeof module !== "undefined") { module.exports = api; }
  if (typeof document !== "undefined") {
    if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); }
    else { start(); }
  }
}());
