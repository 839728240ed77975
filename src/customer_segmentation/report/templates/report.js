"use strict";
(() => {
  const report = JSON.parse(document.getElementById("report-data").textContent);
  const FONT = { family: "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif", size: 13, color: "#1f2a37" };
  // so that a number is read over marks of any colour
  const HALO = "0 0 3px #fff, 0 0 3px #fff, 0 0 3px #fff, 0 0 3px #fff";
  const AXIS = { title: { font: { size: 12 } }, tickfont: { size: 12 }, gridcolor: "#e5e8ec", zeroline: false };
  const CONFIG = { responsive: true, displaylogo: false, displayModeBar: false };
  // so many marks are drawn as vectors, which print best; more by WebGL
  const MOST_VECTORS = 20000;
  // so many points say their own numbers when pointed at
  const MOST_HOVERS = 20000;
  // browsers keep 16 WebGL contexts at most, phones fewer: those far away are let go
  const FAR = 2;
  // about the width of a letter beside a bar
  const LETTER = 7;

  const merged = (layout) => Object.assign(
    { font: FONT, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", autosize: true,
      margin: { l: 50, r: 16, t: 44, b: 48 }, dragmode: false, hoverlabel: { font: { size: 12 } },
      template: { layout: { xaxis: AXIS, yaxis: AXIS } } }, layout);

  // ---- Scatters -------------------------------------------------------------
  function decode(text) {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    return new Float32Array(bytes.buffer);
  }

  const toAxis = (feature, v) => (feature.is_log ? Math.log10(1 + v) : v);

  function short(v) {
    if (v >= 1e12) return v / 1e12 + "T";
    if (v >= 1e9) return v / 1e9 + "B";
    return v >= 1e6 ? v / 1e6 + "M" : v >= 1e3 ? v / 1e3 + "k" : String(v);
  }

  // ticks in original units where the axis is log10(1 + value)
  function axis(feature) {
    const result = { title: { text: feature.label }, zeroline: false, gridcolor: "#e5e8ec" };
    if (!feature.is_log) return result;
    const highest = feature.axisValues.reduce((a, b) => (b > a ? b : a), 0);
    const ticks = [0];
    for (let power = 1; Math.log10(1 + power) <= highest + 0.3; power *= 10) {
      ticks.push(power);
      if (highest < 2.5) ticks.push(3 * power);
    }
    return Object.assign(result, { tickvals: ticks.map((t) => Math.log10(1 + t)), ticktext: ticks.map(short) });
  }

  function prepare(points) {
    for (const feature of points.features) {
      feature.data = decode(feature.values);
      delete feature.values;
      feature.axisValues = feature.is_log ? feature.data.map((v) => Math.log10(1 + v)) : feature.data;
    }
    return points;
  }

  function clusterTraces(points, chosen, type, size) {
    const features = chosen.map((i) => points.features[i]);
    const names = ["x", "y", "z"];
    const original = points.count <= MOST_HOVERS;
    const template = features.map((f, i) => `${f.hover}: %{customdata[${i}]:,.4~g} ${f.unit}`).join("<br>");
    const traces = points.clusters.map((cluster) => {
      const end = cluster.start + cluster.count;
      const trace = {
        type, mode: "markers", name: cluster.name, showlegend: false,
        marker: { color: cluster.colour, symbol: cluster.symbol, size, opacity: type === "scatter3d" ? 0.75 : 0.55,
          line: { width: 0 } },
      };
      features.forEach((f, i) => { trace[names[i]] = f.axisValues.subarray(cluster.start, end); });
      if (original) {
        trace.customdata = Array.from({ length: cluster.count }, (_, row) =>
          features.map((f) => f.data[cluster.start + row]));
        trace.hovertemplate = template + `<extra>${cluster.name}</extra>`;
      } else {
        trace.hoverinfo = "name";
      }
      return trace;
    });
    const centres = points.clusters.filter((c) => c.id > 0 && chosen.every((i) => c.centroid[i] !== null));
    const centroids = {
      type, mode: "markers+text", name: "centroids", showlegend: false, cliponaxis: false,
      customdata: centres.map((c) => chosen.map((i) => c.centroid[i])),
      text: centres.map((c) => String(c.id)), textposition: type === "scatter3d" ? "top center" : "middle right",
      textfont: { color: "#000000", size: 14, weight: "bold", ...(type === "scatter" && { shadow: HALO }) },
      marker: type === "scatter3d"
        ? { symbol: "diamond", size: 7, color: "#000000" }
        : { symbol: "x", size: 13, color: centres.map((c) => c.colour), line: { color: "#000000", width: 1.5 } },
      hovertemplate: "centroid of cluster %{text}<br>" + template + "<extra></extra>",
    };
    features.forEach((f, i) => {
      centroids[names[i]] = centres.map((c) => toAxis(f, c.centroid[chosen[i]]));
    });
    return traces.concat([centroids]);
  }

  function pairFigure(points, pair, type) {
    const size = points.count > 20000 ? 3 : points.count > 2000 ? 4 : 6;
    const [x, y] = pair.map((i) => points.features[i].words);
    return {
      label: `The clusters by ${x} (across) and ${y} (up).`,
      data: clusterTraces(points, pair, type, size),
      layout: {
        margin: { l: 60, r: 10, t: 10, b: 50 },
        xaxis: Object.assign(axis(points.features[pair[0]]), { fixedrange: true }),
        yaxis: Object.assign(axis(points.features[pair[1]]), { fixedrange: true, automargin: true }),
      },
    };
  }

  function spaceFigure(points, triple) {
    const [x, y, z] = triple.map((i) => {
      const feature = points.features[i];
      return Object.assign(axis(feature), { title: { text: feature.label, font: { size: 12 } }, tickfont: { size: 10 } });
    });
    return {
      label: `The clusters in three dimensions: ${triple.map((i) => points.features[i].words).join(", ")}.`,
      data: clusterTraces(points, triple, "scatter3d", points.count > 20000 ? 1.5 : 3),
      layout: {
        margin: { l: 0, r: 0, t: 0, b: 0 }, dragmode: "orbit",
        scene: { xaxis: x, yaxis: y, zaxis: z, aspectmode: "cube", camera: { eye: { x: 1.25, y: 1.35, z: 0.75 }, center: { x: 0, y: 0, z: -0.12 } } },
      },
    };
  }

  // ---- Drawing: vectors at once, WebGL where it is looked at -----------------
  const makers = new Map();

  function isGl(el) { return el.classList.contains("gl"); }

  // the figure of a plot; one with other axes has another label
  function made(el) {
    const figure = makers.get(el)();
    if (figure.label) {
      el.setAttribute("role", "img");
      el.setAttribute("aria-label", figure.label);
    }
    return figure;
  }

  // the axis of bars ends where the last of the numbers beside them does; where that
  // leaves the bars too little, a number has two lines
  function fitBars(el) {
    const bars = el.data.filter((trace) => trace.type === "bar");
    const width = el._fullLayout._size.w;
    if (!bars.length || !(width > 0)) return;
    const largest = Math.max(...bars.flatMap((trace) => trace.x)) || 1;
    const end = (size) => Math.max(largest, ...bars.flatMap((trace, i) => trace.x.map(
      (value, j) => value * width / Math.max(width - size(i, j) - 10, width / 5))));
    const lines = bars.map((trace) => trace.text.map((text) => text.replace("<br>(", " (")));
    const isTight = lines.some((row) => row.some((text) => text.length * LETTER > 0.65 * width));
    const texts = lines.map((row) => row.map((text) => (isTight ? text.replace(" (", "<br>(") : text)));
    if (String(texts) !== String(bars.map((trace) => trace.text))) {
      Plotly.restyle(el, { text: texts });
      return;
    }
    const points = [...el.querySelectorAll(".trace.bars")].map((trace) => trace.querySelectorAll(".point"));
    const wanted = end((i, j) => points[i]?.[j]?.querySelector("text")?.getBoundingClientRect().width ?? 0);
    if (Math.abs(wanted / el.layout.xaxis.range[1] - 1) > 0.005) Plotly.relayout(el, { "xaxis.range": [0, wanted] });
  }

  async function draw(el) {
    if (el.dataset.drawn === "1") return;
    const figure = made(el);
    // else a plot of a given height loses it when the window changes
    if (figure.layout.height) el.style.height = `${figure.layout.height}px`;
    await Plotly.newPlot(el, figure.data, merged(figure.layout), CONFIG);
    if (figure.data.some((trace) => trace.type === "bar")) {
      fitBars(el);
      el.on("plotly_afterplot", () => fitBars(el));
    }
    el.dataset.drawn = "1";
  }

  async function snapshot(el) {
    const parent = el.parentElement;
    if (parent.classList.contains("has-snapshot")) return;
    const image = document.createElement("img");
    image.className = "snapshot";
    image.alt = el.getAttribute("aria-label");
    image.src = await Plotly.toImage(el, { format: "png", width: el.clientWidth, height: el.clientHeight, scale: 1.5 });
    parent.append(image);
    parent.classList.add("has-snapshot");
  }

  function release(el) {
    if (el.dataset.drawn !== "1") return;
    el.style.minHeight = `${el.clientHeight}px`;
    Plotly.purge(el);
    delete el.dataset.drawn;
  }

  function isNear(el, screens) {
    const box = el.getBoundingClientRect();
    return box.bottom > -screens * innerHeight && box.top < (1 + screens) * innerHeight;
  }

  const pause = () => new Promise((resolve) => setTimeout(resolve));

  function choices(holder, features, chosen, change) {
    chosen.forEach((current, place) => {
      const label = document.createElement("label");
      label.textContent = `${"xyz"[place]}: `;
      const select = document.createElement("select");
      features.forEach((feature, i) => select.add(new Option(feature.words, i, false, i === current)));
      select.addEventListener("change", () => { chosen[place] = Number(select.value); change(); });
      label.append(select);
      holder.append(label);
    });
  }

  function redraw(el) {
    const figure = made(el);
    if (el.dataset.drawn === "1") Plotly.react(el, figure.data, merged(figure.layout));
  }

  function addScatters(holder) {
    const points = prepare(report.points[holder.dataset.scatters]);
    const pairs = [];
    points.features.forEach((_, i) => points.features.forEach((__, j) => { if (i < j) pairs.push([i, j]); }));
    const addPlot = (maker, classes) => {
      const figure = document.createElement("figure");
      const el = document.createElement("div");
      el.className = `plot ${classes}`;
      figure.append(el);
      holder.append(figure);
      makers.set(el, maker);
      return el;
    };
    if (pairs.length <= 6 && pairs.length * points.count <= MOST_VECTORS) {
      pairs.forEach((pair) => addPlot(() => pairFigure(points, pair, "scatter"), "pair"));
    } else if (pairs.length) {
      const isLarge = points.count > MOST_VECTORS;
      const pair = pairs[0].slice();
      holder.classList.add("single");
      const el = addPlot(() => pairFigure(points, pair, isLarge ? "scattergl" : "scatter"), isLarge ? "pair gl" : "pair");
      const bar = document.createElement("div");
      bar.className = "choices";
      el.before(bar);
      choices(bar, points.features, pair, () => redraw(el));
    }
    const space = document.getElementById(`${holder.dataset.scatters}-3d`);
    if (space) {
      const triple = [0, 1, 2];
      space.classList.add("gl");
      makers.set(space, () => spaceFigure(points, triple));
      if (points.features.length > 3) {
        choices(space.previousElementSibling, points.features, triple, () => redraw(space));
      }
    }
  }

  async function drawAll() {
    document.querySelectorAll("[data-figure]").forEach((el) => {
      makers.set(el, () => report.figures[el.dataset.figure]);
    });
    document.querySelectorAll("[data-scatters]").forEach(addScatters);
    for (const el of document.querySelectorAll(".plot:not(.gl)")) {
      await draw(el);
      await pause();
    }
    const spaces = [...document.querySelectorAll(".plot.gl")];
    for (const el of spaces) {
      try {
        await draw(el);
        await snapshot(el);
      } catch (error) {
        el.textContent = "This browser cannot draw in three dimensions (no WebGL).";
      }
      if (!isNear(el, FAR)) release(el);
      await pause();
    }
    const observer = new IntersectionObserver((entries) => entries.forEach((entry) => {
      if (entry.isIntersecting) draw(entry.target);
      else release(entry.target);
    }), { rootMargin: `${FAR * 50}% 0%` });
    spaces.forEach((el) => observer.observe(el));
    document.body.dataset.ready = "1";
  }

  // ---- Tables and buttons ----------------------------------------------------
  const sortKey = (cell) => {
    const value = cell.dataset.value ?? cell.textContent.trim();
    const asNumber = Number(value);
    return value === "" ? null : Number.isNaN(asNumber) ? value : asNumber;
  };

  function compare(a, b) {
    if (a === null || b === null) return (a === null) - (b === null);
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "en", { numeric: true });
  }

  function sort(head) {
    const table = head.closest("table");
    const column = [...head.parentElement.children].indexOf(head);
    const isAscending = head.getAttribute("aria-sort") !== "ascending";
    [...head.parentElement.children].forEach((th) => th.setAttribute("aria-sort", "none"));
    head.setAttribute("aria-sort", isAscending ? "ascending" : "descending");
    const rows = [...table.tBodies[0].rows].map((row) => [sortKey(row.cells[column]), row]);
    rows.sort(([a], [b]) => (a === null || b === null ? compare(a, b) : isAscending ? compare(a, b) : compare(b, a)));
    table.tBodies[0].append(...rows.map(([, row]) => row));
  }

  document.querySelectorAll(".sortable th").forEach((head) => {
    head.tabIndex = 0;
    head.setAttribute("aria-sort", "none");
    head.addEventListener("click", () => sort(head));
    head.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); sort(head); }
    });
  });

  // pages opened from disk or a mail may not be allowed the clipboard's interface
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      area.style.position = "fixed";
      document.body.append(area);
      area.select();
      const isCopied = document.execCommand("copy");
      area.remove();
      if (!isCopied) throw new Error("not copied");
    }
  }

  document.querySelectorAll(".copy").forEach((button) => {
    const label = button.textContent;
    button.addEventListener("click", async () => {
      try {
        await copy(document.getElementById(button.dataset.copies).textContent);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Press Ctrl+C";
        getSelection().selectAllChildren(document.getElementById(button.dataset.copies));
      }
      setTimeout(() => { button.textContent = label; }, 1500);
    });
  });

  // ---- The tree: its boxes are made for wide fonts, but some names have wide letters
  document.querySelectorAll(".tree .leaf text, .tree .node text").forEach((text) => {
    const most = text.parentElement.querySelector("rect").width.baseVal.value - (text.closest(".leaf") ? 26 : 6);
    if (text.getComputedTextLength() <= most) return;
    text.setAttribute("textLength", most);
    text.setAttribute("lengthAdjust", "spacingAndGlyphs");
  });

  // ---- Printing: all of it, as wide as the paper -------------------------------
  const drawnPlots = () => [...document.querySelectorAll(".plot[data-drawn]:not(.gl)")];
  let unfolded = [];

  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("details:not([open])")];
    unfolded.forEach((part) => { part.open = true; });
    document.documentElement.classList.add("printing");
    const widths = drawnPlots().map((el) => [el, el.clientWidth]);
    widths.forEach(([el, width]) => { Plotly.relayout(el, { width }); fitBars(el); });
    document.querySelectorAll(".scroll > table").forEach((table) => {
      table.style.zoom = Math.min(1, table.parentElement.clientWidth / table.offsetWidth);
    });
  });

  addEventListener("afterprint", () => {
    document.documentElement.classList.remove("printing");
    unfolded.forEach((part) => { part.open = false; });
    document.querySelectorAll(".scroll > table").forEach((table) => { table.style.zoom = ""; });
    drawnPlots().forEach((el) => Plotly.relayout(el, { width: null }));
  });

  drawAll();
})();
