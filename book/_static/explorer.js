/* Explorer of an ensemble: choose members, years and a region; value, bars, words and table follow.
   No network, no library. Without this script the page keeps its figure and its table. */
(function () {
  "use strict";

  function mean(values) {
    return values.reduce(function (sum, value) { return sum + value; }, 0) / values.length;
  }

  function deviation(values) {
    if (values.length < 2) { return null; }
    var centre = mean(values);
    var squares = values.map(function (value) { return (value - centre) * (value - centre); });
    return Math.sqrt(squares.reduce(function (a, b) { return a + b; }, 0) / (values.length - 1));
  }

  function number(value, digits) {
    if (value === null) { return "none"; }
    var text = value.toFixed(digits === undefined ? 2 : digits);
    if (Number(text) === 0) { text = text.replace("-", ""); }
    return text.replace("-", "\u2212");
  }

  function escape(text) {
    return String(text).replace(/[&<>"']/g, function (mark) {
      return { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }[mark];
    });
  }

  function initial(data) {
    return {
      members: data.members.slice(),
      first: data.years[0],
      last: data.years[data.years.length - 1],
      scope: data.scopes[0]
    };
  }

  /* Everything shown comes from here: nothing is counted twice, nothing is drawn from elsewhere. */
  function compute(data, state) {
    var low = Math.min(state.first, state.last), high = Math.max(state.first, state.last);
    var places = [];
    data.years.forEach(function (year, place) {
      if (year >= low && year <= high) { places.push(place); }
    });
    var chosen = data.members.filter(function (name) { return state.members.indexOf(name) >= 0; });
    var bars = chosen.map(function (name) {
      var series = data.values[state.scope][data.members.indexOf(name)];
      return { member: name, value: mean(places.map(function (place) { return series[place]; })) };
    });
    if (!bars.length) { return null; }
    var yearly = places.map(function (place) {
      var values = chosen.map(function (name) {
        return data.values[state.scope][data.members.indexOf(name)][place];
      });
      return { year: data.years[place], value: mean(values) };
    });
    var levels = bars.map(function (bar) { return bar.value; });
    var sorted = bars.slice().sort(function (a, b) { return a.value - b.value; });
    return {
      bars: bars,
      yearly: yearly,
      mean: mean(levels),
      acrossMembers: deviation(levels),
      overYears: deviation(yearly.map(function (item) { return item.value; })),
      lowest: sorted[0],
      highest: sorted[sorted.length - 1],
      period: low === high ? String(low) : low + "\u2013" + high
    };
  }

  function words(data, state, result) {
    if (!result) { return "No member is chosen. Choose at least one."; }
    var count = result.bars.length;
    var text = state.scope + ", " + result.period + ": mean uptake " + number(result.mean) +
      " " + data.unit + " from " + count + " of " + data.members.length + " members";
    if (result.acrossMembers !== null) {
      text += "; SD across members " + number(result.acrossMembers);
    }
    if (result.overYears !== null) {
      text += "; SD over " + result.yearly.length + " years " + number(result.overYears);
    }
    text += ". Lowest " + number(result.lowest.value) + " (" + result.lowest.member +
      "), highest " + number(result.highest.value) + " (" + result.highest.member + ").";
    if (data.published[state.scope]) {
      text += " Published mean of the ensemble, 2015\u20132019: " +
        number(data.published[state.scope].value) + ".";
    }
    return text + (data.mark ? " " + data.mark + "." : "");
  }

  function chart(data, state, result) {
    var title = escape(words(data, state, result));
    if (!result) {
      return '<svg viewBox="0 0 470 40" role="img" aria-label="' + title + '"></svg>';
    }
    var line = 25, top = 34, left = 104, width = 470, right = 56;
    var height = top + result.bars.length * line + 44;
    var published = data.published[state.scope];
    var spread = result.acrossMembers || 0;
    var values = result.bars.map(function (bar) { return bar.value; })
      .concat([0, result.mean - spread, result.mean + spread], published ? [published.value] : []);
    var low = Math.min.apply(null, values), high = Math.max.apply(null, values);
    var margin = 0.05 * (high - low || 1);
    low -= margin; high += margin;
    function x(value) { return left + (value - low) / (high - low) * (width - left - right); }
    var base = top + result.bars.length * line;
    var parts = ['<svg viewBox="0 0 ' + width + " " + height + '" role="img" aria-label="' +
      title + '" focusable="false">'];
    if (result.acrossMembers !== null) {
      parts.push('<rect x="' + x(result.mean - spread).toFixed(1) + '" y="' + top + '" width="' +
        (x(result.mean + spread) - x(result.mean - spread)).toFixed(1) + '" height="' +
        (base - top) + '" class="explorer-spread"/>');
    }
    result.bars.forEach(function (bar, place) {
      var y = top + place * line, from = x(Math.min(0, bar.value)), to = x(Math.max(0, bar.value));
      parts.push('<text x="4" y="' + (y + 16) + '">' + escape(bar.member) + "</text>");
      parts.push('<rect x="' + from.toFixed(1) + '" y="' + (y + 5) + '" width="' +
        Math.max(1, to - from).toFixed(1) + '" height="14" class="explorer-' +
        (bar.value < 0 ? "release" : "uptake") + '"/>');
      parts.push('<text x="' + (width - 4) + '" y="' + (y + 16) + '" text-anchor="end">' +
        number(bar.value) + "</text>");
    });
    [["explorer-zero", 0, "0"], ["explorer-mean", result.mean, "mean " + number(result.mean)]]
      .concat(published ? [["explorer-published", published.value,
        "published " + number(published.value)]] : [])
      .forEach(function (mark, place) {
        parts.push('<line x1="' + x(mark[1]).toFixed(1) + '" x2="' + x(mark[1]).toFixed(1) +
          '" y1="' + top + '" y2="' + base + '" class="' + mark[0] + '"/>');
        var y = mark[0] === "explorer-published" ? base + 34 : mark[0] === "explorer-mean" ?
          22 : base + 16;
        parts.push('<text x="' + x(mark[1]).toFixed(1) + '" y="' + y +
          '" text-anchor="middle">' + mark[2] + "</text>");
      });
    parts.push('<text x="4" y="' + (base + 34) + '">' + escape(data.unit) + "</text></svg>");
    return parts.join("");
  }

  function table(data, state, result) {
    if (!result) { return ""; }
    var rows = result.bars.map(function (bar) {
      return '<tr><th scope="row">' + escape(bar.member) + "</th><td>" +
        (data.groups ? escape(data.groups[bar.member]) + "</td><td>" : "") +
        number(bar.value, 3) + "</td></tr>";
    });
    return '<table><caption>Mean uptake of ' + escape(state.scope) + ", " + result.period +
      ", " + escape(data.unit) + '</caption><thead><tr><th scope="col">member</th>' +
      (data.groups ? '<th scope="col">transport</th>' : "") +
      '<th scope="col">mean</th></tr></thead><tbody>' + rows.join("") +
      '</tbody><tfoot><tr><th scope="row">mean of these</th>' + (data.groups ? "<td></td>" : "") +
      "<td>" + number(result.mean, 3) + "</td></tr></tfoot></table>";
  }

  function element(tag, attributes, text) {
    var node = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      node.setAttribute(name, attributes[name]);
    });
    if (text !== undefined) { node.textContent = text; }
    return node;
  }

  function choice(label, options, chosen, onChange) {
    var wrap = element("label", {}, label + " "), select = element("select");
    options.forEach(function (option) {
      var item = element("option", { value: option }, option);
      item.selected = option === chosen;
      select.appendChild(item);
    });
    select.addEventListener("change", function () { onChange(select.value); });
    wrap.appendChild(select);
    return wrap;
  }

  function build(root, index) {
    var data = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
    var state = initial(data), boxes = {};
    var controls = element("form", { class: "explorer-controls", "aria-label": "Choices" });
    var summary = element("p", { class: "explorer-summary", "aria-live": "polite" });
    var figure = element("div", { class: "explorer-chart" });
    var details = element("details"), body = element("div");
    details.appendChild(element("summary", {}, "The same as a table"));
    details.appendChild(body);

    function update() {
      var result = compute(data, state);
      summary.textContent = words(data, state, result);
      figure.innerHTML = chart(data, state, result);
      body.innerHTML = table(data, state, result);
    }
    function choose(wanted) {
      state.members = data.members.filter(wanted);
      data.members.forEach(function (name) { boxes[name].checked = wanted(name); });
      update();
    }
    controls.addEventListener("submit", function (event) { event.preventDefault(); });
    controls.appendChild(choice("Region", data.scopes, state.scope, function (value) {
      state.scope = value; update();
    }));
    controls.appendChild(choice("from", data.years, state.first, function (value) {
      state.first = Number(value); update();
    }));
    controls.appendChild(choice("to", data.years, state.last, function (value) {
      state.last = Number(value); update();
    }));
    var list = element("fieldset");
    list.appendChild(element("legend", {}, "Members"));
    data.members.forEach(function (name, place) {
      var id = "explorer-" + index + "-" + place;
      var box = element("input", { type: "checkbox", id: id });
      box.checked = true;
      box.addEventListener("change", function () {
        state.members = data.members.filter(function (other) { return boxes[other].checked; });
        update();
      });
      boxes[name] = box;
      var label = element("label", { for: id });
      label.appendChild(box);
      label.appendChild(document.createTextNode(" " + name));
      list.appendChild(label);
    });
    controls.appendChild(list);
    var sets = [["All", function () { return true; }], ["None", function () { return false; }]];
    if (data.groups) {
      data.members.map(function (name) { return data.groups[name]; })
        .filter(function (group, place, all) { return all.indexOf(group) === place; })
        .forEach(function (group) {
          sets.push([group + " only", function (name) { return data.groups[name] === group; }]);
        });
    }
    sets.forEach(function (set) {
      var button = element("button", { type: "button" }, set[0]);
      button.addEventListener("click", function () { choose(set[1]); });
      controls.appendChild(button);
    });
    [controls, summary, figure, details].forEach(function (part) { root.appendChild(part); });
    var fixed = root.querySelector(".explorer-static");
    if (fixed) { fixed.hidden = true; }
    update();
  }

  var parts = { compute: compute, words: words, chart: chart, table: table, initial: initial };
  if (typeof module !== "undefined" && module.exports) {
    module.exports = parts;
  } else {
    var start = function () {
      Array.prototype.forEach.call(document.querySelectorAll(".explorer"), build);
    };
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", start);
    } else {
      start();
    }
  }
}());
