// What a page draws on the ground: marks, dots, blurred places, ways with their direction, areas. Colours are classes of map.css.
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
  if (thing.href) put(put(box, "p", "", "map-popup-title"), "a", thing.label).href = thing.href;
  else put(box, "p", thing.label, "map-popup-title");
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

function way(thing) {
  const css = `tone-${thing.tone ?? "route"}${thing.estimated ? " map-guess" : ""}`;
  const under = L.polyline(thing.line, { className: "map-way-edge", interactive: false, smoothFactor: 0.5 });
  const line = L.polyline(thing.line, { className: `map-way ${css}`, smoothFactor: 0.5 });
  return [under, told(line, thing)];
}

function area(thing) {
  return told(L.geoJSON(thing.shape, { style: { className: `map-area tone-${thing.tone ?? "quiet"}` } }), thing);
}

// ---- direction: chevrons along what is not an estimate, at even distances on the screen
function chevrons(context, points, size) {
  let left = ARROWS_EVERY / 2;
  const total = points.slice(1).reduce((sum, p, i) => sum + p.distanceTo(points[i]), 0);
  if (total < 40) return;
  if (total < ARROWS_EVERY) left = total / 2;
  for (let i = 1; i < points.length; i += 1) {
    const [a, b] = [points[i - 1], points[i]];
    const length = a.distanceTo(b);
    for (; left <= length; left += ARROWS_EVERY) {
      if (length < 4 * size) left = length + 1; // no room: on the next piece
      if (left > length) break;
      const share = Math.min(Math.max(left, 2 * size), length - 2 * size) / length;
      context.save();
      context.translate(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share);
      context.rotate(Math.atan2(b.y - a.y, b.x - a.x));
      context.beginPath();
      context.moveTo(-size, -size);
      context.lineTo(size * 0.4, 0);
      context.lineTo(-size, size);
      context.stroke();
      context.restore();
    }
    left -= length;
  }
}

function arrows(map, ways) {
  const pane = map.createPane("arrows");
  pane.style.zIndex = 450;
  pane.style.pointerEvents = "none";
  const layer = new Ink((context) => {
    context.strokeStyle = getComputedStyle(map.getContainer()).getPropertyValue("--map-arrow").trim();
    context.lineWidth = 1.8;
    context.lineCap = context.lineJoin = "round";
    for (const { thing, layers } of ways) {
      if (thing.estimated || !map.hasLayer(layers[0])) continue;
      chevrons(context, thing.line.map((at) => map.latLngToLayerPoint(at)), 3.2);
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
    for (const thing of drawing[kind] ?? []) drawn.push({ kind, thing, layers: [make(thing)].flat() });
  }
  const marks = drawing.marks ?? [];
  for (const thing of marks) drawn.push({ kind: "marks", thing, layers: [mark(thing, icons, marks.length <= FEW)] });
  // edges of all ways lie under all ways, and dots over them
  function raise() {
    for (const wanted of ["ways", "dots"]) {
      for (const { kind, layers } of drawn) if (kind === wanted && map.hasLayer(layers.at(-1))) layers.at(-1).bringToFront();
    }
  }
  for (const { layers } of drawn) for (const layer of layers) layer.addTo(map);
  raise();
  const ink = arrows(map, drawn.filter(({ kind }) => kind === "ways"));

  // shows one group alone, or all; what has no group stays
  function pick(group) {
    for (const { thing, layers } of drawn) {
      const shown = !group || !thing.group || thing.group === group;
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
    const circles = marks.map(({ at }) => ({ ...point(at), r: 17 }));
    for (const { kind, thing, layers } of drawn) {
      if (kind !== "ways" || !map.hasLayer(layers[0])) continue;
      const line = thing.line.map(point);
      for (let i = 1; i < line.length; i += 1) circles.push(...between(line[i - 1], line[i]));
    }
    return circles;
  }
  const point = (at) => map.latLngToLayerPoint(at);

  return { pick, bounds, clear, redraw: () => ink.redraw() };
}
