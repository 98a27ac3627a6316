// The ground: streets and their names out of cells (api/web/maps/ground.py), in the colours of map.css.
import { Ink, L, soon } from "./ink.js";
import { names } from "./names.js";

const TILE = 256;
const NEAR_FROM = 12.5; // zoom from which the near level is drawn
// widths in pixels at zoom 12 to 18, per rank of api/web/maps/lines.py: main, middle, small, service, foot, steps
const WIDTHS = [
  [2, 3, 4.5, 6.5, 9, 13, 18],
  [1.2, 2, 3.5, 5.5, 7.5, 11, 15],
  [0, 0.8, 2, 3.5, 5.5, 8, 11],
  [0, 0, 0.8, 2, 3.5, 5.5, 7.5],
  [0, 0, 0, 0.9, 1.5, 2, 2.5],
  [0, 0, 0, 0.9, 3, 4, 5],
];
const [SERVICE, FOOT, STEPS] = [3, 4, 5];

export function widthAt(rank, zoom) {
  const table = WIDTHS[rank];
  const place = Math.min(Math.max(zoom - 12, 0), table.length - 1);
  const low = Math.floor(place), high = Math.min(low + 1, table.length - 1);
  return table[low] && table[low] + (table[high] - table[low]) * (place - low);
}

// ---- cells: fetched once, kept as they are drawn
function read(cell, x, y) {
  const paths = WIDTHS.map(() => new Path2D());
  const named = [];
  for (const [rank, name, steps] of cell.lines) {
    const points = new Float64Array(steps.length);
    let [px, py] = [0, 0];
    for (let i = 0; i < steps.length; i += 2) {
      points[i] = px += steps[i];
      points[i + 1] = py += steps[i + 1];
      i ? paths[rank].lineTo(px, py) : paths[rank].moveTo(px, py);
    }
    if (name >= 0) named.push({ rank, name: cell.names[name], points });
  }
  return { x, y, paths, named };
}

class Cells {
  constructor(streets, changed) {
    this.streets = streets;
    this.changed = changed;
    this.kept = new Map();
    this.waiting = 0;
  }

  get(level, x, y) {
    const key = `${level}/${x}/${y}`;
    if (!this.kept.has(key)) {
      this.kept.set(key, null);
      this.fetch(key, { z: level, x, y });
    }
    return this.kept.get(key);
  }

  async fetch(key, place) {
    this.waiting += 1;
    try {
      const answer = await fetch(this.streets.href.replace(/\{(\w)\}/g, (_, name) => place[name]));
      if (!answer.ok) throw new Error(answer.status);
      this.kept.set(key, read(await answer.json(), place.x, place.y));
    } catch {
      this.kept.delete(key); // asked for again at the next move
    }
    this.waiting -= 1;
    this.changed();
  }
}

// cells of a level under a rectangle of layer points, within the network
function under(map, streets, bounds, level) {
  const size = TILE * 2 ** (map.getZoom() - level);
  const origin = map.getPixelOrigin();
  const [south, west, north, east] = streets.bounds;
  const first = map.project([north, west], level).divideBy(TILE).floor();
  const last = map.project([south, east], level).divideBy(TILE).floor();
  const from = bounds.min.add(origin).divideBy(size).floor();
  const to = bounds.max.add(origin).divideBy(size).floor();
  const found = [];
  for (let x = Math.max(first.x, from.x); x <= Math.min(last.x, to.x); x += 1) {
    for (let y = Math.max(first.y, from.y); y <= Math.min(last.y, to.y); y += 1) found.push([x, y]);
  }
  return found;
}

// ---- drawing
function colours(element) {
  const style = getComputedStyle(element);
  const get = (name) => style.getPropertyValue(`--map-${name}`).trim();
  return {
    main: get("main"), mainEdge: get("main-edge"), road: get("road"), edge: get("road-edge"),
    foot: get("foot"), ground: get("ground"), name: get("name"), font: style.fontFamily,
    size: parseFloat(getComputedStyle(document.documentElement).fontSize),
  };
}

function stroke(context, view, cells, rank, width, colour, dash = []) {
  if (!width) return;
  context.strokeStyle = colour;
  context.lineWidth = width / view.scale;
  context.setLineDash(dash.map((length) => length / view.scale));
  for (const cell of cells) {
    context.save();
    context.translate(cell.x * view.side - view.origin.x, cell.y * view.side - view.origin.y);
    context.scale(view.scale, view.scale);
    context.stroke(cell.paths[rank]);
    context.restore();
  }
}

function draw(context, view, cells, look) {
  context.lineJoin = context.lineCap = "round";
  const width = (rank) => widthAt(rank, view.zoom);
  stroke(context, view, cells, FOOT, width(FOOT), look.foot, view.zoom >= 15.5 ? [4, 3] : []);
  for (let rank = SERVICE; rank >= 0; rank -= 1) {
    const w = width(rank);
    if (w >= 1.5) stroke(context, view, cells, rank, w + (w > 4 ? 2 : 1.4), rank ? look.edge : look.mainEdge);
    else stroke(context, view, cells, rank, w, look.edge);
  }
  for (let rank = SERVICE; rank >= 0; rank -= 1) {
    if (width(rank) >= 1.5) stroke(context, view, cells, rank, width(rank), rank ? look.road : look.main);
  }
  context.lineCap = "butt";
  stroke(context, view, cells, STEPS, width(STEPS), look.foot, [2, 2]);
  context.setLineDash([]);
}

// clear: circles in layer points that names keep off
export function ground(map, streets, clear) {
  const pane = map.createPane("ground");
  pane.style.zIndex = 150;
  let layer = null;
  const again = soon(() => layer.redraw());
  const cells = new Cells(streets, again);

  function paint(context, ink) {
    const zoom = map.getZoom();
    const level = zoom >= NEAR_FROM ? streets.near : streets.far;
    const side = TILE * 2 ** (zoom - level);
    const view = { zoom, side, scale: side / streets.side, origin: map.getPixelOrigin(), covers: ink.covers() };
    const found = under(map, streets, ink.covers(), level).map(([x, y]) => cells.get(level, x, y)).filter(Boolean);
    const look = colours(map.getContainer());
    draw(context, view, found, look);
    names(context, view, found, look, clear());
    map.getContainer().dataset.ground = cells.waiting ? "waiting" : "drawn";
  }

  layer = new Ink(paint, { pane: "ground" });
  layer.addTo(map);
  return again;
}

export function boundsOf(streets) {
  const [south, west, north, east] = streets.bounds;
  return L.latLngBounds([south, west], [north, east]);
}
