// What a page draws on the ground: marks, dots, blurred places, ways with their direction, areas. Colours are classes of map.css.
import { lengths, pointAt } from "./along.js";
import { Ink, L } from "./ink.js";

const SVG = "http://www.w3.org/2000/svg";
const FEW = 12; // so many marks are stops of the Tab key; more would be a trap, and the words below name them all
const ARROWS_EVERY = 90; // pixels

function put(parent, tag, words, css = "") {
  const element = document.createElement(tag);
  if (css) element.className = css;
  element.textContent = words;
  parent.append(element);
  return element;
}

function words(thing) {
  const box = document.createElement("div");
  put(box, "p", thing.label, "map-popup-title");
  for (const note of thing.notes ?? []) put(box, "p", note);
  return box;
}

function told(layer, thing) {
  return thing.label ? layer.bindPopup(() => words(thing), { maxWidth: 260, minWidth: 120, autoPanPadding: [24, 24] }) : layer;
}

function picture(name, icons) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${icons}#${name}`);
  svg.append(use);
  return svg;
}

function mark(thing, icons, keyboard) {
  const pin = document.createElement("span");
  pin.className = `map-pin tone-${thing.tone ?? "quiet"}`;
  if (thing.icon) pin.append(picture(thing.icon, icons));
  if (thing.text) put(pin, "span", thing.text);
  const icon = L.divIcon({ html: pin, className: "map-mark", iconSize: null });
  const layer = L.marker(thing.at, { icon, keyboard, riseOnHover: true, zIndexOffset: thing.tone === "next" ? 500 : thing.text ? 100 : 0 });
  layer.on("add", () => layer.getElement().setAttribute("aria-label", thing.label));
  return told(layer, thing);
}

// signs of one size in SVG; a circle is Leaflet's own
const OUTLINES = {
  square: (x, y, r) => `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
  diamond: (x, y, r) => `M${x} ${y - 1.3 * r}L${x + 1.3 * r} ${y}L${x} ${y + 1.3 * r}L${x - 1.3 * r} ${y}z`,
  triangle: (x, y, r) => `M${x} ${y - 1.2 * r}L${x + 1.2 * r} ${y + r}H${x - 1.2 * r}z`,
};
const Sign = L.CircleMarker.extend({
  _updatePath() {
    const outline = OUTLINES[this.options.sign];
    if (!outline || this._empty()) return L.CircleMarker.prototype._updatePath.call(this);
    const { x, y } = this._point;
    this._renderer._setPath(this, outline(x, y, this._radius));
  },
});

function dot(thing) {
  const sign = thing.shape ?? "circle";
  return told(new Sign(thing.at, { radius: thing.size ?? 6, sign, className: `map-dot sign-${sign} tone-${thing.tone ?? "quiet"}` }), thing);
}

function blur(thing) {
  return told(L.circle(thing.at, { radius: thing.metres, className: "map-blur" }), thing);
}

// ways come as steps of 1/100,000 degree
export function unpacked(steps) {
  let [lat, lon] = [0, 0];
  return Array.from({ length: steps.length / 2 }, (_, n) => [(lat += steps[2 * n]) / 1e5, (lon += steps[2 * n + 1]) / 1e5]);
}

function way(thing) {
  const thin = thing.thin ? " map-thin" : "";
  const css = `tone-${thing.tone ?? "route"}${thing.estimated ? " map-guess" : ""}${thin}`;
  const under = L.polyline(thing.line, { className: `map-way-edge${thin}`, interactive: false, smoothFactor: 0.5 });
  const line = L.polyline(thing.line, { className: `map-way ${css}`, smoothFactor: 0.5 });
  return [under, told(line, thing)];
}

function area(thing) {
  return told(L.geoJSON(thing.shape, { style: { className: `map-area tone-${thing.tone ?? "quiet"}` } }), thing);
}

// ---- direction: chevrons along what is not an estimate, about as far apart on every zoom, never round a corner
function chevrons(context, points, size) {
  const sums = lengths(points);
  const whole = sums[sums.length - 1];
  const apart = whole < 1.5 * ARROWS_EVERY ? whole : ARROWS_EVERY;
  for (let at = apart / 2; at < whole - size; at += apart) {
    // a little further on where the line is bent here
    for (const middle of [0, 8, -8, 16, -16, 24].map((step) => at + step)) {
      const from = pointAt(points, sums, middle - 1.6 * size), to = pointAt(points, sums, middle + 1.6 * size);
      if (middle < 2 * size || middle > whole - 2 * size || Math.hypot(to.x - from.x, to.y - from.y) < 3.1 * size) continue;
      chevron(context, pointAt(points, sums, middle), Math.atan2(to.y - from.y, to.x - from.x), size);
      break;
    }
  }
}

function chevron(context, { x, y }, angle, size) {
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  context.beginPath();
  context.moveTo(-size * 0.6, -size);
  context.lineTo(size * 0.5, 0);
  context.lineTo(-size * 0.6, size);
  context.stroke();
  context.restore();
}

function arrows(map, ways, picked) {
  const pane = map.createPane("arrows");
  pane.style.zIndex = 450;
  pane.style.pointerEvents = "none";
  const layer = new Ink((context) => {
    context.strokeStyle = getComputedStyle(map.getContainer()).getPropertyValue("--map-arrow").trim();
    context.lineWidth = 1.8;
    context.lineCap = context.lineJoin = "round";
    for (const { thing, layers } of ways) {
      if (thing.estimated || (thing.thin && !picked()) || !map.hasLayer(layers[0])) continue;
      const pixels = thing.line.map((at) => map.latLngToLayerPoint(at));
      chevrons(context, Float64Array.from(pixels.flatMap(({ x, y }) => [x, y])), 3);
    }
  }, { pane: "arrows" });
  return layer.addTo(map);
}

function between(a, b) {
  const count = Math.max(1, Math.round(Math.hypot(b.x - a.x, b.y - a.y) / 8));
  return Array.from({ length: count }, (_, n) => ({ x: a.x + ((b.x - a.x) * n) / count, y: a.y + ((b.y - a.y) * n) / count, r: 3 }));
}

const KINDS = [["areas", area], ["blurs", blur], ["ways", way], ["dots", dot]];

export function things(map, drawing, icons) {
  const drawn = [];
  for (const [kind, make] of KINDS) {
    for (const raw of drawing[kind] ?? []) {
      const thing = raw.line ? { ...raw, line: unpacked(raw.line) } : raw;
      drawn.push({ kind, thing, layers: [make(thing)].flat() });
    }
  }
  const marks = drawing.marks ?? [];
  for (const thing of marks) drawn.push({ kind: "marks", thing, layers: [mark(thing, icons, Boolean(thing.picked) || marks.length <= FEW)] });
  // edges of all ways lie under all ways, and dots over them
  function raise() {
    for (const wanted of ["ways", "dots"]) {
      for (const { kind, layers } of drawn) if (kind === wanted && map.hasLayer(layers.at(-1))) layers.at(-1).bringToFront();
    }
  }
  let group = "";
  const ink = arrows(map, drawn.filter(({ kind }) => kind === "ways"), () => group);

  // shows one group alone, or all; what has no group stays
  function pick(name) {
    group = name;
    for (const { thing, layers } of drawn) {
      const shown = group ? !thing.group || thing.group === group : !thing.picked;
      for (const layer of layers) shown ? layer.addTo(map) : layer.remove();
    }
    raise();
    ink.redraw();
  }

  function bounds(group) {
    const all = L.latLngBounds([]);
    for (const { thing, layers } of drawn) {
      if (group && thing.group !== group) continue;
      // a circle that is not on the map has no bounds of its own
      for (const layer of layers) all.extend(thing.metres ? L.latLng(thing.at).toBounds(2 * thing.metres) : (layer.getBounds?.() ?? layer.getLatLng()));
    }
    return all;
  }

  // what names of streets keep off, in layer points
  function clear() {
    const circles = [];
    for (const { kind, thing, layers } of drawn) {
      if (!map.hasLayer(layers[0])) continue;
      if (kind === "marks") circles.push({ ...point(thing.at), r: 17 });
      if (kind !== "ways") continue;
      const line = thing.line.map(point);
      for (let i = 1; i < line.length; i += 1) circles.push(...between(line[i - 1], line[i]));
    }
    return circles;
  }
  const point = (at) => map.latLngToLayerPoint(at);

  pick("");
  return { pick, bounds, clear, redraw: () => ink.redraw() };
}
