/* The map explorer: choose product, season and place; the map, the mean year and the years follow.
   Loaded by interactive.js on the page of the explorer only. */
(function () {
  "use strict";

  var UNIT_CELL = "g C m\u207b\u00b2 yr\u207b\u00b9", UNIT_TOTAL = "Pg C yr\u207b\u00b9";
  var MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December"];
  var SEASONS = { DJF: "December to February", MAM: "March to May", JJA: "June to August",
    SON: "September to November" };

  function keys(object) { return Object.keys(object); }

  /* Calendar months of a period: a season, or one month by its number. */
  function monthsOf(data, period) {
    return data.periods[period] || [Number(period)];
  }

  /* Mean over some months, weighted by their length, of values by month. */
  function meanOver(data, values, months) {
    var days = 0, sum = 0;
    months.forEach(function (month) {
      days += data.days[month - 1];
      sum += data.days[month - 1] * values[month - 1];
    });
    return sum / days;
  }

  function seriesOf(data, state) {
    return data.series.filter(function (series) {
      return series.product === state.product && series.member === state.member;
    })[0];
  }

  function nameOf(series) {
    return series.title + (series.member === "mean" ? "" : ", " + series.member);
  }

  /* What the map shows: the value of every cell, and the share of it that counts. */
  function cellsOf(data, state) {
    var series = seriesOf(data, state), months = monthsOf(data, state.period);
    var region = data.regions[state.region], kind = data.ecosystems[state.ecosystem];
    return data.cells.lat.map(function (lat, cell) {
      var lon = data.cells.lon[cell];
      var values = series.months.map(function (row) { return row[cell]; });
      return { cell: cell, lat: lat, lon: lon, west: lon - 0.5, east: lon + 0.5, south: lat - 0.5,
        north: lat + 0.5, value: meanOver(data, values, months), share: region[cell] * kind[cell] };
    });
  }

  function scopeOf(data, state) {
    return keys(data.regions).indexOf(state.region) * keys(data.ecosystems).length
      + keys(data.ecosystems).indexOf(state.ecosystem);
  }

  function cellName(data, cell) {
    return "cell at " + data.cells.lat[cell] + "\u00b0 N, " + data.cells.lon[cell] + "\u00b0 E";
  }

  function placeName(data, state) {
    if (state.cell >= 0) { return cellName(data, state.cell); }
    return state.region + (state.ecosystem === keys(data.ecosystems)[0] ? ""
      : ", " + state.ecosystem);
  }

  function periodName(period) {
    return SEASONS[period] || (MONTHS[Number(period) - 1] || period.toLowerCase());
  }

  /* The series that a selection is compared in: the means, and the member that is chosen. */
  function compared(data, state) {
    return data.series.filter(function (series) {
      return series.member === "mean"
        || (series.product === state.product && series.member === state.member);
    });
  }

  function valuesOf(data, state, series, kind) {
    return state.cell >= 0 ? series[kind].map(function (row) { return row[state.cell]; })
      : series.totals[kind][scopeOf(data, state)];
  }

  function unitOf(state) { return state.cell >= 0 ? UNIT_CELL : UNIT_TOTAL; }

  function digitsOf(state) { return state.cell >= 0 ? 0 : 3; }

  function rowsOf(data, state, kind, number) {
    var rows = [], words = kind === "months" ? MONTHS : data.years.map(String);
    compared(data, state).forEach(function (series) {
      valuesOf(data, state, series, kind).forEach(function (value, place) {
        rows.push({ _row: rows.length, _x: kind === "months" ? place + 1 : data.years[place],
          _series: nameOf(series), _switch: "", _when: words[place], value: value,
          colour: series.colour, shape: series.shape, is_mean: series.member === "mean",
          _text: nameOf(series) + ", " + words[place] + ": " + number(value, digitsOf(state)) + " "
            + unitOf(state) });
      });
    });
    return rows;
  }

  /* One sentence: what is chosen, and what it comes to in each product. */
  function words(data, state, number) {
    var months = monthsOf(data, state.period);
    var parts = compared(data, state).map(function (series) {
      var mean = meanOver(data, valuesOf(data, state, series, "months"), months);
      return nameOf(series) + " " + number(mean, digitsOf(state));
    });
    var place = placeName(data, state);
    return place.charAt(0).toUpperCase() + place.slice(1) + ", " + periodName(state.period)
      + ", mean of " + data.period.replace("-", "\u2013") + ": " + parts.join("; ") + " "
      + unitOf(state) + (data.mark ? ". " + data.mark : "") + ".";
  }

  /* The neighbour in a direction: the next cell on the map in that row or column. */
  function neighbour(data, cell, east, north) {
    var best = -1, least = Infinity;
    data.cells.lat.forEach(function (lat, other) {
      var dx = (data.cells.lon[other] - data.cells.lon[cell]) * (east || 1);
      var dy = (lat - data.cells.lat[cell]) * (north || 1);
      var along = east ? dx : dy, aside = Math.abs(east ? dy : dx);
      if (along > 0 && aside < 0.1 && along < least) { least = along; best = other; }
    });
    return best < 0 ? cell : best;
  }

  function initial(data) {
    return { product: data.series[0].product, member: "mean", period: keys(data.periods)[0],
      region: keys(data.regions)[0], ecosystem: keys(data.ecosystems)[0], cell: -1 };
  }

  function show(place, data) {
    var book = window.sinkbookInteractive, make = book.make, number = book.number;
    var state = initial(data), views = {}, charts = {};

    function select(label, options, value, change) {
      var input = make("select", {});
      options.forEach(function (option) {
        input.append(make("option", { value: option[0] }, option[1]));
      });
      input.value = value;
      input.addEventListener("change", function () { change(input.value); });
      return [make("label", {}, [label + " ", input]), input];
    }

    function pairs(names) {
      return names.map(function (name) { return [name, name]; });
    }

    var products = data.series.filter(function (series) { return series.member === "mean"; });
    var product = select("Product", products.map(function (series) {
      return [series.product, series.title];
    }), state.product, function (value) {
      state.product = value;
      state.member = "mean";
      listMembers();
      refresh();
    });
    var member = select("Member", [], "", function (value) { state.member = value; refresh(); });
    var periods = keys(data.periods).map(function (name) {
      return [name, SEASONS[name] || name];
    }).concat(MONTHS.map(function (name, index) { return [String(index + 1), name]; }));
    var period = select("Season", periods, state.period, function (value) {
      state.period = value;
      refresh();
    });
    var region = select("Region", pairs(keys(data.regions)), state.region, function (value) {
      state.region = value;
      state.cell = -1;
      refresh();
    });
    var kind = select("Ecosystem", pairs(keys(data.ecosystems)), state.ecosystem,
      function (value) {
        state.ecosystem = value;
        state.cell = -1;
        refresh();
      });
    var whole = make("button", { type: "button" }, "Back to the region");
    whole.addEventListener("click", function () { state.cell = -1; refresh(); map.focus(); });

    function listMembers() {
      var names = data.series.filter(function (series) {
        return series.product === state.product;
      }).map(function (series) { return series.member; });
      member[1].textContent = "";
      names.forEach(function (name) {
        member[1].append(make("option", { value: name }, name));
      });
      member[1].disabled = names.length < 2;
    }

    var map = make("div", { "class": "twin-chart sink-map-cells", tabindex: "0",
      role: "application", "aria-label": "Map of cells. Arrow keys go from cell to cell, Escape "
        + "goes back to the region; the curves follow." });
    var tip = make("div", { "class": "twin-tip", "aria-hidden": "true", hidden: "" });
    var readout = make("p", { "class": "twin-readout", role: "status" });
    var box = make("div", { "class": "sink-map-curves" });
    ["months", "annual"].forEach(function (name) {
      charts[name] = make("div", { "class": "twin-chart", tabindex: "0", role: "application",
        "aria-label": (name === "months" ? "The mean year" : "The years")
          + " of the selection. Chart: arrow keys go from value to value." });
      box.append(make("div", {}, [make("p", { "class": "sink-map-head" },
        name === "months" ? "The mean year" : "Year by year"), charts[name]]));
    });
    var details = make("details", {}, make("summary", {}, "The selection as a table"));
    var mapBox = make("div", { "class": "twin-chart" }, [map]);
    if (data.mark) { place.append(make("p", { "class": "twin-mark" }, data.mark)); }
    place.append(make("div", { "class": "sink-map-controls", role: "group",
      "aria-label": "What the map shows" }, [product[0], member[0], period[0], region[0], kind[0],
      whole]), mapBox, readout, box, details);

    function cellAt(event) {
      var svg = map.querySelector("svg").getBoundingClientRect(), corner = book.corner(views.map);
      var lon = views.map.scale("x").invert(event.clientX - svg.left - corner[0]);
      var lat = views.map.scale("y").invert(event.clientY - svg.top - corner[1]);
      var found = -1;
      data.cells.lat.forEach(function (other, cell) {
        if (Math.abs(other - lat) <= 0.5 && Math.abs(data.cells.lon[cell] - lon) <= 0.5) {
          found = cell;
        }
      });
      return found;
    }

    function hover(event) {
      var cell = cellAt(event);
      tip.hidden = cell < 0;
      if (cell < 0) { return; }
      var svg = map.querySelector("svg").getBoundingClientRect();
      tip.textContent = data.cells.lat[cell] + "\u00b0 N, " + data.cells.lon[cell] + "\u00b0 E: "
        + number(state.shown[cell].value, 0) + " " + UNIT_CELL;
      tip.style.left = Math.max(0, Math.min(svg.width - tip.offsetWidth,
        event.clientX - svg.left - tip.offsetWidth / 2)) + "px";
      tip.style.top = Math.max(0, event.clientY - svg.top - tip.offsetHeight - 14) + "px";
    }

    function arrows(event) {
      var east = { ArrowRight: 1, ArrowLeft: -1 }[event.key] || 0;
      var north = { ArrowUp: 1, ArrowDown: -1 }[event.key] || 0;
      if (event.altKey || event.ctrlKey || event.metaKey) { return; }
      if (event.key === "Escape") { state.cell = -1; refresh(); }
      if (!east && !north) { return; }
      event.preventDefault();
      if (state.cell < 0) {
        // start in the middle of the largest weight of the selection
        state.cell = state.shown.reduce(function (best, row) {
          return row.share > state.shown[best].share ? row.cell : best;
        }, 0);
      } else {
        state.cell = neighbour(data, state.cell, east, north);
      }
      tip.hidden = true;
      refresh();
    }

    function fillTable() {
      if (!details.open) { return; }
      while (details.children.length > 1) { details.lastChild.remove(); }
      ["months", "annual"].forEach(function (name) {
        var rows = rowsOf(data, state, name, number), series = compared(data, state).map(nameOf);
        var labels = name === "months" ? MONTHS : data.years.map(String);
        var title = (name === "months" ? "The mean year" : "Year by year") + ", "
          + placeName(data, state) + ", " + unitOf(state);
        details.append(book.table(title, [name === "months" ? "month" : "year"].concat(series),
          labels.map(function (label) {
            return [label].concat(rows.filter(function (row) { return row._when === label; })
              .map(function (row) { return number(row.value, digitsOf(state)); }));
          })));
      });
    }

    function refresh() {
      state.shown = cellsOf(data, state);
      whole.disabled = state.cell < 0;
      views.map.data("cells", state.shown).signal("selected", state.cell)
        .signal("limit", data.limits[state.period] || data.limits.month).runAsync();
      ["months", "annual"].forEach(function (name) {
        views[name].data("rows", rowsOf(data, state, name, number)).signal("cursor", -1)
          .signal("unit", unitOf(state) + ", land uptake positive").runAsync();
        state[name].row = -1;
      });
      readout.textContent = words(data, state, number);
      fillTable();
    }

    // a degree of latitude is as high as one of longitude is wide at 35 degrees north
    data.specs.map.height = Math.round(0.68 * Math.max(200, map.clientWidth - 60));
    return Promise.all(["map", "months", "annual"].map(function (name) {
      return book.embed(name === "map" ? map : charts[name], data.specs[name])
        .then(function (result) { views[name] = result.view; });
    })).then(function () {
      ["months", "annual"].forEach(function (name) {
        var own = make("p", { "class": "sink-map-value", role: "status" },
          "Point at a value, or use the arrow keys.");
        charts[name].after(own);
        state[name] = { row: -1, hidden: [] };
        book.meet(charts[name], views[name], function () {
          return rowsOf(data, state, name, number);
        }, { keys: "series" }, own, state[name]);
      });
      mapBox.append(tip);
      listMembers();
      map.addEventListener("pointermove", hover);
      map.addEventListener("pointerleave", function () { tip.hidden = true; });
      map.addEventListener("click", function (event) {
        var cell = cellAt(event);
        if (cell >= 0) { state.cell = cell === state.cell ? -1 : cell; refresh(); }
      });
      map.addEventListener("keydown", arrows);
      details.addEventListener("toggle", fillTable);
      refresh();
      place.setAttribute("data-ready", "");
    });
  }

  var api = { show: show, cellsOf: cellsOf, rowsOf: rowsOf, words: words, neighbour: neighbour,
    initial: initial, meanOver: meanOver };
  if (typeof window !== "undefined") { window.sinkbookMap = api; }
  if (typeof module !== "undefined") { module.exports = api; }
}());
