"use strict";
(() => {
  const D = JSON.parse(document.getElementById("data").textContent);
  const W = D.words, DAY = 86400 / D.tick, ROW = 32, HEAD = 28, PAGE = 30, LOST = 50;
  const byId = id => document.getElementById(id);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const number = n => n.toLocaleString("en");

  function make(space, name, given, ...inside) {
    const node = space ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
    for (const [key, value] of Object.entries(given || {})) {
      if (key === "hue") node.style.setProperty("--h", value);
      else if (value !== null && value !== undefined) node.setAttribute(key, value);
    }
    node.append(...inside);
    return node;
  }
  const el = (name, given, ...inside) => make(false, name, given, ...inside);
  const draw = (name, given, ...inside) => make(true, name, given, ...inside);

  // ---- time: the clock of the horizon, whatever zone the reader is in
  const zero = Date.parse(D.start.slice(0, 19) + "Z");
  const two = n => String(n).padStart(2, "0");
  const weekday = tick => new Date(zero + tick * D.tick * 1000).toLocaleDateString(document.documentElement.lang, { weekday: "short", timeZone: "UTC" });
  const dayName = tick => { const t = new Date(zero + tick * D.tick * 1000); return `${two(t.getUTCMonth() + 1)}-${two(t.getUTCDate())}`; };
  const clock = tick => { const t = new Date(zero + tick * D.tick * 1000); return `${two(t.getUTCHours())}:${two(t.getUTCMinutes())}`; };
  const when = tick => (D.days > 1 ? `${dayName(tick)} ` : "") + clock(tick);
  const minutes = ticks => fill(W.minutes, { n: number(Math.round(ticks * D.tick / 60)) });

  // ---- what is drawn, as objects
  const tasks = D.tasks.map(([id, place, duration, points, heads, must, service, flat, kind = "visit", more, instead]) => {
    const windows = [];
    for (let i = 0; i < flat.length; i += 3) windows.push(flat.slice(i, i + 3));
    return { id, place, duration, points, heads, must, service: D.services[service], windows, kind, more, instead, rows: [] };
  });
  const lateness = (task, start) => {
    const window = task.windows.find(([from, , to]) => from <= start && start <= to);
    return window ? Math.max(0, start - window[1]) : 0;
  };
  const routes = new Map(D.routes.map(route => [`${route[0]}/${route[1]}`, route]));
  const rows = [];
  D.workers.forEach(([id, provider, people, flat], w) => {
    for (let s = 0; s * 4 < flat.length; s++) {
      const [start, end, from, to] = flat.slice(s * 4, s * 4 + 4);
      const route = routes.get(`${w}/${s}`), row = { id, provider: D.providers[provider], people, start, end, from, to, day: Math.floor(start / DAY), stops: [], hue: Math.round(w * 137.508) % 360 };
      for (let i = 0; route && i < route[2].length; i += 6) {
        const [t, arrive, begin, done, ticks, metres] = route[2].slice(i, i + 6), task = tasks[t];
        row.stops.push({ task, arrive, start: begin, end: done, ticks, metres, late: lateness(task, begin) });
        if (task.kind !== "load" && !task.rows.includes(row)) task.rows.push(row);
      }
      if (route) [row.back, row.backMetres] = route.slice(3);
      row.words = [id, row.provider[0], ...row.stops.map(stop => stop.task.id)].join("\n").toLowerCase();
      rows.push(row);
    }
  });
  const mates = (row, task) => task.rows.filter(other => other !== row && other.day === row.day);
  const KINDS = {
    used: row => row.stops.length > 0,
    late: row => row.stops.some(stop => stop.late),
    team: row => row.stops.some(stop => mates(row, stop.task).length),
    free: row => !row.stops.length,
    all: () => true,
  };

  const view = { day: Math.min(...rows.filter(KINDS.used).map(row => row.day), D.days), kind: "used", find: "", first: 0, chosen: null, cause: -1, lost: 0 };
  if (view.day === D.days) view.day = 0;
  const found = () => rows.filter(row => row.day === view.day && KINDS[view.kind](row) && row.words.includes(view.find));
  let shown = [];

  // ---- details of one worker or one stop
  const named = row => row.people > 1 ? `${row.id} (${fill(W.people, { n: row.people })})` : row.id;
  const wayWords = (ticks, metres) => minutes(ticks) + W.comma + fill(W.metres, { n: number(metres) });
  function sessionWords(task) {
    const [venue, seated, waiting] = task.more, words = [venue, W.seats + W.colon + seated.join(W.comma)];
    if (waiting.length) words.push(W.waiting + W.colon + waiting.join(W.comma));
    return words;
  }
  function stopWords(row, stop) {
    const words = [`${stop.task.id}${W.colon}${when(stop.start)}–${clock(stop.end)}`, `${W.travel} ${wayWords(stop.ticks, stop.metres)}`];
    if (stop.task.kind !== "visit") words.push(W[stop.task.kind]);
    if (stop.task.service) words.push(stop.task.service);
    if (stop.task.kind === "deliver") words.push(fill(W.units, { n: number(stop.task.more) }));
    if (stop.task.kind === "lead") words.push(...sessionWords(stop.task));
    if (stop.start > stop.arrive) words.push(`${W.wait} ${minutes(stop.start - stop.arrive)}`);
    if (stop.late) words.push(`${W.late_by} ${minutes(stop.late)}`);
    const others = mates(row, stop.task);
    if (others.length) words.push(`${W.with} ${others.map(named).join(W.comma)}`);
    return words.join(" · ");
  }
  function tell(row) {
    const box = byId("details");
    if (!row) return box.replaceChildren(el("p", { class: "quiet" }, W.choose));
    const line = fill(W.shift_of, { from: when(row.start), to: clock(row.end), n: row.stops.length });
    const list = el("ol", {}, ...row.stops.map(stop => el("li", stop.late ? { class: "late" } : {}, stopWords(row, stop))));
    const back = row.stops.length ? W.back + W.colon + wayWords(row.back, row.backMetres) : W.not_used;
    box.replaceChildren(el("strong", {}, named(row)), ` · ${row.provider[0]} (${row.provider[1]})`, el("p", { class: "quiet" }, line), list, el("p", { class: "quiet" }, back));
  }
  function choose(row) {
    view.chosen = view.chosen === row ? null : row;
    for (const button of byId("gantt").querySelectorAll("button")) button.setAttribute("aria-pressed", String(shown[button.dataset.i] === view.chosen));
    tell(view.chosen);
    mark();
  }

  // ---- days of workers
  function bars(row, y, x) {
    const group = draw("g", { hue: row.hue }), middle = y + ROW / 2;
    group.append(draw("rect", { class: "shift", x: x(row.start), y: y + 5, width: Math.max(1, x(row.end) - x(row.start)), height: ROW - 10, rx: 3 }));
    row.stops.forEach((stop, i) => {
      const left = i ? row.stops[i - 1].end : stop.arrive - stop.ticks;
      group.append(draw("path", { class: "way", d: `M${x(left)} ${middle}H${x(stop.arrive)}` }));
      if (stop.start > stop.arrive) group.append(draw("path", { class: "wait", d: `M${x(stop.arrive)} ${middle}H${x(stop.start)}` }));
      const width = Math.max(3, x(stop.end) - x(stop.start));
      const bar = draw("rect", { class: `service bar ${stop.task.kind}${mates(row, stop.task).length ? " mate" : ""}`, x: x(stop.start), y: y + 8, width, height: ROW - 16, rx: 2 }, draw("title", {}, `${row.id}\n${stopWords(row, stop)}`));
      bar.addEventListener("click", () => choose(row));
      group.append(bar);
      if (stop.late) group.append(draw("path", { class: "is-late", d: lateMark(x(stop.start), y + 3) }));
      const from = row.stops.slice(0, i + 1).findLast(one => one.task.kind !== "deliver");
      if (stop.task.kind === "deliver" && from) group.append(draw("path", { class: "trip", d: `M${x(from.start)} ${y + ROW - 4}H${x(stop.end)}` }));
    });
    const last = row.stops.at(-1);
    if (last) group.append(draw("path", { class: "way", d: `M${x(last.end)} ${middle}H${x(last.end + row.back)}` }));
    return group;
  }
  const lateMark = (x, y) => `M${x - 6} ${y}h12l-6 11z`;

  function links(x) {
    const lines = [];
    shown.forEach((row, i) => row.stops.forEach(stop => {
      const far = Math.max(...stop.task.rows.map(other => shown.indexOf(other)));
      if (far > i && stop.task.rows.find(other => shown.includes(other)) === row) lines.push(draw("path", { class: "link", d: `M${x(stop.start)} ${HEAD + i * ROW + 8}V${HEAD + far * ROW + ROW - 8}` }));
    }));
    return lines;
  }
  function axis(low, high, x, height, foot) {
    const hour = 3600 / D.tick, step = hour * [1, 2, 3, 4, 6, 12, 24].find(n => (x(low + n * hour) - x(low)) >= 44), lines = [];
    for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) {
      lines.push(draw("path", { class: "grid", d: `M${x(tick)} ${HEAD - 6}V${height - foot}` }));
      for (const y of foot ? [HEAD - 11, height - 9] : [HEAD - 11]) lines.push(draw("text", { x: x(tick), y, "text-anchor": "middle" }, clock(tick)));
    }
    return lines;
  }
  function chart() {
    const box = byId("gantt");
    if (!shown.length) return box.replaceChildren(el("p", { class: "empty" }, W.none));
    const low = Math.min(...shown.map(row => row.start)), high = Math.max(...shown.map(row => row.end));
    const hours = (high - low) * D.tick / 3600, width = Math.max(box.clientWidth - 190, 320, hours * 44) - 2, foot = shown.length > 12 ? HEAD : 0, height = HEAD + shown.length * ROW + foot;
    const x = tick => Math.round((22 + (tick - low) / Math.max(1, high - low) * (width - 44)) * 10) / 10;
    const picture = draw("svg", { width, height, role: "img", "aria-label": fill(W.chart_label, { n: shown.length }) });
    picture.append(...axis(low, high, x, height, foot), ...shown.map((row, i) => bars(row, HEAD + i * ROW, x)), ...links(x));
    const names = el("div", { class: "names" }, ...shown.map((row, i) => {
      const button = el("button", { type: "button", "data-i": i, "aria-pressed": "false", hue: row.hue, title: `${named(row)} · ${row.provider[0]}` }, el("span", {}, named(row)));
      button.addEventListener("click", () => choose(row));
      return button;
    }));
    box.replaceChildren(names, picture);
  }

  // ---- the map
  const X = i => D.xy[2 * i], Y = i => D.xy[2 * i + 1];
  const spot = i => `M${X(i)} ${Y(i)}h0`;
  const line = row => "M" + [row.from, ...row.stops.map(stop => stop.task.place), row.to].map(i => `${X(i)} ${Y(i)}`).join("L");
  const ASKED = new Set(["visit", "deliver", "seat"]), has = kind => tasks.some(task => task.kind === kind);
  const lost = new Set(D.unserved.map(([t]) => tasks[t]));
  let frame = null, whole = null, plane = null;

  function outline() {
    const xs = D.xy.filter((_, i) => i % 2 === 0), ys = D.xy.filter((_, i) => i % 2);
    const wide = xs.reduce((a, b) => Math.max(a, b), 0), high = ys.reduce((a, b) => Math.max(a, b), 0), rim = 0.06 * Math.max(wide, high, 20);
    return [-rim, -rim, wide + 2 * rim, high + 2 * rim];
  }
  function mapped() {
    if (!D.xy.length) { byId("mapbox").replaceChildren(el("p", { class: "quiet" }, W.no_map)); return; }
    whole ??= outline();
    frame ??= [...whole];
    const today = rows.filter(row => row.day === view.day && row.stops.length);
    plane = draw("svg", { role: "img", preserveAspectRatio: "xMidYMid meet", "aria-label": fill(W.map_label, { n: shown.length }) });
    plane.append(
      draw("path", { class: "rest", d: today.map(line).join("") }),
      draw("path", { class: "dots", d: tasks.filter(task => ASKED.has(task.kind) && !task.instead && !lost.has(task)).map(task => spot(task.place)).join("") }),
      ...tasks.filter(task => task.kind === "load" || task.kind === "lead").map(task => {
        const words = [task.id, W[task.kind === "load" ? "depot" : "venue"], ...task.kind === "lead" ? sessionWords(task) : []];
        return draw("path", { class: task.kind === "load" ? "depot" : "venue", d: spot(task.place) }, draw("title", {}, words.join("\n")));
      }),
      draw("path", { class: "ring", id: "ring", d: "" }),
      ...shown.map((row, i) => {
        const group = draw("g", { class: "row", hue: row.hue, "data-i": i }, draw("path", { class: "home", d: spot(row.from) }));
        if (row.stops.length) group.append(draw("path", { class: "way", d: line(row) }));
        for (const stop of row.stops) {
          const dot = draw("path", { class: "spot", d: spot(stop.task.place) }, draw("title", {}, `${row.id}\n${stopWords(row, stop)}`));
          dot.addEventListener("click", () => choose(row));
          group.append(dot);
        }
        return group;
      }),
      draw("path", { class: "gone", d: [...lost].map(task => spot(task.place)).join("") }),
      draw("g", { class: "numbers", id: "numbers" }));
    byId("map").replaceChildren(plane);
    grip(plane);
    framed();
    mark();
  }
  function mark() {
    if (!plane) return;
    plane.classList.toggle("chosen", view.chosen !== null);
    for (const group of plane.querySelectorAll(".row")) group.classList.toggle("on", shown[group.dataset.i] === view.chosen);
    numbered();
  }
  // The numbers of the list beside the chosen worker's places; visits in one house share a line.
  function numbered() {
    const at = new Map(), size = 14 * perPixel();
    (view.chosen ? view.chosen.stops : []).forEach((stop, i) => at.set(stop.task.place, [...at.get(stop.task.place) || [], i + 1]));
    byId("numbers").replaceChildren(...[...at].map(([place, numbers]) => draw("text", { x: X(place) + 0.6 * size, y: Y(place) - 0.5 * size }, numbers.join(W.comma))));
    for (const text of byId("numbers").children) text.style.fontSize = `${size}px`;
  }
  const perPixel = () => Math.max(frame[2] / plane.clientWidth, frame[3] / plane.clientHeight);
  function framed() {
    plane.setAttribute("viewBox", frame.join(" "));
    numbered();
    plane.style.touchAction = frame[2] < whole[2] ? "none" : "pan-y";
    byId("scale").textContent = fill(W.scale, { n: number(Math.round(frame[2])) });
  }
  function zoom(factor, at = [0.5, 0.5]) {
    if (!frame) return;
    const wide = Math.min(whole[2] * 1.5, Math.max(30, frame[2] * factor)), share = wide / frame[2];
    frame = [frame[0] + frame[2] * at[0] * (1 - share), frame[1] + frame[3] * at[1] * (1 - share), wide, frame[3] * share];
    framed();
  }
  function grip(picture) {
    const fingers = new Map();
    const apart = () => { const [a, b] = [...fingers.values()]; return Math.hypot(a.x - b.x, a.y - b.y); };
    picture.addEventListener("pointerdown", event => fingers.set(event.pointerId, { x: event.clientX, y: event.clientY }));
    picture.addEventListener("pointermove", event => {
      const last = fingers.get(event.pointerId);
      if (!last) return;
      const before = fingers.size === 2 ? apart() : 0;
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (before) return zoom(before / Math.max(1, apart()));
      const size = perPixel();
      frame[0] -= (event.clientX - last.x) * size;
      frame[1] -= (event.clientY - last.y) * size;
      framed();
    });
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) picture.addEventListener(name, event => fingers.delete(event.pointerId));
    picture.addEventListener("wheel", event => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = picture.getBoundingClientRect();
      zoom(event.deltaY > 0 ? 1.25 : 0.8, [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
    }, { passive: false });
  }

  // ---- tables
  function table(headings, lines) {
    const figures = i => lines.length && lines[0].cells[i].classList.contains("n");
    const head = el("thead", {}, el("tr", {}, ...headings.map((text, i) => el("th", { scope: "col", class: figures(i) ? "n" : null }, text))));
    return el("table", {}, head, el("tbody", {}, ...lines));
  }
  function stopsTable() {
    const headings = [W.worker, W.provider, W.task, W.travel, W.arrive, W.start, W.end, W.late_by, W.with];
    const lines = shown.flatMap(row => row.stops.map(stop => el("tr", {},
      el("th", { scope: "row" }, named(row)), el("td", {}, row.provider[0]), el("td", {}, stop.task.kind === "visit" ? stop.task.id : `${stop.task.id} · ${W[stop.task.kind]}`),
      el("td", { class: "n" }, wayWords(stop.ticks, stop.metres)),
      ...[stop.arrive, stop.start, stop.end].map(tick => el("td", { class: "n" }, Math.floor(tick / DAY) === row.day ? clock(tick) : when(tick))),
      el("td", { class: stop.late ? "n late" : "n" }, stop.late ? minutes(stop.late) : ""),
      el("td", {}, mates(row, stop.task).map(named).join(W.comma)))));
    byId("stops").replaceChildren(lines.length ? table(headings, lines) : el("p", { class: "empty" }, W.none));
  }
  function pager(name, first, size, count) {
    for (const side of ["previous", "next"]) byId(name + side).hidden = count <= size;
    byId(`${name}previous`).disabled = first === 0;
    byId(`${name}next`).disabled = first + size >= count;
    byId(`${name}shown`).textContent = fill(W.shown, { from: number(Math.min(count, first + 1)), to: number(Math.min(count, first + size)), n: number(count) });
  }
  const spans = task => task.windows.map(([from, to, end]) => `${when(from)}–${clock(to)}${end > to ? ` (${clock(end)})` : ""}`).join(W.comma);
  function lostTable() {
    const all = D.unserved.filter(([, main]) => view.cause < 0 || main === view.cause);
    pager("lost-", view.lost, LOST, all.length);
    const lines = all.slice(view.lost, view.lost + LOST).map(([t, main, causes]) => {
      const task = tasks[t], reasons = [];
      for (let i = 0; i < causes.length; i += 2) reasons.push(`${D.causes[causes[i]][1]} ${number(causes[i + 1])}`);
      const button = el("button", { type: "button" }, task.id);
      button.addEventListener("click", () => { const ring = byId("ring"); if (ring) { ring.setAttribute("d", spot(task.place)); byId("mapbox").scrollIntoView({ block: "center" }); } });
      return el("tr", {}, el("th", { scope: "row" }, D.xy.length ? button : task.id), el("td", { class: "n" }, number(task.points)), el("td", { class: task.must ? "late" : "" }, task.must ? W.yes : ""),
        el("td", {}, task.service), el("td", { class: "n" }, String(task.heads)), el("td", {}, spans(task)), el("td", {}, D.causes[main][1]), el("td", { class: "wide" }, reasons.join(W.semicolon)));
    });
    byId("lost").replaceChildren(table([W.task, W.points, W.must, W.kind, W.needs, W.windows, W.main, W.all_causes], lines));
  }

  // ---- the tools
  function show() {
    const all = found();
    view.first = Math.min(view.first, Math.max(0, Math.floor((all.length - 1) / PAGE) * PAGE));
    shown = all.slice(view.first, view.first + PAGE);
    view.chosen = null;
    tell(null);
    pager("", view.first, PAGE, all.length);
    chart();
    mapped();
    stopsTable();
  }
  function key(list, name, ...shapes) {
    const picture = draw("svg", { viewBox: "0 0 28 16", "aria-hidden": "true", hue: 205 });
    picture.append(...shapes.map(([kind, given]) => draw(kind, given)));
    byId(list).append(el("li", {}, picture, name));
  }
  function legends() {
    key("chart-legend", W.shift, ["rect", { class: "shift", x: 1, y: 2, width: 26, height: 12, rx: 2 }]);
    key("chart-legend", W.way, ["path", { class: "way", d: "M2 8H26" }]);
    key("chart-legend", W.wait, ["path", { class: "wait", d: "M2 8H26" }]);
    key("chart-legend", W.service, ["rect", { class: "service", x: 3, y: 3, width: 22, height: 10, rx: 2 }]);
    if (has("load")) key("chart-legend", W.load, ["rect", { class: "service load", x: 3, y: 3, width: 22, height: 10, rx: 2 }]);
    if (has("deliver")) key("chart-legend", W.trip, ["path", { class: "trip", d: "M2 8H26" }]);
    if (has("lead")) key("chart-legend", W.lead, ["rect", { class: "service lead", x: 3, y: 3, width: 22, height: 10, rx: 2 }]);
    key("chart-legend", W.together, ["rect", { class: "service mate", x: 4, y: 3, width: 20, height: 10, rx: 2 }]);
    key("chart-legend", W.late_key, ["path", { class: "is-late", d: lateMark(14, 2) }]);
    key("map-legend", W.task_served, ["path", { class: "dots", d: "M14 8h.01" }]);
    key("map-legend", W.task_unserved, ["path", { class: "gone", d: "M14 8h.01" }]);
    if (has("load")) key("map-legend", W.depot, ["path", { class: "depot", d: "M14 8h.01" }]);
    if (has("lead")) key("map-legend", W.venue, ["path", { class: "venue", d: "M14 8h.01" }]);
    key("map-legend", W.from_here, ["path", { class: "home", d: "M14 8h.01" }]);
    key("map-legend", W.spot, ["path", { class: "spot", d: "M14 8h.01" }]);
  }
  const option = (value, text) => el("option", { value }, text);
  function step(name, by, change) {
    byId(name).addEventListener("click", () => change(by));
  }
  function ready() {
    byId("scripts").hidden = true;
    byId("charts").hidden = false;
    legends();
    byId("which").append(...Object.keys(KINDS).map(kind => option(kind, W[kind])));
    for (let day = 0; day < D.days; day++) byId("day").append(option(day, `${dayName(day * DAY)} ${weekday(day * DAY)}`));
    byId("day").value = view.day;
    byId("day-label").hidden = D.days === 1;
    byId("find").addEventListener("input", event => { view.find = event.target.value.trim().toLowerCase(); view.first = 0; show(); });
    byId("which").addEventListener("change", event => { view.kind = event.target.value; view.first = 0; show(); });
    byId("day").addEventListener("change", event => { view.day = Number(event.target.value); view.first = 0; show(); });
    for (const name of ["tools", "reasons"]) byId(name).addEventListener("submit", event => event.preventDefault());
    const page = by => { view.first += by; show(); }, leaf = by => { view.lost += by; lostTable(); };
    step("previous", -PAGE, page); step("next", PAGE, page);
    step("lost-previous", -LOST, leaf); step("lost-next", LOST, leaf);
    step("closer", 0.7, zoom); step("farther", 1 / 0.7, zoom);
    byId("whole").addEventListener("click", () => { if (whole) { frame = [...whole]; framed(); } });
    byId("unserved").hidden = D.unserved.length === 0;
    byId("cause").append(option(-1, W.all), ...D.causes.map(([, text], i) => [i, text]).filter(([i]) => D.unserved.some(([, main]) => main === i)).map(([i, text]) => option(i, text)));
    byId("cause").addEventListener("change", event => { view.cause = Number(event.target.value); view.lost = 0; lostTable(); });
    show();
    lostTable();
    let width = innerWidth;
    addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; chart(); if (plane) numbered(); } });
  }
  ready();
})();
